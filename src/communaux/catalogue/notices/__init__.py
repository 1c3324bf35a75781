"""Whom the acts of the catalogue concern: each module declares the rows of its verbs when it is imported."""

from communaux.catalogue.notices import commons, judging, needs, uses

__all__ = ["commons", "judging", "needs", "uses"]
