"""A sheet of an xlsx file as a stream of numbered rows, read as if a stranger had made it."""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from tuwei.core._tables_cells import Fault
from tuwei.core._tables_spec import CHOICE_SHEETS, HELP_SHEETS, Limits
from tuwei.core._tables_text import Rows
from tuwei.core.errors import InputError, TooLargeError, TuweiError

_PENDING = 50  # elements kept at once, per column allowed: bounds the memory of one row
_OUR_SHEETS = {*HELP_SHEETS.values(), *CHOICE_SHEETS.values()}


@contextmanager
def _damaged(file: str) -> Iterator[None]:
    """Turn whatever a broken workbook makes zipfile, the XML parser or openpyxl raise into one sentence."""
    try:
        yield
    except (TuweiError, MemoryError, GeneratorExit):
        raise
    except Exception as error:  # the libraries promise no common error for damaged input
        raise InputError(
            "table.damaged",
            "{file} 已损坏或不是正常的 xlsx 文件，请在表格软件中另存为 xlsx 后重试。",
            "{file} is damaged or not a proper xlsx file; save it as xlsx again.",
            file=file,
        ) from error


class Workbook:
    """An open xlsx file: its visible sheets, and their rows.

    Parameters
    ----------
    stream, file
        The seekable file and the name to show.
    limits
        Checked on the zip directory before anything is unpacked.
    """

    def __init__(self, stream: BinaryIO, file: str, limits: Limits) -> None:
        self.file, self.limits = file, limits
        with _damaged(file):
            stream.seek(0)
            _check_zip(zipfile.ZipFile(stream), file, limits)
            self._book, self._sheets, self._strings = _open(stream)

    @property
    def sheets(self) -> list[Sheet]:
        """The visible worksheets, without the help and choice sheets of our own templates."""
        return [sheet for sheet in self._sheets if sheet.visible and sheet.title not in _OUR_SHEETS]

    def rows(self, sheet: Sheet) -> Rows:
        """Yield (row number from 1, cells); rows the file leaves out are not yielded."""
        with _damaged(self.file), self._book._archive.open(sheet.part) as source:
            percents = _percent_styles(self._book)
            parser = _parser(source, self._strings, self.file, self.limits)
            for number, cells in parser.parse():
                yield number, self._spread(cells, percents, number)

    def _spread(self, cells: list[dict[str, Any]], percents: set[int], row: int) -> list[Any]:
        spread: list[Any] = [None] * max(
            (cell["column"] for cell in cells if cell["value"] is not None), default=0
        )
        if len(spread) > self.limits.columns:
            raise too_many_columns(self.file, row, self.limits)
        for cell in cells:
            if cell["value"] is not None:
                spread[cell["column"] - 1] = _value(cell, self._book, percents)
        return spread

    def scan(self, sheet: Sheet) -> tuple[int, list[tuple[int, int]]]:
        """Return the number of stored rows and the (first, last) rows of merged ranges, without parsing."""
        rows, merged, tail = 0, [], b""
        with _damaged(self.file), self._book._archive.open(sheet.part) as source:
            while block := source.read(1 << 20):
                text = tail + block
                keep = max(len(text) - 300, 0)  # a tag may lie across two blocks; no tag we seek is longer
                rows += sum(1 for found in _ROW.finditer(text) if found.start() < keep)
                merged += [_span(found) for found in _MERGE.finditer(text) if found.start() < keep]
                tail = text[keep:]
        rows += len(_ROW.findall(tail))
        return rows, sorted(merged + [_span(found) for found in _MERGE.finditer(tail)])


_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_MERGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]{0,200}?ref=[\"']\$?[A-Za-z]{1,3}\$?(\d{1,7})(?::\$?[A-Za-z]{1,3}\$?(\d{1,7}))?"
)


def _span(found: re.Match[bytes]) -> tuple[int, int]:
    return int(found[1]), int(found[2] or found[1])


def _check_zip(archive: zipfile.ZipFile, file: str, limits: Limits) -> None:
    parts = archive.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise encrypted(file)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise InputError(
            "table.macros",
            "{file} 含有宏，不能接收，请另存为不含宏的 xlsx。",
            "{file} holds macros and is not taken; save it as xlsx without macros.",
            file=file,
        )
    if unpacked > limits.unpacked or (unpacked > 20 * 2**20 and unpacked > packed * limits.ratio):
        raise TooLargeError("table.zip_bomb", "{file} 解压后为 {got} MB,超出允许的大小。",
                            "{file} unpacks to {got} MB, more than is allowed.", file=file,
                            got=round(unpacked / 2**20), expected=round(limits.unpacked / 2**20))  # fmt: skip


def encrypted(file: str) -> InputError:
    """Return the error for a file under a password."""
    return InputError(
        "table.encrypted",
        "{file} 设有密码，请取消密码后重新保存。",
        "{file} is protected by a password; save it without one.",
        file=file,
    )


def too_many_columns(file: str, row: int, limits: Limits) -> TooLargeError:
    """Return the error for a row that is too wide."""
    return TooLargeError("table.too_many_columns", "{file} 第 {row} 行超过 {expected} 列。",
                         "{file}, row {row} has more than {expected} columns.",
                         file=file, row=row, expected=limits.columns)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A worksheet of the file: its title and the part that holds it."""

    title: str
    part: str
    visible: bool


def _open(stream: BinaryIO) -> tuple[Any, list[Sheet], list[str]]:
    """Return openpyxl's workbook (formats, epoch), its worksheets, and the shared strings.

    These are the steps of `openpyxl.load_workbook` without its last ones: those parse each sheet once
    in full, however it is made, to learn a size that we do not trust.
    """
    from openpyxl.reader.excel import ExcelReader  # slow to import, needed for xlsx only
    from openpyxl.styles.stylesheet import apply_stylesheet

    stream.seek(0)
    with warnings.catch_warnings():  # "no default style", "extension not supported": nothing we read
        warnings.simplefilter("ignore")
        reader = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        sheets = [
            Sheet(sheet.name, link.target, sheet.state == "visible")
            for sheet, link in reader.parser.find_sheets()
            if link.Type.endswith("/worksheet")
        ]
    return reader.wb, sheets, reader.shared_strings


def _percent_styles(book: Any) -> set[int]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    def code(number: int) -> str:
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(number, ""))
        return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])

    return {index for index, style in enumerate(book._cell_styles) if "%" in code(style.numFmtId)}


def _parser(source: Any, strings: list[str], file: str, limits: Limits) -> Any:
    """Return openpyxl's parser of one sheet, which here reads rows alone, in bounded memory."""
    from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
    from openpyxl.xml.functions import iterparse

    class RowParser(WorkSheetParser):  # type: ignore[misc]
        def parse(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
            pending = 0
            for event, element in iterparse(self.source, events=("start", "end")):
                pending += event == "start"
                if pending > _PENDING * limits.columns:
                    raise too_many_columns(file, self.row_counter + 1, limits)
                if event == "end" and element.tag == ROW_TAG:
                    yield self.parse_row(element)
                    element.clear()
                    pending = 0
                elif event == "end" and element.tag == DATA_TAG:
                    return

        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            formula = element.find(FORMULA_TAG)
            if formula is not None and (cell["value"] is None or cell["data_type"] == "e"):
                # Without a text of its own it repeats its neighbour's, which a stream has let go.
                cell |= {"data_type": "e", "value": "=" + formula.text if formula.text else "公式 formula"}
            return cell

    return RowParser(source, strings, data_only=True)  # dates come as numbers: see `_value`


def _value(cell: dict[str, Any], book: Any, percents: set[int]) -> Any:
    value = cell["value"]
    if cell["data_type"] == "n" and cell["style_id"] in book._date_formats:
        return _moment(value, book)
    if cell["data_type"] == "e":
        return Fault("formula", "数值而非出错或未计算的公式(请在表格软件中打开、重算并保存)",
                     "a value, not a formula that failed or was never computed (open, recompute and save it)",
                     str(value))  # fmt: skip
    if isinstance(value, str):
        return unescape(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value, cell["style_id"] in percents)
    return value


def _moment(serial: int | float, book: Any) -> Any:
    from openpyxl.utils.datetime import from_excel

    try:
        moment = from_excel(serial, book.epoch)
    except (OverflowError, ValueError):
        return Fault("bad_date", "日期(如 2026-03-01)", "a date (such as 2026-03-01)", str(serial))
    whole = isinstance(moment, datetime.datetime) and moment.time() == datetime.time.min
    return moment.date() if whole else moment


def _number(value: int | float, percent: bool) -> Any:
    if percent:
        return f"{value * 100:.15g}%"  # as it is seen: the column says whether a percentage fits
    # 15 digits are what a spreadsheet keeps, however many the file shows
    return float(value) if isinstance(value, int) and abs(value) >= 10**15 else value


_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff])_")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def unescape(text: str) -> str:
    """Undo the escapes of ECMA-376 (22.9.2.19): ``_x000D_`` is a carriage return."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x00" in text else text


def escape(text: str) -> str:
    """Escape what XML cannot hold, the way `unescape` undoes."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
