"""Forms of accounts: allauth's, in our words; labels and helps stand in two tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from communaux.core.models import Person
from communaux.core.typed import NameField

LABELS: dict[str, Any] = {
    "login": _("Mail address"),
    "email": _("Mail address"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "code": _("Code"),
    "name": _("Name of the passkey"),
}
HELP: dict[str, Any] = {
    "password1": _("At least 12 characters. A sentence is easier to keep in mind than a word, and stronger."),
    "name": _("For instance where it is kept: phone, key ring."),
}


class Worded(forms.Form):
    """Our label and help, no word inside the field."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HELP.get(name, "")
            field.widget.attrs.pop("placeholder", None)
        self.fields.pop("password2", None)  # typed once: a manager of passwords shows it


class SignIn(Worded, account.LoginForm):
    def add_prefix(self, field_name: str) -> str:
        """Managers of passwords look for it under this name."""
        return super().add_prefix("username" if field_name == "login" else field_name)


class SignUp(Worded, account.SignupForm):
    display_name = NameField(
        label=_("Your name, as others will see it"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("display_name", "email", "password1")
    account_already_exists: bool

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["password1"].label = _("Password, if you want one")
        self.fields["password1"].help_text = _(
            "Without one, a code is sent to you each time. With one: at least 12 characters; a sentence does well."
        )

    def try_save(self, request: HttpRequest) -> tuple[Person | None, HttpResponse | None]:
        """Of two that come at the same instant with one address, the second is told the same as an account that is there.

        A password is hashed in any case: the time it takes would tell who has an account.
        """
        if self.account_already_exists:
            Person().set_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class AddMail(Worded, account.AddEmailForm):
    pass


class ChangePassword(Worded, account.ChangePasswordForm):
    pass


class ChoosePassword(Worded, account.SetPasswordForm):
    pass


class ForgottenPassword(Worded, account.ResetPasswordForm):
    pass


class NewPassword(Worded, account.ResetPasswordKeyForm):
    pass


class ConfirmByPassword(Worded, account.ReauthenticateForm):
    pass


class AskForCode(Worded, account.RequestLoginCodeForm):
    pass


class SignInCode(Worded, account.ConfirmLoginCodeForm):
    pass


class ConfirmCode(Worded, account.ConfirmReauthenticationCodeForm):
    pass


class MailCode(Worded, account.ConfirmEmailVerificationCodeForm):
    pass


class ResetCode(Worded, account.ConfirmPasswordResetCodeForm):
    pass


class SecondStep(Worded, AuthenticateForm):
    pass


class ConfirmBySecondStep(Worded, ReauthenticateForm):
    pass


class AddApplication(Worded, ActivateTOTPForm):
    pass


@contextmanager
def _unread() -> Iterator[None]:
    """What a device sends, or somebody in its place: whatever the library that reads it stumbles on, it is not accepted."""
    try:
        yield
    except forms.ValidationError as refused:
        if refused.code != "incorrect_code":
            raise
        raise forms.ValidationError(_("This passkey was not accepted.")) from refused
    except Exception as fault:
        raise forms.ValidationError(_("This passkey was not accepted.")) from fault


class AddPasskey(Worded, webauthn.AddWebAuthnForm):
    """Each is a passkey: it opens the account alone, so it must ask its holder for a finger, a face or a number."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields.pop("passwordless", None)

    def clean(self) -> dict[str, Any] | None:
        self.cleaned_data["passwordless"] = True
        with _unread():
            return super().clean()


class SignInByPasskey(webauthn.LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _unread():
            return super().clean_credential()


class SecondStepByPasskey(webauthn.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _unread():
            return super().clean_credential()


class ConfirmByPasskey(webauthn.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _unread():
            return super().clean_credential()


class NamePasskey(Worded, webauthn.EditWebAuthnForm):
    pass


class Erasure(forms.Form):
    """A word to type, so that nobody erases an account by a slip of the hand."""

    word = forms.CharField(
        label=_("Type the word"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_word(self) -> str:
        typed = str(self.cleaned_data["word"]).strip()
        if typed.casefold() != str(ERASE).casefold():
            raise forms.ValidationError(_("Type exactly: %(word)s") % {"word": ERASE})
        return typed


ERASE = _("erase")
