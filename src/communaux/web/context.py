"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from communaux.core.models import Person
from communaux.core.subscriptions import pressing


def desk(request: HttpRequest) -> dict[str, Any]:
    """The desk's name, the other language's address of the same page; how much waits for who is signed in, if a page asks."""
    path = request.get_full_path()
    other = "en" if get_language() == "fr" else "fr"
    return {
        "desk_name": settings.DESK_NAME,
        "desk_url": settings.DESK_URL,
        "demo": settings.DEMO,
        "mail_in_files": "file_path" in str(settings.MAILERS),
        "operator": settings.OPERATOR,
        "theme": settings.THEME,
        "other_lang": other,
        "other_url": translate_url(path, other),
        "fr_url": translate_url(path, "fr"),
        "en_url": translate_url(path, "en"),
        "pressing": lambda: pressing(request.user) if isinstance(request.user, Person) else 0,
    }
