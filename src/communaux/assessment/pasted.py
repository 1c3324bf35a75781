"""An address that somebody pastes: the repository that it names, the commons that bear it. Nothing is fetched, nothing is kept."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from communaux.assessment import queries
from communaux.catalogue import addresses
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import duplicates
from communaux.core import hosts
from communaux.core.errors import BadRequest
from communaux.core.typed import UNWANTED

LONGEST: Final = 1000  # letters of an address, as on a sheet
SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)
NO_LETTER_OF_ONE: Final = re.compile(r"""[\s<>"`\\^{|}]""")
HOST: Final = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.IGNORECASE)  # a name, or the number of a machine


@dataclass(frozen=True, slots=True)
class Bearer:
    """A commons whose sheet gives the address, and the repository that its assessment reads; empty: it gives none."""

    commons: Commons
    reads: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """The address as git takes it, and who bears it, surest first."""

    url: str
    bearers: tuple[Bearer, ...]

    @property
    def assessed(self) -> Commons | None:
        """The one commons whose assessment is that of this repository."""
        alone = self.bearers[0] if len(self.bearers) == 1 else None
        return alone.commons if alone and self.is_read_by(alone) else None

    def is_read_by(self, one: Bearer) -> bool:
        return addresses.normal_url(one.reads) == addresses.normal_url(self.url)

    @property
    def command(self) -> str:
        """What gives the assessment on a machine of one's own."""
        return f"communaux assess {shlex.quote(self.url)}"


def pasted(typed: str) -> Pasted:
    """Raise BadRequest, with a sentence, where it names no repository that anybody can read."""
    url = address(typed)
    alike = [one.commons for one in duplicates.possible([], [typed.strip(), url])]
    prefetch_related_objects(alike, "resources")
    return Pasted(url, tuple(Bearer(one, queries.address(one)) for one in alike))


def address(typed: str) -> str:
    """For git, https; a page of a forge is its repository. Raise BadRequest."""
    parts = _parts(_written_out(typed.strip()))
    if parts.scheme != "https":
        told = _("Only an address that begins with https:// is read, since anybody can open it: give that one.")
        raise BadRequest("not_https", told)
    if "@" in parts.netloc:
        told = _("Take the name or the password out of the address: only what everybody may read is read.")
        raise BadRequest("with_password", told)
    if not hosts.may_be_public(parts.hostname or ""):
        told = _("%(host)s is no machine of the public network: nobody else could check what is read there.")
        raise BadRequest("not_public", told % {"host": parts.hostname})
    if addresses.is_owner_page(parts.geturl()):
        told = _("This is the page of a person, of an organisation or of a whole forge: give that of one repository.")
        raise BadRequest("owner_page", told)
    return addresses.clone_address(parts.geturl())


def _written_out(text: str) -> str:
    """With the scheme that a browser, or git, lets people leave out."""
    if SCHEME.match(text):
        return text
    return f"ssh://{text}" if addresses.SSH.fullmatch(text) else f"https://{text}"


def _parts(text: str) -> SplitResult:
    """Of an address that can be one; raise BadRequest."""
    if len(text) > LONGEST:
        raise BadRequest("too_long", _("This is too long for an address: at most %(n)s characters.") % {"n": LONGEST})
    try:
        parts = urlsplit(text)
        there = parts.scheme != "https" or (bool(HOST.fullmatch(parts.hostname or "")) and parts.port != 0)
    except ValueError:
        there = False
    if not there or NO_LETTER_OF_ONE.search(text) or UNWANTED.search(text):
        told = _("This is not an address of the web: it begins with https:// and has no space.")
        raise BadRequest("no_address", told)
    return parts
