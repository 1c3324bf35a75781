"""The needs of a demonstration desk: each says that it is made up, once, through the services; none where that cannot be."""

from __future__ import annotations

import pytest
from django.conf import settings
from factories import NOW, CommonsFactory
from territory import small

from communaux.catalogue import trial
from communaux.catalogue.models import Commons, Need, NeedPool, Reuse
from communaux.catalogue.queries import ambassadors
from communaux.cli.territory import owners
from communaux.core import trial as core_trial
from communaux.core.models import Entry, Organisation, Person
from communaux.territory import counters
from communaux.territory.models import Ambassador, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def hedgedoc(desk: Person) -> Commons:
    small.bring()
    core_trial.accounts(desk)
    return CommonsFactory(slug=trial.ANSWER, name="HedgeDoc")


def test_the_desk_has_needs_put_together_answered_and_open(desk: Person, hedgedoc: Commons) -> None:
    assert trial.bring(desk, NOW) is True
    assert sorted(Need.objects.values_list("state", flat=True)) == ["answered", *["open"] * 5, *["pooled"] * 2]
    assert [one.title for one in Need.objects.all() if trial.MADE_UP not in one.title] == []
    pool, use, answered = NeedPool.objects.get(), Reuse.objects.get(), Need.objects.get(state="answered")
    assert (pool.carrier and pool.carrier.name, trial.MADE_UP in pool.title) == (core_trial.TOWN, True)
    assert (use.state, use.organisation.name, answered.answer_commons) == ("confirmed", core_trial.TOWN, hedgedoc)
    (card,) = ambassadors.cards(list(Ambassador.objects.all()), NOW.date())
    assert (card.ambassador.person.mail, len(card.territories)) == ("lectrice@demo.example", 2)
    assert list(Place.objects.values_list("name", "steps")) == [("Lieu de médiation de démonstration", [])]
    assert counters.differences(owners(), NOW.date()) == {}


def test_nothing_is_said_of_a_real_body(desk: Person, hedgedoc: Commons) -> None:
    trial.bring(desk, NOW)
    assert set(Organisation.objects.values_list("name", flat=True)) == {core_trial.TOWN}
    made_up = {login[0] for login in settings.DEMO_LOGINS}
    authors = Entry.objects.filter(act__startswith="catalogue.").values_list("actor__mail", flat=True).distinct()
    assert set(authors) - {None} <= made_up


def test_a_second_start_writes_nothing(desk: Person, hedgedoc: Commons, django_assert_num_queries: object) -> None:
    trial.bring(desk, NOW)
    lines = Entry.objects.count()
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django gives a context manager
        assert trial.bring(desk, NOW) is False
    assert Entry.objects.count() == lines


def test_a_start_that_was_cut_leaves_nothing_and_is_made_whole(
    desk: Person, hedgedoc: Commons, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(trial, "import_places", killed)
        with pytest.raises(KeyboardInterrupt):
            trial.bring(desk, NOW)
    assert (Need.objects.count(), Ambassador.objects.count()) == (0, 0)
    assert trial.bring(desk, NOW) is True
    assert Need.objects.count() == len(trial.NEEDS)


@pytest.mark.parametrize("missing", ["people", "codes", "answer"])
def test_a_desk_without_what_it_takes(desk: Person, missing: str) -> None:
    if missing != "codes":
        small.bring()
    if missing != "people":
        core_trial.accounts(desk)
    assert trial.bring(desk, NOW) is (missing == "answer")
    assert Need.objects.filter(state="answered").count() == 0
    assert Need.objects.count() == (len(trial.NEEDS) if missing == "answer" else 0)
