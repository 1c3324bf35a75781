"""Write what all records of a commons say together: its merged view and the rows around it. Part of an import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from communaux.catalogue import deployed, licences
from communaux.catalogue.addresses import is_owner_page, normal_url
from communaux.catalogue.changes import changed
from communaux.catalogue.fields import name_key
from communaux.catalogue.fixed_facts import fix_facts
from communaux.catalogue.formats.mapped import Part
from communaux.catalogue.languages import UNKNOWN
from communaux.catalogue.merge import View, Voice, merged_view, told_by, views_by_kind
from communaux.catalogue.models import (
    Commons,
    Fact,
    Identifier,
    LifeEvent,
    Recommendation,
    ReplacedProduct,
    Resource,
    Text,
)
from communaux.catalogue.own import OWN, OWN_FILE
from communaux.catalogue.queries.voices import voices_of
from communaux.catalogue.services.identifiers import keep_identifiers
from communaux.core import journal
from communaux.core.markdown import render
from communaux.core.models import Person
from communaux.core.rows import rewrite

NOTHING: Mapping[UUID, str] = MappingProxyType({})
NO_LINES: Sequence[str] = ()
UNSEEN = frozenset({Commons.State.DRAFT, Commons.State.PROPOSED})
FIELDS = (
    *("name", "name_key", "names", "lang", "short", "text_md", "text_html", "tags", "orgs", "is_commons", "state"),
    *("stage", "stage_on", "last_sign_on", "unnamed_on", "provenance", "conflicts", "updated_at"),
)


def settle(
    by: Person,
    ids: Iterable[UUID],
    reason: str,
    at: datetime,
    arrived: Mapping[UUID, str] = NOTHING,
    act: str = "catalogue.import",
    described: Sequence[str] = NO_LINES,
) -> None:
    """Rebuild the view of each commons from its live records; one journal line, of this `act`, for each that changed.

    `described` names the lines that a person wrote of them: what they say stands in their record, which can be mended.
    `arrived` names the record that has just joined a commons. A commons that no record speaks for any more keeps its
    last view.
    """
    rows_of = Commons.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=sorted(set(ids)))
    found = {c.pk: c for c in rows_of.exclude(state=Commons.State.MERGED).order_by("pk")}
    voices = voices_of(sorted(found))
    was = {pk: journal.facts(commons) if commons.provenance else {} for pk, commons in found.items()}  # {}: new
    rows: dict[type[Model], list[Any]] = defaultdict(list)
    for pk, heard in voices.items():
        _show(found[pk], heard, rows, at)
    for pk in found.keys() - voices.keys():
        _withhold(found[pk], at.date())
    with deployed.counted(found, at):
        rewrite(found.values(), FIELDS)
        _themes(found, voices)
    _replace_children(sorted(voices), rows)
    fix_facts(found.values())
    keep_identifiers(sorted(voices), rows[Identifier], at.date())
    if found:
        changed()
    journal.append_many(by, at, _lines(found, was, reason, arrived, act, described))


def _show(commons: Commons, heard: list[Voice], rows: dict[type[Model], list[Any]], at: datetime) -> None:
    view, now = merged_view(heard, commons.pinned, at.date()), timezone.now()
    values, kinds = view.values, views_by_kind(heard, view.values["kind"], commons.pinned, at.date())
    texts = _texts(commons, view)
    main = min(texts, key=lambda t: (t.lang != "fr", t.lang == UNKNOWN, t.lang), default=None)
    commons.name, commons.name_key, commons.names = values["name"][:250], name_key(values["name"]), values["names"]
    commons.lang, commons.short = (main.lang, main.short) if main else ("", "")
    commons.text_md, commons.text_html = (main.text_md, main.text_html) if main else ("", "")
    commons.tags, commons.orgs = values["tags"], values["orgs"]
    commons.stage, commons.stage_on, commons.last_sign_on = values["stage"], values["stage_on"], values["last_sign_on"]
    commons.provenance, commons.conflicts = told_by(view, kinds)
    commons.unnamed_on, commons.updated_at = None, now
    resources = _resources(commons, heard, kinds)
    judged = [commons.pinned.get("is_commons", ""), *(v.said.is_commons for v in heard)]
    commons.is_commons = next(filter(None, judged), "unknown")
    commons.state = _state(commons, resources)
    rows[Text] += texts
    rows[Resource] += resources
    rows[ReplacedProduct] += [ReplacedProduct(commons=commons, product=p[:120]) for p in values["replaces"]]
    for voice in heard:
        _record_rows(commons, voice, rows, at.date())


def _state(commons: Commons, resources: list[Resource]) -> str:
    """What is not open stands outside the commons; what a person decides stays decided."""
    if commons.state in UNSEEN or commons.withheld_reason:
        return commons.state
    closed = commons.is_commons == "no" or all(r.open == Resource.Open.NO for r in resources)
    return Commons.State.WITHHELD if closed else Commons.State.PUBLISHED


def _withhold(commons: Commons, today: date) -> None:
    """No source names it any more: its last view stays, marked since when."""
    commons.state, commons.updated_at = Commons.State.WITHHELD, timezone.now()
    commons.unnamed_on = commons.unnamed_on or today


def _texts(commons: Commons, view: View) -> list[Text]:
    langs = sorted({key.split(".")[1] for key in view.values if key.startswith(("short.", "long."))})
    return [_text(commons, lang, view.values) for lang in langs]


def _text(commons: Commons, lang: str, values: Any) -> Text:
    long = values.get(f"long.{lang}") or ""
    short = values.get(f"short.{lang}") or ""
    features = list(values.get(f"features.{lang}") or ())
    return Text(commons=commons, lang=lang, short=short, text_md=long, text_html=render(long), features=features)


def _resources(commons: Commons, heard: list[Voice], kinds: Mapping[str, View]) -> list[Resource]:
    """One resource per kind that the records name, then the further parts they tell."""
    made = [_resource(commons, view.values, kind, dict(view.provenance)) for kind, view in kinds.items()]
    for voice in heard:
        made += [_part(commons, part, voice.record) for part in voice.said.parts]
    return made


def _resource(commons: Commons, values: Any, kind: str, provenance: dict[str, Any]) -> Resource:
    read = licences.read_licence(values["licence_raw"])
    return Resource(
        commons=commons,
        kind=kind,
        url=values["url"][:1000],
        repository=values["repository"][:1000],
        licence_raw=values["licence_raw"][:300],
        licence_spdx=read.spdx[:200],
        licence_family=read.family,
        open=read.open,
        languages=values["lang"],
        platforms=values["platforms"],
        version=values["version"][:60],
        released_on=values["released_on"],
        provenance={k: v for k, v in provenance.items() if k in {"url", "repository", "licence_raw", "version"}},
    )


def _part(commons: Commons, part: Part, record: int) -> Resource:
    read = licences.read_licence(part.licence_raw)
    return Resource(
        commons=commons,
        kind=part.kind,
        name=part.name,
        url=part.url,
        repository=part.repository,
        licence_raw=part.licence_raw,
        licence_spdx=read.spdx,
        licence_family=read.family,
        open=read.open,
        provenance={"licence_raw": record, "url": record},
    )


def _record_rows(commons: Commons, voice: Voice, rows: dict[type[Model], list[Any]], today: date) -> None:
    """What one record adds in its own name: events, recommendation, facts of the triad, identifiers."""
    said, record = voice.said, voice.record
    rows[LifeEvent] += [
        LifeEvent(
            commons=commons,
            record_id=record,
            source_id=voice.source,
            kind=event.kind,
            on=event.on,
            precision=event.precision,
            cause=event.cause,
            text=event.text,
            text_en=event.text_en,
            from_party=event.from_party,
            to_party=event.to_party,
            other_name=event.other[:250],
        )
        for event in said.events
    ]
    if said.recommendation:
        who = {"commons": commons, "record_id": record, "by_org": voice.source, "label": said.recommendation[:60]}
        rows[Recommendation].append(Recommendation(**who))
    for pillar in ("community", "governance"):
        rows[Fact] += [
            Fact(
                commons=commons,
                pillar=pillar,
                key=key,
                value=value,
                declared_by=voice.source,
                record_id=record,
                as_of=said.updated_on or today,
            )
            for key, value in getattr(said, pillar).items()
        ]
    if commons.state in UNSEEN:
        return  # a draft holds no number or address that a commons of the desk would be known by
    own = [] if voice.source in {OWN, OWN_FILE} else [(voice.source, said.external_id[:500])]
    own += said.identifiers
    own += [("repository", normal_url(url)) for url in (said.repository,) if url and not is_owner_page(url)]
    rows[Identifier] += [
        Identifier(scheme=scheme[:20], value=value[:500], commons=commons, record_id=record)
        for scheme, value in own
        if value
    ]


def _replace_children(ids: list[UUID], rows: dict[type[Model], list[Any]]) -> None:
    whole: tuple[type[Model], ...] = (Text, Resource, ReplacedProduct)
    from_records: tuple[type[Model], ...] = (LifeEvent, Recommendation, Fact)
    _keep_judged(ids, rows[LifeEvent])
    for model in whole:
        model._default_manager.filter(commons__in=ids).delete()
    for model in from_records:
        model._default_manager.filter(commons__in=ids, record__isnull=False).delete()
    for model in (*whole, *from_records):
        twice = model in {Recommendation, Fact}  # two records may say the same
        model._default_manager.bulk_create(rows[model], batch_size=200, ignore_conflicts=twice)


def _keep_judged(ids: list[UUID], events: list[LifeEvent]) -> None:
    """An event that its record still tells is the same one: its number, what a person judged of it, whom it names."""
    stored = LifeEvent.objects.filter(commons__in=ids, record__isnull=False).order_by("pk")
    known: dict[tuple[Any, ...], list[LifeEvent]] = defaultdict(list)
    for event in stored:
        known[_told(event)].append(event)
    for event in events:
        if same := known[_told(event)]:
            old = same.pop(0)
            event.pk, event.state, event.other_id = old.pk, old.state, old.other_id


def _told(event: LifeEvent) -> tuple[Any, ...]:
    return event.record_id, event.kind, event.on, event.other_name


def _themes(found: dict[UUID, Commons], voices: dict[UUID, list[Voice]]) -> None:
    """Themes that a person chose in a record; those read from the text are set when the index is built."""
    link = Commons.themes.through
    chosen = {pk: _chosen(heard) for pk, heard in voices.items()}
    told = [link(commons_id=pk, theme_id=key) for pk, keys in chosen.items() for key in keys]
    link.objects.filter(commons__in=[pk for pk, keys in chosen.items() if keys or found[pk].state in UNSEEN]).delete()
    link.objects.bulk_create(told)


def _chosen(heard: list[Voice]) -> list[str]:
    """What was chosen on this desk speaks alone; else what all records chose."""
    here = [v for v in heard if v.source == OWN and v.said.themes]
    return list(dict.fromkeys(key for v in here or heard for key in v.said.themes))


def _lines(
    found: dict[UUID, Commons],
    was: dict[UUID, dict[str, Any]],
    reason: str,
    arrived: Mapping[UUID, str],
    act: str,
    described: Sequence[str],
) -> list[journal.Line]:
    lines = []
    for pk in sorted(found):
        before, after = journal.changes(was[pk], journal.facts(found[pk]))
        if pk in arrived:
            after["record"] = arrived[pk]
        if described:
            after["described"] = list(described)
        if before or after:
            lines.append(journal.Line(act, ("commons", str(pk)), before, after, reason))
    return lines
