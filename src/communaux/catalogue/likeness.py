"""How alike two commons are, for a pair that a person names: the same points as those of pairs found after an import."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import or_

from communaux.catalogue import licences
from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.formats.stored import from_json
from communaux.catalogue.keyring import SPEAKING
from communaux.catalogue.matching import Keys, fold, keys_of, signals
from communaux.catalogue.models import Commons, SourceRecord
from communaux.catalogue.weights import same


def told_of(a: Commons, b: Commons) -> tuple[Decimal, dict[str, int], int]:
    """Score, points by signal in hundredths, and the version of the weights. Texts are not compared."""
    version, weights = same()
    points = signals(_keys(a), _keys(b), lambda: False, weights)
    return Decimal(sum(points.values())) / 100, points, version


def _keys(commons: Commons) -> Keys:
    rows = SourceRecord.objects.filter(SPEAKING, commons=commons).order_by("id").values_list("source_id", "mapped")
    own = Keys(frozenset({fold(commons.name)}))
    return reduce(or_, (_read(from_json(mapped), source) for source, mapped in rows), own)


def _read(said: Mapped, source: str) -> Keys:
    family = licences.read_licence(said.licence_raw).family if said.licence_raw else ""
    return keys_of(said, source, frozenset(), family)
