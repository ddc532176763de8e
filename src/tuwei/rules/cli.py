"""``tuwei rules list | show | assess | bulk | plan | whatif | template``: rules on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuwei.core.errors import InputError, TuweiError

if TYPE_CHECKING:
    from tuwei.rules import Assessment, Plan, Statutes
    from tuwei.rules._parameters import Layer
    from tuwei.rules._run import BulkRun

app = typer.Typer(
    help="规则：企业处在哪一级、能享受什么 · rules: rungs, claims, what would turn a verdict",
    no_args_is_help=True,
)
Rule = Annotated[str, typer.Argument(help="规则的 id，见 tuwei rules list · id of a rule")]
Facts = Annotated[
    Path, typer.Option("--facts", help="一家企业的事实：JSON、YAML 或 TOML · facts of one enterprise")
]
Population = Annotated[
    Path,
    typer.Option("--facts", help="多家企业的表：CSV、xlsx、JSON Lines 或 Parquet · a table of enterprises"),
]
On = Annotated[str, typer.Option("--on", help="行为的日期，如 2026-03-01 · legal date of the act")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Language = Annotated[str, typer.Option("--language", help="zh 或 en · zh or en")]
Overlays = Annotated[
    list[Path] | None,
    typer.Option("--overlay", help="叠加文件或文件夹，可多次 · overlay file or folder, repeatable"),
]
Region = Annotated[str, typer.Option("--region", help="地区数据包的名称，如 hohhot · name of a region pack")]
Report = Annotated[
    Path | None, typer.Option("--report", help="另写可打印的报告(HTML) · also write a printable report")
]


@app.callback()
def rules() -> None:
    """规则：企业处在哪一级、能享受什么 · Rules: rungs, claims, what would turn a verdict."""


@app.command("list")
def list_(
    as_json: AsJson = False, language: Language = "zh", overlay: Overlays = None, region: Region = ""
) -> None:
    """列出全部规则 · List all rules."""
    from tuwei.rules import listed

    with _told():
        found = listed(_statutes(overlay, region))
        if as_json:
            _json([{"id": one.id, "zh": one.zh, "en": one.en, "kind": one.kind, "rung": one.rung or None,
                    "windows": [{"version": row.words[0], "valid_from": row.valid_from.isoformat(),
                                 "valid_to": None if row.valid_to.year == 9999 else row.valid_to.isoformat()} for row in one.windows]}
                   for one in found])  # fmt: skip
            return
        for one in found:
            since = min((row.valid_from for row in one.windows), default=None)
            typer.echo(f"{one.id:<22}{one.en if _english(language) else one.zh}  {since or ''}–")


@app.command()
def show(
    rule: Rule,
    on: On,
    as_json: AsJson = False,
    language: Language = "zh",
    overlay: Overlays = None,
    region: Region = "",
) -> None:
    """某日有效的参数、条件和所需事实 · Parameters in force on a day, conditions, facts asked for."""
    from tuwei.rules._describe import described, lines

    with _told():
        found = described(rule, on, _statutes(overlay, region))
        if as_json:
            _json(found)
        else:
            _say(lines(found, "en" if _english(language) else "zh"))


@app.command()
def assess(
    rule: Rule, facts: Facts, on: On, as_json: AsJson = False, language: Language = "zh", report: Report = None,
    overlay: Overlays = None, region: Region = "",
) -> None:  # fmt: skip
    """按一条规则评价一家企业 · Judge one enterprise by one rule."""
    from tuwei.rules import assess as judge
    from tuwei.rules import check
    from tuwei.rules._files import facts_file

    with _told():
        statutes, given = _statutes(overlay, region), facts_file(facts)
        _refuse(given.located(check(rule, given.facts, on, statutes, given.file)))
        _answer(judge(rule, given.facts, on, statutes, given.file), as_json, language, report, given.name)


@app.command()
def plan(
    facts: Facts, on: On, as_json: AsJson = False, language: Language = "zh", report: Report = None,
    overlay: Overlays = None, region: Region = "",
) -> None:  # fmt: skip
    """各级认定、差距、能享受的政策和日期 · Every rung, the gaps, the policies and the dates."""
    from tuwei.rules import plan as planned
    from tuwei.rules import plan_faults
    from tuwei.rules._files import facts_file

    with _told():
        statutes, given = _statutes(overlay, region), facts_file(facts)
        _refuse(given.located(plan_faults(given.facts, on, statutes, given.file)))
        _answer(planned(given.facts, on, statutes, given.file), as_json, language, report, given.name)


@app.command()
def bulk(
    rule: Rule, facts: Population, on: On,
    out: Annotated[Path, typer.Option("--out", help="结果：.csv、.xlsx 或 .parquet · results")],
    as_json: AsJson = False, overlay: Overlays = None, region: Region = "",
) -> None:  # fmt: skip
    """按一条规则评价一张表中的企业 · Judge the enterprises of a table by one rule."""
    from tuwei.rules._run import bulk_file

    with _told(), _progress(facts, rule, on) as progress:
        run = bulk_file(rule, facts, on, out, _statutes(overlay, region), progress)
    _tell(run, as_json)


@app.command()
def whatif(
    rule: Rule, facts: Population, on: On,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="假设的参数，如 high_tech.pass_mark=65，可多次 · a parameter to assume")
    ] = None,
    overlay: Annotated[
        list[Path] | None, typer.Option("--overlay", help="假设的叠加文件，可多次 · overlay files to assume")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="结论变化的企业：.csv、.xlsx 或 .parquet · who moves")] = None,
    as_json: AsJson = False, language: Language = "zh", region: Region = "",
) -> None:  # fmt: skip
    """改一个参数，谁的结论会变、花多少钱 · Change a parameter: who moves, and what it costs."""
    from tuwei.rules._whatif_run import whatif_file, whatif_lines

    with _told(), _progress(facts, rule, on) as progress:
        statutes = _statutes(None, region)
        run = whatif_file(rule, facts, on, _assumptions(rule, setting or [], overlay or [], on, statutes), out, statutes, progress)  # fmt: skip
    if as_json:
        _json(run.as_dict())
    else:
        _say(whatif_lines(run, _english(language)))
    _rejected(run.rejected, run.rejects)


@app.command()
def template(
    rule: Annotated[str, typer.Argument(help="规则的 id，或 yearly(年度数据) · id of a rule, or yearly")],
    out: Annotated[Path, typer.Option("--out", help="模板：.xlsx 或 .csv · the template")],
    on: Annotated[str, typer.Option("--on", help="行为的日期，缺省为最新版本 · legal date; the latest version unless given")] = "",
    language: Language = "zh", overlay: Overlays = None, region: Region = "",
) -> None:  # fmt: skip
    """写出可填写的表格，附说明 · Write the table to fill in, with a sheet that explains it."""
    from tuwei.core.tables import write_template
    from tuwei.rules import yearly_table
    from tuwei.rules._population import template_table

    with _told():
        statutes = _statutes(overlay, region)
        table = yearly_table(statutes) if rule == "yearly" else template_table(rule, on, statutes)
        write_template(out, table, "en" if _english(language) else "zh")
    typer.echo(str(out))


def _statutes(overlay: list[Path] | None, region: str) -> Statutes:
    from tuwei.rules import load
    from tuwei.rules._regions import region_overlays

    return load([*(region_overlays(region) if region else ()), *(overlay or ())])


def _assumptions(
    rule: str, settings: list[str], overlays: list[Path], on: str, statutes: Statutes
) -> list[Layer]:
    from tuwei.rules import assumed, load

    pairs = {}
    for text in settings:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise InputError("rules.bad_setting", "--set 应写如 {expected}，现为“{got}”。", "--set is written as {expected}, got “{got}”.",
                             expected="high_tech.pass_mark=65", got=text[:60])  # fmt: skip
        id = name.strip()
        pairs[id if "." in id else f"{rule}.{id}"] = value.strip()
    if not pairs and not overlays:
        raise InputError(
            "rules.no_assumption",
            "请用 --set 或 --overlay 给出假设。",
            "Give what to assume with --set or --overlay.",
        )
    layers = [layer for layer in load(overlays).layers if layer.name] if overlays else []
    return [*layers, *([assumed(pairs, on, statutes)] if pairs else [])]


def _answer(found: Assessment | Plan, as_json: bool, language: str, report: Path | None, name: str) -> None:
    """Print what was found, and write the report."""
    from tuwei.rules._report import report as printable

    told = "en" if _english(language) else "zh"
    if report is not None:
        fresh = report.with_name(f".{report.name}.part")
        fresh.write_text(printable(found, told, name), "utf-8")
        fresh.replace(report)
    if as_json:
        _json(found.as_dict())
    else:
        _say([*([name] if name else []), *found.sentences(told)])
    if report is not None:
        typer.echo(str(report), err=True)


def _tell(run: BulkRun, as_json: bool) -> None:
    if as_json:
        _json(run.as_dict())
    else:
        counts = ", ".join(f"{verdict} {count}" for verdict, count in sorted(run.verdicts.items()))
        typer.echo(f"{run.judged} 行已评价 · rows judged: {run.out} ({counts})")
    _rejected(run.rejected, run.rejects)


def _rejected(count: int, where: Path | None) -> None:
    if count:
        told = f"，原因见 {where} · rows rejected; reasons in {where}" if where else " · rows rejected"
        typer.echo(f"{count} 行有误{told}", err=True)


@contextmanager
def _told() -> Iterator[None]:
    """Tell every fault on a line of its own, and end with 2."""
    try:
        yield
    except TuweiError as error:
        for fault in getattr(error, "errors", None) or [error]:
            typer.echo(" ".join(str(fault).split()), err=True)
        raise typer.Exit(2) from None


class _Faults(TuweiError):
    """Several faults at once."""

    def __init__(self, errors: list[InputError]) -> None:
        super().__init__(errors[0].code, "", "")
        self.errors = errors


def _refuse(faults: list[InputError]) -> None:
    if faults:
        raise _Faults(faults)


@contextmanager
def _progress(facts: Path, rule: str, on: str) -> Iterator[Callable[[int], None]]:
    """Show how many rows are done, on standard error and only to a person."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from tuwei.rules._population import asked_columns, rows_of

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("评价 · judging", total=rows_of(facts, asked_columns(rule, on)))
        yield lambda done: bar.update(task, completed=done)


def _say(texts: Any) -> None:
    for text in texts:
        typer.echo(text)


def _json(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


def _english(language: str) -> bool:
    if language not in ("zh", "en"):
        raise InputError("rules.bad_language", "--language 应为 zh 或 en，现为“{got}”。", "--language is zh or en, got “{got}”.",
                         got=language[:20])  # fmt: skip
    return language == "en"
