"""Work of the desk that runs in the worker."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tuwei.web.base import access, at_work, jobs
from tuwei.web.base.models import Job
from tuwei.web.base.told import Told, Way, teller

from . import selectors, services

STEP = 10  # pieces of work between two signs of life


@teller(selectors.TRAIN)
def tell(job: Job, reader: Any) -> Told:
    """In words: put in force or not, and how it compares."""
    if "version" not in job.result:
        return Told()
    sentences = [
        _("第 %(version)s 版已启用，学自 %(pairs)s 条判断。") % job.result
        if job.result["version"]
        else _("学自 %(pairs)s 条判断的新模型误差较大，没有启用；现用的不变。") % job.result
    ]
    if job.result["expected"] is not None:
        compared = {
            "grader": _("留出的判断上，平均误差 %(got)s 级，前一版 %(expected)s 级。"),
            "words": _("留出的判断上，平均误差 %(got)s 级，仅凭文字 %(expected)s 级。"),
        }
        sentences.append(compared[job.result["against"]] % job.result)
    may = access.allowed(reader, "grader.view")
    return Told(sentences, [Way(_("评级模型"), reverse("deals:grader"), "scale", main=True)] if may else [])


@jobs.handler(selectors.TRAIN)
def train(job: Job) -> dict[str, Any]:
    """Train from the verdicts there are now; killed half-way, it begins anew and nothing has changed."""

    def progress(work: str, done: int, total: int) -> None:
        if done % STEP == 0:
            jobs.save_progress(job, done=done, total=total)

    with at_work.held("grader"):
        return services.grading.train(actor=job.started_by, progress=progress)
