"""Automatic checks: each reads facts and says favourable, adverse or undecidable, with values and limits (spec 08b § 3.4).

None of them writes an answer: what they find is evidence, and a suggestion that a person accepts or refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from communaux.engines.footprint.rgesn.facts import Hosting, Page, Resource

type Outcome = Literal["favourable", "adverse", "undecidable"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("favourable", "undecidable", "adverse")  # from the best to the worst
FAMILIES: Final = 2
FILES: Final = 4
FONT_BYTES: Final = 400_000
MODERN: Final = frozenset({"webp", "avif", "jxl"})
MODERN_SHARE: Final = Fraction(3, 4)
SMALL: Final = 1_000  # bytes that are not worth compressing
COMPRESSED: Final = frozenset({"br", "gzip", "zstd"})
MULTIPLEXED: Final = frozenset({"h2", "h3"})
FIXED_WIDTH: Final = re.compile(r"width\s*=\s*\d")
FREE: Final = frozenset({"", "text", "textarea"})
PUE: Final = 1.5
PUE_OF_DESIGN: Final = 1.3
YOUNG: Final = 2  # years
WUE: Final = 0.4  # l/kWh
RENEWABLE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """`values` by name, for programs and for who reads; `limits` are codes of words."""

    outcome: Outcome
    values: Mapping[str, object]
    limits: tuple[str, ...] = ()


def undecidable(limit: str, **values: object) -> Found:
    """Nothing can be told, and why."""
    return Found("undecidable", values, (limit,))


def decided(good: bool, page: Page, **values: object) -> Found:
    """What was seen is adverse; what was not seen is favourable only on a page that was read whole, as far as it was run."""
    if not good:
        return Found("adverse", values)
    if not page.whole:
        return undecidable("not_all_read", **values)
    return Found("favourable", values, () if page.with_javascript else ("without_javascript",))


def fluid_layout(page: Page) -> Found:
    """2.5: the page asks for the width of the screen, and its styles follow it.

    >>> fluid_layout(Page("https://a.example", viewport="width=1024")).outcome
    'adverse'
    """
    if page.viewport is None or page.adapts is None:
        if page.viewport and FIXED_WIDTH.search(page.viewport):
            return Found("adverse", {"viewport": page.viewport})
        return undecidable("not_looked_at")
    fits = page.adapts and bool(page.viewport) and not FIXED_WIDTH.search(page.viewport)
    return decided(fits, page, viewport=page.viewport, adapts=page.adapts)


def autoplay(page: Page) -> Found:
    """4.1: nothing plays or moves by itself: no video, no sound, no frame, no animated image, no endless animation."""
    names = ("media_playing", "frames_playing", "animated_images", "endless_animations")
    values = {name: getattr(page, name) for name in names}
    if any(values.values()):
        return Found("adverse", values)
    if None in values.values():
        return undecidable("not_looked_at", **values)
    return decided(True, page, **values)


def fonts(page: Page) -> Found:
    """4.8: two families and four files at most, or 400 kB at most."""
    if page.fonts is None:
        return undecidable("not_looked_at")
    named, unnamed = {one.family for one in page.fonts if one.family}, sum(not one.family for one in page.fonts)
    known, files = sum(one.size or 0 for one in page.fonts), len(page.fonts)
    values = {"families": None if unnamed else len(named), "files": files, "bytes": known}
    if len(named) + unnamed <= FAMILIES and files <= FILES:  # at worst each file is a family of its own
        return decided(True, page, **values)
    if known <= FONT_BYTES and all(one.size is not None for one in page.fonts):
        return decided(True, page, **values)
    if known > FONT_BYTES and (len(named) > FAMILIES or files > FILES):
        return Found("adverse", values)
    return undecidable("not_looked_at", **values)


def third_parties(page: Page) -> Found:
    """4.4: no host of others is reached before anybody clicks."""
    if page.third_parties is None:
        return undecidable("not_looked_at")
    return decided(not page.third_parties, page, hosts=list(page.third_parties))


def typing(page: Page) -> Found:
    """4.9: nothing asks the server at each key without waiting. What a script does by itself is not seen: never favourable."""
    if page.typing_requests is None:
        return undecidable("not_looked_at")
    if page.typing_requests:
        return Found("adverse", {"typing_requests": page.typing_requests})
    return undecidable("scripts_not_understood", typing_requests=0)


def notifications(page: Page) -> Found:
    """4.13: no script asks to notify. One that knows how to may do so only when asked: never adverse."""
    if page.asks_to_notify is None:
        return undecidable("not_looked_at")
    return undecidable("scripts_not_understood", asks=True) if page.asks_to_notify else decided(True, page, asks=False)


def input_formats(page: Page) -> Found:
    """4.10: fields tell what they expect, and the browser checks it before anything is sent."""
    if page.fields is None or page.unchecked_forms is None:
        return undecidable("not_looked_at")
    if not page.fields:
        return undecidable("nothing_to_look_at")
    told = sum(one.kind not in FREE or one.pattern or one.required for one in page.fields)
    values = {"fields": len(page.fields), "told": told, "unchecked_forms": page.unchecked_forms}
    if page.unchecked_forms or not told:
        return Found("adverse", values)
    return decided(True, page, **values) if told == len(page.fields) else undecidable("some_free_fields", **values)


def upload_limits(page: Page) -> Found:
    """4.11: whoever sends a file is told formats and size before."""
    if page.uploads is None:
        return undecidable("not_looked_at")
    if not page.uploads:
        return undecidable("nothing_to_look_at")
    values = {"uploads": len(page.uploads), "formats_told": sum(one.formats_told for one in page.uploads)}
    if any(not one.formats_told or one.size_told is False for one in page.uploads):
        return Found("adverse", values)
    if any(one.size_told is None for one in page.uploads):
        return undecidable("not_looked_at", **values)
    return decided(True, page, **values)


def image_formats(page: Page) -> Found:
    """5.1: more than three quarters of the bitmap images are offered in an efficient format."""
    if page.images is None:
        return undecidable("not_looked_at")
    if not page.images:
        return undecidable("nothing_to_look_at")
    modern = sum(bool(one.formats & MODERN) for one in page.images)
    good = Fraction(modern, len(page.images)) > MODERN_SHARE
    return decided(good, page, images=len(page.images), modern=modern)


def video_codecs(page: Page) -> Found:
    """5.4: each video is offered by a codec of today (AV1, VP9, HEVC); an older one may stand beside it."""
    if page.videos is None:
        return undecidable("not_looked_at")
    if not page.videos:
        return undecidable("nothing_to_look_at")
    return decided(all(page.videos), page, videos=len(page.videos), modern=sum(page.videos))


def budget(page: Page) -> Found:
    """6.1: weight and requests are within what the service set itself."""
    measured = {"bytes": page.bytes, "requests": page.requests}
    limits = {"bytes": page.budget_bytes, "requests": page.budget_requests}
    values = {**measured, **{f"budget_{name}": limit for name, limit in limits.items()}}
    if None in limits.values():
        return undecidable("no_budget", **values)
    pairs = [(measured[name], limit) for name, limit in limits.items() if limit is not None]
    if any(one is not None and one > limit for one, limit in pairs):
        return Found("adverse", values)
    if None in measured.values():
        return undecidable("not_looked_at", **values)
    return decided(True, page, **values)


def caching(page: Page) -> Found:
    """6.2: a browser may keep every own static file, or ask whether it changed."""
    if page.resources is None:
        return undecidable("not_looked_at")
    static = [one for one in page.resources if one.own and one.static]
    if not static:
        return undecidable("nothing_to_look_at")
    lost = [one.url for one in static if one.keeps is False]
    if not lost and any(one.keeps is None for one in static):
        return undecidable("not_looked_at", files=len(static))
    return decided(not lost, page, files=len(static), not_kept=lost)


def compression(page: Page) -> Found:
    """6.3: every own text of more than 1 kB is compressed on its way."""
    if page.resources is None:
        return undecidable("not_looked_at")
    texts = [one for one in page.resources if one.own and one.text and (one.size is None or one.size > SMALL)]
    if not texts:
        return undecidable("nothing_to_look_at")
    bare = [one for one in texts if one.encoding not in COMPRESSED]
    sure = [one.url for one in bare if one.encoding is not None and one.size is not None]
    values = {"texts": len(texts), "uncompressed": sure}
    if bare and not sure:
        return undecidable("not_looked_at", **values)
    return decided(not sure, page, **values)


def one_host(page: Page) -> Found:
    """6.7: own static files come from one host, by a protocol that carries many at once."""
    if page.resources is None:
        return undecidable("not_looked_at")
    own = [one for one in page.resources if one.own]
    if not own:
        return undecidable("nothing_to_look_at")
    hosts = sorted({one.host for one in own if one.static})
    values = {"hosts": hosts, "protocols": sorted({one.protocol for one in own if one.protocol})}
    if len(hosts) > 1 or any(_alone(one) for one in own):
        return Found("adverse", values)
    if any(one.protocol is None for one in own):
        return undecidable("not_looked_at", **values)
    return decided(True, page, **values)


def _alone(one: Resource) -> bool:
    return one.protocol is not None and one.protocol not in MULTIPLEXED


def pue(hosting: Hosting, on: date) -> Found:
    """8.3: below 1.5 where it is real; of the design, 1.3 at most in the first two years.

    >>> pue(Hosting(pue=1.5, pue_of_design=False), date(2026, 1, 31)).outcome
    'adverse'
    """
    values = {"pue": hosting.pue, "of_design": hosting.pue_of_design}
    if hosting.pue is None or hosting.pue_of_design is None:
        return undecidable("not_declared", **values)
    if not hosting.pue_of_design:
        return Found("favourable" if hosting.pue < PUE else "adverse", values)
    if hosting.in_service_since is None:
        return undecidable("not_declared", **values)
    if not _young(hosting.in_service_since, on):
        return undecidable("design_too_old", **values)
    return Found("favourable" if hosting.pue <= PUE_OF_DESIGN else "adverse", values, ("design_only",))


def _young(since: date, on: date) -> bool:
    return (on.year - YOUNG, on.month, on.day) < (since.year, since.month, since.day)


def wue(hosting: Hosting, on: date) -> Found:
    """8.4: 0.4 l/kWh at most is aimed at."""
    if hosting.wue is None:
        return undecidable("not_declared")
    good = hosting.wue <= WUE
    return Found("favourable" if good else "adverse", {"wue": hosting.wue}, () if good else ("aim_only",))


def renewable(hosting: Hosting, on: date) -> Found:
    """8.5: more than half of the electricity is renewable, and a document that has a day shows it."""
    if hosting.renewable is None:
        return undecidable("not_declared")
    values = {"renewable": hosting.renewable, "documents": [one.isoformat() for one in hosting.documents if one <= on]}
    if hosting.renewable <= RENEWABLE:
        return Found("adverse", values)
    if not values["documents"]:
        return undecidable("no_dated_document", **values)
    return Found("favourable", values)


@dataclass(frozen=True, slots=True)
class Check[**P]:
    """A check of a criterion: `mode` says what it reads (page, declared), `strength` how much it proves. Its `version` changes
    with what it says."""

    id: str
    criterion: str
    mode: Literal["page", "declared"]
    strength: Literal["weak", "medium", "strong", "exact"]
    run: Callable[P, Found]
    version: int = 1


OF_PAGES: Final = {
    one.id: one
    for one in (
        Check("fluid_layout", "2.5", "page", "medium", fluid_layout),
        Check("autoplay", "4.1", "page", "medium", autoplay),
        Check("third_parties", "4.4", "page", "strong", third_parties),
        Check("fonts", "4.8", "page", "exact", fonts, version=2),
        Check("typing", "4.9", "page", "weak", typing),
        Check("input_formats", "4.10", "page", "medium", input_formats),
        Check("upload_limits", "4.11", "page", "medium", upload_limits),
        Check("notifications", "4.13", "page", "medium", notifications),
        Check("image_formats", "5.1", "page", "exact", image_formats),
        Check("video_codecs", "5.4", "page", "medium", video_codecs),
        Check("budget", "6.1", "page", "exact", budget),
        Check("caching", "6.2", "page", "medium", caching),
        Check("compression", "6.3", "page", "exact", compression),
        Check("one_host", "6.7", "page", "exact", one_host),
    )
}
OF_HOSTING: Final = {
    one.id: one
    for one in (
        Check("pue", "8.3", "declared", "exact", pue),
        Check("wue", "8.4", "declared", "exact", wue),
        Check("renewable", "8.5", "declared", "exact", renewable),
    )
}


EVERY: Final[tuple[Check[...], ...]] = (*OF_PAGES.values(), *OF_HOSTING.values())


def of_page(page: Page) -> dict[str, Found]:
    """Every check of a page, by its name."""
    return {name: one.run(page) for name, one in OF_PAGES.items()}


def of_hosting(hosting: Hosting, on: date) -> dict[str, Found]:
    """Every check of what a host declares, by its name."""
    return {name: one.run(hosting, on) for name, one in OF_HOSTING.items()}


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Of several pages: the worst, and undecidable where there is none.

    >>> together(["favourable", "undecidable"]), together([])
    ('undecidable', 'undecidable')
    """
    return max(outcomes, key=OUTCOMES.index, default="undecidable")
