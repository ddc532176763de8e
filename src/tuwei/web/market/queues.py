"""The queues of the registry, for everyone's list of what waits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuwei.web.base.todo import Queue, register

from .selectors import achievements, needs
from .selectors.queues import of_clearness
from .services.clarity import threshold

register(
    Queue("clarify", _("待澄清"), "need.verify", "market:clarifying",
          lambda user: of_clearness(needs.clarifying(user), "0", threshold()), "?ready=0"),
    Queue("verify", _("待核实"), "need.verify", "market:clarifying",
          lambda user: of_clearness(needs.clarifying(user), "1", threshold()), "?ready=1"),
    Queue("publish", _("待发布"), "need.publish", "market:publishing", needs.to_publish),
    Queue("review", _("待审核成果"), "achievement.publish", "market:reviewing", achievements.reviewing),
)  # fmt: skip
