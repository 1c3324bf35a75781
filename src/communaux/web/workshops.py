"""Pages of a workshop: axes and groups of a meeting, the board of a group, its cards, its kit to print, its road map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.catalogue.models import Need
from communaux.core.actions import allow
from communaux.core.errors import BadRequest, Refusal
from communaux.core.ids import is_uuid
from communaux.core.models import Person
from communaux.gatherings import services
from communaux.gatherings.boards import STAGE_OF
from communaux.gatherings.forms import (
    CardEditForm,
    CardForm,
    FinishForm,
    GroupForm,
    NeedLinkForm,
    PadForm,
    ProblemForm,
    ReopenForm,
    RoadmapForm,
    WorkshopForm,
    with_pad,
)
from communaux.gatherings.models import Card, Edition, Group
from communaux.gatherings.queries import editions, workshops
from communaux.gatherings.queries.workshops import Column
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.labels import TABLES
from communaux.web.sending import again, refused, sent

BLANK_CARDS = range(8)
STAGE_OF_PROBLEM, STAGE_OF_ROADMAP = 3, 5
PROBLEM = ("statement", "for_whom", "evidence")
CHANGED = "changed_meanwhile"


@reads_and_writes
def workshop(request: HttpRequest, gathering: str) -> HttpResponse:
    """Axes and groups; who organises adds some."""
    found = editions.get(gathering)
    return _open(request, found) if request.method == "POST" else _axes(request, found, WorkshopForm())


@account_needed
def _open(request: HttpRequest, found: Edition) -> HttpResponse:
    by, form = signed_in(request), WorkshopForm(request.POST)
    allow("gatherings.open_workshop", by, found)
    if sent(form, lambda: services.open_workshop(by, found, **form.cleaned_data, at=timezone.now())):
        messages.success(request, _("The groups are there, each at its first stage."))
        return redirect("workshop", found.slug)
    return _axes(request, found, form)


def _axes(request: HttpRequest, found: Edition, form: WorkshopForm) -> HttpResponse:
    context = {"edition": found, "axes": workshops.axes(found), "form": form}
    return render(request, "gatherings/workshop.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Lane:
    """A stage with what may be written in it."""

    column: Column
    card: CardForm | None
    problem: ProblemForm | None
    finish: FinishForm | None


@reads_and_writes
def board(request: HttpRequest, gathering: str, group: str) -> HttpResponse:
    """Five stages; who organises writes."""
    found = workshops.get(gathering, group)
    return _act(request, found) if request.method == "POST" else _board(request, found)


@account_needed
def _act(request: HttpRequest, found: Group) -> HttpResponse:
    """What was typed beside the button that ends a stage is written first: nothing typed in a stage is lost with it."""
    by, do = signed_in(request), request.POST.get("do", "")
    allow("gatherings.add_card", by, found)
    forms = _forms(found, workshops.board(found), request.POST)
    if do not in forms:
        raise BadRequest("unknown_act", _("This form does not say what to do."))
    bound = {name: form for name, form in forms.items() if form.is_bound}
    before = [name for name in bound if name != do] if do.startswith("finish") else []
    for name in (*before, do):
        form = forms[name]
        if _sent(by, found, name, form) is None:
            if isinstance(form, ProblemForm) and refused(form, CHANGED):
                form.data = again(request, workshops.fingerprint(workshops.problem_of(found)))
            return _board(request, found, bound)
    messages.success(
        request,
        _("The stage is finished.") if before or do.startswith("finish") else _("What you wrote is on the board."),
    )
    return redirect(found)


def _sent(by: Person, found: Group, name: str, form: Form) -> object:
    return sent(form, lambda: _write(by, found, name, form.cleaned_data))


def _write(by: Person, found: Group, do: str, told: Mapping[str, Any]) -> object:
    act, _dash, kind = do.partition("-")
    acts: dict[str, Callable[..., object]] = {
        "card": services.add_card,
        "problem": services.write_problem,
        "finish": partial(services.finish_stage, kind=int(kind or 0)),
        "reopen": services.reopen_stage,
        "group": services.describe_group,
    }
    return acts[act](by, found, **told, at=timezone.now())


def _forms(found: Group, columns: list[Column], typed: QueryDict | None = None) -> dict[str, Form]:
    """Each by its name; the one that was sent holds what was typed, even if its stage was finished meanwhile, and so do those
    of the same stage in which something was typed."""
    do = typed.get("do", "") if typed else ""
    words, problem = TABLES, workshops.problem_of(found)
    made: dict[str, Form] = {}

    def put(name: str, shown: bool, make: Callable[..., Form], *fields: str, **given: Any) -> None:
        beside = typed is not None and any(typed.get(field, "").strip() for field in fields)
        if shown or name == do:
            made[name] = make(typed if name == do or beside else None, auto_id=f"{name}_%s", **given)

    stage = "3" if do == "problem" else do.partition("-")[2]
    for one in columns:
        kinds = [(kind, words["card"][kind]) for kind, n in STAGE_OF.items() if n == one.kind]
        is_open, here = one.state == "open", stage == str(one.kind)
        card = ("text",) if here else ()
        put(f"card-{one.kind}", is_open and bool(kinds), CardForm, *card, kinds=kinds, initial={"key": uuid4()})
        put(f"finish-{one.kind}", is_open, FinishForm)
    told = {name: getattr(problem, name, "") for name in PROBLEM}
    begun = told | {"base": workshops.fingerprint(problem)}
    changed = PROBLEM if stage == "3" and typed and any(typed.get(name, "") != told[name] for name in PROBLEM) else ()
    put("problem", columns[2].state == "open", ProblemForm, *changed, initial=begun)
    done = [(one.kind, words["workshop_stage"][str(one.kind)]) for one in columns if one.state == "done"]
    put("reopen", bool(done), ReopenForm, stages=done)
    roles = "\n".join(f"{role}: {n}" for role, n in found.roles_present.items())
    put("group", True, GroupForm, initial={"label": found.label, "size": found.size, "roles": roles})
    return made


def _board(request: HttpRequest, found: Group, tried: Mapping[str, Form] | None = None) -> HttpResponse:
    columns = workshops.board(found)
    forms: dict[str, Any] = {**_forms(found, columns), **(tried or {})}
    lanes = [
        Lane(
            one,
            forms.get(f"card-{one.kind}"),
            forms.get("problem") if one.kind == STAGE_OF_PROBLEM else None,
            forms.get(f"finish-{one.kind}"),
        )
        for one in columns
    ]
    problem = (tried or {}).get("problem")
    context = {
        "group": found,
        "edition": found.edition,
        "lanes": lanes,
        "problem": workshops.problem_of(found),
        "theirs": problem is not None and refused(problem, CHANGED),
        "reopen": forms.get("reopen"),
        "describe": forms["group"],
    }
    return render(request, "gatherings/board.html", context, status=422 if tried else 200)


@account_needed
@reads_and_writes
def card(request: HttpRequest, gathering: str, group: str, card: UUID) -> HttpResponse:
    """Say a card better, set it aside, or say which need it became."""
    found = workshops.card(workshops.get(gathering, group), card)
    by, do = signed_in(request), request.POST.get("do", "edit")
    allow("gatherings.change_card", by, found)
    begun = {"text": found.text, "kept": found.kept, "base": workshops.of_card(found)}
    edit = CardEditForm(request.POST if request.method == "POST" and do == "edit" else None, initial=begun)
    need = NeedLinkForm(request.POST if request.method == "POST" and do == "need" else None)
    if sent(edit, lambda: services.change_card(by, found, **edit.cleaned_data, at=timezone.now())) or sent(
        need, lambda: services.link_need(by, found, need=need.cleaned_data["address"], at=timezone.now())
    ):
        messages.success(request, _("The card is on the board."))
        return redirect(found.stage.group)
    theirs = refused(edit, CHANGED)
    if theirs:
        found = workshops.card(found.stage.group, found.pk)
        edit.data = again(request, workshops.of_card(found))
    context = {"card": found, "group": found.stage.group, "edit": edit, "need": need, "theirs": theirs}
    return render(request, "gatherings/card.html", context, status=422 if edit.errors or need.errors else 200)


@require_safe
def kit(request: HttpRequest, gathering: str, group: str) -> HttpResponse:
    """What is printed before the meeting: a sheet for each stage and kind of card."""
    found = workshops.get(gathering, group)
    kinds = {n: [kind for kind, where in STAGE_OF.items() if where == n] for n in workshops.KINDS}
    sheets = [
        {"stage": n, "kind": kind, "several": len(held) > 1} for n, held in kinds.items() for kind in held or [""]
    ]
    context = {"group": found, "edition": found.edition, "sheets": sheets, "blank": BLANK_CARDS}
    return render(request, "gatherings/kit.html", context)


@account_needed
@reads_and_writes
def roadmap(request: HttpRequest, gathering: str, group: str) -> HttpResponse:
    """The road map that the board ends with, published when it is whole."""
    by, found = signed_in(request), workshops.get(gathering, group)
    allow("gatherings.publish_roadmap", by, found)
    if not found.stages.filter(kind=STAGE_OF_ROADMAP).exists():
        messages.warning(request, _("This stage is still to come: finish the one before."))
        return redirect(found)
    problem, read = workshops.problem_of(found), request.POST.get("do") == "pad"
    begun: dict[str, Any] = {"summary": problem.statement if problem else ""}
    pad = PadForm(request.POST if read else None, use_required_attribute=False)  # it stands within the other form
    if read:
        begun = with_pad(request.POST.dict(), pad.cleaned_data["pad"] if pad.is_valid() else "")
    form = RoadmapForm(None if read else request.POST or None, initial={"key": uuid4()} | begun, asks_licence=True)
    if sent(form, lambda: _publish(by, found, form)):
        messages.success(request, _("The road map is published, under its meeting."))
        return redirect(found)
    context = {"group": found, "edition": found.edition, "form": form, "pad": pad}
    return render(
        request, "gatherings/workshop_roadmap.html", context, status=422 if form.errors or pad.errors else 200
    )


def _publish(by: Person, found: Group, form: RoadmapForm) -> object:
    told = {"key": form.cleaned_data["key"], "words": form.words(), "lang": "fr" if get_language() == "fr" else "en"}
    return services.publish_roadmap(by, found, **told, at=timezone.now())


def became(request: HttpRequest, card: str, need: Need) -> None:
    """A need that was begun from a card: the card keeps the link, or its reader is told why not; the need stands in any case."""
    rows = Card.objects.select_related("stage__group__axis__edition")
    found = rows.filter(pk=card).first() if is_uuid(card) else None
    if found:
        try:
            services.link_need(signed_in(request), found, need=need, at=timezone.now())
        except Refusal as refusal:
            told = _("The card of the board does not lead to it: %(why)s") % {"why": refusal.message}
            messages.warning(request, told)
