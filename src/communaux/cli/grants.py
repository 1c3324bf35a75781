"""`communaux grants list OBJECT`: who holds which role on an object, what it inherits from above included.

`communaux grants give ROLE MAIL`: the first operator of a desk, and its editors; a further operator is prepared only.
"""

from __future__ import annotations

import argparse

from communaux.cli import Refusal
from communaux.cli.desk import setup


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "grants", help="who holds which role", epilog="example: communaux grants list instance"
    )
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    told = jobs.add_parser(
        "list",
        help="roles on an object, those held above it included",
        epilog="example: communaux grants list instance   (or: organisation:NUMBER)",
    )
    told.add_argument("object", metavar="OBJECT", help="instance, or type:number")
    told.add_argument("--all", action="store_true", help="also those that ended, were withdrawn or have not begun")
    told.set_defaults(run=run_list)
    given = jobs.add_parser(
        "give",
        help="give a role on the whole desk to an account",
        epilog="example: communaux grants give operator odile@example.org",
    )
    given.add_argument("role", choices=["editor", "operator"])
    given.add_argument("mail", metavar="MAIL", help="main address of the account")
    given.set_defaults(run=run_give)


def run_list(arguments: argparse.Namespace) -> int:
    """One line a role, nearest object first; numbers, no mail addresses."""
    kind, _colon, number = arguments.object.partition(":")
    if not kind or (kind == "instance") is bool(number):
        raise Refusal(f"{arguments.object!r} is no object: say instance, or type:number")
    setup()
    from django.utils import timezone

    from communaux.core import queries

    for place, held in queries.grants_over((kind, number), timezone.localdate(), ended=arguments.all):
        where = ":".join(filter(None, place))
        who = f"person {held.person_id}" if held.person_id else f"organisation {held.organisation_id}"
        until = held.ends_on or "without end"
        note = f", withdrawn {held.revoked_at:%Y-%m-%d}" if held.revoked_at else ""
        print(f"{where}  {held.role}  {who}  {held.starts_on} – {until}{note}")
    return 0


def run_give(arguments: argparse.Namespace) -> int:
    """In the name of the desk. Where there is an operator already, one of them releases the next one on their own page."""
    setup()
    from django.urls import reverse
    from django.utils import timezone

    from communaux.core import operators, services
    from communaux.core.models import Person

    desk, at = Person.objects.desk(), timezone.now()
    person = Person.objects.filter(mail__iexact=arguments.mail, is_active=True).first()
    if person is None:
        raise Refusal(f"no open account has the main address {arguments.mail}")
    if arguments.role == "operator" and operators.operators(timezone.localdate(at)):
        act = operators.prepare(desk, person, at=at)
        print(f"Prepared: an operator releases it at {reverse('dual_act', args=[act.pk])}")
        return 0
    held = services.grant(desk, person, role=arguments.role, object_type="instance", at=at)
    print(f"{held.role}  person {person.pk}  from {held.starts_on}")
    return 0
