"""Take over the publiccode.yml of a commons, once somebody who speaks for it has seen what it changes."""

from __future__ import annotations

from datetime import datetime

from communaux.catalogue.described_by import Described
from communaux.catalogue.models import Commons, Source
from communaux.catalogue.own import OWN_FILE
from communaux.catalogue.own_file import CARD, said_of
from communaux.catalogue.services.describing import show_evidence
from communaux.catalogue.services.imports import row_of
from communaux.catalogue.services.settle import settle
from communaux.core.actions import action
from communaux.core.models import Person


@action("catalogue.adopt_publiccode", journaled=False)
def adopt_publiccode(by: Person, commons: Commons, *, read: Described, at: datetime) -> bool:
    """Make the file the record of this commons that speaks first; False, and nothing is written, when it says nothing new."""
    held = Commons.objects.select_for_update(no_key=True).get(pk=commons.pk)
    said = said_of(held, read)
    source, _made = Source.objects.get_or_create(key=OWN_FILE, defaults=CARD)
    row = row_of(source, said, source.records.filter(external_id=said.external_id).first(), at)
    if row is None:
        return False
    row.commons, row.address, row.licence = held, read.address[:1000], read.licence[:60]
    row.save()
    arrived = {held.pk: f"{OWN_FILE}:{read.sha256[:12]}"}
    settle(by, [held.pk], read.address, at, arrived, act="catalogue.adopt_publiccode")
    show_evidence(by, held, locator=read.address, kind=read.format, sha256=read.sha256, at=at)
    commons.refresh_from_db()
    return True
