"""
Which attributes of Terraform's AWS resources hold a policy, of what kind, and what it is attached to.

A path step names a nested block. The attached type is the CloudFormation type, which Access Analyzer knows.
Source: documentation of the AWS provider.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.iam.document import PolicyKind

IDENTITY, RESOURCE, TRUST = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST

ORGANIZATIONS_POLICY = "aws_organizations_policy"
ASSUME_ROLE = "AWS::IAM::AssumeRolePolicyDocument"

Row = tuple[str, PolicyKind, str]

_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "aws_iam_group_policy": ("policy",),
    "aws_iam_policy": ("policy",),
    "aws_iam_role": ("inline_policy/policy",),
    "aws_iam_role_policy": ("policy",),
    "aws_iam_user_policy": ("policy",),
    "aws_iot_policy": ("policy",),
    "aws_ssoadmin_permission_set_inline_policy": ("inline_policy",),
}
_BUCKET, _KEY, _TOPIC, _QUEUE = "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SNS::Topic", "AWS::SQS::Queue"
_DOMAIN, _VAULT = "AWS::OpenSearchService::Domain", "AWS::Backup::BackupVault"
_REST_API, _ENDPOINT = "AWS::ApiGateway::RestApi", "AWS::EC2::VPCEndpoint"
_ACCESS_POINT, _SECRET = "AWS::S3::AccessPoint", "AWS::SecretsManager::Secret"
# type: (attribute, type of the resource that the policy is attached to)
_RESOURCE: Mapping[str, tuple[str, str]] = {
    "aws_api_gateway_rest_api": ("policy", _REST_API),
    "aws_api_gateway_rest_api_policy": ("policy", _REST_API),
    "aws_backup_vault_policy": ("policy", _VAULT),
    "aws_bedrockagent_resource_policy": ("policy", ""),
    "aws_cloudtrail_event_data_store_policy": ("policy", "AWS::CloudTrail::EventDataStore"),
    "aws_cloudwatch_event_bus_policy": ("policy", "AWS::Events::EventBus"),
    "aws_cloudwatch_log_destination_policy": ("access_policy", "AWS::Logs::Destination"),
    "aws_cloudwatch_log_resource_policy": ("policy_document", "AWS::Logs::LogGroup"),
    "aws_codeartifact_domain_permissions_policy": ("policy_document", "AWS::CodeArtifact::Domain"),
    "aws_codeartifact_repository_permissions_policy": ("policy_document", "AWS::CodeArtifact::Repository"),
    "aws_codebuild_resource_policy": ("policy", "AWS::CodeBuild::Project"),
    "aws_dynamodb_resource_policy": ("policy", "AWS::DynamoDB::Table"),
    "aws_ecr_registry_policy": ("policy", "AWS::ECR::Registry"),
    "aws_ecr_repository_policy": ("policy", "AWS::ECR::Repository"),
    "aws_ecrpublic_repository_policy": ("policy", "AWS::ECR::PublicRepository"),
    "aws_efs_file_system_policy": ("policy", "AWS::EFS::FileSystem"),
    "aws_elasticsearch_domain": ("access_policies", _DOMAIN),
    "aws_elasticsearch_domain_policy": ("access_policies", _DOMAIN),
    "aws_glacier_vault": ("access_policy", "AWS::Glacier::Vault"),
    "aws_glacier_vault_lock": ("policy", "AWS::Glacier::Vault"),
    "aws_glue_resource_policy": ("policy", "AWS::Glue::Catalog"),
    "aws_kinesis_resource_policy": ("policy", "AWS::Kinesis::Stream"),
    "aws_kms_external_key": ("policy", _KEY),
    "aws_kms_key": ("policy", _KEY),
    "aws_kms_key_policy": ("policy", _KEY),
    "aws_kms_replica_external_key": ("policy", _KEY),
    "aws_kms_replica_key": ("policy", _KEY),
    "aws_lambda_layer_version_permission": ("policy", "AWS::Lambda::LayerVersion"),
    "aws_lex_resource_policy": ("policy", ""),
    "aws_media_store_container_policy": ("policy", "AWS::MediaStore::Container"),
    "aws_msk_cluster_policy": ("policy", "AWS::MSK::Cluster"),
    "aws_networkfirewall_resource_policy": ("policy", ""),
    "aws_opensearch_domain": ("access_policies", _DOMAIN),
    "aws_opensearch_domain_policy": ("access_policies", _DOMAIN),
    "aws_organizations_resource_policy": ("content", "AWS::Organizations::Organization"),
    "aws_redshift_resource_policy": ("policy", ""),
    "aws_redshiftserverless_resource_policy": ("policy", ""),
    "aws_s3_access_point": ("policy", _ACCESS_POINT),
    "aws_s3_bucket": ("policy", _BUCKET),
    "aws_s3_bucket_policy": ("policy", _BUCKET),
    "aws_s3_directory_bucket_policy": ("policy", "AWS::S3Express::DirectoryBucket"),
    "aws_s3control_access_grants_instance_resource_policy": ("policy", "AWS::S3::AccessGrantsInstance"),
    "aws_s3control_access_point_policy": ("policy", _ACCESS_POINT),
    "aws_s3control_bucket_policy": ("policy", "AWS::S3Outposts::Bucket"),
    "aws_s3control_multi_region_access_point_policy": ("details/policy", "AWS::S3::MultiRegionAccessPoint"),
    "aws_s3control_object_lambda_access_point_policy": ("policy", "AWS::S3ObjectLambda::AccessPoint"),
    "aws_s3tables_table_bucket_policy": ("resource_policy", "AWS::S3Tables::TableBucket"),
    "aws_s3tables_table_policy": ("resource_policy", "AWS::S3Tables::Table"),
    "aws_schemas_registry_policy": ("policy", ""),
    "aws_secretsmanager_secret": ("policy", _SECRET),
    "aws_secretsmanager_secret_policy": ("policy", _SECRET),
    "aws_ses_identity_policy": ("policy", ""),
    "aws_sesv2_email_identity_policy": ("policy", ""),
    "aws_sns_topic": ("policy", _TOPIC),
    "aws_sns_topic_policy": ("policy", _TOPIC),
    "aws_sqs_queue": ("policy", _QUEUE),
    "aws_sqs_queue_policy": ("policy", _QUEUE),
    "aws_ssmincidents_response_plan_policy": ("policy", ""),
    "aws_vpc_endpoint": ("policy", _ENDPOINT),
    "aws_vpc_endpoint_policy": ("policy", _ENDPOINT),
    "aws_vpclattice_auth_policy": ("policy", "AWS::VpcLattice::Service"),
    "aws_vpclattice_resource_policy": ("policy", ""),
}
# Session policies of AWS Transfer grant to the user, like an identity policy.
_SESSION = {"aws_transfer_access": "policy", "aws_transfer_user": "policy"}
ORGANIZATIONS_KINDS: Mapping[str, PolicyKind | None] = {
    "": PolicyKind.SERVICE_CONTROL,  # the provider's default
    "SERVICE_CONTROL_POLICY": PolicyKind.SERVICE_CONTROL,
    "RESOURCE_CONTROL_POLICY": PolicyKind.RESOURCE_CONTROL,
}
# Attributes that name managed policies.
ATTACHMENTS: Mapping[str, str] = {
    "aws_iam_group_policy_attachment": "policy_arn",
    "aws_iam_group_policy_attachments_exclusive": "policy_arns",
    "aws_iam_policy_attachment": "policy_arn",
    "aws_iam_role": "managed_policy_arns",
    "aws_iam_role_policy_attachment": "policy_arn",
    "aws_iam_role_policy_attachments_exclusive": "policy_arns",
    "aws_iam_user_policy_attachment": "policy_arn",
    "aws_iam_user_policy_attachments_exclusive": "policy_arns",
    "aws_ssoadmin_managed_policy_attachment": "managed_policy_arn",
}


def policy_attributes(type_name: str) -> tuple[Row, ...]:
    """Path, kind and attached resource type of each policy that a resource of this type may hold."""
    rows: list[Row] = []
    if type_name == "aws_iam_role":
        rows.append(("assume_role_policy", TRUST, ASSUME_ROLE))
    rows += [(path, IDENTITY, "") for path in _IDENTITY.get(type_name, ())]
    if type_name in _SESSION:
        rows.append((_SESSION[type_name], IDENTITY, ""))
    elif type_name in _RESOURCE:
        path, attached = _RESOURCE[type_name]
        rows.append((path, RESOURCE, attached))
    return tuple(rows)


def could_hold_policy(attribute: str) -> bool:
    """Whether the name of an attribute of any other type says that it might hold a policy."""
    return attribute == "policy" or attribute.endswith(("_policy", "_policies", "policy_document"))


def supported_types() -> tuple[str, ...]:
    """Every type with a known policy attribute, sorted; for the documentation."""
    special = ("aws_lambda_permission", "aws_cloudwatch_event_permission", ORGANIZATIONS_POLICY)
    return tuple(sorted({*_IDENTITY, *_SESSION, *_RESOURCE, *ATTACHMENTS, *special}))
