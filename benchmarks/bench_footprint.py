"""One video and one search weighed, beside the engine of Publicodes on ADEME's own model in the same run; files of measures read.

    .venv/bin/python benchmarks/bench_footprint.py [--publicodes FOLDER]

FOLDER is where `npm install publicodes@1.8 @incubateur-ademe/publicodes-acv-numerique@2.1.0` was run; without it the peer is left
out, and said. Both answer the same questions, to nine digits, or the run ends. Bars: 0.2 ms an answer, 100 times the peer, 0.3 s to
import, neither numpy nor Django loaded. CPU milliseconds; the peer is timed by itself, its start apart.

Measures, beside a peer each: a scrape of 100,000 processes (`prometheus_client`, bar 2 times faster), a Scaphandre file of 20,000
reports (`json.loads` of the whole, bar 1.3 times its time, 64 MB), a machine-year at 3 s (`numpy.trapezoid`, bar twice its time,
600 MB), a HAR of 20 MB without bodies, hence with as many requests as it can hold (`json.loads`, bar twice its time). Each in a
process of its own; peaks are those of the process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.results import Result
from communaux.engines.footprint.search import search
from communaux.engines.footprint.video import video

TIMES = 2_000
PEER = """
import Publicodes from 'publicodes'; import { readFileSync } from 'fs'
const began = process.hrtime.bigint(), since = (t) => Number(process.hrtime.bigint() - t) / 1e6
const model = 'node_modules/@incubateur-ademe/publicodes-acv-numerique/publicodes-acv-numerique.model.json'
const rules = JSON.parse(readFileSync(model))
const quiet = { log() {}, warn() {}, error() {} }
const engine = new (Publicodes.default ?? Publicodes)(rules, { logger: quiet })
const start = since(began), found = {}
for (const [name, rule, given] of [['video', 'streaming', { 'streaming . durée': 37 }], ['search', 'recherche web', {}]]) {
  const t = process.hrtime.bigint()
  for (let i = 0; i < 20; i++) { engine.setSituation(given); found[name] = { grams: engine.evaluate(rule).nodeValue } }
  found[name].ms = since(t) / 20
}
console.log(JSON.stringify({ start, found }))
"""


def spent(act: Callable[[], Result]) -> tuple[float, Result]:
    began = time.process_time()
    for _time in range(TIMES):
        found = act()
    return 1000 * (time.process_time() - began) / TIMES, found


def imported() -> tuple[float, list[str]]:
    """Seconds to import the engine in a new process, and what of weight came along."""
    code = (
        "import sys, time; began = time.process_time(); import communaux.engines.footprint.video;"
        "print(time.process_time() - began, *[one for one in ('numpy', 'django', 'ecologits') if one in sys.modules])"
    )
    seconds, *heavy = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    return float(seconds), heavy


SCRAPE = """
import random, time
from communaux.engines.footprint.exposition import sample
from prometheus_client.parser import text_string_to_metric_families
random.seed(1)
head = "# TYPE scaph_process_power_consumption_microwatts gauge\\n"
name = "scaph_process_power_consumption_microwatts"
text = head + "".join(
    f'{name}{{exe="p{at % 90}",cmdline="p{at % 90} --port {at}",pid="{at}",container_names="c{at % 7}"}} {random.random() * 1e6}\\n'
    for at in range(100_000)
)
began = time.process_time()
ours = [one for one in map(sample, text.split("\\n")) if one]
middle = time.process_time()
theirs = [one for family in text_string_to_metric_families(text) for one in family.samples]
ended = time.process_time()
assert [(one.labels, one.value) for one in ours] == [(one.labels, one.value) for one in theirs]
print(middle - began, ended - middle)
"""
REPORTS = """
import json, random, sys, tempfile, time
random.seed(1)
def report(at):
    def one(k):
        return {"exe": f"/usr/bin/p{k}", "cmdline": f"/usr/bin/p{k} --port 80{k:02d}", "pid": 1000 + k, "resources_usage": None,
                "consumption": random.random() * 1e6, "timestamp": at, "container": None}
    host = {"consumption": 2e7 + random.random() * 1e6, "timestamp": at, "components": {"disks": []}}
    return json.dumps({"host": host, "consumers": [one(k) for k in range(8)], "sockets": []}, separators=(",", ":"))
with open(sys.argv[1], "w") as file:
    file.write("[" + ",".join(report(1.764e9 + 3 * at) for at in range(20_000)) + "]")
"""
READ = """
import resource, sys, time
from communaux.engines.footprint.importing import read
from communaux.engines.footprint.readings import Service
began = time.process_time()
with open(sys.argv[1], "rb") as file:
    assert read(file, service=Service(exe="p[12]$")).points == 20_000
print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
WHOLE = """
import json, resource, sys, time
began = time.process_time()
with open(sys.argv[1], "rb") as file:
    assert len(json.loads(file.read())) == 20_000
print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
YEAR = """
import resource, time
import numpy as np
from communaux.engines.footprint.power import KWH, by_hour
times = 1.764e9 + np.arange(10_512_000.0) * 3
power = np.random.default_rng(1).uniform(2e7, 4e7, len(times))
began = time.process_time()
theirs = np.trapezoid(power, times)
middle = time.process_time()
ours = by_hour(times, power)[1].sum()
ended = time.process_time()
assert abs(ours * KWH / theirs - 1) < 1e-9
print(ended - middle, middle - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
HAR = """
import json, resource, time
from communaux.engines.footprint.pagefacts import facts_of
def entry(at):
    headers = [{"name": f"x-header-{k}", "value": "v" * 40} for k in range(12)]
    content = {"size": 5000, "mimeType": "font/woff2" if at % 9 == 0 else "text/css"}
    request = {"method": "GET", "url": f"https://h{at % 40}.example/p/{at}.css?v={at}", "headers": headers, "cookies": []}
    response = {"status": 200, "headers": headers, "content": content, "headersSize": -1, "bodySize": -1, "_transferSize": at}
    return {"startedDateTime": "2026-11-30T10:00:00.000Z", "time": 12.5, "request": request, "response": response}
one = len(json.dumps(entry(5000))) + 2
n = 20_000_000 // one
content = json.dumps({"log": {"version": "1.2", "pages": [], "entries": [entry(at) for at in range(n)]}}).encode()
def spent(act):
    began = time.process_time()
    act()
    return time.process_time() - began
pairs = [(spent(lambda: json.loads(content)), spent(lambda: facts_of(content))) for _time in range(3)]
theirs, ours = (min(one) for one in zip(*pairs))
found = facts_of(content)
assert (found.requests, found.size) == (n, n * (n - 1) // 2)
print(ours, theirs, n, len(content) / 1e6, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def told(code: str, *given: str) -> list[float]:
    """What a process of its own prints."""
    return [float(one) for one in subprocess.check_output([sys.executable, "-c", code, *given], text=True).split()]


def measures() -> None:
    ours, theirs = told(SCRAPE)
    print(f"scrape   {ours:.2f} s   prometheus_client {theirs:.2f} s, {theirs / ours:.1f} x (bar 2)")
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/reports.json"
        told(REPORTS, path)
        (ours, peak), (theirs, all_of_it) = told(READ, path), told(WHOLE, path)
        size = Path(path).stat().st_size / 1e6
    print(
        f"reports  {ours:.2f} s, {peak:.0f} MB (bar 64) for {size:.0f} MB   json.loads {theirs:.2f} s, {all_of_it:.0f} MB,"
        f" {ours / theirs:.2f} times its time (bar 1.3)"
    )
    ours, theirs, peak = told(YEAR)
    print(
        f"year     {ours:.2f} s, {peak:.0f} MB (bar 600)   numpy.trapezoid {theirs:.2f} s,"
        f" {ours / theirs:.2f} times its time (bar 2)"
    )
    ours, theirs, n, size, peak = told(HAR)
    print(
        f"HAR      {ours:.2f} s for {size:.0f} MB, {n:.0f} requests   json.loads {theirs:.2f} s,"
        f" {ours / theirs:.2f} times its time (bar 2); peak of both {peak:.0f} MB"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--publicodes", type=Path, metavar="FOLDER")
    folder = options.parse_args().publicodes
    factors, peer = shipped(), {}
    if folder:
        script = ["node", "--input-type=module", "--eval", PEER]
        peer = json.loads(subprocess.check_output(script, cwd=folder, text=True))
        print(f"Publicodes: start {peer['start']:.0f} ms")
    ours = {"video": lambda: video(factors, minutes=37, network="fixed_fr"), "search": lambda: search(factors)}
    for name, act in ours.items():
        ms, found = spent(act)
        line = f"{name:8} {ms:.3f} ms (bar 0.2)"
        if peer:
            theirs = peer["found"][name]
            assert abs(found.total.value / theirs["grams"] - 1) < 1e-9, (name, found.total.value, theirs)
            line += f"   Publicodes {theirs['ms']:.1f} ms, {theirs['ms'] / ms:.0f} x (bar 100), the same {theirs['grams']:.12f} g"
        print(line)
    seconds, heavy = imported()
    print(f"import   {seconds:.2f} s (bar 0.3); heavy modules: {', '.join(heavy) or 'none'}")
    measures()
    if not folder:
        print("Publicodes was not compared: --publicodes FOLDER")


if __name__ == "__main__":
    main()
