"""Automatic checks: for each, facts that are favourable, adverse and undecidable, and the edges of its threshold."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from footprint.audits import SERVICE, TODAY

from communaux.data import footprint_words
from communaux.engines.footprint.rgesn import checks, telling
from communaux.engines.footprint.rgesn.audit import blank
from communaux.engines.footprint.rgesn.checks import OF_HOSTING, OF_PAGES, Found, together
from communaux.engines.footprint.rgesn.facts import Field, Font, Hosting, Image, Page, Resource, Upload
from communaux.engines.footprint.rgesn.referential import referential

PAGE = Page("https://mairie.example/", with_javascript=True)
STILL = {"media_playing": 0, "frames_playing": 0, "animated_images": 0, "endless_animations": 0}
WEBP, JPEG = Image("a", frozenset({"webp", "jpeg"})), Image("b", frozenset({"jpeg"}))
TEXT = Resource("/a.css", "mairie.example", own=True, text=True, static=True, size=5_000, encoding="br", protocol="h2")
FIT = {"bytes": 60_000, "requests": 6, "budget_bytes": 60_000, "budget_requests": 6}


def five(size: int) -> tuple[Font, ...]:
    """Two families, five files, so many bytes in all."""
    return (
        *(Font("Marianne", 10_000) for _file in range(3)),
        Font("Spectral", 10_000),
        Font("Spectral", size - 40_000),
    )


@pytest.mark.parametrize(
    ("check", "facts", "outcome"),
    [
        ("fluid_layout", {"viewport": "width=device-width, initial-scale=1", "adapts": True}, "favourable"),
        ("fluid_layout", {"viewport": "width=device-width", "adapts": False}, "adverse"),
        ("fluid_layout", {"viewport": "width = 1024", "adapts": True}, "adverse"),
        ("fluid_layout", {"viewport": "", "adapts": True}, "adverse"),
        ("fluid_layout", {"viewport": "width=1024"}, "adverse"),
        ("fluid_layout", {"viewport": "width=device-width"}, "undecidable"),
        ("fluid_layout", {"adapts": True}, "undecidable"),
        ("autoplay", STILL, "favourable"),
        ("autoplay", STILL | {"media_playing": 1}, "adverse"),
        ("autoplay", {"endless_animations": 1}, "adverse"),
        ("autoplay", STILL | {"animated_images": None}, "undecidable"),
        ("fonts", {"fonts": ()}, "favourable"),
        ("fonts", {"fonts": five(900_000)[1:]}, "favourable"),
        ("fonts", {"fonts": five(399_000)}, "favourable"),
        ("fonts", {"fonts": five(400_000)}, "favourable"),
        ("fonts", {"fonts": five(401_000)}, "adverse"),
        ("fonts", {"fonts": tuple(Font(one, 200_000) for one in "abc")}, "adverse"),
        ("fonts", {"fonts": tuple(Font(one) for one in "abc")}, "undecidable"),
        ("fonts", {"fonts": (*five(401_000), Font("c"))}, "adverse"),
        ("fonts", {"fonts": (Font(""), Font(""))}, "favourable"),
        ("fonts", {"fonts": tuple(Font("", 100_000) for _file in range(3))}, "favourable"),
        ("fonts", {"fonts": tuple(Font("", 200_000) for _file in range(3))}, "undecidable"),
        ("fonts", {"fonts": tuple(Font("", 100_000) for _file in range(5))}, "adverse"),
        ("fonts", {}, "undecidable"),
        ("third_parties", {"third_parties": ()}, "favourable"),
        ("third_parties", {"third_parties": ("cdn.example",)}, "adverse"),
        ("third_parties", {}, "undecidable"),
        ("typing", {"typing_requests": 1}, "adverse"),
        ("typing", {"typing_requests": 0}, "undecidable"),
        ("typing", {}, "undecidable"),
        ("notifications", {"asks_to_notify": False}, "favourable"),
        ("notifications", {"asks_to_notify": True}, "undecidable"),
        ("notifications", {}, "undecidable"),
        ("video_codecs", {"videos": (True, True)}, "favourable"),
        ("video_codecs", {"videos": (True, False)}, "adverse"),
        ("video_codecs", {"videos": ()}, "undecidable"),
        ("video_codecs", {}, "undecidable"),
        ("caching", {"resources": (replace(TEXT, keeps=True),)}, "favourable"),
        ("caching", {"resources": (replace(TEXT, keeps=True), replace(TEXT, keeps=False))}, "adverse"),
        ("caching", {"resources": (replace(TEXT, keeps=False), TEXT)}, "adverse"),
        ("caching", {"resources": (TEXT,)}, "undecidable"),
        ("caching", {"resources": (replace(TEXT, own=False), replace(TEXT, static=False))}, "undecidable"),
        ("caching", {}, "undecidable"),
        ("input_formats", {"fields": (Field("email"), Field(required=True)), "unchecked_forms": 0}, "favourable"),
        ("input_formats", {"fields": (Field("date"), Field(pattern=True)), "unchecked_forms": 0}, "favourable"),
        ("input_formats", {"fields": (Field("email"),), "unchecked_forms": 1}, "adverse"),
        ("input_formats", {"fields": (Field(), Field("textarea"), Field("")), "unchecked_forms": 0}, "adverse"),
        ("input_formats", {"fields": (Field("email"), Field()), "unchecked_forms": 0}, "undecidable"),
        ("input_formats", {"fields": (), "unchecked_forms": 0}, "undecidable"),
        ("input_formats", {"fields": (Field("email"),)}, "undecidable"),
        ("upload_limits", {"uploads": (Upload(True, True),)}, "favourable"),
        ("upload_limits", {"uploads": (Upload(True, True), Upload(False, True))}, "adverse"),
        ("upload_limits", {"uploads": (Upload(True, False),)}, "adverse"),
        ("upload_limits", {"uploads": (Upload(True, None),)}, "undecidable"),
        ("upload_limits", {"uploads": ()}, "undecidable"),
        ("upload_limits", {}, "undecidable"),
        ("image_formats", {"images": (WEBP,) * 4 + (JPEG,)}, "favourable"),
        ("image_formats", {"images": (WEBP,) * 3 + (JPEG,)}, "adverse"),
        ("image_formats", {"images": ()}, "undecidable"),
        ("image_formats", {}, "undecidable"),
        ("budget", FIT, "favourable"),
        ("budget", FIT | {"bytes": 60_001}, "adverse"),
        ("budget", FIT | {"bytes": None, "requests": 7}, "adverse"),
        ("budget", FIT | {"requests": None}, "undecidable"),
        ("budget", FIT | {"budget_bytes": None, "requests": 7}, "undecidable"),
        ("compression", {"resources": (TEXT, replace(TEXT, encoding="gzip"))}, "favourable"),
        ("compression", {"resources": (TEXT, replace(TEXT, encoding=""))}, "adverse"),
        ("compression", {"resources": (TEXT, replace(TEXT, encoding="", size=1_001))}, "adverse"),
        ("compression", {"resources": (TEXT, replace(TEXT, encoding="", size=1_000))}, "favourable"),
        ("compression", {"resources": (TEXT, replace(TEXT, encoding="", own=False))}, "favourable"),
        ("compression", {"resources": (TEXT, replace(TEXT, encoding="", text=False))}, "favourable"),
        ("compression", {"resources": (TEXT, replace(TEXT, encoding="", size=None))}, "undecidable"),
        ("compression", {"resources": (TEXT, replace(TEXT, encoding=None))}, "undecidable"),
        ("compression", {"resources": (replace(TEXT, size=200),)}, "undecidable"),
        ("compression", {}, "undecidable"),
        ("one_host", {"resources": (TEXT, replace(TEXT, host="cdn.example", own=False, protocol="h3"))}, "favourable"),
        ("one_host", {"resources": (TEXT, replace(TEXT, host="api.mairie.example", static=False))}, "favourable"),
        ("one_host", {"resources": (TEXT, replace(TEXT, host="static.mairie.example"))}, "adverse"),
        ("one_host", {"resources": (TEXT, replace(TEXT, protocol="http/1.1"))}, "adverse"),
        ("one_host", {"resources": (TEXT, replace(TEXT, protocol=None))}, "undecidable"),
        ("one_host", {"resources": (replace(TEXT, own=False),)}, "undecidable"),
        ("one_host", {}, "undecidable"),
    ],
)
def test_a_page(check: str, facts: dict[str, Any], outcome: str) -> None:
    page = replace(PAGE, **facts)
    found = OF_PAGES[check].run(page)
    assert found.outcome == outcome
    assert bool(found.limits) is (outcome == "undecidable")
    assert checks.of_page(page)[check] == found
    json.dumps(found.values)


@pytest.mark.parametrize(
    ("check", "facts"),
    [
        ("fluid_layout", {"viewport": "width=device-width", "adapts": True}),
        ("autoplay", STILL),
        ("fonts", {"fonts": ()}),
        ("fonts", {"fonts": five(399_000)}),
        ("input_formats", {"fields": (Field("email"),), "unchecked_forms": 0}),
        ("upload_limits", {"uploads": (Upload(True, True),)}),
        ("image_formats", {"images": (WEBP,)}),
        ("budget", FIT),
        ("compression", {"resources": (TEXT,)}),
        ("one_host", {"resources": (TEXT,)}),
        ("third_parties", {"third_parties": ()}),
        ("notifications", {"asks_to_notify": False}),
        ("video_codecs", {"videos": (True,)}),
        ("caching", {"resources": (replace(TEXT, keeps=True),)}),
    ],
)
def test_nothing_is_favourable_on_a_page_that_was_not_read_whole(check: str, facts: dict[str, Any]) -> None:
    whole = replace(PAGE, **facts)
    assert OF_PAGES[check].run(whole).outcome == "favourable"
    cut = OF_PAGES[check].run(replace(whole, whole=False))
    assert (cut.outcome, cut.limits) == ("undecidable", ("not_all_read",))
    still = OF_PAGES[check].run(replace(whole, with_javascript=False))
    assert (still.outcome, still.limits) == ("favourable", ("without_javascript",))


def test_what_was_seen_is_adverse_even_on_half_a_page() -> None:
    half = replace(PAGE, whole=False, **(STILL | {"frames_playing": 2}))
    assert checks.autoplay(half).outcome == "adverse"
    assert checks.image_formats(replace(half, images=(JPEG,))).outcome == "adverse"


REAL, DESIGN = {"pue_of_design": False}, {"pue_of_design": True, "in_service_since": date(2025, 1, 1)}


@pytest.mark.parametrize(
    ("check", "facts", "outcome", "limits"),
    [
        ("pue", {"pue": 1.49} | REAL, "favourable", ()),
        ("pue", {"pue": 1.5} | REAL, "adverse", ()),
        ("pue", {"pue": 1.3} | DESIGN, "favourable", ("design_only",)),
        ("pue", {"pue": 1.31} | DESIGN, "adverse", ("design_only",)),
        ("pue", {"pue": 1.1} | DESIGN | {"in_service_since": date(2024, 12, 1)}, "favourable", ("design_only",)),
        ("pue", {"pue": 1.1} | DESIGN | {"in_service_since": date(2024, 11, 30)}, "undecidable", ("design_too_old",)),
        ("pue", {"pue": 1.1} | DESIGN | {"in_service_since": None}, "undecidable", ("not_declared",)),
        ("pue", {"pue": 1.1}, "undecidable", ("not_declared",)),
        ("pue", REAL, "undecidable", ("not_declared",)),
        ("wue", {"wue": 0.4}, "favourable", ()),
        ("wue", {"wue": 0.0}, "favourable", ()),
        ("wue", {"wue": 0.41}, "adverse", ("aim_only",)),
        ("wue", {}, "undecidable", ("not_declared",)),
        ("renewable", {"renewable": 0.51, "documents": (TODAY,)}, "favourable", ()),
        ("renewable", {"renewable": 0.5, "documents": (TODAY,)}, "adverse", ()),
        ("renewable", {"renewable": 0.9, "documents": (date(2026, 12, 1),)}, "undecidable", ("no_dated_document",)),
        ("renewable", {"renewable": 0.9}, "undecidable", ("no_dated_document",)),
        ("renewable", {"documents": (TODAY,)}, "undecidable", ("not_declared",)),
    ],
)
def test_what_a_host_declares(check: str, facts: dict[str, Any], outcome: str, limits: tuple[str, ...]) -> None:
    found = OF_HOSTING[check].run(Hosting(**facts), TODAY)
    assert (found.outcome, found.limits) == (outcome, limits)
    assert checks.of_hosting(Hosting(**facts), TODAY)[check] == found


def test_of_several_pages_the_worst() -> None:
    assert together(["favourable", "favourable"]) == "favourable"
    assert together(["favourable", "adverse", "undecidable"]) == "adverse"


def test_each_check_is_that_of_a_criterion_and_each_word_exists() -> None:
    every = [*OF_PAGES.values(), *OF_HOSTING.values()]
    assert {one.id: one.criterion for one in every} == {
        name: line.number for line in referential().criteria.values() for name in line.checks
    }
    assert footprint_words()["rgesn_outcome"].keys() == set(checks.OUTCOMES)
    pages = [Page("x"), replace(PAGE, fields=(), uploads=(), images=(), resources=(), unchecked_forms=0)]
    limits = {limit for page in pages for found in checks.of_page(page).values() for limit in found.limits}
    assert limits < footprint_words()["rgesn_limit"].keys()
    assert footprint_words()["rgesn_check"].keys() == {one.id for one in every}
    seen = [*checks.of_page(replace(PAGE, **(STILL | FIT))).values(), *checks.of_hosting(Hosting(), TODAY).values()]
    for found in seen:
        assert all("{" not in line for line in telling.values(found.values, "fr"))
    lines = list(telling.checked(checks.of_hosting(Hosting(pue=1.1), TODAY), "en"))
    assert lines[:3] == [
        "8.3 PUE below 1.5, or 1.3 at most of the design: cannot be told",
        "  - PUE: 1.1",
        "  - of the design: unknown",
    ]
    assert lines[3] == "  - the host did not declare it"


def test_no_check_answers_a_criterion() -> None:
    before = blank(SERVICE)
    found = checks.of_page(replace(PAGE, **(STILL | FIT)))
    assert before == blank(SERVICE)
    assert all(isinstance(one, Found) and "answer" not in asdict(one) for one in found.values())
