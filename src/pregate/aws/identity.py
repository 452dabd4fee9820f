"""
Who the run is on AWS.

In a job of GitHub's with ``role-to-assume``: a role, by the job's identity token. Else whatever boto3 finds:
environment, profiles, SSO, a container's or an instance's role.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pregate.aws.credentials import DEFAULT_REGION, find_credentials
from pregate.aws.federation import Federation, check_config
from pregate.aws.keys import RenewedKeys
from pregate.aws.partitions import partition_of_region
from pregate.aws.refusals import opened
from pregate.aws.sts import Sts, TokenSource
from pregate.config import AwsConfig
from pregate.errors import CredentialsError

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 30
ATTEMPTS = 5
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})


class Identity:
    """
    Makes clients with the credentials of the run, which live in memory only. Nothing is asked before the
    first call. Implements :class:`pregate.aws.clients.Clients`.
    """

    def __init__(
        self,
        region: str,
        allowed: tuple[str, ...] = (),
        federation: Federation | None = None,
        open_sts: Callable[[str], Sts] = Sts,
    ) -> None:
        self._region = region
        self._allowed = allowed
        self._federation = federation
        self._open_sts = open_sts
        self._lock = threading.RLock()
        self._session: Any = None
        self._clients: dict[tuple[str, str], Any] = {}
        self._account = ""
        self._keys: RenewedKeys | None = None

    def __repr__(self) -> str:
        return "Identity(***)"

    @property
    def federation(self) -> Federation | None:
        """How a role is assumed; None when the credentials are boto3's own."""
        return self._federation

    @property
    def region(self) -> str:
        """The region to call: configured, of the environment, the profile's, or the partition's main one."""
        if self._federation is not None:
            return self._federation.region
        if self._region:
            return self._region
        session = self._open_session()
        return str(opened("a region", lambda: session.region_name) or DEFAULT_REGION)

    @property
    def partition(self) -> str:
        """The name of the partition as in ARNs."""
        return partition_of_region(self.region).name

    @property
    def account(self) -> str:
        """
        The account of the credentials, as GetCallerIdentity says it.

        Raises CredentialsError when it is none of ``allowed-account-ids``, AwsError when STS does not answer.
        """
        with self._lock:
            if not self._account:
                client = self._open_client("sts", self.region, attempts=1)
                account = self._open_sts(self.region).account(client)
                if self._allowed and account not in self._allowed:
                    raise CredentialsError(
                        f"the AWS credentials are those of account {account}, and allowed-account-ids has "
                        f"{', '.join(self._allowed)}",
                        "Use a role in the right account, or add the account under [aws].",
                    )
                self._account = account
            return self._account

    def client(self, service: str, region: str = "") -> Any:
        """
        A boto3 client of ``service`` in ``region`` (``""``: the run's own), the same one each time.

        Raises CredentialsError where the account is checked and is another, and for a profile that is not
        there; AwsError for an endpoint that is none. What the credentials lack is raised by the first call.
        """
        with self._lock:
            where = region or self.region
            if self._allowed:
                _ = self.account
            if (service, where) not in self._clients:
                self._clients[service, where] = self._open_client(service, where)
            return self._clients[service, where]

    def _open_client(self, service: str, region: str, attempts: int = ATTEMPTS) -> Any:
        from botocore.config import Config

        make_config: Any = Config  # botocore has no types of its own
        config = make_config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": attempts},
            user_agent_extra="pregate",
        )
        session = self._open_session()
        client = opened(service, lambda: session.client(service, region_name=region, config=config))
        if self._keys is not None:
            client.meta.events.register_first("needs-retry", self._renewed)
        return client

    def _renewed(self, response: Any, attempts: int, **_: Any) -> float | None:
        """
        botocore's question whether to send again: at once, signed anew, where AWS says that the session is
        over before its time (a clock that is wrong, a session that was revoked).
        """
        code = response[1].get("Error", {}).get("Code", "") if response else ""
        if code not in _EXPIRED or attempts > 1 or self._keys is None:
            return None
        self._keys.renew()
        return 0.0

    def _open_session(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = opened("a session", self._make_session)
            return self._session

    def _make_session(self) -> Any:
        import botocore.session
        from boto3.session import Session

        core: Any = botocore.session.Session()  # type: ignore[no-untyped-call]
        core.set_config_variable("sts_regional_endpoints", "regional")
        make_session: Any = Session
        if self._federation is not None:
            # botocore looks for no other credentials once it has some.
            self._keys = RenewedKeys(self._federation.keys)
            core._credentials = self._keys
        return make_session(botocore_session=core, region_name=self._region or None)


def open_identity(
    config: AwsConfig,
    environ: Mapping[str, str],
    features: frozenset[str] = frozenset(),
    *,
    tokens: TokenSource | None = None,
    resources: Mapping[str, Sequence[str]] | None = None,
    open_sts: Callable[[str], Sts] = Sts,
) -> Identity:
    """
    The identity of the run. ``features`` are those that are on, from which the session policy is built.

    ``tokens`` gives the identity tokens of a GitHub job; without them, or without ``role-to-assume``, the
    credentials are boto3's own. ``resources`` narrows the policy by feature. Raises UsageError for a wrong
    configuration; asks nobody.
    """
    check_config(config)
    region = config.region or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""
    federation = None
    if assumes_role(config, environ) and tokens is not None:
        federation = Federation(config, environ, features, tokens, region, resources or {}, open_sts)
    return Identity(region, config.allowed_account_ids, federation, open_sts)


def assumes_role(config: AwsConfig, environ: Mapping[str, str]) -> bool:
    """Whether this is a job of GitHub's that is to assume a role."""
    return bool(config.role_to_assume) and environ.get("GITHUB_ACTIONS") == "true"


def is_within_reach(config: AwsConfig, environ: Mapping[str, str], tokens: TokenSource | None = None) -> bool:
    """
    Whether credentials seem to be there; found out without boto3, and no promise that they work.

    A role that is configured counts, unless it is a fork's run, which can have no identity token.
    """
    if assumes_role(config, environ) and tokens is not None:
        return not tokens.is_out_of_reach
    return find_credentials(environ) is not None
