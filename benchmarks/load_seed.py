"""Fill a database with needs and achievements in bulk, for the load benchmark.

Texts are put together from sentences of the region pack's samples, chosen anew for every row: the words are real,
so that searches and rankings have as much to read as they would have in earnest. Far fewer distinct words than half
a million real listings would have: posting lists are longer here, searches dearer, not cheaper.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

BATCH = 2_000


def sentences(texts: list[str]) -> list[str]:
    """Sentences of at least eight characters."""
    return [part.strip() for text in texts for part in text.split("\u3002") if len(part.strip()) >= 8]


def seed(*, needs: int, achievements: int, progress: Any = print) -> None:
    """Add that many published rows of each kind (a started fill goes on where it stopped)."""
    from tuwei.web.market.models import Achievement, Need

    for kind, model, count in (("need", Need, needs), ("achievement", Achievement, achievements)):
        have = model.objects.filter(source="benchmark").count()
        for start in range(have, count, BATCH):
            _batch(kind, model, range(start, min(start + BATCH, count)))
            if start % 50_000 == 0:
                progress(f"  {kind}s {start:,} of {count:,}")


def _batch(kind: str, model: Any, numbers: range) -> None:
    rows = [_row(kind, number) for number in numbers]
    model.objects.bulk_create(rows)
    parent = {"need": ("indicators", "need"), "achievement": ("claims", "achievement")}[kind]
    child = model._meta.get_field(parent[0]).related_model
    child.objects.bulk_create(
        [_measure(child, parent[1], row, number) for row, number in zip(rows, numbers, strict=True)]
    )


_samples: dict[str, list[Any]] = {}


def samples(kind: str) -> list[Any]:
    """The pack's own listings, whose sentences are put together anew."""
    from tuwei.web.market.models import Achievement, Need

    if kind not in _samples:
        model = Need if kind == "need" else Achievement
        _samples[kind] = list(model.objects.filter(source__startswith="pack:", is_sample=True))
        texts = [row.problem if kind == "need" else row.text for row in _samples[kind]]
        _samples[kind + ":sentences"] = sentences(texts)
    return _samples[kind]


def _row(kind: str, number: int) -> Any:
    from django.utils import timezone

    from tuwei.web.base.search import tokens

    chance = random.Random(f"{kind}{number}")
    like = chance.choice(samples(kind))
    text = "\u3002".join(chance.sample(_samples[kind + ":sentences"], chance.randint(3, 5))) + "\u3002"
    common = {
        "title": f"{like.title[:90]} {number}", "organisation_id": like.organisation_id, "field": like.field,
        "industry": like.industry, "region": chance.choice(REGIONS), "keywords": like.keywords,
        "source": "benchmark", "source_id": str(number),
        "published_at": timezone.now() - timedelta(minutes=number), "state": "published",
    }  # fmt: skip
    if kind == "need":
        return type(like)(
            **common, problem=text, abstract=text[:200], completeness=70, consent_publish=True,
            grade=chance.choice((0, 1, 1, 2, 2)), budget_max=chance.randint(10, 900) * 1_000_000,
            search_text=tokens(common["title"] + text[:200]),
        )  # fmt: skip
    return type(like)(
        **common, text=text, trl=chance.randint(3, 9), price_min=chance.randint(5, 500) * 1_000_000,
        search_text=tokens(common["title"] + text),
    )  # fmt: skip


REGIONS = ["150102", "150103", "150104", "150105", "150121", "150122", "150123", "150124", "150125"]


def _measure(child: Any, parent: str, row: Any, number: int) -> Any:
    name = "name" if parent == "need" else "quantity"
    value = number % 97 + 1
    return child(**{parent: row, name: "单位能耗", "comparator": "le", "high": value, "unit": "千瓦时/吨"})


def searches() -> Iterator[str]:
    """Words people look for."""
    yield from (
        "节水",
        "滴灌",
        "疫苗",
        "苜蓿 育种",
        "干燥 节能",
        "马铃薯 晚疫病",
        "乳制品 检测",
        "储能",
        "硅材料",
        "污水处理",
    )


def sentences_asked() -> Iterator[str]:
    """What people type who do not know the word."""
    yield from (
        "我们的烘干机太费气",
        "奶牛老是得乳房炎怎么办",
        "想找省水的马铃薯种法",
        "污水处理成本太高",
    )
