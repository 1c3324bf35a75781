"""What a video, a search, an answer of a model takes: computed for the question, nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field as F

from communaux.api.bodies import checked
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment.forms_choices import HardwareForm
from communaux.assessment.forms_footprint import AnswerForm, Calculator, SearchForm, VideoForm
from communaux.engines.footprint import reports, telling
from communaux.engines.footprint.factors import shipped

router = Router(tags=["assessment"])
router.add_decorator(strict)
Device = Literal["mean", "tv", "desktop_monitor", "laptop", "tablet", "smartphone"]
Searching = Literal["mean", "desktop_monitor", "laptop", "tablet", "smartphone"]
Bought = Literal["smartphone", "tablet", "laptop", "tv", "desktop", "desktop_pro", "monitor", "desktop_monitor", "box"]
Line = Literal["fixed_fr", "mobile_fr", "fixed_eu", "mobile_eu"]
Zone = Literal["FR", "EU", "US", "CN", "WORLD"]


class IntervalOut(Schema):
    """A quantity between two bounds, none below zero."""

    low: float = F(description="Lower bound")
    value: float = F(description="Central value")
    high: float = F(description="Upper bound")


class FactorOut(Schema):
    """A number that is no input."""

    key: str = F(description="Its name for programs")
    value: float = F(description="Its value")
    low: float = F(description="Lower bound")
    high: float = F(description="Upper bound")
    unit: str = F(description="Its unit; may be empty")
    rule: str = F(description="Paths of ADEME's model that it is taken from; empty: a number of ours")
    source: str = F(description="Where it is from")
    year: int | None = F(description="Year of the source; null: it names none")
    method: str = F(description="lca or direct; may be empty")
    mix: str = F(description="production or consumption; may be empty")
    perimeter: str = F(description="What it covers; may be empty")
    tier: Literal["measured", "modelled", "default"] = F(description="How sure it is")


class PackageOut(Schema):
    """Where most of the numbers come from."""

    package: str = F(description="Its name")
    version: str = F(description="Its version")
    sha256: str = F(description="Of the model it holds")


class FootprintOut(Schema):
    """`communaux.footprint/1`, as `communaux footprint … --json` gives it. No mark, no rank; unknown is never zero."""

    format: Literal["communaux.footprint/1"] = F(description="Its form")
    kind: Literal["video", "search", "ai", "named_ai", "server", "hardware"] = F(description="What was asked for")
    inputs: dict[str, Any] = F(description="What was asked, with every default that was taken")
    unit: Literal["gCO2e"] = F(description="Of `total` and `parts`")
    total: IntervalOut = F(description="All of it")
    parts: dict[str, IntervalOut] = F(description="What it is made of; they add up to `total`")
    energy_kwh: dict[str, IntervalOut] = F(description="Electricity, in all and by part")
    beside: dict[str, IntervalOut] = F(description="Of an answer: seconds, processors, how many searches it is worth")
    tier: Literal["measured", "modelled", "default"] = F(description="The worst of what was used")
    not_counted: list[str] = F(description="Codes of what is left out")
    factors: PackageOut = F(description="The set of numbers that was used")
    factors_used: list[FactorOut] = F(description="Each of them, with its source")


class FactorsOut(Schema):
    """All numbers of this version of Communaux."""

    package: str = F(description="Where most of them come from")
    version: str = F(description="Its version")
    licence: str = F(description="Its licence")
    notice: str = F(description="What its licence asks to be told")
    sha256: str = F(description="Of the model it holds")
    factors: list[FactorOut] = F(description="In the order of their keys")


class DifferenceOut(Schema):
    """What one quantity is above another; below zero where it is less."""

    low: float = F(description="Lower bound")
    value: float = F(description="Central value")
    high: float = F(description="Upper bound")


class YearsOut(Schema):
    """Years between two bounds; null is never."""

    low: float | None = F(description="Lower bound")
    value: float | None = F(description="Central value")
    high: float | None = F(description="Upper bound")


class PurchaseOut(Schema):
    """`communaux.purchase/1`: a year of a new device and of a refurbished one."""

    format: Literal["communaux.purchase/1"] = F(description="Its form")
    new: FootprintOut = F(description="A year of the new one")
    refurbished: FootprintOut = F(
        description="A year of the refurbished one; its first making stays with its first life"
    )
    avoided: DifferenceOut = F(description="g of CO2 equivalent a year")
    break_even_years: YearsOut = F(description="Years of life added from which the refurbished one is ahead")
    warnings: list[str] = F(description="Codes of what to beware of")
    index: str = F(description="What the seller says of repair or durability")


def _computed(form: type[Calculator], **given: object) -> dict[str, Any]:
    return telling.as_json(_filled(form, given).result, shipped())


def _filled[C: Calculator](form: type[C], given: Mapping[str, object]) -> C:
    """The same form as on the pages; 422 names each field that is not right."""
    said = {name: str(value) for name, value in given.items() if value is not None}
    filled = checked(form(form.said(said)))
    assert filled.result is not None
    return filled


@router.get(
    "/footprint/video",
    url_name="footprint_video",
    response={200: FootprintOut, **REFUSALS},
    summary="What watching a video takes, in France",
)
def video(
    request: HttpRequest,
    minutes: Annotated[float | None, Query(ge=1e-6, le=525_600, description="How long; left out: 60")] = None,
    device: Annotated[Device | None, Query(description="What it is watched on; left out: mean")] = None,
    quality: Annotated[Literal["sd", "hd", "uhd"] | None, Query(description="Definition; left out: hd")] = None,
    network: Annotated[Line | None, Query(description="Left out: fixed, place not known")] = None,
) -> dict[str, Any]:
    """ADEME's model 2.1.0. An hour in high definition on a mean device where nothing is said."""
    return _computed(VideoForm, minutes=minutes, device=device, quality=quality, network=network)


@router.get(
    "/footprint/search",
    url_name="footprint_search",
    response={200: FootprintOut, **REFUSALS},
    summary="What a search on the web takes, in France",
)
def search(
    request: HttpRequest,
    device: Annotated[Searching | None, Query(description="What it is made on; left out: mean")] = None,
    network: Annotated[Line | None, Query(description="Left out: fixed_fr")] = None,
) -> dict[str, Any]:
    """ADEME's model, after BioIS 2011: typing, and reading one page of results."""
    return _computed(SearchForm, device=device, network=network)


@router.get(
    "/footprint/ai",
    url_name="footprint_ai",
    response={200: FootprintOut, **REFUSALS},
    summary="What an answer of a language model takes, beside a search",
)
def answer(
    request: HttpRequest,
    tokens: Annotated[float | None, Query(ge=1e-6, le=1e9, description="Left out: 400")] = None,
    active: Annotated[
        float | None, Query(ge=1e-6, le=100_000, description="Billions of parameters that work at once; left out: 12")
    ] = None,
    whole: Annotated[
        float | None, Query(ge=1e-6, le=100_000, description="Billions of parameters in all; left out: as many")
    ] = None,
    model: Annotated[
        str | None,
        Query(description="Instead of its size, the name that EcoLogits has: mistralai/mistral-small-latest"),
    ] = None,
    zone: Annotated[Zone | None, Query(description="Whose electricity; left out: FR")] = None,
) -> dict[str, Any]:
    """The method of EcoLogits 0.11. A name needs the option “ai” on the desk; without it the refusal says so."""
    return _computed(AnswerForm, tokens=tokens, active=active, whole=whole, model=model, zone=zone)


@router.get(
    "/footprint/hardware",
    url_name="footprint_hardware",
    response={200: PurchaseOut, **REFUSALS},
    summary="A refurbished device against a new one",
)
def hardware(
    request: HttpRequest,
    device: Annotated[Bought | None, Query(description="Left out: laptop")] = None,
    extra_life: Annotated[
        float | None, Query(ge=1e-6, le=100, description="Years that refurbishing adds; left out: 3")
    ] = None,
    parts: Annotated[
        float | None, Query(ge=0, le=1000, description="Parts and transport, percent of the making of a new one")
    ] = None,
    life: Annotated[float | None, Query(ge=1e-6, le=100, description="Years of a new one")] = None,
    kwh: Annotated[float | None, Query(ge=0, le=1e6, description="Of a new one, a year")] = None,
    kwh_refurbished: Annotated[float | None, Query(ge=0, le=1e6, description="Of the refurbished one, a year")] = None,
    zone: Annotated[Zone | None, Query(description="Whose electricity; left out: FR")] = None,
    index: Annotated[
        str | None, Query(max_length=200, description="What the seller says of repair or durability")
    ] = None,
) -> dict[str, Any]:
    """What is left out is of ADEME's model; parts: a hypothesis with bounds."""
    given: dict[str, object] = {"device": device, "extra_life": extra_life, "parts": parts, "life": life, "kwh": kwh}
    given |= {"kwh_refurbished": kwh_refurbished, "zone": zone, "index": index}
    return reports.purchase_json(_filled(HardwareForm, given).result, shipped())


@router.get(
    "/footprint/factors",
    url_name="footprint_factors",
    response={200: FactorsOut, **REFUSALS},
    summary="Every number that is used",
)
def factors(request: HttpRequest) -> dict[str, Any]:
    """With bounds, unit, source, year and rule."""
    found = shipped()
    head = {name: getattr(found, name) for name in ("package", "version", "licence", "notice", "sha256")}
    return {**head, "factors": [telling.record(one) for one in found]}
