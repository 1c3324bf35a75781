from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class CoreConfig(AppConfig):
    name = "communaux.core"
    label = "core"


class OwnStaticFiles(StaticFilesConfig):
    """Publish our files only: no page of ours uses those that libraries bring (documentation viewers, other htmx)."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "ninja", "django_htmx", "account", "mfa"]
