from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "tuwei.web.deals"
    label = "deals"

    def ready(self) -> None:
        from . import events, jobs, queues, relations  # noqa: F401  (each registers itself)
