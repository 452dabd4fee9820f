"""
IAM Access Analyzer's policy checks, by boto3: ValidatePolicy and the three custom policy checks.

Formats: the service's API reference (version 2019-11-01). The custom checks (``CheckNoNewAccess``,
``CheckAccessNotGranted``, ``CheckNoPublicAccess``) are charged by the call; they know identity and resource
policies only, so service control policies are asked about as identity policies, and resource control policies
as resource policies: their grammar is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pregate.aws.analyzer_answers import access_answer, policy_remark
from pregate.aws.analyzer_errors import Patience, failure, is_throttled, refusal, wanted_pause
from pregate.aws.calls import no_answers
from pregate.aws.clients import Clients
from pregate.checks.base import MAX_ACCESS, AccessAnswer, PolicyRemark
from pregate.errors import AwsError, NotEvaluatedError
from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.resource_types import PUBLIC_TYPES

SERVICE = "accessanalyzer"
TRUST_TYPE = "AWS::IAM::AssumeRolePolicyDocument"
POLICY_TYPES: Mapping[PolicyKind, str] = {
    PolicyKind.IDENTITY: "IDENTITY_POLICY",
    PolicyKind.RESOURCE: "RESOURCE_POLICY",
    PolicyKind.TRUST: "RESOURCE_POLICY",
    PolicyKind.SERVICE_CONTROL: "SERVICE_CONTROL_POLICY",
    PolicyKind.RESOURCE_CONTROL: "RESOURCE_CONTROL_POLICY",
}
# AccessCheckPolicyType of the API.
CUSTOM_TYPES: Mapping[PolicyKind, str] = {
    PolicyKind.IDENTITY: "IDENTITY_POLICY",
    PolicyKind.RESOURCE: "RESOURCE_POLICY",
    PolicyKind.TRUST: "RESOURCE_POLICY",
    PolicyKind.SERVICE_CONTROL: "IDENTITY_POLICY",
    PolicyKind.RESOURCE_CONTROL: "RESOURCE_POLICY",
}
# ValidatePolicyResourceType of the API; other resources are validated without it.
RESOURCE_TYPES = frozenset(
    {
        "AWS::DynamoDB::Table",
        TRUST_TYPE,
        "AWS::S3::AccessPoint",
        "AWS::S3::Bucket",
        "AWS::S3::MultiRegionAccessPoint",
        "AWS::S3ObjectLambda::AccessPoint",
    }
)
# The service refuses documents of this many characters, blanks not counted; no quota of IAM's comes near it.
MAX_TEXT = 32_768
MAX_PAGES = 100
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "validate-policy": ("access-analyzer:ValidatePolicy",),
    "custom-checks": (
        "access-analyzer:CheckAccessNotGranted",
        "access-analyzer:CheckNoNewAccess",
        "access-analyzer:CheckNoPublicAccess",
    ),
}
_METHODS: Mapping[str, str] = {
    "ValidatePolicy": "validate_policy",
    "CheckNoNewAccess": "check_no_new_access",
    "CheckAccessNotGranted": "check_access_not_granted",
    "CheckNoPublicAccess": "check_no_public_access",
}


def actions(features: Sequence[str] = tuple(_ACTIONS)) -> tuple[str, ...]:
    """The IAM actions that the features ``validate-policy`` and ``custom-checks`` need; all on ``*``."""
    return tuple(action for feature in features for action in _ACTIONS[feature])


class AccessAnalyzer:
    """
    The ports ``PolicyValidator`` and ``AccessChecker`` on AWS.

    ``clients`` makes the client, once, at the first question; outages and lost connections are retried by
    botocore, throttling here: with growing random pauses, as long as the run's ``patience`` lasts.
    """

    name = "AWS Access Analyzer"

    def __init__(self, clients: Clients, region: str = "", patience: Patience | None = None) -> None:
        self._clients = clients
        self._region = region
        self._patience = patience or Patience()
        self._made: Any = None
        self.charged_calls = 0

    def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
        """
        All remarks on the document. Raises NotEvaluatedError for a document that the service does not take,
        AwsError, and CredentialsError when AWS does not accept who we are.
        """
        _refuse_too_long(document)
        request = {"policyDocument": document.text, "policyType": POLICY_TYPES[document.kind]}
        if (attached := _resource_type(document)) in RESOURCE_TYPES:
            request["validatePolicyResourceType"] = attached
        return tuple(policy_remark(document, finding) for finding in self._findings(request))

    def no_new_access(self, existing: PolicyDocument, new: PolicyDocument) -> AccessAnswer:
        """Whether ``new`` grants what ``existing`` does not. Raises as ``AccessChecker`` says."""
        for document in (existing, new):
            _refuse_too_long(document)
        request = {
            "existingPolicyDocument": existing.text,
            "newPolicyDocument": new.text,
            "policyType": CUSTOM_TYPES[new.kind],
        }
        return self._check("CheckNoNewAccess", request, new)

    def access_not_granted(
        self, document: PolicyDocument, actions: Sequence[str], resources: Sequence[str]
    ) -> AccessAnswer:
        """Whether the policy grants one of ``actions`` on one of ``resources``, at most 100 of each."""
        _refuse_too_long(document)
        access = {"actions": list(actions[:MAX_ACCESS]), "resources": list(resources[:MAX_ACCESS])}
        request = {
            "policyDocument": document.text,
            "access": [{name: values for name, values in access.items() if values}],
            "policyType": CUSTOM_TYPES[document.kind],
        }
        return self._check("CheckAccessNotGranted", request, document)

    def no_public_access(self, document: PolicyDocument) -> AccessAnswer:
        """Whether the policy lets the public use its resource, or assume its role."""
        _refuse_too_long(document)
        request = {"policyDocument": document.text, "resourceType": _resource_type(document)}
        return self._check("CheckNoPublicAccess", request, document)

    def knows_public(self, resource_type: str) -> bool:
        """Whether it is one of the API's ``AccessCheckResourceType``."""
        return resource_type in PUBLIC_TYPES

    def _findings(self, request: dict[str, str]) -> Iterator[Any]:
        for _ in range(MAX_PAGES):
            answer = self._call("ValidatePolicy", request)
            findings = answer.get("findings")
            if not isinstance(findings, list):
                raise AwsError("AWS Access Analyzer's answer has no findings.", "Run again later.")
            yield from findings
            token = answer.get("nextToken")
            if not token:
                return
            request = {**request, "nextToken": token}
        raise AwsError("AWS Access Analyzer's answer does not end.", "Try again; report it if it stays so.")

    def _check(self, operation: str, request: Mapping[str, Any], document: PolicyDocument) -> AccessAnswer:
        answer = self._call(operation, request)
        self.charged_calls += 1
        return access_answer(document, answer)

    def _call(self, operation: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        from botocore.exceptions import ClientError

        region = self._region
        try:
            if self._made is None:
                self._made = self._clients.client(SERVICE, self._region)
            region = str(self._made.meta.region_name)
            ask: Callable[..., Mapping[str, Any]] = getattr(self._made, _METHODS[operation])
            self._patience.begin()
            while True:
                try:
                    return ask(**request)
                except ClientError as error:
                    if not is_throttled(error) or not self._patience.wait(wanted_pause(error)):
                        raise
        except ClientError as error:
            raise refusal(error, operation, region) from None
        except no_answers() as error:
            raise failure(error, operation, region) from None


def _resource_type(document: PolicyDocument) -> str:
    return TRUST_TYPE if document.kind is PolicyKind.TRUST else document.resource_type


def _refuse_too_long(document: PolicyDocument) -> None:
    """Raises NotEvaluatedError: no call is made for what the service does not take."""
    if len(document.text) >= MAX_TEXT and sum(not c.isspace() for c in document.text) >= MAX_TEXT:
        raise NotEvaluatedError(
            f"the policy has {MAX_TEXT} characters or more, which AWS Access Analyzer does not take",
            "IAM's own quotas are far below that: split the policy.",
        )
