"""Whom works belong to: people, organisations, or teams of people who work together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from tuwei.match._persons import LEAST, Person, mentions, organisations, persons, same

TOGETHER = 2  # people in common that make two works the work of one team


@dataclass(slots=True)
class Owner:
    """Whoever works speak for: ``works`` holds how much of each counts, 0-1, by its id."""

    key: str
    name: str
    organisation: str
    works: dict[str, float]
    members: list[str] = field(default_factory=list)
    note_zh: str = ""
    note_en: str = ""


def grouped_by(by: str, records: Mapping[str, Mapping[str, Any]]) -> list[Owner]:
    """Return the owners of works, ``records`` by id in the order of their ranking."""
    if by == "organisation":
        return _organisations(records)
    if by == "person":
        return [_person(one) for one in _persons(records)]
    named = {work: data for work, data in records.items() if _team(data)}
    return [*_named(named), *_together({work: records[work] for work in records if work not in named})]


def _persons(records: Mapping[str, Mapping[str, Any]]) -> list[Person]:
    return persons(one for work, data in records.items() for one in mentions(work, data))


def _person(person: Person) -> Owner:
    works = {work: one.role for work, one in person.mentions.items()}
    zh, en = _notes(person)
    return Owner(person.key, person.name, person.organisation, works, [], zh, en)


def _notes(person: Person) -> tuple[str, str]:
    zh, en = [], []
    if person.joined:
        zh.append(f"其中 {len(person.joined)} 项未署单位，按共同作者归入")
        en.append(f"{len(person.joined)} of the works name no organisation and were added by co-authors")
    if person.apart:
        zh.append(f"另有同名的“{person.name}”，未作合并")
        en.append(f"others are named “{person.name}” too and are kept apart")
    elif not person.organisation:
        zh.append("未署单位")
        en.append("no organisation is named")
    return "；".join(zh), "; ".join(en)


def _organisations(records: Mapping[str, Mapping[str, Any]]) -> list[Owner]:
    made: dict[str, Owner] = {}
    for work, data in records.items():
        for place, name in enumerate(organisations(data)):
            owner = made.setdefault(same(name), Owner(f"org:{same(name)}", name, name, {}))
            owner.works.setdefault(work, max(LEAST, 1 / (1 + place)))
    return list(made.values())


def _team(data: Mapping[str, Any]) -> str:
    name = data.get("team")
    return same(name) if isinstance(name, str) else ""


def _named(records: Mapping[str, Mapping[str, Any]]) -> list[Owner]:
    """Teams that works name; teams of one name at two organisations are two."""
    parts: dict[str, dict[str, Mapping[str, Any]]] = {}
    for work, data in records.items():
        holders = ",".join(sorted(map(same, organisations(data))))
        parts.setdefault(f"team:{_team(data)}@{holders}", {})[work] = data
    made = []
    for key, works in parts.items():
        data = next(iter(works.values()))
        at, members = organisations(data), _members(_persons(works))
        made.append(Owner(key, data["team"].strip(), at[0] if at else "", dict.fromkeys(works, 1.0), members))
    return made


def _together(records: Mapping[str, Mapping[str, Any]]) -> list[Owner]:
    """Teams by works that have two people in common, or all where there is but one."""
    known = _persons(records)
    people = _by_work(known)
    heads: dict[str, str] = {work: work for work in people}
    first: dict[tuple[str, ...], str] = {}
    for work, keys in people.items():
        for shared in combinations(keys, min(TOGETHER, len(keys))):
            heads[_head(heads, work)] = _head(heads, first.setdefault(shared, work))
    parts: dict[str, list[str]] = {}
    for work in people:
        parts.setdefault(_head(heads, work), []).append(work)
    return [_joint(works, [one for one in known if {*one.mentions} & {*works}]) for works in parts.values()]


def _by_work(known: Iterable[Person]) -> dict[str, list[str]]:
    people: dict[str, list[str]] = {}
    for person in known:
        for work in person.mentions:
            people.setdefault(work, []).append(person.key)
    return {work: sorted(keys)[:50] for work, keys in people.items()}  # of consortia the first fifty


def _head(heads: dict[str, str], work: str) -> str:
    while heads[work] != work:
        heads[work] = heads[heads[work]]
        work = heads[work]
    return work


def _joint(works: list[str], known: list[Person]) -> Owner:
    ordered = _ordered(known, works)
    lead = ordered[0]
    key = "joint:" + "|".join(sorted(person.key for person in ordered))
    members = [person.name for person in ordered]
    return Owner(key, lead.name, lead.organisation, dict.fromkeys(works, 1.0), members)


def _members(known: Iterable[Person]) -> list[str]:
    found = list(known)
    return [person.name for person in _ordered(found, [work for one in found for work in one.mentions])]


def _ordered(known: Iterable[Person], works: Iterable[str]) -> list[Person]:
    """People by how much of these works is theirs, the lead first."""
    chosen = {*works}

    def share(person: Person) -> float:
        return sum(one.role for work, one in person.mentions.items() if work in chosen)

    return sorted(known, key=lambda person: -share(person))  # equal ones as the best work names them
