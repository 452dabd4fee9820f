"""
Secrets that only the history of a change holds: added in one commit of it and taken away in a later one.

The difference between base and head does not show them, but whoever fetches the branch has them. So every
version of a file that a commit brings and the head does not have is analysed too, and what is found there is
told once, at the commit that brought it, unless the head or the base holds the same secret.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator

from pregate.engine.scan import Source
from pregate.engine.subtract import key
from pregate.errors import ChangesError
from pregate.model import (
    Blob,
    Candidate,
    ChangedFile,
    ChangeSet,
    Completed,
    Counts,
    Failed,
    Finding,
    Outcome,
    Skipped,
)
from pregate.records import replace

REMEDY = (
    "Revoke or rotate it first: the commit stays in the history of the branch, and whoever has fetched it "
    "has the secret. Then, if it is wanted, rewrite that history (`git rebase --interactive` onto the base, "
    "or a squash merge) so that the commit is not passed on."
)
HINT = """\
Fetch the whole history, so that every commit of the change can be searched for secrets:

    - uses: actions/checkout@v5
      with:
        fetch-depth: 0

To judge only what is left at the end, write `history = false` under `[secrets]` in the configuration
(the one of the base counts): a secret that was added and removed again then goes unseen."""

Identity = tuple[str, str, bytes]


def with_past(
    outcome: Outcome,
    change: ChangeSet,
    commits: Callable[[], ChangeSet],
    source: Source,
    scan: Callable[[ChangeSet], Outcome],
) -> Outcome:
    """
    The outcome of the secrets check with what only the commits of the change hold.

    ``outcome`` is the check's on ``change``; ``commits`` gives the same change commit by commit, oldest
    first, and ``scan`` the check's outcome on another change set, with the same key. A history that cannot be
    walked makes it ``Failed``.
    """
    if isinstance(outcome, Failed):
        return outcome
    try:
        whole = commits()
    except ChangesError as error:
        return Failed(
            outcome.check, f"the commits cannot be searched: {error.message}", HINT, _counts(outcome)
        )
    past = replace(whole, files=tuple(_only_past(whole, change)))
    found = scan(past) if past.files else None
    outcome = _attributed(outcome, found, whole, change)
    if not isinstance(found, Completed):
        return outcome if found is None or isinstance(found, Skipped) else found
    fresh = _introduced(found, outcome)
    if fresh:
        held = scan(_before(whole, change, source))
        if isinstance(held, Failed):
            return held
        fresh = [c for c in fresh if _identity(c.finding) not in _known(held)]
    return _merged(outcome, found, fresh)


def _attributed(
    outcome: Completed | Skipped, found: Outcome | None, whole: ChangeSet, change: ChangeSet
) -> Completed | Skipped:
    """
    The outcome with the first commit of the change that has it among the properties of each finding that is
    new in the head (``added-in``): the one that brought the head's version of the file, or one with an
    earlier version that has the same secret.
    """
    if isinstance(outcome, Skipped):
        return outcome
    order = {commit: n for n, commit in enumerate(dict.fromkeys(file.commit for file in whole))}
    brought: dict[tuple[str, str, int], str] = {}
    for file in whole:
        brought.setdefault(_version(file.head), file.commit)
    heads = {file.path: brought.get(_version(file.head), "") for file in change}
    earlier: dict[Identity, str] = {}
    for candidate in found.candidates if isinstance(found, Completed) else ():
        if candidate.introduced:
            earlier.setdefault(_identity(candidate.finding), candidate.finding.commit)
    told = []
    for candidate in outcome.candidates:
        finding = candidate.finding
        commits = [earlier.get(_identity(finding), ""), heads.get(finding.location.path, "")]
        first = min((commit for commit in commits if commit in order), key=order.__getitem__, default="")
        if first and candidate.introduced:
            properties = (*finding.properties, ("added-in", first))
            candidate = replace(candidate, finding=replace(finding, properties=properties))  # noqa: PLW2901
        told.append(candidate)
    return replace(outcome, candidates=tuple(told))


def _only_past(whole: ChangeSet, change: ChangeSet) -> Iterator[ChangedFile]:
    """
    Each version of a file once, but for those of the head: what is in them is among its findings already.

    A range of one commit on top of its base has no others.
    """
    seen = {_version(file.head) for file in change}
    for file in whole:
        if _version(file.head) not in seen:
            seen.add(_version(file.head))
            yield file


def _version(blob: Blob) -> tuple[str, str, int]:
    return blob.path, blob.oid, blob.mode


def _introduced(found: Completed, outcome: Outcome) -> list[Candidate]:
    """What the commits brought and the head does not have, each secret at the first commit that has it."""
    known = _known(outcome)
    fresh: dict[Identity, Candidate] = {}
    for candidate in found.candidates:
        identity = _identity(candidate.finding)
        if not candidate.introduced or identity in known:
            continue
        first = fresh.setdefault(identity, candidate)
        if first.finding.suppressed_by and not candidate.finding.suppressed_by:
            fresh[identity] = candidate  # the suppression was taken away before the secret was
    return list(fresh.values())


def _before(whole: ChangeSet, change: ChangeSet, source: Source) -> ChangeSet:
    """The files that the commits touch, as they were before all of them."""
    paths = {file.path for file in whole} | {base.path for file in whole for base in file.bases}
    blobs = source.find_all(change.trusted, sorted(paths.union(whole.removed)))
    files = tuple(ChangedFile(blob) for _, blob in sorted(blobs.items()))
    return ChangeSet(files, "before the change", True, change.trusted, change.trusted)


def _merged(outcome: Completed | Skipped, found: Completed, fresh: Iterable[Candidate]) -> Completed:
    mine = outcome if isinstance(outcome, Completed) else Completed(outcome.check, (), (), Counts())
    listed = {(u.path, u.reason) for u in mine.unread}
    unread = [
        replace(u, detail=f"{u.detail} (in an earlier commit of the change)".strip())
        for u in found.unread
        if (u.path, u.reason) not in listed
    ]
    fresh = tuple(fresh)
    used = (c.finding.suppression for c in fresh if c.finding.suppression)
    versions = found.counts.concerned
    note = (
        f"{versions} earlier {'version' if versions == 1 else 'versions'} of files searched, commit by commit"
    )
    return Completed(
        mine.check,
        (*mine.candidates, *_told(fresh, mine.candidates)),
        tuple(sorted({*mine.unread, *unread})),
        _sum(mine.counts, found.counts),
        (*mine.notes, note) if versions else mine.notes,
        tuple(dict.fromkeys((*mine.pragmas, *used))),
    )


def _told(fresh: Iterable[Candidate], head: Iterable[Candidate]) -> Iterator[Candidate]:
    """Candidates as the report tells them; no fingerprint is one of the head's."""
    taken = Counter(_place(c.finding) for c in head)
    for candidate in fresh:
        finding = candidate.finding
        ordinal = max(finding.ordinal, taken[_place(finding)])
        taken[_place(finding)] = ordinal + 1
        told = replace(
            finding,
            message=f"{finding.message}, added in commit {finding.commit[:12]} and removed later: "
            "it stays in the history",
            remedy=REMEDY,
            ordinal=ordinal,
        )
        yield Candidate(told, introduced=True, in_diff=False)


def _place(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.id, finding.location.path, finding.anchor


def _known(outcome: Outcome) -> Collection[Identity]:
    return {_identity(c.finding) for c in outcome.candidates} if isinstance(outcome, Completed) else ()


def _identity(finding: Finding) -> Identity:
    """By its value where there is a hash of it: a secret whose line was reworded is not gone."""
    rule, anchor, value, _ = key(finding)
    return rule, "" if value else anchor, value


def _counts(outcome: Outcome) -> Counts:
    return Counts() if isinstance(outcome, Skipped) else outcome.counts


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(
        one.concerned + other.concerned,
        one.analysed + other.analysed,
        one.cached + other.cached,
        one.excluded + other.excluded,
        round(one.seconds + other.seconds, 3),
    )
