"""``pregate config validate``: everything that is wrong with a configuration file, at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry.options import cache_directory
from pregate.entry.organisation import policy_reader
from pregate.errors import PregateError, UsageError
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.config import Config, Source
    from pregate.settings import PolicyReader


def validate(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Prints what is wrong with the file; 0, or 2 where something is. Raises PregateError."""
    source = _file(args, environ)
    if source is None:
        print("pregate: there is no .pregate.toml here, and no [tool.pregate]: everything is as by default")
        return 0
    if not source.options:
        print(f"{source.origin}: no key is set: everything is as by default")
        return 0
    reader = policy_reader(environ, cache_directory(args, environ))
    found = _wrong_policy(source) if args.policy else _wrong_file(source, reader, offline=args.offline)
    for message, hint in found:
        print(message)
        for line in hint.splitlines():
            print(f"  {line}")
    count = len(found)
    print(f"{source.origin}: {f'{count} to mend' if count else 'nothing is wrong'}")
    return UsageError.exit_code if found else 0


def _file(args: argparse.Namespace, environ: Mapping[str, str]) -> Source | None:
    """
    The file to look at, without options where it sets none; None where the working tree has none. Raises
    UsageError where it is not TOML.
    """
    from pregate.changes import Paths, open_source
    from pregate.config import FILES, Source, parse_file
    from pregate.config.reading import is_project_file
    from pregate.model import WORKTREE
    from pregate.settings import FILE_LIMIT, file_in

    if args.file:
        try:
            with Path(args.file).open("rb") as file:
                data = file.read(FILE_LIMIT + 1)
        except OSError as error:
            raise UsageError(f"{args.file}: {error.strerror}", "Name a configuration file.") from None
        if len(data) > FILE_LIMIT:
            raise UsageError(f"{args.file} is too large", f"At most {FILE_LIMIT} bytes are read.")
        return Source(args.file, parse_file(args.file, data), data)
    if args.policy:
        raise UsageError("--policy needs a FILE", "For example: pregate config validate --policy gate.toml")
    unset = None
    with open_source(Path(args.directory), environ, Paths(())).contents() as contents:
        for name in FILES:
            data = file_in(contents, WORKTREE, name)
            options = parse_file(name, data) if data else {}
            if options:
                return Source(name, options, data)
            if data and not is_project_file(name):
                unset = Source(name, options, data)
    return unset


def _wrong_policy(source: Source) -> list[tuple[str, str]]:
    from pregate.config import Config
    from pregate.config.locking import policy_of

    return _mistakes(Config(), source, lambda: policy_of(source))


def _wrong_file(source: Source, reader: PolicyReader, *, offline: bool) -> list[tuple[str, str]]:
    """
    Every mistake, and the locked keys that the file tries to loosen. Raises PregateError where the policy
    that it extends is not to be had, unless there is something else to mend first.
    """
    from pregate.config import Config
    from pregate.config.lines import line_of
    from pregate.config.locking import policy_of, refuse_own_locks, settle
    from pregate.config.reading import is_project_file
    from pregate.config.values import place_of
    from pregate.settings import organisation_of

    def refuse() -> None:
        refuse_own_locks(source)

    forced = replace(source, options={**source.options, **({"offline": True} if offline else {})})
    try:
        organisation = organisation_of([forced], None, reader)
        floor = policy_of(organisation) if organisation else Config()
    except PregateError:
        found = _mistakes(Config(), source, refuse)
        if not found:
            raise
        return found
    found = _mistakes(floor, source, refuse)
    if found or organisation is None:
        return found
    prefix = ("tool", "pregate") if is_project_file(source.origin) else ()
    for held in settle(organisation, [source]).held:
        place = place_of(source.origin, line_of(source.data, (*prefix, *held.way)))
        found.append((f"{place}: {held.words}", "Leave the key out, or tighten it."))
    return found


def _mistakes(before: Config, source: Source, more: Callable[[], object]) -> list[tuple[str, str]]:
    """What is wrong with the keys of a source that comes after ``before``, and what ``more`` raises."""
    from pregate.checks.dependency_licenses import check_lists
    from pregate.config import merged, mistakes

    found: list[tuple[str, str]] = [(error.message, error.hint) for error in mistakes(before, source)]
    steps = [more]
    if not found:
        lists = merged(before, source).dependencies
        steps.append(lambda: check_lists(lists))
    for step in steps:
        try:
            step()
        except UsageError as error:
            found.append((error.message, error.hint))
    return list(dict.fromkeys(found))
