"""Region packs into the database: idempotent, respectful of what people did since, samples purged without a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from typer.testing import CliRunner

from tuwei.core.errors import AccessError
from tuwei.packs.loader import Pack, load_pack
from tuwei.web.accounts.models import Organisation, Person
from tuwei.web.base import search
from tuwei.web.base.models import Event
from tuwei.web.deals.models import Candidate, Case
from tuwei.web.market.models import Achievement, Claim, Figure, Indicator, Need, SavedSearch, Term, Touched
from tuwei.web.market.services import achievements
from tuwei.web.market.services.packs import pack_load, pack_purge_samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clear(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The dialogue's engine has tests of its own: here every need is as complete as the next."""
    from tuwei.web.market.services import clarity

    monkeypatch.setattr(clarity, "score", lambda values: 73)
    monkeypatch.setattr(clarity, "proposed_abstract", lambda values: "")
    monkeypatch.setattr(clarity, "refuse_secrets", lambda values: None)
    yield
    cache.clear()


@pytest.fixture(scope="module")
def whole() -> Pack:
    return load_pack("hohhot")


@pytest.fixture
def pack(whole: Pack) -> Any:
    """The pack with a handful of its samples."""
    few = {name: getattr(whole, name) for name in whole.__dataclass_fields__}
    real = [row for row in whole.achievements if not row["sample"]]
    people = [row for row in whole.achievements if row["sample"] and row["people"] and row["claims"]][:4]
    needs = [row for row in whole.needs if row["indicators"]][:5]
    used = {row["organisation"] for row in (*real, *people, *needs)}
    organisations = tuple(row for row in whole.organisations if row["name"] in used)
    return SimpleNamespace(
        **{**few, "needs": tuple(needs), "achievements": (*real, *people), "organisations": organisations}
    )


def everything() -> dict[str, Any]:
    """All that a load brings, with the numbers and moments it got."""
    models = (Term, Figure, Organisation, Person, Need, Indicator, Achievement, Claim)
    tie = Achievement.people.through.objects.order_by("pk").values_list("achievement", "person")
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models} | {
        "tie": list(tie)
    }


def test_the_pack_is_all_there(pack: Any) -> None:
    loaded = pack_load(actor=None, pack=pack)
    assert (loaded.needs, loaded.achievements) == (5, len(pack.achievements))
    assert Need.objects.count() == 5
    row = pack.achievements[-1]
    made = Achievement.objects.get(source_id=row["id"])
    assert made.title == row["title"]
    assert made.source == f"pack:hohhot/{row['source']}"
    assert made.is_sample
    assert {person.name for person in made.people.all()} == set(row["people"])
    assert [claim.quantity for claim in made.claims.all()] == [claim["quantity"] for claim in row["claims"]]
    assert search.matching(Achievement.objects.all(), row["title"][:6]).filter(pk=made.pk).exists()
    assert Need.objects.filter(completeness=73).count() == 5
    assert "余热" in Term.objects.get(scheme="field", code="energy").words
    figure = Figure.objects.get(code="high_tech_enterprises")
    assert (str(figure.value), figure.period, figure.unit) == ("533.0000", "2023", "家")
    assert figure.source_zh
    assert figure.source_en


def test_real_rows_keep_their_claims_as_claimed(pack: Any) -> None:
    pack_load(actor=None, pack=pack, samples=False)
    assert not Need.objects.exists()
    assert not Organisation.objects.filter(is_sample=True).exists()
    claim = Claim.objects.filter(achievement__source_id="article-potato-model").order_by("pk")[0]
    assert (claim.quantity, claim.low, claim.evidence_state, claim.baseline) == ("节水", 30, "claimed", "")


def test_loading_twice_is_loading_once(pack: Any) -> None:
    pack_load(actor=None, pack=pack)
    before = everything()
    Touched.objects.all().delete()
    pack_load(actor=None, pack=pack)
    assert everything() == before
    assert not Touched.objects.exists()  # nothing to index anew


def test_a_newer_pack_brings_its_rows_up_to_date(pack: Any) -> None:
    pack_load(actor=None, pack=pack)
    row = pack.achievements[0]
    pk = Achievement.objects.get(source_id=row["id"]).pk
    changed = {**row, "title": "新标题", "claims": row["claims"][:1]}
    pack.achievements = (changed, *pack.achievements[1:])
    Touched.objects.all().delete()
    pack_load(actor=None, pack=pack)
    made = Achievement.objects.get(source_id=row["id"])
    assert (made.pk, made.title, made.claims.count()) == (pk, "新标题", len(row["claims"][:1]))
    assert list(Touched.objects.values_list("kind", "listing_id")) == [("achievement", pk)]


def test_what_people_have_changed_or_moved_stays(pack: Any, people: Any) -> None:
    pack_load(actor=None, pack=pack)
    mine, moved = Achievement.objects.order_by("pk")[:2]
    achievements.achievement_save(actor=people.admin, record={"title": "改过的标题"}, achievement=mine)
    achievements.achievement_move(actor=people.admin, achievement=moved, verb="withdraw", reason="所有人要求")
    pack_load(actor=None, pack=pack)
    mine.refresh_from_db()
    moved.refresh_from_db()
    assert mine.title == "改过的标题"
    assert moved.state == "withdrawn"


def test_an_organisation_that_signed_up_is_not_taken_over(
    pack: Any, make_user: Callable[..., Any], make_organisation: Callable[..., Any]
) -> None:
    name = next(row["name"] for row in pack.organisations if row["sample"])
    own = make_organisation(name=name, intro="我们自己写的", kind="bureau")
    make_user(organisation=own)
    pack_load(actor=None, pack=pack)
    own.refresh_from_db()
    assert (own.intro, own.kind, own.is_sample) == ("我们自己写的", "bureau", False)


def test_a_fault_in_the_middle_leaves_nothing(pack: Any) -> None:
    bad = {**pack.achievements[-1], "field": "no-such-field", "id": "bad"}
    pack.achievements = (*pack.achievements, bad)
    from tuwei.core.errors import InputError

    with pytest.raises(InputError):
        pack_load(actor=None, pack=pack)
    assert not Need.objects.exists()
    assert not Term.objects.exists()
    assert not Event.objects.exists()


def test_only_an_administrator_loads_and_purges(pack: Any, people: Any) -> None:
    for person in (people.officer, people.owner, people.broker):
        with pytest.raises(AccessError):
            pack_load(actor=person, pack=pack)
        with pytest.raises(AccessError):
            pack_purge_samples(actor=person)
    pack_load(actor=people.admin, pack=pack)
    assert Event.objects.get(verb="pack.loaded").actor == people.admin


def test_purging_takes_the_samples_and_nothing_else(
    pack: Any,
    people: Any,
    make_need: Callable[..., Any],
    make_achievement: Callable[..., Any],
    tmp_path: Path,
    settings: Any,
) -> None:
    pack_load(actor=None, pack=pack)
    real_need = make_need(owner=people.owner, state="published")
    real = make_achievement()
    sample_need, sample = (
        Need.objects.filter(is_sample=True)[0],
        Achievement.objects.filter(is_sample=True)[0],
    )
    gone = Case.objects.create(need=sample_need, broker=people.broker)
    kept = Case.objects.create(need=real_need, broker=people.broker)
    for case, found in ((gone, real), (kept, sample), (kept, real)):
        Candidate.objects.create(case=case, achievement=found)
    merged = make_need(owner=people.owner, merged_into=sample_need)
    SavedSearch.objects.create(user=people.owner, name="检索", kind="need")
    numbers = (
        Need.objects.filter(is_sample=True).count(),
        Achievement.objects.filter(is_sample=True).count(),
    )

    counts = pack_purge_samples(actor=None)

    assert (counts["need"], counts["achievement"], counts["case"], counts["candidate"]) == (*numbers, 1, 1)
    assert not Need.objects.filter(is_sample=True).exists()
    assert not Achievement.objects.filter(is_sample=True).exists()
    assert not Organisation.objects.filter(is_sample=True).exists()
    assert not Person.objects.filter(is_sample=True).exists()
    assert list(Case.objects.all()) == [kept]
    assert [candidate.achievement for candidate in kept.candidates.all()] == [real]
    merged.refresh_from_db()
    assert merged.merged_into is None
    assert Achievement.objects.filter(source_id="article-potato-model").exists()
    assert Event.objects.get(verb="pack.purged").after["achievement"] == numbers[1]
    assert pack_purge_samples(actor=None)["achievement"] == 0
    pack_load(actor=None, pack=pack)  # and they can come back
    assert Need.objects.filter(is_sample=True).count() == numbers[0]


def test_the_commands_say_what_they_did(monkeypatch: pytest.MonkeyPatch, pack: Any) -> None:
    from tuwei.packs import loader
    from tuwei.web.market.commands import pack_app

    monkeypatch.setattr(loader, "load_pack", lambda name: pack)
    run = CliRunner().invoke
    assert "hohhot" in run(pack_app, ["list"]).output
    assert "needs 5" in run(pack_app, ["load", "hohhot"]).output
    refused = run(pack_app, ["purge-samples"], input="n\n")
    assert refused.exit_code == 1
    assert Need.objects.count() == 5
    assert "need 5" in run(pack_app, ["purge-samples", "--yes"]).output
    assert Need.objects.count() == 0


def test_loading_asks_at_most_one_question_a_row(pack: Any, django_assert_max_num_queries: Any) -> None:
    """Whose each row is; all else goes in chunks, so that 320 needs and 640 achievements load in seconds."""
    rows = len(pack.needs) + len(pack.achievements)
    for _ in range(2):
        with django_assert_max_num_queries(rows + 45):
            pack_load(actor=None, pack=pack)
