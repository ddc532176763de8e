"""A load generator that stops by itself: users who open pages, read for a while, and open the next.

Plain asyncio over keep-alive sockets, so that on a small machine the generator costs little beside the server.
Addresses other than this machine's own are refused.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass
class Result:
    """Seconds per page kind, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    wall: float = 0.0

    @property
    def count(self) -> int:
        return sum(len(times) for times in self.seconds.values())


@dataclass(frozen=True)
class Load:
    """How many users, how long they look at a page [s], for how long in all [s]."""

    host: str
    port: int
    users: int = 50
    think: tuple[float, float] = (2.0, 6.0)
    duration: float = 60.0
    most_requests: int = 200_000


@dataclass(frozen=True)
class Group:
    """Users of one kind: who they are (a session's cookie, or none) and the pages they open, by kind."""

    pages: Sequence[tuple[str, list[str]]]
    cookie: str = ""


async def _request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, load: Load, cookie: str, path: str
) -> int:
    lines = [f"GET {path} HTTP/1.1", f"Host: {load.host}:{load.port}", "Accept-Language: zh-CN"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    await writer.drain()
    status = int((await reader.readline()).split()[1])
    length = 0
    chunked = False
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "content-length":
            length = int(value)
        chunked = chunked or (name.lower() == "transfer-encoding" and "chunked" in value.lower())
    if chunked:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(length)
    return status


async def _user(number: int, load: Load, group: Group, result: Result, end: float) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, load.think[1]))  # nobody starts at the same moment
    reader = writer = None
    while time.perf_counter() < end and result.count < load.most_requests:
        kind, paths = chance.choice(group.pages)
        start = time.perf_counter()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection(load.host, load.port)
            assert reader is not None
            asked = _request(reader, writer, load, group.cookie, chance.choice(paths))
            status = await asyncio.wait_for(asked, 30)
            if status == 200:
                result.seconds[kind].append(time.perf_counter() - start)
            else:
                result.errors.append(f"{kind}: {status}")
        except (OSError, asyncio.IncompleteReadError, TimeoutError, IndexError, ValueError) as error:
            result.errors.append(f"{kind}: {type(error).__name__}")
            if writer is not None:
                writer.close()
            writer = None
        await asyncio.sleep(chance.uniform(*load.think))
    if writer is not None:
        writer.close()


async def _all(load: Load, groups: Sequence[Group]) -> Result:
    result, start = Result(), time.perf_counter()
    end = start + load.duration
    users = (_user(number, load, groups[number % len(groups)], result, end) for number in range(load.users))
    await asyncio.gather(*users)
    result.wall = time.perf_counter() - start
    return result


def run(load: Load, groups: Sequence[Group]) -> Result:
    """Put the load on a server of this machine and return what was measured; the users are dealt to the groups."""
    if load.host not in LOCAL:
        raise SystemExit("load is only ever put on a server of this machine")
    return asyncio.run(_all(load, groups))


def table(result: Result) -> str:
    """Requests, median, p95, p99 and slowest [ms] per kind of page."""
    lines = [f"{'page':<12}{'n':>7}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}  [ms]"]
    for kind, times in sorted(result.seconds.items()):
        ordered = sorted(times)
        at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.95, 0.99)]
        lines.append(
            f"{kind:<12}{len(times):>7}" + "".join(f"{value:>9.0f}" for value in [*at, ordered[-1] * 1000])
        )
    lines.append(
        f"{result.count / result.wall:.1f} requests/s over {result.wall:.0f} s, {len(result.errors)} errors"
    )
    return "\n".join(lines)
