"""Work of the accounts that runs in the worker."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tuwei.web.base import jobs
from tuwei.web.base.models import Job
from tuwei.web.base.told import Told, teller

from .services.profile import reset_mail

RESET = "accounts.reset"


@teller(RESET)
def tell(job: Job, reader: Any) -> Told:
    return Told([_("如果有这个账号，邮件已排入待发。")] if job.state == Job.State.DONE else [])


@jobs.handler(RESET)
def send_reset(job: Job) -> dict[str, bool]:
    """Send the link; the address asked for is not kept once that is done."""
    reset_mail(email=job.params["email"])
    Job.objects.filter(pk=job.pk).update(params={})
    return {"done": True}
