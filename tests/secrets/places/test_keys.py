"""Private keys are found in every writing, and what has no key material is none."""

from __future__ import annotations

import json
import random

import pytest

from pregate.secrets.masking import Masker
from pregate.secrets.scan import scan
from tests.secrets.specimens.places import nats_seed, unpadded

from .reading import HIGH, MEDIUM, encoded, found, places

RNG = random.Random(5)
END = "PRIVATE " + "KEY-----"


def block(kind: str = "RSA ", begin: bytes = b"0\x82", lines: int = 6, extra: str = "") -> str:
    text = encoded(begin + RNG.randbytes(48 * lines - len(begin)))
    body = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN {kind}{END}\n{extra}{body}\n-----END {kind}{END}\n"


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "DSA ", "OPENSSH "])
@pytest.mark.parametrize("path", ["key.pem", "a.yaml", "a.json", "a.tf"])
def test_a_block_is_found_on_its_first_line(kind: str, path: str) -> None:
    text = block(kind)
    written = {
        "a.yaml": "key: |\n" + "".join(f"    {line}\n" for line in text.splitlines()),
        "a.json": json.dumps({"a": 1, "key": text}, indent=1),
        "a.tf": "key = <<EOT\n" + text + "EOT\n",
    }.get(path, text)
    (secret,) = scan(path, written.encode()).secrets
    assert (secret.detector, secret.line) == ("PrivateKeyDetector", {"key.pem": 1, "a.json": 3}.get(path, 2))
    assert sum(end - start for _, start, end in secret.body) >= 6 * 62


@pytest.mark.parametrize("before", ["2024-05-0{} 12:00:0{} INFO  ", "{},{},", "worker-{} | {}: "])
def test_a_block_in_a_log_or_a_table_is_found_and_masked_whole(before: str) -> None:
    lines = block().splitlines()
    text = "".join(f"{before.format(n % 9 + 1, n % 9 + 1)}{line}\n" for n, line in enumerate(lines))
    scanned = scan("ci.log", text.encode())
    assert [(secret.detector, secret.line) for secret in scanned.secrets] == [("PrivateKeyDetector", 1)]
    masked = "\n".join(Masker.from_scan(scanned).lines(1, 99))
    assert not [line for line in lines[1:-1] if line in masked]


def test_a_pgp_block_is_found() -> None:
    text = (
        block("PGP ", b"\x95").replace(END, "PRIVATE " + "KEY BLOCK-----").replace("-----\nlQ", "-----\n\nlQ")
    )
    assert [name for name, *_ in found("a.asc", text)] == ["PrivateKey"]


@pytest.mark.parametrize(
    "text",
    [
        block("ENCRYPTED "),
        block(extra="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"),
        block("OPENSSH ", b"openssh-key-v1\0\0\0\0\x0aaes256-ctr"),
    ],
)
def test_an_encrypted_key_is_medium_and_said_so(text: str) -> None:
    (secret,) = scan("id", text.encode()).secrets
    assert (secret.confidence, secret.note) == (MEDIUM, ", encrypted")


def test_a_plain_openssh_key_is_high() -> None:
    assert found("id", block("OPENSSH ", b"openssh-key-v1\0\0\0\0\x04none"))[0][1] == HIGH


@pytest.mark.parametrize(
    "body",
    [
        "",
        "...\n",
        "MII...\n",
        "x" * 64 + "\n" + "x" * 64 + "\n",
        "<your key>\n",
        "MIIEpAIBAAKCAQEA\n",
        "EXAMPLE" * 20,
    ],
)
def test_a_header_without_key_material_is_no_key(body: str) -> None:
    assert found("a.md", f"-----BEGIN RSA {END}\n{body}-----END RSA {END}\n") == []


def test_a_certificate_and_a_public_key_are_no_keys() -> None:
    for kind in ("CERTIFICATE-----", "PUBLIC KEY-----"):
        assert found("a.pem", block().replace("RSA " + END, kind)) == []


@pytest.mark.parametrize(("cipher", "sure"), [("none", HIGH), ("aes256-cbc", MEDIUM)])
def test_a_key_of_putty_is_found_with_its_private_lines(cipher: str, sure: int) -> None:
    text = (
        f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: {cipher}\nComment: x\nPublic-Lines: 1\n"
        f"{encoded(RNG.randbytes(48))}\nPrivate-Lines: 2\n"
        f"{encoded(RNG.randbytes(48))}\n{encoded(RNG.randbytes(20))}\n"
        "Private-MAC: 00\n"
    )
    (secret,) = scan("k.ppk", text.encode()).secrets
    assert (secret.line, secret.confidence, [line for line, _, _ in secret.body]) == (1, sure, [7, 8])


def test_keys_in_xml_and_json_are_found_at_their_columns() -> None:
    exponent, member = encoded(RNG.randbytes(128)), unpadded(RNG.randbytes(32))
    assert places("a.xml", f"<RSAKeyValue><D>{exponent}</D></RSAKeyValue>") == [("PrivateKey", 1, exponent)]
    assert places("a.json", f'{{"kty": "EC", "x": "{member[1:]}",\n "d": "{member}"}}') == [
        ("PrivateKey", 2, member)
    ]
    assert found("a.json", f'{{"kty": "EC", "x": "{member}"}}') == []


def test_check_digits_tell_seeds_of_nats() -> None:
    seed = nats_seed(RNG)
    assert places("a.creds", f"nats\n{seed}\n") == [("NatsSeed", 2, seed)]
    other = "A" if seed[30] != "A" else "B"
    assert found("a.creds", f"nats\n{seed[:30]}{other}{seed[31:]}\n") == []


def test_a_key_of_wireguard_is_found_and_a_public_one_is_not() -> None:
    key = encoded(RNG.randbytes(32))
    assert places("wg0.conf", f"[Interface]\nPrivateKey = {key}\n") == [("WireGuardKey", 2, key)]
    assert found("wg0.conf", f"[Peer]\nPublicKey = {key}\n") == []


@pytest.mark.parametrize(
    "data",
    [
        b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\1\0\5alias" + RNG.randbytes(300),
        b"0\x82\x05\xdf\x02\x01\x030\x82\x05\x95"
        + RNG.randbytes(90)
        + b"*\x86H\x86\xf7\r\x01\x0c\n\x01\x02\xa0"
        + RNG.randbytes(99),
    ],
)
def test_a_key_store_is_told_by_its_bytes(data: bytes) -> None:
    assert [(name, sure) for name, sure, _ in found("server.p12", data)] == [("KeyStore", MEDIUM)]


def test_a_store_of_certificates_alone_is_no_key_store() -> None:
    assert found("trust.jks", b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\2\0\5alias" + bytes(300)) == []
