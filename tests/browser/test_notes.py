"""Need → compare → note without JavaScript, by keyboard where it counts, and the note on paper."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Page
from pypdf import PdfReader

from browser.conftest import NewPage
from browser.measures import violations
from browser.notes import WHY
from browser.site import Site


@pytest.fixture
def plain(new_page: NewPage) -> Page:
    """A visitor whose browser runs no script."""
    return new_page(java_script_enabled=False)


def test_ticks_are_reached_and_pressed_by_keyboard(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/chercher/?q=carte")
    for number in (0, 1):
        tick = page.get_by_role("checkbox").nth(number)
        tick.focus()
        page.keyboard.press("Space")
        assert tick.is_checked()
    page.get_by_role("button", name="Comparer ceux qui sont cochés").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/communs/comparer/?c=*&c=*")
    assert page.get_by_role("columnheader").count() == 3


def test_from_a_need_to_a_published_note_without_script(plain: Page) -> None:
    plain.goto("/chercher/?q=cantine+scolaire")
    for number in (0, 1, 2):
        plain.get_by_role("checkbox").nth(number).check()
    searched = plain.url
    plain.get_by_role("button", name="Comparer ceux qui sont cochés").click()
    plain.wait_for_url("**/communs/comparer/**")
    compared = plain.url
    plain.goto(searched)
    plain.get_by_role("link", name="Garder cette recherche dans une note").click()
    sign_in(plain)
    plain.get_by_label("Titre").fill("Gérer la cantine")
    plain.get_by_role("button", name="Commencer").click()
    plain.goto(compared)
    plain.get_by_label("Les ajouter à une note").select_option("Gérer la cantine")
    plain.get_by_role("button", name="Garder").click()
    plain.get_by_label("Chercher avec d’autres mots").fill("restauration collective")
    plain.get_by_role("button", name="Chercher, et garder la réponse").click()
    judge_all(plain)
    plain.get_by_label("Votre conclusion").select_option("contribute")
    plain.get_by_role("button", name="Enregistrer et figer").click()
    plain.get_by_role("button", name="Publier").click()
    assert plain.get_by_text("Chacun peut lire cette note maintenant.").is_visible()
    assert plain.get_by_role("heading", name="Comment vérifier cette note").is_visible()


def sign_in(page: Page) -> None:
    mail, _role, password = settings.DEMO_LOGINS[2]
    page.get_by_label("Adresse").fill(mail)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


def judge_all(page: Page) -> None:
    """Press « Juger » as long as there is one, each time with a verdict."""
    while (judge := page.get_by_role("button", name="Juger")).count():
        judge.first.click()
        page.get_by_label("Ce que vous en faites").select_option("not_kept")
        page.get_by_label("S’il n’est pas retenu, pourquoi").select_option("function_missing")
        page.get_by_label("En toutes lettres, 40 caractères au moins").fill(WHY)
        page.get_by_role("button", name="Garder ce verdict").click()


def test_a_note_and_a_table_on_paper(page: Page, site: Site, tmp_path: Path) -> None:
    ((pk,),) = site.rows("select id from catalogue_opportunitynote where state = 'published' order by id limit 1")
    for path, wanted in ((f"/notes/{UUID(pk)}/", "SHA-256"), ("/communs/comparer/?c=umap&c=panoramax", "Panoramax")):
        page.goto(path)
        page.pdf(path=tmp_path / "page.pdf", format="A4")
        texts = [one.extract_text() for one in PdfReader(tmp_path / "page.pdf").pages]
        assert 1 <= len(texts) <= 6
        assert all(text.strip() for text in texts)
        assert wanted in "".join(texts)


def test_the_refused_form_and_the_two_texts_are_accessible(new_page: NewPage, site: Site, cookies: list) -> None:
    page = new_page()
    page.context.add_cookies(cookies)
    ((pk,),) = site.rows("select id from catalogue_opportunitynote where state = 'draft' order by id limit 1")
    page.goto(f"/notes/{UUID(pk)}/modifier/")
    page.get_by_role("button", name="Enregistrer et figer").click()
    assert page.get_by_role("alert").is_visible()
    assert violations(page)[0] == []
    other = page.context.new_page()
    other.goto(f"/notes/{UUID(pk)}/modifier/")
    for tab, text in ((other, f"Celui d’un onglet {uuid4()}"), (page, "Celui de l’autre")):
        tab.get_by_label("Le besoin, avec vos mots").fill(text)
        tab.get_by_role("button", name="Enregistrer").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Quelqu’un a enregistré un autre texte entre-temps"
    assert violations(page)[0] == []
