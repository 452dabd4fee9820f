"""``pregate fleet``: scans many repositories and makes one report on them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry import ending
from pregate.entry.options import add_gate_options, cache_directory, overrides
from pregate.errors import UsageError

if TYPE_CHECKING:
    from pregate.fleet.collecting import Fleet
    from pregate.fleet.keeping import Results, Store
    from pregate.fleet.model import Repository
    from pregate.fleet.running import Executor
    from pregate.fleet.tasks import Options

_EPILOG = """\
examples:
  pregate fleet --org octo-org --results results            every repository of an organisation
  pregate fleet --list repositories.txt --results results   those of a list, a line each: ADDRESS [REVISION]
  pregate fleet --list repositories.txt --results results --dask local:4
  pregate fleet --org octo-org --results results --dask tls://scheduler:8786
  pregate fleet --org octo-org --results s3://bucket/prefix --shard-files 50000

A run that was interrupted goes on where it stopped: give the same command again. GITHUB_TOKEN is the token
for private repositories; it is used for GitHub's own addresses alone.
"""
_REPORTS = ("fleet.json", "fleet.md", "fleet.csv")


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    what = parser.add_argument_group("what to scan")
    what.add_argument("--list", metavar="FILE", help="a list of repositories, one a line; - is stdin")
    what.add_argument("--org", metavar="NAME", help="an organisation's or a user's repositories on GitHub")
    what.add_argument("--archived", action="store_true", help="with --org: archived ones too")
    what.add_argument("--forks", action="store_true", help="with --org: forks too")
    where = parser.add_argument_group("results")
    where.add_argument("--results", metavar="PLACE", required=True,
                       help="where results are kept: a directory, or s3://BUCKET/PREFIX")  # fmt: skip
    where.add_argument("--results-owner", metavar="ACCOUNT",
                       help="the account that must own the bucket (default: one's own)")  # fmt: skip
    where.add_argument("--results-kms-key", metavar="KEY", default="",
                       help="KMS key that encrypts them in the bucket (default: a key of S3)")  # fmt: skip
    where.add_argument("--max-age", type=float, metavar="HOURS", default=24.0,
                       help="how old a kept result may be; 0: of any age (default: 24)")  # fmt: skip
    where.add_argument("--fresh", action="store_true", help="scan all anew, whatever is kept")
    where.add_argument("-q", "--quiet", action="store_true", help="no progress, only the verdict")
    how = parser.add_argument_group("how")
    how.add_argument("--dask", metavar="PLACE", help="work on Dask: local:N, or a scheduler's address")
    how.add_argument("--retries", type=int, metavar="N", default=2,
                     help="how often a failure that may pass is tried again (default: 2)")  # fmt: skip
    how.add_argument("--time-limit", type=float, metavar="SECONDS", default=1800.0,
                     help="how long a repository, or a part of one, may take (default: 1800)")  # fmt: skip
    how.add_argument("--max-fetch", metavar="SIZE", default="2G",
                     help="how large a clone may become; bytes, or with K, M, G (default: 2G)")  # fmt: skip
    how.add_argument("--shards", type=int, metavar="N", default=0,
                     help="do each repository in N parts, a task each")  # fmt: skip
    how.add_argument("--shard-files", type=int, metavar="N", default=0,
                     help="do those of more than N files in parts, of about N files each")  # fmt: skip
    how.add_argument(
        "--jobs", type=int, metavar="N", help="repositories at a time (default: one a processor)"
    )
    how.add_argument("--cache-dir", metavar="DIR", help="where results by content are kept between runs")
    how.add_argument("--no-cache", action="store_true", help="keep no results by content")
    add_gate_options(parser)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Scans them all; the exit code is that of the worst, or tells that it was interrupted."""
    from pregate.entry.progress import fleet_progress
    from pregate.fleet.keeping import Results
    from pregate.fleet.whole import judge_all

    _check(args)
    repositories = repositories_of(args, environ)
    max_age = None if args.fresh else args.max_age * 3600
    with tempfile.TemporaryDirectory(prefix="pregate-fleet-", ignore_cleanup_errors=True) as scratch:
        options = _options(args, environ, "" if _is_elsewhere(args) else scratch)
        results = Results(_store(args, environ), options.digest)
        with results.held():
            with (
                _executor(args, scratch) as executor,
                fleet_progress(sys.stderr, environ, len(repositories), quiet=args.quiet) as progress,
            ):
                fleet = judge_all(
                    repositories, results, options, executor, progress, retries=args.retries, max_age=max_age
                )
            return _told(fleet, results)


def repositories_of(args: argparse.Namespace, environ: Mapping[str, str]) -> tuple[Repository, ...]:
    """The repositories that the options name, each once. Raises PregateError."""
    from pregate.fleet.listing import LIMIT, parse_list, repository_at, unique

    if args.list:
        try:
            with open(0 if args.list == "-" else args.list, "rb", closefd=args.list != "-") as file:
                data = file.read(LIMIT + 1)
        except OSError as error:
            raise UsageError(
                f"the list cannot be read: {error.strerror}", "Name a file: --list FILE."
            ) from error
        if len(data) > LIMIT:
            raise UsageError(f"the list is larger than {LIMIT} bytes", "Split it.")
        return parse_list(data.decode("utf-8", "surrogateescape"), "the list")
    from pregate.github.organisation import list_repositories
    from pregate.github.policy_file import PUBLIC_API

    token = environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or ""
    listed = list_repositories(environ.get("GITHUB_API_URL") or PUBLIC_API, args.org, token)
    wanted = [r for r in listed if (args.archived or not r.is_archived) and (args.forks or not r.is_fork)]
    left_out = len(listed) - len(wanted)
    if left_out:
        print(f"pregate: {left_out} archived repositories and forks are left out", file=sys.stderr)
    if not wanted:
        raise UsageError(
            "there is no repository to scan", "See --archived and --forks, and the token's rights."
        )
    return unique(repository_at(r.address, name=r.name) for r in wanted)


def _check(args: argparse.Namespace) -> None:
    from pregate.fleet.shares import MOST

    if bool(args.list) == bool(args.org):
        raise UsageError("fleet needs --list or --org, and not both", "See pregate fleet --help.")
    limits = {
        "retries": args.retries >= 0,
        "max-age": args.max_age >= 0,
        "time-limit": 0 < args.time_limit < 1e7,
        "jobs": args.jobs is None or args.jobs > 0,
        "shards": 0 <= args.shards <= MOST,
        "shard-files": args.shard_files >= 0,
    }
    wrong = next((name for name, is_good in limits.items() if not is_good), "")
    if wrong:
        raise UsageError(f"--{wrong} is out of range", "See pregate fleet --help.")


def _options(args: argparse.Namespace, environ: Mapping[str, str], scratch: str) -> Options:
    from pregate.entry.organisation import policy_reader
    from pregate.fleet.bound import parse_size
    from pregate.fleet.remote import server_of
    from pregate.fleet.tasks import Options

    keys = {key: value for key, value in overrides(args).items() if key != "jobs"}
    cache = cache_directory(args, environ)
    return Options(
        overrides=keys,
        cache_dir=str(cache.absolute()) if cache else "",
        seconds=args.time_limit,
        scratch=scratch,
        server=server_of(environ),
        policies=policy_reader,
        max_fetch=parse_size(args.max_fetch, "--max-fetch"),
        shards=args.shards,
        shard_files=args.shard_files,
    )


def _store(args: argparse.Namespace, environ: Mapping[str, str]) -> Store:
    """Where results are kept: what is used of AWS is imported for a bucket alone."""
    from pregate.fleet.folder import Folder

    if "://" not in args.results:
        if args.results_owner or args.results_kms_key:
            raise UsageError("--results-owner and --results-kms-key are for a bucket", "Leave them out.")
        return Folder(Path(args.results))
    from pregate.aws.caller import find_caller
    from pregate.aws.fleet_bucket import FleetBucket, place_of
    from pregate.aws.identity import open_identity
    from pregate.aws.s3 import Bucket
    from pregate.config import AwsConfig

    name, prefix = place_of(args.results)
    owner = args.results_owner or ""
    if owner and not (len(owner) == 12 and owner.isascii() and owner.isdigit()):
        raise UsageError("--results-owner is no account", "Write its 12 digits.")
    identity = open_identity(AwsConfig(), environ)
    caller = find_caller(identity)
    bucket = Bucket(name, owner or caller.account, prefix, args.results_kms_key, caller.partition)
    return FleetBucket(identity, bucket)


def _is_elsewhere(args: argparse.Namespace) -> bool:
    return bool(args.dask) and not args.dask.startswith("local:")


@contextmanager
def _executor(args: argparse.Namespace, scratch: str) -> Iterator[Executor]:
    if args.dask:
        from pregate.fleet.cluster import Cluster

        with Cluster(args.dask, scratch) as cluster:
            yield cluster
        return
    from pregate.engine.workers import processors
    from pregate.fleet.pool import Pool

    yield Pool(args.jobs or processors())


def _told(fleet: Fleet, results: Results) -> int:
    """Writes the reports and says the verdict, also where there is no space for them."""
    from pregate.fleet.collecting import headline, losses, render_csv, render_json, render_markdown

    try:
        for name, render in zip(_REPORTS, (render_json, render_markdown, render_csv), strict=True):
            results.write(name, render(fleet))
    finally:
        for line in (*losses(fleet), *([fleet.remark] if fleet.remark else [])):
            print(f"pregate: {line}", file=sys.stderr)
        print(f"pregate: {headline(fleet)}")
    return ending.exit_code() if fleet.is_interrupted else fleet.decision.exit_code
