"""Long work: progress, faults, cancelling, retries (real workers killed in the middle: test_kill.py)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tuwei.core.errors import InputError
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import jobs
from tuwei.web.base.models import Job
from tuwei.web.market.jobs import matching


@pytest.fixture
def handler(db: None, monkeypatch: Any) -> dict[str, Any]:
    """``handler["work"] = function`` says what jobs of the kind "test.work" do."""
    work: dict[str, Any] = {}
    monkeypatch.setitem(jobs._HANDLERS, "test.work", lambda job: work["work"](job))
    return work


def test_a_job_does_its_work_and_keeps_the_result(handler: dict[str, Any], people: Any) -> None:
    handler["work"] = lambda job: {"twice": job.params["n"] * 2}
    job = jobs.enqueue("test.work", actor=people.owner, n=21)
    assert job.state == "waiting"
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.error) == ("done", {"twice": 42}, {})
    assert job.finished
    assert job.worker.endswith(f":{os.getpid()}")


def test_an_unknown_kind_is_a_defect(db: None) -> None:
    with pytest.raises(KeyError):
        jobs.enqueue("no.such")
    assert not Job.objects.exists()


def test_a_job_of_a_transaction_that_failed_never_was(handler: dict[str, Any]) -> None:
    with transaction.atomic():
        jobs.enqueue("test.work")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_asked_twice_before_it_begins_is_done_once(handler: dict[str, Any]) -> None:
    assert jobs.enqueue_once("test.work", a=1) == jobs.enqueue_once("test.work", a=1)
    assert jobs.enqueue_once("test.work", a=2)
    assert Job.objects.count() == 2


def test_a_fault_of_the_input_is_told(handler: dict[str, Any]) -> None:
    def fail(job: Job) -> None:
        raise InputError("demo.bad", "第{row}行不对。", "Row {row} is wrong.", row=3)

    handler["work"] = fail
    job = jobs.enqueue("test.work")
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.error["zh"], job.error["en"]) == ("failed", "第3行不对。", "Row 3 is wrong.")


def test_a_fault_of_ours_is_told_without_its_inside(handler: dict[str, Any]) -> None:
    def fail(job: Job) -> None:
        raise ZeroDivisionError("secret inside")

    handler["work"] = fail
    job = jobs.enqueue("test.work")
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error["code"] == "job.internal"
    assert "secret" not in json.dumps(job.error)


def test_progress_is_seen_and_remembered(handler: dict[str, Any]) -> None:
    def work(job: Job) -> None:
        jobs.save_progress(job, done=1, total=4, row=10)
        jobs.save_progress(job, done=2, extra="x")
        seen = Job.objects.get(pk=job.pk)
        assert (seen.percent, seen.memory, seen.state) == (50, {"row": 10, "extra": "x"}, "running")

    handler["work"] = work
    job = jobs.enqueue("test.work")
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "done"


def test_cancelled_while_waiting_never_begins(handler: dict[str, Any]) -> None:
    job = jobs.enqueue("test.work")
    jobs.cancel(job)
    assert jobs.run_waiting() == 0
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_cancelled_at_work_ends_at_the_next_chunk_and_keeps_the_last(handler: dict[str, Any]) -> None:
    def work(job: Job) -> None:
        for number in range(10):
            if number == 3:
                jobs.cancel(job)  # as someone pressing the button would
            with transaction.atomic():
                Organisation.objects.create(name=f"单位{number}", kind="enterprise")
                jobs.save_progress(job, done=number + 1, total=10)

    handler["work"] = work
    job = jobs.enqueue("test.work")
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 3)
    assert Organisation.objects.count() == 3, "the chunk that met the cancelling is not half there"


def test_cancelled_during_the_last_piece_stays_cancelled(handler: dict[str, Any]) -> None:
    handler["work"] = lambda job: jobs.cancel(job)
    job = jobs.enqueue("test.work")
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_finished_job_cannot_be_cancelled(handler: dict[str, Any]) -> None:
    handler["work"] = lambda job: {}
    job = jobs.enqueue("test.work")
    jobs.run_waiting()
    jobs.cancel(job)
    job.refresh_from_db()
    assert job.state == "done"


def dead_process() -> int:
    """The id of a process that has just ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def running(**values: Any) -> Job:
    import socket

    fields = {"kind": "test.work", "state": "running", "worker": f"{socket.gethostname()}:{dead_process()}"}
    return Job.objects.create(**(fields | {"heartbeat": timezone.now()} | values))


def test_a_dead_workers_job_is_queued_again_five_times_at_most(handler: dict[str, Any]) -> None:
    job = running()
    for attempt in range(1, jobs.ATTEMPTS):
        assert jobs.recover() == 1
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("waiting", attempt)
        Job.objects.filter(pk=job.pk).update(state="running", worker=running(state="done").worker)
    jobs.recover()
    job.refresh_from_db()
    assert (job.state, job.error["code"]) == ("failed", "job.internal")
    assert jobs.recover() == 0


AT_WORK = """
import sys, time
import django
django.setup()
from tuwei.web.base import at_work
with at_work.held(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def someone_at(what: int | str) -> subprocess.Popen[bytes]:
    """Another process that is at it, in our data folder."""
    child = subprocess.Popen(
        [sys.executable, "-c", AT_WORK, str(what)],
        env={**os.environ, "TUWEI_DATA": str(settings.DATA)},
        stdout=subprocess.PIPE,
    )
    assert child.stdout
    assert child.stdout.readline() == b"held\n"
    return child


def test_a_living_workers_job_is_left_alone_and_a_killed_ones_taken_up(handler: dict[str, Any]) -> None:
    job = running()
    with someone_at(job.pk) as child:
        try:
            assert jobs.recover() == 0
            job.refresh_from_db()
            assert job.state == "running"
        finally:
            child.kill()
    assert jobs.recover() == 1


def test_only_one_process_at_a_time_changes_the_index(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first; both changing the same generation, one's changes would be lost."""
    looked: list[str] = []
    monkeypatch.setattr(matching, "_refresh", lambda job, kind: looked.append(kind))
    with someone_at(matching.ONE_WRITER) as child:
        try:
            waiting = threading.Thread(target=matching.refresh, args=(Job(),))
            waiting.start()
            waiting.join(0.3)
            assert (waiting.is_alive(), looked) == (True, [])
        finally:
            child.kill()
    waiting.join(10)
    assert (waiting.is_alive(), looked) == (False, ["achievement", "need"])


def test_a_process_id_that_another_has_now_does_not_count_as_alive(handler: dict[str, Any]) -> None:
    import socket

    job = running(worker=f"{socket.gethostname()}:{os.getppid()}")
    assert jobs.recover() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 1)


def test_who_was_thought_dead_and_wakes_up_writes_nothing_more(handler: dict[str, Any]) -> None:
    def work(job: Job) -> None:
        jobs.save_progress(job, done=1)
        if job.attempts == 0:  # as on a machine that slept: another host takes the job
            Job.objects.update(worker="elsewhere:1", heartbeat=timezone.now() - jobs.STALE * 2)
            assert jobs.recover() == 1
        with transaction.atomic():
            Organisation.objects.create(name=f"单位{job.attempts}", kind="enterprise")
            jobs.save_progress(job, done=2)

    handler["work"] = work
    job = jobs.enqueue("test.work")
    assert jobs.run_waiting() == 2
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)
    assert list(Organisation.objects.values_list("name", flat=True)) == ["单位1"]


def test_a_job_and_its_place_in_the_queue_are_one_thing(handler: dict[str, Any]) -> None:
    job = jobs.enqueue("test.work")
    queued = DBTaskResult.objects.get()
    assert (queued.args_kwargs["args"], jobs.recover()) == ([job.pk], 0)
    queued.claim("a worker that dies now")
    assert jobs.recover() == 1
    assert jobs.recover() == 0, "queued again once, not at every look"


def test_another_hosts_job_counts_as_lost_after_long_silence(handler: dict[str, Any]) -> None:
    fresh = running(worker="elsewhere:1")
    silent = running(worker="elsewhere:1", heartbeat=timezone.now() - jobs.STALE * 2)
    assert jobs.recover() == 1
    fresh.refresh_from_db()
    silent.refresh_from_db()
    assert (fresh.state, silent.state) == ("running", "waiting")


def test_a_job_that_waited_long_loses_no_attempt(handler: dict[str, Any]) -> None:
    job = Job.objects.create(kind="test.work")
    Job.objects.update(created=timezone.now() - timedelta(hours=1))
    for _ in range(jobs.ATTEMPTS + 1):
        jobs.recover()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)


# The pages


def test_the_page_of_a_job_asks_again_only_while_it_is_open(client: Any, people: Any) -> None:
    client.force_login(people.owner)
    job = Job.objects.create(kind="import", started_by=people.owner, state="running", done=3, total=10)
    path = reverse("job", args=[job.pk])
    page = client.get(path).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert 'value="30"' in page
    fragment = client.get(path, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="job").content.decode()
    assert fragment.lstrip().startswith('<div id="job"')
    Job.objects.update(state="done", result={"created": 1})
    page = client.get(path).content.decode()
    assert "hx-trigger" not in page
    assert "新增 0" in page


def test_jobs_are_seen_by_who_started_them_and_the_office(client: Any, people: Any) -> None:
    job = Job.objects.create(kind="import", started_by=people.owner, state="waiting")
    path, stop = reverse("job", args=[job.pk]), reverse("job-cancel", args=[job.pk])
    for person, code in [
        (people.colleague, 404),
        (people.broker, 404),
        (people.owner, 200),
        (people.officer, 200),
    ]:
        client.force_login(person)
        assert client.get(path).status_code == code
        assert (path in client.get(reverse("jobs")).content.decode()) is (code == 200)
    client.force_login(people.officer)
    assert client.post(stop).status_code == 403
    client.force_login(people.owner)
    assert client.get(stop).status_code == 405
    client.post(stop)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_the_error_of_a_job_is_shown_as_text(client: Any, people: Any) -> None:
    evil = {"code": "x", "zh": "<script>1</script>", "en": "<script>1</script>"}
    job = Job.objects.create(
        kind="<b>", started_by=people.owner, state="failed", error=evil, result={"a": "</code><i>"}
    )
    client.force_login(people.owner)
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert "<script>1" not in page
    assert "</code><i>" not in page


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_do_one_job_twice(monkeypatch: Any) -> None:
    runs: list[int] = []
    monkeypatch.setitem(jobs._HANDLERS, "test.work", lambda job: runs.append(job.pk))
    job = jobs.enqueue("test.work")
    jobs.run_job.call(job.pk)
    jobs.run_job.call(job.pk)
    assert runs == [job.pk]
    assert connection.in_atomic_block is False
