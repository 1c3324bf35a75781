"""Products of the beta.gouv.fr incubators (Licence Ouverte 2.0): `startups.json`, or one Markdown page each with
front matter.

A phase is a stage with a beginning; the last one is the stage of the *product*. A product may end while the commons
lives (uMap): the importer decides, this reader only tells. Names and mails of contact persons are left out, of `raw`
too, and out of what is shown of a refused row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from communaux.catalogue import stages
from communaux.catalogue.formats.mapped import Event, Mapped, Reading
from communaux.catalogue.formats.rows import Row, Rows, base_name, front_matter, gather, json_rows, named, needed
from communaux.catalogue.formats.values import address, day, line, lines, sections, spoken, text

BODY = "content_body_markdown"
PERSONAL = ("contact", "contact_dinum", "contact_incubator")
DROPPED = (*PERSONAL, "robots", "rgpd")
OTHER_FILES = ("organisations.json", "incubators.json")
PUBLISHED = ("stats_url", "budget_url", "impact_url", "dashlord_url", "analyse_risques_url")


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of a product, in beta.gouv.fr's word and in ours."""

    name: str
    stage: str
    on: date | None
    until: date | None
    comment: str

    def event(self, before: Phase | None) -> Event:
        """The moment it begins: an end, a transfer, a return after an end, or a further stage."""
        match self.stage:
            case "ended":
                return Event("end", self.on, cause=stages.BETAGOUV_CAUSE[self.name], text=self.comment)
            case "transferred":
                return Event("transfer", self.on, text=self.comment)
        kind = "reopened" if before and before.stage == "ended" else "stage"
        return Event(kind, self.on, text="\n\n".join(one for one in (self.stage, self.comment) if one))

    def told(self) -> dict[str, str]:
        days = {"start": self.on, "end": self.until}
        known = {key: one.isoformat() for key, one in days.items() if one}
        return {"name": self.name, "stage": self.stage, **known, **({"comment": self.comment} if self.comment else {})}


def read(files: Mapping[str, bytes]) -> Reading:
    """The list of products; a file of organisations gives sponsors their full names."""
    names = organisation_names(files)
    return gather(product_rows(files), lambda row: to_mapped(row, names), DROPPED, PERSONAL)


def product_rows(files: Mapping[str, bytes]) -> Rows:
    for path, data in named(files, ".json"):
        if base_name(path) not in OTHER_FILES:
            yield from json_rows(path, data)
    for path, data in named(files, ".md"):
        yield front_matter(path, data, BODY)


def organisation_names(files: Mapping[str, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, data in named(files, *OTHER_FILES):
        for row in json_rows(path, data):
            if isinstance(row, Row):
                name = line(row.content.get("name")) or line(row.content.get("title"))
                found[line(row.content.get("id")).lower()] = name
    return found


def to_mapped(row: Row, names: Mapping[str, str] | None = None) -> Mapped:
    content, warnings = row.content, row.warnings
    phases = phases_of(content, warnings)
    return Mapped(
        external_id=needed(line(content.get("id")) or row.key, "id"),
        name=needed(line(content.get("title")), "title"),
        names=old_names(content),
        lang=("fr",),
        short=spoken({"fr": line(content.get("mission"))}),
        long=spoken({"fr": text(content.get(BODY))}),
        kind="service",
        url=address(content.get("link"), warnings),
        repository=address(content.get("repository"), warnings),
        tags=lines([*lines(content.get("thematiques")), *lines(content.get("techno"))]),
        orgs=lines([line(one).rsplit("/", 1)[-1] for one in lines(content.get("sponsors"))]),
        stage=phases[-1].stage if phases else "",
        events=life(phases, content),
        community=community(content, names or {}),
        governance=governance(content, phases, warnings),
        warnings=tuple(warnings),
        raw={key: one for key, one in content.items() if key not in PERSONAL},
    )


def old_names(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Former addresses of the page are former names of the product."""
    former = [one.rstrip("/").rsplit("/", 1)[-1] for one in lines(content.get("redirect_from"))]
    return lines([bare for one in former if (bare := re.sub(r"\.(html|md)$", "", one)) != content.get("id")])


def phases_of(content: Mapping[str, Any], warnings: list[str]) -> list[Phase]:
    """The phases in the order of the file, which is the order of life; unknown ones are told and passed over."""
    found = []
    for one in sections(content.get("phases")):
        name, on = line(one.get("name")), day(one.get("start"))
        if name not in stages.BETAGOUV:
            warnings.append(f"Unknown phase: {name}")
            continue
        if on is None:
            warnings.append(f"Phase without a date: {name}")
        found.append(Phase(name, stages.BETAGOUV[name], on, day(one.get("end")), text(one.get("comment"))))
    return found


def life(phases: list[Phase], content: Mapping[str, Any]) -> tuple[Event, ...]:
    """Beginning, one event a phase, launch; the text of a stage opens with its key."""
    found = [Event("created", phases[0].on)] if phases else []
    found += [phase.event(before) for before, phase in pairwise([None, *phases]) if phase]
    launches = [one for one in sections(content.get("events")) if one.get("name") == "product_launch"]
    found += [Event("published", day(one.get("date")), text=text(one.get("comment"))) for one in launches]
    return tuple(sorted(found, key=lambda event: event.on or date.max))


def community(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    sponsors = [line(one).rsplit("/", 1)[-1] for one in lines(content.get("sponsors"))]
    incubators = lines([content.get("incubator"), *lines(content.get("incubators"))])
    found: dict[str, Any] = {
        "incubators": [names.get(one.lower(), one) for one in incubators],
        "sponsors": [names.get(one.lower(), one) for one in sponsors],
        "audiences": list(lines(content.get("usertypes"))),
    }
    return {key: one for key, one in found.items() if one}


def governance(content: Mapping[str, Any], phases: list[Phase], warnings: list[str]) -> dict[str, Any]:
    """Phases and committees, money, and what the product publishes about itself."""
    found: dict[str, Any] = {key: address(content.get(key), warnings) for key in PUBLISHED}
    found |= {key: content.get(key) is True for key in ("stats", "analyse_risques", "mon_service_securise")}
    found["accessibility"] = line(content.get("accessibility_status"))
    found["phases"] = [phase.told() for phase in phases]
    found["events"] = [dict(one) for one in sections(content.get("events"))]
    found["funding"] = [dict(one) for one in sections(content.get("fast"))]
    return {key: one for key, one in found.items() if one}
