"""`communaux footprint hardware`: what a choice takes; the commands of `footprint` that compare."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from communaux.engines.footprint.factors import Factor


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command of its own: `footprint` adds these to its jobs."""


def add(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The jobs of this module."""
    _hardware(jobs)


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
