"""
The iam check: AWS policies in JSON and YAML files, CloudFormation and SAM templates, and Terraform.

Local rules and an offline validation judge each file by itself; where AWS can be asked,
``accessanalyzer:ValidatePolicy`` judges the same documents in the second step, and its remarks are placed on
the same lines. The third step tells what the change does to access (:mod:`pregate.checks.iam.access`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.checks.base import (
    Analysis,
    Compared,
    Comparison,
    Conclusion,
    Json,
    Pair,
    PlainCheck,
    PolicyValidator,
    Target,
    Tree,
)
from pregate.checks.iam.suffixes import (
    READ_BY_TERRAFORM,
    TERRAFORM,
    is_plan,
    is_terraform,
)
from pregate.config import IamConfig
from pregate.errors import CredentialsError
from pregate.expressions import expression
from pregate.iam.names import SUFFIXES, concerns, is_service_file, may_include
from pregate.model import Unread, UnreadReason

if TYPE_CHECKING:
    from pregate.checks.iam.judge import Judge
    from pregate.iam import PolicyDocument
    from pregate.model import Finding, Rule
    from pregate.positions import PositionError

# An escape that could spell a letter: the words looked for might be hidden behind it (JSON and YAML escapes,
# YAML's escaped line break).
_HIDDEN = expression(rb"\\(?:(?:u00|x|U000000)([4-7][0-9A-Fa-f])|\r?\n[ \t]*+)")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")  # marks of UTF-16 and UTF-32


# A number, so that nothing has to be loaded for it; where a table is old, some codes are withheld.
_EVALUATED = "up to 151 of 153 issue codes of ValidatePolicy evaluated offline"


class IamCheck(PlainCheck):
    """
    Finds over-permissive and malformed AWS policies, and changes that grant more than before.

    ``validator`` None: no service is asked; ``judge`` None: no versions are compared.
    """

    name = "iam"
    cost = 60
    facts_hold_text = True

    def __init__(
        self, config: IamConfig, validator: PolicyValidator | None = None, judge: Judge | None = None
    ) -> None:
        self._config = config
        self._engine = config.engine
        self._validator = validator
        self._judge = judge
        # What is found may depend on the age of tables: what a month found is not taken for the next one's.
        self.version = f"6-{_options(config)}-{time.strftime('%Y-%m', time.gmtime())}"

    @property
    def compares(self) -> bool:
        """Whether there is somebody to answer, and something that may be asked."""
        return self._judge is not None and bool({*self._config.checks} - {"validate"})

    def rules(self) -> tuple[Rule, ...]:
        """The local rules and those about access; those of ValidatePolicy come with its remarks."""
        from pregate.checks.iam.access_rules import ACCESS_RULES
        from pregate.iam.rules import RULES

        return (*RULES, *ACCESS_RULES)

    def concerns(self, path: str, *, executable: bool) -> bool:  # noqa: ARG002
        """Any JSON, YAML or Terraform file: policies have no names of their own. The content decides."""
        return path.lower().endswith(TERRAFORM) or concerns(path)

    def dependents(self, changed: Sequence[str], tree: Tree) -> tuple[str, ...]:
        """
        Files that may read a changed one: the template of a stack above, a service's file, Terraform.
        """
        if not any(path.lower().endswith(READ_BY_TERRAFORM + SUFFIXES) for path in changed):
            return ()
        from pregate.checks.iam.dependents import dependents

        return dependents(changed, tree)

    def includes(self, target: Target) -> tuple[str, ...]:
        """
        Templates of nested stacks, files that variables name, the manifest of a CDK application; of a
        Terraform file the module that it is part of, those that it calls, and files that they name.
        """
        if is_terraform(target):
            from pregate.iam.terraform import included_by

            return included_by(target.path, {target.path: target.data, **dict(target.included)})
        if target.path.lower().endswith(TERRAFORM):
            return ()
        texts = _texts(target)
        if not may_include(target.path, texts.values()):
            return ()
        from pregate.iam.extraction import includes

        return includes(target.path, texts)

    def analyse(self, target: Target) -> Analysis:
        """Local findings; the documents as facts."""
        if target.path.lower().endswith(TERRAFORM):
            from pregate.checks.iam.terraform import analyse_terraform

            return analyse_terraform(target, self._config)
        if is_plan(target):
            from pregate.checks.iam.terraform import analyse_plan

            return analyse_plan(target, self._config)
        certain, possible = _hints(target.data)
        if is_service_file(target.path):  # its keys need not name a policy
            certain = possible = True
        if not possible:
            return Analysis(concerned=False)
        return self._extracted(target, is_certain=certain)

    def _extracted(self, target: Target, *, is_certain: bool) -> Analysis:
        # Most files of a change hold no policy, and need none of this.
        from pregate.iam.extraction import extract
        from pregate.positions import PositionError, decode

        try:
            texts = _texts(target)
            extraction = extract(target.path, decode(target.data), texts)
        except PositionError as error:
            return _unparsable(target, error) if is_certain else Analysis(concerned=False)
        documents = extraction.documents
        apart = {
            (finding.rule.id, finding.location)
            for document in extraction.apart
            for finding in self._findings_on(document)
        }
        findings = [finding for document in documents for finding in self._findings_on(document)]
        findings = [f for f in findings if (f.rule.id, f.location) not in apart]
        plain = Analysis(facts=documents, concerned=extraction.concerned)
        is_plain = not (findings or extraction.gaps or extraction.references or extraction.exposures)
        if is_plain and not any(document.unknowns for document in documents):
            return plain
        from pregate.checks.iam.findings import completed

        return completed(plain, extraction, findings)

    def fact_from_json(self, value: Json) -> PolicyDocument:
        """The inverse of ``PolicyDocument.to_json``."""
        from pregate.iam.document import PolicyDocument

        return PolicyDocument.from_json(value)

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        """Asks the validator about each distinct document, once."""
        if not any(analysis.facts for analysis in analyses):
            return Conclusion(tuple(analyses))
        from pregate.iam.document import PolicyDocument

        facts = [f for analysis in analyses for f in analysis.facts if isinstance(f, PolicyDocument)]
        if not facts:
            return Conclusion(tuple(analyses))
        if self._validator is None and self._engine in ("aws", "both"):
            raise CredentialsError(
                f"no AWS credentials were found, and iam.engine is {self._engine}.",
                'Give the job an AWS role, or set iam.engine = "auto".',
            )
        notes = self._notes()
        if self._validator is None or "validate" not in self._config.checks:
            return Conclusion(tuple(analyses), notes)
        # A hook asks nobody, and need not pay for what asks.
        from pregate.checks.iam.access_rules import Severities
        from pregate.checks.iam.validation import Inquiry

        beside = self._engine == "both"
        inquiry = Inquiry(self._validator, Severities(self._config), beside=beside)
        concluded = tuple(inquiry.extend(analysis) for analysis in analyses)
        return Conclusion(concluded, (*notes, *inquiry.notes()))

    def _notes(self) -> tuple[str, ...]:
        """What was looked for offline, and that nobody was asked."""
        notes: tuple[str, ...] = ()
        if self._engine != "aws" and "validate" in self._config.checks:
            notes = (_EVALUATED,)
        if self._engine == "auto" and self._validator is None:
            notes = (*notes, "AWS Access Analyzer was not asked: no credentials")
        return notes

    def _findings_on(self, document: PolicyDocument) -> tuple[Finding, ...]:
        # A commit without a policy need not pay for what judges one.
        from pregate.checks.iam.offline import findings_on

        return findings_on(document, self._config)

    def compare(self, pairs: Sequence[Pair], removed: Sequence[Pair], *, compared: bool) -> Comparison:
        """Tells what the change does to access."""
        held = any(a.facts for pair in (*pairs, *removed) for a in (pair.head, *pair.bases))
        if self._judge is None or not held:
            return super().compare(pairs, removed, compared=compared)
        if self._judge.has_nothing_to_ask(self._config, pairs, removed):
            return Comparison(tuple(Compared() for _ in pairs))
        from pregate.checks.iam.remembered import question_of, recalled, remember

        question = question_of(self.version, self._config, self._judge, pairs, removed, compared)
        known = recalled(self._judge, question, len(pairs))
        if known is not None:
            return known
        from pregate.checks.iam.access import Comparer

        comparison = Comparer(self._config, self._judge).compare(pairs, removed, compared=compared)
        remember(self._judge, question, comparison)
        return comparison


def _options(config: IamConfig) -> str:
    """What the first step's findings depend on."""
    severities = ",".join(f"{name}={word}" for name, word in config.severity)
    return f"{config.engine}-{'validate' in config.checks}-{severities}"


def _texts(target: Target) -> dict[str, str]:
    """The texts of a target and what it includes; what is no text is left out."""
    from pregate.positions import PositionError, decode

    texts: dict[str, str] = {}
    for path, data in ((target.path, target.data), *target.included):
        try:
            texts[path] = decode(data)
        except PositionError:
            continue
    return texts


def _hints(data: bytes) -> tuple[bool, bool]:
    """
    Whether the bytes certainly name a policy or a template, and whether they possibly hold one.

    A policy has ``Statement`` and ``Effect``, a template's resources have ``AWS::`` in their type. JSON and
    YAML can only hide these words by escapes; UTF-16 and UTF-32 hide them from a search of bytes.
    """
    hidden = b"\\" in data and _HIDDEN.search(data) is not None
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
