from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "communaux.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Say what of a commons can be contested."""
        import communaux.catalogue.contests  # noqa: F401
