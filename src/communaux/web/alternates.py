"""The same sheet in the formats of other catalogues: what stands in its head, and where each is found."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.safestring import mark_safe

from communaux.catalogue.formats import codemeta_writer, publiccode_writer
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import exports, publiccode
from communaux.catalogue.queries.commons import Sheet

LD_JSON = "application/ld+json"


def of(sheet: Sheet) -> dict[str, Any]:
    """JSON-LD to embed and addresses of other forms; none of a commons that is not published."""
    if sheet.commons.state != Commons.State.PUBLISHED:
        return {}
    graph = codemeta_writer.write_graph(exports.of_sheet(sheet), long=False)
    # Its writer escapes what could end the element.
    return {"graph": mark_safe(graph), "alternates": addresses(sheet)}  # noqa: S308


def addresses(sheet: Sheet) -> list[tuple[str, str, str]]:
    """Name, media type, address."""
    slug = sheet.commons.slug
    found = [("JSON-LD", LD_JSON, reverse("api:jsonld", args=[slug]))]
    if any(one.kind == "software" for one in sheet.resources):
        found.append(("CodeMeta", LD_JSON, reverse("api:codemeta", args=[slug])))
    if can_be_written(sheet):
        found.append(("publiccode.yml", "text/yaml", reverse("api:publiccode", args=[slug])))
    return found


def can_be_written(sheet: Sheet) -> bool:
    """Whether enough is known for a publiccode.yml: some keys come from such a file only, so most sheets need no trial."""
    if not any(record.source.format == "publiccode" and record.state == "live" for record in sheet.records):
        return False
    known = publiccode.described(sheet.commons)
    try:
        return known is not None and bool(publiccode_writer.write(known))
    except publiccode_writer.Incomplete:
        return False
