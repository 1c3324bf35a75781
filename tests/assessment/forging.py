"""What a forge tells of the repository of these tests: requests of its last year, each answered within a week."""

from __future__ import annotations

from assess.histories import DAY, EPOCH

from communaux.engines.assess.forge import Forge, Item, Kind, Member, Span
from communaux.engines.assess.forge_lines import as_lines

END = EPOCH + 763 * DAY
READ = END + 5 * DAY


def items(requests: int = 24, *, read_at: int = READ, wait: int = 1) -> Forge:
    opened = [END - n * 10 * DAY for n in range(1, requests + 1)]
    told = [Item("issue", n, at, "1", answers=((at + (wait + n % 7) * DAY, "2"),)) for n, at in enumerate(opened, 1)]
    read: dict[Kind, Span] = {kind: Span(0, read_at) for kind in ("issue", "change", "member", "repository")}
    members = (Member("2", True), Member("3", True))
    return Forge("gitlab", read, tuple(told), members, personal=False, archived=False, left_out=2)


def lines(requests: int = 24, *, read_at: int = READ, wait: int = 1) -> bytes:
    return as_lines(items(requests, read_at=read_at, wait=wait)).encode()
