"""In what run something is handed over to AWS: a step of a workflow, or the command line."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.changes.environment import find_git, hardened
from pregate.config import DELIVERIES, DeliverConfig, load
from pregate.entry.handover import Handed, Handover, Occasion, Papers, Teller
from pregate.errors import UsageError
from pregate.github.context import Context
from pregate.github.scope import Scope, Tree
from pregate.model import Verdict
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.aws import Clients
    from pregate.entry.delivery import Report, Subject
    from pregate.entry.inputs import Inputs
    from pregate.github.commands import Log
    from pregate.pipeline import Result

FORK = "a pull request from a fork has no AWS credentials"
OFFLINE = "offline is set"
REPORTED = "mode: report delivers nothing to AWS"
PART = "only a part of the tree was judged (`scan: all` judges the whole)"
ELSEWHERE = "this is not the default branch (`security-hub: always` sends those of pull requests)"
UNKNOWN_BRANCH = (
    "which branch is the default one is not known here (`git remote set-head origin --auto`, or "
    'security-hub = "always")'
)
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")
_REMOTE = re.compile(
    r"(?:[a-z+]{2,10}://(?:[^@/\s]{0,200}@)?|[^@/\s:]{1,100}@)?([A-Za-z0-9.-]{1,250})(?::[0-9]{1,5})?[:/](.{1,250})"
)
_SECONDS = 60


def required_of(deliver: DeliverConfig, inputs: Inputs) -> DeliverConfig:
    """The configuration with what the inputs ``require-…`` add."""
    named = tuple(name for name in DELIVERIES if inputs.flag(f"require-{name}", default=False))
    return replace(deliver, require=tuple(dict.fromkeys((*deliver.require, *named))))


def trusted(result: Result, inputs: Inputs, *, in_pull: bool) -> DeliverConfig:
    """
    What is to be delivered. On a pull request whose whole tree is judged, the configuration is the pull
    request's own: only the workflow's word counts then, lest it sends the result elsewhere.
    """
    if in_pull and not result.change.compared:
        own = {"deliver": inputs.overrides.get("deliver", {})}
        return required_of(load([("inputs of the action", own)]).deliver, inputs)
    return required_of(result.config.deliver, inputs)


def in_workflow(
    context: Context,
    subject: Subject,
    whole: Verdict | None,
    links: Mapping[str, str],
    ended: int,
) -> Occasion:
    """
    The occasion of a step. ``whole`` is a verdict on the whole tree of the judged commit, or None; ``ended``
    is in milliseconds since 1970.
    """
    reason = "" if whole else PART
    if not is_default_branch(context) or subject.judged != context.sha:
        whole, reason = None, ELSEWHERE
    return Occasion(
        repository=context.repository,
        address=subject.address,
        run=subject.run_key or f"{ended}",
        commit=subject.judged,
        moment=datetime.fromtimestamp(ended / 1000, UTC),
        pull=subject.pull,
        run_url=subject.run_url,
        links=links,
        whole=whole,
        not_whole=reason,
    )


def deliver_in_workflow(
    context: Context,
    scope: Scope,
    subject: Subject,
    result: Result,
    report: Report,
    files: Mapping[str, bytes],
    inputs: Inputs,
    log: Log,
    open_clients: Callable[[DeliverConfig], Clients],
) -> tuple[str, ...]:
    """
    Hands over what a step has to tell; a sentence for each delivery that failed and is required.

    ``report.whole`` is a verdict on the whole tree beside the change's; ``files`` are the reports as written.
    """
    from pregate.entry.places import find_links

    deliver = trusted(result, inputs, in_pull=subject.pull != 0)
    whole = whole_verdict(scope, result.verdict, report.whole[0] if report.whole else None)
    links = report.links
    if whole is not None and whole is not result.verdict:
        links = find_links(subject.address, whole, {}, subject.judged, subject.judged)
    by_print = {key: address for (key, commit), address in links.items() if not commit}
    occasion = in_workflow(context, subject, whole, by_print, result.verdict.ended)
    teller = Teller(
        say=lambda words: log.line(f"pregate: {words}"),
        warn=lambda title, words: log.annotate("warning", words, {"title": f"pregate: {title}"}),
    )
    hindrance = OFFLINE if result.config.offline else FORK if context.is_fork else ""
    papers = Papers(result.verdict, result.rules, files)
    handed = hand_over(
        deliver, occasion, papers, teller, hindrance=hindrance, open_clients=lambda: open_clients(deliver)
    )
    return handed.missing(deliver.require)


def is_default_branch(context: Context) -> bool:
    """Whether the run stands on the default branch; one by schedule always does."""
    if context.pull_request or context.event == "merge_group":
        return False
    if context.event == "schedule":
        return True
    return bool(context.default_branch) and context.ref == f"refs/heads/{context.default_branch}"


def whole_verdict(scope: Scope, verdict: Verdict, beside: Verdict | None) -> Verdict | None:
    """The verdict on the whole tree: that of the run, or the one that it made beside."""
    return verdict if isinstance(scope, Tree) else beside


def on_command_line(
    result: Result, deliver: DeliverConfig, environ: Mapping[str, str], *, repository: str, is_whole: bool
) -> Occasion:
    """
    The occasion of ``pregate scan``: the repository is ``repository``, else that of the remote ``origin``.

    Raises UsageError when neither names one.
    """
    ask = _asker(result.root, environ)
    host, found = remote_of(ask("config", "--get", "remote.origin.url"))
    name = repository or environ.get("GITHUB_REPOSITORY", "") or found
    if not _NAME.fullmatch(name):
        raise UsageError(
            "which repository this is cannot be told from the remote origin",
            "Write --repository OWNER/NAME.",
        )
    verdict = result.verdict
    moment = datetime.fromtimestamp(verdict.ended / 1000, UTC)
    reason = _not_whole(ask, is_whole=is_whole, sure=deliver.security_hub == "always")
    commit = verdict.head if not verdict.head.startswith(":") else ""
    return Occasion(
        repository=name,
        address=f"https://{host or 'github.com'}/{name}",
        run=f"{moment:%H%M%S}-{commit[:12] or 'worktree'}",
        commit=commit,
        moment=moment,
        whole=None if reason else verdict,
        not_whole=reason,
    )


def _not_whole(ask: Callable[..., str], *, is_whole: bool, sure: bool) -> str:
    """Why this is no verdict on the default branch's whole tree; ``""`` when it is."""
    if not is_whole:
        return "only a part of the tree was judged (--all judges the whole)"
    if sure:
        return ""
    here = ask("symbolic-ref", "--quiet", "HEAD").removeprefix("refs/heads/")
    default = ask("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD").removeprefix("refs/remotes/origin/")
    if not default:
        return UNKNOWN_BRANCH
    return "" if here == default else "this is not the default branch"


def remote_of(url: str) -> tuple[str, str]:
    """
    Host and ``OWNER/NAME`` of a remote's URL, each ``""`` where it has none; what signs in is left out.
    """
    found = _REMOTE.fullmatch(url.strip())
    if not found:
        return "", ""
    name = "/".join(found[2].strip("/").removesuffix(".git").split("/")[-2:])
    return (found[1], name) if _NAME.fullmatch(name) else ("", "")


def _asker(root: Path | None, environ: Mapping[str, str]) -> Callable[..., str]:
    def ask(*words: str) -> str:
        if root is None:
            return ""
        try:
            done = subprocess.run(
                [find_git(environ), *words],
                cwd=root,
                env=hardened(environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""

    return ask


def hand_over(
    deliver: DeliverConfig,
    occasion: Occasion,
    papers: Papers,
    teller: Teller,
    *,
    hindrance: str = "",
    open_clients: Callable[[], Clients],
) -> Handed:
    """
    Delivers what is configured; with a ``hindrance`` nothing, for that reason, which counts as a failure of
    what is required.
    """
    if not deliver.wanted and not deliver.require:
        return Handed()
    if hindrance:
        return undelivered(deliver, hindrance, teller.say)
    return Handover(deliver, occasion, papers, open_clients, teller).run()


def undelivered(deliver: DeliverConfig, hindrance: str, say: Callable[[str], None]) -> Handed:
    """Says of everything that is configured that it is not delivered, and why."""
    for name in sorted(deliver.wanted):
        say(f"nothing is delivered to {name}: {hindrance}")
    return Handed(dict.fromkeys((*deliver.wanted, *deliver.require), hindrance))
