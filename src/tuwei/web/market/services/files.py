"""Attachments: taken by content, kept under a random name, never run, never shown in the page."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import PurePath
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from tuwei.core.errors import InputError, MissingError, TooLargeError
from tuwei.core.text import normalise
from tuwei.web.base import access, events

from ..models import Achievement, Attachment, Need, NeedState
from ..selectors.disclosure import grade_for
from ..selectors.needs import log_label
from .needs import LOGGED

MOST_FILES = 20  # per listing
OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": "application/pdf",
    "docx": OFFICE + "wordprocessingml.document",
    "xlsx": OFFICE + "spreadsheetml.sheet",
    "pptx": OFFICE + "presentationml.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
}
_OFFICE_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
_ACTIVE_PART = re.compile(
    r"vbaproject|/activex/|/embeddings/|macrosheets/|\.(exe|bat|cmd|js|vbs|scr|dll)$", re.IGNORECASE
)
_UNPACKED = 1024**3  # an office file that unpacks to more is a bomb


@transaction.atomic
def attachment_add(*, actor: Any, listing: Need | Achievement, upload: Any, grade: int = 3) -> Attachment:
    """Attach a file to a need or an achievement.

    Parameters
    ----------
    upload
        A Django ``UploadedFile``.
    grade
        From which disclosure grade (1–3) a need's file is open; means nothing for achievements.

    Raises
    ------
    InputError, TooLargeError
        ``file.*``: type, content, macros, number or size; nothing is stored then.
    """
    noun = listing._meta.model_name
    access.require(actor, f"{noun}.edit", listing)
    type(listing)._default_manager.select_for_update().get(
        pk=listing.pk
    )  # two uploads at once count each other
    if listing.attachments.count() >= MOST_FILES:
        raise _error(
            "too_many", "最多 {expected} 个附件。", "At most {expected} files.", upload, expected=MOST_FILES
        )
    if grade not in (1, 2, 3):
        raise _error("bad_grade", "附件等级应为 L1–L3。", "A file's grade is L1–L3.", upload)
    content, kind = checked(upload)
    stored = Attachment(
        **{str(noun): listing}, name=safe_name(upload.name, kind), content_type=TYPES[kind], size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), grade=grade, uploaded_by=actor,
    )  # fmt: skip
    stored.file.save("upload", ContentFile(content), save=False)
    try:
        stored.save()
        _record(actor, f"{noun}.file_added", listing, stored)
    except BaseException:  # whatever it was: no file without its row
        stored.file.delete(save=False)
        raise
    return stored


@transaction.atomic
def attachment_remove(*, actor: Any, attachment: Attachment) -> None:
    """Remove a file; its bytes go once the removal is certain."""
    listing = attachment.need or attachment.achievement
    assert listing is not None  # a constraint of the table
    access.require(actor, f"{listing._meta.model_name}.edit", listing)
    _record(actor, f"{listing._meta.model_name}.file_removed", listing, attachment)
    storage, name = attachment.file.storage, str(attachment.file.name)
    attachment.delete()
    transaction.on_commit(lambda: storage.delete(name))


def attachment_open(*, user: Any, pk: int) -> Attachment:
    """Return a file's row to someone who may read the file; everyone else gets the same 404."""
    found = Attachment.objects.select_related("need", "achievement").filter(pk=pk).first()
    if found is None or not _readable(user, found):
        raise MissingError(
            "access.missing", "没有找到该内容，或您无权查看。", "Nothing found here, or nothing you may see."
        )
    return found


def _readable(user: Any, attachment: Attachment) -> bool:
    if attachment.achievement:
        return access.can(user, "achievement.view", attachment.achievement)
    need = attachment.need
    assert need is not None  # a constraint of the table
    return access.can(user, "need.view", need) and grade_for(user, need) >= attachment.grade


def checked(upload: Any) -> tuple[bytes, str]:
    """Return the bytes and the kind (an extension of ``TYPES``) of an upload that may be kept."""
    if upload.size > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 1024**2
        raise TooLargeError(
            "file.too_large", "{file} 超过 {expected} MB。", "{file} is larger than {expected} MB.",
            file=upload.name[:100], expected=limit,
        )  # fmt: skip
    content = upload.read()
    kind = PurePath(upload.name).suffix.lower().lstrip(".")
    if kind not in TYPES:
        raise _error(
            "bad_type", "{file} 的类型不在可上传之列：{expected}。", "{file}: only these types are taken: {expected}.",
            upload, expected="、".join(TYPES),
        )  # fmt: skip
    if not content:
        raise _error("empty", "{file} 是空文件。", "{file} is empty.", upload)
    if not _is(kind, content):
        raise _error(
            "wrong_content",
            "{file} 的内容不是 {expected}。",
            "{file} does not hold {expected}.",
            upload,
            expected=kind,
        )
    if _is_active(kind, content):
        raise _error(
            "active", "{file} 含宏、脚本或嵌入对象，请去除后再上传。",
            "{file} holds macros, scripts or embedded objects; remove them first.", upload,
        )  # fmt: skip
    return content, kind


def _is(kind: str, content: bytes) -> bool:
    if kind in _OFFICE_FOLDERS:
        names = _parts(content)
        return "[Content_Types].xml" in names and any(n.startswith(_OFFICE_FOLDERS[kind]) for n in names)
    if kind == "txt":
        return _is_text(content)
    start = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
    return content.startswith(start[kind])


def _parts(content: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []
    return [] if sum(info.file_size for info in infos) > _UNPACKED else [info.filename for info in infos]


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text)
    return False


def _is_active(kind: str, content: bytes) -> bool:
    if kind in _OFFICE_FOLDERS:
        return any(
            _ACTIVE_PART.search(name) for name in _parts(content)
        ) or b"macroEnabled" in _content_types(content)
    return kind == "pdf" and _ACTIVE_PDF.search(content) is not None


def _content_types(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            with archive.open("[Content_Types].xml") as part:
                return _bounded(part)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
            return b"macroEnabled"  # cannot be read: not taken


def _bounded(part: Any) -> bytes:
    stream: BinaryIO = part
    return stream.read(1024**2)


def safe_name(name: str, kind: str) -> str:
    """The name shown for a file: no folders, no control or direction marks, at most 120 characters.

    Examples
    --------
    >>> safe_name("../../etc/报\\u202e告.pdf", "pdf")
    '报告.pdf'
    """
    stem = normalise(PurePath(name.replace("\\", "/")).name)
    stem = re.sub(r'[<>:"/\\|?*]', "_", stem.rsplit(".", 1)[0]).strip(". ") or "file"
    return f"{stem[:110]}.{kind}"


def _error(code: str, zh: str, en: str, upload: Any, **where: Any) -> InputError:
    return InputError(f"file.{code}", zh, en, file=upload.name[:100], **where)


def _record(actor: Any, verb: str, listing: Need | Achievement, attachment: Attachment) -> None:
    noun = listing._meta.model_name
    label, name = str(listing), attachment.name
    if isinstance(listing, Need):  # the log keeps no more of it than officers may read
        label = log_label(listing)
        name = (
            name if attachment.grade <= LOGGED and listing.state != NeedState.DRAFT else f"#{attachment.pk}"
        )
    events.record(
        actor=actor, verb=verb, obj=listing, label=label,
        after={"file": name, "sha256": attachment.sha256},
        notify=[listing.owner] if listing.owner else [], url=reverse(f"market:{noun}", args=[listing.pk]),
    )  # fmt: skip
