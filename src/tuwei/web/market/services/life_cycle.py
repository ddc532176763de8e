"""One rule for both life cycles: a step is taken from where it is open, or refused with what is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuwei.core.errors import ConflictError

from ..selectors.life_cycle import both

NOUNS = {"need": ("需求", "need"), "achievement": ("成果", "achievement")}


def next_state(
    noun: str, listing: Any, verb: str, cycle: Mapping[str, Mapping[str, str]], steps: Mapping[str, Any]
) -> str:
    """Return the state that ``verb`` leads to; ``steps`` names the verbs for people.

    Raises
    ------
    ConflictError
        ``need.wrong_state`` or ``achievement.wrong_state``: not open from here; says which steps are.
    """
    if verb in cycle[listing.state]:
        return cycle[listing.state][verb]
    labels = dict(type(listing)._meta.get_field("state").choices)
    state, step = both(labels[listing.state]), both(steps[verb])
    open_now = [both(steps[name]) for name in cycle[listing.state]]
    raise ConflictError(
        f"{noun}.wrong_state",
        "{noun}现为“{state}”，不能“{step}”；现在可以：{expected}。",
        "The {noun_en} is “{state_en}”, so “{step_en}” is not open; open now: {expected_en}.",
        noun=NOUNS[noun][0],
        noun_en=NOUNS[noun][1],
        state=state[0],
        state_en=state[1],
        step=step[0],
        step_en=step[1],
        verb=verb,
        expected="、".join(zh for zh, _ in open_now) or "(无)",
        expected_en=", ".join(en for _, en in open_now) or "nothing",
    )
