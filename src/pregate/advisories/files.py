"""
Records as files: a folder, a zip archive as OSV publishes them (https://google.github.io/osv.dev/data/), or
one JSON file. Nothing is unpacked onto the disk, and everything that is read is bounded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from pregate.advisories.local import HINT
from pregate.errors import AdvisoryError
from pregate.expressions import expression

MAX_RECORD = 16 * 1024 * 1024
MAX_RECORDS = 2_000_000
MAX_TOTAL = 16 * 1024**3
# Records are text: packed ones grow by ten. Deflate alone can make a thousand of one.
MAX_GROWTH = 200
DAMAGED = "Fetch the database again: an advisory that cannot be read is a vulnerability that is not told."
JSON = ".json"
# PyPA writes its records so (https://github.com/pypa/advisory-database).
YAML = (".yaml", ".yml")

_YAML_ID = expression(rb"(?m)^id:")
_YAML_MODIFIED = expression(rb"(?m)^modified:")
_MODIFIED = expression(rb'"modified"\s*+:\s*+"(\d{4}-\d\d-\d\d)')


def contents(
    path: Path, only: Collection[str] | None = None, endings: tuple[str, ...] = (JSON,)
) -> Iterator[tuple[str, bytes]]:
    """
    Name (relative, POSIX) and bytes of each file at ``path`` with one of the ``endings``, or of those in
    ``only``, in the order of the names. Raises AdvisoryError for what cannot be read, and for more than a
    database may hold.
    """

    def is_wanted(name: str) -> bool:
        return name.endswith(endings) and (only is None or name in only)

    if path.is_dir():
        found = _folder(path, is_wanted)
    elif path.name.endswith(endings):
        found = iter([(path.name, _bytes_of(path))])
    else:
        found = _archive(path, is_wanted)
    total = 0
    for number, (name, data) in enumerate(found, start=1):
        total += len(data)
        if len(data) > MAX_RECORD or number > MAX_RECORDS or total > MAX_TOTAL:
            raise AdvisoryError(f"{path} is too large for a database ({name})", HINT)
        yield name, data


def is_record(data: bytes, name: str, path: Path) -> bool:
    """
    Whether the bytes of a file look like a record; files of other purposes stand in databases too. Raises
    AdvisoryError when they are cut short.

    YAML tells no end: there, a record is what has the keys of one.
    """
    if name.endswith(YAML):
        return _YAML_ID.search(data) is not None and _YAML_MODIFIED.search(data) is not None
    text = data.strip()
    if not (text.startswith(b"{") and text.endswith(b"}")):
        if text.startswith(b"[") and text.endswith(b"]"):
            return False
        raise AdvisoryError(f"{name} in {path} is damaged or cut short", DAMAGED)
    return b'"id"' in data and b'"modified"' in data


def day_of(data: bytes) -> str:
    """The day on which a record was last modified, as its bytes name it first; ``""`` when they do not."""
    found = _MODIFIED.search(data)
    return found.group(1).decode() if found else ""


def _folder(path: Path, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    def fail(error: OSError) -> None:
        raise AdvisoryError(f"{path} cannot be read: {error.strerror}", HINT) from None

    skipped = len(os.path.join(path, ""))  # noqa: PTH118 - as below
    for folder, folders, files in os.walk(path, onerror=fail):
        # A checkout's own store holds no records.
        folders[:] = sorted(f for f in folders if f != ".git")
        for file in sorted(files):
            full = os.path.join(folder, file)  # noqa: PTH118 - there may be many
            name = full[skipped:].replace(os.sep, "/")
            if is_wanted(name):
                yield name, _bytes_of(full)


def _bytes_of(path: Path | str) -> bytes:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - as above
            return stream.read(MAX_RECORD + 1)
    except OSError as error:
        raise AdvisoryError(f"{path} cannot be read: {error.strerror}", HINT) from None


def _archive(path: Path, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(path) as archive:
            files = sorted(archive.infolist(), key=lambda i: i.filename)
            _refuse_bomb(path, sum(i.file_size for i in files))
            for info in files:
                name = info.filename
                if is_wanted(name):
                    with archive.open(info) as stream:
                        yield name, stream.read(MAX_RECORD + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        # RuntimeError: the archive is encrypted; NotImplementedError: a way of packing that Python does not
        # know
        raise AdvisoryError(
            f"{path} is no zip archive that can be read ({type(error).__name__})", HINT
        ) from None


def _refuse_bomb(path: Path, unpacked: int) -> None:
    """What an archive claims is the most that is read of it: a file that is longer than that is damaged."""
    if unpacked > MAX_TOTAL or unpacked > MAX_GROWTH * max(path.stat().st_size, MAX_RECORD // 16):
        raise AdvisoryError(f"{path} is too large for a database: it unpacks to {unpacked} bytes", HINT)
