"""What keys of further clouds and of hosted databases open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

ENTRIES: dict[str, Entry] = {
    "AlibabaDetector": Entry(
        "Alibaba Cloud AccessKey",
        _CRITICAL,
        _SURE,
        "act as the account or the RAM user behind it",
        "In the RAM console create a second AccessKey for the user, deploy it, disable the old one and "
        "delete it.",
        "https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair",
        prefixes=("LTAI",),
        instead="Use an instance RAM role, or STS tokens by OIDC.",
    ),
    "TencentDetector": Entry(
        "Tencent Cloud API key",
        _CRITICAL,
        _SURE,
        "act as the account or the sub-user behind it",
        "In the CAM console under API Keys create a second key, deploy it, disable the old one and delete "
        "it.",
        "https://www.tencentcloud.com/document/product/598",
        prefixes=("AKID",),
        instead="Use a CAM role and temporary credentials.",
    ),
    "IbmCloudIamDetector": Entry(
        "IBM Cloud IAM key",
        _CRITICAL,
        _LIKELY,
        "act as the identity behind it in the IBM Cloud account",
        "Delete it under Manage, Access (IAM), API keys (`ibmcloud iam api-key-delete NAME`), and create "
        "another.",
        "https://cloud.ibm.com/docs/account?topic=account-userapikey",
        instead="Use trusted profiles, which need no key.",
    ),
    "IbmCosHmacDetector": Entry(
        "IBM Cloud Object Storage HMAC key",
        _HIGH,
        _LIKELY,
        "read and change the objects in the storage",
        "Create a service credential with HMAC, deploy it, and delete the old one "
        "(`ibmcloud resource service-key-delete NAME`).",
        "https://cloud.ibm.com/docs/"
        "cloud-object-storage?topic=cloud-object-storage-uhc-hmac-credentials-main",
        instead="Use IAM tokens of a trusted profile.",
    ),
    "SoftlayerDetector": Entry(
        "SoftLayer credential",
        _CRITICAL,
        _LIKELY,
        "manage the account's servers",
        "Delete the classic infrastructure API key of the user in the IBM Cloud console under Access (IAM), "
        "Users, "
        "and create another.",
        "https://cloud.ibm.com/docs/account?topic=account-classic_keys",
        instead="Use an IBM Cloud IAM key of a service id with few rights.",
    ),
    "CloudantDetector": Entry(
        "Cloudant credential",
        _HIGH,
        _LIKELY,
        "read and change the databases of the account",
        "Delete the service credential in IBM Cloud (`ibmcloud resource service-key-delete NAME`) and create "
        "another; a legacy API key is removed under the database's permissions.",
        "https://cloud.ibm.com/docs/Cloudant?topic=Cloudant-managing-access-for-cloudant",
        instead="Let clients log in with IAM alone.",
    ),
    "YandexDetector": Entry(
        "Yandex Cloud key or token",
        _CRITICAL,
        _SURE,
        "act as the account or the service account behind it",
        "Delete the key (`yc iam api-key delete ID`, `yc iam access-key delete ID`) or revoke the token "
        "(`yc iam revoke-token`), and create another.",
        "https://yandex.cloud/en/docs/iam/concepts/authorization/",
        prefixes=("AQVN", "t1.", "y0_", "y1_", "y2_", "y3_"),
        instead="Use a service account that is linked to the machine, or workload identity federation.",
    ),
    "AkamaiDetector": Entry(
        "Akamai EdgeGrid credential",
        _CRITICAL,
        _LIKELY,
        "change what the network delivers, as its API client may",
        "In the Control Center under Identity & access open the API client, create a credential, deploy it, "
        "then "
        "deactivate and delete the old one.",
        "https://techdocs.akamai.com/developer/docs/set-up-authentication-credentials",
        prefixes=("akab-",),
        instead="Give each use an API client with few groups and interfaces, and a credential that expires.",
    ),
    "BackblazeDetector": Entry(
        "Backblaze B2 application key",
        _CRITICAL,
        _SURE,
        "read and change the files of its buckets",
        "Delete it under Application Keys (`b2 key delete ID`) and create another for one bucket.",
        "https://www.backblaze.com/docs/cloud-storage-application-keys",
        instead="Give it the capabilities needed and a duration.",
    ),
    "PlanetScaleDetector": Entry(
        "PlanetScale password or token",
        _CRITICAL,
        _SURE,
        "read and change the database, or administer the organisation's databases",
        "Delete the password (`pscale password delete DATABASE BRANCH ID`) or the service token "
        "(`pscale service-token delete ID`), and create another.",
        "https://planetscale.com/docs",
        prefixes=("pscale_pw_", "pscale_tkn_", "pscale_oauth_"),
        instead="Give each client a password with its role and a time to live.",
    ),
    "SupabaseDetector": Entry(
        "Supabase secret key or access token",
        _CRITICAL,
        _SURE,
        "read and change all data past the row level security, or administer every project of the account",
        "Under Project settings, API keys, create another secret key, deploy it and delete this one; an "
        "access "
        "token (`sbp_`) is deleted at supabase.com/dashboard/account/tokens.",
        "https://supabase.com/docs/guides/api/api-keys",
        prefixes=("sb_secret_", "sbp_"),
        instead="Clients need the publishable key and row level security only.",
    ),
    "NeonDetector": Entry(
        "Neon password or API key",
        _CRITICAL,
        _SURE,
        "read and change the database, or administer every project of the account",
        "Reset the role's password in the console under Branches, Roles; revoke an API key under Account "
        "settings, "
        "API keys, and create another.",
        "https://neon.com/docs/manage/api-keys",
        prefixes=("napi_", "npg_"),
        instead="Use a key for one project, and a role with few rights.",
    ),
    "UpstashDetector": Entry(
        "Upstash token",
        _HIGH,
        _LIKELY,
        "read and change the database, or publish to its queues",
        "Reset the credentials in the console on the database's page; that of QStash: roll the token in its "
        "tab.",
        "https://upstash.com/docs/redis/features/restapi",
        instead="Use the read-only token where that is enough.",
    ),
    "MongoDBAtlasDetector": Entry(
        "MongoDB Atlas API key",
        _CRITICAL,
        _SURE,
        "administer the clusters of the project or the organisation",
        "Under Access Manager, Applications, make another secret or key, deploy it and delete this one "
        "(`atlas organizations apiKeys delete ID`).",
        "https://www.mongodb.com/docs/atlas/configure-api-access/",
        prefixes=("mdb_sa_sk_",),
        instead="Use a service account with an access list of addresses, and workload identity federation "
        "for data.",
    ),
    "ConfluentDetector": Entry(
        "Confluent API secret",
        _CRITICAL,
        _LIKELY,
        "read and write the topics, or administer the cloud account, with its key",
        "`confluent api-key create`, deploy it, then `confluent api-key delete KEY`.",
        "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/"
        "api-keys/overview.html",
        instead="Use OAuth with an identity pool.",
    ),
    "AivenDetector": Entry(
        "Aiven service password",
        _CRITICAL,
        _SURE,
        "read and change the data of the service as its user",
        "Reset it under the service's Users tab, or with `avn service user-password-reset`.",
        "https://aiven.io/docs/platform",
        prefixes=("AVNS_",),
        instead="Restrict the addresses that reach the service, and make a user for each client.",
    ),
    "CockroachCloudDetector": Entry(
        "CockroachDB Cloud API key",
        _CRITICAL,
        _SURE,
        "administer the clusters as its service account",
        "Delete it in the console under Access Management, Service Accounts, and create another.",
        "https://www.cockroachlabs.com/docs/cockroachcloud/managing-access",
        prefixes=("CCDB1_",),
        instead="Give the service account the roles needed on one cluster.",
    ),
    "AstraDBDetector": Entry(
        "Astra DB application token",
        _CRITICAL,
        _SURE,
        "read and change the databases that its role may",
        "Delete it under Settings, Tokens, and create another with a narrower role.",
        "https://docs.datastax.com/en/astra-db-serverless/administration/manage-application-tokens.html",
        prefixes=("AstraCS:",),
        instead="Give it a role for one database and an expiry.",
    ),
    "XataDetector": Entry(
        "Xata API key",
        _CRITICAL,
        _SURE,
        "read and change the databases of the workspace",
        "Delete it in the account or organisation settings under API keys, and create another.",
        "https://xata.io/docs",
        prefixes=("xau_", "xao_"),
        instead="Give each use a key with an expiry and the least scopes.",
    ),
    "ConvexDetector": Entry(
        "Convex deploy key",
        _CRITICAL,
        _SURE,
        "deploy functions and read and change all data of the deployment",
        "Delete it in the dashboard under the deployment's or the project's settings, Deploy Keys, and "
        "create "
        "another.",
        "https://docs.convex.dev/cli/deploy-key-types",
        instead="Use a preview key where only previews are made.",
    ),
}
