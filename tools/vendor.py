"""Fetch, check and copy the front-end files of vendor.toml; ``--check`` compares the committed ones.

Fetching needs npm; checking needs nothing but Python.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "vendor.toml"
FOLDER = ROOT / "src" / "tuwei" / "web" / "static" / "vendor"
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")
ELSEWHERE = re.compile(rb"@import[^;]*//|url\(\s*[\"']?(https?:)?//", re.IGNORECASE)


def sha512(path: Path) -> str:
    """Return the digest in the form npm shows it."""
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def fetched(name: str, package: dict[str, Any], folder: Path) -> tarfile.TarFile:
    """Return the package's archive, its digest compared with the list."""
    wanted = f"{name}@{package['version']}"
    done = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
    )
    archive = folder / done.stdout.split()[-1]
    if (got := sha512(archive)) != package["sha512"]:
        raise SystemExit(f"{wanted}: sha512 is {got}, vendor.toml says {package['sha512'] or 'nothing'}")
    return tarfile.open(archive)


def member(archive: tarfile.TarFile, name: str) -> bytes:
    """Return one file of an archive without the line that points to its source map."""
    file = archive.extractfile(f"package/{name}")
    if file is None:
        raise SystemExit(f"no file {name} in the package")
    return SOURCE_MAP.sub(b"", file.read())


def sprite(archive: tarfile.TarFile, names: list[str]) -> bytes:
    """Return the icons as one SVG file: ``<use href="…/icons.svg#bell">``."""
    symbols = []
    for name in names:
        svg = member(archive, f"icons/outline/{name}.svg").decode()
        paths = re.findall(r"<(?:path|circle|rect|line)[^>]*>", svg)
        drawn = "".join(path for path in paths if 'd="M0 0h24v24H0z"' not in path)
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{drawn}</symbol>'
        )
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([head, *symbols, "</svg>", ""]).encode()


def collect(packages: dict[str, dict[str, Any]]) -> dict[str, bytes]:
    """Return every file to carry, by its name below the vendor folder."""
    files: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, package in packages.items():
            archive = fetched(name, package, Path(folder))
            files |= {target: member(archive, source) for source, target in package["files"].items()}
            if "sprite" in package:
                files["icons.svg"] = sprite(archive, package["sprite"])
    for name, content in files.items():
        if name.endswith((".css", ".js", ".svg")) and ELSEWHERE.search(content):
            raise SystemExit(f"{name} would fetch something from another site")
    return files


def write(files: dict[str, bytes]) -> None:
    """Write the files, drop those no longer listed, and note the digests."""
    for old in (path for path in FOLDER.rglob("*") if path.is_file()):
        old.unlink()
    for name, content in files.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    head = LIST.read_text(encoding="utf-8").split("[digests]\n")[0]
    lines = [f'"{name}" = "{hashlib.sha256(files[name]).hexdigest()}"\n' for name in sorted(files)]
    LIST.write_text(head + "[digests]\n" + "".join(lines), encoding="utf-8")


def faults(folder: Path, digests: dict[str, str]) -> Iterator[str]:
    """Yield each file that is missing, changed or not listed."""
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    yield from (f"{name}: missing" for name in sorted(digests.keys() - present))
    yield from (f"{name}: not in vendor.toml" for name in sorted(present - digests.keys()))
    for name in sorted(present & digests.keys()):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digests[name]:
            yield f"{name}: not the file that vendor.toml lists"


def main() -> int:
    """Fetch, or check with ``--check``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare the committed files")
    check = parser.parse_args().check
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    if not check:
        write(collect(listed["packages"]))
        listed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    found = list(faults(FOLDER, listed["digests"]))
    print("\n".join(found) or f"{len(listed['digests'])} vendored files as listed.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
