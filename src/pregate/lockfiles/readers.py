"""Which reader a file's name asks for, and the one door to all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pregate.lockfiles.model import Reading
from pregate.model import Unread, UnreadReason

# Names that pip's users give to requirements and constraints files: requirements.txt, requirements-dev.txt,
# test_requirements.txt, constraints.txt, and any .txt in a folder of that name. A ``.in`` file is what
# pip-compile makes a .txt of: that one is audited.
_REQUIREMENTS = re.compile(
    r"(?:[^/]{1,200}[-_.])?(?:requirements|constraints)(?:[-_.][^/]{1,200})?\.txt", re.IGNORECASE
)
_FOLDER = re.compile(r"(?:^|/)(?:requirements|constraints)/[^/]+\.txt$", re.IGNORECASE)
_MAY_INCLUDE = re.compile(rb"(?:^|[^A-Za-z0-9._-])--?[rc]|\0")  # there are NULs in UTF-16 and UTF-32
_PYLOCK = re.compile(r"pylock(?:\.[^./]{1,200})?\.toml")  # PEP 751, "File name"


def format_of(path: str) -> str:
    """The format that the file's name promises (``requirements``, ``poetry.lock``, …), or ``""``."""
    name = path.rpartition("/")[2]
    if name in ("poetry.lock", "uv.lock", "Pipfile.lock", "package-lock.json"):
        return name
    if name == "npm-shrinkwrap.json":  # the same format under its published name: npm docs, package-lock.json
        return "package-lock.json"
    if _PYLOCK.fullmatch(name):
        return "pylock.toml"
    return "requirements" if _REQUIREMENTS.fullmatch(name) or _FOLDER.search(path) else ""


def includes(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Files that reading ``path`` needs, directly or through others, beside those in ``files``.

    ``files`` holds the bytes of ``path`` and of what is known of its inclusions. Only requirements include.
    """
    if format_of(path) != "requirements" or not any(_may_include(data) for data in files.values()):
        return ()
    from pregate.lockfiles.requirements import wanted

    return wanted(path, files)


def _may_include(data: bytes) -> bool:
    """Whether ``-r``, ``-c`` or their long forms can stand in ``data``: ``argon2-cffi`` holds none."""
    return _MAY_INCLUDE.search(data) is not None


def read(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Packages and unread parts of ``path``, whose bytes and those of its inclusions are in ``files``.

    Never raises for content: what cannot be read is listed as unread.
    """
    match format_of(path):
        case "requirements":
            from pregate.lockfiles.requirements import read_requirements

            return read_requirements(path, files, lambda other: format_of(other) == "requirements")
        case "":
            return Reading()
        case kind:
            if not files[path].strip():
                return Reading((), (Unread(path, UnreadReason.UNPARSABLE, f"an empty file is no {kind}"),))
            return _reader(kind)(path, files[path])


def _reader(kind: str) -> Callable[[str, bytes], Reading]:
    from pregate.lockfiles import package_lock, pipfile, poetry, pylock, uv

    readers: dict[str, Callable[[str, bytes], Reading]] = {
        "package-lock.json": package_lock.read_package_lock,
        "Pipfile.lock": pipfile.read_pipfile_lock,
        "poetry.lock": poetry.read_poetry_lock,
        "pylock.toml": pylock.read_pylock,
        "uv.lock": uv.read_uv_lock,
    }
    return readers[kind]
