"""
Actions that open resources to other accounts or to everybody.

Source: AWS Service Authorization Reference: actions of the access level "Permissions management", and those
that change who may use a snapshot, share or domain.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.model import Severity

_POLICIES, _SHARES = "rewrites the policy of any", "shares any"
# action: how bad it is on every resource, and what its holder does
EXPOSING_ACTIONS: Mapping[str, tuple[Severity, str]] = {
    "s3:PutBucketPolicy": (Severity.HIGH, f"{_POLICIES} bucket"),
    "s3:DeleteBucketPolicy": (Severity.MEDIUM, "removes the policy of any bucket"),
    "s3:PutBucketAcl": (Severity.HIGH, "opens any bucket"),
    "s3:PutObjectAcl": (Severity.HIGH, "opens any object"),
    "s3:PutAccessPointPolicy": (Severity.HIGH, f"{_POLICIES} access point"),
    "s3:PutBucketPublicAccessBlock": (Severity.HIGH, "lifts the block on public access of any bucket"),
    "s3:PutAccountPublicAccessBlock": (Severity.HIGH, "lifts the account's block on public access"),
    "kms:PutKeyPolicy": (Severity.HIGH, f"{_POLICIES} key"),
    "kms:CreateGrant": (Severity.MEDIUM, "grants others the use of any key"),
    "secretsmanager:PutResourcePolicy": (Severity.HIGH, f"{_POLICIES} secret"),
    "ssm:ModifyDocumentPermission": (Severity.MEDIUM, f"{_SHARES} document"),
    "ssm:PutResourcePolicy": (Severity.MEDIUM, f"{_POLICIES} parameter"),
    "ec2:ModifySnapshotAttribute": (Severity.HIGH, f"{_SHARES} snapshot of a disk"),
    "ec2:ModifyImageAttribute": (Severity.HIGH, f"{_SHARES} machine image"),
    "ec2:DisableSnapshotBlockPublicAccess": (Severity.HIGH, "lets snapshots be shared with everybody"),
    "ec2:DisableImageBlockPublicAccess": (Severity.HIGH, "lets images be shared with everybody"),
    "ec2:ModifyVpcEndpointServicePermissions": (Severity.MEDIUM, "lets others use any endpoint service"),
    "rds:ModifyDBSnapshotAttribute": (Severity.HIGH, f"{_SHARES} snapshot of a database"),
    "rds:ModifyDBClusterSnapshotAttribute": (Severity.HIGH, f"{_SHARES} snapshot of a database cluster"),
    "redshift:AuthorizeSnapshotAccess": (Severity.HIGH, f"{_SHARES} snapshot of a warehouse"),
    "redshift:AuthorizeDataShare": (Severity.MEDIUM, f"{_SHARES} data share"),
    "redshift:PutResourcePolicy": (Severity.MEDIUM, f"{_POLICIES} warehouse"),
    "dynamodb:PutResourcePolicy": (Severity.HIGH, f"{_POLICIES} table"),
    "lambda:AddPermission": (Severity.MEDIUM, "lets others call any function"),
    "lambda:AddLayerVersionPermission": (Severity.MEDIUM, f"{_SHARES} layer"),
    "lambda:CreateFunctionUrlConfig": (Severity.MEDIUM, "opens an address for any function"),
    "ecr:SetRepositoryPolicy": (Severity.MEDIUM, f"{_POLICIES} repository of images"),
    "ecr:PutRegistryPolicy": (Severity.MEDIUM, "rewrites the policy of the registry of images"),
    "sns:AddPermission": (Severity.MEDIUM, "lets others use any topic"),
    "sns:SetTopicAttributes": (Severity.MEDIUM, f"{_POLICIES} topic"),
    "sqs:AddPermission": (Severity.MEDIUM, "lets others use any queue"),
    "sqs:SetQueueAttributes": (Severity.MEDIUM, f"{_POLICIES} queue"),
    "events:PutPermission": (Severity.MEDIUM, "lets others send events to any bus"),
    "logs:PutResourcePolicy": (Severity.MEDIUM, "rewrites the policies of logs"),
    "glue:PutResourcePolicy": (Severity.MEDIUM, "rewrites the policy of the data catalogue"),
    "lakeformation:GrantPermissions": (Severity.MEDIUM, "grants others any data of the lake"),
    "elasticfilesystem:PutFileSystemPolicy": (Severity.MEDIUM, f"{_POLICIES} file system"),
    "backup:PutBackupVaultAccessPolicy": (Severity.MEDIUM, f"{_POLICIES} backup vault"),
    "es:UpdateDomainConfig": (Severity.MEDIUM, f"{_POLICIES} search domain"),
    "kinesis:PutResourcePolicy": (Severity.MEDIUM, f"{_POLICIES} stream"),
    "codeartifact:PutDomainPermissionsPolicy": (Severity.MEDIUM, f"{_POLICIES} package domain"),
    "codeartifact:PutRepositoryPermissionsPolicy": (Severity.MEDIUM, f"{_POLICIES} package repository"),
    "codebuild:PutResourcePolicy": (Severity.MEDIUM, f"{_SHARES} build project"),
    "ram:CreateResourceShare": (Severity.MEDIUM, f"{_SHARES} resource that can be shared"),
    "ram:AssociateResourceShare": (Severity.MEDIUM, f"{_SHARES} resource that can be shared"),
    "glacier:SetVaultAccessPolicy": (Severity.MEDIUM, f"{_POLICIES} vault"),
    "mediastore:PutContainerPolicy": (Severity.MEDIUM, f"{_POLICIES} container"),
    "apigateway:UpdateRestApiPolicy": (Severity.MEDIUM, f"{_POLICIES} API"),
}
