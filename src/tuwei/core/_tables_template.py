"""The template people fill in: headers, choices to pick from, an example, a sheet that explains."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Any

from tuwei.core._tables_sinks import CsvSink, format_of
from tuwei.core._tables_spec import CHOICE_SHEETS, EXAMPLE_MARKS, HELP_SHEETS, NUMERIC, Column, Table
from tuwei.core._tables_write import example_cells, neutralise
from tuwei.core.errors import InputError

_KINDS = {
    "text": ("文字", "text"), "long_text": ("长文字", "long text"), "integer": ("整数", "whole number"),
    "decimal": ("数字", "number"), "yuan": ("金额", "amount"), "date": ("日期", "date"), "month": ("年月", "month"),
    "boolean": ("是/否", "yes/no"), "choice": ("单选", "one choice"), "multi_choice": ("多选", "several choices"),
    "list": ("多项，用顿号分开", "several, separated by semicolons"), "json": ("JSON", "JSON"),
    "email": ("电子邮箱", "e-mail"), "phone": ("电话", "telephone"),
}  # fmt: skip
_HELP_HEADS = (
    "列 Column",
    "字段 Field",
    "必填 Required",
    "类型 Kind",
    "说明",
    "Explanation",
    "可选值 Choices",
)
_LISTED_ROWS = 5000  # rows of the sheet that offer the choices


def write_template(path: str | os.PathLike[str], table: Table, language: str = "zh") -> None:
    """Write an empty template, xlsx or CSV by the ending of ``path``, its headers in ``language``.

    Its example row starts with 【示例】 / [Example] and is passed over by `read` as long as nobody has
    written into it. Columns of kind ``json`` are for JSON Lines and left out.

    Raises
    ------
    InputError
        ``table.unknown_format`` for another ending.
    """
    path = Path(path)
    kind = format_of(path)
    columns = [column for column in table.columns if column.kind != "json"]
    if kind == "jsonl":
        raise InputError(
            "table.unknown_format",
            "模板只有 xlsx 和 CSV 两种。",
            "A template is xlsx or CSV.",
            file=path.name,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    example = example_cells(table, language)
    if kind == "csv":
        sink = CsvSink(path)
        sink.write([_header(column, language) for column in columns])
        sink.write([neutralise(example[column.name]) for column in columns])
        sink.close()
    else:
        _save(_book(table, columns, example, language), path)


def _header(column: Column, language: str) -> str:
    return column.label(language) + ("*" if column.required else "")


def _book(table: Table, columns: list[Column], example: dict[str, str], language: str) -> Any:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Data" if language == "en" else "数据"
    _fill_help(book.create_sheet(HELP_SHEETS[language]), table, language)
    for index, column in enumerate(columns, start=1):
        _fill_column(sheet, index, column, example[column.name], language)
    sheet.freeze_panes = "A2"
    _offer_all(book, sheet, columns, language)
    return book


def _fill_column(sheet: Any, index: int, column: Column, example: str, language: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    head = sheet.cell(1, index, _header(column, language))
    head.font = Font(bold=True, color="FFFFFF")
    head.fill = PatternFill("solid", fgColor="B42318" if column.required else "1F4E79")
    head.alignment = Alignment(vertical="center", wrap_text=True)
    letter = get_column_letter(index)
    sheet.column_dimensions[letter].width = 40 if column.kind == "long_text" else 20
    # text stays as typed: no telephone number in powers of ten, no 3-1 turned into March
    sheet.column_dimensions[letter].number_format = (
        "General" if column.kind in NUMERIC else "yyyy-mm-dd" if column.kind == "date" else "@"
    )
    shown = sheet.cell(2, index)
    shown.value = neutralise(example)
    shown.font = Font(italic=True, color="808080")
    shown.number_format = "@"
    shown.alignment = Alignment(vertical="top", wrap_text=True)


def _offer_all(book: Any, sheet: Any, columns: list[Column], language: str) -> None:
    """A drop-down list for each column with choices, and a sheet that shows them all."""
    offered = {
        index: labels
        for index, column in enumerate(columns, start=1)
        if (labels := _labels(column, language))
    }
    choices = book.create_sheet(CHOICE_SHEETS[language]) if offered else None
    for place, (index, labels) in enumerate(offered.items(), start=1):
        _offer(sheet, choices, index, place, columns[index - 1], labels, language)
    if choices:
        choices.freeze_panes = "A2"


def _labels(column: Column, language: str) -> list[str]:
    if column.kind == "boolean":
        return ["Yes", "No"] if language == "en" else ["是", "否"]
    return [labels[language == "en"] for labels in column.choices.values()]


def _offer(
    sheet: Any, choices: Any, index: int, place: int, column: Column, labels: list[str], language: str
) -> None:
    """One list; several choices in one cell are typed, so those are only suggested."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter, listed = get_column_letter(index), get_column_letter(place)
    choices.cell(1, place, column.label(language)).font = Font(bold=True)
    choices.column_dimensions[listed].width = max(map(_width, [column.label(language), *labels])) + 2
    for row, label in enumerate(labels, start=2):
        choices.cell(row, place, neutralise(label))
    source = f"'{choices.title}'!${listed}$2:${listed}${len(labels) + 1}"
    rule = DataValidation(type="list", formula1=source, allow_blank=True)
    rule.showErrorMessage = column.kind != "multi_choice"
    rule.error = "请从列表中选择。" if language == "zh" else "Please pick from the list."
    sheet.add_data_validation(rule)
    rule.add(f"{letter}3:{letter}{_LISTED_ROWS}")


def _width(text: str) -> int:
    """How many columns of Latin letters a text takes."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def _fill_help(sheet: Any, table: Table, language: str) -> None:
    from openpyxl.styles import Alignment, Font

    mark = EXAMPLE_MARKS[language]
    sheet.append([f"{table.zh} {table.en}"])
    sheet.append(
        [
            f"以“{mark}”开头的示例行不会导入，可以删除。 The row marked “{mark}” is not imported; you may delete it."
        ]
    )
    sheet.append(list(_HELP_HEADS))
    for column in table.columns:
        sheet.append(_help(column))
    for cell in (*sheet[1], *sheet[3]):
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFG", (30, 18, 14, 26, 50, 50, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=4):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.data_type = "s"
    sheet.freeze_panes = "A4"


def _help(column: Column) -> list[str]:
    labels = "、".join(f"{zh} ({en})" for zh, en in column.choices.values())
    return [f"{column.label('zh')} / {column.label('en')}", column.name, "是 Yes" if column.required else "",
            " / ".join(dict.fromkeys(_KINDS[column.kind])), column.help_zh, column.help_en, labels]  # fmt: skip


def _save(book: Any, path: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    book.save(part)
    os.replace(part, path)
