"""Hands for a survey: processes of this machine, or a Dask cluster. Each gives back how every repository ended, in any order."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import batched
from math import inf
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from distributed import Client

    from communaux.core.survey import Ended, Lease, Order

TRIES: Final = 3
LONGEST: Final = 3_600.0  # seconds for one repository
WINDOW: Final = 20_000  # repositories given to a cluster at a time


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command of its own."""


@dataclass(slots=True)
class Hand:
    """A process that reads one repository after the other, and what it has now."""

    process: BaseProcess
    pipe: Connection[Any, Any]
    url: str = ""
    tries: int = 0
    since: float = inf  # its time begins when its host is free


def local(urls: Sequence[str], order: Order, workers: int, longest: float = LONGEST) -> Generator[Ended]:
    """One process a worker. One that dies costs its own repository a try, and nobody else anything."""
    waiting = deque((url, 1) for url in urls)
    hands = [_hand(order) for _ in range(min(workers, len(urls)))]
    try:
        while waiting or any(hand.url for hand in hands):
            for hand in hands:
                if waiting and not hand.url:
                    _give(hand, *waiting.popleft())
            busy = [hand for hand in hands if hand.url]
            ready = wait([hand.pipe for hand in busy], timeout=1.0)
            for hand in busy:
                late = hand.pipe not in ready and time.monotonic() - hand.since > longest
                if hand.pipe not in ready and not late:
                    continue
                ended = _heard(hand, late)
                if ended is None:
                    continue
                if ended.code in ("killed", "timeout"):
                    hands[hands.index(hand)] = _replaced(hand, order)
                if ended.code == "killed" and hand.tries < TRIES:
                    waiting.append((ended.url, hand.tries + 1))
                else:
                    yield ended
    finally:
        for hand in hands:
            _stop(hand)


def _hand(order: Order) -> Hand:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, order), daemon=True)
    process.start()
    theirs.close()
    return Hand(process, ours)


def serve(pipe: Connection[Any, Any], order: Order) -> None:
    """What a process does: read what it is given until nobody gives any more. Ctrl-C is for the one who gives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a copy under way is thrown away
    from communaux.core.survey import FileLease, survey_one

    lease = Begun(FileLease(order.folder / "hosts"), pipe)
    while True:
        try:
            url = pipe.recv()
        except EOFError:
            return
        pipe.send(survey_one(url, order, lease))


@dataclass(frozen=True, slots=True)
class Begun:
    """Says that the work begins once its lease is had: to wait for a host is not to read."""

    lease: Lease
    pipe: Connection[Any, Any]

    @contextmanager
    def __call__(self, host: str) -> Generator[None]:
        with self.lease(host):
            self.pipe.send(None)
            yield


def _give(hand: Hand, url: str, tries: int) -> None:
    hand.url, hand.tries, hand.since = url, tries, inf
    with suppress(BrokenPipeError):  # it died while it had nothing to do: whoever listens to it next is told
        hand.pipe.send(url)


def _heard(hand: Hand, late: bool) -> Ended | None:
    """How its repository ended; None: it begins only now."""
    from communaux.core.survey import Ended

    try:
        ended = Ended(hand.url, "timeout", f"{time.monotonic() - hand.since:.0f} s") if late else hand.pipe.recv()
    except (EOFError, ConnectionResetError):
        ended = Ended(hand.url, "killed", f"{hand.tries}")
    if ended is None:
        hand.since = time.monotonic()
    else:
        hand.url = ""
    return cast("Ended | None", ended)


def _replaced(hand: Hand, order: Order) -> Hand:
    _stop(hand)
    return _hand(order)


def _stop(hand: Hand) -> None:
    hand.process.terminate()
    hand.process.join(5)
    hand.process.kill()
    hand.process.join()
    hand.pipe.close()


@dataclass(frozen=True, slots=True)
class ClusterLease:
    """At most AT_ONCE copies from one host at the same time, over a whole cluster."""

    def __call__(self, host: str) -> AbstractContextManager[None]:
        from distributed import Semaphore

        from communaux.core.survey import AT_ONCE

        return Semaphore(max_leases=AT_ONCE, name=f"communaux {host}") if host else nullcontext()


def dask(urls: Sequence[str], order: Order, workers: int, scheduler: str = "") -> Generator[Ended]:
    """The same work on a Dask cluster, the one at `scheduler` or one made here; what a dead worker had goes to others."""
    from distributed import KilledWorker, as_completed

    from communaux.core.survey import Ended, survey_one

    with _client(workers, scheduler) as client:
        for window in batched(urls, WINDOW):
            work = [client.submit(survey_one, url, order, ClusterLease(), pure=False, retries=2) for url in window]
            named = dict(zip((future.key for future in work), window, strict=True))
            for future in as_completed(work):
                try:
                    yield future.result()
                except KilledWorker as error:
                    yield Ended(named[future.key], "killed", str(error)[:200])


@contextmanager
def _client(workers: int, scheduler: str) -> Generator[Client]:
    from distributed import Client, LocalCluster

    if scheduler:
        with Client(scheduler) as client:
            yield client
        return
    made = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    with made, Client(made) as client:
        yield client
