"""Role × action: who may do what, each rule against each kind of person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

import communaux.catalogue.rules
import communaux.core.rules  # noqa: F401 - the rules under test
from communaux.core import organisations, services
from communaux.core.models import Grant, Membership, Organisation, Person
from communaux.core.rules import has_role, holds

pytestmark = pytest.mark.django_db

OPERATORS_ONLY = (
    *("core.create_person", "core.create_organisation", "core.add_member", "core.grant", "core.revoke"),
    *("core.set_weights", "core.cancel_task"),
    *("catalogue.register_source", "catalogue.import", "catalogue.close_import", "catalogue.relate"),
    *("catalogue.propose_pairs", "catalogue.store_index", "catalogue.set_themes", "catalogue.store_themes"),
    *(
        "catalogue.record_health",
        "catalogue.mark_stale_reuses",
        "catalogue.place_uses",
        "catalogue.settle_pools",
        "core.tell_endings",
        "core.expire_dual_acts",
    ),
)
# Rules about one use or one provider: their matrix stands in tests/catalogue/test_reuse_rules.py
ABOUT_A_USE = (
    *("catalogue.declare_reuse", "catalogue.confirm_reuse", "catalogue.renew_reuse", "catalogue.end_reuse"),
    *("catalogue.write_experience", "catalogue.edit_experience", "catalogue.withdraw_experience"),
    *("catalogue.declare_provider", "catalogue.confirm_provider", "catalogue.end_provider"),
)
# Rules about one note: tests/catalogue/test_notes.py
OF_A_NOTE = (
    *("catalogue.create_note", "catalogue.read_note", "catalogue.write_note", "catalogue.conclude_note"),
    *("catalogue.freeze_note", "catalogue.publish_note", "catalogue.revise_note"),
    *("catalogue.add_note_search", "catalogue.remove_note_search", "catalogue.add_note_candidates"),
    *("catalogue.judge_note_candidate", "catalogue.remove_note_candidate"),
)
# Rules about needs and words: tests/catalogue/test_needs.py, test_pools.py, test_words.py, test_searches.py
OF_NEEDS_AND_WORDS = (
    *("catalogue.change_ambassador", "catalogue.stop_ambassador"),  # tests/catalogue/test_ambassadors.py
    *("catalogue.express_need", "catalogue.support_need", "catalogue.withdraw_support", "catalogue.match_need"),
    *("catalogue.answer_need", "catalogue.close_need", "catalogue.reopen_need", "catalogue.correct_need"),
    *("catalogue.import_needs", "catalogue.pool_needs", "catalogue.join_pool", "catalogue.leave_pool"),
    *("catalogue.carry_pool", "catalogue.put_down_pool"),
    *("catalogue.read_searches", "catalogue.review_search", "catalogue.propose_word", "catalogue.measure_word"),
    *("catalogue.accept_word", "catalogue.refuse_word"),
)
# Rules about one draft, sheet or claim: their matrices stand in tests/catalogue/test_proposals.py, test_claims.py, test_own_file.py
OF_A_SHEET = (
    *(
        "catalogue.draft",
        "catalogue.read_draft",
        "catalogue.describe",
        "catalogue.take_over",
        "catalogue.adopt_publiccode",
        "catalogue.show_evidence",
    ),
    *("catalogue.answer_duplicate", "catalogue.ask", "catalogue.discard", "catalogue.publish", "catalogue.send_back"),
    *(
        "catalogue.withhold",
        "catalogue.restore",
        "catalogue.claim",
        "catalogue.accept_claim",
        "catalogue.confirm_claim",
        "catalogue.refuse_claim",
    ),
)
SIGNED_IN = (
    "catalogue.become_ambassador",
    *("core.record_evidence", "core.start_task", "core.follow", "core.unfollow"),
    *("core.choose_frequency", "core.read_notices", "core.resume_mail"),
    *("core.confirm_proconnect", "core.decline_proconnect", "core.unlink_proconnect"),
    *("core.sign_up", "core.declare_organisation", "core.ask_to_join", "core.open_contest", "catalogue.propose_pair"),
    "core.prepare_dual_act",  # each kind says who: tests/core/test_dual.py
)
ON_ONESELF = (
    *("core.verify_mail", "core.change_access", "core.change_profile", "core.erase_person", "core.make_token"),
    "core.set_password",  # operators too, on anyone
)
ON_A_MEMBER = ("core.confirm_member", "core.end_member")
ON_AN_ORGANISATION = ("core.appoint", "catalogue.seat_body")
ON_A_TOKEN = ("core.revoke_token",)  # of its holder: tests/core/test_token_services.py
# About one act of two persons: tests/core/test_dual.py
OF_AN_ACT = ("core.read_dual_act", "core.release_dual_act", "core.refuse_dual_act")
# Of editors, stewards and the parties of a contest, on what they act on: tests/catalogue/test_putting_right.py, test_contest.py
ELSEWHERE = (
    *("core.answer_contest", "core.decide_contest", "core.withdraw_contest", "catalogue.edit_desk"),
    *("catalogue.judge_pair", "catalogue.reopen_pair", "catalogue.merge", "catalogue.undo_merge"),
    *("catalogue.end", "catalogue.reopen", "catalogue.confirm_end", "catalogue.take_back_end"),
)
# person → (may do what operators do, may do what anyone signed in does)
MATRIX = {
    "desk": (True, True),
    "operator": (True, True),
    "revoked": (False, True),
    "ended": (False, True),
    "not_yet": (False, True),
    "member": (True, True),
    "past_member": (False, True),
    "other_object": (False, True),
    "other_role": (False, True),
    "plain": (False, True),
    "inactive": (False, False),
    "closed_operator": (False, False),
    "anonymous": (False, False),
    "nobody": (False, False),
}


@pytest.fixture
def people(desk: Person, person: Callable[..., Person]) -> dict[str, Person | AnonymousUser | None]:
    today, at = timezone.localdate(), timezone.now()
    found: dict[str, Person | AnonymousUser | None] = {"desk": desk, "anonymous": AnonymousUser(), "nobody": None}
    plain = (
        "revoked",
        "ended",
        "not_yet",
        "member",
        "past_member",
        "other_object",
        "other_role",
        "plain",
        "inactive",
        "closed_operator",
    )
    found |= {name: person(f"{name}@demo.example") for name in plain}
    found["operator"] = person("operator@demo.example")
    month = timedelta(days=30)

    def give(name: str, role: str = "operator", of: str = "instance", **terms: object) -> Grant:
        return services.grant(desk, found[name], role=role, object_type=of, at=at, starts_on=today - month, **terms)

    give("operator", ends_on=today)  # the last day is included
    services.revoke(desk, give("revoked"), at=at, reason="test")
    give("ended", ends_on=today - timedelta(days=1))
    give("other_object", of="commons", object_id="1")
    give("other_role", role="editor")
    services.grant(
        desk, found["not_yet"], role="operator", object_type="instance", at=at, starts_on=today + timedelta(days=1)
    )
    body = services.create_organisation(desk, name="Mairie", kind="local_authority", at=at)
    services.grant(desk, body, role="operator", object_type="instance", at=at)
    services.add_member(desk, body, person=found["member"], starts_on=today, at=at)
    past = services.add_member(desk, body, person=found["past_member"], starts_on=today - month, at=at)
    Membership.objects.filter(pk=past.pk).update(ends_on=today - timedelta(days=1))
    give("closed_operator")
    for name in ("inactive", "closed_operator"):
        Person.objects.filter(pk=found[name].pk).update(is_active=False)
        found[name].refresh_from_db()
    return found


def test_the_matrix_names_every_rule() -> None:
    known = {name for name in rules.permissions.permissions if name.startswith(("core.", "catalogue."))}
    assert known == {
        *(*OPERATORS_ONLY, *SIGNED_IN, *ON_ONESELF, *ON_A_MEMBER, *ON_AN_ORGANISATION, *ON_A_TOKEN, *OF_AN_ACT),
        *(*OF_A_SHEET, *ABOUT_A_USE, *OF_A_NOTE, *OF_NEEDS_AND_WORDS, *ELSEWHERE),
    }


def test_role_by_action(people: dict[str, Person]) -> None:
    """One pass over all cells: the people cost more than the rules."""
    wanted = {
        (who, name): (operator if name in OPERATORS_ONLY else signed_in)
        for who, (operator, signed_in) in MATRIX.items()
        for name in (*OPERATORS_ONLY, *SIGNED_IN)
    }
    assert {(who, name): rules.has_perm(name, people[who]) for who, name in wanted} == wanted


def test_acts_on_an_account_are_of_its_holder(people: dict[str, Person]) -> None:
    """Who × whom: only oneself, with an open account; operators may set the password of anyone."""
    open_ones = [name for name in MATRIX if MATRIX[name][1]]
    wanted, found = {}, {}
    for by in MATRIX:
        for whom in open_ones:
            for act in ON_ONESELF:
                cell = (act, by, whom)
                operator = act == "core.set_password" and MATRIX[by][0]
                wanted[cell] = operator or (by == whom and MATRIX[by][1])
                found[cell] = rules.has_perm(act, people[by], people[whom])
    assert found == wanted


OF_A_BODY = {  # who → may admit and send away, may end the membership of "asked", may appoint, may say its seat
    "owner": (True, True, True, True),
    "co_owner": (True, True, False, True),
    "member": (False, False, False, False),
    "asked": (False, True, False, False),
    "owner_of_another": (False, False, False, False),
    "revoked_owner": (False, False, False, False),
    "past_owner": (False, False, False, False),
    "closed_owner": (False, False, False, False),
    "operator": (True, True, True, True),
    "desk": (True, True, True, True),
    "anonymous": (False, False, False, False),
    "nobody": (False, False, False, False),
}


def test_acts_on_an_organisation_are_of_who_answers_for_it(desk: Person, person: Callable[..., Person]) -> None:
    today, at = timezone.localdate(), timezone.now()
    month = timedelta(days=30)
    body, other = (services.create_organisation(desk, name=name, kind="company", at=at) for name in ("Un", "Deux"))
    found: dict[str, Person | AnonymousUser | None] = {"desk": desk, "anonymous": AnonymousUser(), "nobody": None}
    found |= {name: person(f"{name}@demo.example") for name in OF_A_BODY if name not in found}
    found["operator"] = person("odile@demo.example", operator=True)

    def give(name: str, role: str, on: Organisation = body, **terms: object) -> Grant:
        place = {"object_type": "organisation", "object_id": str(on.pk), "starts_on": today - month}
        return services.grant(desk, found[name], role=role, at=at, **place | terms)

    give("owner", "owner", ends_on=today)  # the last day is included
    give("co_owner", "co_owner")
    give("owner_of_another", "owner", other)
    services.revoke(desk, give("revoked_owner", "owner"), at=at, reason="test")
    give("past_owner", "owner", ends_on=today - timedelta(days=1))
    give("closed_owner", "owner")
    Person.objects.filter(pk=found["closed_owner"].pk).update(is_active=False)
    found["closed_owner"].refresh_from_db()
    services.add_member(desk, body, person=found["member"], starts_on=today, at=at)
    row = organisations.ask_to_join(found["asked"], body, at=at)
    acts = ("core.confirm_member", "core.end_member", *ON_AN_ORGANISATION)
    seen = {
        who: tuple(rules.has_perm(act, found[who], body if act in ON_AN_ORGANISATION else row) for act in acts)
        for who in OF_A_BODY
    }
    assert seen == OF_A_BODY


def test_a_role_on_one_object_says_nothing_of_another(people: dict[str, Person]) -> None:
    today, held = timezone.localdate(), people["other_object"]
    assert has_role(held, "operator", "commons", "1", today)
    assert not has_role(held, "operator", "commons", "2", today)


def test_a_rule_may_ask_for_a_role_on_its_target(people: dict[str, Person], desk: Person, now: datetime) -> None:
    body = Organisation.objects.get()
    services.grant(
        desk,
        people["plain"],
        role="editor",
        object_type="organisation",
        object_id=str(body.pk),
        at=now,
        starts_on=timezone.localdate(),
    )
    may_edit = holds("editor", "organisation", of="pk")
    other = services.create_organisation(desk, name="Autre", kind="company", at=now)
    assert [may_edit(people["plain"], target) for target in (body, other)] == [True, False]
    assert not may_edit(None, body)
