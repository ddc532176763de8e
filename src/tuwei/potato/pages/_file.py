"""A page as a file: HTML as it is, PDF as the machine's own browser prints it; it appears whole or not at all."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tuwei.core.errors import ConflictError, InputError

KINDS = (".html", ".pdf")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")  # fmt: skip
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge", r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)  # fmt: skip
PATIENCE = 120  # seconds for a browser to print


def check_report(path: Path) -> None:
    """Refuse a report that could not be written, before the work is done.

    Raises
    ------
    InputError
        ``potato.report_kind``: neither .html nor .pdf; ``potato.report_browser``: a PDF, and no browser to print it.
    ConflictError
        ``potato.report_exists``: the file is there already.
    """
    if path.suffix.lower() not in KINDS:
        raise InputError("potato.report_kind", "报告文件应以 .html 或 .pdf 结尾，现为“{got}”。", "A report's file ends in .html or .pdf, got “{got}”.",
                         field="--report", expected=", ".join(KINDS), got=path.name[:80])  # fmt: skip
    if path.exists():
        raise ConflictError("potato.report_exists", "文件 {file} 已存在。", "The file {file} exists already.", file=str(path))  # fmt: skip
    if path.suffix.lower() == ".pdf" and browser() is None:
        raise InputError("potato.report_browser", "没有找到 Chromium、Chrome 或 Edge，印不出 {file}：请写成 .html 后在浏览器里打印，或安装 chromium。",
                               "No Chromium, Chrome or Edge was found to print {file}: write .html and print it from a browser, or install chromium.", file=str(path))  # fmt: skip


def command_line(
    name: str,
    field: Path | None,
    weather: Path | None,
    report: Path,
    language: str,
    options: Mapping[str, int | str],
) -> str:
    """Return the command that makes a report again, from the folder where its files lie.

    Examples
    --------
    >>> command_line("plan", Path("a/FIELD.toml"), None, Path("b/plan.html"), "en", {"seed": 1})
    'tuwei potato plan FIELD.toml --seed 1 --language en --report plan.html'
    """
    named = [part for option, value in options.items() for part in (f"--{option}", str(value))]
    given = [*([field.name] if field else []), *(["--weather", weather.name] if weather else [])]
    return shlex.join(["tuwei", "potato", name, *given, *named, "--language", language, "--report", report.name])  # fmt: skip


def browser() -> str | None:
    """Return a browser that prints, or None."""
    found = (shutil.which(name) for name in (*BROWSERS, *ELSEWHERE))
    return next((one for one in found if one), None)


def write_report(path: Path, page: str) -> None:
    """Write a page as HTML, or print it as PDF, by the file's ending.

    Parameters
    ----------
    path
        Ends in .html or .pdf; its folder is made.
    page
        From :func:`plan_page` or :func:`season_page`.

    Raises
    ------
    InputError, ConflictError
        As :func:`check_report`; ``potato.report_print``: the browser printed nothing.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(Path(folder) / "page.html", "<!doctype html>")
    ...     (Path(folder) / "page.html").read_text("utf-8")
    '<!doctype html>'
    """
    check_report(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tuwei-report-") as kept:
        source = Path(kept) / "page.html"
        source.write_text(page, "utf-8")
        made = source if path.suffix.lower() == ".html" else _printed(source, path)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            shutil.copyfile(made, fresh)
            fresh.rename(path)
        finally:
            fresh.unlink(missing_ok=True)


def _printed(source: Path, path: Path) -> Path:
    made = source.with_name("page.pdf")
    command = [str(browser()), "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
               f"--user-data-dir={source.parent / 'profile'}", f"--print-to-pdf={made}", source.as_uri()]  # fmt: skip
    if sys.platform == "linux" and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")  # a browser run by root refuses to start with it
    try:
        subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        good = made.read_bytes()[:5] == b"%PDF-"
    except (OSError, subprocess.TimeoutExpired):
        good = False
    if not good:
        raise InputError("potato.report_print", "{got} 没有印出 {file}：请写成 .html 后在浏览器里打印。", "{got} did not print {file}: write .html and print it from a browser.",
                               got=command[0], file=str(path))  # fmt: skip
    return made
