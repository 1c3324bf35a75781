"""The people of a demonstration desk: one account for each part that a visitor may want to play."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from communaux.core import services
from communaux.core.models import Grant, Organisation, Person

# An address has no accents, a name does.
ACCENTED = {"operatrice": "Opératrice", "editrice": "Éditrice", "collegue": "Collègue"}
TOWN = "Commune de démonstration"  # no such town: nothing is said of a real one


def accounts(desk: Person) -> None:
    """The trial accounts, with the password of this start."""
    for mail, role, password in settings.DEMO_LOGINS:
        if known := Person.objects.filter(mail=mail).first():
            if not known.check_password(password):
                services.set_password(desk, known, password=password, at=timezone.now())
            continue
        part = mail.partition("@")[0]
        name = ACCENTED.get(part, part.capitalize())
        person = services.create_person(desk, mail=mail, display_name=name, password=password, at=timezone.now())
        _give_role(desk, person, role)


def _give_role(desk: Person, person: Person, role: str) -> None:
    """Operators and editors act on the whole desk; agents are two members of one body, as many acts need two."""
    now = timezone.now()
    if role in {"operator", "editor"}:
        services.grant(desk, person, role=role, object_type="instance", at=now)
    if role == "agent":
        town = _town(desk)
        services.add_member(desk, town, person=person, starts_on=timezone.localdate(), at=now)
        if not Grant.objects.filter(role="owner", object_type="organisation", object_id=str(town.pk)).exists():
            services.grant(desk, person, role="owner", object_type="organisation", object_id=str(town.pk), at=now)


def _town(desk: Person) -> Organisation:
    kind = Organisation.Kind.LOCAL_AUTHORITY
    known = Organisation.objects.filter(name=TOWN).first()
    return known or services.create_organisation(desk, name=TOWN, kind=kind, at=timezone.now())
