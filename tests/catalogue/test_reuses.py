"""Uses: declared by one, confirmed by another, confirmed again each year, ended and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from factories import MappedFactory
from slices import NOW
from uses import TEXT, Cast, at_noon

from communaux.catalogue import services, tasks
from communaux.catalogue.formats.mapped import Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.models import Commons, Reuse, Unindexed
from communaux.catalogue.queries.documents import documents
from communaux.catalogue.queries.reuses import usage_of
from communaux.catalogue.reusing import term
from communaux.core.errors import BadRequest, Conflict, Refusal
from communaux.core.models import Entry, Organisation, Person

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


def acts() -> list[str]:
    return list(Entry.objects.filter(subject_kind="reuse").order_by("seq").values_list("act", flat=True))


def test_a_use_is_declared_then_confirmed_for_a_year(cast: Cast) -> None:
    use = cast.declared()
    assert (use.state, use.declared_by, use.confirm_by) == ("declared", cast["member"], None)
    services.confirm_reuse(cast["second"], use, at=NOW)
    use.refresh_from_db()
    assert (use.state, use.confirmed_by, use.confirmed_at, use.confirm_by) == (
        *("confirmed", cast["second"]),
        *(NOW, date(2027, 9, 1)),
    )
    assert acts() == ["catalogue.declare_reuse", "catalogue.confirm_reuse"]


def test_the_journal_holds_what_is_public_and_no_person(cast: Cast) -> None:
    cast.confirmed()
    first, second = Entry.objects.filter(subject_kind="reuse").order_by("seq")
    assert first.after == {
        "commons_slug": "umap",
        "organisation_name": "Commune de démonstration",
        "use": "uses",
        "begun": "2024-03-01",
        "state": "declared",
        "end_cause": "",
        "source": "",
    }
    assert (second.before, second.after) == (
        {"confirm_by": None, "state": "declared"},
        {"confirm_by": "2027-09-01", "state": "confirmed"},
    )
    assert not any(word in str([first.after, second.after]) for word in (TEXT, "member", "second"))


@pytest.mark.parametrize(("precision", "told"), [("year", "2024"), ("month", "2024-03"), ("day", "2024-03-01")])
def test_the_journal_is_no_more_precise_than_what_was_said(cast: Cast, precision: str, told: str) -> None:
    cast.declared(since_precision=precision)
    assert Entry.objects.latest("seq").after["begun"] == told


def test_whoever_declared_cannot_confirm_whatever_the_way(cast: Cast) -> None:
    use = cast.declared()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reuse.objects.filter(pk=use.pk).update(
            state="confirmed", confirmed_by=cast["member"], confirmed_at=NOW, confirm_by=TODAY
        )


@pytest.mark.parametrize(
    "values",
    [
        {"state": "confirmed"},
        {"state": "stale"},
        {"state": "ended"},
        {"until": TODAY, "end_cause": "cost"},
        {"state": "ended", "until": TODAY},
        {"state": "ended", "until": date(2024, 2, 29), "end_cause": "cost"},
        {"use_case": "x" * 19},
        {"use_case": "é" * 1001},
    ],
)
def test_the_database_refuses_what_no_service_writes(cast: Cast, values: dict[str, Any]) -> None:
    use = cast.declared()
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Reuse.objects.filter(pk=use.pk).update(**values)


@pytest.mark.parametrize("text", ["é" * 20, "🗺️" * 500, "🧑‍🤝‍🧑" * 200])
def test_lengths_are_counted_in_code_points(cast: Cast, text: str) -> None:
    assert 20 <= len(text) <= 1000
    assert Reuse.objects.get(pk=cast.declared(use_case=text).pk).use_case == text


@pytest.mark.parametrize("since", [date(2024, 3, 1), None])
def test_a_body_says_the_same_once_and_is_told_where(cast: Cast, since: date | None) -> None:
    use = cast.declared(since=since)
    for other in (since, date(2023, 1, 1)):
        with pytest.raises(Conflict) as refused:
            cast.declared("second", since=other)
        assert refused.value.details == {"use": use.pk}
    assert cast.declared(kind="hosts", since=since).pk != use.pk
    assert acts() == ["catalogue.declare_reuse"] * 2


def test_a_use_that_has_ended_may_begin_again_on_another_day(cast: Cast) -> None:
    ended = cast.confirmed()
    services.end_reuse(cast["member"], ended, until=date(2025, 1, 1), cause="cost", at=NOW)
    with pytest.raises(Conflict):
        cast.declared()
    assert cast.declared(since=date(2026, 1, 1)).state == "declared"


def test_undated_uses_may_end_and_begin_again(cast: Cast) -> None:
    for _time in range(2):
        services.end_reuse(cast["member"], cast.declared(since=None), until=TODAY, cause="mistake", at=NOW)
    assert cast.declared(since=None).state == "declared"


@pytest.mark.parametrize(("since", "code"), [(TODAY + DAY, "in_the_future"), (date(1969, 12, 31), "too_early")])
def test_a_beginning_that_cannot_be(cast: Cast, since: date, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        cast.declared(since=since)
    assert (refused.value.code, refused.value.details) == (code, {"field": "since"})
    assert cast.declared(since=TODAY).since == TODAY


def test_nothing_is_declared_of_an_unpublished_commons_or_for_a_closed_body(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.town.pk).update(active=False)
    closed = Organisation.objects.get(pk=cast.town.pk)
    with pytest.raises(Conflict) as refused:
        services.declare_reuse(cast["member"], cast.said(organisation=closed), at=NOW)
    assert refused.value.code == "closed_body"
    cast.commons.state = "withheld"
    with pytest.raises(Conflict) as refused:
        cast.declared()
    assert refused.value.code == "not_published"


def test_a_confirmation_is_not_given_twice(cast: Cast) -> None:
    use = cast.confirmed()
    for moment in (NOW, NOW + DAY):
        with pytest.raises(Conflict):
            services.confirm_reuse(cast["second"], use, at=moment)
    assert acts() == ["catalogue.declare_reuse", "catalogue.confirm_reuse"]


def test_the_term_is_the_same_day_a_year_later() -> None:
    days = [date(2025, 3, 1), date(2024, 2, 29), date(2023, 2, 28)]
    assert [term(day) for day in days] == [date(2026, 3, 1), date(2025, 2, 28), date(2024, 2, 28)]


def test_it_goes_stale_the_day_after_its_term_once(cast: Cast) -> None:
    use = cast.confirmed()
    cast.declared(kind="hosts")
    lines = Entry.objects.count()
    last = at_noon(date(2027, 9, 1))
    assert services.mark_stale_reuses(cast["desk"], at=last) == 0
    assert services.mark_stale_reuses(cast["desk"], at=datetime(2027, 9, 1, 21, 59, tzinfo=UTC)) == 0
    assert Entry.objects.count() == lines
    midnight_in_paris = datetime(2027, 9, 1, 22, 0, tzinfo=UTC)
    assert services.mark_stale_reuses(cast["desk"], at=midnight_in_paris) == 1
    assert services.mark_stale_reuses(cast["desk"], at=midnight_in_paris) == 0
    use.refresh_from_db()
    assert use.state == "stale"
    line = Entry.objects.latest("seq")
    assert (line.act, line.subject_id, line.before, line.after, Entry.objects.count()) == (
        *("catalogue.mark_stale_reuses", str(use.pk)),
        *({"state": "confirmed"}, {"state": "stale"}, lines + 1),
    )


def test_the_daily_task_is_scheduled_and_safe_to_run_twice(cast: Cast, settings: Any) -> None:
    from communaux.core.settings import SCHEDULES

    use = cast.confirmed(at=at_noon(date(2024, 3, 5)))
    tasks.mark_stale_reuses.call()
    tasks.mark_stale_reuses.call()
    assert Reuse.objects.get(pk=use.pk).state == "stale"
    assert acts().count("catalogue.mark_stale_reuses") == 1
    assert "communaux.catalogue.tasks.mark_stale_reuses" in {one["task"] for one in SCHEDULES.values()}


def test_one_click_a_year_later_holds_for_a_year_more(cast: Cast) -> None:
    use = cast.confirmed()
    later = NOW + timedelta(days=366)
    services.mark_stale_reuses(cast["desk"], at=later)
    use.refresh_from_db()
    services.renew_reuse(cast["member"], use, at=later)  # whoever declared it may: two have said it already
    use.refresh_from_db()
    assert (use.state, use.confirmed_at, use.renewed_at, use.confirm_by) == ("confirmed", NOW, later, date(2028, 9, 2))
    assert use.last_confirmed_at == later
    with pytest.raises(Conflict):
        services.renew_reuse(cast["second"], use, at=later)
    assert acts().count("catalogue.renew_reuse") == 1
    services.renew_reuse(cast["second"], use, at=later + DAY)
    assert use.confirm_by == date(2028, 9, 3)


def test_what_was_never_confirmed_or_has_ended_is_not_renewed(cast: Cast) -> None:
    with pytest.raises(Conflict):
        services.renew_reuse(cast["second"], cast.declared(), at=NOW)
    ended = cast.confirmed(kind="hosts")
    services.end_reuse(cast["second"], ended, until=TODAY, cause="replaced", at=NOW)
    for service in (services.renew_reuse, services.confirm_reuse):
        with pytest.raises(Conflict):
            service(cast["second"], ended, at=NOW + DAY)


def test_an_ended_use_stays_with_its_dates_and_who_confirmed_it(cast: Cast) -> None:
    use = cast.confirmed()
    services.end_reuse(cast["second"], use, until=date(2026, 8, 1), cause="cost", note="Trop cher.", at=NOW)
    (shown,) = usage_of(cast.commons.pk).uses
    assert (shown.state, shown.since, shown.until, shown.end_cause, shown.end_note, shown.confirmed_by) == (
        *("ended", date(2024, 3, 1), date(2026, 8, 1)),
        *("cost", "Trop cher.", cast["second"]),
    )
    with pytest.raises(Conflict):
        services.end_reuse(cast["second"], use, until=TODAY, cause="cost", at=NOW)
    assert acts()[-1] == "catalogue.end_reuse"
    assert len(acts()) == 3


@pytest.mark.parametrize("until", [TODAY + DAY, date(2024, 2, 29)])
def test_an_end_that_cannot_be(cast: Cast, until: date) -> None:
    with pytest.raises(BadRequest) as refused:
        services.end_reuse(cast["member"], cast.declared(), until=until, cause="cost", at=NOW)
    assert refused.value.details == {"field": "until"}


def adoptions() -> int:
    (doc,) = documents(TODAY)
    return doc.prior.adoptions


def test_search_counts_bodies_whose_use_is_confirmed_today(cast: Cast) -> None:
    use = cast.declared()
    assert adoptions() == 0
    services.confirm_reuse(cast["second"], use, at=NOW)
    cast.confirmed(kind="hosts")
    assert adoptions() == 1, "one body with two uses is one body"
    cast.confirmed(organisation=cast.body("Association d’exemple"))
    assert adoptions() == 2
    services.mark_stale_reuses(cast["desk"], at=NOW + timedelta(days=366))
    assert adoptions() == 0
    use.refresh_from_db()
    services.renew_reuse(cast["member"], use, at=NOW + timedelta(days=366))
    assert adoptions() == 1
    services.end_reuse(cast["member"], use, until=TODAY, cause="cost", at=NOW + timedelta(days=366))
    assert adoptions() == 0


def test_each_write_that_search_counts_asks_for_the_next_index(cast: Cast) -> None:
    def asked(write: Callable[[], object]) -> bool:
        Unindexed.objects.all().delete()
        write()
        return Unindexed.objects.exists()

    later, use = NOW + timedelta(days=366), cast.declared()
    assert asked(lambda: services.confirm_reuse(cast["second"], use, at=NOW))
    assert not asked(lambda: services.mark_stale_reuses(cast["desk"], at=NOW))
    assert asked(lambda: services.mark_stale_reuses(cast["desk"], at=later))
    assert asked(lambda: services.renew_reuse(cast["second"], use, at=later))
    assert asked(lambda: services.end_reuse(cast["second"], use, until=TODAY, cause="cost", at=later))


def test_an_import_never_touches_a_use(cast: Cast) -> None:
    """Settled again, then named by no source any more: what people said of it stays."""
    record = MappedFactory(external_id="1", name="Registre", short={"fr": "Avant."})
    run_import(cast["desk"], "sill", Reading((record,)), etag="", at=NOW)
    commons = Commons.objects.get(slug="registre")
    use = cast.confirmed(commons=commons)
    services.declare_provider(cast["member"], cast.offer(commons=commons), at=NOW)
    kept = Reuse.objects.filter(pk=use.pk).values().get()
    changed = replace(record, short={"fr": "Après."}, raw={"id": "1", "now": "after"})
    run_import(cast["desk"], "sill", Reading((changed,)), etag="", at=NOW + DAY)
    assert Commons.objects.get(slug="registre").short == "Après."
    run_import(cast["desk"], "sill", Reading(()), etag="", at=NOW + 2 * DAY, accept_loss=True)
    commons.refresh_from_db()
    assert commons.state == "withheld"
    assert Reuse.objects.filter(pk=use.pk).values().get() == kept
    assert commons.providers.count() == 1


def test_the_sheet_asks_as_much_for_three_uses_as_for_one(cast: Cast, django_assert_num_queries: Any) -> None:
    for n in range(3):
        cast.confirmed(organisation=cast.body(f"Association {n}"))
        with django_assert_num_queries(2):
            usage = usage_of(cast.commons.pk)
            assert [use.organisation.name for use in usage.uses] == [f"Association {m}" for m in range(n + 1)]
            assert usage.total == usage.counts["confirmed"] == n + 1


def test_the_sheet_shows_confirmed_then_declared_then_stale_then_ended(cast: Cast) -> None:
    made = {name: cast.body(name) for name in ("ended", "stale", "declared", "confirmed")}
    services.end_reuse(cast["member"], cast.declared(organisation=made["ended"]), until=TODAY, cause="mistake", at=NOW)
    cast.confirmed(organisation=made["stale"], at=NOW - timedelta(days=400))
    services.mark_stale_reuses(cast["desk"], at=NOW)
    cast.declared(organisation=made["declared"])
    cast.confirmed(organisation=made["confirmed"])
    usage = usage_of(cast.commons.pk)
    assert [use.organisation.name for use in usage.uses] == ["confirmed", "declared", "stale", "ended"]
    assert usage.counts == {"declared": 1, "confirmed": 1, "stale": 1, "ended": 1, "told": 0}


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_are_one(cast: Cast) -> None:
    """Two colleagues press at the same moment: one line of the journal, one is told."""
    use = cast.declared("editor", source="https://demo.example/article")
    told, start = [], Barrier(2)

    def press(by: Person) -> None:
        mine = Reuse.objects.select_related("commons", "organisation").get(pk=use.pk)
        start.wait(timeout=10)
        try:
            services.confirm_reuse(by, mine, at=NOW)
            told.append("done")
        except Refusal as error:
            told.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=press, args=(cast[part],)) for part in ("member", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(told) == ["done", "reuse_moved"]
    assert acts() == ["catalogue.declare_reuse", "catalogue.confirm_reuse"]
