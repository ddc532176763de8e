"""Write the hashed locks of ``requirements/`` from ``pyproject.toml``; no line holds a download address."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "requirements"
UV = Path(sys.executable).parent / "uv"
COMPILE = [
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
]
# Each lock keeps to the versions of the one before, so that one environment can grow into the next.
LOCKS = {
    "run": ["web", "postgres"],
    "test": ["web", "postgres", "test"],
    "bench": ["web", "postgres", "bench"],
}


def build_requirements() -> str:
    """Return what installing ourselves needs: it is pinned too, and nothing is fetched for a build."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return "\n".join([*listed["build-system"]["requires"], "editables"])


def compiled(name: str, sources: list[str], given: str, options: list[str]) -> None:
    """Write one lock."""
    command = [str(UV), *COMPILE, *options, "-o", str(FOLDER / f"{name}.txt"), *sources]
    subprocess.run(command, input=given, text=True, cwd=ROOT, check=True)


def main() -> int:
    """Write all locks; ``--upgrade`` takes the newest versions that fit."""
    options = [option for option in sys.argv[1:] if option == "--upgrade"]
    compiled("uv", ["-"], "uv", options)
    for name, extras in LOCKS.items():
        chosen = [f"--extra={extra}" for extra in extras]
        kept = [] if name == "run" else ["-c", str(FOLDER / "run.txt")]
        compiled(name, ["pyproject.toml", "-"], build_requirements(), [*options, *chosen, *kept])
    return 0


if __name__ == "__main__":
    sys.exit(main())
