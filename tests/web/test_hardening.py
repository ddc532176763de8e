"""What an attack found once stays mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuwei.core.errors import AccessError
from tuwei.web.market.selectors import indexed
from tuwei.web.market.selectors.disclosure import grade_for
from tuwei.web.market.services.achievements import achievement_save
from tuwei.web.market.services.needs import need_save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    indexed._open.clear()
    return tmp_path


@pytest.mark.parametrize("role", ["commissioner", "officer"])
def test_who_may_edit_a_need_cannot_move_it_to_their_own_organisation(
    role: str, people: Any, make_need: Callable[..., Any]
) -> None:
    need, actor = make_need(owner=people.owner, state="clarifying"), getattr(people, role)
    with pytest.raises(AccessError):
        need_save(actor=actor, need=need, record={"organisation": actor.organisation.name})
    for blank in ("", None):
        need_save(actor=actor, need=need, record={"organisation": blank, "function": "节能"})
    need.refresh_from_db()
    assert need.organisation == people.owner.organisation
    assert grade_for(actor, need) == 2


def test_whoever_entered_a_listing_for_others_may_move_it(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    need = make_need(owner=people.broker, organisation=people.owner.organisation)
    name = people.stranger.organisation.name
    assert need_save(actor=people.broker, need=need, record={"organisation": name}).organisation.name == name
    achievement = make_achievement()
    with pytest.raises(AccessError):
        achievement_save(actor=people.officer, achievement=achievement, record={"organisation": name})
