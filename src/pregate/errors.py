"""
Every failure that pregate expects, each with a hint that says what to change.

    PregateError(message, hint)
    ├── UsageError                 a bad flag, action input or configuration key      → exit 2
    ├── ChangesError               no repository, no base, shallow clone              → exit 3
    ├── ScannerError               a scanner is missing, crashed or answered nonsense → exit 3
    ├── NotEvaluatedError          one question has no answer; others may have one    → told in the summary
    └── RemoteError                a service refused, or could not be reached         → exit 3
        ├── AdvisoryError
        ├── AwsError
        │   └── CredentialsError
        └── GitHubError
"""


class PregateError(Exception):
    """
    An expected failure: ``message`` says what failed and the likely cause, ``hint`` what to change.

    Neither may hold a value read from a scanned file: they are printed and logged.
    """

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type["PregateError"], tuple[str, str]]:
        return type(self), (self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(PregateError):
    """A flag, an action input or a configuration key is wrong."""

    exit_code = 2


class ChangesError(PregateError):
    """The change set cannot be found: no repository, no such revision, history that was not fetched."""


class ScannerError(PregateError):
    """A check could not do its whole work."""


class NotEvaluatedError(PregateError):
    """
    A question about one document cannot be answered (it is too long, the judge lacks the means); others may
    be. The check lists the document as not audited.
    """


class RemoteError(PregateError):
    """A service refused a call or could not be reached."""


class AdvisoryError(RemoteError):
    """The vulnerability database cannot be used."""


class AwsError(RemoteError):
    """An AWS service refused a call."""


class CredentialsError(AwsError):
    """There are no AWS credentials, or they are refused."""


class GitHubError(RemoteError):
    """GitHub refused a call."""
