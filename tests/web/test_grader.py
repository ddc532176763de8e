"""The grader from verdicts: trained, compared, in force in the matches, rolled back; and what it may not learn."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone, translation
from typer.testing import CliRunner

from tuwei.core.errors import AccessError, InputError
from tuwei.match import Grader
from tuwei.web.base import access, events, jobs
from tuwei.web.base.models import Event, Job
from tuwei.web.deals import commands, selectors, services
from tuwei.web.deals.models import Candidate, Case
from tuwei.web.market.models import Achievement, Need
from tuwei.web.market.selectors import grading, indexed, matching

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parents[1] / "golden" / "match_grading"
DOCS = Path(__file__).parents[2] / "docs"
NEEDS = 6
FEWEST = services.grading.FEWEST


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    indexed._open.clear()
    grading._open.clear()
    return tmp_path


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture
def judged(
    people: Any,
    make_need: Callable[..., Any],
    make_achievement: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """Six open needs, each with twenty verdicts, which shall be enough, and the index of all achievements."""
    monkeypatch.setattr(services.grading, "FEWEST", 60)
    titles = {one["id"]: one["title"] for one in (*rows("needs"), *rows("achievements"))}
    pairs = [pair for pair in rows("pairs") if pair["need"] < f"n{NEEDS:02}"]
    owner, institute = people.enterprise, people.researcher
    needs = {
        name: make_need(owner=owner, state="published", title=titles[name], abstract="", problem="")
        for name in sorted({pair["need"] for pair in pairs})
    }
    found = {
        name: make_achievement(owner=institute, title=titles[name], text="")
        for name in sorted({pair["achievement"] for pair in pairs})
    }
    cases = {name: Case.objects.create(need=need, broker=people.broker) for name, need in needs.items()}
    Candidate.objects.bulk_create(
        Candidate(
            case=cases[pair["need"]],
            achievement=found[pair["achievement"]],
            verdict=pair["level"] - 1,
            judged_at=timezone.now(),
        )
        for pair in pairs
    )
    indexed.build("achievement", indexed.records("achievement"))
    return SimpleNamespace(needs=needs, found=found, count=len(pairs))


def trained(actor: Any = None) -> Job:
    job = services.grading.train_ask(actor=actor)
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job


def test_too_few_verdicts_are_told_with_how_many_are_needed(people: Any, client: Any) -> None:
    with pytest.raises(InputError) as raised:
        services.grading.train_ask(actor=people.officer)
    assert raised.value.code == "grader.too_few"
    assert raised.value.sentence("zh") == "可用于训练的判断有 0 条，至少要 200 条：再判 200 条即可训练。"
    assert "at least 200 are needed" in raised.value.sentence("en")
    assert isinstance(CliRunner().invoke(commands.app, ["train"]).exception, InputError)
    client.force_login(people.officer)
    page = client.get(reverse("deals:grader")).content.decode()
    assert raised.value.sentence("zh") in page
    assert reverse("deals:grader-train") not in page
    assert client.post(reverse("deals:grader-train")).status_code == 422
    assert not Job.objects.exists()


def test_verdicts_become_a_version_that_ranks_and_levels(judged: Any, people: Any, client: Any) -> None:
    need = judged.needs["n00"]

    def agreement() -> float:
        """The mean distance of the shown levels from the verdicts."""
        shown = matching.achievements_for(user=people.broker, need=need, filters={}, top=100)
        levels = {match.listing.pk: services.grading.LEVELS[match.level] - 1 for match in shown}
        told = Candidate.objects.filter(case__need=need).values_list("achievement_id", "verdict")
        away = [abs(levels[pk] - verdict) for pk, verdict in told if pk in levels and verdict is not None]
        assert away
        return sum(away) / len(away)

    before, ranked_by = agreement(), indexed.ranked_by("achievement")
    job = trained(people.officer)
    assert job.result["version"] == 1
    assert (job.result["pairs"], job.result["against"]) == (judged.count, "words")
    assert job.result["got"] <= job.result["expected"]
    assert agreement() < before  # at once, though the ranking before was kept in the cache
    assert indexed.ranked_by("achievement") == f"{ranked_by}+grader-1"
    assert indexed.ranked_by("need") == indexed.version("need")
    event = Event.objects.get(verb="grader.trained")
    assert (event.actor, event.after["version"]) == (people.officer, 1)
    client.force_login(people.officer)
    assert "第 1 版已启用" in client.get(reverse("job", args=[job.pk])).content.decode()
    page = client.get(reverse("deals:grader")).content.decode()
    kept = grading.opened().card["kept_out"]  # type: ignore[union-attr]
    assert f"{judged.count} ({NEEDS})" in page
    assert f"{kept['all']['ece']:.3f}" in page
    assert page.count("%</th>") == len({row["bin"] for row in kept["reliability"]})


def test_a_worse_one_stays_out_and_an_older_one_can_be_put_back(
    judged: Any, people: Any, client: Any
) -> None:
    assert [trained().result["version"] for _ in range(2)] == [1, 2]
    first = matching.achievements_for(user=people.broker, need=judged.needs["n00"], filters={})
    for candidate in Candidate.objects.all():  # somebody judged the wrong way round
        Candidate.objects.filter(pk=candidate.pk).update(verdict=3 - (candidate.verdict or 0))
    result = trained().result
    assert (result["version"], grading.version()) == (0, 2)
    assert result["got"] > result["expected"]
    told = Event.objects.get(verb="grader.not_better")
    assert "没有启用" in events.sentence(told, "zh")
    with translation.override("en"):
        assert "was not put in force" in str(jobs_told(people.officer))
    client.force_login(people.officer)
    address = reverse("deals:grader-rollback")
    assert client.post(address, {"version": "1"}).status_code == 302
    assert grading.version() == 1
    assert indexed.ranked_by("achievement").endswith("grader-1")
    again = matching.achievements_for(user=people.broker, need=judged.needs["n00"], filters={})
    assert [match.listing for match in again] == [match.listing for match in first]
    assert Event.objects.get(verb="grader.rolled_back").after == {"version": 1}
    for wrong in ("9", "", "x"):
        assert client.post(address, {"version": wrong}).status_code == 404
    Grader.rollback(grading.folder(), 2)  # another process
    index = indexed.opened("achievement")
    assert index is not None
    assert indexed.opened("achievement") is index
    assert indexed.ranked_by("achievement").endswith("grader-2")


def jobs_told(reader: Any) -> list[str]:
    from tuwei.web.base.told import told

    return told(Job.objects.filter(kind=selectors.TRAIN).latest("id"), reader).sentences


def test_one_that_errs_more_than_words_alone_stays_out(judged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    poor = {"pairs": 9, "mae": 0.2, "grader": 0.9}
    monkeypatch.setattr(services.grading, "_by_words", lambda grader, lessons: poor)
    assert trained().result["version"] == 0
    assert grading.opened() is None
    assert indexed.opened("achievement") is indexed.plain("achievement")


def test_a_damaged_version_leaves_the_ranking_to_words(judged: Any) -> None:
    trained()
    for path in grading.folder().glob("gen-*/arrays.npz"):
        path.write_bytes(b"cut")
    grading._open.clear()
    assert indexed.opened("achievement") is indexed.plain("achievement")


def test_only_what_everybody_may_read_is_learned(judged: Any, people: Any) -> None:
    """The words of L2, and all of needs and achievements that are not open, reach no file of the model."""
    needs, found = list(judged.needs.values()), list(judged.found.values())
    Need.objects.filter(pk__in=[need.pk for need in needs]).update(problem="鹅膏蕈甲")
    closed = {"grade": 0, "title": "鹅膏蕈乙"}, {"state": "contracted", "title": "鹅膏蕈丙"}
    for need, changes in zip(needs, closed, strict=False):
        Need.objects.filter(pk=need.pk).update(**changes)
    Achievement.objects.filter(pk=found[0].pk).update(state="withdrawn", title="鹅膏蕈丁")
    everybody = AnonymousUser()
    left = selectors.teaching()
    assert left.count() < judged.count - 2 * 20
    for candidate in left.select_related("case__need", "achievement"):
        assert access.can(everybody, "need.see_abstract", candidate.case.need)
        assert access.can(everybody, "achievement.view", candidate.achievement)
    trained()
    files = [path for path in grading.folder().rglob("*") if path.is_file()]
    assert any(needs[2].title in path.read_text("utf-8", "replace") for path in files)
    held = [word for path in files for word in ("鹅膏", "膏蕈") if word in path.read_text("utf-8", "replace")]
    assert held == []


def test_new_verdicts_start_a_training_by_themselves(judged: Any, people: Any, settings: Any) -> None:
    trained()
    mine = list(Candidate.objects.filter(case__broker=people.broker)[:6])
    settings.TRAIN_AFTER = 3

    def judge(count: int) -> int:
        for _ in range(count):
            services.verdict_set(actor=people.broker, candidate=mine.pop(), verdict=2)
        return Job.objects.filter(kind=selectors.TRAIN).count()

    assert [judge(2), judge(1), judge(1)] == [1, 2, 2]
    assert selectors.new_verdicts() == 1
    settings.TRAIN_AFTER = 0
    assert judge(2) == 2


@pytest.mark.parametrize("role", access.ROLES)
def test_the_pages_are_for_whom_the_matrix_says(role: str, people: Any, client: Any) -> None:
    person = getattr(people, role, None)
    if person is not None:
        client.force_login(person)
    calls = {
        "grader.view": client.get(reverse("deals:grader")),
        "grader.train": client.post(reverse("deals:grader-train")),
        "grader.rollback": client.post(reverse("deals:grader-rollback"), {"version": "1"}),
    }
    for verb, answer in calls.items():
        refused = answer.status_code == 403 or "/login/" in answer.get("Location", "")
        assert refused != (role in access.matrix()[verb, "any"]), (verb, answer.status_code)
    if person is not None and role not in ("officer", "admin"):
        for act in (services.grading.train_ask, services.grading.rollback):
            with pytest.raises(AccessError):
                act(actor=person)


def test_every_command_of_the_pages_runs(judged: Any) -> None:
    trained()
    pages = [
        (DOCS / language / "how-to" / "learn-from-verdicts.md").read_text("utf-8")
        for language in ("zh", "en")
    ]
    found, other = (re.findall(r"^tuwei grader (.+)$", page, re.MULTILINE) for page in pages)
    assert found == other
    assert [line.split()[0] for line in found] == ["train", "list", "rollback"]
    for line in found:
        done = CliRunner().invoke(commands.app, line.split())
        assert done.exit_code == 0, done.exception
        jobs.run_waiting()
    assert grading.version() == 1
    assert all(str(FEWEST) in page for page in pages)
