"""
IAM Access Analyzer's ValidatePolicy, by boto3.

Format: the service's API reference (version 2019-11-01). Spans in its answers are offsets into the text that
was sent, from 0, the end exclusive; the text is ASCII, so code points and the service's own units are the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pregate.aws.credentials import DEFAULT_REGION
from pregate.checks.base import PolicyRemark
from pregate.errors import AwsError, CredentialsError
from pregate.iam.document import PolicyDocument, PolicyKind

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

POLICY_TYPES: Mapping[PolicyKind, str] = {
    PolicyKind.IDENTITY: "IDENTITY_POLICY",
    PolicyKind.RESOURCE: "RESOURCE_POLICY",
    PolicyKind.TRUST: "RESOURCE_POLICY",
    PolicyKind.SERVICE_CONTROL: "SERVICE_CONTROL_POLICY",
    PolicyKind.RESOURCE_CONTROL: "RESOURCE_CONTROL_POLICY",
}
# ValidatePolicyResourceType of the API; other resources are validated without it.
RESOURCE_TYPES = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::IAM::AssumeRolePolicyDocument",
        "AWS::S3::AccessPoint",
        "AWS::S3::Bucket",
        "AWS::S3::MultiRegionAccessPoint",
        "AWS::S3ObjectLambda::AccessPoint",
    }
)
TRUST_TYPE = "AWS::IAM::AssumeRolePolicyDocument"
# The service refuses longer documents as invalid; no quota of IAM's comes near it.
MAX_TEXT = 30_000
MAX_PAGES = 100

_NO_CREDENTIALS = (
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "ProfileNotFound",
)
_REFUSED = (
    "AccessDeniedException",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "UnrecognizedClientException",
)
_POLICY = '{"Effect": "Allow", "Action": "access-analyzer:ValidatePolicy", "Resource": "*"}'


class AccessAnalyzer:
    """
    The port ``PolicyValidator`` on AWS.

    ``client_factory`` gives a boto3 client of ``accessanalyzer`` for a region (``""``: the profile's own);
    it is called once, at the first document. Retries are botocore's: throttling, outages and lost
    connections, with growing pauses.
    """

    def __init__(self, region: str = "", client_factory: Callable[[str], Any] | None = None) -> None:
        self._region = region
        self._factory = client_factory or make_client
        self._client: Any = None

    def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
        """
        All remarks on the document. Raises AwsError, and CredentialsError when AWS does not accept who we
        are.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        if len(document.text) > MAX_TEXT:
            message = "the policy is longer than Access Analyzer accepts, and than IAM's quotas allow"
            return (PolicyRemark("WARNING", "POLICY_TOO_LARGE_TO_VALIDATE", message, "", ()),)
        try:
            if self._client is None:
                self._client = self._factory(self._region)
            return tuple(_remark(document, finding) for finding in self._findings(_request(document)))
        except ClientError as error:
            raise _refusal(error) from None
        except BotoCoreError as error:
            raise _failure(error) from None

    def _findings(self, request: dict[str, str]) -> Iterator[Mapping[str, Any]]:
        for _ in range(MAX_PAGES):
            answer = self._client.validate_policy(**request)
            yield from answer["findings"]
            token = answer.get("nextToken")
            if not token:
                return
            request = {**request, "nextToken": token}
        raise AwsError("AWS Access Analyzer's answer does not end.", "Try again; report it if it stays so.")


def make_client(region: str) -> Any:
    """A client with boto3's own credentials, short timeouts and its standard retries."""
    from boto3.session import Session
    from botocore.config import Config

    make_session: Any = Session  # neither library has types of its own
    make_config: Any = Config
    config = make_config(
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 5},
        user_agent_extra="pregate",
    )
    session = make_session(region_name=region or None)
    name = region or session.region_name or DEFAULT_REGION
    return session.client("accessanalyzer", region_name=name, config=config)


def _request(document: PolicyDocument) -> dict[str, str]:
    request = {"policyDocument": document.text, "policyType": POLICY_TYPES[document.kind]}
    attached = TRUST_TYPE if document.kind is PolicyKind.TRUST else document.resource_type
    if attached in RESOURCE_TYPES:
        request["validatePolicyResourceType"] = attached
    return request


def _remark(document: PolicyDocument, finding: Mapping[str, Any]) -> PolicyRemark:
    spans = tuple(
        (min(span["start"]["offset"], len(document.text)), min(span["end"]["offset"], len(document.text)))
        for span in (location["span"] for location in finding["locations"])
    )
    return PolicyRemark(
        kind=finding["findingType"],
        code=finding["issueCode"],
        message=finding["findingDetails"],
        link=finding["learnMoreLink"],
        spans=spans,
    )


def _refusal(error: ClientError) -> AwsError:
    """The service's own answer; its message is not repeated: a ValidationException quotes what was sent."""
    code = error.response.get("Error", {}).get("Code", "Unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    what = f"AWS Access Analyzer refused ValidatePolicy: {code} (HTTP {status})."
    if code == "AccessDeniedException":
        return CredentialsError(what, f"Allow the role to validate policies: {_POLICY}")
    if code in _REFUSED:
        return CredentialsError(
            what, "The credentials are wrong or have expired: sign in again, or renew the role."
        )
    if code in ("ThrottlingException", "TooManyRequestsException"):
        return AwsError(
            what, 'It answers too many requests at once: run again later, or set iam.engine = "local".'
        )
    return AwsError(what, 'Run again later, or set iam.engine = "local" to use the local rules only.')


def _failure(error: BotoCoreError) -> AwsError:
    """No answer at all. botocore's message names the endpoint, never a credential."""
    name = type(error).__name__
    if name in _NO_CREDENTIALS or "Token" in name or "SSO" in name:
        hint = 'Sign in (aws sso login), give the job a role, or set iam.engine = "local".'
        return CredentialsError(f"AWS credentials cannot be used: {name}.", hint)
    hint = 'Check the network and iam.region, or set iam.engine = "local" to use the local rules only.'
    return AwsError(f"AWS Access Analyzer cannot be reached: {name}.", hint)
