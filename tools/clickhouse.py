"""Private ClickHouse servers for the tests: one process a shard, in a temporary folder, on this machine only."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

CLUSTER = "shards"
WAIT = 60.0  # seconds until a server must answer
CONFIG = """<yandex>
<logger><level>warning</level><log>{place}/log</log><errorlog>{place}/errors</errorlog></logger>
<listen_host>127.0.0.1</listen_host><http_port>{http}</http_port><tcp_port>{tcp}</tcp_port>
<path>{place}/data/</path><tmp_path>{place}/tmp/</tmp_path><mark_cache_size>67108864</mark_cache_size>
<users_config>{place}/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<remote_servers><{cluster}>{shards}</{cluster}></remote_servers>
</yandex>"""
SHARD = "<shard><replica><host>127.0.0.1</host><port>{tcp}</port></replica></shard>"
USERS = """<yandex>
<profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
<users><default><password></password><networks><ip>127.0.0.1</ip></networks>
<profile>default</profile><quota>default</quota></default></users>
<quotas><default></default></quotas>
</yandex>"""


def program() -> list[str]:
    """Return how the installed server is called: Debian's program, or that of the vendor's packages."""
    if found := shutil.which("clickhouse-server"):
        return [found]
    found = shutil.which("clickhouse")
    return [found, "server"] if found else []


@contextmanager
def temporary_clickhouse(count: int) -> Iterator[tuple[list[str], str]]:
    """Yield the addresses of servers that form the cluster `CLUSTER`, and why there are none if the list is empty."""
    if not program():
        yield [], "没有 ClickHouse · no ClickHouse; apt install clickhouse-server"
        return
    place = Path(tempfile.mkdtemp(prefix="tuwei-ch-"))
    ports = _ports(2 * count)
    http, tcp = ports[:count], ports[count:]
    shards = "".join(SHARD.format(tcp=port) for port in tcp)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for number in range(count):
            started.append(_start(place / str(number), http[number], tcp[number], shards))
        for port, server in zip(http, started, strict=True):
            _await(port, server)
        yield [f"http://127.0.0.1:{port}" for port in http], ""
    finally:
        for server in started:
            server.kill()
            server.wait()
        shutil.rmtree(place, ignore_errors=True)


def _start(place: Path, http: int, tcp: int, shards: str) -> subprocess.Popen[bytes]:
    for name in ("data", "tmp"):
        (place / name).mkdir(parents=True)
    config = CONFIG.format(place=place, http=http, tcp=tcp, shards=shards, cluster=CLUSTER)
    (place / "config.xml").write_text(config, "utf-8")
    (place / "users.xml").write_text(USERS, "utf-8")
    with (place / "out").open("wb") as out:
        return subprocess.Popen(
            [*program(), f"--config-file={place / 'config.xml'}"],
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"ClickHouse ended with {server.returncode}")
        if _answers(port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"ClickHouse did not answer within {WAIT:.0f} s")


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _ports(count: int) -> list[int]:
    """Return ports that are free now; another program may still take one before the server does."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    found = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return found
