"""Whom the acts on a draft or a sheet concern. A new verb needs one line: `tell(…)`, or its name among the silent ones.

The text follows the name of the commons: « Prêt de vélos : publié ».
"""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.models import Commons
from communaux.catalogue.queries.editors import authors, editors, keepers, stewards
from communaux.core.audiences import by_subject, followers, together
from communaux.core.notify import ASKED, DECIDED, NEWS, Shown, name, silent, tell

UNSEEN = {Commons.State.DRAFT, Commons.State.PROPOSED}


def commons(ids: Collection[str]) -> dict[str, Shown]:
    """Its name and its sheet; of what is not published yet, the page where it is decided."""
    rows = Commons.objects.filter(pk__in=list(ids)).only("slug", "name", "state")
    return {str(row.pk): Shown(row.name, _place(row)) for row in rows}


def _place(row: Commons) -> str:
    return reverse("publish_commons", args=[row.slug]) if row.state in UNSEEN else row.get_absolute_url()


name("commons", commons)

its_editors, its_keepers = by_subject(editors), by_subject(keepers)
its_authors, its_stewards = by_subject(authors), by_subject(stewards)
PUBLISHED_OR_NOT = ("catalogue.publish", "catalogue.send_back", "catalogue.discard")

tell("catalogue.ask", its_editors, ASKED, _("proposed: an editor has to read it"), until=PUBLISHED_OR_NOT)
tell("catalogue.publish", its_authors, DECIDED, _("published"))
tell("catalogue.send_back", its_authors, DECIDED, _("sent back to you: the reason is on its page"))
tell("catalogue.withhold", its_keepers, DECIDED, _("taken off the desk: its address says why"))
tell("catalogue.withhold", followers, NEWS, _("taken off the desk: its address says why"))
tell("catalogue.restore", its_keepers, DECIDED, _("back on the desk"))
tell("catalogue.restore", followers, NEWS, _("back on the desk"))
tell("catalogue.describe", together(followers, its_keepers), NEWS, _("described better by somebody"))
tell("catalogue.import", together(followers, its_stewards), NEWS, _("changed by a catalogue that tells of it"))
tell("catalogue.relate", followers, NEWS, _("a relation to another commons has changed"))

silent("catalogue.draft", "catalogue.discard")  # nobody but its author knows of it
silent("catalogue.show_evidence", "catalogue.answer_duplicate", "catalogue.take_over")  # seen by who reads the proposal
silent("catalogue.propose_pairs", "catalogue.register_source", "catalogue.close_import")
silent("catalogue.store_index", "catalogue.set_themes", "catalogue.store_themes")
