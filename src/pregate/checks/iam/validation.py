"""``accessanalyzer:ValidatePolicy`` over the documents that the first step found."""

from __future__ import annotations

from collections.abc import Iterator

from pregate.checks.base import Analysis, PolicyRemark, PolicyValidator
from pregate.checks.iam.access_rules import Severities
from pregate.checks.iam.equivalents import Gathered
from pregate.checks.iam.findings import in_order, unread_at
from pregate.checks.iam.offline import codes_of
from pregate.checks.iam.placing import Remarked
from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument
from pregate.iam.placeholders import with_placeholders
from pregate.model import Unread
from pregate.records import replace

_LISTED = 5


class Inquiry:
    """
    Asks about documents and remembers the answers by what was sent. With ``beside`` it compares them with
    what is evaluated offline.
    """

    def __init__(self, validator: PolicyValidator, severities: Severities, *, beside: bool = False) -> None:
        self._beside = beside
        self._disagreements: dict[str, None] = {}
        self._validator = validator
        self._severities = severities
        self._answers: dict[tuple[str, str, str], tuple[PolicyRemark, ...] | NotEvaluatedError] = {}

    def notes(self) -> Iterator[str]:
        """How much was asked, and where the answers are others than those found offline."""
        count = sum(isinstance(answer, tuple) for answer in self._answers.values())
        yield f"AWS Access Analyzer validated {count} {'policy' if count == 1 else 'policies'}"
        found = list(self._disagreements)
        yield from found[:_LISTED]
        if len(found) > _LISTED:
            yield f"{len(found) - _LISTED} more policies of which AWS Access Analyzer says something else"

    def extend(self, analysis: Analysis) -> Analysis:
        """The analysis with the validator's findings on its documents."""
        gathered = Gathered(analysis.findings)
        unread: list[Unread] = []
        for document in analysis.facts:
            if not isinstance(document, PolicyDocument):
                continue
            sent = with_placeholders(document)
            if sent is None:
                detail = "not validated by AWS: an action, effect or principal is known only at deployment"
                unread.append(unread_at(document.locate(""), detail))
                continue
            answer = self._ask(sent)
            if isinstance(answer, NotEvaluatedError):
                hint = f" ({answer.hint.rstrip('.')})" if answer.hint else ""
                detail = f"not validated by AWS: {answer.message}{hint}"
                unread.append(unread_at(document.locate(""), detail))
                continue
            if self._beside:
                self._compare(sent, answer)
            remarked = Remarked(document, sent)
            for remark in answer:
                places = remarked.places_of(remark)
                remarked.add(remark, places, gathered, self._severities, analysis.findings)
        return replace(
            analysis,
            findings=in_order(gathered.findings),
            unread=tuple(dict.fromkeys((*analysis.unread, *unread))),
        )

    def _compare(self, sent: PolicyDocument, answer: tuple[PolicyRemark, ...]) -> None:
        """Notes codes that one finds and the other, which evaluates them too, does not."""
        mine, evaluated = codes_of(sent)
        theirs = {remark.code for remark in answer} & evaluated
        if mine != theirs:
            where = f"{sent.name} in {sent.path}" if sent.name else sent.path
            here, there = (", ".join(sorted(codes)) or "nothing" for codes in (mine - theirs, theirs - mine))
            words = f"only pregate finds {here}, only AWS {there}"
            self._disagreements[f"pregate and AWS Access Analyzer disagree about {where}: {words}"] = None

    def _ask(self, sent: PolicyDocument) -> tuple[PolicyRemark, ...] | NotEvaluatedError:
        key = (sent.kind.value, sent.resource_type, sent.text)
        if key not in self._answers:
            try:
                self._answers[key] = self._validator.validate(sent)
            except NotEvaluatedError as error:
                self._answers[key] = error
        return self._answers[key]
