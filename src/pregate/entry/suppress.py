"""``pregate suppress``: writes down that findings are accepted, in the suppressions file or in a comment."""

from __future__ import annotations

import argparse
import datetime
import fnmatch
from collections.abc import Mapping, Sequence
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING

from pregate.entry.desk import Desk, is_same
from pregate.entry.fingerprints import Search, add_search_options
from pregate.errors import UsageError
from pregate.model import (
    WORKTREE,
    ChangeSet,
    Finding,
    Judged,
    Location,
    Standing,
    State,
    Suppression,
    SuppressionKind,
    Waiver,
)
from pregate.records import dataclass, replace
from pregate.suppressions import file as record
from pregate.suppressions import writing
from pregate.suppressions.inline import wrong_with_day

if TYPE_CHECKING:
    from pregate.config import Config, SuppressionsConfig

_EPILOG = """\
examples:
  pregate suppress 3f2a9c01 --reason "fixture, no real key" --days 90
  pregate suppress 3f2a9c01 77b0e1d4 --reason "reviewed in SEC-12" --owner @security --until 2027-01-31
  pregate suppress 3f2a9c01 --reason "checked above" --inline
  pregate suppress 3f2a9c01 --reason "seen in CI" --from results.json

A fingerprint's first digits are enough where they are of one finding alone. Findings are looked for in the
changes of the working tree and then in all of it; name another change set where they stand in none of these.
"""
_SALT = 16
_SECRETS = "secrets"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "fingerprints", nargs="+", metavar="FINGERPRINT", help="of the findings, or its start"
    )
    parser.add_argument("--reason", required=True, metavar="WORDS", help="why they are accepted")
    parser.add_argument("--owner", default="", metavar="NAME", help="who answers for it")
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--until", default="", metavar="DATE", help="the last day on which it holds")
    end.add_argument("--days", type=int, metavar="N", help="for how many days it holds")
    parser.add_argument(
        "--path", default="", metavar="GLOB", help="the files to mean, instead of the one alone"
    )
    parser.add_argument("--inline", action="store_true", help="write a comment into the file")
    parser.add_argument("--dry-run", action="store_true", help="write nothing; print a unified diff")
    add_search_options(parser)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Finds, writes and tells; 0, or an error before anything is written."""
    today = datetime.datetime.now(datetime.UTC).date()
    root = root_of(args, environ)
    desk = Desk(root)
    data = desk.read(record.PATH, record.LIMIT)
    salt = record.load_suppressions(data).salt if data else b""
    search = Search(args, environ, root, salt or token_bytes(_SALT))
    wish = wish_of(args, today, config_of(search))
    if args.inline and args.path:
        raise UsageError("--path and --inline exclude each other", "A comment is about its own file.")
    found = search.find(tuple(dict.fromkeys(args.fingerprints)))
    for judged in found:
        refuse_suppressed(judged)
    if args.inline:
        from pregate.entry.inline_writing import write_comments

        write_comments(desk, search, [j.finding for j in found], wish)
    else:
        entries = [entry_of(f, wish, args.path) for f in with_witnesses(search, found)]
        data = data or writing.new_file(search.salt)
        if not salt:
            data = data if record.load_suppressions(data).salt else writing.with_salt(data, search.salt)
        waivers = [w for result in search.results for w in result.verdict.waivers]
        refused = [w for w in waivers if w.standing is Standing.REFUSED]
        for entry in entries:
            data = add(data, entry, wish, desk, refused)
        desk.put(record.PATH, data)
    desk.finish(is_dry=args.dry_run, environ=environ)
    return 0


# --------------------------------------------------------------------------------------------- what is wanted


@dataclass(frozen=True, slots=True)
class Wish:
    """What the suppression says, the day on which it is written, and what the configuration asks of such."""

    reason: str
    owner: str
    until: str
    today: str
    rules: SuppressionsConfig


def wish_of(args: argparse.Namespace, today: datetime.date, config: Config) -> Wish:
    """The words of the flags. Raises UsageError for such as would not count."""
    reason, owner = (" ".join(words.split()) for words in (args.reason, args.owner))
    if not reason:
        raise UsageError("--reason is empty", "Say why the finding is accepted, for those who read it later.")
    until = args.until
    if args.days is not None:
        if not 0 <= args.days <= 36500:
            raise UsageError("--days is out of range", "Give a number of days from now on.")
        until = (today + datetime.timedelta(days=args.days)).isoformat()
    if wrong_with_day(until):
        raise UsageError(f"--until {until!r} is no day", "Write it as 2027-01-31, or give --days.")
    if until and until < today.isoformat():
        raise UsageError(f"--until {until} is past", "Give a day to come.")
    rules = config.suppressions
    if rules.require_owner and not owner:
        raise UsageError(
            "the configuration asks for an owner (suppressions.require-owner)", "Add --owner NAME."
        )
    if rules.max_days:
        last = (today + datetime.timedelta(days=rules.max_days)).isoformat()
        if not until or until > last:
            raise UsageError(
                f"the configuration allows {rules.max_days} days at most (suppressions.max-days)",
                f"Add --days {rules.max_days}, or fewer.",
            )
    return Wish(reason, owner, until, today.isoformat(), rules)


def root_of(args: argparse.Namespace, environ: Mapping[str, str]) -> Path:
    """The top of the working tree, or the folder outside a repository. Raises UsageError without one."""
    from pregate.changes import Paths, open_source

    root = open_source(Path(args.directory), environ, Paths((".",))).root
    if root is None:
        raise UsageError("the repository is bare: it has no working tree", "Work in a clone of it.")
    return root


def config_of(search: Search) -> Config:
    """The configuration as it is on disk, with the flags that were given."""
    from pregate.changes import Paths, open_source
    from pregate.pipeline import load_config

    request = search.request(Paths((".",)))
    source = open_source(search.root, search.environ, request.selection)
    with source.contents() as contents:
        return load_config(contents, ChangeSet((), "", False, WORKTREE, WORKTREE), request, search.root)


def refuse_suppressed(judged: Judged) -> None:
    """Raises UsageError for a finding that needs no suppression."""
    finding = judged.finding
    if judged.state is State.SUPPRESSED:
        raise UsageError(
            f"{finding.fingerprint[:12]} is already suppressed by {finding.suppressed_by}",
            "pregate suppressions list shows what is suppressed, and by what.",
        )


# -------------------------------------------------------------------------------------------------- the entry


def with_witnesses(search: Search, found: Sequence[Judged]) -> list[Finding]:
    """
    The findings, secrets with their witness, where a file holds the value; a report's is taken where none
    does any more. Raises UsageError where there is none.
    """
    is_told = bool(search.args.report)
    secrets = [j.finding for j in found if j.finding.rule.check == _SECRETS]
    asked = [f for f in secrets if is_told or not f.witness]
    paths = tuple(dict.fromkeys(f.location.path for f in asked))
    known = {j.finding.fingerprint: j.finding for j in search.on_disk(paths, _SECRETS)} if paths else {}
    for finding in asked:
        if finding.fingerprint not in known and not finding.witness:
            place = finding.location
            raise UsageError(
                f"the secret of {finding.fingerprint[:12]} no longer stands in {place.path}",
                "An entry needs the value, to tell it from others: check out the revision of the report.",
            )
    return [known.get(j.finding.fingerprint, j.finding) for j in found]


def entry_of(finding: Finding, wish: Wish, path: str = "") -> Suppression:
    """The entry for a finding. Raises UsageError for a glob that does not fit its path."""
    own = writing.path_of(finding.location.path)
    if path and not fnmatch.fnmatchcase(finding.location.path, path):
        raise UsageError(f"--path {path!r} does not fit {own}", "Give a glob that the file's own path fits.")
    anchor = writing.anchor_of(finding.anchor)
    if len(anchor) < record.SHORTEST_ANCHOR:
        raise UsageError(
            f"{finding.fingerprint[:12]} cannot be known again by its content",
            "Suppress it with a comment: --inline.",
        )
    return Suppression(
        SuppressionKind.FILE,
        finding.rule.id,
        Location(record.PATH),
        "",
        reason=wish.reason,
        owner=wish.owner,
        until=wish.until,
        anchor=anchor,
        path=path or own,
        witness=finding.witness,
    )


def add(data: bytes, entry: Suppression, wish: Wish, desk: Desk, refused: Sequence[Waiver] = ()) -> bytes:
    """
    The file with one entry more. One that means the same and still holds is made to mean one finding more;
    one that lacks what it needs is replaced. ``refused`` are those that do not count for another reason.
    """
    same = next((s for s in record.load_suppressions(data).suppressions if is_same(s, entry)), None)
    if same is None:
        desk.told.append((entry, "accepts"))
        return writing.with_entry(data, entry, wish.today)
    if lack := _lack(same, wish):
        desk.told.append((entry, f"in the place of one {lack}, accepts"))
        entry = replace(entry, count=same.count)
        return writing.with_entry(writing.without_entries(data, (same,)), entry, wish.today)
    why = next((w.why for w in refused if is_same(w.suppression, same)), "")
    if why or not same.count:
        raise UsageError(
            f"{same.words} is about this finding already{f', and does not count: {why}' if why else ''}",
            "pregate suppressions list tells what counts.",
        )
    desk.told.append((entry, f"accepts {same.count + 1} of"))
    return writing.with_count(data, same, same.count + 1)


def _lack(entry: Suppression, wish: Wish) -> str:
    """Why an entry does not count any more, behind its name; ``""`` when it may."""
    if entry.until and entry.until < wish.today:
        return f"that expired on {entry.until}"
    if wish.rules.require_reason and not entry.reason:
        return "without a reason"
    if wish.rules.require_owner and not entry.owner:
        return "without an owner"
    return "without an end" if wish.rules.max_days and not entry.until else ""
