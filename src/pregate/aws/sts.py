"""
AWS Security Token Service: assuming roles, and asking who we are.

Source: AWS STS API Reference, ``AssumeRoleWithWebIdentity``, ``AssumeRole``, ``GetCallerIdentity``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar

from pregate.aws.calls import no_answers
from pregate.aws.keys import Keys
from pregate.aws.refusals import NETWORK, PassingError, failure, opened, refusal
from pregate.errors import AwsError
from pregate.logs import logger
from pregate.records import dataclass

_log = logger(__name__)
_Answer = TypeVar("_Answer")

TRIES: Final = 5
PAUSE: Final = 1.0  # seconds before the second try; doubled each time, a random part of it waited
PAUSE_MAX: Final = 10.0
CONNECT_TIMEOUT: Final = 5
READ_TIMEOUT: Final = 20
SHORTEST: Final = 900  # seconds that a session can be asked for
LONGEST: Final = 43_200
LONGEST_CHAINED: Final = 3600
SKEW: Final = 300.0  # seconds by which this machine's clock may be wrong before it is not believed


class WebToken(Protocol):
    """A signed token of an identity provider; its ``repr`` shows nothing of it."""

    def reveal(self) -> str:
        """The token itself."""
        ...

    def claims(self) -> Mapping[str, str]:
        """What it says, unverified, for people."""
        ...


class TokenSource(Protocol):
    """Gives the job's identity tokens."""

    @property
    def is_out_of_reach(self) -> bool:
        """Whether there is no token, and nothing in the workflow would change that (a fork's run)."""
        ...

    def get(self, audience: str) -> WebToken:
        """A new token for ``audience``. Raises PregateError when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session to ask for; ``policy`` is the inline one, ``""`` for none; ``duration`` is in seconds."""

    role: str
    name: str
    duration: int
    policy: str = ""

    def request(self) -> dict[str, Any]:
        """The members that both ways of assuming a role take."""
        asked: dict[str, Any] = {
            "RoleArn": self.role,
            "RoleSessionName": self.name,
            "DurationSeconds": self.duration,
        }
        return asked | ({"Policy": self.policy} if self.policy else {})


class Sts:
    """
    STS in one region. ``wait`` sleeps, ``chance`` gives a number from 0 to 1, ``clock`` the time.
    """

    def __init__(
        self,
        region: str,
        *,
        wait: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._region = region
        self._wait = wait
        self._chance = chance
        self._clock = clock

    def assume_with_token(self, wanted: Wanted, tokens: TokenSource, audience: str) -> Keys:
        """
        A session for a token of the job's, a new one at each try. The call is not signed.

        Raises RefusedError, PassingError, and what ``tokens`` raises.
        """
        client = opened("AssumeRoleWithWebIdentity", lambda: _open_client(self._region, None))
        shown: dict[str, str] = {}

        def call() -> Keys:
            token = tokens.get(audience)
            shown.update(token.claims())
            answer = client.assume_role_with_web_identity(**wanted.request(), WebIdentityToken=token.reveal())
            return self._keys(answer, wanted)

        return self._persist("AssumeRoleWithWebIdentity", call, wanted.role, shown)

    def assume(self, wanted: Wanted, keys: Keys) -> Keys:
        """A session of the next role, with the keys of the one before. Raises RefusedError, PassingError."""
        client = opened("AssumeRole", lambda: _open_client(self._region, keys))

        def call() -> Keys:
            return self._keys(client.assume_role(**wanted.request()), wanted)

        return self._persist("AssumeRole", call, wanted.role)

    def account(self, client: Any) -> str:
        """The account that the credentials of an STS ``client`` belong to. Raises AwsError."""

        def call() -> str:
            return str(client.get_caller_identity()["Account"])

        return self._persist("GetCallerIdentity", call)

    def _keys(self, answer: Mapping[str, Any], wanted: Wanted) -> Keys:
        given = answer["Credentials"]
        now = self._clock()
        life = given["Expiration"].timestamp() - now
        if not 0 < life <= wanted.duration + SKEW:
            life = float(wanted.duration)  # this machine's clock is wrong: count from here
        account = wanted.role.split(":")[4]
        return Keys(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], account, life, now + life
        )

    def _persist(
        self,
        what: str,
        call: Callable[[], _Answer],
        role: str = "",
        claims: Mapping[str, str] | None = None,
    ) -> _Answer:
        from botocore.exceptions import ClientError

        attempt = 0
        while True:
            attempt += 1
            try:
                return call()
            except ClientError as error:
                problem = refusal(what, error, role, claims)
            except no_answers() as error:
                problem = failure(what, error)
            except (KeyError, TypeError, AttributeError):
                problem = AwsError(f"the answer of AWS STS to {what} is of another shape", NETWORK)
            if not isinstance(problem, PassingError) or attempt == TRIES:
                raise problem
            pause = min(PAUSE_MAX, PAUSE * 2 ** (attempt - 1)) * (0.5 + self._chance() / 2)
            _log.info("%s; trying again in %.1f s", problem.message, pause)
            self._wait(pause)


def _open_client(region: str, keys: Keys | None) -> Any:
    """A client of the region's own endpoint, without retries of botocore's: they are counted here."""
    import botocore.session
    from botocore import UNSIGNED
    from botocore.config import Config

    session: Any = botocore.session.Session()  # type: ignore[no-untyped-call]
    session.set_config_variable("sts_regional_endpoints", "regional")
    make_config: Any = Config
    signature = {} if keys else {"signature_version": UNSIGNED}
    config = make_config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": 1},
        user_agent_extra="pregate",
        **signature,
    )
    named = (
        {
            "aws_access_key_id": keys.access_key,
            "aws_secret_access_key": keys.secret_key,
            "aws_session_token": keys.token,
        }
        if keys
        else {}
    )
    return session.create_client("sts", region_name=region, config=config, **named)
