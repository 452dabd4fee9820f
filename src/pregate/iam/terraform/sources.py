"""
The files of an evaluation: which of them make a module, and what else they name.

A module is every Terraform file of a folder. Nothing is opened here: the bytes are given, and what is named
is noted as wanted.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from functools import lru_cache

from pregate.iam.terraform.parser import Parsed, parse
from pregate.positions import PositionError, decode

SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
# Values that are read without being asked for. Source: Terraform language, "Input Variables".
VALUES = ("terraform.tfvars", "terraform.tfvars.json")
MAX_BYTES = 2_000_000


class Sources:
    """Files by path; ``wanted`` collects the paths and folder patterns that an evaluation read or missed."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.wanted: dict[str, None] = {}

    def module(self, folder: str) -> list[Parsed]:
        """
        The Terraform files of a folder; an override file last, and no ``.tf`` beside a ``.tofu`` of its name.
        """
        paths = [p for p in self.files if posixpath.dirname(p) == folder and p.lower().endswith(SUFFIXES)]
        stems = {p[: -len(".tofu")] for p in paths if p.endswith(".tofu")}
        kept = [p for p in paths if not (p.endswith(".tf") and p[: -len(".tf")] in stems)]
        return [self.parsed(path) for path in sorted(kept, key=lambda p: (_is_override(p), p))]

    def values(self, folder: str) -> list[Parsed]:
        """The files that give a root module's variables their values, in Terraform's order."""
        named = [posixpath.join(folder, name) for name in VALUES]
        automatic = [
            p
            for p in sorted(self.files)
            if posixpath.dirname(p) == folder and p.endswith((".auto.tfvars", ".auto.tfvars.json"))
        ]
        return [self.parsed(path) for path in [p for p in named if p in self.files] + automatic]

    def parsed(self, path: str) -> Parsed:
        """A file's tree."""
        return _parsed(path, self.files[path])

    def text(self, path: str) -> str | None:
        """The text of a file that ``file()`` names; None when it is not there, or no text."""
        self.wanted[path] = None
        data = self.files.get(path)
        if data is None:
            return None
        try:
            return decode(data) if len(data) <= MAX_BYTES else None
        except PositionError:
            return None

    def want_module(self, folder: str) -> bool:
        """Whether files of a folder are here; all of them are wanted."""
        self.wanted.update(dict.fromkeys(patterns(folder)))
        return any(posixpath.dirname(path) == folder for path in self.files)


def patterns(folder: str) -> tuple[str, ...]:
    """The names that the files of a module have, ``*`` for any text without a slash."""
    return tuple(posixpath.join(folder, f"*{suffix}") for suffix in SUFFIXES)


def value_patterns(folder: str) -> tuple[str, ...]:
    """The names of files that give a root module its values."""
    names = (*VALUES, "*.auto.tfvars", "*.auto.tfvars.json")
    return tuple(posixpath.join(folder, name) for name in names)


def within(folder: str, path: str) -> str | None:
    """A path relative to a folder, from the repository's root; None when it leads out of the repository."""
    if "\0" in path or path.startswith(("/", "~")):
        return None
    joined = posixpath.normpath(posixpath.join(folder, path))
    if joined == ".." or joined.startswith("../"):
        return None
    return "" if joined == "." else joined


def _is_override(path: str) -> bool:
    name = posixpath.basename(path).split(".", 1)[0]
    return name == "override" or name.endswith("_override")


@lru_cache(maxsize=256)
def _parsed(path: str, data: bytes) -> Parsed:
    """Parsed once for all files of its module that are analysed in this process."""
    try:
        return parse(path, decode(data))
    except PositionError as error:
        empty = parse(path.removesuffix(".json"), "")
        return Parsed(empty.file, empty.body, (error,))
