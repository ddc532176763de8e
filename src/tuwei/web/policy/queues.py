"""What waits: follow-ups whose date has passed, commissioners who ask to serve an enterprise."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuwei.web.base.todo import Queue, register

from .selectors import worksheet

register(
    Queue("follow-ups", _("逾期后续"), "assignment.work", "policy:worksheet", worksheet.late),
    Queue("asked", _("待同意的特派员"), "assignment.assign", "policy:asked", worksheet.asked),
)
