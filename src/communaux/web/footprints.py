"""What a video or an answer of a model takes, for anybody: a form whose address keeps what was said, and its result below."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from communaux.assessment.forms_choices import HardwareForm, NeedForm
from communaux.assessment.forms_footprint import AnswerForm, Calculator, VideoForm
from communaux.assessment.forms_page import PageForm
from communaux.catalogue.queries import search as search_queries
from communaux.engines.footprint import reports, telling
from communaux.engines.footprint.factors import Factor, shipped
from communaux.web import pager
from communaux.web.kept import form_page
from communaux.web.unchanged import while_unchanged

ROWS: Final = 20  # factors of a page
NEAREST: Final = 3  # things of the catalogue that may do without AI
KINDS: Final = {
    "grid": _("Electricity"),
    "network": _("Networks"),
    "device": _("Devices"),
    "server": _("Servers"),
    "room": _("Data centres"),
    "video": _("Video"),
    "search": _("Search on the web"),
    "ai": _("Language models"),
    "swd": _("Pages"),
}


@require_safe
@while_unchanged
def footprint(request: HttpRequest) -> HttpResponse:
    """What can be asked, and what no number here says."""
    return render(request, "assessment/footprint.html", {"factors": shipped()})


@require_safe
@while_unchanged
def video(request: HttpRequest) -> HttpResponse:
    return _calculator(request, "assessment/footprint_video.html", VideoForm)


@require_safe
@while_unchanged
def answer(request: HttpRequest) -> HttpResponse:
    return _calculator(request, "assessment/footprint_ai.html", AnswerForm)


@require_safe
@while_unchanged
def hardware(request: HttpRequest) -> HttpResponse:
    return _calculator(request, "assessment/footprint_hardware.html", HardwareForm, _purchase)


def _purchase(found: Any) -> dict[str, Any]:
    return {"sides": (found.new, found.refurbished), "used": reports.purchase_used(found)} if found else {}


@require_safe
@while_unchanged
def need_ai(request: HttpRequest) -> HttpResponse:
    """The catalogue is asked with the words of the need: what exists goes before any model."""
    form = NeedForm(request.GET) if any(name in NeedForm.base_fields for name in request.GET) else NeedForm()
    found: list[search_queries.Found] = []
    if form.is_bound and form.is_valid() and form.cleaned_data["need"]:
        words = form.cleaned_data["need"]
        found = list(search_queries.search(words, lang=None, facets={}, page=1, reader=None).found[:NEAREST])
    return form_page(request, "assessment/footprint_need_ai.html", {"form": form, "found": found})


@csrf_exempt  # it writes nothing and knows nobody: no cookie is given for it
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Of a file that was sent nothing is kept, so what is found stands on the page that answers."""
    form = PageForm(request.POST, request.FILES) if request.method == "POST" else PageForm()
    form.is_valid()
    return form_page(request, "assessment/footprint_page.html", {"form": form})


def _calculator(
    request: HttpRequest,
    template: str,
    form: type[Calculator],
    more: Callable[[Any], dict[str, Any]] = lambda _result: {},
) -> HttpResponse:
    """What is not said in the address is as it is most often."""
    asked = form(form.said(request.GET))
    asked.is_valid()
    context = {"form": asked, "asked": any(name in form.base_fields for name in request.GET)}
    return form_page(request, template, context | more(asked.result))


@require_safe
@while_unchanged
def factors(request: HttpRequest) -> HttpResponse:
    """Every number that is no input, with its bounds, source and year."""
    order = list(KINDS)
    every = sorted(shipped(), key=lambda one: (order.index(_kind(one)), one.key))
    asked = request.GET.get("kind", "")
    kind = asked if asked in KINDS else ""
    kept = [one for one in every if kind in ("", _kind(one))]
    pages = max(1, ceil(len(kept) / ROWS))
    page = min(max(1, pager.asked(request)), pages)
    context: dict[str, Any] = {
        "factors": shipped(),
        "rows": [_row(one) for one in kept[ROWS * (page - 1) : ROWS * page]],
        "kinds": [(code, name, sum(_kind(one) == code for one in every)) for code, name in KINDS.items()],
        "kind": kind,
        "kind_name": KINDS.get(kind, ""),
        "n": len(kept),
        **pager.context(page, pages),
    }
    return render(request, "assessment/footprint_factors.html", context)


def _kind(one: Factor) -> str:
    """The first word of its key; what measures a server belongs to servers, what refurbishes a device to devices."""
    first = "device" if one.key == "hardware.parts" else one.key.partition(".")[0]
    return first if first in KINDS else "server"


def _row(one: Factor) -> dict[str, Any]:
    lang = get_language() or "fr"
    value, span = telling.quantity(one, lang)
    return {
        "one": one,
        "name": telling.named(one, lang),
        "value": value,
        "span": span,
        "source": telling.sourced(one, lang),
    }
