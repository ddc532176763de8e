"""All rules with the overlays laid over them: what is in force on a day, and the decision it makes."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from tuwei.core.errors import MissingError
from tuwei.rules import _expression as x
from tuwei.rules._facts import View
from tuwei.rules._parameters import FOREVER, Citation, Document, Layer, read_overlay, read_statute
from tuwei.rules._rule import Decision, Terms, Version, registered
from tuwei.rules._tree import Labels
from tuwei.rules._yaml import Entry

UNIT_LABELS = tuple[str, str, str]


class RuleInfo(NamedTuple):
    """A rule for a list: id, names, kind, its rung (0: none), its windows in force, which ladder."""

    id: str
    zh: str
    en: str
    kind: str
    rung: int
    windows: tuple[Citation, ...]
    ladder: str = ""


class Statutes:
    """The shipped statutes and the overlays over them, the last overlay on top.

    Examples
    --------
    >>> statutes = load()
    >>> statutes.info("tech_sme").zh
    '科技型中小企业'
    """

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self.layers = layers
        self._decisions: dict[tuple[str, int], Decision] = {}
        self._switches: dict[int, tuple[Citation, ...]] = {}
        self._until: dict[tuple[str, int], datetime.date] = {}
        self._steps: dict[str, list[datetime.date]] = {}
        self._labels: dict[int, Labels] = {}
        self._check_overlays()

    def over(self, *layers: Layer) -> Statutes:
        """Return these statutes with more overlays on top."""
        return Statutes((*self.layers, *layers))

    def rules(self) -> Iterator[str]:
        """Yield the ids of all rules, those of the ladder first."""
        entries = {id: entry for layer in self.layers for id, entry in layer.rules.items()}
        yield from sorted(entries, key=lambda id: (int(entries[id].get("rung") or 99), id))

    def info(self, rule: str) -> RuleInfo:
        """Return a rule's names and windows.

        Raises
        ------
        MissingError
            ``rules.no_rule``, with the nearest id.
        """
        for layer in self.layers:
            if rule in layer.rules:
                entry = layer.rules[rule]
                windows = tuple(row for over in self.layers for row in over.in_force.get(rule, ()))
                rung = int(entry.get("rung") or 0)
                names = str(entry["zh"]), str(entry["en"]), str(entry["kind"])
                return RuleInfo(rule, *names, rung, windows, str(entry.get("ladder") or ""))
        near = get_close_matches(rule, list(self.rules()), 1, 0.4)
        raise MissingError(
            "rules.no_rule",
            "没有规则“{got}”，相近的有：{expected}。",
            "There is no rule “{got}”; the nearest: {expected}.",
            got=rule[:60],
            expected=near[0] if near else ", ".join(self.rules()),
        )

    def worth(self, rule: str) -> str:
        """Return which value of a rule is the money it brings, ``""`` where none is."""
        return next(
            (str(layer.rules[rule].get("worth") or "") for layer in self.layers if rule in layer.rules), ""
        )

    def version(self, rule: str, day: datetime.date) -> Citation | None:
        """Return the window a rule is in force through on a day, or None."""
        self.info(rule)
        return self._row("in_force", rule, day)

    def _row(self, part: str, id: str, day: datetime.date) -> Citation | None:
        for layer in reversed(self.layers):
            for row in getattr(layer, part).get(id, ()):
                if row.holds_on(day):
                    return row  # type: ignore[no-any-return]
        return None

    def parameter(self, part: str, rule: str, id: str, day: datetime.date) -> Citation:
        """Return the row of ``parameters`` or ``conditions`` in force.

        Raises
        ------
        MissingError
            ``rules.no_parameter``: none on that day.
        """
        row = self._row(part, f"{rule}.{id}", day)
        if row is None:
            raise MissingError(
                "rules.no_parameter",
                "规则“{rule}”在 {on} 没有有效的“{field}”，请在 data/{rule}.yaml 或叠加文件中补上这一天的行。",
                "Rule “{rule}” has no “{field}” in force on {on}; add a row for that day in data/{rule}.yaml or an overlay.",
                rule=rule,
                field=id,
                on=day.isoformat(),
            )
        return row

    def decision(self, rule: str, day: datetime.date) -> Decision | None:
        """Return the rule as it is on a day, None where no version is in force."""
        window = self.version(rule, day)
        if window is None:
            return None
        key = rule, bisect_right(self._changes(rule), day)
        if key not in self._decisions:
            made = _made(rule, window.words[0])
            terms = Terms(rule, day, lambda part, id: self.parameter(part, rule, id, day), self.labels(rule))
            self._decisions[key] = made.build(View(made.facts), terms)
            self._switches[id(self._decisions[key])] = tuple(_switches(self._decisions[key], terms))
        return self._decisions[key]

    def switches(self, decision: Decision) -> tuple[Citation, ...]:
        """Return the parameters that shape a decision without standing in it: whether a tie counts, caps, calendars."""
        return self._switches[id(decision)]

    def _changes(self, rule: str) -> list[datetime.date]:
        """The days on which something of the rule changes."""
        if rule not in self._steps:
            rows = [row for layer in self.layers for row in _rows_of(layer, rule)]
            ends = [row.valid_to + datetime.timedelta(1) for row in rows if row.valid_to < FOREVER]
            self._steps[rule] = sorted({row.valid_from for row in rows} | set(ends))
        return self._steps[rule]

    def unchanged_until(self, rule: str, day: datetime.date) -> datetime.date:
        """Return the last day up to which a rule decides alike: its version and all its parameters stay the same."""
        changes = self._changes(rule)
        key = rule, bisect_right(changes, day)
        if key not in self._until:
            now = self._figures(rule, day)
            later = next((one for one in changes[key[1] :] if self._figures(rule, one) != now), None)
            self._until[key] = later - datetime.timedelta(1) if later else datetime.date.max
        return self._until[key]

    def _figures(self, rule: str, day: datetime.date) -> tuple[Any, ...]:
        window = self.version(rule, day)
        rows = ((row.id, row.value, row.bands, row.words) for row in self.in_force(rule, day))
        return window and window.words, *rows

    def in_force(self, rule: str, day: datetime.date) -> list[Citation]:
        """Return every parameter of a rule in force on a day."""
        ids = {id: None for layer in self.layers for id in layer.parameters if id.startswith(f"{rule}.")}
        rows = (self._row("parameters", id, day) for id in ids)
        return [row for row in rows if row is not None]

    def labels(self, rule: str) -> dict[str, UNIT_LABELS]:
        """Return the names of a rule's quantities: id → (zh, en, unit)."""
        start = f"{rule}."
        return {
            id.removeprefix(start): label
            for layer in self.layers
            for id, label in layer.quantities.items()
            if id.startswith(start)
        }

    def labels_of(self, rule: str, decision: Decision) -> Labels:
        """Return the names of everything in a decision."""
        if id(decision) not in self._labels:
            self._labels[id(decision)] = Labels(decision.facts, self.labels(rule), decision.sources)
        return self._labels[id(decision)]

    def documents(self) -> dict[str, Document]:
        """Return all documents cited, by number."""
        return {document.number: document for layer in self.layers for document in layer.documents.values()}

    def programmes(self) -> Iterator[tuple[Layer, Any]]:
        """Yield the programmes of all overlays, with the layer each stands in."""
        for layer in self.layers:
            for entry in layer.programmes:
                yield layer, entry

    def programme_facts(self) -> frozenset[str]:
        """Return the names of the facts that programmes declare, so that one file of facts serves all."""
        listed = (entry.get("facts") for _, entry in self.programmes())
        rows = (row for found in listed if isinstance(found, list) for row in found if isinstance(row, dict))
        return frozenset(str(row.get("name")) for row in rows)

    def _check_overlays(self) -> None:
        known = {
            id: rows[0] for layer in self.layers if not layer.name for id, rows in layer.parameters.items()
        }
        rules = {rule: None for layer in self.layers for rule in layer.rules}
        for layer in self.layers:
            if layer.name:
                for id, rows in layer.parameters.items():
                    _check_rows(layer, id, rows, known)
                for rule, rows in layer.in_force.items():
                    _check_versions(layer, rule, rows, list(rules))


def _switches(decision: Decision, terms: Terms) -> Iterator[Citation]:
    nodes: list[x.Node] = [one.test for one in decision.conditions]
    nodes += [one.test for one in decision.consistency]
    nodes += [*decision.ways.values(), *decision.values.values()]
    nodes += [node for node in (decision.score, decision.expires) if node is not None]
    shown = {row.id for node in nodes for row in decision.sources(node)}
    yield from (row for id, row in terms.used.items() if row.id not in shown)


def _made(rule: str, version: str) -> Version:
    made = registered().get((rule, version))
    if made is None:
        raise MissingError(
            "rules.no_version",
            'data/{rule}.yaml 的版本“{got}”没有对应的 @version("{rule}", "{got}", …)。',
            'The version “{got}” of data/{rule}.yaml has no @version("{rule}", "{got}", …) in tuwei.rules.statutes.',
            rule=rule,
            got=version,
        )
    return made


def _rows_of(layer: Layer, rule: str) -> Iterator[Citation]:
    yield from layer.in_force.get(rule, ())
    for listed in (layer.parameters, layer.conditions):
        for id, rows in listed.items():
            if id.startswith(f"{rule}."):
                yield from rows


def _check_rows(layer: Layer, id: str, rows: list[Citation], known: dict[str, Citation]) -> None:
    """An overlay's rows must be of a parameter there is, in its unit and of its shape."""
    entry = layer.entries.get(id) or Entry(layer.file, 1)
    like = known.get(id) or _further_year(id, known)
    if like is None:
        near = get_close_matches(id, list(known), 1, 0.6)
        entry.fail("no_parameter", "没有参数“{got}”" + ("，是否为“{expected}”？" if near else "。"),
                   "there is no parameter “{got}”" + ("; do you mean “{expected}”?" if near else "."),
                   got=id, expected=near[0] if near else "")  # fmt: skip
    for row in rows:
        if row.unit != like.unit:
            entry.fail("wrong_unit", "“{got}”的单位应为 {expected}，现为 {unit}。",
                       "the unit of “{got}” must be {expected}, not {unit}.", "unit",
                       got=id, expected=like.unit, unit=row.unit)  # fmt: skip
        if bool(row.bands) != bool(like.bands) or row.of != like.of:
            entry.fail(
                "bad_value",
                "“{got}”{expected}。",
                "“{got}” {expected_en}.",
                "rows",
                got=id,
                **_shape(like),
            )


def _further_year(id: str, known: dict[str, Citation]) -> Citation | None:
    """Return the parameter of another year: ``days_off_2027`` is laid over a calendar that ends with 2026."""
    family = re.sub(r"\d{4}$", "", id)
    return next((row for other, row in known.items() if re.sub(r"\d{4}$", "", other) == family != id), None)


def _shape(row: Citation) -> dict[str, str]:
    if row.bands:
        return {
            "expected": f"是分档表(bands，of: {row.of})",
            "expected_en": f"is a table (bands, of: {row.of})",
        }
    return {"expected": "是一个值(value)，不分档", "expected_en": "is one value, no table"}


def _check_versions(layer: Layer, rule: str, rows: list[Citation], rules: list[str]) -> None:
    entry = layer.entries.get(f"in_force.{rule}") or Entry(layer.file, 1)
    versions = [version for one, version in registered() if one == rule]
    if rule not in rules:
        near = get_close_matches(rule, rules, 1, 0.4) or rules
        entry.fail("no_rule", "没有规则“{got}”，应为 {expected}。", "there is no rule “{got}”; expected {expected}.",
                   rule, got=rule, expected=" | ".join(near))  # fmt: skip
    for row in rows:
        if row.words[0] not in versions:
            entry.fail("no_version", "没有版本“{got}”，应为 {expected}。", "there is no version “{got}”; expected {expected}.",
                       rule, got=row.words[0], expected=" | ".join(versions))  # fmt: skip


@cache
def shipped() -> tuple[Layer, ...]:
    """Read all shipped statute files, once."""
    folder = Path(str(files("tuwei.rules") / "data"))
    return tuple(read_statute(path) for path in sorted(folder.glob("*.yaml")))


def load(overlays: Iterable[str | Path] = ()) -> Statutes:
    """Return the statutes, with overlays (files, or folders of YAML files) on top.

    Raises
    ------
    InputError
        The first fault of a file, with line and key.
    MissingError
        ``rules.no_overlay``: no such file or folder.
    """
    paths = tuple(path for given in overlays for path in _files(Path(given)))
    stamps = tuple((str(path), path.stat().st_mtime_ns) for path in paths)
    return _loaded(stamps)


@lru_cache(maxsize=8)
def _loaded(stamps: tuple[tuple[str, int], ...]) -> Statutes:
    return Statutes((*shipped(), *(read_overlay(Path(path)) for path, _ in stamps)))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob("*.yaml"))
    if path.is_file():
        return [path]
    raise MissingError(
        "rules.no_overlay",
        "找不到叠加文件 {file}。",
        "There is no overlay {file}.",
        file=str(path),
    )


def listed(statutes: Statutes | None = None) -> tuple[RuleInfo, ...]:
    """Return all rules, those of the ladder first, by rung.

    Examples
    --------
    >>> listed()[0].id
    'tech_sme'
    """
    statutes = statutes or load()
    return tuple(statutes.info(rule) for rule in statutes.rules())
