"""Every page in a real browser: both languages, phone width, WCAG 2.2 AA, nothing fetched from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SHOTS = os.environ.get("SHOTS", "")  # a folder: screenshots for the docs are written there

OPEN = ["/", "/needs/", "/achievements/", "/region/", "/accounts/login/", "/accounts/signup/", "/about/", "/api/docs/",
        "/search/?q=节水"]  # fmt: skip
INSIDE = {
    "enterprise": ["/needs/new/", "/needs/new/form/", "/needs/mine/", "/achievements/new/", "/import/",
                   "/notifications/", "/accounts/profile/"],
    "broker": ["/desk/", "/desk/closed/"],
    "commissioner": ["/needs/clarifying/"],
    "officer": ["/accounts/approvals/", "/needs/publishing/", "/events/", "/jobs/", "/desk/grader/"],
}  # fmt: skip


def faults_of(page: Any, address: str) -> list[str]:
    """Open a page and say what is wrong with it: it must answer, be accessible, and fit its width."""
    from axe_playwright_python.sync_playwright import Axe

    answer = page.goto(address)
    if answer.status != 200:
        return [f"{address}: {answer.status}"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    faults = [
        f"{address}: {rule['id']}: {node['html'][:160]}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*faults, f"{address}: {wider} px wider than the window"] if wider > 0 else faults


def test_pages_are_accessible_and_fit(site: SimpleNamespace, open_page: Callable[..., Any]) -> None:
    from tuwei.web.market.models import Achievement, Need

    grade()
    need = Need.objects.filter(state="published", grade=2, indicators__isnull=False).first()
    found = Achievement.objects.filter(state="published", claims__isnull=False).first()
    assert need is not None
    assert found is not None
    details = [f"/needs/{need.pk}/", f"/needs/{need.pk}/matches/", f"/achievements/{found.pk}/",
               f"/needs/{need.pk}/teams/?by=organisation", f"/organisations/{found.organisation_id}/"]  # fmt: skip
    faults = []
    for language, width in (("zh", 1280), ("en", 360)):
        for role, paths in {"": [*OPEN, *details], **INSIDE}.items():
            page = open_page(role=role, language=language, width=width)
            for path in paths:
                faults += [f"{language} {width} {fault}" for fault in faults_of(page, site.url + path)]
    assert not faults, "\n".join(faults)


def grade() -> None:
    """Put a grader in force, learned from a few invented judgements."""
    from tuwei.match import Grader
    from tuwei.web.market.selectors import grading

    needs = [{"id": f"n{at}", "title": word} for at, word in enumerate(("井水淡化", "牛舍降温", "秸秆还田"))]
    found = [{"id": f"a{at}", "title": need["title"] + "装置"} for at, need in enumerate(needs)]
    pairs = [
        {"need": one["id"], "achievement": other["id"], "level": 4 if one["id"][1] == other["id"][1] else 1}
        for one in needs
        for other in found
    ]
    Grader.fit(pairs, needs, found).publish(grading.folder())


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


SAID = {"zh": "我们的烘干机太费气", "en": "我们的喷雾干燥塔太费气"}


def test_a_vague_need_is_clarified_published_matched_and_taken_up(
    site: SimpleNamespace, open_page: Callable[..., Any]
) -> None:
    for language in ("zh", "en"):
        _walk(site, open_page, language)


def _walk(site: SimpleNamespace, open_page: Callable[..., Any], language: str) -> None:
    from tuwei.web.deals.models import Case
    from tuwei.web.market.models import Need

    page = open_page("enterprise", language)
    shot(page, f"home-{language}")
    page.goto(f"{site.url}/needs/new/")
    page.fill("textarea[name=text]", SAID[language])
    page.click("main form button.btn-primary")
    page.wait_for_url("**/clarify/")
    answers = dict(ANSWERS)
    for _ in range(MOST_TURNS):
        _turn(page, answers)
    shot(page, f"clarify-{language}")
    need = Need.objects.get(title__contains=SAID[language][:6])
    page.goto(f"{site.url}/needs/{need.pk}/preview/")
    page.select_option("select[name=grade]", "L2")
    page.check("input[name=consent_publish]")
    shot(page, f"preview-{language}")
    page.click("button[name=submit]")
    page.wait_for_url(f"**/needs/{need.pk}/")
    for role, verb in (("commissioner", "verify"), ("officer", "publish")):
        page = open_page(role, language)
        page.goto(f"{site.url}/needs/{need.pk}/")
        page.click(f"form[action$='/step/{verb}/'] button")
        page.wait_for_load_state()
        need.refresh_from_db()
        assert need.state == {"verify": "verified", "publish": "published"}[verb]
    page = open_page("broker", language)
    page.goto(f"{site.url}/needs/{need.pk}/matches/")
    assert page.locator(".match-list > li").count() >= 5
    shot(page, f"matches-{language}")
    page.click("form[action*='/desk/take/'] button")
    page.wait_for_url("**/desk/cases/*/")
    page.locator("article input[type=radio][value='3']").first.check()
    page.wait_for_selector(".verdict-form .verdict-met")
    shot(page, f"desk-{language}")
    case = Case.objects.get(need=need)
    assert case.candidates.filter(verdict=3).count() == 1


# Enterprises here write Chinese; the second walk reads the English pages.
ANSWERS = {
    "indicators": "现在每吨用气35立方米,希望降到25立方米以下",
    "object": "玉米烘干塔,日处理300吨",
    "function": "不换主机,把气耗降下来",
    "constraints": "不能停产超过十天",
    "tried_routes": "加过保温,效果不大",
    "budget": "30到50万",
    "deadline": "2028年6月",
    "ip_ownership": "双方共有",
}
MOST_TURNS = 12


def _turn(page: Any, answers: dict[str, str]) -> None:
    """Answer what is asked, each question once; skip what there is no answer to, or was not understood."""
    asked = page.locator("input[name=question]")
    if not asked.count():
        return
    said = answers.pop(asked.first.get_attribute("value"), "")
    with page.expect_response(lambda answer: "/clarify/" in answer.url and answer.request.method == "POST"):
        if said:
            page.fill("#answer", said)
            page.locator("form:has(input[name=question]) button.btn-primary").click()
        else:
            page.click("button[name=skip]")
    page.wait_for_timeout(300)  # htmx swaps the page's part after the answer has come


def test_the_menu_opens_on_a_phone_without_a_mouse(live_server: Any, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    page.goto(live_server.url)
    assert not page.locator("#menu nav").is_visible()
    page.keyboard.press("Tab")  # the skip link comes first
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.locator("#menu summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#menu nav").is_visible()
