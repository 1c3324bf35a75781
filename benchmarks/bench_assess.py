"""A repository assessed, beside git itself and two peers in the same run; CPU seconds of all processes, and peak memory.

    BENCH_REPOS=/path/to/umap:/path/to/git .venv/bin/python benchmarks/bench_assess.py [COMMITS]

Each figure is a fresh process, the median of RUNS. Floors: `git log --format` with the same fields (commits), `git log --raw`
(changes). A synthetic history (COMMITS, 50,000) is made with `git fast-import`, the same bytes each time. Peers, where they are
installed (group `bench`): Perceval over one branch, and PyDriller on a part of the commits, extrapolated and said so;
BENCH_PEERS=none leaves them out.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from communaux.engines.assess.git import SAFE, environment
from communaux.engines.assess.gitlog import FIELDS

RUNS = 3
PART = 300  # commits that PyDriller is given
RAW = ("--raw", "--no-renames", "--no-abbrev")
OURS = "from pathlib import Path; from communaux.engines.assess import kernel, gitlog, tree; d = Path({path!r}); "
COUNT = """import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, done.returncode)"""
PERCEVAL = """import sys
from perceval.backends.core.git import Git
print(sum(1 for _commit in Git(sys.argv[1], sys.argv[1]).fetch(branches=sys.argv[2:] or None, no_update=True)))"""
STEPS = {
    "start alone": "",
    "T0 columns": "gitlog.read_log(d, tree.find_commit(d, 'HEAD'), changes=False)",
    "T0+T1 columns": "gitlog.read_log(d, tree.find_commit(d, 'HEAD'))",
    "assessed": "kernel.assess(d, as_of=1_800_000_000)",
}


def spent(command: Sequence[str], cwd: Path | None = None) -> tuple[float, int]:
    """CPU seconds of a process and all it starts, and the peak memory of the largest, in MB."""
    told = subprocess.run(
        [sys.executable, "-c", COUNT, *command],
        cwd=cwd,
        env=os.environ | environment() | {"HOME": "/nonexistent"},
        check=True,
        capture_output=True,
        text=True,
    )
    cpu, memory, status = told.stdout.split()
    assert status == "0", told.stderr
    return float(cpu), int(memory)


def measured(command: Sequence[str], runs: int = RUNS) -> tuple[float, int]:
    found = [spent(command) for _run in range(runs)]
    return median(cpu for cpu, _memory in found), max(memory for _cpu, memory in found)


def of_repository(path: Path) -> None:
    git = ["git", *SAFE, "--git-dir", str(path)]
    count = int(
        subprocess.run([*git, "rev-list", "--count", "HEAD"], check=True, capture_output=True, text=True).stdout
    )
    fields = f"--format={'%n'.join(FIELDS)}"
    print(f"\n{path.parent.name if path.name == 'repo' else path.name}: {count} commits; load {os.getloadavg()[0]:.1f}")
    floors = {
        "floor, git log --format": measured([*git, "log", "-z", "--date=raw", fields, "HEAD"]),
        "floor, git log --raw": measured([*git, "log", "-z", *RAW, "--format=%H", "HEAD"]),
    }
    ours = {name: measured([sys.executable, "-c", OURS.format(path=str(path)) + code]) for name, code in STEPS.items()}
    start = ours["start alone"][0]
    for name, (cpu, memory) in {**floors, **ours}.items():
        print(f"  {name}: {cpu:.2f} s CPU, {memory} MB")
    for name, floor in (
        ("T0 columns", "git log --format"),
        ("T0+T1 columns", "git log --raw"),
        ("assessed", "git log --raw"),
    ):
        ratio = (ours[name][0] - start) / floors[f"floor, {floor}"][0]
        print(f"  {name}, start apart: {ratio:.2f} times {floor}")
    for name, peer in PEERS.items():
        if os.environ.get("BENCH_PEERS") == "none":
            print(f"  {name}: NOT MEASURED, left out (BENCH_PEERS=none)")
        elif find_spec(name):
            seconds = peer(path, count)
            print(f"  {name}: {seconds:.1f} s CPU, {seconds / ours['assessed'][0]:.1f} times the whole assessment")
        else:
            print(f"  {name}: NOT MEASURED, it is not installed (group bench)")


def perceval(path: Path, _count: int) -> float:
    asked = ["git", "--git-dir", str(path), "symbolic-ref", "--quiet", "--short", "HEAD"]
    branch = subprocess.run(asked, check=False, capture_output=True, text=True).stdout.split()
    print(f"  perceval: {'one branch' if branch else 'all branches: no branch is the head'}")
    return measured([sys.executable, "-c", PERCEVAL, str(path), *branch], 1)[0]


def pydriller(path: Path, count: int) -> float:
    """It also computes complexity; a part is timed, the whole extrapolated."""
    code = (
        "import sys, itertools; from pydriller import Repository; "
        "print(sum(len(c.modified_files) for c in itertools.islice(Repository(sys.argv[1]).traverse_commits(), int(sys.argv[2]))))"
    )
    part = min(PART, count)
    print(f"  pydriller: {part} of {count} commits timed, the rest extrapolated")
    with tempfile.TemporaryDirectory() as folder:  # it reads no bare repository
        subprocess.run(["git", "clone", "-q", "--no-checkout", str(path), folder], check=True)
        return measured([sys.executable, "-c", code, folder, str(part)], 1)[0] * count / part


PEERS: dict[str, Callable[[Path, int], float]] = {"perceval": perceval, "pydriller": pydriller}


def synthetic(folder: Path, commits: int) -> Path:
    """A history of so many commits by 8,500 people over 20,000 paths."""
    draw, lines = random.Random(1), []
    for number in range(commits):
        who = int(8500 * draw.random() ** 3)
        person = f"P{who} Name{who} <p{who}@org{who % 700}.example> {1_400_000_000 + number * 60} +0100"
        lines.append(f"commit refs/heads/main\nauthor {person}\ncommitter {person}\ndata 6\nchange\n")
        lines.extend(
            f"M 100644 inline d{draw.randrange(200)}/f{draw.randrange(100)}\ndata 9\n{number:09d}\n"
            for _file in range(2)
        )
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    stream = "".join(lines).encode()
    subprocess.run(["git", "--git-dir", str(folder), "fast-import", "--quiet"], input=stream, check=True)
    return folder


def main(commits: int) -> None:
    print(
        subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout.strip(),
        f"python {sys.version.split()[0]}",
    )
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        of_repository(synthetic(Path(folder) / "synthetic.git", commits))
    for path in filter(None, os.environ.get("BENCH_REPOS", "").split(":")):
        of_repository(Path(path))
    print(f"\n{time.perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
