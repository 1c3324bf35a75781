"""Every text of the interface, and its French: `python -m tests.messages` brings django.po and django.mo up to date.

No GNU gettext is needed: Babel reads Python, Django turns each template into something Babel reads.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "communaux"
PO = SOURCE / "locale" / "fr" / "LC_MESSAGES" / "django.po"
SINGULAR, PLURAL, CONTEXT, CONTEXT_PLURAL = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
NAMES = {"_": SINGULAR, "gettext": SINGULAR, "ngettext": PLURAL, "pgettext": CONTEXT, "npgettext": CONTEXT_PLURAL}
KEYWORDS = NAMES | {f"{name}_{end}": spec for name, spec in NAMES.items() for end in ("lazy", "noop") if name != "_"}

type Message = tuple[str | tuple[str, ...], str | None]


def python_of(path: Path) -> bytes:
    """The Python of a file; of a template, its texts as calls, without the indentation that Python would not like."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    return text.encode()


def messages_of(path: Path) -> Iterator[Message]:
    for _line, message, _comments, context in extract("python", io.BytesIO(python_of(path)), KEYWORDS):
        yield message, context


def used() -> Catalog:
    """Every text of the code and of the templates, and the files it stands in; no line numbers, they move daily."""
    catalog = Catalog()
    files = [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.xml"), *SOURCE.rglob("*.txt")]
    for path in sorted(files):
        for message, context in messages_of(path):
            catalog.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return catalog


def french() -> Catalog:
    """The catalogue as it is on disk."""
    if not PO.exists():
        return Catalog(locale="fr")
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


def updated(texts: Catalog, old: Catalog) -> Catalog:
    """The texts with the translations there are; a text that changed loses its translation, none is guessed."""
    new = Catalog(locale="fr", project="Communaux", version="0", msgid_bugs_address="-", fuzzy=False)
    new.header_comment = "# French of Communaux. Licence: EUPL-1.2."
    new.last_translator = new.language_team = "The Communaux maintainers"
    new.creation_date = new.revision_date = old.creation_date
    for message in texts:
        if message.id:
            known = old.get(message.id, message.context)
            new.add(message.id, known.string if known else "", message.locations, context=message.context)
    return new


def write(catalog: Catalog) -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, include_lineno=False)
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, french())


def main() -> None:
    catalog = updated(used(), french())
    write(catalog)
    missing = [message.id for message in catalog if message.id and not all(strings(message.string))]
    for text in missing:
        print(f"no French yet: {text!r}")
    print(f"{len(catalog)} texts, {len(missing)} without French")


def strings(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The one form of a text, or each of its plural forms."""
    return (string,) if isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    main()
