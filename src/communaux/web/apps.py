from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "communaux.web"
    label = "web"
