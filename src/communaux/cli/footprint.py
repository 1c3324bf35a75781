"""`communaux footprint …`: what a video, a search, an answer of a language model or a server takes; no Django, no network.

The jobs that compare are in `footprints`; the one that writes on the desk, in `measurements`.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal, footprints, measurements, servers
from communaux.cli.desk import language

if TYPE_CHECKING:
    from communaux.engines.footprint.factors import Factors
    from communaux.engines.footprint.results import Result

CODES = "ends with 0 when it is computed, 2 when something given cannot be"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subparsers.add_parser(
        "footprint",
        help="what a video, a search, an answer of a language model or a server takes",
        description=f"g of CO2 equivalent between two bounds, its parts, its sources and what is not counted; {CODES}.",
        epilog="example: communaux footprint video --minutes 60 --device tv",
    )
    jobs = command.add_subparsers(dest="job", required=True, metavar="JOB")
    _video(jobs)
    _search(jobs)
    _ai(jobs)
    _server(jobs)
    footprints.add(jobs)
    measurements.add(jobs)
    _factors(jobs)


def _video(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "video",
        help="watching a video",
        epilog="example: communaux footprint video --minutes 37 --device tablet --quality sd --network mobile_fr",
    )
    job.add_argument("--minutes", type=float, default=60.0, help="how long (default: 60)")
    job.add_argument("--device", default="mean", help="tv, desktop_monitor, laptop, tablet, smartphone (default: mean)")
    job.add_argument("--quality", default="hd", help="sd, hd, uhd (default: hd)")
    job.add_argument("--network", help="fixed_fr, mobile_fr, fixed_eu, mobile_eu (default: fixed, place not known)")
    _shape(job, run_video)


def _search(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "search", help="a search on the web", epilog="example: communaux footprint search --device smartphone"
    )
    job.add_argument("--device", default="mean", help="desktop_monitor, laptop, tablet, smartphone (default: mean)")
    job.add_argument("--network", default="fixed_fr", help="fixed_fr, mobile_fr, fixed_eu, mobile_eu")
    _shape(job, run_search)


def _ai(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "ai",
        help="an answer of a language model, beside a search",
        description="A model by its size, or by the name that EcoLogits has of it (the option “ai” of this package).",
        epilog="example: communaux footprint ai --tokens 350 --active 12 --zone FR",
    )
    job.add_argument(
        "--tokens", type=float, required=True, help="tokens written; a French word takes about one and a half"
    )
    job.add_argument("--active", type=float, metavar="BILLIONS", help="parameters that work at once")
    job.add_argument("--whole", type=float, metavar="BILLIONS", help="parameters in all (default: as many)")
    job.add_argument("--zone", default="FR", help="FR, EU, US, CN, WORLD: whose electricity (default: FR)")
    job.add_argument("--pue", type=float, help="what the data centre declares (default: 1.3, from 1.1 to 1.8)")
    job.add_argument("--batch", type=float, help="requests answered together (default: 64)")
    job.add_argument("--model", metavar="PROVIDER/NAME", help="instead of its size: mistralai/mistral-small-latest")
    _shape(job, run_ai)


def _server(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "server",
        help="a server that was measured, or a service on it",
        epilog="example: communaux footprint server measures.json --pue 1.4 --service-exe 'gunicorn.*'",
    )
    servers.arguments_of(job)
    _shape(job, run_server)


def _shape(job: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    job.add_argument("--factors", action="store_true", help="every number that was used, with its source")
    job.add_argument("--json", action="store_true", help="everything, for programs (communaux.footprint/1)")
    job.add_argument("--lang", choices=("fr", "en"), help="language of the report (default: that of the terminal)")
    job.set_defaults(run=run)


def _factors(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "factors", help="the numbers that are used", epilog="example: communaux footprint factors list grid"
    )
    acts = job.add_subparsers(dest="act", required=True, metavar="ACT")
    shown = acts.add_parser(
        "list", help="each with its bounds, unit, source", epilog="example: communaux footprint factors list network"
    )
    shown.add_argument("prefix", nargs="?", default="", metavar="PREFIX", help="only those whose key begins so")
    apart = acts.add_parser(
        "diff",
        help="what two files say otherwise",
        epilog="example: communaux footprint factors diff old.json new.json",
    )
    apart.add_argument("before", type=Path, metavar="BEFORE")
    apart.add_argument("after", type=Path, metavar="AFTER")
    made = acts.add_parser(
        "extract",
        help="make the file anew from ADEME's package",
        description="For maintainers: `npm pack @incubateur-ademe/publicodes-acv-numerique@2.1.0` fetches the package.",
        epilog="example: communaux footprint factors extract --model package.tgz --out factors.json",
    )
    made.add_argument("--model", type=Path, required=True, metavar="FILE", help="the .tgz, or the .json in it")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    for one, run in ((shown, run_list), (apart, run_diff), (made, run_extract)):
        one.add_argument("--lang", choices=("fr", "en"), help="language (default: that of the terminal)")
        one.set_defaults(run=run)
    for one in (shown, apart):
        one.add_argument("--json", action="store_true", help="for programs")


def run_video(arguments: argparse.Namespace) -> int:
    from communaux.engines.footprint.video import video

    given = {name: getattr(arguments, name) for name in ("minutes", "device", "quality", "network")}
    return _answer(arguments, lambda factors: video(factors, **given))


def run_search(arguments: argparse.Namespace) -> int:
    from communaux.engines.footprint.search import search

    return _answer(arguments, lambda factors: search(factors, device=arguments.device, network=arguments.network))


def run_ai(arguments: argparse.Namespace) -> int:
    from communaux.engines.footprint.generation import answer

    if (arguments.model is None) == (arguments.active is None):
        raise Refusal("give the size of the model (--active), or its name (--model PROVIDER/NAME)")
    if arguments.model is not None:
        return _named(arguments)
    given = {name: getattr(arguments, name) for name in ("tokens", "active", "whole", "zone", "pue", "batch")}
    return _answer(arguments, lambda factors: answer(factors, **given))


def _named(arguments: argparse.Namespace) -> int:
    from communaux.engines.footprint.named import named

    if size := [name for name in ("whole", "pue", "batch") if getattr(arguments, name) is not None]:
        raise Refusal(f"--{size[0]} goes with the size of a model, not with its name")
    provider, _slash, model = arguments.model.partition("/")
    asked = {"provider": provider, "model": model, "tokens": arguments.tokens, "zone": arguments.zone}
    return _answer(arguments, lambda factors: named(factors, **asked))


def run_server(arguments: argparse.Namespace) -> int:
    return _answer(arguments, lambda factors: servers.computed(arguments, factors))


def _answer(arguments: argparse.Namespace, compute: Callable[[Factors], Result]) -> int:
    from communaux.engines.footprint import telling
    from communaux.engines.footprint.factors import shipped

    lang, factors = wanted_language(arguments), shipped()
    result = or_refused(lambda: compute(factors), lang)
    if arguments.json:
        print(json.dumps(telling.as_json(result, factors), ensure_ascii=False, indent=1))
        return 0
    for line in telling.told(result, lang):
        print(line)
    if arguments.factors:
        print(telling.said("used", lang))
        for one in result.used:
            print(f"  {telling.factor(one, lang)}")
        return 0
    package = {"package": factors.package, "version": factors.version, "licence": factors.licence}
    print(telling.said("used_count", lang, n=len(result.used), **package))
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from communaux.engines.footprint import telling
    from communaux.engines.footprint.factors import shipped

    found = [one for one in shipped() if one.key.startswith(arguments.prefix)]
    if not found:
        or_refused(lambda: shipped()[arguments.prefix], wanted_language(arguments))
    if arguments.json:
        print(json.dumps([telling.record(one) for one in found], ensure_ascii=False, indent=1))
        return 0
    for one in found:
        print(telling.factor(one, wanted_language(arguments)))
    return 0


def run_diff(arguments: argparse.Namespace) -> int:
    """0: nothing changes, 1: something does."""
    from communaux.engines.footprint import factors, telling

    lang = wanted_language(arguments)
    before = or_refused(lambda: factors.read(content(arguments.before)), lang)
    after = or_refused(lambda: factors.read(content(arguments.after)), lang)
    found = factors.diff(before, after)
    if arguments.json:
        sides = [(one.key, one.percent, one.before, one.after) for one in found]
        told = [
            {
                "key": key,
                "percent": percent,
                "before": old and telling.record(old),
                "after": new and telling.record(new),
            }
            for key, percent, old, new in sides
        ]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print("\n".join(telling.changed(one, lang) for one in found) or telling.said("same", lang))
    return int(bool(found))


def run_extract(arguments: argparse.Namespace) -> int:
    from communaux.data import footprint_map
    from communaux.engines.footprint import extraction, factors, telling

    lang, written = wanted_language(arguments), footprint_map()
    made = or_refused(
        lambda: extraction.extract(extraction.model_of(content(arguments.model), written["package"]), written), lang
    )
    try:
        arguments.out.write_bytes(made)
    except OSError as error:
        raise Refusal(f"{arguments.out}: {error.strerror or type(error).__name__}") from error
    print(telling.said("written", lang, n=len(factors.read(made).by_key), path=arguments.out))
    return 0


def or_refused[T](work: Callable[[], T], lang: str, path: Path | None = None) -> T:
    """What `work` gives; its refusal in a sentence, which names the file that was read."""
    from communaux.engines.footprint import telling
    from communaux.engines.footprint.errors import FootprintError

    try:
        return work()
    except FootprintError as error:
        sentence = telling.refused(error, lang)
        raise Refusal(f"{path}: {sentence}" if path else sentence) from error


def content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror or type(error).__name__}") from error


def wanted_language(arguments: argparse.Namespace) -> str:
    return str(arguments.lang or language(os.environ))
