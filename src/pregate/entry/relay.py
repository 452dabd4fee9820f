"""
``mode: report``: publishes what another run found, with rights that run did not have.

A pull request from a fork is judged by a run that may only read and that the fork may have rewritten. Its
report is therefore somebody's words: bounded, checked against the schema, held against the event that GitHub
itself signed for, and rendered anew from our own rules. Which pull request it belongs to is GitHub's word, by
the commit of the event. Nothing of the pull request is checked out or run.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate.config import load
from pregate.entry.app import AppWish, find_author, parse_app
from pregate.entry.delivery import Delivered, Delivery, Report, Subject
from pregate.entry.identities import clients_for_app
from pregate.entry.inputs import Inputs
from pregate.entry.publishing import (
    at_places,
    outputs_of,
    report_nothing,
    result_output,
    write_outputs,
    write_summary,
)
from pregate.entry.wishes import Publication, parse_publication
from pregate.errors import PregateError, UsageError
from pregate.github.commands import Log
from pregate.github.context import REPORT_EVENT, Context, WorkflowRun
from pregate.github.oidc import IdentityTokens
from pregate.model import Decision, Judged, Place, Rule, Verdict
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.aws import Clients
    from pregate.report.reading import Read

HINT = """Use the two workflows of docs/forks.md: stage one on pull_request leaves its report
pregate-reports/pregate.json as an artifact, stage two on workflow_run downloads it and names it in the
input report."""
INPUTS = "inputs of the action"
_ADVISORY = re.compile(r"dependencies/((?:GHSA|PYSEC|CVE|OSV|GO|RUSTSEC|MAL)-[A-Za-z0-9-]{1,60})")


def relay(inputs: Inputs, context: Context, environ: Mapping[str, str], log: Log) -> int:
    """
    Publishes the report that the inputs name; gives the exit code: 0 once that is done, whatever the verdict.

    Raises UsageError where the workflow is not that of the documentation, PregateError where the report
    cannot be used or a required upload failed.
    """
    wishes = replace(parse_publication(inputs), suggestions=False)
    app = parse_app(inputs)
    run = _run_of(context)
    if run.event != "pull_request":
        reason = f"the run was not of a pull request but of the event {run.event}: nothing to report"
        return report_nothing(reason, inputs, environ, log, to_do="report")
    if not inputs.token:
        raise UsageError("there is no github-token to report with", "Leave the input out: it has a default.")
    read = _checked(_load(environ, inputs.text("report")), context, run)
    from pregate.entry.action import open_client
    from pregate.github.remote import find_pull_request

    with closing(open_client(inputs, context)) as client:
        told = read.origin.pull_request if read.origin else 0
        pull = find_pull_request(client, run.head_sha, run.owner, run.head_branch, told)
        if pull is None:
            reason = f"no open pull request has the head {run.head_sha[:12]} any more: nothing to report"
            return report_nothing(reason, inputs, environ, log, to_do="report")
        report = _report(read, context, run)
        subject = _subject(context, run, int(pull["number"]), wishes)
        if inputs.flag("summary", default=True):
            write_summary(report.verdict, report.rules, report.links, environ, log, subject.note)
        author = find_author(app, wishes, context, _app_clients(inputs, environ, log), log)
        try:
            delivered = Delivery(client, subject, wishes, report, log, author).run()
        finally:
            if author.client is not None:
                author.client.close()
    return _finish(
        report.verdict, (*delivered.missing(wishes), *_undelivered(inputs, log)), delivered, environ, log
    )


def _undelivered(inputs: Inputs, log: Log) -> tuple[str, ...]:
    """
    What the inputs want delivered to AWS is not, and it is said: a report is somebody's words, which belong
    on the pull request alone.
    """
    from pregate.entry.occasions import REPORTED, required_of, undelivered

    deliver = required_of(load([(INPUTS, inputs.overrides)]).deliver, inputs)
    handed = undelivered(deliver, REPORTED, lambda words: log.line(f"pregate: {words}"))
    return handed.missing(deliver.require)


def _app_clients(inputs: Inputs, environ: Mapping[str, str], log: Log) -> Callable[[AppWish], Clients]:
    """By the inputs alone: there is no checkout whose configuration could be read."""
    aws = load([(INPUTS, inputs.overrides)]).aws
    tokens = IdentityTokens(environ, log.add_mask)
    return lambda wish: clients_for_app(aws, wish, environ, tokens)


def _run_of(context: Context) -> WorkflowRun:
    if not isinstance(context.payload, WorkflowRun):
        raise UsageError(f"mode: report works on {REPORT_EVENT}, not on {context.event}", HINT)
    return context.payload


def _load(environ: Mapping[str, str], name: str) -> bytes:
    """The bytes of the file ``name``, seen from the workspace: plain, of bounded size, and itself no link."""
    from pregate.report.reading import LIMIT

    if not name:
        raise UsageError("mode: report needs the input report", HINT)
    path = Path(environ.get("GITHUB_WORKSPACE") or ".") / name
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"the report cannot be opened: {error.strerror}", HINT) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UsageError("the report is no file", HINT)
    with os.fdopen(handle, "rb") as file:
        data = file.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise PregateError(f"the report is over {LIMIT // (1024 * 1024)} MiB", "It is not one of pregate's.")
    return data


def _checked(data: bytes, context: Context, run: WorkflowRun) -> Read:
    from pregate.report.reading import ReportError, read_report

    try:
        read = read_report(data, own_rules())
    except ReportError as error:
        raise PregateError(
            f"the report of the other run cannot be used: {error}",
            "It was made by another version of pregate, or changed. Let both stages use the same version.",
        ) from None
    origin = read.origin
    if origin is None or origin.event != "pull_request":
        raise PregateError("the report is not that of a pull request's run", HINT)
    if origin.repository != context.repository:
        raise PregateError("the report is of another repository", HINT)
    if origin.head_sha != run.head_sha:
        raise PregateError(
            "the report is of another commit than the run that left it",
            "Nothing is published. Run the first workflow again; if it happens again, somebody changed it.",
        )
    return read


def _report(read: Read, context: Context, run: WorkflowRun) -> Report:
    from pregate.entry.places import find_links

    places = dict(read.origin.places) if read.origin else {}
    verdict = with_own_addresses(read.verdict)
    rules = tuple({j.finding.rule.id: j.finding.rule for j in verdict.findings}.values())
    address = f"{context.server_url}/{context.repository}"
    links = find_links(address, verdict, places, run.head_sha, run.head_sha)
    return Report(verdict, rules, places, links, (in_head(verdict, places, run.head_sha), rules))


def in_head(verdict: Verdict, places: Mapping[str, Place], head: str) -> Verdict:
    """The verdict on the pull request's head: what stands there, on its lines there."""
    there = tuple(j for j in verdict.findings if not j.finding.commit and j.finding.fingerprint in places)
    return replace(at_places(replace(verdict, findings=there), places), head=head)


def own_rules() -> tuple[Rule, ...]:
    """
    Every rule of ours: its words and addresses are taken from here, not from a report.
    """
    from pregate.checks import known_rules
    from pregate.config import CHECKS

    return known_rules(CHECKS)


def with_own_addresses(verdict: Verdict) -> Verdict:
    """
    The verdict in which a rule that is none of ours (an advisory's) keeps its words, which are shown as text,
    and no address but that of its advisory.
    """
    known = set(own_rules())

    def cleared(judged: Judged) -> Judged:
        rule = judged.finding.rule
        if rule in known:
            return judged
        return replace(judged, finding=replace(judged.finding, rule=_without_address(rule)))

    return replace(verdict, findings=tuple(map(cleared, verdict.findings)))


def _without_address(rule: Rule) -> Rule:
    advisory = _ADVISORY.fullmatch(rule.id)
    address = f"https://osv.dev/vulnerability/{advisory[1]}" if advisory else ""
    return replace(rule, help_uri=address)


def _subject(context: Context, run: WorkflowRun, number: int, wishes: Publication) -> Subject:
    from pregate.report.markdown import code_link

    shown = code_link(f"run {run.id}", run.url)
    return Subject(
        pull=number,
        head=run.head_sha,
        judged=run.head_sha,
        address=f"{context.server_url}/{context.repository}",
        run_url=run.url,
        run_key="-".join(part for part in (str(run.id), "report", wishes.tag) if part),
        ref="" if wishes.upload == "never" else f"refs/pull/{number}/head",
        commit=run.head_sha,
        no_upload="upload-sarif is never",
        started=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        note=f"Judged by the pull request's own {shown}, and shown here as that run has told it.",
    )


def _finish(
    verdict: Verdict,
    lacking: Sequence[str],
    delivered: Delivered,
    environ: Mapping[str, str],
    log: Log,
) -> int:
    """The step has done its work when the report is published: the verdict was the other run's to enforce."""
    code = 0
    outputs: dict[str, Any] = outputs_of(verdict)
    outputs |= {"sarif-id": delivered.sarif_id, "comment-url": delivered.comment_url}
    for reason in lacking:
        code = Decision.INCOMPLETE.exit_code
        outputs["reason"] += f"\n{reason}"
    outputs["exit-code"] = str(code)
    write_outputs(environ, outputs | {"result": result_output(outputs, verdict)})
    log.line(f"pregate: reported: {verdict.decision.value}")
    return code
