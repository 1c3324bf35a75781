"""The numbers of today, kept once for all that is computed with them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from communaux.assessment.models import FactorSet
from communaux.data import footprint_factors
from communaux.engines.footprint.factors import Factors, read


def today(at: datetime) -> tuple[Factors, FactorSet]:
    content = footprint_factors()
    factors = read(content)
    kept, _made = FactorSet.objects.get_or_create(
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={"version": factors.version, "content": content.decode(), "created_at": at},
    )
    return factors, kept
