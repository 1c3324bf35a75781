"""The pages and files of a programme, beside pretalx with the same 96 sessions in the same run.

    .venv/bin/python benchmarks/bench_rendezvous.py [--pretalx PYTHON] [--requests N]

`--pretalx`: the Python of an environment with pretalx and gunicorn; without it our side alone is measured. Both servers have one
process with four threads and SQLite. Requests per CPU-second of the server; p95 of each request alone; bytes without compression,
elements and requests of the first visit as Chromium counts them, axe by the copy of the tests. Bars (07 § 7): list 3 requests,
36 KB, 340 elements, p95 100 ms, 0 violations, 10 × pretalx; session 6 requests, 60 KB, 5 ×; files p95 10 ms, 0 failures in
10,000 requests by 4 clients.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np
from bench_pages import CONNECTIONS, free_port, measure, spread
from bench_programme import made
from playwright.sync_api import Browser, sync_playwright

from communaux.engines.programme.arrange import arrange
from communaux.engines.programme.model import Programme
from communaux.engines.programme.snapshot import stored

HERE = Path(__file__).resolve().parent
MANY, CLIENTS = 10_000, 4
AXE = (HERE.parent / "tests" / "browser" / "vendor" / "axe-4.14.1.min.js").read_text("utf-8")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pretalx", metavar="PYTHON")
    options.add_argument("--requests", type=int, default=300)
    given = options.parse_args()
    whole, grid, stars = made(96, 12, 5, 140)
    placed = arrange(whole, grid, stars, rng=np.random.default_rng(1), iterations=5_000).programme
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        with ours(Path(folder), placed) as (pid, base):
            code = placed.sessions[0].code
            home = f"{base}/rendez-vous/essai"
            pages = {"list": f"{home}/programme/", "session": f"{home}/sessions/{code}/"}
            files = {form: f"{home}/programme.{form}" for form in ("xml", "json", "ics")}
            report("Communaux", pid, pages, files, browser, given.requests)
            print(
                f"{failed([*pages.values(), *files.values()])} failures in {MANY:,} requests by {CLIENTS} clients (bar 0)"
            )
        if given.pretalx:
            with theirs(Path(folder), placed, given.pretalx) as (pid, base, code):
                home = f"{base}/bench"
                pages = {
                    "list": f"{home}/schedule/",
                    "list, no JS": f"{home}/schedule/nojs",
                    "session": f"{home}/talk/{code}/",
                }
                files = {form: f"{home}/schedule/export/schedule.{form}" for form in ("xml", "json", "ics")}
                report("pretalx", pid, pages, files, browser, max(20, given.requests // 10))


def report(
    who: str, pid: int, pages: Mapping[str, str], files: Mapping[str, str], browser: Browser, wanted: int
) -> None:
    print(
        f"\n{who:20} {'req/CPU-s':>10} {'alone p95':>10} {'bytes':>8} {'requests':>9} {'elements':>9} {'axe nodes':>9}"
    )
    for name, url in (*pages.items(), *files.items()):
        alone = spread(measure(pid, url, max(20, wanted // 3), 1)[1])[1]
        broken: list[int] | None = None if who == "Communaux" else []
        rate, _times = measure(pid, url, wanted, CONNECTIONS, broken)
        size = len(httpx.get(url, timeout=30).content)
        seen = "" if name in files else "{:9} {:9} {:9}".format(*visited(browser, url))
        told = f"{len(broken)} of {wanted} answers at once were failures" if broken else ""
        print(f"{name:20} {rate:10.1f} {alone:10.1f} {size:8} {seen} {told}".rstrip())


def failed(urls: Sequence[str]) -> int:
    """Answers that are no 200, of many readers at once."""

    def read(client: int) -> int:
        with httpx.Client(timeout=60) as reader:
            told = (reader.get(urls[(client + n) % len(urls)]).status_code for n in range(MANY // CLIENTS))
            return sum(status != 200 for status in told)

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(read, range(CLIENTS)))


def visited(browser: Browser, url: str) -> tuple[int, int, int]:
    """Requests of a first visit, elements, nodes that axe refuses."""
    context = browser.new_context(bypass_csp=True)
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda one: asked.append(one.url))
    page.goto(url, wait_until="networkidle")
    elements = page.evaluate("document.querySelectorAll('*').length")
    page.evaluate(AXE)
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
    counted = "r.violations.reduce((n, v) => n + v.nodes.length, 0)"
    nodes = page.evaluate(f"axe.run({rules}).then(r => {counted})")
    context.close()
    return len(asked), elements, nodes


@contextmanager
def ours(folder: Path, programme: Programme) -> Iterator[tuple[int, str]]:
    environment = os.environ | {"COMMUNAUX_VAR": str(folder / "desk")}
    (folder / "programme.json").write_text(json.dumps(stored(programme)), "utf-8")
    subprocess.run(
        [sys.executable, "-m", "communaux", "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    subprocess.run([sys.executable, __file__, "--fill", str(folder / "programme.json")], env=environment, check=True)
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "communaux", "serve", "--port", str(port)], env=environment)
    try:
        yield server.pid, ready(f"http://127.0.0.1:{port}", "/healthz")
    finally:
        server.terminate()
        server.wait(timeout=10)


def fill(path: str) -> None:
    """The meeting of the file, published by this very process."""
    from communaux.cli.desk import setup

    setup()
    from django.utils import timezone

    from communaux.core import services as core
    from communaux.core.models import Person
    from communaux.engines.programme.snapshot import restored
    from communaux.gatherings import services

    desk, now = Person.objects.desk(), timezone.now()
    whole = restored(json.loads(Path(path).read_text("utf-8")))
    person = core.create_person(desk, mail="bench@demo.example", display_name="Bench", password=uuid4().hex, at=now)
    body = core.create_organisation(desk, name="Bench", kind="association", at=now)
    core.add_member(desk, body, person=person, starts_on=now.date(), at=now)
    told = {"name": "Essai", "kind": "local", "starts_on": whole.edition.start, "ends_on": whole.edition.end}
    meeting = services.open_edition(person, body, key=uuid4(), told=told | {"timezone": "Europe/Paris"}, at=now)
    services.import_programme(person, meeting, programme=whole, at=now)
    start = time.perf_counter()
    services.publish_programme(person, meeting, note="", at=now)
    print(f"published, six files written: {1000 * (time.perf_counter() - start):.0f} ms (bar 1,000)")


@contextmanager
def theirs(folder: Path, programme: Programme, python: str) -> Iterator[tuple[int, str, str]]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    config = folder / "pretalx.cfg"
    config.write_text(f"[filesystem]\ndata = {folder / 'pretalx'}\n[site]\ndebug = False\nurl = {base}\n", "utf-8")
    (folder / "pretalx").mkdir()
    environment = os.environ | {"PRETALX_CONFIG_FILE": str(config), "PROGRAMME": str(folder / "programme.json")}
    quiet = {"env": environment, "check": True, "capture_output": True, "cwd": folder}
    subprocess.run([python, "-m", "pretalx", "migrate"], **quiet)  # type: ignore[call-overload]  # keywords of one mapping
    subprocess.run([python, "-m", "pretalx", "collectstatic", "--noinput"], **quiet)  # type: ignore[call-overload]  # the same
    told = subprocess.run(  # type: ignore[call-overload]  # the same
        [
            python,
            "-m",
            "pretalx",
            "shell",
            "--unsafe-disable-scopes",
            "-c",
            (HERE / "pretalx_programme.py").read_text("utf-8"),
        ],
        **quiet,
        text=True,
    )
    code = told.stdout.split()[-1]
    command = [python, "-m", "gunicorn", "pretalx.wsgi", "-w", "1", "--threads", "4", "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        yield server.pid, ready(base, "/bench/schedule/"), code
    finally:
        server.terminate()
        server.wait(timeout=10)


def ready(base: str, path: str) -> str:
    for _time in range(600):
        try:
            httpx.get(base + path, timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return base
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        fill(sys.argv[2])
    else:
        main()
