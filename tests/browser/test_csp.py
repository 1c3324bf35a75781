"""Nothing a reader did not ask for: no cookie, no refused script or style, headers that protect (10 § 6.8)."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from browser.addresses import addresses, in_english
from browser.conftest import NewPage
from browser.measures import is_page
from browser.site import Site

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
POLICY = {
    *("default-src 'self'", "img-src 'self' data:", "style-src 'self'", "script-src 'self'", "form-action 'self'"),
    *("frame-ancestors 'self'", "base-uri 'self'", "object-src 'none'"),
}
# a form that is sent needs its token
FORMS = {
    f"{lang}/{path}/"
    for lang in ("", "/en")
    for path in (
        *("connexion", "connexion/courriel", "inscription", "mot-de-passe-oublie"),
        "rendez-vous/rencontre-fictive-a-venir/proposer",  # anybody may fill it in
        "ambassadeurs/1/contacter",  # anybody may write to the ambassador of the demonstration
    )
}
OWN = (
    "/taches/",
    "/desabonnement/",
    "/mon-programme/",
    "/rendez-vous/rencontre-fictive-a-venir/sessions/",
)  # of one person, or moment
# Patterns that ask to sign in; every other one can be read by anybody
FOR_AN_ACCOUNT = {
    *("propose", "edit_commons", "publish_commons", "claim_commons", "commons_publiccode"),
    *("declare_reuse", "declare_provider", "begin_note", "edit_note"),
    *("commons_merge", "commons_contest", "commons_end", "edition", "proposals", "claims", "pairs", "stale_uses"),
    *("new_need", "unanswered", "put_together", "become_ambassador"),
    *(
        "declare_organisation",
        "adopt_roadmap",
        "adapt_roadmap",
        "open_edition",
        "withhold_edition",
        *("declare_contribution", "own_contributions", "contributions_to_confirm"),
        *("pledge_time", "mentor"),
        "space",
        "space_settings",
        "messages",
        "own_traces",
        *("new_service", "sign_ai_note"),
    ),
}


@pytest.fixture(scope="package")
def answers(site: Site) -> dict[str, httpx.Response]:
    """What a stranger gets at every address, each asked for as a first visit."""
    asked = addresses(site)
    paths = [one.path for one in asked] + [in_english(one.path) for one in asked if one.first]
    found = {path: httpx.get(site.url + path) for path in paths}
    return {path: answer for path, answer in found.items() if answer.status_code != 404}  # probes have no English twin


def test_no_address_gives_a_cookie_to_a_reader(answers: dict[str, httpx.Response]) -> None:
    given = {path for path, answer in answers.items() if "set-cookie" in answer.headers}
    assert given == FORMS


def test_every_address_sends_the_headers_that_protect(answers: dict[str, httpx.Response]) -> None:
    sent = {path: {name: answer.headers.get(name) for name in HEADERS} for path, answer in answers.items()}
    assert {path: headers for path, headers in sent.items() if headers != HEADERS} == {}
    policies = {path: set(a.headers.get("content-security-policy", "").split("; ")) for path, a in answers.items()}
    assert {path: policy for path, policy in policies.items() if policy != POLICY} == {}


def test_pages_may_be_kept_a_minute_by_anyone(answers: dict[str, httpx.Response]) -> None:
    kept = {path: a.headers["cache-control"] for path, a in answers.items() if is_page(a) and a.status_code == 200}
    private = {path for path, rule in kept.items() if rule != "public, max-age=60, stale-while-revalidate=600"}
    assert private == FORMS | {path for path in kept if any(one in path for one in OWN)}


def test_every_address_answers(site: Site, answers: dict[str, httpx.Response]) -> None:
    wrong = {path: a.status_code for path, a in answers.items() if a.status_code not in {200, 302}}
    assert wrong == {}
    asking = {one.pattern for one in addresses(site) if one.path in answers and answers[one.path].status_code == 302}
    accounts = {one.pattern for one in addresses(site) if one.path.startswith("/mon-compte/")}
    assert asking - accounts == FOR_AN_ACCOUNT


def test_the_policy_refuses_nothing_of_ours(new_page: NewPage, site: Site) -> None:
    """The browser reports each refusal to the page: none on a page with form and script."""
    page = new_page()
    page.add_init_script(
        "window.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(e.blockedURI));"
    )
    ((task,),) = site.rows("select id from core_progress order by id limit 1")
    for path in ("/", "/chercher/?q=carte", "/communs/umap/", "/connexion/", f"/taches/{UUID(task)}/"):
        page.goto(path, wait_until="networkidle" if "taches" not in path else "load")
        page.wait_for_timeout(200)
        assert page.evaluate("refused") == []


def test_a_script_in_the_page_would_be_refused(new_page: NewPage) -> None:
    """The policy is in force: what a hostile catalogue could inject does not run."""
    page = new_page()
    page.goto("/")
    page.evaluate("""() => {
      const one = document.createElement('script');
      one.textContent = 'window.ran = true';
      document.body.append(one);
    }""")
    assert page.evaluate("window.ran") is None
