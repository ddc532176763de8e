"""The declared files of a pack as Markdown tables, for the reference pages."""

from __future__ import annotations

from collections.abc import Iterator

from tuwei.packs import schema

HEADS = {
    "zh": ("列", "类型", "必填", "允许的值"),
    "en": ("column", "type", "required", "allowed"),
}
YES = {"zh": "是", "en": "yes"}
TYPES = {
    "texts": ("文字的列表", "a list of texts"),
    "objects": ("对象的列表", "a list of objects"),
}


def markdown(columns: tuple[schema.Column, ...], language: str = "zh") -> str:
    """Return columns as a Markdown table in ``"zh"`` or ``"en"``; parts of objects follow their list.

    Examples
    --------
    >>> print(markdown((schema.Column("grade", "integer", required=True, low=1, high=3),), "en"))
    | column | type | required | allowed |
    | --- | --- | --- | --- |
    | `grade` | a whole number | yes | 1…3 |
    """
    rows = [HEADS[language], ("---",) * 4, *_rows(columns, language, "")]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _rows(columns: tuple[schema.Column, ...], language: str, inside: str) -> Iterator[tuple[str, ...]]:
    for column in columns:
        name = f"`{inside}{column.name}`"
        yield (
            name,
            _kind(column, language),
            YES[language] if column.required else "",
            _allowed(column, language),
        )
        yield from _rows(column.parts, language, f"{column.name}[].")


def _kind(column: schema.Column, language: str) -> str:
    zh, en = TYPES.get(column.kind) or schema.KINDS[column.kind][1:]
    return (zh if language == "zh" else en).replace("|", "\\|")


def _allowed(column: schema.Column, language: str) -> str:
    if column.refers:
        return f"{'见' if language == 'zh' else 'in'} `{column.refers}`"
    if column.low is not None:
        return f"{column.low}…{'' if column.high is None else column.high}"
    return ", ".join(f"`{value}`" for value in column.allowed)
