"""The shape of a table of words."""

from __future__ import annotations

from django.utils.functional import Promise

type Words = dict[str, str | Promise]
