"""Words for accounts, roles, work and notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communaux.web.labels.words import Words

TASK_STATE: Words = {
    "waiting": _("waiting"),
    "running": _("running"),
    "done": _("done"),
    "failed": _("failed"),
    "cancelled": _("cancelled"),
}
ACCESS: Words = {
    "mail_added": _("address added"),
    "mail_verified": _("address verified"),
    "mail_removed": _("address removed"),
    "main_mail_changed": _("main address changed"),
    "webauthn_added": _("passkey added"),
    "webauthn_removed": _("passkey removed"),
    "totp_added": _("application of codes added"),
    "totp_removed": _("application of codes removed"),
    "recovery_codes_added": _("recovery codes made"),
    "recovery_codes_removed": _("recovery codes removed"),
    "proconnect_added": _("ProConnect linked"),
    "proconnect_removed": _("ProConnect unlinked"),
    "token_made": _("token made"),
    "token_revoked": _("token revoked"),
}
TOKEN_SCOPE: Words = {"read": _("reads"), "write": _("reads and writes")}
CONFIRM: Words = {
    "reauthenticate": _("by your password"),
    "reauthenticate_by_code": _("by a code sent by mail"),
    "mfa_reauthenticate": _("by the code of an application, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("by a passkey"),
}
OBJECT: Words = {
    "instance": _("the whole desk"),
    "organisation": _("an organisation"),
    "commons": _("a commons"),
    "theme": _("a theme"),
    "territory": _("a territory"),
    "edition": _("a meeting"),
}
ROLE: Words = {
    "owner": _("responsible person"),
    "co_owner": _("co-responsible person"),
    "member": _("member"),
    "operator": _("operator of the desk"),
    "editor": _("editor"),
    "steward": _("steward"),
    "agent": _("agent of a town"),
    "animator": _("animator of a territory"),
    "reader": _("reader"),
    "reviewer": _("reviewer of a meeting"),
}
DUAL: Words = {"steward": _("Name who takes care of a commons"), "operator": _("Name an operator of the desk")}
NOTICE: Words = {
    "asked": _("what is asked of you"),
    "decided": _("what is decided on what is yours"),
    "news": _("what you follow or look after"),
}
FREQUENCY: Words = {
    "immediate": _("at once"),
    "daily": _("once a day, at half past seven"),
    "weekly": _("once a week, on Monday"),
    "none": _("never: only in my space"),
}
