"""Digital Public Goods Alliance (Unlicense): products and nominees, completed by the screening answers of the same
id.

Read as one array with `id`, as one object keyed by id, or as one native file per product, named by its id. The stage
is a label of the Alliance ("DPG", "nominee"): a recommendation, never a stage of life. Only facts of the screening
are mapped; the long answers stay in `raw`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communaux.catalogue.addresses import is_owner_page, on_forge
from communaux.catalogue.formats.mapped import Mapped, Part, Reading, Refused
from communaux.catalogue.formats.rows import Row, Rows, base_name, gather, json_rows, named, needed
from communaux.catalogue.formats.values import address, addresses, line, lines, section, sections, spoken, text
from communaux.catalogue.licences import together

KINDS = {"software": "software", "data": "data", "content": "content", "standard": "standard", "aimodel": "software"}
DROPPED = ("platformIndependence", "NonPII", "doNoHarm")


def read(files: Mapping[str, bytes]) -> Reading:
    """Files in the order of their names; screening answers without a product are refused."""
    data_files = [(path, data) for path, data in named(files, ".json") if "schema" not in base_name(path)]
    found = [row for path, data in data_files for row in rows_of(path, data)]
    answers = {row.key: row.content for row in found if isinstance(row, Row) and is_screening(row)}
    products = [row for row in found if isinstance(row, Refused) or not is_screening(row)]
    known = {product_id(row) for row in products if isinstance(row, Row)}
    alone = [Refused(key, f"Screening answers without a product: {key}") for key in sorted(answers.keys() - known)]
    return gather([*(completed(row, answers) for row in products), *alone], to_mapped, DROPPED)


def is_screening(row: Row) -> bool:
    return "clearOwnership" in row.content and "license" not in row.content


def product_id(row: Row) -> str:
    return line(row.content.get("id")) or row.key


def rows_of(path: str, data: bytes) -> Rows:
    """The rows of a collection, or the one product of a native file."""
    rows = list(json_rows(path, data))
    if any(isinstance(row, Row) for row in rows) and not is_product(data):
        yield from rows
        return
    for row in json_rows(path, b"[" + data + b"]") if data.lstrip().startswith(b"{") else rows:
        yield Row(base_name(path), row.content, base_name(path)[:-5]) if isinstance(row, Row) else row


def is_product(data: bytes) -> bool:
    """In a collection keyed by id the first value is an object; in a product it is its name."""
    return data.lstrip()[:200].replace(b" ", b"").replace(b"\n", b"").startswith((b'{"name":"', b'{"id":"'))


def completed(row: Row | Refused, answers: Mapping[str, Mapping[str, Any]]) -> Row | Refused:
    if isinstance(row, Refused):
        return row
    key = product_id(row)
    return Row(row.where, {**answers.get(key, {}), **row.content}, key, row.warnings)


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    name = needed(line(content.get("name")), "name")
    repositories = repositories_of(content, warnings)
    kinds, url = kinds_of(content), address(content.get("website"), warnings)
    licence = together(lines([one.get("spdx") for one in sections(content.get("license"))]))
    return Mapped(
        external_id=needed(row.key, "id"),
        name=name,
        names=tuple(one for one in lines(content.get("aliases")) if one != name),
        lang=("en",),
        short=spoken({"en": line(content.get("description"))}),
        kind=kinds[0],
        url=url,
        repository=repositories[0] if repositories else "",
        more_repositories=repositories[1:],
        licence_raw=licence,
        tags=tags(content),
        orgs=lines([one.get("name") for one in sections(content.get("organizations"))]),
        identifiers=(("dpga", row.key),),
        parts=tuple(Part(kind, url=url, licence_raw=licence) for kind in kinds[1:]),
        recommendation=line(content.get("stage")),
        community=community(content, warnings),
        governance=governance(content),
        warnings=tuple(warnings),
        raw=content,
    )


def repositories_of(content: Mapping[str, Any], warnings: list[str]) -> tuple[str, ...]:
    """Repositories of a forge first: the list also holds sites, documents and pages of their owner."""
    found = addresses([one.get("url") for one in sections(content.get("repositories"))], warnings)
    return tuple(sorted(found, key=lambda one: not on_forge(one) or is_owner_page(one)))


def kinds_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    found = dict.fromkeys(KINDS[one] for one in lines(content.get("type")) if one in KINDS)
    return tuple(found) or ("software",)


def tags(content: Mapping[str, Any]) -> tuple[str, ...]:
    goals = [f"SDG{line(one.get('SDGNumber'))}" for one in sections(content.get("SDGs"))]
    return lines([*goals, *lines(content.get("sectors"))])


def community(content: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    """Who stands behind it in which role, where it was made and is deployed, and its documentation."""
    places, papers = section(content.get("locations")), section(content.get("documentation"))
    roles = {line(one.get("name")): line(one.get("org_type")) for one in sections(content.get("organizations"))}
    found: dict[str, Any] = {
        "roles": {name: role for name, role in roles.items() if name and role},
        "developed_in": list(lines(places.get("developmentCountries"))),
        "deployed_in": list(lines(places.get("deploymentCountries"))),
        "documentation": [text(one) for one in papers.get("documentationURL") or [] if text(one)],
    }
    return {key: one for key, one in found.items() if one}


def governance(content: Mapping[str, Any]) -> dict[str, Any]:
    """Whether ownership is explicit and where it is written; the privacy laws and standards it says it follows."""
    owner, privacy, standards = (section(content.get(key)) for key in ("clearOwnership", "privacy", "standards"))
    found: dict[str, Any] = {
        "ownership_explicit": line(owner.get("isOwnershipExplicit")),
        "copyright": line(owner.get("copyrightURL")),
        "privacy_laws": list(lines(privacy.get("privacyComplianceList"))),
        "standards": list(lines(standards.get("standardsList"))),
    }
    return {key: one for key, one in found.items() if one}
