"""Role × action on one use, one experience, one provider."""

from __future__ import annotations

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from slices import NOW
from uses import Cast, told

from communaux.catalogue import services
from communaux.core.errors import NotAllowed

pytestmark = pytest.mark.django_db
EVERYBODY = ("visitor", "reader", "member", "second", "former", "outsider", "editor", "steward", "operator", "desk")
# who may, of EVERYBODY; "member" declared the use and the service
MATRIX = {
    "declare": ("catalogue.declare_reuse", "said", {"member", "second"}),
    "declare, with a source": ("catalogue.declare_reuse", "said_by_source", {"member", "second", "editor"}),
    "confirm": ("catalogue.confirm_reuse", "use", {"second"}),
    "confirm what an editor declared": ("catalogue.confirm_reuse", "read", {"member", "second"}),
    "renew": ("catalogue.renew_reuse", "use", {"member", "second"}),
    "end": ("catalogue.end_reuse", "use", {"member", "second", "editor"}),
    "write": ("catalogue.write_experience", "use", {"member", "second"}),
    "edit": ("catalogue.edit_experience", "lesson", {"member", "second"}),
    "withdraw": ("catalogue.withdraw_experience", "lesson", {"member", "second", "editor"}),
    "offer": ("catalogue.declare_provider", "offer", {"member", "second", "editor"}),
    "confirm the offer": ("catalogue.confirm_provider", "provider", {"second", "editor", "steward"}),
    "end the offer": ("catalogue.end_provider", "provider", {"member", "second", "editor"}),
}


def test_who_may_do_what(cast: Cast) -> None:
    use = cast.declared()
    targets = {
        "said": cast.said(),
        "said_by_source": cast.said(source="https://demo.example/article"),
        "use": use,
        "read": cast.declared("editor", kind="hosts", source="https://demo.example/article"),
        "lesson": services.write_experience(cast["member"], use, told=told(), at=NOW),
        "offer": cast.offer(),
        "provider": services.declare_provider(cast["member"], cast.offer(), at=NOW),
    }
    people = {**cast.people, "visitor": AnonymousUser()}
    may = {
        act: {who for who in EVERYBODY if rules.has_perm(rule, people[who], targets[target])}
        for act, (rule, target, _who) in MATRIX.items()
    }
    assert may == {act: who for act, (_rule, _target, who) in MATRIX.items()}
    assert not any(rules.has_perm(rule, people[who]) for rule, _target, _who in MATRIX.values() for who in EVERYBODY)


def test_an_editor_of_the_theme_counts_an_editor_of_another_does_not(cast: Cast) -> None:
    from communaux.catalogue.models import Theme
    from communaux.core import services as core

    for key in ("cartographie", "eau"):
        Theme.objects.create(key=key, fr=key, en=key)
    cast.commons.themes.set(["cartographie"])
    for part, key in (("reader", "cartographie"), ("former", "eau")):
        grant = {"role": "editor", "object_type": "theme", "object_id": key}
        core.grant(cast["desk"], cast[part], starts_on=NOW.date().replace(year=2020), at=NOW, **grant)
    use = cast.declared()
    assert [rules.has_perm("catalogue.end_reuse", cast[part], use) for part in ("reader", "former")] == [True, False]


def test_what_is_not_allowed_is_refused_by_the_service(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.declare_reuse(cast["outsider"], cast.said(), at=NOW)
    with pytest.raises(NotAllowed):
        services.declare_reuse(cast["editor"], cast.said(), at=NOW)
    with pytest.raises(NotAllowed):
        services.confirm_reuse(cast["member"], cast.declared(), at=NOW)
