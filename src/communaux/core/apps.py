from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "communaux.core"
    label = "core"
