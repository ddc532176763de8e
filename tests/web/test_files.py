"""Attachments: what is taken, what is refused and why, who may have it back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tuwei.core.errors import AccessError, InputError, TooLargeError
from tuwei.web.base.models import Event
from tuwei.web.market.models import Attachment, NeedView
from tuwei.web.market.services import files

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def office(*names: str, types: bytes = b"<Types/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


def up(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(
        name, content, content_type="text/html"
    )  # what the browser says counts for nothing


def add(people: Any, need: Any, name: str = "方案.pdf", content: bytes = PDF, grade: int = 3) -> Attachment:
    return files.attachment_add(actor=people.owner, listing=need, upload=up(name, content), grade=grade)


def status(client: Any, attachment: Attachment) -> int:
    response = client.get(f"/files/{attachment.pk}/")
    if response.streaming:
        list(response.streaming_content)  # to the end, which closes the file
    return int(response.status_code)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.PNG", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"0" * 20),
        ("a.txt", "说明".encode()),
        ("a.txt", "说明".encode("gb18030")),
        ("a.docx", office("word/document.xml")),
        ("a.xlsx", office("xl/workbook.xml")),
        ("a.pptx", office("ppt/presentation.xml")),
    ],
)
def test_these_are_taken(people: Any, make_need: Any, media: Path, name: str, content: bytes) -> None:
    kept = add(people, make_need(owner=people.owner), name, content)
    (path,) = stored(media)
    assert path.read_bytes() == content
    assert len(path.name) == 32  # random: nothing of the given name is on disk
    assert kept.content_type == files.TYPES[name.lower().rsplit(".", 1)[1]]
    assert Event.objects.filter(verb="need.file_added").count() == 1


HOSTILE = [
    ("page.html", b"<script>alert(1)</script>", "file.bad_type"),
    ("a.pdf.exe", b"MZ", "file.bad_type"),
    ("noextension", PDF, "file.bad_type"),
    ("a.svg", b"<svg onload='x'/>", "file.bad_type"),
    ("a.docm", office("word/document.xml"), "file.bad_type"),
    ("a.zip", office("x"), "file.bad_type"),
    ("a.pdf", b"<html>", "file.wrong_content"),
    ("a.png", PDF, "file.wrong_content"),
    ("a.docx", office("xl/workbook.xml"), "file.wrong_content"),
    ("a.docx", b"PK\x03\x04 broken", "file.wrong_content"),
    ("a.txt", b"\x00\x01\x02", "file.wrong_content"),
    ("a.txt", b"\xff\xff\xff", "file.wrong_content"),
    ("a.pdf", b"", "file.empty"),
    ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "file.active"),
    ("a.xlsx", office("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "file.active"),
    ("a.xlsx", office("xl/workbook.xml", "xl/embeddings/oleObject1.bin"), "file.active"),
    (
        "a.pptx",
        office("ppt/presentation.xml", types=b"application/vnd.ms-powerpoint.macroEnabled"),
        "file.active",
    ),
    ("a.pdf", PDF + b"/JavaScript (app.alert(1))", "file.active"),
    ("a.pdf", PDF + b"/Launch /F (cmd.exe)", "file.active"),
]


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE)
def test_these_are_refused_and_nothing_is_kept(
    people: Any, make_need: Any, media: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        add(people, make_need(owner=people.owner), name, content)
    assert caught.value.code == code
    assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")
    assert (stored(media), Attachment.objects.count(), Event.objects.count()) == ([], 0, 0)


def test_a_file_that_unpacks_to_more_than_a_gigabyte_is_refused(
    people: Any, make_need: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_UNPACKED", 5)
    with pytest.raises(InputError, match=r"file\.wrong_content"):
        add(people, make_need(owner=people.owner), "a.docx", office("word/document.xml"))


def test_size_and_number_have_limits(people: Any, make_need: Any, settings: Any, monkeypatch: Any) -> None:
    need = make_need(owner=people.owner)
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(TooLargeError):
        add(people, need)
    settings.UPLOAD_LIMIT = 10**6
    monkeypatch.setattr(files, "MOST_FILES", 1)
    add(people, need)
    with pytest.raises(InputError, match=r"file\.too_many"):
        add(people, need)


def test_when_the_row_cannot_be_saved_the_file_goes_too(
    people: Any, make_need: Any, media: Path, monkeypatch: Any
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(files, "_record", fail)
    with pytest.raises(RuntimeError):
        add(people, make_need(owner=people.owner))
    assert stored(media) == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ('x"; filename=evil.html.pdf', "x_; filename=evil.html.pdf"),
        ("\x00\r\nSet-Cookie: a.pdf", "Set-Cookie_ a.pdf"),
        (".pdf", "file.pdf"),
        ("长" * 300 + ".pdf", "长" * 110 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given: str, shown: str) -> None:
    assert files.safe_name(given, "pdf") == shown


def test_who_may_have_a_file_back(
    people: Any, make_need: Any, make_user: Any, sign_in: Any, client: Any
) -> None:
    need = make_need(owner=people.owner, state="published", grade=2)
    secret, figures = add(people, need, grade=3), add(people, need, "图.pdf", grade=2)
    checked = make_user("researcher", identity=True)
    answers = {
        None: (404, 404),
        people.stranger: (404, 404),
        checked: (404, 200),
        people.colleague: (200, 200),
    }
    for user, expected in answers.items():
        if user:
            sign_in(user)
        assert (status(client, secret), status(client, figures)) == expected, user
    assert NeedView.objects.filter(channel="file", user=checked).count() == 1
    page = sign_in(checked).get(f"/needs/{need.pk}/").content.decode()
    assert "图.pdf" in page
    assert "方案.pdf" not in page


def test_a_file_is_only_ever_a_download(people: Any, make_need: Any, sign_in: Any) -> None:
    response = sign_in(people.owner).get(f"/files/{add(people, make_need(owner=people.owner)).pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content) == PDF


def test_files_come_and_go_by_page(
    people: Any, make_need: Any, sign_in: Any, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    need = make_need(owner=people.owner)
    client = sign_in(people.owner)
    client.post(f"/needs/{need.pk}/files/", {"file": up("a.pdf", PDF), "grade": 3})
    kept = Attachment.objects.get()
    page = client.post(f"/needs/{need.pk}/files/", {"file": up("a.exe", b"MZ"), "grade": 3}, follow=True)
    assert "a.exe" in page.content.decode()
    assert Attachment.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/files/{kept.pk}/remove/")
    assert (Attachment.objects.count(), stored(media)) == (0, [])


def test_others_can_neither_add_nor_remove(people: Any, make_need: Any, sign_in: Any) -> None:
    need = make_need(owner=people.owner, state="published", grade=2)
    kept = add(people, need)
    with pytest.raises(AccessError):
        files.attachment_add(actor=people.stranger, listing=need, upload=up("a.pdf", PDF))
    client = sign_in(people.stranger)
    assert client.post(f"/needs/{need.pk}/files/", {"file": up("a.pdf", PDF), "grade": 3}).status_code == 403
    assert client.post(f"/files/{kept.pk}/remove/").status_code == 404
    assert Attachment.objects.count() == 1
