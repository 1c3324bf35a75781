"""Forms of the area: they validate, nothing else."""

from __future__ import annotations

from typing import Any

from django.forms import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communaux.core import forms as core
from communaux.territory import bodies

FILLED = ("name", "kind")


class Declaration(core.Declaration):
    """A body described by hand; of a commune or an intercommunal body, its number says what was left empty."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.official: bodies.Official | None = None
        self.taken: tuple[str, ...] = ()  # fields that the codes filled
        for name in FILLED:
            self.fields[name].required = False
        self.fields["name"].help_text = gettext_lazy(
            "May stay empty when you give the number of a commune or of an intercommunal body: the desk knows their names."
        )

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        self.official = bodies.official(told.get("siret") or "")
        empty = [name for name in FILLED if name not in self.errors and not told.get(name)]
        if self.official:
            said = {"name": self.official.name, "kind": str(bodies.KIND)}
            told |= {name: said[name] for name in empty}
            self.taken = tuple(empty)
            return told
        for name in empty:
            self.add_error(name, self._lacking(name))
        return told

    def _lacking(self, name: str) -> str:
        if name == "name" and self.cleaned_data.get("siret"):
            return _("The desk knows no name for this number: type it.")
        return str(Field.default_error_messages["required"])

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"territory_code": self.official.code if self.official else ""}

    def said_otherwise(self) -> list[str]:
        """What was typed that the official codes say otherwise."""
        told = self.cleaned_data
        return bodies.said_otherwise(self.official, told["name"], told["kind"]) if self.official else []
