from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tuwei.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        from . import events, jobs, queues, relations  # noqa: F401  (each registers itself)
