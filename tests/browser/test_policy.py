"""The policy pages in a real browser: facts entered, the ladder read, a visit recorded, the 清零 list; both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.browser.conftest import person
from tests.browser.test_pages import faults_of, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(transactional_db: None, live_server: Any, data_folder: Path) -> SimpleNamespace:
    """Only what these pages need: firms in two districts, one person a role, the sample facts; no pack, no indexes."""
    from django.core.cache import cache

    from tuwei.web.accounts.models import Organisation, User
    from tuwei.web.market.models import Term
    from tuwei.web.policy.models import Assignment
    from tuwei.web.policy.services.demo import demo_add

    cache.clear()
    for code, zh, en in (("150104", "玉泉区", "Yuquan"), ("150105", "赛罕区", "Saihan")):
        Term.objects.create(scheme="region", code=code, name_zh=zh, name_en=en, pack="t")
    names = [
        "示例生物科技有限公司（样例）",
        *(f"示例{number}厂（样例）" for number in "甲乙丙丁戊己庚辛壬癸"),
    ]
    for at, name in enumerate(names):
        Organisation.objects.create(name=name, kind="enterprise", is_sample=True, region=f"15010{4 + at % 2}")
    place = Organisation.objects.get(name=names[0])
    for role in ("enterprise", "commissioner", "officer"):
        person(User, role, place)
    demo_add({role: User.objects.get(email=f"{role}@example.org") for role in ("enterprise", "commissioner")})
    return SimpleNamespace(url=live_server.url, place=place.pk, assignment=Assignment.objects.get().pk)


def test_policy_pages_are_accessible_and_fit(site: SimpleNamespace, open_page: Callable[..., Any]) -> None:
    own = f"/policy/{site.place}/"
    pages = {
        "enterprise": [own, f"{own}finder/", f"{own}facts/", f"{own}facts/2025/", f"{own}facts/2025/history/",
                       "/policy/import/", f"/policy/worksheet/{site.assignment}/"],
        "commissioner": ["/policy/worksheet/", f"/policy/worksheet/{site.assignment}/", "/policy/enterprises/"],
        "officer": ["/policy/zero/?show=all", "/policy/worksheet/asked/", f"/policy/{site.place}/serve/", own],
    }  # fmt: skip
    faults = []
    for language, width in (("zh", 1280), ("en", 360)):
        for role, paths in pages.items():
            page = open_page(role=role, language=language, width=width)
            for path in paths:
                faults += [f"{language} {width} {fault}" for fault in faults_of(page, site.url + path)]
    assert not faults, "\n".join(faults)


def test_facts_entered_turn_the_ladder_and_the_commissioner_follows_up(
    site: SimpleNamespace, open_page: Callable[..., Any]
) -> None:
    for language in ("zh", "en"):
        _walk(site, open_page, language)


def _walk(site: SimpleNamespace, open_page: Callable[..., Any], language: str) -> None:
    from tuwei.web.policy.models import Visit, YearFacts

    page = open_page("enterprise", language)
    page.goto(f"{site.url}/policy/{site.place}/?on=2026-03-01")
    assert "rung-no" in page.locator("li.rung", has=page.locator("a[href='#high_tech']")).get_attribute(
        "class"
    )
    shot(page, f"ladder-{language}")
    page.goto(f"{site.url}/policy/{site.place}/finder/?on=2026-03-01")
    shot(page, f"finder-{language}")
    row = YearFacts.objects.get(organisation=site.place, year=2025)
    page.goto(f"{site.url}/policy/{site.place}/facts/2025/")
    shot(page, f"facts-{language}")
    page.fill("input[name=high_tech_income]", "4800万")
    page.click("button[name=ladder]")
    page.wait_for_url(f"**/policy/{site.place}/")
    page.goto(f"{site.url}/policy/{site.place}/?on=2026-03-01")
    assert "rung-yes" in page.locator("li.rung", has=page.locator("a[href='#high_tech']")).get_attribute(
        "class"
    )
    YearFacts.objects.filter(pk=row.pk).update(values=row.values)  # for the walk in the other language
    page = open_page("commissioner", language)
    page.goto(f"{site.url}/policy/worksheet/")
    shot(page, f"worksheet-{language}")
    page.goto(f"{site.url}/policy/worksheet/{site.assignment}/")
    page.fill("textarea[name=advice]", "台账按月给财务核对")
    page.fill("input[name=follow_up]", f"看三月台账 {language}")
    page.locator("form[action$='/visit/'] button.btn-primary").click()
    page.wait_for_load_state()
    assert Visit.objects.filter(follow_up=f"看三月台账 {language}").exists()
    page = open_page("officer", language)
    page.goto(f"{site.url}/policy/zero/?year=2025")
    assert page.locator("td .zero-flag-zero").count() >= 3
    shot(page, f"zero-{language}")
