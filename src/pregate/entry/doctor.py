"""
``pregate doctor``: says what a run needs, what of it is there and what is missing.

The same in a step of a workflow, as ``mode: doctor`` of the action. No token is shown; text of claims, events
and services is printed so that it cannot issue commands.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pregate import __version__
from pregate.entry.examination import Report, State
from pregate.entry.inputs import Inputs, parse_inputs
from pregate.github.commands import Log, neutralise

MARKS = {State.OK: "✓", State.WITHOUT: "-", State.MISSING: "✗"}
INCOMPLETE = 3
_EPILOG = """\
exit codes: 0 nothing is missing that is configured, 3 something is

In a job with role-to-assume it tries the role; when AWS refuses, it lays the identity token's claims beside
the conditions that the trust policy needs, and prints one that would work.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Prints what was found; 0, or 3 when something is missing."""
    token = environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or ""
    report = examine(Path(args.directory), environ, parse_inputs(environ), token, unmasked)
    text = render_json(report) if args.json else "\n".join(render_lines(report)) + "\n"
    sys.stdout.write(neutralise(text))
    return 0 if report.is_complete else INCOMPLETE


def doctor(inputs: Inputs, environ: Mapping[str, str], log: Log) -> int:
    """The action's ``mode: doctor``: prints to the step's log and sets the outputs."""
    from pregate.entry.publishing import write_outputs

    directory = Path(environ.get("GITHUB_WORKSPACE") or ".") / inputs.text("working-directory")
    report = examine(directory, environ, inputs, inputs.token.reveal(), log.add_mask)
    for line in render_lines(report):
        log.line(line)
    missing = [item for item in report.items if item.state is State.MISSING]
    for item in missing:
        log.annotate("error", f"{item.text}\n{item.hint}".rstrip(), {"title": f"pregate: {item.subject}"})
    code = INCOMPLETE if missing else 0
    reason = "\n".join(f"{item.subject}: {item.text}" for item in missing)
    verdict = "incomplete" if missing else "passed"
    write_outputs(environ, {"verdict": verdict, "reason": reason, "exit-code": str(code)})
    return code


def unmasked(value: str) -> None:
    """
    No mask: outside of the action, output may go to a file, and the command that masks a token would put it
    there. Nothing else of ours prints one.
    """


def examine(
    directory: Path, environ: Mapping[str, str], inputs: Inputs, token: str, mask: Callable[[str], None]
) -> Report:
    """Everything that a run in ``directory`` needs, looked at; ``mask`` is told identity tokens."""
    from pregate.entry.aws_examination import AwsExamination
    from pregate.entry.examination import Examination

    seen = Examination(directory, environ, inputs, token)
    seen.run()
    AwsExamination(seen, environ, mask).run()
    return seen.report


def render_lines(report: Report) -> Iterator[str]:
    """For people."""
    width = max(len(item.subject) for item in report.items)
    for item in report.items:
        yield f"{MARKS[item.state]} {item.subject:<{width}}  {item.text}"
        for line in item.hint.splitlines() if item.state is not State.OK else ():
            yield f"  {'':<{width}}  {line}"
    if report.claims:
        yield ""
        yield "The identity token says (nothing here is secret, nothing was verified):"
        yield from _pairs(sorted(report.claims.items()))
    yield from _render_trust(report)
    missing = sum(item.state is State.MISSING for item in report.items)
    yield ""
    yield f"pregate doctor: {missing} missing" if missing else "pregate doctor: nothing is missing"


def _render_trust(report: Report) -> Iterator[str]:
    if report.trust_policy is None:
        return
    yield ""
    yield "What decides, as the token says it, and what the role's account needs for it:"
    for claim, told, needed in report.comparison:
        yield f"  {claim}: {told}"
        yield f"  {'':{len(claim)}}  needs {needed}"
    yield ""
    yield "A trust policy that lets this job in and no other:"
    yield from (f"  {line}" for line in json.dumps(report.trust_policy, indent=2).splitlines())
    if report.other_subjects:
        yield ""
        yield "Other runs have other subjects (one that ends in * needs StringLike):"
        yield from _pairs(report.other_subjects)
    yield ""
    yield "Templates for provider, role and permissions: examples/aws/ (CloudFormation, Terraform)."


def _pairs(pairs: Any) -> Iterator[str]:
    listed = list(pairs)
    width = max(len(name) for name, _ in listed)
    yield from (f"  {name:<{width}}  {value}" for name, value in listed)


def render_json(report: Report) -> str:
    """For programs: items, claims, and where there is something to say of them, both policies."""
    whole = {
        "version": __version__,
        "complete": report.is_complete,
        "items": [
            {"subject": i.subject, "state": i.state.value, "text": i.text, "hint": i.hint}
            for i in report.items
        ],
        "claims": dict(report.claims),
        "conditions": [
            {"claim": claim, "token": told, "needs": needed} for claim, told, needed in report.comparison
        ],
        "trustPolicy": report.trust_policy,
        "otherSubjects": [{"runs": runs, "subject": subject} for runs, subject in report.other_subjects],
        "sessionPolicy": report.session_policy,
    }
    return json.dumps(whole, indent=2) + "\n"
