"""
Who speaks on the pull request: the workflow's token, or a GitHub App whose key is kept in AWS.

The app comments, reviews and makes the check run. Fetching and code scanning stay with the workflow's token:
the checkout is its own, and an alert belongs to the workflow that found it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pregate.entry.inputs import Inputs
from pregate.entry.wishes import Publication
from pregate.errors import PregateError, UsageError
from pregate.github.commands import Log
from pregate.github.context import Context
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.aws.clients import Clients
    from pregate.github.app import GitHubApp, Signer
    from pregate.github.client import Client

EXAMPLE = """For example:
    github-app-id: 123456
    github-app-kms-key: arn:aws:kms:eu-west-1:111122223333:key/…
See docs/github-app.md."""


@dataclass(frozen=True, slots=True)
class AppWish:
    """
    The app to speak as. One of ``kms_key`` and ``secret`` says where its key is; ``required`` that nobody
    else may speak in its place.
    """

    app_id: str
    kms_key: str
    secret: str
    required: bool

    @property
    def features(self) -> frozenset[str]:
        """What of AWS it needs, by the names of a session policy's parts."""
        return frozenset({"kms-sign" if self.kms_key else "secret"})

    def resources(self, partition: str, region: str, account: str) -> dict[str, tuple[str, ...]]:
        """The ARNs that each feature is about."""
        from pregate.aws.signing import keys_of, resources

        (feature,) = self.features
        found = {feature: resources(self.kms_key or self.secret, partition, region, account)}
        if self.secret and (keys := keys_of(self.secret)):
            found["secret-key"] = keys
        return found


@dataclass(frozen=True, slots=True)
class Author:
    """
    Who comments: ``client`` is the app's, ``None`` for the workflow's own. ``failed`` says why the app that
    is required cannot speak; then nobody does.
    """

    client: Client | None = None
    failed: str = ""


def parse_app(inputs: Inputs) -> AppWish | None:
    """The app in the inputs; None without one. Raises UsageError where they are no whole."""
    app_id, key, secret = (inputs.text(f"github-app-{name}") for name in ("id", "kms-key", "secret"))
    required = inputs.flag("require-github-app", default=False)
    if not (app_id or key or secret):
        if required:
            raise UsageError("require-github-app is true, and there is no github-app-id", EXAMPLE)
        return None
    if not app_id:
        raise UsageError("the key of a GitHub App is named, and no github-app-id", EXAMPLE)
    if bool(key) is bool(secret):
        raise UsageError(
            "github-app-id needs one of github-app-kms-key and github-app-secret, and not both", EXAMPLE
        )
    _check_names(app_id, key, secret)
    return AppWish(app_id, key, secret, required)


def _check_names(app_id: str, key: str, secret: str) -> None:
    from pregate.aws.signing import is_kms_key, is_secret
    from pregate.github.app import APP_ID

    if not APP_ID.fullmatch(app_id):
        raise UsageError("the input github-app-id is no id of a GitHub App", EXAMPLE)
    if key and not is_kms_key(key):
        raise UsageError(
            "the input github-app-kms-key is no key of KMS",
            "Give the key's ARN, its id, or alias/NAME; never the key itself.",
        )
    if secret and not is_secret(secret):
        # What was written may be a key: it is not repeated.
        raise UsageError(
            "the input github-app-secret is no name of a secret",
            "Give the ARN or the name of a secret in AWS Secrets Manager; never the key itself.",
        )


def find_author(
    wish: AppWish | None,
    wishes: Publication,
    context: Context,
    open_clients: Callable[[AppWish], Clients],
    log: Log,
    restricted: str = "",
) -> Author:
    """
    The app, ready to speak, or who speaks in its place. Asks AWS and GitHub once; what they refuse is told in
    the log with its remedy. ``restricted`` says why the run may have no rights, which is then no news.
    """
    if wish is None or not _has_to_speak(wishes):
        return Author()
    try:
        return Author(_become(wish, wishes, context, open_clients(wish)))
    except PregateError as error:
        title = {"title": "pregate: the GitHub App"}
        if wish.required:
            log.annotate("error", str(error), title)
            return Author(failed=error.message)
        if restricted:
            log.line(f"pregate: the GitHub App: {error.message} ({restricted})")
        else:
            log.annotate("warning", f"{error}\nThe workflow's own token is used instead.", title)
        return Author()


def _has_to_speak(wishes: Publication) -> bool:
    return wishes.comment != "never" or wishes.review or wishes.check_run


def must_speak(wishes: Publication, pull: int) -> bool:
    """Whether there is something to say, on the pull request ``pull`` (0: none) or by a check run."""
    return wishes.check_run or bool(pull and _has_to_speak(wishes))


def permissions_for(wishes: Publication) -> dict[str, str]:
    """What the app's token is asked to be good for."""
    found = {"contents": "read", "pull_requests": "write"}
    return found | ({"checks": "write"} if wishes.check_run else {})


def _become(wish: AppWish, wishes: Publication, context: Context, clients: Clients) -> Client:
    from pregate.github.client import Client

    app = open_app(wish, permissions_for(wishes), context, clients)
    value = app.token().reveal()
    return Client(context.api_url, context.repository, value, graphql_url=context.graphql_url)


def open_app(wish: AppWish, permissions: Mapping[str, str], context: Context, clients: Clients) -> GitHubApp:
    """The app with its signer; nothing is asked yet."""
    from pregate.aws.signing import KmsSigner, SecretSigner
    from pregate.github.app import GitHubApp

    signer: Signer = KmsSigner(clients, wish.kms_key) if wish.kms_key else SecretSigner(clients, wish.secret)
    return GitHubApp(wish.app_id, signer, context.api_url, context.repository, permissions)
