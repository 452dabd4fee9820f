"""``pregate advisories``: a local index of vulnerability records, fetched or imported, and what is in it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.cache import advisory_index
from pregate.entry.parsing import Raw
from pregate.errors import AdvisoryError, UsageError

if TYPE_CHECKING:
    from pregate.advisories.building import Change
    from pregate.advisories.index import IndexFile

_EPILOG = """\
The index is one file: every record of the databases that it was made from, compact, with checksums. A scan
uses it when it is named (--advisories FILE, or the key advisories.source). Hooks and offline scans for which
nothing is named use the user's own one, which fetch and import write unless told otherwise.

examples:
  pregate advisories fetch                                  renew the user's index, or make it
  pregate advisories fetch --ecosystem PyPI --ecosystem npm
  pregate advisories fetch --output osv.sqlite              to carry to a machine without a network
  pregate advisories import advisory-database/ --name GitHub
  pregate advisories info --verify

exit codes: 0 done, 2 a wrong flag, 3 it could not be done (the index is left as it was)

More in docs/advisories.md.
"""
_FETCH = """\
Only archives that have changed are downloaded, only records that have changed are read; records that OSV no
longer publishes are removed. Run it on a schedule, and bound the age with advisories.max-age.
"""
_IMPORT = """\
PATH is a folder of records (such as a checkout of GitHub's, PyPA's or Go's database), a zip archive as OSV
publishes them, or one record. What is imported under a name replaces what was there under that name.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    from pregate.advisories.fetching import BASE

    parser.epilog = _EPILOG
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    fetch = _add(verbs, "fetch", "download what OSV publishes, and renew the index", _fetch, _FETCH)
    fetch.add_argument("--ecosystem", action="append", default=[], metavar="NAME",
                       help="as OSV names it (PyPI, npm, Go, crates.io); repeatable (default: those that "
                       "the index has, else all that lock files are read of)")  # fmt: skip
    fetch.add_argument(
        "--url", default=BASE, metavar="BASE", help="a mirror of OSV's archives (default: OSV's)"
    )
    take = _add(verbs, "import", "take records from files into the index", _import, _IMPORT)
    take.add_argument(
        "paths", nargs="+", metavar="PATH", help="a folder, a zip archive or a record (JSON or YAML)"
    )
    take.add_argument(
        "--name", metavar="NAME", help="what to call it (default: the path's name); for one PATH"
    )
    for verb in (fetch, take):
        verb.add_argument("--output", metavar="FILE", help="the index to write (default: the user's own)")
    info = _add(verbs, "info", "say what the index holds and how old it is", _info, "")
    info.add_argument("file", nargs="?", metavar="FILE", help="the index (default: the user's own)")
    info.add_argument(
        "--verify", action="store_true", help="check every record, not only the table of contents"
    )
    info.add_argument("--json", action="store_true", help="print it as JSON")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Runs the verb; 0, or PregateError."""
    return int(args.act(args, environ))


def _add(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str, act: object,
         epilog: str) -> argparse.ArgumentParser:  # fmt: skip
    parser = verbs.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=epilog,
        formatter_class=Raw,
        allow_abbrev=False,
    )
    parser.set_defaults(act=act)
    return parser


def _fetch(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from pregate.advisories.fetching import fetch

    if not args.url.startswith(("https://", "http://")):
        raise UsageError("--url is no address", "Give the https:// address of a mirror of OSV's archives.")
    path = _file(args.output, environ)

    def say(words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    _tell(path, fetch(path, args.ecosystem, time.time(), args.url, say))
    return 0


def _import(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from pregate.advisories.building import Import, update_index

    if args.name is not None and (
        len(args.paths) > 1 or not args.name.isprintable() or not args.name.strip()
    ):
        raise UsageError(
            "--name is for one PATH, and a word", "Import each PATH by itself, with a name of its own."
        )
    path = _file(args.output, environ)
    paths = [Path(p) for p in args.paths]
    for source in paths:
        if not source.exists():
            raise AdvisoryError(
                f"there is nothing at {source}", "Give a folder, a zip archive or a record (JSON or YAML)."
            )
    names = [args.name or _name_of(source) for source in paths]
    if len(set(names)) < len(names):
        raise UsageError("two of the paths have one name", "Import each by itself, with a --name of its own.")
    imports = [Import(name, source, str(source)) for name, source in zip(names, paths, strict=True)]
    _tell(path, update_index(path, imports, time.time()))
    return 0


def _name_of(path: Path) -> str:
    """``PyPI/all.zip`` is of PyPI, as OSV arranges its archives."""
    whole = path.resolve()
    stem = whole.parent.name if whole.stem == "all" else whole.name if whole.is_dir() else whole.stem
    return "".join(c for c in stem if c.isprintable()) or "records"


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(size // 1000, 1)} kB"


def _tell(path: Path, changes: Sequence[Change]) -> None:
    for change in changes:
        print(change.describe())
    print(f"{path}: {_size(path)}")


def _info(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from pregate.advisories.index import IndexFile

    path = _file(args.file, environ)
    if not path.exists():
        raise AdvisoryError(
            f"there is no index of advisories at {path}", "Make one: pregate advisories fetch."
        )
    with IndexFile(path) as file:
        if args.verify:
            from pregate.advisories.verifying import verify

            verify(file)
        text = _json(file, verified=args.verify) if args.json else _text(file, verified=args.verify)
    sys.stdout.write(text)
    return 0


def _text(file: IndexFile, *, verified: bool) -> str:
    known, now = file.contents, time.time()
    lines = [f"{file.path}: {known.records} records about {known.names} packages, {_size(file.path)}"]
    for origin in known.origins:
        lines += [f"  {origin.describe(now)}", f"    from {origin.place}"]
    counts = sorted(known.ecosystems.items(), key=lambda pair: (-pair[1], pair[0]))
    lines.append("  ecosystems: " + ", ".join(f"{name} {number}" for name, number in counts))
    lines.append(f"  {known.age(now).words} old" + (", whole and undamaged" if verified else ""))
    return "\n".join(lines) + "\n"


def _json(file: IndexFile, *, verified: bool) -> str:
    known = file.contents
    value = {
        "path": str(file.path),
        "bytes": file.path.stat().st_size,
        "records": known.records,
        "packages": known.names,
        "age_seconds": int(known.age(time.time()).seconds),
        "newest": known.newest,
        "ecosystems": known.ecosystems,
        "verified": verified,
        "databases": [{**asdict(o), "ecosystems": dict(o.ecosystems)} for o in known.origins],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _file(named: str | None, environ: Mapping[str, str]) -> Path:
    path = Path(named) if named else advisory_index(environ)
    if path is None:
        raise UsageError(
            "there is no home folder to keep the index in", "Name a file (--output FILE, info FILE)."
        )
    return path
