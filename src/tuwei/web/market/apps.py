from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "tuwei.web.market"
    label = "market"

    def ready(self) -> None:
        from . import events, jobs, relations  # noqa: F401  (each registers itself)
