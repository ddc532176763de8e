"""The overlays of a region: files of the packs that are installed, found by their entry points."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from tuwei.core.errors import MissingError

GROUP = "tuwei.packs"


def regions() -> dict[str, EntryPoint]:
    """Return the region packs that are installed, by name."""
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}


def region_overlays(name: str) -> tuple[Path, ...]:
    """Return the overlay files of a region pack, in the order they are laid: ``overlays/*.yaml``.

    Raises
    ------
    MissingError
        ``rules.no_region``: no such pack is installed.

    Examples
    --------
    >>> [path.name for path in region_overlays("hohhot")]
    ['hohhot.yaml', 'inner-mongolia.yaml']
    """
    found = regions()
    spec = find_spec(found[name].module) if name in found else None
    if spec is None or not spec.submodule_search_locations:
        raise MissingError(
            "rules.no_region",
            "没有安装地区数据包“{got}”，已装：{expected}。",
            "The region pack “{got}” is not installed; installed: {expected}.",
            got=name[:60],
            expected=", ".join(found) or "—",
        )
    folders = [Path(folder, "overlays") for folder in spec.submodule_search_locations]
    return tuple(path for folder in folders for path in sorted(folder.glob("*.yaml")))
