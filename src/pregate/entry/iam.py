"""``pregate iam``: questions about policies, answered here without AWS."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pregate.entry import iam_questions
from pregate.entry.iam_answers import FINDING_TYPES, Answer, refused
from pregate.entry.parsing import Raw
from pregate.entry.policies import KINDS, MalformedError

_POLICY_HELP = """\
a policy is given as:
  FILE                     a JSON policy, or a template with one policy
  FILE#NAME                the policy of a template (CloudFormation, SAM, Serverless, Terraform)
                           whose name is, begins with or holds NAME: template.yaml#AppRole
  REV:FILE, REV:FILE#NAME  the same as it was in a commit (main:policy.json), or in git's index
                           (:policy.json)
  -                        standard input
  {"Version": …}           the policy itself
  file://FILE              FILE, as the AWS command line has it

exit codes:
"""
_DECIDED = """\
  0  PASS
  1  FAIL
  2  INVALID: AWS would refuse the policy; or a wrong flag
  3  UNKNOWN: not decided, and never taken for PASS
"""
_COMPARED = """\
  0  no difference
  1  access is gained or lost
  2  INVALID: AWS would refuse one of the policies; or a wrong flag
  3  UNKNOWN: not all of the difference was decided
"""
_EXPLAINED = """\
  0  explained
  2  INVALID: AWS would refuse the policy; or a wrong flag
  3  UNKNOWN: a part of the policy cannot be known
"""
_VALIDATED = """\
  0  no finding of the type that --fail-on names, or a worse one
  1  at least one
  2  a wrong flag
  3  a part of the policy cannot be known
"""

Answering = Callable[[argparse.Namespace, Mapping[str, str]], Answer]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the questions, each with its options."""
    questions = parser.add_subparsers(dest="question", required=True, metavar="QUESTION")
    _add_no_new_access(questions)
    _add_not_granted(questions)
    _add_no_public_access(questions)
    _add_validate(questions)
    _add_diff(questions)
    _add_explain(questions)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Answers the question on standard output, and gives the exit code."""
    answer: Answering = args.answer
    try:
        found = answer(args, environ)
    except MalformedError as error:
        found = refused((error.message,))
    if found.data.get("result") == "INVALID" and args.output == "json":  # as text, the answer says it
        for words in found.data["errors"]:
            said = f"An error occurred (ValidationException) when calling {args.operation}: {words}"
            print(f"pregate: {said}", file=sys.stderr)
    if args.output == "json":
        sys.stdout.write(json.dumps(found.data, indent=4) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in found.lines))
    return found.code


def _question(
    questions: Any,
    name: str,
    summary: str,
    answer: Answering,
    *,
    operation: str = "",
    codes: str = _DECIDED,
    aliases: Sequence[str] = (),
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = questions.add_parser(
        name,
        aliases=aliases,
        help=summary,
        description=summary[0].upper() + summary[1:],
        epilog=_POLICY_HELP + codes,
        formatter_class=Raw,
        allow_abbrev=False,
    )
    parser.add_argument("-v", "--verbose", action="store_true", default=argparse.SUPPRESS,
                        help="say more, on standard error")  # fmt: skip
    parser.add_argument("--output", choices=("text", "json"), default="text",
                        help="text, or JSON like AWS Access Analyzer's answers (default: text)")  # fmt: skip
    parser.add_argument("--policy-type", choices=tuple(KINDS), metavar="TYPE",
                        help=f"{', '.join(KINDS)} (default: by what it holds)")  # fmt: skip
    parser.set_defaults(main=main, answer=answer, operation=operation or name)
    return parser


def _add_no_new_access(questions: Any) -> None:
    parser = _question(
        questions,
        "check-no-new-access",
        "does NEW allow anything that EXISTING does not?",
        iam_questions.check_no_new_access,
        operation="CheckNoNewAccess",
    )
    parser.add_argument("new", nargs="?", metavar="NEW", help="the new policy; see below")
    parser.add_argument("existing", nargs="?", metavar="EXISTING",
                        help="the policy before, or one of what may be allowed at most")  # fmt: skip
    parser.add_argument("--new-policy-document", metavar="POLICY",
                        help="NEW, as the AWS command line has it")  # fmt: skip
    parser.add_argument("--existing-policy-document", metavar="POLICY", help="EXISTING, likewise")
    _add_reasoning(parser, within=True)


def _add_not_granted(questions: Any) -> None:
    parser = _question(
        questions,
        "check-access-not-granted",
        "does POLICY allow any of these actions on any of these resources?",
        iam_questions.check_access_not_granted,
        operation="CheckAccessNotGranted",
    )
    _add_policy(parser)
    parser.add_argument("--action", action="append", default=[], metavar="ACTION",
                        help="an action that must not be allowed; repeatable (none: any action)")  # fmt: skip
    parser.add_argument("--resource", action="append", default=[], metavar="ARN",
                        help="a resource on which; repeatable (none: any resource)")  # fmt: skip
    parser.add_argument("--access", action="append", default=[], metavar="ACCESS",
                        help="actions=A,B,resources=C or JSON, as the AWS command line has it")  # fmt: skip
    _add_reasoning(parser, within=True)


def _add_no_public_access(questions: Any) -> None:
    parser = _question(
        questions,
        "check-no-public-access",
        "does the POLICY of a resource let strangers in?",
        iam_questions.check_no_public_access,
        operation="CheckNoPublicAccess",
    )
    _add_policy(parser)
    _add_reasoning(parser, within=False)


def _add_validate(questions: Any) -> None:
    parser = _question(
        questions,
        "validate",
        "what is wrong with POLICY?",
        iam_questions.validate,
        operation="ValidatePolicy",
        codes=_VALIDATED,
        aliases=("validate-policy",),
    )
    _add_policy(parser)
    _add_resource_type(parser, "--validate-policy-resource-type")
    types = (*FINDING_TYPES, "none")
    parser.add_argument("--fail-on", choices=types, default="SECURITY_WARNING", metavar="TYPE",
                        help="least type of finding for exit code 1: "
                        f"{', '.join(types)} (default: SECURITY_WARNING)")  # fmt: skip


def _add_diff(questions: Any) -> None:
    parser = _question(
        questions,
        "diff",
        "what access is gained and lost from OLD to NEW?",
        iam_questions.diff,
        codes=_COMPARED,
    )
    parser.add_argument("old", metavar="OLD", help="the policy before; see below")
    parser.add_argument("new", metavar="NEW", help="the policy after")
    _add_reasoning(parser, within=True)


def _add_explain(questions: Any) -> None:
    parser = _question(
        questions,
        "explain",
        "who may do what by POLICY, under which conditions?",
        iam_questions.explain,
        codes=_EXPLAINED,
    )
    _add_policy(parser)
    _add_reasoning(parser, within=False)


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", nargs="?", metavar="POLICY", help="the policy; see below")
    parser.add_argument("--policy-document", metavar="POLICY",
                        help="the same, as the AWS command line has it")  # fmt: skip


def _add_resource_type(parser: argparse.ArgumentParser, *aliases: str) -> None:
    parser.add_argument("--resource-type", *aliases, metavar="TYPE", default="",
                        help="CloudFormation type of what the policy is attached to: AWS::S3::Bucket; "
                        "AWS::IAM::AssumeRolePolicyDocument for a trust policy")  # fmt: skip


def _add_reasoning(parser: argparse.ArgumentParser, *, within: bool) -> None:
    _add_resource_type(parser)
    if within:
        parser.add_argument("--within", action="append", default=[], metavar="POLICY",
                            help="a permissions boundary or control policy that must allow it too; "
                            "repeatable")  # fmt: skip
    parser.add_argument("--time-limit", type=float, default=5.0, metavar="SECONDS",
                        help="processor time, after which the answer is UNKNOWN (default: 5)")  # fmt: skip
