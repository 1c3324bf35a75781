"""Outside HTTP: the one door. Timeouts, retries, a size limit, and no way to reach a private address (SSRF guard).

The name is resolved once, every address is checked, and the connection goes to that address: a name that changes its answer
between check and use (DNS rebinding) gains nothing. Redirects pass through the same door.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import stamina
from django.conf import settings
from django.utils.translation import gettext as _

from communaux.core import hosts
from communaux.core.errors import BadRequest, Refusal, Unavailable

TIMEOUT = httpx.Timeout(10, connect=5)
WITHIN = 60.0  # seconds for a whole body: one that drips never trips the timeout between two reads
LIMIT = 20 * 1024 * 1024
REDIRECTS = 5
AGENT = "communaux (+https://communaux.example)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: final address, status, body (unpacked), headers by names in small letters; `sent`: bytes on the way."""

    url: str
    status: int
    body: bytes
    content_type: str
    etag: str
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int = 0


def get(url: str, *, limit: int = LIMIT, etag: str = "", attempts: int = 3) -> Answer:
    """Fetch `url`. Raise BadRequest for an address that may not be asked, Unavailable when it does not answer well."""
    try:
        for attempt in stamina.retry_context(on=_worth_retrying, attempts=attempts, timeout=60):
            with attempt:
                return _follow(url, limit, etag)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise BadRequest("bad_address", _("Only http and https addresses can be fetched.")) from error
    except httpx.HTTPError as error:
        raise Unavailable("no_answer", _("%(host)s does not answer.") % {"host": urlsplit(url).hostname}) from error
    raise AssertionError("unreachable: the loop returns or raises")


def is_absent(refused: Refusal) -> bool:
    """Whether the host did answer: there is nothing at this address."""
    told = refused.__cause__
    return isinstance(told, httpx.HTTPStatusError) and told.response.status_code in {404, 410}


def is_refused(refused: Refusal) -> bool:
    """Whether the host did answer, and does not give what was asked (4xx)."""
    told = refused.__cause__
    return isinstance(told, httpx.HTTPStatusError) and 400 <= told.response.status_code < 500


def _worth_retrying(error: Exception) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in {429, 502, 503, 504}
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)


def _follow(url: str, limit: int, etag: str) -> Answer:
    with httpx.Client(transport=_Guarded(), timeout=TIMEOUT, headers={"user-agent": AGENT}) as client:
        for _hop in range(REDIRECTS + 1):
            request = client.build_request("GET", url, headers={"if-none-match": etag} if etag else None)
            response = client.send(request, stream=True)
            try:
                if response.has_redirect_location:
                    url = str(httpx.URL(url).join(response.headers["location"]))
                    continue
                return _read(response, url, limit)
            finally:
                response.close()
    raise BadRequest("too_many_redirects", _("This address redirects too many times."))


def _read(response: httpx.Response, url: str, limit: int) -> Answer:
    if response.status_code != 304:
        response.raise_for_status()
    body, until = bytearray(), time.monotonic() + WITHIN
    for chunk in response.iter_bytes():
        body += chunk
        if time.monotonic() > until:
            raise Unavailable("too_slow", _("%(host)s answers too slowly.") % {"host": urlsplit(url).hostname})
        if len(body) > limit:
            raise BadRequest(
                "too_large", _("What this address sends is larger than %(limit)d bytes.") % {"limit": limit}
            )
    headers = response.headers
    kept = (headers.get("content-type", ""), headers.get("etag", ""), dict(headers), response.num_bytes_downloaded)
    return Answer(url, response.status_code, bytes(body), *kept)


class _Guarded(httpx.BaseTransport):
    """Connect only to a checked public address, whatever the name says a moment later."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport(retries=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if url.scheme not in {"http", "https"} or not hosts.NAME.fullmatch(url.host) or (url.port or 80) > 65535:
            raise BadRequest("bad_address", _("Only http and https addresses can be fetched."))
        address = public_address(url.host, url.port or (443 if url.scheme == "https" else 80))
        request.url = url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def public_address(host: str, port: int) -> str:
    """First address of `host`; raise BadRequest when any of its addresses is not a public one."""
    try:
        return hosts.public_address(host, port, getattr(settings, "PRIVATE_HOSTS_ALLOWED", ()))
    except hosts.UnknownHost as error:
        raise Unavailable("unknown_host", _("The name %(host)s is not known.") % {"host": host}) from error
    except hosts.PrivateHost as error:
        told = _("%(host)s is a private address: it cannot be fetched.") % {"host": host}
        raise BadRequest("private_address", told) from error
