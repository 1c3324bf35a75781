"""What organisers hand in: a meeting, its rooms, its sessions, a file of another system."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.inputs import Paragraphs
from communaux.core import contacts
from communaux.core.models import Organisation
from communaux.engines.programme import model, telling, times
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats import MOST, read
from communaux.gatherings.forms.roadmaps import key_of
from communaux.gatherings.models import Edition, Room, Session
from communaux.territory.models import Territory
from communaux.territory.queries import around
from communaux.territory.queries.resolving import resolve

KINDS: Final = ("plenary", "masterclass", "workshop", "pitch", "rex", "stand", "demo", "roundtable", "off")
STATES: Final = ("accepted", "confirmed", "held", "cancelled")
LONGEST_MEETING: Final = 60  # days
KNOWN: Final = (("", _("not known")), ("yes", _("yes")), ("no", _("no")))


def _lang() -> str:
    return "fr" if get_language() == "fr" else "en"


def _day(**given: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


class EditionForm(forms.Form):
    """A meeting that a body organises."""

    organisation = forms.ModelChoiceField(
        label=_("Organised by"), queryset=Organisation.objects.none(), empty_label=None
    )
    name = forms.CharField(label=_("Name of the meeting"), min_length=4, max_length=160)
    kind = forms.ChoiceField(label=_("What it is"))
    starts_on = _day(label=_("First day"))
    ends_on = _day(label=_("Last day"), required=False, help_text=_("Empty if it lasts one day."))
    place_name = forms.CharField(label=_("Where"), max_length=200, required=False)
    kept: Territory | None = None  # the place that stands there
    commune = forms.CharField(
        label=_("Commune"),
        max_length=150,
        required=False,
        help_text=_(
            "Its name, postal code or INSEE code: it puts the meeting on the map. Empty for one that is online."
        ),
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=40,
        initial="Europe/Paris",
        help_text=_("Of the IANA list, for example America/Cayenne."),
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, bodies: Any, words: dict[str, Any], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # declared above
        self.fields["kind"].choices = [(code, words[code]) for code in Edition.Kind.values]  # type: ignore[attr-defined]  # too

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def clean_timezone(self) -> str:
        try:
            return times.zone(self.cleaned_data["timezone"]).key
        except ProgrammeError as error:
            raise ValidationError(telling.refused(error, _lang())) from error

    def clean_commune(self) -> Territory | None:
        """The one commune that answers; never a guess between two."""
        if not (typed := self.cleaned_data["commune"]):
            return None
        if self.kept and typed == _named(self.kept):
            return self.kept
        found = resolve(typed, kind=Territory.Kind.COMMUNE)
        if found.territory is None:
            several = gettext("Several communes answer to this: write its département in brackets, or its INSEE code.")
            raise ValidationError(several if found.candidates else gettext("This desk knows no commune of this name."))
        return found.territory

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("starts_on"), told.get("ends_on")
        if first and last and not 0 <= (last - first).days < LONGEST_MEETING:
            said = (
                gettext("The last day comes before the first.")
                if last < first
                else gettext("A meeting lasts 60 days at most.")
            )
            self.add_error("ends_on", said)
        return told

    def told(self) -> dict[str, Any]:
        names = ("name", "kind", "starts_on", "ends_on", "place_name", "timezone")
        return {name: self.cleaned_data[name] for name in names} | {"territory": self.cleaned_data["commune"]}


class ChangeEditionForm(EditionForm):
    """The same, put right; who organises it stays."""

    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, edition: Edition, **given: Any) -> None:
        super().__init__(*args, bodies=Organisation.objects.none(), initial=_begun(edition), **given)
        self.kept = edition.territory
        del self.fields["organisation"]


def _begun(one: Edition) -> dict[str, Any]:
    names = ("name", "kind", "starts_on", "ends_on", "place_name", "timezone")
    told = {name: getattr(one, name) for name in names}
    return told | {"commune": _named(one.territory) if one.territory else "", "base": one.fingerprint}


def _named(place: Territory) -> str:
    """With its département: two communes may have one name."""
    inside = around.departements([place]).get(place.pk)
    return f"{place.name} ({inside.name})" if inside else place.name


class RoomForm(forms.Form):
    """Where sessions take place; what nobody knows stays unknown."""

    name = forms.CharField(label=_("Name of the room"), max_length=120)
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=100_000, required=False)
    step_free = forms.ChoiceField(label=_("Step-free access"), choices=KNOWN, required=False)
    hearing_loop = forms.ChoiceField(label=_("Hearing loop"), choices=KNOWN, required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def begun(room: Room) -> dict[str, Any]:
        """What the form to change a room begins with."""
        words = {True: "yes", False: "no", None: ""}
        known = {name: words[getattr(room, name)] for name in ("step_free", "hearing_loop")}
        return {"name": room.name, "capacity": room.capacity, "base": room.fingerprint} | known

    def told(self) -> dict[str, Any]:
        held, known = self.cleaned_data, {"yes": True, "no": False}
        return {"name": held["name"], "capacity": held["capacity"]} | {
            name: known.get(held[name]) for name in ("step_free", "hearing_loop")
        }


class NoticeForm(forms.Form):
    """Where who registers wants to be told once; empty for nowhere."""

    mail = forms.EmailField(
        label=_("Be told once by mail (optional)"),
        required=False,
        max_length=254,
        help_text=_(
            "When a place comes free for you, or when the session you have a place in changes its time or does not take place. "
            "Your address is then forgotten, ninety days after the meeting at the latest; nobody reads it."
        ),
    )


class SessionForm(forms.Form):
    """What a session is, and where it stands."""

    title = forms.CharField(label=_("Title"), min_length=3, max_length=250)
    kind = forms.ChoiceField(label=_("Type"), required=False)
    theme = forms.CharField(label=_("Theme of the meeting"), max_length=120, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440, initial=60)
    day = _day(label=_("Day"), required=False, help_text=_("Day and time empty: not placed yet."))
    time = forms.TimeField(
        label=_("Begins at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), required=False)
    summary = Paragraphs(label=_("In a few words"), required=False, max_length=1000)
    description = Paragraphs(label=_("More"), required=False, max_length=8000)
    roles = Paragraphs(
        label=_("Who speaks or leads, one a line"),
        required=False,
        max_length=1000,
        help_text=_("By their role, never by name: a town’s archivist, a volunteer of the association."),
    )
    language = forms.CharField(label=_("Language"), max_length=10, required=False, help_text=_("fr, en…"))
    needs = forms.MultipleChoiceField(label=_("Access"), required=False, widget=forms.CheckboxSelectMultiple)
    capacity = forms.IntegerField(label=_("How many may come"), min_value=1, max_value=100_000, required=False)
    registration = forms.BooleanField(label=_("Who comes has to register"), required=False)
    recording_optout = forms.BooleanField(label=_("No sound or image is taken of this session"), required=False)
    state = forms.ChoiceField(label=_("State"))
    reason = forms.CharField(label=_("If it is cancelled: why"), max_length=300, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, edition: Edition, row: Session | None, words: dict[str, Any], **given: Any) -> None:
        super().__init__(*args, **given)
        self.edition, self.row = edition, row
        kinds = [*KINDS, *([row.kind] if row and row.kind and row.kind not in KINDS else [])]
        states = [*STATES, *([row.state] if row and row.state not in STATES else [])]
        choices: dict[str, Iterable[tuple[str, Any]]] = {
            "kind": [("", "—"), *((code, words.get(code, code)) for code in kinds)],
            "state": [(code, telling.word("states", code, _lang())) for code in states],
            "needs": [(code, telling.word("needs", code, _lang())) for code in model.NEEDS],
        }
        for name, those in choices.items():
            self.fields[name].choices = those  # type: ignore[attr-defined]  # declared above
        self.fields["room"].queryset = edition.rooms.order_by("name")  # type: ignore[attr-defined]  # declared above

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def clean_roles(self) -> list[str]:
        lines = [" ".join(one.split()) for one in self.cleaned_data["roles"].splitlines() if one.strip()]
        if any(contacts.told_in(one) for one in lines):
            raise ValidationError(gettext("These words are public: take the mail address or the telephone number out."))
        return lines

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("state") == "cancelled" and not told.get("reason"):
            self.add_error("reason", gettext("Say why it is cancelled: those who wanted to come read it."))
        if bool(told.get("day")) != bool(told.get("time")) and "day" in told and "time" in told:
            self.add_error("time", gettext("Give both the day and the time, or neither."))
        elif told.get("day"):
            told["starts_at"] = self._instant(told["day"], told["time"])
        if told.get("room") and not told.get("day"):
            self.add_error("room", gettext("A room needs a day and a time."))
        return told

    def _instant(self, day: date, at: Any) -> datetime | None:
        try:
            return times.local(day, at, times.zone(self.edition.timezone))
        except ProgrammeError as error:
            self.add_error("time", telling.refused(error, _lang()))
            return None

    def told(self) -> dict[str, Any]:
        held = self.cleaned_data
        names = (
            "title",
            "kind",
            "theme",
            "minutes",
            "summary",
            "description",
            "language",
            "needs",
            "capacity",
            "state",
        )
        return {name: held[name] for name in (*names, "recording_optout", "room", "reason")} | {
            "registration": "open" if held["registration"] else "none",
            "starts_at": held.get("starts_at"),
            "roles": self._roles(held["roles"]),
        }

    def _roles(self, lines: list[str]) -> list[dict[str, str]]:
        """A role that is written as it was keeps what the desk knows of it."""
        known = {shown(one): one for one in (self.row.roles if self.row else [])}
        return [known.get(line) or {"id": "", "kind": "speaker", "shown": line} for line in lines]


def shown(role: dict[str, str]) -> str:
    return telling.role(model.Role(**role), _lang())


def begun(row: Session) -> dict[str, Any]:
    """What the form of a session begins with."""
    zone = times.zone(row.edition.timezone)
    there = row.starts_at.astimezone(zone) if row.starts_at else None
    names = ("title", "kind", "theme", "minutes", "summary", "description", "language", "needs", "capacity", "state")
    return {name: getattr(row, name) for name in (*names, "recording_optout", "reason", "room")} | {
        "day": there.date() if there else None,
        "time": there.time() if there else None,
        "roles": "\n".join(shown(one) for one in row.roles),
        "registration": row.registration == "open",
        "base": row.written,
    }


class ProgrammeFileForm(forms.Form):
    """A schedule.xml or schedule.json, as pretalx and frab write it."""

    file = forms.FileField(
        label=_("schedule.xml or schedule.json"), help_text=_("Persons come in as roles, without their names.")
    )

    def __init__(self, *args: Any, timezone: str = "", **given: Any) -> None:
        super().__init__(*args, **given)
        self.timezone = timezone

    def clean_file(self) -> model.Programme:
        sent = self.cleaned_data["file"]
        try:
            return read(sent.read(MOST + 1), self.timezone)
        except ProgrammeError as error:
            raise ValidationError(telling.refused(error, _lang())) from error


class PublishForm(forms.Form):
    note = forms.CharField(label=_("What is new, in a line"), max_length=600, required=False)
