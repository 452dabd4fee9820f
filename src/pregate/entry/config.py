"""``pregate config``: what is in force, whose word each value is, and whether a file is right."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry.options import add_cache_options, cache_directory
from pregate.entry.organisation import fetch, policy_reader
from pregate.errors import PregateError, UsageError

if TYPE_CHECKING:
    from pregate.config import Config, Source
    from pregate.config.extending import PolicyAddress
    from pregate.config.origins import Told
    from pregate.config.reading import Settled
    from pregate.settings import PolicyReader, Sources

_EPILOG = """\
examples:
  pregate config show --changed              what is not as by default, and where it is set
  pregate config show --base origin/main     what would judge this branch
  pregate config explain fail-on
  pregate config validate                    everything that is wrong with the file here
  pregate config validate --policy gate.toml an organisation's policy, for others to extend
  pregate config fetch                       keep the policy that is extended, for hooks
  pregate config schema > pregate.schema.json
"""


_FILES_HERE = (".pregate.toml", "[tool.pregate] in pyproject.toml")


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACTION")
    show = _add(acts, "show", "print every key with its value and whose word it is", _show)
    show.add_argument("--changed", action="store_true", help="only what is not as by default")
    show.add_argument("--output", choices=("toml", "json"), default="toml", help="how (default: toml)")
    explain = _add(acts, "explain", "say what a key is for, what it may be and what it is", _explain)
    explain.add_argument(
        "key", metavar="KEY", help="dotted (dependencies.grace-days), or a table (dependencies)"
    )
    validate = _add(acts, "validate", "tell everything that is wrong with a file", _validate)
    validate.add_argument("file", nargs="?", metavar="FILE", help="instead of the working tree's")
    validate.add_argument(
        "--policy", action="store_true", help="FILE is an organisation's policy, for others to extend"
    )
    validate.add_argument("--offline", action="store_true", help="take the policy it extends from the cache")
    _add(acts, "fetch", "ask GitHub for the policy that the configuration extends, and keep it", _fetch)
    schema = acts.add_parser("schema", help="print the file's JSON Schema", allow_abbrev=False)
    schema.set_defaults(do=_schema)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Does it; 0, or 2 where ``validate`` finds something wrong. Raises PregateError."""
    return int(args.do(args, environ))


def _add(acts: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str,
         do: object) -> argparse.ArgumentParser:  # fmt: skip
    parser = acts.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", allow_abbrev=False
    )
    parser.add_argument("-C", "--directory", metavar="DIR", default=".", help="a folder in the repository")
    if name != "validate":
        parser.add_argument("--base", metavar="REV", help="the file that judges a change from this revision")
    add_cache_options(parser)
    parser.set_defaults(do=do)
    return parser


# ------------------------------------------------------------------------------------- show and explain


def _show(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    settled, rows = _in_force(args, environ)
    if args.changed:
        rows = tuple(row for row in rows if row.value != row.key.default)
    sys.stdout.write(_as_json(rows) if args.output == "json" else _as_toml(rows))
    for note in settled.notes:
        print(f"pregate: note: {note}", file=sys.stderr)
    return 0


def _in_force(args: argparse.Namespace, environ: Mapping[str, str]) -> tuple[Settled, tuple[Told, ...]]:
    from pregate.config.origins import told

    sources = _sources(args, environ, policy_reader(environ, cache_directory(args, environ)))
    settled = sources.settle()
    return settled, told(sources.organisation, sources.later, settled)


def _sources(args: argparse.Namespace, environ: Mapping[str, str], policies: PolicyReader) -> Sources:
    """The sources of a run here: the working tree's file, or that which judges a change from a revision."""
    from pregate.changes import Paths, Range, open_source
    from pregate.config import Source
    from pregate.model import WORKTREE
    from pregate.settings import find_sources

    selection = Range(args.base, "HEAD") if args.base else Paths(())
    source = open_source(Path(args.directory), environ, selection)
    revision = source.changes(selection).trusted if args.base else WORKTREE
    flags = Source("command line", {"jobs": args.jobs} if args.jobs is not None else {})
    with source.contents() as contents:
        # Paths are shown as they are written.
        remark = f", at {revision[:12]}" if args.base else ""
        return find_sources(contents, revision, flags, None, policies, remark)


def _as_toml(rows: Sequence[Told]) -> str:
    """The keys as a configuration file, each with a comment that says whose word it is."""
    from pregate.config.origins import plain
    from pregate.config.toml_form import to_toml
    from pregate.config.words import UNLIMITED

    lines: list[str] = []
    table = ""
    for row in sorted(rows, key=lambda row: bool(row.key.table)):
        if row.key.table != table:
            table = row.key.table
            lines += ["", f"[{table}]"]
        name = row.key.name.rpartition(".")[2]
        is_unset = row.value == UNLIMITED or (row.value == "" and bool(row.key.choices))
        pair = f"# {name} is not set" if is_unset else f"{name} = {to_toml(plain(row.value))}"
        about = f"{row.place}, locked" if row.is_locked else row.place
        lines.append(f"{pair} ({about})" if is_unset else f"{pair}  # {about}")
    return "\n".join(lines).lstrip("\n") + "\n" if lines else "# everything is as by default\n"


def _as_json(rows: Sequence[Told]) -> str:
    from pregate.config.origins import plain

    found = [
        {
            "key": row.key.name,
            "value": plain(row.value),
            "default": plain(row.key.default),
            "source": row.source,
            "line": row.line,
            "locked": row.is_locked,
            "note": row.note,
        }
        for row in rows
    ]
    return json.dumps({"version": 1, "keys": found}, indent=2, ensure_ascii=False) + "\n"


def _explain(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from pregate.config.descriptions import DESCRIPTIONS
    from pregate.config.keys import find_key, tables
    from pregate.config.origins import plain
    from pregate.config.strictness import STRICTNESS, Sense
    from pregate.config.toml_form import to_toml

    if args.key in tables():
        return _explain_table(args.key)
    key = find_key(args.key)
    lines = [key.name, f"  {DESCRIPTIONS[key.name]}", "", f"  holds      {key.kind}"]
    if key.choices:
        lines.append(f"  values     {', '.join(key.choices)}")
    if not key.is_needed:
        default = "not set" if key.default in (-1, "") else to_toml(plain(key.default))
        lines.append(f"  default    {default}")
    lines.append(f"  stands     {_where(key.name, key.table, in_rows=key.in_rows)}")
    if key.in_rows:
        sys.stdout.write("\n".join(lines) + "\n")
        return 0
    sense = STRICTNESS[key.name].sense
    lines.append(f"  locked     {sense.value if sense is Sense.FREE else f'lets through {sense.value}'}")
    _, rows = _in_force(args, environ)
    row = next(row for row in rows if row.key.name == key.name)
    value = "not set" if row.value in (-1, "") else to_toml(plain(row.value))
    lines.append(f"  now        {value} ({row.place}{', locked' if row.is_locked else ''})")
    lines += [f"  note       {row.note}"] if row.note else []
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _explain_table(table: str) -> int:
    """The keys of a table, each with its first words: what ``explain`` says of each is one step away."""
    from pregate.config.descriptions import DESCRIPTIONS, TABLES
    from pregate.config.keys import all_keys

    rows = [key.name for key in all_keys().values() if key.table == table]
    width = max(map(len, rows))
    print(f"[{table}]\n  {TABLES[table]}\n")
    for name in rows:
        print(f"  {name:<{width}}  {DESCRIPTIONS[name]}")
    return 0


def _where(name: str, table: str, *, in_rows: bool) -> str:
    if name == "locked":
        return "at the top of an organisation's policy"
    if in_rows:
        return f"in each [[{table}]] of .pregate.toml, or [[tool.pregate.{table}]] of pyproject.toml"
    place = f"in [{table}]" if table else "at the top"
    inner = f"tool.pregate.{table}" if table else "tool.pregate"
    return f"{place} of .pregate.toml, or in [{inner}] of pyproject.toml"


# ---------------------------------------------------------------------------------------------- validate


def _validate(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    source = _file(args, environ)
    if source is None:
        print(f"pregate: there is no {' and no '.join(_FILES_HERE)} here: everything is as by default")
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

    forced = source._replace(options={**source.options, **({"offline": True} if offline else {})})
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


# ------------------------------------------------------------------------------------- fetch and schema


def _fetch(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    cache = cache_directory(args, environ)
    if cache is None:
        raise UsageError("there is no cache to keep the policy in", "Leave --no-cache out.")
    asked = []

    def read(address: PolicyAddress, offline: bool) -> bytes:  # noqa: ARG001 - it is what this is for
        asked.append(address)
        return fetch(address, environ, cache)

    _sources(args, environ, read).settle()
    if not asked:
        raise PregateError("the configuration extends no policy", "Nothing is to be fetched.")
    for address in asked:
        print(f"{address.name}: kept in {cache}")
    return 0


def _schema(args: argparse.Namespace, environ: Mapping[str, str]) -> int:  # noqa: ARG001
    from pregate.config.schema import render_schema

    sys.stdout.write(render_schema())
    return 0
