"""One server: statements in, rows out."""

from __future__ import annotations

import json
from base64 import b64encode
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import unquote, urlencode, urlsplit

from tuwei.core.errors import InputError

TIMEOUT = 600.0  # seconds that a statement may take
SETTINGS = {"max_query_size": "100000000"}  # bytes of a statement: a long need names thousands of terms

Rows = list[list[Any]]


class Node(Protocol):
    """What an index asks of a server."""

    def rows(self, statement: str, **settings: str) -> Rows:
        """Return the rows of a question; whole numbers of 64 bits may come as text."""

    def run(self, statement: str, body: bytes = b"") -> None:
        """Carry out a statement, with the data that it reads."""


class HttpNode:
    """A server behind its HTTP interface.

    Parameters
    ----------
    address
        ``http://USER:PASSWORD@HOST:PORT`` or ``https://…``; the user may be left out.

    Raises
    ------
    InputError
        ``match.bad_address``.

    Examples
    --------
    >>> HttpNode("http://tuwei:secret@10.1.2.3:8123")
    HttpNode('http://10.1.2.3:8123')
    """

    def __init__(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError:
            raise _bad_address(address) from None
        if parts.scheme not in ("http", "https") or not self._host:
            raise _bad_address(address)
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._name = f"{parts.scheme}://{self._host}" + (f":{self._port}" if self._port else "")
        self._headers = _login(parts.username, parts.password)

    def __repr__(self) -> str:
        return f"HttpNode({self._name!r})"

    def rows(self, statement: str, **settings: str) -> Rows:
        """Return the rows of a question.

        Raises
        ------
        InputError
            ``match.unreachable``, ``match.refused``.
        """
        answer = self._ask(urlencode({**SETTINGS, **settings}), (statement + " FORMAT JSONCompact").encode())
        found: Rows = json.loads(answer)["data"]
        return found

    def run(self, statement: str, body: bytes = b"") -> None:
        """Carry out a statement, with the data that it reads; raises as `rows`."""
        self._ask(urlencode({**SETTINGS, "query": statement}), body)

    def _ask(self, parameters: str, body: bytes) -> bytes:
        connection = self._kind(self._host, self._port, timeout=TIMEOUT)
        try:
            connection.request("POST", f"/?{parameters}", body, self._headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, HTTPException) as error:
            raise _unreachable(self._name, error) from error
        finally:
            connection.close()
        if answer.status != 200:
            raise refused(self._name, text.decode("utf-8", "replace"))
        return text


def _login(user: str | None, password: str | None) -> dict[str, str]:
    if user is None:
        return {}
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return {"Authorization": "Basic " + b64encode(pair).decode("ascii")}


def _bad_address(address: str) -> InputError:
    return InputError(
        "match.bad_address",
        "服务器地址应为 {expected}。",
        "The address of a server must be {expected}.",
        field="nodes",
        expected="http://USER:PASSWORD@HOST:PORT",
        got=address.rpartition("@")[2][:80],  # without what stands before it: that is a password
    )


def _unreachable(name: str, error: Exception) -> InputError:
    return InputError(
        "match.unreachable",
        "连接不上服务器 {file}:{got}",
        "The server {file} cannot be reached: {got}",
        file=name,
        got=str(error)[:200],
    )


def refused(name: str, answer: str) -> InputError:
    """Return the error for a statement that a server did not carry out."""
    return InputError(
        "match.refused",
        "服务器 {file} 拒绝了请求:{got}",
        "The server {file} refused: {got}",
        file=name,
        got=" ".join(answer.split())[:300],
    )
