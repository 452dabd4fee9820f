"""``pregate merge``: the verdict on a change set whose parts were analysed by ``scan --shard``."""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pregate.cache import Cache
from pregate.cache.keeping import keeping_of
from pregate.entry import scan
from pregate.errors import UsageError
from pregate.records import replace

_NO_LIMIT = 1 << 50  # what the parts hold is all needed
_EPILOG = """\
examples:
  pregate merge parts/*                               the whole tree at HEAD
  pregate merge parts/* --base origin/main --output sarif=pregate.sarif

Name the same change set and options as for the parts. What no part holds, or what was analysed with other
options or another release, is analysed here: the verdict is that of a scan in one piece.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    parser.add_argument("parts", nargs="+", metavar="PART", help="folders that scan --shard-dir wrote")
    scan.add_options(parser, parser.add_argument_group("what to scan"))
    parser.set_defaults(main=main, paths=[])


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Judges the whole with the parts' results; the exit code is the verdict's."""
    from pregate.changes import open_source

    source = open_source(Path(args.directory), environ, scan.selection_of(args))
    with tempfile.TemporaryDirectory(prefix="pregate-merge-") as folder:
        taken = 0
        with replace(keeping_of(environ), limit=_NO_LIMIT).open(Path(folder)) as cache:
            for part in map(Path, args.parts):
                # Whoever wrote the change may have written the results that came with it.
                if source.brings(part):
                    print(f"pregate: the part {part} is not used: git tracks files in it", file=sys.stderr)
                else:
                    taken += _absorbed(cache, part)
        print(f"pregate: {taken} results of {len(args.parts)} parts", file=sys.stderr)
        args.cache_dir, args.no_cache = folder, False
        return scan.main(args, environ)


def _absorbed(cache: Cache, part: Path) -> int:
    try:
        return cache.absorb(part)
    except (OSError, sqlite3.Error) as error:
        kind = "has no results" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise UsageError(
            f"the part {part} {kind}",
            "Name the folders that pregate scan --shard K/N --shard-dir DIR wrote, of this release.",
        ) from error
