"""Changes of words kept by the desk, as the engine reads them, and why one means nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from communaux.catalogue.models import ThesaurusChange
from communaux.engines.search.overlay import Fault, WordChange


def accepted() -> tuple[WordChange, ...]:
    """The changes accepted on this desk, in the order in which they were."""
    rows = ThesaurusChange.objects.filter(state=ThesaurusChange.State.ACCEPTED).order_by("number")
    return tuple(as_change(*row) for row in rows.values_list("concept", "op", "payload"))


def as_change(concept: str, op: Any, payload: dict[str, str]) -> WordChange:
    return WordChange(
        op,
        concept,
        into=payload.get("list", ""),
        label=payload.get("label", ""),
        fr=payload.get("fr", ""),
        en=payload.get("en", ""),
    )


def payload_of(change: WordChange) -> dict[str, str]:
    """What a row keeps of a change besides its function and its verb."""
    if change.op.endswith("wordpair"):
        return {"fr": change.fr, "en": change.en}
    return {"list": change.into, "label": change.label}


def sentence(fault: Fault) -> str:
    """Why a change means nothing, in words."""
    told: dict[Fault, str] = {
        "unknown_concept": _("The thesaurus has no such function."),
        "unknown_list": _("Choose what kind of word it is."),
        "empty": _("Write a word: letters or figures."),
        "already": _("This function has this word already."),
        "absent": _("This function does not have this word."),
    }
    return told[fault]
