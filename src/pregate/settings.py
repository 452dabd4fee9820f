"""
Where a run's configuration comes from: the trusted revision's file, the organisation's policy that it
extends, and the flags.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate.config import FILES, Source, load, parse_file
from pregate.config.reading import Settled, may_hold_options
from pregate.config.values import ConfigError
from pregate.errors import PregateError, UsageError
from pregate.model import Mode, Unread
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.changes import Contents
    from pregate.config.extending import PolicyAddress

FILE_LIMIT = 1024 * 1024
"""How many bytes a configuration file may have."""
GIVEN_LIMIT = 16 * 1024 * 1024
"""How many bytes a baseline of detect-secrets', or a configuration of gitleaks', may have."""

PolicyReader = Callable[["PolicyAddress", bool], bytes]
"""
Reads an organisation's policy; the second argument is true where no service may be asked. Raises PregateError
where there is none: it is never left out.
"""


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that makes a configuration: an organisation's policy, and what comes after it, in order."""

    organisation: Source | None
    later: tuple[Source, ...]

    def settle(self) -> Settled:
        """The configuration in force, with what locks held. Raises UsageError."""
        if self.organisation is None and not any(source.options.get("locked") for source in self.later):
            return Settled(load(self.later))
        from pregate.config.locking import refuse_own_locks, settle

        for source in self.later:
            refuse_own_locks(source)
        return settle(self.organisation, self.later)


def find_sources(
    contents: Contents,
    revision: str,
    flags: Source,
    root: Path | None,
    policies: PolicyReader | None,
    remark: str = "",
) -> Sources:
    """
    The sources of a run whose configuration file is that of ``revision``; ``remark`` is added to the file's
    name in messages.

    A path in the file is relative to ``root``, one in a flag to the current directory.

    Raises UsageError for a file that cannot be read, and PregateError where the policy that it extends is
    not to be had.
    """
    later = []
    for name in FILES:
        data = file_in(contents, revision, name)
        options = parse_file(name, data) if may_hold_options(name, data) else {}
        if options:
            later.append(Source(name + remark, rooted(options, root), data))
            break
    later.append(flags)
    return Sources(organisation_of(later, root, policies), tuple(later))


def file_in(contents: Contents, revision: str, name: str, limit: int = FILE_LIMIT) -> bytes:
    """
    The configuration file of that name, ``b""`` where there is none. Raises UsageError for one that cannot be
    read, or has more than ``limit`` bytes.
    """
    blob = contents.find(revision, name)
    if blob is None or blob.mode not in (Mode.FILE, Mode.EXECUTABLE):
        return b""
    data = contents.read(blob, limit)
    if isinstance(data, Unread):
        raise UsageError(
            f"{name}: cannot be read: {data.detail or data.reason.value}", "Mend the file or remove it."
        )
    return data


def given_reader(contents: Contents, revision: str) -> Callable[[str], bytes]:
    """
    Reads files of a revision that the search for secrets is given, ``b""`` where there is none. It raises
    UsageError for one that cannot be read, which a symbolic link is never.
    """

    def read(path: str) -> bytes:
        blob = contents.find(revision, path)
        if blob and blob.mode is Mode.SYMBOLIC_LINK:
            raise UsageError(
                f"{path}: a link is not followed",
                "Put the file itself there, or name where it is (gitleaks-config, baseline under [secrets]).",
            )
        return file_in(contents, revision, path, GIVEN_LIMIT) if blob else b""

    return read


def organisation_of(later: list[Source], root: Path | None, policies: PolicyReader | None) -> Source | None:
    """The policy that the last of the sources with ``extends`` names. Raises as :func:`find_sources`."""
    source = next((s for s in reversed(later) if s.options.get("extends")), None)
    if source is None:
        return None
    from pregate.config.extending import parse_address
    from pregate.config.reading import placed

    named = source.options["extends"]
    if not isinstance(named, str):
        raise placed(ConfigError("extends must be a string", "", way=("extends",)), source)
    try:
        address = parse_address(named)
    except ConfigError as error:
        raise placed(error.at("", ("extends",)), source) from None
    offline = next((s.options["offline"] for s in reversed(later) if "offline" in s.options), False)
    if policies is None:
        raise PregateError(
            f"{source.origin}: the policy {address.name} is not read by this command", "Use pregate scan."
        )
    data = policies(address, offline is True)
    _check_content(address, data)
    origin = f"github://{address.name}"
    return Source(origin, rooted(parse_file(origin, data), root), data)


def _check_content(address: PolicyAddress, data: bytes) -> None:
    from pregate.config.extending import LIMIT, digest_of

    if len(data) > LIMIT:
        raise UsageError(f"{address.name} is larger than {LIMIT} bytes", "A policy is a short file.")
    if address.digest and digest_of(data) != address.digest:
        raise UsageError(
            f"{address.name} is not the file whose digest extends gives",
            f"Its digest is {digest_of(data)}: look at what changed, then pin that.",
        )


def rooted(options: Mapping[str, Any], root: Path | None) -> Mapping[str, Any]:
    """The options with every path of a database or list under ``root``."""
    if root is None:
        return options
    advisories, lists = options.get("advisories"), options.get("dependencies")
    changed = dict(options)
    if isinstance(advisories, str):
        changed["advisories"] = _under(root, advisories)
    elif isinstance(advisories, Mapping):
        changed["advisories"] = _with_paths(advisories, root, ("source",))
    if isinstance(lists, Mapping):
        changed["dependencies"] = _with_paths(lists, root, ("kev", "epss"))
    return changed


def _with_paths(table: Mapping[str, Any], root: Path, keys: tuple[str, ...]) -> dict[str, Any]:
    return {k: _under(root, v) if k in keys and isinstance(v, str) else v for k, v in table.items()}


def _under(root: Path, place: str) -> str:
    return place if not place or "://" in place else str(root / place)
