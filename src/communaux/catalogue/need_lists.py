"""Lists of needs that people keep in a spreadsheet, read line by line: one that is wrong never loses the others (03 § 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from communaux.catalogue.models import Need, Theme
from communaux.core.errors import BadRequest
from communaux.territory import sheets
from communaux.territory.models import Territory
from communaux.territory.queries import resolving
from communaux.territory.sheets import Line, Refused

COLUMNS: Final = ("titre", "theme", "type")
LEAST, MOST = 8, 140
LONGEST = 5000
# As people write them, beside the codes themselves
KINDS: Final[Mapping[str, str]] = {
    "service": "service",
    "outil": "service",
    "donnees": "data",
    "données": "data",
    "contenu": "content",
    "materiel": "equipment",
    "matériel": "equipment",
    "competence": "skill",
    "compétence": "skill",
    "lieu": "place",
    "accompagnement": "accompaniment",
}


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One need of a list; `who` is the body as written, which the desk need not know."""

    number: int
    title: str
    text: str
    theme: str
    kind: str
    territory: Territory | None
    who: str


@dataclass(slots=True)
class NeedList:
    """What a file holds: needs, warnings by line, refused lines with why."""

    encoding: str
    delimiter: str
    lines: list[NeedLine] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def read(path: Path, *, fix_codes: bool = False) -> NeedList:
    """Read a list; raise BadRequest when it is no such file."""
    sheet = sheets.opened(path, COLUMNS)
    found = NeedList(sheet.encoding, sheet.delimiter)
    themes = _themes()
    for number, line in enumerate(sheet.lines(), 2):
        try:
            found.lines.append(_need(number, line, themes, found, fix_codes=fix_codes))
        except BadRequest as error:
            found.refused.append((sheet.delimiter.join(line.values()), str(error)))
    return found


def _themes() -> dict[str, str]:
    """Key and names of a theme, in small letters → key."""
    rows: Sequence[Theme] = list(Theme.objects.all())
    return {name.lower(): one.key for one in rows for name in (one.fr, one.en, one.key)}


def _need(number: int, line: Line, themes: Mapping[str, str], found: NeedList, *, fix_codes: bool) -> NeedLine:
    title, text = " ".join(line["titre"].split()), line.get("texte", "")
    if not LEAST <= len(title) <= MOST:
        raise BadRequest("bad_title", _("The need has to be said in 8 to 140 characters."))
    if len(text) > LONGEST:
        raise BadRequest("long_text", _("The text has more than 5,000 characters."))
    theme = themes.get(line["theme"].lower())
    if theme is None:
        raise BadRequest("unknown_theme", _("No theme is called “%(name)s”.") % {"name": line["theme"][:60]})
    kind = KINDS.get(line["type"].lower(), line["type"].lower())
    if kind not in Need.Kind.values:
        raise BadRequest("unknown_kind", _("“%(name)s” is no kind of need.") % {"name": line["type"][:60]})
    territory, warning = _place(line, fix_codes=fix_codes)
    if warning:
        found.warnings.append((number, warning))
    return NeedLine(number, title, text, theme, kind, territory, line.get("organisation", "")[:200])


def _place(line: Line, *, fix_codes: bool) -> tuple[Territory | None, str]:
    """The place of a line and, when there is none, why: the need is kept all the same."""
    if siren := line.get("siren_epci", ""):
        found = resolving.by_code(siren[:12], kind=Territory.Kind.EPCI).territory
        return found, "" if found else _("%(code)s is no intercommunal body: kept without a place") % {
            "code": siren[:20]
        }
    if not line.get("code_insee", ""):
        return None, _("no code: kept without a place")
    code = sheets.insee(line["code_insee"], fix=fix_codes)
    told = resolving.by_code(code, kind=Territory.Kind.COMMUNE)
    if told.territory:
        return told.territory, ""
    if told.candidates:
        return None, _("%(code)s was split between several communes: kept without a place") % {"code": code}
    return None, _("%(code)s is no commune: kept without a place") % {"code": code}
