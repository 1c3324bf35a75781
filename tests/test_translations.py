"""Every text of the interface has its French, whole, with the same placeholders, set as French is set."""

from __future__ import annotations

import gettext
import re
from collections import Counter

import pytest
from babel.messages.catalog import Catalog, Message

from tests.messages import PO, french, strings, used

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+")
# A plain space where French wants a no-break one; %(name)s and %s are not percents.
PLAIN_SPACE = re.compile(r" (?=[;:!?»]|%(?![(sd]))|« ")
STRAIGHT = re.compile(r"\w'\w")


def ids(catalog: Catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, strings(message.id)) for message in catalog if message.id}


def translated() -> list[Message]:
    return [message for message in french() if message.id]


def test_the_catalogue_holds_each_text_of_the_interface_and_no_other() -> None:
    there, wanted = ids(french()), ids(used())
    assert (wanted - there, there - wanted) == (set(), set()), "run: make messages"


def test_no_text_lacks_its_french() -> None:
    assert [m.id for m in translated() if m.fuzzy or not all(strings(m.string))] == []


def test_placeholders_and_tags_are_those_of_the_text() -> None:
    wrong = [m.id for m in translated() if not same_parts(m, PLACEHOLDER) or not same_parts(m, TAG)]
    assert wrong == []


def same_parts(message: Message, part: re.Pattern[str]) -> bool:
    """Each plural form is held to the plural text; the singular may be held to the singular one."""
    found = [Counter(part.findall(one)) for one in strings(message.string)]
    wanted = [Counter(part.findall(one)) for one in strings(message.id)]
    return found[-1] == wanted[-1] and found[0] in wanted


def test_spaces_and_apostrophes_are_french() -> None:
    wrong = [s for m in translated() for s in strings(m.string) if PLAIN_SPACE.search(s) or STRAIGHT.search(s)]
    assert wrong == []


@pytest.mark.parametrize("text", ["Pourquoi ?", "Ici : là", "50 %", "« ici", "ici »", "fin ; puis", "oui !"])
def test_a_plain_space_is_seen(text: str) -> None:
    assert PLAIN_SPACE.search(text)


@pytest.mark.parametrize("text", ["Pourquoi\u202f?", "Ici\u202f: là", "à %(n)s", "«\u202fici\u202f»", "50\u202f%"])
def test_a_no_break_space_is_not_seen(text: str) -> None:
    assert not PLAIN_SPACE.search(text)


def test_the_compiled_file_is_that_of_the_catalogue() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}
    assert compiled == flat(french())


def flat(catalog: Catalog) -> dict[str | tuple[str, int], str]:
    """The table `gettext` makes of a compiled catalogue: a plural text has one line per form."""
    table: dict[str | tuple[str, int], str] = {}
    for message in catalog:
        if not message.id:
            continue
        key = "\x04".join(filter(None, [message.context, strings(message.id)[0]]))
        if isinstance(message.id, str):
            table[key] = str(message.string)
        else:
            table |= {(key, form): text for form, text in enumerate(message.string)}
    return table
