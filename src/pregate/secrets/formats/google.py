"""Formats of Google's keys, those of its cloud and of its OAuth clients."""

from __future__ import annotations

from pregate.secrets.formats.model import START, Format, token
from pregate.secrets.formats.named import END, named
from pregate.secrets.formats.shapes import is_mixed

FORMATS: tuple[Format, ...] = (
    # The private key of a service account, in its JSON file or in a variable:
    # https://cloud.google.com/iam/docs/keys-create-delete
    Format(
        "GCPServiceAccountDetector",
        ("-----BEGIN PRIVATE KEY-----\\",),
        r"(?P<value>-----BEGIN PRIVATE KEY-----(?:\\{1,2}n)(?P<random>[A-Za-z0-9+/]{64})"
        r"(?:[A-Za-z0-9+/=]|\\{1,2}n){64,3600}-----END PRIVATE KEY-----(?:\\{1,2}n)?)",
        near=(
            "private_key_id",
            "client_email",
            "service_account",
            "gserviceaccount",
            "serviceaccount",
            "gcp_",
            "firebase",
        ),
        entropy=4.0,
    ),
    # https://cloud.google.com/docs/authentication/api-keys
    Format(
        "GoogleApiKeyDetector", ("AIza",), token(r"AIza(?P<random>[A-Za-z0-9_\-]{35})", end=END), entropy=3.5
    ),
    Format(
        "GoogleOAuthSecretDetector",
        ("GOCSPX-",),
        token(r"GOCSPX-(?P<random>[A-Za-z0-9_\-]{28})", end=END),
        entropy=3.3,
    ),
    *named(
        "GoogleOAuthSecretDetector",
        ("google", "gcp", "gmail", "youtube"),
        r"[A-Za-z0-9_\-]{24}",
        names=r"client[_\-]?secret",
        holds=is_mixed,
        entropy=3.6,
    ),
    # https://cloud.google.com/docs/authentication/token-types
    Format(
        "GoogleOAuthTokenDetector",
        ("ya29.",),
        token(r"ya29\.(?:[a-z]\.)?(?P<random>[A-Za-z0-9_\-]{30,1000})", end=r"(?![A-Za-z0-9_])"),
        entropy=3.8,
    ),
    Format(
        "GoogleOAuthTokenDetector",
        ("1//0",),
        rf"{START}(?<![/.])(?P<value>1//0(?P<random>[A-Za-z0-9_\-]{{40,300}}))",
        entropy=4.0,
    ),
    # Server keys of Firebase Cloud Messaging as they were until 2024:
    # https://firebase.google.com/docs/cloud-messaging/auth-server
    Format(
        "FirebaseServerKeyDetector",
        (":APA91b",),
        token(r"AAAA[A-Za-z0-9_\-]{7}:APA91b(?P<random>[A-Za-z0-9_\-]{134})", end=END),
        entropy=4.0,
    ),
    # https://cloud.google.com/storage/docs/authentication/hmackeys
    *named(
        "GCPStorageKeyDetector",
        ("gcs", "google", "gcp", "goog1e"),
        r"[A-Za-z0-9+/]{40}",
        service=r"(?<![a-z])gcs|google|(?<![a-z])gcp|goog1e",
        names=r"(?:hmac|secret)[\w.\-]{0,16}?(?:key|secret)|secret",
        apart=False,
        holds=is_mixed,
        entropy=4.0,
    ),
)
