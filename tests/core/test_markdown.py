"""Markdown of people and catalogues: what comes out is safe whatever went in."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.core.markdown import TAGS, as_text, plain, render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**gras** et _italique_", "<p><strong>gras</strong> et <em>italique</em></p>\n"),
        ("# Un\n## Deux\n### Trois\n#### Quatre", "<h3>Un</h3>\n<h4>Deux</h4>\n<h5>Trois</h5>\n<h5>Quatre</h5>\n"),
        ("~~rayé~~", "<p><s>rayé</s></p>\n"),
        ("a\x00b", "<p>ab</p>\n"),
        (
            "[ici](https://demo.example)",
            '<p><a href="https://demo.example" rel="nofollow noopener">ici</a></p>\n',
        ),
        ("![image](https://demo.example/x.png)", "<p></p>\n"),
    ],
)
def test_what_is_kept(text: str, html: str) -> None:
    assert render(text) == html


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=//demo.example></iframe>",
    "<svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    '[x](https://demo.example "onmouseover=alert(1)")',
    '<https://demo.example/"onmouseover=alert(1)>',
    "`<script>`",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
]


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every element as a browser would read it, with its attributes."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return [(str(node.tag), dict(node.attrib)) for node in tree.iter() if node is not tree]


def assert_safe(html: str) -> None:
    for tag, attributes in elements(html):
        assert tag in TAGS
        assert set(attributes) <= {"href", "rel", "title"}
        assert (
            attributes.get("href", "https:").startswith(("http:", "https:", "/", "#", "?"))
            or ":" not in attributes["href"]
        )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_harmless(text: str) -> None:
    assert_safe(render(text))


@given(st.text(alphabet=st.sampled_from("<>\"'=()[]!#*`~ \n&;:/abjsx0\x00é"), max_size=120))
def test_any_text_comes_out_harmless(text: str) -> None:
    assert_safe(render(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Des mots sans signe", "Des mots sans signe"),
        ("**gras** et _penché_", "gras et penché"),
        ("## Problème\nUn\ntexte", "Problème\n\nUn texte"),
        ("- un\n- deux", "– un\n– deux"),
        ("1. un\n2. deux", "– un\n– deux"),
        ("a \\ \\ b", "a   b"),
        ("**I) Pourquoi ? **Parce", "I) Pourquoi ? Parce"),
        ("a<br>b<BR/>c", "a b c"),
        ("[uMap](https://umap.example/fr)", "uMap (https://umap.example/fr)"),
        ("<https://umap.example/>", "https://umap.example/"),
        ("![logo](https://umap.example/l.png)", "logo (https://umap.example/l.png)"),
        ("R&amp;D &lt;vrai&gt;", "R&D <vrai>"),
        ("un_nom_de_code, a__b, C:\\dir", "un_nom_de_code, a__b, C:\\dir"),
        ("|a|b|\n|-|-|\n|c|d|", "a\nb\n\nc\nd"),
    ],
)
def test_a_text_to_search_in_has_no_sign_of_markdown(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(alphabet=st.sampled_from("<>\"'=()[]!#*`~ \n&;:/abjsx0\x00é\\_|-"), max_size=120))
def test_any_text_gives_a_plain_one(text: str) -> None:
    assert "**" not in plain(text)
    assert isinstance(as_text(text), str)
