"""Numbers by which a body is known in France: SIREN, SIRET, RNA. Pure: spaces go, letters are never guessed.

Each reader gives the bare number, or a refusal that says which rule it broke.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest

RNA = re.compile(r"W[0-9A-Z]{3}[0-9]{6}")
LA_POSTE = "356000000"  # its many offices outgrew the key: the sum of the digits is a multiple of 5


def siren(text: str) -> str:
    """A unit of the register: 9 digits, Luhn."""
    number = _digits(text, 9)
    if not luhn(number):
        raise BadRequest("wrong_key", _("The key of this SIREN is wrong: a digit may be mistyped or two exchanged."))
    return number


def siret(text: str) -> str:
    """A place of a unit: its SIREN and 5 digits, Luhn over all 14; La Poste by its own rule as well."""
    number = _digits(text, 14)
    if not (luhn(number) or _of_la_poste(number)):
        raise BadRequest("wrong_key", _("The key of this SIRET is wrong: a digit may be mistyped or two exchanged."))
    return number


def rna(text: str) -> str:
    """An association: W, three digits or capitals, six digits."""
    number = bare(text).upper()
    if not RNA.fullmatch(number):
        raise BadRequest("not_an_rna", _("An RNA number is W, then three digits or letters, then six digits."))
    return number


def bare(text: str) -> str:
    """Without any space, no-break ones included."""
    return "".join(text.split())


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1: each second digit from the right doubled, digits summed, a multiple of 10."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _of_la_poste(number: str) -> bool:
    return number.startswith(LA_POSTE) and sum(map(int, number)) % 5 == 0


def _digits(text: str, wanted: int) -> str:
    number = bare(text)
    if not re.fullmatch("[0-9]*", number):
        raise BadRequest("not_digits", _("Only digits and spaces stand in this number."))
    if len(number) != wanted:
        told = {"wanted": wanted, "found": len(number)}
        raise BadRequest("wrong_length", _("This number has %(wanted)s digits; here are %(found)s.") % told)
    return number
