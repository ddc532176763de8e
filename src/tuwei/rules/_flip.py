"""One change of one figure that turns a verdict: its JSON, its sentence."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tuwei.core.money import yuan_text
from tuwei.rules._evaluate import YES
from tuwei.rules._facts import LARGEST, Fact
from tuwei.rules._json import plain
from tuwei.rules._parameters import Citation
from tuwei.rules._values import show


@dataclass(frozen=True)
class Flip:
    """One change of one figure.

    Parameters
    ----------
    fact, slot
        The fact, and where in it the figure stands (``rd_expense[-1]``: the last year).
    before, after
        Inner values (分, people, day number); ``before`` None: unknown so far.
    until
        Last value with the same effect when the figure was unknown; None: no end.
    condition
        The citation of the condition that turns; None: the whole verdict does.
    whole
        The fact's new value, whole, as `assess` takes it.
    """

    fact: str
    slot: str
    unit: str
    before: int | None
    after: int
    until: int | None
    condition: Citation | None
    whole: Any
    zh: str
    en: str

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON."""
        before = None if self.before is None else Fraction(self.before)
        change = None if before is None else self.after - before
        shown = plain("from", before, self.unit) | plain("to", Fraction(self.after), self.unit)
        return {
            "fact": self.fact,
            **shown,
            **plain("change", change, "days" if self.unit == "date" else self.unit),
            **({} if self.until is None else plain("until", Fraction(self.until), self.unit)),
            "unit": self.unit,
            "flips": "condition" if self.condition else "verdict",
            "condition": self.condition.id.partition(".")[2] if self.condition else None,
            "set": {self.fact: self.whole},
            "zh": self.sentence("zh"),
            "en": self.sentence("en"),
        }

    def sentence(self, language: str = "zh") -> str:
        """Return the change in words."""
        english = language.startswith("en")
        name, after = self.en if english else self.zh, show(self.after, self.unit, language)
        effect = self._effect(english)
        if self.unit == "flag":
            return f"If {name}: {effect}." if english else f"若{name}，{effect}。"
        if self.before is None:
            return self._unknown(name, after, effect, language)
        before, change = show(self.before, self.unit, language), self.after - self.before
        much = show(abs(change), "days" if self.unit == "date" else self.unit, language)
        if english:
            return f"{name} from {before} to {after} ({'+' if change > 0 else '−'}{much}): {effect}."
        return f"{name}由 {before} 变为 {after}({'增' if change > 0 else '减'} {much})，{effect}。"

    def _effect(self, english: bool) -> str:
        if self.condition is None:
            return "the verdict turns to yes" if english else "结论即变为符合"
        return f"“{self.condition.en}” holds" if english else f"“{self.condition.zh}”即满足"

    def _unknown(self, name: str, after: str, effect: str, language: str) -> str:
        end = "" if self.until is None else show(self.until, self.unit, language)
        if not end and self.after <= -LARGEST:
            return (
                f"{name}, unknown so far, whatever it is: {effect}."
                if language.startswith("en")
                else f"{name}尚未填写，无论多少，{effect}。"
            )
        if language.startswith("en"):
            return (
                f"{name}, unknown so far, "
                + (f"from {after} to {end}" if end else f"at least {after}")
                + f": {effect}."
            )
        return (
            f"{name}尚未填写，"
            + (f"在 {after} 至 {end} 之间" if end else f"不低于 {after}")
            + f"时，{effect}。"
        )


def given(fact: Fact, value: int | None) -> Any:
    """Return an inner value as `assess` takes it: money as decimal text in 元, dates ISO."""
    if value is None:
        return None
    if fact.kind == "money":
        return yuan_text(value)
    if fact.kind == "date":
        return datetime.date.fromordinal(value).isoformat()
    return value == YES if fact.kind == "flag" else value
