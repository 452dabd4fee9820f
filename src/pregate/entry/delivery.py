"""
What a run leaves on GitHub: code scanning, remarks, the summary comment, a check run.

Everything is decided before; nothing here can change the verdict. A refusal costs its own part and no other,
and is said once, with the remedy: a fork's token may read and no more, and the job's summary and annotations
carry the result all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from pregate.entry.app import Author
from pregate.entry.wishes import Publication
from pregate.errors import GitHubError
from pregate.github.client import RefusedError
from pregate.github.code_scanning import WAITS
from pregate.github.commands import Log
from pregate.logs import logger
from pregate.model import Decision, Place, Rule, State, Verdict
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from pregate.github.client import Client
    from pregate.github.code_scanning import Analysis
    from pregate.github.conversation import Conversation

_log = logger(__name__)

_CODE_SCANNING = "code scanning"
_REVIEW = "the review"
_COMMENT = "the comment"
FIXED = "What was reported here is fixed."
RIGHTS = """The job's token needs:
    permissions:
      contents: read
      pull-requests: write
A pull request from a fork, and one of Dependabot's, has a read-only token: docs/forks.md has a set-up in two
stages. The job summary and the annotations hold the result in any case."""


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What was judged, in GitHub's terms.

    ``pull`` is the pull request's number or 0, ``head`` its head (else the judged commit), ``run_url`` the
    page of the run that judged. ``ref`` and ``commit`` are what code scanning is told; ``""`` when it must
    not be told anything, for the reason in ``no_upload``; ``is_due`` that it should have been all the same.
    ``restricted`` says why the token may be read-only, ``is_part`` that not all of it was judged.
    """

    pull: int
    head: str
    judged: str
    address: str
    run_url: str
    run_key: str
    ref: str = ""
    commit: str = ""
    no_upload: str = ""
    is_due: bool = False
    checkout_uri: str = ""
    started: str = ""
    restricted: str = ""
    is_part: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A verdict with what is needed to show it: ``whole`` is the one to upload, where that is another."""

    verdict: Verdict
    rules: Sequence[Rule]
    places: Mapping[str, Place] = field(default_factory=dict)
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)
    whole: tuple[Verdict, Sequence[Rule]] | None = None


@dataclass(slots=True)
class Delivered:
    """
    What came of it: ``told`` are fingerprints that have a remark; ``upload_failed`` says why, or ``""``, and
    so does ``author_failed`` where nobody was to speak in the place of an app.
    """

    sarif_id: str = ""
    comment_url: str = ""
    told: frozenset[str] = frozenset()
    upload_failed: str = ""
    author_failed: str = ""

    def missing(self, wishes: Publication) -> tuple[str, ...]:
        """What was required and could not be done, in words; the run is incomplete for it."""
        found = []
        if wishes.require_upload and self.upload_failed:
            found.append(f"code scanning: {self.upload_failed}, and require-upload is true")
        if self.author_failed:
            found.append(f"the GitHub App: {self.author_failed}, and require-github-app is true")
        return tuple(found)


class Delivery:
    """
    Publishes one report on one subject; use once. ``author`` says who speaks on the pull request, where it is
    not the workflow's token; ``waits`` are those for the processing, in seconds.
    """

    def __init__(
        self,
        client: Client,
        subject: Subject,
        wishes: Publication,
        report: Report,
        log: Log,
        author: Author | None = None,
        waits: Sequence[float] = WAITS,
    ) -> None:
        self._client = client
        self._author = author or Author()
        self._speaker = self._author.client or client
        self._waits = waits
        self._subject = subject
        self._wishes = wishes
        self._report = report
        self._log = log
        self._delivered = Delivered()
        self._is_read_only = False

    def run(self) -> Delivered:
        """Does all of it; what GitHub refuses is told in the log."""
        # The upload first and its processing last: GitHub works on it meanwhile.
        self._try(_CODE_SCANNING, self._upload)
        if self._author.failed:
            self._delivered.author_failed = self._author.failed
        else:
            self._speak()
        if self._delivered.sarif_id:
            self._try(_CODE_SCANNING, self._await)
        return self._delivered

    def _speak(self) -> None:
        if self._subject.pull and (self._wishes.review or self._wishes.comment != "never"):
            self._try("the pull request", self._converse)
        if self._wishes.check_run:
            self._try("the check run", self._check)

    def _try(self, what: str, act: Callable[[], None]) -> None:
        if what == _COMMENT and self._is_read_only:
            return  # it needs the right that the review was refused
        try:
            act()
        except GitHubError as error:
            if what == _CODE_SCANNING:
                self._delivered.upload_failed = error.message
            self._tell(what, error)

    def _tell(self, what: str, error: GitHubError) -> None:
        is_for_rights = isinstance(error, RefusedError) and error.is_for_rights
        if self._subject.restricted and isinstance(error, RefusedError) and error.is_read_only:
            # Code scanning and check runs have rights of their own, which a job may have or lack apart.
            self._is_read_only = what == _REVIEW and self._author.client is None
            self._log.line(f"pregate: {what}: {error.message} ({self._subject.restricted})")
            for line in (error.hint or RIGHTS).splitlines():
                self._log.line(f"  {line}")
            return
        hint = error.hint or (RIGHTS if is_for_rights else "")
        # An upload that nobody asked for in so many words, where there is no code scanning, is no fault.
        is_extra = what == _CODE_SCANNING and is_for_rights and self._wishes.upload == "auto"
        kind = "notice" if is_extra and not self._wishes.require_upload else "warning"
        self._log.annotate(kind, f"{error.message}\n{hint}".strip(), {"title": f"pregate: {what}"})

    # ---------------------------------------------------------------------------------------- code scanning

    def _upload(self) -> None:
        from pregate.github.code_scanning import upload
        from pregate.report.sarif.upload import packed, prepare, why_withheld

        if self._wishes.upload == "never":
            return
        if not self._subject.ref:
            self._leave_out(f"nothing is uploaded: {self._subject.no_upload}")
            return
        verdict, rules = self._report.whole or (self._report.verdict, self._report.rules)
        prepared = prepare(verdict, rules, suffix=self._wishes.category, repository_uri=self._subject.address)
        withheld = [(s.check, why_withheld(s)) for s in verdict.checks if not s.is_whole]
        for check, reason in prepared.withheld if prepared else withheld:
            self._log.line(f"pregate: code scanning: {check} is not uploaded: {reason}")
        if prepared is None:
            self._delivered.upload_failed = "no check looked at everything it should have"
            self._log.line(f"pregate: code scanning: nothing is uploaded: {self._delivered.upload_failed}")
            return
        for check, number in prepared.left_out:
            self._log.line(f"pregate: code scanning: {number} results of {check} are over GitHub's limits")
        self._delivered.sarif_id = upload(self._client, self._analysis(packed(prepared.text)))
        self._log.line(f"pregate: code scanning: uploaded {', '.join(prepared.categories)}")

    def _leave_out(self, words: str) -> None:
        """Says why nothing is uploaded; where it was due, ``require-upload`` counts it as refused."""
        if self._subject.is_due:
            self._delivered.upload_failed = words
        if self._subject.is_due and (self._wishes.require_upload or self._wishes.upload == "always"):
            self._log.annotate("warning", words, {"title": f"pregate: {_CODE_SCANNING}"})
        else:
            self._log.line(f"pregate: {_CODE_SCANNING}: {words}")

    def _analysis(self, data: bytes) -> Analysis:
        from pregate.github.code_scanning import Analysis

        subject = self._subject
        return Analysis(data, subject.ref, subject.commit, subject.checkout_uri, subject.started)

    def _await(self) -> None:
        from pregate.github.code_scanning import await_processing

        done = await_processing(self._client, self._delivered.sarif_id, self._waits)
        if done.status == "pending":
            self._log.annotate(
                "notice",
                "GitHub is still processing the SARIF upload; its results will show up later.",
                {"title": "pregate: code scanning"},
            )
        elif done.status != "complete" or done.errors:
            words = "\n".join(done.errors) or "GitHub gave no reason."
            self._delivered.upload_failed = f"GitHub could not process the SARIF upload: {words}"
            self._log.annotate("warning", self._delivered.upload_failed, {"title": "pregate: code scanning"})

    # ------------------------------------------------------------------------------------- the pull request

    def _converse(self) -> None:
        from pregate.github.conversation import read_conversation

        conversation = read_conversation(self._speaker, self._subject.pull, self._wishes.tag)
        if conversation.head and conversation.head != self._subject.head:
            self._log.line(
                "pregate: the pull request has moved on to another commit, whose own run will comment on it"
            )
            return
        if self._wishes.review and conversation.is_open:
            self._try(_REVIEW, lambda: self._review(conversation))
        if self._wishes.comment != "never":
            self._try(_COMMENT, lambda: self._comment(conversation))

    def _review(self, conversation: Conversation) -> None:
        from pregate.github.review import Review
        from pregate.report.remarks import remarks_for

        verdict = self._report.verdict
        remarks = remarks_for(verdict, self._report.places, suggestions=self._wishes.suggestions)
        present = {
            j.finding.fingerprint
            for j in verdict.findings
            if j.introduced and j.state in (State.NEW, State.BELOW_THRESHOLD)
        }
        whole = {s.check for s in verdict.checks if s.is_whole and not self._subject.is_part}
        review = Review(self._speaker, self._subject.pull, self._subject.head, self._wishes.tag)
        done = review.publish(conversation, remarks, present, whole)
        self._delivered.told = done.told
        if done.posted or done.closed:
            self._log.line(f"pregate: review: {done.posted} new remarks, {done.closed} closed")

    def _comment(self, conversation: Conversation) -> None:
        from pregate.github.comment import BODY_MAX, Comment
        from pregate.report.summary import View, characters, render

        says = has_something_to_say(self._report.verdict)
        view = View(
            self._report.links, is_stable=True, note=self._note(conversation, says=says), foot=self._foot()
        )
        room = BODY_MAX - 300  # for the marker
        body = render(self._report.verdict, self._report.rules, room, view, characters)
        comment = Comment(self._speaker, self._subject.pull, self._wishes.tag, conversation.is_ours)
        posted = comment.publish(
            body,
            create=says or self._wishes.comment == "always",
            end="keep" if says or self._subject.is_part else self._wishes.when_fixed,
        )
        self._delivered.comment_url = posted.url
        if self._author.client is not None and comment.take_over(self._client):
            self._log.line("pregate: comment: the workflow's own is gone, the app speaks now")
        if posted.what != "none":
            self._log.line(f"pregate: comment: {posted.what}{f' {posted.url}' if posted.url else ''}")

    def _note(self, conversation: Conversation, *, says: bool) -> str:
        """What stands below the title; that something is fixed only where all of it was looked for."""
        verdict = self._report.verdict
        is_whole = all(s.is_whole for s in verdict.checks) and not self._subject.is_part
        is_over = is_whole and not says and self._wishes.comment == "on-findings"
        below = {finding.fingerprint for finding in verdict.select(State.BELOW_THRESHOLD)}
        is_rest = not below.isdisjoint(thread.key for thread in conversation.threads)
        fixed = "Nothing of what was reported here fails the gate any more." if is_rest else FIXED
        parts = [self._subject.note, fixed if is_over else ""]
        return "\n\n".join(part for part in parts if part)

    def _foot(self) -> str:
        from pregate import __version__
        from pregate.report.markdown import code, code_link

        address = f"{self._subject.address}/commit/{self._subject.head}"
        commit = code_link(self._subject.head[:12], address)
        tag = f" · {code(self._wishes.tag)}" if self._wishes.tag else ""
        return f"<sub>pregate {__version__} on {commit}{tag}</sub>"

    # ---------------------------------------------------------------------------------------- the check run

    def _check(self) -> None:
        from pregate.entry.publishing import at_places
        from pregate.github.check_run import TEXT_MAX, CheckRun, publish_check_run
        from pregate.report.annotations import select
        from pregate.report.summary import View, render
        from pregate.report.words import headline

        verdict = self._report.verdict
        view = View(self._report.links, note=self._subject.note)
        # The check run is the head's, whatever commit was judged.
        chosen = select(at_places(verdict, self._report.places), per_kind=50).shown[:50]
        tag = f" ({self._wishes.tag})" if self._wishes.tag else ""
        publish_check_run(
            self._speaker,
            CheckRun(
                name=f"pregate{tag}",
                head=self._subject.head,
                decision=verdict.decision,
                title=headline(verdict),
                summary=render(verdict, self._report.rules, TEXT_MAX, view),
                key=self._subject.run_key,
                details_url=self._subject.run_url,
                annotations=[(a.kind, a.message, dict(a.properties)) for a in chosen],
            ),
        )


def has_something_to_say(verdict: Verdict) -> bool:
    """Whether a reviewer has to be told: what fails, what is missing, what this change suppresses."""
    if verdict.decision is not Decision.PASSED:
        return True
    if verdict.fail_on == "none" and verdict.select(State.BELOW_THRESHOLD):
        return True
    return any(j.state is State.SUPPRESSED and j.introduced for j in verdict.findings) and verdict.compared
