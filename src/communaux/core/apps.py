from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class CoreConfig(AppConfig):
    name = "communaux.core"
    label = "core"


class OwnStaticFiles(StaticFilesConfig):
    """Publish our files only: no page of ours uses those that libraries bring (documentation viewers, other htmx)."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "ninja", "django_htmx", "account", "mfa"]


class OpenSessions(UserSessionsConfig):
    """The table of allauth without its receiver, which at each sign-in reads every session of the account, one by one."""

    def ready(self) -> None:
        """Rows are written in `web.accounts.journal`; the ended ones go each night."""
