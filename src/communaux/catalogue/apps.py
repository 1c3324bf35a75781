from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "communaux.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Say what of a commons can be contested, and what takes two persons."""
        import communaux.catalogue.contests
        import communaux.catalogue.stewarding  # noqa: F401 - importing it declares the act
