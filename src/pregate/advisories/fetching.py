"""
Fetching what OSV publishes: a zip archive of all records for each ecosystem (https://google.github.io/osv.dev/data/).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pregate.advisories.building import Change, Import, update_index
from pregate.advisories.contents import Origin
from pregate.advisories.index import IndexFile
from pregate.advisories.transport import Limits, NotThereError, Received, Transport
from pregate.errors import AdvisoryError
from pregate.lockfiles.ecosystems import ECOSYSTEMS

BASE = "https://osv-vulnerabilities.storage.googleapis.com"
LIMITS = Limits(read=60, whole=3600, size=4 * 1024**3)
HINT = (
    "Check the network and the proxy (HTTPS_PROXY, REQUESTS_CA_BUNDLE), and the address (--url); or carry "
    "the archives over by other means: pregate advisories import all.zip --name PyPI."
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 .:+-]{0,60}")


def fetch(
    path: Path,
    ecosystems: Sequence[str],
    now: float,
    url: str = BASE,
    say: Callable[[str], None] = lambda _: None,
    limits: Limits = LIMITS,
) -> tuple[Change, ...]:
    """
    Takes the archives of the ecosystems at ``url`` into the index at ``path``; of those that have not changed
    since the last time nothing is downloaded.

    None named: those that the index has from there, else all that lock files are read of; of the latter, one
    that is not published is passed over, and ``say`` is told. Raises AdvisoryError when an archive cannot be
    had or read, and leaves the index as it was.
    """
    known = _known(path)
    ours = tuple(name for name, origin in known.items() if origin.is_fetched)
    wanted = (
        tuple(dict.fromkeys(map(_ecosystem, ecosystems)))
        or ours
        or tuple(e.name for e in ECOSYSTEMS.values() if e.is_in_osv)
    )
    transport = Transport(url, limits, hint=HINT)
    is_strict = bool(ecosystems or ours)
    imports = []
    with _folder(path) as folder:
        for number, name in enumerate(wanted):
            try:
                found = _download(transport, name, folder / f"{number}.zip", known.get(name))
            except NotThereError:
                if is_strict:
                    raise
                say(f"{name}: nothing is published at {transport.host}")
                continue
            imports.append(found)
            say(f"{name}: {'fetched' if found.path else 'unchanged'}")
        if not imports:
            raise AdvisoryError(f"{transport.host} publishes none of: {', '.join(wanted)}", HINT)
        return update_index(path, imports, now)


def _ecosystem(name: str) -> str:
    """An ecosystem as OSV writes it, where we know it, whatever the case of its letters."""
    if not _NAME.fullmatch(name):
        raise AdvisoryError(f"{name!r} is no ecosystem's name", "Write it as OSV does: PyPI, npm, crates.io.")
    return {known.lower(): known for known in ECOSYSTEMS}.get(name.lower(), name)


def _known(path: Path) -> dict[str, Origin]:
    if not path.exists():
        return {}
    with IndexFile(path) as file:
        return {o.name: o for o in file.contents.origins}


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """A folder for archives beside the index, where there is room for it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = tempfile.TemporaryDirectory(dir=path.parent, prefix=".advisories-")
    except OSError as error:
        hint = "Name another file with --output."
        raise AdvisoryError(f"the index {path} cannot be written: {error.strerror}", hint) from None
    with folder as name:
        yield Path(name)


def _download(transport: Transport, name: str, target: Path, before: Origin | None) -> Import:
    where = f"/{quote(name)}/all.zip"
    place = transport.url + where
    # The marks of another address say nothing of this one.
    marks = Received(0, before.etag, before.last_modified) if before and before.place == place else None
    try:
        with target.open("wb") as file:
            received = transport.download(where, file, marks)
    except OSError as error:
        raise AdvisoryError(
            f"{target.parent} cannot be written: {error.strerror}", "Make room there."
        ) from None
    if received is None:
        return Import(name, None, place)
    return Import(name, target, place, received.etag, received.last_modified)
