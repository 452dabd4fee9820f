"""
A second, smaller set, that no detector is to be tuned to: other names, other ways to write them, other
negative lines. What is missed of it is not looked at; its figures say how far those of the first can be
believed.
"""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

from bench.secrets import values
from bench.secrets.kinds import KINDS, Kind
from bench.secrets.negatives import FAMILY
from bench.secrets.samples import BEGIN, END, Sample, marked
from bench.secrets.structured import fill

# A file's name and text; {n} is the name as the language writes it, {v} the value.
_WRITTEN: dict[str, tuple[str, str, str]] = {
    "PHP array": (
        "config/services.php",
        "snake",
        "<?php\nreturn [\n    '{n}' => '{v}',\n    'region' => 'eu',\n];\n",
    ),
    "Ruby": ("lib/client.rb", "snake", "client = Client.new(region: 'eu', {n}: '{v}')\n"),
    "Rust": ("src/main.rs", "upper", 'const {n}: &str = "{v}";\nfn main() {{}}\n'),
    "Kotlin": ("App.kt", "camel", 'class App {{\n    private val {n} = "{v}"\n}}\n'),
    "Swift": ("App.swift", "camel", 'struct App {{\n    let {n}: String = "{v}"\n}}\n'),
    "PowerShell": ("deploy.ps1", "upper", '$env:{n} = "{v}"\nInvoke-Deploy\n'),
    "docker run": ("run.sh", "upper", 'docker run --rm -e {n}="{v}" acme/web:latest\n'),
    "workflow": (
        ".github/workflows/x.yml",
        "upper",
        "jobs:\n  a:\n    steps:\n      - run: make\n        env:\n          {n}: {v}\n",
    ),
    "comment": ("app.py", "snake", "import app\n# {n} for staging: {v}\napp.run()\n"),
    "JSX": ("App.jsx", "camel", 'export const App = () => <Provider {n}="{v}" region="eu" />;\n'),
    "diff": ("fix.patch", "upper", "--- a/.env\n+++ b/.env\n@@ -1 +1,2 @@\n PORT=80\n+{n}={v}\n"),
    "Elixir": ("config/prod.exs", "snake", 'import Config\nconfig :acme, {n}: "{v}"\n'),
    "dictionary": ("load.py", "snake", 'options = dict()\noptions["{n}"] = "{v}"\n'),
    "YAML list": ("values.yml", "camel", "auth:\n  - {n}: '{v}'\n    region: eu\n"),
    "chat": ("export.txt", "snake", "maria 10:24\nthe {n} is {v} please rotate it\n"),
    "cron": ("crontab", "upper", "{n}={v}\n5 4 * * * /usr/bin/backup\n"),
}
# Where the text says too little to tell a random string or a password by its name.
_LOOSE = frozenset({"chat", "comment"})


def unseen(seed: str) -> list[Sample]:
    """The set of a seed: six ways for every kind, and its own negative lines."""
    made = [sample for kind in KINDS for sample in _written(kind, seed)]
    classes = tomllib.loads((Path(__file__).parent / "data" / "unseen.toml").read_text("utf-8"))
    for name, one in classes.items():
        for path in one["files"]:
            rng = random.Random(f"{seed}/{name}/{path}")
            lines = [fill(rng, line).replace(BEGIN, "").replace(END, "") for line in one["lines"] * 4]
            made.append(Sample(path, "\n".join(lines) + "\n", name, FAMILY, path))
    return made


def _written(kind: Kind, seed: str) -> list[Sample]:
    rng = random.Random(f"{seed}/unseen/{kind.name}")
    ways = [way for way in _WRITTEN if not (kind.is_plain and way in _LOOSE)]
    samples = []
    for way in rng.sample(ways, 6):
        path, style, text = _WRITTEN[way]
        value = kind.make(rng)
        if set(value) & set("'\"\\$`#&: ") and kind.family == "generic":
            value = values.characters(rng, "an", 18)
        name = _styled(_varied(kind.variable, rng), style)
        samples.append(
            marked(path, text.format(n=name, v=f"{BEGIN}{value}{END}"), kind.name, kind.family, way)
        )
    return samples


def _varied(name: str, rng: random.Random) -> str:
    return rng.choice((f"PROD_{name}", f"{name}_LIVE", f"ACME_{name}", name, f"{name}_2", f"DEFAULT_{name}"))


def _styled(name: str, style: str) -> str:
    if style == "upper":
        return name
    first, *rest = name.lower().split("_")
    return name.lower() if style == "snake" else first + "".join(part.capitalize() for part in rest)
