"""``tuwei elicit``: the guided dialogue in a terminal, and the assessment of one draft."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tuwei.core.errors import InputError, TuweiError

app = typer.Typer(no_args_is_help=True, help="把需求问清楚 · Make a need clear.")
Language = Annotated[str, typer.Option(help="zh 或 en · zh or en")]


@app.command()
def assess(
    file: Annotated[Path | None, typer.Argument(help="需求记录(JSON)· a need record (JSON)")] = None,
    text: Annotated[str, typer.Option(help="一句话 · a sentence")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
    language: Language = "zh",
) -> None:
    """给出完整度、缺什么、下一问 · Score a draft, name what is missing, ask the next question."""
    from tuwei import elicit

    draft = _read(file) if file else {"problem": text}
    elicit.refuse_secrets(draft)
    found = elicit.assess(draft)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, default=str))
    else:
        _show(found, language)


@app.command()
def ask(
    out: Annotated[Path | None, typer.Option(help="结果存为 JSON · write the record here")] = None,
    language: Language = "zh",
) -> None:
    """在终端里一问一答;空行跳过,输入 . 结束 · Question and answer; an empty line skips, a dot ends."""
    from tuwei import elicit

    draft: dict[str, Any] = {"problem": typer.prompt("用您自己的话说,遇到了什么问题? · What is the problem?")}
    skipped: set[str] = set()
    while (question := elicit.assess(draft, skip=skipped).next_question) and question.code not in skipped:
        typer.echo(f"\n[{elicit.assess(draft).score}/100] {question.zh if language == 'zh' else question.en}")
        for example in question.examples_zh if language == "zh" else question.examples_en:
            typer.echo(f"    · {example}")
        said = typer.prompt(">", default="", show_default=False)
        if said.strip() == ".":
            break
        draft = _answered(draft, question.code, said, skipped, language)
    _finish(draft, out)


def _answered(
    draft: dict[str, Any], code: str, said: str, skipped: set[str], language: str
) -> dict[str, Any]:
    from tuwei import elicit

    if not said.strip():
        skipped.add(code)
        return draft
    try:
        changed = elicit.answer(draft, code, said)
        elicit.refuse_secrets(changed)
    except TuweiError as error:
        typer.echo(error.sentence(language))
        return draft
    return changed


def _finish(draft: dict[str, Any], out: Path | None) -> None:
    text = json.dumps(draft, ensure_ascii=False, indent=2)
    if out:
        out.write_text(text + "\n", "utf-8")
    typer.echo(str(out) if out else text)


def _show(found: Any, language: str) -> None:
    typer.echo(f"{found.score}/100")
    for item in found.missing:
        typer.echo(f"  - {item.zh if language == 'zh' else item.en} ({item.weight})")
    if found.next_question:
        typer.echo(found.next_question.zh if language == "zh" else found.next_question.en)


def _read(file: Path) -> dict[str, Any]:
    try:
        draft = json.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(
            "elicit.bad_file",
            "读不了 {file}:{got}",
            "Cannot read {file}: {got}",
            file=str(file),
            got=str(error)[:100],
        ) from None
    if not isinstance(draft, dict):
        raise InputError(
            "elicit.bad_file",
            "{file} 应为一个 JSON 对象。",
            "{file} must hold one JSON object.",
            file=str(file),
        )
    return draft
