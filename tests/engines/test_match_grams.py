"""Pairs and runs of many texts at once, held against one text at a time."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuwei.core.text import bigrams
from tuwei.match._features import plain
from tuwei.match._grams import RUN, Texts, held, runs_in_common

SIGNS = "节水灌溉干燥塔々〇・ーカ가３ⅣPM2.5 pH_·,。\n é鈉𠀀ｱ①\ue000"
texts = st.text(alphabet=st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=60)
MARKS = re.compile(r"[\W_]+")


def runs(text: str) -> set[str]:
    bare = MARKS.sub("", text)
    return {bare[at : at + RUN] for at in range(len(bare) - RUN + 1)}


@given(texts, st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_counts_are_those_of_each_text_alone(need: str, records: list[tuple[str, str]]) -> None:
    wanted = plain(need)
    row = {pair: at for at, pair in enumerate(dict.fromkeys(bigrams(wanted)))}
    whole = [plain("\n".join(filter(None, (title.strip(), body)))) for title, body in records]
    laid = Texts.of(whole)
    counts, lengths, titles = held(laid, row, [len(plain(title.strip())) for title, _ in records])
    common = runs_in_common(wanted, laid)
    for at, text in enumerate(whole):
        found = Counter(bigrams(text, clean=True))
        assert lengths[at] == found.total()
        assert [counts[at, row[pair]] for pair in row] == [found[pair] for pair in row]
        own = bigrams(plain(records[at][0].strip()), clean=True)
        assert titles[at] == pytest.approx(sum(pair in row for pair in own) / max(len(own), 1))
        assert common[at] == len(runs(text) & runs(wanted))


def test_no_text_at_all() -> None:
    counts, lengths, titles = held(Texts.of([""]), {"节水": 0}, [0])
    assert (counts.shape, lengths[0], titles[0]) == ((1, 1), 0, 0)
    assert runs_in_common("节水灌溉", Texts.of([""]))[0] == 0


def test_texts_do_not_run_into_each_other() -> None:
    laid = Texts.of(["节水", "灌溉"])
    assert runs_in_common("节水灌溉", laid).tolist() == [0, 0]
    assert held(laid, {"水灌": 0, "节水": 1}, [0, 0])[0].tolist() == [[0, 1], [0, 0]]
