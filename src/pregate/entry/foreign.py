"""The reports of other scanners, from disk: what cannot be read is told as such, never left out."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from pregate.engine.intake import Document

_FILES_MAX = 100
_WILD = frozenset("*?[")


def add_sarif_options(parser: argparse.ArgumentParser) -> None:
    """``--sarif-in`` and ``--sarif-in-base``."""
    group = parser.add_argument_group("reports of other scanners")
    group.add_argument("--sarif-in", action="append", default=[], metavar="FILE",
                       help="judge another scanner's SARIF with our findings; repeatable")  # fmt: skip
    group.add_argument("--sarif-in-base", action="append", default=[], metavar="FILE",
                       help="what the same scanner says of the base: only the rest is new")  # fmt: skip


def documents_of(args: argparse.Namespace) -> tuple[Document, ...]:
    """
    The files of ``--sarif-in`` and ``--sarif-in-base``, read; names start at the working directory. Raises
    UsageError where there are files of the base alone.
    """
    heads, bases = getattr(args, "sarif_in", ()), getattr(args, "sarif_in_base", ())
    if bases and not heads:
        raise UsageError(
            "--sarif-in-base says what a scanner found in the base, and no --sarif-in what it found since",
            "Give both: --sarif-in semgrep.sarif --sarif-in-base base/semgrep.sarif",
        )
    made = [_document(name, Path(name), is_base=False) for name in heads]
    return (*made, *(_document(name, Path(name), is_base=True) for name in bases))


def documents_in(
    workspace: Path, names: Sequence[str], base_names: Sequence[str] = ()
) -> tuple[Document, ...]:
    """
    The files of a workspace that names or globs (``reports/*.sarif``, ``**`` for any depth) mean, read. One
    that leads out of the workspace, by ``..`` or a link, is not read, and it is said.
    """
    made: list[Document] = []
    for is_base, group in ((False, names), (True, base_names)):
        for name in group:
            made += _matching(workspace, name, is_base=is_base)
    return tuple(made)


def _matching(workspace: Path, name: str, *, is_base: bool) -> Iterator[Document]:
    if _WILD.isdisjoint(name):
        yield _confined(workspace, name, is_base=is_base)
        return
    if Path(name).is_absolute() or ".." in Path(name).parts:
        yield _missing(name, "leads out of the workspace", is_base=is_base)
        return
    # Path.glob goes through no linked folder for ``**``: a tree of links would have no end.
    files = (path for path in workspace.glob(name) if not path.is_dir())
    found = [str(path.relative_to(workspace)) for path in itertools.islice(files, _FILES_MAX + 1)]
    if not found:
        yield _missing(name, "matches no file of the workspace", is_base=is_base)
    elif len(found) > _FILES_MAX:
        yield _missing(name, f"matches more than {_FILES_MAX} files", is_base=is_base)
    else:
        for match in sorted(found):
            yield _confined(workspace, match, is_base=is_base)


def _confined(workspace: Path, name: str, *, is_base: bool) -> Document:
    path = workspace / name
    if not path.resolve().is_relative_to(workspace.resolve()):
        return _missing(name, "leads out of the workspace", is_base=is_base)
    return _document(name, path, is_base=is_base, is_strict=True)


def _document(name: str, path: Path, *, is_base: bool, is_strict: bool = False) -> Document:
    """``is_strict`` takes regular files alone: nothing that blocks, and no device."""
    from pregate.engine.intake import Document
    from pregate.intake.document import LIMIT

    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | (os.O_NONBLOCK if is_strict else 0))
    except OSError as error:
        return _missing(name, f"cannot be opened: {error.strerror}", is_base=is_base)
    mode = os.fstat(handle).st_mode
    if stat.S_ISDIR(mode) or (is_strict and not stat.S_ISREG(mode)):
        os.close(handle)
        return _missing(name, "is no file", is_base=is_base)
    try:
        with os.fdopen(handle, "rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        return _missing(name, f"cannot be read: {error.strerror}", is_base=is_base)
    return Document(name, data, is_base=is_base, place=str(path.resolve()))


def _missing(name: str, why: str, *, is_base: bool) -> Document:
    from pregate.engine.intake import Document

    return Document(name, None, f"{name} {why}", is_base=is_base)
