"""
What is known of the attributes that AWS gives a resource: the form of its ARN, and values that stand for the
run's account.

An ARN whose name is not known keeps its service and type: ``arn:aws:s3:::`` and an unknown name. Source:
Service Authorization Reference, "Resource types"; the provider's documentation, "Attribute Reference".
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.iam.intrinsics import PSEUDO

PARTITION, REGION, ACCOUNT = PSEUDO["AWS::Partition"], PSEUDO["AWS::Region"], PSEUDO["AWS::AccountId"]
SUFFIX = PSEUDO["AWS::URLSuffix"]

# Resource (or data source) type: the ARN from its service on, and the attribute that holds the name.
_IAM, _HERE = f"iam::{ACCOUNT}:", f":{REGION}:{ACCOUNT}:"
ARNS: Mapping[str, tuple[str, str]] = {
    "aws_api_gateway_rest_api": (f"apigateway:{REGION}::/restapis/", ""),
    "aws_backup_vault": (f"backup{_HERE}backup-vault:", "name"),
    "aws_cloudtrail": (f"cloudtrail{_HERE}trail/", "name"),
    "aws_cloudwatch_event_bus": (f"events{_HERE}event-bus/", "name"),
    "aws_cloudwatch_event_rule": (f"events{_HERE}rule/", "name"),
    "aws_cloudwatch_log_group": (f"logs{_HERE}log-group:", "name"),
    "aws_cloudwatch_metric_alarm": (f"cloudwatch{_HERE}alarm:", "alarm_name"),
    "aws_codeartifact_domain": (f"codeartifact{_HERE}domain/", "domain"),
    "aws_codebuild_project": (f"codebuild{_HERE}project/", "name"),
    "aws_codecommit_repository": (f"codecommit{_HERE}", "repository_name"),
    "aws_codepipeline": (f"codepipeline{_HERE}", "name"),
    "aws_cognito_user_pool": (f"cognito-idp{_HERE}userpool/", ""),
    "aws_db_instance": (f"rds{_HERE}db:", "identifier"),
    "aws_dynamodb_table": (f"dynamodb{_HERE}table/", "name"),
    "aws_ecr_repository": (f"ecr{_HERE}repository/", "name"),
    "aws_ecs_cluster": (f"ecs{_HERE}cluster/", "name"),
    "aws_ecs_service": (f"ecs{_HERE}service/", ""),
    "aws_ecs_task_definition": (f"ecs{_HERE}task-definition/", ""),
    "aws_efs_access_point": (f"elasticfilesystem{_HERE}access-point/", ""),
    "aws_efs_file_system": (f"elasticfilesystem{_HERE}file-system/", ""),
    "aws_eks_cluster": (f"eks{_HERE}cluster/", "name"),
    "aws_elasticsearch_domain": (f"es{_HERE}domain/", "domain_name"),
    "aws_glue_job": (f"glue{_HERE}job/", "name"),
    "aws_iam_group": (f"{_IAM}group/", "name"),
    "aws_iam_instance_profile": (f"{_IAM}instance-profile/", "name"),
    "aws_iam_openid_connect_provider": (f"{_IAM}oidc-provider/", ""),
    "aws_iam_policy": (f"{_IAM}policy/", "name"),
    "aws_iam_role": (f"{_IAM}role/", "name"),
    "aws_iam_saml_provider": (f"{_IAM}saml-provider/", "name"),
    "aws_iam_user": (f"{_IAM}user/", "name"),
    "aws_instance": (f"ec2{_HERE}instance/", ""),
    "aws_kinesis_firehose_delivery_stream": (f"firehose{_HERE}deliverystream/", "name"),
    "aws_kinesis_stream": (f"kinesis{_HERE}stream/", "name"),
    "aws_kms_alias": (f"kms{_HERE}", "name"),
    "aws_kms_key": (f"kms{_HERE}key/", ""),
    "aws_lambda_function": (f"lambda{_HERE}function:", "function_name"),
    "aws_lambda_layer_version": (f"lambda{_HERE}layer:", ""),
    "aws_lb": (f"elasticloadbalancing{_HERE}loadbalancer/app/", ""),
    "aws_mq_broker": (f"mq{_HERE}broker:", ""),
    "aws_msk_cluster": (f"kafka{_HERE}cluster/", ""),
    "aws_opensearch_domain": (f"es{_HERE}domain/", "domain_name"),
    "aws_rds_cluster": (f"rds{_HERE}cluster:", "cluster_identifier"),
    "aws_s3_access_point": (f"s3{_HERE}accesspoint/", "name"),
    "aws_s3_bucket": ("s3:::", "bucket"),
    "aws_sagemaker_endpoint": (f"sagemaker{_HERE}endpoint/", "name"),
    "aws_secretsmanager_secret": (f"secretsmanager{_HERE}secret:", ""),
    "aws_sfn_state_machine": (f"states{_HERE}stateMachine:", "name"),
    "aws_sns_topic": (f"sns{_HERE}", "name"),
    "aws_sqs_queue": (f"sqs{_HERE}", "name"),
    "aws_ssm_parameter": (f"ssm{_HERE}parameter/", ""),
    "aws_subnet": (f"ec2{_HERE}subnet/", ""),
    "aws_vpc": (f"ec2{_HERE}vpc/", ""),
    "aws_vpc_endpoint": (f"ec2{_HERE}vpc-endpoint/", ""),
    "aws_wafv2_web_acl": (f"wafv2{_HERE}regional/webacl/", ""),
}
# Types whose ``id`` is their ARN, and those whose ``id`` (also ``name``, ``bucket``) is their name.
ID_IS_ARN = frozenset(
    {
        "aws_ecs_cluster",
        "aws_iam_openid_connect_provider",
        "aws_iam_policy",
        "aws_iam_saml_provider",
        "aws_lb",
        "aws_secretsmanager_secret",
        "aws_sfn_state_machine",
        "aws_sns_topic",
    }
)
ID_IS_NAME = frozenset(
    {
        "aws_backup_vault",
        "aws_dynamodb_table",
        "aws_ecr_repository",
        "aws_iam_group",
        "aws_iam_role",
        "aws_iam_user",
        "aws_lambda_function",
        "aws_s3_bucket",
    }
)
# Attributes of data sources that are the run's own.
KNOWN_DATA: Mapping[tuple[str, str], str] = {
    ("aws_caller_identity", "account_id"): ACCOUNT,
    ("aws_caller_identity", "id"): ACCOUNT,
    ("aws_partition", "dns_suffix"): SUFFIX,
    ("aws_partition", "id"): PARTITION,
    ("aws_partition", "partition"): PARTITION,
    ("aws_partition", "reverse_dns_prefix"): "com.amazonaws",
    ("aws_region", "id"): REGION,
    ("aws_region", "name"): REGION,
    ("aws_region", "region"): REGION,
}
# Data sources that give an ARN of a known form under another name: ARN from its service on.
DATA_ARNS: Mapping[tuple[str, str], str] = {
    ("aws_caller_identity", "arn"): f"{_IAM}user/",
    ("aws_iam_session_context", "issuer_arn"): f"{_IAM}role/",
}
# Ends of attribute names that hold what AWS gives out: never a wildcard.
SURE_ENDS = ("arn", "arns", "id", "ids", "url", "dns_name", "hex")


def is_sure(attribute: str) -> bool:
    """Whether an attribute of a resource surely holds an identifier, not a pattern."""
    return attribute in SURE_ENDS or attribute.endswith(tuple(f"_{end}" for end in SURE_ENDS))
