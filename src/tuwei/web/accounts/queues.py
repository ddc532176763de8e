"""What waits for officers here: applications and organisations to verify."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuwei.web.base.todo import Queue, register

from .selectors import pending

register(Queue("accounts", _("待审批账号"), "user.approve", "accounts:approvals", pending))
