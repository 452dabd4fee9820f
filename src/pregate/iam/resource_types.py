"""
Which properties of CloudFormation resources hold a policy.

Source: AWS CloudFormation resource and property types reference; ``tests/tools/extract_policy_types.py``
lists the properties of the published resource schemas that might be missing here. A path step ``*`` is every
item of a list. What is not listed here is found by its shape (an object with statements), so a new resource
type is not missed, only its kind is then guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.iam.document import PolicyKind

IDENTITY, RESOURCE, TRUST = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST

INLINE = "Policies/*/PolicyDocument"
ORGANIZATIONS_POLICY = "AWS::Organizations::Policy"
ORGANIZATIONS_KINDS: Mapping[str, PolicyKind] = {
    "SERVICE_CONTROL_POLICY": PolicyKind.SERVICE_CONTROL,
    "RESOURCE_CONTROL_POLICY": PolicyKind.RESOURCE_CONTROL,
}

_IDENTITY: Mapping[str, str] = {
    "AWS::IAM::Group": INLINE,
    "AWS::IAM::GroupPolicy": "PolicyDocument",
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::IAM::Policy": "PolicyDocument",
    "AWS::IAM::Role": INLINE,
    "AWS::IAM::RolePolicy": "PolicyDocument",
    "AWS::IAM::User": INLINE,
    "AWS::IAM::UserPolicy": "PolicyDocument",
    "AWS::IoT::Policy": "PolicyDocument",
    "AWS::SSO::PermissionSet": "InlinePolicy",
}
_TRUST: Mapping[str, str] = {
    "AWS::IAM::Role": "AssumeRolePolicyDocument",
    "AWS::Serverless::Function": "AssumeRolePolicyDocument",
}
# type: (property, type of the resource that the policy is attached to)
_RESOURCE: Mapping[str, tuple[str, str]] = {
    "AWS::APS::ResourcePolicy": ("PolicyDocument", "AWS::APS::Workspace"),
    "AWS::ApiGateway::DomainNameV2": ("Policy", "AWS::ApiGateway::DomainNameV2"),
    "AWS::ApiGateway::RestApi": ("Policy", "AWS::ApiGateway::RestApi"),
    "AWS::Backup::BackupVault": ("AccessPolicy", "AWS::Backup::BackupVault"),
    "AWS::Backup::LogicallyAirGappedBackupVault": ("AccessPolicy", "AWS::Backup::BackupVault"),
    "AWS::Bedrock::KnowledgeBasePolicy": ("PolicyDocument", "AWS::Bedrock::KnowledgeBase"),
    "AWS::Bedrock::ResourcePolicy": ("PolicyDocument", "AWS::Bedrock::Guardrail"),
    "AWS::CloudTrail::ResourcePolicy": ("ResourcePolicy", "AWS::CloudTrail::EventDataStore"),
    "AWS::CodeArtifact::Domain": ("PermissionsPolicyDocument", "AWS::CodeArtifact::Domain"),
    "AWS::CodeArtifact::Repository": ("PermissionsPolicyDocument", "AWS::CodeArtifact::Repository"),
    "AWS::DSQL::Cluster": ("PolicyDocument", "AWS::DSQL::Cluster"),
    "AWS::DynamoDB::Table": ("ResourcePolicy/PolicyDocument", "AWS::DynamoDB::Table"),
    "AWS::EC2::VPCEndpoint": ("PolicyDocument", "AWS::EC2::VPCEndpoint"),
    "AWS::ECR::PublicRepository": ("RepositoryPolicyText", "AWS::ECR::PublicRepository"),
    "AWS::ECR::RegistryPolicy": ("PolicyText", "AWS::ECR::Registry"),
    "AWS::ECR::Repository": ("RepositoryPolicyText", "AWS::ECR::Repository"),
    "AWS::EFS::FileSystem": ("FileSystemPolicy", "AWS::EFS::FileSystem"),
    "AWS::Elasticsearch::Domain": ("AccessPolicies", "AWS::OpenSearchService::Domain"),
    "AWS::EventSchemas::RegistryPolicy": ("Policy", "AWS::EventSchemas::Registry"),
    "AWS::Events::EventBus": ("Policy", "AWS::Events::EventBus"),
    "AWS::Events::EventBusPolicy": ("Statement", "AWS::Events::EventBus"),
    "AWS::EventsV2::ResourcePolicy": ("PolicyDocument", "AWS::EventsV2::ResourcePolicy"),
    "AWS::FSx::S3AccessPointAttachment": ("S3AccessPoint/Policy", "AWS::S3::AccessPoint"),
    "AWS::KMS::Key": ("KeyPolicy", "AWS::KMS::Key"),
    "AWS::KMS::ReplicaKey": ("KeyPolicy", "AWS::KMS::Key"),
    "AWS::Kinesis::ResourcePolicy": ("ResourcePolicy", "AWS::Kinesis::Stream"),
    "AWS::Lambda::ResourcePolicy": ("PolicyDocument", "AWS::Lambda::Function"),
    "AWS::Lex::ResourcePolicy": ("Policy", "AWS::Lex::Bot"),
    "AWS::Logs::DeliveryDestination": (
        "DeliveryDestinationPolicy/DeliveryDestinationPolicy",
        "AWS::Logs::DeliveryDestination",
    ),
    "AWS::Logs::Destination": ("DestinationPolicy", "AWS::Logs::Destination"),
    "AWS::Logs::LogGroup": ("ResourcePolicyDocument", "AWS::Logs::LogGroup"),
    "AWS::Logs::ResourcePolicy": ("PolicyDocument", "AWS::Logs::LogGroup"),
    "AWS::MSK::ClusterPolicy": ("Policy", "AWS::MSK::Cluster"),
    "AWS::MediaPackageV2::ChannelPolicy": ("Policy", "AWS::MediaPackageV2::Channel"),
    "AWS::MediaPackageV2::OriginEndpointPolicy": ("Policy", "AWS::MediaPackageV2::OriginEndpoint"),
    "AWS::MediaStore::Container": ("Policy", "AWS::MediaStore::Container"),
    "AWS::MediaTailor::ChannelPolicy": ("Policy", "AWS::MediaTailor::Channel"),
    "AWS::OSIS::Pipeline": ("ResourcePolicy/Policy", "AWS::OSIS::Pipeline"),
    "AWS::Oam::Sink": ("Policy", "AWS::Oam::Sink"),
    "AWS::Omics::SequenceStore": ("S3AccessPolicy", "AWS::Omics::SequenceStore"),
    "AWS::OpenSearchService::Domain": ("AccessPolicies", "AWS::OpenSearchService::Domain"),
    "AWS::Organizations::ResourcePolicy": ("Content", "AWS::Organizations::Organization"),
    "AWS::RUM::AppMonitor": ("ResourcePolicy/PolicyDocument", "AWS::RUM::AppMonitor"),
    "AWS::Redshift::Cluster": ("NamespaceResourcePolicy", "AWS::Redshift::Cluster"),
    "AWS::RedshiftServerless::Namespace": ("NamespaceResourcePolicy", "AWS::RedshiftServerless::Namespace"),
    "AWS::S3::AccessPoint": ("Policy", "AWS::S3::AccessPoint"),
    "AWS::S3::BucketPolicy": ("PolicyDocument", "AWS::S3::Bucket"),
    "AWS::S3::MultiRegionAccessPointPolicy": ("Policy", "AWS::S3::MultiRegionAccessPoint"),
    "AWS::S3Express::AccessPoint": ("Policy", "AWS::S3Express::AccessPoint"),
    "AWS::S3Express::BucketPolicy": ("PolicyDocument", "AWS::S3Express::DirectoryBucket"),
    "AWS::S3Files::FileSystemPolicy": ("Policy", "AWS::S3Files::FileSystem"),
    "AWS::S3ObjectLambda::AccessPointPolicy": ("PolicyDocument", "AWS::S3ObjectLambda::AccessPoint"),
    "AWS::S3Outposts::AccessPoint": ("Policy", "AWS::S3Outposts::AccessPoint"),
    "AWS::S3Outposts::BucketPolicy": ("PolicyDocument", "AWS::S3Outposts::Bucket"),
    "AWS::S3Tables::TableBucketPolicy": ("ResourcePolicy", "AWS::S3Tables::TableBucket"),
    "AWS::S3Tables::TablePolicy": ("ResourcePolicy", "AWS::S3Tables::Table"),
    "AWS::S3Vectors::VectorBucketPolicy": ("Policy", "AWS::S3Vectors::VectorBucket"),
    "AWS::SMSVOICE::ResourcePolicy": ("PolicyDocument", "AWS::SMSVOICE::ResourcePolicy"),
    "AWS::SNS::TopicInlinePolicy": ("PolicyDocument", "AWS::SNS::Topic"),
    "AWS::SNS::TopicPolicy": ("PolicyDocument", "AWS::SNS::Topic"),
    "AWS::SQS::QueueInlinePolicy": ("PolicyDocument", "AWS::SQS::Queue"),
    "AWS::SQS::QueuePolicy": ("PolicyDocument", "AWS::SQS::Queue"),
    "AWS::SSM::ResourcePolicy": ("Policy", "AWS::SSM::Parameter"),
    "AWS::SageMaker::ModelPackageGroup": ("ModelPackageGroupPolicy", "AWS::SageMaker::ModelPackageGroup"),
    "AWS::SecretsManager::ResourcePolicy": ("ResourcePolicy", "AWS::SecretsManager::Secret"),
    "AWS::Serverless::Api": ("Auth/ResourcePolicy/CustomStatements", "AWS::ApiGateway::RestApi"),
    "AWS::VpcLattice::AuthPolicy": ("Policy", "AWS::VpcLattice::Service"),
    "AWS::VpcLattice::ResourcePolicy": ("Policy", "AWS::VpcLattice::ServiceNetwork"),
    "AWS::XRay::ResourcePolicy": ("PolicyDocument", "AWS::XRay::ResourcePolicy"),
}
# What a type holds beside its row above.
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_FURTHER: Mapping[str, tuple[tuple[str, str], ...]] = {
    "AWS::DynamoDB::GlobalTable": (
        ("Replicas/*/ResourcePolicy/PolicyDocument", "AWS::DynamoDB::Table"),
        ("Replicas/*/ReplicaStreamSpecification/ResourcePolicy/PolicyDocument", "AWS::DynamoDB::Stream"),
    ),
    "AWS::DynamoDB::Table": (("StreamSpecification/ResourcePolicy/PolicyDocument", "AWS::DynamoDB::Stream"),),
    "AWS::ODB::OdbNetwork": (
        ("KmsPolicyDocument", _ENDPOINT),
        ("S3PolicyDocument", _ENDPOINT),
        ("StsPolicyDocument", _ENDPOINT),
        ("ManagedServices/KmsAccess/KmsPolicyDocument", _ENDPOINT),
        ("ManagedServices/S3Access/S3PolicyDocument", _ENDPOINT),
        ("ManagedServices/StsAccess/StsPolicyDocument", _ENDPOINT),
    ),
}


def policy_properties(type_name: str) -> tuple[tuple[str, PolicyKind, str], ...]:
    """Path, kind and attached resource type of each policy that a resource of this type may hold."""
    found: list[tuple[str, PolicyKind, str]] = []
    if type_name in _TRUST:
        found.append((_TRUST[type_name], TRUST, "AWS::IAM::AssumeRolePolicyDocument"))
    if type_name in _IDENTITY:
        found.append((_IDENTITY[type_name], IDENTITY, ""))
    if type_name in _RESOURCE:
        path, attached = _RESOURCE[type_name]
        found.append((path, RESOURCE, attached))
    found += [(path, RESOURCE, attached) for path, attached in _FURTHER.get(type_name, ())]
    return tuple(found)


def supported_types() -> tuple[str, ...]:
    """Every type with a known policy property, sorted; for the documentation."""
    return tuple(sorted({*_IDENTITY, *_TRUST, *_RESOURCE, *_FURTHER, ORGANIZATIONS_POLICY}))


# Types that CheckNoPublicAccess is about: AccessCheckResourceType of the API (service model of 2019-11-01).
PUBLIC_TYPES = frozenset(
    {
        "AWS::ApiGateway::RestApi",
        "AWS::Backup::BackupVault",
        "AWS::CloudTrail::Dashboard",
        "AWS::CloudTrail::EventDataStore",
        "AWS::CodeArtifact::Domain",
        "AWS::DynamoDB::Stream",
        "AWS::DynamoDB::Table",
        "AWS::EFS::FileSystem",
        "AWS::IAM::AssumeRolePolicyDocument",
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::Kinesis::StreamConsumer",
        "AWS::Lambda::Function",
        "AWS::OpenSearchService::Domain",
        "AWS::S3::AccessPoint",
        "AWS::S3::Bucket",
        "AWS::S3::Glacier",
        "AWS::S3Express::AccessPoint",
        "AWS::S3Express::DirectoryBucket",
        "AWS::S3Outposts::AccessPoint",
        "AWS::S3Outposts::Bucket",
        "AWS::S3Tables::Table",
        "AWS::S3Tables::TableBucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }
)
