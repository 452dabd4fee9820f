"""The nouns of pregate: frozen values that every room may know. No input or output happens here."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

from pregate.levels import Confidence as Confidence  # noqa: PLC0414 - every noun can be had here
from pregate.levels import Severity as Severity  # noqa: PLC0414
from pregate.records import dataclass, field

EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """
    A place in a file.

    ``path`` is POSIX, relative to the repository root; bytes that are not UTF-8 are kept as
    lone surrogates (``os.fsdecode``). Lines count from 1, both inclusive. Columns count from 1 in code
    points, the end is exclusive (SARIF 2.1.0 §3.30). A whole line is ``(n, 1, n, len + 1)``.
    """

    path: str
    start_line: int = 1
    start_column: int = 1
    end_line: int = 1
    end_column: int = 1


@dataclass(frozen=True, slots=True)
class LineRange:
    """Lines ``start`` to ``end``, from 1, both inclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a finding, with the words to show there."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """
    Whole lines to put in the place of a finding's, which mend it for certain: a reader may apply it unseen.

    Lines ``start_line`` to ``end_line`` (from 1, both inclusive) of the finding's file become ``text``, lines
    without the last one's end. ``description`` says what it does, in one line without a full stop.
    """

    description: str
    start_line: int
    end_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What is the same for every finding of a kind.

    ``id`` is ``<check>/<id>``. ``title`` is one line without a full stop; ``description`` one
    paragraph on why it matters; ``remedy`` how to fix it (Markdown); ``help_uri`` a page or ``""``.
    ``cwe`` holds numbers. ``severity`` is the usual one; a finding may have another.
    """

    id: str
    title: str
    description: str
    remedy: str
    severity: Severity
    help_uri: str = ""
    cwe: tuple[int, ...] = ()
    tags: tuple[str, ...] = ("security",)

    @property
    def check(self) -> str:
        """The name of the check that the rule belongs to."""
        return self.id.partition("/")[0]


class SuppressionKind(enum.Enum):
    """Where a suppression stands: in a comment of the file, in the suppressions file."""

    INLINE = "inline"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Suppression:
    """
    Somebody's word that a finding is accepted.

    ``rule`` is a rule's id or a glob of such (``secrets/*``); ``origin`` is where the suppression is written,
    ``words`` are how, for people. ``until`` is the last day on which it holds (``2027-01-31``) or ``""``.
    An inline one means the findings that touch ``lines`` of its own file. One of the suppressions file means
    findings by content: ``anchor`` is the beginning of a finding's anchor, ``path`` a path or glob,
    ``witness`` a finding's witness or ``""`` for any, ``count`` how many equal ones at most (0: any number).
    """

    kind: SuppressionKind
    rule: str
    origin: Location
    words: str
    reason: str = ""
    owner: str = ""
    until: str = ""
    lines: LineRange | None = None
    anchor: str = ""
    path: str = ""
    witness: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """
    One finding that was there when the baseline was made: known again by rule, ``anchor`` (the first 16
    digits of a finding's) and path, or anywhere, where there is no file at its path any more. ``ordinal``
    tells equal ones in a file apart; ``witness`` is that of the finding, ``""`` for any.
    """

    rule: str
    path: str
    anchor: str
    ordinal: int = 0
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that a check found in one version of a file.

    ``anchor`` is a digest of the flagged text, without line numbers, blanks around it, or secret
    values (masked before hashing), so that it survives moves; ``ordinal`` tells equal anchors in one file
    apart, from 0. ``discriminator`` tells apart findings whose anchor had a secret blanked: a keyed hash that
    is worth nothing outside this run, never written anywhere. ``excused`` says why it does not count for the
    gate, as policy has it (``a development dependency``), or is ``""``. ``snippet`` is the masked source
    text of the location's first lines. ``suppressed_by`` is ``""`` or the suppression's own words
    (``# nosec B602``), ``suppression`` is it where it is one of pregate's own. ``witness`` are some
    hexadecimal digits of a secret's salted hash: enough to tell it from another one in the same words, too
    few to find it by trying. ``commit`` is set where the finding stands in that commit and not in the head.
    ``fixes`` are alternatives; none holds a secret value.
    """

    rule: Rule
    message: str
    location: Location
    severity: Severity
    confidence: Confidence = Confidence.HIGH
    remedy: str = ""
    aliases: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    suppressed_by: str = ""
    snippet: str = ""
    anchor: str = ""
    ordinal: int = 0
    commit: str = ""
    fixes: tuple[Fix, ...] = ()
    excused: str = ""
    suppression: Suppression | None = None
    witness: str = ""
    discriminator: bytes = field(default=b"", repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that name this finding in reports, suppressions and baselines."""
        parts = (self.rule.id, self.location.path, self.anchor, str(self.ordinal))
        import hashlib  # loads OpenSSL, which not everybody who imports the nouns needs

        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class UnreadReason(enum.Enum):
    """
    Why a file, or a part of one, was not analysed. The value is the word used in configuration and
    reports.
    """

    TOO_LARGE = "too-large"
    UNPARSABLE = "unparsable"
    TIMED_OUT = "timed-out"
    CRASHED = "crashed"
    MISSING = "missing"
    NOT_AUDITED = "not-audited"
    NOT_ASKED = "not-asked"
    NOT_EVALUATED = "not-evaluated"
    BINARY = "binary"
    SYMBOLIC_LINK = "symbolic-link"
    SUBMODULE = "submodule"
    LFS_POINTER = "lfs-pointer"


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """
    A file, or the line of one, that should have been analysed and was not. ``line`` 0 is the whole file.
    """

    path: str
    reason: UnreadReason = field(compare=False)
    detail: str = ""
    line: int = 0


# ------------------------------------------------------------------------------------------------ inventory


@dataclass(frozen=True, slots=True)
class License:
    """
    What a lock file says of a package's licence: ``id`` of the SPDX list, or an ``expression`` of such, or a
    ``name``, other words. At most one of them is set.
    """

    id: str = ""
    expression: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """
    One package in one version at one place of one lock file, as a bill of materials lists it.

    ``purl`` is its package URL, ``""`` where its ecosystem has none. ``depth`` is ``direct``, ``transitive``
    or ``unknown``; ``dev`` when it serves development alone, ``optional`` when an installation may do without
    it. ``requires`` are the :attr:`ref` of the components that it pulls, as far as the file tells.
    """

    purl: str
    ecosystem: str
    name: str
    version: str
    location: Location
    license: License = License()
    depth: str = "unknown"
    dev: bool = False
    optional: bool = False
    requires: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The same for the same package in the same version, wherever it is locked."""
        return self.purl or f"{self.ecosystem}:{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Inventory:
    """
    What is locked in the files of a change set, in their order.

    ``gaps`` are what could not be read: where there are some, packages may be missing; one without a path
    says so of all files. ``subject`` names what the files belong to (``octo-org/octo-repo``), ``""`` where
    that is not known.
    """

    components: tuple[Component, ...] = ()
    gaps: tuple[Unread, ...] = ()
    subject: str = ""


# ---------------------------------------------------------------------------------------------- change sets


class Mode(enum.IntEnum):
    """Git's file modes (gitformat-index(5))."""

    FILE = 0o100644
    EXECUTABLE = 0o100755
    SYMBOLIC_LINK = 0o120000
    SUBMODULE = 0o160000


@dataclass(frozen=True, slots=True)
class Blob:
    """
    One version of one file.

    ``oid`` is git's object id, ``""`` for content that is only in the working tree. ``revision`` says in
    which snapshot it stands: a commit id, ``INDEX`` or ``WORKTREE``.
    """

    path: str
    oid: str
    mode: Mode
    revision: str


INDEX = ":index"
WORKTREE = ":worktree"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """
    A file to judge: its version after the change, and those before it.

    ``bases`` is empty for an added file and where nothing is compared (``--all``, paths); it has one blob
    for a change, one per parent for a merge commit. ``added`` are the lines that the
    change adds, in ``head``; empty when not compared.
    ``commit`` is set when each commit is judged by itself.
    """

    head: Blob
    bases: tuple[Blob, ...] = ()
    added: tuple[LineRange, ...] = ()
    commit: str = ""

    @property
    def path(self) -> str:
        """Where the file stands after the change."""
        return self.head.path


@dataclass(frozen=True, slots=True)
class Overlay:
    """
    The index as a commit and what differs from it: to ask git about a path of the index is to have it read
    all of that, however large the repository is.

    ``commit`` is ``""`` where there is none yet; ``paths`` are all that differ, with ``None`` for what the
    index has not.
    """

    commit: str
    paths: Mapping[str, Blob | None]


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """
    What is to be judged.

    ``description`` names it for people (``3 staged files``); ``compared`` tells whether there is a base, so
    that findings can be new or pre-existing; ``trusted`` is the revision from which configuration is read
    (the base where there is one; ``WORKTREE`` when only the working tree can be meant); ``removed`` are paths
    that the change takes away; ``is_whole`` says that the files are all of a tree. ``index`` is the whole
    index, where the change set is taken from it.
    """

    files: tuple[ChangedFile, ...]
    description: str
    compared: bool
    head: str
    trusted: str
    removed: tuple[str, ...] = ()
    is_whole: bool = False
    index: Overlay | None = field(default=None, repr=False, compare=False)

    @property
    def deleted(self) -> int:
        """How many files the change removes."""
        return len(self.removed)

    def __iter__(self) -> Iterator[ChangedFile]:
        return iter(self.files)


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a finding stands in the head of a pull request, whatever commit was judged.

    ``lines`` are the finding's own, ``diff`` those of them that the pull request adds (at most one range) and
    ``fixes`` the fixes that apply to added lines there as they are.
    """

    lines: LineRange
    diff: tuple[LineRange, ...] = ()
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """
    A comment for lines of a pull request's head: ``key`` is the finding's fingerprint, ``body`` Markdown.

    Lines count from 1 in the head's version of ``path``, both inclusive.
    """

    key: str
    check: str
    path: str
    start_line: int
    end_line: int
    body: str


# ------------------------------------------------------------------------------------------------- outcomes


class State(enum.Enum):
    """What policy makes of a finding."""

    NEW = "new"
    BELOW_THRESHOLD = "below-threshold"
    PRE_EXISTING = "pre-existing"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A finding in the head version; ``introduced`` is true when the base had no counterpart, ``in_diff``
    when its lines were added. ``standing`` is true when the base had it whether suppressed or not: where
    ``introduced`` is true as well, the change adds or takes away a suppression.
    """

    finding: Finding
    introduced: bool
    in_diff: bool
    standing: bool = False


class SkipReason(enum.Enum):
    """Why a check did not run at all."""

    NO_TARGETS = "no file concerns it"
    OFFLINE = "offline, and no local database was given"
    NEEDS_NETWORK = "it needs the network, and the run is offline"
    IN_HOOK = "other scanners do not run in hooks"
    UNTRUSTED = "it is named only by the tree under judgement"


@dataclass(frozen=True, slots=True)
class Counts:
    """
    Numbers of one check in one run. Files are those of the change set; ``seconds`` is processor time
    spent on them.
    """

    concerned: int = 0
    analysed: int = 0
    cached: int = 0
    excluded: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Completed:
    """
    The check did its work; ``unread`` lists what it could not read. ``notes`` are facts worth a line
    (age of a database). ``pragmas`` are the inline suppressions in the files that it read which address its
    rules; which of them were of use, the findings tell.
    """

    check: str
    candidates: tuple[Candidate, ...]
    unread: tuple[Unread, ...]
    counts: Counts
    notes: tuple[str, ...] = ()
    pragmas: tuple[Suppression, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """The check had nothing to do, or could not be done here and policy knows it."""

    check: str
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Failed:
    """The check could not do its whole work."""

    check: str
    message: str
    hint: str
    counts: Counts


Outcome = Completed | Skipped | Failed


class Decision(enum.Enum):
    """The word of the verdict, and the exit code that goes with it."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"

    @property
    def exit_code(self) -> int:
        """0, 1 or 3."""
        return {"passed": 0, "failed": 1, "incomplete": 3}[self.value]


class Standing(enum.Enum):
    """What policy makes of a suppression."""

    USED = "used"
    UNUSED = "unused"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Waiver:
    """
    A suppression as the run found it: ``standing`` with the words why where it does not count, whether the
    change adds it (``is_added``), and how many findings it suppresses, or would.
    """

    suppression: Suppression
    standing: Standing
    is_added: bool = False
    count: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """
    A finding with what policy makes of it. ``why`` says in words what made it so where that is not plain
    (``in the baseline``, ``over max-medium = 10``).

    ``introduced`` and ``in_diff`` are those of the candidate: a suppressed finding that is introduced has a
    suppression which the change adds.
    """

    finding: Finding
    state: State
    in_diff: bool
    introduced: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """
    One line of the summary: a check's outcome with its findings counted by state.

    ``gaps`` is how much of what it could not read policy does not tolerate.
    """

    check: str
    outcome: Outcome
    tally: tuple[tuple[State, int], ...]
    gaps: int = 0

    @property
    def is_whole(self) -> bool:
        """
        Whether the check looked at all that it should have: what it did not find is not there.
        """
        match self.outcome:
            case Completed():
                return self.gaps == 0
            case Skipped(reason=reason):
                return reason is SkipReason.NO_TARGETS
            case Failed():
                return False

    def count(self, state: State) -> int:
        """Findings of this check in ``state``."""
        return dict(self.tally).get(state, 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What the run decided; reports render it and cannot alter it.

    ``findings`` holds all of them, most severe first. ``reasons`` says in sentences why the decision is what
    it is. ``line_hashes`` are GitHub's ``primaryLocationLineHash`` by fingerprint, where a report wants them.
    ``ended`` is when the run was decided, in milliseconds since 1970 (UTC), 0 where nobody said it.
    ``inventory`` holds the locked packages, where a report wants them; ``None`` where nobody asked.
    ``waivers`` are the suppressions that the run met, ``notes`` facts for people about the run as a whole,
    ``policy_changes`` what the change would make of the configuration, by its effect. ``holes`` are those of
    the ``reasons`` that make the run incomplete; a verdict that is read from a report has none.
    """

    decision: Decision
    reasons: tuple[str, ...]
    findings: tuple[Judged, ...]
    checks: tuple[CheckSummary, ...]
    fail_on: str
    change: str
    compared: bool
    head: str
    seconds: float = 0.0
    line_hashes: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    ended: int = field(default=0, compare=False)
    inventory: Inventory | None = field(default=None, repr=False)
    waivers: tuple[Waiver, ...] = ()
    notes: tuple[str, ...] = ()
    policy_changes: tuple[str, ...] = ()
    holes: tuple[str, ...] = field(default=(), compare=False)

    def select(self, *states: State) -> tuple[Finding, ...]:
        """Findings in one of ``states``, in the verdict's order."""
        return tuple(j.finding for j in self.findings if j.state in states)
