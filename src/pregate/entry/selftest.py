"""``pregate selftest``: one known finding for each check, planted where nothing else is, has to be found."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.cache import default_directory
from pregate.entry.options import add_gate_options, overrides
from pregate.entry.organisation import policy_reader
from pregate.model import Decision

if TYPE_CHECKING:
    from pregate.config import Config
    from pregate.entry.canary import Sighting

_EPILOG = """\
examples:
  pregate selftest                      with the configuration of this repository's HEAD
  pregate selftest --check secrets      one check alone

Exit code 0 when every canary was found, 3 when one was not. Nothing is asked of any service.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
    )
    add_gate_options(parser)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Prints one line for each check; the exit code says whether all canaries were found."""
    from pregate.entry.canary import is_whole, look

    config, root = _configuration(args, environ)
    sightings = look(config, root, environ)
    width = max(len(sighting.check) for sighting in sightings)
    for sighting in sightings:
        print(line_of(sighting, width))
    if is_whole(sightings):
        print("pregate: every canary was found")
        return 0
    print("pregate: INCOMPLETE: a canary was not found: this check would not see a real finding either")
    return Decision.INCOMPLETE.exit_code


def line_of(sighting: Sighting, width: int = 0) -> str:
    """``secrets       found (secrets/AWSKeyDetector), 0.02 s``."""
    from pregate.entry.canary import Sight
    from pregate.report.visible import visible

    words = f" ({visible(sighting.words)})" if sighting.words else ""
    seconds = "" if sighting.sight is Sight.OFF else f", {sighting.seconds:.2f} s"
    return f"{sighting.check:<{width}}  {sighting.sight.value}{words}{seconds}"


def _configuration(args: argparse.Namespace, environ: Mapping[str, str]) -> tuple[Config, Path | None]:
    """The configuration that a scan of the repository's HEAD would have; the defaults where there is none."""
    from pregate import config as configuration
    from pregate.changes import Everything, open_source
    from pregate.errors import ChangesError
    from pregate.pipeline import Request, load_config

    directory, given = Path(args.directory), overrides(args)
    try:
        source = open_source(directory, environ, Everything())
        change = source.changes(Everything())
    except ChangesError:  # no repository, or one without a commit
        return configuration.load([("command line", given)]), directory
    named = environ.get("PREGATE_CACHE_DIR")
    policies = policy_reader(environ, Path(named) if named else default_directory(environ))
    request = Request(directory, Everything(), given, environ=environ, policies=policies)
    with source.contents() as contents:
        return load_config(contents, change, request, source.root), source.root
