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
    "PostmanDetector": _key(
        "Postman API key",
        "read and change workspaces, with the secrets that their environments hold",
        "in Postman under Settings, API keys",
        "https://learning.postman.com/docs/developer/postman-api/authentication/",
        *("PMAK-", "PMAT-"),
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
    "AdobeDetector": _key(
        "Adobe client secret",
        "act as the integration in Adobe's services",
        "in the Adobe Developer Console on the credential's page (Rotate)",
        "https://developer.adobe.com/developer-console/docs/guides/",
        "p8e-",
    ),
}
