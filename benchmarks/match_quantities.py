"""How well quantities are read and compared: precision, recall, confusion of verdicts, on labelled sentences.

``python benchmarks/match_quantities.py [--faults development] [--json]``; needs nothing but the project.

The sentences lie in ``tests/golden/quantity``, written and labelled by the project. *sentences* were written with the
reader, *development* apart from it and then used to mend it, *heldout* apart from it and never looked at singly: its
figures are the ones to quote.
A quantity is right when number or bounds, comparator, unit, change and baseline all agree with the label (万吨 with
10 and 吨 with 100,000 agree); names are counted apart. A pair is one indicator of a need, the text of an offer and
the verdict; the need and the offer are read and compared as the second stage of matching does.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tuwei.core._quantity_folding import FOLD
from tuwei.core.quantity import Quantity, find_quantities
from tuwei.match._measures import measured, required
from tuwei.match._records import Record, read_record

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "quantity"
SENTENCES = ("sentences", "development", "heldout")
PAIRS = ("pairs-development", "pairs-heldout")
ATTRIBUTES = ("bounds", "comparator", "unit", "change", "baseline", "name")
VERDICTS = ("met", "not_met", "unstated")
_SCALES = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4}
_SCALED = re.compile(rf"({'|'.join(_SCALES)})(?=[^/])")

Label = Mapping[str, Any]
Key = tuple[Any, ...]


@dataclass(slots=True)
class Reading:
    """What was counted over one file of sentences."""

    sentences: int = 0
    labels: int = 0
    found: int = 0
    right: int = 0
    attributes: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, list[Key], list[Key]]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of the quantities found that are wholly right."""
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """Share of the labelled quantities that are found wholly right."""
        return self.right / max(1, self.labels)

    def as_dict(self) -> dict[str, float]:
        """Return the figures by name."""
        shares = {name: self.attributes[name] / max(1, self.labels) for name in ATTRIBUTES}
        counts = {"sentences": self.sentences, "labels": self.labels, "found": self.found}
        return {**counts, "precision": self.precision, "recall": self.recall, **shares}


def lines(name: str) -> list[dict[str, Any]]:
    """Return the rows of one golden file."""
    return [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text("utf-8").splitlines()]


def read(rows: Iterable[Mapping[str, Any]]) -> Reading:
    """Find the quantities of each sentence and hold them against the labels."""
    reading = Reading()
    for row in rows:
        _count(reading, row["text"], find_quantities(row["text"]), row["quantities"])
    return reading


def _count(reading: Reading, text: str, found: Sequence[Quantity], labels: Sequence[Label]) -> None:
    got, want = Counter(map(_found_key, found)), Counter(map(_label_key, labels))
    reading.sentences += 1
    reading.labels += len(labels)
    reading.found += len(found)
    reading.right += (got & want).total()
    for label, quantity in _together(labels, found):
        reading.attributes.update(_agreeing(label, quantity))
    if got != want:
        reading.faults.append((text, [*(got - want).elements()], [*(want - got).elements()]))


def _found_key(one: Quantity) -> Key:
    return _key(one.comparator, one.low, one.high, one.unit, one.change, one.baseline)


def _label_key(one: Label) -> Key:
    return _key(one["comparator"], one["low"], one["high"], one["unit"], one["change"], one["baseline"])


def _key(comparator: str, low: Any, high: Any, unit: str, change: str | None, baseline: bool) -> Key:
    spelled = unit.translate(FOLD).replace("每", "/").replace("/日", "/天")
    scale = _SCALED.match(spelled)
    factor = _SCALES[scale.group()] if scale else 1
    bounds = tuple(None if one is None else (Decimal(one) * factor).normalize() for one in (low, high))
    return comparator, *bounds, spelled[scale.end() :] if scale else spelled, change, baseline


def _together(labels: Sequence[Label], found: Sequence[Quantity]) -> Iterator[tuple[Label, Quantity]]:
    """Pair labels with quantities that share a number, those that agree in most first."""
    scored = [
        (len(_agreeing(label, quantity)), -place, -at)
        for place, label in enumerate(labels)
        for at, quantity in enumerate(found)
        if _numbers(_label_key(label)) & _numbers(_found_key(quantity))
    ]
    labels_left, found_left = set(range(len(labels))), set(range(len(found)))
    for _, place, at in sorted(scored, reverse=True):
        if -place in labels_left and -at in found_left:
            labels_left.remove(-place)
            found_left.remove(-at)
            yield labels[-place], found[-at]


def _numbers(key: Key) -> set[Decimal]:
    return {one for one in key[1:3] if one is not None}


def _agreeing(label: Label, quantity: Quantity) -> list[str]:
    want, got = _label_key(label), _found_key(quantity)
    parts = {
        "bounds": _numbers(want) == _numbers(got),
        "comparator": want[0] == got[0],
        "unit": want[3] == got[3],
        "change": want[4] == got[4],
        "baseline": want[5] == got[5],
        "name": label["name"].translate(FOLD).lower() in quantity.name.lower(),
    }
    return [name for name, agrees in parts.items() if agrees]


def confusion(rows: Iterable[Mapping[str, Any]]) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Count (label, verdict) and describe what differs; ``unread`` where the indicator was not found."""
    counts: Counter[tuple[str, str]] = Counter()
    faults = []
    for row in rows:
        verdict, quoted = _verdict(row)
        counts[row["verdict"], verdict] += 1
        if verdict != row["verdict"]:
            faults.append(
                f"{row['verdict']} / {verdict}: {row['need']} [{row['indicator']}] | {row['offer']} | {quoted}"
            )
    return counts, faults


def _verdict(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the verdict on the indicator named, and what was quoted for it from both texts."""
    asked = [one for one in required(_record(row["need"])) if row["indicator"] in f"{one.name} {one.text}"]
    if not asked:
        return "unread", ""
    result = measured(asked[:1], _record(row["offer"]))[0]
    return result.verdict, f"{result.required} / {result.offered}"


def _record(text: str) -> Record:
    return read_record({"id": "1", "title": "-", "text": text})


def main() -> None:
    """Print the figures of every part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", choices=(*SENTENCES, *PAIRS), help="list what differs in this part")
    parser.add_argument(
        "--only", choices=("sentences", "development", "heldout"), help="measure this part alone"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = parser.parse_args()
    readings = {name: read(lines(name)) for name in SENTENCES if (chosen.only or name) == name}
    verdicts = {name: confusion(lines(name)) for name in PAIRS if name.endswith(chosen.only or "")}
    if chosen.json:
        counts = {name: {"/".join(k): n for k, n in c.items()} for name, (c, _) in verdicts.items()}
        print(json.dumps({**{name: one.as_dict() for name, one in readings.items()}, **counts}, indent=1))
        return
    _print_readings(readings)
    for name, (counted, _) in verdicts.items():
        _print_confusion(name, counted)
    if chosen.faults in readings:
        for text, got, want in readings[chosen.faults].faults:
            print(f"{text}\n    found only:    {_plain(got)}\n    labelled only: {_plain(want)}")
    for fault in verdicts.get(chosen.faults, ((), ()))[1]:
        print(fault)


def _print_readings(readings: Mapping[str, Reading]) -> None:
    names = ("sentences", "labels", "found", "precision", "recall", *ATTRIBUTES)
    print(f"{'part':12}" + "".join(f"{name:>11}" for name in names))
    for part, reading in readings.items():
        row = reading.as_dict()
        print(
            f"{part:12}" + "".join(f"{row[n]:>11}" if n in names[:3] else f"{row[n]:>11.3f}" for n in names)
        )


def _print_confusion(name: str, counted: Counter[tuple[str, str]]) -> None:
    right = sum(counted[one, one] for one in VERDICTS)
    print(f"\n{name}: {right} of {counted.total()} right; rows are labels, columns verdicts")
    columns = (*VERDICTS, "unread")
    print(f"{'':10}" + "".join(f"{one:>10}" for one in columns))
    for label in VERDICTS:
        print(f"{label:10}" + "".join(f"{counted[label, one]:>10}" for one in columns))


def _plain(keys: Iterable[Key]) -> str:
    return "; ".join(" ".join(str(one) for one in key) for key in keys) or "-"


if __name__ == "__main__":
    main()
