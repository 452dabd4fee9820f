"""What tokens of services that people work with open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_WORK = "read and change what its owner can in the workspace"


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
    "LinearDetector": _key(
        "Linear API key",
        _WORK,
        "in Linear under Settings, Security & access",
        "https://linear.app/developers/graphql",
        *("lin_api_", "lin_oauth_"),
    ),
    "NotionDetector": _key(
        "Notion token",
        "read and change the pages shared with the integration",
        "on the integration's page at notion.so/profile/integrations",
        "https://developers.notion.com/docs/authorization",
        *("ntn_", "secret_"),
    ),
    "FigmaDetector": _key(
        "Figma token",
        "read and comment the files of its owner",
        "in Figma under Settings, Security, Personal access tokens",
        "https://help.figma.com/hc/en-us/articles/8085703771159-Manage-personal-access-tokens",
        "figd_",
    ),
    "AtlassianDetector": _key(
        "Atlassian API token",
        "act as its owner in Jira and Confluence",
        "at id.atlassian.com/manage-profile/security/api-tokens",
        "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/",
        *("ATATT3", "ATCTT3", "ATSTT3"),
        instead="Use a service account whose token has the scopes needed only.",
    ),
    "AsanaDetector": _key(
        "Asana token",
        _WORK,
        "at app.asana.com/0/my-apps",
        "https://developers.asana.com/docs/personal-access-token",
    ),
    "AirtableDetector": _key(
        "Airtable token",
        "read and change the bases that it opens",
        "at airtable.com/create/tokens (Regenerate)",
        "https://airtable.com/developers/web/guides/personal-access-tokens",
        "pat",
    ),
    "HubSpotDetector": _key(
        "HubSpot token",
        "read and change contacts, deals and pages",
        "in HubSpot under Integrations, Private Apps (Rotate)",
        "https://developers.hubspot.com/docs/guides/apps/private-apps/overview",
        *("pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"),
    ),
    "DropboxDetector": _key(
        "Dropbox credential",
        "read and change the files that the app can reach",
        "in the Dropbox App Console; revoke a token with `/2/auth/token/revoke`",
        "https://developers.dropbox.com/oauth-guide",
        "sl.",
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
    "PostmanDetector": _key(
        "Postman API key",
        "read and change workspaces, with the secrets that their environments hold",
        "in Postman under Settings, API keys",
        "https://learning.postman.com/docs/developer/postman-api/authentication/",
        *("PMAK-", "PMAT-"),
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
    "ClearbitDetector": _key(
        "Clearbit secret key", "look people up at the account's cost", "in Clearbit's API settings", "", "sk_"
    ),
    "CalendlyDetector": _key(
        "Calendly token",
        _WORK,
        "in Calendly under Integrations, API & webhooks",
        "https://developer.calendly.com/personal-access-tokens",
    ),
    "MondayDetector": _key(
        "monday.com API token",
        _WORK,
        "in monday.com under Developers, API token (Regenerate)",
        "https://developer.monday.com/api-reference/docs/authentication",
    ),
    "FrameIoDetector": _key(
        "Frame.io token", _WORK, "at developer.frame.io", "https://developer.frame.io/", "fio-u-"
    ),
    "BeamerDetector": _key(
        "Beamer API key",
        "publish announcements to users",
        "in Beamer under Settings, API",
        "https://www.getbeamer.com/api",
    ),
    "ZapierWebhookDetector": _key(
        "Zapier webhook",
        "start the Zap with input of their own",
        "in the Zap, with a new trigger of Webhooks",
        "https://help.zapier.com/hc/en-us/articles/8496288690317-Trigger-Zaps-from-webhooks",
        "https://hooks.zapier.com/hooks/",
    ),
    "IftttDetector": _key(
        "IFTTT webhook key",
        "start every applet of its owner that a webhook triggers",
        "at ifttt.com/maker_webhooks/settings (Edit connection)",
        "https://ifttt.com/maker_webhooks",
    ),
    "SalesforceDetector": Entry(
        "Salesforce access token",
        Severity.HIGH,
        Confidence.HIGH,
        "read and change the organisation's data as its user, while the session lasts",
        "End the session in Setup under Session Management, or revoke the token at /services/oauth2/revoke, "
        "and revoke the connected app's access.",
        "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm",
        prefixes=("00D",),
    ),
    "SnowflakeDetector": _key(
        "Snowflake client secret",
        "get tokens as the OAuth client",
        "with ALTER SECURITY INTEGRATION … REFRESH OAUTH_CLIENT_SECRET",
        "https://docs.snowflake.com/en/user-guide/oauth-custom",
        instead="Sign services in with key pairs or workload identity.",
    ),
    "TypeformDetector": _key(
        "Typeform token",
        "read forms and what people answered",
        "in Typeform under Settings, Personal tokens",
        "https://www.typeform.com/developers/get-started/personal-access-token/",
        "tfp_",
    ),
    "ClickUpDetector": _key(
        "ClickUp token",
        _WORK,
        "in ClickUp under Settings, Apps (Regenerate)",
        "https://developer.clickup.com/docs/authentication",
        "pk_",
    ),
    "TrelloDetector": _key(
        "Trello token",
        _WORK,
        "at trello.com under Account settings, Applications (a secret: in the Power-Up's admin page)",
        "https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/",
        "ATTA",
    ),
    "ClerkDetector": _key(
        "Clerk secret key",
        "read, change and impersonate every user of the application",
        "in the Clerk dashboard under API keys",
        "https://clerk.com/docs/",
        *("sk_live_", "sk_test_"),
        severity=Severity.CRITICAL,
    ),
    "ConfluentDetector": _key(
        "Confluent API secret",
        "read and write topics, as the key allows",
        "in Confluent Cloud under API keys",
        "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html",
    ),
    "AdobeDetector": _key(
        "Adobe client secret",
        "act as the integration in Adobe's services",
        "in the Adobe Developer Console on the credential's page (Rotate)",
        "https://developer.adobe.com/developer-console/docs/guides/",
        "p8e-",
    ),
    "HarnessDetector": _key(
        "Harness token",
        "run and change the account's deployments",
        "in Harness under Profile or the service account, API keys (Rotate)",
        "https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys/",
        *("pat.", "sat."),
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
}
