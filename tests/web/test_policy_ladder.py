"""The ladder, the finder, the report, the 清零 list and the samples: what the engine says, for whom it may be shown."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import translation

from tuwei import rules
from tuwei.core.errors import AccessError
from tuwei.web.accounts.models import Organisation
from tuwei.web.accounts.services.demo import demo_create
from tuwei.web.base.models import Event
from tuwei.web.market.services.packs import pack_purge_samples
from tuwei.web.policy.models import Assignment, Visit, YearFacts
from tuwei.web.policy.samples import make
from tuwei.web.policy.selectors import engine, shown, zero
from tuwei.web.policy.selectors import ladder as selectors
from tuwei.web.policy.services import worksheet

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 3, 1)
YEARS = {int(year): values for year, values in make.samples()["demo"].items()}


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def works(people: Any) -> Organisation:
    for year, values in YEARS.items():
        YearFacts.objects.create(
            organisation=people.owner.organisation, year=year, values=engine.checked_year(year, values)
        )
    return people.owner.organisation


def test_the_page_says_what_the_engine_says(works: Organisation) -> None:
    found = selectors.ladder(works, ON)
    known = engine.statutes()
    facts = rules.assemble(YEARS, ON, known)
    for rung in found.rungs:
        assert rung["verdict"] == rules.assess(rung["rule"], facts, ON, known).verdict, rung["rule"]
    assert found.standing is not None
    assert found.following is not None
    assert found.following["rule"] == "high_tech"


def test_the_sample_enterprise_fails_the_high_tech_test_by_one_figure(
    works: Organisation, people: Any, sign_in: Any
) -> None:
    page = sign_in(people.owner).get(reverse("policy:ladder", args=[works.pk]), {"on": ON.isoformat()})
    text = page.content.decode()
    assert "1 项不符合" in text
    assert "只改一项就够" in text
    assert "4,620万元" in text
    assert "4,800万元" in text
    assert "国科发火〔2016〕32号" in text


def test_what_is_not_confirmed_is_marked(works: Organisation, people: Any, sign_in: Any) -> None:
    found = selectors.ladder(works, ON)
    doubtful = [one for rung in found.rungs for one in rung["conditions"] if one["status"] == "to_verify"]
    text = (
        sign_in(people.owner)
        .get(reverse("policy:ladder", args=[works.pk]), {"on": ON.isoformat()})
        .content.decode()
    )
    assert doubtful
    assert text.count('class="to-verify"') == len(doubtful)


def test_the_day_asked_for_decides(works: Organisation, people: Any, sign_in: Any) -> None:
    client, page = sign_in(people.owner), reverse("policy:ladder", args=[works.pk])
    assert "2010-01-01" in client.get(page, {"on": "2010-01-01"}).content.decode()
    wrong = client.get(page, {"on": "gestern"})
    assert wrong.status_code == 200
    assert "id_on_error" in wrong.content.decode()


@pytest.mark.parametrize("page", ["ladder", "finder", "report", "facts"])
def test_pages_of_an_enterprise_are_for_its_own(
    works: Organisation, people: Any, sign_in: Any, page: str
) -> None:
    url = reverse(f"policy:{page}", args=[works.pk])
    for name, status in {
        "owner": 200, "colleague": 200, "officer": 200, "admin": 200, "stranger": 404, "researcher": 404,
        "broker": 404, "commissioner": 404,
    }.items():  # fmt: skip
        assert sign_in(getattr(people, name)).get(url).status_code == status, (page, name)
    worksheet.assignment_give(actor=people.officer, organisation=works, commissioner=people.commissioner)
    assert sign_in(people.commissioner).get(url).status_code == 200


def test_visitors_are_sent_to_sign_in(works: Organisation, client: Any) -> None:
    for name in ("ladder", "finder", "report", "facts"):
        assert client.get(reverse(f"policy:{name}", args=[works.pk])).status_code == 302
    for name in ("index", "worksheet", "zero", "import", "enterprises", "asked"):
        assert client.get(reverse(f"policy:{name}")).status_code == 302


def test_the_way_in_depends_on_the_role(people: Any, sign_in: Any) -> None:
    ways = {"commissioner": reverse("policy:worksheet"), "officer": reverse("policy:zero"),
            "owner": reverse("policy:ladder", args=[people.owner.organisation_id])}  # fmt: skip
    for name, url in ways.items():
        assert sign_in(getattr(people, name)).get(reverse("policy:index")).url == url
    for name in ("researcher", "broker"):
        client = sign_in(getattr(people, name))
        assert client.get(reverse("policy:index")).status_code == 403
        assert reverse("policy:index") not in client.get(reverse("home")).content.decode()


def test_without_facts_the_page_says_where_to_begin(people: Any, sign_in: Any) -> None:
    text = (
        sign_in(people.owner)
        .get(reverse("policy:ladder", args=[people.owner.organisation_id]))
        .content.decode()
    )
    assert "先填一年的数据" in text


def test_years_that_cannot_be_right_are_told_and_not_a_broken_page(people: Any, sign_in: Any) -> None:
    place = people.owner.organisation
    YearFacts.objects.create(organisation=place, year=2025, values={"employees": 5, "tech_staff": 9})
    answer = sign_in(people.owner).get(reverse("policy:ladder", args=[place.pk]))
    assert answer.status_code == 200
    assert "按这些数据还算不出来" in answer.content.decode()


def test_policies_stand_apart_and_in_the_order_of_money(
    works: Organisation, people: Any, sign_in: Any
) -> None:
    found = selectors.ladder(works, ON)
    for state, rows in found.policies.items():
        assert {one["state"] for one in rows} <= {state}
        sums = [one["amount_high_fen"] or 0 for one in rows]
        assert sums == sorted(sums, reverse=True)
    text = sign_in(people.owner).get(reverse("policy:finder", args=[works.pk])).content.decode()
    places = [text.index(f'id="p-{state}"') for state in selectors.STATES]
    assert places == sorted(places)


def test_the_report_is_one_page_without_scripts(works: Organisation, people: Any, sign_in: Any) -> None:
    answer = sign_in(people.owner).get(reverse("policy:report", args=[works.pk]))
    assert "<script" not in answer.content.decode()
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("value", "unit", "exact", "shown_as"),
    [
        (7800000000, "yuan", None, "7,800万元"), (0.15, "ratio", "3/20", "15%"), (0.3333, "ratio", "1/3", "≈ 33.33%"),
        ({"lo": 54, "hi": 84}, "points", None, "54–84 分"), ({"lo": 7, "hi": 7}, "points", None, "7 分"),
        (True, "flag", None, "是"), (None, "yuan", None, ""), (80, "people", None, "80 人"), (0, "count", None, "0 项"),
    ],
)  # fmt: skip
def test_figures_as_people_read_them(value: Any, unit: str, exact: Any, shown_as: str) -> None:
    with translation.override("zh-hans"):
        assert shown.figure(value, unit, exact) == shown_as


# --- 清零 -----------------------------------------------------------------------------------------------------


@pytest.fixture
def firms(make_organisation: Any) -> dict[str, Organisation]:
    made = {}
    for number, values in enumerate(make.samples()["firms"]):
        place = make_organisation(name=f"厂{number}", region="150105" if number % 2 else "150104")
        YearFacts.objects.create(
            organisation=place, year=2025, values=engine.checked_year(2025, values["2025"])
        )
        made[place.name] = place
    return made


def test_zero_not_reported_and_fine_are_three_things(people: Any, firms: Any) -> None:
    found = {firm.organisation.name: firm for firm in zero.worklist(people.officer, 2025, show="all").firms}
    assert set(found["厂0"].flags.values()) == {"zero"}
    assert set(found["厂2"].flags.values()) == {"fine"}
    assert found["厂3"].flags == {"no_rd": "missing", "no_institution": "missing", "no_output": "fine"}
    assert found["厂5"].flags == {"no_rd": "zero", "no_institution": "missing", "no_output": "missing"}
    assert "厂7" not in found  # below the threshold: not one of those counted
    assert found["厂8"].inside == "unknown"
    assert found[people.owner.organisation.name].state == "nothing"
    listed = zero.worklist(people.officer, 2025)
    assert {firm.state for firm in listed.firms} == {"zero", "missing"}
    assert listed.nothing == len([firm for firm in found.values() if not firm.reported])


def test_each_firm_has_its_next_step(people: Any, firms: Any) -> None:
    def step(name: str) -> str:
        listed = zero.worklist(people.officer, 2025, show="all").firms
        return next(firm.step for firm in zero.with_steps(listed) if firm.organisation.name == name)

    assert step("厂0") == "assign"
    assert step("厂2") == "none"
    assert step(people.owner.organisation.name) == "report_all"
    serving = worksheet.assignment_give(
        actor=people.officer, organisation=firms["厂0"], commissioner=people.commissioner
    )
    assert step("厂0") == "visit"
    values = {
        "on": datetime.date(2026, 1, 5),
        "advice": "先立一个项目",
        "follow_up": "看立项书",
        "follow_up_on": datetime.date(2026, 2, 1),
    }
    worksheet.visit_record(actor=people.commissioner, assignment=serving, values=values)
    assert step("厂0") == "follow_up"


def test_districts_are_counted_whatever_is_listed(people: Any, firms: Any) -> None:
    whole = zero.worklist(people.officer, 2025, show="all")
    narrowed = zero.worklist(people.officer, 2025, region="150104", show="zero")
    assert [vars(one) for one in whole.districts] == [vars(one) for one in narrowed.districts]
    assert {firm.organisation.region for firm in narrowed.firms} == {"150104"}
    assert {firm.state for firm in narrowed.firms} == {"zero"}
    assert sum(one.total for one in whole.districts) == len(whole.firms)


@pytest.mark.parametrize("name", ["owner", "researcher", "broker", "commissioner"])
def test_the_list_is_the_offices_alone(people: Any, sign_in: Any, name: str) -> None:
    with pytest.raises(AccessError):
        zero.worklist(getattr(people, name), 2025)
    assert sign_in(getattr(people, name)).get(reverse("policy:zero")).status_code == 403


def test_the_page_of_the_list(
    people: Any, firms: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(people.officer)
    with django_assert_max_num_queries(30):
        text = client.get(reverse("policy:zero"), {"show": "all"}).content.decode()
    assert "指派特派员上门" in text
    assert "请企业补报" in text
    assert "是否达到收入标准未知" in text
    assert (
        client.get(reverse("policy:zero"), {"year": "x", "show": "y", "region": "150104"}).status_code == 200
    )
    with pytest.raises(AccessError):
        zero.years(AnonymousUser())


# --- samples --------------------------------------------------------------------------------------------------


def test_the_file_of_samples_is_what_its_script_writes() -> None:
    import json

    assert json.loads(make.FILE.read_text(encoding="utf-8")) == make.samples()


def test_the_first_run_shows_something_and_purging_removes_it(settings: Any) -> None:
    for number in range(3):
        Organisation.objects.create(name=f"样例{number}", kind="enterprise", is_sample=True)
    demo_create()
    demo_create()
    assert YearFacts.objects.filter(is_sample=True, source="sample").count() == 5
    assert Assignment.objects.get().is_sample
    assert Visit.objects.count() == 2
    kept = Organisation.objects.create(name="真企业", kind="enterprise")
    YearFacts.objects.create(organisation=kept, year=2025, values={"employees": 3})
    counts = pack_purge_samples(actor=None)
    assert (counts["facts"], counts["assignment"]) == (5, 1)
    assert list(YearFacts.objects.values_list("organisation__name", flat=True)) == ["真企业"]
    assert not Visit.objects.exists()
    assert Event.objects.filter(verb="assignment.given").exists()
