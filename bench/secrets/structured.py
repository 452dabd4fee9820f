"""
Secrets that stand in a place of their own: files of known tools, commands and addresses (of
data/structured.toml), and what has to be made by code: keys, encoded values.
"""

from __future__ import annotations

import base64
import json
import random
import tomllib
from collections.abc import Callable
from pathlib import Path

from bench.secrets import values
from bench.secrets.samples import BEGIN, END, Sample, marked

VARIANTS = 12
FAMILY = "structured"
Make = Callable[[random.Random], tuple[str, str]]


def structured(seed: str, variants: int = VARIANTS) -> list[Sample]:
    """The samples of all structured kinds."""
    samples = []
    files = tomllib.loads((Path(__file__).parent / "data" / "structured.toml").read_text("utf-8"))
    for name, file in files.items():
        for number in range(variants):
            rng = random.Random(f"{seed}/{name}/{number}")
            samples.append(marked(file["file"], fill(rng, file["text"]), name, FAMILY, f"variant {number}"))
    for name, make in _MADE.items():
        for number in range(variants):
            rng = random.Random(f"{seed}/{name}/{number}")
            path, text = make(rng)
            encoding = {"utf-16 file": "utf-16", "latin-1 file": "latin-1"}.get(name, "utf-8")
            samples.append(marked(path, text, name, FAMILY, f"variant {number}", encoding))
    return samples


def fill(rng: random.Random, text: str) -> str:
    """
    A text with its places filled: ``<<template>>`` becomes a marked secret, ``<template>`` of the names in
    ``_PARTS`` something fresh that is none.
    """
    made, at = "", 0
    while (start := text.find("<<", at)) >= 0:
        end = text.index(">>", start)
        made += text[at:start] + BEGIN + _secret(rng, text[start + 2 : end]) + END
        at = end + 2
    made += text[at:]
    for name, part in _PARTS.items():
        while f"<{name}>" in made:
            made = made.replace(f"<{name}>", part(rng), 1)
    return made


def _secret(rng: random.Random, template: str) -> str:
    match template:
        case "PASSWORD":
            return values.password(rng)
        case "SAFE":  # what may stand in an address or a shell as it is
            return values.characters(rng, "an", rng.randint(10, 20))
        case "TOKEN":
            return values.token(rng)
        case "BASE64":
            return _base64(f"{rng.choice(_USERS)}:{values.password(rng)}")
        case "BASE64 PASSWORD":
            return _base64(values.password(rng))
    return values.value(rng, template)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_USERS = ("deploy", "admin", "svc-build", "maria", "backup", "app", "jenkins", "root")
_PARTS: dict[str, Callable[[random.Random], str]] = {
    "user": lambda rng: rng.choice(_USERS),
    "word": lambda rng: rng.choice(values.WORDS),
    "host": lambda rng: f"{rng.choice(values.WORDS)}{rng.randrange(1, 9)}.acme.io",
    "number": lambda rng: str(rng.randrange(1000, 9000)),
}


def _wrapped(data: str, width: int) -> str:
    return "\n".join(data[at : at + width] for at in range(0, len(data), width))


def _pem(label: str, start: str, size: int) -> Callable[[random.Random], str]:
    def make(rng: random.Random) -> str:
        body = _wrapped(start + values.characters(rng, "b64", size - len(start) - 1) + "=", 64)
        return f"{BEGIN}-----BEGIN {label}-----\n{body}\n-----END {label}-----{END}\n"

    return make


_RSA = _pem("RSA " + "PRIVATE KEY", "MIIEpAIBAAKCAQEA", 1592)
_PKCS8 = _pem("PRIVATE" + " KEY", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ", 1624)


def _plain(path: str, make: Callable[[random.Random], str]) -> Make:
    return lambda rng: (path, make(rng))


def _pgp(rng: random.Random) -> tuple[str, str]:
    body = _wrapped("lQOYBGN" + values.characters(rng, "b64", 1200), 64)
    check = "=" + values.characters(rng, "b64", 4)
    label = "PGP PRIVATE KEY " + "BLOCK"
    return "backup.asc", f"{BEGIN}-----BEGIN {label}-----\n\n{body}\n{check}\n-----END {label}-----{END}\n"


def _putty(rng: random.Random) -> tuple[str, str]:
    public, private = (values.characters(rng, "b64", size) for size in (372, 812))
    head = "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: rsa-key-20240311\nPublic-Lines: 6\n"
    tail = f"Private-Lines: 14\n{_wrapped(private, 64)}\nPrivate-MAC: {values.characters(rng, 'hex', 40)}"
    return "maria.ppk", f"{BEGIN}{head}{_wrapped(public, 64)}\n{tail}{END}\n"


def _service_account(rng: random.Random) -> tuple[str, str]:
    key = _PKCS8(rng).strip().replace(BEGIN, "").replace(END, "").replace("\n", "\\n")
    lines = [
        '  "type": "service_account"',
        f'  "project_id": "{rng.choice(values.WORDS)}-{rng.randrange(10**5, 10**6)}"',
        f'  "private_key_id": "{values.characters(rng, "hex", 40)}"',
        f'  "private_key": "{BEGIN}{key}\\n{END}"',
        f'  "client_email": "build@{rng.choice(values.WORDS)}.iam.gserviceaccount.com"',
        f'  "client_id": "1{values.characters(rng, "dig", 20)}"',
    ]
    return "service-account.json", "{\n" + ",\n".join(lines) + "\n}\n"


def _indented_key(rng: random.Random) -> tuple[str, str]:
    key = _RSA(rng).strip().replace("\n", "\n    ")
    return "values.yaml", f"tls:\n  enabled: true\n  key: |\n    {key}\n  port: 443\n"


def _key_in_code(rng: random.Random) -> tuple[str, str]:
    key = _pem("EC " + "PRIVATE KEY", "MHcCAQEEI", 164)(rng).strip()
    return "signing.py", f'import jose\n\nKEY = """{key}"""\n\nprint(jose.sign(KEY))\n'


def _key_in_env(rng: random.Random) -> tuple[str, str]:
    key = _RSA(rng).strip().replace("\n", "\\n")
    return ".env", f'APP_ID=1234\nAPP_PRIVATE_KEY="{key}"\nPORT=80\n'


def _jwk(rng: random.Random) -> tuple[str, str]:
    x, y, d = (values.characters(rng, "url", 43) for _ in range(3))
    return "jwk.json", f'{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","d":"{BEGIN}{d}{END}","kid":"a1"}}\n'


def _jwt(rng: random.Random) -> tuple[str, str]:
    token = f"{BEGIN}{values.jwt(rng)}{END}"
    return rng.choice(
        (
            ("session.http", f"GET /me\nAuthorization: Bearer {token}\n"),
            ("api.js", f'const session = "{token}";\n'),
            ("login.json", f'{{"id": 12, "jwt": "{token}"}}\n'),
            ("notes.md", f"Try it with\n\n    {token}\n"),
        )
    )


def _kubernetes(rng: random.Random) -> tuple[str, str]:
    name = rng.choice(("password", "db-password", "token", "API_KEY"))
    data = f"{BEGIN}{_base64(values.password(rng))}{END}"
    head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-db\ntype: Opaque\ndata:\n"
    return "k8s/secret.yaml", f"{head}  username: {_base64('shop')}\n  {name}: {data}\n"


def _notebook(where: str) -> Make:
    def make(rng: random.Random) -> tuple[str, str]:
        token = f"{BEGIN}{values.value(rng, 'ghp_{an:30}{crc}')}{END}"
        line = json.dumps(
            f"token = '{token}'\n" if where == "source" else f"cloning with {token}\n", ensure_ascii=False
        )
        other = '"print(1)"'
        source, output = (line, '"1\\n"') if where == "source" else (other, line)
        return "analysis.ipynb", _NOTEBOOK.replace("SOURCE", source).replace("OUTPUT", output)

    return make


_NOTEBOOK = """{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      OUTPUT
     ]
    }
   ],
   "source": [
    SOURCE
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""


def _in_base64(rng: random.Random) -> tuple[str, str]:
    template = rng.choice(
        ("ghp_{an:30}{crc}", "glpat-{url:20}", "sk_live_51{an:97}", "xoxb-2{dig:11}-5{dig:12}-{an:24}")
    )
    name = rng.choice(("settings", "blob", "payload", "config"))
    text = _base64(f"token={values.value(rng, template)}\n")
    return "bootstrap.yaml", f"machine:\n  {name}: {BEGIN}{text}{END}\n  size: small\n"


def _utf16(rng: random.Random) -> tuple[str, str]:
    token = values.value(rng, rng.choice(("ghp_{an:30}{crc}", "sk_live_51{an:97}", "glpat-{url:20}")))
    return "deploy.ps1", f"$region = 'eu'\n$env:TOKEN = '{BEGIN}{token}{END}'\n./deploy\n"


def _latin1(rng: random.Random) -> tuple[str, str]:
    token = values.value(rng, rng.choice(("ghp_{an:30}{crc}", "sk_live_51{an:97}", "glpat-{url:20}")))
    return "konfiguration.ini", f"; für die Übertragung\n[dienst]\ntoken = {BEGIN}{token}{END}\n"


_OPENSSH = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAA"
_MADE: dict[str, Make] = {
    "rsa key": _plain("deploy.pem", _RSA),
    "pkcs8 key": _plain("server.key", _PKCS8),
    "ec key": _plain("ec.pem", _pem("EC " + "PRIVATE KEY", "MHcCAQEEI", 164)),
    "openssh key": _plain("id_ed25519", _pem("OPENSSH " + "PRIVATE KEY", _OPENSSH, 360)),
    "dsa key": _plain("dsa.pem", _pem("DSA " + "PRIVATE KEY", "MIIBuwIBAAKBgQ", 600)),
    "pgp key": _pgp,
    "putty key": _putty,
    "gcp service account": _service_account,
    "key in YAML": _indented_key,
    "key in code": _key_in_code,
    "key in .env": _key_in_env,
    "jwk": _jwk,
    "jwt": _jwt,
    "kubernetes secret": _kubernetes,
    "notebook source": _notebook("source"),
    "notebook output": _notebook("output"),
    "token in base64": _in_base64,
    "utf-16 file": _utf16,
    "latin-1 file": _latin1,
}
