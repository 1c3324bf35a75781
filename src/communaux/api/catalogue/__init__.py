"""Search, commons, relations, uses, themes, sources and the thesaurus, read-only."""

from ninja import Router

from communaux.api.catalogue import commons, find, reuses, vocabulary
from communaux.api.strict import strict

router = Router(tags=["catalogue"])
router.add_decorator(strict)
for part in (find, commons, reuses, vocabulary):
    router.add_router("", part.router)
