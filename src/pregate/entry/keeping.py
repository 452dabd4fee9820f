"""Files that pregate keeps in a repository, under ``.pregate/``: read and written on disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pregate.errors import PregateError

FOLDER = ".pregate"


def read_kept(root: Path, path: str) -> bytes | None:
    """
    The bytes of a file under ``.pregate/``; None where there is none. Raises PregateError for a link, and for
    what cannot be read.
    """
    place = _place(root, path)
    if not place.exists():
        return None
    try:
        return place.read_bytes()
    except OSError as error:
        raise PregateError(f"cannot read {path}: {error.strerror}", "Mend or remove it.") from None


def write_kept(root: Path, path: str, data: bytes) -> None:
    """
    Writes a file under ``.pregate/``, whole or not at all. Raises PregateError as :func:`read_kept`: a link
    in the tree might lead anywhere.
    """
    place = _place(root, path)
    try:
        place.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".new-", delete=False) as file:
            file.write(data)
        temporary = Path(file.name)
        temporary.chmod(0o644)
        os.replace(temporary, place)  # noqa: PTH105 - replaces a link rather than follow it
    except OSError as error:
        raise PregateError(
            f"cannot write {path}: {error.strerror}", "Choose a checkout that may be written to."
        ) from None


def _place(root: Path, path: str) -> Path:
    for part in (root / FOLDER, root / path):
        if part.is_symlink():
            raise PregateError(
                f"{part.relative_to(root)} is a symbolic link, which is not followed", "Put a real one there."
            )
    return root / path
