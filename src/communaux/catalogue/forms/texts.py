"""Texts that people type: control characters and marks that turn a line round are taken out, lengths are bounded."""

from __future__ import annotations

import re
from typing import Any

from django import forms

UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd]")


class Line(forms.CharField):
    """One line."""

    def __init__(self, *, max_length: int = 300, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        return super().to_python(UNWANTED.sub("", str(value or ""))) or ""


class Paragraphs(Line):
    """Several lines."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, max_length: int = 4000, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)


class Apart(forms.Form):
    """One of several forms of a page: the names of its fields on the page are its own."""

    ids = "id_%s"

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id=self.ids, **kwargs)
