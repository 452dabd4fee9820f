data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.name
  owner     = split("/", var.repository)[0]
  name      = split("/", var.repository)[1]
  provider  = var.provider_arn == null ? aws_iam_openid_connect_provider.github[0].arn : var.provider_arn
  hub       = "arn:${local.partition}:securityhub:${local.region}:${local.account}"

  classic   = [for run in var.runs : "repo:${local.owner}/${local.name}:${run}"]
  immutable = var.ids == null ? [] : [for run in var.runs : "repo:${local.owner}@${var.ids.owner}/${local.name}@${var.ids.repository}:${run}"]
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.provider_arn == null ? 1 : 0

  url            = "https://${var.issuer}"
  client_id_list = [var.audience]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.issuer}:aud"
      values   = [var.audience]
    }

    # Only the merge queue's subjects end in a pattern: each of its runs has a branch of its own.
    condition {
      test     = "StringLike"
      variable = "${var.issuer}:sub"
      values   = concat(local.classic, local.immutable)
    }
  }
}

data "aws_iam_policy_document" "permissions" {
  dynamic "statement" {
    for_each = contains(var.features, "validate-policy") ? [1] : []
    content {
      actions   = ["access-analyzer:ValidatePolicy"]
      resources = ["*"] # the action knows no resources
    }
  }

  dynamic "statement" {
    for_each = contains(var.features, "custom-checks") ? [1] : []
    content {
      actions = [
        "access-analyzer:CheckAccessNotGranted",
        "access-analyzer:CheckNoNewAccess",
        "access-analyzer:CheckNoPublicAccess",
      ]
      resources = ["*"] # the actions know no resources
    }
  }

  dynamic "statement" {
    for_each = contains(var.features, "security-hub") ? [1] : []
    content {
      actions = [
        "securityhub:BatchImportFindings",
        "securityhub:BatchUpdateFindings",
        "securityhub:GetFindings",
      ]
      resources = ["${local.hub}:hub/default", "${local.hub}:product/${local.account}/default"]
    }
  }

  dynamic "statement" {
    for_each = contains(var.features, "inspector") ? [1] : []
    content {
      actions   = ["inspector-scan:ScanSbom"]
      resources = ["*"] # the action knows no resources
    }
  }

  dynamic "statement" {
    for_each = var.report_objects == null ? [] : [1]
    content {
      # Reading is for links to a report, which act with the role's rights.
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = ["arn:${local.partition}:s3:::${var.report_objects}/*"]
    }
  }

  dynamic "statement" {
    for_each = var.report_key_arn == null ? [] : [1]
    content {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [var.report_key_arn]
    }
  }

  dynamic "statement" {
    for_each = var.topic_arn == null ? [] : [1]
    content {
      actions   = ["sns:Publish"]
      resources = [var.topic_arn]
    }
  }

  dynamic "statement" {
    for_each = var.topic_key_arn == null ? [] : [1]
    content {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [var.topic_key_arn]
    }
  }

  dynamic "statement" {
    for_each = var.app_key_arn == null ? [] : [1]
    content {
      actions   = ["kms:Sign"]
      resources = [var.app_key_arn]
    }
  }

  dynamic "statement" {
    for_each = var.app_secret_arn == null ? [] : [1]
    content {
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [var.app_secret_arn]
    }
  }

  dynamic "statement" {
    for_each = var.app_secret_key_arn == null ? [] : [1]
    content {
      actions   = ["kms:Decrypt"]
      resources = [var.app_secret_key_arn]
    }
  }
}

resource "aws_iam_role" "pregate" {
  name                 = var.role_name
  description          = "Assumed by pregate in GitHub Actions"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = var.max_session_duration
}

resource "aws_iam_role_policy" "permissions" {
  name   = "pregate"
  role   = aws_iam_role.pregate.id
  policy = data.aws_iam_policy_document.permissions.json
}
