"""Search, commons, relations, notes, uses, themes, sources, the thesaurus and exports, read-only."""

from ninja import Router

from communaux.api.catalogue import commons, exports, find, notes, reuses, vocabulary
from communaux.api.strict import strict

router = Router(tags=["catalogue"])
router.add_decorator(strict)
for part in (
    find,
    exports,  # its /commons.csv stands before /commons/{slug}
    commons,
    notes,
    reuses,
    vocabulary,
):
    router.add_router("", part.router)
