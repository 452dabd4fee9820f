"""
Signatures with the private key of a GitHub App: by a key of KMS, which never leaves it, or by one that is
read from Secrets Manager and lives in memory only.

Sources: AWS KMS API Reference, ``Sign``; AWS Secrets Manager API Reference, ``GetSecretValue``; IAM User
Guide, "Amazon Resource Names".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from pregate.aws.calls import no_answers
from pregate.aws.clients import Clients
from pregate.errors import AwsError, CredentialsError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

MESSAGE_MAX: Final = 4096  # bytes that KMS signs as they are
SECRET_MAX: Final = 65_536  # bytes, Secrets Manager's bound
ALGORITHM: Final = "RSASSA_PKCS1_V1_5_SHA_256"
JSON_KEY: Final = "private_key"
RSA_LEAST: Final = 2048  # bits

_ARN = re.compile(r"arn:(aws[a-z-]{0,20}):(kms|secretsmanager):([a-z0-9-]{1,30}):([0-9]{12}):(\S{1,600})")
_KEY_ID = re.compile(r"(mrk-)?[0-9a-f-]{32,36}")
_ALIAS = re.compile(r"alias/[A-Za-z0-9/_-]{1,250}")
_SECRET_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_COMPLETE = re.compile(r"secret:.+-[A-Za-z0-9]{6}")
_THROTTLED = ("ThrottlingException", "LimitExceededException", "TooManyRequestsException")


def is_kms_key(name: str) -> bool:
    """Whether this names a key of KMS: an ARN, an id or an alias."""
    found = _ARN.fullmatch(name)
    if found:
        return found[2] == "kms" and found[5].startswith(("key/", "alias/"))
    return bool(_KEY_ID.fullmatch(name) or _ALIAS.fullmatch(name))


def is_secret(name: str) -> bool:
    """Whether this names a secret: an ARN or a name."""
    found = _ARN.fullmatch(name)
    if found:
        return found[2] == "secretsmanager" and found[5].startswith("secret:")
    return not name.startswith("arn:") and bool(_SECRET_NAME.fullmatch(name))


def region_of(name: str) -> str:
    """The region in an ARN; ``""`` for another name, which is in the run's own."""
    found = _ARN.fullmatch(name)
    return found[3] if found else ""


def actions(name: str) -> tuple[str, ...]:
    """The IAM actions that signing with this key or secret needs."""
    return ("kms:Sign",) if is_kms_key(name) else ("secretsmanager:GetSecretValue",)


def resources(name: str, partition: str, region: str, account: str) -> tuple[str, ...]:
    """
    ARNs of the key or secret, for a policy. IAM knows no aliases as resources: an alias stands for any key.
    """
    found = _ARN.fullmatch(name)
    if found and found[5].startswith("alias/"):
        return (f"arn:{found[1]}:kms:{found[3]}:{found[4]}:key/*",)
    if found:
        # Secrets Manager takes an ARN without its last six characters too; IAM compares the whole one.
        is_part = found[2] == "secretsmanager" and not _COMPLETE.fullmatch(found[5])
        return (f"{name}-??????",) if is_part else (name,)
    if is_kms_key(name):
        key = "*" if name.startswith("alias/") else name
        return (f"arn:{partition}:kms:{region}:{account}:key/{key}",)
    # Secrets Manager adds a hyphen and six characters to the name.
    return (f"arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-??????",)


def keys_of(arn: str) -> tuple[str, ...]:
    """The ARNs of KMS keys that may encrypt what ``arn`` names, or those that an alias may stand for; none
    for another name."""
    parts = arn.split(":")
    if len(parts) < 6 or parts[0] != "arn":
        return ()
    return (f"arn:{parts[1]}:kms:{parts[3]}:{parts[4]}:key/*",)


class KmsSigner:
    """Has KMS sign with an RSA key made for signatures; ``key`` is its ARN, id or alias."""

    def __init__(self, clients: Clients, key: str) -> None:
        self._clients = clients
        self._key = key

    def __repr__(self) -> str:
        return f"KmsSigner({self._key!r})"

    def sign(self, message: bytes) -> bytes:
        """
        The signature of a message of at most 4,096 bytes. Raises AwsError, and CredentialsError where the
        run may not use the key.
        """
        if len(message) > MESSAGE_MAX:
            raise AwsError(f"KMS signs at most {MESSAGE_MAX} bytes", "Use github-app-secret instead.")

        def ask() -> Any:
            return self._clients.client("kms", region_of(self._key)).sign(
                KeyId=self._key, Message=message, MessageType="RAW", SigningAlgorithm=ALGORITHM
            )

        answer = _asked(ask, "kms:Sign", f"the key {self._key}", _KMS_REMEDIES)
        signature = answer.get("Signature")
        if not isinstance(signature, bytes) or not signature:
            raise AwsError("KMS's answer to kms:Sign holds no signature", "Check AWS_ENDPOINT_URL.")
        return signature


class SecretSigner:
    """
    Signs with a private key in PEM from Secrets Manager, read once: the secret's whole text, or the member
    ``private_key`` of its JSON. ``secret`` is its ARN or name.
    """

    def __init__(self, clients: Clients, secret: str) -> None:
        self._clients = clients
        self._secret = secret
        self._key: RSAPrivateKey | None = None

    def __repr__(self) -> str:
        return f"SecretSigner({self._secret!r}, ***)"

    def sign(self, message: bytes) -> bytes:
        """
        The signature. Raises AwsError where the secret cannot be read or holds no RSA key, and
        CredentialsError where the run may not read it.
        """
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        if self._key is None:
            self._key = _load_key(self._read(), self._secret)
        return self._key.sign(message, PKCS1v15(), SHA256())

    def _read(self) -> str:
        def ask() -> Any:
            client = self._clients.client("secretsmanager", region_of(self._secret))
            return client.get_secret_value(SecretId=self._secret)

        what = f"the secret {self._secret}"
        answer = _asked(ask, "secretsmanager:GetSecretValue", what, _SECRET_REMEDIES)
        text = answer.get("SecretString")
        if text is None:
            text = bytes(answer.get("SecretBinary") or b"").decode("utf-8", "replace")
        return str(text)[:SECRET_MAX]


def _load_key(text: str, name: str) -> RSAPrivateKey:
    """The key in a secret's text. Nothing of the text is in an error."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    hint = f"Store the PEM file that GitHub gave, as it is or as the member {JSON_KEY} of a JSON object."
    try:
        key = load_pem_private_key(_pem(text).encode("utf-8"), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise AwsError(f"the secret {name} holds no private key in PEM", hint) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < RSA_LEAST:
        raise AwsError(f"the secret {name} holds a key that GitHub does not use", hint)
    return key


def _pem(text: str) -> str:
    found = text.strip()
    if found.startswith("{"):
        try:
            value = json.loads(found)
        except (ValueError, RecursionError):
            value = None
        found = str(value.get(JSON_KEY) or "") if isinstance(value, dict) else ""
    # Written on one line, as consoles and shells like to.
    return found.replace("\\n", "\n").strip() + "\n"


_KMS_REMEDIES = {
    "NotFoundException": "Is it in this account and Region? An ARN of the key names both.",
    "DisabledException": "Enable the key again.",
    "KMSInvalidStateException": "The key is not usable now: is it scheduled for deletion?",
    "InvalidKeyUsageException": "The key must be one for signatures: RSA_2048, SIGN_VERIFY.",
    "ValidationException": "The key must be one for signatures: RSA_2048, SIGN_VERIFY.",
}
_SECRET_REMEDIES = {
    "ResourceNotFoundException": "Is it in this account and Region? An ARN of the secret names both.",
    "InvalidRequestException": "Is the secret scheduled for deletion?",
    "DecryptionFailure": "The role needs kms:Decrypt for the key of the secret.",
}


def _asked(ask: Callable[[], Any], action: str, what: str, remedies: dict[str, str]) -> Any:
    """An answer of AWS, or its refusal in our words: AWS's may quote what was sent."""
    from botocore.exceptions import ClientError

    try:
        return ask()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))[:80]
        message = f"AWS refused {action} for {what}: {code}"
        if code.startswith(("AccessDenied", "NotAuthorized")):
            hint = f'The role and the resource\'s own policy must allow it: "Action": "{action}".'
            raise CredentialsError(message, hint) from None
        if "Token" in code or code == "UnrecognizedClientException":
            raise CredentialsError(message, "The AWS credentials are wrong or have expired.") from None
        hint = "Run the job again later." if code in _THROTTLED else remedies.get(code, "Run the job again.")
        raise AwsError(message, hint) from None
    except no_answers() as error:
        # botocore's message may name the endpoint, never a credential; its type is enough.
        hint = "Does the job have AWS credentials, and can it reach AWS in this Region?"
        raise AwsError(f"AWS could not be asked for {action}: {type(error).__name__}", hint) from None
