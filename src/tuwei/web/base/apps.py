from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "tuwei.web.base"
    label = "base"

    def ready(self) -> None:
        from . import mail  # noqa: F401  (registers its job)
