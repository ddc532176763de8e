from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "tuwei.web.policy"
    label = "policy"

    def ready(self) -> None:
        from tuwei.web.accounts.services import demo

        from . import events, jobs, queues, relations  # noqa: F401  (each registers itself)
        from .services.demo import demo_add, demo_remove

        demo.ALSO.append(demo_add)
        demo.BEFORE_PURGE.append(demo_remove)
