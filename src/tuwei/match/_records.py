"""What a record is: the fields the engine reads, checked one by one, and everything else kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tuwei.core.errors import InputError
from tuwei.core.money import parse_yuan

LONGEST_CODE = 200  # characters of an id or a code: longer ones are pasted text, not identifiers
LONGEST_TEXT = 1_000_000  # characters of title, text or one prose field
PROSE = ("problem", "object", "function", "constraints", "application", "benefit", "abstract")


@dataclass(frozen=True, slots=True)
class Record:
    """One checked need or achievement.

    Parameters
    ----------
    id, title, text
        As given. ``text`` is the body alone; `body` adds the further prose fields.
    keywords
        In order, empty ones left out.
    field, industry, region
        Codes, ``""`` where unstated.
    trl
        1-9, or 0 where unstated.
    price, budget
        Lowest price asked and most that may be spent [分], or -1 where unstated.
    data
        The whole record as given, for the second stage and the caller.
    """

    id: str
    title: str
    text: str
    keywords: tuple[str, ...]
    field: str
    industry: str
    region: str
    trl: int
    price: int
    budget: int
    data: Mapping[str, Any]

    @property
    def body(self) -> str:
        """The text and the further prose fields, one a line."""
        return "\n".join(part for part in (self.text, *_prose(self.data)) if part)

    @property
    def whole(self) -> str:
        """Title, keywords and body: everything that is searched."""
        return "\n".join(part for part in (self.title, " ".join(self.keywords), self.body) if part)


def read_record(data: Any, *, file: str = "", row: int = 0) -> Record:
    """Check one record.

    Raises
    ------
    InputError
        ``match.bad_field`` naming file, row (1-based), field, what was expected and what came.

    Examples
    --------
    >>> read_record({"id": "a1", "title": "节水灌溉", "text": "滴灌", "trl": 7}).trl
    7
    """
    at = {"file": file, "row": row}
    if not isinstance(data, Mapping):
        raise _bad(at, "", "一个 JSON 对象", "a JSON object", data)
    return _checked(data, at, identity=_string(data, "id", at, most=LONGEST_CODE, needed=True).strip())


def restored(data: Mapping[str, Any]) -> Record:
    """Return the record of data that `read_record` took before; nothing is checked again."""
    return Record(
        id=data["id"].strip(),
        title=data["title"].strip(),
        text=_text(data, {}),
        keywords=tuple(word.strip() for word in data.get("keywords") or () if word.strip()),
        field=_code(data, "field"),
        industry=_code(data, "industry"),
        region=_code(data, "region"),
        trl=int(data.get("trl") or 0),
        price=_amount(data, ("price_min", "price"), {}),
        budget=_amount(data, ("budget_max", "budget"), {}),
        data=data,
    )


def read_query(data: Any, *, file: str = "", row: int = 0) -> Record:
    """Check what is looked for: as `read_record`, but the id and the text may be left out.

    A string stands for a record with this text.
    """
    at = {"file": file, "row": row}
    if isinstance(data, str):
        data = {"title": "", "text": data}
    if not isinstance(data, Mapping):
        raise _bad(at, "", "一段文字或一个 JSON 对象", "a text or a JSON object", data)
    unsaid = {} if data.get("problem") else {"text": ""}
    record = _checked({"title": "", **unsaid, **data}, at, identity=str(data.get("id", "")), loose=True)
    if not record.whole.strip():
        raise _bad(at, "text", "标题或正文", "a title or a text", "")
    return record


def read_records(records: Iterable[Any], *, file: str = "") -> Iterator[Record]:
    """Check records one after another; the second one of the same id is an error."""
    seen: set[str] = set()
    for row, data in enumerate(records, start=1):
        record = read_record(data, file=file, row=row)
        if record.id in seen:
            raise duplicate(record.id, file=file, row=row)
        seen.add(record.id)
        yield record


def duplicate(identity: str, *, file: str, row: int) -> InputError:
    """Return the error for an id that came before in the same input."""
    return _bad({"file": file, "row": row}, "id", "此前未出现过的编号", "an id not used before", identity)


def _checked(data: Mapping[str, Any], at: dict[str, Any], *, identity: str, loose: bool = False) -> Record:
    for name in PROSE:
        if data.get(name) is not None:
            _string(data, name, at, most=LONGEST_TEXT)
    return Record(
        id=identity,
        title=_string(data, "title", at, most=LONGEST_TEXT, needed=not loose).strip(),
        text=_text(data, at),
        keywords=_keywords(data, at),
        field=_string(data, "field", at, most=LONGEST_CODE).strip(),
        industry=_string(data, "industry", at, most=LONGEST_CODE).strip(),
        region=_string(data, "region", at, most=LONGEST_CODE).strip(),
        trl=_trl(data, at),
        price=_amount(data, ("price_min", "price"), at),
        budget=_amount(data, ("budget_max", "budget"), at),
        data=_lists_checked(data, at),
    )


def _code(data: Mapping[str, Any], name: str) -> str:
    return (data.get(name) or "").strip()


def _text(data: Mapping[str, Any], at: dict[str, Any]) -> str:
    """Return the body's own text; of a need that has a problem instead, what its indicators say."""
    if data.get("text") is not None:
        return _string(data, "text", at, most=LONGEST_TEXT)
    if not str(data.get("problem") or "").strip():
        zh, en = "文字（或改填需求的 problem）", "text (or the problem of a need in its place)"
        raise _bad(at, "text", zh, en, data.get("text"))
    items = _listed(data, "indicators")
    return (
        "\n".join(_said(item) for item in items if isinstance(item, Mapping))
        if isinstance(items, list)
        else ""
    )


def _said(indicator: Mapping[str, Any]) -> str:
    """Return an indicator's name, present state and note as text; its bounds are compared, not searched."""
    return " ".join(str(indicator[name]) for name in ("name", "current", "note") if indicator.get(name))


def _string(
    data: Mapping[str, Any],
    name: str,
    at: dict[str, Any],
    *,
    most: int,
    needed: bool = False,
) -> str:
    value = data.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise _bad(at, name, "文字", "text", value)
    if needed and not value.strip():
        raise _bad(at, name, "非空文字", "text that is not empty", value)
    if len(value) > most:
        raise _bad(at, name, f"至多 {most} 字", f"at most {most} characters", f"{len(value)}")
    return value


def _keywords(data: Mapping[str, Any], at: dict[str, Any]) -> tuple[str, ...]:
    value = _listed(data, "keywords")
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise _bad(at, "keywords", "由文字组成的列表", "a list of texts", value)
    return tuple(word.strip() for word in value if word.strip())


def _listed(data: Mapping[str, Any], name: str) -> Any:
    return [] if data.get(name) in (None, "") else data[name]


def _trl(data: Mapping[str, Any], at: dict[str, Any]) -> int:
    value = data.get("trl")
    if value is None or value == "":
        return 0
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:3])
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 9:
        raise _bad(at, "trl", "1–9 的整数", "a whole number from 1 to 9", value)
    return value


def _amount(data: Mapping[str, Any], names: tuple[str, ...], at: dict[str, Any]) -> int:
    """Return the first of these fields that is stated [分], -1 where none is."""
    for name in names:
        if data.get(name) not in (None, ""):
            return fen(data[name], name, at)
    return -1


def fen(value: Any, name: str, at: dict[str, Any]) -> int:
    """Return an amount of yuan, a number or as people write it, in 分."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise _bad(at, name, "以元计的金额", "an amount in yuan", value)
    plain = str(value)
    if plain.isascii() and plain.isdigit() and len(plain) <= 12:  # most are whole yuan
        return int(plain) * 100
    try:
        return parse_yuan(plain)
    except InputError as error:
        raise _bad(
            at, name, "不为负、至多两位小数的元数", "yuan, not negative, at most two decimals", value
        ) from error


def _lists_checked(data: Mapping[str, Any], at: dict[str, Any]) -> Mapping[str, Any]:
    for name in ("claims", "indicators"):
        value = _listed(data, name)
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise _bad(at, name, "由对象组成的列表", "a list of objects", value)
        for item in value:
            for side in ("low", "high"):
                bound(item, side, at, name)
    _inquiries_checked(data.get("inquiries"), at)
    return data


def _inquiries_checked(value: Any, at: dict[str, Any]) -> None:
    """Refuse a record of inquiries that is none."""
    if value in (None, ""):
        return
    found = [value.get(name) for name in ("asked", "answered")] if isinstance(value, Mapping) else []
    counts = [count for count in found if isinstance(count, int) and not isinstance(count, bool)]
    if len(counts) != 2 or not 0 <= counts[1] <= counts[0]:
        zh = "对象，含整数 asked 与 answered，0 ≤ answered ≤ asked"
        en = "an object of whole numbers asked and answered, 0 <= answered <= asked"
        raise _bad(at, "inquiries", zh, en, value)


def bound(
    item: Mapping[str, Any], side: str, at: Mapping[str, Any] | None = None, name: str = ""
) -> Decimal | None:
    """Return the lower or upper bound of an indicator or a claim, None where it is open."""
    value = item.get(side)
    if value is None or value == "":
        return None
    try:
        found = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value).strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise _bad(dict(at or {"file": "", "row": 0}), f"{name}.{side}", "数", "a number", value)
    return found


def _prose(data: Mapping[str, Any]) -> Iterator[str]:
    return (data[name] for name in PROSE if data.get(name))


def _bad(at: dict[str, Any], field: str, zh: str, en: str, got: Any) -> InputError:
    shown = got if isinstance(got, str) else repr(got)
    return InputError(
        "match.bad_field",
        f"{{file}} 第 {{row}} 行“{{field}}”应为{zh},现为“{{got}}”。",
        f"{{file}} row {{row}}: “{{field}}” must be {en}, got “{{got}}”.",
        **at,
        field=field,
        expected=en,
        got=shown if len(shown) <= 80 else shown[:79] + "…",
    )
