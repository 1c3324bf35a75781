"""Pages per CPU-second of one server process, beside the floor of the framework, on the desk in COMMUNAUX_VAR.

    COMMUNAUX_VAR=var .venv/bin/python benchmarks/bench_pages.py

A desk that does not exist yet is made first, with the public catalogues where they lie in ../shared/data/catalogues.

Granian WSGI, one worker, four threads, on loopback. Requests per CPU-second and the last two columns are those of eight
connections at once; "alone" is one reader at a time, what the bars of the specification mean by warm (100 ms for a sheet, 150 for
lists, search and comparison). The floor is `/healthz`: a fixed answer through every
middleware. CPU seconds are those of the server and its children, as the kernel counts them (psutil).
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil

PAGES = {
    "floor (/healthz)": "/healthz",
    "home": "/",
    "search": "/chercher/?q=logiciel+pour+gerer+la+cantine",
    "search, typo": "/chercher/?q=parcoursup+choisir+sa+voit+apres+le+bac",
    "list": "/communs/",
    "list of a theme": "/communs/?theme=energie",
    "sheet": "/communs/umap/",
    "comparison of 4": "/communs/comparer/?c=umap&c=nextcloud&c=peertube&c=openstreetmap",
    "history": "/communs/umap/histoire/",
    "API search": "/api/v1/search?q=cartographie",
}
CONNECTIONS = 8
CATALOGUES = Path(__file__).resolve().parents[2] / "shared" / "data" / "catalogues"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=200, help="per page")
    wanted = options.parse_args().requests
    communaux = [sys.executable, "-m", "communaux"]
    subprocess.run([*communaux, "demo", "--check", "--catalogues", str(CATALOGUES)], check=True)
    port = free_port()
    server = subprocess.Popen([*communaux, "serve", "--port", str(port)])
    try:
        base = f"http://127.0.0.1:{port}"
        print(f"start to first answer: {wait(base):.1f} s")
        print(
            f"{'page':20} {'req/CPU-s':>10} {'of floor':>9} {'alone p50':>10} {'alone p95':>10} {'p50 ms':>8} {'p95 ms':>8}"
        )
        floor = 0.0
        for name, path in PAGES.items():
            alone = [f"{value:10.1f}" for value in spread(measure(server.pid, base + path, wanted, 1)[1])]
            rate, times = measure(server.pid, base + path, wanted, CONNECTIONS)
            floor = floor or rate
            together = [f"{value:8.1f}" for value in spread(times)]
            print(f"{name:20} {rate:10.0f} {rate / floor:9.3f}", *alone, *together)
        print(f"memory (PSS) of server and worker: {memory(server.pid):.0f} MB")
    finally:
        server.terminate()
        server.wait(timeout=10)


def spread(times: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def measure(
    pid: int, url: str, wanted: int, connections: int, broken: list[int] | None = None
) -> tuple[float, list[float]]:
    """Requests per CPU-second of the server, and milliseconds of each as the client saw them; a failure ends it, unless `broken`
    takes its status."""
    with httpx.Client(limits=httpx.Limits(max_connections=connections), timeout=30) as client:
        for _warm in range(10):
            client.get(url).raise_for_status()
        before = cpu(pid)
        with ThreadPoolExecutor(connections) as pool:
            times = list(pool.map(lambda _n: one(client, url, broken), range(wanted)))
        return wanted / (cpu(pid) - before), times


def one(client: httpx.Client, url: str, broken: list[int] | None) -> float:
    start = time.perf_counter()
    answer = client.get(url)
    if broken is not None and answer.is_server_error:
        broken.append(answer.status_code)
    else:
        answer.raise_for_status()
    return 1000 * (time.perf_counter() - start)


def processes(pid: int) -> list[psutil.Process]:
    server = psutil.Process(pid)
    return [server, *server.children(recursive=True)]


def cpu(pid: int) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes(pid))


def memory(pid: int) -> float:
    return sum(process.memory_full_info().pss for process in processes(pid)) / 2**20


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait(base: str) -> float:
    start = time.perf_counter()
    while time.perf_counter() - start < 60:
        try:
            httpx.get(base + "/readyz", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return time.perf_counter() - start
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    main()
