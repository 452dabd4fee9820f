"""What keys of Amazon Web Services and of Google open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

_AWS_ROLE = (
    "Use a role instead: an instance or task role in AWS, OIDC from build services, IAM Identity Center for "
    "people."
)
_GOOGLE_IDENTITY = (
    "Use an attached service account in Google Cloud and workload identity federation outside of it."
)

ENTRIES: dict[str, Entry] = {
    "AWSKeyDetector": Entry(
        "AWS access key",
        _CRITICAL,
        _SURE,
        "act as the IAM user or role behind it; public repositories are searched for such keys",
        "Create a second key for the user (`aws iam create-access-key`), deploy it, make the old one "
        "inactive "
        "and delete it (`aws iam update-access-key`, `aws iam delete-access-key`); a temporary key (`ASIA…`) "
        "ends by revoking the role's sessions in IAM. Look for its use in CloudTrail.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
        prefixes=("AKIA", "ASIA", "ABIA", "ACCA", "A3T"),
        instead=_AWS_ROLE,
    ),
    "AWSSessionTokenDetector": Entry(
        "AWS session token",
        _CRITICAL,
        _SURE,
        "act as the role behind it until it expires, together with its temporary key",
        "In IAM open the role and choose Revoke active sessions; for a federated user, deny sessions issued "
        "before now by `aws:TokenIssueTime`. Look for its use in CloudTrail.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html",
        prefixes=("IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "FQoDYXdz", "AQoDYXdz"),
        instead="Let the SDK fetch temporary credentials itself; never store them.",
    ),
    "AWSBedrockKeyDetector": Entry(
        "Amazon Bedrock API key",
        _CRITICAL,
        _SURE,
        "run models in the account at its owner's cost",
        "Reset or delete a long-term key in the Bedrock console under API keys, or with "
        "`aws iam delete-service-specific-credential`; a short-term one ends when the session that made it "
        "is "
        "revoked.",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
        prefixes=("ABSK", "bedrock-api-key-"),
        instead=_AWS_ROLE,
    ),
    "GCPServiceAccountDetector": Entry(
        "private key of a Google Cloud service account",
        _CRITICAL,
        _SURE,
        "act as the service account in every project that trusts it",
        "Create another key, deploy it, and delete this one: `gcloud iam service-accounts keys delete KEY_ID "
        "--iam-account=ACCOUNT`. Look for its use in the audit logs.",
        "https://cloud.google.com/iam/docs/keys-create-delete",
        cwe=321,
        prefixes=("-----BEGIN PRIVATE KEY-----",),
        instead=_GOOGLE_IDENTITY,
    ),
    "GoogleApiKeyDetector": Entry(
        "Google API key",
        _HIGH,
        _SURE,
        "use the interfaces it is not restricted from at the project's cost, Gemini among them",
        "In the console under APIs & Services, Credentials, rotate the key or delete it; restrict its "
        "successor "
        "to the interfaces and the sites, addresses or applications that need it.",
        "https://cloud.google.com/docs/authentication/api-keys",
        prefixes=("AIza",),
        instead="A key that a web page or an application shows to everybody must be restricted, and is then "
        "no "
        "secret: say so with a comment that allows it.",
    ),
    "GoogleOAuthSecretDetector": Entry(
        "Google OAuth client secret",
        _HIGH,
        _SURE,
        "pretend to be the application when its users log in",
        "In the console under APIs & Services, Credentials, add a second secret to the client, deploy it, "
        "then "
        "disable and delete the old one.",
        "https://support.google.com/cloud/answer/15549257",
        prefixes=("GOCSPX-",),
        instead="Installed applications should use PKCE and treat the secret as public.",
    ),
    "GoogleOAuthTokenDetector": Entry(
        "Google OAuth token",
        _HIGH,
        _SURE,
        "act as the user or the service account within the token's scopes; a refresh token does not expire "
        "soon",
        "Revoke it: `curl -d token=… https://oauth2.googleapis.com/revoke`, or remove the application's "
        "access "
        "at myaccount.google.com/connections, then log in again.",
        "https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke",
        prefixes=("ya29.", "1//0"),
        instead=_GOOGLE_IDENTITY,
    ),
    "FirebaseServerKeyDetector": Entry(
        "Firebase Cloud Messaging server key",
        _HIGH,
        _SURE,
        "send messages to every device of the application where the old interface still answers",
        "Delete the key in the Firebase console under Project settings, Cloud Messaging, and disable the "
        "legacy "
        "interface.",
        "https://firebase.google.com/docs/cloud-messaging/migrate-v1",
        instead="Send through the HTTP v1 interface with an attached service account.",
    ),
    "GCPStorageKeyDetector": Entry(
        "Google Cloud Storage HMAC key",
        _CRITICAL,
        _LIKELY,
        "read and change what the service account may in Cloud Storage",
        "Create another key, then deactivate and delete this one: `gcloud storage hmac update --deactivate "
        "ACCESS_ID`, `gcloud storage hmac delete ACCESS_ID`.",
        "https://cloud.google.com/storage/docs/authentication/managing-hmackeys",
        instead=_GOOGLE_IDENTITY,
    ),
    "AWSAppSyncKeyDetector": Entry(
        "AWS AppSync API key",
        _HIGH,
        _SURE,
        "call the interface with all that it lets holders of a key do",
        "`aws appsync create-api-key`, deploy it, then `aws appsync delete-api-key`.",
        "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",
        prefixes=("da2-",),
        instead="Let users log in through Cognito or IAM; a key is for what is public anyway.",
    ),
    "AWSSesPasswordDetector": Entry(
        "Amazon SES SMTP password",
        _HIGH,
        _LIKELY,
        "send mail in the name of the verified domains",
        "Delete the IAM user's access key that it was made from, and create other SMTP credentials in the "
        "SES "
        "console.",
        "https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html",
        instead="Send through the SES interface with a role.",
    ),
    "AmazonOAuthSecretDetector": Entry(
        "Login with Amazon client secret",
        _HIGH,
        _SURE,
        "pretend to be the application when its users log in, and with their tokens act for sellers",
        "Rotate the secret in Seller Central's developer console or on the security profile's Web Settings.",
        "https://developer-docs.amazon.com/sp-api/",
        prefixes=("amzn1.oa2-cs.v1.",),
        instead="Keep it in a secret store that only the server reads.",
    ),
    "AmazonMWSDetector": Entry(
        "Amazon MWS auth token",
        _HIGH,
        _SURE,
        "act for the seller who granted it where the old interface still answers",
        "The seller disables the developer's access in Seller Central under Manage your apps.",
        "https://developer-docs.amazon.com/sp-api/",
        prefixes=("amzn.mws.",),
        instead="Move to the Selling Partner API, whose tokens live for an hour.",
    ),
}
