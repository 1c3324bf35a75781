"""Who may call: each address that asks for a token, without one, with a bad one, with one that only reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from calling import API, Program, acts, last, refused
from django.test import Client
from django.utils import timezone
from uses import PASSWORD, Cast

from communaux.api import api
from communaux.core import notify, tokens
from communaux.core.models import Entry, Person, Token

pytestmark = pytest.mark.django_db
NUMBER = "00000000-0000-7000-8000-000000000000"
WRITES = (
    *("/organisations", "/contests", "/contests/1/answer", "/contests/1/decision", "/contests/1/withdrawal"),
    *(
        "/commons",
        "/publiccode",
        "/matches/1/decision",
        "/reuses",
        "/reuses/1/confirmation",
        "/reuses/1/renewal",
        "/reuses/1/end",
    ),
    *("/experiences", "/notes", "/needs", "/needs/x/supports", "/assessment/commons/x/runs"),
    *("/assessment/commons/x/answers", f"/assessment/answers/{NUMBER}/reviews"),
    *("/assessment/commons/x/acceptances", f"/assessment/answers/{NUMBER}/withdrawal"),
    *("/assessment/commons/x/services", f"/assessment/services/{NUMBER}/measurements"),
    f"/assessment/services/{NUMBER}/measurements/{NUMBER}/results",
    "/assessment/ai-notes",
    f"/assessment/services/{NUMBER}/audits",
    *(f"/assessment/audits/{NUMBER}/{one}" for one in ("findings", "about", "closure", "publication")),
    *("/assessment/commons/x/forge-items", f"/assessment/forge-items/{NUMBER}/withdrawal"),
    "/gatherings/roadmaps/x/adapt",
)
BARE = ("audits", "closure", "publication")  # of an audit: they take no document
READS = ("/me", "/notifications", "/matches", f"/assessment/audits/{NUMBER}")


def described() -> dict[str, dict[str, object]]:
    return api.get_openapi_schema()["paths"]


def concrete(path: str) -> str:
    """An address with something in the place of each name."""
    for name, given in (
        ("id", "1"),
        ("slug", "x"),
        *((one, NUMBER) for one in ("answer", "items", "service", "measurement", "audit")),
    ):
        path = path.replace(f"{{{name}}}", given)
    return path.removeprefix(API)


def test_the_lists_above_name_every_address_that_asks_for_a_token() -> None:
    asked = {
        (method, concrete(path))
        for path, methods in described().items()
        for method, operation in methods.items()
        if "security" in operation
    }
    assert asked == {*(("post", path) for path in WRITES), *(("get", path) for path in READS)}
    posts = {path for path, methods in described().items() if "post" in methods}
    assert {concrete(path) for path in posts} == set(WRITES)


@pytest.mark.parametrize("path", [*WRITES, *READS])
def test_nobody_gets_in_without_a_token_in_force(path: str, cast: Cast, program: Callable[..., Program]) -> None:
    """None, unknown, expired, revoked, of a closed account: 401; a session of the browser is none."""
    member = cast["member"]
    expired, revoked, closed = program(member), program(member), program(cast["second"])
    found = {one: tokens.find(one.secret, timezone.now()) for one in (expired, revoked)}
    Token.objects.filter(pk=found[expired].pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(days=1)
    )
    tokens.revoke(member, found[revoked], at=timezone.now())
    Person.objects.filter(pk=cast["second"].pk).update(is_active=False)
    seq = last()
    for caller in (Program(), Program("cmx_inconnu"), expired, revoked, closed):
        answer = caller.post(path, {}) if path in WRITES else caller.get(path)
        refused(answer, 401, "token_refused" if caller.secret else "token_needed")
        assert answer["www-authenticate"] == "Bearer"
        assert answer["cache-control"] == "private, no-store"
    session = Client()
    session.post("/connexion/", {"username": member.mail, "password": PASSWORD})
    assert session.get("/mon-compte/").status_code == 200
    answer = (
        session.post(API + path, "{}", content_type="application/json") if path in WRITES else session.get(API + path)
    )
    refused(answer, 401, "token_needed")
    assert acts(seq) == []


@pytest.mark.parametrize("path", WRITES)
def test_a_token_that_reads_does_not_write(path: str, cast: Cast, program: Callable[..., Program]) -> None:
    reader, seq = program(cast["member"], scope="read"), last()
    refused(reader.post(path, {}), 403, "scope_read")
    assert acts(seq) == []


@pytest.mark.parametrize(
    "header", ["Basic bGlzZTpjbXg=", "Bearer", "bearer  ", "cmx_x", "Bearer cmx_\u00e9", "Bearer a b c"]
)
def test_odd_headers_are_nobody(db: None, header: str) -> None:
    answer = Client().get(f"{API}/me", headers={"authorization": header})
    assert answer.status_code == 401


def test_what_a_token_reads_is_kept_by_nobody(cast: Cast, program: Callable[..., Program]) -> None:
    """Also what everybody may read: a copy under a token is not shared, and no 304 is made of it."""
    member = program(cast["member"], scope="read")
    for path in ("/me", "/themes"):
        answer = member.get(path)
        assert (answer.status_code, answer["cache-control"], answer.has_header("etag")) == (
            200,
            "private, no-store",
            False,
        )
        assert "Authorization" in answer["vary"]
    assert "public" in Client().get(f"{API}/themes")["cache-control"]
    known = Client().get(f"{API}/themes")["etag"]
    assert member.get("/themes", **{"if-none-match": known}).status_code == 200


@pytest.mark.parametrize(
    "path", [one for one in WRITES if not one.endswith(("confirmation", "renewal", "withdrawal", "runs", *BARE))]
)
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "no_json"),
        ("{}garbage", 400, "no_json"),
        (b"\xff\xfe", 400, "no_json"),
        ('{"a": NaN}', 400, "no_json"),
        ("[" * 100_000, 400, "no_json"),
        ("[]", 422, "unfit"),
        ("null", 422, "unfit"),
        ("", 422, "unfit"),
        ('{"\\ud800": "\\udfff"}', 422, "unfit"),
        (" " * 1_000_001, 413, "too_large"),
    ],
)
def test_what_is_no_document_is_refused(
    path: str, body: object, status: int, code: str, cast: Cast, program: Callable[..., Program]
) -> None:
    refused(program(cast["member"]).post(path, body), status, code)


def test_unknown_fields_are_refused_by_name(cast: Cast, program: Callable[..., Program]) -> None:
    member, seq = program(cast["member"]), last()
    told = refused(
        member.post("/notes", {"title": "Cantine", "titel": "x", "searches": [{"q": "a", "p": 1}]}), 422, "unfit"
    )
    said = ["This address does not know this field."]
    assert told["errors"] == {"titel": said, "searches.0.p": said}
    assert refused(member.post("/notes?x=1", {"title": "Cantine"}), 422, "unknown_parameter")["unknown"] == ["x"]
    assert acts(seq) == []


def test_me_says_who_and_what_waits(cast: Cast, program: Callable[..., Program]) -> None:
    cast.declared()
    told = program(cast["second"], scope="read").get("/me").json()
    assert (told["id"], told["display_name"], told["scope"]) == (str(cast["second"].pk), "second", "read")
    assert [(one["name"], one["confirmed"], one["starts_on"]) for one in told["bodies"]] == [
        ("Commune de démonstration", True, "2020-01-01")
    ]
    assert told["waiting"] == {"proposals": 0, "claims": 0, "contests_and_members": 0, "uses": 1, "notices": 0}
    editor = program(cast["editor"]).get("/me").json()
    assert [(one["role"], one["object_type"], one["through"]) for one in editor["roles"]] == [
        ("editor", "instance", None)
    ]


def test_notices_are_those_of_the_space(cast: Cast, program: Callable[..., Program]) -> None:
    use = cast.declared()
    notify.follow(timezone.now())
    told = program(cast["second"], scope="read").get("/notifications").json()
    (one,) = (one for one in told if one["act"] == "catalogue.declare_reuse")
    assert (one["kind"], one["state"], told[0]) == ("asked", "new", one)
    assert one["url"].endswith(f"/usages/{use.pk}/")
    assert [one["act"] for one in program(cast["reader"], scope="read").get("/notifications").json()] == []


def test_lists_ask_as_often_for_three_as_for_one(
    cast: Cast, program: Callable[..., Program], django_assert_num_queries: object
) -> None:
    second = program(cast["second"], scope="read")
    second.get("/me")  # the first request of the day notes the day
    counts = {"/me": 7, "/notifications": 4}
    for n in range(3):
        cast.confirmed(organisation=cast.body(f"Association {n}")) if n else cast.declared()
        notify.follow(timezone.now())
        for path, most in counts.items():
            with django_assert_num_queries(most):
                assert second.get(path).status_code == 200


def test_no_secret_is_in_the_journal_that_all_read(cast: Cast, program: Callable[..., Program]) -> None:
    secret = program(cast["member"]).secret
    line = Entry.objects.get(act="core.make_token")
    told = Client().get(f"{API}/journal?after={line.seq - 1}&limit=1").text
    assert "core.make_token" in told
    assert [word for word in (secret, "essai", tokens.hashed(secret)) if word in told] == []
    assert secret not in json.dumps(line.private, default=str)
