"""Broken parameter files and overlays: one line that names the file, the line and the key."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tuwei.core.errors import InputError, MissingError
from tuwei.rules import assess, load
from tuwei.rules._parameters import Layer, read_overlay, read_statute

STATUTE = """\
rule: sample
zh: 样例
en: Sample
kind: status
documents:
  act: {number: 样例〔2020〕1号, zh: 样例办法, en: Sample act}
in_force:
  - {version: one, valid_from: 2020-01-01, document: act, article: 第一条, status: confirmed}
parameters:
  limit:
    zh: 上限
    en: limit
    unit: yuan
    rows:
      - {value: 500万元, valid_from: 2020-01-01, valid_to: 2021-12-31, document: act, article: 第二条}
      - {value: 600万元, valid_from: 2022-01-01, document: act, article: 第二条, status: confirmed}
  share:
    zh: 分档
    en: bands
    unit: points
    of: ratio
    rows:
      - valid_from: 2020-01-01
        document: act
        bands:
          - {from: 30%, gives: [7, 8]}
          - {from: 10%, gives: 4}
          - {gives: 0}
conditions:
  size: {zh: 规模, en: size, document: act, article: 第三条, status: confirmed}
quantities:
  share: {zh: 比例, en: share, unit: ratio}
"""
OVERLAY = """\
overlay: what-if
zh: 假设
en: Assumption
parameters:
  high_tech.pass_mark:
    unit: points
    rows:
      - {value: 65, valid_from: 2020-01-01}
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str) -> Path:
        path = tmp_path / "sample.yaml"
        path.write_text(text, "utf-8")
        return path

    return put


def fault(read: Callable[[Path], object], path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path)
    error = caught.value
    for sentence in (error.sentence("zh"), error.sentence("en")):
        assert sentence.isprintable(), sentence
        assert "sample.yaml" in sentence
        assert len(sentence) < 400
    return error


def changed(text: str, old: str, new: str) -> tuple[str, int]:
    """Return the text with one place changed, and the line of that place."""
    assert text.count(old) == 1, old
    return text.replace(old, new), text[: text.index(old)].count("\n") + 1


def test_the_sample_is_sound(write: Write) -> None:
    layer = read_statute(write(STATUTE))
    first, second = layer.parameters["sample.limit"]
    assert (first.value, second.value) == (500_000_000, 600_000_000)
    assert (first.status, second.status) == ("to_verify", "confirmed")
    assert load([write(OVERLAY)]).in_force("high_tech", first.valid_from)


@pytest.mark.parametrize(
    ("old", "new", "code", "key", "said"),
    [
        # values
        ("value: 500万元", "value: 五百", "bad_value", "value", "500万元"), ("value: 500万元", "value: 5e6", "bad_value", "value", "500万元"),
        ("value: 500万元", "value: [1, 2]", "bad_value", "value", "no value"), ("value: 500万元", "value: .nan", "bad_value", "value", "500万元"),
        ("value: 500万元", "value: 10%", "bad_value", "value", "500万元"), ("value: 500万元", "value:", "missing_key", "value", "required"),
        ("value: 500万元", "value: {a: 1}", "bad_value", "value", "no value"), ("from: 10%", "from: 10人", "bad_value", "from", "10%"),
        ("gives: 4}", "gives: 4.5}", "bad_value", "gives", "30"), ("gives: [7, 8]", "gives: [7, 8, 9]", "bad_value", "gives", "[low, high]"),
        ("gives: [7, 8]", "gives: [8, 7]", "bad_value", "gives", "low end"), ("gives: [7, 8]", "gives: []", "bad_value", "gives", "[low, high]"),
        ("valid_to: 2021-12-31", "valid_to: 2021-13-01", "bad_value", "valid_to", "no date"),
        ("valid_to: 2021-12-31", "valid_to: soon", "bad_value", "valid_to", "no date"),
        ("article: 第二条, status: confirmed", "article: 第二条, status: sure", "bad_value", "status", "to_verify"),
        ("kind: status", "kind: stauts", "bad_value", "kind", "status |"), ("kind: status", "kind: status\nrung: two", "bad_value", "rung", "whole number"),
        # units
        ("unit: yuan", "unit: euro", "bad_value", "unit", "unknown unit"), ("unit: yuan", "unit: [yuan]", "bad_value", "unit", "unknown unit"),
        ("of: ratio", "of: percent", "bad_value", "of", "unknown unit"), ("    of: ratio\n", "", "missing_key", "bands", "of"),
        ("share: {zh: 比例, en: share, unit: ratio}", "share: {zh: 比例, en: share, unit: x}", "bad_value", "unit", "unknown unit"),
        # keys
        ("valid_to: 2021-12-31", "valid_til: 2021-12-31", "unknown_key", "valid_til", "valid_to"),
        ("parameters:", "paramaters:", "unknown_key", "paramaters", "parameters"), ("    unit: yuan\n", "", "missing_key", "unit", "required"),
        ("kind: status\n", "", "missing_key", "kind", "required"), ("en: Sample\n", "", "missing_key", "en", "required"),
        ("from: 10%", "form: 10%", "unknown_key", "form", "from"), ("version: one, ", "", "missing_key", "version", "required"),
        ("{number: 样例〔2020〕1号, ", "{", "missing_key", "number", "required"), ("zh: 规模, ", "", "missing_key", "zh", "required"),
        ("valid_from: 2022-01-01, ", "", "missing_key", "valid_from", "required"),
        ("valid_from: 2022-01-01, document: act", "valid_from: 2022-01-01", "missing_key", "document", "required"),
        ("zh: 样例\n", "zh: 样例\nzh: 又一\n", "repeated_key", "zh", "twice"), ("  share:\n", "  limit:\n", "repeated_key", "limit", "twice"),
        # windows
        ("valid_to: 2021-12-31", "valid_to: 2022-01-01", "overlap", "valid_from", "2022-01-01"),
        ("valid_to: 2021-12-31, ", "", "overlap", "valid_from", "9999"), ("valid_to: 2021-12-31", "valid_to: 2019-12-31", "bad_window", "valid_to", "before"),
        # documents
        ("valid_from: 2022-01-01, document: act", "valid_from: 2022-01-01, document: law", "unknown_document", "document", "act"),
        ("valid_from: 2022-01-01, document: act", "valid_from: 2022-01-01, document: [act]", "unknown_document", "document", "act"),
        # bands
        ("          - {gives: 0}\n", "", "open_bands", "bands", "no edge"), ("{from: 30%, gives: [7, 8]}", "{gives: 8}", "band_order", "bands", "band 2"),
        ("{from: 30%, gives: [7, 8]}", "{from: 5%, gives: 8}", "band_order", "bands", "band 2"),
        ("{from: 30%, gives: [7, 8]}", "{from: 10%, gives: 8}", "band_order", "bands", "band 2"),
        ("{from: 30%, gives: [7, 8]}", "7", "bad_value", "bands", "mappings"),
    ],
)  # fmt: skip
def test_a_broken_parameter_file(write: Write, old: str, new: str, code: str, key: str, said: str) -> None:
    text, line = changed(STATUTE, old, new)
    error = fault(read_statute, write(text))
    assert (error.code, error.where["field"]) == (f"rules.{code}", key)
    assert abs(error.where["row"] - line) <= 7, error.sentence("en")
    assert said in error.sentence("en")


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [("value: 500万元", "value: 五百", 15), ("valid_to: 2021-12-31", "valid_til: 2021-12-31", 15),
     ("valid_from: 2022-01-01, document: act", "valid_from: 2022-01-01, document: law", 16), ("from: 10%", "from: 10人", 27),
     ("valid_to: 2021-12-31", "valid_to: 2022-01-01", 16), ("zh: 样例\n", "zh: 样例\nzh: 又一\n", 3),
     ("    unit: yuan\n", "    unit: euro\n", 13)],
)  # fmt: skip
def test_the_line_is_the_one_to_mend(write: Write, old: str, new: str, row: int) -> None:
    assert fault(read_statute, write(changed(STATUTE, old, new)[0])).where["row"] == row


@pytest.mark.parametrize("where", ["documents", "in_force", "parameters", "conditions", "quantities"])
@pytest.mark.parametrize("value", ["text", "[1, 2]", "{a: 1}", "{a: [1]}"])
def test_a_part_of_the_wrong_shape(write: Write, where: str, value: str) -> None:
    start = STATUTE.index(f"{where}:\n")
    rest = STATUTE[start + len(where) + 2 :]
    end = next(
        (at for at in range(len(rest)) if rest[at - 1 : at] == "\n" and rest[at] not in " \n"), len(rest)
    )
    error = fault(read_statute, write(STATUTE[:start] + f"{where}: {value}\n" + rest[end:]))
    assert error.code.startswith("rules.")


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "- a\n- b\n", "just words\n", "a: [1, 2\n", "a: 'open\n", "\tb: 1\n", "a: 1\n---\nb: 2\n", "a: *nothing\n",
     "a: &x 1\nb: &x [*x, *y]\n", "? [1, 2]\n: 3\n", "a: \x01\n", "{" * 3000, "[" * 100_000, "a: " + "[" * 60 + "]" * 60 + "\n",
     "a: &a [*a, *a]\nrule: x\n", "<<: {rule: 1}\n"],
)  # fmt: skip
@pytest.mark.parametrize("read", [read_statute, read_overlay])
def test_what_is_no_mapping_or_no_yaml(write: Write, read: Callable[[Path], Layer], text: str) -> None:
    error = fault(read, write(text))
    assert error.code in ("rules.bad_yaml", "rules.unknown_key", "rules.missing_key")
    assert error.where["row"] >= 1


def test_aliases_that_unfold_without_end_are_stopped_at_once(write: Write) -> None:
    """Nine lines that would unfold to a billion values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    started = time.monotonic()
    assert fault(read_overlay, write("\n".join(lines))).code == "rules.bad_yaml"
    assert time.monotonic() - started < 10


def test_an_alias_that_says_a_row_again_is_taken(write: Write) -> None:
    text = STATUTE.replace("bands:\n", "bands: &table\n")
    text = text.replace(
        "conditions:", "  again: {zh: 再, en: again, unit: points, of: ratio, rows: [{valid_from: 2020-01-01, document: act, bands: *table}]}\nconditions:"
    )  # fmt: skip
    layer = read_statute(write(text))
    assert layer.parameters["sample.again"][0].bands == layer.parameters["sample.share"][0].bands


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "sample.yaml"
    path.write_bytes("rule: a\nzh: 样例\n".encode("gb18030"))
    error = fault(read_statute, path)
    assert (error.code, error.where["row"]) == ("rules.bad_yaml", 2)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert fault(read_statute, tmp_path / "sample.yaml").code == "rules.bad_yaml"
    with pytest.raises(MissingError) as caught:
        load([tmp_path / "none.yaml"])
    assert caught.value.code == "rules.no_overlay"


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [("value: 65", "value: 六十五", "bad_value", "30"), ("value: 65", "value: 65%", "bad_value", "30"),
     ("unit: points", "unit: ratio", "wrong_unit", "points"), ("value: 65", "valeu: 65", "unknown_key", "value"),
     ("unit: points", "unit: people", "wrong_unit", "points"), ("high_tech.pass_mark", "high_tech.passmark", "no_parameter", "high_tech.pass_mark"),
     ("high_tech.pass_mark", "high_teck.pass_mark", "no_parameter", "high_tech.pass_mark"),
     ("      - {value: 65, valid_from: 2020-01-01}\n", "      - {valid_from: 2020-01-01, bands: [{from: 1, gives: 65}, {gives: 0}]}\n", "missing_key", "of"),
     ("    unit: points\n    rows:\n      - {value: 65, valid_from: 2020-01-01}\n", "    unit: points\n    of: count\n    rows:\n      - {valid_from: 2020-01-01, bands: [{from: 1, gives: 65}, {gives: 0}]}\n", "bad_value", "one value"),
     ("high_tech.pass_mark", "high_tech.growth", "bad_value", "is a table"), ("overlay: what-if\n", "", "missing_key", "required"),
     ("      - {value: 65, valid_from: 2020-01-01}\n", "      []\n", "missing_key", "one row"),
     ("parameters:", "in_force: [1]\nparameters:", "bad_value", "mapping"),
     ("parameters:", "in_force:\n  high_tek: [{version: art11, valid_from: 2030-01-01}]\nparameters:", "no_rule", "high_tech"),
     ("parameters:", "in_force:\n  high_tech: [{version: art12, valid_from: 2030-01-01}]\nparameters:", "no_version", "art11"),
     ("parameters:", "in_force:\n  high_tech: [{valid_from: 2030-01-01}]\nparameters:", "missing_key", "required"),
     ("valid_from: 2020-01-01}", "valid_from: 2020-01-01, document: x}", "unknown_document", "not listed"),
     ("valid_from: 2020-01-01}", "valid_from: 2020-01-01, valid_to: 2019-01-01}", "bad_window", "before")],
)  # fmt: skip
def test_a_broken_overlay(write: Write, old: str, new: str, code: str, said: str) -> None:
    path = write(changed(OVERLAY, old, new)[0])
    error = fault(lambda path: load([path]), path)
    assert error.code == f"rules.{code}"
    assert said in error.sentence("en")
    assert error.where["row"] >= 1


def test_a_further_year_of_a_yearly_parameter_is_taken(write: Write) -> None:
    """The calendar of working days ends with the last notice; an overlay brings the next year."""
    rows = "    unit: words\n    rows:\n      - {value: [2027-01-01..2027-01-03]}\n"
    text = f"overlay: calendar\nzh: 日历\nen: Calendar\nparameters:\n  tech_contract.days_off_2027:\n{rows}"
    assert load([write(text)]).layers[-1].parameters["tech_contract.days_off_2027"][0].words
    error = fault(
        lambda path: load([path]),
        write(text.replace("unit: words", "unit: days").replace("[2027-01-01..2027-01-03]", "3")),
    )
    assert error.code == "rules.wrong_unit"


def test_an_overlay_changes_the_verdict_and_says_where_it_comes_from(write: Write) -> None:
    """65 instead of 70: an enterprise of 68 points at least passes from the day the row is dated."""
    facts = {
        "expert": {"advancement": 8, "core_support": 8, "source": 6, "standards": 0, "rd_organisation": 14}
    }
    facts |= {"ip_class1": 1, "conversions": 15, "sales": ["1"], "net_assets": ["1"]}
    statutes = load([write(OVERLAY.replace("2020-01-01", "2027-01-01"))])
    for on, over, verdict in (
        ("2026-12-31", statutes, 1),
        ("2027-01-01", statutes, 2),
        ("2027-01-01", None, 1),
    ):
        found = assess("high_tech", facts, on, statutes=over)
        assert (found.score.lo, found.score.hi) == (68, 74)  # type: ignore[union-attr]
        assert (
            next(one.verdict for one in found.conditions if one.condition.id == "innovation_score") == verdict
        )
    assert "high_tech.pass_mark" in assess("high_tech", facts, "2027-01-01", statutes=statutes).to_verify
