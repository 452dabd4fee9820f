"""
Who a run is on AWS for what comes after the verdict: each part has a session of its own, which may do what
that part does and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pregate.config import AwsConfig, DeliverConfig

if TYPE_CHECKING:
    from pregate.aws import Clients
    from pregate.aws.sts import TokenSource
    from pregate.entry.app import AppWish

# Filled in by the session policy, once the role is known.
_ROLE = ("{partition}", "{region}", "{account}")


def clients_for_delivery(
    aws: AwsConfig, deliver: DeliverConfig, environ: Mapping[str, str], tokens: TokenSource | None
) -> Clients:
    """
    Clients that may deliver what is configured. Raises UsageError where the configuration of AWS is wrong.
    """
    from pregate.aws import open_identity

    return open_identity(aws, environ, deliver.wanted, tokens=tokens, resources=places_of(deliver))


def clients_for_app(
    aws: AwsConfig, wish: AppWish, environ: Mapping[str, str], tokens: TokenSource | None
) -> Clients:
    """Clients that may use the key of a GitHub App. Raises UsageError as above."""
    from pregate.aws import open_identity

    return open_identity(aws, environ, wish.features, tokens=tokens, resources=places_for_app(wish))


def places_for_app(wish: AppWish) -> dict[str, tuple[str, ...]]:
    """The resources of the app's key, as below."""
    return wish.resources(*_ROLE)


def places_of(deliver: DeliverConfig) -> dict[str, tuple[str, ...]]:
    """The resources of the deliveries that are configured, by the names of the session policy's grants."""
    from pregate.aws import s3, sns
    from pregate.aws.signing import keys_of

    places: dict[str, tuple[str, ...]] = {}
    if deliver.s3_bucket:
        places["s3"] = s3.resources(_ROLE[0], deliver.s3_bucket, deliver.s3_prefix)
    if ":key/" in deliver.s3_kms_key:
        places["s3-key"] = (deliver.s3_kms_key,)
    elif keys := keys_of(deliver.s3_kms_key):
        places["s3-key"] = keys
    if deliver.sns_topic:
        places["sns"] = sns.resources(deliver.sns_topic)
        places["sns-key"] = keys_of(deliver.sns_topic)
    return places
