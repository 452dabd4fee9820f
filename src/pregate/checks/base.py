"""
What a check is, and the ports through which one reaches the world.

A check is a pure function of content: :meth:`Check.analyse` gets bytes with a path and gives findings and
facts. The same function runs over the base's and the head's version of a file; what it returns is cached by
git blob id, so it may depend on nothing but the target, the check's options and :attr:`Check.version`. What
needs the world (advisories, AWS) happens afterwards in :meth:`Check.conclude`, over the facts that the first
step found. :meth:`Check.compare` sees the facts of both sides of a change together, for questions about the
change itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pregate.model import Severity
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.iam.document import PolicyDocument
    from pregate.lockfiles.model import Advisory, Package
    from pregate.lockfiles.python.simple_api import Release
    from pregate.model import Finding, Location, Rule, Suppression, Unread

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Target:
    """
    One version of one file, as a check sees it.

    ``included`` holds the other files that its analysis reads (``-r`` in a requirements file), by path, in
    the same version. ``executable`` is git's mode bit: a script without a suffix may concern a check by its
    first line.
    """

    path: str
    data: bytes
    included: tuple[tuple[str, bytes], ...] = ()
    executable: bool = False


class Tree(Protocol):
    """The files of the snapshot that a change leads to."""

    def __call__(self) -> Iterable[str]:
        """Every path; costs as much as the repository is large."""
        ...

    def ending(self, suffixes: Sequence[str]) -> Iterable[str]:
        """
        Every path that ends with one of these, in lower case and ASCII, whatever the path's own case; costs
        what git needs to list the repository, and little more.
        """
        ...

    def within(self, folders: Collection[str]) -> Iterable[str]:
        """The paths of the files that stand in one of these folders, not deeper."""
        ...

    def texts(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Those of the files that can be read, with their bytes."""
        ...


class Fact(Protocol):
    """Something found in a file that is no finding yet: a locked package, a policy. A frozen dataclass."""

    def to_json(self) -> Json:
        """A value that ``Check.fact_from_json`` turns back into an equal fact."""
        ...


@dataclass(frozen=True, slots=True)
class Analysis:
    """
    What a check says of one target.

    ``concerned`` is false when the content showed that the file is none of the check's business (a JSON file
    without a policy); ``cacheable`` when the result depends on more than the file and what it includes, or
    costs no more than keeping it. ``sensitive`` are regions that hold a secret value which the secrets check
    may not know: they are masked in every snippet and anchor of that file. ``facts_hold_text`` says of these
    facts what :class:`Check` says of all of a check's. ``pragmas`` are the inline suppressions of the file,
    whichever check they address: the engine adds them. Findings come in the order of their place in the
    file, without ``snippet``, ``ordinal`` and (unless the check knows a better one than the flagged text)
    ``anchor``: the engine adds these.
    """

    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    facts: tuple[Fact, ...] = ()
    sensitive: tuple[Location, ...] = ()
    concerned: bool = True
    cacheable: bool = True
    facts_hold_text: bool = False
    pragmas: tuple[Suppression, ...] = ()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """
    What :meth:`Check.conclude` gives: an analysis for each one that it was given, in order, and notes
    for the summary. Of a check that is :class:`Settling`, ``settled`` holds as many: what may stand for the
    file's analysis in later runs, None where nothing may.
    """

    analyses: tuple[Analysis, ...]
    notes: tuple[str, ...] = ()
    settled: tuple[Analysis | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """
    What the first step found in a file and in its versions before the change, for :meth:`Check.compare`.

    ``bases`` is empty for an added file and where nothing is compared. ``commit`` is set when each commit is
    judged by itself: only files of one commit belong together. ``paths`` are where the file stands in the
    head and in each base; what was found may stand in a file that it includes.
    """

    head: Analysis
    bases: tuple[Analysis, ...] = ()
    commit: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """
    What :meth:`Check.compare` says of one pair; findings as in :class:`Analysis`, in the head's version.

    ``introduced`` are new by definition, ``standing`` were there before.
    """

    introduced: tuple[Finding, ...] = ()
    standing: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What :meth:`Check.compare` gives: one entry for each pair, in order, and notes for the summary."""

    files: tuple[Compared, ...]
    notes: tuple[str, ...] = ()


class Check(Protocol):
    """
    One adapter around one scanner.

    ``name`` is the prefix of its rule ids. ``version`` changes whenever its results may (the scanner's
    version, the check's own revision, the options in force): results cached under another one are not used.
    ``cost`` is the rough processor time per byte in nanoseconds; the engine starts other processes when the
    sum over the files is worth it. ``keyed`` says that its findings carry discriminators,
    ``facts_hold_text`` that its facts repeat the file's text, which may hold a secret, ``reads_text`` that
    a file which concerns it by name is text, so that a binary one is no matter of course; ``compares`` that
    :meth:`compare` is wanted, for which every version of every file that concerns it is analysed.
    """

    name: str
    version: str
    cost: int
    keyed: bool
    facts_hold_text: bool
    reads_text: bool

    @property
    def compares(self) -> bool:
        """Whether :meth:`compare` has something to say in this run."""
        ...

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that it may report, except those that an advisory brings with it."""
        ...

    def concerns(self, path: str, *, executable: bool) -> bool:
        """Whether a file with this path may concern it; decided without reading the file."""
        ...

    def dependents(self, changed: Sequence[str], tree: Tree) -> tuple[str, ...]:
        """
        Unchanged files to analyse as well because they read one of ``changed``, or may: the engine asks each
        of them for its :meth:`includes`, so there should be few.
        """
        ...

    def includes(self, target: Target) -> tuple[str, ...]:
        """
        Paths (relative to the root, normalised) that the analysis of ``target`` reads beside what is in
        ``target.included``. One ``*`` in a file's name stands for any text: all such files of that folder.
        """
        ...

    def analyse(self, target: Target) -> Analysis:
        """
        Findings and facts of one target; pure.

        A file that cannot be analysed is listed in ``unread``. Raises ScannerError when the scanner itself
        does not work.
        """
        ...

    def fact_from_json(self, value: Json) -> Fact:
        """The inverse of ``Fact.to_json``."""
        ...

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        """
        The second step, over what the first one found in all files of both versions; may reach the world
        through a port.

        Raises PregateError when that fails: the check is then *failed*, whatever the first step found.
        """
        ...

    def recall(self, analyses: Sequence[Analysis]) -> Conclusion:
        """
        What :meth:`conclude` gives, for versions before the change: of their findings nobody reads more than
        rule, place, anchor and discriminator, so that all else may be left out.
        """
        ...

    def compare(self, pairs: Sequence[Pair], removed: Sequence[Pair], *, compared: bool) -> Comparison:
        """
        The optional third step, over the facts of both sides of the change: what it alters between them.

        ``pairs`` are the files that could be read, as the first step left them; ``removed`` are files that
        the change takes away (their heads are empty). ``compared`` is false where there is no change to look
        at, only a tree: then only files with a finding or a fact are among the pairs. May reach the world
        through a port; raises PregateError like :meth:`conclude`.
        """
        ...


@runtime_checkable
class Naming(Protocol):
    """A check that gives one of its many rules without making all."""

    def rule(self, rule_id: str) -> Rule | None:
        """The one of :meth:`Check.rules` with this id, None where there is none."""
        ...


@runtime_checkable
class Verifying(Protocol):
    """A check whose findings of later steps are not believed before their places were looked at."""

    def verify(self, findings: Sequence[Finding], text: Callable[[str], bytes | None]) -> None:
        """
        Raises ScannerError where a finding stands at a place that is not there. ``text`` gives the bytes of a
        file of the same revision, or None.
        """
        ...


@runtime_checkable
class Settling(Protocol):
    """A check whose conclusions may be remembered: it tells beforehand what they depend on."""

    def standing(self) -> str:
        """
        All that its conclusions depend on beside the files, in a form that is equal only while they are;
        ``""`` where nothing is to be remembered. Asked before a run and after it: a conclusion is kept where
        it is the same.
        """
        ...


class PlainCheck:
    """
    The parts of :class:`Check` that a check without included files, facts and second step shares with
    others.
    """

    keyed = False
    facts_hold_text = False
    reads_text = False

    @property
    def compares(self) -> bool:
        """There is no third step."""
        return False

    def dependents(self, changed: Sequence[str], tree: Tree) -> tuple[str, ...]:  # noqa: ARG002
        """No other file is concerned."""
        return ()

    def includes(self, target: Target) -> tuple[str, ...]:  # noqa: ARG002
        """The target stands alone."""
        return ()

    def fact_from_json(self, value: Json) -> Fact:
        """There are no facts."""
        raise NotImplementedError(type(value).__name__)

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        """The first step has said everything."""
        return Conclusion(tuple(analyses))

    def recall(self, analyses: Sequence[Analysis]) -> Conclusion:
        """Nothing is saved."""
        return self.conclude(analyses)

    def compare(self, pairs: Sequence[Pair], removed: Sequence[Pair], *, compared: bool) -> Comparison:  # noqa: ARG002
        """Nothing is to be said of the change itself."""
        return Comparison(tuple(Compared() for _ in pairs))


# ---------------------------------------------------------------------------------------------------- ports


class AdvisorySource(Protocol):
    """A vulnerability database. Implementations live in ``pregate.advisories``."""

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        """
        Advisories that name each package, in the order given; whether its version is affected is for the
        check to decide.

        Packages are distinct by ecosystem, normalised name and version. Withdrawn records may be included.
        Raises AdvisoryError when any part of the answer is missing: a partial answer is never given.
        """
        ...

    def covers(self, ecosystem: str) -> bool:
        """
        Whether the database speaks of packages of this ecosystem at all: where it does not, that it names no
        advisory says nothing. What follows a colon (``Debian:12``) does not count.
        """
        ...

    def describe(self) -> str:
        """
        What was asked and how old it is, for the summary: ``OSV database /x, newest record 2026-11-02``.
        """
        ...


@runtime_checkable
class Identified(Protocol):
    """An :class:`AdvisorySource` whose answers may be remembered, because it tells when it is another one."""

    def identity(self) -> str:
        """A text that is equal only while its answers are; ``""`` where that is not certain."""
        ...

    def told(self) -> str:
        """What :meth:`describe_again` needs; as long as the identity is equal it may be kept."""
        ...

    def describe_again(self, told: str) -> str:
        """
        What ``describe`` says, without a look at the database. Raises AdvisoryError where it is too old by
        now, ValueError where ``told`` is none of its own words.
        """
        ...


class PackageIndex(Protocol):
    """
    A Python package index that is only read. Implementations live in ``pregate.advisories``; both methods
    raise AdvisoryError when it does not answer.
    """

    def releases(self, name: str) -> Sequence[Release]:
        """All releases of a project by its normalised name; none where the index does not know it."""
        ...

    def requires(self, release: Release) -> Sequence[str] | None:
        """The ``Requires-Dist`` of a release; None where the index does not publish its metadata."""
        ...


class Threats(Protocol):
    """
    What is known of vulnerabilities beyond their advisories. ``names`` are all ids and aliases of one; each
    method raises AdvisoryError when a list that was asked for cannot be had.
    """

    def exploited_since(self, names: Iterable[str]) -> str:
        """The day (``2024-03-01``) since which it is known to be exploited; ``""`` when it is not."""
        ...

    def used_for_ransom(self, names: Iterable[str]) -> bool:
        """Whether campaigns of extortion are known to use it."""
        ...

    def epss(self, names: Iterable[str]) -> tuple[float, float] | None:
        """
        The probability that it is exploited within 30 days, and the share of vulnerabilities with at most
        that one, both from 0 to 1; None when there is no score.
        """
        ...

    def describe(self) -> str:
        """Which lists were asked and of what day they are, for the summary; ``""`` when none was needed."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """
    When a change is judged, in seconds since 1970, and since when it has been there to be judged.

    ``opened`` is when the pull request was opened, 0 where there is none; ``compared`` whether there is a
    base, so that something can be new.
    """

    now: float
    opened: float = 0.0
    compared: bool = True


@dataclass(frozen=True, slots=True)
class PolicyRemark:
    """
    One remark of a policy validator about a policy document.

    ``kind`` is the service's finding type (ERROR, SECURITY_WARNING, WARNING, SUGGESTION), ``code`` its issue
    code. ``offset`` and ``end`` are code points into the canonical JSON text that was sent
    (``PolicyDocument.text``), the end exclusive.
    """

    kind: str
    code: str
    message: str
    link: str
    spans: tuple[tuple[int, int], ...]


class PolicyValidator(Protocol):
    """``accessanalyzer:ValidatePolicy`` or something that answers like it."""

    def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
        """
        All remarks on the document, every page of the answer. Raises NotEvaluatedError when this document
        cannot be judged, AwsError when the service does not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class AccessReason:
    """
    One reason why a policy grants what it should not.

    ``description`` are the judge's words; ``statement`` is the index of a statement of the policy that was
    asked about, from 0, or -1 when none is named. A judge that has an example gives its ``action``, and words
    that go on after "the policy" (``lets the role …``); one that weighs what is granted gives a ``severity``.
    """

    description: str
    statement: int = -1
    action: str = ""
    severity: Severity = Severity.UNKNOWN


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """
    The answer to a question about access. ``granted`` false is a promise: the policy certainly does not grant
    it; true says that it might, with the judge's ``message`` and reasons.
    """

    granted: bool
    message: str = ""
    reasons: tuple[AccessReason, ...] = ()


class AccessChecker(Protocol):
    """
    Answers questions about what policies grant; the documents hold no unknown values.

    Every method raises NotEvaluatedError when this question cannot be answered though others can (the
    document is too long, the judge does not know the resource type), and AwsError when nothing can be asked.
    ``name`` is for people. ``charged_calls`` counts what has been asked at a price.
    """

    name: str
    charged_calls: int

    def no_new_access(self, existing: PolicyDocument, new: PolicyDocument) -> AccessAnswer:
        """Whether ``new`` grants anything that ``existing`` does not (``CheckNoNewAccess``)."""
        ...

    def access_not_granted(
        self, document: PolicyDocument, actions: Sequence[str], resources: Sequence[str]
    ) -> AccessAnswer:
        """
        Whether the policy grants one of ``actions`` on one of ``resources`` (``CheckAccessNotGranted``).

        At most ``MAX_ACCESS`` of each; none means any.
        """
        ...

    def no_public_access(self, document: PolicyDocument) -> AccessAnswer:
        """
        Whether the resource or trust policy lets the public in (``CheckNoPublicAccess``); its resource type
        must be one of those that the judge knows.
        """
        ...

    def knows_public(self, resource_type: str) -> bool:
        """Whether :meth:`no_public_access` can be asked about policies of this resource type."""
        ...


MAX_ACCESS = 100


class AnswerStore(Protocol):
    """Remembers answers over runs, by everything that they depend on."""

    def recall(self, question: Sequence[str]) -> str | None:
        """The answer that was kept for the question, or None."""
        ...

    def keep(self, question: Sequence[str], answer: str) -> None:
        """Keep an answer; it may be lost."""
        ...
