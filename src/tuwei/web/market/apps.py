from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

SEARCHED = ("market_need", "market_achievement")


class MarketConfig(AppConfig):
    name = "tuwei.web.market"
    label = "market"

    def ready(self) -> None:
        from . import events, jobs, queues, relations  # noqa: F401  (each registers itself)

        post_migrate.connect(restore_search, sender=self)


def restore_search(**_: Any) -> None:
    """Search must survive every later change of these tables."""
    from tuwei.web.base.search import restore_triggers

    for table in SEARCHED:
        restore_triggers(table)
