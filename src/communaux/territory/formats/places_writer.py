"""Places written as the lists that this desk reads: read again, each line makes the same place.

A spreadsheet runs what begins as a formula: such a cell gets a `'` before it, which the reader takes off again. A number or
a telephone with its sign is no formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from communaux.territory import sheets
from communaux.territory.formats import mednum, refurbishers
from communaux.territory.models import Place

MEDNUM: Final = (
    *("id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude"),
    *("longitude", "telephone", "site_web", "horaires", "source", "date_maj", "services"),
    *("publics_specifiquement_adresses", "frais_a_charge", "formations_labels"),
)
PLAIN = re.compile(r"[+-][\d .,()/-]*")
LONGEST: Final = 145  # of an address in one cell
SERVICES, PUBLICS, FEES, STEPS = (
    {key: word for word, key in words.items()}
    for words in (mednum.SERVICE_WORDS, mednum.PUBLIC_WORDS, mednum.FEE_WORDS, refurbishers.STEPS)
)


def mednum_list(places: Iterable[Place]) -> Iterator[str]:
    """Lines of the list of places of mediation, its head first."""
    yield _line(MEDNUM, ",")
    for one in places:
        yield _line(_mediation(one), ",")


def refurbisher_list(places: Iterable[Place]) -> Iterator[str]:
    """Lines of the list of refurbishers, its head first."""
    yield refurbishers.TEMPLATE
    for one in places:
        volumes = "" if one.volumes_per_year is None else str(one.volumes_per_year)
        steps = ", ".join(STEPS[step] for step in one.steps)
        told = (", ".join(one.streams), volumes, ", ".join(one.labels), steps, one.url)
        yield _line((one.name, one.siret, one.territory.code, *told), ";")


def _mediation(one: Place) -> tuple[str, ...]:
    address, more = _parted(one.address)
    return (
        *(one.source_id, one.siret, one.name, one.territory.name, one.postal, one.territory.code, address, more),
        *("" if degree is None else str(degree) for degree in (one.lat, one.lon)),
        *(one.phone, one.url, one.hours, one.source, one.updated_on.isoformat() if one.updated_on else ""),
        *(_words(one.services, SERVICES), _words(one.publics, PUBLICS), _words(one.fees, FEES), "|".join(one.labels)),
    )


def _words(keys: Iterable[str], words: Mapping[str, str]) -> str:
    return "|".join(words[key] for key in keys)


def _parted(address: str) -> tuple[str, str]:
    """One that is too long for a cell stands in two, where it was put together."""
    if len(address) <= LONGEST:
        return address, ""
    cut = address.rfind(", ", 0, LONGEST + 2)
    return (address[:cut], address[cut + 2 :]) if cut > 0 else (address, "")


def _line(values: Iterable[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow([_safe(one) for one in values])
    return out.getvalue()


def _safe(value: str) -> str:
    runs = value.startswith(sheets.FORMULA) and not PLAIN.fullmatch(value)
    return f"'{value}" if runs else value
