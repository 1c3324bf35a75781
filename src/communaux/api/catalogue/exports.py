"""Getting data out: one commons as publiccode.yml, CodeMeta or JSON-LD, all of them as CSV and DCAT-AP, the dumps by licence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from communaux.api.documents import DumpOut
from communaux.api.problems import REFUSALS, Problem
from communaux.api.strict import strict
from communaux.catalogue import exporting
from communaux.catalogue.formats import codemeta_writer, csv_writer, dcat_writer, publiccode_writer
from communaux.catalogue.formats.exported import Exported
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import exports, publiccode
from communaux.core.errors import NotFound

router = Router(tags=["catalogue"])
router.add_decorator(strict)

LD_JSON = "application/ld+json"
Slug = Annotated[str, Path(description="Name of the commons in addresses")]
Number = Annotated[int, Query(ge=1, le=1000, description="Of a commons with several software: which one, from 1")]
Theme = Annotated[str, Query(description="Key of a theme, as in `/themes`")]
Source = Annotated[str, Query(description="Key of a source, as in `/sources`")]
After = Annotated[str, Query(max_length=120, description="Last slug already read")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many commons at most")]
MOVED = {200: None, 308: None, **REFUSALS}


def given(media: str, kind: str = "string") -> dict[str, Any]:
    """What the description says of an answer that is no plain JSON."""
    return {"responses": {200: {"content": {media: {"schema": {"type": kind}}}}}}


def of_commons(view: Callable[[Commons, int], HttpResponse], slug: str, name: str, number: int = 1) -> HttpResponse:
    """The answer for the published commons of this slug; a merged or renamed one answers at its present address."""
    kept = exports.published_at(slug)
    if kept.slug == slug:
        return view(kept, number)
    query = f"?software={number}" if number > 1 else ""
    return HttpResponsePermanentRedirect(reverse(f"api:{name}", args=[kept.slug]) + query, preserve_request=True)


@router.get(
    "/commons/{slug}/publiccode.yml",
    url_name="publiccode",
    response=MOVED,
    openapi_extra=given("text/yaml"),
    summary="publiccode.yml of a software",
)
def publiccode_file(request: HttpRequest, slug: Slug, software: Number = 1) -> HttpResponse:
    """Version 0.7. Nothing is invented: when something the standard asks for is not known, there is no such file.

    404 then names it under `missing`.
    """
    return of_commons(_publiccode, slug, "publiccode", software)


def _publiccode(commons: Commons, number: int) -> HttpResponse:
    known = publiccode.described(commons, number)
    if known is None:
        raise _no_software(commons, number)
    try:
        data = publiccode_writer.write(known)
    except publiccode_writer.Incomplete as incomplete:
        sentence = _("What is known does not make a whole publiccode.yml: it lacks %(keys)s.")
        raise NotFound(
            "incomplete",
            sentence % {"keys": ", ".join(incomplete.missing)},
            missing=list(incomplete.missing),
            findings=[one.sentence for one in incomplete.findings],
        ) from incomplete
    return HttpResponse(data, content_type="text/yaml; charset=utf-8")


def _no_software(commons: Commons, number: int) -> NotFound:
    return NotFound(
        "no_software", _("This commons has no software of this number."), slug=commons.slug, software=number
    )


@router.get(
    "/commons/{slug}/codemeta.json",
    url_name="codemeta",
    response=MOVED,
    openapi_extra=given(LD_JSON, "object"),
    summary="CodeMeta of a software",
)
def codemeta_file(request: HttpRequest, slug: Slug, software: Number = 1) -> HttpResponse:
    """CodeMeta 3, in JSON-LD."""
    return of_commons(_codemeta, slug, "codemeta", software)


def _codemeta(commons: Commons, number: int) -> HttpResponse:
    view = _whole(commons)
    programs = [place for place, thing in enumerate(view.things) if thing.kind == "software"]
    if number > len(programs):
        raise _no_software(commons, number)
    return HttpResponse(codemeta_writer.write(view, programs[number - 1]), content_type=LD_JSON)


def _whole(commons: Commons) -> Exported:
    return exports.exported(exports.whole(Commons.objects.filter(pk=commons.pk)).get())


@router.get(
    "/commons/{slug}/jsonld",
    url_name="jsonld",
    response=MOVED,
    openapi_extra=given(LD_JSON, "object"),
    summary="A commons in the words of schema.org",
)
def jsonld(request: HttpRequest, slug: Slug) -> HttpResponse:
    """All its resources, in JSON-LD that is read without the network; `sdLicense`: licence of the words quoted."""
    return of_commons(_jsonld, slug, "jsonld")


def _jsonld(commons: Commons, number: int) -> HttpResponse:
    return HttpResponse(codemeta_writer.write_graph(_whole(commons)), content_type=LD_JSON)


@router.get(
    "/commons.csv",
    url_name="commons_csv",
    response={200: None, 422: Problem},
    openapi_extra=given("text/csv"),
    summary="Published commons as a table",
)
def commons_csv(request: HttpRequest, theme: Theme = "", source: Source = "") -> HttpResponseBase:
    """UTF-8, `;`, one line a commons, in order of slug. The description stands beside its licence and whom to name."""
    found = exports.chosen(theme, source)
    rows = (csv_writer.row(exports.brief(one)) for one in exports.in_order(exports.lined(found)))
    return _streamed(request, found, _after(csv_writer.head(), rows), "text/csv; charset=utf-8; header=present")


def _after(head: str, rows: Iterable[str]) -> Iterable[str]:
    yield head
    yield from rows


def _streamed(request: HttpRequest, found: QuerySet[Commons], pieces: Iterable[str], media: str) -> HttpResponseBase:
    """Piece by piece; the tag is made of what the answer depends on, so that nothing need be written to compare it."""
    stamp = f"{request.get_full_path()} {exports.stamp(found)}"
    tag = hashlib.sha256(stamp.encode("utf-8", "replace")).hexdigest()[:32]
    return StreamingHttpResponse(pieces, content_type=media, headers={"ETag": f'W/"{tag}"'})


@router.get(
    "/catalogue.ttl",
    url_name="catalogue_ttl",
    response={200: None, 422: Problem},
    openapi_extra=given("text/turtle"),
    summary="The catalogue as DCAT-AP, in Turtle",
)
def catalogue_ttl(request: HttpRequest, after: After = "", limit: Limit = exports.PAGE) -> HttpResponseBase:
    """By parts in order of slug: `hydra:next` is the address of the following one; the last has none."""
    return _catalogue(request, after, limit, dcat_writer.write_turtle, "text/turtle; charset=utf-8")


@router.get(
    "/catalogue.jsonld",
    url_name="catalogue_jsonld",
    response={200: None, 422: Problem},
    openapi_extra=given(LD_JSON, "object"),
    summary="The catalogue as DCAT-AP, in JSON-LD",
)
def catalogue_jsonld(request: HttpRequest, after: After = "", limit: Limit = exports.PAGE) -> HttpResponseBase:
    """The same statements as `/catalogue.ttl`."""
    return _catalogue(request, after, limit, dcat_writer.write_jsonld, LD_JSON)


def _catalogue(
    request: HttpRequest, after: str, limit: int, write: Callable[..., Iterable[str]], media: str
) -> HttpResponseBase:
    found, desk = exports.chosen(), exports.desk()
    place = f"{desk.address}{request.path}"
    last = exports.last_of(found, after, limit)
    page = dcat_writer.Page(
        address=f"{desk.address}{request.get_full_path()}",
        first=f"{place}?limit={limit}",
        next=f"{place}?after={last}&limit={limit}" if last else "",
        total=found.count(),
    )
    views = (exports.exported(one) for one in exports.in_order(exports.whole(found), after, limit))
    return _streamed(request, found, write(desk, views, page), media)


@router.get(
    "/dumps",
    url_name="dumps",
    response={200: list[DumpOut], 422: Problem},
    summary="Dumps of records, one file a licence",
)
def dumps(request: HttpRequest) -> list[dict[str, Any]]:
    """As `communaux export` last wrote them; empty when it never did."""
    return [dump | {"url": reverse("api:dump", args=[dump["name"]])} for dump in exporting.dumps()]


@router.get(
    "/dumps/{name}",
    url_name="dump",
    response={200: None, **REFUSALS},
    openapi_extra=given("application/octet-stream"),
    summary="One dump",
)
def dump(
    request: HttpRequest, name: Annotated[str, Path(description="Name of the file, as in `/dumps`")]
) -> HttpResponseBase:
    """The records of one licence: it may be kept and shared again under that licence, naming its sources."""
    one = next((one for one in exporting.dumps() if one["name"] == name), None)
    if one is None:
        raise NotFound("unknown_dump", _("There is no dump of this name."), name=name[:120])
    answer = FileResponse((exporting.folder() / one["name"]).open("rb"), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{one["name"]}"'
    answer["ETag"] = f'"{one["sha256"]}"'
    return answer
