"""Every mail an account may get: plain text, no image, no tracking; keys are the names by which allauth asks for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_CODE = _(
    "It holds for fifteen minutes. If you asked for nothing, leave this mail alone: nobody gets in without the code."
)
_NOT_YOU = _("If it was not you: choose a new password and look at your open sessions, on the page of your account.")

# Template asked for → subject, paragraphs; %(…)s is filled from what allauth gives
MAILS = {
    "account/email/email_confirmation_signup": (
        _("Your code: %(code)s"),
        (_("Welcome. Here is the code that shows that this address is yours:"), "%(code)s", _CODE),
    ),
    "account/email/email_confirmation": (
        _("Your code: %(code)s"),
        (_("Here is the code that shows that this address is yours:"), "%(code)s", _CODE),
    ),
    "account/email/login_code": (
        _("Your code: %(code)s"),
        (_("Here is the code to enter on the page that you opened:"), "%(code)s", _CODE),
    ),
    "account/email/password_reset_code": (
        _("Your code: %(code)s"),
        (_("Here is the code that lets you choose a new password:"), "%(code)s", _CODE),
    ),
    "account/email/account_already_exists": (
        _("You already have an account"),
        (
            _("Somebody, most likely you, tried to open an account with this address. There is one already."),
            _("To sign in, without a password if you like: %(login_url)s"),
            _("If it was not you, there is nothing to do."),
        ),
    ),
    "account/email/unknown_account": (
        _("There is no account with this address"),
        (
            _("Somebody, most likely you, tried to sign in with this address. No account here has it."),
            _("To open one: %(signup_url)s"),
            _("If it was not you, there is nothing to do."),
        ),
    ),
    "account/email/email_changed": (
        _("Your main address has changed"),
        (_("It was %(from_email)s; it is now %(to_email)s."), _NOT_YOU),
    ),
    "account/email/email_deleted": (
        _("An address was removed from your account"),
        (_("It is %(deleted_email)s."), _NOT_YOU),
    ),
    "account/email/password_changed": (_("Your password has changed"), (_NOT_YOU,)),
    "account/email/password_set": (_("Your account now has a password"), (_NOT_YOU,)),
    "account/email/password_reset": (_("Your password has changed"), (_NOT_YOU,)),
    "account/email/token_made": (
        _("A token of the API was made with your account"),
        (
            _("It is called “%(name)s” and holds until %(until)s. A program that has it acts in your name."),
            _("If it was not you: revoke it at once, then choose a new password. Your tokens: %(tokens_url)s"),
        ),
    ),
    "socialaccount/email/account_connected": (_("ProConnect was linked to your account"), (_NOT_YOU,)),
    "mfa/email/webauthn_added": (_("A passkey was added to your account"), (_NOT_YOU,)),
    "mfa/email/webauthn_removed": (_("A passkey was removed from your account"), (_NOT_YOU,)),
    "mfa/email/totp_activated": (_("An application of codes was added to your account"), (_NOT_YOU,)),
    "mfa/email/totp_deactivated": (_("The application of codes was removed from your account"), (_NOT_YOU,)),
    "mfa/email/recovery_codes_generated": (_("Your account has new recovery codes"), (_NOT_YOU,)),
}
# What a page says once it is done; the others that allauth knows say nothing: the page itself shows it
MESSAGES = {
    "account/messages/email_confirmed.txt": _("The address %(email)s is verified."),
    "account/messages/email_confirmation_failed.txt": _("This address is already verified by another account."),
    "account/messages/email_deleted.txt": _("The address %(email)s was removed."),
    "account/messages/cannot_delete_primary_email.txt": _("Choose another main address first."),
    "account/messages/primary_email_set.txt": _("The main address has changed."),
    "account/messages/unverified_primary_email.txt": _("Verify this address first."),
    "account/messages/password_changed.txt": _("The password has changed. Your other sessions were closed."),
    "account/messages/password_set.txt": _("Your account now has a password. Your other sessions were closed."),
    "account/messages/logged_out.txt": _("You are signed out."),
    "socialaccount/messages/account_connected.txt": _("ProConnect is linked to your account."),
    "socialaccount/messages/account_connected_updated.txt": _("ProConnect is linked to your account already."),
    "socialaccount/messages/account_connected_other.txt": _("This identity of ProConnect belongs to another account."),
    "mfa/messages/webauthn_added.txt": _("The passkey was added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey was removed."),
    "mfa/messages/totp_activated.txt": _("The application of codes was added."),
    "mfa/messages/totp_deactivated.txt": _("The application of codes was removed."),
}


def written(name: str, told: dict[str, object]) -> tuple[str, str]:
    """Subject and text of a mail, in the language of now."""
    subject, paragraphs = MAILS[name]
    return str(subject) % told, "\n\n".join(str(one) % told for one in paragraphs)
