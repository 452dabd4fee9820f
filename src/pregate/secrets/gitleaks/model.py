"""The rules and allowlists of a ``.gitleaks.toml``, read and checked."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from pregate.records import dataclass, field

PREFIX = "gitleaks-"


class Mistake(NamedTuple):
    """An entry that cannot be used, with the line at which it begins (0: not known) and why."""

    path: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Allowlist:
    """
    What is allowed. ``paths`` and ``regexes`` are expressions in RE2's syntax, ``stopwords`` are in lower
    case.

    ``regexes`` are held against ``target``: the ``secret``, the ``match`` around it or the ``line``. With
    ``needs_all`` each kind that is given must hold, otherwise one is enough. ``has_commits``: it names
    commits, of which content knows nothing. ``rules`` are the detectors that it is for, none for all.
    """

    paths: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    stopwords: tuple[str, ...] = ()
    target: str = "secret"
    needs_all: bool = False
    has_commits: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomRule:
    """
    One rule of a user's. ``detector`` is what it is called here: ``gitleaks-`` and its id.

    ``regex`` finds in a file whose path ``path`` matches, if there is one; without ``regex`` the file itself
    is what is found. ``group`` is the number of the group that is the secret, 0 for the first that holds
    something. ``entropy`` is what the secret's must be above, in bits a byte, 0 for any. One of ``keywords``
    (in lower case) must be in the file.
    """

    id: str
    detector: str
    description: str = ""
    regex: str = ""
    path: str = ""
    group: int = 0
    entropy: float = 0.0
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    allowlists: tuple[Allowlist, ...] = ()


@dataclass(frozen=True, eq=False)
class CustomRules:
    """
    Everything that a ``.gitleaks.toml`` says; equal only to itself.

    ``path`` is the file's name. ``allowlists`` are for all findings, ``amended`` those that the file adds to
    a rule of gitleaks' own, by the detector of ours that stands for it; ``disabled`` are such detectors that
    it switches off. ``mistakes`` are entries that could not be used, ``notes`` what is left undone with good
    reason. ``digest`` changes with the content, ``extended`` are the files that it extends.
    """

    path: str
    rules: tuple[CustomRule, ...] = ()
    allowlists: tuple[Allowlist, ...] = ()
    amended: tuple[tuple[str, Allowlist], ...] = ()
    disabled: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = field(default="", repr=False)
    extended: tuple[str, ...] = ()

    @cached_property
    def by_detector(self) -> dict[str, CustomRule]:
        """The rules by what they are called here."""
        return {rule.detector: rule for rule in self.rules}

    def allowlists_of(self, detector: str) -> tuple[Allowlist, ...]:
        """All allowlists that are for findings of a detector, ours or the user's."""
        rule = self.by_detector.get(detector)
        own = rule.allowlists if rule else tuple(a for name, a in self.amended if name == detector)
        return (*(a for a in self.allowlists if not a.rules or detector in a.rules), *own)
