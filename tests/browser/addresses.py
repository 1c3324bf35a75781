"""Every address of the desk, walked from its URLconf: a new page is measured without being named here.

A pattern with a parameter needs objects; `OBJECTS` says where the desk keeps them. A pattern with a parameter unknown to it
fails the walk, so that nobody can forget a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote
from uuid import UUID

from django.core.signing import Signer
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

from browser.site import Site
from communaux.core import letters

# Answer POST only: 405 on GET is tested
ACTIONS = {
    "import_source",
    "cancel_task",
    "logout",
    "account_logout",
    "proconnect",
    "proconnect_unlink",
    "close_device",
    "close_others",
    "join_organisation",
    "confirm_member",
    "end_member",
    "appoint_member",
    "keep_search",
    "keep_compared",
    "publish_note",
    "revise_note",
    "fill_commons",
    "fetch_commons",
    "confirm_reuse",
    "renew_reuse",
    "withdraw_experience",
    "confirm_provider",
    *("follow_commons", "follow_roadmap", "follow_gathering"),
    "unfollow",
    "revoke_token",
    "mark_read",
    "measure_change",
    "pair_same",
    "pair_different",
    "pair_back",
    "contest_answer",
    "contest_decide",
    "contest_withdraw",
    "commons_end_confirm",
    "commons_end_back",
    "commons_reopen",
    "decide_dual_act",
    "leave_commons",
    "stop_ambassador",
    "ask_assessment",
    "accept_proposal",
    "withdraw_answer",
    "review_answer",
    "answer_message",
    "decide_correction",
    "withdraw_forge_items",
    *("withdraw_service", "withdraw_measurement", "recompute_footprint"),
    *("start_audit", "close_audit", "publish_audit", "drop_audit", "withdraw_audit_review"),
    "count_me",
    "stop_asking",
    "ask_again",
    "star",
    "register_session",
    "add_room",
    "drop_room",
    "drop_name",
    "drop_commitment",
    "import_programme",
    "publish_programme",
    "withdraw_contribution",
    "end_pledge",
}
# A page of one logged search, and forms for a part that the editor, who walks here, does not hold: tests/web looks at them
FOR_OTHERS = {
    "review_search",
    "declare_reuse_from_source",
    "end_reuse",
    "experience",
    "end_provider",
    "seat_organisation",
    "declare_place",
    "edit_place",
    *("tell_news", "follow_up", "edit_roadmap"),  # tests/browser/test_follow_up.py
    *("organise", "add_session", "change_session", "arrangement"),  # tests/browser/test_programme.py
    *("relate_themes", "change_room", "change_edition"),  # tests/web/test_across_pages.py, test_programme_pages.py
    *("session_names", "own_name"),  # tests/web/test_speaker_name_pages.py
    *("session_report", "write_report"),  # tests/browser/test_programme.py
    "session_report_markdown",  # tests/web/test_report_pages.py
    *("workshop_card", "workshop_roadmap", "roadmap_links"),  # tests/browser/test_workshop.py
    # none on the desk that is walked, and a file of one person: tests/web/test_contribution_pages.py
    *("correct_contribution", "mentoring", "own_contributions_csv"),
    # for organisers, and members of a body: tests/web/test_commitment_pages.py
    *("add_commitment", "change_commitment", "stand_for_commitment", "tell_commitment_news"),
    # for organisers, reviewers and authors: tests/web/test_proposal_pages.py
    # there is none on the desk that is walked: tests/assessment/test_services_measured.py
    *(
        "audit",
        "audit_head",
        "audit_line",
        "audit_checks",
        "declaration",
        "declaration_json",
    ),  # tests/assessment/test_service_audits.py
    *("ai_note", "revise_ai_note"),  # tests/assessment/test_ai_notes.py
    *("audit_review", "ask_audit_review", "review_audit_line"),  # tests/assessment/test_audit_reviews.py
    *("declaration_of_audit", "declaration_of_audit_json", "compare_audits"),  # test_audits_compared.py, beside it
    *("service", "edit_service", "bring_measurement", "measurement", "footprint_result"),
    *("own_proposal", "review_list", "review_proposal", "session_call", "decisions", "decide_proposal"),
}
# Lead at once to a page that is read under its own address
LEADS_ON = {"map_start", "map_square", "chains"}
# Shown only in the middle of a way in, only after a confirmation, or to one person; test_passkeys.py reads them.
STAGES = {
    *("account_email_verification_sent", "account_confirm_login_code", "account_confirm_password_reset_code"),
    *("account_complete_password_reset", "account_confirm_reauthentication_code", "resume"),
    *("account_reauthenticate", "account_request_reauthentication_code"),
    *("mfa_authenticate", "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    *("account_set_password", "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_activate_totp"),
    *(
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "own_data_file",
        "erase_account",
    ),
    *("openid_connect_callback", "proconnect_body"),  # tests/web/test_proconnect.py
    *("account_login", "mfa_index"),  # second names of pages that are read under their first
}
HOSTILE = "zzqxv wkpq"

RICHEST = """select c.slug from catalogue_commons c where c.state = 'published'
order by (select count(*) from catalogue_fact f join catalogue_sourcerecord r on r.id = f.record_id where r.commons_id = c.id)
+ 3 * (select count(*) from catalogue_relation l where l.a_id = c.id or l.b_id = c.id)
+ 2 * (select count(*) from catalogue_lifeevent e where e.commons_id = c.id)
+ 5 * (select count(*) from catalogue_sourcerecord r where r.commons_id = c.id)
+ length(c.text_md) / 400 desc, c.slug limit 3"""
LONGEST = "select slug from catalogue_commons where state = 'published' order by length(text_md) desc, slug limit 1"
POOREST = "select slug from catalogue_commons where state = 'published' and short = '' order by slug limit 1"
ENDED = "select slug from catalogue_commons where state = 'published' and stage = 'ended' order by slug limit 1"
WITHHELD = "select slug from catalogue_commons where state = 'withheld' order by slug limit 1"
# A commune, a body over two regions, a département with many bodies, France: where the codes are loaded
TERRITORIES = """select kind, code from territory_territory where (kind, code) in
(values ('commune', '33063'), ('epci', '200030435'), ('departement', '59'), ('pays', 'FR')) order by kind"""
MEASURED = """select c.slug, v.code from assessment_value v join assessment_run r on r.id = v.run_id
join assessment_repository p on p.id = r.repository_id join catalogue_commons c on c.id = p.commons_id
where r.state = 'done' order by c.slug, v.id limit 1"""
ASSESSED = """select c.slug from assessment_run r join assessment_repository p on p.id = r.repository_id
join catalogue_commons c on c.id = p.commons_id where r.state = 'done' order by c.slug limit 1"""
COMMITMENTS = """select e.slug, c.id from gatherings_commitment c join gatherings_edition e on e.id = c.edition_id
where e.slug = 'nec-lille-2023' or c.state = 'kept' order by e.slug"""
OBJECTS = {
    "slug": (RICHEST, LONGEST, POOREST, ENDED, WITHHELD),
    "key": ("select key from catalogue_source order by key limit 1",),
    "claim": ("select id from catalogue_claim order by id limit 1",),
    "use": ("select id from catalogue_reuse order by id limit 2",),
    "provider": ("select id from catalogue_provider order by id limit 1",),
    "organisation": ("select id from core_organisation order by name limit 1",),
    "pair": ("select id from catalogue_matchproposal order by id limit 1",),
    "contest": ("select id from core_contest order by id limit 1",),
    "act": ("select id from core_dualact order by id limit 1",),
    "need": ("select slug from catalogue_need order by slug limit 1",),
    "ambassador": ("select id from territory_ambassador where until is null order by id limit 1",),
    "place": ("select id from territory_place where withheld_reason = '' order by id limit 1",),
    "pool": ("select slug from catalogue_needpool order by slug limit 1",),
    "gathering": (
        "select slug from gatherings_edition where slug in ('nec-2023', 'rencontre-fictive') order by slug desc",
    ),
    "roadmap": (
        "select slug from gatherings_roadmap where slug in ('reconditionne', 'pret-de-materiel') order by slug desc",
    ),
    "concept": ("select 'urbanisme.permis-construire'",),
    "change": ("select id from catalogue_thesauruschange order by id limit 1",),
    "pk": ("select id from core_progress order by ended_at is not null, id limit 1",),
    "note": ("select id from catalogue_opportunitynote where state = 'published' order by id limit 1",),
    "draft": ("select id from catalogue_opportunitynote where state = 'draft' order by id limit 1",),
}
# Patterns of a meeting that has a programme and a call for sessions: the made-up one to come
PROGRAMMED = {
    *("propose_session", "own_proposals"),
    *("programme", "programme_changes", "programme_version", "programme_file", "session", "session_calendar"),
}
# Patterns of a workshop: that of the made-up meeting that is over
OF_A_WORKSHOP = dict.fromkeys(("workshop_group", "workshop_kit"), ("rencontre-fictive", "1-1"))
OF_A_PROGRAMME = {"gathering": "rencontre-fictive-a-venir", "number": "1.0", "form": "txt", "code": "FIC002"}
# Patterns of a commons and of a code that the desk ships
CODED = {"assessment_frame": ("dpg", "spc", "ostrom"), "assessment_question": ("data_export", "privacy_law")}
# Patterns whose pages differ much from one object to the next; of the others one is looked at
VARIED = {"commons", "commons_sources", "commons_history", "progress", "gathering", "roadmap"}
# Patterns about what was read from a repository: shown of a commons that has been assessed
OF_ASSESSED = {
    *(
        "assessment",
        "assessment_history",
        "corrections",
        "forge_items",
        "assessment_measures",
        "assessment_charts",
        "assessment_missing",
    ),
    *("assessment_answers", "badge_svg", "badge_json"),
}
UUIDS = {"pk", "act", "organisation", "note", "draft", "change"}
# Query strings that make another page of the same pattern
ASKED = {
    "search": (
        f"q={quote('logiciel pour gérer la cantine de l’école')}",
        f"q={quote('parcoursup choisir sa voit apres le bac')}",
        "q=carte&kind=software",
        "q=carte&page=3",
        f"q={quote(HOSTILE)}",
        "q=cantine&pourquoi=QGIS",
        "q=carte&stage=ended",
    ),
    "compare": (
        "c=umap&c=panoramax&c=openfisca&c=tchap",
        "c=umap&c=panoramax&differences=1",
        "c=nulle-part&c=openfisca",
    ),
    "assess": (f"adresse={quote('https://github.com/demo/inconnu/tree/main/src', safe='')}",),
    "compare_assessments": ("communs=umap,panoramax", "communs=umap,nulle-part"),
    "footprint_video": ("minutes=37&device=tablet&quality=sd&network=mobile_fr",),
    "footprint_ai": ("tokens=1000&model=openai/gpt-4o",),
    "footprint_hardware": ("device=tablet&extra_life=2.5&parts=15",),
    "footprint_need_ai": ("task=summarise&need=cantine&users=100&times=50&tokens=400&active=8",),
    "footprint_factors": ("kind=grid", "page=2"),
    "roadmaps": ("state=delivered", "theme=ecole&edition=nec-2021"),
    "needs": ("theme=urbanisme&state=open", "territoire=departement:33"),
    "new_need": ("q=carte&vus=umap,panoramax", "territoire=departement:974"),
    "thesaurus": ("theme=environnement", "q=voirie"),
    "commons_list": ("page=2", "theme=cartographie", "stage=ended&page=2"),
    "pairs": ("page=2",),
    "human_help": ("commune=59350", "q=sainte-colombe"),
    "places": ("territoire=departement:59&service=equipment",),
    "territories": (f"q={quote('sainte-colombe')}", f"q={quote(HOSTILE)}"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """`pattern` is the name in the URLconf; `first`: the one of its pattern that is also read in English."""

    pattern: str
    path: str
    first: bool = True

    @property
    def label(self) -> str:
        return f"{self.pattern} {self.path}"


@cache
def named_patterns() -> dict[str, tuple[str, ...]]:
    """Pattern name → its parameters, pages and probes alike, the API left out (it has its own tests)."""
    return {name: tuple(pattern.pattern.converters) for name, pattern in _walk(get_resolver().url_patterns)}


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace is None:
                yield from _walk(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name, pattern


def addresses(site: Site) -> list[Address]:
    """What a visitor may read, in French: each pattern with some objects of the desk and some questions."""
    found = []
    for name, parameters in named_patterns().items():
        if name in ACTIONS | FOR_OTHERS | LEADS_ON | STAGES:
            continue
        paths = list(dict.fromkeys(_paths(site, name, parameters)))
        found += [Address(name, path, first=place == 0) for place, path in enumerate(paths)]
    return found


def _paths(site: Site, name: str, parameters: tuple[str, ...]) -> Iterator[str]:
    with override("fr"):
        if not parameters:
            bare = reverse(name)
            yield bare
            yield from (f"{bare}?{query}" for query in ASKED.get(name, ()))
            return
        if parameters == ("kind", "code"):
            for kind, code in site.rows(TERRITORIES):
                yield reverse(name, args=[kind, code])
            return
        if name in CODED:
            for (slug,) in site.rows(ASSESSED):
                yield from (reverse(name, args=[slug, code]) for code in CODED[name])
            return
        if name == "commitment":
            yield from (reverse(name, args=[slug, UUID(number)]) for slug, number in site.rows(COMMITMENTS))
            return
        if parameters == ("slug", "code"):
            for slug, code in site.rows(MEASURED):
                yield reverse(name, args=[slug, code])
            return
        if parameters == ("slug", "serie"):
            for slug, _code in site.rows(MEASURED):
                yield reverse(name, args=[slug, "activite"])
            return
        if parameters == ("measure", "theme"):
            yield from (reverse(name, args=[measure, "tous"]) for measure in ("communs", "lieux"))
            return
        if name in PROGRAMMED:
            yield reverse(name, kwargs={one: OF_A_PROGRAMME[one] for one in parameters})
            return
        if name in OF_A_WORKSHOP:
            yield reverse(name, args=OF_A_WORKSHOP[name])
            return
        if parameters == ("word",):
            yield reverse(name, args=["0" * 32])  # of nobody
            return
        (parameter,) = parameters  # a pattern with two parameters needs a line of its own here
        if parameter == "token":
            yield reverse(name, args=[token(site)])
            return
        queries = OBJECTS[parameter] if name in VARIED else OBJECTS[parameter][:1]
        if name in OF_ASSESSED:
            queries = (ASSESSED,)
        for query in queries:
            for (value,) in site.rows(query) if name in VARIED else site.rows(query)[:1]:
                yield reverse(name, args=[UUID(value) if parameter in UUIDS else value])


def token(site: Site) -> str:
    """A signed link as this desk would write it, about nobody."""
    key = (site.var / "secret-key").read_text("utf-8")
    return Signer(key=key, salt=letters.SALT).sign_object(["0" * 32, ["news"]])


def in_english(path: str) -> str:
    return f"/en{path}"
