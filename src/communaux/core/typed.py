"""What people type: marks that nobody can see, or that turn a line around, are taken out of it."""

from __future__ import annotations

import re
from typing import Any

from django import forms

# NUL, other control characters and marks that reverse the direction of a line
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd]")


class NameField(forms.CharField):
    """A name of a person or of a body, on one line."""

    def to_python(self, value: Any) -> str:
        shown = UNWANTED.sub("", super().to_python(value) or "")
        return re.sub("[ \t\r\n]+", " ", shown).strip()
