"""
Formats of Amazon Web Services' keys.

Prefixes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from __future__ import annotations

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.formats.model import END, START, START_BASE64, Format, token
from pregate.secrets.formats.named import UUID, assigned, named
from pregate.secrets.formats.shapes import is_mixed

_IDS = r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)"
_NEEDLES = ("AKIA", "ASIA", "ABIA", "ACCA", "A3T")
_FORTY = r"[A-Za-z0-9+/]{40}"
_NO_BASE64 = r"(?![A-Za-z0-9+/=])"
_NAMES = r"secret[_\-. ]?(?:access[_\-. ]?)?(?:key|token)?(?:[_\-]?id)?"
_MANY_SLASHES = 5
_BASE32 = expression(r"[A-Z2-7]{16}")
_BEDROCK = "ABSKQmVkcm9ja0FQSUtleS"  # "BedrockAPIKey" in Base64, after the prefix


def _is_base32(key: str) -> bool:
    return _BASE32.fullmatch(key[4:]) is not None


def _is_secret(key: str) -> bool:
    # No path either: of random characters one in 64 is a slash.
    return is_mixed(key) and key.count("/") < _MANY_SLASHES


def _is_bedrock(key: str) -> bool:
    return key.startswith(_BEDROCK)


FORMATS: tuple[Format, ...] = (
    Format("AWSKeyDetector", _NEEDLES, token(rf"{_IDS}(?P<random>[A-Z0-9]{{16}})"), checksum=_is_base32),
    Format(
        "AWSKeyDetector",
        ("aws", "amazon", "s3_", "s3-", "s3.", "s3sec"),
        rf"(?:aws|amazon|(?<![a-z0-9])s3)[\w.\-]{{0,32}}? ?{assigned(_FORTY, names=_NAMES, end=_NO_BASE64)}",
        holds=_is_secret,
        entropy=3.6,
        ignores_case=True,
        next_line=True,
    ),
    Format(
        "AWSKeyDetector",
        ("secret",),
        rf"(?<![a-z]){assigned(_FORTY, names=_NAMES, end=_NO_BASE64)}",
        near=("aws", "amazon", "akia", "asia", "access_key", "accesskey", "access-key", "s3_", "s3-", "s3."),
        holds=_is_secret,
        entropy=3.6,
        ignores_case=True,
        next_line=True,
    ),
    # The secret right after the id of its key: a pair in a list, a table, or two lines.
    Format(
        "AWSKeyDetector",
        ("AKIA", "ASIA"),
        rf"{START}(?:AKIA|ASIA)[A-Z0-9]{{16}}{END}"
        rf"(?:[^\n]{{1,60}}?|[^\n]{{0,60}}\n[^\n]{{0,60}}?){START_BASE64}(?P<value>{_FORTY}){_NO_BASE64}",
        holds=_is_secret,
        entropy=3.9,
        next_line=True,
    ),
    # Security tokens are structures in Base64, which begin with the name of their issuer.
    Format(
        "AWSSessionTokenDetector",
        ("IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "FQoDYXdz", "AQoDYXdz"),
        token(
            r"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|[FA]QoDYXdz)"
            r"(?P<random>(?:[A-Za-z0-9+/]|%2[BFbf]){80})(?:[A-Za-z0-9+/]|%2[BFbf]){0,3000}(?:=|%3[Dd]){0,2}",
            end=_NO_BASE64,
        ),
        entropy=4.0,
    ),
    # https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
    Format(
        "AWSBedrockKeyDetector",
        ("ABSK",),
        token(r"ABSK(?P<random>[A-Za-z0-9+/]{80})[A-Za-z0-9+/]{20,220}={0,2}", end=_NO_BASE64),
        checksum=_is_bedrock,
        entropy=4.0,
    ),
    Format(
        "AWSBedrockKeyDetector",
        ("bedrock-api-key-",),
        token(r"bedrock-api-key-(?P<random>[A-Za-z0-9+/]{80})[A-Za-z0-9+/]{0,3000}={0,2}", end=_NO_BASE64),
        entropy=4.0,
    ),
    # A secret of any service that signs as S3 does.
    Format(
        "AWSKeyDetector",
        ("secret",),
        assigned(_FORTY, names=r"secret[_\-]?access[_\-]?key", end=_NO_BASE64),
        holds=_is_secret,
        entropy=3.9,
        confidence=Confidence.MEDIUM,
        ignores_case=True,
        next_line=True,
    ),
    # https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
    Format("AWSAppSyncKeyDetector", ("da2-",), token(r"da2-(?P<random>[a-z0-9]{26})"), entropy=3.4),
    # https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
    *named(
        "AWSSesPasswordDetector",
        ("ses_", "ses-", "email-smtp"),
        r"B[A-Za-z0-9+/]{43}",
        service=r"(?<![a-z])ses[_\-]|email-smtp",
        names=r"pass(?:word)?",
        end=_NO_BASE64,
        holds=is_mixed,
        entropy=4.0,
    ),
    # https://developer.amazon.com/docs/login-with-amazon/documentation-overview.html
    Format(
        "AmazonOAuthSecretDetector",
        ("amzn1.oa2-cs.v1.",),
        token(r"amzn1\.oa2-cs\.v1\.(?P<random>[a-f0-9]{64})"),
        entropy=3.2,
    ),
    Format(
        "AmazonMWSDetector",
        ("amzn.mws.",),
        token(rf"amzn\.mws\.(?P<random>{UUID})", end=r"(?![\w\-])"),
        entropy=3.0,
    ),
)
