"""
From the job's identity token to the keys of a role: one AssumeRoleWithWebIdentity, then the chain.

Nothing is asked before the keys are wanted, and a refusal is final: it is told again without another call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pregate.aws.keys import Keys
from pregate.aws.partitions import Partition, partition_named, partition_of_region
from pregate.aws.refusals import PassingError
from pregate.aws.session_policy import build_session_policy, hop_policy
from pregate.aws.sts import LONGEST, LONGEST_CHAINED, SHORTEST, Sts, TokenSource, Wanted
from pregate.config import AwsConfig
from pregate.errors import PregateError, UsageError
from pregate.records import dataclass, field

_ROLE = re.compile(r"arn:(aws(?:-[a-z0-9]+)*):iam::([0-9]{12}):role/[\x21-\x7e]{1,576}")
_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{2,64}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_OTHER = re.compile(r"[^A-Za-z0-9_+=,.@-]+")


@dataclass(frozen=True, slots=True)
class Role:
    """A role's ARN in its parts."""

    arn: str
    partition: str
    account: str


def parse_role(arn: str, key: str) -> Role:
    """The role that ``arn`` names. Raises UsageError, naming the configuration key, when it names none."""
    match = _ROLE.fullmatch(arn)
    if match is None:
        raise UsageError(
            f"{key}: {arn[:200]!r} is no ARN of a role",
            "For example arn:aws:iam::111122223333:role/pregate.",
        )
    return Role(arn, match[1], match[2])


def check_config(config: AwsConfig) -> None:
    """Raises UsageError for values under ``[aws]`` that AWS would refuse, without asking it."""
    for arn in (config.role_to_assume, *config.role_chain):
        if arn:
            parse_role(arn, "aws.role-to-assume" if arn == config.role_to_assume else "aws.role-chain")
    if config.role_chain and not config.role_to_assume:
        raise UsageError("aws.role-chain needs aws.role-to-assume", "Name the first role there.")
    if config.session_name and not _NAME.fullmatch(config.session_name):
        raise UsageError(
            "aws.session-name is no name of a session", "2 to 64 letters, digits and any of _+=,.@-"
        )
    longest = LONGEST_CHAINED if config.role_chain else LONGEST
    if not SHORTEST <= config.session_duration <= longest:
        why = ": AWS gives a chained role no more than an hour" if config.role_chain else ""
        raise UsageError(
            f"aws.session-duration is not between {SHORTEST} and {longest}{why}", "It is in seconds."
        )
    for account in config.allowed_account_ids:
        if not _ACCOUNT.fullmatch(account):
            raise UsageError(
                f"aws.allowed-account-ids: {account[:64]!r} is no id of an account",
                'Twelve digits, as a string: "111122223333".',
            )


def session_name(config: AwsConfig, environ: Mapping[str, str]) -> str:
    """The configured name, or one from the repository and the run, which CloudTrail shows."""
    if config.session_name:
        return config.session_name
    run = _OTHER.sub("-", environ.get("GITHUB_RUN_ID", ""))[:20]
    repository = _OTHER.sub("-", environ.get("GITHUB_REPOSITORY", ""))
    head = f"pregate-{repository}".rstrip("-")
    return f"{head[: 63 - len(run)]}-{run}" if run else head[:64]


@dataclass(slots=True)
class Federation:
    """
    The roles of one run. ``region`` is the configured one, ``""`` for the main one of the role's partition.

    ``resources`` narrows the session policy, see :func:`build_session_policy`. ``open_sts`` is for tests.
    """

    config: AwsConfig
    environ: Mapping[str, str] = field(repr=False)
    features: frozenset[str]
    tokens: TokenSource
    region_wanted: str = ""
    resources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    open_sts: Callable[[str], Sts] = Sts
    _worked: bool = False
    _refused: PregateError | None = None

    @property
    def partition(self) -> Partition:
        """
        The partition of the first role. Raises UsageError when the region is in another one.
        """
        role = parse_role(self.config.role_to_assume, "aws.role-to-assume")
        partition = partition_named(role.partition)
        if self.region_wanted and partition_of_region(self.region_wanted).name != partition.name:
            raise UsageError(
                f"the region {self.region_wanted} is not in the partition {partition.name} of the role",
                f"Name a region of that partition, for example {partition.region}.",
            )
        return partition

    @property
    def region(self) -> str:
        """The region to call."""
        return self.region_wanted or self.partition.region

    @property
    def audience(self) -> str:
        """The audience to ask a token for."""
        return self.config.audience or self.partition.audience

    @property
    def last(self) -> Role:
        """The role whose session does the work."""
        arn = (self.config.role_to_assume, *self.config.role_chain)[-1]
        return parse_role(arn, "aws.role-chain")

    def policy(self) -> str:
        """The inline policy of the session that does the work; ``""`` where it is switched off."""
        if self.config.session_policy == "none":
            return ""
        last = self.last
        return build_session_policy(self.features, last.partition, self.region, last.account, self.resources)

    def keys(self) -> Keys:
        """New keys of the last role. Raises PregateError; the same one again once it is final."""
        if self._refused is not None:
            raise self._refused
        try:
            keys = self._assume()
        except PregateError as error:
            if not self._worked or not isinstance(error, PassingError):
                self._refused = error
            raise
        self._worked = True
        return keys

    def _assume(self) -> Keys:
        sts = self.open_sts(self.region)
        first, *rest = self._wanted()
        keys = sts.assume_with_token(first, self.tokens, self.audience)
        for wanted in rest:
            keys = sts.assume(wanted, keys)
        return keys

    def _wanted(self) -> list[Wanted]:
        arns = (self.config.role_to_assume, *self.config.role_chain)
        name = session_name(self.config, self.environ)
        return [
            Wanted(
                arn,
                name,
                self.config.session_duration if position == 0 else self._chained_duration(),
                self._policy_at(position, arns),
            )
            for position, arn in enumerate(arns)
        ]

    def _policy_at(self, position: int, arns: Sequence[str]) -> str:
        """A session in between may do nothing but assume the next role."""
        if position == len(arns) - 1:
            return self.policy()
        return "" if self.config.session_policy == "none" else hop_policy(arns[position + 1])

    def _chained_duration(self) -> int:
        return min(self.config.session_duration, LONGEST_CHAINED)
