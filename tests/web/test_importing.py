"""Files into the registry: rejects beside, nothing lost, nothing doubled, whatever is killed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tuwei.core.errors import AccessError, InputError
from tuwei.core.tables import read, write_template
from tuwei.web.base import jobs
from tuwei.web.base.models import Event, Job
from tuwei.web.market.jobs import importing as import_jobs
from tuwei.web.market.models import Achievement, ImportReject, Need
from tuwei.web.market.services import importing
from tuwei.web.market.services.exporting import exported
from tuwei.web.market.specs.common import measures_from_text, measures_text
from tuwei.web.market.specs.need import NEED

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def lines(count: int, bad: tuple[int, ...] = ()) -> bytes:
    rows = [
        {
            "id": f"n{number}",
            "title": "" if number in bad else f"需求{number}",
            "problem": f"第{number}条问题",
        }
        for number in range(1, count + 1)
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def start(actor: Any, content: bytes, name: str = "needs.jsonl", kind: str = "need", **more: Any) -> Job:
    return importing.import_start(actor=actor, kind=kind, file=io.BytesIO(content), name=name, **more)


def run(job: Job) -> Job:
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    return job


def test_good_rows_come_in_and_bad_ones_go_to_a_file_that_can_be_mended(people: Any) -> None:
    job = run(start(people.enterprise, lines(10, bad=(3, 7))))
    assert job.state == Job.State.DONE, job.error
    assert (job.result["created"], job.result["updated"], job.result["rejected"]) == (8, 0, 2)
    path = importing.folder() / job.result["rejects"]
    rejected = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [row["行号"] for row in rejected] == [3, 7]
    assert "需求名称" in rejected[0]["原因"]
    mended = "".join(json.dumps({**row, "title": "补上"}, ensure_ascii=False) + "\n" for row in rejected)
    again = run(start(people.enterprise, mended.encode()))
    assert again.result["created"] == 2
    assert Need.objects.count() == 10


def test_the_same_file_twice_changes_nothing(people: Any) -> None:
    run(start(people.enterprise, lines(5)))
    before = list(Need.objects.order_by("pk").values_list("pk", "source_id", "title"))
    second = run(start(people.colleague, lines(5)))
    assert [second.result[name] for name in ("created", "updated", "unchanged")] == [0, 0, 5]
    assert list(Need.objects.order_by("pk").values_list("pk", "source_id", "title")) == before


def test_rows_without_a_number_are_known_again_by_their_text(people: Any) -> None:
    content = '{"title": "无编号", "problem": "同一条"}\n'.encode()
    run(start(people.enterprise, content))
    run(start(people.enterprise, content))
    assert Need.objects.count() == 1


def test_two_firms_may_use_the_same_numbers(people: Any) -> None:
    run(start(people.enterprise, lines(2)))
    run(start(people.stranger, lines(2)))
    assert Need.objects.count() == 4


def test_a_worker_killed_between_chunks_goes_on_where_it_was(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 4)
    job = start(people.enterprise, lines(20, bad=(2, 9, 18)))
    whole = importing.chunk_save
    calls = []

    def dies(**given: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt  # as a kill: no handler of ours sees it
        whole(**given)

    monkeypatch.setattr(importing, "chunk_save", dies)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_job.call(job.pk)
    assert Need.objects.count() == 7
    monkeypatch.setattr(importing, "chunk_save", whole)
    assert jobs.recover() == 1  # the "dead" worker is this very process
    job = run(job)
    assert job.state == Job.State.DONE, job.error
    assert (job.result["created"], job.result["rejected"]) == (17, 3)
    assert Need.objects.count() == 17
    assert list(ImportReject.objects.values_list("row", flat=True)) == [2, 9, 18]
    assert Event.objects.filter(verb="need.imported").count() == 1


def test_killed_after_the_last_chunk_it_tells_only_once(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job = start(people.enterprise, lines(3))
    monkeypatch.setattr(import_jobs, "write_rejects", _raise)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_job.call(job.pk)
    monkeypatch.undo()
    jobs.recover()
    job = run(job)
    assert job.result["created"] == 3
    assert Event.objects.filter(verb="need.imported").count() == 1


def _raise(*args: Any) -> None:
    raise KeyboardInterrupt


def test_a_file_that_is_no_table_is_refused_at_once_and_not_kept(people: Any, data_folder: Path) -> None:
    with pytest.raises(InputError):
        start(people.enterprise, b"\x00\x01\x02 nothing", name="x.xlsx")
    assert not list((data_folder / "imports").iterdir())
    assert Job.objects.count() == 0


def test_visitors_import_nothing_and_only_officers_publish(people: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(AccessError):
        start(AnonymousUser(), lines(1))
    with pytest.raises(AccessError):
        start(people.enterprise, lines(1), publish=True)


def test_a_broker_cannot_overwrite_what_another_entered(people: Any, make_user: Callable[..., Any]) -> None:
    run(start(people.broker, lines(1)))
    colleague = make_user(role="broker", organisation=people.broker.organisation)
    Need.objects.update(organisation=people.enterprise.organisation)
    second = run(start(colleague, lines(1)))
    assert second.result["rejected"] == 1
    assert "他人" in ImportReject.objects.get().errors[0]["zh"]


def test_the_template_as_shipped_imports_as_nothing(people: Any, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, NEED, "zh")
    job = run(start(people.enterprise, path.read_bytes(), name="t.xlsx"))
    assert job.state == Job.State.DONE, job.error
    assert Need.objects.count() == 0


def test_an_achievements_people_come_with_it(people: Any) -> None:
    row = {"id": "a1", "title": "膜下滴灌", "text": "节水", "people": ["甲", "乙", "甲"]}
    line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
    run(start(people.researcher, line, kind="achievement"))
    made = Achievement.objects.get()
    assert sorted(person.name for person in made.people.all()) == ["乙", "甲"]
    assert {person.organisation for person in made.people.all()} == {people.researcher.organisation}
    again = run(start(people.researcher, line, kind="achievement"))
    assert again.result["unchanged"] == 1
    fewer = line.replace("乙".encode(), "丙".encode())
    assert run(start(people.researcher, fewer, kind="achievement")).result["updated"] == 1
    assert sorted(person.name for person in made.people.all()) == ["丙", "甲"]


def test_a_bad_row_leaves_nothing_in_a_good_one_of_the_same_number(people: Any) -> None:
    good = {"id": "a1", "title": "好", "problem": "费气", "budget_min": "1", "budget_max": "2"}
    bad = {**good, "title": "坏", "budget_min": "9"}
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (good, bad))
    job = run(start(people.enterprise, rows.encode()))
    assert (job.result["created"], job.result["rejected"]) == (1, 1)
    assert Need.objects.get().title == "好"


def test_measures_round_trip_through_a_cell() -> None:
    cell = "吨水处理成本 ≤ 200 元/吨(现状:260);回收率 ≥ 95 %;温度 20–30 ℃"
    rows = measures_from_text(cell)
    assert [row["comparator"] for row in rows] == ["le", "ge", "range"]
    assert measures_from_text(measures_text(rows)) == rows
    claim = measures_from_text(
        "\u8282\u6c34\u7387 = 30 %(\u5bf9\u7167 \u6f2b\u704c,\u6761\u4ef6 \u6ef4\u704c,\u8bc1\u636e \u4e24\u5e74\u8bd5\u9a8c,\u542b\u7eb8\u819c)"
    )
    assert {"baseline", "conditions", "evidence", "note"} <= set(claim[0])
    assert measures_from_text(measures_text(claim)) == claim


def test_an_export_reads_back_as_the_same_need(people: Any, tmp_path: Path) -> None:
    content = {
        "id": "a1", "title": "干燥节气", "problem": "费气", "budget_max": "200000", "grade": "L2",
        "indicators": [{"name": "单耗", "comparator": "le", "low": None, "high": "85", "unit": "立方米/吨", "current": "120"}],
    }  # fmt: skip
    run(start(people.enterprise, (json.dumps(content, ensure_ascii=False) + "\n").encode()))
    record = next(exported("need", people.enterprise))
    assert (record["id"], record["budget_max"], record["indicators_text"]) == (
        "a1", "200000", "单耗 ≤ 85 立方米/吨(现状 120)",
    )  # fmt: skip


def test_the_page_takes_a_file_shows_the_job_and_gives_the_rejects(people: Any) -> None:
    client = Client()
    client.force_login(people.enterprise)
    upload = io.BytesIO(lines(3, bad=(2,)))
    upload.name = "needs.jsonl"
    answer = client.post(reverse("market:import"), {"kind": "need", "file": upload})
    assert answer.status_code == 302
    job = run(Job.objects.get())
    assert client.get(reverse("job", args=[job.pk])).status_code == 200
    assert b"".join(client.get(reverse("market:rejects", args=[job.pk])).streaming_content)
    stranger = Client()
    stranger.force_login(people.stranger)
    assert stranger.get(reverse("market:rejects", args=[job.pk])).status_code == 404


def test_the_page_says_what_is_wrong_with_the_header(people: Any) -> None:
    client = Client()
    client.force_login(people.enterprise)
    upload = io.BytesIO("需求名,问题描述\n甲,乙\n".encode())
    upload.name = "needs.csv"
    answer = client.post(reverse("market:import"), {"kind": "need", "file": upload})
    assert answer.status_code == 422
    assert "需求名称" in answer.content.decode()


@pytest.mark.parametrize("ending", ["xlsx", "csv", "jsonl"])
def test_templates_and_exports_download(people: Any, ending: str) -> None:
    run(start(people.enterprise, lines(2)))
    client = Client()
    client.force_login(people.enterprise)
    answer = client.get(reverse("market:export", args=["need", ending]))
    body = b"".join(answer.streaming_content)
    with read(io.BytesIO(body), NEED, file_name=f"x.{ending}") as rows:
        if ending != "jsonl":
            assert [row.values["title"] for row in rows if row.values] == ["需求1", "需求2"]
