from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    default = True  # else Django finds two here, and takes neither
    name = "communaux.core"
    label = "core"

    def ready(self) -> None:
        """Say what takes two operators; each area says in its `notices.py` whom its acts concern."""
        import communaux.core.operators  # noqa: F401 - importing it declares the act

        autodiscover_modules("notices")


class OwnStaticFiles(StaticFilesConfig):
    """Publish our files only: no page of ours uses those that libraries bring (documentation viewers, other htmx)."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "ninja", "django_htmx", "account", "mfa"]


class OpenSessions(UserSessionsConfig):
    """The table of allauth without its receiver, which at each sign-in reads every session of the account, one by one."""

    def ready(self) -> None:
        """Rows are written in `web.accounts.journal`; the ended ones go each night."""
