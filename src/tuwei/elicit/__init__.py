"""Guided clarification: from "our dryer wastes too much gas" to a need others can answer.

Pure and deterministic: a draft (a dict with the names of the need record) goes in; a completeness
score, what is missing, the next best question and proposals come out. Nothing is ever applied by itself.
"""

from __future__ import annotations

from tuwei.elicit._abstract import abstract
from tuwei.elicit._answer import accept, answer, puts_off
from tuwei.elicit._assess import THRESHOLD, assess, question_about, score
from tuwei.elicit._back import Understood, understood
from tuwei.elicit._contact import contact_in, contact_text, holds_contact, without_contact
from tuwei.elicit._refuse import refuse_junk
from tuwei.elicit._safety import refuse_secrets, warnings
from tuwei.elicit._telling import Telling, contacts, telling
from tuwei.elicit._types import Assessment, Missing, Part, Proposal, Question, Warning

__all__ = [
    "THRESHOLD", "Assessment", "Missing", "Part", "Proposal", "Question", "Telling", "Understood",
    "Warning", "abstract", "accept", "answer", "assess", "contact_in", "contact_text", "contacts", "holds_contact",
    "puts_off", "question_about", "refuse_junk", "refuse_secrets", "score", "telling", "understood",
    "warnings", "without_contact",
]  # fmt: skip
