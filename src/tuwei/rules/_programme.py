"""Regional programmes in YAML, no code: read, checked, and compiled to the nodes that statutes are written in.

docs/*/how-to/add-a-programme.md shows the language: who is entitled (``requires``), how much (``amount``), when
(``valid_from``, ``valid_to``, ``applies``), by which document.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, cast

from tuwei.rules import _expression as x
from tuwei.rules import _parameters as rows
from tuwei.rules._facts import Fact
from tuwei.rules._nodes import Operator
from tuwei.rules._programme_amount import Amount, read_amount
from tuwei.rules._programme_facts import RULE, among, code, refuse, refuse_unknown, rule_of
from tuwei.rules._tree import Label, Labels
from tuwei.rules._yaml import Entry

KINDS = {
    "reward": ("奖励", "reward"), "subsidy": ("补助", "subsidy"), "voucher": ("创新券", "voucher"),
    "tax": ("税费优惠", "tax relief"), "loan": ("贷款支持", "loan support"), "project": ("项目", "project"),
}  # fmt: skip
VERDICTS = {
    "yes": ("符合", "yes"), "no": ("不符合", "no"), "unknown": ("尚不能判断", "unknown"),
    "no_rule_in_force": ("当日没有有效的规定", "no rule in force on that day"),
}  # fmt: skip
_KEYS = (
    "id", "zh", "en", "kind", "valid_from", "valid_to", "document", "article", "status", "note", "applies",
    "requires", "amount", "facts",
)  # fmt: skip
_TESTS = {"at_least": "ge", "at_most": "le", "above": "gt", "below": "lt"}
_UNIT = {"money": "yuan", "ratio": "ratio", "date": "date"}


class Applies(NamedTuple):
    """When to apply: in words, or every year up to ``deadline`` (month, day)."""

    zh: str = ""
    en: str = ""
    deadline: tuple[int, int] | None = None

    def next(self, on: datetime.date) -> datetime.date | None:
        """Return the next deadline, the day itself included."""
        if self.deadline is None:
            return None
        this = datetime.date(on.year, *self.deadline)
        return this if this >= on else this.replace(year=on.year + 1)


@dataclass(frozen=True, eq=False)
class Programme:
    """One programme through one window.

    Parameters
    ----------
    citation
        Names, document, article, status and window.
    requires
        Who is entitled, over the slots of `facts`.
    facts
        All it asks for, in order of use; the verdicts of rules among them as ``rule:<id>``.
    quantities
        Names of what is computed on the way.
    """

    id: str
    kind: str
    citation: rows.Citation
    applies: Applies
    requires: x.Verdict
    amount: Amount | None
    facts: tuple[Fact, ...]
    quantities: Mapping[str, Label]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules whose verdicts it asks for."""
        names = (fact.name for fact in self.facts if fact.name.startswith(RULE))
        return tuple(dict.fromkeys(rule_of(name) for name in names))

    @cached_property
    def labels(self) -> Labels:
        """The names of all it asks for; what it rests on is its own row."""
        return Labels(self.facts, self.quantities, lambda node: (self.citation,))

    @property
    def own_facts(self) -> tuple[Fact, ...]:
        """The facts of the enterprise it asks for."""
        return tuple(fact for fact in self.facts if not fact.name.startswith(RULE))


@dataclass
class Reader:
    """Compiles programmes, given what the statutes and all overlays declare.

    Parameters
    ----------
    facts
        Name → fact, as single values.
    rules
        Id → (zh, en) of every rule.
    values
        Id of a rule → the names of its values.
    """

    facts: Mapping[str, Fact]
    rules: Mapping[str, tuple[str, str]]
    values: Callable[[str], Mapping[str, Label]]
    used: dict[str, Fact] = field(default_factory=dict)
    quantities: dict[str, Label] = field(default_factory=dict)

    def read(self, layer: rows.Layer, entry: Entry) -> Programme:
        """Return a programme of an overlay.

        Raises
        ------
        InputError
            ``rules.…`` with file, line, key and what is expected.
        """
        self.used, self.quantities = {}, {}
        entry.allow(_KEYS, ("id", "zh", "en", "kind", "valid_from", "document"))
        dated = {key: entry[key] for key in (*rows._ROW_KEYS, "zh", "en") if key in entry}
        row = Entry(entry.file, entry.line)
        row.update(dated)
        row.lines = entry.lines
        id = code(entry, "id")
        citation = rows._row(layer, f"programme.{id}", entry, row, "", "", ("zh", "en"))
        kind, applies = among(entry, "kind", tuple(KINDS)), _applies(entry)
        requires = self.test(entry, "requires", entry["requires"]) if "requires" in entry else x.Fixed(2)
        amount = read_amount(entry, citation, self.number) if "amount" in entry else None
        return Programme(id, kind, citation, applies, requires, amount,
                         tuple(self.used.values()), self.quantities)  # fmt: skip

    def test(self, owner: Entry, key: str, value: Any) -> x.Verdict:
        """Return the verdict a piece of ``requires`` says; a list is all of it."""
        if isinstance(value, list) and value:
            return x.all_of(*(self.test(owner, key, part) for part in value))
        if not isinstance(value, Entry):
            refuse(owner, key, value, "条件，如 {rule: high_tech, verdict: yes}", "a condition such as {rule: high_tech, verdict: yes}")  # fmt: skip
        kinds = [kind for kind in ("all", "any", "not", "rule", "fact") if kind in value]
        if len(kinds) != 1:
            refuse(value, key, ", ".join(value), "all | any | not | rule | fact 中的一个键", "one key of all | any | not | rule | fact")  # fmt: skip
        node: x.Verdict = getattr(self, f"_{kinds[0]}")(value)
        return self._named(value, node)

    def _named(self, entry: Entry, node: x.Verdict) -> x.Verdict:
        if "zh" not in entry:
            return node
        id = f"part.{len(self.quantities)}"
        self.quantities[id] = (str(entry["zh"]), str(entry.get("en") or entry["zh"]), "flag")
        return x.Part(id, node)

    def _all(self, entry: Entry) -> x.Verdict:
        entry.allow(("all", "zh", "en"))
        return self.test(entry, "all", entry["all"])

    def _any(self, entry: Entry) -> x.Verdict:
        entry.allow(("any", "zh", "en"))
        if not isinstance(entry["any"], list) or not entry["any"]:
            refuse(entry, "any", entry["any"], "若干条件的列表", "a list of conditions")
        return x.any_of(*(self.test(entry, "any", part) for part in entry["any"]))

    def _not(self, entry: Entry) -> x.Verdict:
        entry.allow(("not", "zh", "en"))
        return ~self.test(entry, "not", entry["not"])

    def _rule(self, entry: Entry) -> x.Verdict:
        entry.allow(("rule", "verdict", "zh", "en"))
        rule = str(entry["rule"])
        if rule not in self.rules:
            refuse_unknown(entry, "rule", rule, self.rules, "rule")
        verdict = among(entry, "verdict", ("yes", "no"), "yes")
        choices = {code: named for code, named in VERDICTS.items() if code != "unknown"}
        self.used[RULE + rule] = Fact(RULE + rule, *self.rules[rule], "choice", choices=choices)
        return x.Is(RULE + rule, (verdict,))

    def _fact(self, entry: Entry) -> x.Verdict:
        entry.allow(("fact", "is", "share_of", *_TESTS, "zh", "en"))
        fact = self.fact(entry, "fact")
        if "is" in entry:
            return self._is(entry, fact)
        if fact.kind not in ("money", "count", "ratio", "date") or not set(_TESTS) & set(entry):
            expected = "is: true" if fact.kind == "flag" else " | ".join(["is", *_TESTS])
            refuse(entry, "fact", fact.name, expected, expected)
        left, unit = self._left(entry, fact)
        tests = [
            x.Compare(cast(Operator, sign), left, x.Number(rows._value(entry, key, entry[key], unit)))
            for key, sign in _TESTS.items()
            if key in entry
        ]
        return x.all_of(*tests)

    def _is(self, entry: Entry, fact: Fact) -> x.Verdict:
        wanted = entry["is"] if isinstance(entry["is"], list) else [entry["is"]]
        if fact.kind == "flag" and wanted in (["true"], ["yes"], ["false"], ["no"]):
            flag = x.Flag(fact.name)
            return flag if wanted[0] in ("true", "yes") else ~flag
        if fact.kind != "choice" or not wanted or any(str(one) not in fact.choices for one in wanted):
            expected = (
                "true | false" if fact.kind == "flag" else " | ".join(fact.choices) or " | ".join(_TESTS)
            )
            refuse(entry, "is", entry["is"], expected, expected)
        return x.Is(fact.name, tuple(map(str, wanted)))

    def _left(self, entry: Entry, fact: Fact) -> tuple[x.Quantity, str]:
        """The figure compared, and the unit of the threshold."""
        if "share_of" not in entry:
            return x.Figure(fact.name), _UNIT.get(fact.kind) or fact.unit or "count"
        of = self.fact(entry, "share_of")
        if of.kind != fact.kind or fact.kind not in ("money", "count"):
            refuse(entry, "share_of", of.name, "与 fact 同类的金额或计数", "an amount or a count, as fact is")
        id = f"share.{len(self.quantities)}"
        self.quantities[id] = (f"{fact.zh}占{of.zh}", f"{fact.en} of {of.en}", "ratio")
        return x.Named(id, x.Figure(fact.name) / x.Figure(of.name)), "ratio"

    def number(self, entry: Entry, key: str, kind: str) -> Fact:
        """Return the fact under a key, or the value of a rule; it must be an amount of money or a count."""
        fact = self._value(entry) if key == "value" else self.fact(entry, key)
        if fact.kind != kind:
            kinds = {"money": ("金额", "an amount of money"), "count": ("计数", "a count")}
            refuse(entry, key, f"{fact.name} ({fact.kind})", *kinds[kind])
        return fact

    def _value(self, entry: Entry) -> Fact:
        rule, value = str(entry["rule"]), str(entry["value"])
        if rule not in self.rules:
            refuse_unknown(entry, "rule", rule, self.rules, "rule")
        money = {id: label for id, label in self.values(rule).items() if label[2] == "yuan"}
        if value not in money:
            refuse_unknown(entry, "value", value, money, "value")
        zh, en, _ = money[value]
        names = (f"{self.rules[rule][0]}：{zh}", f"{self.rules[rule][1]}: {en}")
        return self.used.setdefault(f"{RULE}{rule}.{value}", Fact(f"{RULE}{rule}.{value}", *names, "money"))

    def fact(self, entry: Entry, key: str) -> Fact:
        """Return the declared fact whose name stands under a key."""
        name = str(entry[key])
        if name not in self.facts:
            refuse_unknown(entry, key, name, self.facts, "fact")
        return self.used.setdefault(name, self.facts[name])


def _applies(entry: Entry) -> Applies:
    given = entry.get("applies")
    if given is None:
        return Applies()
    if not isinstance(given, Entry):
        refuse(entry, "applies", given, "{zh, en} 或 {deadline: 05-31}", "{zh, en} or {deadline: 05-31}")
    given.allow(("zh", "en", "deadline"))
    zh, en = (str(given.get(key) or "") for key in ("zh", "en"))
    if "deadline" not in given:
        given.allow(("zh", "en"), ("zh", "en"))
        return Applies(zh, en)
    return Applies(zh, en, _month_day(given))


def _month_day(entry: Entry) -> tuple[int, int]:
    text = str(entry["deadline"])
    try:
        day = datetime.date.fromisoformat(
            f"2001-{text}" if re.fullmatch(r"\d\d-\d\d", text, re.ASCII) else ""
        )
    except ValueError:
        refuse(
            entry, "deadline", text, "每年的月-日，如 05-31", "a month and day of every year such as 05-31"
        )
    return day.month, day.day
