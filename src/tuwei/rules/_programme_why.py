"""Why a programme is certain, possible or blocked, in a sentence of Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuwei.rules import _expression as x
from tuwei.rules._evaluate import NO, UNKNOWN, YES
from tuwei.rules._programme import VERDICTS
from tuwei.rules._programme_facts import RULE
from tuwei.rules._tree import line, tree

if TYPE_CHECKING:
    from tuwei.rules._programmes import ProgrammeResult


def why(result: ProgrammeResult, language: str) -> str:
    """Return what decides: the window that is over, what fails, what is unknown, or what the sum is reckoned from."""
    english = language.startswith("en")
    said = [_over(result, english)] if not result.in_force else []
    if result.verdict == YES:
        said += [_met(result, english)]
    else:
        said += [_Teller(result, english).told(result.programme.requires, result.verdict)]
    return (" " if english else "").join(said) + _to_verify(result, english)


def _over(result: ProgrammeResult, english: bool) -> str:
    end = result.programme.citation.valid_to
    if english:
        return f"In force until {end} as far as known; ask for the list of this year."
    return f"已知有效期至 {end}，其后的名单尚未收录，请核对当年文件。"


def _met(result: ProgrammeResult, english: bool) -> str:
    amount = result.programme.amount
    if amount is None:
        return (
            "The conditions are met; the document names no sum." if english else "条件符合；文件未写明金额。"
        )
    if result.amount is None:
        return (
            f"The conditions are met; to reckon: {amount.en}."
            if english
            else f"条件符合；金额按{amount.zh}计。"
        )
    return f"The conditions are met: {amount.en}." if english else f"条件符合：{amount.zh}。"


def _to_verify(result: ProgrammeResult, english: bool) -> str:
    if result.programme.citation.status == "confirmed":
        return ""
    return " The document is still to be verified." if english else "所依据的文件待核实。"


class _Teller:
    """Tells what makes a verdict no, or leaves it unknown."""

    def __init__(self, result: ProgrammeResult, english: bool) -> None:
        self.result, self.labels, self.english = result, result.programme.labels, english

    def told(self, node: x.Verdict, wanted: int) -> str:
        """Return the sentence."""
        lead = {NO: ("不符合：", "Not met: "), UNKNOWN: ("待补：", "Still open: ")}[wanted][self.english]
        return lead + self._said(node, wanted, False) + ("." if self.english else "。")

    def _said(self, node: x.Verdict, wanted: int, turned: bool) -> str:
        if isinstance(node, x.Not):
            return self._said(node.test, 2 - wanted, not turned)
        if isinstance(node, x.Part):
            zh, en, _ = self.labels.quantities[node.id]
            return (
                f"{en} ({self._said(node.test, wanted, turned)})"
                if self.english
                else f"{zh}({self._said(node.test, wanted, turned)})"
            )
        if isinstance(node, x.AllOf | x.AnyOf):
            return self._joined(node, wanted, turned)
        return self._leaf(node, turned)

    def _joined(self, node: x.AllOf | x.AnyOf, wanted: int, turned: bool) -> str:
        parts = [
            self._said(test, wanted, turned)
            for test in node.tests
            if int(self.result.evaluator(test)) == wanted
        ]
        both = isinstance(node, x.AllOf) != turned
        return (("; " if both else " or ") if self.english else ("；" if both else "或")).join(parts)

    def _leaf(self, node: x.Verdict, turned: bool) -> str:
        if isinstance(node, x.Is):
            return self._listed(node, turned)
        if isinstance(node, x.Flag):
            return self._flag(node, turned)
        text = line(tree(node, self.result.evaluator, self.labels), "en" if self.english else "zh")
        return (f"must not be: {text}" if self.english else f"不得为：{text}") if turned else text

    def _flag(self, node: x.Flag, turned: bool) -> str:
        zh, en, _ = self.labels.slots[node.fact]
        word = {NO: ("否", "no"), UNKNOWN: ("未知", "unknown"), YES: ("是", "yes")}
        now = word[int(self.result.evaluator(node))]
        must = word[NO if turned else YES]
        return (
            f"{en} must be {must[1]}, is {now[1]}" if self.english else f"{zh}须为“{must[0]}”，现为“{now[0]}”"
        )

    def _listed(self, node: x.Is, turned: bool) -> str:
        zh, en, _ = self.labels.slots[node.fact]
        choices = VERDICTS if node.fact.startswith(RULE) else self.labels.fact_of[node.fact].choices
        code = self.result.evaluator.algebra.facts[node.fact]
        now = choices[code] if code else ("未知", "unknown")
        wanted = [choices[value] for value in node.values]
        listed = (" / ".join(one[0] for one in wanted), " / ".join(one[1] for one in wanted))
        if self.english:
            return f"{en} {'must not' if turned else 'must'} be {listed[1]}, is {now[1]}"
        return f"{zh}{'不得为' if turned else '须为'}“{listed[0]}”，现为“{now[0]}”"
