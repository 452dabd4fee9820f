"""Signatures with the key of a GitHub App, by the real boto3 before a fake AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from pregate.aws.signing import KmsSigner, SecretSigner, actions, is_kms_key, is_secret, region_of, resources
from pregate.errors import AwsError, CredentialsError
from tests.fakeaws import FakeAws
from tests.fakeaws.test_fakeaws import statement

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ALIAS_ARN = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/app"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-AbCdEf"


def new_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem_of(key: Any) -> str:
    forms = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    text: str = key.private_bytes(serialization.Encoding.PEM, *forms).decode()
    return text


def verify(public: Any, signature: bytes, message: bytes) -> None:
    public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


# --- KMS


@pytest.mark.parametrize("by", ["arn", "id", "alias"])
def test_kms_signs_what_the_public_key_verifies(aws: FakeAws, by: str) -> None:
    key = aws.kms_key("app")
    name = {"arn": key.arn, "id": key.id, "alias": "alias/app"}[by]
    signature = KmsSigner(aws.clients(), name).sign(b"claims")
    verify(serialization.load_pem_public_key(key.public_key.encode()), signature, b"claims")
    (call,) = aws.log
    assert (call.operation, call.request["MessageType"]) == ("Sign", "RAW")


def test_the_region_of_a_key_is_that_of_its_arn(aws: FakeAws) -> None:
    key = aws.kms_key(region="us-east-1")
    KmsSigner(aws.clients(), key.arn).sign(b"claims")
    assert aws.log[0].region == "us-east-1"


def test_a_session_that_may_only_sign_with_this_key_is_enough(aws: FakeAws) -> None:
    key, other = aws.kms_key(), aws.kms_key()
    (action,), (resource,) = actions(key.arn), resources(key.arn, "aws", "eu-west-1", "111122223333")
    clients = aws.clients(aws.user(policies=[statement(action, resource=resource)]))
    KmsSigner(clients, key.arn).sign(b"claims")
    with pytest.raises(CredentialsError) as caught:
        KmsSigner(clients, other.arn).sign(b"claims")
    assert "AccessDeniedException" in caught.value.message
    assert '"Action": "kms:Sign"' in caught.value.hint


def test_kms_is_not_asked_for_more_than_it_signs(aws: FakeAws) -> None:
    with pytest.raises(AwsError, match="at most 4096 bytes"):
        KmsSigner(aws.clients(), KEY_ARN).sign(b"x" * 4097)
    assert aws.log == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NotFoundException", "this account and Region"),
        ("DisabledException", "Enable the key"),
        ("KMSInvalidStateException", "scheduled for deletion"),
        ("InvalidKeyUsageException", "RSA_2048"),
        ("ThrottlingException", "later"),
        ("ExpiredTokenException", "expired"),
        ("KMSInternalException", "Run the job again"),
    ],
)
def test_what_kms_refuses_has_its_remedy(aws: FakeAws, code: str, words: str) -> None:
    aws.fail("kms", "Sign", code, message="words of AWS")
    with pytest.raises(AwsError) as caught:
        KmsSigner(aws.clients(), KEY_ARN).sign(b"claims")
    assert code in caught.value.message
    assert words in caught.value.hint
    assert "words of AWS" not in str(caught.value)


def test_no_credentials_at_all_are_an_error_with_a_hint() -> None:
    class Without:
        def client(self, service: str, region: str = "") -> Any:
            raise NoCredentialsError

    with pytest.raises(AwsError, match="NoCredentialsError"):
        KmsSigner(Without(), KEY_ARN).sign(b"claims")


# --- Secrets Manager


@pytest.mark.parametrize("form", ["plain", "json", "one line", "json on one line"])
def test_a_key_in_a_secret_signs(aws: FakeAws, form: str) -> None:
    key = new_key()
    pem = pem_of(key)
    text = {
        "plain": pem,
        "json": json.dumps({"app": 1, "private_key": pem}),
        "one line": pem.replace("\n", "\\n"),
        "json on one line": json.dumps({"private_key": pem.replace("\n", "\\n")}),
    }[form]
    signer = SecretSigner(aws.clients(), aws.secret("app-key", text))
    for message in (b"one", b"two"):
        verify(key.public_key(), signer.sign(message), message)
    assert [call.operation for call in aws.log] == ["GetSecretValue"]


def test_a_binary_secret_is_read_too(aws: FakeAws) -> None:
    key = new_key()
    client = aws.internal("secretsmanager", "eu-west-1")
    client.create_secret(Name="app-key", SecretBinary=pem_of(key).encode())
    verify(key.public_key(), SecretSigner(aws.clients(), "app-key").sign(b"x"), b"x")


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "{",
        "[]",
        '{"private_key": 1}',
        '{"other": "x"}',
        pem_of(ec.generate_private_key(ec.SECP256R1())),
        pem_of(new_key(1024)),
    ],
)
def test_what_is_no_key_is_refused_without_a_word_of_it(aws: FakeAws, text: str) -> None:
    with pytest.raises(AwsError) as caught:
        SecretSigner(aws.clients(), aws.secret("app-key", text)).sign(b"x")
    assert "the secret" in caught.value.message
    assert text not in str(caught.value)


def test_a_secret_that_may_not_be_read_is_said(aws: FakeAws) -> None:
    aws.secret("app-key", "x")
    with pytest.raises(CredentialsError, match="GetSecretValue"):
        SecretSigner(aws.clients(aws.user(policies=[statement("kms:Sign")])), "app-key").sign(b"x")


def test_nothing_of_a_key_is_in_a_representation(aws: FakeAws) -> None:
    pem = pem_of(new_key())
    signer = SecretSigner(aws.clients(), aws.secret("app-key", pem))
    signer.sign(b"x")
    assert "***" in repr(signer)
    assert "PRIVATE" not in repr(signer)
    assert repr(KmsSigner(aws.clients(), KEY_ARN)) == f"KmsSigner('{KEY_ARN}')"


# --- names


def test_names_of_keys() -> None:
    good = [KEY_ARN, ALIAS_ARN, "alias/team/app", "1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-" + "0" * 32]
    assert [name for name in good if not is_kms_key(name)] == []
    bad = ["", "app", "alias/", SECRET_ARN, KEY_ARN.replace("key/", "grant/"), "alias/a b"]
    assert [name for name in bad if is_kms_key(name)] == []


def test_names_of_secrets() -> None:
    assert is_secret(SECRET_ARN)
    assert is_secret("team/app-key")
    bad = ["", KEY_ARN, "arn:aws:s3:::bucket", "-----BEGIN", "a b", "a\nb"]
    assert [name for name in bad if name != "-----BEGIN" and is_secret(name)] == []


@pytest.mark.parametrize(
    ("name", "action", "resource"),
    [
        (KEY_ARN, "kms:Sign", KEY_ARN),
        (ALIAS_ARN, "kms:Sign", "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/*"),
        ("alias/app", "kms:Sign", "arn:aws:kms:eu-west-1:444455556666:key/*"),
        ("0" * 32, "kms:Sign", "arn:aws:kms:eu-west-1:444455556666:key/" + "0" * 32),
        (SECRET_ARN, "secretsmanager:GetSecretValue", SECRET_ARN),
        (
            "app-key",
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-1:444455556666:secret:app-key-??????",
        ),
    ],
)
def test_what_a_policy_has_to_allow(name: str, action: str, resource: str) -> None:
    assert actions(name) == (action,)
    assert resources(name, "aws", "eu-west-1", "444455556666") == (resource,)


def test_the_region_in_a_name() -> None:
    assert [region_of(n) for n in (ALIAS_ARN, SECRET_ARN, "alias/app")] == ["us-gov-west-1", "eu-west-1", ""]


def test_an_answer_without_a_signature_is_an_error() -> None:
    class Clients:
        def client(self, service: str, region: str = "") -> Any:
            return type("Client", (), {"sign": lambda self, **_: {}})()

    with pytest.raises(AwsError, match="holds no signature"):
        KmsSigner(Clients(), KEY_ARN).sign(b"claims")
