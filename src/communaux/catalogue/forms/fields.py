"""Text as it is typed: line ends alike, without characters that no page can show."""

from __future__ import annotations

from typing import Any

from django import forms

from communaux.catalogue.formats.document import UNPRINTABLE


class Words(forms.CharField):
    """A text field that loses control characters and marks that reverse a line, and nothing else."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(UNPRINTABLE.sub("", text))
