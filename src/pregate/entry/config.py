"""``pregate config``: what is in force, whose word each value is, and whether a file is right."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry.config_validation import validate
from pregate.entry.options import add_cache_options, add_gate_options, cache_directory, overrides
from pregate.entry.organisation import fetch, policy_reader
from pregate.errors import PregateError, UsageError

if TYPE_CHECKING:
    from pregate.config.extending import PolicyAddress
    from pregate.config.origins import Told
    from pregate.config.reading import Settled
    from pregate.settings import PolicyReader, Sources

_EPILOG = """\
examples:
  pregate config show --changed              what is not as by default, and where it is set
  pregate config show --base origin/main     what would judge this branch
  pregate config show --changed --fail-on low
  pregate config explain fail-on
  pregate config validate                    everything that is wrong with the file here
  pregate config validate --policy gate.toml an organisation's policy, for others to extend
  pregate config fetch                       keep the policy that is extended, for hooks
  pregate config schema > pregate.schema.json
"""


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
    check = _add(acts, "validate", "tell everything that is wrong with a file", validate)
    check.add_argument("file", nargs="?", metavar="FILE", help="instead of the working tree's")
    check.add_argument(
        "--policy", action="store_true", help="FILE is an organisation's policy, for others to extend"
    )
    check.add_argument("--offline", action="store_true", help="take the policy it extends from the cache")
    _add(acts, "fetch", "ask GitHub for the policy that the configuration extends, and keep it", _fetch)
    schema = acts.add_parser(
        "schema",
        help="print the file's JSON Schema",
        description="Print the file's JSON Schema, for editors and check-jsonschema.",
        allow_abbrev=False,
    )
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
        add_gate_options(parser)
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
    flags = Source("command line", overrides(args))
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
        pair = f"# {name} is not set" if is_unset else f"{name} = {to_toml(plain(row.value, row.key.kind))}"
        about = f"{row.place}, locked" if row.is_locked else row.place
        lines.append(f"{pair} ({about})" if is_unset else f"{pair}  # {about}")
    return "\n".join(lines).lstrip("\n") + "\n" if lines else "# everything is as by default\n"


def _as_json(rows: Sequence[Told]) -> str:
    from pregate.config.origins import plain

    found = [
        {
            "key": row.key.name,
            "value": plain(row.value, row.key.kind),
            "default": plain(row.key.default, row.key.kind),
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
    from pregate.config.keys import all_keys, find_key, tables
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
        default = "not set" if key.default in (-1, "") else to_toml(plain(key.default, key.kind))
        lines.append(f"  default    {default}")
    lines.append(f"  stands     {_where(key.name, key.table, in_rows=key.in_rows)}")
    if key.in_rows:
        sys.stdout.write("\n".join(lines) + "\n")
        return 0
    sense = STRICTNESS[key.name].sense
    lines.append(f"  locked     {sense.value if sense is Sense.FREE else f'lets through {sense.value}'}")
    _, rows = _in_force(args, environ)
    row = next(row for row in rows if row.key.name == key.name)
    value = "not set" if row.value in (-1, "") else to_toml(plain(row.value, row.key.kind))
    if value == "not set" and key.table and key.name.rpartition(".")[2] in all_keys():
        value = "not set: the key at the top counts"
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
