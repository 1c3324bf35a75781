"""What a forge tells of a commons: what is in force, how to have it, and the form of those who may give it or take it back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communaux.assessment import queries_forge, services_forge
from communaux.assessment.forms import ForgeItemsForm
from communaux.assessment.models import ForgeItems
from communaux.core.actions import allow
from communaux.data import forge_questions
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.reuses import kept_commons, moved
from communaux.web.kept import form_page, written

looked_at_or_sent = require_http_methods(["GET", "HEAD", "POST"])
# Title, what to ask with, the questions it asks
FORGES: Final = (("GitHub", "gh api graphql --paginate", "github"), ("GitLab", "glab api graphql --paginate", "gitlab"))


@looked_at_or_sent
def forge_items(request: HttpRequest, slug: str) -> HttpResponse:
    """What is in force, for everybody; a form, for those who speak for the commons."""
    found = kept_commons(slug)
    if there := moved(request, found, slug):
        return there
    return _given(request, slug) if request.method == "POST" else _page(request, slug, ForgeItemsForm())


@account_needed
def _given(request: HttpRequest, slug: str) -> HttpResponse:
    found, by = kept_commons(slug), signed_in(request)
    allow("assessment.record_forge_items", by, found)  # before anything is read of the file
    form = ForgeItemsForm(request.POST, request.FILES)
    made = written(form, lambda: services_forge.record_forge_items(by, found, found=form.found, at=timezone.now()))
    if made is None:
        return _page(request, slug, form)
    messages.success(request, explained(made))
    return redirect("forge_items", found.slug)


def explained(made: ForgeItems) -> str:
    """What was understood of the file, so that whoever gave it sees whether it was the right one."""
    told = {name: made.counts.get(kind, 0) for name, kind in (("issues", "issue"), ("changes", "change"))}
    return (
        _(
            "Taken in. Issues: %(issues)s, change requests: %(changes)s. They count from the next reading of the repository on."
        )
        % told
    )


def _page(request: HttpRequest, slug: str, form: ForgeItemsForm) -> HttpResponse:
    found = kept_commons(slug)
    asked = [(title, how, forge_questions(forge)) for title, how, forge in FORGES]
    context = {"commons": found, "form": form, "items": queries_forge.items_of(found), "asked": asked}
    context["may_give"] = rules.has_perm("assessment.record_forge_items", request.user, found)
    return form_page(request, "assessment/forge_items.html", context)


@require_POST
@account_needed
def withdraw(request: HttpRequest, items: UUID) -> HttpResponse:
    found = queries_forge.items_at(items)
    services_forge.withdraw_forge_items(signed_in(request), found, at=timezone.now())
    messages.success(request, _("Taken back and erased. The repository is read again without."))
    return redirect("forge_items", found.repository.commons.slug)
