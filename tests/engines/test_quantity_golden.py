"""Precision and recall on sentences labelled by hand; the figures are printed (``pytest -s``) and have a floor."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from tuwei.core.quantity import Quantity, find_quantities

SENTENCES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "golden" / "quantity" / "sentences.jsonl")
    .read_text("utf-8")
    .splitlines()
]
FLOOR = {
    "value": 0.95,
    "name": 0.90,
}  # precision and recall of value, comparator, unit, change; share of right names


def key(
    comparator: str, low: Any, high: Any, unit: str, change: str | None, baseline: bool
) -> tuple[Any, ...]:
    bounds = tuple(None if one is None else Decimal(one).normalize() for one in (low, high))
    return comparator, *bounds, unit, change, baseline


def found_key(q: Quantity) -> tuple[Any, ...]:
    return key(q.comparator, q.low, q.high, q.unit, q.change, q.baseline)


def label_key(label: dict[str, Any]) -> tuple[Any, ...]:
    return key(
        label["comparator"], label["low"], label["high"], label["unit"], label["change"], label["baseline"]
    )


def same_name(label: str, name: str) -> bool:
    """The label's words must stand in the name found; an unnamed quantity may carry any name."""
    return label.lower() in name.lower()


def test_there_are_enough_sentences_over_many_domains() -> None:
    assert len(SENTENCES) >= 150
    assert len({one["domain"] for one in SENTENCES}) >= 8
    assert len({one["text"] for one in SENTENCES}) == len(SENTENCES)


def test_precision_and_recall_stay_above_the_floor() -> None:
    right = found_count = label_count = names = 0
    faults = []
    for sentence in SENTENCES:
        found = find_quantities(sentence["text"])
        labels = sentence["quantities"]
        found_keys, label_keys = Counter(map(found_key, found)), Counter(map(label_key, labels))
        both = found_keys & label_keys
        right, found_count, label_count = (
            right + both.total(),
            found_count + len(found),
            label_count + len(labels),
        )
        for label in labels:
            hits = [q for q in found if found_key(q) == label_key(label)]
            names += bool(hits) and any(same_name(label["name"], q.name) for q in hits)
        if found_keys != label_keys:
            faults.append((sentence["text"], [*(found_keys - label_keys)], [*(label_keys - found_keys)]))
    precision, recall, named = right / found_count, right / label_count, names / right
    print(
        f"\nquantities: {len(SENTENCES)} sentences, {label_count} labels, "
        f"precision {precision:.3f}, recall {recall:.3f}, names {named:.3f}"
    )
    for fault in faults:
        print("  differs:", *fault)
    assert precision >= FLOOR["value"], faults
    assert recall >= FLOOR["value"], faults
    assert named >= FLOOR["name"]


def test_what_is_no_quantity_is_left_alone() -> None:
    """Years, standards, patents, telephone numbers, models and headings."""
    negatives = [one["text"] for one in SENTENCES if one["domain"] == "negative"]
    assert len(negatives) >= 20
    wrong = {text: [q.text for q in find_quantities(text)] for text in negatives if find_quantities(text)}
    assert wrong == {}


def test_sample_needs_written_by_others_are_read_too() -> None:
    """A second opinion: the region pack's sample needs, whose figures were not written for this engine."""
    file = Path(__file__).parents[2] / "src/tuwei/packs/hohhot/samples/needs.jsonl"
    asked = right = 0
    for need in map(json.loads, file.read_text("utf-8").splitlines()):
        found = find_quantities(need["problem"])
        for row in need["indicators"]:
            value = row["low"] or row["high"]
            if value and value in need["problem"]:
                asked += 1
                right += any(
                    q.comparator == row["comparator"] and Decimal(value) in (q.low, q.high) for q in found
                )
    print(f"\nsample needs: {right} of {asked} indicators read with comparator and value")
    assert asked > 100
    assert right / asked >= 0.9
