"""What an account was asked for: one sentence on the pages that open one or sign in, from the address one comes back to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, gettext, override
from django.utils.translation import gettext_lazy as _

# By name of the page to come back to; the words follow "To".
PURPOSES: dict[str, Any] = {
    "new_need": _("express a need"),
    "need": _("say that you need it too"),
    "propose": _("propose a commons"),
    "edit_commons": _("describe a commons"),
    "publish_commons": _("publish a commons"),
    "claim_commons": _("take care of a commons"),
    "commons_contest": _("contest a value"),
    "commons_end": _("report the end of a commons"),
    "declare_reuse": _("say that you use a commons"),
    "declare_reuse_from_source": _("say that you use a commons"),
    "reuse": _("answer for a use"),
    "experience": _("tell what a use taught you"),
    "declare_provider": _("say that you help those who use a commons"),
    "provider": _("answer for a provider"),
    "begin_note": _("write a note"),
    "edit_note": _("write a note"),
    "note": _("read a note that is not published"),
    "compare": _("write a note"),
    "organisation": _("join a body"),
    "declare_organisation": _("declare a body"),
    "own_proposals": _("see the sessions that you proposed"),
    "own_proposal": _("see the sessions that you proposed"),
    "review_list": _("review the sessions that are proposed"),
    "review_proposal": _("review the sessions that are proposed"),
}


class Purpose:
    """A page of allauth that also says what the account is for."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin: the view has it
        return context | {"purpose": purpose(get_next_redirect_url(self.request) or "")}


def purpose(address: str) -> str:
    """What the account is for and that one comes back; nothing for who came by themselves."""
    if not address:
        return ""
    path, carried = urlsplit(address).path, urlsplit(address).query
    name = _name(path)
    if name == "resume":
        return gettext("Sign in to send your form: it comes back as you filled it.")
    if name in PURPOSES:
        told = gettext("To %(do)s, an account is needed: you come back here afterwards.") % {"do": PURPOSES[name]}
    else:
        told = gettext("This page needs an account: you come back to it afterwards.")
    return f"{told} {gettext('What you had chosen is kept.')}" if carried else told


def _name(path: str) -> str:
    """The name of a page, in whichever language its address is."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path).url_name or ""
        except Resolver404:
            return ""
