"""
AWS, where a check asks it: who the run is there, Access Analyzer, Amazon Inspector; and the organisation's
policies that access is held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.config import Config
from pregate.errors import UsageError
from pregate.logs import logger
from pregate.model import Mode
from pregate.pipeline import Case
from pregate.settings import FILE_LIMIT

if TYPE_CHECKING:
    from pregate.aws import AccessAnalyzer, Identity
    from pregate.checks.base import AdvisorySource
    from pregate.checks.iam.reference import Bound, Reference

_log = logger(__name__)


def aws_features(config: Config) -> frozenset[str]:
    """What the configuration wants of AWS, in the words of :mod:`pregate.aws.session_policy`."""
    features: set[str] = set()
    if "iam" in config.checks and config.iam.engine != "local":
        features |= {"validate-policy"} if "validate" in config.iam.checks else set()
        features |= {"custom-checks"} if set(config.iam.checks) - {"validate"} else set()
    if "dependencies" in config.checks and "inspector" in config.dependencies.sources:
        features.add("inspector")
    return frozenset(features)


def identity_of(case: Case) -> Identity | None:
    """Who the run is on AWS; None where nothing needs it, or there obviously are no credentials."""
    config, request = case.config, case.request
    features = aws_features(config)
    if config.offline or not features:
        return None
    from pregate.aws import is_within_reach, open_identity

    if not is_within_reach(config.aws, request.environ, request.tokens):
        if config.aws.role_to_assume and request.tokens is not None:
            _log.warning("AWS is not asked: a pull request from a fork has no identity token")
        return None
    return open_identity(config.aws, request.environ, features, tokens=request.tokens)


def analyzer_of(config: Config, identity: Identity | None) -> AccessAnalyzer | None:
    """
    Access Analyzer where it may be asked and credentials are there.

    Raises UsageError where the configuration wants it and is offline.
    """
    required = config.iam.engine in ("aws", "both")
    if config.offline and required:
        raise UsageError(
            f"iam.engine {config.iam.engine} cannot work offline",
            "Leave out offline, or choose the engine local.",
        )
    if config.offline or config.iam.engine == "local":
        return None
    from pregate.aws import open_validator

    return open_validator(identity, config.iam.region, required=required)


def policies_of(case: Case) -> tuple[tuple[Reference, ...], tuple[Bound, ...]]:
    """
    The reference policies and the boundaries that are configured, at the trusted revision.

    Raises ScannerError for one that cannot be used.
    """
    from pregate.checks.iam.reference import read_bound, read_reference

    def read(path: str) -> bytes | None:
        blob = case.contents.find(case.change.trusted, path)
        is_file = blob is not None and blob.mode in (Mode.FILE, Mode.EXECUTABLE)
        data = case.contents.read(blob, FILE_LIMIT) if blob and is_file else None
        return data if isinstance(data, bytes) else None

    iam = case.config.iam
    references = tuple(read_reference(row, read(row.policy)) for row in iam.reference_policies)
    return references, tuple(read_bound(row, read(row.policy)) for row in iam.boundaries)


def with_inspector(sources: Sequence[AdvisorySource], identity: Identity | None) -> AdvisorySource:
    """
    Amazon Inspector beside the others. Where there obviously are no credentials, as in a fork's run, and
    there is another source, that one is enough, and it is said.
    """
    from pregate.advisories.several import Several, Unasked
    from pregate.aws.inspector import Inspector

    lacking = "Amazon Inspector was not asked: no AWS credentials"
    if identity is not None:
        return Several((*sources, Inspector(identity)))
    if sources:
        return Several(sources, (lacking,))
    return Unasked(lacking, "Give the job an AWS role, or name osv among dependencies.sources too.")
