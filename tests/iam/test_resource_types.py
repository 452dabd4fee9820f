from __future__ import annotations

import json
from pathlib import Path

import pytest

from pregate.iam.resource_types import policy_properties

DATA = Path(__file__).parents[1] / "data" / "policy-properties.json"
PROPERTIES: list[list[str]] = json.loads(DATA.read_text("utf-8"))["properties"]

# Not of the IAM policy language, by what they are.
OTHER_LANGUAGES = {
    # Cedar
    ("AWS::EC2::ClientVpnEndpoint", "AuthorizationPolicy/PolicyDocument"),
    ("AWS::EC2::VerifiedAccessEndpoint", "PolicyDocument"),
    ("AWS::EC2::VerifiedAccessGroup", "PolicyDocument"),
    # Guard
    ("AWS::Config::ConfigRule", "Source/CustomPolicyDetails/PolicyText"),
    ("AWS::Config::OrganizationConfigRule", "OrganizationCustomPolicyRuleMetadata/PolicyText"),
    # OpenSearch Serverless' own rules
    ("AWS::OpenSearchServerless::AccessPolicy", "Policy"),
    ("AWS::OpenSearchServerless::LifecyclePolicy", "Policy"),
    ("AWS::OpenSearchServerless::SecurityPolicy", "Policy"),
    # data protection, life cycle, delivery, routing, deletion, protocols, parameters
    (
        "AWS::ARCRegionSwitch::Plan",
        "Workflows/*/Steps/*/ExecutionBlockConfiguration/SsmSendCommandConfig/RegionDocuments",
    ),
    ("AWS::ApiGatewayV2::DomainName", "DomainNameConfigurations/*/SecurityPolicy"),
    ("AWS::Bedrock::DataSource", "DataDeletionPolicy"),
    ("AWS::CloudFront::VpcOrigin", "VpcOriginEndpointConfig/OriginProtocolPolicy"),
    ("AWS::EC2::TransitGatewayMeteringPolicyEntry", "TransitGatewayMeteringPolicyId"),
    ("AWS::ECR::Repository", "LifecyclePolicy/LifecyclePolicyText"),
    ("AWS::FSx::Volume", "OntapConfiguration/SnapshotPolicy"),
    ("AWS::IoT::Job", "DocumentParameters"),
    ("AWS::Logs::AccountPolicy", "PolicyDocument"),
    ("AWS::Logs::LogGroup", "DataProtectionPolicy"),
    ("AWS::NetworkManager::CoreNetwork", "PolicyDocument"),
    ("AWS::SNS::Subscription", "DeliveryPolicy"),
    ("AWS::SNS::Subscription", "FilterPolicy"),
    ("AWS::SNS::Subscription", "RedrivePolicy"),
    ("AWS::SNS::Subscription", "ReplayPolicy"),
    ("AWS::SNS::Topic", "ArchivePolicy"),
    ("AWS::SNS::Topic", "DataProtectionPolicy"),
    ("AWS::SQS::Queue", "RedriveAllowPolicy"),
    (
        "AWS::SageMaker::Cluster",
        "RestrictedInstanceGroupsConfig/SharedEnvironmentConfig/FSxLustreDeletionPolicy",
    ),
    ("AWS::Serverless::Api", "Policy"),
    ("AWS::Serverless::Function", "VersionDeletionPolicy"),
    ("AWS::Serverless::LayerVersion", "RetentionPolicy"),
    # a template of policies, without principals
    ("AWS::RAM::Permission", "PolicyTemplate"),
    # read by pregate.iam.sam
    ("AWS::Serverless::Function", "Policies"),
    ("AWS::Serverless::StateMachine", "Policies"),
}


@pytest.mark.parametrize(("type_name", "path"), PROPERTIES)
def test_every_property_of_the_published_schemas_that_may_hold_a_policy_is_judged(
    type_name: str, path: str
) -> None:
    known = {found for found, _, _ in policy_properties(type_name)}
    assert (path in known) is not ((type_name, path) in OTHER_LANGUAGES)
