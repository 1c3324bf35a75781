"""A road map taken over for elsewhere: its own words, the line it comes from, and words put right without losing anybody's."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import rules
from uses import Cast

from communaux.core import notify
from communaux.core.errors import BadRequest, Conflict, NotAllowed
from communaux.core.models import Entry, Notification
from communaux.gatherings import services
from communaux.gatherings.models import Edition, Roadmap
from communaux.gatherings.queries import editions as reading
from communaux.gatherings.queries import roadmaps
from communaux.gatherings.services import Step, Words

pytestmark = pytest.mark.django_db
PARTS = ("member", "second", "former", "outsider", "editor", "steward", "operator", "reader")
WORDS = Words(
    "Rendre désirable un vélo remis en état",
    "Pour une petite ville.",
    "dechets",
    (
        Step("Compter", "Compter les vélos.", "Cent vélos."),
        Step("Vendre", "Un marché.", "Dix ventes."),
        Step("Tenir", "Chaque an."),
    ),
    licence="CC-BY-SA-4.0",
)


def adapted(real: Roadmap, cast: Cast, now: datetime, part: str = "reader") -> Roadmap:
    return services.adapt(cast[part], real, key=uuid4(), words=WORDS, at=now)


def test_a_copy_has_its_own_words_and_its_line(real: Roadmap, cast: Cast, now: datetime) -> None:
    made = adapted(real, cast, now)
    assert (made.slug, made.adapted_from, made.state, made.published_at) == (
        "rendre-desirable-un-velo-remis-en-etat",
        real,
        "published",
        now,
    )
    assert (made.licence, made.edition, made.carrier, made.fictive) == ("CC-BY-SA-4.0", None, None, False)
    assert [one[0] for one in made.phase_words] == ["Compter", "Vendre", "Tenir"]
    assert [one.roadmap.slug for one in roadmaps.children(real)] == [made.slug]
    assert reading.balance(reading.get("nec-2021"), now.date()).adapted == 1
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert (entry.act, entry.subject_id, entry.after["adapted_from_id"]) == (
        "gatherings.adapt",
        str(made.pk),
        str(real.pk),
    )


def test_its_author_says_for_which_meeting_it_was_made(real: Roadmap, cast: Cast, now: datetime) -> None:
    meetings = {one.slug: one for one in Edition.objects.all()}
    asked = dataclasses.replace(WORDS, edition=meetings["nec-2021"])
    made = services.adapt(cast["reader"], real, key=uuid4(), words=asked, at=now)
    assert made.edition == meetings["nec-2021"]
    other = dataclasses.replace(WORDS, edition=meetings["nec-2023"])
    base = roadmaps.fingerprint(made)
    services.edit(cast["reader"], made, base=base, words=other, at=now)
    assert Roadmap.objects.get(pk=made.pk).edition == meetings["nec-2023"]
    with pytest.raises(Conflict, match="entre-temps"):
        services.edit(cast["reader"], made, base=base, words=asked, at=now)
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert entry.after == {"edition_name": meetings["nec-2023"].name}
    assert {one.fictive for one in reading.to_choose(real)} == {False}
    assert {one.fictive for one in reading.to_choose(Roadmap.objects.get(slug="pret-de-materiel"))} == {True}


def test_the_licence_of_the_parent_counts(editions: None, cast: Cast, now: datetime) -> None:
    parent = Roadmap.objects.get(slug="pret-de-materiel")
    Roadmap.objects.filter(pk=parent.pk).update(licence="CC0-1.0")
    made = services.adapt(cast["reader"], Roadmap.objects.get(pk=parent.pk), key=uuid4(), words=WORDS, at=now)
    assert (made.licence, made.fictive) == ("CC0-1.0", True)


def test_the_same_form_twice_makes_one_and_the_same_title_another_address(
    real: Roadmap, cast: Cast, now: datetime
) -> None:
    key = uuid4()
    both = [services.adapt(cast["reader"], real, key=key, words=WORDS, at=now) for _time in range(2)]
    assert both[0] == both[1]
    assert adapted(real, cast, now).slug == "rendre-desirable-un-velo-remis-en-etat-adaptation"


@pytest.mark.parametrize(
    "words",
    [
        dataclasses.replace(WORDS, phases=WORDS.phases[:2]),
        dataclasses.replace(WORDS, phases=(*WORDS.phases[:2], Step("Tenir", ""))),
        dataclasses.replace(WORDS, phases=(Step("Compter", "Compter."), *WORDS.phases[1:])),
    ],
)
def test_three_phases_with_what_must_be_true_between_them(
    real: Roadmap, cast: Cast, now: datetime, words: Words
) -> None:
    with pytest.raises(BadRequest):
        services.adapt(cast["reader"], real, key=uuid4(), words=words, at=now)
    assert not Roadmap.objects.filter(adapted_from=real).exists()


def test_no_way_leads_back_to_itself(real: Roadmap, cast: Cast, now: datetime) -> None:
    """A parent is chosen once, when the copy is made: what is older cannot come from what is newer."""
    made = adapted(real, cast, now)
    services.edit(cast["reader"], made, base=roadmaps.fingerprint(made), words=WORDS, at=now)
    assert Roadmap.objects.get(pk=made.pk).adapted_from == real
    assert [one.roadmap for one in roadmaps.parents(made)] == [real]


def test_a_number_that_is_taken_makes_another_one(real: Roadmap, cast: Cast, now: datetime) -> None:
    made = services.adapt(cast["reader"], real, key=real.pk, words=WORDS, at=now)
    assert (made.pk != real.pk, made.adapted_from, Roadmap.objects.get(pk=real.pk).title) == (True, real, real.title)


def test_what_a_workshop_wrote_stays_as_it_was_told(carried: Roadmap, cast: Cast, now: datetime) -> None:
    assert {part for part in PARTS if rules.has_perm("gatherings.edit", cast[part], carried)} == set()
    with pytest.raises(NotAllowed):
        services.edit(cast["member"], carried, base=roadmaps.fingerprint(carried), words=WORDS, at=now)


def test_who_may_change_the_words(real: Roadmap, cast: Cast, now: datetime) -> None:
    made = adapted(real, cast, now)
    assert {part for part in PARTS if rules.has_perm("gatherings.edit", cast[part], made)} == {"reader"}
    services.adopt(cast["member"], made, organisation=cast.town, role="x", at=now)
    carried = Roadmap.objects.get(pk=made.pk)
    assert {part for part in PARTS if rules.has_perm("gatherings.edit", cast[part], carried)} == {"member", "second"}
    with pytest.raises(NotAllowed):
        services.edit(cast["reader"], carried, base=roadmaps.fingerprint(carried), words=WORDS, at=now)


def test_two_people_change_it_at_once_and_nobody_loses(real: Roadmap, cast: Cast, now: datetime) -> None:
    made = adapted(real, cast, now)
    base = roadmaps.fingerprint(made)
    services.edit(cast["reader"], made, base=base, words=dataclasses.replace(WORDS, title="Le premier titre"), at=now)
    with pytest.raises(Conflict, match="entre-temps"):
        services.edit(
            cast["reader"], made, base=base, words=dataclasses.replace(WORDS, title="Le second titre"), at=now
        )
    kept = Roadmap.objects.get(pk=made.pk)
    assert (kept.title, kept.slug) == ("Le premier titre", made.slug)
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert (entry.act, entry.before, entry.after) == (
        "gatherings.edit",
        {"title": WORDS.title},
        {"title": "Le premier titre"},
    )


def test_what_is_over_keeps_its_words(real: Roadmap, cast: Cast, now: datetime) -> None:
    made = adapted(real, cast, now)
    Roadmap.objects.filter(pk=made.pk).update(state="abandoned")
    with pytest.raises(Conflict, match="son histoire est close"):
        services.edit(cast["reader"], made, base=roadmaps.fingerprint(made), words=WORDS, at=now)


def test_who_carries_the_parent_hears_of_it(carried: Roadmap, cast: Cast, now: datetime) -> None:
    notify.follow(now)
    made = adapted(carried, cast, now + timedelta(minutes=1))
    notify.follow(now + timedelta(minutes=2))
    rows = Notification.objects.filter(entry__act="gatherings.adapt", entry__subject_id=str(made.pk), channel="inapp")
    assert set(rows.values_list("person", flat=True)) == {cast["member"].pk, cast["second"].pk}
