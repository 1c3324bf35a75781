"""A publiccode.yml that a program holds: what the standard says against it, and what it would fill in a proposal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field as F

from communaux.api.auth import WRITES
from communaux.api.bodies import REFUSED, Body
from communaux.api.catalogue.commons import router
from communaux.catalogue import described_by
from communaux.catalogue.described_by import Described
from communaux.catalogue.formats.publiccode_strict import check_file
from communaux.core.errors import NotReady

NAME = "publiccode.yml"
LONGEST = 100_000  # characters, several times the longest one met: YAML is slow to read

Text = Annotated[str, F(max_length=LONGEST, description="The text of a publiccode.yml, 100,000 characters at most")]


class FileIn(Body):
    """A file, as text."""

    text: Text


class FindingOut(Schema):
    """One thing that the standard says against the file."""

    path: str = F(description="Key, as in `description.fr.features[0]`; empty: the whole file")
    line: int | None = F(description="Line, from 1, of the key or of the section around it; null: none")
    level: Literal["error", "warning"] = F(description="error: the file is not valid")
    sentence: str = F(description="What is wrong, in English")


class FormQuestionOut(Schema):
    """What the text alone cannot tell; nothing was visited."""

    path: str = F(description="Key")
    kind: Literal["file", "image", "page", "video", "italian body"] = F(description="What would have to be there")
    about: str = F(description="Address, or path in the repository")


class CheckedOut(Schema):
    """Version 0.7 of the standard, by its letter; and what this desk would take from the file, which is lenient."""

    verdict: Literal["valid", "valid_with_warnings", "invalid"] = F(description="By the letter of the standard")
    findings: list[FindingOut] = F(description="In the order of the lines")
    unasked: list[FormQuestionOut] = F(description="What was not asked")
    fields: dict[str, str | list[str]] = F(description="Fields of `POST /commons` that the file fills")
    warnings: list[str] = F(description="What was left out or put right in these fields")


@router.post("/publiccode", auth=WRITES, response={200: CheckedOut, **REFUSED}, summary="Check a publiccode.yml")
def check(request: HttpRequest, body: FileIn) -> dict[str, Any]:
    """Nothing is kept, no address is visited. What is no YAML at all is refused (`unreadable`), with its line."""
    report = check_file(NAME, body.text.encode())
    if not report.readable:
        fault = report.findings[0]
        said = _("This file could not be read: %(reason)s") % {"reason": fault.sentence}
        raise NotReady("unreadable", said, line=fault.line)
    fields, warnings = _filled(body.text)
    return asdict(report) | {"verdict": report.verdict, "fields": fields, "warnings": warnings}


def _filled(text: str) -> tuple[dict[str, Any], list[str]]:
    """Of a file that says neither name nor address: no field, and why."""
    try:
        read = described(text)
    except NotReady as refused:
        return {}, [refused.message]
    return read.said, list(read.warnings)


def described(text: str) -> Described:
    """What the desk takes from the text, as from a file that is sent on the page; raise NotReady where it can read nothing."""
    return described_by.read_file(NAME, text.encode())
