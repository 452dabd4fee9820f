"""
``pregate action``: the gate as a step of a GitHub workflow.

    variables, event → change set → verdict → annotations, job summary, reports, outputs → exit code

Everything goes to standard output, in one order; text of the scanned tree is printed so that it cannot issue
commands.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pregate.entry.clone import Clone
from pregate.entry.inputs import Inputs, parse_inputs
from pregate.entry.publishing import publish, report_nothing, write_outputs
from pregate.errors import PregateError, UsageError
from pregate.github.commands import Log
from pregate.github.context import load_context
from pregate.github.scope import Between, Nothing, Scope, Tree, Wish, find_scope
from pregate.model import Verdict

if TYPE_CHECKING:
    from pregate.changes import Commits, Selection
    from pregate.github.context import Context
    from pregate.github.history import Remote

SCANS = ("auto", "changes", "all")


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
        log.annotate("error", str(error), {"title": f"pregate: {_headline(error)}"})
        write_outputs(
            environ, {"verdict": "error", "reason": error.message, "exit-code": str(error.exit_code)}
        )
        return error.exit_code
    except Exception as error:
        # The words of an unexpected exception may quote a scanned file; its type is safe. The entry point
        # tells the rest.
        log.annotate(
            "error", f"A bug in pregate: {type(error).__name__}. See the log.", {"title": "pregate: bug"}
        )
        write_outputs(environ, {"verdict": "error", "reason": "a bug in pregate", "exit-code": "4"})
        raise


def _run(environ: Mapping[str, str], log: Log) -> int:
    from pregate.entry.progress import Progress
    from pregate.pipeline import Request, run

    inputs = parse_inputs(environ)
    context = load_context(environ)
    workspace = Path(environ.get("GITHUB_WORKSPACE") or ".")
    directory = workspace / inputs.text("working-directory")
    if not directory.is_dir():
        raise UsageError(
            "the input working-directory is no folder of the workspace",
            "Check out the repository there first.",
        )
    offline = inputs.overrides.get("offline") is True
    remote: Remote | None = None
    scope = find_scope(
        context, open_clone(directory, environ, context, offline=offline), _wish(inputs), remote
    )
    log.line(f"pregate: {scope.reason}")
    selection = selection_of(scope)
    if selection is None:
        return report_nothing(scope.reason, inputs, environ, log)
    cache = environ.get("PREGATE_CACHE_DIR")
    request = Request(
        directory=directory,
        selection=selection,
        overrides=inputs.overrides,
        origin="inputs of the action",
        cache_dir=Path(cache) if cache else None,
        environ=environ,
        line_hashes=True,
        history=history_of(scope),
        foreign_tree=context.event == "pull_request_target",
    )
    result = run(request, Progress(sys.stdout, live=False))
    result = dataclasses.replace(result, verdict=_with_reason(result.verdict, scope.reason))
    publish(result, inputs, environ, workspace, log)
    return result.verdict.decision.exit_code


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
    return dataclasses.replace(verdict, change=f"{reason} ({verdict.change})")


# -------------------------------------------------------------------------------------------------- logging


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.line(self.format(record))


def _log_to(log: Log) -> None:
    handler = _Handler(log)
    handler.setFormatter(logging.Formatter("pregate: %(levelname)s: %(message)s"))
    logging.getLogger("pregate").handlers[:] = [handler]


def _headline(error: PregateError) -> str:
    return "usage" if isinstance(error, UsageError) else "the gate could not do its work"
