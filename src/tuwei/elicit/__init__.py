"""Guided clarification: from "our dryer wastes too much gas" to a need others can answer.

Pure and deterministic: a draft (a dict with the names of the need record) goes in; a completeness
score, what is missing, the next best question and proposals come out. Nothing is ever applied by itself.
"""

from __future__ import annotations

from tuwei.elicit._abstract import abstract
from tuwei.elicit._answer import accept, answer, puts_off
from tuwei.elicit._assess import THRESHOLD, assess, score
from tuwei.elicit._safety import refuse_secrets, warnings
from tuwei.elicit._types import Assessment, Missing, Part, Proposal, Question, Warning

__all__ = [
    "THRESHOLD", "Assessment", "Missing", "Part", "Proposal", "Question", "Warning", "abstract", "accept",
    "answer", "assess", "puts_off", "refuse_secrets", "score", "warnings",
]  # fmt: skip
