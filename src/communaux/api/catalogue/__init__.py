"""Search, commons, relations, notes, uses, contests, pairs, themes, sources, the thesaurus, exports; and writing them."""

from ninja import Router

from communaux.api.catalogue import (
    commons,
    contests,
    exports,
    find,
    matches,
    needs,
    note_writing,
    notes,
    proposing,
    publiccode,
    reuses,
    using,
    vocabulary,
)
from communaux.api.strict import strict

# Writing stands in a module of its own, on the router of what is read at the same address.
WRITTEN = (proposing, publiccode, using, note_writing)

router = Router(tags=["catalogue"])
router.add_decorator(strict)
for part in (
    find,
    exports,  # its /commons.csv stands before /commons/{slug}
    commons,
    notes,
    reuses,
    vocabulary,
    contests,
    matches,
    needs,
):
    router.add_router("", part.router)
