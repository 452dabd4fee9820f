"""What tokens of platforms that services are built on open: data, identity, networks, content."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry


def _key(
    name: str,
    risk: str,
    where: str,
    help_uri: str = "",
    *prefixes: str,
    severity: Severity = Severity.HIGH,
    instead: str = "",
) -> Entry:
    """A credential that one deletes and makes again at ``where``."""
    revoke = f"Create another {where}, deploy it, and delete the old one there."
    return Entry(name, severity, Confidence.HIGH, risk, revoke, help_uri, prefixes=prefixes, instead=instead)


ENTRIES: dict[str, Entry] = {
    "DatabricksDetector": _key(
        "Databricks token",
        "read the workspace's data and run code on its clusters",
        "in Databricks under Settings, Developer, Access tokens (a secret: on the service principal's page)",
        "https://docs.databricks.com/aws/en/dev-tools/auth/pat",
        *("dapi", "dose"),
        severity=Severity.CRITICAL,
        instead="Let jobs sign in as a service principal through OAuth or the platform's identity.",
    ),
    "LaunchDarklyDetector": _key(
        "LaunchDarkly key",
        "read every flag and its rules; with an access token change them",
        "in LaunchDarkly under Authorization (an SDK key: on the environment's page, with a grace period)",
        "https://launchdarkly.com/docs/home/account/api",
        *("sdk-", "api-"),
    ),
    "OktaDetector": _key(
        "Okta API token",
        "manage users, groups and sign-in as the administrator who made it",
        "in the Okta admin console under Security, API, Tokens",
        "https://developer.okta.com/docs/guides/create-an-api-token/main/",
        severity=Severity.CRITICAL,
        instead="Use an OAuth service application with the scopes needed only.",
    ),
    "Auth0Detector": _key(
        "Auth0 client secret",
        "get tokens as the application, and with them what it may do",
        "in the Auth0 dashboard in the application's settings (Rotate secret)",
        "https://auth0.com/docs/get-started/applications/rotate-client-secret",
        instead="Let the application authenticate with a private key JWT.",
    ),
    "NgrokDetector": _key(
        "ngrok token",
        "open tunnels in the account's name and take over its domains",
        "at dashboard.ngrok.com under Your Authtoken or API Keys",
        "https://ngrok.com/docs/agent/#authtokens",
    ),
    "TailscaleDetector": _key(
        "Tailscale key",
        "join machines to the private network; with an API key manage it",
        "in the admin console under Settings, Keys",
        "https://tailscale.com/kb/1085/auth-keys",
        *("tskey-auth-", "tskey-api-", "tskey-client-", "tskey-"),
        severity=Severity.CRITICAL,
        instead="Use ephemeral, tagged, short-lived keys, or workload identity federation.",
    ),
    "ContentfulDetector": _key(
        "Contentful token",
        "read the space's content; with a management token change it",
        "in Contentful under Settings, CMA tokens or API keys",
        "https://www.contentful.com/developers/docs/references/authentication/",
        "CFPAT-",
    ),
    "ContentstackDetector": _key(
        "Contentstack token",
        "read or change the stack's content",
        "in the stack's Settings, Tokens",
        "https://www.contentstack.com/docs/developers/create-tokens/about-management-tokens",
    ),
    "AlgoliaDetector": _key(
        "Algolia admin or write key",
        "read, change and delete every index",
        "in the Algolia dashboard under Settings, API Keys",
        "https://www.algolia.com/doc/guides/security/api-keys/",
        instead="Only a search-only key may be public.",
    ),
    "ReadMeDetector": _key(
        "ReadMe API key",
        "change the documentation",
        "in ReadMe's project settings",
        "https://docs.readme.com/",
        "rdme_",
    ),
    "SnowflakeDetector": _key(
        "Snowflake client secret",
        "get tokens as the OAuth client",
        "with ALTER SECURITY INTEGRATION … REFRESH OAUTH_CLIENT_SECRET",
        "https://docs.snowflake.com/en/user-guide/oauth-custom",
        instead="Sign services in with key pairs or workload identity.",
    ),
    "ClerkDetector": _key(
        "Clerk secret key",
        "read, change and impersonate every user of the application",
        "in the Clerk dashboard under API keys",
        "https://clerk.com/docs/",
        *("sk_live_", "sk_test_"),
        severity=Severity.CRITICAL,
    ),
    "UnleashDetector": _key(
        "Unleash API token",
        "read, and with an admin token change, the feature flags",
        "in Unleash under Configure, API access",
        "https://docs.getunleash.io/reference/api-tokens-and-client-keys",
    ),
    "SidekiqDetector": _key(
        "Sidekiq credential",
        "download Sidekiq Pro or Enterprise in the licensee's name",
        "with the vendor's support",
        "https://github.com/sidekiq/sidekiq/wiki/Commercial-FAQ",
    ),
    "DefinedNetworkingDetector": _key(
        "Defined Networking API key",
        "manage the hosts of the private network",
        "at admin.defined.net under API keys",
        "https://docs.defined.net/",
        "dnkey-",
    ),
    "MerakiDetector": _key(
        "Cisco Meraki API key",
        "read and change the organisation's networks as its owner",
        "in the Meraki dashboard under My Profile, API access",
        "https://developer.cisco.com/meraki/api-v1/authorization/",
        severity=Severity.CRITICAL,
    ),
    "ClickHouseDetector": _key(
        "ClickHouse Cloud key secret",
        "manage the organisation's services",
        "in the ClickHouse Cloud console under API keys",
        "https://clickhouse.com/docs/cloud/manage/openapi",
        "4b1d",
    ),
    "TypesenseDetector": _key(
        "Typesense API key",
        "read and change every collection, with an admin key",
        "with the API's /keys, or in Typesense Cloud under Generate API keys",
        "https://typesense.org/docs/guide/data-access-control.html",
        instead="A browser gets a search-only key.",
    ),
}
