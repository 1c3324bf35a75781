"""Themes of commons: chosen by a person in a record, else read from the text when the index is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from communaux.catalogue import deployed
from communaux.catalogue.models import Commons, SourceRecord, Theme
from communaux.core.actions import action
from communaux.core.models import Person


@action("catalogue.store_themes", journaled=False)
def store_themes(by: Person, themes: Sequence[tuple[str, str, str]], *, at: datetime) -> int:
    """Keep the 34 domains (key, fr, en) as the thesaurus names them."""
    rows = [Theme(key=key, fr=fr, en=en) for key, fr, en in themes]
    Theme.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=["fr", "en"])
    return len(rows)


@action("catalogue.set_themes", journaled=False)
def set_themes(by: Person, found: Mapping[str, Sequence[str]], *, at: datetime) -> int:
    """Give each commons (by slug) the themes its text speaks of, unless a person chose; return how many links changed."""
    link = Commons.themes.through
    known = set(Theme.objects.values_list("key", flat=True))
    ids = dict(Commons.objects.filter(slug__in=list(found)).values_list("slug", "id"))
    chosen = set(
        SourceRecord.objects.filter(state="live", mapped__has_key="themes").values_list("commons_id", flat=True)
    )
    wanted = {(pk, key) for slug, pk in ids.items() if pk not in chosen for key in found[slug] if key in known}
    stored = link.objects.exclude(commons__in=chosen).values_list("pk", "commons_id", "theme_id")
    have = {(commons, theme): pk for pk, commons, theme in stored}
    touched = {commons for commons, _theme in wanted ^ have.keys()}
    deployed.hold(touched)
    with deployed.counted(touched, at):
        _drop([have[pair] for pair in have.keys() - wanted])
        new = [link(commons_id=c, theme_id=t) for c, t in sorted(wanted - have.keys())]
        link.objects.bulk_create(new, batch_size=500)
    return len(wanted ^ have.keys())


def _drop(pks: list[int]) -> None:
    for start in range(0, len(pks), 500):
        Commons.themes.through.objects.filter(pk__in=pks[start : start + 500]).delete()
