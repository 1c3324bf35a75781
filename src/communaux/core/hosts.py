"""Which machine a name leads to, and whether anybody may be led there: the guard of all that is fetched (SSRF). No Django."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection

NAME = re.compile(r"[^\s/\\%]+")
# Endings of names that no public network knows (RFC 6761, 6762, and what ICANN leaves to private use)
HERE = frozenset(("localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp"))
# IPv6 blocks that lead to an IPv4 address, private ones included: NAT64 (RFC 6052, 8215), 6to4 (RFC 3056), compatible
DISGUISED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96", "fec0::/10")))


class UnknownHost(Exception):
    """No machine has this name."""


class PrivateHost(Exception):
    """One of its addresses is not of the public network."""


def public_address(host: str, port: int, allowed: Collection[str] = ()) -> str:
    """First address of `host`; raise UnknownHost, or PrivateHost when any of its addresses is not a public one.

    The caller connects to this address: a name that changes its answer later (DNS rebinding) gains nothing.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a part of the name is longer than 63 letters
        raise UnknownHost(host) from error
    addresses = [ipaddress.ip_address(row[4][0]) for row in found]
    if host not in allowed and not all(map(is_public, addresses)):
        raise PrivateHost(host)
    return str(addresses[0])


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether it is one machine of the public network, reached as such and not through an IPv4 address written inside."""
    return address.is_global and not address.is_multicast and not any(address in block for block in DISGUISED)


def may_be_public(host: str) -> bool:
    """Whether a name or number can be that of a public machine, by its letters alone: nothing is asked.

    >>> [may_be_public(one) for one in ("github.com", "127.0.0.1", "::1", "forge.local", "forge", "127.1", "8.8.8.8")]
    [True, False, False, False, False, False, True]
    """
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        *before, last = host.lower().rstrip(".").split(".")
        return bool(before) and last not in HERE and not re.match(r"[0-9]", last)
