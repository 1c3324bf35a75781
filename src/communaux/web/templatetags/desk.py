"""Tags and filters every template has: labels of codes, numbers, dates known by the year only, marked excerpts, permissions."""

from __future__ import annotations

import ipaddress
import json
import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import rules
from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext

from communaux.catalogue.formats.document import Run
from communaux.catalogue.forms.commons import CommonsForm
from communaux.catalogue.models import LifeEvent
from communaux.core.contest import is_overdue
from communaux.core.models import Entry
from communaux.engines.assess import answers as asked
from communaux.engines.search.model import Excerpt
from communaux.web import corrections, said
from communaux.web.comparing import clipped
from communaux.web.labels import RELATION, TABLES
from communaux.web.typography import dated, grouped, listed, pair, quoted, typeset

register = template.Library()
register.filter("typeset", typeset)
register.filter("quoted", quoted)
register.simple_tag(pair, name="pair")

PILLARS = ("community", "governance")
HEADING = re.compile(r"<h([3-5])>(.*?)</h\1>", re.DOTALL)
CODED = {"state": "state", "contest_state": "contest", "opinion": "contest", "event": "event", "cause": "cause"}
CODED |= {"role": "role", "object_type": "object", "run_state": "run", "items_state": "items_state"}
CODED |= {name: name for name in ("roadmap_state", "commitment_state", "follow_up")}
CODED |= {"workshop_stage": "workshop_stage", "card": "card"}
CODED |= {name: name for name in ("contribution_state", "pledge_scope", "mentoring_subject")}
CODED |= {"value": "answer", "answer_source": "answer_source", "answer_state": "answer_state"}
OF_TERRITORIES = (
    "carte/",
    "lieux/",
    "filieres/",
    "ambassadeurs/",
    "se-faire-aider/",
)  # what the tab of territories holds
LONGEST = 300  # words of a description on its sheet; the page of sources has it whole


@register.filter
def label(code: str, table: str) -> str:
    """The word for a code; a code without word is shown as it is."""
    return str(TABLES[table].get(code, code))


@register.filter
def number(value: int | None) -> str:
    """Thousands by a narrow no-break space in French, by a comma in English; unknown is a word, never zero."""
    if value is None:
        return "inconnu" if get_language() == "fr" else "unknown"
    return grouped(value)


@register.filter
def euros(cents: int | None) -> str:
    """1 200,50 € in French, €1,200.50 in English; unknown is a word, never zero."""
    if cents is None:
        return number(None)
    whole, rest = grouped(cents // 100), f"{cents % 100:02}" if cents % 100 else ""
    if get_language() == "fr":
        return f"{whole}{',' if rest else ''}{rest}\u202f€"
    return f"€{whole}{'.' if rest else ''}{rest}"


@register.filter
def decimals(value: Any, places: int) -> str:
    """A measure with so many decimals, with the comma or the point of the language."""
    return str(number_format(value, places))


@register.filter(expects_localtime=True)
def when(day: date | None, precision: str = "day") -> str:
    """A date as precise as it is known: 1er novembre 2023, novembre 2023, 2023; "minute" for an instant."""
    return dated(day, precision) if day else ""


@register.filter
def marked(excerpt: Excerpt) -> SafeString:
    """The excerpt with its matched words in <mark>, each piece in its own language; everything else escaped."""
    parts, at = [], 0
    for start, end, lang in excerpt.langs:
        inside = _marked(excerpt, start, end)
        parts += [_marked(excerpt, at, start), inside if lang == get_language() else _in_language(lang, inside)]
        at = end
    return format_html_join("", "{}", ((part,) for part in (*parts, _marked(excerpt, at, len(excerpt.text)))))


def _in_language(lang: str, inside: SafeString) -> SafeString:
    return format_html('<span lang="{}">{}</span>', lang, inside)


def _marked(excerpt: Excerpt, at: int, until: int) -> SafeString:
    """A part of the excerpt; marks never reach over its ends."""
    parts = []
    for start, end in excerpt.marks:
        if at <= start and end <= until:
            parts += [escape(excerpt.text[at:start]), format_html("<mark>{}</mark>", excerpt.text[start:end])]
            at = end
    return mark_safe("".join([*parts, escape(excerpt.text[at:until])]))  # noqa: S308 - every part is escaped above


@register.simple_tag(takes_context=True)
def can(context: Context, name: str, target: object = None) -> bool:
    """Whether the person of this page may: {% can "catalogue.import" source as allowed %}."""
    person = context["user"]
    return person.is_authenticated and rules.has_perm(name, person, target)


def _stands_under(request: HttpRequest, name: str, address: str) -> bool:
    """Whether this tab is lit; needs of one territory are read as a part of it."""
    of_a_place = request.path == reverse("needs") and "territoire" in request.GET
    root = reverse("home")
    if name == "gatherings":
        return request.path.startswith((address, f"{root}feuilles-de-route/", f"{root}contributions/"))
    if name == "assess":
        return request.path.startswith((address, f"{root}empreinte/"))
    if name == "territories":
        return of_a_place or request.path.startswith((address, *(f"{root}{part}" for part in OF_TERRITORIES)))
    return request.path.startswith(address) and not (name == "needs" and of_a_place)


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, words: str) -> SafeString:
    address, request = reverse(name), context.get("request")
    if request is not None and _stands_under(request, name, address):
        return format_html('<a href="{}" aria-current="true">{}</a>', address, words)
    return format_html('<a href="{}">{}</a>', address, words)


@register.simple_tag
def theme_name(theme: Any) -> str:
    return theme.fr if get_language() == "fr" else theme.en


@register.simple_tag
def source_of(record_id: Any, records: list) -> SafeString:
    """Where a value was read: source and day, beside the value."""
    record = next((r for r in records if r.pk == record_id), None)
    if record is None:
        return SafeString()
    return format_html('<span class="src">({}, {})</span>', record.source.title, when(record.fetched_at, "month"))


@register.simple_tag
def source_of_text(provenance: dict, lang: str, records: list) -> SafeString:
    """Source and licence of a description, under it."""
    record_id = provenance.get(f"long.{lang}") or provenance.get(f"short.{lang}")
    record = next((r for r in records if r.pk == record_id), None)
    if record is None:
        return SafeString()
    source = record.source
    return format_html('<p class="src">{} — {}, {}</p>', source.attribution, source.licence, when(record.fetched_at))


@register.simple_tag
def relation_words(kind: str, outgoing: bool) -> str:
    return str(RELATION[kind][0 if outgoing else 1])


@register.filter
def fact_value(value: Any) -> SafeString:
    """A declared value as words; an address becomes a link."""
    if isinstance(value, bool):
        return format_html("{}", gettext("yes") if value else gettext("no"))
    if isinstance(value, list):
        return format_html_join(", ", "{}", ((fact_value(item),) for item in value))
    text = said.words(value) if isinstance(value, dict) else str(value)
    if text.startswith(("https://", "http://")):
        return format_html('<a href="{}" rel="external nofollow">{}</a>', text, text[:60])
    return format_html("{}", text)


@register.simple_tag
def run(one: Run, cut: bool = False) -> SafeString:
    """Words of a document, as a link where they lead to the web, in their own language; cut where they are long."""
    shown = clipped(one) if cut else one
    text = format_html('<a href="{}" rel="external nofollow">{}</a>', one.link, shown.text) if one.link else shown.text
    return format_html('<span lang="{}">{}</span>', one.lang, text) if one.lang else format_html("{}", text)


@register.filter
def source_title(key: str, records: list) -> str:
    return next((r.source.title for r in records if r.source_id == key), key)


@register.filter
def as_json(value: Any) -> str:
    """For an attribute that a script reads."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def get(mapping: dict, key: str) -> Any:
    return mapping.get(key)


@register.filter(name="said")
def in_words(value: Any, field: str = "") -> str:
    """What a record says in one of its fields."""
    return said.words(value, field)


@register.filter
def said_fields(mapped: dict) -> list[tuple[str, str]]:
    return said.fields(mapped)


@register.filter
def correction(warning: str) -> str:
    return corrections.sentence(warning)


@register.filter
def stage_begun(event: LifeEvent) -> str:
    """The stage that a change of stage opens."""
    return said.stage_and_text(event.kind, event.text)[0]


@register.filter
def event_text(event: LifeEvent) -> str:
    """What the source adds to an event."""
    return said.stage_and_text(event.kind, event.text)[1]


@register.filter
def change(entry: Entry) -> str:
    """What a line of the journal changed, in words; long values are cut."""
    if "relation" in entry.before:
        return gettext("no longer told: %(relation)s") % {"relation": _relation(entry.before)}
    if "relation" in entry.after:
        return _relation(entry.after)
    fields = [*entry.after, *sorted(entry.before.keys() - entry.after.keys())]
    return listed([pair(label(name, "field"), _in_words(name, entry.after.get(name))) for name in fields[:6]])


def _relation(told: dict[str, str]) -> str:
    return f"{RELATION[told['relation']][0]} {told['with']}"


def _in_words(name: str, value: Any) -> str:
    """A code as its word, a long value cut, nothing as a dash."""
    if name in CODED:
        return label(value or "", CODED[name])
    if name == "contested":
        return code_words(str(value))
    if name == "question" and value in asked.bank():
        return asked.words(value, "en" if get_language() == "en" else "fr")[0]
    if name == "described":
        return ", ".join(str(CommonsForm.base_fields[one].label) for one in value)
    words = said.words(value, name) if value not in (None, "", [], {}) else said.words("", name) or "—"
    return words if len(words) <= 80 else f"{words[:79]}…"


@register.filter
def code_words(code: str) -> str:
    """What a contest is about: a field, words in a language, a fact, an event, a merge."""
    kind, _mark, rest = code.partition("." if "." in code else ":")
    if kind in PILLARS:
        return label(rest, "fact")
    told = (
        gettext("an event of its life")
        if kind == "event"
        else gettext("a merge")
        if kind == "merge"
        else label(kind, "field")
    )
    return f"{told} ({label(rest, 'lang')})" if kind in said.SPOKEN else told


@register.simple_tag(takes_context=True)
def contested(context: Context, code: str) -> SafeString:
    """Beside a value: that it is contested, with the way to the contest; nothing when it is not."""
    one = context["contested"].get(code)
    if one is None:
        return SafeString()
    told = gettext("contested")
    if is_overdue(one, context["now"]):
        told = gettext("contested, without answer since %(day)s") % {"day": when(one.due_at)}
    return format_html('<a class="state unknown" href="{}">{}</a>', reverse("contest", args=[one.pk]), told)


@register.filter
def public_link(text: str) -> SafeString:
    """An address that somebody gave: a link if it is one of the public network, else the text alone."""
    host = urlsplit(text).hostname or ""
    try:
        private = not ipaddress.ip_address(host).is_global
    except ValueError:
        private = "." not in host or host.endswith((".local", ".internal", ".localhost"))
    if private or not text.startswith(("https://", "http://")):
        return format_html("<code>{}</code>", text)
    return format_html('<a href="{}" rel="external nofollow ugc">{}</a>', text, text[:120])


@register.filter
def points(hundredths: int) -> str:
    """Points of a signal, with their sign."""
    text = f"{hundredths / 100:+.1f}".removesuffix(".0").replace("-", "−")
    return text.replace(".", ",") if get_language() == "fr" else text


@register.filter
def of_pillar(facts: list, pillar: str) -> list:
    """Facts of one axis that have a word in our vocabulary; the others stand on the page of sources."""
    return [fact for fact in facts if fact.pillar == pillar and fact.key in TABLES["fact"]]


@register.simple_tag
def best_text(texts: Any) -> Any:
    """The text in the language of the page, else the French one, else any; None when there is none."""
    wanted = get_language()
    ordered = sorted(texts, key=lambda text: (not text.short, text.lang != wanted, text.lang != "fr", text.lang))
    return ordered[0] if ordered else None


@register.filter
def description(html: str) -> SafeString:
    """A stored (clean) text under its heading of level 2, cut when very long."""
    return stepped(Truncator(html).words(LONGEST, html=True))


@register.filter
def stepped(html: str) -> SafeString:
    """A stored (clean) text under a heading of level 2: its headings go one level deeper at a time."""
    above = 2

    def heading(found: re.Match[str]) -> str:
        nonlocal above
        above = min(int(found[1]), above + 1)
        return f"<h{above}>{found[2]}</h{above}>"

    return mark_safe(HEADING.sub(heading, html))  # noqa: S308 - cleaned when written
