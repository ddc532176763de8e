"""The files of a pack, read into raw rows with their line numbers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from tuwei.packs import schema
from tuwei.packs._check import Row, fault

RawRows = list[tuple[int, Row]]


def read_rows(folder: Path, table: schema.Table) -> RawRows:
    """Return the rows of one file as ``(line, row)``; an absent optional file has none."""
    path = folder / table.file
    if not path.is_file():
        if table.required:
            raise fault("missing_file", table.file, 0, "", "", "")
        return []
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault("bad_encoding", table.file, 0, "", "UTF-8", str(error)) from error
    if table.file.endswith(".jsonl"):
        return _json_lines(table, text)
    return _delimited(table, text, "\t" if table.file.endswith(".tsv") else ",")


def _json_lines(table: schema.Table, text: str) -> RawRows:
    rows: RawRows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise fault("bad_json", table.file, number, "", "JSON", str(error)) from error
        if not isinstance(row, dict):
            raise fault("bad_json", table.file, number, "", "JSON object", line[:40])
        rows.append((number, row))
    return rows


def _delimited(table: schema.Table, text: str, delimiter: str) -> RawRows:
    names = [column.name for column in table.columns]
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: RawRows = []
    try:
        # A qrels file has no header: its three columns are the format that evaluation tools read.
        header = names if delimiter == "\t" else next(reader, [])
        _check_header(table, header)
        for cells in reader:
            if len(cells) != len(header):
                raise fault("bad_width", table.file, reader.line_num, "", str(len(header)), str(len(cells)))
            rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        raise fault("bad_csv", table.file, reader.line_num, "", "CSV", str(error)) from error
    return rows


def _check_header(table: schema.Table, header: list[str]) -> None:
    """A column that may be empty may be absent: packs made before a column came still load."""
    names = [column.name for column in table.columns]
    for column in table.columns:
        if column.required and column.name not in header:
            raise fault("missing_column", table.file, 1, column.name, column.name, ", ".join(header))
    for name in header:
        if name not in names or header.count(name) > 1:
            raise fault("unknown_column", table.file, 1, name, ", ".join(names), name)


def read_geometry(folder: Path, places: list[Row]) -> dict[str, Any]:
    """Return ``geometry.geojson``: one feature for each place, its code under ``properties.code``."""
    file = "geometry.geojson"
    if not (folder / file).is_file():
        raise fault("missing_file", file, 0, "", "", "")
    try:
        content = json.loads((folder / file).read_text("utf-8"))
        codes = [feature["properties"]["code"] for feature in content["features"]]
    except (ValueError, KeyError, TypeError) as error:
        raise fault("bad_json", file, 0, "features", "GeoJSON FeatureCollection", repr(error)) from error
    expected = sorted(place["code"] for place in places)
    if sorted(codes) != expected:
        odd = sorted(set(codes) ^ set(expected)) or sorted(codes)
        raise fault("unresolved", file, 0, "code", "places", ", ".join(map(str, odd)))
    geometry: dict[str, Any] = content
    return geometry
