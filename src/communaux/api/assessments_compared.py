"""Assessments of two to four commons side by side, for programs; never a winner."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field as F

from communaux.api.assessment import ConditionOut, MeasureOut
from communaux.api.problems import REFUSALS, Problem
from communaux.api.strict import strict
from communaux.assessment import comparison
from communaux.catalogue.queries.comparison import COLUMNS, Chosen, chosen
from communaux.core.errors import Conflict, NotFound
from communaux.data import assess_table

router = Router(tags=["assessment"])
router.add_decorator(strict)

Asked = Annotated[str, Query(description="Names of two to four commons in addresses, between commas", max_length=1000)]


class ComparedOut(Schema):
    """One commons of the comparison."""

    slug: str = F(description="Its name in addresses")
    name: str = F(description="Its name")
    as_of: date | None = F(description="The day it was assessed; null: it was not")
    head: str = F(description="Commit that was read; empty: none")
    readings: dict[str, str] = F(description="One word for each axis; empty: not assessed")


class ConditionsOut(Schema):
    """One condition, as each of them stands to it."""

    code: str = F(description="R1 … G7")
    cells: list[ConditionOut | None] = F(description="In the order of `commons`; null: unknown")


class MeasuresOut(Schema):
    """One of the main measures."""

    code: str = F(description="Its name for programs")
    cells: list[MeasureOut | None] = F(description="In the order of `commons`; null: unknown")


class ComparisonOut(Schema):
    """Side by side; there is no winner and no sum."""

    method: str = F(description="The one method of all of them; empty: none was assessed")
    commons: list[ComparedOut] = F(description="As they were asked for")
    conditions: list[ConditionsOut] = F(description="All conditions, by axis")
    measures: list[MeasuresOut] = F(description="The main measures; all others stand in each assessment")


@router.get(
    "/compare",
    url_name="assessment_compare",
    response={200: ComparisonOut, **REFUSALS, 409: Problem},
    summary="Assessments of two to four commons side by side",
)
def compare(request: HttpRequest, commons: Asked) -> dict[str, Any]:
    """409 where they are not two to four, or made by different methods, over different windows, more than a year apart."""
    told = comparison.compared(known(chosen(commons.split(","))).columns)
    if told.reason:
        lang = "en" if get_language() == "en" else "fr"
        sentence = assess_table("comparing")["refused"][told.reason][lang].format(told=told.differs)
        raise Conflict(f"other_{told.reason}", sentence)
    return {
        "method": next((one.method for one in told.assessed), ""),
        "commons": [_column(one) for one in told.columns],
        "conditions": [{"code": row.code, "cells": list(map(_cell, row.cells))} for row in told.conditions],
        "measures": [{"code": row.code, "cells": list(map(_cell, row.cells))} for row in told.measures],
    }


def known(found: Chosen) -> Chosen:
    """Two to four that there are; raise NotFound, Conflict."""
    if found.unknown:
        told = _("This desk knows no commons named “%(asked)s”.") % {"asked": found.unknown[0]}
        raise NotFound("unknown_commons", told, unknown=list(found.unknown))
    if len(found.columns) < 2 or found.beyond:
        raise Conflict("two_to_four", _("Give two to %(most)s commons.") % {"most": COLUMNS})
    return found


def _column(one: comparison.Column) -> dict[str, Any]:
    return {
        "slug": one.commons.slug,
        "name": one.commons.name,
        "as_of": one.told.as_of if one.told else None,
        "head": one.told.head if one.told else "",
        "readings": one.told.readings if one.told else {},
    }


def _cell(one: Any) -> dict[str, Any] | None:
    return asdict(one) if one else None
