"""
What a run needs of its surroundings, looked at one by one: git and its history, the event, the configuration,
the token's permissions. Nothing is written anywhere.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate import __version__
from pregate.config import Config
from pregate.entry.inputs import Inputs
from pregate.entry.organisation import policy_reader
from pregate.errors import GitHubError, PregateError
from pregate.github.context import Context, load_context
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from pregate.changes import Selection
    from pregate.entry.wishes import Publication
    from pregate.github.client import Client


class State(enum.Enum):
    """How one thing is. ``WITHOUT``: it is not there, and the run goes on without it."""

    OK = "ok"
    WITHOUT = "without"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at; ``hint`` says what to change, in lines."""

    subject: str
    state: State
    text: str
    hint: str = ""


@dataclass(slots=True)
class Report:
    """
    What was found. ``claims`` are those of the job's identity token, ``comparison`` has rows of claim, what
    the token says and what the account needs; the policies are there where there is something to say of them.
    """

    items: list[Item] = field(default_factory=list)
    claims: Mapping[str, str] = field(default_factory=dict)
    comparison: tuple[tuple[str, str, str], ...] = ()
    trust_policy: Mapping[str, Any] | None = None
    other_subjects: tuple[tuple[str, str], ...] = ()
    session_policy: Mapping[str, Any] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing that is configured."""
        return all(item.state is not State.MISSING for item in self.items)

    def add(self, subject: str, state: State, text: str, hint: str = "") -> None:
        """Notes one thing."""
        self.items.append(Item(subject, state, text, hint))

    def failed(self, subject: str, error: PregateError, state: State = State.MISSING) -> None:
        """Notes that something did not work."""
        self.add(subject, state, error.message, error.hint)


class Examination:
    """The surroundings of one run; use once."""

    def __init__(self, directory: Path, environ: Mapping[str, str], inputs: Inputs, token: str) -> None:
        self._directory = directory
        self._environ = environ
        self.inputs = self._inputs = inputs
        self._token = token
        self.report = Report()
        self.context: Context | None = None
        self.config = Config()

    @property
    def is_in_job(self) -> bool:
        """Whether this is a job of GitHub's."""
        return self._environ.get("GITHUB_ACTIONS") == "true"

    def run(self) -> None:
        """Looks at everything but AWS; afterwards ``context`` and ``config`` are there, where they can be."""
        python = ".".join(map(str, sys.version_info[:3]))
        self.report.add("pregate", State.OK, f"{__version__} on Python {python}")
        if self.is_in_job:
            self._see_event()
        else:
            self.report.add("event", State.WITHOUT, "this is no job of GitHub's")
        selection = self._see_git()
        self._see_configuration(selection)
        if self.context is not None:
            self._see_token(self.context)

    # ------------------------------------------------------------------------------------------------- event

    def _see_event(self) -> None:
        try:
            self.context = load_context(self._environ)
        except PregateError as error:
            self.report.failed("event", error)
            return
        fork = " from a fork" if self.context.is_fork else ""
        self.report.add("event", State.OK, f"{self.context.event}{fork} in {self.context.repository}")

    # --------------------------------------------------------------------------------------------------- git

    def _see_git(self) -> Selection | None:
        """What a run would judge; None where that cannot be told."""
        from pregate.changes import Everything
        from pregate.entry.action import open_clone, selection_of
        from pregate.entry.clone import Clone
        from pregate.github.scope import Wish, find_scope

        try:
            if self.context is None:
                clone = Clone(self._directory, self._environ, offline=True)
                head = clone.head()
                if not head:
                    self.report.add("git", State.WITHOUT, "no repository with a commit here")
                    return None
                cut = ", a shallow clone: older commits are not here" if clone.is_shallow() else ""
                self.report.add("git", State.OK, f"at {head[:12]}{cut}")
                return Everything()
            clone = open_clone(
                self._directory,
                self._environ,
                self.context,
                offline=self._is_offline,
                token=self._token,
            )
            depth = "a shallow clone" if clone.is_shallow() else "the whole history"
            self.report.add("git", State.OK, f"at {clone.head()[:12] or 'no commit'}, {depth}")
            wish = Wish(
                self._inputs.text("scan", "auto"), self._inputs.text("base"), self._inputs.text("head")
            )
            scope = find_scope(self.context, clone, wish)
        except PregateError as error:
            self.report.failed("git", error)
            return None
        self.report.add("change", State.OK, scope.reason)
        return selection_of(scope)

    @property
    def _is_offline(self) -> bool:
        return self._inputs.overrides.get("offline") is True

    # ----------------------------------------------------------------------------------------- configuration

    def _see_configuration(self, selection: Selection | None) -> None:
        from pregate import config
        from pregate.changes import open_source
        from pregate.pipeline import Request, load_config

        origin = "inputs of the action"
        try:
            self.config = config.load([(origin, self._inputs.overrides)])
            where = "no file that can be trusted here"
            if selection is not None:
                source = open_source(self._directory, self._environ, selection)
                change = source.changes(selection)
                request = Request(
                    self._directory,
                    selection,
                    self._inputs.overrides,
                    origin,
                    in_pull=self.context is not None and self.context.pull_request is not None,
                    policies=policy_reader(self._environ, None, self._token),
                )
                with source.contents() as contents:
                    self.config = load_config(contents, change, request, source.root)
                where = f"that of {change.trusted[:12]}, and the inputs"
        except PregateError as error:
            self.report.failed("configuration", error)
            return
        self.report.add("configuration", State.OK, where)

    # ------------------------------------------------------------------------------------------------- token

    def _see_token(self, context: Context) -> None:
        from pregate.entry.wishes import parse_publication
        from pregate.github.client import Client

        if not self._token:
            self.report.add("token", State.WITHOUT, "no github-token: nothing is published on GitHub")
            return
        try:
            wishes = parse_publication(self._inputs)
            client = Client(context.api_url, context.repository, self._token)
        except PregateError as error:
            self.report.failed("token", error)
            return
        try:
            for right, path, needed, why in _questions(context, wishes):
                self._ask(client, right, path, why, needed=needed)
        finally:
            client.close()

    def _ask(self, client: Client, right: str, path: str, why: str, *, needed: bool) -> None:
        from pregate.github.client import RefusedError

        subject = f"token: {right.partition(':')[0]}"
        try:
            client.get(path, per_page=1)
        except RefusedError as error:
            if error.status == 404 and "no analysis" in error.words.lower():
                self.report.add(subject, State.OK, f"readable; {why} needs {right}")
                return
            self.report.add(
                subject,
                State.MISSING if needed else State.WITHOUT,
                f"GitHub answers {error.status}: {error.words[:200]}",
                f"For {why}, give the job:\npermissions:\n  {right}",
            )
        except GitHubError as error:
            self.report.failed(subject, error, State.MISSING if needed else State.WITHOUT)
        else:
            told = "readable" if right.endswith("read") else f"readable; {why} needs {right}"
            self.report.add(subject, State.OK, told)


def _questions(context: Context, wishes: Publication) -> list[tuple[str, str, bool, str]]:
    """
    ``(permission, path to read, whether the run is incomplete without it, what for)``. Whether the token may
    write shows only in writing.
    """
    found = [("contents: read", f"/commits/{context.sha}", False, "fetching history")]
    if context.pull_request and (wishes.comment != "never" or wishes.review):
        found.append(("pull-requests: write", "/pulls", False, "comment and remarks"))
    if wishes.check_run:
        found.append(("checks: write", f"/commits/{context.sha}/check-runs", False, "the check run"))
    if wishes.upload != "never":
        path = "/code-scanning/analyses"
        found.append(("security-events: write", path, wishes.require_upload, "code scanning"))
    return found
