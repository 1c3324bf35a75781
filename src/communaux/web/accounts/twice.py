"""Two clicks on sign-up: the second waits for the first and finds what it left, instead of meeting its half-made account."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

LONGEST = 20.0  # seconds the first may take, its mail included
PAUSE = 0.1


@contextmanager
def one_at_a_time(request: HttpRequest) -> Iterator[None]:
    """Of the posts of one session, one at a time; each starts from what the one before left in the session."""
    key = request.session.session_key
    if key is None:  # a form that was not read first: nothing to wait for
        yield
        return
    lock = f"sign-up:{key}"
    _wait(lock)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    try:
        yield
        request.session.save()
    finally:
        cache.delete(lock)


def _wait(lock: str) -> None:
    until = time.monotonic() + LONGEST
    while not cache.add(lock, 1, timeout=LONGEST) and time.monotonic() < until:
        time.sleep(PAUSE)
