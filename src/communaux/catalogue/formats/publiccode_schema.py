"""The keys of publiccode.yml 0.7, each with its rule, and what keys ask of each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from communaux.catalogue.formats import publiccode_terms as terms
from communaux.catalogue.formats.language_tags import COUNTRIES, is_language_tag
from communaux.catalogue.formats.publiccode_rules import (
    LOGOS,
    SCREENSHOTS,
    Finding,
    Rule,
    Told,
    anything,
    boolean,
    country,
    date,
    deprecated,
    file,
    image,
    italian_code,
    language_tag,
    licence,
    listed,
    mail,
    media_type,
    one_of,
    one_or_many,
    phone,
    section,
    standard,
    text,
    under,
    uri,
    url,
    version,
    video,
    wrong,
)
from communaux.catalogue.formats.values import lines
from communaux.catalogue.formats.values import section as keys_of

ORGANISATION: Final = section({"name": text(), "uri": uri}, ("uri",))
CONTACT: Final = section({"name": text(), "email": mail, "phone": phone, "affiliation": text()}, ("name",))
CONTRACTOR: Final = section({"name": text(), "until": date, "email": mail, "website": url}, ("name", "until"))
NEED: Final = section(
    {"name": text(), "version": text(), "versionMin": text(), "versionMax": text(), "optional": boolean}, ("name",)
)
TEXTS: Final = section(
    {
        "localisedName": text(),
        "genericName": deprecated(text(longest=terms.GENERIC)),
        "shortDescription": text(longest=terms.SHORT),
        "longDescription": text(terms.LONG_MIN, terms.LONG_MAX),
        "documentation": url,
        "apiDocumentation": url,
        "features": listed(text()),
        "screenshots": listed(image(SCREENSHOTS)),
        "videos": listed(video),
        "awards": listed(text()),
    },
    ("shortDescription",),
)
CONFORMITY: Final = dict.fromkeys(
    ("lineeGuidaDesign", "modelloInteroperabilita", "misureMinimeSicurezza", "gdpr"), boolean
)
ITALY: Final = section(
    {
        "countryExtensionVersion": one_of(terms.ITALIAN_VERSIONS),
        "conforme": deprecated(section(CONFORMITY)),
        "riuso": section({"codiceIPA": deprecated(italian_code)}),
        "piattaforme": section(dict.fromkeys(("spid", "pagopa", "cie", "anpr", "io"), boolean)),
    }
)
MAINTENANCE: Final = section(
    {"type": one_of(terms.MAINTENANCE), "contacts": listed(CONTACT), "contractors": anything}, ("type",)
)
CONTRACTORS: Final = listed(CONTRACTOR, least=1)


def description(path: str, value: Any) -> Told:
    """A short text in each language; a long one and features in one at least."""
    if not isinstance(value, Mapping) or not value:
        yield wrong(path, "A section by language is expected", value)
        return
    for lang, one in value.items():
        if not is_language_tag(lang):
            yield wrong(under(path, lang), "Not a language tag (BCP 47)", lang)
        yield from TEXTS(under(path, lang), one)
    for key in ("longDescription", "features"):
        if not any(lines(keys_of(one).get(key)) for one in value.values()):
            yield Finding(under(path, key), f"Missing key: {path}.*.{key}")


def maintenance(path: str, value: Any) -> Told:
    """Who maintains decides what must be told: persons inside or a community, contractors of a contract."""
    yield from MAINTENANCE(path, value)
    found = keys_of(value)
    kind, contractors = found.get("type"), found.get("contractors")
    if kind in ("internal", "community") and not found.get("contacts"):
        yield Finding(f"{path}.contacts", f"Missing key: {path}.contacts")
    if kind == "contract" and contractors is None:
        yield Finding(f"{path}.contractors", f"Missing key: {path}.contractors")
    elif kind == "contract":
        yield from CONTRACTORS(f"{path}.contractors", contractors)
    elif contractors is not None:
        yield wrong(f"{path}.contractors", "Only with maintenance.type contract, here", kind)


RULES: Final[Mapping[str, Rule]] = {
    "publiccodeYmlVersion": version,
    "name": text(),
    "applicationSuite": text(),
    "url": url,
    "landingURL": url,
    "isBasedOn": one_or_many(url),
    "softwareVersion": text(),
    "releaseDate": date,
    "logo": image(LOGOS),
    "monochromeLogo": deprecated(image(LOGOS)),
    "inputTypes": deprecated(listed(media_type)),
    "outputTypes": deprecated(listed(media_type)),
    "platforms": listed(text(), least=1),
    "categories": listed(one_of(terms.CATEGORIES)),
    "usedBy": listed(text()),
    "fundedBy": listed(ORGANISATION),
    "roadmap": url,
    "developmentStatus": one_of(terms.STATUSES),
    "softwareType": one_of(terms.TYPES),
    "supports": listed(section({"id": standard}, ("id",))),
    "organisation": ORGANISATION,
    "intendedAudience": section(
        {
            "countries": listed(country),
            "unsupportedCountries": listed(country),
            "scope": listed(one_of(terms.SCOPES)),
        }
    ),
    "description": description,
    "legal": section(
        {
            "license": licence,
            "mainCopyrightOwner": text(),
            "repoOwner": deprecated(text()),
            "authorsFile": deprecated(file),
        },
        ("license",),
    ),
    "maintenance": maintenance,
    "localisation": section(
        {"localisationReady": boolean, "availableLanguages": listed(language_tag, least=1)},
        ("localisationReady", "availableLanguages"),
    ),
    "dependsOn": section(dict.fromkeys(("open", "proprietary", "hardware"), listed(NEED))),
}
NEEDED: Final = (
    *("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal"),
    *("maintenance", "localisation"),
)
FILE: Final = section(RULES, NEEDED)


def whole_file(content: Mapping[str, Any]) -> Told:
    """Everything that is wrong in a file, or must be asked; sections of countries stand beside the keys."""
    own = [key for key in content if key not in RULES and terms.COUNTRY_SECTION.fullmatch(key)]
    yield from FILE("", {key: one for key, one in content.items() if key not in own})
    for key in own:
        yield from country_section(key, content[key])
        if key != key.upper() and key.upper() in own:
            yield Finding(key, f"Two sections of one country: {key}")


def country_section(key: str, value: Any) -> Told:
    """Named in capitals (small letters are an old way, a mix is none); the standard describes that of Italy."""
    if key.upper() not in COUNTRIES or key not in (key.upper(), key.lower()):
        yield Finding(key, f"Unknown key: {key}")
        return
    if key.islower():
        yield Finding(key, f"Section of a country not in capitals: {key}", "warning")
    if key.upper() == "IT" and value is not None:
        yield from ITALY(key, value)
