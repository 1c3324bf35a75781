"""Who helps to run a commons: the list, one of them with its history, and what people do with it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.catalogue import services
from communaux.catalogue.forms.providers import Provision, ProvisionEnd
from communaux.catalogue.models import Commons, Provider
from communaux.catalogue.queries import reuses as queries
from communaux.catalogue.queries import search as search_queries
from communaux.core import queries as core_queries
from communaux.core.actions import allow
from communaux.core.errors import Conflict, Refusal
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.reuses import asked_or_sent, kept_commons, moved
from communaux.web.catalogue.sheet import of_commons
from communaux.web.kept import form_page, refused, written


@of_commons
def providers(request: HttpRequest, found: Commons) -> HttpResponse:
    paginator = Paginator(queries.providers_of(found.pk), search_queries.PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {"commons": found, "page_of": page, "total": paginator.count}
    return render(request, "catalogue/providers.html", context | pager.context(page.number, paginator.num_pages))


@asked_or_sent
@account_needed
def declare(request: HttpRequest, slug: str) -> HttpResponse:
    found, by = kept_commons(slug), signed_in(request)
    form = Provision(request.POST or None, bodies=queries.bodies_of(by, timezone.localdate()))
    known = None
    if form.is_valid():
        try:
            made = services.declare_provider(by, form.offer(found), at=timezone.now())
            return _told(request, made, _("The service is declared. Another person can now confirm it."))
        except Refusal as error:
            known = queries.provider(error.details["provider"]) if "provider" in error.details else None
            if known and (known.declared_by_id, known.services) == (by.pk, sorted(form.cleaned_data["services"])):
                return _told(request, known, _("This service was already declared."))
            refused(form, error)
    page = moved(request, found, slug)
    return page or form_page(request, "catalogue/provider_form.html", {"commons": found, "form": form, "known": known})


def _told(request: HttpRequest, provider: Provider, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(provider)


@require_safe
def provider(request: HttpRequest, provider: int) -> HttpResponse:
    found = queries.provider(provider)
    entries = core_queries.history("provider", str(found.pk))
    return render(request, "catalogue/provider.html", {"provider": found, "entries": entries})


@require_POST
@account_needed
def confirm(request: HttpRequest, provider: int) -> HttpResponse:
    found, words = queries.provider(provider), _("Thank you: the service is confirmed.")
    try:
        services.confirm_provider(signed_in(request), found, at=timezone.now())
    except Conflict as error:
        by = queries.provider(provider).confirmed_by_id
        words = words if by == signed_in(request).pk else error.message
    return _told(request, found, words)


@asked_or_sent
@account_needed
def end(request: HttpRequest, provider: int) -> HttpResponse:
    found, by = queries.provider(provider), signed_in(request)
    allow("catalogue.end_provider", by, found)
    form = ProvisionEnd(request.POST or None, initial={"until": timezone.localdate()})
    if written(form, lambda: services.end_provider(by, found, **form.cleaned_data, at=timezone.now())):
        return _told(request, found, _("The service has ended. It stays visible, with its dates."))
    return form_page(request, "catalogue/provider_end.html", {"provider": found, "form": form})
