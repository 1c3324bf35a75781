from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "communaux.catalogue"
    label = "catalogue"
