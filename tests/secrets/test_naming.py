"""Values that only their name tells: which names count, and which stand too far from the value."""

from __future__ import annotations

import random

import pytest

from pregate.secrets.scan import scan

from .specimens.model import ALNUM, HEX, text

KEY = text(random.Random(11), HEX, 32)
LONG = text(random.Random(12), ALNUM, 37) + "aB7"


def found(line: str, path: str = "app.txt") -> set[str]:
    return {secret.detector for secret in scan(path, line.encode()).secrets}


@pytest.mark.parametrize(
    "line",
    [
        f"ddApiKey: {KEY}",
        f"dd.api.key={KEY}",
        f"--dd-api-key {KEY}",
        f"myDatadogApiKey = '{KEY}'",
        f"API_KEY_DATADOG={KEY}",
        f"DATADOG_API_KEY_PROD={KEY}",
        f"datadog:\n  api_key: {KEY}\n",
        f"datadog: {{ apiKey: '{KEY}' }}",
        f'<add key="DatadogApiKey" value="{KEY}" />',
        f'public string DatadogApiKey {{ get; set; }} = "{KEY}";',
        f'{{"name": "DD_API_KEY", "value": "{KEY}"}}',
        f'os.environ["DD_API_KEY"] = "{KEY}"',
        f"curl -H 'DD-API-KEY: {KEY}' https://example.com",
    ],
)
def test_a_name_right_before_a_value_tells_it(line: str) -> None:
    assert "DatadogDetector" in found(line)


@pytest.mark.parametrize(
    "line",
    [
        f"datadog-agent.tar.gz {KEY}",
        f"datadog: {KEY}",
        f"DATADOG_API_KEY is read from the environment; the checksum is md5:{KEY}",
        f"datadog_public_key = {KEY}",
        f"datadog_key_id = {KEY}",
        f"DATADOG_API_KEY={KEY}{KEY}",
        f"DATADOG_API_KEY=sha1-{KEY}",
        f"added_api_key = {KEY}",
        f"DATADOG_API_KEY\n\n{KEY}\n",
    ],
)
def test_a_value_that_is_not_assigned_to_such_a_name_is_none(line: str) -> None:
    assert "DatadogDetector" not in found(line)


def test_the_key_of_a_search_that_may_be_public_is_none() -> None:
    assert found(f"algolia: {{ apiKey: '{KEY}' }}") & {"AlgoliaDetector"} == set()


def test_a_publishable_key_is_none() -> None:
    assert not found("PUBLISHABLE=pk_live_" + LONG) & {"StripeDetector", "KlaviyoDetector"}


def test_keys_of_the_same_beginning_are_told_apart_by_their_form() -> None:
    assert found("A=sk_live_" + KEY + KEY[:8]) == {"PaystackDetector"}
    assert found("A=sk_live_" + LONG) == {"StripeDetector"}


def test_an_account_is_none_but_the_token_beside_it() -> None:
    account = "AC" + KEY
    assert found(f"ACCOUNT={account}") == set()
    (secret,) = scan("app.py", f'client = Client("{account}", "{KEY}")\n'.encode()).secrets
    assert (secret.detector, secret.value.reveal()) == ("TwilioKeyDetector", KEY)
