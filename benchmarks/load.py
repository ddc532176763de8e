"""The site under load: 100,000 needs, 500,000 achievements, 50 users who read before they click.

    .venv/bin/python benchmarks/load.py --database postgresql://…/tuwei_load --data /tmp/tuwei-load

Fills the database (a started fill goes on), builds the match indexes, starts the real server, puts load on it from
this machine, prints the percentiles per kind of page, and stops. ``--sqlite`` in place of ``--database`` for figures
beside. Two loads: users who think (2–6 s a page), and users who never do (the machine's limit).
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

import load_client
import load_seed

PORT = 8791


def main() -> None:
    options = _options()
    os.environ["TUWEI_DATA"] = str(options.data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuwei.web.settings"
    if options.database:
        os.environ["TUWEI_DATABASE_URL"] = options.database
    _tuwei("migrate")
    _tuwei("pack", "load", "hohhot")
    _fill(options)
    groups = _groups()
    _nobody_there()
    server = subprocess.Popen(
        [sys.executable, "-m", "tuwei", "serve", "--port", str(PORT), "--workers", str(options.workers)]
    )
    try:
        _wait()
        for title, think in (
            ("50 users, 2-6 s a page", (2.0, 6.0)),
            ("50 users without a pause", (0.0, 0.0)),
        ):
            load = load_client.Load("127.0.0.1", PORT, options.users, think, options.seconds)
            load_client.run(load_client.Load("127.0.0.1", PORT, 8, (0.0, 0.1), 10), groups)  # warm
            print(f"\n{title} ({options.users} users, {options.seconds:.0f} s)")
            print(load_client.table(load_client.run(load, groups)))
        print(f"\nserver memory {_memory(server.pid)} MiB in all its processes")
    finally:
        server.terminate()
        server.wait(20)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database", default="")
    parser.add_argument("--needs", type=int, default=100_000)
    parser.add_argument("--achievements", type=int, default=500_000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def _tuwei(*args: str) -> None:
    subprocess.run([sys.executable, "-m", "tuwei", *args], check=True)


def _fill(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.db import connection

    from tuwei.web.base import jobs
    from tuwei.web.market.models import Touched
    from tuwei.web.market.selectors import indexed

    start = time.perf_counter()
    load_seed.seed(needs=options.needs, achievements=options.achievements)
    print(f"filled in {time.perf_counter() - start:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if indexed.size("achievement") is None or (indexed.size("achievement") or 0) < options.achievements:
        start = time.perf_counter()
        job = jobs.enqueue("match.rebuild")
        jobs.run_job.call(job.pk)
        job.refresh_from_db()
        print(
            f"match indexes built in {time.perf_counter() - start:.0f} s: {job.state} {job.result or job.error}"
        )
    Touched.objects.all().delete()
    connection.close()


def _groups() -> list[load_client.Group]:
    """Visitors, brokers and officers: a user's next click is one of the pages, every kind equally likely."""
    pages = _pages()
    desk = [("desk", ["/desk/", "/desk/?q=%E8%8A%82%E6%B0%B4"])]
    queues = [("queue", ["/needs/clarifying/", "/needs/publishing/", "/achievements/reviewing/"])]
    return [
        load_client.Group(pages),
        load_client.Group([*pages, *desk], _cookie("broker")),
        load_client.Group([*pages, *queues], _cookie("officer")),
    ]


def _cookie(role: str) -> str:
    """The session of someone whose identity was checked: pages are dearer for those who may read more."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from tuwei.web.accounts.models import User

    made = {"name": role, "role": role, "is_active": True, "identity_checked_at": timezone.now()}
    user = User.objects.get_or_create(email=f"load-{role}@example.org", defaults=made)[0]
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _pages() -> list[tuple[str, list[str]]]:
    """Addresses by kind."""
    from tuwei.web.market.models import Achievement, Need

    chance = random.Random(7)
    need_ids = list(Need.objects.filter(source="benchmark").values_list("pk", flat=True)[:20_000])
    found_ids = list(Achievement.objects.filter(source="benchmark").values_list("pk", flat=True)[:20_000])
    words = [quote(word) for word in load_seed.searches()]
    some = chance.sample(need_ids, min(2_000, len(need_ids)))
    others = chance.sample(found_ids, min(2_000, len(found_ids)))
    lists = [
        "/needs/", "/achievements/", "/achievements/?region=150105", "/achievements/?field=bio&trl=6",
        "/needs/?industry=agrifood",
    ]  # fmt: skip
    return [
        ("home", ["/"]),
        ("list", lists),
        ("search", [f"/{kind}/?q={word}" for kind in ("needs", "achievements") for word in words]),
        ("sentence", [f"/search/?q={quote(text)}" for text in load_seed.sentences_asked()]),
        ("need", [f"/needs/{pk}/" for pk in some]),
        ("achievement", [f"/achievements/{pk}/" for pk in others]),
        ("match", [f"/needs/{pk}/matches/" for pk in some]),
    ]


def _nobody_there() -> None:
    """Measure our own server, not one that an earlier run left behind."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            raise SystemExit(f"port {PORT} is taken; stop what listens there")


def _wait() -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=2).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _memory(pid: int) -> int:
    """Resident memory of a process and its children [MiB]."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in pids)
    return pages * os.sysconf("SC_PAGESIZE") // 2**20


if __name__ == "__main__":
    main()
