"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".png", ".jpg", ".mo", ".xlsx", ".woff2", ".ico", ".webp", ".gz"}
# In two parts, so that this file does not hold them.
HOSTS = [
    "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".", "npmmirror" + ".", "unpkg" + ".com",
    "jsdelivr" + ".net", "cdnjs" + ".", "mirrors" + ".", "googleapis" + ".com", "gstatic" + ".com",
    "/opt/" + "pypi", "/work" + "/main", "/work" + "/shared",
]  # fmt: skip


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def python_files() -> list[Path]:
    folders = [ROOT / "src", ROOT / "tools", ROOT / "dev.py"]
    files = [file for folder in folders for file in ([folder] if folder.is_file() else folder.rglob("*.py"))]
    return [file for file in files if "migrations" not in file.parts]


def run_python(script: str, *arguments: str) -> str:
    """Run a script in a fresh interpreter; return its output, or its error to fail with."""
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def test_no_file_names_a_package_host_or_a_place_on_somebodys_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")  # some fixtures are binary
        found += [f"{path.relative_to(ROOT)}: {host}" for host in HOSTS if host in text]
    assert found == []


def test_locks_pin_every_package_by_hash_and_hold_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        for line in lock.read_text(encoding="utf-8").splitlines():
            package = re.fullmatch(r"[a-z0-9._-]+==[\w.!+]+( ; [^\\/]+)? \\", line)
            assert package or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line), (
                f"{lock.name}: {line}"
            )


def test_locks_hold_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "run": [*project["dependencies"], *extras["web"], *extras["postgres"]],
        "test": [*project["dependencies"], *extras["web"], *extras["postgres"], *extras["test"]],
    }
    for name, listed in wanted.items():
        lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        locked = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
        names = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower() for one in listed}  # type: ignore[index]
        assert names - locked == set(), f"{name}.txt: run python dev.py lock"


def test_modules_stay_short() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in python_files()}
    assert [str(file.relative_to(ROOT)) for file, length in lengths.items() if length > 400] == []


def test_functions_stay_short() -> None:
    long = []
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                told = node.body[0].end_lineno or 0 if ast.get_docstring(node) else node.lineno
                if (node.end_lineno or 0) - told > 40:
                    long.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert long == []


@pytest.mark.parametrize("package", ["core", "match", "elicit", "rules", "potato", "packs"])
def test_pure_parts_import_where_no_web_framework_is(package: str) -> None:
    script = """
import importlib, pkgutil, sys
sys.modules.update(django=None, ninja=None, pydantic=None)
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
"""
    assert run_python(script, f"tuwei.{package}") == ""


def test_the_site_starts_without_the_heavy_libraries() -> None:
    script = """
import sys, django
django.setup()
import tuwei.web.urls
heavy = {"numba", "jax", "scipy.stats", "tantivy", "faiss", "pint", "rjieba", "openpyxl"}
print(sorted(heavy & set(sys.modules)))
"""
    assert run_python(script) == "[]"


def test_each_changelog_fragment_is_named_and_written_in_both_languages() -> None:
    fragments = [path for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md"]
    assert fragments
    for path in fragments:
        assert re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md", path.name), path.name
        zh, en = path.read_text(encoding="utf-8").strip().split("\n\n", 1)
        assert re.search(r"[\u4e00-\u9fff]", zh), path.name
        assert re.search(r"[A-Za-z]{3}", en), path.name
