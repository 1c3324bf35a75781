"""Records as they were read, licence by licence: what the dumps are made of (decision 0010)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import QuerySet

from communaux.catalogue.formats.exported import Exported, Spoken, Thing
from communaux.catalogue.formats.stored import from_json
from communaux.catalogue.languages import language
from communaux.catalogue.licences import read_licence
from communaux.catalogue.models import Source, SourceRecord
from communaux.catalogue.queries.as_json import address
from communaux.catalogue.queries.exports import AT_A_TIME, origin, quoted, same_addresses

# Of the commons of a record only its address is told.
HEAVY = ("text_md", "text_html", "short", "tags", "orgs", "provenance", "conflicts", "pinned", "names")


def licences() -> list[str]:
    """Licences of records that may be given out, each once; without a known licence nothing is."""
    live = SourceRecord.objects.filter(state=SourceRecord.State.LIVE).exclude(source__licence="")
    return sorted(live.order_by().values_list("source__licence", flat=True).distinct())


def _live(licence: str) -> QuerySet[SourceRecord]:
    return SourceRecord.objects.filter(state=SourceRecord.State.LIVE, source__licence=licence)


def count(licence: str) -> int:
    return _live(licence).count()


def unlicensed() -> int:
    """How many records stay in the desk, because nobody says under which licence they are."""
    return count("")


def sources_of(licence: str) -> list[Source]:
    return list(Source.objects.filter(licence=licence).order_by("key"))


def records(licence: str) -> Iterator[Exported]:
    """The live records of one licence, by source and number, some hundreds in memory at a time."""
    for source in sources_of(licence):
        found = _live(licence).filter(source=source).select_related("source", "commons").order_by("external_id")
        narrow = found.defer("raw", "warnings", *(f"commons__{name}" for name in HEAVY))
        after: str | None = None
        while after != "":
            part = list((narrow if after is None else narrow.filter(external_id__gt=after))[:AT_A_TIME])
            yield from map(of_record, part)
            after = part[-1].external_id if len(part) == AT_A_TIME else ""


def of_record(record: SourceRecord) -> Exported:
    """What one record says, and nothing of any other; what it tells of persons (community, governance) is not taken."""
    said, by = from_json(record.mapped), origin(record)
    sheet = address(record.commons) if record.commons else ""
    texts = {
        language(lang): Spoken(
            quoted(said.short.get(lang, ""), by),
            quoted(said.long.get(lang, ""), by),
            tuple(told for one in said.features.get(lang, ()) if (told := quoted(one, by))),
        )
        for lang in sorted({*said.short, *said.long, *said.features}, key=lambda lang: (-len(lang), lang))
    }
    return Exported(
        address=sheet,
        id=f"{settings.DESK_URL}/sources/{record.source_id}/{quote(record.external_id, safe='')}",
        slug=record.commons.slug if record.commons else "",
        name=said.name,
        names=said.names,
        texts=texts,
        things=tuple(_things(said)),
        tags=said.tags,
        orgs=said.orgs,
        stage=said.stage,
        created_on=next((e.on for e in said.events if e.kind == "created" and e.precision == "day"), None),
        last_sign_on=said.last_sign_on,
        updated_on=said.updated_on or by.read_on,
        same=same_addresses(said.identifiers),
        origins=(by,),
    )


def _things(said: Any) -> Iterator[Thing]:
    """Its resource, with its version, and the further parts it tells of."""
    first = {"platforms": said.platforms, "version": said.version, "released_on": said.released_on}
    for one, more in [(said, first), *((part, {}) for part in said.parts)]:
        read = read_licence(one.licence_raw)
        known = {"licence": read.spdx, "licence_raw": one.licence_raw, "open": read.open}
        name = "" if one is said else one.name
        yield Thing(kind=one.kind, name=name, url=one.url, repository=one.repository, **known, **more)
