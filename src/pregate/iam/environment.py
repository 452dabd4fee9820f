"""
Credentials in the environment variables of CodeBuild projects.

A variable of type ``PLAINTEXT``, the usual one, is shown to everybody who may read the project. Sources: AWS
CodeBuild API Reference, "EnvironmentVariable"; AWS Security Hub User Guide, control CodeBuild.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.calls import branches_of, call_of, follow, text_of
from pregate.iam.rule_form import iam_rule
from pregate.model import Location, Severity
from pregate.positions import Node, Object, Scalar
from pregate.records import dataclass

PLAIN = "PLAINTEXT"

CODEBUILD_CREDENTIAL = iam_rule(
    "codebuild-plaintext-credential",
    Severity.HIGH,
    "A build's environment variable holds a credential in plain text",
    "Plain environment variables of a CodeBuild project stand in its definition: everybody who may read the "
    "project (`codebuild:BatchGetProjects`) or its template reads the credential.",
    "Keep the value in Secrets Manager or Parameter Store, and set the variable's type to `SECRETS_MANAGER` "
    "or `PARAMETER_STORE`; give the build a service role instead of access keys. Replace a credential that "
    "was written down.",
    312,
    "https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html",
)

_WORD = expression(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ACCESS_KEY = expression(r"(?:AKIA|ASIA)[A-Z0-9]{16}")
# What the last word, or the last two, of a name say that it holds. ``_ARN``, ``_NAME`` and the like only
# name the place of a secret.
_LAST = frozenset(
    {
        "APIKEY",
        "CREDENTIAL",
        "CREDENTIALS",
        "PASSPHRASE",
        "PASSWD",
        "PASSWORD",
        "PAT",
        "PWD",
        "SECRET",
        "TOKEN",
    }
)
_LAST_TWO = frozenset({"ACCESS KEY", "API KEY", "AUTH KEY", "ENCRYPTION KEY", "PRIVATE KEY", "SECRET KEY"})
_NO_SECRET = expression(r"|true|false|none|null|[0-9]{1,4}|arn:[^\s]*|https?://[^\s@]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exposure:
    """
    A variable that shows a credential; ``location`` is its value's, which stands there itself when
    ``is_written``.
    """

    variable: str
    resource: str
    location: Location
    is_written: bool

    @property
    def message(self) -> str:
        """What is wrong, without the value."""
        shown = (
            f"The environment variable `{self.variable[:80]}` shows a credential to everybody who may read"
        )
        return f"{shown} the project{', and in this file' if self.is_written else ''}."

    @property
    def severity(self) -> Severity:
        """Less for a value that comes from elsewhere."""
        return CODEBUILD_CREDENTIAL.severity if self.is_written else Severity.MEDIUM


def is_credential(name: str, value: str | None) -> bool:
    """Whether a variable holds a credential by its name or value; ``value`` None: not known."""
    if value is not None and _ACCESS_KEY.search(value):
        return True
    if value is not None and _NO_SECRET.fullmatch(value.strip()):
        return False
    words = [word.upper() for word in _WORD.findall(name[:200])]
    return (
        words[-4:] == ["AWS", "ACCESS", "KEY", "ID"]
        or (bool(words) and words[-1] in _LAST)
        or " ".join(words[-2:]) in _LAST_TWO
    )


def exposed_variables(properties: Object) -> Iterator[tuple[str, Node, bool]]:
    """
    Name and value of each variable of a template's project that shows a credential, and whether the value
    itself stands there.
    """
    for _, variable in follow(properties, ["Environment", "EnvironmentVariables", "*"], ""):
        for branch in _branches(variable):
            kind, value = branch.get("Type"), branch.get("Value")
            if value is None or (kind is not None and text_of(kind) != PLAIN):
                continue
            name = text_of(branch.get("Name"))
            known = isinstance(value, Scalar) and not call_of(value) and "{{resolve:" not in value.text
            if is_credential(name, value.text if isinstance(value, Scalar) and known else None):
                yield name, value, known


def _branches(node: Node) -> Iterator[Object]:
    """The object, or those that ``Fn::If`` chooses from."""
    pending = [node]
    while pending:
        current = pending.pop()
        if branches := branches_of(current):
            pending += branches[1:]
        elif isinstance(current, Object) and not call_of(current):
            yield current
