"""Guided clarification: from "our dryer wastes too much gas" to a need that others can answer.

Deterministic: the same draft gives the same score, question and proposals. A draft is a need record (see the
reference page) with any of its fields left out. Nothing is ever applied by itself.
"""

from tuwei.elicit._abstract import abstract
from tuwei.elicit._answer import answer
from tuwei.elicit._assess import THRESHOLD, Assessment, Missing, Proposal, Question, assess
from tuwei.elicit._secrets import refuse_secrets

__all__ = [
    "THRESHOLD", "Assessment", "Missing", "Proposal", "Question", "abstract", "answer", "assess",
    "refuse_secrets",
]  # fmt: skip
