"""The worker and the server as the product starts them, killed in the middle: nothing lost, nothing doubled."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg
import pytest
from django.db.utils import ConnectionHandler

# The database of pytest-django is not used, but these tests belong to those that run on each kind of database.
pytestmark = pytest.mark.django_db

SERVER = os.environ.get("TUWEI_TEST_DATABASE_URL", "")
PATIENCE = 120  # seconds until something that should happen counts as not happening
ROWS, BROKEN = 2000, (7, 1000, 1999)

SETUP = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tuwei.web.accounts.models import Organisation, User
from tuwei.web.accounts.services.tokens import token_create
from django.utils import timezone
works = Organisation.objects.create(name="甲厂", kind="enterprise", region="150105", verified=True)
user = User.objects.create_user(
    email="alice@example.org", name="Alice", role="enterprise", organisation=works,
    is_active=True, approved_at=timezone.now(), email_confirmed_at=timezone.now(),
)
told = token_create(actor=user, name="tests", days=1)[1]
"""
IMPORT = """
from tuwei.web.accounts.models import User
from tuwei.web.market.services.importing import import_start
with open(given, "rb") as file:
    told = import_start(actor=User.objects.get(), kind="need", file=file, name="needs.jsonl").pk
"""
REGISTRY = """
from tuwei.web.base import events
from tuwei.web.base.models import Event, Job
from tuwei.web.market.models import ImportReject, Indicator, Need, Touched
told = {
    "jobs": list(Job.objects.filter(kind="import").order_by("id").values("state", "attempts", "result", "error")),
    "numbers": sorted(Need.objects.values_list("source_id", flat=True)),
    "indicators": Indicator.objects.count(),
    "rejects": list(ImportReject.objects.order_by("job", "row").values_list("row", flat=True)),
    "told": list(Event.objects.filter(verb="need.imported").values_list("after", flat=True)),
    "first_broken_event": events.verify_chain(),
}
"""
LISTINGS = """
from django.utils import timezone
from tuwei.web.accounts.models import User
from tuwei.web.market.models import Achievement
from tuwei.web.base import jobs
user = User.objects.get()
subjects = ["热泵烘干", "膜法脱盐", "羊草育种", "光伏支架", "疫苗佐剂"]
def add(first, last):
    Achievement.objects.bulk_create(Achievement(
        owner=user, organisation=user.organisation, title=f"{subjects[number % 5]}技术第{number}号", text="节能降耗",
        field="energy", state="published", published_at=timezone.now(),
    ) for number in range(first, last))
add(0, 50)
jobs.enqueue("match.rebuild")
jobs.run_waiting()
add(50, 2500)
told = jobs.enqueue("match.rebuild").pk
"""
INDEX = """
from tuwei.web.base.models import Job
from tuwei.web.market.models import Achievement
from tuwei.web.market.selectors import indexed
index = indexed.opened("achievement")
hits = index.rank({"title": "粮食热泵烘干", "text": "烘干费气"}, top=5)
told = {
    "jobs": list(Job.objects.filter(kind="match.rebuild").order_by("id").values("state", "attempts", "result")),
    "held": len(index), "version": indexed.version("achievement"), "needs": indexed.size("need"),
    "hits": [Achievement.objects.get(pk=hit.achievement).title for hit in hits],
}
"""


# --- a site of its own -------------------------------------------------------------------------------------------


@dataclass
class Site:
    """A data folder, a database and processes that belong to one test."""

    folder: Path
    database: str
    token: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUWEI_")}
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **kept, "TUWEI_DATA": str(self.folder), "TUWEI_DATABASE_URL": self.database, "TMPDIR": str(self.temporary),
        }  # fmt: skip
        settings = dj_database_url.parse(self.database or f"sqlite:///{self.folder / 'tuwei.sqlite3'}")
        self.connection = ConnectionHandler({"default": settings})["default"]

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a command of ours, as ``dev.py run`` does: in a group of its own."""
        with (self.folder / "log").open("ab") as log:
            made = subprocess.Popen(
                ["nice", "-n", "10", sys.executable, "-m", "tuwei", *command],  # whoever watches is never late
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.processes.append(made)
        return made

    def serve(self) -> tuple[subprocess.Popen[bytes], int]:
        """Start the server; return it and its port once it answers."""
        port = free_port()
        return self.serve_at(port), port

    def serve_at(self, port: int) -> subprocess.Popen[bytes]:
        server = self.start("serve", "--port", str(port))
        until(lambda: answers(port), server)
        return server

    def script(self, text: str, given: Any = None) -> Any:
        """Run Python in the site's own process; return what it leaves in ``told``."""
        code = f"import json, sys, django\ndjango.setup()\ngiven = json.loads(sys.argv[1])\n{text}\nprint(json.dumps(told))"
        done = subprocess.run(
            [sys.executable, "-c", code, json.dumps(given)],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def job(self, pk: int) -> tuple[str, int, int]:
        """State, progress and how many needs there are, at one moment."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT state, done, (SELECT count(*) FROM market_need) FROM base_job WHERE id = %s", [pk]
            )
            state, done, needs = cursor.fetchone()
        return str(state), int(done), int(needs)

    def imports(self) -> list[tuple[int, str]]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT id, state FROM base_job WHERE kind = 'import' ORDER BY id")
            return list(cursor.fetchall())

    def finished(self, pk: int) -> bool:
        return self.job(pk)[0] not in ("waiting", "running")

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def close(self) -> None:
        self.connection.close()
        for process in self.processes:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """The whole group at once, as the kernel short of memory or a power cut does."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait(10)


def until(what: Callable[[], Any], process: subprocess.Popen[bytes], told: Callable[[], Any] = str) -> None:
    """Wait for something that this living process brings about; else fail with what ``told`` says."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"it did not happen: {told()}"
        assert process.poll() is None, f"the process ended with {process.returncode}"
        time.sleep(0.001)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/static/tuwei.css")[0] == 200
    except OSError:
        return False


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def database(copy_of: str = "") -> Iterator[str]:
    """The address of a database of our own on the server of the suite; empty for SQLite."""
    if not SERVER:
        yield ""
        return
    name = f"tuwei_kill_{uuid.uuid4().hex[:12]}"
    template = f'TEMPLATE "{urlsplit(copy_of).path[1:]}"' if copy_of else ""
    execute(f'CREATE DATABASE "{name}" {template}')
    try:
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
    finally:
        execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def execute(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site made once, with its tables and one account, for the others to be copied from."""
    with database() as address:
        site = Site(tmp_path_factory.mktemp("model"), address)
        try:
            site.token = site.script(SETUP)
        finally:
            site.close()
        yield site


@pytest.fixture
def site(model: Site, tmp_path: Path) -> Iterator[Site]:
    with database(copy_of=model.database) as address:
        shutil.copytree(model.folder, tmp_path / "data")
        made = Site(tmp_path / "data", address, model.token)
        try:
            yield made
        finally:
            made.close()


# --- an import ---------------------------------------------------------------------------------------------------


def numbers() -> list[str]:
    return sorted(f"n{number}" for number in range(1, ROWS + 1) if number not in BROKEN)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Needs with one indicator each; the broken ones have no title."""
    path = tmp_path_factory.mktemp("import") / "needs.jsonl"
    rows = (
        {
            "id": f"n{number}",
            "title": "" if number in BROKEN else f"降低第{number}号烘干机能耗",
            "problem": f"第{number}台烘干机天然气消耗过大",
            "indicators": [
                {"name": "单耗", "comparator": "le", "low": None, "high": "60", "unit": "立方米/吨"}
            ],
        }
        for number in range(1, ROWS + 1)
    )
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def check_complete(site: Site, *created: int) -> list[dict[str, Any]]:
    """Every good row once, every broken one once an import, so many made by each, each told once; the jobs."""
    found = site.script(REGISTRY)
    assert found["numbers"] == numbers()
    assert found["indicators"] == len(numbers())
    assert found["rejects"] == list(BROKEN) * len(created)
    assert found["first_broken_event"] is None
    told = found["told"][::-1]  # the newest stands first
    for job, counts, made in zip(found["jobs"], told, created, strict=True):
        assert job["state"] == "done", job["error"]
        assert {name: job["result"][name] for name in counts} == counts
        assert (counts["created"], counts["rejected"]) == (made, len(BROKEN))
        assert sum(counts.values()) == ROWS, "each row counted once"
        lines = (site.folder / "imports" / job["result"]["rejects"]).read_text("utf-8").splitlines()
        assert [json.loads(line)["行号"] for line in lines] == list(BROKEN)
    return list(found["jobs"])


def test_a_worker_killed_twice_in_an_import(site: Site, file: Path) -> None:
    job = site.script(IMPORT, str(file))
    for killed_at in (400, 1200):
        worker = site.start("worker")
        until(lambda least=killed_at: site.job(job)[1] >= least, worker)
        kill(worker)
        state, done, needs = site.job(job)
        assert state == "running", "killed in the middle"
        assert killed_at <= done < ROWS
        assert needs == done - sum(row <= done for row in BROKEN), "done is what is there"
    worker = site.start("worker")
    until(lambda: site.finished(job), worker)
    assert check_complete(site, len(numbers()))[0]["attempts"] == 2


def form(file: Path) -> tuple[bytes, dict[str, str]]:
    """A file as a browser or curl sends it."""
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="needs.jsonl"\r\n\r\n'
    return f"{head}{file.read_text('utf-8')}\r\n--{mark}--\r\n".encode(), {
        "Content-Type": f"multipart/form-data; boundary={mark}"
    }


def upload(site: Site, port: int, file: Path) -> int:
    body, headers = form(file)
    status, said = ask(
        port, "POST", "/api/v1/imports/need", body, Authorization=f"Bearer {site.token}", **headers
    )
    assert status == 202, said
    return int(json.loads(said)["id"])


def begin_upload(site: Site, port: int, file: Path) -> http.client.HTTPConnection:
    """Send half of a file and stop."""
    body, headers = form(file)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", "/api/v1/imports/need")
    headers |= {"Authorization": f"Bearer {site.token}", "Content-Length": str(len(body))}
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body[: len(body) // 2])
    return connection


def test_the_server_killed_in_an_upload_and_beside_an_import(site: Site, file: Path) -> None:
    (server, port), worker = site.serve(), site.start("worker")
    first = upload(site, port, file)
    half = begin_upload(site, port, file)
    until(lambda: site.job(first)[1] >= 400, worker)
    os.kill(server.pid, signal.SIGKILL)  # the first process alone: its children must not keep the port
    server.wait(10)
    assert not site.finished(first), "killed in the middle"
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        half.getresponse()
    half.close()
    until(lambda: not answers(port), worker)

    site.serve_at(port)
    assert [pk for pk, _ in site.imports()] == [first], "half a file is nothing"
    second = upload(site, port, file)  # its owner never saw the page of the first, and sends it again
    until(lambda: site.finished(second), worker)
    found = check_complete(site, len(numbers()), 0)
    assert [job["attempts"] for job in found] == [0, 0], "the worker did not mind"


# --- a re-index --------------------------------------------------------------------------------------------------


def leftovers(site: Site) -> list[str]:
    """Working folders and unfinished generations."""
    return [path.name for path in (*site.temporary.iterdir(), *site.folder.glob("index/*/.new-*"))]


def test_a_worker_killed_twice_in_a_re_index(site: Site) -> None:
    job = site.script(LISTINGS)
    current = site.folder / "index" / "achievement" / "CURRENT"
    before = current.read_text()
    half_written = lambda: list(site.folder.glob("index/achievement/.new-*"))  # noqa: E731
    for moment in (lambda: site.job(job)[1] >= 500, half_written):
        worker = site.start("worker")
        until(lambda: moment() or site.finished(job), worker, lambda: (site.job(job), site.log()[-2000:]))  # noqa: B023
        if site.finished(job):
            pytest.skip("the index was written between two looks: there was no half to kill")
        kill(worker)
        assert site.job(job)[0] == "running", "killed in the middle"
        assert current.read_text() == before
    now = site.script(INDEX)
    assert (now["held"], len(set(now["hits"]))) == (50, 5), "usable as before"
    assert len(leftovers(site)) == 2

    worker = site.start("worker")
    until(lambda: site.finished(job), worker)
    after = site.script(INDEX)
    assert after["jobs"][1] == {"state": "done", "attempts": 2, "result": {"achievement": 2500, "need": 0}}
    assert (after["held"], after["needs"]) == (2500, 0)
    assert after["version"] > before.strip()
    assert len(set(after["hits"])) == 5
    assert all("热泵烘干" in title for title in after["hits"])
    kill(worker)
    assert len(list(site.folder.glob("index/achievement/gen-*"))) <= 2
    assert leftovers(site) == []
