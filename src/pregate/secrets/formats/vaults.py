"""Formats of the keys of vaults, and of tools that build infrastructure."""

from __future__ import annotations

from pregate.secrets.checksums import bech32
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.named import END, UUID, named
from pregate.secrets.formats.shapes import has_digits, is_mixed

_NO_BASE64 = r"(?![A-Za-z0-9+/=])"

FORMATS: tuple[Format, ...] = (
    # https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens
    Format(
        "TerraformCloudDetector",
        (".atlasv1.",),
        token(r"[A-Za-z0-9]{14}\.atlasv1\.(?P<random>[A-Za-z0-9_\-]{60,70})", end=END),
        entropy=3.8,
    ),
    # https://www.pulumi.com/docs/administration/access-identity/access-tokens/
    Format("PulumiDetector", ("pul-",), token(r"pul-(?P<random>[a-f0-9]{40})"), entropy=3.0),
    # https://docs.doppler.com/reference/auth-token-formats
    Format(
        "DopplerDetector",
        ("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.said.", "dp.scim.", "dp.audit."),
        token(r"dp\.(?:pt|ct|sa|said|scim|audit|st(?:\.[a-z0-9_\-]{2,35})?)\.(?P<random>[A-Za-z0-9]{40,44})"),
        entropy=3.6,
    ),
    # https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes
    Format(
        "VaultDetector",
        ("hvs.", "hvb.", "hvr."),
        token(r"hv[sbr]\.(?P<random>[A-Za-z0-9_\-]{24,300})", end=END),
        holds=is_mixed,
        entropy=3.4,
    ),
    *named(
        "VaultDetector",
        ("vault",),
        r"[sbr]\.[A-Za-z0-9]{24}",
        names=r"token",
        holds=is_mixed,
        entropy=3.4,
    ),
    # https://developer.hashicorp.com/consul/docs/security/acl/tokens
    *named("ConsulDetector", ("consul",), UUID, names=r"token"),
    *named("NomadDetector", ("nomad",), UUID, names=r"token"),
    # https://developer.1password.com/docs/service-accounts/
    Format(
        "OnePasswordDetector",
        ("ops_eyJ",),
        token(r"ops_eyJ(?P<random>[A-Za-z0-9+/_\-]{80})[A-Za-z0-9+/_\-]{120,1400}={0,3}", end=_NO_BASE64),
        entropy=3.6,
    ),
    # https://support.1password.com/secret-key/
    Format(
        "OnePasswordDetector",
        ("A3-",),
        token(
            r"A3-(?P<random>[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})"
            r"(?:-[A-Z0-9]{5}){3})",
            end=END,
        ),
        holds=has_digits,
        entropy=3.6,
    ),
    # https://github.com/C2SP/C2SP/blob/main/age.md#the-x25519-recipient-type
    Format(
        "AgeKeyDetector",
        ("AGE-SECRET-KEY-1",),
        token(r"AGE-SECRET-KEY-1(?P<random>[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})"),
        checksum=bech32,
        entropy=3.6,
    ),
    # https://infisical.com/docs/documentation/platform/token
    Format(
        "InfisicalDetector",
        ("st.",),
        token(r"st\.[a-f0-9]{24}\.(?P<random>[a-f0-9]{32}\.[a-f0-9]{32})"),
        entropy=3.2,
    ),
    # https://bitwarden.com/help/access-tokens/
    Format(
        "BitwardenDetector",
        ("0.",),
        token(rf"0\.{UUID}\.(?P<random>[A-Za-z0-9]{{30}}:[A-Za-z0-9+/]{{22}})==", end=_NO_BASE64),
        entropy=3.8,
    ),
)
