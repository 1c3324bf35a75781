"""The names by which people call licences, in manifests and in sentences, English and French → SPDX ids."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from communaux import data
from communaux.engines.assess.licence_expression import Expression, parse, spelled, together
from communaux.engines.assess.words import folded

LINK: Final = re.compile(r"[\s,(:'\"-]{0,4}(?:licen[cs]e)?[\s,(:'\"-]{0,4}(?:version|v\.?)?\s?")
LATER: Final = (
    r"(?P<later>\s?\+|[\s,)-]{0,4}(?:or[ -](?:\(?at your option\)?,? )?(?:any[ -])?later"
    r"|ou (?:toute version )?ulterieure))?"
)
GNU: Final = (
    ("AGPL", r"\bagpl|\b(?:gnu )?affero(?: general public licen[cs]e| gpl)?"),
    ("LGPL", r"\blgpl|(?:lesser|library) (?:general public licen[cs]e|gpl)"),
    ("GPL", r"(?<![al])\bgpl|(?<!affero )(?<!lesser )(?<!library )\bgeneral public licen[cs]e"),
)
NUMBER: Final = r"(?P<number>[1-4](?:\.\d)?)(?![\d])"
NAMES: Final = tuple(
    (re.compile(pattern), made)
    for pattern, made in (
        *(
            (rf"(?:{name}){LINK.pattern}(?P<least>\(?>=\s?)?{NUMBER}{LATER}", f"{code}-{{number}}")
            for code, name in GNU
        ),
        *(
            (rf"(?:{name}) as published by.{{0,80}}?version {NUMBER} of the licen[cs]e{LATER}", f"{code}-{{number}}")
            for code, name in GNU
        ),
        (rf"\bapache(?: software)?{LINK.pattern}(?P<number>1\.1|2(?:\.0)?)(?!\d)", "Apache-{number}"),
        (r"\bmit\b(?![ -](?:cmu|0\b))", "MIT"),
        (r"\bbsd[ -](?P<number>[23])[ -]clause|\b(?P<other>[23])[ -]clause bsd", "BSD-{number}-Clause"),
        (rf"\b(?:mpl|mozilla public licen[cs]e){LINK.pattern}(?P<number>1\.[01]|2(?:\.0)?)(?!\d)", "MPL-{number}"),
        (
            rf"\b(?:eupl|european union public licen[cs]e|licen[cs]e publique de l.union europeenne){LINK.pattern}"
            r"(?P<number>1\.[0-2])",
            "EUPL-{number}",
        ),
        (rf"\bcecill{LINK.pattern}(?P<number>[bc]\b|1\.[01]|2\.[01])", "CECILL-{number}"),
        (rf"\b(?:etalab|licence ouverte|open licence){LINK.pattern}2(?:\.0)?(?!\d)", "etalab-2.0"),
        (r"\b(?:cc0|creative commons zero)", "CC0-1.0"),
        (r"\bcc[ -](?P<kind>by(?:[ -](?:nc|nd|sa))*)[ -](?P<number>[1-4]\.\d)", "CC-{kind}-{number}"),
        (r"\bodbl\b|\bopen database licen[cs]e", "ODbL-1.0"),
        (r"\bpddl\b|\bpublic domain dedication and licen[cs]e", "PDDL-1.0"),
        (r"\bisc licen[cs]e|\blicence isc\b", "ISC"),
        (r"\bunlicense\b", "Unlicense"),
    )
)


@cache
def _names() -> dict[str, str]:
    return {str(key): str(value) for key, value in data.licences()["names"].items()}


def named(text: str) -> Expression | None:
    """The licences that a field of a manifest names: an expression, a full name, « A/B » for a choice.

    >>> str(named("MIT/Apache-2.0")), str(named("GNU AGPLv3 or later")), named("see LICENSE")
    ('MIT OR Apache-2.0', 'AGPL-3.0-or-later', None)
    """
    found = " ".join(text.split())[:500]
    told = parse(_names().get(found.casefold(), found))
    if told or not found:
        return told
    parts = [parse(one) for one in found.split("/")]
    if len(parts) > 1 and all(parts):
        return together([one for one in parts if one], "OR")
    mentions = mentioned(found)
    return Expression(mentions[0]) if len(mentions) == 1 else None


def mentioned(text: str) -> tuple[str, ...]:
    """The licences whose names stand in a sentence, each once, as they come.

    >>> mentioned("Distribué sous licence GNU GPL version 3 ou ultérieure ; la documentation sous CC BY-SA 4.0.")
    ('GPL-3.0-or-later', 'CC-BY-SA-4.0')
    """
    told = " ".join(folded(text).split())
    found = [(match.start(), _id(match, made)) for pattern, made in NAMES for match in pattern.finditer(told)]
    return tuple(dict.fromkeys(one for _, one in sorted(found) if one))


def _id(match: re.Match[str], made: str) -> str:
    groups = match.groupdict()
    number = groups.get("number") or groups.get("other") or ""
    number = number if "." in number or made.startswith(("BSD", "CECILL")) else f"{number}.0"
    kind = re.sub(r"[ -]", "-", groups.get("kind") or "")
    found = made.format(number=number, kind=kind)
    return spelled(f"{found}-or-later") if groups.get("later") or groups.get("least") else spelled(found)
