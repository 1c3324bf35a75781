"""Two decisions: refurbished or new, and whether AI is needed at all. What is not answered is not a good answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.assessment.forms_footprint import ZONES, Calculator, choice, number, usual
from communaux.engines.footprint import hardware, telling
from communaux.engines.footprint.decide import ERRORS, TASKS, Answers, Decision, decide
from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.hardware import Purchase, refurbished_or_new

UNSAID: Final = ("", _("I do not know yet"))
PERSONAL: Final = (UNSAID, ("no", _("no")), ("yes", _("yes")))
EXISTS: Final = (UNSAID, ("yes", _("yes, this one:")), ("no", _("I have looked: none does it")))
WORDS: Final = {
    "find": _("find something"),
    "calculate": _("calculate, or apply a rule"),
    "translate": _("translate"),
    "summarise": _("summarise"),
    "generate": _("write or draw"),
    "classify": _("sort into classes"),
    "dialogue": _("talk with people"),
}
ERROR_WORDS: Final = {"slight": _("little: it is noticed and put right"), "grave": _("much: a right, money, health")}


def _text(label: Any, help_text: Any = "", longest: int = 200) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=longest)


def _devices() -> list[tuple[str, str]]:
    lang = "en" if get_language() == "en" else "fr"
    return [(code, telling.word("device", code, lang)) for code in hardware.DEVICES]


class HardwareForm(Calculator):
    """A device, and what refurbishing adds."""

    defaults: ClassVar[Mapping[str, Any]] = {"device": "laptop", "extra_life": "3", "zone": "FR"}

    device = forms.ChoiceField(label=_("Device"), choices=_devices, required=False)
    extra_life = number(_("Years that refurbishing adds to its life"))
    parts = number(_("New parts and transport, in percent of the making of a new one"))
    life = number(_("Life of a new one, in years"), _("Empty: that of ADEME's model."))
    kwh = number(_("Electricity of a new one, in kWh a year"), _("Empty: that of ADEME's model."))
    kwh_refurbished = number(_("Electricity of the refurbished one, in kWh a year"), _("Empty: the same."))
    zone = choice(_("Electricity of"), ZONES)
    index = _text(_("What the seller says of repair or durability"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        told = _("A hypothesis that nobody has checked yet.")
        self.fields["parts"].help_text = f"{usual('hardware.parts', 0.01)} {told}"

    def computed(self, factors: Factors, given: Mapping[str, Any]) -> Purchase:
        names = ("device", "extra_life", "life", "kwh", "kwh_refurbished", "zone", "index")
        share = None if given["parts"] is None else given["parts"] / 100
        return refurbished_or_new(factors, **{name: given[name] for name in names}, share=share)


class NeedForm(Calculator):
    """Eight questions; only the first has to be answered."""

    defaults: ClassVar[Mapping[str, Any]] = {}

    task = choice(_("1. What is to be done?"), [UNSAID, *((code, WORDS[code]) for code in TASKS)])
    need = _text(_("2. In your own words, so that the desk looks for what exists"), longest=300)
    exists = choice(_("Does a tool without AI, or a commons, do it already?"), EXISTS)
    tool = _text(_("Which one"))
    users = number(_("3. How many people would use it"))
    times = number(_("How often each of them, a year"))
    error = choice(_("4. What does a wrong answer cost?"), [UNSAID, *((code, ERROR_WORDS[code]) for code in ERRORS)])
    checker = _text(_("Who checks the answers"), _("A role, not a name."))
    personal = choice(_("5. Are personal data used?"), PERSONAL)
    legal_basis = _text(_("On what legal basis"))
    model = _text(_("6. The smallest model that was tried"))
    active = number(_("Its size, in billions of parameters that work at once"))
    cases = number(_("How many cases it was tried on"))
    passed = number(_("How many of them it passed, in percent"))
    tokens = number(_("7. How long an answer is, in tokens"))
    reused = number(_("How many answers are kept and used again, in percent"))
    measured = _text(_("8. What will be measured"))
    stop = _text(_("When is it stopped?"))

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not given["task"]:
            self.add_error("task", gettext("Say what is to be done: the rest can wait."))
        if given.get("exists") == "yes" and not given.get("tool"):
            self.add_error("tool", gettext("Name the tool that does it."))
        return super().clean()

    def computed(self, factors: Factors, given: Mapping[str, Any]) -> Decision:
        words = ("task", "checker", "legal_basis", "model", "measured", "stop")
        numbers = ("users", "times", "active", "cases", "tokens")
        shares = {name: None if given[name] is None else given[name] / 100 for name in ("passed", "reused")}
        existing = {"": None, "no": (), "yes": (given["tool"],)}[given["exists"]]
        told: dict[str, Any] = {name: given[name] for name in (*words, *numbers)}
        told |= shares | {"existing": existing, "error": given["error"] or None}
        told["personal"] = given["personal"] == "yes" if given["personal"] else None
        return decide(factors, Answers(**told))
