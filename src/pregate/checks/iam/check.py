"""
The iam check: AWS policies in JSON and YAML files, CloudFormation and SAM templates, and Terraform.

Local rules judge each file by itself; where AWS can be asked, ``accessanalyzer:ValidatePolicy`` judges the
same documents in the second step, and its remarks are placed on the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from pregate.checks.base import Analysis, Conclusion, Json, PlainCheck, PolicyValidator, Target
from pregate.checks.iam.findings import in_order, local_finding, unread_at
from pregate.checks.iam.suffixes import READ_BY_TERRAFORM, SUFFIXES, TERRAFORM, is_plan, is_terraform
from pregate.checks.iam.validation import Inquiry
from pregate.config import IamConfig
from pregate.errors import CredentialsError
from pregate.iam import RULES, PolicyDocument, extract, lint
from pregate.iam.undecided import undecided
from pregate.model import Rule, Unread, UnreadReason
from pregate.positions import PositionError, decode

# An escape that could spell a letter: the words looked for might be hidden behind it (JSON and YAML escapes,
# YAML's escaped line break).
_HIDDEN = re.compile(rb"\\(?:(?:u00|x|U000000)([4-7][0-9A-Fa-f])|\r?\n[ \t]*+)")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")  # marks of UTF-16 and UTF-32


class IamCheck(PlainCheck):
    """Finds over-permissive and malformed AWS policies. ``validator`` None: nobody is asked."""

    name = "iam"
    cost = 60
    facts_hold_text = True

    def __init__(self, config: IamConfig, validator: PolicyValidator | None = None) -> None:
        self._engine = config.engine
        self._validator = validator
        self.version = f"3-{config.engine}"

    def rules(self) -> tuple[Rule, ...]:
        """The local rules; those of ValidatePolicy come with its remarks."""
        return RULES

    def concerns(self, path: str, *, executable: bool) -> bool:  # noqa: ARG002
        """Any JSON or YAML file: policies have no names of their own. The content decides."""
        return path.lower().endswith(SUFFIXES)

    def dependents(self, changed: Sequence[str], listing: Callable[[], Iterable[str]]) -> tuple[str, ...]:
        """Terraform files, when a file changes that one of them may read."""
        if not any(path.lower().endswith(READ_BY_TERRAFORM) for path in changed):
            return ()
        return tuple(path for path in listing() if path.lower().endswith(TERRAFORM))

    def includes(self, target: Target) -> tuple[str, ...]:
        """The module that a Terraform file is part of, those that it calls, and files that they name."""
        if not is_terraform(target):
            return ()
        from pregate.iam.terraform import included_by

        return included_by(target.path, {target.path: target.data, **dict(target.included)})

    def analyse(self, target: Target) -> Analysis:
        """Local findings; the documents as facts, unless nobody will ever be asked about them."""
        if target.path.lower().endswith(TERRAFORM):
            from pregate.checks.iam.terraform import analyse_terraform

            return analyse_terraform(target, with_facts=self._engine != "local")
        if is_plan(target):
            from pregate.checks.iam.terraform import analyse_plan

            return analyse_plan(target, with_facts=self._engine != "local")
        certain, possible = _hints(target.data)
        if not possible:
            return Analysis(concerned=False)
        try:
            extraction = extract(target.path, decode(target.data))
        except PositionError as error:
            return _unparsable(target, error) if certain else Analysis(concerned=False)
        documents = extraction.documents
        gaps = [(gap.location, gap.detail) for gap in extraction.gaps]
        gaps += [gap for document in documents for gap in undecided(document)]
        findings = [local_finding(document, remark) for document in documents for remark in lint(document)]
        return Analysis(
            findings=in_order(findings),
            unread=tuple(dict.fromkeys(unread_at(location, detail) for location, detail in gaps)),
            facts=() if self._engine == "local" else documents,
            concerned=extraction.concerned,
        )

    def fact_from_json(self, value: Json) -> PolicyDocument:
        """The inverse of ``PolicyDocument.to_json``."""
        return PolicyDocument.from_json(value)

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        """Asks the validator about each distinct document, once."""
        facts = [fact for analysis in analyses for fact in analysis.facts]
        if self._validator is None or not facts:
            if facts and self._engine == "aws":
                raise CredentialsError(
                    "no AWS credentials were found, and iam.engine is aws.",
                    'Give the job an AWS role, or set iam.engine = "auto".',
                )
            note = "local rules only; AWS Access Analyzer was not asked: no credentials"
            return Conclusion(tuple(analyses), (note,) if facts else ())
        inquiry = Inquiry(self._validator)
        concluded = tuple(inquiry.extend(analysis) for analysis in analyses)
        return Conclusion(concluded, (inquiry.note(),))


def _hints(data: bytes) -> tuple[bool, bool]:
    """
    Whether the bytes certainly name a policy or a template, and whether they possibly hold one.

    A policy has ``Statement`` and ``Effect``, a template's resources have ``AWS::`` in their type. JSON and
    YAML can only hide these words by escapes; UTF-16 and UTF-32 hide them from a search of bytes.
    """
    hidden = _HIDDEN.search(data) is not None
    wide = data.startswith(_WIDE)
    shown = _HIDDEN.sub(_letter, data) if hidden else data
    if wide:
        shown = shown.replace(b"\0", b"")
    certain = (b"Statement" in shown and b"Effect" in shown) or b"AWS::" in shown
    return certain, certain or wide or hidden


def _letter(escape: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escape[1].decode("ascii")) if escape[1] else b""


def _unparsable(target: Target, error: PositionError) -> Analysis:
    kind = "JSON" if target.path.lower().endswith(".json") else "YAML"
    detail = f"{kind} that seems to hold AWS policies does not parse: {error.message}"
    if b"{{" in target.data or b"{%" in target.data:
        detail += "; a Jinja or Helm template can only be checked once it is rendered"
    return Analysis(unread=(Unread(target.path, UnreadReason.UNPARSABLE, detail, error.line),))
