"""The learned files of a collection, kept on the first server so that every reader ranks alike."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path

from tuwei.match.remote._places import Places
from tuwei.match.remote._rows import body, parts
from tuwei.match.remote._sql import sql

PART = 4_000_000  # bytes


def keep(places: Places, folder: Path) -> None:
    """Write the files of a folder to the first server."""
    for path in sorted(folder.iterdir()):
        for number, piece in enumerate(parts(path.read_bytes(), PART)):
            line = {"name": path.name, "part": number, "data": b64encode(piece).decode("ascii")}
            insert = sql("INSERT INTO $table FORMAT JSONEachRow", table=places.table("files"))
            places.first.run(insert, body([line]))


def bring(places: Places, folder: Path) -> list[str]:
    """Write the kept files into a folder and return their names."""
    asked = sql("SELECT name, data FROM $table ORDER BY name, part", table=places.whole("files"))
    names: dict[str, bytes] = {}
    for name, data in places.first.rows(asked):
        names[name] = names.get(name, b"") + b64decode(data)
    for name, data in names.items():
        (folder / Path(name).name).write_bytes(data)
    return list(names)
