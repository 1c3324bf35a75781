"""The same bytes in two processes, whatever the hash seed, the order of entries and the number of threads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from communaux.engines.search import Concept, Doc, Query, Thesaurus, build
from communaux.engines.search.model import Domain, WordPair
concepts = tuple(
    Concept(f"d.c{i}", "d", fr=(f"mot{i} commun", f"autre{i}"), en=(f"word{i}",), related=(f"d.c{(i + 1) % 9}",))
    for i in range(9)
)
words = Thesaurus((Domain("d", "D", "D"),), concepts, (WordPair("autre1", ("word2", "word3")),), "x")
docs = [
    Doc(f"e{i}", (f"Nom {i % 7}", f"alias{i}"), ("fr", "en"), f"mot{i % 9} commun autre{i % 5}",
        f"word{i % 4} " * (i % 6), (f"word{i % 9}",),
        facets={"kind": (f"k{i % 3}",), "stage": (f"s{i % 2}", "x")}, source_tags={"sill": (f"t{i % 2}",)})
    for i in range(60)
]
index = build(docs, words)
needs = ("mot1 commun", "autre1 word2", "nom 3", "word1 mot3 autre4 comun")
with ThreadPoolExecutor(int(sys.argv[1])) as pool:
    results = list(pool.map(lambda text: asdict(index.search(Query(text, limit=60))), needs * 5))
sys.stdout.write(index.sha256 + json.dumps(results, default=str))
"""


def output(seed: str, threads: int = 1) -> str:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", SCRIPT, str(threads)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout


@pytest.fixture(scope="module")
def reference() -> str:
    return output("0")


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_the_hash_seed_changes_nothing(reference: str, seed: str) -> None:
    assert len(reference) > 10_000
    assert output(seed) == reference


def test_the_number_of_threads_changes_nothing(reference: str) -> None:
    assert output("0", threads=4) == reference
