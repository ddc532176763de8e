"""Tables of records in and out: xlsx, CSV and JSON Lines by one declared list of columns.

`read` takes a file and gives its rows one by one, each with its values or with every error it holds;
`Rejects` writes the rows that were not taken into a file beside; `write_template` and `write_rows` write
what `read` reads. The same `Column` makes the check, the template, its help sheet and the export.

The format is told by the content: xlsx; CSV in UTF-8, UTF-16 or GB18030, cut by comma, semicolon or tab;
JSON Lines. Headers may be Chinese, English or field names, in any order, below a few title rows.
Strangers' files are safe to read: see `Limits`, and the errors ``table.zip_bomb``, ``table.macros``,
``table.encrypted``, ``table.damaged`` and the rest, each one sentence in Chinese and in English.

Examples
--------
>>> import io
>>> people = Table("people", "人员", "People", (
...     Column("name", "姓名", "Name", required=True), Column("born", "出生年月", "Born", "month")))
>>> rows = read(io.BytesIO("姓名,Born\\n王一,1990年3月\\n,3/1\\n".encode()), people, file_name="people.csv")
>>> next(rows).values
{'name': '王一', 'born': '1990-03'}
>>> [error.sentence() for error in next(rows).errors]
['people.csv 第 3 行“姓名”应为有内容(必填)，现为空。', 'people.csv 第 3 行“出生年月”应为年月(如 2026-03)，现为“3/1”。']
"""

from __future__ import annotations

from tuwei.core._tables_header import HeaderError
from tuwei.core._tables_read import Reading, Row, count_rows, read
from tuwei.core._tables_sinks import Rejects, write_rows
from tuwei.core._tables_source import Format
from tuwei.core._tables_spec import Column, Kind, Limits, Table
from tuwei.core._tables_template import write_template

__all__ = [
    "Column", "Format", "HeaderError", "Kind", "Limits", "Reading", "Rejects", "Row", "Table",
    "count_rows", "read", "write_rows", "write_template",
]  # fmt: skip
