"""Markdown of people and catalogues to safe HTML, once, when it is written."""

from __future__ import annotations

import html
import re
from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5", "hr", "table"}
SIGNS = re.compile(r"[*_`#\[\]\\<>~|&]|^\s*(?:[-+]|\d+[.)])\s|^\s*[-=]+\s*$", re.MULTILINE)
LEFT = re.compile(r"\*{2,}|(?<!\w)_{2,}|_{2,}(?!\w)|\\(?=\s|$)|^#+(?=\s)", re.MULTILINE)
LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
TAGS |= {"thead", "tbody", "tr", "th", "td", "s"}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def render(text: str) -> str:
    """Return clean HTML: no script, no style, no image, headings start at level 3, links carry rel=nofollow."""
    html = _parser().render(text.replace("\x00", ""))
    for level in (5, 4, 3, 2, 1):
        deeper = min(level + 2, 5)
        html = html.replace(f"<h{level}>", f"<h{deeper}>").replace(f"</h{level}>", f"</h{deeper}>")
    return nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, link_rel="nofollow noopener", url_schemes={"http", "https"}
    )


def as_text(text: str) -> str:
    """What a reader of the rendered text sees: its words and its lines, without the signs of Markdown.

    >>> as_text("**Two** [words](https://example.org)\\n\\n- one\\n- two")
    'Two words\\n– one\\n– two'
    """
    return _shown(render(text))


def _shown(rendered: str) -> str:
    flowing = re.sub(r"(?<!>)\n(?!<)", " ", rendered)  # a line that the writer broke is one line
    shown = re.sub(r"<li>\s*(?:<p>)?", "<li>– ", flowing)
    shown = re.sub(r"</(?:p|h[3-5]|pre|blockquote|ul|ol|table)>\n?", "\n\n", re.sub(r"<br>\n?", "\n", shown))
    plain = html.unescape(re.sub(r"<[^>]+>", "", shown))
    return re.sub(r"\n{2,}(?=– )", "\n", re.sub(r"\n{3,}", "\n\n", plain)).strip()


def plain(text: str) -> str:
    """A text to search in and to cut excerpts of: words and addresses of links, and no sign of Markdown, well written or not.

    >>> plain("**I) The problem ? **Nobody\\n## [Knows](https://a.example)<br>why \\\\ ")
    'I) The problem ? Nobody\\n\\nKnows (https://a.example) why'
    """
    if not SIGNS.search(text):
        return text
    rendered = render(BREAK.sub(" ", text).replace("![", "["))
    return LEFT.sub("", _shown(LINK.sub(_addressed, rendered))).strip()


def _addressed(link: re.Match[str]) -> str:
    address, words = link.groups()
    return words if words.removesuffix("/") == address.removesuffix("/") else f"{words} ({address})"
