"""A maker of values of one format, and the ways to write them down."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from typing import NamedTuple

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


class Specimen(NamedTuple):
    """
    ``make`` gives a fresh valid value; ``name`` is what it is called where it is set. ``around`` is text that
    the value stands in (at ``{}``) where it is part of an address.
    """

    make: Callable[[random.Random], str]
    name: str = "TOKEN"
    around: str = "{}"


def text(rng: random.Random, alphabet: str, size: int) -> str:
    """Random characters of an alphabet."""
    return "".join(rng.choices(alphabet, k=size))


def uuid(rng: random.Random) -> str:
    """A random UUID in small letters."""
    return "-".join(text(rng, HEX, size) for size in (8, 4, 4, 4, 12))


# {n} is the name, {v} the value; each is a file's name and its text.
SYNTAXES: tuple[tuple[str, str], ...] = (
    ("app.env", "{n}={v}\n"),
    ("run.sh", 'export {n}="{v}"\n'),
    ("app.py", "{n} = '{v}'\n"),
    ("call.py", 'client = Client({n}="{v}", timeout=3)\n'),
    ("a.yaml", "env:\n  {n}: {v}\n"),
    ("b.yaml", 'env:\n  - name: {n}\n    value: "{v}"\n'),
    ("c.json", '{{"{n}": "{v}"}}\n'),
    ("d.toml", '{n} = "{v}"\n'),
    ("e.ini", "[main]\n{n} = {v}\n"),
    ("f.properties", "app.{n}: {v}\n"),
    ("g.xml", "<{n}>{v}</{n}>\n"),
    ("h.tf", 'variable "{n}" {{ default = "{v}" }}\n'),
    ("i.js", "const c = {{ {n}: '{v}' }};\n"),
    ("j.go", 'const {n} = "{v}"\n'),
    ("k.md", "Set `{n}` to `{v}`, then start.\n"),
    ("l.json", '{{"log": "{n}: \\n{v}\\n"}}\n'),
    ("m.txt", "curl 'https://api.example.com/v1?{n}={v}&page=2'\n"),
    ("n.sh", "tool login --{n} {v} --quiet\n"),
    ("Dockerfile", "ENV {n} {v}\n"),
    ("o.cs", 'var {n} = @"{v}";\n'),
)
