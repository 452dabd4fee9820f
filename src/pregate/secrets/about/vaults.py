"""What keys of vaults and of tools that build infrastructure open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

_ROTATE = "rotate what it could read"

ENTRIES: dict[str, Entry] = {
    "TerraformCloudDetector": Entry(
        "HCP Terraform token",
        _CRITICAL,
        _SURE,
        "run plans and read states, with the secrets in them and the clouds behind them",
        f"Delete it under Account settings, Tokens (a team's or the organisation's in its settings), and "
        f"{_ROTATE}.",
        "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
        instead="Keep it in `TF_TOKEN_app_terraform_io`, and let runs reach clouds by dynamic credentials "
        "(OIDC).",
    ),
    "PulumiDetector": Entry(
        "Pulumi access token",
        _CRITICAL,
        _SURE,
        "update stacks and read their states, with the clouds behind them",
        f"Delete it under Personal access tokens (or the organisation's Access tokens), and {_ROTATE}.",
        "https://www.pulumi.com/docs/administration/access-identity/access-tokens/",
        prefixes=("pul-",),
        instead="Exchange the build service's OIDC token for one of the organisation's.",
    ),
    "DopplerDetector": Entry(
        "Doppler token",
        _CRITICAL,
        _SURE,
        "read every secret of the project or the workplace it is for",
        f"Revoke it (`doppler configs tokens revoke`, or the dashboard under Tokens), and {_ROTATE}.",
        "https://docs.doppler.com/docs/service-tokens",
        prefixes=("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.said.", "dp.scim.", "dp.audit."),
        instead="Use a service account identity (OIDC).",
    ),
    "VaultDetector": Entry(
        "HashiCorp Vault token",
        _CRITICAL,
        _SURE,
        "read and change what its policies allow in the vault",
        f"`vault token revoke TOKEN`, which ends its children too, look at the audit log, and {_ROTATE}.",
        "https://developer.hashicorp.com/vault/docs/concepts/tokens",
        prefixes=("hvs.", "hvb.", "hvr."),
        instead="Log in with the machine's own identity (Kubernetes, AWS, JWT) for a token of minutes.",
    ),
    "ConsulDetector": Entry(
        "Consul ACL token",
        _CRITICAL,
        _LIKELY,
        "read and change services and settings as its policies allow",
        "`consul acl token delete -id ACCESSOR`, and create another.",
        "https://developer.hashicorp.com/consul/docs/security/acl/tokens",
        instead="Use `consul login` with an auth method.",
    ),
    "NomadDetector": Entry(
        "Nomad ACL token",
        _CRITICAL,
        _LIKELY,
        "run jobs in the cluster as its policies allow",
        "`nomad acl token delete ACCESSOR`, and create another.",
        "https://developer.hashicorp.com/nomad/docs",
        instead="Use `nomad login` with OIDC or workload identities.",
    ),
    "OnePasswordDetector": Entry(
        "1Password service account token or Secret Key",
        _CRITICAL,
        _SURE,
        "read the vaults of the service account; a Secret Key opens the account together with its password",
        "Under Developer, Service accounts rotate or revoke the token; a Secret Key is regenerated in the "
        "profile. "
        f"Then {_ROTATE}.",
        "https://developer.1password.com/docs/service-accounts/",
        prefixes=("ops_", "A3-"),
        instead="Give it one vault to read, and keep the token in the platform's secrets.",
    ),
    "AgeKeyDetector": Entry(
        "age secret key",
        _CRITICAL,
        _SURE,
        "decrypt everything that was encrypted to it, in every copy of the history",
        "Make another with `age-keygen`, encrypt the files to it (`sops updatekeys`), and rotate every "
        "secret "
        "that this one decrypts: old copies stay readable.",
        "https://github.com/FiloSottile/age",
        cwe=321,
        prefixes=("AGE-SECRET-KEY-1",),
        instead="Let SOPS use a key management service, or keep the key on a hardware token.",
    ),
    "InfisicalDetector": Entry(
        "Infisical service token",
        _CRITICAL,
        _SURE,
        "read the secrets of the environment it is for",
        f"Delete it under the project's Access control, Service tokens, and {_ROTATE}.",
        "https://infisical.com/docs/documentation/platform/token",
        prefixes=("st.",),
        instead="Use a machine identity that logs in by OIDC or the cloud's own identity.",
    ),
    "BitwardenDetector": Entry(
        "Bitwarden Secrets Manager access token",
        _CRITICAL,
        _SURE,
        "read the secrets of the machine account's projects",
        f"Revoke it under the machine account's Access tokens, create another, and {_ROTATE}.",
        "https://bitwarden.com/help/access-tokens/",
        instead="Give the machine account one project to read, and the token an expiry.",
    ),
}
