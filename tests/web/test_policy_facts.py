"""Yearly facts: exact, with history, unknown kept apart from zero; who may; tables in with rejects, resumable."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tuwei.core.errors import AccessError, InputError, MissingError
from tuwei.core.tables import read, write_rows, write_template
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import jobs
from tuwei.web.base.models import Event, Job, Notification
from tuwei.web.policy import jobs as policy_jobs
from tuwei.web.policy.models import YearFacts
from tuwei.web.policy.selectors import engine
from tuwei.web.policy.services import importing, worksheet
from tuwei.web.policy.services.facts import facts_remove, facts_save

pytestmark = pytest.mark.django_db
VALUES = {
    "employees": 80,
    "tech_staff": "20",
    "sales": "7,800万",
    "rd_expense": "2950000.50",
    "clean_record": True,
}
EXACT = {
    "employees": 80,
    "tech_staff": 20,
    "sales": "78000000",
    "rd_expense": "2950000.50",
    "clean_record": True,
}


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def works(people: Any) -> Organisation:
    return people.owner.organisation


def save(actor: Any, place: Organisation, year: int = 2025, **values: Any) -> Any:
    return facts_save(actor=actor, organisation=place, year=year, values=values or VALUES)


def test_facts_are_kept_exactly_and_empty_is_unknown(people: Any, works: Organisation) -> None:
    saved = save(people.owner, works, **VALUES, ip_class1=0, total_assets="", cost_expense=None)
    assert saved.outcome == "created"
    assert saved.row.values == {**EXACT, "ip_class1": 0}
    assert (saved.row.changed_by, saved.row.source) == (people.owner, "form")


def test_saying_the_same_again_changes_nothing(people: Any, works: Organisation) -> None:
    save(people.owner, works)
    events = Event.objects.count()
    assert save(people.colleague, works).outcome == "unchanged"
    assert Event.objects.count() == events


def test_every_change_is_told_with_both_sides(people: Any, works: Organisation) -> None:
    save(people.owner, works)
    save(people.officer, works, **{**VALUES, "employees": 81, "tech_staff": None})
    told = Event.objects.get(verb="facts.changed")
    assert told.before["facts"] == {"employees": 80, "tech_staff": 20}
    assert told.after["facts"] == {"employees": 81, "tech_staff": None}
    assert Notification.objects.filter(event=told, user=people.owner).exists()
    assert not Notification.objects.filter(event__verb="facts.entered").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"employees": -1}, "employees"),
        ({"employees": "八十"}, "employees"),
        ({"sales": "1.005"}, "sales"),
        ({"founded": "昨天"}, "founded"),
        ({"employes": 3}, "employes"),
    ],
)
def test_what_cannot_be_is_refused_by_name(people: Any, works: Organisation, values: Any, field: str) -> None:
    with pytest.raises(InputError) as caught:
        save(people.owner, works, **values)
    assert field in str(caught.value.where)
    assert not YearFacts.objects.exists()


def test_facts_that_contradict_each_other_are_refused(people: Any, works: Organisation) -> None:
    with pytest.raises(InputError) as caught:
        save(people.owner, works, employees=10, tech_staff=11)
    assert caught.value.code == "rules.contradiction"


def test_all_faults_are_told_at_once(people: Any, works: Organisation) -> None:
    with pytest.raises(InputError) as caught:
        save(people.owner, works, employees="x", sales="y")
    assert len(caught.value.where["errors"]) == 2


@pytest.mark.parametrize("name", ["stranger", "researcher", "broker", "commissioner"])
def test_nobody_else_enters_or_removes(people: Any, works: Organisation, name: str) -> None:
    save(people.owner, works)
    for act in (
        lambda who: save(who, works, employees=1),
        lambda who: facts_remove(actor=who, organisation=works, year=2025),
    ):
        with pytest.raises((AccessError, MissingError)):
            act(getattr(people, name))
    assert YearFacts.objects.get().values == EXACT


def test_the_commissioner_serving_enters_and_the_enterprise_hears(people: Any, works: Organisation) -> None:
    worksheet.assignment_give(actor=people.officer, organisation=works, commissioner=people.commissioner)
    save(people.commissioner, works)
    assert Notification.objects.filter(user=people.owner, event__verb="facts.entered").exists()


def test_removing_leaves_what_was_in_the_log(people: Any, works: Organisation) -> None:
    save(people.owner, works)
    facts_remove(actor=people.owner, organisation=works, year=2025)
    assert not YearFacts.objects.exists()
    assert Event.objects.get(verb="facts.removed").before["facts"] == EXACT
    with pytest.raises(MissingError):
        facts_remove(actor=people.owner, organisation=works, year=2025)


def test_the_form_saves_tells_faults_and_shows_history(
    people: Any, works: Organisation, sign_in: Any
) -> None:
    client = sign_in(people.owner)
    form = reverse("policy:facts-edit", args=[works.pk, 2025])
    assert client.get(form).status_code == 200
    bad = client.post(form, {"employees": "很多", "sales": "7800万"})
    assert bad.status_code == 422
    assert "id_employees_error" in bad.content.decode()
    assert (
        client.post(
            form,
            {
                "employees": "80",
                "tech_staff": "20",
                "sales": "7,800万",
                "rd_expense": "2950000.50",
                "clean_record": "true",
            },
        ).status_code
        == 302
    )
    assert YearFacts.objects.get().values == EXACT
    table = client.get(reverse("policy:facts", args=[works.pk])).content.decode()
    assert "7,800万元" in table
    history = client.get(reverse("policy:facts-history", args=[works.pk, 2025])).content.decode()
    assert "填报了" in history
    assert client.post(reverse("policy:facts-remove", args=[works.pk, 2025])).status_code == 302


def test_zero_is_kept_and_shown_as_zero(people: Any, works: Organisation, sign_in: Any) -> None:
    client = sign_in(people.owner)
    client.post(reverse("policy:facts-edit", args=[works.pk, 2025]), {"rd_expense": "0", "employees": ""})
    assert YearFacts.objects.get().values == {"rd_expense": "0"}
    assert 'value="0"' in client.get(reverse("policy:facts-edit", args=[works.pk, 2025])).content.decode()


def test_a_year_is_chosen_on_the_page(people: Any, works: Organisation, sign_in: Any) -> None:
    client = sign_in(people.owner)
    page = reverse("policy:facts", args=[works.pk])
    assert client.get(page, {"year": "2024"}).url == reverse("policy:facts-edit", args=[works.pk, 2024])
    assert client.get(page, {"year": "24"}).status_code == 422
    assert client.get(reverse("policy:facts-edit", args=[works.pk, 1999])).status_code == 404


# --- tables ---------------------------------------------------------------------------------------------------


def table(*rows: dict[str, Any]) -> bytes:
    """Rows as the xlsx template takes them."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.xlsx"
        write_rows(path, engine.table(), iter(rows))
        return path.read_bytes()


def row(place: Any, year: int = 2025, **values: Any) -> dict[str, Any]:
    return {"enterprise": str(place), "year": year, "employees": 80, "sales": "78000000", **values}


def start(actor: Any, content: bytes, name: str = "facts.xlsx") -> Job:
    return importing.import_start(actor=actor, file=io.BytesIO(content), name=name)


def run(job: Job) -> Job:
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job


def test_the_shipped_template_is_read_and_its_example_passed_over(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        path = tmp_path / f"{language}.xlsx"
        write_template(path, engine.table(), language)
        with read(path, engine.table()) as rows:
            assert list(rows) == []


def test_good_rows_come_in_and_bad_ones_go_to_a_file_that_can_be_mended(
    people: Any, works: Organisation
) -> None:
    rows = [
        row(works, 2024),
        row(works, 2025, employees=-1),
        row("没有这家", 2025),
        row(works, 2023, tech_staff=81),
    ]
    job = run(start(people.owner, table(*rows)))
    assert [job.result[name] for name in ("created", "updated", "rejected")] == [1, 0, 3]
    assert list(YearFacts.objects.values_list("year", "source")) == [(2024, "import")]
    with read(importing.importing.folder() / job.result["rejects"], engine.table()) as rejected:
        mended = [one.values or one.partial for one in rejected]
    assert len(mended) == 3
    second = run(start(people.owner, table(row(works, 2025, employees=1))))
    assert second.result["created"] == 1


def test_the_same_table_twice_changes_nothing_and_missing_columns_stay(
    people: Any, works: Organisation
) -> None:
    save(people.owner, works, employees=80, ip_class1=2)
    content = "企业名称,年度,职工总数,销售收入(元)\n甲厂,2025,80,7800万\n".encode()
    assert run(start(people.owner, content, "facts.csv")).result["updated"] == 1
    assert YearFacts.objects.get().values == {"employees": 80, "ip_class1": 2, "sales": "78000000"}
    assert run(start(people.owner, content, "facts.csv")).result["unchanged"] == 1
    emptied = "年度,职工总数\n2025,\n".encode()  # a column that is there and empty: no longer known
    run(start(people.owner, emptied, "facts.csv"))
    assert YearFacts.objects.get().values == {"ip_class1": 2, "sales": "78000000"}


def test_a_row_without_a_name_is_ones_own_enterprise(people: Any, works: Organisation) -> None:
    run(start(people.owner, table({**row(works), "enterprise": None})))
    assert YearFacts.objects.get().organisation == works


def test_nobody_imports_into_another_enterprise(people: Any, works: Organisation) -> None:
    job = run(start(people.stranger, table(row(works))))
    assert (job.result["rejected"], YearFacts.objects.count()) == (1, 0)
    with pytest.raises(AccessError):
        start(people.broker, table(row(works)))


def test_officers_import_for_many_by_credit_code(
    people: Any, works: Organisation, make_organisation: Any
) -> None:
    other = make_organisation(name="乙厂", credit_code="91150100MA0N000001")
    rows = [
        row(works),
        row("", credit_code="91150100MA0N000001"),
        row(works, 2024, credit_code="91150100MA0N000001"),
    ]
    job = run(start(people.officer, table(*rows)))
    assert (job.result["created"], job.result["rejected"]) == (
        2,
        1,
    )  # name and code of different firms: refused
    assert YearFacts.objects.filter(organisation=other, year=2025).exists()


def test_a_killed_import_goes_on_where_it_was(people: Any, works: Organisation, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    job = start(people.owner, table(*[row(works, year) for year in range(2018, 2025)]))
    taken = importing.chunk_save
    calls: list[int] = []

    def killed(**values: Any) -> None:
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(1)
        taken(**values)

    monkeypatch.setattr(importing, "chunk_save", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_job.call(job.pk)
    assert YearFacts.objects.count() == 4
    monkeypatch.setattr(importing, "chunk_save", taken)
    jobs.recover()
    run(job)
    assert YearFacts.objects.count() == 7
    assert job.result["created"] == 7
    assert Event.objects.filter(verb="facts.imported").count() == 1


def test_the_import_page(people: Any, works: Organisation, sign_in: Any) -> None:
    client = sign_in(people.owner)
    page = reverse("policy:import")
    assert client.get(page).status_code == 200
    for ending in ("xlsx", "csv"):
        answer = client.get(reverse("policy:template", args=[ending]))
        assert b"".join(answer.streaming_content)
    file = io.BytesIO(table(row(works), row("没有这家")))
    file.name = "facts.xlsx"
    sent = client.post(page, {"file": file})
    assert sent.status_code == 302
    jobs.run_waiting()
    told = client.get(sent.url).content.decode()
    assert "下载退回的行" in told
    job = Job.objects.get(kind=importing.KIND)
    assert b"".join(client.get(reverse("policy:rejects", args=[job.pk])).streaming_content)  # type: ignore[arg-type]
    assert sign_in(people.stranger).get(reverse("policy:rejects", args=[job.pk])).status_code == 404
    broken = io.BytesIO(b"nothing of the kind")
    broken.name = "x.csv"
    assert sign_in(people.owner).post(page, {"file": broken}).status_code == 422


def test_the_handler_is_registered() -> None:
    assert policy_jobs.importing.KIND in jobs._HANDLERS


def test_facts_no_rule_asks_for_any_more_are_kept_and_disturb_nothing(
    people: Any, works: Organisation
) -> None:
    """A region pack may take a programme back, and with it the fact it asked for."""
    YearFacts.objects.create(
        organisation=works, year=2025, values={"employees": 80, "bygone_programme": True}
    )
    saved = save(people.owner, works, employees=81)
    assert saved.row.values == {"employees": 81, "bygone_programme": True}
    assert engine.facts_on({2025: saved.row.values}, engine.datetime.date(2026, 3, 1)) == {"employees": 81}
