"""What a reader says of a video, an answer of a model, a search: the engine checks it and computes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.engines.footprint import named, telling
from communaux.engines.footprint import search as searching
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Factors, shipped
from communaux.engines.footprint.generation import answer
from communaux.engines.footprint.results import Result
from communaux.engines.footprint.video import video

DEVICES: Final = {
    "mean": _("a mean device"),
    "tv": _("a television"),
    "desktop_monitor": _("a desktop computer and its monitor"),
    "laptop": _("a laptop"),
    "tablet": _("a tablet"),
    "smartphone": _("a smartphone"),
}
QUALITIES: Final = (("sd", _("standard definition")), ("hd", _("high definition")), ("uhd", _("ultra high definition")))
NETWORKS: Final = (
    ("", _("fixed, I do not know where")),
    ("fixed_fr", _("fixed, in France")),
    ("mobile_fr", _("mobile, in France")),
    ("fixed_eu", _("fixed, elsewhere in Europe")),
    ("mobile_eu", _("mobile, elsewhere in Europe")),
)
ZONES: Final = (
    ("FR", _("France")),
    ("EU", _("Europe")),
    ("US", _("United States")),
    ("CN", _("China")),
    ("WORLD", _("the world")),
)
SPACES: Final = re.compile("[ \u00a0\u202f]")
DECIMAL: Final = {"inputmode": "decimal", "autocomplete": "off"}


class Figure(forms.FloatField):
    """With the thousands apart or not."""

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # a number with a fraction
        return super().to_python(SPACES.sub("", value) if isinstance(value, str) else value)


def number(label: Any, help_text: Any = "") -> Figure:
    """With a comma or a point, as people write it."""
    return Figure(
        label=label, help_text=help_text, required=False, localize=True, widget=forms.TextInput(attrs=DECIMAL)
    )


def choice(label: Any, choices: Any) -> forms.ChoiceField:
    """What is left out is as it is most often."""
    return forms.ChoiceField(label=label, choices=choices, required=False)


def usual(key: str, scale: float) -> str:
    """What a field left empty is taken for, as the numbers of today have it."""
    one, lang = shipped()[key], "en" if get_language() == "en" else "fr"
    value, low, high = (telling.plain(number / scale, lang) for number in (one.value, one.low, one.high))
    if one.low == one.high:
        return gettext("Empty: %(value)s.") % {"value": value}
    return gettext("Empty: %(value)s, between %(low)s and %(high)s.") % {"value": value, "low": low, "high": high}


class Calculator(forms.Form):
    """A form whose `result` is there once it is valid; what the engine refuses stands beside the field it is about."""

    defaults: ClassVar[Mapping[str, Any]]
    result: Any = None

    @classmethod
    def said(cls, query: Mapping[str, str]) -> dict[str, str]:
        """What an address says; the rest as it is most often."""
        return {**cls.defaults, **{name: query[name] for name in cls.base_fields if query.get(name)}}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.result = self.computed(shipped(), given)
            except FootprintError as error:
                self._refuse(error)
        return given

    def _refuse(self, error: FootprintError) -> None:
        lang, name = get_language() or "fr", str(error.what.get("name", ""))
        if name in self.fields:
            most = telling.plain(float(str(error.what["most"])), lang)
            self.add_error(name, _("Write a number above 0, and of %(most)s at most.") % {"most": most})
        else:
            self.add_error(None, telling.refused(error, lang))

    def computed(self, factors: Factors, given: Mapping[str, Any]) -> Any:
        raise NotImplementedError


class VideoForm(Calculator):
    """Minutes of video, on a device, by a network."""

    defaults = {"minutes": "60", "device": "mean", "quality": "hd", "network": ""}

    minutes = number(_("How long, in minutes"))
    device = choice(_("Watched on"), list(DEVICES.items()))
    quality = choice(_("Definition"), QUALITIES)
    network = choice(_("Network"), NETWORKS)

    def computed(self, factors: Factors, given: Mapping[str, Any]) -> Result:
        asked = {name: given[name] for name in ("minutes", "device", "quality")}
        return video(factors, **asked, network=given["network"] or None)


class SearchForm(Calculator):
    """A search on the web, on a device, by a network."""

    defaults = {"device": "mean", "network": "fixed_fr"}

    device = choice(_("Made on"), [(code, DEVICES[code]) for code in searching.DEVICES])
    network = choice(_("Network"), NETWORKS[1:])

    def computed(self, factors: Factors, given: Mapping[str, Any]) -> Result:
        return searching.search(factors, device=given["device"], network=given["network"])


class AnswerForm(Calculator):
    """Tokens that a model writes, told by its size or by its name; a search beside them."""

    defaults = {"tokens": "400", "active": "12", "zone": "FR"}

    @classmethod
    def said(cls, query: Mapping[str, str]) -> dict[str, str]:
        """A name takes the place of the usual size."""
        found = super().said(query)
        if query.get("model") and query.get("active") in (None, "", cls.defaults["active"]):
            del found["active"]
        return found

    tokens = number(
        _("How long the answer is, in tokens"), _("A token is a piece of a word: 100 words in French make some 150.")
    )
    model = forms.CharField(
        label=_("Name of the model"),
        required=False,
        max_length=100,
        help_text=_(
            "As EcoLogits has it, for instance mistralai/mistral-small-latest; or leave it empty and give the size."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    active = number(
        _("Size of the model, in billions of parameters that work at once"),
        _("A small one has some 3 to 12; of a “mixture of experts” only those that work."),
    )
    whole = number(_("Billions of parameters in all"), _("Only where it is more."))
    zone = choice(_("Electricity of"), ZONES)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "model" in given and "active" in given and bool(given["model"]) == (given["active"] is not None):
            self.add_error("active", _("Give either the size of the model, or its name."))
        if given.get("model") and given.get("whole") is not None:
            self.add_error("whole", _("This goes with the size of a model, not with its name."))
        return super().clean()

    def computed(self, factors: Factors, given: Mapping[str, Any]) -> Result:
        self.search = searching.search(factors)
        if given["model"]:
            provider, _slash, model = given["model"].partition("/")
            return named.named(factors, provider=provider, model=model, tokens=given["tokens"], zone=given["zone"])
        asked = {name: given[name] for name in ("tokens", "active", "whole", "zone")}
        return answer(factors, **asked)
