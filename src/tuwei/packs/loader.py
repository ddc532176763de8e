"""Find region packs and read one, whole and checked, into plain records. Reads only; saves nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from tuwei.core.errors import ConflictError, InputError, MissingError, TuweiError
from tuwei.packs import schema
from tuwei.packs._check import Row, check_links, check_rows, fault
from tuwei.packs._files import read_geometry, read_rows

GROUP = "tuwei.packs"  # entry points of other distributions


@dataclass(frozen=True, slots=True)
class Pack:
    """A region pack, read and checked.

    Every table is a tuple of dicts named as in `tuwei.packs.schema`; numbers with decimals stay decimal
    text. Rows of ``samples/`` stand in the same tuples as the others and carry ``sample=True``.
    """

    id: str
    name_zh: str
    name_en: str
    version: str
    licence: str
    region: str
    lat: str
    lon: str
    zoom: int
    path: Path
    geometry: dict[str, Any]
    overlays: tuple[Path, ...] = ()
    sources: tuple[Row, ...] = ()
    places: tuple[Row, ...] = ()
    terms: tuple[Row, ...] = ()
    organisations: tuple[Row, ...] = ()
    people: tuple[Row, ...] = ()
    figures: tuple[Row, ...] = ()
    needs: tuple[Row, ...] = ()
    achievements: tuple[Row, ...] = ()
    qrels: tuple[Row, ...] = ()


@dataclass
class _Draft:
    manifest: Row = field(default_factory=dict)
    geometry: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[TuweiError] = field(default_factory=list)


def find_packs() -> dict[str, Path]:
    """Return the packs that can be loaded by name: those shipped here and those of entry points.

    Returns
    -------
    dict of str to Path
        Pack name to folder, sorted by name.

    Raises
    ------
    ConflictError
        Two packs bear one name: ``pack.two_of_one_name``.

    Examples
    --------
    >>> "hohhot" in find_packs()
    True
    """
    found: dict[str, Path] = {}
    for name, folder in _candidates():
        if name in found and found[name] != folder:
            raise ConflictError(
                "pack.two_of_one_name",
                "地区包“{got}”有两份:{expected}。",
                "Two packs are named “{got}”: {expected}.",
                got=name,
                expected=f"{found[name]}, {folder}",
            )
        found[name] = folder
    return dict(sorted(found.items()))


def _candidates() -> Iterator[tuple[str, Path]]:
    for manifest in Path(__file__).parent.glob("*/pack.toml"):
        yield manifest.parent.name, manifest.parent
    for point in entry_points(group=GROUP):
        target = point.load()  # a package, or a path to the folder
        yield point.name, Path(next(iter(target.__path__)) if hasattr(target, "__path__") else target)


def load_pack(path_or_name: str | Path) -> Pack:
    """Read a pack and check all of it.

    Parameters
    ----------
    path_or_name
        A name of `find_packs`, or the folder that holds ``pack.toml``.

    Raises
    ------
    MissingError
        No such pack: ``pack.not_found``.
    InputError
        The first fault found, with file, row, field, expected and got. `check_pack` lists them all.

    Examples
    --------
    >>> pack = load_pack("hohhot")
    >>> pack.name_en, pack.region
    ('Hohhot', '150100')
    """
    folder = _folder(path_or_name)
    draft = _read(folder)
    if draft.faults:
        raise draft.faults[0]
    found: dict[str, Any] = {name: tuple(rows) for name, rows in draft.rows.items()}
    return Pack(**draft.manifest, **found, path=folder, geometry=draft.geometry, overlays=overlays_of(folder))


def overlays_of(path_or_name: str | Path) -> tuple[Path, ...]:
    """Return the files of a pack that lay dated rules of the region over the statutes, without reading the pack.

    Raises
    ------
    MissingError
        No such pack: ``pack.not_found``.

    Examples
    --------
    >>> {path.suffix for path in overlays_of("hohhot")} <= {".yaml"}
    True
    """
    return tuple(sorted((_folder(path_or_name) / "overlays").glob("*.yaml")))


@lru_cache(maxsize=16)
def source_titles(name: str) -> dict[str, tuple[str, str]]:
    """Return the titles (Chinese, English) of a pack's sources by their ids; none of a pack that is not here.

    Examples
    --------
    >>> source_titles("hohhot")["samples"]
    ('本包自造的样例', 'Samples made for this pack')
    """
    folder = find_packs().get(name)
    rows = [] if folder is None else read_rows(folder, schema.SOURCES)
    return {row["id"]: (row["title_zh"], row["title_en"]) for _, row in rows}


def check_pack(path_or_name: str | Path) -> list[TuweiError]:
    """Return every fault of a pack; an empty list means that `load_pack` will take it.

    Examples
    --------
    >>> check_pack("hohhot")
    []
    """
    return _read(_folder(path_or_name)).faults


def _folder(path_or_name: str | Path) -> Path:
    folder = Path(path_or_name)
    if (folder / "pack.toml").is_file():
        return folder.resolve()
    packs = find_packs()
    if str(path_or_name) in packs:
        return packs[str(path_or_name)]
    raise MissingError(
        "pack.not_found",
        "没有地区包“{got}”;可用的有:{expected}。",
        "There is no pack “{got}”; there are: {expected}.",
        got=str(path_or_name),
        expected=", ".join(packs),
    )


def _read(folder: Path) -> _Draft:
    draft = _Draft()
    origins: dict[str, list[tuple[str, int]]] = {}
    try:
        draft.manifest = _manifest(folder, draft.faults)
        for table in schema.TABLES:
            raw = read_rows(folder, table)
            rows = list(check_rows(table, raw, draft.faults))
            draft.rows.setdefault(table.name, []).extend(row for _, row in rows)
            origins.setdefault(table.name, []).extend((table.file, number) for number, _ in rows)
        draft.geometry = read_geometry(folder, draft.rows["places"])
        check_links(draft.manifest, draft.rows, origins, draft.faults)
    except InputError as error:
        draft.faults.append(error)
    return draft


def _manifest(folder: Path, faults: list[TuweiError]) -> Row:
    file = folder / "pack.toml"
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise fault("bad_toml", "pack.toml", 0, "", "TOML", str(error)) from error
    table = schema.Table("manifest", "pack.toml", ("id",), schema.MANIFEST)
    rows = list(check_rows(table, [(1, content)], faults))
    if not rows:
        raise faults.pop()
    return rows[0][1]
