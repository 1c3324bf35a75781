"""Themes of an edition and the domains of the catalogue they belong to, by which editions are read side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from communaux.catalogue.models import Theme
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.models import Person
from communaux.gatherings.models import Edition, EditionTheme


@action("gatherings.relate_themes", journaled=False)
def relate_themes(by: Person, edition: Edition, *, told: Mapping[str, Theme | None], at: datetime) -> None:
    """The domain of each of these themes; None: of none. The line names domains alone: words of a draft are not public."""
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    before = _domains(edition)
    edition.themes.filter(label__in=told).delete()
    EditionTheme.objects.bulk_create(
        EditionTheme(edition=edition, label=label, theme=theme) for label, theme in told.items() if theme
    )
    old, new = journal.changes({"themes": before}, {"themes": _domains(edition)})
    if old or new:
        journal.append(by, at, journal.Line("gatherings.relate_themes", journal.subject_of(edition), old, new))


def _domains(edition: Edition) -> list[str]:
    return sorted(edition.themes.values_list("theme_id", flat=True))
