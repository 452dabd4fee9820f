"""Who the run would be on AWS: the identity token, the role and its trust, the account; by trying it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pregate.entry.app import AppWish, open_app, parse_app, permissions_for
from pregate.entry.examination import Examination, Report, State
from pregate.entry.handover import KEYS
from pregate.entry.occasions import required_of
from pregate.entry.wishes import parse_publication
from pregate.errors import AwsError, PregateError
from pregate.github.context import Context

if TYPE_CHECKING:
    from pregate.aws.federation import Federation
    from pregate.aws.identity import Identity
    from pregate.aws.trust import Job
    from pregate.github.oidc import IdentityTokens

_SEE_BELOW = "The role is not there, or its trust policy or the provider does not fit the token: see below."


class AwsExamination:
    """Goes on where an examination has ended. ``mask`` is told identity tokens; ``wait`` sleeps."""

    def __init__(
        self,
        seen: Examination,
        environ: Mapping[str, str],
        mask: Callable[[str], None],
        wait: Callable[[float], None] | None = None,
    ) -> None:
        from pregate.github.oidc import IdentityTokens

        self._seen = seen
        self._config = seen.config
        self._environ = environ
        more = {"wait": wait} if wait else {}
        is_fork = seen.context is not None and seen.context.is_fork
        self._tokens: IdentityTokens = IdentityTokens(environ, mask, is_fork=is_fork, **more)
        self._report: Report = seen.report
        self._deliver = required_of(self._config.deliver, seen.inputs)
        self._app: AppWish | None = None

    @property
    def _is_needed(self) -> bool:
        """Whether the run would be incomplete without AWS."""
        alone = "dependencies" in self._config.checks and self._config.dependencies.sources == ("inspector",)
        required = bool(self._deliver.require) or (self._app is not None and self._app.required)
        return self._config.iam.engine in ("aws", "both") or alone or required

    def run(self) -> None:
        """
        Looks at the token, the region, the role, the account; asks AWS at most for a session, and where a
        GitHub App speaks, for one signature.
        """
        from pregate.aws.identity import assumes_role
        from pregate.pipeline import aws_features

        self._see_wishes()
        offline = self._config.offline
        features = aws_features(self._config) | self._deliver.wanted if not offline else frozenset()
        features |= self._app.features if self._app else frozenset()
        federated = assumes_role(self._config.aws, self._environ)
        if self._seen.is_in_job and not federated:
            offered = "offered" if self._tokens.is_offered else "not offered"
            self._report.add(
                "identity token", State.WITHOUT, f"{offered}, and no role-to-assume to use it for"
            )
        if not features:
            why = "offline" if offline else "no check or delivery that is on asks AWS"
            self._report.add("aws", State.WITHOUT, why)
            return
        try:
            self._see_identity(features)
        except PregateError as error:
            self._report.failed("aws", error)

    def _see_wishes(self) -> None:
        """The app that is to speak, and deliveries that are required and that nothing configures."""
        try:
            self._app = parse_app(self._seen.inputs)
        except PregateError as error:
            self._report.failed("github app", error)
        for name in self._deliver.require:
            if name not in self._deliver.wanted:
                hint = f"Set {KEYS[name]}, or do not require it."
                self._report.add("delivery", State.MISSING, f"{name} is required, not configured", hint)

    def _see_identity(self, features: frozenset[str]) -> None:
        from pregate.aws.identity import is_within_reach, open_identity
        from pregate.entry.identities import places_for_app, places_of

        aws = self._config.aws
        places = places_of(self._deliver) | (places_for_app(self._app) if self._app else {})
        identity = open_identity(aws, self._environ, features, tokens=self._tokens, resources=places)
        if identity.federation is not None:
            self._see_federation(identity, identity.federation)
            return
        if not is_within_reach(aws, self._environ):
            state = State.MISSING if self._is_needed else State.WITHOUT
            hint = "Name a role (role-to-assume) in a job of GitHub's, or set AWS_PROFILE."
            self._report.add("aws", state, "no credentials", hint)
            return
        self._see_account(identity, "boto3's own credentials")

    # --------------------------------------------------------------------------------------- a role, by token

    def _see_federation(self, identity: Identity, federation: Federation) -> None:
        report = self._report
        if not self._tokens.is_offered:
            self._see_no_token(federation)
            return
        try:
            report.claims = self._tokens.get(federation.audience).claims()
        except PregateError as error:
            report.failed("identity token", error)
            return
        report.add("identity token", State.OK, f"for the audience {report.claims.get('aud', 'unknown')}")
        partition = federation.partition.name
        report.add("aws region", State.OK, f"{federation.region} (partition {partition})")
        policy = federation.policy()
        report.session_policy = json.loads(policy) if policy else None
        told = f"{len(policy)} of 2048 characters" if policy else "switched off"
        report.add("session policy", State.OK, told)
        self._see_account(identity, federation.last.arn)

    def _see_no_token(self, federation: Federation) -> None:
        """Without a token, what it would say is told from the event."""
        from pregate.github.oidc import NoIdentityTokenError

        try:
            self._tokens.get(federation.audience)
        except NoIdentityTokenError as error:
            tolerated = self._tokens.is_out_of_reach and not self._is_needed
            state = State.WITHOUT if tolerated else State.MISSING
            self._report.failed("identity token", error, state)
        if self._seen.context is not None:
            self._lay_beside(expected_job(self._seen.context, federation.audience))

    def _see_account(self, identity: Identity, who: str) -> None:
        from pregate.aws.refusals import RefusedError
        from pregate.aws.trust import job_of

        subject = "aws role" if identity.federation else "aws"
        try:
            account = identity.account
        except AwsError as error:
            if isinstance(error, RefusedError) and error.claims:
                self._report.add(subject, State.MISSING, error.message, _SEE_BELOW)
                self._lay_beside(job_of(self._report.claims))
            else:
                self._report.failed(subject, error)
            return
        self._tell_account(identity, who, account)
        self._see_app(identity)

    def _tell_account(self, identity: Identity, who: str, account: str) -> None:
        subject = "aws role" if identity.federation else "aws"
        allowed = ", one of allowed-account-ids" if self._config.aws.allowed_account_ids else ""
        self._report.add(subject, State.OK, who)
        self._report.add("aws account", State.OK, f"{account}{allowed}")

    def _see_app(self, identity: Identity) -> None:
        """Has the app sign, and GitHub give it a token with the permissions that it needs."""
        if self._app is None or self._seen.context is None:
            return
        permissions = permissions_for(parse_publication(self._seen.inputs))
        try:
            open_app(self._app, permissions, self._seen.context, identity).token()
        except PregateError as error:
            self._report.failed("github app", error)
            return
        granted = ", ".join(f"{name}: {level}" for name, level in permissions.items())
        self._report.add("github app", State.OK, f"app {self._app.app_id} speaks, with {granted}")

    def _lay_beside(self, job: Job) -> None:
        from pregate.aws.federation import parse_role
        from pregate.aws.trust import compare, other_subjects, render_trust_policy, subjects_of

        role = parse_role(self._config.aws.role_to_assume, "aws.role-to-assume")
        branch = (self._seen.context.default_branch if self._seen.context else "") or "main"
        self._report.comparison = tuple((c.claim, c.told, c.needed) for c in compare(job, role))
        self._report.trust_policy = render_trust_policy(job, role, subjects_of(job))
        self._report.other_subjects = other_subjects(job, branch)


def expected_job(context: Context, audience: str) -> Job:
    """The job as its token would tell of it, were there one; without an environment, which no event names."""
    from pregate.aws.trust import Job, issuer_of

    where = "pull_request" if context.event == "pull_request" else f"ref:{context.ref}"
    return Job(issuer_of(context.server_url), audience, f"repo:{context.repository}:{where}")
