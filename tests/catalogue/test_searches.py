"""What is kept of a search: the words without the person, the day, and nothing when the desk cannot write; 13 months."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import databases
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import NOW
from hypothesis import given
from hypothesis import strategies as st
from rules import has_perm

from communaux.catalogue import searches, services, tasks
from communaux.catalogue.masking import without_masks
from communaux.catalogue.models import QueryReview, SearchLog, Theme, ThesaurusChange
from communaux.catalogue.queries import searches as queries
from communaux.core import services as core_services
from communaux.core.errors import Conflict, NotAllowed, NotFound, NotReady
from communaux.core.models import Entry, Person
from communaux.engines.search.model import Excerpt, Hit, Result

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 1)


def result(*rels: float, lang: Any = "fr") -> Result:
    hits = tuple(Hit(f"h{n}", n + 1, rel, rel, (), 1.0, Excerpt("")) for n, rel in enumerate(rels))
    return Result(hits, "sentence", lang, (), (), {}, len(hits), 3)


def log(query: str, *, times: int = 1, day: date = TODAY, best: str | None = "0.1", **given: Any) -> None:
    level = None if best is None else Decimal(best)
    for _ in range(times):
        SearchLog.objects.create(day=day, query_masked=query, n=0 if best is None else 3, best=level, **given)


def test_a_search_is_one_line_without_its_person() -> None:
    searches.record("Cantine de jean@mairie.example 0612345678", result(0.2, 0.613, 0.4), day=TODAY)
    (line,) = SearchLog.objects.values()
    line.pop("id")
    assert line == {
        "day": TODAY,
        "query_masked": "cantine de [mail] [n]",
        "lang": "fr",
        "n": 3,
        "best": Decimal("0.613"),
        "clicked_rank": None,
        "used_for": "",
    }


def test_no_column_can_hold_a_person_an_address_or_an_hour() -> None:
    kinds = {field.name: field.get_internal_type() for field in SearchLog._meta.get_fields()}
    assert kinds == {
        "id": "UUIDField",
        "day": "DateField",
        "query_masked": "CharField",
        "lang": "CharField",
        "n": "PositiveIntegerField",
        "best": "DecimalField",
        "clicked_rank": "PositiveSmallIntegerField",
        "used_for": "CharField",
    }


def test_lines_of_one_day_bear_no_order() -> None:
    for word in ("un", "deux", "trois", "quatre", "cinq", "six"):
        searches.record(word, result(), day=TODAY)
    assert {line.pk.version for line in SearchLog.objects.all()} == {4}


@given(mail=st.emails(), number=st.integers(100_000, 10**15), words=st.text("abc éà'-", max_size=30))
def test_whatever_is_typed_no_mail_and_no_long_number_is_stored(mail: str, number: int, words: str) -> None:
    try:
        searches.record(f"{words} {mail} {words} {number} tel:{number}", result(0.5), day=TODAY)
        kept = str(list(SearchLog.objects.values_list("query_masked", "lang", "n", "best")))
        assert (mail.lower() in kept, str(number) in kept, "@" in kept) == (False, False, False)
    finally:
        SearchLog.objects.all().delete()


def test_words_of_which_nothing_is_left_are_not_kept() -> None:
    searches.record("\u200b \x00", result(), day=TODAY)
    assert SearchLog.objects.count() == 0
    assert without_masks("écrire à [mail] au [n] vite") == "écrire à au vite"


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        (date(2026, 9, 1), date(2025, 8, 1)),
        (date(2026, 3, 31), date(2025, 2, 28)),
        (date(2025, 3, 31), date(2024, 2, 29)),
        (date(2026, 1, 15), date(2024, 12, 15)),
        (date(2026, 12, 31), date(2025, 11, 30)),
    ],
)
def test_thirteen_months_earlier(day: date, limit: date) -> None:
    assert searches.months_before(day, 13) == limit


def test_what_is_older_than_thirteen_months_is_erased_once(desk: Person) -> None:
    limit = date(2025, 8, 1)
    for day in (limit - timedelta(days=1), limit, TODAY):
        log(f"du {day}", day=day)
        QueryReview.objects.create(query_masked=f"du {day}", last_day=day, outcome="aside", by=desk, at=NOW)
    assert (searches.forget(TODAY), searches.forget(TODAY)) == (1, 0)
    kept = [f"du {limit}", f"du {TODAY}"]
    assert list(SearchLog.objects.order_by("day").values_list("query_masked", flat=True)) == kept
    assert list(QueryReview.objects.order_by("last_day").values_list("query_masked", flat=True)) == kept


def test_the_words_of_searches_leave_an_old_measure_too(desk: Person) -> None:
    effect = {"base": "x", "searches": {"n": 1, "changed": 1, "shown": [{"query": "q", "comes": [], "goes": []}]}}
    common = {"concept": "a.b", "op": "add_label", "by": desk, "proposed_at": NOW, "effect": effect}
    old, new = (
        ThesaurusChange.objects.create(payload={"label": name}, measured_at=at, **common)
        for name, at in (("old", NOW - timedelta(days=500)), ("new", NOW))
    )
    searches.forget(NOW.date())
    assert ThesaurusChange.objects.get(pk=old.pk).effect == {
        "base": "x",
        "searches": {"n": 1, "changed": 1, "shown": []},
    }
    assert ThesaurusChange.objects.get(pk=new.pk).effect == effect


def test_the_daily_task_forgets(desk: Person) -> None:
    log("vieux", day=timezone.localdate() - timedelta(days=800))
    log("neuf", day=timezone.localdate())
    tasks.forget_searches.func()
    assert list(SearchLog.objects.values_list("query_masked", flat=True)) == ["neuf"]


@contextmanager
def locked() -> Iterator[None]:
    """Another connection that holds the pen, or on PostgreSQL the table, until it is let go."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        other = connection.copy()
        with other.cursor() as cursor:
            if other.vendor == "sqlite":
                cursor.execute("BEGIN IMMEDIATE")
            else:
                other.set_autocommit(False)
                cursor.execute("LOCK TABLE catalogue_searchlog IN ACCESS EXCLUSIVE MODE")
            held.set()
            free.wait(20)
            cursor.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    try:
        yield
    finally:
        free.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_loses_the_line_and_never_holds_the_page(caplog: pytest.LogCaptureFixture) -> None:
    with locked():
        start = time.monotonic()
        searches.record("secret de jean", result(0.5), day=TODAY)
        assert time.monotonic() - start < 2
    assert SearchLog.objects.count() == 0
    assert [(one.levelname, "jean" in one.getMessage()) for one in caplog.records] == [("WARNING", False)]
    searches.record("encore", result(0.5), day=TODAY)
    assert SearchLog.objects.count() == 1
    if not databases.is_postgres():
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (30_000,)


BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.usefixtures("catalogue")
class TestPage:
    """The results page writes one line for one search of a person."""

    def ask(self, path: str = "/chercher/?q=cantine", **headers: str) -> int:
        client = Client(headers={"user-agent": BROWSER} | headers)
        before = SearchLog.objects.count()
        assert client.get(path).status_code == 200
        return SearchLog.objects.count() - before

    def test_a_search_is_kept(self) -> None:
        assert self.ask("/chercher/?q=Gérer+la+CANTINE") == 1
        line = SearchLog.objects.get()
        assert (line.query_masked, line.lang, line.day) == ("gérer la cantine", "fr", timezone.localdate())
        assert line.best is not None
        assert line.n > 0

    def test_so_is_one_that_finds_nothing(self) -> None:
        assert self.ask("/en/chercher/?q=zzqxv+wkpq") == 1
        assert SearchLog.objects.values_list("n", "best").get() == (0, None)

    @pytest.mark.parametrize(
        "path",
        [
            "/chercher/",
            "/chercher/?q=",
            "/chercher/?q=le+la+les",
            "/chercher/?q=carte&page=2",
            "/chercher/?q=carte&pourquoi=QGIS",
            "/chercher/?q=carte&kind=software",
            "/api/v1/search?q=carte",
            "/communs/?theme=cartographie",
        ],
    )
    def test_what_is_no_new_search_is_not(self, path: str) -> None:
        assert self.ask(path) == 0

    @pytest.mark.parametrize(
        "headers",
        [
            {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
            {"user-agent": "curl/8.14"},
            {"user-agent": "python-httpx/0.28"},
            {"user-agent": ""},
            {"sec-purpose": "prefetch;prerender"},
            {"purpose": "prefetch"},
            {"if-none-match": '"abc"'},
        ],
    )
    def test_nor_is_a_program_a_page_fetched_ahead_or_a_reload(self, headers: dict[str, str]) -> None:
        assert self.ask(**headers) == 0

    def test_a_head_request_is_none(self) -> None:
        Client(headers={"user-agent": BROWSER}).head("/chercher/?q=cantine")
        assert SearchLog.objects.count() == 0

    def test_the_page_answers_when_the_line_cannot_be_written(self) -> None:
        def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            if 'INTO "catalogue_searchlog"' in sql:
                raise OperationalError("attempt to write a readonly database")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(refuse):
            assert self.ask() == 0

    def test_it_may_be_kept_by_anybody_and_sets_no_cookie(self) -> None:
        answer = Client(headers={"user-agent": BROWSER}).get("/chercher/?q=cantine")
        assert answer["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
        assert not answer.cookies

    def test_it_costs_few_questions(self, django_assert_max_num_queries: Any) -> None:
        self.ask()
        with django_assert_max_num_queries(12):
            assert self.ask() == 1

    def test_hits_lead_to_the_sheets_and_nowhere_else(self) -> None:
        page = Client().get("/chercher/?q=carte").text
        assert 'href="/communs/umap/"' in page
        assert "ping=" not in page


@pytest.fixture
def editor(person: Callable[..., Person], desk: Person) -> Person:
    made = person("edith@demo.example")
    core_services.grant(desk, made, role="editor", object_type="instance", at=NOW)
    return made


def test_unanswered_searches_are_grouped_most_asked_first() -> None:
    log("rien", times=3, best=None, lang="fr")
    log("faible", best="0.250", day=TODAY - timedelta(days=2))
    log("faible", best="0.100", day=TODAY)
    log("bon", times=9, best="0.251")
    log("bon mais inutile", best="0.900", used_for="need")
    told = [(one["query_masked"], one["times"], one["last"], one["needs"]) for one in queries.unanswered()]
    assert told == [
        ("rien", 3, TODAY, 0),
        ("faible", 2, TODAY, 0),
        ("bon mais inutile", 1, TODAY, 1),
    ]


def test_a_search_is_dealt_with_once(editor: Person) -> None:
    log("nid de poule", lang="fr")
    log("nid de poule", lang="en")
    services.review_search(editor, "nid de poule", "fr", outcome="aside", at=NOW)
    assert [(one["query_masked"], one["lang"]) for one in queries.unanswered()] == [("nid de poule", "en")]
    with pytest.raises(Conflict):
        services.review_search(editor, "nid de poule", "fr", outcome="commons", at=NOW)
    assert QueryReview.objects.get().outcome == "aside"


def test_the_journal_never_holds_the_words_searched_for(editor: Person) -> None:
    log("le voisin du 12")
    services.review_search(editor, "le voisin du 12", "", outcome="concept", concept="urbanisme.signalement", at=NOW)
    line = Entry.objects.get(act="catalogue.review_search")
    assert line.after == {"outcome": "concept", "concept": "urbanisme.signalement"}
    assert "voisin" not in str(Entry.objects.values())


@pytest.mark.parametrize(
    ("query", "outcome", "refusal"),
    [("inconnue", "aside", NotFound), ("connue", "hostile", NotReady), ("connue", "need", NotReady)],
)
def test_a_review_that_means_nothing_is_refused(
    editor: Person, query: str, outcome: str, refusal: type[Exception]
) -> None:
    log("connue")
    with pytest.raises(refusal):
        services.review_search(editor, query, "", outcome=outcome, at=NOW)
    assert QueryReview.objects.count() == 0


def test_who_reads_what_people_search_for(editor: Person, person: Callable[..., Person], desk: Person) -> None:
    Theme.objects.get_or_create(key="urbanisme", defaults={"fr": "U", "en": "U"})
    of_a_theme, reader = person("theme@demo.example"), person("quelquun@demo.example")
    core_services.grant(desk, of_a_theme, role="editor", object_type="theme", object_id="urbanisme", at=NOW)
    who = {"editor": editor, "theme": of_a_theme, "reader": reader, "operator": person("o@demo.example", operator=True)}
    allowed = {name: has_perm("catalogue.read_searches", one) for name, one in who.items()}
    assert allowed == {"editor": True, "theme": True, "reader": False, "operator": False}
    assert has_perm("catalogue.read_searches", None) is False
    log("x")
    with pytest.raises(NotAllowed):
        services.review_search(reader, "x", "", outcome="aside", at=NOW)


def test_one_or_three_searches_cost_the_same(editor: Person, client: Client) -> None:
    client.force_login(editor)
    counts = []
    for words in (["un"], ["deux", "trois"]):
        for word in words:
            log(word, best=None)
        client.get("/edition/besoins-sans-reponse/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/edition/besoins-sans-reponse/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 14
