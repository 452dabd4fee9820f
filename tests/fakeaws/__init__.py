"""
A stateful AWS on loopback: moto behind a wrapper that is as strict as the services are.

    with FakeAws() as aws:
        aws.provider(hub.oidc.url, ["sts.amazonaws.com"])
        role = aws.role("gate", aws.trust(hub.oidc.url, sub="repo:octo-org/octo-repo:*"))
        environ = aws.variables()            # AWS_ENDPOINT_URL and the region, no credentials
        ...
        assert [call.operation for call in aws.log] == ["AssumeRoleWithWebIdentity"]
        assert aws.violations == []

The wrapper answers itself where moto accepts anything or knows nothing: STS, Access Analyzer, Inspector Scan
and Security Hub. For every service it knows who calls: keys expire, and the policies of the role and of the
session are enforced. Requests and answers are checked against botocore's models of the services.
"""

from tests.fakeaws.aws import FakeAws
from tests.fakeaws.records import Call, KmsKey, Role

__all__ = ["Call", "FakeAws", "KmsKey", "Role"]
