"""
Lines that look like secrets and are none: each class of data/negatives.toml is a list of templates, filled by
a seeded generator, in files of the kind in which such lines are met.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from bench.secrets import values
from bench.secrets.kinds import KINDS
from bench.secrets.samples import Sample
from bench.secrets.structured import fill
from bench.secrets.values import ALPHABETS

PER_CLASS = 80
FAMILY = "negative"
_FILLED = re.compile(r"\{(\w+)(?::(\d+)(?:-\d+)?)?\}")


def negatives(seed: str, per_class: int = PER_CLASS) -> list[Sample]:
    """One file for each class and each file name of it."""
    samples = []
    classes = tomllib.loads((Path(__file__).parent / "data" / "negatives.toml").read_text("utf-8"))
    for name, made in classes.items():
        paths, templates = made["files"], made["lines"]
        for number, path in enumerate(paths):
            rng = random.Random(f"{seed}/{name}/{number}")
            share = -(-per_class // len(paths))
            chosen = [templates[at % len(templates)] for at in range(share)]
            text = "\n".join(_line(rng, template) for template in chosen)
            samples.append(Sample(path, text + "\n", name, FAMILY, path))
    rng = random.Random(f"{seed}/placeholders")
    return [*samples, *_placeholders(rng), *_images(rng), *_certificates(rng), *_minified(rng)]


def _line(rng: random.Random, template: str) -> str:
    return fill(rng, template).replace("\u27e6", "").replace("\u27e7", "")


def _placeholders(rng: random.Random) -> list[Sample]:
    """For every format what is written in its place in documentation: three ways, taken in turn."""
    lines = {".env.example": [], "README.md": [], "settings.py": []}  # type: dict[str, list[str]]
    for number, kind in enumerate(kind for kind in KINDS if kind.family != "generic"):
        for way in range(3):
            value = _FILLED.sub(_filler(rng, (number + way) % 6), kind.template)
            lines[".env.example"].append(f"{kind.variable}={value}")
            if way == 0:
                lines["README.md"].append(f"    export {kind.variable}={value}")
                lines["settings.py"].append(f'{kind.variable} = "{value}"')
    name = "placeholders of formats"
    return [Sample(path, "\n".join(made) + "\n", name, FAMILY, path) for path, made in lines.items()]


def _filler(rng: random.Random, way: int) -> Callable[[re.Match[str]], str]:
    def made(part: re.Match[str]) -> str:
        if part[1] == "uuid":
            return (
                "00000000-0000-0000-0000-000000000000" if way % 2 else "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
            )
        size = int(part[2] or 32)
        digits = ALPHABETS.get(part[1], ALPHABETS["an"])
        letter = "x" if way % 2 or part[1] != "up" else "X"
        match way:
            case 0 | 1:
                return letter * size
            case 2:
                return "..." if size > 3 else letter * size
            case 3:
                return "*" * min(size, 24)
            case 4:
                return "<your-" + rng.choice(("token", "key", "secret")) + ">"
            case _:
                return ("EXAMPLE" * 40 if digits.isupper() else "your_token_here_" * 20)[-size:]

    return made


def _images(rng: random.Random) -> list[Sample]:
    kinds = ("image/png;base64,iVBORw0KGgo", "image/svg+xml;base64,PHN2Zy", "font/woff2;base64,d09GMg")
    lines = []
    for at in range(60):
        data = f"data:{kinds[at % 3]}{values.characters(rng, 'b64', rng.randrange(200, 900))}=="
        lines.append(
            rng.choice(
                (
                    f'<img alt="logo" src="{data}">',
                    f".icon-{at} {{ background: url({data}) no-repeat; }}",
                    f'  "image": "{data}",',
                    f"![figure]({data})",
                )
            )
        )
    cell = values.characters(rng, "b64", 4000)
    outputs = [f'      "image/png": "iVBORw0KGgoAAAANSUhEUgAA{cell[i:] + cell[:i]}\\n"' for i in range(20)]
    notebook = [
        '{"cells": [{"cell_type": "code", "source": [], "outputs": [{"data": {',
        ",\n".join(outputs),
        "}}]}]}",
    ]
    return [
        Sample("index.html", "\n".join(lines) + "\n", "images in base64", FAMILY, "index.html"),
        Sample("plots.ipynb", "\n".join(notebook) + "\n", "notebook with images", FAMILY, "plots.ipynb"),
    ]


def _certificates(rng: random.Random) -> list[Sample]:
    blocks = []
    for label, start in (
        ("CERTIFICATE", "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa"),
        ("PUBLIC KEY", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"),
        ("CERTIFICATE REQUEST", "MIICijCCAXICAQAwRTELMAkGA1UEBhMCQVUx"),
        ("RSA PUBLIC KEY", "MIIBCgKCAQEA"),
        ("DH PARAMETERS", "MIIBCAKCAQEA"),
    ):
        body = start + values.characters(rng, "b64", 1100 - len(start)) + "=="
        rows = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
        blocks.append(f"-----BEGIN {label}-----\n{rows}\n-----END {label}-----")
    ssh = [
        f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{values.characters(rng, 'b64', 43)} {n}@acme"
        for n in range(20)
    ]
    rsa = [
        f"github{n}.acme.io ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC{values.characters(rng, 'b64', 340)}"
        for n in range(20)
    ]
    hashed = [f"|1|{values.characters(rng, 'b64', 27)}=|{values.characters(rng, 'b64', 27)}= ssh-ed25519 "
              f"AAAAC3NzaC1lZDI1NTE5AAAAI{values.characters(rng, 'b64', 43)}" for _ in range(20)]  # fmt: skip
    name = "certificates and public keys"
    return [
        Sample("bundle.pem", "\n".join(blocks) + "\n", name, FAMILY, "bundle.pem"),
        Sample("authorized_keys", "\n".join(ssh) + "\n", name, FAMILY, "authorized_keys"),
        Sample("known_hosts", "\n".join(rsa + hashed) + "\n", name, FAMILY, "known_hosts"),
    ]


def _minified(rng: random.Random) -> list[Sample]:
    lines = []
    for _ in range(40):
        parts = []
        for _ in range(60):
            a, b, c = (rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(3))
            word = rng.choice(values.WORDS)
            chunk = values.characters(rng, "hex", 20)
            parts.append(
                rng.choice(
                    (
                        f"function {a}({b},{c}){{return {b}.token||{c}.key}}",
                        f'{a}.password=function({b}){{return "{word}"+{b}}}',
                        f'var {a}="{word}-{b}{c}",{b}=0x{values.characters(rng, "hex", 8)}',
                        f'{a}={{key:"{word}",secret:!0,apiKey:void 0,token:{b}}}',
                        f'{a}.exports="{chunk}"',
                        f'{{{values.characters(rng, "dig", 4)}:"{chunk}",auth:{a}}}',
                    )
                )
            )
        lines.append(";".join(parts) + ";")
    return [Sample("dist/app.min.js", "\n".join(lines) + "\n", "minified JavaScript", FAMILY, "app.min.js")]
