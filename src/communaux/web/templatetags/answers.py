"""The bank's own words, in the language of the page: `{{ read.question.code|question_name }}`, `{{ read.level|level_word }}`."""

from __future__ import annotations

from django import template
from django.urls import reverse

from communaux.assessment.queries_answers import Framed, Read
from communaux.data import assess_table
from communaux.engines.assess import answers as engine
from communaux.engines.assess import telling
from communaux.web.templatetags.assessment import lang

register = template.Library()
# Level → the mark that desk.css draws before it
MARKS = ("unknown", "quiet", "yes", "yes", "yes")
# Condition that answers decide → (name of a page, code of what it asks)
ANSWERED = {
    "R6": ("assessment_question", engine.EXPORT),
    "G3": ("assessment_frame", "ostrom"),
    "G7": ("assessment_answers", ""),
}


@register.filter
def question_name(code: str) -> str:
    return engine.words(code, lang())[0]


@register.filter
def question_asked(code: str) -> str:
    return engine.words(code, lang())[1]


@register.filter
def question_shown(code: str) -> str:
    """What would show it."""
    return engine.words(code, lang())[2]


@register.filter
def among(code: str, codes: set[str]) -> bool:
    return code in codes


@register.filter
def frame_name(code: str) -> str:
    return engine.frame_words(code, lang())[0]


@register.filter
def frame_about(code: str) -> str:
    return engine.frame_words(code, lang())[1]


@register.simple_tag
def item_name(frame: str, ref: str) -> str:
    return engine.item_name(frame, ref, lang())


@register.filter
def level_word(level: int) -> str:
    return engine.level_word(level, lang())


@register.filter
def level_mark(level: int) -> str:
    return MARKS[level]


@register.filter
def alpha(framed: Framed) -> str:
    """Two decimals; empty where it cannot be told."""
    value = framed.agreement.alpha
    return "" if value is None else telling.number(value, "ratio", lang())


@register.filter
def condition_of(code: str) -> str:
    """Name of a condition of the profile."""
    return str(assess_table("conditions")[code][lang()][0])


@register.simple_tag
def answered_at(slug: str, condition: str) -> str:
    """Where a condition that answers decide is answered; empty: it is not one of them."""
    if condition not in ANSWERED:
        return ""
    name, code = ANSWERED[condition]
    return reverse(name, args=[slug, code] if code else [slug])


@register.filter
def said_no(read: Read) -> bool:
    return read.answer is not None and read.answer.value == "no"
