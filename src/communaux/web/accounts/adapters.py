"""Where allauth asks the desk: how an account is made, how a mail leaves, who may open, what is told."""

from __future__ import annotations

import logging
import smtplib
import time
from functools import cached_property
from io import BytesIO
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

import qrcode
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgFillImage

from communaux.core import accounts, ciphers, services, sign_in
from communaux.core.errors import Conflict, Unavailable
from communaux.core.models import Person
from communaux.web.accounts.mails import MESSAGES, written

log = logging.getLogger(__name__)


class Accounts(DefaultAccountAdapter):
    """Our words, our service behind each write, our rule of who may open."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("Choose another main address first."),
        "duplicate_email": _("This address is already one of yours."),
        "email_password_mismatch": _(
            "The address or the password is not right. Nothing was lost: correct and send again."
        ),
        "email_taken": _("This address is already verified by another account."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right."),
        "incorrect_password": _("This password is not right."),
        "max_email_addresses": _("An account has at most %d addresses."),
        "rate_limited": _("Too many tries in a short time: wait a moment."),
        "too_many_login_attempts": _("Too many tries: wait a few minutes, or ask for a new code."),
        "unverified_primary_email": _("Verify this address first."),
    }

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Person:
        """A new account, in the language of the page it was opened from."""
        user.display_name, user.lang = form.cleaned_data["display_name"], get_language() or "fr"
        person = cast(Person, super().save_user(request, user, form, commit=False))
        return accounts.sign_up(person, at=timezone.now())

    def set_password(self, user: Any, password: str) -> None:
        services.set_password(user, user, password=password, at=timezone.now())

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        done = super().confirm_email(request, email_address)
        if done and request.user.is_anonymous:  # the code that ends a sign-up is as good as one that signs in
            record_authentication(request, email_address.user, method="code", email=email_address.email)
        return done

    def pre_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse | None:
        """By whatever way in: a trial account opens on a demonstration desk only."""
        if sign_in.may_open(user):
            return super().pre_login(request, user, **told)
        return self.respond_user_inactive(request, user)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The passkey first, where there is one: one touch, no mail."""
        return sorted(super().get_reauthentication_methods(user), key=lambda way: not way["id"].endswith("webauthn"))

    def is_reauthentication_required(self, *, app: str, **told: Any) -> bool:
        """A sign-in of the last minutes is as fresh as a confirmation."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] >= app_settings.REAUTHENTICATION_TIMEOUT

    def is_safe_url(self, url: str | None) -> bool:
        """An address that cannot even be read is not one to go to."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account_email")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Our own sentence, or none: most of what allauth tells is on the page already."""
        told = MESSAGES.get(message_template or "")
        if text := message or (told and str(told) % (message_context or {})):
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raise Unavailable when it cannot leave: a code that never comes must be told at once."""
        must_send_mail()
        told = context | {"email": email, "login_url": f"{settings.DESK_URL}{reverse('account_request_login_code')}"}
        subject, text = written(template_prefix, told)
        signed = f"{text}\n\n-- \n{settings.DESK_NAME}\n{settings.DESK_URL}\n"
        try:
            EmailMessage(f"{subject} — {settings.DESK_NAME}", signed, settings.DEFAULT_FROM_EMAIL, [email]).send()
        except (OSError, smtplib.SMTPException) as fault:
            log.warning("mail %s could not leave: %s", template_prefix, type(fault).__name__)
            raise Unavailable(
                "mail_down", gettext("The mail could not leave just now. Try again in a moment.")
            ) from fault

    def send_notification_mail(self, *given: Any, **told: Any) -> None:
        """What was done is done: a notice that cannot leave does not undo it."""
        try:
            super().send_notification_mail(*given, **told)
        except Unavailable:
            log.warning("a notice of a change of access was not sent")


def must_send_mail() -> None:
    if not settings.MAILERS:
        sentence = gettext(
            "This desk cannot send mail yet: no code can reach you. Its operator must set its mail first."
        )
        raise Unavailable("no_mail", sentence)


class Factors(DefaultMFAAdapter):
    """Second factors: secrets of applications encrypted with the key of the desk, which no backup of the database holds."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": _("Add a passkey or an application of codes first."),
        "incorrect_code": _("This code is not right."),
        "unverified_email": _("Verify your address first."),
    }

    @cached_property
    def _key(self) -> Fernet:
        return ciphers.cipher("second factor")

    def encrypt(self, text: str) -> str:
        return self._key.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return self._key.decrypt(encrypted_text.encode()).decode()
        except InvalidToken as fault:
            sentence = gettext("This second step was made with another key of the desk: ask its operator.")
            raise Conflict("key_changed", sentence) from fault

    def build_totp_svg(self, url: str) -> str:
        """On white, so that a camera reads it on a dark page as well."""
        picture = BytesIO()
        qrcode.make(url, image_factory=SvgFillImage).save(picture)
        return picture.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.DESK_NAME}


def named_host(request: HttpRequest) -> bool:
    """Whether the desk is read under a name: browsers make no passkey for a bare number such as 127.0.0.1."""
    try:
        ip_address(urlsplit(f"//{request.get_host()}").hostname or "")
    except ValueError:
        return True
    return False
