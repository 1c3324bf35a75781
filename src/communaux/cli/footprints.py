"""`communaux footprint hardware`, `page`, `need-ai`: the jobs of `footprint` that compare or help to decide."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from communaux.engines.footprint.factors import Factor
    from communaux.engines.footprint.pagefacts import PageFacts


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command of its own: `footprint` adds these to its jobs."""


def add(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The jobs of this module."""
    _hardware(jobs)
    _page(jobs)
    _need(jobs)


def _hardware(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "hardware",
        help="a refurbished device against a new one",
        description="kg of CO2 equivalent a year of both, what is avoided, and after how many years of life added.",
        epilog="example: communaux footprint hardware tablet --extra-life 2.5 --parts-percent 15",
    )
    known = "smartphone, tablet, laptop, tv, desktop, desktop_pro, monitor, desktop_monitor, box"
    job.add_argument("device", metavar="DEVICE", help=known)
    job.add_argument(
        "--extra-life", type=float, required=True, metavar="YEARS", help="what refurbishing adds to its life"
    )
    job.add_argument(
        "--parts-percent", type=float, metavar="PERCENT", help="parts and transport, of the making of a new one"
    )
    job.add_argument(
        "--parts-kg", type=float, metavar="KG", help="the same, in kg of CO2 equivalent (default: 10 to 30 %%)"
    )
    job.add_argument("--made-kg", type=float, metavar="KG", help="making of a new one (default: of ADEME's model)")
    job.add_argument("--life", type=float, metavar="YEARS", help="life of a new one (default: of ADEME's model)")
    job.add_argument(
        "--kwh", type=float, metavar="KWH", help="electricity of a new one, a year (default: of the model)"
    )
    job.add_argument("--kwh-refurbished", type=float, metavar="KWH", help="of the refurbished one (default: the same)")
    job.add_argument("--zone", default="FR", help="FR, EU, US, CN, WORLD: whose electricity (default: FR)")
    job.add_argument("--index", default="", metavar="TEXT", help="what the seller says of repair or durability")
    _shape(job, "communaux.purchase/1")
    job.set_defaults(run=run_hardware)


def _page(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "page",
        help="what a recorded visit of a page says, its budget, two versions of it",
        description="Reads a HAR or a report of Lighthouse (JSON); ends with 1 where a budget is not seen to be kept.",
        epilog="example: communaux footprint page after.har --before before.har --budget-bytes 60000",
    )
    job.add_argument("file", type=Path, metavar="FILE", help="the visit")
    job.add_argument("--before", type=Path, metavar="FILE", help="an earlier visit of the same page")
    job.add_argument(
        "--own-host",
        action="append",
        default=[],
        metavar="HOST",
        help="one's own, with those below it (default: that of the page); may be repeated",
    )
    job.add_argument("--budget-bytes", type=int, metavar="BYTES", help="at most")
    job.add_argument("--budget-requests", type=int, metavar="N", help="at most")
    job.add_argument("--zone", default="FR", help="FR, EU, US, CN, WORLD: whose electricity (default: FR)")
    _shape(job, "communaux.page/1")
    job.set_defaults(run=run_page)


def _need(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "need-ai",
        help="eight questions: is AI needed here?",
        description="An answer that is left out is a condition that is missing, never a good answer.",
        epilog="example: communaux footprint need-ai --task find --users 200 --times 50",
    )
    asked = {
        "--task": "find, calculate, translate, summarise, generate, classify, dialogue",
        "--error": "what a wrong answer costs: slight, grave",
        "--checker": "who checks the answers",
        "--legal-basis": "on which personal data are used",
        "--model": "the smallest model that was tried",
        "--measured": "what will be followed",
        "--stop": "when one stops",
    }
    for name, text in asked.items():
        job.add_argument(name, required=name == "--task", metavar="TEXT", help=text)
    job.add_argument("--existing", action="append", metavar="TOOL", help="does it already; may be repeated")
    job.add_argument("--none-exists", action="store_true", help="one has looked, and no tool does it")
    job.add_argument("--personal", choices=("yes", "no"), help="whether personal data are used")
    numbers = {
        "--times": "uses a year by each person",
        "--users": "how many persons",
        "--active": "parameters of the model that work at once, 1e9",
        "--whole": "its parameters in all, 1e9 (default: as many)",
        "--cases": "how many cases the test set has",
        "--passed-percent": "of them that the model passes",
        "--tokens": "tokens written for an answer",
        "--reused-percent": "of the calls that a kept answer serves",
        "--batch": "requests answered together (default: 64)",
        "--pue": "what the data centre declares (default: 1.3, from 1.1 to 1.8)",
    }
    for name, text in numbers.items():
        job.add_argument(name, type=float, metavar="N", help=text)
    job.add_argument("--zone", default="FR", help="FR, EU, US, CN, WORLD: whose electricity (default: FR)")
    _shape(job, "communaux.need_ai/1")
    job.set_defaults(run=run_need)


def _shape(job: argparse.ArgumentParser, form: str) -> None:
    job.add_argument("--factors", action="store_true", help="every number that was used, with its source")
    job.add_argument("--json", action="store_true", help=f"everything, for programs ({form})")
    job.add_argument("--lang", choices=("fr", "en"), help="language of the report (default: that of the terminal)")


def run_hardware(arguments: argparse.Namespace) -> int:
    from communaux.cli.footprint import or_refused, wanted_language
    from communaux.engines.footprint import reports
    from communaux.engines.footprint.factors import shipped
    from communaux.engines.footprint.hardware import refurbished_or_new

    lang, factors = wanted_language(arguments), shipped()
    given = {
        name: getattr(arguments, name) for name in ("extra_life", "life", "kwh", "kwh_refurbished", "zone", "index")
    }
    given["device"] = arguments.device
    given["share"] = _times(arguments.parts_percent, 0.01)
    given["parts"] = _times(arguments.parts_kg, 1000)
    given["embodied"] = _times(arguments.made_kg, 1000)
    found = or_refused(lambda: refurbished_or_new(factors, **given), lang)
    if arguments.json:
        return _printed(reports.purchase_json(found, factors))
    print("\n".join(reports.purchase(found, lang)))
    return _numbers(reports.purchase_used(found), arguments, lang)


def run_page(arguments: argparse.Namespace) -> int:
    """0: budgets are kept, or none was given; 1: one is passed, or it cannot be told."""
    from communaux.cli.footprint import or_refused, wanted_language
    from communaux.engines.footprint import page, page_reports, telling
    from communaux.engines.footprint.factors import shipped

    lang, factors = wanted_language(arguments), shipped()
    after = _visit(arguments.file, arguments.own_host, lang)
    before = _visit(arguments.before, arguments.own_host, lang) if arguments.before else None
    most = {"size": arguments.budget_bytes, "requests": arguments.budget_requests}
    kept = or_refused(lambda: page.budget(after, **most), lang)
    both = None
    if before:
        both = or_refused(lambda: page.compare(factors, before, after, zone=arguments.zone), lang)
    code = int(any(not one.holds for one in kept))
    if arguments.json:
        told = {
            "format": "communaux.page/1",
            "facts": page_reports.facts_json(after),
            "before": before and page_reports.facts_json(before),
            "budget": [asdict(one) for one in kept],
            "versions": both and page_reports.versions_json(both, factors),
        }
        return _printed(told) or code
    print("\n".join([*page_reports.facts(after, lang), *page_reports.budget(kept, lang)]))
    if before is None or both is None:
        print(telling.said("page_alone", lang))
        return code
    print("\n".join([*page_reports.facts(before, lang), *page_reports.versions(both, lang)]))
    return _numbers(both.after.used, arguments, lang) or code


def _visit(path: Path, own_hosts: Sequence[str], lang: str) -> PageFacts:
    from communaux.cli.footprint import content, or_refused
    from communaux.engines.footprint.pagefacts import facts_of

    return or_refused(lambda: facts_of(content(path), own_hosts), lang, path)


def run_need(arguments: argparse.Namespace) -> int:
    from communaux.cli.footprint import or_refused, wanted_language
    from communaux.engines.footprint import reports
    from communaux.engines.footprint.decide import Answers, decide
    from communaux.engines.footprint.factors import shipped

    lang, factors = wanted_language(arguments), shipped()
    numbers = ("times", "users", "active", "whole", "cases", "tokens", "batch")
    given = {name: getattr(arguments, name) for name in ("task", "error", *numbers)}
    given |= {name: getattr(arguments, name) or "" for name in ("checker", "legal_basis", "model", "measured", "stop")}
    given["existing"] = () if arguments.none_exists else arguments.existing and tuple(arguments.existing)
    given["personal"] = arguments.personal and arguments.personal == "yes"
    given["passed"] = _times(arguments.passed_percent, 0.01)
    given["reused"] = _times(arguments.reused_percent, 0.01)
    found = or_refused(lambda: decide(factors, Answers(**given), zone=arguments.zone, pue=arguments.pue), lang)
    if arguments.json:
        return _printed(reports.need_json(found, factors))
    print("\n".join(reports.need(found, lang)))
    return _numbers(found.used, arguments, lang)


def _times(given: float | None, by: float) -> float | None:
    return None if given is None else given * by


def _printed(told: dict[str, Any]) -> int:
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 0


def _numbers(used: Sequence[Factor], arguments: argparse.Namespace, lang: str) -> int:
    """Every number, or how many."""
    from communaux.engines.footprint import telling
    from communaux.engines.footprint.factors import shipped

    if arguments.factors:
        print("\n".join([telling.said("used", lang), *(f"  {telling.factor(one, lang)}" for one in used)]))
        return 0
    factors = shipped()
    package = {"package": factors.package, "version": factors.version, "licence": factors.licence}
    print(telling.said("used_count", lang, n=len(used), **package))
    return 0
