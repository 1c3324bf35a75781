"""Links of a road map, and the signs of life that the desk sees there by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import rules
from test_adapting import PARTS, adapted
from uses import Cast

from communaux.catalogue.models import Commons
from communaux.catalogue.services import confirm_reuse
from communaux.core.errors import BadRequest
from communaux.core.models import Entry, JournalCursor, Person
from communaux.gatherings import services
from communaux.gatherings.forms import LinkForm
from communaux.gatherings.models import FollowUp, Roadmap, RoadmapLink
from communaux.gatherings.queries import roadmaps
from communaux.gatherings.services import Target
from communaux.gatherings.signs import SIGNS
from communaux.web.labels import TABLES

pytestmark = pytest.mark.django_db
PAGE = Target(url="https://ville.example/pret")


@pytest.fixture
def made(real: Roadmap, cast: Cast, now: datetime) -> Roadmap:
    return adapted(real, cast, now - timedelta(days=30))


def linked(made: Roadmap, cast: Cast, at: datetime, target: Target = PAGE, rel: str = "reuses") -> RoadmapLink:
    return services.link_roadmap(cast["reader"], made, target=target, rel=rel, at=at)


def umap() -> Target:
    return Target(commons=Commons.objects.get(slug="umap"))


def test_the_same_thing_linked_again_changes_what_it_is(made: Roadmap, cast: Cast, now: datetime) -> None:
    first, second = linked(made, cast, now), linked(made, cast, now, rel="inspired_by")
    assert first.pk == second.pk
    assert [(one.rel, one.linked) for one in roadmaps.links(made)] == [("inspired_by", PAGE.url)]


def test_a_link_is_taken_away_once(made: Roadmap, cast: Cast, now: datetime) -> None:
    link, other = linked(made, cast, now), adapted(made, cast, now)
    services.unlink_roadmap(cast["reader"], other, link=link.pk, at=now)
    assert made.links.exists()  # it is none of the other one
    seq = Entry.objects.order_by("-seq").values_list("seq", flat=True)[0]
    for _time in range(2):
        services.unlink_roadmap(cast["reader"], made, link=link.pk, at=now)
    entries = Entry.objects.filter(seq__gt=seq)
    assert [(one.act, one.before) for one in entries] == [("gatherings.unlink_roadmap", {"linked": PAGE.url})]
    assert not made.links.exists()


def test_twenty_links_are_enough(made: Roadmap, cast: Cast, now: datetime) -> None:
    for n in range(20):
        linked(made, cast, now, Target(url=f"https://ville.example/{n}"))
    with pytest.raises(BadRequest):
        linked(made, cast, now)
    assert linked(made, cast, now, Target(url="https://ville.example/3"), "answers").rel == "answers"


def test_who_may_link(made: Roadmap, real: Roadmap, cast: Cast, now: datetime) -> None:
    def allowed(one: Roadmap) -> set[str]:
        return {part for part in PARTS if rules.has_perm("gatherings.link_roadmap", cast[part], one)}

    assert (allowed(made), allowed(real)) == ({"reader"}, set())
    adopted = services.adopt(cast["member"], made, organisation=cast.town, role="x", at=now)
    assert "member" in allowed(adopted)
    assert not allowed(adopted) & {"reader", "outsider", "former"}
    for part in (*PARTS, None):
        person = cast[part] if part else None
        assert rules.has_perm("gatherings.collect_signs", person) == (part == "operator")


@pytest.mark.parametrize(
    ("address", "thing"),
    [
        ("https://desk.example/communs/umap/", "commons"),
        ("https://desk.example/en/communs/umap/historique/", "commons"),
        ("/communs/umap/", "commons"),
        ("https://desk.example/", "url"),
        ("https://ailleurs.example/communs/umap/", "url"),
    ],
)
def test_an_address_of_this_desk_is_read(cast: Cast, address: str, thing: str) -> None:
    typed = {"address": address, "rel": "reuses"}
    form = LinkForm(typed, words=TABLES["roadmap_rel"], desk="https://desk.example")
    assert form.is_valid(), form.errors
    target = form.target()
    assert [name for name in ("commons", "need", "url") if getattr(target, name)] == [thing]


@pytest.mark.parametrize(
    "address", ["https://desk.example/communs/rien-de-tel/", "/besoins/rien/", "javascript:alert(1)"]
)
def test_an_address_that_leads_to_nothing_is_refused(cast: Cast, address: str) -> None:
    form = LinkForm({"address": address, "rel": "reuses"}, words=TABLES["roadmap_rel"], desk="https://desk.example")
    assert list(form.errors) == ["address"]


def confirmed(cast: Cast, at: datetime) -> None:
    confirm_reuse(cast["second"], cast.declared(at=at), at=at)


def test_a_sign_is_written_once_and_ends_no_silence(made: Roadmap, cast: Cast, desk: Person, now: datetime) -> None:
    linked(made, cast, now - timedelta(days=2), umap())
    linked(made, cast, now - timedelta(days=2))
    confirmed(cast, now)
    assert [services.collect_signs(desk, at=now) for _time in range(3)] == [1, 0, 0]
    sign = FollowUp.objects.get(roadmap=made)
    assert (sign.kind, sign.status, sign.role, sign.text, sign.at) == (
        "auto",
        "sign",
        "",
        "catalogue.confirm_reuse",
        now,
    )
    assert sign.evidence_url.endswith("/communs/umap/")
    assert roadmaps.get(made.slug).last_heard is None
    assert str(TABLES["sign"][sign.text])
    cursor = JournalCursor.objects.get(name="signs").seq
    assert Entry.objects.get(seq=cursor).act == "catalogue.confirm_reuse"


def test_what_happened_before_it_was_linked_is_no_sign(made: Roadmap, cast: Cast, desk: Person, now: datetime) -> None:
    confirmed(cast, now)
    linked(made, cast, now + timedelta(minutes=1), umap())
    assert services.collect_signs(desk, at=now + timedelta(days=1)) == 0


def test_what_is_over_gets_no_sign(made: Roadmap, cast: Cast, desk: Person, now: datetime) -> None:
    linked(made, cast, now - timedelta(days=2), umap())
    Roadmap.objects.filter(pk=made.pk).update(state="abandoned")
    confirmed(cast, now)
    assert services.collect_signs(desk, at=now) == 0


def test_each_sign_has_words() -> None:
    assert {act for act, _kind in SIGNS} == set(TABLES["sign"])
