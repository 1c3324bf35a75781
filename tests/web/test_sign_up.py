"""Opening an account: by mail and code, with a password or without; nothing tells who has one."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client

from communaux.core.models import Entry, Person

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe long"
NEW = {"display_name": "Lise Martin", "email": "Lise@demo.example", "password1": PASSWORD}
CODE_PAGE = "/inscription/code/"


def sign_up(client: Client, **more: str) -> object:
    client.get("/inscription/")
    return client.post("/inscription/", NEW | more)


def test_an_account_opens_once_its_code_came_back(client: Client, code: Callable[[], str]) -> None:
    answer = sign_up(client)
    assert (answer.status_code, answer["location"]) == (302, CODE_PAGE)
    assert client.get("/mon-compte/").status_code == 302, "not open yet"
    answer = client.post(CODE_PAGE, {"code": code().lower().replace("-", " ")})
    assert (answer.status_code, answer["location"]) == (302, "/mon-compte/")
    assert "Lise Martin" in client.get("/mon-compte/").text
    person = Person.objects.get(mail="lise@demo.example")
    assert (person.lang, person.is_active, person.check_password(PASSWORD)) == ("fr", True, True)
    (address,) = EmailAddress.objects.filter(user=person)
    assert (address.email, address.verified, address.primary) == ("lise@demo.example", True, True)


def test_the_journal_tells_of_it_without_a_word_about_the_person(client: Client, code: Callable[[], str]) -> None:
    sign_up(client)
    client.post(CODE_PAGE, {"code": code()})
    lines = Entry.objects.filter(subject_kind="person", act__in=("core.sign_up", "core.verify_mail")).order_by("seq")
    assert [line.act for line in lines] == ["core.sign_up", "core.verify_mail"]
    hashed = "".join(f"{line.before}{line.after}{line.reason}" for line in lines)
    assert [word for word in ("Lise", "lise@", "Martin") if word in hashed] == []
    assert lines[1].private["what"] == "mail_verified"
    assert "Lise Martin" not in Client().get("/journal/").text


def test_without_password_a_code_opens_it_again(client: Client, code: Callable[[], str]) -> None:
    sign_up(client, password1="")
    client.post(CODE_PAGE, {"code": code()})
    assert not Person.objects.get(mail="lise@demo.example").has_usable_password()
    later = Client()
    assert later.post("/connexion/courriel/", {"email": "lise@demo.example"})["location"] == "/connexion/code/"
    assert later.post("/connexion/code/", {"code": code()})["location"] == "/"
    assert later.get("/mon-compte/").status_code == 200


def test_the_page_speaks_the_language_of_the_mail_and_of_the_account(
    client: Client, mailbox: list[EmailMessage]
) -> None:
    client.get("/en/inscription/")
    assert client.post("/en/inscription/", NEW)["location"] == "/en/inscription/code/"
    assert "Welcome" in str(mailbox[-1].body)
    assert Person.objects.get(mail="lise@demo.example").lang == "en"


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("display_name", "", "id_display_name"),
        ("display_name", "\u202e\x00 ", "id_display_name"),
        ("display_name", "é" * 151, "id_display_name"),
        ("email", "pas une adresse", "id_email"),
        ("email", "x" * 5000, "id_email"),
        ("password1", "court", "id_password1"),
        ("password1", "administrator", "id_password1"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(
    client: Client, mailbox: list[EmailMessage], field: str, typed: str, told: str
) -> None:
    answer = sign_up(client, **{field: typed})
    assert answer.status_code == 200
    assert f'href="#{told}"' in answer.text
    kept = {"display_name": "Lise Martin", "email": "Lise@demo.example"} | {field: typed}
    assert [
        name for name in ("display_name", "email") if kept[name].isprintable() and kept[name] not in answer.text
    ] == []
    assert PASSWORD not in answer.text
    assert (Person.objects.filter(mail__isnull=False).count(), mailbox) == (0, [])


def test_a_hostile_name_is_shown_as_text(client: Client, code: Callable[[], str]) -> None:
    sign_up(client, display_name="<script>alert(1)</script> 🌱\u202e")
    client.post(CODE_PAGE, {"code": code()})
    assert "<script>alert" not in client.get("/mon-compte/").text
    assert Person.objects.get(mail="lise@demo.example").display_name == "<script>alert(1)</script> 🌱"


@pytest.mark.parametrize(
    ("path", "field", "form"),
    [
        ("/inscription/", "email", NEW),
        ("/connexion/courriel/", "email", {}),
        ("/mot-de-passe-oublie/", "email", {}),
        ("/connexion/", "username", {"password": "autre mot de passe"}),
    ],
)
def test_a_known_and_an_unknown_address_get_the_same_answers(
    mailbox: list[EmailMessage], person: Callable[..., Person], path: str, field: str, form: dict[str, str]
) -> None:
    person("connue@demo.example")
    known, unknown = ("connue@demo.example", "inconnue@demo.example")
    assert answers(path, form | {field: known}, known) == answers(path, form | {field: unknown}, unknown)
    assert len(mailbox) == (0 if path == "/connexion/" else 2), "each address is told something, whoever has it"


def answers(path: str, form: dict[str, str], address: str) -> list[object]:
    """What a fresh visitor sees: the answer to the form, the page after it, the answer to a wrong code there."""
    client = Client()
    client.get(path)
    sent = client.post(path, form)
    seen = [sent.status_code, sent.get("location"), sent.text]
    if sent.status_code == 302:
        wrong = client.post(sent["location"], {"code": "BBBB-BBBB"})
        seen += [client.get(sent["location"]).text, wrong.status_code, wrong.text]
    return [bare(one, address) if isinstance(one, str) else one for one in seen]


def bare(page: str, address: str) -> str:
    """Without the address itself, and the token of the form, which no two pages share."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(address, ""))


def test_who_has_an_account_is_told_by_mail_only(
    client: Client, mailbox: list[EmailMessage], person: Callable[..., Person]
) -> None:
    person("lise@demo.example")
    sign_up(client)
    assert [str(one.subject) for one in mailbox] == ["Vous avez déjà un compte — Communaux"]
    assert Person.objects.filter(mail="lise@demo.example").count() == 1


def test_who_opened_it_with_the_address_of_another_never_gets_in(client: Client, code: Callable[[], str]) -> None:
    """Open with a stranger's address and a password, wait until the stranger uses a code: the password no longer opens."""
    sign_up(client)
    owner = Client()
    owner.post("/connexion/courriel/", {"email": "lise@demo.example"})
    assert owner.post("/connexion/code/", {"code": code()})["location"] == "/"
    assert owner.get("/mon-compte/").status_code == 200
    thief = Client()
    thief.post("/connexion/", {"username": "lise@demo.example", "password": PASSWORD})
    assert thief.get("/mon-compte/").status_code == 302
    assert not Person.objects.get(mail="lise@demo.example").has_usable_password()
    assert Entry.objects.filter(act="core.verify_mail").count() == 1


def test_a_password_of_ones_own_stays_after_a_code(client: Client, code: Callable[[], str]) -> None:
    sign_up(client)
    client.post(CODE_PAGE, {"code": code()})
    later = Client()
    later.post("/connexion/courriel/", {"email": "lise@demo.example"})
    later.post("/connexion/code/", {"code": code()})
    assert later.get("/mon-compte/").status_code == 200
    assert Person.objects.get(mail="lise@demo.example").check_password(PASSWORD)


def test_two_clicks_make_one_account_and_lead_to_one_code(client: Client, code: Callable[[], str]) -> None:
    first, second = sign_up(client), client.post("/inscription/", NEW)
    assert [first["location"], second["location"]] == [CODE_PAGE, CODE_PAGE]
    assert Person.objects.filter(mail="lise@demo.example").count() == 1
    assert client.post(CODE_PAGE, {"code": code()})["location"] == "/mon-compte/"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_instant_do_too(client: Client, code: Callable[[], str]) -> None:
    client.get("/inscription/")
    twins = [Client(), Client()]
    for one in twins:
        one.cookies = client.cookies.copy()

    def click(one: Client) -> str:
        try:
            return one.post("/inscription/", NEW)["location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(click, twins)) == [CODE_PAGE, CODE_PAGE]
    assert Person.objects.filter(mail="lise@demo.example").count() == 1
    assert client.post(CODE_PAGE, {"code": code()})["location"] == "/mon-compte/"


@pytest.mark.django_db(transaction=True)
def test_two_visitors_with_one_address_at_the_same_instant_make_one_account(mailbox: list[EmailMessage]) -> None:
    def visit(_number: int) -> int:
        try:
            return sign_up(Client()).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(visit, range(2))) <= {302, 429}
    assert Person.objects.filter(mail="lise@demo.example").count() == 1


def test_three_wrong_codes_end_it_and_signing_in_sends_another(client: Client, code: Callable[[], str]) -> None:
    sign_up(client)
    answers = [client.post(CODE_PAGE, {"code": "BBBB-BBBB"}) for _try in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 302]
    assert 'role="alert"' in answers[0].text
    assert client.get(CODE_PAGE)["location"] == "/connexion/"


def test_a_code_can_be_sent_again(client: Client, code: Callable[[], str], settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "10/m/key"}
    sign_up(client)
    first = code()
    client.post(CODE_PAGE, {"action": "resend"})
    assert code() != first
    assert client.post(CODE_PAGE, {"code": first}).status_code == 200, "the last one counts"
    assert client.post(CODE_PAGE, {"code": code()})["location"] == "/mon-compte/"


def test_a_desk_without_mail_says_so_before_anything_is_typed(client: Client) -> None:
    for path in ("/inscription/", "/connexion/courriel/", "/mot-de-passe-oublie/"):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 503)
        assert "ne peut pas encore envoyer de courriel" in answer.text
    assert client.post("/inscription/", NEW).status_code == 503
    assert Person.objects.filter(mail__isnull=False).count() == 0
    assert client.get("/connexion/").status_code == 200


def test_a_server_of_mail_that_is_down_is_said_and_signing_in_goes_on_later(
    client: Client, code: Callable[[], str], monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "10/m/key"}

    def down(self: EmailBackend, messages: list[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", down)
        answer = sign_up(client)
        assert answer.status_code == 503
        assert "n’a pas pu partir" in answer.text
    again = Client()
    again.post("/connexion/", {"username": "lise@demo.example", "password": PASSWORD})
    assert again.post(CODE_PAGE, {"code": code()}).status_code == 302
    assert again.get("/mon-compte/").status_code == 200


def test_a_demonstration_desk_says_where_its_mails_lie(client: Client, settings: object, tmp_path: object) -> None:
    backend = "django.core.mail.backends.filebased.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"file_path": tmp_path}}}
    assert "<code>mail</code>" in client.get("/inscription/").text
    sign_up(client)
    (written,) = tmp_path.iterdir()
    assert "lise@demo.example" in written.read_text("utf-8")


def test_too_many_tries_get_a_page_of_ours(client: Client, mailbox: list[EmailMessage], settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}
    statuses = [client.post("/inscription/", NEW | {"email": ""}).status_code for _try in range(3)]
    assert statuses == [200, 200, 429]
    for prefix, told in (("", "Patientez une minute"), ("/en", "Wait a minute")):
        answer = client.post(f"{prefix}/inscription/", NEW)
        assert (answer.status_code, answer["retry-after"]) == (429, "60")
        assert told in answer.text


def test_limits_count_over_all_processes(settings: object) -> None:
    """The cache they count in is the database, the only thing that processes and machines of a desk share."""
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    with connection.cursor() as cursor:
        assert settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names(cursor)
