"""Out and in again: an export read back is what stands already, for whoever may change it, and a copy for nobody."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from tuwei.core.tables import read, write_rows, write_template
from tuwei.web.base import jobs
from tuwei.web.base.models import Job
from tuwei.web.market.models import Achievement, ImportReject, Need, Term
from tuwei.web.market.selectors.numbers import number_for, row_of, site_number
from tuwei.web.market.services import importing
from tuwei.web.market.services.achievements import achievement_save
from tuwei.web.market.services.exporting import exported
from tuwei.web.market.services.needs import need_save

pytestmark = pytest.mark.django_db
OWN = {"consent_publish": True, "contact_name": "王工", "contact_phone": "0471-1234567", "keywords": ["烘干"]}
ENDINGS = ("xlsx", "csv", "jsonl")


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def terms() -> None:
    names = [
        ("field", "energy", "新能源与节能", "New energy and energy saving"),
        ("field", "bio", "生物与新医药", "Biology and new medicine"),
        ("industry", "agrifood", "绿色农畜产品加工", "Green farm and livestock products"),
        ("region", "150104", "玉泉区", "Yuquan District"),
        ("region", "150105", "赛罕区", "Saihan District"),
    ]
    for scheme, code, zh, en in names:
        Term.objects.create(scheme=scheme, code=code, name_zh=zh, name_en=en, pack="test")


def written(person: Any, kind: str, path: Path, language: str = "zh") -> Path:
    write_rows(path, importing.kind_of(kind).table, exported(kind, person), language=language)
    return path


def taken(person: Any, kind: str, content: bytes, name: str) -> dict[str, Any]:
    job = importing.import_start(actor=person, kind=kind, file=io.BytesIO(content), name=name)
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return {name: job.result[name] for name in ("created", "updated", "unchanged", "rejected")}


def counts(created: int = 0, updated: int = 0, unchanged: int = 0, rejected: int = 0) -> dict[str, int]:
    return {"created": created, "updated": updated, "unchanged": unchanged, "rejected": rejected}


@pytest.fixture
def some_needs(people: Any, terms: None) -> list[Need]:
    """One typed into the site, one imported with a number, one without, one closed: all of one owner."""
    plain = {
        "problem": "烘干机\u2028天然气消耗过大",
        "field": "energy",
        "industry": "agrifood",
        "region": "150105",
    }
    typed, closed = (
        need_save(actor=people.owner, record={"title": title, **OWN, **plain})
        for title in ("烘干节能", "已关闭的一条")
    )
    Need.objects.filter(pk=typed.pk).update(state="published")
    Need.objects.filter(pk=closed.pk).update(state="withdrawn")
    rows = [
        {"id": "n1", "title": "有编号", "problem": "一", "field": "bio"},
        {"title": "无编号", "problem": "二"},
    ]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    assert taken(people.owner, "need", text.encode(), "n.jsonl") == counts(created=2)
    Need.objects.filter(state="draft").update(state="clarifying")  # officers see no drafts
    return [typed, closed, *Need.objects.filter(state="clarifying").order_by("pk")]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("who", ["owner", "colleague", "officer"])
def test_an_export_read_back_changes_nothing(
    people: Any, some_needs: list[Need], tmp_path: Path, who: str, ending: str
) -> None:
    before = list(Need.objects.order_by("pk").values())
    person = getattr(people, who)
    path = written(person, "need", tmp_path / f"out.{ending}")
    assert taken(person, "need", path.read_bytes(), path.name) == counts(unchanged=4)
    assert list(Need.objects.order_by("pk").values()) == before


def test_a_change_in_the_export_changes_that_very_row(
    people: Any, some_needs: list[Need], tmp_path: Path
) -> None:
    Need.objects.filter(state="published").update(state="clarifying")
    path = written(people.owner, "need", tmp_path / "out.csv")
    text = path.read_text("utf-8-sig").replace("烘干节能", "烘干机节能", 1)
    assert taken(people.owner, "need", text.encode(), "out.csv") == counts(updated=1, unchanged=3)
    assert Need.objects.get(pk=some_needs[0].pk).title == "烘干机节能"


def test_what_an_officer_does_not_see_stays_and_what_they_may_not_open_stays_shut(
    people: Any, some_needs: list[Need]
) -> None:
    shut = some_needs[2]
    number = number_for(people.officer, "need", shut)
    row = {"id": number, "title": "有编号的", "problem": "一", "contact_phone": "", "keywords": ""}
    Need.objects.filter(pk=shut.pk).update(contact_phone="0471-7654321", keywords=["甲"])
    assert taken(people.officer, "need", json.dumps(row).encode(), "o.jsonl") == counts(updated=1)
    shut.refresh_from_db()
    assert (shut.title, shut.contact_phone, shut.keywords) == ("有编号的", "0471-7654321", [])
    wider = json.dumps({**row, "consent_publish": True}).encode()
    assert taken(people.officer, "need", wider, "o.jsonl") == counts(rejected=1)
    assert ImportReject.objects.get().errors[0]["code"] == "need.not_yours_to_open"


def test_a_column_left_out_stays_and_an_empty_cell_empties(people: Any, terms: None) -> None:
    first = {
        "id": "n1",
        "title": "甲",
        "problem": "一",
        "indicators_text": "单耗 ≤ 85 立方米/吨",
        "object": "塔",
        "region": "150104",
    }
    taken(people.owner, "need", json.dumps(first).encode(), "n.jsonl")
    few = "编号,需求名称,问题描述,对象\nn1,甲,一,\n".encode()
    assert taken(people.owner, "need", few, "n.csv") == counts(updated=1)
    need = Need.objects.get()
    assert (need.object, need.region, need.indicators.count()) == ("", "150104", 1)
    emptied = "编号,需求名称,问题描述,技术指标\nn1,甲,一,\n".encode()
    assert taken(people.owner, "need", emptied, "n.csv") == counts(updated=1)
    assert need.indicators.count() == 0
    assert taken(people.owner, "need", emptied, "n.csv") == counts(unchanged=1)


def test_a_stranger_gets_rejects_and_no_copy(people: Any, some_needs: list[Need], tmp_path: Path) -> None:
    path = written(people.officer, "need", tmp_path / "out.xlsx")
    before = list(Need.objects.order_by("pk").values())
    assert taken(people.stranger, "need", path.read_bytes(), "out.xlsx") == counts(rejected=4)
    assert list(Need.objects.order_by("pk").values()) == before
    told = ImportReject.objects.order_by("row")[0].errors
    assert "由您维护" in told[0]["zh"]
    assert "that you may change" in told[0]["en"]
    missing = json.dumps({"id": site_number("need", 10**9), "title": "甲", "problem": "乙"}).encode()
    assert taken(people.stranger, "need", missing, "x.jsonl") == counts(rejected=1)
    gone = ImportReject.objects.order_by("pk").last()
    assert gone is not None
    assert "由您维护" in gone.errors[0]["zh"]


def test_everyone_may_export_achievements_but_only_their_keepers_bring_them_back(
    people: Any, terms: None, tmp_path: Path
) -> None:
    record = {
        "title": "膜下滴灌", "text": "节水", "people": ["甲", "乙"], "claims_text": "节水率 ≥ 30 %", "region": "150104",
        "ip": [{"kind": "发明专利", "number": "ZL1", "status": "有效"}],
    }  # fmt: skip
    achievement = achievement_save(actor=people.researcher, record=record)
    Achievement.objects.filter(pk=achievement.pk).update(state="published")
    path = written(people.enterprise, "achievement", tmp_path / "a.xlsx")
    assert taken(people.enterprise, "achievement", path.read_bytes(), "a.xlsx") == counts(rejected=1)
    own = written(people.researcher, "achievement", tmp_path / "b.xlsx")
    assert taken(people.researcher, "achievement", own.read_bytes(), "b.xlsx") == counts(unchanged=1)
    assert Achievement.objects.count() == 1


def test_a_site_number_is_of_one_site_and_one_kind(
    people: Any, make_need: Callable[..., Any], settings: Any
) -> None:
    need = make_need(owner=people.owner)
    number = number_for(people.owner, "need", need)
    assert row_of("need", f" {number.upper()} ") == need.pk
    assert row_of("achievement", number) is None
    assert row_of("need", f"tuwei:{need.pk}") is None
    settings.SECRET_KEY = "another site's"
    assert row_of("need", number) is None


def test_two_numbers_of_one_row_in_a_file_are_one_row(people: Any, terms: None) -> None:
    first = json.dumps({"id": "n1", "title": "甲", "problem": "一"}).encode()
    taken(people.owner, "need", first, "n.jsonl")
    need = Need.objects.get()
    rows = [
        {"id": "n1", "title": "乙", "problem": "一"},
        {"id": site_number("need", need.pk), "title": "丙", "problem": "一"},
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    assert taken(people.owner, "need", text.encode(), "n.jsonl") == counts(updated=1)
    assert Need.objects.get().title == "丙"


def test_a_table_bears_names_and_takes_names_and_codes(
    people: Any, some_needs: list[Need], tmp_path: Path
) -> None:
    sheet = openpyxl.load_workbook(written(people.owner, "need", tmp_path / "o.xlsx")).active
    assert {"新能源与节能", "绿色农畜产品加工", "赛罕区"} <= {cell.value for cell in sheet[2]}
    english = openpyxl.load_workbook(written(people.owner, "need", tmp_path / "e.xlsx", "en")).active
    assert {"New energy and energy saving", "Saihan District"} <= {cell.value for cell in english[2]}
    for number, place in enumerate(("玉泉区", "yuquan district", "150104", 150104)):
        line = json.dumps({"id": f"p{number}", "title": "甲", "problem": "乙", "region": place}).encode()
        assert taken(people.owner, "need", line, "p.jsonl") == counts(created=1)
    assert Need.objects.filter(region="150104").count() == 4


def test_all_faults_of_a_row_come_at_once_and_in_one_form(people: Any, terms: None) -> None:
    content = (
        "编号,需求名称,问题描述,期限,技术领域,技术指标,预算下限,预算上限\n"
        "1,甲,电话 13800000000 找王工,明年,不存在的领域,小于很多,80万,50万\n"
    ).encode()
    assert taken(people.owner, "need", content, "表.csv") == counts(rejected=1)
    told = ImportReject.objects.get().errors
    assert {one["code"] for one in told} == {
        "table.bad_date", "table.bad_choice", "record.no_quantity", "need.budget_order", "need.contact_in_text",
    }  # fmt: skip
    assert all(
        one["zh"].startswith("表.csv 第 2 行") and one["en"].startswith("表.csv, row 2") for one in told
    )


@pytest.mark.parametrize("kind", ["need", "achievement"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_says_what_to_write_in_every_column(
    people: Any, terms: None, tmp_path: Path, kind: str, language: str
) -> None:
    table = importing.kind_of(kind).table
    write_template(tmp_path / "t.xlsx", table, language)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    data, helps, choices = book.worksheets
    example = [cell.value for cell in data[2]]
    assert not {"示例文字", "sample text", None, ""} & set(example)
    listed = {
        column[0].value: [cell.value for cell in column[1:] if cell.value] for column in choices.columns
    }
    field, region = ("Field", "Region") if language == "en" else ("技术领域", "地区")
    assert listed[region] == (
        ["Yuquan District", "Saihan District"] if language == "en" else ["玉泉区", "赛罕区"]
    )
    assert len(listed[field]) == 2
    explained = [[cell.value for cell in row] for row in helps.iter_rows(min_row=4)]
    assert [row[1] for row in explained] == [column.name for column in table.columns]
    assert all(row[4] and row[5] for row in explained)
    assert all(choice in str(explained) for choice in ("新能源与节能", "Yuquan District"))


def test_the_template_filled_with_its_own_example_is_taken(people: Any, terms: None, tmp_path: Path) -> None:
    for kind in ("need", "achievement"):
        path = tmp_path / f"{kind}.xlsx"
        write_template(path, importing.kind_of(kind).table, "zh")
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        for cell in sheet[2]:
            sheet.cell(3, cell.column, cell.value)
        sheet["A3"] = "2026-7"
        book.save(path)
        person = people.owner if kind == "need" else people.researcher
        with read(path, importing.kind_of(kind).table) as rows:
            assert [(row.number, row.errors) for row in rows] == [(3, [])]
        line = taken(person, kind, path.read_bytes(), path.name)
        assert line == counts(rejected=1), "the example names no organisation of this test"


def test_the_command_line_never_overwrites_rejects(
    people: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], transactional_db: None
) -> None:
    from tuwei.web.market.commands_io import import_file

    (tmp_path / "n.csv").write_text("需求名称,问题描述\n,乙\n", encoding="utf-8")
    (tmp_path / "n.rejects.csv").write_text("half mended")
    for _ in range(2):
        import_file(kind="need", file=tmp_path / "n.csv", account=people.owner.email, publish=False)
    assert sorted(path.name for path in tmp_path.glob("n.*")) == [
        "n.csv", "n.rejects-2.csv", "n.rejects-3.csv", "n.rejects.csv",
    ]  # fmt: skip
    assert (tmp_path / "n.rejects.csv").read_text() == "half mended"
    assert "n.rejects-3.csv" in capsys.readouterr().out


def test_the_page_of_an_import_speaks_in_words_and_leads_on(
    people: Any, sign_in: Callable[[Any], Any]
) -> None:
    content = "需求名称,问题描述\n甲,乙\n,丙\n".encode()
    job = importing.import_start(actor=people.owner, kind="need", file=io.BytesIO(content), name="表.csv")
    jobs.run_job.call(job.pk)
    page = sign_in(people.owner).get(reverse("job", args=[job.pk])).content.decode()
    assert "新增 1，更新 0，未变 0，退回 1" in page
    for way in (
        reverse("market:rejects", args=[job.pk]),
        reverse("market:my-needs"),
        reverse("market:import"),
    ):
        assert f'href="{way}"' in page
    assert "{&quot;" not in page
    assert ".rejects." not in page
    officer = sign_in(people.officer).get(reverse("job", args=[job.pk])).content.decode()
    assert "新增 1" in officer
    assert reverse("market:rejects", args=[job.pk]) not in officer  # not theirs to download
    sign_in(people.owner).cookies["django_language"] = "en"
    english = sign_in(people.owner).get(reverse("job", args=[job.pk])).content.decode()
    assert "1 new, 0 updated, 0 unchanged, 1 rejected" in english


@pytest.mark.parametrize(
    ("kind", "result", "said"),
    [
        ("match.rebuild", {"need": 210, "achievement": 646}, "210 条需求、646 条成果"),
        ("match.refresh", {"need": 0, "achievement": 1}, "0 条需求、1 条成果"),
        ("mail.send", {"sent": 3}, "3 封"),
        ("accounts.reset", {"done": True}, "待发"),
        ("saved.mail", {"searches": 4, "hits": 2, "failed": 1}, "4 项保存的检索"),
        ("needs.expire", {"expired": 5}, "5 项"),
    ],
)
def test_every_kind_of_job_tells_its_result_in_words(
    people: Any, sign_in: Callable[[Any], Any], kind: str, result: dict[str, Any], said: str
) -> None:
    job = Job.objects.create(kind=kind, state="done", result=result, done=0, total=210)
    page = sign_in(people.officer).get(reverse("job", args=[job.pk])).content.decode()
    assert said in page
    assert "{&quot;" not in page
    assert "0 / 210" not in page
    assert job.percent == 100
    Job.objects.filter(pk=job.pk).update(result={}, state="waiting")
    assert sign_in(people.officer).get(reverse("job", args=[job.pk])).status_code == 200


def test_every_handler_has_words(db: None) -> None:
    from tuwei.web.base import told

    kinds = {kind for kind in jobs._HANDLERS if not kind.startswith("test.")}
    assert kinds <= told._TELLERS.keys()
