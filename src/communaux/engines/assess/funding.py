"""Who pays, as the tree says it: sources only, never amounts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from communaux.engines.assess import yaml
from communaux.engines.assess.words import decoded

LONGEST: Final = 300
PLATFORMS: Final[Mapping[str, str]] = {
    "github": "https://github.com/sponsors/{}",
    "open_collective": "https://opencollective.com/{}",
    "liberapay": "https://liberapay.com/{}",
    "patreon": "https://www.patreon.com/{}",
    "ko_fi": "https://ko-fi.com/{}",
    "buy_me_a_coffee": "https://buymeacoffee.com/{}",
    "polar": "https://polar.sh/{}",
    "tidelift": "https://tidelift.com/funding/github/{}",
    "issuehunt": "https://issuehunt.io/r/{}",
    "thanks_dev": "https://thanks.dev/{}",
    "community_bridge": "https://crowdfunding.lfx.linuxfoundation.org/projects/{}",
    "custom": "{}",
}


@dataclass(frozen=True, slots=True)
class Funding:
    """One source: the file that names it, what kind, a name and an address, each "" when it is not told."""

    path: str
    kind: str
    name: str
    address: str


def funding(texts: Mapping[str, bytes]) -> tuple[Funding, ...]:
    """The sources named in FUNDING.yml, funding.json, package.json, composer.json and publiccode.yml, each once.

    >>> [one.address for one in funding({".github/FUNDING.yml": b"liberapay: Demo"})]
    ['https://liberapay.com/Demo']
    """
    found = [
        one
        for path in sorted(texts)
        if (reader := READERS.get(path.lower().rpartition("/")[2]))
        for one in _read(path, texts[path], reader)
    ]
    return tuple(dict.fromkeys(found))


def _read(path: str, content: bytes, reader: Callable[[Any], list[tuple[str, str, str]]]) -> list[Funding]:
    """A file that cannot be read names nobody."""
    try:
        told = json.loads(decoded(content)) if path.lower().endswith("json") else yaml.load(decoded(content))
    except (ValueError, RecursionError):
        return []
    return [Funding(path, kind, name, address) for kind, name, address in reader(told)]


def _text(value: Any) -> str:
    return " ".join(value.split())[:LONGEST] if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _table(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _platforms(told: Any) -> list[tuple[str, str, str]]:
    return [
        (key, name, PLATFORMS[key].format(name))
        for key, value in _table(told).items()
        if key in PLATFORMS
        for one in _list(value)
        if (name := _text(one))
    ]


def _package(told: Any) -> list[tuple[str, str, str]]:
    """npm: an address, `{type, url}`, or a list of either; Composer: a list of the second."""
    every = _list(_table(told).get("funding"))
    read = [(_text(_table(one).get("type")) or "custom", _text(_table(one).get("url", one))) for one in every]
    return [(kind, "", address) for kind, address in read if address]


def _publiccode(told: Any) -> list[tuple[str, str, str]]:
    """`fundedBy`, at the top since 0.5, of a list of bodies with a name and a URI."""
    bodies = [_table(one) for one in _list(_table(told).get("fundedBy"))]
    return [
        ("body", _text(one.get("name")), _text(one.get("uri")))
        for one in bodies
        if _text(one.get("name")) or _text(one.get("uri"))
    ]


def _manifest(told: Any) -> list[tuple[str, str, str]]:
    """funding.json (fundingjson.org): its channels; plans and history, which hold amounts, are not read."""
    channels = [_table(one) for one in _list(_table(_table(told).get("funding")).get("channels"))]
    return [
        (_text(one.get("type")) or "channel", _text(one.get("guid")), _text(one.get("address")))
        for one in channels
        if _text(one.get("guid"))
    ]


READERS: Final[Mapping[str, Callable[[Any], list[tuple[str, str, str]]]]] = {
    "funding.yml": _platforms,
    "funding.yaml": _platforms,
    "funding.json": _manifest,
    "package.json": _package,
    "composer.json": _package,
    "publiccode.yml": _publiccode,
    "publiccode.yaml": _publiccode,
}
