"""What the commands share: faults told in one line each, the weather's options, and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuwei.core.errors import InputError, TuweiError
from tuwei.potato._whole import json_text

if TYPE_CHECKING:
    from tuwei.potato import Weather

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Language = Annotated[str, typer.Option("--language", help="zh 或 en · zh or en")]
Report = Annotated[Path | None, typer.Option("--report", help="写出报告：.html 或 .pdf · write a report, .html or .pdf")]  # fmt: skip
Kind = Annotated[str, typer.Option("--format", help="csv、nasa-power、era5 或 dssat，缺省自动识别 · told from the file unless given")]  # fmt: skip
Place = Annotated[str, typer.Option("--site", help="纬度,经度,海拔(m)，如 41.5,112,1450 · latitude,longitude,altitude")]  # fmt: skip
Gaps = Annotated[str, typer.Option("--gaps", help="补缺测的方法：linear、linear-dry、other-year · how gaps are filled")]  # fmt: skip
Absent = Annotated[str, typer.Option("--absent", help="估计缺列的方法：fao56 · how absent columns are made")]
Units = Annotated[list[str] | None, typer.Option("--unit", help="列的单位，如 WIND=m/s，可多次 · unit of a column")]  # fmt: skip
Waive = Annotated[
    list[str] | None, typer.Option("--waive", help="免去的检查，可多次 · a check not to be made")
]


# Of a search, see ``plan_field``.
Seasons = Annotated[int, typer.Option("--seasons", min=1000, max=10_000_000, help="搜索至少模拟多少季 · seasons to simulate in the search")]  # fmt: skip
Scenarios = Annotated[int, typer.Option("--scenarios", min=4, max=2000, help="每个候选方案都遇到的季数 · seasons that every candidate meets")]  # fmt: skip
Judged = Annotated[int, typer.Option("--judged", min=20, max=20_000, help="评判用的另一些季数 · other seasons to judge by")]  # fmt: skip
SearchSeed = Annotated[int, typer.Option("--seed", min=0, max=100_000, help="随机种子 · seed")]


@contextmanager
def told() -> Iterator[None]:
    """Tell a fault on a line of its own, and end with 2."""
    try:
        yield
    except TuweiError as error:
        typer.echo(" ".join(str(error).split()), err=True)
        raise typer.Exit(2) from None


def is_english(language: str) -> bool:
    """Return whether the language is English.

    Raises
    ------
    InputError
        ``potato.language``: neither zh nor en.
    """
    if language not in ("zh", "en"):
        raise InputError("potato.language", "--language 应为 zh 或 en，现为“{got}”。", "--language is zh or en, got “{got}”.",
                         field="--language", got=language[:20])  # fmt: skip
    return language == "en"


def as_date(text: str, option: str) -> date:
    """Return a date of the command line.

    Raises
    ------
    InputError
        ``potato.bad_date``.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("potato.bad_date", "{field} 应如 2024-06-10，现为“{got}”。", "{field} is written as 2024-06-10, got “{got}”.",
                         field=option, got=text[:20]) from None  # fmt: skip


def weather_given(
    path: Path,
    kind: str,
    place: str,
    units: list[str] | None,
    gaps: str,
    absent: str,
    waive: list[str] | None,
) -> Weather:
    """Return the weather of the file and the options of the command line."""
    from tuwei.potato import Site, read_weather

    site = None
    if place:
        try:
            site = Site(*(float(part) for part in place.split(",")))
        except (TypeError, ValueError):
            raise InputError("potato.bad_site", "{field} 应如 41.5,112,1450，现为“{got}”。", "{field} is written as 41.5,112,1450, got “{got}”.",
                             field="--site", got=place[:40]) from None  # fmt: skip
    named = dict(part.partition("=")[::2] for part in units or [])
    return read_weather(
        path, format=kind, site=site, units=named, gaps=gaps, absent=absent, waive=tuple(waive or ())
    )


def say(lines: Iterable[Any]) -> None:
    """Print lines."""
    for line in lines:
        typer.echo(line)


def say_json(found: Any) -> None:
    """Print JSON as all commands do."""
    typer.echo(json_text(found))


class Progress:
    """Tells how far each part of long work is, a line a tenth, on the error stream."""

    def __init__(self) -> None:
        self.shown: dict[str, int] = {}

    def __call__(self, what: str, done: int, count: int) -> None:
        """Tell that ``done`` of ``count`` are done."""
        tenth = min(10, 10 * done // count)
        if tenth > self.shown.get(what, 0):
            self.shown[what] = tenth
            typer.echo(f"{what}: {done:,} / {count:,}", err=True)


def search_told(english: bool) -> Callable[[int, int, float], None]:
    """Return what tells the progress of a search, as ``plan_field`` takes it."""
    tell, what = Progress(), "seasons simulated" if english else "已模拟的季"
    return lambda done, seasons, _: tell(what, done, seasons)
