"""
What a run hands over to AWS after the verdict: findings to Security Hub, reports to S3, a notice by SNS.

Nothing here can change the verdict. Each delivery that fails costs itself and no other, and is told with the
permission or the setting that it lacks; one that is required makes the run incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pregate.config import DeliverConfig
from pregate.errors import PregateError, UsageError
from pregate.model import Decision, Rule, Verdict
from pregate.records import dataclass, field, replace

if TYPE_CHECKING:
    from pregate.aws.caller import Caller
    from pregate.aws.clients import Clients
    from pregate.aws.security_hub import Rejected, SecurityHub
    from pregate.aws.sns import Notice

SECURITY_HUB, S3, SNS = "security-hub", "s3", "sns"
TITLES = {SECURITY_HUB: "Security Hub", S3: "S3", SNS: "SNS"}
KEYS = {SECURITY_HUB: "security-hub", S3: "s3-bucket", SNS: "sns-topic"}
# The reports for the bucket, by format.
FILES: Mapping[str, str] = {
    "sarif": "pregate.sarif",
    "json": "pregate.json",
    "csv": "pregate.csv",
    "html": "pregate.html",
}
# To which of them the link leads: the first that there is.
LINKED = ("html", "json")
REJECTED_SHOWN = 10
# A finding of a pull request that no run has seen for so long is gone: it was closed, or merged without it.
STALE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Occasion:
    """
    The run in which something was judged.

    ``repository`` is ``OWNER/NAME``, ``address`` its page, ``run`` a name for the run, ``commit`` what was
    judged, ``pull`` a pull request's number or 0. ``links`` are the findings' lines by fingerprint.
    ``whole`` is the verdict on the whole tree of the default branch, where this run has one;
    ``not_whole`` says why there is none.
    """

    repository: str
    address: str
    run: str
    commit: str
    moment: datetime
    pull: int = 0
    run_url: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    whole: Verdict | None = None
    not_whole: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """What is handed over: the verdict, its rules, and report files by format, as they were written."""

    verdict: Verdict
    rules: Sequence[Rule]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Teller:
    """Where it is told: ``say`` a line, ``warn`` with a title and words of several lines."""

    say: Callable[[str], None]
    warn: Callable[[str, str], None]


@dataclass(slots=True)
class Handed:
    """What came of it: deliveries that failed, with the reason, and the address of the reports."""

    failed: dict[str, str] = field(default_factory=dict)
    reports: str = ""

    def missing(self, required: Sequence[str]) -> tuple[str, ...]:
        """A sentence for each required delivery that failed."""
        return tuple(
            f"{TITLES[name]}: {self.failed[name]}, and its delivery is required"
            for name in TITLES
            if name in required and name in self.failed
        )


def chosen(deliver: DeliverConfig, names: Sequence[str]) -> DeliverConfig:
    """
    The deliveries of a configuration that a command line names; raises UsageError for one that lacks what it
    needs there.
    """
    for name, key in ((S3, "s3-bucket"), (SNS, "sns-topic")):
        if name in names and name not in deliver.wanted:
            raise UsageError(f"--deliver {name}: there is no {key}", f"Set {key} under [deliver].")
    hub = deliver.security_hub if deliver.security_hub != "off" else "default-branch"
    return replace(
        deliver,
        security_hub=hub if SECURITY_HUB in names else "off",
        s3_bucket=deliver.s3_bucket if S3 in names else "",
        sns_topic=deliver.sns_topic if SNS in names else "",
        require=tuple(name for name in deliver.require if name in names),
    )


class Handover:
    """Delivers the papers of one occasion; use once. ``open_clients`` is called when something is due."""

    def __init__(
        self,
        deliver: DeliverConfig,
        occasion: Occasion,
        papers: Papers,
        open_clients: Callable[[], Clients],
        teller: Teller,
    ) -> None:
        self._deliver = deliver
        self._occasion = occasion
        self._papers = papers
        self._open_clients = open_clients
        self._teller = teller
        self._handed = Handed()
        self._link = ""
        self._opened: tuple[Clients, Caller] | None = None
        self._refused: PregateError | None = None

    def run(self) -> Handed:
        """Does all that is configured and due; what is required and not configured has failed."""
        for name in self._deliver.require:
            if name not in self._deliver.wanted:
                self._fail(name, "nothing configures it", f"Set {KEYS[name]}, or do not require it.")
        if self._deliver.security_hub != "off":
            self._try(SECURITY_HUB, self._import)
        if self._deliver.s3_bucket:
            self._try(S3, self._upload)
        if self._deliver.sns_topic:
            self._try(SNS, self._notify)
        return self._handed

    def _try(self, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except PregateError as error:
            self._fail(name, error.message, error.hint)

    def _fail(self, name: str, message: str, hint: str = "") -> None:
        self._handed.failed[name] = message
        self._teller.warn(TITLES[name], f"{message}\n{hint}".strip())

    def _say(self, name: str, words: str) -> None:
        self._teller.say(f"{TITLES[name]}: {words}")

    def _aws(self) -> tuple[Clients, Caller]:
        """Clients and whose they are, asked once: a role that is refused is not asked for again."""
        if self._refused is not None:
            raise self._refused
        if self._opened is None:
            from pregate.aws.caller import find_caller

            try:
                clients = self._open_clients()
                self._opened = (clients, find_caller(clients))
            except PregateError as error:
                self._refused = error
                raise
        return self._opened

    # ----------------------------------------------------------------------------------------- Security Hub

    def _import(self) -> None:
        occasion = self._occasion
        verdict = occasion.whole
        if occasion.pull and self._deliver.security_hub == "always":
            verdict = self._papers.verdict
        if verdict is None or (occasion.pull and self._deliver.security_hub != "always"):
            self._say(SECURITY_HUB, f"nothing is sent: {occasion.not_whole or 'this is a pull request'}")
            return
        from pregate.aws.security_hub import SecurityHub
        from pregate.report.asff import generator_prefix

        clients, caller = self._aws()
        hub = SecurityHub(clients, caller.account, caller.partition)
        checks = [summary.check for summary in verdict.checks]
        known = hub.known(occasion.repository, [generator_prefix(check) for check in checks])
        self._send(hub, verdict, known, caller)

    def _send(
        self, hub: SecurityHub, verdict: Verdict, known: Sequence[Mapping[str, Any]], caller: Caller
    ) -> None:
        from pregate.aws.security_hub import archived, gone, scope_of
        from pregate.report.asff import (
            DEFAULT_BRANCH,
            About,
            generator_prefix,
            identifiers,
            render,
            timestamp,
        )

        occasion = self._occasion
        about = About(
            account=caller.account,
            region=hub.region,
            partition=caller.partition,
            repository=occasion.repository,
            address=occasion.address,
            commit=occasion.commit,
            moment=int(occasion.moment.timestamp() * 1000),
            pull=occasion.pull,
            run_url=occasion.run_url,
            links=occasion.links,
            created={str(f["Id"]): str(f["CreatedAt"]) for f in known},
        )
        findings = render(verdict, about)
        present = identifiers(findings)
        if occasion.pull:
            # What the default branch has is no matter of one pull request's.
            owned = {
                str(f["Id"])
                for f in known
                if scope_of(f) == DEFAULT_BRANCH and f.get("RecordState") == "ACTIVE"
            }
            findings = tuple(f for f in findings if f["Id"] not in owned)
        whole = tuple(generator_prefix(s.check) for s in verdict.checks if s.is_whole)
        judged = [f for f in known if str(f["GeneratorId"]).startswith(whole)] if whole else []
        stale = datetime.min.replace(tzinfo=UTC) if occasion.pull else occasion.moment - STALE
        away = gone(judged, present, about.scope, stale)
        left = [archived(finding, timestamp(about.moment)) for finding in away]
        rejected = hub.import_findings((*findings, *left))
        refused = {r.id for r in rejected}
        rejected += hub.resolve([finding for finding in away if finding["Id"] not in refused])
        self._tell_hub(len(findings), len(away), rejected)

    def _tell_hub(self, sent: int, away: int, rejected: Sequence[Rejected]) -> None:
        self._say(SECURITY_HUB, f"{sent} findings sent, {away} archived, {len(rejected)} refused")
        if not rejected:
            return
        lines = [f"{r.id or 'a finding'}: {r.code}: {r.message}" for r in rejected[:REJECTED_SHOWN]]
        if len(rejected) > REJECTED_SHOWN:
            lines.append(f"and {len(rejected) - REJECTED_SHOWN} more")
        self._fail(SECURITY_HUB, f"{len(rejected)} findings were refused", "\n".join(lines))

    # ------------------------------------------------------------------------------------------ the reports

    def _upload(self) -> None:
        from pregate.aws.s3 import CONTENT_TYPES, Bucket, Uploads, folder_of

        deliver, occasion = self._deliver, self._occasion
        clients, caller = self._aws()
        bucket = Bucket(
            name=deliver.s3_bucket,
            owner=deliver.s3_bucket_owner or caller.account,
            prefix=deliver.s3_prefix,
            kms_key=deliver.s3_kms_key,
            partition=caller.partition,
        )
        folder = folder_of(deliver.s3_prefix, occasion.repository, occasion.run, occasion.moment)
        uploads = Uploads(clients, bucket)
        files = self._files()
        for name, data in files.items():
            uploads.put(f"{folder}/{FILES[name]}", data, CONTENT_TYPES[name])
        self._handed.reports = f"s3://{bucket.name}/{folder}/"
        self._say(S3, f"{len(files)} reports in {self._handed.reports}")
        if deliver.sns_topic:
            linked = next(name for name in LINKED if name in files)
            self._link, _ = uploads.link(f"{folder}/{FILES[linked]}")

    def _files(self) -> dict[str, bytes]:
        """The reports as they were written, and those that were not, made now."""
        from pregate.report import FORMATS

        files = {}
        for name in FILES:
            if name in self._papers.files:
                files[name] = self._papers.files[name]
            elif name in FORMATS:
                text = FORMATS[name](self._papers.verdict, self._papers.rules)
                files[name] = text.encode("utf-8", "surrogateescape")
        return files

    # ------------------------------------------------------------------------------------------- the notice

    def _notify(self) -> None:
        is_due = self._deliver.sns_when == "always" or self._papers.verdict.decision is not Decision.PASSED
        if not is_due:
            self._say(SNS, "nothing is sent: the gate passed (sns-when: always tells that too)")
            return
        from pregate.aws.sns import publish

        clients, _ = self._aws()
        notice = notice_of(self._papers.verdict, self._occasion, self._link, self._handed.reports)
        identifier = publish(clients, self._deliver.sns_topic, notice)
        self._say(SNS, f"message {identifier} sent")


def notice_of(verdict: Verdict, occasion: Occasion, link: str, reports: str) -> Notice:
    """The verdict as a notice, with addresses for people and programs."""
    from pregate.aws.sns import Notice
    from pregate.report.notice import Where, document, render_text, subject_of

    pull = f"{occasion.address}/pull/{occasion.pull}" if occasion.pull else ""
    where = Where(occasion.repository, occasion.commit, occasion.run_url, pull, reports, link)
    return Notice(
        subject=subject_of(verdict, where),
        text=render_text(verdict, where),
        document=document(verdict, where),
        attributes={"verdict": verdict.decision.value, "repository": occasion.repository},
        group=occasion.repository,
        key=f"{occasion.repository} {occasion.run} {occasion.commit}",
    )
