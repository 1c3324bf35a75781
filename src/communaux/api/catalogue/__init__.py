"""Search, commons, relations, notes, themes, sources and the thesaurus, read-only."""

from ninja import Router

from communaux.api.catalogue import commons, find, notes, vocabulary
from communaux.api.strict import strict

router = Router(tags=["catalogue"])
router.add_decorator(strict)
for part in (find, commons, notes, vocabulary):
    router.add_router("", part.router)
