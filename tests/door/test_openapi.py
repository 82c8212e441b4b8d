"""One case is one request that schemathesis made from the OpenAPI document: in its grammar or just beside it, with a token or without."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from orchestration.door.descriptions import document
from tests.door.desk import Server

schema = schemathesis.openapi.from_dict(document("http://door.example"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("has_token", [True, False])
@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_in_the_document(case: schemathesis.Case, server: Server, token: str, has_token: bool) -> None:
    headers = {"Authorization": f"Bearer {token}"} if has_token else {}
    answer = case.call(base_url=server.url, headers=headers)
    case.validate_response(answer, checks=CHECKS)
