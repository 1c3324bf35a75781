"""Settings, all from the environment. With no variable set the desk runs on SQLite in ./var."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP
from environs import Env

env = Env()
PACKAGE = Path(__file__).resolve().parents[1]

VAR = Path(env.str("COMMUNAUX_VAR", default="var")).absolute()
DEBUG = env.bool("COMMUNAUX_DEBUG", default=False)
DEMO = env.bool("COMMUNAUX_DEMO", default=False)


def _secret(name: str) -> str:
    """A key made for this desk, kept in VAR (readable by its owner only)."""
    path = VAR / name
    return (path.exists() and path.read_text()) or _kept_secret(path)


def _kept_secret(path: Path) -> str:
    """Write the key once: of two processes that start together, or after a start cut short, one writes and all read it."""
    from django.core.management.utils import get_random_secret_key

    VAR.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = file.read() or get_random_secret_key()
        file.seek(0)
        file.write(kept)
    return kept


SECRET_KEY = env.str("COMMUNAUX_SECRET_KEY", default="") or _secret("secret-key")
# Addresses of people in histories are known by a hash under this key alone (02 § 2): in a file or the environment, never a row
IDENTITY_KEY = env.str("COMMUNAUX_IDENTITY_KEY", default="") or _secret("identity-key")
ALLOWED_HOSTS = env.list("COMMUNAUX_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
# Trial accounts of `communaux demo`: (mail, role, password). They open only on a demonstration desk; a password that
# everybody knows only on one that nobody else reaches.
DEMO_PASSWORD_DRAWN = bool(env.str("COMMUNAUX_DEMO_PASSWORD", default=""))
DEMO_PASSWORD = env.str("COMMUNAUX_DEMO_PASSWORD", default="") or "communs-demo-2026"
DEMO_LOGINS = (
    ("operatrice@demo.example", "operator", DEMO_PASSWORD),
    ("editrice@demo.example", "editor", DEMO_PASSWORD),
    ("agente@demo.example", "agent", DEMO_PASSWORD),
    ("collegue@demo.example", "agent", DEMO_PASSWORD),
    ("lectrice@demo.example", "reader", DEMO_PASSWORD),
)
DESK_NAME = env.str("COMMUNAUX_NAME", default="Communaux")
DESK_URL = env.str("COMMUNAUX_URL", default="http://127.0.0.1:8000")
OPERATOR = env.str("COMMUNAUX_OPERATOR", default="")


def _mailers() -> dict[str, dict[str, Any]]:
    """How mail leaves: by the server of the environment; on a demonstration desk, into files; else not at all."""
    if env.str("COMMUNAUX_MAIL_URL", default=""):
        told = env.dj_email_url("COMMUNAUX_MAIL_URL")
        server = {"host": told["EMAIL_HOST"] or "localhost", "port": told["EMAIL_PORT"] or 25}
        account = {"username": told["EMAIL_HOST_USER"], "password": told["EMAIL_HOST_PASSWORD"]}
        secrecy = {"use_tls": told["EMAIL_USE_TLS"], "use_ssl": told["EMAIL_USE_SSL"]}
        options = server | account | secrecy | {"timeout": told["EMAIL_TIMEOUT"] or 10}  # a page waits for it
        return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    files = {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": VAR / "mail"}}
    return {"default": files} if DEMO else {}


MAILERS = _mailers()
SILENCED_SYSTEM_CHECKS = [
    "mail.W001",  # a desk without mail says so on its pages
    "models.W040",  # SQLite leaves the further columns of an index out: meant so
]
DEFAULT_FROM_EMAIL = env.str("COMMUNAUX_MAIL_FROM", default="guichet@localhost")
THEME = env.str("COMMUNAUX_THEME", default="")
# A folder of catalogue files to import from; empty: their public addresses.
CATALOGUES = env.str("COMMUNAUX_CATALOGUES", default="")
# Where maps open; nothing is asked of it before somebody follows the link.
UMAP = env.str("COMMUNAUX_UMAP", default="https://umap.openstreetmap.fr").rstrip("/")

INSTALLED_APPS = [
    *([THEME] if THEME else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "communaux.core.apps.OwnStaticFiles",
    "rules.apps.AutodiscoverRulesConfig",
    "django_htmx",
    "django_ox",
    "ninja",
    "communaux.core",
    "communaux.territory",
    "communaux.catalogue",
    "communaux.assessment",
    "communaux.gatherings",
    "communaux.web",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "communaux.core.apps.OpenSessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "communaux.web.middleware.clean_text",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "communaux.web.middleware.caching",
    "communaux.web.middleware.refusals",
    "communaux.api.middleware.problems",
]

ROOT_URLCONF = "communaux.web.urls"
WSGI_APPLICATION = "communaux.web.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "communaux.web.context.desk",
            ],
            "builtins": ["communaux.web.templatetags.desk"],
        },
    }
]

FORM_RENDERER = "communaux.web.forms.Renderer"

SQLITE = {
    "transaction_mode": "IMMEDIATE",
    # SQLite's queue is not first come, first served: under four writers and a busy machine one waited over 5 s.
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;",
}
# Its planner takes a disk for a spinning one, and would rather read a whole table than look in the index some hundred times.
POSTGRESQL = {"pool": {"min_size": 2, "max_size": 8}, "options": "-c random_page_cost=1.1"}


def _database() -> dict[str, object]:
    """SQLite with write-ahead log and immediate transactions (no "database is locked" among four writers), or PostgreSQL.

    What DATABASE_URL itself says (`?sslmode=require`) comes before our options.
    """
    VAR.mkdir(parents=True, exist_ok=True)
    found: dict[str, object] = {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR / "communaux.sqlite3"}
    if env.str("DATABASE_URL", default=""):
        found = dict(env.dj_db_url("DATABASE_URL"))
    sqlite = found["ENGINE"] == "django.db.backends.sqlite3"
    options = (SQLITE if sqlite else POSTGRESQL) | dict(found.get("OPTIONS") or {})  # type: ignore[call-overload]
    return found | {"CONN_MAX_AGE": 60 if sqlite else 0, "OPTIONS": options}


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.Person"
AUTHENTICATION_BACKENDS = ["rules.permissions.ObjectPermissionBackend", "communaux.core.sign_in.LocalAccounts"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_SIGNUP_REDIRECT_URL = "account"
ACCOUNT_ADAPTER = "communaux.web.accounts.adapters.Accounts"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "mail"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without password: one signs in by a code, then by a passkey
ACCOUNT_FORMS = {
    "login": "communaux.web.accounts.forms.SignIn",
    "signup": "communaux.web.accounts.forms.SignUp",
    "add_email": "communaux.web.accounts.forms.AddMail",
    "change_password": "communaux.web.accounts.forms.ChangePassword",
    "set_password": "communaux.web.accounts.forms.ChoosePassword",
    "reset_password": "communaux.web.accounts.forms.ForgottenPassword",
    "reset_password_from_key": "communaux.web.accounts.forms.NewPassword",
    "reauthenticate": "communaux.web.accounts.forms.ConfirmByPassword",
    "request_login_code": "communaux.web.accounts.forms.AskForCode",
    "confirm_login_code": "communaux.web.accounts.forms.SignInCode",
    "confirm_reauthentication_code": "communaux.web.accounts.forms.ConfirmCode",
    "confirm_email_verification_code": "communaux.web.accounts.forms.MailCode",
    "confirm_password_reset_code": "communaux.web.accounts.forms.ResetCode",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Mail may be slow: a quarter of an hour for each code, three tries.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
# Messages to ambassadors, of visitors without account: by machine, beside the three an hour of an address.
ACCOUNT_RATE_LIMITS = {"write_to_ambassador": "10/h/ip"}
# How many proxies stand in front: only then is the address they tell that of the visitor, for limits and sessions.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("COMMUNAUX_PROXIES", default=0)
MFA_ADAPTER = "communaux.web.accounts.adapters.Factors"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = DESK_NAME
MFA_FORMS = {
    "authenticate": "communaux.web.accounts.forms.SecondStep",
    "reauthenticate": "communaux.web.accounts.forms.ConfirmBySecondStep",
    "activate_totp": "communaux.web.accounts.forms.AddApplication",
    "add_webauthn": "communaux.web.accounts.forms.AddPasskey",
    "login_webauthn": "communaux.web.accounts.forms.SignInByPasskey",
    "authenticate_webauthn": "communaux.web.accounts.forms.SecondStepByPasskey",
    "reauthenticate_webauthn": "communaux.web.accounts.forms.ConfirmByPasskey",
    "edit_webauthn": "communaux.web.accounts.forms.NamePasskey",
}

# Agents of the State and of local authorities sign in by ProConnect, where the desk is registered there (ADR 0019).
PROCONNECT_URL = env.str("COMMUNAUX_PROCONNECT_URL", default="").rstrip("/")
PROCONNECT_SCOPES = ["openid", "given_name", "usual_name", "email", "siret", "uid", "idp_id"]
SOCIALACCOUNT_ADAPTER = "communaux.web.accounts.proconnect.Identities"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "VERIFIED_EMAIL": True,  # the administration that signed the person in vouches for it
        "APPS": [
            {
                "provider_id": "proconnect",
                "name": "ProConnect",
                "client_id": env.str("COMMUNAUX_PROCONNECT_CLIENT_ID", default=""),
                "secret": env.str("COMMUNAUX_PROCONNECT_SECRET", default=""),
                "settings": {
                    "server_url": PROCONNECT_URL,
                    "scope": PROCONNECT_SCOPES,
                    "oauth_pkce_enabled": True,
                    "token_auth_method": "client_secret_post",
                },
            }
        ],
    }
}

# Limits of sign-in and sign-up count over all processes and machines of a desk, which share only its database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Of each process, lost with it: pages as they were drawn for anyone (web.unchanged), some 15 KB each.
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}},
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# On a developer's machine and in tests they are served from where they lie, unhashed; `serve` and `demo` collect first.
if DEBUG or "pytest" in sys.modules:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True

SCHEDULES = {
    "sign-journal": {"task": "communaux.core.tasks.sign_journal", "cron": "5 3 * * *"},
    "forget-sessions": {"task": "communaux.core.tasks.forget_sessions", "cron": "35 3 * * *"},
    "forget-searches": {"task": "communaux.catalogue.tasks.forget_searches", "cron": "35 3 * * *"},
    # Each minute; costs a few questions when nothing is new.
    "tell-people": {"task": "communaux.core.tasks.tell_people", "cron": "* * * * *"},
    "stop-ambassadors": {"task": "communaux.catalogue.tasks.stop_erased_ambassadors", "cron": "45 3 * * *"},
    "forget-messages": {"task": "communaux.territory.tasks.forget_messages", "cron": "40 3 * * *"},
    "forget-notices": {"task": "communaux.core.tasks.forget_notices", "cron": "15 4 * * *"},
    # A new day, new words of the thesaurus, a request that a crash has lost: costs two questions when nothing is due.
    "reindex": {"task": "communaux.catalogue.tasks.reindex", "cron": "3 * * * *"},
    "close-dual-acts": {"task": "communaux.core.tasks.close_dual_acts", "cron": "10 3 * * *"},
    "tell-endings": {"task": "communaux.core.tasks.tell_endings", "cron": "15 3 * * *"},
    "expire-audits": {"task": "communaux.assessment.tasks.expire_audits", "cron": "5 0 * * *"},
    "stale-reuses": {"task": "communaux.catalogue.tasks.mark_stale_reuses", "cron": "20 3 * * *"},
    "ask-for-news": {"task": "communaux.gatherings.tasks.ask_for_news", "cron": "30 5 * * *"},
    "look-for-signs": {"task": "communaux.gatherings.tasks.look_for_signs", "cron": "20 5 * * *"},
    "forget-stars": {"task": "communaux.gatherings.tasks.forget", "cron": "45 3 * * *"},
    "place-uses": {"task": "communaux.catalogue.tasks.place_uses", "cron": "25 0 * * *"},
}
TASKS = {
    "default": {
        "BACKEND": env.str("COMMUNAUX_TASKS", default="django_ox.backend.OxBackend"),
        "OPTIONS": {"MAX_ATTEMPTS": 5, "LOCK_TIMEOUT": 15, "BACKOFF_INITIAL": 2, "SCHEDULES": SCHEDULES},
    }
}
if TASKS["default"]["BACKEND"] != "django_ox.backend.OxBackend":
    TASKS["default"].pop("OPTIONS")

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "style-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    # Signing in and out by ProConnect are forms that lead there.
    "form-action": [CSP.SELF, *([urlsplit(PROCONNECT_URL)._replace(path="").geturl()] if PROCONNECT_URL else [])],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.SELF],
    "object-src": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "communaux.web.errors.csrf_failure"
_https = env.bool("COMMUNAUX_HTTPS", default=DESK_URL.startswith("https://"))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
CSRF_TRUSTED_ORIGINS = [DESK_URL] if _https else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

LOG = env.str("COMMUNAUX_LOG", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django": {"level": LOG}},  # its own level would let each task begin and end on the terminal
    "root": {"handlers": ["console"], "level": LOG},
}
