"""What a recorded visit of a page says; of who made it, nothing: no cookie, header, query or body is kept (spec 08 § 3.3).

`facts_of` reads a HAR or a report of Lighthouse. What a file does not say is None, never zero; what was doubtful is counted in
`warnings`, by codes of words.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, NoReturn
from urllib.parse import SplitResult, urlsplit

from communaux.engines.footprint.errors import FootprintError

LARGEST: Final = 200_000_000  # bytes of a file
BIGGEST: Final = 10**12  # bytes of an answer
UNREADABLE: Final = re.compile("\N{REPLACEMENT CHARACTER}{2,}+")
SEEN: Final = 80  # signs of a file that is something else
LONGEST_URL: Final = 2000
OVER_NETWORK: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
FONTS: Final = ("font/", "application/font", "application/x-font", "application/vnd.ms-fontobject")

type Source = Literal["har", "lighthouse", "html"]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """`url`: without what comes after the path; `size`, `font_bytes`, `unused`: bytes; `third_parties`: hosts, in order.

    `unused`: of JavaScript and style sheets, what the page did not run or use, where the file says it.
    """

    source: Source
    url: str
    at: datetime | None
    dom_nodes: int | None
    requests: int | None
    size: int | None
    third_parties: tuple[str, ...] | None
    fonts: int | None
    font_bytes: int | None
    unused: Mapping[str, int]
    with_javascript: bool
    warnings: Mapping[str, int]

    @property
    def weighed(self) -> bool:
        """Whether `size` is all of it: it is the least it can be where an answer has no size."""
        return self.size is not None and not self.warnings.get("no_size")


class Tally:
    """The sum of the requests of a visit."""

    def __init__(self) -> None:
        self.requests = self.size = self.fonts = self.font_bytes = self.sized = 0
        self.hosts: set[str] = set()
        self.warnings: Counter[str] = Counter()

    def add(self, host: str, size: int | None, *, font: bool) -> None:
        """A request; `size` None: the file does not say it."""
        self.requests += 1
        self.hosts.add(host)
        if size is None:
            self.warnings["no_size"] += 1
        else:
            self.size += size
            self.sized += 1
        if font:
            self.fonts += 1
            self.font_bytes += size or 0

    def told(self, source: Source, url: str, at: datetime | None, own_hosts: Iterable[str]) -> dict[str, Any]:
        """What of PageFacts it knows; raise FootprintError for a host that is none."""
        return {
            "source": source,
            "url": page_url(url),
            "at": at,
            "requests": self.requests,
            "size": self.size if self.sized else None,
            "third_parties": third_parties(self.hosts, own_hosts, url),
            "fonts": self.fonts,
            "font_bytes": self.font_bytes if self.sized else None,
            "warnings": dict(sorted(self.warnings.items())),
        }


def document(content: bytes) -> dict[str, Any]:
    """The JSON of a file; raise FootprintError that says what it begins with, or where it stops."""
    if len(content) > LARGEST:
        raise FootprintError("page_too_large", size=len(content), most=LARGEST)
    if not content.strip():
        raise FootprintError("page_empty")
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("{"):
            raise FootprintError("page_cut", line=error.lineno, at=error.pos, signs=len(text)) from error
        raise no_page(content) from error
    except RecursionError as error:
        raise FootprintError("page_deep") from error
    except FootprintError:
        raise
    except ValueError as error:  # no UTF-8, or a number of thousands of digits
        raise no_page(content) from error
    if not isinstance(found, dict):
        raise no_page(content)
    return found


def _no_number(given: str) -> NoReturn:
    raise FootprintError("page_no_number", given=given)


def no_page(content: bytes) -> FootprintError:
    """The refusal of a file that is something else: it tells its first signs, which may be of the person who gave it."""
    text = content[: 4 * SEEN].decode("utf-8-sig", "replace")
    return FootprintError("no_page", seen=UNREADABLE.sub("…", printable(" ".join(text.split())))[:SEEN])


def printable(text: str) -> str:
    """Without what would move the cursor of a terminal."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def whole(given: object, name: str, n: int | str) -> int | None:
    """A number of bytes, None where the file has none or -1; raise FootprintError for what is no size of request `n`."""
    if given is None:
        return None
    if type(given) is int or type(given) is float:  # True is no size
        if 0 <= given <= BIGGEST:
            return round(given)
        if given == -1:
            return None
    raise FootprintError("bad_size", n=n, name=name, given=printable(str(given)[:SEEN]))


def split(url: object, n: int | str) -> SplitResult | None:
    """An address on the network, None for what never left the page (data:, blob:); raise FootprintError for request `n`."""
    if not isinstance(url, str):
        raise FootprintError("bad_url", n=n, given=printable(str(url)[:SEEN]))
    if url.partition(":")[0].lower() not in OVER_NETWORK:
        return None
    try:
        found = urlsplit(url)
        named = bool(found.hostname) and found.port != 0
    except ValueError:
        named = False
    if not named:
        raise FootprintError("bad_url", n=n, given=printable(url.partition("?")[0][:SEEN]))
    return found


def host_of(address: SplitResult) -> str:
    """Small letters, no last dot."""
    return printable((address.hostname or "").rstrip("."))


def page_url(url: str) -> str:
    """Scheme, host, port where it is not the usual one, path: no name, no password, no query, no session.

    >>> page_url("HTTPS://ana:secret@Example.org:443/a;jsessionid=7/b?q=1#top")
    'https://example.org/a/b'
    """
    found = urlsplit(url)
    port = "" if found.port in {None, OVER_NETWORK[found.scheme]} else f":{found.port}"
    path = "/".join(one.partition(";")[0] for one in found.path.split("/")) or "/"
    host = f"[{host_of(found)}]" if ":" in host_of(found) else host_of(found)
    return f"{found.scheme}://{host}{port}{printable(path)}"[:LONGEST_URL]


def third_parties(hosts: Iterable[str], own_hosts: Iterable[str], url: str) -> tuple[str, ...]:
    """The hosts that are neither one of `own_hosts` nor below one; where none is given, the host of the page is one's own.

    >>> third_parties({"a.example.org", "example.org", "cdn.example", "notexample.org"}, ["example.org"], "https://example.org/")
    ('cdn.example', 'notexample.org')
    """
    own = {_own(one) for one in own_hosts} or {host_of(urlsplit(url))}
    below = tuple(f".{one}" for one in own)
    return tuple(sorted(one for one in hosts if one not in own and not one.endswith(below)))


def _own(given: str) -> str:
    """A host as files write it: international names in their ASCII form."""
    try:
        found = given.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FootprintError("bad_host", given=printable(given)) from error
    if not found or not found.replace("-", "").replace(".", "").replace("_", "").isalnum():
        raise FootprintError("bad_host", given=printable(given))
    return found


def moment(given: object) -> datetime | None:
    """In UTC; None for what is no moment or has no offset."""
    try:
        found = datetime.fromisoformat(given if isinstance(given, str) else "")
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def is_font(mime: object) -> bool:
    return isinstance(mime, str) and mime.lower().startswith(FONTS)


def facts_of(content: bytes, own_hosts: Iterable[str] = ()) -> PageFacts:
    """Of a HAR or of a report of Lighthouse, whichever it is; raise FootprintError."""
    from communaux.engines.footprint import har, lighthouse

    found = document(content)
    if har.is_one(found):
        return har.facts(found, own_hosts)
    if lighthouse.is_one(found):
        return lighthouse.facts(found, own_hosts)
    raise no_page(content)
