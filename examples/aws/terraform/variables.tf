variable "repository" {
  description = "The repository on GitHub, as owner/name, as it is spelled there."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "Write owner/name."
  }
}

variable "ids" {
  description = "Numbers of owner and repository, for subjects with ids (repositories made, renamed or moved since 2026-07-15); pregate doctor shows them."
  type = object({
    owner      = string
    repository = string
  })
  default = null
}

variable "runs" {
  description = "The runs that may assume the role, as the ends of their subjects: pull_request, ref:refs/heads/main, ref:refs/heads/gh-readonly-queue/main/*, environment:NAME."
  type        = list(string)
  default     = ["pull_request"]

  validation {
    condition     = length(var.runs) > 0 && alltrue([for run in var.runs : can(regex("^(pull_request|ref:refs/(heads|tags)/[^*?]+(/\\*)?|environment:[^*?]+)$", run))])
    error_message = "Name each run; only the merge queue's subjects end in /*."
  }
}

variable "issuer" {
  description = "Issuer of the tokens: token.actions.githubusercontent.com, token.actions.NAME.ghe.com, or HOST/_services/token of an Enterprise Server."
  type        = string
  default     = "token.actions.githubusercontent.com"
}

variable "audience" {
  description = "Audience of the identity token; sts.amazonaws.com.cn in China."
  type        = string
  default     = "sts.amazonaws.com"
}

variable "provider_arn" {
  description = "The account's provider for the issuer, if it has one; null to make it."
  type        = string
  default     = null
}

variable "features" {
  description = "What the role may do: validate-policy, custom-checks (charged), security-hub, inspector."
  type        = set(string)
  default     = ["validate-policy"]

  validation {
    condition     = length(setsubtract(var.features, ["validate-policy", "custom-checks", "security-hub", "inspector"])) == 0
    error_message = "Known features: validate-policy, custom-checks, security-hub, inspector."
  }
}

variable "report_objects" {
  description = "Bucket and prefix for reports, for example reports/pregate; null for none."
  type        = string
  default     = null
}

variable "report_key_arn" {
  description = "KMS key of that bucket; null where S3's own keys encrypt it."
  type        = string
  default     = null
}

variable "topic_arn" {
  description = "SNS topic for verdicts; null for none."
  type        = string
  default     = null
}

variable "topic_key_arn" {
  description = "KMS key of that topic; null where it is not encrypted."
  type        = string
  default     = null
}

variable "app_key_arn" {
  description = "KMS key that signs for the GitHub App; null for none."
  type        = string
  default     = null
}

variable "app_secret_arn" {
  description = "Secret with the GitHub App's private key, if KMS does not hold it; null for none."
  type        = string
  default     = null
}

variable "app_secret_key_arn" {
  description = "KMS key of that secret; null where it is under the account's own key for secrets."
  type        = string
  default     = null
}

variable "role_name" {
  description = "Name of the role."
  type        = string
  default     = "pregate"
}

variable "max_session_duration" {
  description = "Seconds that a session may last."
  type        = number
  default     = 3600
}
