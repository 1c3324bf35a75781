"""`communaux thesaurus check|effect|export|stats`: what an editor of words needs, without Django."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal
from communaux.cli.search import VOCABULARY, line, own_thesaurus, read_cases, read_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from communaux.engines.search import Doc, Parsed, Thesaurus

ADDRESS = "https://communaux.example/thesaurus/"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    thesaurus = subparsers.add_parser(
        "thesaurus",
        help="check, measure and export the thesaurus of functions",
        epilog="example: communaux thesaurus check --entries entries.jsonl",
    )
    jobs = thesaurus.add_subparsers(dest="job", required=True, metavar="JOB")
    check = jobs.add_parser(
        "check", help="list every fault", epilog="example: communaux thesaurus check --entries entries.jsonl"
    )
    check.add_argument("--entries", type=Path, help="entries whose tags the maps must name")
    check.add_argument("--categories", type=Path, help="categories-list.rst of the publiccode standard")
    check.set_defaults(run=run_check)
    _register_effect(jobs)
    export = jobs.add_parser(
        "export", help="write it as CSV or SKOS", epilog="example: communaux thesaurus export --format csv"
    )
    export.add_argument("--format", choices=("csv", "skos"), default="csv")
    export.set_defaults(run=run_export)
    jobs.add_parser("stats", help="count by domain", epilog="example: communaux thesaurus stats").set_defaults(
        run=run_stats
    )


def _register_effect(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    effect = jobs.add_parser(
        "effect",
        help="show what a change does to the cases",
        epilog="example: communaux thesaurus effect change.toml --cases cases/*.json --entries entries.jsonl",
    )
    effect.add_argument(
        "change", type=Path, help="a TOML file whose concepts replace those of the same id or are added"
    )
    effect.add_argument("--cases", nargs="+", type=Path, required=True)
    effect.add_argument("--entries", type=Path, required=True)
    effect.set_defaults(run=run_effect)


def own_files() -> Parsed:
    from communaux.data import thesaurus_files, thesaurus_words
    from communaux.engines.search import parse

    return parse(thesaurus_files(), thesaurus_words())


def run_check(arguments: argparse.Namespace) -> int:
    from communaux.engines.search import check, lost_labels, risky_labels

    parsed = own_files()
    problems = check(parsed, vocabularies(arguments.entries, arguments.categories) if arguments.entries else None)
    for problem in problems:
        print(problem)
    docs = read_entries(arguments.entries) if arguments.entries else []
    warnings = risky_labels(parsed, stems_held(docs), len(docs))
    for warning in warnings:
        print(f"warning: {warning}")
    lost = lost_labels(parsed.thesaurus)
    for concept, label, other in lost:
        print(f"{concept}: label « {label} » finds {other or 'nothing'} first")
    print(
        f"{len(problems)} faults, {len(lost)} labels that do not find their concept, {len(warnings)} warnings",
        file=sys.stderr,
    )
    return 1 if problems or lost else 0


def stems_held(docs: Sequence[Doc]) -> Counter[str]:
    """In how many entries each stem stands, by the words of their own languages."""
    from communaux.engines.search import Thesaurus, build

    if not docs:
        return Counter()
    postings = build(docs, Thesaurus()).parts.postings
    spans = zip(postings.terms, postings.ptr[:-1].tolist(), postings.ptr[1:].tolist(), strict=True)
    return Counter({term: end - start for term, start, end in spans})


def vocabularies(entries: Path, categories: Path | None) -> dict[str, frozenset[str]]:
    """The tags each source uses, by vocabulary key; publiccode also has its published list."""
    tags: dict[str, set[str]] = {key: set() for key in VOCABULARY.values()}
    for doc in read_entries(entries):
        for key, names in doc.source_tags.items():
            tags.setdefault(key, set()).update(names)
    if categories:
        tags["publiccode"].update(re.findall(r"^- (\S+)$", categories.read_text(encoding="utf-8"), re.MULTILINE))
    return {key: frozenset(names) for key, names in tags.items()}


def run_effect(arguments: argparse.Namespace) -> int:
    from communaux.engines.search import build, evaluate, moved, parse

    before = own_thesaurus(strict=False)
    change = parse({arguments.change.name: arguments.change.read_bytes()})
    faults = [problem for problem in change.problems if problem.concept or problem.line]
    if faults:
        raise Refusal("\n".join(map(str, faults)))
    docs = read_entries(arguments.entries)
    cases = [case for path in arguments.cases for case in read_cases(path)]
    old = evaluate(build(docs, before), cases)
    new = evaluate(build(docs, changed(before, change.thesaurus)), cases)
    print(line("before", old.total))
    print(line("after", new.total))
    for was, now in moved(old, new):
        print(f"{now.id:28} {was.ndcg:.3f} -> {now.ndcg:.3f}")
    return 0


def changed(before: Thesaurus, change: Thesaurus) -> Thesaurus:
    """The thesaurus with the concepts of a change put in place of those of the same id, or added."""
    new = {concept.id: concept for concept in change.concepts}
    domains = {concept.id: concept.domain for concept in before.concepts}
    kept = tuple(new.pop(concept.id, concept) for concept in before.concepts)
    concepts = tuple(replace(c, domain=domains.get(c.id, c.id.split(".")[0])) for c in (*kept, *new.values()))
    return replace(before, concepts=concepts, sha256=f"{before.sha256}+{change.sha256}")


def run_export(arguments: argparse.Namespace) -> int:
    from communaux.engines.search import to_csv, to_skos

    thesaurus = own_files().thesaurus
    if arguments.format == "csv":
        print(to_csv(thesaurus), end="")
    else:
        print(json.dumps(to_skos(thesaurus, ADDRESS), ensure_ascii=False, indent=1))
    return 0


def run_stats(arguments: argparse.Namespace) -> int:
    from communaux.engines.search import stats

    thesaurus = own_files().thesaurus
    counts = stats(thesaurus)
    print(f"{'domain':20}{'concepts':>9}{'labels':>8}{'everyday':>9}{'brands':>8}{'maps':>6}")
    for key, one in counts.items():
        print(f"{key:20}{one.concepts:9d}{one.labels:8d}{one.everyday:9d}{one.brands:8d}{one.maps:6d}")
    print(f"{len(counts)} domains, {len(thesaurus.concepts)} concepts, {len(thesaurus.words)} word pairs")
    return 0
