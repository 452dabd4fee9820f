"""
Names that people use: of services, of verbs in action names, of condition keys.

Services: AWS Service Authorization Reference, "Actions, resources, and condition keys for AWS services".
Keys: IAM User Guide, "AWS global condition context keys". What is not here is called by its prefix or as
written.
"""

from __future__ import annotations

from collections.abc import Mapping

SERVICES: Mapping[str, str] = {
    "access-analyzer": "Access Analyzer",
    "acm": "Certificate Manager",
    "apigateway": "API Gateway",
    "athena": "Athena",
    "autoscaling": "Auto Scaling",
    "backup": "Backup",
    "batch": "Batch",
    "bedrock": "Bedrock",
    "cloudformation": "CloudFormation",
    "cloudfront": "CloudFront",
    "cloudtrail": "CloudTrail",
    "cloudwatch": "CloudWatch",
    "codebuild": "CodeBuild",
    "codecommit": "CodeCommit",
    "codepipeline": "CodePipeline",
    "cognito-idp": "Cognito",
    "config": "Config",
    "dynamodb": "DynamoDB",
    "ec2": "EC2",
    "ecr": "ECR",
    "ecs": "ECS",
    "eks": "EKS",
    "elasticache": "ElastiCache",
    "elasticfilesystem": "EFS",
    "elasticloadbalancing": "Elastic Load Balancing",
    "es": "OpenSearch",
    "events": "EventBridge",
    "execute-api": "API Gateway",
    "firehose": "Firehose",
    "glacier": "Glacier",
    "glue": "Glue",
    "guardduty": "GuardDuty",
    "iam": "IAM",
    "kinesis": "Kinesis",
    "kms": "KMS",
    "lambda": "Lambda",
    "logs": "CloudWatch Logs",
    "organizations": "Organizations",
    "rds": "RDS",
    "rds-data": "RDS",
    "redshift": "Redshift",
    "route53": "Route 53",
    "s3": "S3",
    "sagemaker": "SageMaker",
    "secretsmanager": "Secrets Manager",
    "ses": "SES",
    "sns": "SNS",
    "sqs": "SQS",
    "ssm": "Systems Manager",
    "sso": "Identity Center",
    "states": "Step Functions",
    "sts": "STS",
    "wafv2": "WAF",
}

# action in lower case: (verb, noun without article) where the name itself reads badly
PHRASES: Mapping[str, tuple[str, str]] = {
    "dynamodb:query": ("query", "DynamoDB table"),
    "dynamodb:scan": ("scan", "DynamoDB table"),
    "ec2:runinstances": ("start", "EC2 instance"),
    "iam:passrole": ("pass", "IAM role"),
    "kms:decrypt": ("decrypt with", "KMS key"),
    "kms:encrypt": ("encrypt with", "KMS key"),
    "lambda:invokefunction": ("invoke", "Lambda function"),
    "s3:deleteobject": ("delete", "S3 object"),
    "s3:getobject": ("read", "S3 object"),
    "s3:listbucket": ("list the objects of", "S3 bucket"),
    "s3:putobject": ("write", "S3 object"),
    "secretsmanager:getsecretvalue": ("read the value of", "secret"),
    "sns:publish": ("publish to", "SNS topic"),
    "sqs:receivemessage": ("receive messages of", "SQS queue"),
    "sqs:sendmessage": ("send messages to", "SQS queue"),
    "ssm:startsession": ("open a session on", "machine"),
    "sts:assumerole": ("assume", "role"),
    "sts:assumerolewithsaml": ("assume", "role"),
    "sts:assumerolewithwebidentity": ("assume", "role"),
}

_VERBS = """
accept add allocate apply approve associate attach authorize cancel change check close complete copy
create deactivate decline decrease delete deploy deregister describe detach disable disassociate download
enable execute export get grant import increase initiate invite invoke list lock merge modify move notify
open pause publish purchase purge put read reboot receive register reject release remove rename renew
replace request reset resize restart restore resume retrieve retry revoke rollback rotate run scale
schedule search select send set share start stop submit subscribe suspend tag terminate test transfer
trigger undeprecate unlock unsubscribe untag update upgrade upload validate verify view write
"""
VERBS = frozenset(_VERBS.split())
"""First words of action names that are verbs with what follows as their object."""

_KEYS = """
aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:CurrentTime aws:EpochTime aws:FederatedProvider
aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn
aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName
aws:PrincipalServiceNamesList aws:PrincipalType aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID
aws:ResourceOrgPaths aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIdentity aws:SourceIp
aws:SourceOrgID aws:SourceOrgPaths aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:TagKeys
aws:TokenIssueTime aws:UserAgent aws:ViaAWSService aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths
aws:VpcSourceIp iam:AWSServiceName iam:PassedToService iam:PermissionsBoundary iam:PolicyARN
kms:CallerAccount kms:ViaService lambda:FunctionUrlAuthType s3:DataAccessPointAccount
s3:DataAccessPointArn s3:TlsVersion sts:ExternalId sts:RoleSessionName
"""
KEYS: Mapping[str, str] = {key.lower(): key for key in _KEYS.split()}
_TAGS = {
    "aws:principaltag": "aws:PrincipalTag",
    "aws:requesttag": "aws:RequestTag",
    "aws:resourcetag": "aws:ResourceTag",
}


def key_name(key: str) -> str:
    """A condition key as the documentation spells it, where that is known."""
    prefix, slash, tag = key.partition("/")
    if slash and prefix.lower() in _TAGS:
        return f"{_TAGS[prefix.lower()]}/{tag}"
    return KEYS.get(key.lower(), key)
