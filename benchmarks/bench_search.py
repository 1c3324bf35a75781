"""Search against named peers in the same run: SQLite FTS5 and tantivy; quality, latency, memory, size, build time.

    python benchmarks/bench_search.py [--entries entries.jsonl] [--cases cases/*.json]
        [--public sample_cases.json] [--unseen unseen.json] [--scale 100000]

Without arguments: the public entries and cases in ../shared/data/search and the project's own cases.

`--scale N` adds seeded synthetic entries (words of the real ones, shuffled and mixed) until there are N; quality is
then not measured, only time and memory. Times are CPU time of this process on one core.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from communaux.cli.search import own_thesaurus, read_cases, read_entries
from communaux.engines.search import Case, Doc, Index, Query, Weights, build, evaluate_ranking
from communaux.engines.search.prepared import prepare
from communaux.engines.search.text import clean, fold, stem_fr, tokens
from communaux.engines.search.vocabulary import STOP

Search = Callable[[str], Sequence[str]]
SEED = 20261122
MANY = 500_000  # beyond, one change is not measured: it builds everything again
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data" / "search"
TESTS = ROOT / "tests" / "search"
CASES = ROOT / "src" / "communaux" / "data" / "cases"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=Path, default=SHARED / "entries.jsonl")
    parser.add_argument("--cases", type=Path, nargs="+", default=sorted(CASES.glob("*.json")))
    parser.add_argument("--public", type=Path, default=SHARED / "sample_cases.json", help="measured apart")
    parser.add_argument("--unseen", type=Path, default=TESTS / "unseen.json", help="measured apart")
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument("--alone", action="store_true", help="without the peers, which take as long again")
    arguments = parser.parse_args()
    if not arguments.entries.exists():
        print(f"not measured: there is no {arguments.entries}")
        return
    docs = read_entries(arguments.entries)
    groups = {"development": [case for path in sorted(arguments.cases) for case in read_cases(path)]}
    groups |= {name: read_cases(getattr(arguments, name)) for name in ("public", "unseen")}
    if arguments.scale:
        docs = scaled(docs, arguments.scale)
    index = built(docs)
    searches: dict[str, Search] = {"communaux": lambda need: [h.id for h in index.search(Query(need, limit=10)).hits]}
    if arguments.alone:
        report(searches, groups, quality=not arguments.scale)
        print(f"peak memory of the whole run {peak():.0f} MB")
        return
    searches |= {
        "FTS5 OR": fts5(docs, plain),
        "FTS5 OR + French stems": fts5(docs, stemmed),
        "tantivy": tantivy_search(docs),
    }
    own = report(searches, groups, quality=not arguments.scale)
    print(f"p95 over FTS5 with stems: {own['communaux'] / own['FTS5 OR + French stems']:.1f}x; over tantivy: "
          f"{own['communaux'] / own['tantivy']:.1f}x; peak memory of the whole run {peak():.0f} MB")  # fmt: skip


def built(docs: list[Doc]) -> Index:
    """The index, with its costs printed."""
    thesaurus = own_thesaurus(strict=False)
    start = time.process_time()
    prepare(thesaurus, Weights())
    print(f"thesaurus made ready, once per process: {time.process_time() - start:.1f} s")
    before, start = peak(), time.process_time()
    index = build(docs, thesaurus)
    seconds = time.process_time() - start
    start = time.process_time()
    blob = index.to_bytes()
    dumped = time.process_time() - start
    start = time.process_time()
    loaded = Index.from_bytes(blob)
    print(f"{len(docs)} entries: build {seconds:.1f} s, index {len(blob) / 1e6:.1f} MB, write {dumped:.2f} s, "
          f"load {time.process_time() - start:.2f} s, peak memory {before:.0f} -> {peak():.0f} MB")  # fmt: skip
    if len(docs) > MANY:
        return loaded
    changed = [replace(docs[0], short=docs[0].short + " autrement"), *docs[1:]]
    start = time.process_time()
    build(changed, thesaurus, previous=loaded)
    print(f"one change with the previous index: {time.process_time() - start:.1f} s")
    return loaded


def peak() -> float:
    """Peak resident memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(searches: dict[str, Search], groups: dict[str, list[Case]], *, quality: bool) -> dict[str, float]:
    """One line per engine and group; p95 of the first group by engine."""
    p95s: dict[str, float] = {}
    for name, search in searches.items():
        for group, cases in groups.items():
            times = sorted(timed(search, case.need) for case in cases)
            p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
            p95s.setdefault(name, p95)
            line = f"{name:24} {group:12} p50 {p50:7.2f} ms  p95 {p95:7.2f} ms"
            if quality:
                total = evaluate_ranking(search, cases).total
                line += f"  nDCG {total.ndcg:.3f}  MRR {total.mrr:.3f}  success {total.success:.3f}"
            print(line, flush=True)
    return p95s


def timed(search: Search, need: str) -> float:
    start = time.process_time()
    search(need)
    return (time.process_time() - start) * 1000


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def stemmed(text: str) -> str:
    return " ".join(stem_fr(token.form) for token in tokens(clean(text)) if token.form not in STOP)


def body(doc: Doc) -> str:
    return " ".join((doc.short, doc.long, *doc.tags))


def fts5(docs: Sequence[Doc], analyse: Callable[[str], str]) -> Search:
    """SQLite FTS5, unicode61, any word, BM25 over name and text."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "CREATE VIRTUAL TABLE entry USING fts5(id UNINDEXED, name, text, tokenize='unicode61 remove_diacritics 2')"
    )
    base.executemany(
        "INSERT INTO entry VALUES (?, ?, ?)", ((d.id, analyse(d.names[0]), analyse(body(d))) for d in docs)
    )

    def search(need: str) -> list[str]:
        words = dict.fromkeys(re.findall(r"[^\W_]+", fold(analyse(need))))
        if not words:
            return []
        asked = " OR ".join(f'"{word}"' for word in words)
        rows = base.execute("SELECT id FROM entry WHERE entry MATCH ? ORDER BY bm25(entry, 0, 3, 1) LIMIT 10", (asked,))
        return [row[0] for row in rows]

    return search


def tantivy_search(docs: Sequence[Doc]) -> Search:
    """tantivy, French stems, any word, name weighed three times."""
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("name", tokenizer_name="default")
    schema.add_text_field("text", tokenizer_name="default")
    index = tantivy.Index(schema.build())
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for doc in docs:
        writer.add_document(tantivy.Document(id=doc.id, name=stemmed(doc.names[0]), text=stemmed(body(doc))))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(need: str) -> list[str]:
        words = " ".join(re.findall(r"[^\W_]+", stemmed(need)))
        if not words:
            return []
        query = index.parse_query(words, ["name", "text"], field_boosts={"name": 3.0})
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, 10).hits]

    return search


def scaled(docs: list[Doc], size: int) -> list[Doc]:
    """The real entries, then seeded mixes of two of them: same words, same lengths, other neighbours."""
    chance = random.Random(SEED)
    every = list(docs)
    while len(every) < size:
        a, b = chance.choice(docs), chance.choice(docs)
        words = (a.long or b.short).split()
        chance.shuffle(words)
        every.append(
            replace(
                a,
                id=f"copy:{len(every):07d}",
                names=(f"{a.names[0]} {len(every)}",),
                short=b.short,
                long=" ".join(words),
            )
        )
    return every


if __name__ == "__main__":
    main()
