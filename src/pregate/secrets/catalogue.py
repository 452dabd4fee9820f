"""
What each of detect-secrets' plugins finds, why it matters and what to do about it.

Severities: *critical* opens a cloud account, its storage, or machines, by itself; *high* is a credential
whose format leaves little doubt; *medium* is a guess from a variable's name or from randomness, so that
the default threshold (high) stops real tokens and not every test password. An address is *info*:
detect-secrets' default filters never report one.
"""

from __future__ import annotations

from dataclasses import dataclass

from pregate.model import Confidence, Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One plugin: ``name`` what it finds, as in a sentence; ``risk`` what a reader of the value can do;
    ``revoke`` how to make it worthless.

    ``prefixes`` are public beginnings of the values, which a message may show.
    """

    name: str
    severity: Severity
    confidence: Confidence
    risk: str
    revoke: str
    help_uri: str = ""
    cwe: int = 798
    prefixes: tuple[str, ...] = ()


_CRITICAL, _HIGH, _MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
_SURE, _LIKELY, _GUESS = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW

ENTRIES: dict[str, Entry] = {
    "AWSKeyDetector": Entry(
        "AWS access key",
        _CRITICAL,
        _SURE,
        "act as the IAM user or role behind it; public repositories are searched for such keys",
        "Delete the key in IAM, look for its use in CloudTrail, and use a role instead of a key.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
        prefixes=("AKIA", "ASIA", "ABIA", "ACCA", "A3T"),
    ),
    "ArtifactoryDetector": Entry(
        "Artifactory credential",
        _HIGH,
        _LIKELY,
        "read and replace the packages that builds install",
        "Revoke the API key or reset the password in Artifactory.",
    ),
    "AzureStorageKeyDetector": Entry(
        "Azure Storage account key",
        _CRITICAL,
        _SURE,
        "read, change and delete everything in the storage account",
        "Rotate the account key in the Azure portal, and prefer Entra ID or short-lived SAS tokens.",
        "https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage",
    ),
    "Base64HighEntropyString": Entry(
        "random-looking Base64 string",
        _MEDIUM,
        _GUESS,
        "use it, if it is a key or a token",
        "If it is a credential, revoke it where it was issued.",
    ),
    "BasicAuthDetector": Entry(
        "password in a URL",
        _HIGH,
        _LIKELY,
        "log in with it, and URLs end up in logs and histories besides",
        "Change the password, and pass it apart from the URL.",
        cwe=522,
    ),
    "CloudantDetector": Entry(
        "Cloudant credential",
        _HIGH,
        _LIKELY,
        "read and change the databases of the account",
        "Delete the credential in IBM Cloud and create another.",
    ),
    "DiscordBotTokenDetector": Entry(
        "Discord bot token",
        _HIGH,
        _SURE,
        "act as the bot in every server that it has joined",
        "Reset the token in the Discord developer portal.",
    ),
    "GitHubTokenDetector": Entry(
        "GitHub token",
        _HIGH,
        _SURE,
        "read and change repositories, and through workflows what they deploy",
        "Revoke the token in GitHub's settings and look at the security log.",
        "https://docs.github.com/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation",
        prefixes=("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    ),
    "GitLabTokenDetector": Entry(
        "GitLab token",
        _HIGH,
        _SURE,
        "read and change repositories, registries or runners, as the token allows",
        "Revoke the token in GitLab.",
        "https://docs.gitlab.com/security/tokens/",
        prefixes=(
            "glpat-",
            "gldt-",
            "glft-",
            "glsoat-",
            "glrt-",
            "GR1348941",
            "glcbt-",
            "glimt-",
            "glptt-",
            "glagent-",
            "gloas-",
        ),
    ),
    "HexHighEntropyString": Entry(
        "random-looking hexadecimal string",
        _MEDIUM,
        _GUESS,
        "use it, if it is a key or a token",
        "If it is a credential, revoke it where it was issued.",
    ),
    "IPPublicDetector": Entry(
        "public IP address",
        Severity.INFO,
        _GUESS,
        "learn where a service stands",
        "Keep addresses in configuration that is not published.",
        cwe=200,
    ),
    "IbmCloudIamDetector": Entry(
        "IBM Cloud IAM key",
        _HIGH,
        _LIKELY,
        "act as the identity behind it in the IBM Cloud account",
        "Delete the API key in IBM Cloud IAM.",
    ),
    "IbmCosHmacDetector": Entry(
        "IBM Cloud Object Storage HMAC key",
        _HIGH,
        _LIKELY,
        "read and change the objects in the storage",
        "Delete the service credential in IBM Cloud.",
    ),
    "JwtTokenDetector": Entry(
        "JSON Web Token",
        _HIGH,
        _LIKELY,
        "be its subject wherever it is accepted, until it expires",
        "Revoke the token or its session; if it does not expire soon, rotate the signing key.",
    ),
    "KeywordDetector": Entry(
        "hard-coded secret",
        _MEDIUM,
        _LIKELY,
        "use it wherever it is valid",
        "Change it where it is valid.",
    ),
    "MailchimpDetector": Entry(
        "Mailchimp key",
        _HIGH,
        _SURE,
        "read the audience and send mail in the account's name",
        "Disable the key in Mailchimp's account settings.",
    ),
    "NpmDetector": Entry(
        "npm token",
        _HIGH,
        _SURE,
        "publish packages in its owner's name",
        "Revoke it with `npm token revoke`, and publish through trusted publishing.",
        prefixes=("npm_",),
    ),
    "OpenAIDetector": Entry(
        "OpenAI key",
        _HIGH,
        _SURE,
        "use the account at its owner's cost and read its data",
        "Delete the key on OpenAI's API keys page.",
        prefixes=("sk-",),
    ),
    "PrivateKeyDetector": Entry(
        "private key",
        _CRITICAL,
        _SURE,
        "be its owner: log in, sign, or decrypt",
        "Replace the key pair everywhere the public key is trusted, and revoke its certificates.",
        cwe=321,
    ),
    "PypiTokenDetector": Entry(
        "PyPI token",
        _HIGH,
        _SURE,
        "publish releases in its owner's name",
        "Remove the token in the PyPI account settings, and publish through trusted publishing.",
        "https://pypi.org/help/#apitoken",
        prefixes=("pypi-",),
    ),
    "SendGridDetector": Entry(
        "SendGrid key",
        _HIGH,
        _SURE,
        "send mail in the account's name",
        "Delete the key in SendGrid's settings.",
        prefixes=("SG.",),
    ),
    "SlackDetector": Entry(
        "Slack token or webhook",
        _HIGH,
        _SURE,
        "read and write messages in the workspace",
        "Revoke it with Slack's `auth.revoke`, or delete the webhook.",
        prefixes=("xoxa-", "xoxb-", "xoxp-", "xoxo-", "xoxs-", "xoxr-"),
    ),
    "SoftlayerDetector": Entry(
        "SoftLayer credential",
        _HIGH,
        _LIKELY,
        "manage the account's servers",
        "Delete the API key in the IBM Cloud console.",
    ),
    "SquareOAuthDetector": Entry(
        "Square OAuth secret",
        _HIGH,
        _SURE,
        "act as the application towards the sellers who trust it",
        "Replace the secret in Square's developer console.",
        prefixes=("sq0csp-",),
    ),
    "StripeDetector": Entry(
        "Stripe live key",
        _CRITICAL,
        _SURE,
        "see customers and move money",
        "Roll the key in the Stripe dashboard.",
        "https://docs.stripe.com/keys#rolling-keys",
        prefixes=("sk_live_", "rk_live_"),
    ),
    "TelegramBotTokenDetector": Entry(
        "Telegram bot token",
        _HIGH,
        _LIKELY,
        "read the bot's messages and answer in its name",
        "Revoke the token with @BotFather.",
    ),
    "TwilioKeyDetector": Entry(
        "Twilio key or account id",
        _HIGH,
        _LIKELY,
        "send messages and calls at the account's cost, together with its secret",
        "Delete the API key in the Twilio console.",
        prefixes=("AC", "SK"),
    ),
}


def entry(detector: str) -> Entry:
    """The entry of a plugin; one that this table does not know yet gets a cautious general one."""
    return ENTRIES.get(detector) or Entry(
        f"secret ({detector})",
        _HIGH,
        _LIKELY,
        "use it wherever it is valid",
        "Revoke it where it was issued.",
    )


def preview(detector: str, value: str) -> str:
    """The public beginning of a value, like ``AKIA…``, or ``""``: nothing that is secret."""
    for prefix in entry(detector).prefixes:
        if value.startswith(prefix):
            return f"{prefix}…"
    return ""
