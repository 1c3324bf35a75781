"""The normal form of an address, by which two records are seen to be of one commons (01 § 3.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final
from urllib.parse import quote, unquote, urlsplit

SSH: Final = re.compile(r"(?:ssh://)?[\w.-]+@([^:/\s]+)(?::\d+/|[:/])(\S+)")
FORGE_NAME: Final = re.compile(r"(?:git|gitea|forge|forgejo|[\w-]*gitlab[\w-]*)\.[\w-]+\..+")
FORGE_HOSTS: Final = frozenset(
    (
        *("github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "gitee.com", "framagit.org", "salsa.debian.org"),
        *("git.sr.ht", "notabug.org", "pagure.io", "sourceforge.net", "code.europa.eu", "code.usgs.gov", "opendev.org"),
    )
)
NOT_FORGES: Final = frozenset(("about.gitlab.com", "docs.gitlab.com", "docs.github.com"))
OWNER_STEPS: Final = frozenset(("orgs", "users", "groups", "u"))
# Pages of a whole repository; a folder or a file in it may be a commons of its own and stays.
NO_SUFFIX: Final = frozenset({"git.sr.ht"})  # takes no `.git`
WHOLE: Final = re.compile(r"/(?:-/)?(?:tree/[^/]+|wiki|issues|releases|activity|commits|pulls|files|files/.*)/?$")

# Owner and name, never deeper
TWO_STEPS: Final = frozenset(("github.com", "codeberg.org", "bitbucket.org", "gitee.com", "notabug.org", "git.sr.ht"))
# Where the path of a repository ends and that of its pages, folders and files begins
PAGES: Final = frozenset(
    (
        *("-", "tree", "blob", "raw", "commit", "commits", "issues", "pulls", "merge_requests", "wiki", "wikis"),
        *("releases", "activity", "files", "src/branch", "src/commit", "src/tag"),
    )
)

KEPT: Final = 50_000  # addresses remembered: an import meets each some ten times
LONGEST_KEPT: Final = 300  # letters of one, so that the memory is bounded too


def kept[T](read: Callable[[str], T]) -> Callable[[str], T]:
    """A pure reading of an address that is done once for each of the last ones."""
    remembered = lru_cache(maxsize=KEPT)(read)

    @wraps(read)
    def look(url: str) -> T:
        return remembered(url) if len(url) <= LONGEST_KEPT else read(url)

    return look


@kept
def normal_url(url: str) -> str:
    """Host in lower case without `www.`, no scheme, query, fragment, trailing `/` or `.git`; '' without a host.

    On the large forges, which do not tell case in paths, the path is in lower case; a page about a whole repository is
    the repository.

    >>> normal_url("https://www.GitHub.com/Hubblo-org/Scaphandre.git?tab=readme#top")
    'github.com/hubblo-org/scaphandre'
    """
    host, path = split(url)
    if not host:
        return ""
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    if is_forge(host):
        path = WHOLE.sub("", path) if path.count("/") > 2 else path
        path = path.lower() if host in FORGE_HOSTS else path
    return host + path.removesuffix(".git").rstrip("/")


def split(url: str) -> tuple[str, str]:
    """Host and path; `git@host:owner/name` is an address too."""
    found = url.strip()
    if ssh := SSH.fullmatch(found):
        return ssh[1].lower(), "/" + ssh[2]
    try:
        parts = urlsplit(found if "://" in found else f"//{found}")
        host = (parts.hostname or "").lower().rstrip(".").removeprefix("www.")
        port = parts.port
    except ValueError:
        return "", ""
    if "." not in host or re.search(r"\s", host):
        return "", ""
    return (host if port in (None, 80, 443) else f"{host}:{port}"), unquote(parts.path)


def is_forge(host: str) -> bool:
    """A known forge, or a host named like one (`gitlab.adullact.net`, `git.eclipse.org`)."""
    return host not in NOT_FORGES and (host in FORGE_HOSTS or bool(FORGE_NAME.fullmatch(host)))


def on_forge(url: str) -> bool:
    """True when the address is one of a forge."""
    return is_forge(split(url)[0])


@kept
def is_owner_page(url: str) -> bool:
    """True for the page of a person or organisation on a forge, or of the forge itself: it identifies no commons.

    >>> is_owner_page("https://github.com/tchapgouv"), is_owner_page("https://github.com/umap-project/umap")
    (True, False)
    """
    host, path = split(url)
    if not is_forge(host):
        return False
    steps = [step for step in path.split("/") if step]
    if steps and steps[0] in OWNER_STEPS:
        return len(steps) <= 3
    return len(steps) < 2 and not path.rstrip("/").endswith(".git")


def clone_address(url: str) -> str:
    """For git: https, and on a forge the whole repository; GitLab sends on whoever leaves `.git` out, and we follow nobody.

    >>> clone_address("git@gitlab.com:demo/velos"), clone_address("https://github.com/demo/velos/tree/main/src?tab=readme")
    ('https://gitlab.com/demo/velos.git', 'https://github.com/demo/velos.git')
    """
    host, path = split(url)
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    if is_forge(host):
        path = _of_repository(host, path)
        path = path if host in NO_SUFFIX else path.removesuffix(".git") + ".git"
    return f"https://{host}{quote(path, safe='/~@:+')}"


def _of_repository(host: str, path: str) -> str:
    """The path of the repository on a forge, without that of a page, a folder or a file of it."""
    steps = [step for step in path.split("/") if step]
    if host in TWO_STEPS:
        return "".join(f"/{step}" for step in steps[:2])
    pairs = enumerate(zip(steps, [*steps[1:], ""], strict=True))
    ends = (n for n, (step, then) in pairs if n > 1 and (step in PAGES or f"{step}/{then}" in PAGES))
    return "".join(f"/{step}" for step in steps[: next(ends, len(steps))])
