"""A page as it is sent: its elements and what it refers to, whatever the text is."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.footprint import markup
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.markup import facts_of_html

BASE = "https://example.org/a/page?q=SECRET"
PAGE = """<!DOCTYPE html>
<html lang=fr><head><title>A <b> in a title is text</title>
<link rel="Stylesheet" href="/s.css?v=1"><link rel=canonical href=/elsewhere><link rel=icon>
<script src='https://cdn.example/x.js'></script><script>if (a < b) document.write("<img src=no.png>")</script>
<style>p::after { content: "<i>" }</style></head>
<body><!-- <img src=never.png> > --><p title="a > b">1 < 2 <img src="i.png"><IMG SRC=i.png#again alt>
<img srcset="big.webp 2x, small.webp 1x"><img src="data:image/png;base64,AA=="><img src="http://[bad">
<template><img src=later.png></template><video poster=p.jpg src="/v.webm"></video><iframe src="https://video.example/e"></iframe>
<noscript><img src="count&amp;er.png"></noscript><textarea><i></textarea></p></body></html>"""


def test_what_a_page_says_of_itself() -> None:
    found = facts_of_html(PAGE, BASE)
    assert found.source == "html"
    assert found.url == "https://example.org/a/page"
    # html, head, title, 3 links, 2 scripts, style, body, p, 5 images, template, video, iframe, noscript, image, textarea
    assert found.dom_nodes == 22
    # the page, s.css, x.js, i.png once, big.webp, p.jpg, v.webm, the frame, count&er.png
    assert found.requests == 9
    assert found.third_parties == ("cdn.example", "video.example")
    assert found.warnings == {"bad_address": 1, "never_sent": 1, "not_followed": 3}
    assert (found.size, found.fonts, found.font_bytes, found.with_javascript) == (None, None, None, False)
    assert facts_of_html(PAGE, BASE, ["cdn.example"]).third_parties == ("example.org", "video.example")


@pytest.mark.parametrize(
    ("text", "elements", "requests"),
    [
        ("", 3, 1),
        ("plain < text <3 </p>", 3, 1),
        ("<p><p>", 5, 1),
        ("<BODY><P>", 4, 1),
        ("<p><img src=a", 4, 1),
        ('<img src="a><img src=b><img src=c>', 6, 3),
        ("<!-- <p>", 3, 1),
        ("<script><p>", 4, 1),
        ("<script></scriptx><p></SCRIPT><p>", 5, 1),
        ("<template><p></template><p>", 5, 1),
        ("<template><template></template><p></template><p>", 5, 1),
        ("</template><p>", 4, 1),
        ("<img src=a src=b><img src='a'>", 5, 2),
        ("<img src=''><img srcset=' '><img>", 6, 1),
        ("<base href='https://other.example/x/'><base href=/no><img src=a><img src=https://other.example/x/a>", 7, 2),
        ("<img srcset='a.webp, b.webp 2x'><img src=a.webp><img src=c srcset='d 2x'>", 6, 3),
        ("<img src='a&amp;b'><img src='a&b'>", 5, 2),
        ("<base href='http://['><img src=a>", 5, 2),
        ("<object data=o.svg></object><embed src=e><audio src=s><track src=t>", 7, 5),
        ("<a href=x><form action=y><img src=javascript:1><iframe src=about:blank>", 7, 1),
    ],
)
def test_elements_and_requests(text: str, elements: int, requests: int) -> None:
    found = facts_of_html(text, BASE)
    assert (found.dom_nodes, found.requests) == (elements, requests)


def test_what_a_script_and_an_image_share_is_followed_no_more() -> None:
    found = facts_of_html("<script src=a></script><img src=a>", BASE)
    assert (found.requests, found.warnings) == (2, {"not_followed": 1})


@pytest.mark.parametrize("base", ["/page", "data:text/html,x", "http://["])
def test_an_address_that_is_none(base: str) -> None:
    with pytest.raises(FootprintError, match="bad_url"):
        facts_of_html("", base)


def test_a_text_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "LONGEST", 10)
    with pytest.raises(FootprintError, match="page_too_large"):
        facts_of_html(" " * 11, BASE)


@pytest.mark.parametrize(
    "piece", ["<", "<!--", '<a "', "<a '", '<a ">"', "<![CDATA[", "<a b=", "<script", "<script>", "</", "<template>"]
)
def test_a_text_that_is_written_against_it_takes_no_longer(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    began = time.process_time()
    facts_of_html(text, BASE)
    assert time.process_time() - began < 3


class Standard(HTMLParser):
    """The elements of the standard parser."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.append(tag)


NAMES = st.sampled_from(["p", "div", "img", "a", "title", "b"])
WORDS = st.text(st.characters(codec="ascii", exclude_characters="<&\"'>=`/"), max_size=6)
VALUES = st.text(st.characters(codec="ascii", exclude_characters="\"'&"), max_size=6)
TAGS = st.builds(lambda name, word, value: f'<{name} class="{value}">{word}</{name}>', NAMES, WORDS, VALUES)


@given(st.lists(TAGS, max_size=8).map("".join))
def test_elements_are_those_of_the_standard_parser(text: str) -> None:
    standard = Standard()
    standard.feed(text)
    standard.close()
    assert facts_of_html(text, BASE).dom_nodes == 3 + len(standard.names)


@given(st.text(st.sampled_from("<>/!-=\"' aimgscrtpel[&;:\x00é"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    found = facts_of_html(text, BASE)
    assert found.dom_nodes is not None
    assert found.dom_nodes <= 3 + text.count("<")
