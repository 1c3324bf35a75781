"""The score of 10,000 audits of 78 lines, beside a plain sum of fractions in the same run.

    .venv/bin/python benchmarks/bench_rgesn.py [AUDITS]

Data, the same each time: answers and evidence drawn with one seed, a third of the services without artificial intelligence. Audits
are made in batches of 100, outside what is timed. The peer adds a `Fraction` a line to the whole and to its theme; ours counts the
evidence that holds besides. Both must say the same of every audit and theme, or the run ends. Bars: 3 times faster, 1 s, 100 MB.
CPU seconds; the peak is that of Python's own memory, followed in a run of its own. Then every check over the facts of one page,
and the gathering of those facts from 60 answers with a page of 200 kB (bar of the checks: 50 ms).
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from communaux.engines.footprint.rgesn.audit import ANSWERS, Audit, Evidence, Finding, Service
from communaux.engines.footprint.rgesn.checks import of_page
from communaux.engines.footprint.rgesn.gather import Load, of_loads
from communaux.engines.footprint.rgesn.referential import referential
from communaux.engines.footprint.rgesn.score import Scores, score

BATCH = 100
TODAY = date(2026, 11, 30)
WEIGHTS = [(one.theme.number, Fraction(one.weight, 100)) for one in referential().criteria.values()]
PROOFS = (
    (),
    (Evidence("url", "https://a.example", valid_until=date(2026, 6, 1)),),
    (Evidence("url", "https://a.example"),),
)


def made(audits: int) -> Iterator[list[Audit]]:
    chance = random.Random(1)
    numbers = tuple(referential().criteria)
    for _batch in range(audits // BATCH):
        yield [
            Audit(
                Service("s", has_ai=chance.choice((None, True, False))),
                tuple(Finding(one, chance.choice(ANSWERS), evidence=chance.choice(PROOFS)) for one in numbers),
            )
            for _audit in range(BATCH)
        ]


def plain(audit: Audit) -> list[Fraction | None]:
    met, applicable = [Fraction(0)] * 10, [Fraction(0)] * 10
    for (theme, weight), answer in zip(WEIGHTS, audit.answers, strict=True):
        if answer != "not_applicable":
            applicable[0] += weight
            applicable[theme] += weight
            if answer == "conforming":
                met[0] += weight
                met[theme] += weight
    return [100 * one / of if of else None for one, of in zip(met, applicable, strict=True)]


def values(found: Scores) -> list[Fraction | None]:
    return [found.whole.value, *(one.value for one in found.themes.values())]


def checks() -> None:
    """A made-up page with what checks look for."""
    text = (
        '<meta name=viewport content="width=device-width">'
        + "<p>Un mot <img src=a.jpg><input name=q type=search></p>" * 3_500
    )
    first = Load(
        "https://site.example/", mime="text/html", body=text.encode(), size=len(text), sent=40_000, encoding="br"
    )
    sheet = b"p { color: red } " * 2_000 + b"@font-face { font-family: A; src: url(/a.woff2) } " * 4
    others = [
        Load(
            f"https://site.example/{n}.css",
            mime="text/css",
            body=sheet,
            size=len(sheet),
            sent=900,
            encoding="br",
            keeps=True,
        )
        for n in range(59)
    ]
    began = time.process_time()
    page = of_loads("https://site.example/", [first, *others], budget=(60_000, 6))
    gathered = time.process_time() - began
    began = time.process_time()
    found = of_page(page)
    print(
        f"{len(found)} checks of a page: {1000 * (time.process_time() - began):.1f} ms (bar 50); its facts, "
        f"from {len(text) // 1000} kB of page and 60 answers: {1000 * gathered:.0f} ms"
    )


def main() -> None:
    audits = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    ours = theirs = 0.0
    for batch in made(audits):
        began = time.process_time()
        found = [values(score(one, TODAY)) for one in batch]
        ours += time.process_time() - began
        began = time.process_time()
        expected = [plain(one) for one in batch]
        theirs += time.process_time() - began
        assert found == expected
    tracemalloc.start()
    for batch in made(min(audits, 1_000)):
        for one in batch:
            score(one, TODAY)
    _now, peak = tracemalloc.get_traced_memory()
    print(
        f"{audits} audits x {len(WEIGHTS)}: {ours:.2f} s (bar 1), a plain sum {theirs:.2f} s, {theirs / ours:.1f} x (bar 3)"
    )
    checks()
    print(f"one: {1e6 * ours / audits:.0f} µs; peak {peak / 1e6:.1f} MB (bar 100)")


if __name__ == "__main__":
    main()
