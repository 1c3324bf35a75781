"""What a session taught, written by those who organise it; each writing stays to be read (07 § 2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from communaux.gatherings.models.programme import Session


class Report(models.Model):
    """One writing of the report of a session; the last one counts, and none is ever changed."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()  # of the writing, from one
    lang = models.CharField(max_length=2, default="fr")
    text = models.TextField()
    learnings = models.JSONField(default=list, blank=True)  # a sentence each
    biases = models.JSONField(default=list, blank=True)  # what the group saw only from one side, a sentence each
    figures = models.JSONField(default=list, blank=True)  # {"label", "value", "source"}
    licence = models.CharField(max_length=60)
    doi = models.CharField(
        max_length=200, blank=True, db_default="", default=""
    )  # where an archive keeps it; without address
    written_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("code", "number", "licence", "doi")  # its words can be read beside it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "number"], name="report_number_once"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(licence=""), name="report_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("session_report", args=[self.session.edition.slug, self.session.code])

    @property
    def code(self) -> str:
        """For the journal: that of its session."""
        return self.session.code
