"""Why a run gave no result, in words: those of the engine, and two of the desk."""

from __future__ import annotations

from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from communaux.data import assess_table
from communaux.engines.assess import telling

OWN: Final = {
    "lost": gettext_noop("The work was interrupted and nobody took it up again. Ask for a new assessment."),
    "internal": gettext_noop("A fault of this desk, written in its log. Its operator can look at it; then ask again."),
}


def sentence(code: str, lang: str) -> str:
    """Cause and next step; a code without words is told as it is."""
    if code in assess_table("indicators")["errors"]:
        return telling.error(code, lang)
    with translation.override(lang):
        return _(OWN[code]) if code in OWN else _("The repository could not be assessed (%(code)s).") % {"code": code}
