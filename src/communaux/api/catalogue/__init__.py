"""Search, commons, relations, uses, themes, sources, the thesaurus and exports, read-only."""

from ninja import Router

from communaux.api.catalogue import commons, exports, find, reuses, vocabulary
from communaux.api.strict import strict

router = Router(tags=["catalogue"])
router.add_decorator(strict)
for part in (
    find,
    exports,  # its /commons.csv stands before /commons/{slug}
    commons,
    reuses,
    vocabulary,
):
    router.add_router("", part.router)
