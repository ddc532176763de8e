"""What waits at the desk: cases whose next date has passed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuwei.web.base.todo import Queue, register

from .selectors import late, open_cases

register(Queue("late", _("逾期撮合"), "case.view", "deals:desk", lambda user: late(open_cases(user))))
