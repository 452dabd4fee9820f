"""What the sessions of deliveries and of the app may use, by the names that are configured."""

from __future__ import annotations

import pytest

from pregate.config import DeliverConfig
from pregate.entry.app import AppWish
from pregate.entry.identities import places_of

TOPIC = "arn:aws:sns:us-east-1:444455556666:verdicts"
KEY = "arn:aws:kms:us-west-2:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ALIAS = "arn:aws:kms:us-west-2:444455556666:alias/reports"
SECRET = "arn:aws:secretsmanager:us-west-2:444455556666:secret:app-AbCdEf"
KEYS = ("arn:aws:kms:us-west-2:444455556666:key/*",)


def test_an_encrypted_topic_is_published_to_by_keys_of_its_own_region_and_account() -> None:
    places = places_of(DeliverConfig(sns_topic=TOPIC))
    assert places == {"sns": (TOPIC,), "sns-key": ("arn:aws:kms:us-east-1:444455556666:key/*",)}


@pytest.mark.parametrize(("name", "keys"), [(KEY, (KEY,)), (ALIAS, KEYS), ("alias/reports", None)])
def test_the_key_of_the_bucket_is_where_its_name_says(name: str, keys: tuple[str, ...] | None) -> None:
    assert places_of(DeliverConfig(s3_bucket="reports", s3_kms_key=name)).get("s3-key") == keys


@pytest.mark.parametrize(
    ("name", "secret", "keys"),
    [
        (SECRET, SECRET, KEYS),
        (SECRET.removesuffix("-AbCdEf"), SECRET.replace("AbCdEf", "??????"), KEYS),
        ("app", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-??????", None),
    ],
)
def test_a_secret_is_read_where_its_name_says(name: str, secret: str, keys: tuple[str, ...] | None) -> None:
    places = AppWish("12", "", name, required=False).resources("aws", "eu-west-1", "111122223333")
    assert (places["secret"], places.get("secret-key")) == ((secret,), keys)
