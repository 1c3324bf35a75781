"""What pages of meetings need beside the common tags."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def own_words(told: Mapping[str, str]) -> str:
    """Words of the package in the language of the page."""
    return told.get(get_language() or "fr", told.get("fr", ""))
