"""Who may act in the area of assessments. Reading needs no account; what a run finds is written by the desk alone."""

from __future__ import annotations

import rules
from allauth.account.models import EmailAddress

from communaux.assessment.models import Correction
from communaux.catalogue.rules import is_editor, is_steward
from communaux.core.models import Person
from communaux.core.rules import acts, is_operator, is_signed_in


@rules.predicate
def decides_correction(person: Person | None, said: Correction | None = None) -> bool:
    """Stewards and editors of the commons."""
    return said is not None and (is_editor(person, said.commons) or is_steward(person, said.commons))


@rules.predicate
def bears_address(person: Person | None, mail: str | None = None) -> bool:
    """Somebody who has shown that mail to this address reaches them."""
    return (
        acts(person)
        and bool(mail)
        and EmailAddress.objects.filter(user=person, email__iexact=mail, verified=True).exists()
    )


rules.add_perm("assessment.ask_run", is_signed_in)
rules.add_perm("assessment.advance_run", is_operator)
rules.add_perm("assessment.keep_run", is_operator)
rules.add_perm("assessment.fail_run", is_operator)
rules.add_perm("assessment.cancel_run", is_operator)
rules.add_perm("assessment.mark_checked", is_operator)
rules.add_perm("assessment.propose_correction", is_signed_in)
rules.add_perm("assessment.decide_correction", decides_correction)
rules.add_perm("assessment.object", bears_address | is_operator)
rules.add_perm("assessment.take_back_objection", bears_address | is_operator)
