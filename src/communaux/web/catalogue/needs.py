"""Pages of needs: the list, one of them, and the form that first shows what answers already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communaux.catalogue import services, weights
from communaux.catalogue.forms.needs import MOST, CloseForm, CorrectForm, MatchForm, NeedForm, where, written
from communaux.catalogue.models import Commons, Need, NeedHit
from communaux.catalogue.queries import need_neighbours, needs, pools, suggestions
from communaux.catalogue.queries.need_neighbours import Neighbour
from communaux.catalogue.queries.suggestions import Suggested, Suggestion
from communaux.catalogue.services.needs import Looked
from communaux.core.errors import NotReady
from communaux.core.models import Organisation, Person
from communaux.core.queries import history
from communaux.territory.queries import around
from communaux.web import pager, results, resuming, workshops
from communaux.web.accounts import account_needed, signed_in
from communaux.web.labels import TABLES
from communaux.web.territory import completed

PER_PAGE = 20
POOLS = 5
reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def needs_list(request: HttpRequest) -> HttpResponse:
    filters = needs.known({name: request.GET.get(name, "") for name in needs.FILTERS})
    if request.GET.get("miens") and isinstance(request.user, Person):
        filters["miens"] = request.user
    paginator, asked = Paginator(needs.listed(filters), PER_PAGE), pager.asked(request)
    page = paginator.get_page(asked)
    themes, states, kinds = needs.facets(filters)
    context = {
        "page_of": page,
        "beyond": asked > paginator.num_pages,
        "total": paginator.count,
        "filters": filters,
        "theme": next((one for one in themes if one.key == filters.get("theme")), None),
        "themes": themes,
        "states": states,
        "kinds": kinds,
        "pools": pools.latest()[:POOLS] if not filters and page.number == 1 else (),
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "catalogue/needs.html", context)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the form of a need shows beside it: results that the person saw, and what is found for its words now."""

    seen: list[Commons]
    now: Suggested | None = None
    mark: str = ""  # of the words, the place and the theme for which they were shown

    @property
    def first(self) -> list[Suggestion]:
        return list(self.now.first) if self.now else []

    @property
    def tells(self) -> bool:
        """Whether something is to be read before the need is saved: what fits, or that nothing convinces and why."""
        return bool(self.first or (self.now and self.now.behind and not self.seen))

    @property
    def found(self) -> list[Commons]:
        return [*self.seen, *(one.commons for one in self.first)]


@account_needed
@reads_and_writes
def new_need(request: HttpRequest) -> HttpResponse:
    """Express a need: what was found and why it does not fit, then what is found now, before anything is saved."""
    by, sent = signed_in(request), request.method == "POST"
    back = resuming.taken_back(request)
    typed = request.POST if sent else back
    beside = _beside(request, typed)
    form = _form(request, by, typed, beside)
    alike: list[Need] = []
    near: list[Neighbour] = []
    if form.is_valid():
        alike, near = _standing(form)
        if sent and (request.POST.get("looked") == beside.mark or not (alike or near or beside.tells)):
            need = _express(by, form, beside)
            workshops.became(request, form.cleaned_data["card"], need)
            messages.success(request, _("Your need is here: others can say that they need it too."))
            return redirect(need)
    if back:
        messages.info(request, _("You are signed in again: send the form once more."))
    context = _asked(form, beside, alike) | {"beside": near}
    return render(request, "catalogue/need_new.html", context, status=422 if form.errors and sent else 200)


def _standing(form: NeedForm) -> tuple[list[Need], list[Neighbour]]:
    """Needs that say nearly the same, and others of its theme that stand near."""
    told, where = form.cleaned_data, form.territory()
    alike = needs.alike(told["title"], told["text_md"], told["theme"], where)
    return alike, need_neighbours.same_theme(told["theme"], where, alike)


def _asked(form: NeedForm, beside: Beside, alike: list[Need]) -> dict[str, Any]:
    """The form and, once it was sent, the three answers in their order: reuse, join, build."""
    rows = zip(beside.first, form.rows([one.commons for one in beside.first]), strict=True)
    return {
        "form": form,
        "mark": beside.mark,
        "asked": form.is_bound,
        "seen": form.rows(beside.seen),
        "now": [(one, code, why) for one, (_commons, code, why) in rows],
        "suggested": beside.now,
        "alike": alike,
    }


def _beside(request: HttpRequest, typed: QueryDict | None) -> Beside:
    if typed is None:
        return Beside(needs.named(request.GET.get("vus", "").split(",")[: needs.SHOWN]))
    seen = needs.named(typed.get("seen", "").split(",")[: needs.SHOWN])
    words = suggestions.Words(typed.get("title", ""), typed.get("text_md", ""), typed.get("theme", ""))
    place = where(typed.get("place", ""), typed.get("which", ""))
    now = suggestions.suggest(words, place, timezone.localdate(), but={commons.slug for commons in seen})
    said = "\n".join((words.title, words.detail, str(place.pk if place else ""), words.theme))
    return Beside(seen, now, hashlib.sha256(said.encode("utf-8", "replace")).hexdigest())


def _form(request: HttpRequest, by: Person, typed: QueryDict | None, beside: Beside) -> NeedForm:
    bodies = needs.own_bodies(by, timezone.localdate())
    initial = {} if typed is not None else _begun(request.GET, beside) | _placed(request.GET, bodies.first())
    form = NeedForm(typed, initial=initial, bodies=bodies, words=TABLES, found=beside.found)
    if "place" in form.fields:
        form.fields["place"].widget.attrs |= completed()
    return form


def _begun(asked: QueryDict, beside: Beside) -> dict[str, Any]:
    """The words searched for become the first words of the need; long ones go into its text."""
    query, text = (asked.get(name, "").strip()[: results.READ] for name in ("q", "texte"))
    short = len(query) <= MOST
    return {
        "title": query[:1].upper() + query[1:] if short else "",
        "text_md": text or ("" if short else query),
        "theme": needs.likely_theme(query),
        "key": uuid4(),
        "query": "" if asked.get("carte") or text else query,  # of a card or a proposal, nobody searched for them
        "card": asked.get("carte", ""),
        "seen": ",".join(commons.slug for commons in beside.seen),
        "rank": asked.get("rang", ""),
        "generation": asked.get("g", ""),
    }


def _placed(asked: QueryDict, body: Organisation | None) -> dict[str, str]:
    """The place the person comes from, else the commune of the body it speaks for."""
    found = needs.placed(asked.get("territoire", "")) or (body and needs.placed(f"commune:{body.territory_code}"))
    if not found:
        return {}
    inside = around.departements([found]).get(found.pk) if found.kind == "commune" else None
    return {"place": f"{found.name} ({inside.name})" if inside else found.name, "which": written(found)}


def _express(by: Person, form: NeedForm, beside: Beside) -> Need:
    first = form.cleaned_data["rank"]
    seen = [Looked(one, NeedHit.Shown.SEARCH, first + n, *form.reason(one)) for n, one in enumerate(beside.seen)]
    now = [Looked(one.commons, NeedHit.Shown.FORM, one.rank, *form.reason(one.commons)) for one in beside.first]
    told = form.cleaned_data
    return services.express_need(
        by, key=told["key"], given=form.given(), hits=[*seen, *now], query=told["query"], at=timezone.now()
    )


@require_safe
def answers(request: HttpRequest, need: str) -> HttpResponse:
    """What may answer a need: commons to reuse, the same need elsewhere to join, else something to build together."""
    found, day = needs.by_slug(need), timezone.localdate()
    alike = pools.joinable(found)
    near = need_neighbours.of_need(found, alike)
    context = {
        "need": found,
        "suggested": suggestions.suggest(suggestions.of(found), found.territory, day),
        "alike": alike,
        "beside": near,
        "joinable": bool(alike or near),
    }
    return render(request, "catalogue/need_answers.html", context)


@reads_and_writes
def need(request: HttpRequest, need: str) -> HttpResponse:
    """What is needed, what had been found, who needs it too; and what its author or an editor may do."""
    found = needs.by_slug(need)
    if request.method == "POST":
        return _act(request, found)
    return _page(request, found)


@account_needed
def _act(request: HttpRequest, found: Need) -> HttpResponse:
    asked: dict[str, Form] = {"match": MatchForm(request.POST), "correct": CorrectForm(request.POST)}
    form = asked.get(request.POST.get("do", ""))
    if form and not form.is_valid():
        return _page(request, found, form)
    messages.success(request, _done(request, signed_in(request), found, form.cleaned_data if form else {}))
    return redirect(found)


def _page(request: HttpRequest, found: Need, sent: Form | None = None) -> HttpResponse:
    reader = request.user if isinstance(request.user, Person) else None
    context = {
        "need": found,
        "sheet": needs.sheet(found, reader),
        "entries": history("need", str(found.pk)),
        "bodies": needs.own_bodies(reader, timezone.localdate()) if reader else (),
        "match_form": sent if isinstance(sent, MatchForm) else MatchForm(),
        "correct_form": sent if isinstance(sent, CorrectForm) else CorrectForm(initial=vars(found)),
        "close_form": CloseForm(words=TABLES),
        "each": weights.need()[1],
    }
    return render(request, "catalogue/need.html", context, status=422 if sent else 200)


def _done(request: HttpRequest, by: Person, found: Need, told: Mapping[str, Any]) -> str:
    """Do what the button says; the sentence to show."""
    at, reason = timezone.now(), request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "support": (lambda: _support(request, by, found), _("Noted: you need it too.")),
        "withdraw": (lambda: services.withdraw_support(by, found, at=at), _("Taken back.")),
        "match": (lambda: services.match_need(by, found, **told, at=at), _("A commons answers it.")),
        "correct": (lambda: services.correct_need(by, found, **told, at=at), _("Its words are corrected.")),
        "answer": (lambda: services.answer_need(by, found, at=at), _("This need is answered.")),
        "close": (lambda: services.close_need(by, found, reason=reason, at=at), _("This need is closed.")),
        "reopen": (lambda: services.reopen_need(by, found, reason=reason, at=at), _("This need is open again.")),
    }
    wanted = request.POST.get("do", "")
    if wanted not in acts:
        raise NotReady("unknown_act", _("This form does not say what to do."))
    act, sentence = acts[wanted]
    act()
    return sentence


def _support(request: HttpRequest, by: Person, found: Need) -> None:
    bodies = {str(body.pk): body for body in needs.own_bodies(by, timezone.localdate())}
    services.support_need(by, found, org=bodies.get(request.POST.get("org", "")), at=timezone.now())
