"""Work of the accounts that runs in the worker."""

from __future__ import annotations

from tuwei.web.base import jobs
from tuwei.web.base.models import Job

from .services.profile import reset_mail

RESET = "accounts.reset"


@jobs.handler(RESET)
def send_reset(job: Job) -> dict[str, bool]:
    """Send the link; the address asked for is not kept once that is done."""
    reset_mail(email=job.params["email"])
    Job.objects.filter(pk=job.pk).update(params={})
    return {"done": True}
