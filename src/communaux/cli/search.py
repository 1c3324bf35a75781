"""`communaux find` and `evaluate-search`: the search engine from the command line, without Django."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from communaux.cli import Refusal

if TYPE_CHECKING:
    from communaux.engines.search import (
        Case,
        CaseScore,
        Doc,
        Hit,
        Index,
        Means,
        Metrics,
        Query,
        Reason,
        Result,
        Thesaurus,
        WhyNot,
    )

VOCABULARY = {
    "awesome-selfhosted": "awesome",
    "opensustain": "opensustain",
    "betagouv": "beta",
    "sill": "sill",
    "dpga": "dpga",
    "canada-ore": "ore",
    "communs-te": "mec",
    "publiccode": "publiccode",
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _register_find(subparsers)
    evaluation = subparsers.add_parser(
        "evaluate-search",
        help="measure search on cases",
        epilog="example: communaux evaluate-search cases/*.json --entries entries.jsonl --by lang,features",
    )
    evaluation.add_argument("cases", nargs="+", type=Path, metavar="CASES", help="files of cases (JSON)")
    evaluation.add_argument("--entries", type=Path, required=True, help="entries to search in (JSON lines)")
    evaluation.add_argument("--by", default="", help="also by: lang, features (comma between)")
    evaluation.add_argument("--detail", action="store_true", help="one line per case, with what came first")
    evaluation.add_argument(
        "--last", type=Path, help="metrics kept from the last run: shows the cases that moved, then replaces them"
    )
    evaluation.add_argument("--json", action="store_true")
    evaluation.set_defaults(run=run_evaluate)


def _register_find(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    find = subparsers.add_parser(
        "find",
        help="say a need in plain words, see which commons answer it and why",
        epilog='example: communaux find "louer la salle des fêtes" --limit 5',
    )
    find.add_argument("need")
    find.add_argument("--entries", type=Path, help="search in a file of JSON lines instead of the desk's catalogue")
    find.add_argument(
        "--why", metavar="NAME", help="say why this commons (slug or name; with --entries: id) is not among the first"
    )
    find.add_argument("--lang", choices=("fr", "en"))
    find.add_argument("--limit", type=int, default=10)
    find.add_argument("--json", action="store_true")
    find.set_defaults(run=run_find)


def run_find(arguments: argparse.Namespace) -> int:
    from communaux.engines.search import Query, Result

    index = entries_index(arguments.entries) if arguments.entries else desk_index()
    query = Query(arguments.need, lang=arguments.lang, limit=arguments.limit)
    answer = absence(arguments, index, query) if arguments.why else index.search(query)
    if arguments.json:
        print(json.dumps(asdict(answer), ensure_ascii=False, indent=1, default=str))
    elif isinstance(answer, Result):
        print_result(answer, index)
    else:
        lang = arguments.lang or index.search(query).lang
        print_absence(answer, tuple(function(index, one, lang) for one in answer.concepts_missing))
    return 0


def absence(arguments: argparse.Namespace, index: Index, query: Query) -> WhyNot:
    """Why one entry is not among the hits; one that is not searched is refused. On the desk a name does as well as an id."""
    if not arguments.entries:
        from communaux.catalogue.queries.search import why_not

        absent = why_not(query.text, arguments.why, lang=query.lang, facets={})
        if absent.told is None:
            raise Refusal(f"{absent.commons.slug} is not searched: {absent.state.replace('_', ' ')}")
        return absent.told
    told = index.why_not(query, arguments.why)
    if told.state == "unknown":
        raise Refusal(f"{arguments.entries} has no entry {arguments.why!r}")
    return told


def desk_index() -> Index:
    """The index of the desk's own catalogue (needs Django, imported only here)."""
    from communaux.cli.desk import setup

    setup()
    from communaux.catalogue.indexing import newest

    index = newest.get()
    if index is None:
        raise Refusal("this desk has no search index yet: communaux index build")
    return index


def print_result(result: Result, index: Index) -> None:
    from communaux.engines.search.model import understood

    for correction in result.corrections:
        print(f"also searched: {' '.join(correction.used)} (for {correction.word})")
    for concept in understood(result.concepts):
        print(f"understood: {function(index, concept.id, result.lang)} ({', '.join(concept.words)})")
    for notice in result.notices:
        print(f"note: {notice.code} {dict(notice.params)}")
    print(f"{result.total} matches, {result.intent}, language {result.lang or 'undecided'}")
    for hit in result.hits:
        print_hit(hit, index, result.lang)


def print_hit(hit: Hit, index: Index, lang: str | None) -> None:
    print(f"{hit.rank:3d}. {index.doc(hit.id).names[0]}  [{hit.id}]  {hit.final:.3f}  rel {hit.rel:.3f}")
    print(f"     {marked(hit.excerpt.text, hit.excerpt.marks)}")
    told = [f"{one.kind} {said(one, index, lang)} {one.share:.0%}" for one in hit.reasons[:4]]
    print(f"     because: {'; '.join(told)}")


def said(reason: Reason, index: Index, lang: str | None) -> str:
    """What a reason is about; its function by its name."""
    given = {key: value for key, value in reason.params.items() if value and key not in {"concept", "label"}}
    functions = [function(index, reason.params["concept"], lang)] if reason.params.get("concept") else []
    return " ".join([*given.values(), *functions])


def function(index: Index, number: str, lang: str | None) -> str:
    """The name of a function in the language of the need; in French when it is not known."""
    found = next((one for one in index.parts.thesaurus.concepts if one.id == number), None)
    return number if found is None else (found.en if lang == "en" else found.fr)[0]


def marked(text: str, marks: Sequence[tuple[int, int]]) -> str:
    """A text with its marks as asterisks."""
    for start, end in sorted(marks, reverse=True):
        text = f"{text[:start]}*{text[start:end]}*{text[end:]}"
    return text


def print_absence(why: WhyNot, functions: Sequence[str] = ()) -> None:
    print(f"{why.id}: {why.state}" + (f", rank {why.rank}, {why.gap} below the tenth" if why.rank else ""))
    for label, values in (
        ("words found", why.words_found),
        ("words it lacks", why.words_missing),
        ("functions it lacks", functions),
        ("removed by", why.removed_by),
    ):
        if values:
            print(f"  {label}: {', '.join(values)}")
    if why.stage_factor != 1:
        print(f"  stage: score × {why.stage_factor}")


def run_evaluate(arguments: argparse.Namespace) -> int:
    from communaux.engines.search import evaluate

    index = entries_index(arguments.entries)
    cases = {path.stem: read_cases(path) for path in arguments.cases}
    metrics = {name: evaluate(index, rows) for name, rows in cases.items()}
    every = evaluate(index, [case for rows in cases.values() for case in rows])
    if arguments.json:
        print(json.dumps(asdict(every), ensure_ascii=False, indent=1))
    else:
        for name, one in metrics.items():
            print(line(name, one.total))
            if arguments.detail:
                print_cases(cases[name], one.cases)
        print_groups(every, arguments.by)
        print(line("all", every.total))
    if arguments.last:
        print_moved(arguments.last, every)
    return 0


def print_cases(cases: Sequence[Case], scores: Sequence[CaseScore]) -> None:
    for case, score in zip(cases, scores, strict=True):
        print(f"   {score.ndcg:.3f} {score.first or '-':>3} {case.id} {case.need}")
        print(f"          got {', '.join(score.top[:5])}")


def print_groups(metrics: Metrics, by: str) -> None:
    tables = {"lang": metrics.by_lang, "features": metrics.by_feature}
    for group in filter(None, by.split(",")):
        if group not in tables:
            raise Refusal(f"--by takes lang and features, not {group}")
        for name, one in tables[group].items():
            print(line(name, one))


def print_moved(kept: Path, metrics: Metrics) -> None:
    """Cases that moved since the last run, whose figures `kept` holds; then keep these."""
    before = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for score in metrics.cases:
        was = before.get(score.id)
        if was is not None and abs(was - score.ndcg) >= 0.01:
            print(f"moved {score.id:24} {was:.3f} -> {score.ndcg:.3f}")
    kept.write_text(json.dumps({score.id: score.ndcg for score in metrics.cases}, indent=0), encoding="utf-8")


def line(name: str, one: Means) -> str:
    return f"{name:24} n={one.n:4d}  nDCG@10 {one.ndcg:.3f}  MRR@10 {one.mrr:.3f}  success@10 {one.success:.3f}"


def read_cases(path: Path) -> list[Case]:
    from communaux.engines.search import Case

    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [Case(r["id"], r["need"], r["relevant"], r.get("lang", ""), tuple(r.get("features", ()))) for r in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"{path}: not a file of cases ({error})") from error


def entries_index(path: Path) -> Index:
    """An index of a file of entries, with a bar on terminals."""
    from tqdm import tqdm

    from communaux.engines.search import build

    docs = read_entries(path)
    with tqdm(total=len(docs), desc="index", disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        return build(docs, own_thesaurus(strict=False), progress=show)


def own_thesaurus(*, strict: bool) -> Thesaurus:
    """The shipped thesaurus; problems are refused, or told on stderr while files are in flux."""
    from communaux.data import thesaurus_files, thesaurus_words
    from communaux.engines.search import parse

    parsed = parse(thesaurus_files(), thesaurus_words())
    if strict and parsed.problems:
        raise Refusal("\n".join(map(str, parsed.problems)))
    for problem in parsed.problems:
        print(problem, file=sys.stderr)
    return parsed.thesaurus


def read_entries(path: Path) -> list[Doc]:
    try:
        with path.open(encoding="utf-8") as lines:
            return [entry_doc(json.loads(row)) for row in lines if row.strip()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(f"{path}: not a file of entries ({error})") from error


def entry_doc(row: Mapping[str, Any]) -> Doc:
    """One line of an entries file as a document."""
    from communaux.engines.search import Doc

    source = row.get("source") or ""
    tags = tuple(row.get("tags") or ())
    return Doc(
        id=row["id"],
        names=(row["name"],),
        lang=tuple(filter(None, (row.get("lang") or "").split("+"))),
        short=row.get("short") or "",
        long=row.get("long") or "",
        tags=tags,
        orgs=tuple(row.get("orgs") or ()),
        licence=row.get("licence") or "",
        facets={"source": (source,), "kind": tuple((row.get("kind") or "").split("/"))},
        source_tags={VOCABULARY.get(source, source): tags},
    )
