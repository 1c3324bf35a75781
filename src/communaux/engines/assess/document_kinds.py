"""Which documents a tree has, by their names: any case, French or English, at the root and where forges look for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

PLACE: Final = r"(?:|docs?/|\.github/|\.gitlab/|\.forgejo/|\.gitea/)"
TEXT: Final = r"(?:[-_.](?:fr|en))?(?:\.(?:md|markdown|rst|txt|adoc|org|html))?"


def _file(*names: str) -> str:
    return rf"{PLACE}(?:{'|'.join(names)}){TEXT}"


def _folder(*names: str) -> str:
    return rf"{PLACE}(?:[\w-]+/)?(?:{'|'.join(names)})/[^/]+\.(?:md|markdown|rst|txt|adoc|org)"


KINDS: Final[Mapping[str, str]] = {
    "readme": _file("readme", "lisez[-_ ]?moi"),
    "contributing": _file("contribut(?:ing|e|ions?)", "contribuer", "guide[-_ ]de[-_ ]contribution"),
    "conduct": _file("code[-_ ]of[-_ ]conduct", "conduct", "code[-_ ]de[-_ ]conduite", "conduite"),
    "governance": rf"{_file('governance', 'gouvernance')}|{_folder('governance', 'gouvernance')}",
    "charter": _file("charte", "charter", r"charte[-_ ]\w+"),
    "maintainers": _file(
        "maintainers", "authors", "owners", "mainteneu?rs", "mainteneuses?", "auteurs?", "equipe", "team"
    ),
    "codeowners": r"(?:|docs/|\.github/|\.gitlab/)codeowners",
    "security": rf"(?!security\.txt$){_file('security', 'securite', 'sécurité', r'security[-_ ]policy')}",
    "security_txt": r"(?:.*/)?\.well-known/security\.txt|security\.txt",
    "support": _file("support", "aide", "assistance"),
    "changelog": _file(
        "change[-_]?log", "changes", "news", "history", "releases", "historique", "journal[-_ ]des[-_ ]modifications"
    ),
    "roadmap": _file("roadmap", "feuille[-_ ]de[-_ ]route"),
    "decisions": _folder("adrs?", "rfcs?", "decisions", "décisions", "decision-records", "peps"),
    "dco": _file("dco", "developer[-_ ]certificate[-_ ]of[-_ ]origin"),
    "cla": _file(
        "cla",
        r"(?:i|c|individual|corporate)[-_ ]?cla",
        "contributor[-_ ]licen[cs]e[-_ ]agreement",
        "contributor[-_ ]agreement",
    ),
    "funding": r"(?:|docs?/|\.github/)funding\.(?:ya?ml|json)|\.well-known/funding-manifest-urls",
    "trademark": _file("trademarks?", "trademark[-_ ]policy", "politique[-_ ]de[-_ ]marque"),
    "publiccode": r"publiccode\.ya?ml",
    "mailmap": r"\.mailmap",
    "accessibility": _file(
        "accessibility", "accessibilite", "accessibilité", r"declaration[-_ ](?:d[-_ ])?accessibilite"
    ),
}
PATTERNS: Final = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in KINDS.items()}
LANGUAGE: Final = re.compile(
    r"(?:^|/)(?:locales?|i18n|l10n|lang|langs|languages|translations?|po)/(?:[\w.-]+/)??"
    r"(?P<code>[a-z]{2}(?:[-_][A-Z]{2})?)(?:\.(?:po|json|ya?ml|ts|xlf|properties|arb|php)$|/)"
)
PO: Final = re.compile(r"(?:^|/)(?P<code>[a-z]{2}(?:[-_][A-Z]{2})?)\.(?:po|xlf)$")


def found(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Every kind of document with its files, the plainest name first; a kind without any is there, empty.

    >>> {kind: files for kind, files in found(["Gouvernance.md", "docs/adr/0001-x.md"]).items() if files}
    {'governance': ('Gouvernance.md',), 'decisions': ('docs/adr/0001-x.md',)}
    """
    held: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for path in set(paths):
        for kind, pattern in PATTERNS.items():
            if len(path) < 200 and pattern.fullmatch(path):
                held[kind].append(path)
    return {kind: tuple(sorted(files, key=lambda one: (one.count("/"), len(one), one))) for kind, files in held.items()}


def languages(paths: Iterable[str]) -> tuple[str, ...]:
    """The languages that the names of translation files show.

    >>> languages(["app/locale/fr/LC_MESSAGES/django.po", "i18n/pt-BR.json", "po/br.po", "src/main.c"])
    ('br', 'fr', 'pt-BR')
    """
    matches = (LANGUAGE.search(path) or PO.search(path) for path in paths if len(path) < 300)
    return tuple(sorted({one["code"] for one in matches if one}))
