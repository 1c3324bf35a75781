"""What the search stands on: the stored index, and what it does not know yet."""

from __future__ import annotations

from django.db import models


class SearchIndex(models.Model):
    """One immutable search index, the same bytes on every database; the last two generations are kept (01b § 3.4)."""

    generation = models.BigIntegerField(primary_key=True)
    n_docs = models.PositiveIntegerField()
    payload = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    analysis_version = models.CharField(max_length=40)
    thesaurus_sha256 = models.CharField(max_length=64)
    weights_version = models.PositiveIntegerField()
    made_for = models.DateField()  # the day its documents were made for: what is active today may be quiet tomorrow
    built_at = models.DateTimeField()


class Unindexed(models.Model):
    """A change that no search index holds yet; `asked_at` while a build asked for has not begun."""

    asked_at = models.DateTimeField(null=True, blank=True)
