"""The optional language model, against a real local server: good, broken, slow and hostile answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tuwei.elicit.llm import Endpoint, refine

NEED = {
    "problem": "烘干机太费气,找张工13812345678",
    "grade": "L1",
    "organisation": "青山示例公司",
    "contact_name": "张工",
    "contact_phone": "0471-1234567",
    "budget_max": "500000",
}
ROW = {
    "name": "吨耗气",
    "comparator": "le",
    "low": "",
    "high": "25",
    "unit": "m³/吨",
    "current": "35",
    "note": "",
}
Reply = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A chat server that answers as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.reply: Reply = lambda handler: None
        self.seen: list[tuple[str, dict[str, str], Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.seen.append((self.path, dict(self.headers), json.loads(body)))
                try:
                    outer.reply(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass

            do_GET = do_POST

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(
            f"http://127.0.0.1:{self.http.server_port}/v1", "sk-test", "small", timeout=2.0, max_grade="L1"
        )

    def says(self, content: Any) -> None:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        self.raw(json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode())

    def raw(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                **(headers or {}),
            }.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        self.reply = reply


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()
    running.thread.join(5)


def code(server: Server, draft: dict[str, Any] | None = None, **changed: Any) -> str | None:
    given = {name: getattr(server.endpoint, name) for name in ("url", "key", "model", "timeout", "max_grade")}
    found = refine(draft or NEED, Endpoint(**{**given, **changed}))
    assert not (found.fault and found.proposals)
    if found.fault:
        assert "{" not in found.fault.sentence("zh")
        assert "{" not in found.fault.sentence("en")
    return found.fault.code if found.fault else None


def test_a_good_answer_becomes_proposals_only(server: Server) -> None:
    server.says(
        {
            "object": "玉米烘干机",
            "indicators": [ROW],
            "field": "energy",
            "industry": "agrifood",
            "keywords": ["余热"],
        }
    )
    draft = dict(NEED)
    found = refine(draft, server.endpoint)
    assert found.fault is None
    assert {one.field for one in found.proposals} == {"object", "indicators", "field", "industry", "keywords"}
    assert all(one.origin == "model" for one in found.proposals)
    row = next(one.value for one in found.proposals if one.field == "indicators")
    assert (row["low"], row["high"]) == (None, "25")
    assert draft == NEED


def test_it_speaks_the_protocol_and_sends_no_more_than_it_may(server: Server) -> None:
    server.says({})
    refine({**NEED, "constraints": "青山示例公司的厂房"}, server.endpoint)
    path, headers, body = server.seen[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer sk-test"
    assert body["model"] == "small"
    assert [one["role"] for one in body["messages"]] == ["system", "user"]
    sent = body["messages"][1]["content"]
    for kept_back in ("13812345678", "0471-1234567", "张工", "青山示例", "500000"):
        assert kept_back not in sent
    assert "烘干机太费气" in sent


@pytest.mark.parametrize(
    ("grade", "highest", "refused"),
    [
        ("L0", "L1", False),
        ("L1", "L1", False),
        ("L2", "L1", True),
        ("L3", "L2", True),
        (None, "L2", True),
        (None, "L3", False),
        ("L9", "L2", True),
    ],
)
def test_a_need_above_the_grade_is_never_sent(
    server: Server, grade: str | None, highest: str, refused: bool
) -> None:
    server.says({})
    assert code(server, {**NEED, "grade": grade}, max_grade=highest) == (
        "elicit.model_grade" if refused else None
    )
    assert len(server.seen) == (0 if refused else 1)


def test_a_state_secret_is_never_sent(server: Server) -> None:
    server.says({})
    assert code(server, {**NEED, "problem": "密级:机密★ 项目"}) == "elicit.state_secret"
    assert server.seen == []


def test_off_means_off() -> None:
    assert refine(NEED, None).proposals == ()


@pytest.mark.parametrize(
    "content",
    [
        "抱歉,我不能",
        "[]",
        "null",
        "42",
        "{",
        '{"object": NaN}',
        {"state": "published"},
        {"consent_publish": True},
        {"contact_phone": "1"},
        {"object": 5},
        {"object": ["x"]},
        {"object": "长" * 201},
        {"object": "a\u0000b"},
        {"field": "magic"},
        {"industry": {}},
        {"field": []},
        {"keywords": "x"},
        {"keywords": ["x"] * 9},
        {"keywords": [1]},
        {"indicators": {}},
        {"indicators": [ROW] * 11},
        {"indicators": [{**ROW, "comparator": "maybe"}]},
        {"indicators": [{**ROW, "high": "1e999"}]},
        {"indicators": [{**ROW, "high": 25}]},
        {"indicators": [{**ROW, "high": ""}]},
        {"indicators": [{**ROW, "extra": "x"}]},
        {"indicators": [{**ROW, "low": "30", "comparator": "range"}]},
        {"indicators": [{**ROW, "name": ""}]},
        {"indicators": [{**ROW, "comparator": []}]},
        {"indicators": [None]},
        "[" * 100_000,
    ],
)
def test_anything_out_of_the_spec_drops_the_whole_answer(server: Server, content: Any) -> None:
    server.says(content)
    assert code(server) == "elicit.model_answer"


def test_a_secret_in_the_answer_is_dropped_too(server: Server) -> None:
    server.says({"object": "绝密装置"})
    assert code(server) == "elicit.state_secret"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{"message": null}]}',
        b"\xff\xfe",
        b'{"choices": 7}',
    ],
)
def test_a_broken_envelope(server: Server, body: bytes) -> None:
    server.raw(body)
    assert code(server) == "elicit.model_answer"


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_refusals_of_the_server(server: Server, status: int) -> None:
    server.raw(b"{}", status)
    assert code(server) == "elicit.model_refused"


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.raw(b"", 302, {"Location": f"http://127.0.0.1:{server.http.server_port}/elsewhere"})
    assert code(server) == "elicit.model_refused"
    assert [path for path, *_ in server.seen] == ["/v1/chat/completions"]


def test_silence_ends_in_time(server: Server) -> None:
    server.reply = lambda handler: time.sleep(3)
    begin = time.monotonic()
    assert code(server, timeout=0.3) == "elicit.model_slow"
    assert time.monotonic() - begin < 2


def test_a_drip_feed_ends_in_time(server: Server) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    server.reply = drip
    begin = time.monotonic()
    assert code(server, timeout=0.4) == "elicit.model_slow"
    assert time.monotonic() - begin < 2


def test_a_flood_is_cut_off(server: Server) -> None:
    server.raw(b" " * 5_000_000)
    assert code(server) == "elicit.model_answer"


def test_a_cut_line_is_told(server: Server) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"choices"')

    server.reply = cut
    assert code(server) in ("elicit.model_answer", "elicit.model_unreachable")


def test_garbage_instead_of_http(server: Server) -> None:
    server.reply = lambda handler: (handler.wfile.write(b"\x00\x01nonsense\r\n\r\n"), None)[1]
    assert code(server) in ("elicit.model_unreachable", "elicit.model_answer")


def test_nobody_there() -> None:
    found = refine(NEED, Endpoint("http://127.0.0.1:9/v1", "", "m", 1.0))
    assert found.fault is not None
    assert found.fault.code == "elicit.model_unreachable"


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "file:///etc/passwd"},
        {"url": "ftp://x/"},
        {"url": "nonsense"},
        {"url": "http://[bad"},
        {"key": "a\r\nX: y"},
        {"timeout": 0},
        {"timeout": 1e9},
        {"max_grade": "L7"},
        {"url": "http://h:99999/"},
    ],
)
def test_wrong_settings_are_told(server: Server, changed: dict[str, Any]) -> None:
    assert code(server, **changed) == "elicit.model_settings"
    assert server.seen == []


def test_fenced_json_is_read_and_known_values_are_not_proposed_again(server: Server) -> None:
    server.says('```json\n{"object": "烘干机", "title": "省气"}\n```')
    found = refine({**NEED, "object": "烘干机"}, server.endpoint)
    assert [one.field for one in found.proposals] == ["title"]
