# ruff: noqa: E501, SIM905 - tables of samples
"""
Text that looks like secrets, put together at run time so that no scanner finds it in this repository, and whole files of it.

Every value is random and was never valid anywhere.
"""

from __future__ import annotations

import base64
import json
import random
import string

ALNUM = string.ascii_letters + string.digits
EXTENSIONS = (
    ".py .yaml .yml .eyaml .ini .cfg .conf .toml .properties .env .json .md .js .go .c .cpp .cs .java .tf .php .xml .txt .sh .m"
).split()


def text(rng: random.Random, alphabet: str, size: int) -> str:
    return "".join(rng.choices(alphabet, k=size))


def aws_key(rng: random.Random) -> str:
    return rng.choice(["AK" + "IA", "AS" + "IA", "A3" + "TX"]) + text(
        rng, string.ascii_uppercase + "234567", 16
    )


def github_token(rng: random.Random) -> str:
    return "gh" + rng.choice("pousr") + "_" + text(rng, ALNUM, 36)


def jwt(rng: random.Random) -> str:
    parts = [json.dumps({"alg": "HS256"}), json.dumps({"sub": text(rng, ALNUM, 6)}), text(rng, ALNUM, 24)]
    return ".".join(base64.urlsafe_b64encode(p.encode()).decode().rstrip("=") for p in parts)


def pem(rng: random.Random, lines: int = 4, kind: str = "RSA ") -> str:
    body = "\n".join(text(rng, ALNUM + "+/", 64) for _ in range(lines))
    return f"-----BEGIN {kind}PRIVATE" + f" KEY-----\n{body}\n-----END {kind}PRIVATE" + " KEY-----"


def value(rng: random.Random) -> str:
    """Something that one of the plugins knows, or nearly does."""
    digits, lower, upper = string.digits, string.ascii_lowercase, string.ascii_uppercase
    makers = [
        lambda: aws_key(rng),
        lambda: text(rng, ALNUM + "/+", 40),
        lambda: github_token(rng),
        lambda: jwt(rng),
        lambda: "AK" + "C" + text(rng, ALNUM, rng.randint(8, 14)),
        lambda: "AP" + rng.choice("6ABCDEFG") + text(rng, ALNUM, rng.randint(7, 10)),
        lambda: "Account" + "Key=" + text(rng, ALNUM + "+/=", 88),
        lambda: f"https://{text(rng, lower, 4)}:{text(rng, ALNUM + '%.', 9)}@host.example/x",
        lambda: rng.choice("MNO") + f"{text(rng, ALNUM, 23)}.{text(rng, ALNUM, 6)}.{text(rng, ALNUM, 27)}",
        lambda: "gl" + rng.choice(["pat", "dt", "ptt", "soat", "rt", "imt"]) + "-" + text(rng, ALNUM, rng.choice([20, 25, 40])),
        lambda: text(rng, lower + digits, 32) + "-us" + text(rng, digits, 2),
        lambda: "//registry.example/:_auth" + "Token=" + rng.choice(["npm" + "_", ""]) + text(rng, "0123456789abcdef-", 36),
        lambda: "sk-" + text(rng, ALNUM, 20) + "T3Blbk" + "FJ" + text(rng, ALNUM, 20),
        lambda: "BEGIN " + rng.choice(["RSA ", "", "EC "]) + "PRIVATE" + " KEY",
        lambda: "pypi-" + "AgEIcHlwaS5vcmc" + text(rng, ALNUM, 70),
        lambda: "S" + "G." + text(rng, ALNUM, 22) + "." + text(rng, ALNUM, 43),
        lambda: "xo" + "xb-" + text(rng, digits, 8) + "-" + text(rng, ALNUM, 12),
        lambda: "https://hooks.sl" + "ack.com/services/T" + text(rng, ALNUM, 5) + "/B" + text(rng, ALNUM, 5) + "/" + text(rng, ALNUM, 9),
        lambda: "sq0" + "csp-" + text(rng, ALNUM + "-_", 43),
        lambda: rng.choice("rs") + "k_li" + "ve_" + text(rng, ALNUM, 24),
        lambda: text(rng, digits, 9) + ":" + text(rng, ALNUM + "_-", 35),
        lambda: rng.choice(["AC", "SK"]) + text(rng, lower + digits, 32),
        lambda: text(rng, "0123456789abcdef", rng.choice([8, 12, 32, 40, 48, 64])),
        lambda: text(rng, ALNUM + "+/", rng.choice([16, 22, 24, 40, 44])),
        lambda: text(rng, lower, 24),
        lambda: text(rng, upper + digits, 12),
        lambda: text(rng, lower, 8) + rng.choice(["!", "", " x", "\u00e9", ","]),
        lambda: rng.choice(["${VALUE}", "<value>", "{{ value }}", "$value", "get_value()", "os.environ['X']", "true", "1.2.3.4", "8.8.4.4:53"]),
        lambda: "00000000-1111-2222-3333-" + text(rng, "0123456789abcdef", 12),
    ]  # fmt: skip
    return rng.choice(makers)()


NAMES = (
    "password db_pass apiKey api_key secret client_secret AWS_SECRET_ACCESS_KEY aws_key token private_key user_id my_ids "
    "softlayer_api_key sl_key cloudant_password cl_key ibm_cloud_iam_key ibm_key cos_secret_key secret_access_key name url pwd "
    "contrase\u00f1a PASS\u017fWORD \u212aey api_\u212aey x"
).split()  # fmt: skip


def line(rng: random.Random) -> str:
    """One line in one of many styles."""
    name, first, second = rng.choice(NAMES), value(rng), value(rng)
    style = rng.choice(
        [
            '{n} = "{v}"', "{n} = '{v}'", "{n}: {v}", '{n}: "{v}"', "{n}={v}", "{n} = {v}", '"{n}": "{v}",', "  {n}: {v}", "- {v}", '- "{v}"',
            "{n} := '{v}'", '{n}("{v}");', 'if "{v}" == {n}:', "{n} => '{v}'", "{n} '{v}';", '{n}[] = "{v}";', "# {v}", "{v}", "export {n}={v}",
            '{n} = "{v}", "{w}"', "f('{v}', '{v}')", "{n} = `{v}`", "[{n}]", "key = {v} {w}", "{{a: {v}, b: {w}}}", "{n}: |\n  {v}\n  {w}",
            "{n}: >-\n    {v}\n    {w}", "{n}: !!binary {v}", "{n} =\n    {v}\n    {w}", "; {v}", "{n}: &a {v}\nother: *a", "<{n}>{v}</{n}>", "", "text",
        ]
    )  # fmt: skip
    pragma = rng.choice(
        [""] * 12
        + ["  # pragma: allowlist secret", " // pragma: allowlist secret", " # pragma: whitelist secret", " /* pragma: allowlist-secret */"]
        + [" <!-- pragma: allowlist secret -->", " # pragma: allowlist secret because", " /* pragma: allowlist secret */ x", " \u00e9"]
    )  # fmt: skip
    before = rng.choice(
        [""] * 20 + ["# pragma: allowlist nextline secret\n", "; pragma: allowlist nextline secret\n"]
    )
    return before + style.format(n=name, v=first, w=second) + pragma


def file(seed: int) -> tuple[str, str]:
    """A name and a text, the same for each seed."""
    rng = random.Random(seed)
    extension = rng.choice(EXTENSIONS)
    lines = [line(rng) for _ in range(rng.randint(1, 9))]
    if extension in (".ini", ".cfg", ".conf", ".toml", ".env") and rng.random() < 0.7:
        lines = ["[section]", *(item for item in lines if "=" in item or ":" in item)]
    if extension in (".yaml", ".yml", ".eyaml") and rng.random() < 0.8:
        lines = [item for item in lines if ": " in item and item[0] not in " {<"] or ["a: b"]
    end = rng.choice(["\n", "\r\n"]) if extension != ".yaml" else "\n"
    return f"f{seed}{extension}", end.join(lines) + rng.choice(["", end])
