"""Every example of the API's page in the documentation is run, and answers as the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from . import curl

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {language: DOCS / language / "reference" / "api.md" for language in ("zh", "en")}


def test_both_languages_show_the_same_examples() -> None:
    zh, en = (
        re.findall(r"```(?:bash|json)\n.*?```", page.read_text(encoding="utf-8"), re.DOTALL)
        for page in PAGES.values()
    )
    assert zh == en
    assert len(curl.commands(PAGES["zh"].read_text(encoding="utf-8"))) > 40


@pytest.fixture
def scene(
    people: Any, token_of: Any, make_need: Any, make_achievement: Any, make_organisation: Any, make_user: Any
) -> Any:
    """What the page's variables stand for."""
    from tuwei.web.base import jobs
    from tuwei.web.deals.models import Candidate, Case
    from tuwei.web.market.models import Term

    Term.objects.create(scheme="region", code="150105", name_zh="赛罕区", name_en="Saihan", pack="test")
    make_organisation(name="丙研究所", kind="institution")
    need = make_need(owner=people.owner, state="published")
    achievement = make_achievement(owner=people.owner)
    case = Case.objects.create(need=make_need(owner=people.owner, state="published"), broker=people.broker)
    candidate = Candidate.objects.create(case=case, achievement=achievement, rank=1)
    applicant = make_user(is_active=False, approved_at=None, email_confirmed_at=timezone.now())
    jobs.enqueue("match.rebuild")
    jobs.run_waiting()
    return {
        "TUWEI": "/api/v1", "TOKEN": token_of(people.owner), "BROKER": token_of(people.broker),
        "OFFICER": token_of(people.officer), "NEED": need.pk, "DRAFT": make_need(owner=people.owner).pk,
        "ACHIEVEMENT": achievement.pk, "CASE": case.pk, "CANDIDATE": candidate.pk, "APPLICANT": applicant.pk, "JOB": 0,
        "FIRM": people.owner.organisation_id, "COMMISSIONER": people.commissioner.pk,
    }  # fmt: skip


def test_every_example_answers_as_the_page_says(
    scene: dict[str, Any], client: Any, tmp_path: Path, settings: Any
) -> None:
    from tuwei.web.base import jobs

    page = PAGES["zh"].read_text(encoding="utf-8")
    (tmp_path / "needs.csv").write_text("需求名称,问题描述\n烘干节能,烘干机费气\n,缺名称\n", encoding="utf-8")
    (tmp_path / "report.txt").write_text("工况说明", encoding="utf-8")
    answers = []
    for line, status in curl.commands(page):
        made = curl.read(line, scene)
        answer = curl.run(client, made, tmp_path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == status, (line, content.decode()[:500])
        assert content, line
        if "/imports/need" in made.url:
            scene["JOB"] = json.loads(content)["id"]
            jobs.run_waiting()
        answers.append(content)
    shown = json.loads(re.findall(r"```json\n(.*?)```", page, re.DOTALL)[-1])
    assert json.loads(answers[-1]) == shown


def test_the_page_names_the_limits_in_force() -> None:
    from django.conf import settings

    from tuwei.web.rest import limits, parsing, schemas

    for page in PAGES.values():
        text = page.read_text(encoding="utf-8")
        for number in (
            limits.RATES["known"],
            limits.RATES["visitor"],
            limits.RATES["heavy"],
            parsing.DEPTH,
            parsing.DIGITS,
        ):
            assert str(number) in text
        assert f"1–{schemas.MOST_A_PAGE}" in text
        assert f"{settings.UPLOAD_LIMIT // 2**20} MB" in text
        assert f"{parsing.json_limit() // 2**20} MB" in text
