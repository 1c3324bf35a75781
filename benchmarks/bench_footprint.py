"""One video and one search weighed, beside the engine of Publicodes on ADEME's own model in the same run.

    .venv/bin/python benchmarks/bench_footprint.py [--publicodes FOLDER]

FOLDER is where `npm install publicodes@1.8 @incubateur-ademe/publicodes-acv-numerique@2.1.0` was run; without it the peer is left
out, and said. Both answer the same questions, to nine digits, or the run ends. Bars: 0.2 ms an answer, 100 times the peer, 0.3 s to
import, neither numpy nor Django loaded. CPU milliseconds; the peer is timed by itself, its start apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--publicodes", type=Path, metavar="FOLDER")
    folder = options.parse_args().publicodes
    factors, told = shipped(), {}
    if folder:
        script = ["node", "--input-type=module", "--eval", PEER]
        told = json.loads(subprocess.check_output(script, cwd=folder, text=True))
        print(f"Publicodes: start {told['start']:.0f} ms")
    ours = {"video": lambda: video(factors, minutes=37, network="fixed_fr"), "search": lambda: search(factors)}
    for name, act in ours.items():
        ms, found = spent(act)
        line = f"{name:8} {ms:.3f} ms (bar 0.2)"
        if told:
            theirs = told["found"][name]
            assert abs(found.total.value / theirs["grams"] - 1) < 1e-9, (name, found.total.value, theirs)
            line += f"   Publicodes {theirs['ms']:.1f} ms, {theirs['ms'] / ms:.0f} x (bar 100), the same {theirs['grams']:.12f} g"
        print(line)
    seconds, heavy = imported()
    print(f"import   {seconds:.2f} s (bar 0.3); heavy modules: {', '.join(heavy) or 'none'}")
    if not folder:
        print("Publicodes was not compared: --publicodes FOLDER")


if __name__ == "__main__":
    main()
