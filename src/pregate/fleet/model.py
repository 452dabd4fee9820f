"""The nouns of a fleet: repositories, and what became of each."""

from __future__ import annotations

import enum
import hashlib
import re

from pregate.model import Decision
from pregate.records import dataclass

_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_NAME_MAX = 80


class State(enum.Enum):
    """What became of a repository: every one of the list is in exactly one of these."""

    SCANNED = "scanned"
    FAILED = "failed"
    NOT_REACHED = "not-reached"


@dataclass(frozen=True, slots=True)
class Repository:
    """
    A repository to scan. ``name`` is for people, ``address`` what git is given: it never holds credentials.
    ``revision`` is a branch, a tag or a commit's full id; ``""`` for the default branch. ``refusal`` says
    why git is not given the address at all, ``""`` where it may be.
    """

    name: str
    address: str
    revision: str = ""
    refusal: str = ""

    @property
    def slug(self) -> str:
        """
        The name of its folder: letters, digits, dots and hyphens that begin with a letter or digit. Two
        repositories, or two revisions of one, never have the same: a digest of both ends it.
        """
        whole = f"{self.address}\n{self.revision}\n{self.refusal}".encode("utf-8", "surrogateescape")
        digest = hashlib.sha256(whole).hexdigest()[:16]
        plain = _ODD.sub("-", self.address.partition("://")[2])[-_NAME_MAX:].strip(".-_")
        return f"{plain or 'repository'}-{digest}"


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings of one check have one severity, by the words that users write."""

    check: str
    severity: str
    number: int


@dataclass(frozen=True, slots=True)
class Record:
    """
    What became of a repository.

    ``decision`` is that of its verdict, ``None`` where there is none; ``reasons`` say why it is what it is,
    or why there is none. ``findings`` counts those that stand, ``suppressed`` those that are accepted.
    ``commit`` is what was judged, ``""`` for an empty repository; ``report`` the path of its JSON report in
    the directory of results. ``seconds`` is the task's duration, ``ended`` in milliseconds since 1970.
    ``version`` and ``options`` tell with which pregate and which options it was judged. ``parts`` says in how
    many parts it was done (0: in one piece), ``lost_parts`` the numbers of those that could not be analysed.
    ``is_kept`` is true where an earlier run's result still holds, ``is_final`` false where another try may
    help.
    """

    repository: Repository
    state: State
    decision: Decision | None = None
    commit: str = ""
    reasons: tuple[str, ...] = ()
    findings: tuple[Count, ...] = ()
    suppressed: int = 0
    seconds: float = 0.0
    ended: int = 0
    attempts: int = 1
    version: str = ""
    options: str = ""
    report: str = ""
    parts: int = 0
    lost_parts: tuple[int, ...] = ()
    is_kept: bool = False
    is_final: bool = True
