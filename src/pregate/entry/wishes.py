"""What the workflow's author wants to see on GitHub, read from the inputs and held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from pregate.entry.inputs import Inputs
from pregate.errors import UsageError
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.github.comment import End

COMMENT = ("always", "on-findings", "never")
WHEN_FIXED = ("keep", "minimize", "delete")
UPLOAD = ("auto", "always", "never")


@dataclass(frozen=True, slots=True)
class Publication:
    """
    What to publish. ``tag`` names the job's comment and remarks, ``category`` is the suffix of its categories
    in code scanning; both may be empty. ``submit`` sends the dependencies to GitHub's dependency graph, where
    the run is on the default branch.
    """

    comment: Literal["always", "on-findings", "never"]
    tag: str
    when_fixed: End
    review: bool
    suggestions: bool
    check_run: bool
    upload: Literal["auto", "always", "never"]
    require_upload: bool
    category: str
    submit: bool = False
    require_submission: bool = False

    @property
    def wants_anything(self) -> bool:
        """Whether GitHub's API has to be asked at all."""
        return self.comment != "never" or self.review or self.check_run or self.upload != "never"


def parse_publication(inputs: Inputs) -> Publication:
    """The wishes in the inputs. Raises UsageError for a value that is none, or that contradicts another."""
    comment = _choice(inputs, "comment", "on-findings", COMMENT)
    when_fixed = _choice(inputs, "comment-when-fixed", "keep", WHEN_FIXED)
    upload = _choice(inputs, "upload-sarif", "auto", UPLOAD)
    if comment == "always" and when_fixed != "keep":
        raise UsageError(
            f"the inputs `comment: always` and `comment-when-fixed: {when_fixed}` exclude each other",
            "Write `comment: on-findings`, or `comment-when-fixed: keep`.",
        )
    required = inputs.flag("require-upload", default=False)
    if required and upload == "never":
        raise UsageError(
            "the inputs `require-upload: true` and `upload-sarif: never` exclude each other",
            "Remove one of them.",
        )
    submit = inputs.flag("dependency-submission", default=False)
    require_submission = inputs.flag("require-dependency-submission", default=False)
    if require_submission and not submit:
        raise UsageError(
            "the input `require-dependency-submission: true` needs `dependency-submission: true`",
            "Write both, or remove the first.",
        )
    return Publication(
        comment=cast('Literal["always", "on-findings", "never"]', comment),
        tag=_name(inputs, "comment-tag"),
        when_fixed=cast("End", when_fixed),
        review=inputs.flag("review", default=True),
        suggestions=inputs.flag("suggestions", default=True),
        check_run=inputs.flag("check-run", default=False),
        upload=cast('Literal["auto", "always", "never"]', upload),
        require_upload=required,
        category=_suffix(inputs),
        submit=submit,
        require_submission=require_submission,
    )


def _choice(inputs: Inputs, name: str, default: str, choices: tuple[str, ...]) -> str:
    value = inputs.text(name, default)
    if value not in choices:
        raise UsageError(f"the input {name} has no value {value!r}", f"Choose from: {', '.join(choices)}.")
    return value


def _suffix(inputs: Inputs) -> str:
    text = inputs.text("category")
    if not text:
        return ""
    from pregate.report.sarif.upload import SuffixError, checked_suffix

    try:
        return checked_suffix(text)
    except SuffixError as error:
        raise UsageError(f"the input category: {error}", "For example `category: linux-3.13`.") from None


def _name(inputs: Inputs, name: str) -> str:
    value = inputs.text(name)
    if not value:
        return value
    from pregate.github.conversation import TAG

    # Two hyphens would end the comment in which a tag is written.
    if not TAG.fullmatch(value) or "--" in value:
        raise UsageError(
            f"the input {name} is no name",
            f"Use letters, digits, dot, hyphen, underscore and slash, 64 at most: `{name}: linux-3.13`.",
        )
    return value
