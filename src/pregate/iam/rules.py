"""
The local rules. Sources: IAM User Guide (JSON policy elements, security best practices), named otherwise
where used.
"""

from __future__ import annotations

from pregate.iam import trust_rules
from pregate.iam.environment import CODEBUILD_CREDENTIAL
from pregate.iam.rule_form import ELEMENTS, GUIDE, iam_rule
from pregate.model import Rule, Severity

ADMIN_ACCESS = iam_rule(
    "admin-access",
    Severity.CRITICAL,
    "Every action on every resource is allowed",
    "Whoever holds this policy administers the account: read and delete all data, create users, "
    "switch off logging.",
    "List the actions that are used (`service:Action`) and the ARNs that they need.",
    250,
)
SERVICE_ON_ANYTHING = iam_rule(
    "service-wildcard-any-resource",
    Severity.HIGH,
    "Every action of a service is allowed on every resource",
    "A wildcard for a whole service also grants its destructive and permission-changing "
    "actions, and those that AWS "
    "adds later, on everything in the account.",
    "Name the actions, and give the ARNs of the resources instead of `*`.",
    250,
)
SERVICE_WILDCARD = iam_rule(
    "service-wildcard",
    Severity.MEDIUM,
    "Every action of a service is allowed",
    "A wildcard for a whole service also grants its destructive and permission-changing "
    "actions, and those that AWS adds later.",
    "Name the actions that are used; a prefix such as `s3:Get*` is still better than `s3:*`.",
    250,
)
WILDCARD_IN_SERVICE = iam_rule(
    "wildcard-in-service-name",
    Severity.MEDIUM,
    "The service part of an action has a wildcard",
    "The pattern matches actions of other services with a similar prefix, today's and future ones.",
    "Write the service prefix in full.",
    250,
)
NOT_ACTION = iam_rule(
    "allow-not-action",
    Severity.HIGH,
    "Allow with NotAction",
    "All actions but the listed ones are allowed, with every service that AWS adds later.",
    "List the allowed actions in `Action`, or turn the statement into a `Deny`.",
    250,
    ELEMENTS + "_notaction.html",
)
NOT_RESOURCE = iam_rule(
    "allow-not-resource",
    Severity.HIGH,
    "Allow with NotResource",
    "All resources but the listed ones are open to these actions, also those created later.",
    "List the allowed ARNs in `Resource`, or turn the statement into a `Deny`.",
    250,
    ELEMENTS + "_notresource.html",
)
NOT_PRINCIPAL = iam_rule(
    "allow-not-principal",
    Severity.CRITICAL,
    "Allow with NotPrincipal",
    "Everybody but the listed principals is allowed, anonymous callers included.",
    "List the allowed principals in `Principal`.",
    284,
    ELEMENTS + "_notprincipal.html",
)
PUBLIC_PRINCIPAL = iam_rule(
    "public-principal",
    Severity.CRITICAL,
    "Anybody may use the resource or assume the role",
    "The principal is a wildcard and no condition narrows it to an account, organisation, "
    "network or source: every AWS "
    "account, often every anonymous caller, is allowed.",
    "Name the principals, or add a condition such as `aws:PrincipalOrgID`, `aws:SourceAccount` "
    "or `aws:SourceArn` "
    "(without `IfExists`).",
    284,
    ELEMENTS + "_principal.html",
)
PASS_ROLE = iam_rule(
    "pass-role-any",
    Severity.HIGH,
    "iam:PassRole on every role",
    "Whoever can pass any role to a service can act with that role's rights, an administrator's included.",
    "Give the ARNs of the roles in `Resource`, and add the condition `iam:PassedToService`.",
    269,
    GUIDE + "id_roles_use_passrole.html",
)
ESCALATION = iam_rule(
    "privilege-escalation",
    Severity.HIGH,
    "An action that lets its holder gain more rights, on every resource",
    "These actions change policies, credentials or code of others; on `*` they lead to administrator rights.",
    "Restrict `Resource` to named ARNs, demand a permissions boundary by condition, or remove the action.",
    269,
)
BROAD_MANAGED_POLICY = iam_rule(
    "broad-managed-policy",
    Severity.HIGH,
    "A broad AWS managed policy is attached",
    "AWS's `AdministratorAccess`, `IAMFullAccess`, `PowerUserAccess` and `…FullAccess` policies grant every "
    "action of an account or service on every resource, and what AWS adds to them later.",
    "Write a policy with the actions and ARNs that are used, or attach a narrower managed policy.",
    250,
    GUIDE + "access_policies_managed-vs-inline.html",
)
ESCALATION_PATH = iam_rule(
    "escalation-path",
    Severity.HIGH,
    "Actions that together let their holder gain more rights, on every resource",
    "No single action gives more rights, or much more, but the policy grants all that it takes: to pass a "
    "role to a service and run something there, or to change a role and assume it. With it the holder can do "
    "what the most powerful role of the account may.",
    "Restrict `iam:PassRole` to the ARNs of the roles that are meant, with `iam:PassedToService`; restrict "
    "the other actions to named ARNs, or demand a permissions boundary by condition.",
    269,
    GUIDE + "id_roles_use_passrole.html",
)
RESOURCE_EXPOSURE = iam_rule(
    "resource-exposure-any",
    Severity.MEDIUM,
    "An action that opens resources to others, on every resource",
    "These actions change resource policies, access lists or shares: their holder can let another account, "
    "or everybody, in.",
    "Give the ARNs of the resources in `Resource`, or leave sharing to a role of its own.",
    732,
    GUIDE + "access-analyzer-resources.html",
)
SENSITIVE_WILDCARD = iam_rule(
    "wildcard-sensitive-service",
    Severity.MEDIUM,
    "A wildcard among the actions of a sensitive service",
    "Identities, keys, secrets and the organization hang on these services. A wildcard grants more of their "
    "actions than its author lists, and those that AWS adds later.",
    "List the actions that are used. Wildcards behind a verb that only reads (`Get*`, `List*`) are let be.",
    250,
)
ASSUME_ROLE = iam_rule(
    "assume-role-any",
    Severity.HIGH,
    "sts:AssumeRole on every role",
    "Every role that trusts this account can be assumed, in other accounts too.",
    "Give the ARNs of the roles in `Resource`.",
    269,
)
SENSITIVE_DATA = iam_rule(
    "sensitive-data-any",
    Severity.MEDIUM,
    "Reads data or secrets of every resource",
    "The action reads stored data, parameters or secrets, and no resource is named: all of the "
    "account's are open.",
    "Give the ARNs of the buckets, tables, keys or secrets in `Resource`.",
    668,
)
FOR_ALL_VALUES = iam_rule(
    "for-all-values-allow",
    Severity.MEDIUM,
    "Allow with ForAllValues on a key with one value",
    "ForAllValues is true when the key is missing from the request, so the condition does not protect.",
    'Remove `ForAllValues:`, or add `"Null": {"<key>": "false"}`.',
    863,
    GUIDE + "reference_policies_condition-single-vs-multi-valued-context-keys.html",
)
MISSING_VERSION = iam_rule(
    "missing-version",
    Severity.LOW,
    "The policy has no Version, or the old one",
    "It is then read as of 2008-10-17: policy variables such as `${aws:username}` are plain "
    "text, so a statement that uses "
    "them does not do what it says.",
    'Add `"Version": "2012-10-17"`.',
    1188,
    ELEMENTS + "_version.html",
)
INVALID_POLICY = iam_rule(
    "invalid-policy",
    Severity.MEDIUM,
    "The policy does not follow the policy grammar",
    "AWS refuses such a document, or does not apply the part that is meant to protect.",
    "Mend the element that the message names.",
    1188,
    GUIDE + "reference_policies_grammar.html",
)
INVALID_ACTION = iam_rule(
    "invalid-action",
    Severity.MEDIUM,
    "An action is not written as service:Action",
    "AWS refuses it; a Deny that is meant to protect is not there.",
    "Write `service:Action`, such as `s3:GetObject`.",
    1188,
    ELEMENTS + "_action.html",
)
INVALID_ARN = iam_rule(
    "invalid-arn",
    Severity.MEDIUM,
    "A resource is not written as an ARN",
    "AWS refuses it, or it matches nothing; a Deny that is meant to protect is not there.",
    "Write `arn:partition:service:region:account:resource`, or `*`.",
    1188,
    ELEMENTS + "_resource.html",
)
DUPLICATE_SID = iam_rule(
    "duplicate-sid",
    Severity.LOW,
    "Two statements have the same Sid",
    "Most services refuse such a policy; where one accepts it, the statements cannot be told "
    "apart in reviews and logs.",
    "Give each statement a Sid of its own.",
    1188,
    ELEMENTS + "_sid.html",
)

RULES: tuple[Rule, ...] = (
    ADMIN_ACCESS,
    SERVICE_ON_ANYTHING,
    SERVICE_WILDCARD,
    WILDCARD_IN_SERVICE,
    NOT_ACTION,
    NOT_RESOURCE,
    NOT_PRINCIPAL,
    PUBLIC_PRINCIPAL,
    PASS_ROLE,
    BROAD_MANAGED_POLICY,
    ESCALATION,
    ESCALATION_PATH,
    ASSUME_ROLE,
    SENSITIVE_DATA,
    RESOURCE_EXPOSURE,
    SENSITIVE_WILDCARD,
    *trust_rules.RULES,
    CODEBUILD_CREDENTIAL,
    FOR_ALL_VALUES,
    MISSING_VERSION,
    INVALID_POLICY,
    INVALID_ACTION,
    INVALID_ARN,
    DUPLICATE_SID,
)
