"""Text of unknown making → the words that a comparison looks at: no markup, no case, no accents, no punctuation."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
WEB: Final = re.compile(r"<(?:!doctype|html|head|body|p|div|h[1-6]|br|pre|ol|ul|table)\b[^<>]{0,500}>", re.IGNORECASE)
TAG: Final = re.compile(r"<(?:style|script)\b.{0,2000}?</(?:style|script)>|</?[a-z!][^<>]{0,2000}>", re.I | re.S)
TARGET: Final = re.compile(r"\]\([^()\s]{1,500}(?:\s\"[^\"]{0,200}\")?\)")
WORD: Final = re.compile(r"[^\W_]+")
SAME: Final = {"licence": "license", "licences": "licenses", "©": " c "}
NOTICE: Final = re.compile(
    r"^\W{0,20}(?:(?:portions|parts|droits? d.auteur)\W{1,3})?"
    r"(?:copyright\s*(?:\(c\)|©|[<\[{(:]|\d{4}|by\b)|(?:©|\(c\))\s*(?:copyright|[<\[{]|\d{4})).*$"
    r"|^\W{0,20}all rights reserved\W{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
TITLE: Final = re.compile(r"\A\W{0,20}licen[cs]e[^\w\n]{0,20}(?:\n|\Z)", re.IGNORECASE)
SLOTS: Final = (
    (
        re.compile(r"neither the names? (?:of )?(?:\S+ ){1,25}?nor the names"),
        "neither the name of holder nor the names",
    ),
    (re.compile(r"is provided by (?:\S+ ){1,20}?as is"), "is provided by holder as is"),
    (re.compile(r"in no event shall (?:\S+ ){1,20}?be liable"), "in no event shall holder be liable"),
)


def decoded(content: bytes) -> str:
    r"""Bytes as text, whatever they are: a mark of order, else UTF-8, else Latin-1.

    >>> decoded(b"\xef\xbb\xbfaccord\xc3\xa9"), decoded(b"accord\xe9")
    ('accordé', 'accordé')
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def plain(text: str) -> str:
    """Without the markup of a page or the addresses of Markdown links.

    >>> plain("<p>The &quot;Work&quot;</p> [text](https://example.org)").strip()
    'The "Work"  [text]'
    """
    if WEB.search(text):
        text = html.unescape(TAG.sub(" ", uncommented(text)))
    return TARGET.sub("]", text)


def uncommented(text: str) -> str:
    """Without the comments of HTML and XML, in one pass however many are opened.

    >>> uncommented("a<!-- b -->c<!-- d")
    'ac'
    """
    return "".join(one.split("<!--", 1)[0] for one in text.split("-->"))


def words(text: str, *, notices: bool = True) -> tuple[str, ...]:
    """The words of a plain text, in order; without a bare title « Licence », nor, when `notices`
    is false, its lines of copyright.

    Names of holders that a licence leaves open become one word (SPDX matching guidelines, « replaceable text »).

    >>> words("Copyright (c) 2024 Jean\\nLa Licence, accordée", notices=False)
    ('la', 'license', 'accordee')
    """
    text = TITLE.sub("", text)
    if not notices:
        text = NOTICE.sub("", text)
    text = folded(text).replace("©", " c ")
    found = " ".join(SAME.get(word, word) for word in WORD.findall(text))
    for slot, same in SLOTS:
        found = slot.sub(same, found)
    return tuple(found.split(" ")) if found else ()


def folded(text: str) -> str:
    """Lower case, without accents.

    >>> folded("ÉTÉ Œuvre")
    'ete œuvre'
    """
    text = text.lower()
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
