"""All rungs of the ladder at once: where an enterprise stands, what it can claim, what comes next and by when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from tuwei.core.errors import InputError
from tuwei.core.money import yuan_text
from tuwei.rules._assess import Assessment, end_of_stated_year, facts_of, legal_date, prepare, yearly
from tuwei.rules._evaluate import NO, UNKNOWN, YES
from tuwei.rules._explain import VERDICTS, label
from tuwei.rules._parameters import FOREVER
from tuwei.rules._rule import registered
from tuwei.rules._statutes import Statutes, load
from tuwei.rules._tree import exact
from tuwei.rules._values import round_half_up, show

if TYPE_CHECKING:
    from tuwei.rules._programmes import ProgrammeResult

STATES = {"yes": "certain", "unknown": "possible", "no": "blocked", "no_rule_in_force": "blocked"}
_ORDER = ("certain", "possible", "blocked")


@dataclass(frozen=True)
class Policy:
    """What one rule about money is worth to the enterprise: a tax rule in the shape of a programme."""

    found: Assessment
    worth: str

    @cached_property
    def amount_fen(self) -> int | None:
        """The sum in 分, rounded; None while unknown."""
        value = self.found.values.get(self.worth)
        amount = None if value is None else exact(value)
        return None if amount is None else round_half_up(amount)

    @property
    def range_fen(self) -> tuple[int, int | None]:
        """The least and the most it can be; None: not known."""
        return self.amount_fen or 0, self.amount_fen

    @property
    def state(self) -> str:
        """``certain``, ``possible`` or ``blocked``."""
        state = STATES[self.found.verdict]
        return "possible" if state == "certain" and self.amount_fen is None else state

    def why(self, language: str = "zh") -> str:
        """Return why it stands so: the conditions that fail, or the facts that are missing."""
        english = language.startswith("en")
        if self.found.verdict == "no_rule_in_force":
            return VERDICTS["no_rule_in_force"][english]
        wanted = {"blocked": NO, "possible": UNKNOWN}.get(self.state, YES)
        names = [
            one.condition.citation.en if english else one.condition.citation.zh
            for one in self.found.conditions
            if one.verdict == wanted and one.needed
        ]
        if not names and not self.found.missing:
            return "the amount cannot be told yet" if english else "金额尚不能算出"
        lead = {
            "certain": ("均满足：", "All hold: "),
            "possible": ("尚待：", "Open: "),
            "blocked": ("不满足：", "Fails: "),
        }
        labels = names or [label(self.found, name, english) for name in self.found.missing]
        return lead[self.state][english] + ("；", "; ")[english].join(labels)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON of one programme."""
        info, row, fen = self.found.info, self.found.window, self.amount_fen
        return {
            "id": info.id, "zh": info.zh, "en": info.en, "kind": "tax", "kind_zh": "税费优惠", "kind_en": "tax relief",
            "state": self.state, "in_force": row is not None,
            "amount_fen": fen, "amount_yuan": None if fen is None else yuan_text(fen),
            "amount_low_fen": fen or 0, "amount_high_fen": fen,
            "amount_text_zh": "尚不能算出" if fen is None else show(fen, "yuan"),
            "amount_text_en": "not known yet" if fen is None else show(fen, "yuan", "en"),
            "why_zh": self.why("zh"), "why_en": self.why("en"), "missing": self.found.missing, "rules": [info.id],
            "document": row.document.number if row else "", "article": row.article if row else "",
            "status": "to_verify" if self.found.to_verify else "confirmed", "on": self.found.on.isoformat(),
            "valid_to": row.valid_to.isoformat() if row and row.valid_to < FOREVER else None,
        }  # fmt: skip


@dataclass
class Plan:
    """What `plan` found."""

    on: datetime.date
    rungs: list[Assessment]
    policies: list[Policy | ProgrammeResult] = field(default_factory=list)

    @cached_property
    def programmes(self) -> list[dict[str, Any]]:
        """The JSON of the policies, in their order."""
        return [policy.as_dict() for policy in self.policies]

    @property
    def next(self) -> Assessment | None:
        """The lowest rung that is open and above all that is reached on its own ladder."""
        reached: dict[str, int] = {}
        for found in self.rungs:
            if found.verdict == "yes":
                reached[found.info.ladder] = found.info.rung
        open_rungs = [found for found in self.rungs if found.verdict in ("no", "unknown")]
        return next(
            (found for found in open_rungs if found.info.rung > reached.get(found.info.ladder, 0)), None
        )

    @property
    def reached(self) -> Assessment | None:
        """The highest rung that is reached."""
        return next((found for found in reversed(self.rungs) if found.verdict == "yes"), None)

    @property
    def dates(self) -> list[tuple[datetime.date, str, str]]:
        """The days to keep in mind, soonest first: (day, zh, en); none that is past."""
        return sorted({one for one in self._dates() if one[0] >= self.on})

    def _dates(self) -> Iterator[tuple[datetime.date, str, str]]:
        for found in self.rungs:
            if found.verdict == "yes" and found.expires:
                yield found.expires, f"{found.info.zh}：若于 {self.on} 取得，有效至此日", f"{found.info.en}: valid to this day if gained on {self.on}"  # fmt: skip
            if found.window and found.window.valid_to < FOREVER:
                yield (
                    found.window.valid_to,
                    f"{found.info.zh}：现行规定至此日有效",
                    f"{found.info.en}: the rule in force ends",
                )
        for shown in self.programmes:
            if shown["state"] != "blocked" and shown["valid_to"]:
                yield (
                    datetime.date.fromisoformat(shown["valid_to"]),
                    f"{shown['zh']}：至此日有效",
                    f"{shown['en']}: ends",
                )
            if shown.get("deadline"):
                yield (
                    datetime.date.fromisoformat(shown["deadline"]),
                    f"{shown['zh']}：申报截止",
                    f"{shown['en']}: apply by",
                )

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON."""
        coming = self.next
        return {
            "on": self.on.isoformat(),
            "reached": self.reached.rule if self.reached else None,
            "next": None if coming is None else _next(coming),
            "rungs": [{"rung": found.info.rung, **found.as_dict()} for found in self.rungs],
            "programmes": self.programmes,
            "dates": [{"date": day.isoformat(), "zh": zh, "en": en} for day, zh, en in self.dates],
        }

    def sentences(self, language: str = "zh") -> list[str]:
        """Return the plan, a sentence a line."""
        return list(_lines(self, language.startswith("en")))


def _next(found: Assessment) -> dict[str, Any]:
    """The distance to the next rung: what fails, what is missing, what would turn it."""
    return {
        "rule": found.rule,
        "zh": found.info.zh,
        "en": found.info.en,
        "failing": [one.condition.id for one in found.conditions if one.verdict == NO and one.needed],
        "missing": found.missing,
        "flips": [flip.as_dict() for flip in found.flips],
    }


def plan(
    facts: Mapping[str, Any], on: datetime.date | str, statutes: Statutes | None = None, file: str = ""
) -> Plan:
    """Judge an enterprise by every rung, by the tax rules and by the programmes of its region.

    Parameters
    ----------
    facts
        One file for all rules: figures of several years as lists, oldest first; a rule that asks for fewer years
        takes the last ones; a single figure is the last year's, those before are unknown.
    on
        The legal date. Rules of a tax year are judged for the year of the fact ``year``, else for the last
        full year.
    statutes
        `load` with the overlays of the region, for its programmes.
    file
        Shown in errors.

    Raises
    ------
    InputError
        The first fault of the facts; `plan_faults` lists all.

    Examples
    --------
    >>> found = plan({"employees": 80, "tech_staff": 20}, "2026-03-01")
    >>> found.rungs[0].rule, found.next.rule
    ('tech_sme', 'tech_sme')
    """
    statutes, day = statutes or load(), legal_date(on)
    judged = _Judged(facts, day, statutes, file)
    faults = _faults(judged)
    if faults:
        raise faults[0]
    rungs = sorted(
        (rule for rule in statutes.rules() if statutes.info(rule).rung),
        key=lambda rule: statutes.info(rule).rung,
    )
    return Plan(day, [judged(rule) for rule in rungs], _policies(judged))


def plan_faults(
    facts: Mapping[str, Any], on: datetime.date | str, statutes: Statutes | None = None, file: str = ""
) -> list[InputError]:
    """Return every fault of the facts under any rule of the plan, each once."""
    return _faults(_Judged(facts, legal_date(on), statutes or load(), file))


def _faults(judged: _Judged) -> list[InputError]:
    for rule in (planned := _planned(judged.statutes)):
        judged(rule)
    return list({str(fault): fault for rule in planned for fault in judged.faults[rule]}.values())


def _planned(statutes: Statutes) -> list[str]:
    infos = (statutes.info(rule) for rule in statutes.rules())
    return [info.id for info in infos if info.rung or statutes.worth(info.id)]


def _day_of(rule: str, facts: Mapping[str, Any], day: datetime.date, statutes: Statutes) -> datetime.date:
    """Tax on income is a matter of a year, its last day; VAT, whose rule asks for no year, of the day itself."""
    if not statutes.worth(rule) or statutes.info(rule).rung or not yearly(rule):
        return day
    return end_of_stated_year(facts) or datetime.date(day.year - 1, 12, 31)


def _prepared(
    rule: str, facts: Mapping[str, Any], day: datetime.date, statutes: Statutes, file: str
) -> tuple[Assessment, list[InputError]]:
    """Judge by one rule of many: a figure given for the last year alone leaves the years before unknown."""
    years = {
        fact.name: [*[None] * (fact.series - 1), facts[fact.name]]
        for fact in facts_of(rule, day, statutes)
        if fact.series and fact.name in _singles() and isinstance(facts.get(fact.name), int | float | Decimal | str)
    }  # fmt: skip
    return prepare(rule, {**facts, **years}, day, statutes, file)


@cache
def _singles() -> frozenset[str]:
    """Return the facts that some rule asks for one year of."""
    return frozenset(fact.name for made in registered().values() for fact in made.facts if not fact.series)


class _Judged:
    """The assessments of one enterprise, each rule judged once."""

    def __init__(self, facts: Mapping[str, Any], day: datetime.date, statutes: Statutes, file: str) -> None:
        self.facts, self.day, self.statutes, self.file = facts, day, statutes, file
        self.faults: dict[str, list[InputError]] = {}
        self._kept: dict[str, Assessment] = {}

    def __call__(self, rule: str) -> Assessment:
        if rule not in self._kept:
            day = _day_of(rule, self.facts, self.day, self.statutes)
            judged = _prepared(rule, self._facts_for(rule), day, self.statutes, self.file)
            self._kept[rule], self.faults[rule] = judged
        return self._kept[rule]

    def _facts_for(self, rule: str) -> Mapping[str, Any]:
        """What a deduction saves depends on the rate: that of the income tax, unless the facts name one."""
        if rule == "income_tax" or self.facts.get("tax_rate") is not None:
            return self.facts
        rate = self("income_tax").values.get("effective_rate")
        known = None if rate is None else exact(rate)
        return self.facts if known is None else {**self.facts, "tax_rate": str(known)}


def _policies(judged: _Judged) -> list[Policy | ProgrammeResult]:
    """Tax rules and programmes together, the most money first within each state."""
    from tuwei.rules._programmes import programme_results

    statutes = judged.statutes
    taxes = [Policy(judged(rule), worth) for rule in statutes.rules() if (worth := statutes.worth(rule))]
    others = programme_results(statutes, judged.facts, judged.day, judged)
    return sorted([*taxes, *others], key=_rank)


def _rank(policy: Policy | ProgrammeResult) -> tuple[int, int]:
    most = policy.range_fen[1] if policy.range_fen else 0
    return _ORDER.index(policy.state), -(most or 0)


def _lines(found: Plan, english: bool) -> Iterator[str]:
    language = "en" if english else "zh"
    for rung in found.rungs:
        name = rung.info.en if english else rung.info.zh
        yield (
            f"{rung.info.rung}. {name}: {VERDICTS[rung.verdict][1]}"
            if english
            else f"{rung.info.rung}. {name}：{VERDICTS[rung.verdict][0]}"
        )
    coming = found.next
    if coming:
        yield f"Next: {coming.info.en}" if english else f"下一级：{coming.info.zh}"
        yield from (f"  {text}" for text in coming.sentences(language)[1:])
    for shown in found.programmes:
        state = {
            "certain": ("可享受", "certain"),
            "possible": ("可能", "possible"),
            "blocked": ("不能", "blocked"),
        }[shown["state"]][english]
        amount = shown[f"amount_text_{language}"]
        yield f"[{state}] {shown[language]} {amount} — {shown[f'why_{language}']}"
    for day, zh, en in found.dates:
        yield f"{day} {en if english else zh}"
