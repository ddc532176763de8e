from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "tuwei.web.base"
    label = "base"
