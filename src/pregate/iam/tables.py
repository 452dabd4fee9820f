"""
Actions and condition keys that the local rules know.

Action names: AWS Service Authorization Reference. Which lead to more rights: "AWS IAM Privilege Escalation
Methods" (Rhino Security Labs, 2018, and its later additions). Keys: IAM User Guide, "AWS global condition
context keys"; which of them make a policy non-public: Amazon S3 User Guide, "The meaning of public".
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.model import Severity

# action: what its holder can do with it
ESCALATION_ACTIONS: Mapping[str, str] = {
    "iam:AddUserToGroup": "joins any group",
    "iam:AttachGroupPolicy": "attaches any managed policy to a group",
    "iam:AttachRolePolicy": "attaches any managed policy to a role",
    "iam:AttachUserPolicy": "attaches any managed policy to a user",
    "iam:CreateAccessKey": "makes access keys of any user",
    "iam:CreateLoginProfile": "sets a console password for any user",
    "iam:CreatePolicyVersion": "rewrites any customer managed policy",
    "iam:DeleteRolePermissionsBoundary": "removes the boundary of any role",
    "iam:DeleteUserPermissionsBoundary": "removes the boundary of any user",
    "iam:PutGroupPolicy": "writes any policy into a group",
    "iam:PutRolePolicy": "writes any policy into a role",
    "iam:PutUserPolicy": "writes any policy into a user",
    "iam:SetDefaultPolicyVersion": "brings back old versions of any policy",
    "iam:UpdateAssumeRolePolicy": "makes any role trust the caller",
    "iam:UpdateLoginProfile": "changes the console password of any user",
    "apprunner:UpdateService": "runs code with the role of any service",
    "ec2-instance-connect:SendSSHPublicKey": "opens a shell on any machine",
    "lambda:UpdateFunctionCode": "runs code with the role of any function",
    "lambda:UpdateFunctionConfiguration": "runs code with the role of any function",
    "glue:UpdateDevEndpoint": "reaches the role of any development endpoint",
    "sagemaker:CreatePresignedNotebookInstanceUrl": "opens any notebook with its role",
    "ssm:SendCommand": "runs commands on any managed machine",
    "ssm:StartSession": "opens a shell on any managed machine",
}

# Actions that read stored data, parameters, secrets or credentials.
SENSITIVE_ACTIONS: Mapping[str, Severity] = {
    "aoss:APIAccessAll": Severity.MEDIUM,
    "codecommit:GitPull": Severity.MEDIUM,
    "dynamodb:BatchGetItem": Severity.MEDIUM,
    "dynamodb:ExportTableToPointInTime": Severity.MEDIUM,
    "dynamodb:GetItem": Severity.MEDIUM,
    "dynamodb:GetRecords": Severity.MEDIUM,
    "dynamodb:PartiQLSelect": Severity.MEDIUM,
    "dynamodb:Query": Severity.MEDIUM,
    "dynamodb:Scan": Severity.MEDIUM,
    "ebs:GetSnapshotBlock": Severity.MEDIUM,
    "ec2:GetPasswordData": Severity.HIGH,
    "es:ESHttpGet": Severity.MEDIUM,
    "glacier:GetJobOutput": Severity.MEDIUM,
    "kinesis:GetRecords": Severity.MEDIUM,
    "kms:Decrypt": Severity.MEDIUM,
    "lightsail:DownloadDefaultKeyPair": Severity.HIGH,
    "lightsail:GetInstanceAccessDetails": Severity.HIGH,
    "rds-data:ExecuteStatement": Severity.MEDIUM,
    "rds-db:connect": Severity.MEDIUM,
    "rds:DownloadCompleteDBLogFile": Severity.MEDIUM,
    "rds:StartExportTask": Severity.MEDIUM,
    "redshift-data:ExecuteStatement": Severity.MEDIUM,
    "redshift:GetClusterCredentials": Severity.HIGH,
    "redshift:GetClusterCredentialsWithIAM": Severity.HIGH,
    "s3:GetObject": Severity.MEDIUM,
    "s3:GetObjectVersion": Severity.MEDIUM,
    "secretsmanager:BatchGetSecretValue": Severity.HIGH,
    "secretsmanager:GetSecretValue": Severity.HIGH,
    "sqs:ReceiveMessage": Severity.MEDIUM,
    "ssm:GetParameter": Severity.HIGH,
    "ssm:GetParameterHistory": Severity.HIGH,
    "ssm:GetParameters": Severity.HIGH,
    "ssm:GetParametersByPath": Severity.HIGH,
}

# Services of whose actions each is worth a name, and the verbs that only read.
SENSITIVE_SERVICES = frozenset(
    {
        "account",
        "cloudtrail",
        "iam",
        "identitystore",
        "kms",
        "organizations",
        "ram",
        "secretsmanager",
        "sso",
        "sso-directory",
        "sts",
    }
)
READING = (
    "batchget",
    "check",
    "describe",
    "generate",
    "get",
    "list",
    "lookup",
    "reencrypt",
    "search",
    "simulate",
    "validate",
)

# Services whose every action, on everything, is as good as administrator rights.
POWERFUL_SERVICES = frozenset({"iam", "organizations", "sso", "sts"})

# Keys that say whose request it is or where it comes from; all lower-case.
SOURCE_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:vpcsourceip",
        "elasticfilesystem:accesspointarn",
        "kms:calleraccount",
        "lambda:eventsourcetoken",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)

# Keys that say whose resource it is, or which one; a key of a resource tag counts too.
RESOURCE_KEYS = frozenset(
    {
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "dynamodb:leadingkeys",
        "iam:associatedresourcearn",
        "iam:passedtoservice",
        "iam:permissionsboundary",
        "kms:encryptioncontextkeys",
        "kms:viaservice",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:existingobjecttag",
    }
)

GITHUB_PROVIDER = "token.actions.githubusercontent.com"
# Claims of GitHub's token that say something of the workflow, its repository or who runs it.
GITHUB_CLAIMS = frozenset(
    {
        "sub",
        "actor",
        "actor_id",
        "enterprise",
        "enterprise_id",
        "environment",
        "job_workflow_ref",
        "job_workflow_sha",
        "ref",
        "repository",
        "repository_id",
        "repository_owner",
        "repository_owner_id",
        "workflow",
        "workflow_ref",
        "workflow_sha",
    }
)

ELEMENTS = frozenset({"Version", "Id", "Statement"})
STATEMENT_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
PRINCIPAL_KINDS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
OPERATORS = frozenset(
    {
        "stringequals",
        "stringnotequals",
        "stringequalsignorecase",
        "stringnotequalsignorecase",
        "stringlike",
        "stringnotlike",
        "numericequals",
        "numericnotequals",
        "numericlessthan",
        "numericlessthanequals",
        "numericgreaterthan",
        "numericgreaterthanequals",
        "dateequals",
        "datenotequals",
        "datelessthan",
        "datelessthanequals",
        "dategreaterthan",
        "dategreaterthanequals",
        "bool",
        "binaryequals",
        "ipaddress",
        "notipaddress",
        "arnequals",
        "arnlike",
        "arnnotequals",
        "arnnotlike",
        "null",
    }
)
