from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "communaux.gatherings"
    label = "gatherings"
