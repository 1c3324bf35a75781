"""The documents by which a community welcomes, decides and answers: absent, there, saying something, kept up to date.

Kept up to date needs dates, which are passed in: when each file last changed, and the window in which that counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from communaux.engines.assess.declared_end import End, declared_end
from communaux.engines.assess.document_kinds import KINDS, found, languages
from communaux.engines.assess.enclosure import Signal, signals
from communaux.engines.assess.funding import Funding, funding
from communaux.engines.assess.own_words import ENOUGH, own
from communaux.engines.assess.words import decoded, plain

type State = Literal["absent", "present", "substantive", "maintained"]

MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
NAME: Final = re.compile(r"(?<![\w.@/])@([A-Za-z0-9](?:[\w-]{0,38}))(?![\w./])")
FORM: Final = re.compile(
    r"(?:contact|report|signal|écri|ecri|conduct|abuse|reach|adresse|mail)[^\n]{0,160}?(https?://[^\s)>\]]+|\+?\d[\d .-]{8,}\d)",
    re.I,
)
EXAMPLE: Final = re.compile(
    r"insert|contributor-covenant\.org|contributing\.md|example\.(?:com|org)$|your-?(?:mail|email|domain)", re.I
)


@dataclass(frozen=True, slots=True)
class Document:
    """One kind. `words`: own words of the fullest file that was read, -1 when none was; `template`: what that one copies."""

    kind: str
    state: State
    paths: tuple[str, ...]
    words: int = -1
    template: str = ""


@dataclass(frozen=True, slots=True)
class Documents:
    """All that the documents of a tree say."""

    documents: tuple[Document, ...]
    languages: tuple[str, ...]
    end: End | None
    signals: tuple[Signal, ...]
    funding: tuple[Funding, ...]

    def of(self, kind: str) -> Document:
        """The document of a kind; raise KeyError for a kind that there is not.

        >>> documents({}, []).of("readme").state
        'absent'
        """
        return {one.kind: one for one in self.documents}[kind]


def documents(
    texts: Mapping[str, bytes],
    paths: Iterable[str],
    *,
    changed: Mapping[str, int] | None = None,
    window: tuple[int, int] | None = None,
    description: str = "",
    name: str = "",
) -> Documents:
    """Every kind of document, and what they declare. `changed`: path → time of its last change, in the unit of `window`,
    which is (after, up to); `description` and `name` of the repository.

    >>> told = documents({"README.md": b"Short."}, ["README.md", "docs/GOVERNANCE.md"])
    >>> [(one.kind, one.state, one.words) for one in told.documents if one.paths]
    [('readme', 'present', 1), ('governance', 'present', -1)]
    """
    every = sorted(set(paths))
    kinds = found(every)
    read = next((one for one in kinds["readme"] if one in texts), "")
    return Documents(
        tuple(_document(kind, kinds[kind], texts, changed or {}, window) for kind in KINDS),
        languages(every),
        declared_end(texts.get(read, b""), path=read, description=description, name=name),
        signals(texts, every),
        funding(texts),
    )


def _document(
    kind: str,
    paths: tuple[str, ...],
    texts: Mapping[str, bytes],
    changed: Mapping[str, int],
    window: tuple[int, int] | None,
) -> Document:
    read = [(own(texts[path]), path) for path in paths if path in texts]
    if not read:
        return Document(kind, "present" if paths else "absent", paths)
    fullest, _ = max(read, key=lambda one: (one[0].words, one[1]))
    fresh = any(window and window[0] < changed[path] <= window[1] for path in paths if path in changed)
    state: State = "present" if fullest.words < ENOUGH else "maintained" if fresh else "substantive"
    return Document(kind, state, paths, fullest.words, fullest.template)


def contact(content: bytes) -> str:
    """The first way to reach somebody that a document gives: a mail, a form, a telephone; "" when it is left to be filled.

    >>> contact(b"Write to conduct@demo.example"), contact(b"reported at [INSERT CONTACT METHOD].")
    ('conduct@demo.example', '')
    """
    text = plain(decoded(content).replace("](", " ").replace("<", " ").replace(">", " "))
    ways = (*(one[0] for one in MAIL.finditer(text)), *(one[1].rstrip(".,;") for one in FORM.finditer(text)))
    return next((one for one in ways if not EXAMPLE.search(one)), "")


def people(content: bytes) -> tuple[str, ...]:
    """Whom MAINTAINERS or CODEOWNERS name, as accounts and mails in lower case, each once; never to be kept or shown.

    >>> people(b"* @demo-one two@demo.example")
    ('@demo-one', 'two@demo.example')
    """
    text = decoded(content)
    told = [(one.start(), one[0].lower()) for pattern in (MAIL, NAME) for one in pattern.finditer(text)]
    return tuple(dict.fromkeys(one for _, one in sorted(told)))
