"""Which records may come into question at all: region, field, industry, TRL and budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuwei.core.errors import InputError
from tuwei.match._records import Record, fen


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must satisfy; empty parts ask nothing.

    Parameters
    ----------
    region
        A GB/T 2260 code: ``"150100"`` admits every ``1501xx``, ``"150000"`` every ``15xxxx``.
        Any other text must be equal.
    field, industry
        Codes, any of which will do.
    trl
        The least readiness, 1-9. A record that states none does not pass.
    budget
        The most that may be spent [分]. A record passes when its lowest price is not above it;
        one that states no price passes too (most listings are negotiable).
    """

    region: str = ""
    field: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    trl: int = 0
    budget: int = -1

    def __bool__(self) -> bool:
        return self != Filters()

    def admits(self, record: Record) -> bool:
        """Tell whether one record passes: the meaning of a filter, which the fast paths must equal."""
        return (
            (not self.region or region_prefix(self.region) in region_terms(record.region))
            and (not self.field or record.field in self.field)
            and (not self.industry or record.industry in self.industry)
            and record.trl >= self.trl
            and (self.budget < 0 or record.price <= self.budget)
        )


def read_filters(data: Mapping[str, Any] | Filters | None) -> Filters:
    """Check filters as they come from a query string, a form or Python.

    Parameters
    ----------
    data
        ``region`` and ``trl`` as in `Filters`, ``field`` and ``industry`` one code or a list,
        ``budget`` in yuan.

    Raises
    ------
    InputError
        ``match.bad_filter`` for a name that is no filter, ``match.bad_field`` for a bad value.

    Examples
    --------
    >>> read_filters({"region": "150100", "field": "bio", "budget": "0.5"})
    Filters(region='150100', field=('bio',), industry=(), trl=0, budget=50)
    """
    if data is None or isinstance(data, Filters):
        return data or Filters()
    stated = {name: value for name, value in data.items() if value not in (None, "", [], ())}
    unknown = sorted(set(stated) - {"region", "field", "industry", "trl", "budget"})
    if unknown:
        raise _bad(
            unknown[0], "region、field、industry、trl 或 budget", "region, field, industry, trl or budget", ""
        )
    budget = fen(stated["budget"], "budget", {"file": "", "row": 0}) if "budget" in stated else -1
    region = str(stated.get("region", "")).strip()
    return Filters(region, _codes(stated, "field"), _codes(stated, "industry"), _least_trl(stated), budget)


def region_prefix(code: str) -> str:
    """Return the part of a region code that its lower levels share.

    Examples
    --------
    >>> region_prefix("150000"), region_prefix("150100"), region_prefix("150102")
    ('15', '1501', '150102')
    """
    if not _is_code(code):
        return code
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def region_terms(code: str) -> tuple[str, ...]:
    """Return the prefixes under which a record of this region is found."""
    if not _is_code(code):
        return (code,) if code else ()
    prefix = region_prefix(code)
    return tuple(prefix[:length] for length in (2, 4, 6) if length <= len(prefix))


def _is_code(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdigit()


def _codes(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name, ())
    found = (
        (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else (None,)
    )
    if not all(isinstance(code, str) for code in found):
        raise _bad(name, "代码或代码列表", "a code or a list of codes", value)
    return tuple(code.strip() for code in found if code and code.strip())


def _least_trl(data: Mapping[str, Any]) -> int:
    value = data.get("trl", 0)
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and 0 <= int(text[:3]) <= 9):
        raise _bad("trl", "1–9 的整数", "a whole number from 1 to 9", value)
    return int(text)


def _bad(name: str, zh: str, en: str, got: Any) -> InputError:
    return InputError(
        "match.bad_filter",
        f"筛选条件“{{field}}”应为{zh},现为“{{got}}”。",
        f"The filter “{{field}}” must be {en}, got “{{got}}”.",
        field=name,
        expected=en,
        got=str(got)[:80],
    )
