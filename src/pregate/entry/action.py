"""
``pregate action``: the gate as a step of a GitHub workflow.

    variables, event → change set → verdict → annotations, job summary, reports, outputs → exit code

Everything goes to standard output, in one order; text of the scanned tree is printed so that it cannot issue
commands.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pregate import logs
from pregate.entry import ending
from pregate.entry.app import Author, find_author, must_speak, parse_app
from pregate.entry.carried import Carried, borrowed, find_carried
from pregate.entry.clone import Clone
from pregate.entry.inputs import Inputs, parse_inputs
from pregate.entry.organisation import policy_reader
from pregate.entry.subject import is_part_of_pull, subject_of, wants_whole_tree
from pregate.entry.wishes import Publication, parse_publication
from pregate.errors import GitHubError, PregateError, UsageError
from pregate.github.commands import Log
from pregate.github.context import Context, load_context
from pregate.github.oidc import IdentityTokens
from pregate.github.scope import Between, Nothing, Scope, Tree, Wish, find_scope
from pregate.model import Decision, Place, Rule, Verdict
from pregate.records import replace

if TYPE_CHECKING:
    import argparse

    from pregate.changes import Commits, Selection
    from pregate.config import AwsConfig
    from pregate.entry.canary import Sighting
    from pregate.entry.delivery import Delivered, Report, Subject
    from pregate.github.client import Client
    from pregate.github.history import Remote
    from pregate.model import Inventory
    from pregate.pipeline import Request, Result
    from pregate.report.origin import Origin

SCANS = ("auto", "changes", "all")
MODES = ("scan", "report", "doctor")


def configure(parser: argparse.ArgumentParser) -> None:
    """There are no options: the action is told everything by variables."""
    parser.epilog = (
        "Reads the runner's variables: INPUT_…, GITHUB_EVENT_NAME, GITHUB_EVENT_PATH. See docs/action.md.\n"
    )
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:  # noqa: ARG001 - every command has this shape
    """Runs the step; errors are shown as annotations, with their hint."""
    log = Log(sys.stdout)
    _log_to(log)
    try:
        return _run(environ, log)
    except PregateError as error:
        return _told(error, environ, log)
    except KeyboardInterrupt:
        from pregate.entry.publishing import write_error

        with suppress(OSError):
            write_error(environ, ending.words(), ending.exit_code())
        raise
    except Exception as error:
        from pregate.entry.cli import refused
        from pregate.entry.publishing import write_error

        if (expected := refused(error)) and not isinstance(error, BrokenPipeError):
            return _told(expected, environ, log)
        # The words of an unexpected exception may quote a scanned file; its type is safe. The entry point
        # tells the rest.
        with suppress(OSError):  # nobody reads it; the exit code tells
            words = f"A bug in pregate: {type(error).__name__}. See the log."
            log.annotate("error", words, {"title": "pregate: bug"})
        write_error(environ, "a bug in pregate", 4)
        raise


def _told(error: PregateError, environ: Mapping[str, str], log: Log) -> int:
    from pregate.entry.publishing import write_error

    with suppress(OSError):  # nobody reads it; the exit code tells
        log.annotate("error", str(error), {"title": f"pregate: {_headline(error)}"})
    write_error(environ, error.message, error.exit_code)
    return error.exit_code


def _run(environ: Mapping[str, str], log: Log) -> int:
    inputs = parse_inputs(environ)
    mode = inputs.text("mode", "scan")
    if mode not in MODES:
        raise UsageError(f"the input mode has no value {mode!r}", f"Choose from: {', '.join(MODES)}.")
    if mode == "doctor":
        from pregate.entry.doctor import doctor

        return doctor(inputs, environ, log)
    context = load_context(environ)
    if mode == "report":
        from pregate.entry.relay import relay

        return relay(inputs, context, environ, log)
    workspace = Path(environ.get("GITHUB_WORKSPACE") or ".")
    carried = find_carried(inputs, context, environ, workspace)
    with borrowed(carried) as cache, closing(Step(inputs, context, environ, log, cache)) as step:
        return step.run()


class Step:
    """One run of the gate in a workflow; use once."""

    def __init__(
        self, inputs: Inputs, context: Context, environ: Mapping[str, str], log: Log, cache: Carried
    ) -> None:
        self._cache = cache
        self._inputs = inputs
        self._context = context
        self._environ = environ
        self._log = log
        self._started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._wishes = parse_publication(inputs)
        self._app = parse_app(inputs)
        self._workspace = Path(environ.get("GITHUB_WORKSPACE") or ".")
        self._directory = self._workspace / inputs.text("working-directory")
        self._is_offline = inputs.overrides.get("offline") is True
        self._tokens = IdentityTokens(environ, log.add_mask, is_fork=context.is_fork)
        self._opened: Client | None = None
        self._author = Author()
        self._is_part = False
        self._sightings: tuple[Sighting, ...] = ()

    def run(self) -> int:
        """Scope, verdict, reports, publication; gives the exit code."""
        if not self._directory.is_dir():
            raise UsageError(
                "the input working-directory is no folder of the workspace",
                "Check out the repository there first.",
            )
        clone = open_clone(
            self._directory,
            self._environ,
            self._context,
            offline=self._is_offline,
            token=self._inputs.token.reveal(),
        )
        wish = _wish(self._inputs)
        scope = find_scope(self._context, clone, wish, self._remote())
        self._is_part = is_part_of_pull(self._context, scope, wish, clone)
        self._log.line(f"pregate: {scope.reason}")
        selection = selection_of(scope)
        if selection is None:
            from pregate.entry.publishing import report_nothing

            return report_nothing(scope.reason, self._inputs, self._environ, self._log)
        result = self._judge(selection, history_of(scope))
        verdict = _with_reason(result.verdict, scope.reason)
        if self._inputs.flag("canary", default=False):
            self._sightings = self._look_for_canaries(result)
        result = replace(result, verdict=self._as_seen(verdict))
        return self._publish(result, scope)

    def _look_for_canaries(self, result: Result) -> tuple[Sighting, ...]:
        from pregate.entry.canary import look
        from pregate.entry.selftest import line_of

        sightings = look(result.config, result.root, self._environ)
        for sighting in sightings:
            self._log.line(f"pregate: canary: {line_of(sighting)}")
        return sightings

    def _as_seen(self, verdict: Verdict) -> Verdict:
        """The verdict, incomplete where a check did not find what was planted for it."""
        if not self._sightings:
            return verdict
        from pregate.entry.canary import blinded

        return blinded(verdict, self._sightings)

    def _remote(self) -> Remote | None:
        """GitHub's API for what the clone does not know, opened when it is first asked."""
        if self._is_offline or not self._inputs.token:
            return None
        from pregate.github.remote import ComparingRemote

        return ComparingRemote(self._client)

    def _client(self) -> Client:
        if self._opened is None:
            self._opened = open_client(self._inputs, self._context)
        return self._opened

    def close(self) -> None:
        """Closes the connections to GitHub, if there are some."""
        for client in (self._opened, self._author.client):
            if client is not None:
                client.close()

    def _submit(self, subject: Subject, result: Result) -> tuple[str, ...]:
        from pregate.entry.submission import NO_TOKEN, OFFLINE, submit_dependencies

        def take() -> Inventory:
            from pregate.changes import Everything
            from pregate.pipeline import take_inventory

            return take_inventory(self._request(Everything(subject.judged)))

        return submit_dependencies(
            *(self._context, subject, self._wishes, self._environ, self._log),
            *(result.verdict.ended, take, self._client),
            hindrance=OFFLINE if result.config.offline else "" if self._inputs.token else NO_TOKEN,
        )

    def _judge(self, selection: Selection, history: Commits | None = None) -> Result:
        from pregate.entry.progress import Progress
        from pregate.pipeline import run

        return run(self._request(selection, history), Progress(sys.stdout, live=False))

    def _request(self, selection: Selection, history: Commits | None = None) -> Request:
        from pregate.entry.foreign import documents_in
        from pregate.entry.scan import verifier_of
        from pregate.pipeline import Request
        from pregate.tools.wishes import Wishes, allows

        wishes = Wishes(is_off=not self._inputs.flag("tools", default=True), may_run=allows(self._environ))
        return Request(
            directory=self._directory,
            selection=selection,
            overrides=self._inputs.overrides,
            origin="inputs of the action",
            cache_dir=self._cache.folder,
            keeping=self._cache.keeping,
            policies=policy_reader(self._environ, self._cache.for_policies, self._inputs.token.reveal()),
            environ=self._environ,
            line_hashes=True,
            history=history,
            foreign_tree=self._context.event == "pull_request_target",
            tokens=self._tokens,
            in_pull=self._context.pull_request is not None,
            opened=self._context.pull_request.opened if self._context.pull_request else 0.0,
            wishes=wishes,
            verifier=verifier_of(wanted=self._inputs.flag("verify", default=False)),
            foreign=documents_in(
                self._workspace,
                self._inputs.values.get("sarif-in", ()),
                self._inputs.values.get("sarif-in-base", ()),
            ),
        )

    def _publish(self, result: Result, scope: Scope) -> int:
        from pregate.entry import publishing
        from pregate.entry.delivery import Report
        from pregate.entry.identities import clients_for_delivery
        from pregate.entry.occasions import deliver_in_workflow
        from pregate.entry.places import find_links, find_places

        verdict = result.verdict
        subject = subject_of(
            self._context,
            scope,
            verdict.head,
            self._wishes,
            self._environ,
            self._directory,
            self._started,
            is_part=self._is_part,
        )
        places = find_places(self._directory, self._environ, verdict, result.change, subject.head)
        links = find_links(subject.address, verdict, places, subject.head, verdict.head)
        publishing.print_report(result, self._log)
        origin = self._origin(subject, scope, places)
        files = publishing.render_reports(result, origin)
        paths = publishing.write_reports(files, self._inputs, self._workspace)
        if self._inputs.flag("summary", default=True):
            publishing.write_summary(verdict, result.rules, links, self._environ, self._log)
        report = Report(verdict, result.rules, places, links, self._whole(scope, subject))
        delivered = self._deliver(subject, report, result.config.aws)
        if self._inputs.flag("annotations", default=True):
            publishing.annotate(verdict, places, delivered.told, self._log)
        lacking = deliver_in_workflow(
            *(self._context, scope, subject, result, report, files, self._inputs, self._log),
            lambda deliver: clients_for_delivery(result.config.aws, deliver, self._environ, self._tokens),
        )
        lacking += self._submit(subject, result)
        return finish(verdict, delivered, paths, self._wishes, self._environ, lacking)

    def _origin(self, subject: Subject, scope: Scope, places: Mapping[str, Place]) -> Origin:
        from pregate.report.origin import Origin

        pull = self._context.pull_request
        return Origin(
            repository=self._context.repository,
            event=self._context.event,
            ref=self._context.ref,
            sha=subject.judged,
            head_sha=pull.head_sha if pull else "",
            pull_request=subject.pull,
            base_sha=pull.base_sha if pull else "",
            tree=isinstance(scope, Tree),
            places=tuple(sorted((key, Place(p.lines, p.diff)) for key, p in places.items())),
        )

    def _whole(self, scope: Scope, subject: Subject) -> tuple[Verdict, Sequence[Rule]] | None:
        """The verdict on the whole tree, where the upload needs another than the change's."""
        if not (subject.ref and self._inputs.token and wants_whole_tree(self._context, scope, self._wishes)):
            return None
        from pregate.changes import Everything

        self._log.line("pregate: the whole tree is judged too, for code scanning")
        result = self._judge(Everything(subject.commit))
        return self._as_seen(result.verdict), result.rules

    def _deliver(self, subject: Subject, report: Report, aws: AwsConfig) -> Delivered:
        from pregate.entry.delivery import Delivered, Delivery
        from pregate.entry.identities import clients_for_app

        if not self._inputs.token:
            return self._nothing_published(subject, "there is no github-token")
        if not self._wishes.wants_anything:
            return Delivered()
        try:
            client = self._client()
        except GitHubError as error:  # what is judged is judged, whether it can be told there or not
            self._log.annotate("warning", str(error), {"title": "pregate: nothing is published"})
            return self._nothing_published(subject, error.message)
        if must_speak(self._wishes, subject.pull):
            self._author = find_author(
                self._app,
                self._wishes,
                self._context,
                lambda wish: clients_for_app(aws, wish, self._environ, self._tokens),
                self._log,
                subject.restricted,
            )
        return Delivery(client, subject, self._wishes, report, self._log, self._author).run()

    def _nothing_published(self, subject: Subject, reason: str) -> Delivered:
        from pregate.entry.delivery import Delivered

        speaks = self._app is not None and self._app.required and must_speak(self._wishes, subject.pull)
        return Delivered(upload_failed=reason if subject.ref else "", author_failed=reason if speaks else "")


def open_client(inputs: Inputs, context: Context) -> Client:
    """GitHub's API as the runner names it, with the token of the inputs."""
    from pregate.github.client import Client

    return Client(context.api_url, context.repository, inputs.token.reveal(), graphql_url=context.graphql_url)


def finish(
    verdict: Verdict,
    delivered: Delivered,
    paths: Mapping[str, str],
    wishes: Publication,
    environ: Mapping[str, str],
    lacking: Sequence[str] = (),
) -> int:
    """
    Writes the outputs and gives the exit code: the verdict's, unless something required failed or is
    ``lacking``, in sentences.
    """
    from pregate.entry.publishing import outputs_of, result_output, write_outputs

    outputs = outputs_of(verdict) | dict(paths)
    outputs |= {"sarif-id": delivered.sarif_id, "comment-url": delivered.comment_url}
    if reasons := (*delivered.missing(wishes), *lacking):
        code = Decision.INCOMPLETE.exit_code
        outputs |= {"exit-code": str(code), "reason": "\n".join((outputs["reason"], *reasons))}
    write_outputs(environ, outputs | {"result": result_output(outputs, verdict)})
    return int(outputs["exit-code"])


def selection_of(scope: Scope) -> Selection | None:
    """The scope in the words of ``pregate.changes``; ``None`` for nothing."""
    from pregate.changes import Everything, Range

    match scope:
        case Between(base=base, head=head, exact=exact):
            return Range(base, head, exact=exact)
        case Tree(revision=revision):
            return Everything(revision)
        case Nothing():
            return None
        case _ as never:
            assert_never(never)


def history_of(scope: Scope) -> Commits | None:
    """The commits of the scope's range, to be searched one by one; ``None`` where there is no range."""
    from pregate.changes import Commits

    match scope:
        case Between(commits=()):
            return None
        case Between(base=base, head=head, commits=commits):
            return Commits(base, head, only=commits or ())
        case Tree() | Nothing():
            return None
        case _ as never:
            assert_never(never)


def open_clone(
    directory: Path, environ: Mapping[str, str], context: Context, *, offline: bool, token: str = ""
) -> Clone:
    """The checkout, which fetches from the event's repository on its own server when there is a token."""
    url = f"{context.server_url.rstrip('/')}/{context.repository}"
    return Clone(directory, environ, offline=offline, token=token, url=url)


def _wish(inputs: Inputs) -> Wish:
    scan = inputs.text("scan", "auto")
    if scan not in SCANS:
        raise UsageError(f"the input scan has no value {scan!r}", f"Choose from: {', '.join(SCANS)}.")
    return Wish(scan, inputs.text("base"), inputs.text("head"))


def _with_reason(verdict: Verdict, reason: str) -> Verdict:
    return replace(verdict, change=f"{reason} ({verdict.change})")


# -------------------------------------------------------------------------------------------------- logging


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.line(self.format(record))


def _log_to(log: Log) -> None:
    logs.use(_Handler(log))


def _headline(error: PregateError) -> str:
    return "usage" if isinstance(error, UsageError) else "the gate could not do its work"
