"""Pages of the thesaurus: domains, functions, their words; changes of words, their effect, what was decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.catalogue import indexing, services, words
from communaux.catalogue.forms.words import PairForm, WordForm, proposed_of
from communaux.catalogue.masking import without_masks
from communaux.catalogue.models import ThesaurusChange
from communaux.catalogue.queries import needs
from communaux.catalogue.queries import thesaurus as queries
from communaux.catalogue.tasks import measure_words
from communaux.core import tasks
from communaux.core.actions import allow
from communaux.core.errors import NotReady
from communaux.core.models import Person
from communaux.core.queries import latest_progress
from communaux.engines.search.overlay import WordChange, fault
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.checker import said
from communaux.web.labels import TABLES

PER_PAGE = 20
reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def thesaurus(request: HttpRequest) -> HttpResponse:
    """All domains, the functions of one, or those that bear a word."""
    fields, asked = queries.fields(), request.GET.get("q", "").strip()[:200]
    opened = next((one for one in fields if one.domain.key == request.GET.get("theme", "")), None)
    found = queries.holding(asked)
    context = {"fields": fields, "opened": opened, "asked": asked, "found": found, "most": queries.FOUND}
    return render(request, "catalogue/thesaurus.html", context)


@reads_and_writes
def concept(request: HttpRequest, concept: str) -> HttpResponse:
    """The words of a function, the commons that perform it, the history of its words; editors propose one there."""
    found, _domain = queries.concept(concept)
    if request.method == "POST":
        return _propose(request, found.id)
    query, lang = request.GET.get("recherche", "")[:200], request.GET.get("l", "")[:2]
    begun = {
        "label": proposed_of(without_masks(query)),
        "query": query,
        "lang": lang,
        "into": f"everyday_{lang or 'fr'}",
    }
    return _concept(request, found.id, WordForm(initial=begun, words=TABLES))


def _concept(request: HttpRequest, identifier: str, form: WordForm) -> HttpResponse:
    found, domain = queries.concept(identifier)
    total, commons = queries.performing(identifier)
    context = {
        "concept": found,
        "domain": domain,
        "lists": [(name, getattr(found, name)) for name in TABLES["word_list"] if getattr(found, name)],
        "related": queries.named_concepts(found.related),
        "total": total,
        "commons": commons,
        "changes": queries.changes_of(identifier),
        "form": form,
        "asking": WordChange("add_label", identifier),
    }
    return render(request, "catalogue/concept.html", context, status=422 if form.errors else 200)


@account_needed
def _propose(request: HttpRequest, identifier: str) -> HttpResponse:
    by, form = signed_in(request), WordForm(request.POST, words=TABLES)
    if not form.is_valid():
        return _concept(request, identifier, form)
    made = _proposed(by, form.change(identifier), form.cleaned_data["why"])
    query, lang = form.cleaned_data["query"], form.cleaned_data["lang"]
    if query:
        services.review_search(by, query, lang, outcome="concept", concept=identifier, at=timezone.now())
    return _measured(by, made)


def _proposed(by: Person, change: WordChange, why: str, undoes: ThesaurusChange | None = None) -> ThesaurusChange:
    trouble = fault(indexing.wanted(), change)
    return services.propose_word(by, change, why=why, fault=trouble, undoes=undoes, at=timezone.now())


def _measured(by: Person, made: ThesaurusChange) -> HttpResponse:
    """Start the measure; its page shows how far it is and leads to the result."""
    allow("catalogue.measure_word", by, made)
    title, now = _("Effect of a change of words"), timezone.now()
    task = tasks.start(by, kind=f"words:{made.pk}", title=title, work=measure_words, change=str(made.pk), at=now)
    task.result_url = made.get_absolute_url()
    task.save(update_fields=["result_url"])
    return redirect("progress", task.pk)


@reads_and_writes
def changes(request: HttpRequest) -> HttpResponse:
    """Changes of words, newest first; editors of the whole desk propose pairs of words there."""
    form = PairForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _propose_pair(request, form)
    state = request.GET.get("state", "")
    kept = state if state in ThesaurusChange.State.values else ""
    paginator, asked = Paginator(queries.changes(kept), PER_PAGE), pager.asked(request)
    page = paginator.get_page(asked)
    numbers = pager.context(page.number, paginator.num_pages)
    context = {"page_of": page, "state": kept, "states": ThesaurusChange.State.values, "form": form, **numbers}
    context |= {"asking": WordChange("add_wordpair"), "names": _functions(page.object_list)}
    return render(request, "catalogue/thesaurus_changes.html", context, status=422 if form.errors else 200)


def _functions(rows: Any) -> dict[str, Any]:
    return {one.id: one for one in queries.named_concepts([one.concept for one in rows])}


@account_needed
def _propose_pair(request: HttpRequest, form: PairForm) -> HttpResponse:
    by = signed_in(request)
    return _measured(by, _proposed(by, form.change(), form.cleaned_data["why"]))


@reads_and_writes
def change(request: HttpRequest, change: UUID) -> HttpResponse:
    """One change: the word, what it does, what was decided and by whom."""
    found = queries.change(change)
    if request.method == "POST":
        return _decide(request, found)
    told = found.effect or {}
    slugs = [*told.get("word", {}).get("before", ()), *told.get("word", {}).get("after", ())]
    slugs += [slug for one in told.get("searches", {}).get("shown", ()) for slug in (*one["comes"], *one["goes"])]
    context = {
        "change": found,
        "function": _functions([found]).get(found.concept),
        "effect": told,
        "problems": [said(one) for one in told.get("problems", ())],
        "fresh": bool(told) and told["base"] == indexing.wanted_sha256(),
        "names": {commons.slug: commons.name for commons in needs.named(slugs)},
        "task": latest_progress(f"words:{found.pk}"),
        "undone_by": found.undone_by.exclude(state="refused").first(),
    }
    return render(request, "catalogue/thesaurus_change.html", context)


@require_POST
@account_needed
def measure(request: HttpRequest, change: UUID) -> HttpResponse:
    return _measured(signed_in(request), queries.change(change))


@account_needed
def _decide(request: HttpRequest, found: ThesaurusChange) -> HttpResponse:
    by, at, wanted = signed_in(request), timezone.now(), request.POST.get("do", "")
    if wanted == "undo":
        back = words.as_change(found.concept, found.op, found.payload).undo
        return _measured(by, _proposed(by, back, request.POST.get("reason", ""), undoes=found))
    if wanted == "accept":
        services.accept_word(by, found, wanted=indexing.wanted_sha256(), at=at)
        messages.success(request, _("Accepted: the next search index will know it."))
    elif wanted == "refuse":
        services.refuse_word(by, found, reason=request.POST.get("reason", ""), at=at)
        messages.success(request, _("Refused."))
    else:
        raise NotReady("unknown_act", _("This form does not say what to do."))
    return redirect(found)
