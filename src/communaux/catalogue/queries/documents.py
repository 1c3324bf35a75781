"""One document per published commons, from its merged view: what the search engine reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from communaux.catalogue.models import Commons, Reuse, Text
from communaux.catalogue.own import OWN_FILE
from communaux.catalogue.queries.commons import light_records
from communaux.core.markdown import plain
from communaux.engines.search.model import Doc, Prior, Wording

# Our source keys -> names of the vocabularies in the thesaurus (`maps`).
VOCABULARY = {
    "awesome-selfhosted": "awesome",
    "betagouv": "beta",
    "canada-ore": "ore",
    "communs-te": "mec",
    "code-gouv-fr": "codegouv",
    OWN_FILE: "publiccode",
}
ACTIVE_DAYS = 365


def documents(today: date) -> Iterator[Doc]:
    """Published commons only, by slug, as they stand on a day: the same documents in the same order on every database."""
    related = ("texts", "resources", "themes", "events", "recommendations")
    uses = Prefetch("reuses", Reuse.objects.only("commons", "organisation", "state"))
    found = Commons.objects.filter(state="published").prefetch_related(*related, uses, light_records()).order_by("slug")
    for commons in found.iterator(chunk_size=500):
        yield document(commons, today)


def rethemed(docs: Iterable[Doc]) -> Iterator[Doc]:
    """The same documents with the themes that their commons have now."""
    links = Commons.themes.through.objects.values_list("commons__slug", "theme_id").order_by("theme_id")
    themes: dict[str, list[str]] = defaultdict(list)
    for slug, key in links:
        themes[slug].append(key)
    for doc in docs:
        facets = {name: values for name, values in doc.facets.items() if name != "theme"}
        keys = tuple(sorted(themes[doc.id]))
        yield replace(doc, themes=keys, facets={"theme": keys, **facets} if keys else facets)


def document(commons: Commons, today: date) -> Doc:
    texts = sorted(commons.texts.all(), key=lambda t: (t.lang != "fr", t.lang))
    resources = sorted(commons.resources.all(), key=lambda r: r.pk)
    records = [r for r in commons.records.all() if r.state == "live"]
    tags = {VOCABULARY.get(source, source): tuple(words) for source, words in commons.tags.items()}
    langs = tuple(sorted({code for r in records for code in r.lang.split("+") if code} | {t.lang for t in texts}))
    return Doc(
        id=commons.slug,
        names=(commons.name, *commons.names),
        lang=langs,
        tags=tuple(dict.fromkeys(tag for words in tags.values() for tag in words)),
        orgs=tuple(commons.orgs),
        licence=" ".join(sorted({r.licence_spdx for r in resources if r.licence_spdx})),
        platforms=tuple(sorted({p for r in resources for p in r.platforms})),
        themes=tuple(sorted(theme.key for theme in commons.themes.all())),
        facets=_facets(commons, langs, today),
        source_tags=tags,
        prior=_prior(commons),
        wordings=tuple(_wording(text) for text in texts),
    )


def _wording(text: Text) -> Wording:
    """What a reader of the sheet reads: signs of Markdown are no words, and excerpts show these texts as they are."""
    return Wording(text.lang, plain(text.short), "\n".join(filter(None, map(plain, (text.text_md, *text.features)))))


def _facets(commons: Commons, langs: tuple[str, ...], today: date) -> dict[str, tuple[str, ...]]:
    resources = commons.resources.all()
    facets = {
        "theme": [theme.key for theme in commons.themes.all()],
        "kind": [r.kind for r in resources],
        "licence": [r.licence_family or "unknown" for r in resources],
        "language": list(langs),
        "stage": [commons.stage or "unknown"],
        "source": [r.source_id for r in commons.records.all() if r.state == "live"],
        "activity": [activity(commons.last_sign_on, today)],
        "recommended": [r.by_org for r in commons.recommendations.all()],
    }
    return {name: tuple(sorted(set(values))) for name, values in facets.items() if values}


def activity(last_sign: date | None, today: date) -> str:
    """active: a sign of life within a year; quiet: an older one; unknown: no source says."""
    if last_sign is None:
        return "unknown"
    return "active" if (today - last_sign).days <= ACTIVE_DAYS else "quiet"


def _prior(commons: Commons) -> Prior:
    known = commons.health_known
    health = Decimal(commons.health_met or 0) / known if known else None
    early = any(e.cause == "stopped_at_investigation" for e in commons.events.all()) and commons.stage == "ended"
    uses = commons.reuses.all()
    users = {reuse.organisation_id for reuse in uses if reuse.state == Reuse.State.CONFIRMED}
    return Prior(health, len(users), ended=commons.stage == "ended" and not early, stopped_early=early)
