"""What is handed in about road maps; forms only validate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.fields import name_key
from communaux.catalogue.forms.inputs import Paragraphs, theme_choices
from communaux.catalogue.models import Commons, Need, Theme
from communaux.core import contacts
from communaux.core.models import Organisation
from communaux.gatherings.models import Edition, FollowUp, Milestone, Roadmap, RoadmapLink
from communaux.gatherings.pads import Aim, Pad, aim, read
from communaux.gatherings.queries import editions
from communaux.gatherings.queries import roadmaps as queries
from communaux.gatherings.services import News, Step, Target, Words
from communaux.gatherings.services.adapting import LICENCES
from communaux.gatherings.shipped import PHASES

LONGEST = 600
WEB: Final = forms.URLField(assume_scheme="https")
LONGEST_PAD, LONGEST_AIM, MOST_AIMS = 100_000, 300, 20
MOST_MEANS: Final = 20  # of a phase
LONGEST_MEAN: Final = 200
OWN: Final[dict[str, type[Commons | Need]]] = {
    "communs": Commons,
    "besoins": Need,
}  # the first word of an address of this desk, in any language


def public(typed: str) -> str:
    """On one line; ValidationError for words by which somebody could be reached."""
    text = " ".join(typed.split())
    if contacts.told_in(text):
        raise ValidationError(gettext("These words are public: take the mail address or the telephone number out."))
    return text


def path_in(address: str) -> str:
    """The path of an address that somebody typed; empty for what is none."""
    try:
        return urlsplit(address.strip()).path
    except ValueError:  # a bracket that is not closed
        return ""


def key_of(typed: str) -> UUID:
    """A key that is none is a new one."""
    try:
        return UUID(typed)
    except ValueError:
        return uuid4()


class NewsForm(forms.Form):
    """How it goes, in one line, and where it can be seen."""

    status = forms.ChoiceField(label=_("How is it going?"), widget=forms.RadioSelect)
    text = Paragraphs(
        label=_("In one line"),
        max_length=LONGEST,
        help_text=_("It is public, under your role: no name, no address, no telephone number."),
    )
    evidence_url = forms.URLField(
        label=_("Where it can be seen"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("A page, a report, a repository. Needed if it is delivered."),
    )

    def __init__(self, *args: Any, words: dict[str, Any], waiting: Collection[Milestone] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        choices = [(code, words[code]) for code in FollowUp.Status.values if code != FollowUp.Status.SIGN]
        self.fields["status"].choices = choices  # type: ignore[attr-defined]  # declared above
        if waiting:
            self.fields["reached"] = forms.TypedMultipleChoiceField(
                label=gettext("Milestones that are reached"),
                choices=[(one.pk, one.text) for one in waiting],
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_text(self) -> str:
        return public(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("status") == FollowUp.Status.DELIVERED and "evidence_url" in told and not told["evidence_url"]:
            self.add_error("evidence_url", gettext("Say where what was delivered can be seen."))
        return told

    def news(self) -> News:
        told = self.cleaned_data
        return News(told["status"], told["text"], told["evidence_url"], told.get("reached", ()))


class AdoptForm(forms.Form):
    """In the name of which body, and in what role the desk may ask."""

    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), empty_label=None
    )
    role = forms.CharField(
        label=_("Your role there"),
        max_length=120,
        help_text=_("Shown in place of your name, for example: in charge of digital matters."),
    )

    def __init__(self, *args: Any, bodies: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]  # declared above

    def clean_role(self) -> str:
        return public(self.cleaned_data["role"])


class Aims(Paragraphs):
    """Milestones, one a line, as a pad writes them."""

    def __init__(self, **given: Any) -> None:
        told = _(
            "One a line, with its day if there is one: - [ ] the list is open @2027-06-30. With [x] it is reached."
        )
        super().__init__(max_length=MOST_AIMS * LONGEST_AIM, help_text=told, **given)

    def clean(self, value: Any) -> Any:
        """Refuses what is too long, too much or of no day; a milestone told twice is one."""
        found = [_aim(line) for line in super().clean(value).splitlines() if line.strip()]
        if len(found) > MOST_AIMS:
            raise ValidationError(gettext("At most %(n)d milestones a phase.") % {"n": MOST_AIMS})
        return list({one.text: one for one in found}.values())


class Means(Paragraphs):
    """Who does what and what it takes, one a line."""

    def __init__(self, **given: Any) -> None:
        told = _(
            "One a line, a word and a colon first, for example funds: the region. Who: carries, funds, hosts, tests, trains, "
            "evaluates. What: money, skill, data, place, law, resource."
        )
        super().__init__(max_length=MOST_MEANS * LONGEST_MEAN, help_text=told, **given)

    def clean(self, value: Any) -> Any:
        """Refuses what is too long or too much; a line told twice is one."""
        found = [public(" ".join(line.split())) for line in super().clean(value).splitlines() if line.strip()]
        if long := next((one for one in found if len(one) > LONGEST_MEAN), ""):
            told = gettext("“%(line)s…”: a line has at most %(n)d characters.")
            raise ValidationError(told % {"line": long[:40], "n": LONGEST_MEAN})
        if len(found) > MOST_MEANS:
            raise ValidationError(gettext("At most %(n)d lines a phase.") % {"n": MOST_MEANS})
        return list(dict.fromkeys(found))


def _aim(line: str) -> Aim:
    try:
        one = aim(public(line))
    except ValueError as error:
        told = gettext("“%(line)s”: this day does not exist. Write it as year-month-day, for example @2027-06-30.")
        raise ValidationError(told % {"line": line[:80]}) from error
    if len(one.text) > LONGEST_AIM:
        told = gettext("“%(line)s…”: a milestone has at most %(n)d characters.")
        raise ValidationError(told % {"line": line[:40], "n": LONGEST_AIM})
    return one


class PadForm(forms.Form):
    """The text of a pad, to fill the form of a road map with."""

    pad = Paragraphs(
        label=_("Text of the pad, in Markdown"),
        max_length=LONGEST_PAD,
        help_text=_(
            "Headings “## Phase 1: title”, lines “Criterion: …”, milestones “- [ ] …”. What has no place of its own goes "
            "into the summary: nothing is dropped."
        ),
    )


class LinkForm(forms.Form):
    """What a road map leads to, by its address here or elsewhere."""

    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Of a commons or a need of this desk, or of any page."),
    )
    rel = forms.ChoiceField(label=_("What it is to the road map"))

    def __init__(self, *args: Any, words: dict[str, Any], desk: str, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["rel"].choices = [(one, words[one]) for one in RoadmapLink.Rel.values]  # type: ignore[attr-defined]  # declared above
        self._desk = desk

    def clean_address(self) -> str:
        """Whole; one of this desk that leads to nothing is refused."""
        typed = self.cleaned_data["address"]
        address = str(WEB.clean(f"{self._desk}{typed}" if typed.startswith("/") else typed))
        self.cleaned_data["target"] = self._target(address)
        return address

    def target(self) -> Target:
        found = self.cleaned_data["target"]
        assert isinstance(found, Target)
        return found

    def _target(self, address: str) -> Target:
        """Of this desk, if the address is one of its own; else the page."""
        parts = urlsplit(address)
        path = [one for one in parts.path.split("/") if one and one != "en"]
        ours = parts.netloc == urlsplit(self._desk).netloc
        model = OWN.get(path[0]) if ours and len(path) > 1 else None
        found = model._default_manager.filter(slug=path[1]).first() if model else None
        if model and found is None:
            raise ValidationError(gettext("This desk has nothing at this address."))
        if isinstance(found, Commons):
            return Target(commons=found.merged_into or found)
        return Target(need=found) if isinstance(found, Need) else Target(url=address)


class RoadmapForm(forms.Form):
    """The words of a road map: three phases, and what must be true between them."""

    title = forms.CharField(label=_("Title"), min_length=8, max_length=200)
    summary = Paragraphs(label=_("In a few words"), required=False, max_length=2000)
    theme = forms.ChoiceField(label=_("Theme"))
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(
        self,
        *args: Any,
        asks_licence: bool = False,
        parent: Roadmap | None = None,
        own: Roadmap | None = None,
        **given: Any,
    ) -> None:
        """`parent`: what it is adapted from, which has its own title, and its licence if it names one. `own`: what is changed;
        that of a board belongs to the meeting of its board."""
        super().__init__(*args, **given)
        self._parent = parent
        themes = theme_choices()
        self.fields["theme"].choices = [("", "—"), *themes]  # type: ignore[attr-defined]  # declared above
        if asks_licence or (parent and not parent.licence):
            label = gettext("Licence of your text")
            choices = [(code, code) for code in LICENCES]
            self.fields["licence"] = forms.ChoiceField(label=label, choices=choices)
        if (about := parent or own) and (parent or about.group_id is None):
            self._ask_meeting(editions.to_choose(about, its_own=parent is None))
        for n in range(1, PHASES + 1):
            self._ask_phase(n)

    def _ask_meeting(self, known: QuerySet[Edition]) -> None:
        self.fields["edition"] = forms.ModelChoiceField(
            label=gettext("Meeting"),
            queryset=known,
            to_field_name="slug",
            required=False,
            empty_label=gettext("none"),
            help_text=gettext("The one it was made for or at: the page of that meeting then lists it."),
        )

    def _ask_phase(self, n: int) -> None:
        named = {"n": n}
        self.fields[f"title_{n}"] = forms.CharField(label=gettext("Phase %(n)d: title") % named, max_length=200)
        text = gettext("Phase %(n)d: what is to be done") % named
        self.fields[f"text_{n}"] = Paragraphs(label=text, max_length=2000)
        self.fields[f"aims_{n}"] = Aims(label=gettext("Phase %(n)d: milestones") % named, required=False)
        self.fields[f"means_{n}"] = Means(
            label=gettext("Phase %(n)d: with whom, and what it takes") % named, required=False
        )
        if n < PHASES:
            gate = gettext("Before phase %(n)d: what must be true") % {"n": n + 1}
            self.fields[f"gate_{n}"] = forms.CharField(label=gate, max_length=300)

    def clean_key(self) -> UUID:
        return key_of(self.cleaned_data["key"])

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if self._parent and name_key(title) == name_key(self._parent.title):
            raise ValidationError(gettext("Give it a title of its own: add the name of your place, for example."))
        return title

    def words(self) -> Words:
        told = self.cleaned_data
        phases = [
            Step(
                told[f"title_{n}"],
                told[f"text_{n}"],
                told.get(f"gate_{n}", ""),
                told[f"aims_{n}"],
                told[f"means_{n}"],
            )
            for n in range(1, PHASES + 1)
        ]
        return Words(
            told["title"], told["summary"], told["theme"], phases, told.get("licence", ""), told.get("edition")
        )


def filled(roadmap: Roadmap) -> dict[str, Any]:
    """What the form begins with."""
    return _begun(pad_of(roadmap), roadmap.theme_id or "")


def pad_of(roadmap: Roadmap) -> Pad:
    """Its words, as a pad has them."""
    theme = (roadmap.theme.fr if roadmap.lang == "fr" else roadmap.theme.en) if roadmap.theme else ""
    pad = Pad(roadmap.title, roadmap.summary, theme, roadmap.licence)
    for phase, held in zip(pad.phases, queries.phases(roadmap), strict=False):
        phase.title, phase.text, phase.gate = held.title, held.text, held.gate
        phase.aims = [str(one.aim) for one in held.milestones.all()]
        phase.means = list(held.means)
    return pad


def with_pad(typed: Mapping[str, str], text: str) -> dict[str, Any]:
    """What was typed, and the words of a pad where nothing was. Whatever of the pad has no place goes to the summary: a theme
    or a licence that this desk does not know, words for a field that is filled otherwise."""
    pad = read(text)
    themes = Theme.objects.values_list("key", "fr", "en")
    theme = next((one[0] for one in themes if pad.theme.casefold() in [word.casefold() for word in one]), "")
    told = _begun(pad, theme) | {"licence": pad.licence if pad.licence in LICENCES else ""}
    left = [word for word, known in ((pad.theme, theme), (pad.licence, told["licence"])) if word and not known]
    for name, words in told.items():
        if (before := typed.get(name, "").strip()) and name not in {"summary", "licence"}:
            told[name] = before
            left += [words] if words and words != before else []
    summary = dict.fromkeys(filter(None, (typed.get("summary", "").strip(), told["summary"], *left)))
    return told | {"summary": "\n\n".join(summary), "licence": told["licence"] or typed.get("licence") or LICENCES[0]}


def _begun(pad: Pad, theme: str) -> dict[str, Any]:
    told: dict[str, Any] = {"title": pad.title, "summary": pad.summary, "theme": theme}
    for n, one in enumerate(pad.phases, 1):
        told |= {
            f"title_{n}": one.title,
            f"text_{n}": one.text,
            f"gate_{n}": one.gate,
            f"aims_{n}": "\n".join(one.aims),
            f"means_{n}": "\n".join(one.means),
        }
    told[f"text_{PHASES}"] += _gate_of_the_last(pad)
    return told


def _gate_of_the_last(pad: Pad) -> str:
    """After the last phase nothing is to come: what a pad wrote there goes to its text."""
    return f"\n{pad.phases[-1].gate}".rstrip() if pad.phases[-1].gate else ""
