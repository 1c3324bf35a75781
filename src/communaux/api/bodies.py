"""What a program sends: JSON of at most 1 MB, no unknown field, then the same form as on the pages, with the same sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict

from communaux.api.problems import REFUSALS, Problem
from communaux.core.errors import NotReady

LARGEST = 1_000_000  # bytes
HALF = re.compile("[\ud800-\udfff]")  # half a character: no database takes it; browsers send U+FFFD in its place
REFUSED = REFUSALS | dict.fromkeys((401, 403, 409, 410, 413), Problem)
READ_REFUSED = {401: Problem, 403: Problem, 422: Problem}


class Body(Schema):
    """What an address takes; a field it does not know is refused by its name."""

    model_config = ConfigDict(extra="forbid")


class Unfit(NotReady):
    """Some fields are not right; `details["errors"]` maps each to its sentences."""


class Json(Parser):
    """Strict where Python's reader is lenient, and without halves of characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        return _whole(json.loads(request.body, parse_constant=_no_number))


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {_whole(key): _whole(one) for key, one in value.items()} if isinstance(value, dict) else value


def told(body: Schema, *without: str) -> dict[str, Any]:
    """What was sent, as a form reads it: nothing where nothing was sent, lists of lines as lines."""
    return {name: value for name, value in body.model_dump(exclude=set(without)).items() if value is not None}


def faults(form: forms.Form, place: str = "") -> dict[str, list[str]]:
    """Field → sentences, as the page would print them; what is about no field alone stands under "all"."""
    if form.is_valid():
        return {}
    return {
        place + ("all" if name == "__all__" else name): [str(s) for s in said] for name, said in form.errors.items()
    }


def refuse(*found: Mapping[str, list[str]]) -> None:
    """Raise Unfit when a form found a fault: all faults of all forms in one answer."""
    errors = {name: sentences for one in found for name, sentences in one.items()}
    if errors:
        raise Unfit("unfit", _("Some fields are not right. Nothing was written."), errors=errors)


def checked[F: forms.Form](form: F) -> F:
    refuse(faults(form))
    return form


def made(response: HttpResponse, address: str) -> None:
    """Say where what was made is found."""
    response["Location"] = address


def document(name: str, *which: object) -> str:
    """Address of a document of the API."""
    return f"{settings.DESK_URL}{reverse(f'api:{name}', args=which)}"


def page(name: str, *which: object) -> str:
    """Address of a page: always the same one, whatever language the program asks for."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.DESK_URL}{reverse(name, args=which)}"


def sentences(errors: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Faults of the shape of a body, by field ("candidates.0.verdict")."""
    found: dict[str, list[str]] = {}
    for one in errors:
        name = ".".join(str(part) for part in one["loc"][2:]) or "all"
        found.setdefault(name[:200], []).append(_sentence(one))
    return dict(list(found.items())[:50])


def _sentence(error: dict[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return _("This address does not know this field.")
    if error["type"] == "missing":
        return _("This field is needed.")
    return _("This is not of the kind described in openapi.json: %(why)s.") % {"why": error["msg"]}
