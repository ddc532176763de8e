"""An index of an earlier version, or damaged: pages say that nothing was found, the next refresh builds it anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tuwei.web.base.models import Job
from tuwei.web.market.jobs import matching
from tuwei.web.market.models import Term
from tuwei.web.market.selectors import indexed

pytestmark = pytest.mark.django_db


@pytest.fixture
def outdated(settings: Any, tmp_path: Path, make_achievement: Callable[..., Any]) -> Any:
    """An achievement whose index says that it is of an earlier format."""
    settings.DATA = tmp_path
    indexed._open.clear()
    listing = make_achievement(title="苦咸水膜法淡化", text="反渗透膜处理苦咸水")
    indexed.build("achievement", indexed.records("achievement"))
    indexed.build("need", indexed.records("need"))
    (about,) = indexed.folder("achievement").glob("gen-*/about.json")
    about.write_text(json.dumps({**json.loads(about.read_text()), "format": 1}))
    return listing


def test_it_is_not_opened_and_pages_go_on(outdated: Any, client: Any, make_need: Callable[..., Any]) -> None:
    assert indexed.opened("achievement") is None
    assert indexed.size("achievement") is None
    need = make_need(title="井水又苦又咸", problem="想淡化苦咸水")
    client.force_login(need.owner)
    assert client.get(reverse("market:need-matches", args=[need.pk])).status_code == 200


def test_the_next_refresh_builds_it_anew(outdated: Any) -> None:
    job = Job.objects.create(kind="match.refresh", state=Job.State.RUNNING)
    assert matching.refresh(job)["achievement"] == 1
    index = indexed.opened("achievement")
    assert index is not None
    assert [hit.achievement for hit in index.rank("苦咸水")] == [str(outdated.pk)]


def test_a_new_state_is_moved_to(outdated: Any, make_achievement: Callable[..., Any]) -> None:
    matching.refresh(Job.objects.create(kind="match.refresh", state=Job.State.RUNNING))
    before = indexed.opened("achievement")
    assert before is not None
    assert indexed.opened("achievement") is before
    added = make_achievement(title="挤奶厅清洗水回用", text="节水")
    indexed.update("achievement", {added.pk})
    after = indexed.opened("achievement")
    assert after is not None
    assert (len(before), len(after)) == (1, 2)


def test_the_technical_words_of_the_pack_are_terms_and_its_names_are_not(
    settings: Any,
    tmp_path: Path,
    make_achievement: Callable[..., Any],
    make_organisation: Callable[..., Any],
) -> None:
    settings.DATA = tmp_path
    indexed._open.clear()
    make_achievement(title="抽水蓄能机组控制", text="用于赛罕区。")

    def known() -> list[bool]:
        indexed.build("achievement", indexed.records("achievement"))
        index = indexed.opened("achievement")
        assert index is not None
        return [word in index._parts.terms for word in ("抽水蓄能", "赛罕区", "甲研究所")]

    assert known() == [False, False, False]
    make_organisation(name="甲研究所")
    values = {"code": "x", "name_zh": "水泵水轮机", "name_en": "x", "pack": "test"}
    Term.objects.create(scheme="industry", words=["抽水蓄能"], **values)
    Term.objects.create(scheme="region", **{**values, "name_zh": "赛罕区"})
    assert known() == [True, False, False]
