"""Services of Mon Espace Collectivité (Apache-2.0): the benchmark of DINUM and the list imported into the site.

One service stands in both files under one name more often than not: the id is the slug of the name, the benchmark
speaks first and the other file completes it. The file of contexts and the territorial projects describe no service
and are left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from communaux.catalogue.formats.mapped import Mapped, Reading, Refused
from communaux.catalogue.formats.rows import Row, Rows, base_name, csv_rows, gather, named, needed
from communaux.catalogue.formats.values import address, line, lines, slug, spoken, text

BENCHMARK, SERVICES = "benchmark", "services-import"
MEANS = (
    "Structure une phase", "Structure une fonctionnalité", "Structure une grappe de produits", "Aides financières",
    "Services numériques experts", "Discussions entre pairs, forum, communauté", "Organiser le conseil",
    "Base de contenu", "Base de projets inspirants",
)  # fmt: skip
PHASES = (
    "Phase : Mieux saisir son territoire, décider des sujets prioritaires",
    "Phase : Construire et suivre un plan global, agréger des indicateurs",
    "Phase : Affiner un projet au stade de l’idée vague",
    "Phase : Concrétiser un projet qui prend forme",
    "Gestion quotidienne et opérationnelle de la collectivité",
)
CONTEXTS = (
    "Thématique principale", "Thématiques secondaires", "Lieux principaux", "Lieux secondaires",
    "Modalités principales", "Modalités secondaires", "Nature", "Niveau d’expertise technique", "Ecosystème public",
)  # fmt: skip
DROPPED = (
    "logoUrl", "redirectionLabel", "iframeUrl", "extendLabel", "Logo", "A intégrer MEC", "Précisions",
    "À présenter dans une présentation générique et peu contextualisée ?",
)  # fmt: skip
IS_ADDRESS = re.compile(r"https?://\S+")


def read(files: Mapping[str, bytes]) -> Reading:
    """The benchmark (`;`) then the services (`,`); a name met again completes the first row."""
    rows: dict[str, Row] = {}
    refused: list[Refused] = []
    for row in service_rows(files):
        if isinstance(row, Refused):
            refused.append(row)
        elif earlier := rows.get(row.key):
            rows[row.key] = Row(earlier.where, {**row.content, **earlier.content}, row.key)
        else:
            rows[row.key or row.where] = row
    return gather([*rows.values(), *refused], to_mapped, DROPPED)


def service_rows(files: Mapping[str, bytes]) -> Rows:
    for path, data in named(files, ".csv"):
        name = base_name(path)
        if name.startswith((BENCHMARK, SERVICES)):
            delimiter = ";" if name.startswith(BENCHMARK) else ","
            yield from map(keyed, csv_rows(path, data, delimiter))


def keyed(row: Row | Refused) -> Row | Refused:
    if isinstance(row, Refused):
        return row
    name = line(row.content.get("Nom du service")) or line(row.content.get("name"))
    return Row(row.where, row.content, "" if IS_ADDRESS.match(name) else slug(name))


def to_mapped(row: Row) -> Mapped:
    content, warnings = row.content, row.warnings
    name = line(content.get("Nom du service")) or line(content.get("name"))
    return Mapped(
        external_id=needed(row.key, "name (an address is no name)" if name else "name"),
        name=name,
        names=tuple(one for one in lines(content.get("name")) if one != name),
        lang=("fr",),
        short=spoken({"fr": line(content.get("Baseline auto")) or line(content.get("sousTitre"))}),
        long=spoken({"fr": long_text(content)}),
        kind="service",
        url=address(content.get("Lien du service auto") or content.get("redirectionUrl"), warnings),
        tags=tags(content),
        orgs=lines(content.get("Opérateur")),
        stage="growth" if line(content.get("Beta ?")) == "Oui" else "",
        community=community(content),
        hidden_reason="test" if re.search(r"\btest\b", name, re.IGNORECASE) else "",
        warnings=tuple(warnings),
        raw=content,
    )


def long_text(content: Mapping[str, Any]) -> str:
    """What both files say beyond the short line, each text once."""
    keys = ("Description courte auto", "Description", "sousTitre", "description", "Description auto")
    short = line(content.get("Baseline auto")) or line(content.get("sousTitre"))
    found = [one for key in keys if (one := text(content.get(key))) != short]
    return "\n\n".join(dict.fromkeys(one for one in found if one))


def tags(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The themes that the benchmark gives first; its general theme when it gives no other."""
    given = line(content.get("Thématiques principales")) or line(content.get("Thématique principale"))
    return lines(re.split(r"[/;,]", given))


def community(content: Mapping[str, Any]) -> dict[str, Any]:
    """For whom and when: phases of a project, means, places, ways."""
    yes = ("oui", "un peu")
    found: dict[str, Any] = {
        "phases": [key.removeprefix("Phase : ") for key in PHASES if line(content.get(key)).lower() in yes],
        "means": [key for key in MEANS if line(content.get(key)).lower() in yes],
        "listed": line(content.get("isListed")).lower() == "true",
    }
    found |= {slug(key).replace("-", "_"): line(content.get(key)) for key in CONTEXTS}
    return {key: one for key, one in found.items() if one}
