"""Answers that a server on this machine cannot give: of the service's own name, proxies, certificates."""

from __future__ import annotations

import pytest
import requests
import responses

from pregate.advisories.api import OsvApi
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Package
from pregate.model import Location

PACKAGE = Package("PyPI", "requests", "2.30.0", Location("requirements.txt"))
QUERY = "https://api.osv.dev/v1/querybatch"


def ask() -> AdvisoryError:
    with pytest.raises(AdvisoryError) as caught:
        OsvApi(sleep=lambda _: None).advisories_for([PACKAGE])
    return caught.value


@pytest.mark.parametrize(
    ("failure", "hint"),
    [
        (requests.exceptions.ProxyError("proxy"), "--advisories PATH"),
        (requests.exceptions.SSLError("certificate"), "REQUESTS_CA_BUNDLE"),
        (requests.exceptions.ConnectTimeout("slow"), "--advisories PATH"),
        (requests.exceptions.ConnectionError("no route"), "--advisories PATH"),
    ],
)
@responses.activate
def test_a_service_that_cannot_be_reached_is_a_failure_with_a_way_out(failure: Exception, hint: str) -> None:
    responses.post(QUERY, body=failure)
    error = ask()
    assert "api.osv.dev" in error.message
    assert hint in error.hint
    assert error.exit_code == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
@responses.activate
def test_a_refusal_is_not_repeated(status: int) -> None:
    responses.post(QUERY, status=status, json={"message": "no"})
    assert str(status) in ask().message
    assert len(responses.calls) == 1


@responses.activate
def test_the_query_is_what_the_api_describes() -> None:
    responses.post(QUERY, json={"results": [{}]})
    assert OsvApi().advisories_for([PACKAGE]) == ((),)
    body = responses.calls[0].request.body
    assert body is not None
    assert b'"ecosystem": "PyPI"' in bytes(body if isinstance(body, bytes) else body.encode())
