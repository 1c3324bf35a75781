"""Every address of the API with generated arguments, against its own description: no 500, no answer it does not tell of."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from communaux.web.wsgi import application

schema = schemathesis.pytest.from_fixture("described")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def described(catalogue: object, db: None) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.mark.schemathesis
@pytest.mark.filterwarnings("default")  # of the generator itself
@schema.parametrize()
@hypothesis.settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_generated_arguments(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)
