"""Many repositories at once: how busy the processors are, and a Dask cluster beside the processes of this machine.

    .venv/bin/python benchmarks/bench_survey.py [REPOSITORIES] [COMMITS]

Small repositories (200, of 200 commits), made with `git fast-import`, read by as many hands as there are processors. Bars:
local hands keep 0.9 of the processors busy; the cluster takes at most 1.15 times as long, its start apart.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

DAY, FIRST = 86_400, 1_600_000_000
CPUS = os.cpu_count() or 1


def main(repositories: int, commits: int) -> None:
    from communaux.cli import engines
    from communaux.core.survey import Order

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = [str(make(folder / f"r{one}", one, commits)) for one in range(repositories)]
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {CPUS} processors; {repositories} × {commits} commits")
        local = timed("processes", engines.local(urls, Order(folder / "a", FIRST + 900 * DAY), CPUS), repositories)
        cluster = timed("Dask", engines.dask(urls, Order(folder / "b", FIRST + 900 * DAY), CPUS), repositories)
        print(f"Dask ÷ processes: {cluster / local:.2f} (bar 1.15)")


def make(folder: Path, seed: int, commits: int) -> Path:
    """A history of `commits` by seven people over as many days, forty files."""
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)
    lines = []
    for one in range(commits):
        who = f"P{(one * 7 + seed) % 7} <p{(one * 7 + seed) % 7}@x{one % 3}.org> {FIRST + one * DAY} +0100"
        text = f"{seed} {one}\n"
        lines += [f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 2\nc\n"]
        lines += [f"M 100644 inline f{one % 40}.py\ndata {len(text)}\n{text}"]
    command = ["git", "-C", str(folder), "fast-import", "--quiet"]
    subprocess.run(command, input="".join(lines).encode(), check=True)
    subprocess.run(["git", "-C", str(folder), "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
    return folder


def timed(name: str, work: Generator[Any], repositories: int) -> float:
    """Seconds from the first result to the last, so that the start is apart; tells the share of the processors that was used."""
    began, used = time.perf_counter(), cpu()
    ended = [next(work)]
    first = time.perf_counter()
    ended += work
    last = time.perf_counter()
    assert [one.code for one in ended] == [""] * repositories
    took = last - first
    busy = (cpu() - used) / ((last - began) * CPUS)
    print(
        f"{name:10} {took:6.2f} s, start {first - began:.2f} s, {repositories / took:.1f} a second, busy {busy:.2f} (bar 0.9)"
    )
    return took


def cpu() -> float:
    """Processor seconds of this process and of its children that have ended."""
    return sum(
        one.ru_utime + one.ru_stime for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given + [200, 200][len(given) :]))
