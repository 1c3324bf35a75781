"""Who may act in the area of assessments. Reading needs no account; what a run finds is written by the desk alone."""

from __future__ import annotations

import rules

from communaux.core.rules import is_operator, is_signed_in

rules.add_perm("assessment.ask_run", is_signed_in)
rules.add_perm("assessment.advance_run", is_operator)
rules.add_perm("assessment.keep_run", is_operator)
rules.add_perm("assessment.fail_run", is_operator)
rules.add_perm("assessment.cancel_run", is_operator)
