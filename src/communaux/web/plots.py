"""The open field of the home page: each theme a plot, as wide as its share of commons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from communaux.catalogue.models import Theme
from communaux.catalogue.queries.commons import Counted

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

COLOURS = 6


@dataclass(frozen=True, slots=True)
class Plot:
    """`width` 1 to 4 by quartile of the count, `colour` 1 to 6 in turn."""

    key: str
    label: str
    n: int
    width: int
    colour: int


def plots(themes: Iterable[WithAnnotations[Theme, Counted]]) -> list[Plot]:
    """Plots of the themes that have commons, in the order of their names."""
    french = get_language() == "fr"
    filled = [(theme.fr if french else theme.en, theme.key, theme.n) for theme in themes if theme.n]
    steps = sorted(n for _name, _key, n in filled)
    cuts = [steps[len(steps) * part // 4] for part in (1, 2, 3)] if steps else []
    return [
        Plot(key, name, n, 1 + sum(n >= cut for cut in cuts), 1 + place % COLOURS)
        for place, (name, key, n) in enumerate(sorted(filled))
    ]
