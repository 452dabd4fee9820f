"""Where a scanner is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from pregate.errors import ScannerError
from pregate.tools.scanner import Scanner


def search_path(environ: Mapping[str, str], root: Path | None) -> str:
    """
    The PATH without relative entries, which would name files of the tree, and without those inside ``root``.
    """
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    kept = [f for f in folders if os.path.isabs(f) and not (root and is_inside(f, root))]  # noqa: PTH117
    return os.pathsep.join(dict.fromkeys(kept))


def find_program(scanner: Scanner, environ: Mapping[str, str], root: Path | None) -> str:
    """
    The absolute path of the scanner's program: on the PATH, never inside the tree at ``root``.

    Raises ScannerError that says how to install it.
    """
    name = scanner.run[0]
    found = shutil.which(name, path=search_path(environ, root))
    if found and os.path.isabs(found) and not (root and is_inside(found, root)):  # noqa: PTH117
        return found
    hint = f"Install it: {scanner.install}." if scanner.install else f"Install {name}, or correct PATH."
    anywhere = shutil.which(name, path=environ.get("PATH", os.defpath))
    if anywhere or found:
        raise ScannerError(
            f"{scanner.name} is installed only inside the repository, from which nothing is run",
            f"Install it elsewhere: {scanner.install or name}.",
        )
    raise ScannerError(f"{scanner.name} is not installed: no {name} on the PATH", hint)


def is_inside(place: str, root: Path) -> bool:
    """
    Whether a path lies in the tree, by its name or by where links lead; of a name that is a link outside,
    both count.
    """
    named, real = Path(os.path.abspath(place)), Path(os.path.realpath(place))  # noqa: PTH100
    return any(path.is_relative_to(at) for at in (root.absolute(), root.resolve()) for path in (named, real))
