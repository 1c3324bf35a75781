"""What checks look at, taken from what a page loaded: a record of a browser, or what a plain reader without scripts fetched.

What could not be read is None, never "no". Patterns over texts of others go forward only: none can be made slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from communaux.engines.footprint.markup import LONGEST, Tag, joined, tags
from communaux.engines.footprint.pagefacts import host_of, is_font, page_url, third_parties
from communaux.engines.footprint.rgesn.facts import Field, Font, Image, Page, Resource, Upload

TYPED: Final = frozenset(
    (
        "",
        "text",
        "search",
        "email",
        "url",
        "tel",
        "number",
        "password",
        "date",
        "datetime-local",
        "month",
        "time",
        "week",
    )
)
LIMITS: Final = ("pattern", "maxlength", "minlength", "min", "max", "list", "inputmode")
BITMAPS: Final = {"jpg": "jpeg", "pjpeg": "jpeg", "x-png": "png"} | {
    one: one for one in ("jpeg", "png", "gif", "webp", "avif", "jxl", "bmp", "tiff")
}
MEDIA: Final = frozenset(("media", "image", "font", "css", "js"))
MODERN_CODECS: Final = re.compile(r"av01|vp0?9|hvc1|hev1|video/webm", re.IGNORECASE)
SIZE_TOLD: Final = re.compile(r"\d\s*(?:[kmg]o|[kmg]b|octets|bytes)\b", re.IGNORECASE)
FAMILY: Final = re.compile(r"font-family\s*+:\s*+[\"']?+([^;\"'}]++)", re.IGNORECASE)
SOURCE: Final = re.compile(r"url\(\s*+[\"']?+([^)\"']++)", re.IGNORECASE)
FLUID: Final = re.compile(r"@container|\d(?:vw|vi|fr|%)|\bflex\b", re.IGNORECASE)
TYPING: Final = re.compile(r"\b(?:keyup|keydown|input)\b")
ASKS: Final = ("Notification.requestPermission", "pushManager.subscribe")
BREAKS: Final = re.compile("[;{}]")
GIF_FRAME: Final = b"\x21\xf9\x04"


@dataclass(frozen=True, slots=True)
class Load:
    """An answer that a page got. `body`: unpacked; None: not kept. `size` of it and `sent` over the network, in bytes.

    `encoding`: "" for none; `keeps`: whether a browser may keep it or ask whether it changed. None: not seen.
    """

    url: str
    status: int = 200
    mime: str = ""
    body: bytes | None = None
    size: int | None = None
    sent: int | None = None
    encoding: str | None = None
    protocol: str | None = None
    keeps: bool | None = None

    @property
    def kind(self) -> str:
        """html, css, js, font, image, media, text or other, by what it says it is."""
        mime = self.mime.partition(";")[0].strip().lower()
        if mime in ("text/html", "application/xhtml+xml"):
            return "html"
        if is_font(mime):
            return "font"
        if "javascript" in mime or "ecmascript" in mime:
            return "js"
        if mime == "text/css":
            return "css"
        main = mime.partition("/")[0]
        if main in ("audio", "video"):
            return "media"
        return main if main in ("image", "text") else "text" if mime.endswith(("json", "xml")) else "other"

    @property
    def is_text(self) -> bool:
        return self.kind in ("html", "css", "js", "text") or self.mime.startswith("image/svg")

    def text(self) -> str | None:
        return None if self.body is None or len(self.body) > LONGEST else self.body.decode("utf-8", "replace")


def kept(headers: Mapping[str, str]) -> bool:
    """Whether a browser may keep an answer, or ask whether it changed; names of headers in small letters.

    >>> kept({"cache-control": "no-store", "etag": "1"}), kept({"etag": "1"}), kept({"cache-control": "max-age=0"})
    (False, True, False)
    """
    told = headers.get("cache-control", "").lower()
    if "no-store" in told:
        return False
    lasts = re.search(r"max-age\s*=\s*\"?0*[1-9]", told)
    return bool(lasts or headers.get("etag") or headers.get("last-modified") or headers.get("expires"))


def of_loads(
    url: str,
    loads: Sequence[Load],
    *,
    fonts: Sequence[Load] = (),
    own_hosts: Iterable[str] = (),
    whole: bool = True,
    with_javascript: bool = False,
    budget: tuple[int | None, int | None] = (None, None),
) -> Page:
    """`loads`: the page itself first; `fonts`: those that its sheets declare, of which a browser may load some; `whole`: nothing
    that it asks for was left out; `budget`: bytes and requests."""
    sheets = _sheets(loads)
    named = list(own_hosts)
    strangers = set(third_parties({_host(one) for one in loads}, named, url))
    sent = [one.sent for one in loads]
    told: dict[str, Any] = _of_markup(loads, sheets)
    told |= _of_styles(sheets, (*loads, *fonts))
    if with_javascript:  # a script may show others
        told["images"] = _images_that_came(loads)
    return Page(
        page_url(url),
        whole=whole,
        with_javascript=with_javascript,
        animated_images=_animated(loads),
        resources=tuple(_resource(one, strangers) for one in loads),
        third_parties=tuple(sorted(strangers)),
        asks_to_notify=_asking(loads),
        bytes=None if None in sent else sum(one for one in sent if one is not None),
        requests=len(loads),
        budget_bytes=budget[0],
        budget_requests=budget[1],
        **told,
    )


def _host(one: Load) -> str:
    return host_of(urlsplit(one.url))


def _resource(one: Load, strangers: set[str]) -> Resource:
    host, static = _host(one), one.kind in MEDIA
    own = host not in strangers
    more = {"size": one.size, "encoding": one.encoding, "protocol": one.protocol, "keeps": one.keeps}
    return Resource(page_url(one.url), host, own=own, text=one.is_text, static=static, **more)  # type: ignore[arg-type]  # each by its name


def _texts(loads: Iterable[Load], kind: str) -> tuple[list[str], bool]:
    """Of one kind, and whether all of them could be read."""
    found = [one.text() for one in loads if one.kind == kind]
    return [one for one in found if one is not None], None not in found


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Style sheets and `style` elements, each with the address from which it speaks; `whole`: all could be read."""

    texts: tuple[tuple[str, str], ...]
    whole: bool


def _sheets(loads: Sequence[Load]) -> _Sheets:
    found = [(one.url, one.text()) for one in loads if one.kind == "css"]
    page = loads[0].text() if loads and loads[0].kind == "html" else None
    inside = [(loads[0].url, one) for one in _styles(page)] if page is not None else []
    texts = [(url, text) for url, text in found if text is not None]
    return _Sheets((*inside, *texts), page is not None and len(texts) == len(found))


def _styles(text: str) -> Iterator[str]:
    """What `style` elements hold."""
    small, at = text.lower(), 0
    while (at := small.find("<style", at)) != -1:
        end = small.find("</style", at)
        if end == -1:
            return
        yield text[small.find(">", at, end) + 1 : end]
        at = end


def _of_markup(loads: Sequence[Load], sheets: _Sheets) -> dict[str, Any]:
    text = loads[0].text() if loads and loads[0].kind == "html" else None
    if text is None:
        return {"images": _images_that_came(loads)}
    every = list(tags(text))
    inputs = [attributes for name, attributes in every if name == "input"]
    typed = [one for one in inputs if one.get("type", "").lower() in TYPED]
    typed += [one | {"type": "textarea"} for name, one in every if name == "textarea"]
    shows = bool(SIZE_TOLD.search(text))
    uploads = [one for one in inputs if one.get("type", "").lower() == "file"]
    metas = [one for name, one in every if name == "meta" and one.get("name", "").lower() == "viewport"]
    frames = [one.get("src", "") for name, one in every if name == "iframe"]
    return {
        "viewport": metas[0].get("content", "") if metas else "",
        "adapts": any(_fluid(one) for _url, one in sheets.texts) or (False if sheets.whole else None),
        "media_playing": sum(name in ("video", "audio") and "autoplay" in one for name, one in every),
        "frames_playing": sum("autoplay=1" in one or "autoplay=true" in one for one in frames),
        "fields": tuple(_field(one) for one in typed),
        "unchecked_forms": sum(name == "form" and "novalidate" in one for name, one in every),
        "uploads": tuple(Upload(bool(one.get("accept")), shows) for one in uploads),
        "images": tuple(_images(every, loads)),
        "typing_requests": sum(_typing(one.get("hx-trigger", "")) for _name, one in every),
        "videos": tuple(_videos(every)),
    }


def _field(told: Mapping[str, str]) -> Field:
    return Field(told.get("type", "").lower(), any(one in told for one in LIMITS), "required" in told)


def _images(every: Iterable[Tag], loads: Sequence[Load]) -> Iterator[Image]:
    """Bitmaps that the page shows, each with the formats in which it is offered: those of its `picture`, and its own."""
    came = {one.url: _format(one.mime) for one in loads if one.kind == "image"}
    base, offered = loads[0].url, set[str]()
    for name, told in every:
        if name == "picture":
            offered = set()
        elif name == "source" and "srcset" in told:
            offered.add(
                _format(told.get("type", "")) or _ending(told["srcset"].split()[0] if told["srcset"].split() else "")
            )
        elif name == "img":
            address = told.get("src") or next(iter(told.get("srcset", "").split()), "")
            own = came.get(joined(base, address) or "") or _ending(address)
            formats = frozenset(one for one in (own, *offered) if one)
            offered = set()
            if formats and not address.startswith("data:"):
                yield Image(page_url(joined(base, address) or base), formats)


def _images_that_came(loads: Sequence[Load]) -> tuple[Image, ...] | None:
    """Where the markup is not there: what a browser took is the best that it was offered."""
    if not loads:
        return None
    found = ((one.url, _format(one.mime)) for one in loads)
    return tuple(Image(page_url(url), frozenset({kind})) for url, kind in found if kind)


def _format(mime: str) -> str:
    """Of a bitmap, "" of anything else."""
    main, _slash, kind = mime.partition(";")[0].strip().lower().partition("/")
    return BITMAPS.get(kind, "") if main == "image" else ""


def _ending(address: str) -> str:
    return BITMAPS.get(address.partition("?")[0].rpartition(".")[2].lower(), "")


def _videos(every: Iterable[Tag]) -> Iterator[bool]:
    """Of each video that names its sources, whether one is by a codec of today."""
    now: list[bool] = []
    inside = False
    for name, told in every:
        if name == "video":
            if inside and now:
                yield any(now)
            inside, now = True, [_modern(told)] if told.get("src") else []
        elif name == "source" and "srcset" not in told and inside:
            now.append(_modern(told))
    if inside and now:
        yield any(now)


def _modern(told: Mapping[str, str]) -> bool:
    ending = told.get("src", "").partition("?")[0].lower()
    return bool(MODERN_CODECS.search(told.get("type", ""))) or ending.endswith(".webm")


def _of_styles(sheets: _Sheets, loads: Sequence[Load]) -> dict[str, Any]:
    moving = [text for _url, text in sheets.texts if "infinite" in text.lower()]
    endless = sum(_endless(one) for text in moving for one in BREAKS.split(text))
    return {"endless_animations": endless if endless or sheets.whole else None, "fonts": _fonts(sheets, loads)}


def _endless(declaration: str) -> bool:
    name, _colon, value = declaration.strip().lower().partition(":")
    return name.strip() in ("animation", "animation-iteration-count") and "infinite" in value.split()


def _fluid(css: str) -> bool:
    asks = (one.partition("@media")[2] for one in css.lower().split("{"))
    return any("width" in one for one in asks) or bool(FLUID.search(css))


def _typing(trigger: str) -> bool:
    """Whether one of its events is a key without a wait."""
    return any(TYPING.search(one) and "delay:" not in one for one in trigger.split(","))


def _faces(css: str) -> Iterator[str]:
    """What each rule of a font holds."""
    for rule in css.split("}")[:-1]:
        head, _brace, inside = rule.rpartition("{")
        if head.rstrip().lower().endswith("@font-face"):
            yield inside


def _fonts(sheets: _Sheets, loads: Sequence[Load]) -> tuple[Font, ...] | None:
    """Files that came; those that a sheet declares only name their family. None where nothing tells whether there are more."""
    families = {address: family for family, address in _declared(sheets)}
    came = [one for one in loads if one.kind == "font"]
    if not came and not sheets.whole:
        return None
    return tuple(Font(families.get(one.url, ""), one.sent if one.sent is not None else one.size) for one in came)


def _declared(sheets: _Sheets) -> Iterator[tuple[str, str]]:
    for url, text in sheets.texts:
        for face in _faces(text):
            family = FAMILY.search(face)
            for address in SOURCE.findall(face):
                if family and (whole := joined(url, address)):
                    yield family[1].strip(), whole


def shows_images(css: str) -> bool:
    """Whether a style sheet names files that are no fonts: a browser loads those of the elements that are there."""
    fonts = sum(len(SOURCE.findall(face)) for face in _faces(css))
    return sum(not one.startswith(("data:", "#")) for one in SOURCE.findall(css)) > fonts


def declared_fonts(css: str, url: str) -> list[str]:
    """Addresses of the first file of each font that a style sheet declares."""
    found = []
    for face in _faces(css):
        first = SOURCE.search(face)
        whole = joined(url, first[1]) if first else None
        if whole and not whole.startswith("data:"):
            found.append(whole)
    return found


def _animated(loads: Iterable[Load]) -> int | None:
    """Images that move; None where one that could was not kept."""
    found = [one for one in loads if _format(one.mime) in ("gif", "webp")]
    moving = sum(_moves(one.body) for one in found if one.body is not None)
    return moving if moving or all(one.body is not None for one in found) else None


def _moves(body: bytes) -> bool:
    return body.count(GIF_FRAME) > 1 if body.startswith(b"GIF8") else body.startswith(b"RIFF") and b"ANIM" in body[:64]


def _asking(loads: Iterable[Load]) -> bool | None:
    """Whether a script knows how to ask for notifications; None where one was not read."""
    scripts, whole = _texts(loads, "js")
    pages, read = _texts(loads, "html")
    if any(word in one for one in (*scripts, *pages) for word in ASKS):
        return True
    return False if whole and read else None
