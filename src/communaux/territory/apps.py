from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "communaux.territory"
    label = "territory"
