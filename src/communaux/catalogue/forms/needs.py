"""What a person may say of a need: its words, why what was found does not fit, which commons answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.forms.commons import Prose
from communaux.catalogue.forms.inputs import theme_choices
from communaux.catalogue.models import Commons, Need, NeedHit
from communaux.core.models import Organisation
from communaux.territory.models import Territory
from communaux.territory.queries import around, resolving

LEAST, MOST = 8, 140


class NeedForm(forms.Form):
    """A need in its author's words. `found` are the commons shown beside it, each with a place to say why it does not fit."""

    title = forms.CharField(label=_("The need, in one line"), min_length=LEAST, max_length=MOST)
    text_md = Prose(
        label=_("In more words"),
        rows=5,
        required=False,
        max_length=5000,
        help_text=_("What you do today, what is missing, what you tried. No name of a person: it will be public."),
    )
    theme = forms.ChoiceField(label=_("Theme"))
    kind = forms.ChoiceField(label=_("What is missing"))
    place = forms.CharField(
        label=_("Where"),
        max_length=150,
        help_text=_("A commune, an intercommunal body, a département, a region, France: name, postal or INSEE code."),
    )
    for_whom = forms.CharField(label=_("For whom"), required=False, max_length=200)
    org = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("In the name of"), required=False, empty_label=_("myself alone")
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10_000)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)
    rank = forms.CharField(widget=forms.HiddenInput, required=False)
    generation = forms.CharField(widget=forms.HiddenInput, required=False)
    card = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)
    looked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(
        self,
        *args: Any,
        bodies: QuerySet[Organisation],
        words: Mapping[str, Mapping[str, Any]],
        found: Sequence[Commons] = (),
        **given: Any,
    ) -> None:
        super().__init__(*args, **given)
        themes = theme_choices()
        self.fields["theme"].choices = [("", "—"), *themes]  # type: ignore[attr-defined]
        kinds = [(kind, words["need_kind"][kind]) for kind in Need.Kind.values]
        self.fields["kind"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]
        self.fields["org"].queryset = bodies  # type: ignore[attr-defined]
        if not bodies:
            del self.fields["org"]
        self._ask_where(words["territory"])
        codes = [(code, words["unfit"][code]) for code in NeedHit.Reason.values]
        for commons in found:
            self.fields[f"code_{commons.slug}"] = forms.ChoiceField(
                label=_("Why it does not fit"), required=False, choices=codes
            )
            self.fields[f"why_{commons.slug}"] = forms.CharField(
                label=_("In a few words"), required=False, max_length=300
            )

    def _ask_where(self, kinds: Mapping[str, Any]) -> None:
        """Which of several places that bear one name; a desk that holds no codes asks for none."""
        if not Territory.objects.exists():
            del self.fields["place"]
            return
        typed = self.data.get("place", "") if self.is_bound else self.initial.get("place", "")
        self.places = list(resolving.resolve(typed).candidates) if typed.strip() else []
        if choices := _choices(self.places, kinds):
            self.fields["which"] = forms.ChoiceField(
                label=_("Which of these places"),
                choices=choices,
                widget=OneOfSeveral,
                error_messages={"required": _("Several places bear this name, choose which one.")},
            )

    def clean_place(self) -> str:
        typed = self.cleaned_data["place"]
        if not self.places:
            near = ", ".join(one.name for one in resolving.suggest(typed, limit=5))
            told = gettext("No place is called so: check the spelling, or give the postal code.")
            raise ValidationError(
                f"{told} {gettext('These come near: %(names)s.') % {'names': near}}" if near else told
            )
        return typed

    def territory(self) -> Territory | None:
        """The one place that is meant; none when the desk asks for none."""
        if "place" not in self.fields:
            return None
        return where(self.cleaned_data["place"], self.cleaned_data.get("which", ""))

    def own(self) -> list[forms.BoundField]:
        """The fields of the need itself."""
        names = ("title", "text_md", "theme", "kind", "place", "which", "for_whom", "org")
        return [self[name] for name in names if name in self.fields]

    def rows(self, found: Sequence[Commons]) -> list[tuple[Commons, forms.BoundField, forms.BoundField]]:
        """Some of the commons found, each with its two fields."""
        return [(one, self[f"code_{one.slug}"], self[f"why_{one.slug}"]) for one in found]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_key(self) -> UUID:
        """A key that is none is a new one: nothing of what was typed depends on it."""
        try:
            return UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid4()

    def clean_rank(self) -> int:
        return _small_number(self.cleaned_data["rank"]) or 1

    def clean_generation(self) -> int | None:
        return _small_number(self.cleaned_data["generation"])

    def given(self) -> dict[str, Any]:
        """What is written of the need."""
        names = ("title", "text_md", "kind", "for_whom")
        told = {name: self.cleaned_data[name] for name in names}
        return told | {
            "theme_id": self.cleaned_data["theme"],
            "territory": self.territory(),
            "org": self.cleaned_data.get("org"),
            "generation": self.cleaned_data["generation"],
            "lang": "fr" if get_language() == "fr" else "en",
        }

    def reason(self, commons: Commons) -> tuple[str, str]:
        told = self.cleaned_data
        return told.get(f"code_{commons.slug}", ""), told.get(f"why_{commons.slug}", "")


def where(typed: str, which: str) -> Territory | None:
    """The one place meant by what was typed, and by the choice where several bear the name."""
    found = resolving.resolve(typed).candidates if typed.strip() else ()
    return found[0] if len(found) == 1 else next((one for one in found if written(one) == which), None)


def which_of(typed: str, kinds: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The places that answer to what was typed, when they are several."""
    return _choices(resolving.resolve(typed).candidates, kinds) if typed.strip() else []


def _choices(places: Sequence[Territory], kinds: Mapping[str, Any]) -> list[tuple[str, str]]:
    if len(places) < 2:
        return []
    inside = around.departements(places)
    return [(written(one), _told(one, inside.get(one.pk), kinds)) for one in places]


def written(territory: Territory) -> str:
    """As addresses and forms name it: `kind:code`."""
    return f"{territory.kind}:{territory.code}"


def _told(territory: Territory, departement: Territory | None, kinds: Mapping[str, Any]) -> str:
    inside = f" ({departement.name})" if departement else ""
    return f"{territory.name}{inside}, {kinds[territory.kind]} {territory.code}"


def _small_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class OneOfSeveral(forms.RadioSelect):
    """Not asked by the browser: who corrects the name above needs none of these any more; the form asks when it must."""

    def use_required_attribute(self, initial: object) -> bool:
        return False


class CorrectForm(forms.Form):
    """The words of a need, said better by its author."""

    title = forms.CharField(label=_("The need, in one line"), min_length=LEAST, max_length=MOST)
    text_md = Prose(label=_("In more words"), rows=5, required=False, max_length=5000)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class MatchForm(forms.Form):
    """Which commons answers a need, and why."""

    commons = forms.CharField(
        label=_("The commons that answers"), max_length=250, help_text=_("Its name, or the end of its address here")
    )
    why = forms.CharField(label=_("Why it fits, in one line"), max_length=300)

    def clean_commons(self) -> Commons:
        wanted = self.cleaned_data["commons"].strip().rstrip("/").rpartition("/")[2]
        published = Commons.objects.filter(state=Commons.State.PUBLISHED)
        found = published.filter(slug=wanted).first() or published.filter(name__iexact=wanted).order_by("slug").first()
        if found is None:
            raise ValidationError(gettext("No commons of the desk has this name or address."))
        return found


class PoolForm(forms.Form):
    """Needs to be put together, and the words of all of them."""

    others = forms.ModelMultipleChoiceField(
        Need.objects.none(), label=_("Needs to put together with this one"), widget=forms.CheckboxSelectMultiple
    )
    title = forms.CharField(label=_("The common need, in one line"), min_length=LEAST, max_length=MOST)
    text_md = Prose(label=_("In more words"), rows=5, required=False, max_length=5000)
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, among: Sequence[Need], why: Mapping[str, str], **given: Any) -> None:
        super().__init__(*args, **given)
        field = self.fields["others"]
        field.queryset = Need.objects.filter(pk__in=[one.pk for one in among])  # type: ignore[attr-defined]  # declared above
        told = [(str(one.pk), _line(one, why.get(str(one.pk), ""))) for one in among]
        field.choices = told  # type: ignore[attr-defined]  # declared above

    def clean_key(self) -> UUID:
        try:
            return UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid4()


def _line(need: Need, why: str) -> str:
    """A need as one line, with what makes it near when its words do not."""
    named = f"{need.title} — {need.place_name}" if need.place_name else need.title
    return f"{named} ({why})" if why else named


class CloseForm(forms.Form):
    """Why a need is closed without an answer."""

    reason = forms.ChoiceField(label=_("Why it is closed"))

    def __init__(self, *args: Any, words: Mapping[str, Mapping[str, Any]], **given: Any) -> None:
        super().__init__(*args, **given)
        codes = [code for code in Need.CloseReason.values if code]
        self.fields["reason"].choices = [(code, words["close_reason"][code]) for code in codes]  # type: ignore[attr-defined]
