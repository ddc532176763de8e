"""``tuwei elicit``: the guided dialogue in a terminal, and the assessment of one draft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuwei.core.errors import InputError, TuweiError

if TYPE_CHECKING:
    from tuwei.elicit import Assessment, Proposal, Understood

app = typer.Typer(no_args_is_help=True, help="把需求问清楚 · make a need clear")
Language = Annotated[str, typer.Option("--language", help="zh 或 en · zh or en")]
_LARGEST = 1_000_000  # bytes of a draft


@app.callback()
def root() -> None:
    """把需求问清楚 · Make a need clear."""


@app.command()
def assess(
    file: Annotated[Path | None, typer.Argument(help="需求记录（JSON）· a need record (JSON)")] = None,
    text: Annotated[str, typer.Option("--text", help="一句话 · one sentence")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · as JSON")] = False,
    language: Language = "zh",
) -> None:
    """给出完整度、缺什么、下一问 · Score a draft, name what is missing, ask the next question."""
    from tuwei import elicit

    draft = _draft(file, text)
    elicit.refuse_secrets(draft)
    found = elicit.assess(draft)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
    else:
        _show(found, language)


def _draft(file: Path | None, text: str) -> dict[str, Any]:
    if (file is None) == (not text.strip()):
        raise InputError(
            "elicit.file_or_text",
            "请给出一个文件，或用 --text 给出一句话（二选一）。",
            "Give either a file or --text “one sentence”.",
            field="file",
        )
    return {"problem": text.strip()} if file is None else _read(file)


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST:
            raise ValueError("> 1 MB")
        draft = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            "elicit.bad_file",
            "读不了 {file}：{got}。应为一个 UTF-8 的 JSON 文件，不超过 1 MB。",
            "Cannot read {file}: {got}. Expected one UTF-8 JSON file of at most 1 MB.",
            file=str(file),
            got=str(error)[:100],
        ) from None
    if not isinstance(draft, dict):
        raise InputError(
            "elicit.bad_file",
            "{file} 应为一个 JSON 对象，现为 {got}。",
            "{file} must hold one JSON object, got {got}.",
            file=str(file),
            got=type(draft).__name__,
        )
    return draft


def _show(found: Assessment, language: str) -> None:
    zh = not language.startswith("en")
    typer.echo(
        f"{'完整度' if zh else 'Completeness'} {found.score}/100 "
        + (
            ("够清楚，可以发布" if zh else "clear enough to publish")
            if found.clear
            else ("还不够清楚" if zh else "not clear enough yet")
        )
    )
    for warning in found.warnings:
        typer.echo(f"  ! {warning.zh if zh else warning.en}")
    for proposal in found.proposals:
        typer.echo(f"  ~ {proposal.zh if zh else proposal.en}")
    for part in found.missing:
        label = {"recognised": "待确认", "partly": "可补充", "absent": "缺"}[part.state] if zh else part.state
        typer.echo(f"  - {part.zh if zh else part.en} +{part.weight - part.got:g} ({label})")
    if question := found.next_question:
        typer.echo(
            f"\n? {question.zh if zh else question.en}\n  {question.why_zh if zh else question.why_en}"
        )
        for example in question.examples_zh if zh else question.examples_en:
            typer.echo(f"    · {example}")


@app.command()
def ask(
    out: Annotated[Path | None, typer.Option("--out", help="结果存为 JSON · write the record here")] = None,
    language: Language = "zh",
) -> None:
    """在终端里一问一答 · Question and answer in the terminal."""
    from tuwei import elicit

    zh = not language.startswith("en")
    typer.echo(
        "回车跳过，输入“.”结束，“？”看为什么问。"
        if zh
        else "Enter skips, “.” ends, “?” tells why it is asked."
    )
    draft = _begin(zh)
    skipped: set[str] = set()
    offered: set[str] = set()
    while True:
        draft = _offer(draft, offered, zh)
        found = elicit.assess(draft, skip=skipped)
        if found.next_question is None or not _turn(draft, found, skipped, zh):
            break
    _finish(draft, out, zh)


def _begin(zh: bool) -> dict[str, Any]:
    from tuwei import elicit

    while True:
        said = _prompt(
            "用您自己的话说，遇到了什么问题？" if zh else "In your own words: what is the problem?"
        )
        if said in ("", "."):
            raise typer.Exit
        try:
            elicit.refuse_secrets({"problem": said})
            elicit.refuse_junk("problem", said)
        except TuweiError as error:
            typer.echo(error.sentence("zh" if zh else "en"))
            continue
        return {
            "problem": elicit.without_contact(said) or said,
            "answers": [{"question": "start", "text": said}],
        }


def _offer(draft: dict[str, Any], offered: set[str], zh: bool) -> dict[str, Any]:
    """Show what was read from the words, once, and take over what the person leaves standing."""
    from tuwei import elicit

    fresh = [one for one in elicit.assess(draft).proposals if one.zh not in offered]
    if not fresh:
        return draft
    offered |= {one.zh for one in fresh}
    typer.echo("\n我从您的话里读到：" if zh else "\nRead from your words:")
    for number, one in enumerate(fresh, 1):
        typer.echo(f"  {number}. {one.zh if zh else one.en}")
    said = _prompt(
        "都对就回车；不对的写编号（如 1 3），都不要写 0"
        if zh
        else "Enter if all are right; else the wrong numbers (1 3), or 0 for none"
    )
    for one in _kept(fresh, said):
        draft = elicit.accept(draft, one)
    return draft


def _kept(fresh: list[Proposal], said: str) -> list[Proposal]:
    numbers = {
        int(part)
        for part in said.replace(",", " ").replace("\uff0c", " ").replace("、", " ").split()
        if part.isdecimal()
    }
    return [] if 0 in numbers else [one for number, one in enumerate(fresh, 1) if number not in numbers]


def _turn(draft: dict[str, Any], found: Assessment, skipped: set[str], zh: bool) -> bool:
    """Ask one question; False ends the dialogue. ``draft`` is changed in place."""

    question = found.next_question
    if question is None:
        return False
    typer.echo(f"\n[{found.score}/100] {question.zh if zh else question.en}")
    for example in question.examples_zh if zh else question.examples_en:
        typer.echo(f"    · {example}")
    said = _prompt(">")
    if said == ".":
        return False
    if said in ("?", "\uff1f"):
        typer.echo(f"    {question.why_zh if zh else question.why_en}")
    elif not said:
        skipped.add(question.code)
    else:
        _merge(draft, question.code, said, zh)
    return True


def _merge(draft: dict[str, Any], code: str, said: str, zh: bool) -> None:
    """Take an answer and say back what was understood; what cannot be read changes nothing."""
    from tuwei import elicit

    try:
        changed = elicit.answer(draft, code, said)
    except TuweiError as error:
        typer.echo(f"    {error.sentence('zh' if zh else 'en')}")
        return
    for one in elicit.understood(draft, changed, said):
        if not one.verbatim:
            typer.echo(f"    {_said_back(one, zh)}")
    draft.clear()
    draft.update(changed)


def _said_back(one: Understood, zh: bool) -> str:
    if zh:
        return f"记为：{one.name_zh}：{one.zh}" + (f"（单位按问题补为“{one.added}”）" if one.added else "")
    return f"Taken as {one.name_en}: {one.en}" + (
        f" (the unit {one.added} is the question's)" if one.added else ""
    )


def _prompt(text: str) -> str:
    """Ask; the end of the input ends the dialogue."""
    try:
        return str(typer.prompt(text, default="", show_default=False)).strip()
    except typer.Abort:
        typer.echo("")
        return "."


def _finish(draft: dict[str, Any], out: Path | None, zh: bool) -> None:
    from tuwei import elicit

    found = elicit.assess(draft)
    _ending = (
        ("够清楚，可以发布。" if zh else "clear enough to publish.")
        if found.clear
        else (
            "还不到发布的门槛，可先交给科技特派员。"
            if zh
            else "below the threshold; a commissioner can take it on."
        )
    )
    typer.echo(f"\n{'完整度' if zh else 'Completeness'} {found.score}/100,{_ending}")
    text = json.dumps(draft, ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise InputError(
            "elicit.cannot_write",
            "写不了 {file}：{got}",
            "Cannot write {file}: {got}",
            file=str(out),
            got=str(error.strerror),
        ) from None
    typer.echo(str(out))
