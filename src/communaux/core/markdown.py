"""Markdown of people and catalogues to safe HTML, once, when it is written."""

from __future__ import annotations

from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5", "hr", "table"}
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
