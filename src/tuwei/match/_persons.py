"""Who is named by the works: mentions of people read, and put together only where it is sure enough.

Two mentions are one person where both carry the same identifier (ORCID or any other), or the same name at the same
organisation. The same name at two organisations is two people. A mention without an organisation stays by itself,
unless it shares a co-author with mentions of one person only; then it is put to that one, and this is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tuwei.core.text import normalise

LEADS = frozenset(
    "first corresponding lead leader inventor pi principal "
    "第一 第一作者 第一完成人 第一发明人 通讯 通讯作者 负责人 项目负责人 主持人".split()
)
LEAD, LEAST = 1.0, 0.3  # association of a leading and of the last person
IDENTIFIERS = ("orcid", "id", "person_id")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person as one work names them.

    Parameters
    ----------
    work
        Id of the work.
    name, organisation, identifier
        As written, ``""`` where not given.
    place
        From 0, in the order of the work.
    lead
        Whether the work says that the person leads (first or corresponding author, lead inventor).
    """

    work: str
    name: str
    organisation: str
    identifier: str
    place: int
    lead: bool

    @property
    def role(self) -> float:
        """How much of the work counts for the person: all for a lead, then 1/2, 1/3, 0.3 (after Hagen 2008)."""
        return LEAD if self.lead else max(LEAST, 1 / (1 + self.place))


@dataclass(slots=True)
class Person:
    """One person, or one mention that could not be put to any.

    Parameters
    ----------
    joined
        Works put to this person by co-authors alone.
    apart
        Whether there are others of this name among the works.
    """

    key: str
    name: str
    organisation: str
    mentions: dict[str, Mention] = field(default_factory=dict)
    joined: list[str] = field(default_factory=list)
    apart: bool = False


def mentions(work: str, data: Mapping[str, Any]) -> list[Mention]:
    """Read the ``people`` of a work: names, or mappings with ``name`` and what else is known.

    The organisation of the work is that of its people where it names one and they name none.

    Examples
    --------
    >>> found = mentions("w1", {"people": ["王伟", {"name": "李娜", "role": "通讯作者"}], "organisation": "甲所"})
    >>> [(one.name, one.organisation, one.role) for one in found]
    [('王伟', '甲所', 1.0), ('李娜', '甲所', 1.0)]
    """
    given = data.get("people")
    named = given if isinstance(given, list | tuple) else [given] if isinstance(given, str) else []
    holders = organisations(data)
    at = holders[0] if len(holders) == 1 else ""
    found = [_mention(work, one, place, at) for place, one in enumerate(named)]
    return [one for one in found if one is not None]


def organisations(data: Mapping[str, Any]) -> list[str]:
    """Return the organisations a work names, as written."""
    given = data.get("organisation")
    named = given if isinstance(given, list | tuple) else [given]
    return list(dict.fromkeys(text for one in named if (text := _text(one))))


def same(name: str) -> str:
    """Return a name as it is compared: one spelling, no spaces, small letters.

    Examples
    --------
    >>> same("Ｗａｎｇ Wei") == same("wang  wei ")
    True
    """
    return _SPACE.sub("", normalise(name)).lower()


def persons(found: Iterable[Mention]) -> list[Person]:
    """Put mentions together, in the order they come; two people of one name are never merged silently."""
    listed = list(found)
    ids = _identifiers(listed)
    made: dict[str, Person] = {}
    loose: list[Mention] = []
    for one in listed:
        key = _key(one, ids)
        if key:
            _put(made, key, one)
        else:
            loose.append(one)
    _settle(made, loose, _beside(listed))
    count: dict[str, int] = {}
    for person in made.values():
        count[same(person.name)] = count.get(same(person.name), 0) + 1
    for person in made.values():
        person.apart = count[same(person.name)] > 1
    return list(made.values())


def _mention(work: str, given: Any, place: int, organisation: str) -> Mention | None:
    told: Mapping[str, Any] = given if isinstance(given, Mapping) else {"name": given}
    name = _text(told.get("name"))
    if not name:
        return None
    identifier = next((_text(told.get(kind)) for kind in IDENTIFIERS if _text(told.get(kind))), "")
    roles = told.get("role")
    said = {_text(role).lower() for role in (roles if isinstance(roles, list | tuple) else [roles])}
    lead = place == 0 or bool(said & LEADS)
    return Mention(work, name, _text(told.get("organisation")) or organisation, identifier, place, lead)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return " ".join(str(value).split())[:200] if normalise(str(value)) else ""


def _identifiers(found: Sequence[Mention]) -> dict[tuple[str, str], set[str]]:
    """Which identifiers a name has at an organisation."""
    known: dict[tuple[str, str], set[str]] = {}
    for one in found:
        if one.identifier and one.organisation:
            known.setdefault((same(one.name), same(one.organisation)), set()).add(same(one.identifier))
    return known


def _key(one: Mention, ids: Mapping[tuple[str, str], set[str]]) -> str:
    if one.identifier:
        return f"id:{same(one.identifier)}"
    if not one.organisation:
        return ""
    place = (same(one.name), same(one.organisation))
    known = ids.get(place, set())
    return f"id:{next(iter(known))}" if len(known) == 1 else f"at:{place[0]}@{place[1]}"


def _put(made: dict[str, Person], key: str, one: Mention, *, joined: bool = False) -> None:
    person = made.setdefault(key, Person(key, one.name, one.organisation))
    person.organisation = person.organisation or one.organisation
    kept = person.mentions.get(one.work)
    if kept is None or one.role > kept.role:
        person.mentions[one.work] = one
    if joined:
        person.joined.append(one.work)


def _beside(found: Sequence[Mention]) -> dict[str, set[str]]:
    """The names of each work."""
    beside: dict[str, set[str]] = {}
    for one in found:
        beside.setdefault(one.work, set()).add(same(one.name))
    return beside


def _settle(made: dict[str, Person], loose: Sequence[Mention], beside: Mapping[str, set[str]]) -> None:
    """Put mentions without an organisation to the one person of this name who shares co-authors, or apart."""
    named: dict[str, list[Person]] = {}
    for person in made.values():
        named.setdefault(same(person.name), []).append(person)
    for one in loose:
        name = same(one.name)
        others = beside[one.work] - {name}
        near = [
            person
            for person in named.get(name, [])
            if any(others & (beside[work] - {name}) for work in person.mentions if work != one.work)
        ]
        if len(near) == 1:
            _put(made, near[0].key, one, joined=True)
            continue
        key = f"in:{name}@{one.work}"
        _put(made, key, one)
        named.setdefault(name, []).append(made[key])
