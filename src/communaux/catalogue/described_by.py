"""What the file of a project says of it: publiccode.yml or codemeta.json, sent by a person or read in the repository."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from communaux.catalogue.addresses import is_forge
from communaux.catalogue.formats import READERS
from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.licences import read_licence
from communaux.catalogue.own import from_mapped
from communaux.core import http
from communaux.core.errors import NotFound, NotReady, Refusal

FILES = {"publiccode.yml": "publiccode", "codemeta.json": "codemeta"}
LIMIT = 1_000_000
# Of the file itself, at its head, not of the software
OWN_LICENCE = re.compile(rb"^#\s*SPDX-License-Identifier:\s*(\S[^\r\n]{0,99})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Described:
    """Fields of the form, what had to be corrected, the whole record, and the file they were read in."""

    said: dict[str, Any]
    warnings: tuple[str, ...]
    format: str
    sha256: str
    record: Mapped
    licence: str = ""  # of the file itself, where its head says it
    address: str = ""


def read_file(name: str, data: bytes) -> Described:
    """Read a file of either format; raise NotReady, saying why, when nothing can be read in it."""
    format = "codemeta" if name.lower().endswith((".json", ".jsonld")) else "publiccode"
    given = "codemeta.json" if format == "codemeta" else "publiccode.yml"
    found = READERS[format]({given: data})
    if not found.records:
        reason = found.refused[0].reason if found.refused else _("it describes nothing")
        raise NotReady("unreadable", _("This file could not be read: %(reason)s") % {"reason": reason})
    one = found.records[0]
    head = OWN_LICENCE.search(data[:2000])
    licence = read_licence(head[1].decode("utf-8", "replace").strip()).spdx if head else ""
    return Described(from_mapped(one), one.warnings, format, hashlib.sha256(data).hexdigest(), one, licence)


def read_repository(address: str) -> Described:
    """Ask the repository for its file; raise NotFound when there is none at the usual places."""
    for url, name in places(address):
        try:
            answer = http.get(url, limit=LIMIT, attempts=1)
            found = read_file(name, answer.body)
        except Refusal:
            continue
        return replace(found, address=answer.url)
    raise NotFound("no_file", _("No publiccode.yml or codemeta.json was found at %(address)s.") % {"address": address})


def read_publiccode(address: str) -> Described:
    """The publiccode.yml of a repository; raise what stood in its way: none there, unreadable, too large, private, no answer."""
    met: Refusal | None = None
    for url, name in places(address):
        if FILES[name] != "publiccode":
            continue
        try:
            answer = http.get(url, limit=LIMIT, attempts=1)
        except Refusal as refused:
            met = met if http.is_absent(refused) else met or refused
            continue
        return replace(read_file(name, answer.body), address=answer.url)
    raise met or NotFound("no_file", _("No publiccode.yml was found at %(address)s.") % {"address": address})


def is_repository(address: str) -> bool:
    """Whether the address is that of a repository on a forge: owner and name."""
    parts = urlsplit(address)
    return is_forge((parts.hostname or "").removeprefix("www.")) and parts.path.strip("/").count("/") >= 1


def places(address: str) -> Iterator[tuple[str, str]]:
    """Where forges serve a file of the main branch: GitHub apart, GitLab with `/-/`, the others with `/raw/`."""
    parts = urlsplit(address)
    path = parts.path.removesuffix("/").removesuffix(".git")
    if path.rsplit("/", 1)[-1] in FILES:
        yield address, path.rsplit("/", 1)[-1]
        return
    if not is_repository(address):
        return
    for name in FILES:
        if parts.hostname in {"github.com", "www.github.com"}:
            yield f"https://raw.githubusercontent.com{path}/HEAD/{name}", name
        else:
            yield f"{parts.scheme}://{parts.netloc}{path}/-/raw/HEAD/{name}", name
            yield f"{parts.scheme}://{parts.netloc}{path}/raw/HEAD/{name}", name
