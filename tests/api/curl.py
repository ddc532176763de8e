"""The few options of curl that the documentation uses, asked of the test client instead of a network."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile


@dataclass
class Curl:
    """One command, read as curl reads it; an option that is not known here is an error."""

    url: str = ""
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    form: list[str] = field(default_factory=list)
    get: bool = False
    output: str = ""


def commands(text: str) -> list[tuple[str, int]]:
    """Every curl command of a page's ``bash`` blocks with the status it should have."""
    found = []
    for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL):
        for part in re.split(r"\n(?=curl )", block.strip()):
            status = re.search(r"  # (\d{3})$", part.strip())
            line = part.strip()[: status.start()] if status else part
            found.append((line, int(status.group(1)) if status else 200))
    return found


def read(line: str, values: dict[str, Any]) -> Curl:
    words = shlex.split(line.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    made = Curl()
    while words:
        word = words.pop(0)
        if word == "-G":
            made.get = True
        elif word.startswith("-"):
            _option(made, word, Template(words.pop(0)).substitute(values))
        else:
            made.url = Template(word).substitute(values)
    return made


def _option(made: Curl, word: str, value: str) -> None:
    if word == "-X":
        made.method = value
    elif word == "-H":
        name, _, content = value.partition(": ")
        made.headers[name] = content
    elif word == "-d":
        made.data.append(value)
    elif word == "--data-urlencode":
        name, _, content = value.partition("=")
        made.data.append(f"{name}={quote(content)}")
    elif word == "-F":
        made.form.append(value)
    elif word == "-o":
        made.output = value
    else:
        raise ValueError(f"{word} is not known here")


def run(client: Any, made: Curl, folder: Path) -> Any:
    """Ask as curl would: GET without a body, POST with one; ``-F name=@file`` from ``folder``."""
    parts = urlsplit(made.url)
    assert all(ord(letter) < 128 for letter in made.url), (
        "curl sends an address as it stands: it must be ASCII"
    )
    query = "&".join([*filter(None, [parts.query]), *(made.data if made.get else [])])
    path = f"{parts.path}?{query}" if query else parts.path
    headers = dict(made.headers)
    if made.form:
        return client.post(path, _fields(made.form, folder), headers=headers)
    body = "" if made.get else "&".join(made.data)
    method = made.method or ("POST" if body else "GET")
    content_type = headers.pop(
        "Content-Type", "application/x-www-form-urlencoded" if body else "application/octet-stream"
    )
    return client.generic(method, path, body.encode(), content_type, headers=headers)


def _fields(form: list[str], folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in form:
        name, _, value = one.partition("=")
        found[name] = value
        if value.startswith("@"):
            found[name] = SimpleUploadedFile(value[1:], (folder / value[1:]).read_bytes())
    return found
