"""Every address of the API with generated arguments, against its own description: no 500, no answer it does not tell of."""

from __future__ import annotations

import databases
import hypothesis
import pytest
import schemathesis
from hypothesis import given, settings
from pytest_django import DjangoDbBlocker
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from communaux.web.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 60  # for each address that anybody may read
CLOSED = 5  # for one that asks for a token: nobody has one here (`.ci/run api` sends one), each answer is 401


@pytest.mark.schemathesis
@pytest.mark.skipif(not databases.is_postgres(), reason="on SQLite `.ci/run api` asks a running desk with real data")
@pytest.mark.usefixtures("catalogue")
@pytest.mark.filterwarnings("default")  # of the generator itself
def test_generated_arguments(django_db_blocker: DjangoDbBlocker) -> None:
    """Outside the transaction of a test: the real application closes its connection after each request."""
    with django_db_blocker.unblock():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
        operations = [found.ok() for found in schema.get_all_operations()]
        paths = {operation.path for operation in operations}
        assert paths >= {"/api/v1/search", "/api/v1/commons/{slug}", "/api/v1/journal"}
        for operation in operations:
            described_and_kept(operation)


def described_and_kept(operation: schemathesis.APIOperation) -> None:
    @given(operation.as_strategy())
    @settings(
        max_examples=CLOSED if "security" in operation.definition.raw else EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})  # its WSGI client reads no gzip

    check()
