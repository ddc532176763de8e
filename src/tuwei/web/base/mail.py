"""Mails: rendered in the reader's language now, kept as rows, sent by the worker, never lost.

A template is plain text; its first line is the subject. A mail is sent at least once: a worker killed between
the server's "taken" and our note of it sends it again.
"""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tuwei.core.errors import ConflictError

from . import jobs
from .models import Job, Mail
from .told import Told, teller

KIND = "mail.send"
STALE = timedelta(minutes=10)
TRIES = 12  # for one mail, over all jobs
# The server answered, and refused this one mail: the next may go through.
REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


def queue(*, to: str, language: str, template: str, **context: Any) -> Mail:
    """Queue one mail, sent once the surrounding transaction commits.

    Parameters
    ----------
    to
        One address.
    language
        ``"zh-hans"`` or ``"en"``: the reader's, not the sender's.
    template
        Name of a plain-text template; ``base_url`` is in its context beside ``context``.
    """
    with translation.override(language):
        text = render_to_string(template, {"base_url": settings.BASE_URL, **context}).strip()
    subject, _, body = text.partition("\n")
    mail = Mail.objects.create(
        recipient=to, subject=" ".join(subject.split())[:200], body=body.strip() + "\n"
    )
    jobs.enqueue_once(KIND)
    return mail


def unsent() -> Any:
    """The mails still to be sent (those that were refused too often are left)."""
    return Mail.objects.filter(sent_at=None, attempts__lt=TRIES)


@jobs.handler(KIND)
def send_all(job: Job) -> dict[str, int]:
    """Send what waits; when the server is down, come back later with growing pauses."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - STALE)
    waiting = list(unsent().filter(free).values_list("pk", flat=True))
    sent = 0
    for number, pk in enumerate(waiting, 1):
        sent += _send(pk, job)
        jobs.save_progress(job, done=number, total=len(waiting))
    if unsent().filter(pk__in=waiting).exists():
        raise _later(job)
    return {"sent": sent}


@teller(KIND)
def tell(job: Job, reader: Any) -> Told:
    sent = job.result.get("sent")
    return Told() if sent is None else Told([_("发出 %(count)s 封邮件。") % {"count": sent}])


def _send(pk: int, job: Job) -> bool:
    claimed = Mail.objects.filter(pk=pk, sent_at=None).filter(
        Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - STALE)
    )
    if not claimed.update(claimed_at=timezone.now()):
        return False
    mail = Mail.objects.get(pk=pk)
    try:
        send_mail(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.recipient])
    except REFUSED as fault:
        _note(mail, fault)
        return False
    except OSError as fault:  # no server, no disk: the others would fare no better
        _note(mail, fault)
        raise _later(job) from fault
    Mail.objects.filter(pk=pk).update(sent_at=timezone.now(), body="", error="")
    return True


def _note(mail: Mail, fault: Exception) -> None:
    Mail.objects.filter(pk=mail.pk).update(
        claimed_at=None, attempts=mail.attempts + 1, error=f"{type(fault).__name__}: {fault}"[:300]
    )


def _later(job: Job) -> jobs.Later:
    error = ConflictError(
        "mail.not_sent",
        "邮件服务器没有接收邮件，尚有 {count} 封待发，系统会自动重试。",
        "The mail server did not take the mail; {count} wait and will be tried again.",
        count=unsent().count(),
    )
    return jobs.Later(timedelta(minutes=4**job.attempts), error)


def flooded(to: str) -> bool:
    """Whether strangers have made us mail this address enough for an hour."""
    since = timezone.now() - timedelta(hours=1)
    return Mail.objects.filter(recipient__iexact=to, created__gt=since).count() >= 5
