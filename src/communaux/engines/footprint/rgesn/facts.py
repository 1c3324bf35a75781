"""What automatic checks look at: facts of one page, read once, and what a host declares. None: nobody looked, or nobody said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Font:
    """A file of a font. `family` as the style sheet names it, "" where it was not seen; `size`: bytes that were transferred."""

    family: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A bitmap image. `formats`: all in which it is offered, as WebP beside JPEG in a `picture`."""

    url: str
    formats: frozenset[str]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form where one types. `pattern`: it has one, or a length; `required`: it says so."""

    kind: str = "text"
    pattern: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A field that takes a file: whether it names formats, and whether the text beside it tells a size."""

    formats_told: bool
    size_told: bool | None


@dataclass(frozen=True, slots=True)
class Resource:
    """What a page loaded. `own`: from a host of the service; `text`, `static`: by its type. `size`: bytes before compression;
    `encoding`: of the transfer, "" for none; `protocol`: as "h2"; `keeps`: a browser may keep it. None where it was not seen."""

    url: str
    host: str
    own: bool
    text: bool
    static: bool
    size: int | None = None
    encoding: str | None = None
    protocol: str | None = None
    keeps: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Facts of one page. `whole`: nothing was left unread; `with_javascript`: its scripts ran.

    `viewport`: what its `meta` of that name says, "" for none; `adapts`: its styles ask the width of the screen,
    or use fluid units. `third_parties`: hosts that it reached before anybody clicked. `typing_requests`: elements that ask the
    server at each key. `asks_to_notify`: a script knows how to ask for notifications. `videos`: of each, whether a codec of today
    is offered.
    """

    url: str
    whole: bool = True
    with_javascript: bool = False
    media_playing: int | None = None
    frames_playing: int | None = None
    animated_images: int | None = None
    endless_animations: int | None = None
    viewport: str | None = None
    adapts: bool | None = None
    fonts: tuple[Font, ...] | None = None
    images: tuple[Image, ...] | None = None
    fields: tuple[Field, ...] | None = None
    unchecked_forms: int | None = None
    uploads: tuple[Upload, ...] | None = None
    resources: tuple[Resource, ...] | None = None
    third_parties: tuple[str, ...] | None = None
    typing_requests: int | None = None
    asks_to_notify: bool | None = None
    videos: tuple[bool, ...] | None = None
    bytes: int | None = None
    requests: int | None = None
    budget_bytes: int | None = None
    budget_requests: int | None = None


@dataclass(frozen=True, slots=True)
class Hosting:
    """What a host declares: `pue`, real or of the design; `wue` in l/kWh; `renewable`: a share of 1; `documents`: their days."""

    pue: float | None = None
    pue_of_design: bool | None = None
    in_service_since: date | None = None
    wue: float | None = None
    renewable: float | None = None
    documents: tuple[date, ...] = ()
