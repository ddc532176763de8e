"""The evaluation as one HTML page: whole in itself, no script, nothing fetched, in Chinese or English by a switch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tuwei.match import _charts as charts
from tuwei.match._agreement import COUNT, constant
from tuwei.match._bootstrap import Difference
from tuwei.match._charts import both
from tuwei.match._evaluation import Evaluation, main_cut
from tuwei.match._evaluation_words import EVENTS, LEVEL_NAMES, MEASURES
from tuwei.match._worst import Told, Worst

UNIT = ("ndcg", "mrr", "recall", "p@", "judged", "score", "accuracy", "kappa")  # measures that lie in 0-1
Curves = tuple[NDArray[np.float64], NDArray[np.float64]]


def page(
    found: Evaluation,
    names: Sequence[str],
    curves: Sequence[Curves],
    worst: Sequence[Worst],
    told: Told,
) -> str:
    """Return the page.

    Parameters
    ----------
    found
        What was measured.
    names
        Of the files: the run, the judgements, and the baseline where there is one.
    curves
        Precision and recall by rank of the run, and of the baseline.
    worst, told
        The needs served worst, with titles and reasons.
    """
    style = (files("tuwei.match") / "data" / "evaluation.css").read_text("utf-8")
    sections = (
        _overview(found),
        _by_need(found),
        _ranks(curves),
        _levels(found),
        _calibration(found),
        _worst(worst, told),
    )
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(names[0])} · 匹配评测 · Matching evaluation</title><style>{style}</style></head><body>"
        f"{_switch()}{_header(found, names)}<main>"
        + "".join("".join(section) for section in sections)
        + f"{''.join(_glossary())}</main><footer>{_footer(found)}</footer></body></html>\n"
    )


def _switch() -> str:
    return (
        '<input type="radio" class="switch" name="language" id="en"><label for="en" lang="en">English</label>'
        '<input type="radio" class="switch" name="language" id="zh" checked><label for="zh">中文</label>'
    )


def _header(found: Evaluation, names: Sequence[str]) -> str:
    count = len(found.per_need.needs)
    against = f" · {both('基线', 'baseline')} {escape(names[2])}" if len(names) > 2 else ""
    alone = f" · {both('只看评过的', 'judged pairs alone')}" if found.options.judged_only else ""
    return (
        f'<header><h1>{both("匹配评测", "Matching evaluation")}</h1><p class="whose">{escape(names[0])}</p>'
        f'<p class="day">{both("评分", "judgements")} {escape(names[1])}{against} · {both(f"{count} 条需求", f"{count} needs")}{alone}</p></header>'
    )


def _footer(found: Evaluation) -> str:
    samples, seed = found.options.samples, found.options.seed
    return both(
        f"重抽 {samples} 次，种子 {seed}。同样的文件和种子得到同样的报告。",
        f"{samples} draws, seed {seed}. The same files and seed give the same page.",
    )


def _section(zh: str, en: str) -> str:
    return f"<h2>{both(zh, en)}</h2>"


def _said(zh: str, en: str) -> str:
    return f"<p>{both(zh, en)}</p>"


def _note(zh: str, en: str) -> str:
    return f'<p class="note">{both(zh, en)}</p>'


def _chart(zh: str, en: str, drawn: str) -> str:
    return f"<figure><figcaption>{both(zh, en)}</figcaption>{drawn}</figure>"


def _overview(found: Evaluation) -> Iterator[str]:
    yield _section("总览", "Overview")
    rows = [
        (escape(name), [_figure(value), _limits(found.intervals.get(name))])
        for name, value in found.values.items()
    ]
    yield _table([("值", "value"), ("95 % 区间", "95 % interval")], rows)
    if not found.differences:
        return
    yield f"<h3>{both('与基线之差', 'Against the baseline')}</h3>"
    heads = [
        ("差与 95 % 区间", "difference, 95 % interval"),
        ("p：自助法、随机化", "p: bootstrap, exchange"),
        ("好/差/同", "better / worse / same"),
    ]
    yield _table(heads, [_difference(name, one) for name, one in found.differences.items()])
    if found.agreement:
        yield _note(
            "等级之差只看两次结果都有等级的对。",
            "Differences of levels take the pairs that have a level in both runs.",
        )


def _table(heads: Sequence[tuple[str, str]], rows: Sequence[tuple[str, list[str]]]) -> str:
    head = "".join(f'<th class="figure">{both(*one)}</th>' for one in heads)
    body = "".join(
        f"<tr><th>{name}</th>{''.join(f'<td class=figure>{cell}</td>' for cell in cells)}</tr>"
        for name, cells in rows
    )
    return f'<div class="scroll"><table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _limits(limits: tuple[float, float] | None) -> str:
    return f"{_figure(limits[0])} – {_figure(limits[1])}" if limits else "—"


def _difference(name: str, one: Difference | None) -> tuple[str, list[str]]:
    if one is None:
        return escape(name), ["—"] * 3
    gain = -one.difference if name in ("mae", "brier") else one.difference
    sure = (one.low > 0 or one.high < 0) and not name.startswith("judged")
    shown = _signed(one.difference)
    marked = f'<b class="{"up" if gain > 0 else "down"}">{shown}</b>' if sure else shown
    return f"{escape(name)}<small>{_figure(one.baseline)} → {_figure(one.value)}</small>", [
        f"{marked}<small>{_signed(one.low)} – {_signed(one.high)}</small>",
        f"{_chance(one.bootstrap_p)}<small>{_chance(one.randomisation_p)}</small>",
        f"{one.better}/{one.worse}/{one.same}",
    ]


def _by_need(found: Evaluation) -> Iterator[str]:
    rows = [
        (name, value, found.intervals.get(name))
        for name, value in found.values.items()
        if value is not None and name.startswith(UNIT)
    ]
    others = [_baseline(found, name) for name, _, _ in rows]
    name = f"ndcg@{main_cut(found.per_need.names)}"
    values, before = found.per_need.column(name), found.baseline_per_need
    yield '<div class="charts" style="margin-top:6mm">'
    key = _key() if before else ""
    yield _chart("各项与 95 % 区间", "Measures with 95 % intervals", charts.forest(rows, others) + key)
    yield "<div>"
    if len(values):
        theirs = before.column(name) if before else None
        drawn = charts.histogram(values, theirs)
        yield _chart(f"每条需求的 {name}：条数", f"{name} by need: how many needs", drawn)
        if theirs is not None:
            yield _chart(f"每条需求与基线之差（{name}）", f"Difference to the baseline by need ({name})", charts.gains(values - theirs))  # fmt: skip
    yield "</div></div>"


def _key() -> str:
    marks = (("dot", "本次", "this run"), ("ring", "基线", "baseline"))
    drawn = (
        f'<li>{_mark(f"""<circle cx="12" cy="5" r="3.6" class="{kind}"/>""")}{both(zh, en)}</li>'
        for kind, zh, en in marks
    )
    return f'<ul class="key">{"".join(drawn)}</ul>'


def _baseline(found: Evaluation, name: str) -> float | None:
    one = found.differences.get(name)
    return one.baseline if one else None


def _ranks(curves: Sequence[Curves]) -> Iterator[str]:
    if not any(len(precision) for precision, _ in curves):
        return
    yield _section("沿名次", "Along the ranks")
    yield '<div class="charts"><figure>' + charts.along_ranks(curves) + "</figure><div>"
    lines = [("own", "准确率", "precision"), ("own dashed", "召回率", "recall")]
    if len(curves) > 1:
        lines += [("other", "准确率，基线", "precision, baseline"), ("other dashed", "召回率，基线", "recall, baseline")]  # fmt: skip
    drawn = "".join(
        f'<li>{_mark(f"""<path d="M0 5H24" class="line {kind}"/>""")}{both(zh, en)}</li>'
        for kind, zh, en in lines
    )
    yield f'<ul class="key">{drawn}</ul>'
    yield _note(
        "准确率：到这一名次为止相关的份额。召回率：相关的成果有多少已经出现。各需求平均。",
        "Precision: the share of relevant ones up to this rank. Recall: the share of all relevant ones found so far. Means over needs.",
    )
    yield "</div></div>"


def _levels(found: Evaluation) -> Iterator[str]:
    yield _section("等级", "Levels")
    if found.agreement is None:
        yield _note(
            "没有可比的等级：结果行没有 level，或评分不是四级。",
            "No levels to compare: the run lines have no level, or the judgements are not of four levels.",
        )
        return
    agreed, judged = found.agreement, found.judgements
    yield _said(
        f"{agreed.pairs} 对有等级的评分对；结果中没有等级的 {agreed.without} 对不计。",
        f"{agreed.pairs} judged pairs with a level; {agreed.without} without one in the run are left out.",
    )
    yield from _confusion(agreed.confusion)
    level, error = constant(agreed.confusion)
    zh, en = LEVEL_NAMES[level - 1]
    reached = _figure(found.values["mae"])
    yield _said(
        f"MAE {reached}。全部评为“{zh}”时为 {error:.3f}。",
        f"MAE {reached}. Calling all of them “{en}” would give {error:.3f}.",
    )
    if judged.experts_mae is not None:
        yield _said(
            f"同一对由两位专家评的 {len(judged.experts)} 次，平均相差 {judged.experts_mae:.3f} 级。",
            f"Two experts on one pair, {len(judged.experts)} times: they differ by {judged.experts_mae:.3f} levels on average.",
        )
    if judged.repeated or judged.disputed:
        yield _note(
            f"重复的评分 {judged.repeated} 行；评得不同的 {judged.disputed} 对取偏低的中位。",
            f"{judged.repeated} lines repeat another; {judged.disputed} pairs judged differently count by the lower median.",
        )


def _confusion(table: Sequence[Sequence[int]]) -> Iterator[str]:
    """Yield the table; a cell is shaded by its share of the row, and tells it."""
    yield '<div class="scroll"><table class="confusion"><thead><tr><th></th>'
    yield f'<th colspan="{COUNT}">{both("结果的等级", "level in the run")}</th></tr><tr><th>{both("专家的等级", "level by experts")}</th>'
    yield "".join(f"<th>{both(*name)}</th>" for name in LEVEL_NAMES) + "</tr></thead><tbody>"
    for at, row in enumerate(table):
        yield f"<tr><th>{both(*LEVEL_NAMES[at])}</th>"
        for column, count in enumerate(row):
            share = count / sum(row) if sum(row) else 0.0
            ink = "#fff" if share > 0.55 else "inherit"
            kind = ' class="exact"' if at == column else ""
            yield f'<td{kind} style="background:rgba(31,95,168,{0.06 + 0.94 * share:.2f});color:{ink}">{count}<small>{share:.0%}</small></td>'
        yield "</tr>"
    yield "</tbody></table></div>"


def _calibration(found: Evaluation) -> Iterator[str]:
    yield _section("概率是否可信", "Whether the probabilities hold")
    told = found.calibration
    if told is None:
        yield _note("结果行没有各等级的概率（levels）。", "The run lines have no probabilities (levels).")
        return
    yield _said(
        f"{told.pairs} 对。横轴：给出的概率；纵轴：实际的频率与其 95 % 区间；下方：各段的对数。",
        f"{told.pairs} pairs. Across: the probability given; up: the frequency with its 95 % interval; below: pairs in each tenth.",
    )
    yield '<div class="charts three">'
    for name, one in told.thresholds.items():
        yield f"<figure>{charts.diagram(one, *EVENTS[name])}</figure>"
    yield f"</div><p>ECE {told.ece:.3f} · {both(*EVENTS['top'])} {told.top_level.ece:.3f} ({both('偶然', 'chance')} {told.top_level.ece_by_chance:.3f}) · Brier {told.brier:.3f}</p>"


def _worst(shown: Sequence[Worst], told: Told) -> Iterator[str]:
    if not shown:
        return
    yield _section("做得最差的需求", "The needs served worst")
    yield '<ol class="worst">'
    for one in shown:
        yield f"<li><b>{_named(one.need, told.needs)}</b> <span class=note>nDCG {one.value:.3f}</span>"
        yield f"<p>{both('排在第一：', 'On top: ')}{_first(one, told)}</p>"
        if reasons := told.reasons.get((one.need, one.first)):
            zh, en = ("；".join(pair[0] for pair in reasons), "; ".join(pair[1] for pair in reasons))
            yield f'<p class="why"><bdi>{both(zh, en)}</bdi></p>'
        for name, grade, rank in one.right:
            where = both(f"第 {rank} 名", f"rank {rank}") if rank else both("不在结果里", "not in the run")
            yield f"<p>{both('应有：', 'Wanted: ')}{_named(name, told.achievements)} · {_grade(grade)} · {where}</p>"
        yield "</li>"
    yield "</ol>"


def _first(one: Worst, told: Told) -> str:
    if not one.first:
        return both("没有结果", "nothing")
    return f"{_named(one.first, told.achievements)} · {_grade(one.first_grade)}"


def _named(identity: str, titles: Mapping[str, str]) -> str:
    title = titles.get(identity, "")
    shown = f"<bdi>{escape(identity)}</bdi>"
    return f"<bdi>{escape(title)}</bdi> <span class=note>{shown}</span>" if title else shown


def _grade(grade: int | None) -> str:
    if grade is None:
        return both("没有评过", "not judged")
    if grade < COUNT:
        return both(*LEVEL_NAMES[grade])
    return both(f"等级 {grade}", f"grade {grade}")


def _glossary() -> Iterator[str]:
    yield _section("各项是什么", "What the measures say")
    yield "<dl>"
    for name, zh, en in MEASURES:
        yield f"<dt>{escape(name)}</dt><dd>{both(zh, en)}</dd>"
    yield "</dl>"


def _mark(drawn: str) -> str:
    return f'<svg viewBox="0 0 24 10" aria-hidden="true">{drawn}</svg>'


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _chance(value: float) -> str:
    return "&lt; 0.001" if value < 0.001 else f"{value:.3f}"
