"""The gate: every check of the project, one after the other. ``python3 dev.py test`` calls it.

A failing step does not hide the next. The last line reads ``N passed, N failed, N skipped`` and counts
each test of each pytest run (a test that runs on two databases counts twice) and each other step as one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.postgres import temporary_postgres

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTHON = sys.executable
PURE = [f"src/tuwei/{name}" for name in ("core", "match", "elicit", "rules", "potato", "packs")]

CHECKS: list[tuple[str, list[str]]] = [
    ("ruff check", [str(BIN / "ruff"), "check", "--quiet", "--output-format=concise"]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "--quiet"]),
    ("types (mypy)", [str(BIN / "mypy")]),
    ("import contracts", [str(BIN / "lint-imports")]),
    ("migrations complete", [str(BIN / "tuwei"), "manage", "makemigrations", "--check", "--dry-run"]),
    ("English catalogue complete", [PYTHON, "tools/messages.py", "--check"]),
    ("vendored files as listed", [PYTHON, "tools/vendor.py", "--check"]),
]


class Gate:
    """Runs the steps and keeps count."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count, self.counting = folder, Counter[str](), threading.Lock()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUWEI_")}
        self.environment = {**kept, "TUWEI_DATA": str(folder / "data"), "PYTHONDONTWRITEBYTECODE": "1"}

    def add(self, counted: Mapping[str, int]) -> None:
        """Add to the count; two steps may end at once."""
        with self.counting:
            self.count.update(counted)

    def check(self, title: str, command: list[str]) -> None:
        """Run one check; show what it says only if it fails."""
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            print(done.stdout + done.stderr)
        self.add({"failed" if done.returncode else "passed": 1})
        told(title, "failed" if done.returncode else "passed", began)

    def pytest(self, title: str, *arguments: str, **environment: str) -> None:
        """Run pytest and add its tests to the count."""
        print(f"\n== {title}", flush=True)
        began, report = time.monotonic(), self.folder / f"{title}.xml"
        command = [
            PYTHON,
            "-m",
            "pytest",
            "-q",
            "--durations=8",
            "--durations-min=4",
            f"--junitxml={report}",
            *arguments,
        ]
        code = subprocess.run(
            command, cwd=ROOT, env={**self.environment, **environment}, stdin=subprocess.DEVNULL
        ).returncode
        counted = counts(report)
        if code and not counted["failed"]:
            counted["failed"] = 1  # no test collected, a broken conftest, a killed worker
        self.add(counted)
        told(title, "failed" if code else "passed", began)

    def skip(self, title: str, why: str) -> None:
        """Tell that a step cannot run here."""
        self.add({"skipped": 1})
        print(f"\n== {title}: skipped · 跳过: {why}", flush=True)


def told(title: str, outcome: str, began: float) -> None:
    """Print a step's title, outcome and seconds."""
    print(f"== {title}: {outcome}, {time.monotonic() - began:.1f} s", flush=True)


def counts(report: Path) -> Counter[str]:
    """Return passed, failed, skipped of a JUnit file; nothing if pytest did not come to write one."""
    if not report.exists():
        return Counter()
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    total: Counter[str] = Counter()
    for suite in suites:
        number = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        total["failed"] += failed
        total["skipped"] += number["skipped"]
        total["passed"] += number["tests"] - failed - number["skipped"]
    return total


def run_checks(gate: Gate) -> None:
    """Run the checks and, beside them on a second core, the doctests; both use one core only."""
    with ThreadPoolExecutor(1) as beside:
        doctests = beside.submit(gate.pytest, "doctests", "-p", "no:django", "--doctest-modules", *PURE)
        for title, command in CHECKS:
            gate.check(title, command)
        doctests.result()


def run_tests(gate: Gate) -> None:
    """Run tests on SQLite, database tests on PostgreSQL, browser tests."""
    gate.pytest("tests on SQLite", "-n", "2", "-m", "not browser", "tests")
    with temporary_postgres() as (address, why):
        title = "database tests on PostgreSQL"
        if address:
            arguments = ["-n", "2", "-m", "not browser", "--database-only", "tests"]
            gate.pytest(title, *arguments, TUWEI_TEST_DATABASE_URL=address)
        else:
            gate.skip(title, why)
    if shutil.which("chromium"):
        gate.pytest("browser tests", "-n", "2", "-m", "browser", "tests")
    else:
        gate.skip("browser tests", "没有 chromium · no chromium; apt install chromium")


def main() -> int:
    """Run everything; the exit code is 1 if anything failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tuwei-gate-") as folder:
        gate = Gate(Path(folder))
        run_checks(gate)
        run_tests(gate)
    print(f"\n{time.monotonic() - began:.0f} s")
    print("{passed} passed, {failed} failed, {skipped} skipped".format_map(_zeros(gate.count)))
    return 1 if gate.count["failed"] else 0


def _zeros(count: Counter[str]) -> dict[str, int]:
    return {name: count[name] for name in ("passed", "failed", "skipped")}


if __name__ == "__main__":
    sys.exit(main())
