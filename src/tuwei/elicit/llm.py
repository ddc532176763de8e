"""An optional language model that proposes; it never decides.

Speaks the OpenAI-compatible chat protocol through the standard library. Off unless the caller gives an address. What
comes back is checked field by field and offered as proposals, marked as the model's. A need above ``max_grade`` is
never sent.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuwei.core.errors import AccessError, ConflictError, InputError, TuweiError
from tuwei.elicit._types import Proposal

LARGEST = 200_000  # bytes of an answer that are read
FIELDS = {
    "title": 120, "object": 200, "function": 300, "constraints": 2000, "tried_routes": 2000,
    "solver_conditions": 2000, "why_not_inhouse": 2000, "abstract": 300,
}  # fmt: skip
ASKED = (
    "你帮助企业把技术需求写清楚。只依据给出的文字,不补充其中没有的事实与数字。"
    "用 JSON 对象回答,键只能是 {fields},值是文字;没有把握的键不要写。"
)


@dataclass(frozen=True, slots=True)
class Model:
    """Where the model is: base address (``…/v1``), key (may be empty), name, patience [s], highest grade sent."""

    url: str
    key: str = ""
    name: str = ""
    timeout: float = 20.0
    max_grade: int = 1


def propose(text: str, *, grade: int, model: Model) -> tuple[list[Proposal], TuweiError | None]:
    """Ask the model for proposals; a failure comes back as an error to show, never raised through.

    Parameters
    ----------
    text
        What may be sent: the caller cuts it to ``grade``.
    grade
        The disclosure grade of that text, 0-3.

    Examples
    --------
    >>> propose("…", grade=2, model=Model("http://127.0.0.1:1/v1", max_grade=1))[1].code
    'elicit.model_grade'
    """
    if grade > model.max_grade:
        return [], _too_high(grade, model.max_grade)
    try:
        return _checked(_asked(text, model)), None
    except TuweiError as error:
        return [], error
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        return [], _unreachable(error)


def _asked(text: str, model: Model) -> Any:
    body = {
        "model": model.name,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": ASKED.replace("{fields}", "、".join(FIELDS))},
            {"role": "user", "content": text},
        ],
    }
    request = urllib.request.Request(
        model.url.rstrip("/") + "/chat/completions",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {model.key}"} if model.key else {}),
        },
    )
    if request.type not in ("http", "https"):
        raise ValueError("the address of the model must be http or https")
    with urllib.request.urlopen(request, timeout=model.timeout) as answer:
        said = json.loads(answer.read(LARGEST))["choices"][0]["message"]["content"]
    return json.loads(said.strip().removeprefix("```json").removeprefix("```").removesuffix("```"))


def _checked(said: Any) -> list[Proposal]:
    if not isinstance(said, Mapping):
        raise InputError(
            "elicit.model_answer",
            "模型的回答不是所要的格式。",
            "The model's answer is not in the form asked for.",
        )
    return [
        Proposal(name, value.strip(), "大模型的建议", "proposed by the language model", (), "model")
        for name, value in said.items()
        if name in FIELDS and isinstance(value, str) and 0 < len(value.strip()) <= FIELDS[name]
    ]


def _too_high(grade: int, highest: int) -> AccessError:
    return AccessError(
        "elicit.model_grade",
        "这段内容为 L{got},只允许把不高于 L{expected} 的内容发给大模型,未发送。",
        "This text is L{got}; only text up to L{expected} may be sent to the model. Nothing was sent.",
        got=grade,
        expected=highest,
    )


def _unreachable(error: Exception) -> ConflictError:
    return ConflictError(
        "elicit.model_failed",
        "大模型没有给出可用的回答({got}),可继续按提问填写。",
        "The language model gave no usable answer ({got}); go on with the questions.",
        got=type(error).__name__,
    )
