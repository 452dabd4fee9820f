"""The ways in which a value is written into a file: 22, fewer for what only its name tells."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from bench.secrets.kinds import Kind
from bench.secrets.samples import BEGIN, END, Sample, marked

Write = Callable[[str, str, random.Random], tuple[str, str]]


def _snake(name: str) -> str:
    return name.lower()


def _camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(part.capitalize() for part in rest)


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _kebab(name: str) -> str:
    return name.lower().replace("_", "-")


def _quoted(value: str) -> str:
    return f'"{BEGIN}{json.dumps(value)[1:-1]}{END}"'


def _shell(value: str) -> str:
    return f"'{BEGIN}{value}{END}'" if set(value) & set("&;$!#^* ") else f"{BEGIN}{value}{END}"


def _bare(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    return "notes.txt", f"for the deployment on friday\n{BEGIN}{value}{END}\nask maria before you change it\n"


def _list(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    return "rotate.py", f"import accounts\n\naccounts.revoke([\n    {_quoted(value)},\n])\n"


def _env(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    text = _quoted(value) if rng.random() < 0.3 or set(value) & set("#$ ") else f"{BEGIN}{value}{END}"
    return ".env", f"NODE_ENV=production\nPORT=8080\n{name}={text}\nLOG_LEVEL=info\n"


def _yaml(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    plain = rng.random() < 0.5 and value[0].isalnum() and not set(value) & set("#:!*&%@`{}[]")
    text = f"{BEGIN}{value}{END}" if plain else _quoted(value)
    return (
        "config/production.yml",
        f"server:\n  port: 8080\nservice:\n  {_snake(name)}: {text}\n  timeout: 30\n",
    )


def _yaml_env(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    text = f"    spec:\n      containers:\n        - name: web\n          env:\n            - name: {name}\n"
    return "deploy/web.yaml", f"{text}              value: {_quoted(value)}\n"


def _json(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    key = rng.choice((_camel, _snake))(name)
    return "config.json", f'{{\n  "region": "eu-west-1",\n  "{key}": {_quoted(value)},\n  "retries": 3\n}}\n'


def _toml(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    return "settings.toml", f'[service]\nurl = "https://api.acme.io"\n{_snake(name)} = {_quoted(value)}\n'


def _ini(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    return "app.ini", f"[service]\nhost = api.acme.io\n{_snake(name)} = {BEGIN}{value}{END}\n"


def _properties(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    key = name.lower().replace("_", ".")
    return "application.properties", f"server.port=8080\nacme.{key}={BEGIN}{value}{END}\nserver.ssl=true\n"


def _xml(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    if rng.random() < 0.5:
        line = (
            f'<add key={quoteattr(_pascal(name))} value="{BEGIN}{escape(value, {chr(34): "&quot;"})}{END}" />'
        )
    else:
        line = f"<{_camel(name)}>{BEGIN}{escape(value)}{END}</{_camel(name)}>"
    return "app.config", f"<configuration>\n  {line}\n</configuration>\n"


def _query(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    text = f"{BEGIN}{quote(value, safe='')}{END}"
    url = f"https://api.acme.io/v2/items?limit={rng.randrange(10, 90)}&{_snake(name)}={text}"
    return "smoke.http", f"GET {url}&page=2\nAccept: application/json\n"


def _export(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    text = (
        f'"{BEGIN}{value}{END}"' if rng.random() < 0.5 and not set(value) & set('"$!`\\') else _shell(value)
    )
    return "setup.sh", f"#!/bin/sh\nset -eu\nexport {name}={text}\nexec ./server\n"


def _flag(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    between = rng.choice((" ", "="))
    return "deploy.sh", f"acme-cli deploy --region eu --{_kebab(name)}{between}{_shell(value)} --wait\n"


def _python(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    key = rng.choice((name, _snake(name)))
    return "service/settings.py", f"import os\n\nDEBUG = False\n{key} = {_quoted(value)}\n"


def _javascript(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    if rng.random() < 0.5:
        return (
            "src/config.js",
            f"const {_camel(name)} = {_quoted(value)};\nmodule.exports = {{ {_camel(name)} }};\n",
        )
    return (
        "src/config.ts",
        f"export const config = {{\n  {_camel(name)}: {_quoted(value)},\n  retries: 3,\n}};\n",
    )


def _go(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    line = rng.choice((f"const {_pascal(name)} = ", f"\t{_camel(name)} := "))
    return "client.go", f"package main\n\n{line}{_quoted(value)}\n"


def _java(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    line = f"    private static final String {name} = {_quoted(value)};"
    return "src/main/java/io/acme/Client.java", f"final class Client {{\n{line}\n}}\n"


def _csharp(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    return (
        "Client.cs",
        f"class Client {{\n    public string {_pascal(name)} {{ get; set; }} = {_quoted(value)};\n}}\n",
    )


def _call(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    return "worker.py", f"client = AcmeClient(region='eu', {_snake(name)}={_quoted(value)}, timeout=3)\n"


def _markdown(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    return "docs/deploy.md", f"# Deploying\n\nSet `{name}` to `{BEGIN}{value}{END}` on the server.\n"


def _escaped(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    inner = json.dumps({"user": "deploy", _snake(name): f"{BEGIN}{value}{END}"}, ensure_ascii=False)
    return "events.json", f'{{\n  "status": 200,\n  "body": {json.dumps(inner, ensure_ascii=False)}\n}}\n'


def _dockerfile(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    line = rng.choice(
        (f"ENV {name}={_shell(value)}", f"ARG {name}={_shell(value)}", f"ENV {name} {_shell(value)}")
    )
    return "Dockerfile", f"FROM python:3.12-slim\n{line}\nCMD python -m service\n"


def _hcl(name: str, value: str, rng: random.Random) -> tuple[str, str]:  # noqa: ARG001
    return (
        "main.tf",
        f'resource "acme_service" "web" {{\n  region = "eu"\n  {_snake(name)} = {_quoted(value)}\n}}\n',
    )


def _log(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    at = f"2025-03-{rng.randrange(10, 29)}T10:{rng.randrange(10, 59)}:04Z"
    return (
        "server.log",
        f"{at} INFO start\n{at} DEBUG config loaded {_snake(name)}={BEGIN}{value}{END} region=eu\n",
    )


SYNTAXES: dict[str, Write] = {
    "bare": _bare,
    "quoted in a list": _list,
    ".env": _env,
    "YAML": _yaml,
    "YAML name and value": _yaml_env,
    "JSON": _json,
    "TOML": _toml,
    "INI": _ini,
    "properties": _properties,
    "XML": _xml,
    "URL query": _query,
    "shell export": _export,
    "command line flag": _flag,
    "Python": _python,
    "JavaScript": _javascript,
    "Go": _go,
    "Java": _java,
    "C#": _csharp,
    "call argument": _call,
    "Markdown": _markdown,
    "JSON in a string": _escaped,
    "Dockerfile": _dockerfile,
    "HCL": _hcl,
    "log": _log,
}
# What nothing but a name tells apart cannot be told without it; an address with a query is no value of one.
ONLY_WITH_FORM = frozenset({"bare", "quoted in a list"})
NOT_FOR_ADDRESSES = frozenset({"URL query", "log", "command line flag"})


def written(kind: Kind, seed: str) -> list[Sample]:
    """One sample for each syntax that fits the kind."""
    samples = []
    for name, write in SYNTAXES.items():
        if (kind.is_plain and name in ONLY_WITH_FORM) or (
            ":/" in kind.template and name in NOT_FOR_ADDRESSES
        ):
            continue
        rng = random.Random(f"{seed}/{kind.name}/{name}")
        path, text = write(kind.variable, kind.make(rng), rng)
        samples.append(marked(path, text, kind.name, kind.family, name))
    return samples
