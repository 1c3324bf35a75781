"""What checks look at, from a page that was fetched without scripts and from a record of a browser, written by hand."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn import checks, gather
from communaux.engines.footprint.rgesn.facts import Field, Font, Image, Page, Upload
from communaux.engines.footprint.rgesn.gather import Load, declared_fonts, kept, of_loads
from communaux.engines.footprint.rgesn.recorded import of_har

HOME = "https://mairie.example/aide"
MARKUP = """<!DOCTYPE html><html lang=fr><head><meta name="Viewport" content="width=device-width">
<style>body { display: flex } p { animation: spin 1s infinite }</style><link rel=stylesheet href=/s.css></head><body>
<video autoplay src=a.mp4></video><video><source src=b.webm><source src=b.mp4 type='video/mp4; codecs="avc1"'></video>
<video><source src=c.mp4 type='video/mp4; codecs="av01.0"'></video><video></video>
<iframe src="https://video.example/e?autoplay=1"></iframe><iframe src="https://video.example/e"></iframe>
<picture><source srcset="a.webp 1x" type="image/webp"><source srcset=""><source srcset="a.avif"><img src=a.jpg></picture>
<img src=b.PNG?v=1><img srcset="c.jpeg 1x, d.jpeg 2x"><img src=logo.svg><img src="data:image/png;base64,AA"><img src="http://[x/e.gif">
<form novalidate><input name=q hx-get=/s hx-trigger="keyup changed"><input type=email required><input type=hidden>
<input type=search hx-trigger="keyup changed delay:300ms, search" maxlength=80><textarea></textarea></form>
<input type=file accept=.pdf> au plus 10 Mo <input type=file></body></html>"""
SHEET = """@font-face { font-family: "Marianne"; src: url(/m.woff2) format("woff2"), url('/m.woff') }
@font-face { font-family: Spectral; src: url("https://polices.example/s.woff2") } @font-face { src: local("x") }
@font-face { src: url(/q.woff2) }
@media (max-width: 40em) { p { width: 50% } }"""
GIF = b"GIF89a" + b"\x21\xf9\x04abc" * 3
SENT = {"sent": 100, "encoding": "br", "protocol": "h2", "keeps": True}


def page(text: str = MARKUP, *loads: Load, **told: Any) -> Page:
    first = Load(HOME, mime="text/html; charset=utf-8", body=text.encode(), size=len(text), **SENT)
    return of_loads(HOME, [first, *loads], **told)


SHEET_LOAD = Load("https://mairie.example/s.css", mime="text/css", body=SHEET.encode(), size=5_000, **SENT)
FONT_LOAD = Load("https://mairie.example/m.woff2", mime="font/woff2", size=20_000, sent=20_100)


def test_what_a_fetched_page_says() -> None:
    found = page(MARKUP, SHEET_LOAD, FONT_LOAD, budget=(60_000, 6))
    assert (found.viewport, found.adapts, found.with_javascript, found.whole) == (
        "width=device-width",
        True,
        False,
        True,
    )
    assert (found.media_playing, found.frames_playing, found.endless_animations) == (1, 1, 1)
    assert found.videos == (False, True, True)
    assert found.fonts == (Font("Marianne", 20_100),)
    assert found.images == (
        Image("https://mairie.example/a.jpg", frozenset({"webp", "avif", "jpeg"})),
        Image("https://mairie.example/b.PNG", frozenset({"png"})),
        Image("https://mairie.example/c.jpeg", frozenset({"jpeg"})),
        Image(HOME, frozenset({"gif"})),
    )
    assert found.fields == (
        Field("", pattern=False, required=False),
        Field("email", pattern=False, required=True),
        Field("search", pattern=True, required=False),
        Field("textarea", pattern=False, required=False),
    )
    assert found.unchecked_forms == 1
    assert found.typing_requests == 1
    assert found.uploads == (Upload(True, True), Upload(False, True))
    assert found.asks_to_notify is False
    assert (found.bytes, found.requests, found.budget_bytes, found.budget_requests) == (20_300, 3, 60_000, 6)
    assert found.third_parties == ()
    assert found.resources
    assert [(one.own, one.text, one.static) for one in found.resources] == [
        (True, True, False),
        (True, True, True),
        (True, False, True),
    ]


def test_a_sheet_that_was_not_read_leaves_what_it_may_say_unknown() -> None:
    lost = Load("https://mairie.example/s.css", mime="text/css")
    found = page("<p>rien</p>", lost)
    assert (found.adapts, found.endless_animations, found.fonts, found.bytes) == (None, None, None, None)
    assert page(MARKUP, lost).endless_animations == 1
    assert page("<p>rien</p>", lost, FONT_LOAD).fonts == (Font("", 20_100),)
    assert page("<p>rien</p>", Load(FONT_LOAD.url, mime="font/woff2", size=7)).fonts == (Font("", 7),)
    assert page("<style>p { width: 3px }").adapts is False
    assert page("<style>p { width: 3px }</style>").adapts is False


@pytest.mark.parametrize(
    ("loads", "moving"),
    [
        ([], 0),
        ([Load("https://a.example/a.gif", mime="image/gif", body=GIF)], 1),
        ([Load("https://a.example/a.gif", mime="image/gif", body=GIF[:12])], 0),
        ([Load("https://a.example/a.gif", mime="image/gif")], None),
        ([Load("https://a.example/a.webp", mime="image/webp", body=b"RIFF0000WEBPVP8XANIM")], 1),
        ([Load("https://a.example/a.webp", mime="image/webp", body=b"RIFF0000WEBPVP8 ")], 0),
    ],
)
def test_images_that_move(loads: list[Load], moving: int | None) -> None:
    assert page("<p>", *loads).animated_images == moving


def test_what_scripts_can_ask() -> None:
    script = Load("https://mairie.example/a.js", mime="text/javascript", body=b"Notification.requestPermission()")
    assert page("<p>", script).asks_to_notify is True
    assert page("<p>", Load(script.url, mime="application/javascript")).asks_to_notify is None
    assert page("<script>self.pushManager.subscribe()</script>").asks_to_notify is True


@pytest.mark.parametrize(
    ("mime", "kind", "text"),
    [
        ("text/html;charset=x", "html", True),
        ("application/xhtml+xml", "html", True),
        ("application/font-woff", "font", False),
        ("application/ecmascript", "js", True),
        ("video/mp4", "media", False),
        ("image/svg+xml", "image", True),
        ("image/png", "image", False),
        ("text/plain", "text", True),
        ("application/ld+json", "text", True),
        ("application/pdf", "other", False),
        ("", "other", False),
    ],
)
def test_what_an_answer_is(mime: str, kind: str, text: bool) -> None:
    assert (Load(HOME, mime=mime).kind, Load(HOME, mime=mime).is_text) == (kind, text)


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({}, False),
        ({"cache-control": "public, max-age=31536000, immutable"}, True),
        ({"cache-control": "max-age=0"}, False),
        ({"cache-control": "no-store, max-age=10", "etag": "x"}, False),
        ({"cache-control": "no-cache", "etag": "x"}, True),
        ({"last-modified": "x"}, True),
        ({"expires": "x"}, True),
    ],
)
def test_what_a_browser_may_keep(headers: dict[str, str], may: bool) -> None:
    assert kept(headers) is may


def test_fonts_that_are_only_declared_weigh_nothing_on_the_page() -> None:
    found = page("<p>rien</p>", SHEET_LOAD, fonts=[FONT_LOAD])
    assert (found.fonts, found.requests, found.bytes) == ((Font("Marianne", 20_100),), 2, 200)


def test_a_sheet_that_shows_images() -> None:
    assert not gather.shows_images(SHEET)
    assert not gather.shows_images("p { background: url(data:image/png;base64,AA); filter: url(#a) }")
    assert gather.shows_images(SHEET + "p { background: url(fond.jpg) }")


def test_fonts_that_a_sheet_declares() -> None:
    assert declared_fonts(SHEET, "https://mairie.example/css/s.css") == [
        "https://mairie.example/m.woff2",
        "https://polices.example/s.woff2",
        "https://mairie.example/q.woff2",
    ]
    assert declared_fonts("@font-face{src:url(data:font/woff2;base64,AA)} @font-face{src:url(http://[x)}", HOME) == []


def entry(url: str, mime: str, at: int = 10, **told: Any) -> dict[str, Any]:
    content: dict[str, Any] = {"size": 3_000, "mimeType": mime} | told.pop("content", {})
    response = {
        "status": 200,
        "_transferSize": 1_000,
        "content": content,
        "httpVersion": "http/2.0",
        "headers": [],
    } | told
    return {"startedDateTime": f"2026-11-30T{at}:00:00Z", "request": {"url": url}, "response": response}


def har(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"entries": list(entries)}}).encode()


HEADERS = [{"name": "Content-Encoding", "value": "BR"}, {"name": "ETag", "value": "1"}, "odd"]


def test_a_record_of_a_browser() -> None:
    markup = {"text": base64.b64encode(MARKUP.encode()).decode(), "encoding": "base64"}
    found = of_har(
        har(
            entry("https://cdn.example/a.js", "text/javascript", content={"text": "a()"}, httpVersion="h3", at=11),
            entry(HOME + "?q=SECRET", "text/html", content=markup, headers=HEADERS),
            entry("https://mairie.example/i.jpg", "image/jpeg", content={"size": None}, httpVersion=""),
            entry("data:text/plain,a", "text/plain"),
        ),
        budget=(2_000, 9),
    )
    assert "SECRET" not in repr(found)
    assert found.resources
    first = found.resources[0]
    assert (first.url, first.encoding, first.keeps) == (HOME, "br", True)
    assert (found.resources[1].encoding, found.resources[1].keeps) == (None, None)
    assert {one.protocol for one in found.resources} == {"h3", "h2", None}
    assert found.images == (Image("https://mairie.example/i.jpg", frozenset({"jpeg"})),)  # not those of the markup
    assert (found.bytes, found.requests, found.with_javascript) == (3_000, 3, True)
    assert found.third_parties == ("cdn.example",)
    told = checks.of_page(found)
    assert {
        name: told[name].outcome for name in ("third_parties", "budget", "image_formats", "autoplay")
    } == dict.fromkeys(("third_parties", "budget", "image_formats", "autoplay"), "adverse")


def test_a_record_without_bodies_says_nothing_of_the_markup() -> None:
    found = of_har(har(entry(HOME, "text/html"), entry("https://mairie.example/a.css", "text/css")))
    assert (found.viewport, found.fields, found.fonts, found.asks_to_notify) == (None, None, None, None)
    assert found.images == ()
    broken = entry(HOME, "text/html", content={"text": "é", "encoding": "base64"})
    assert of_har(har(broken)).viewport is None
    unpacked = entry(HOME, "text/html", _transferSize=None, headersSize=-1, bodySize=-1)
    assert of_har(har(unpacked)).bytes is None


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(FootprintError) as found:
        of_har(b'{"audits": {}}')
    assert found.value.code == "no_page"


@pytest.mark.parametrize("budget", [(-1, None), (None, -1)])
def test_a_budget_below_zero_is_refused(budget: tuple[int | None, int | None]) -> None:
    with pytest.raises(FootprintError) as found:
        of_har(har(entry(HOME, "text/html")), budget=budget)
    assert found.value.code == "bad_budget"


def test_nothing_at_all() -> None:
    assert of_loads(HOME, []).images is None
    assert of_loads(HOME, [Load(HOME, mime="image/png")]).images == (Image(HOME, frozenset({"png"})),)
    big = Load(HOME, mime="text/html", body=b"a" * (gather.LONGEST + 1))
    assert of_loads(HOME, [big]).viewport is None


@given(st.text(alphabet="<>/\"'= styleimgfontace{}@;:url()0%", max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    found = page(text, Load("https://mairie.example/s.css", mime="text/css", body=text.encode()))
    assert checks.of_page(found).keys() == checks.OF_PAGES.keys()


@pytest.mark.parametrize(
    "piece",
    [
        "<style>",
        "@font-face{",
        "animation:",
        "animation:infinite;",
        "<img srcset=a ",
        "@media ",
        "url(",
        "<video><source>",
        "keyup ",
    ],
)
def test_a_text_written_against_it_is_read_in_one_go(piece: str) -> None:
    """What grows with the square of the text would keep this test for an hour."""
    text = piece * (1_000_000 // len(piece))
    found = page(text, Load("https://mairie.example/s.css", mime="text/css", body=text.encode()))
    assert found.endless_animations == (1_000_000 // len(piece) if piece == "animation:infinite;" else 0)
    assert (found.fonts, found.viewport) == ((), "")
