"""What tokens of chat, mail and telephone services open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_HIGH, _SURE = Severity.HIGH, Confidence.HIGH
_TEXTS = "send messages and calls at the account's cost and read those that it sent"


def _key(name: str, risk: str, where: str, help_uri: str = "", *prefixes: str, instead: str = "") -> Entry:
    """A credential that one deletes and makes again at ``where``."""
    revoke = f"Create another {where}, deploy it, delete the old one there, and look at what was sent since."
    return Entry(name, _HIGH, _SURE, risk, revoke, help_uri, prefixes=prefixes, instead=instead)


ENTRIES: dict[str, Entry] = {
    "SlackDetector": Entry(
        "Slack token or webhook",
        _HIGH,
        _SURE,
        "read and write messages in the workspace, as the token allows",
        "Revoke a token with Slack's `auth.revoke` and reinstall the app for another; remove a webhook in "
        "the app's settings under Incoming Webhooks; regenerate an app-level token under Basic Information.",
        "https://docs.slack.dev/authentication/tokens",
        prefixes=(
            *(
                "xoxb-",
                "xoxp-",
                "xoxa-",
                "xoxo-",
                "xoxs-",
                "xoxr-",
                "xoxc-",
                "xoxd-",
                "xoxe-",
                "xoxe.",
                "xapp-",
            ),
            "https://hooks.slack.com/services/",
            "https://hooks.slack.com/workflows/",
            "https://hooks.slack.com/triggers/",
        ),
        instead="Turn token rotation on, and limit the tokens to the addresses that use them.",
    ),
    "SlackSigningSecretDetector": Entry(
        "Slack signing secret",
        _HIGH,
        _SURE,
        "forge requests that the app takes for those of Slack",
        "Regenerate the secret in the app's settings under Basic Information; both hold for a day.",
        "https://docs.slack.dev/authentication/verifying-requests-from-slack/",
    ),
    "DiscordBotTokenDetector": Entry(
        "Discord bot token",
        _HIGH,
        _SURE,
        "act as the bot in every server that it has joined",
        "Reset the token in the Discord developer portal, on the application's Bot page.",
        "https://discord.com/developers/docs/reference#authentication",
    ),
    "DiscordWebhookDetector": Entry(
        "Discord webhook",
        _HIGH,
        _SURE,
        "post into the channel, and change or delete the webhook",
        "Delete the webhook in the channel's settings under Integrations and create another.",
        "https://support.discord.com/hc/en-us/articles/228383668-Intro-to-Webhooks",
        prefixes=("https://discord.com/api/webhooks/", "https://discordapp.com/api/webhooks/"),
    ),
    "DiscordClientSecretDetector": Entry(
        "Discord client secret",
        _HIGH,
        _SURE,
        "act as the application towards the users who signed in with it",
        "Reset the secret in the Discord developer portal, on the application's OAuth2 page.",
        "https://discord.com/developers/docs/topics/oauth2",
    ),
    "TelegramBotTokenDetector": Entry(
        "Telegram bot token",
        _HIGH,
        _SURE,
        "read the bot's messages and answer in its name",
        "Send /revoke to @BotFather: it ends the token and gives another.",
        "https://core.telegram.org/bots/features#botfather",
    ),
    "TeamsWebhookDetector": Entry(
        "Microsoft Teams webhook",
        _HIGH,
        _SURE,
        "post into the channel as a trusted connector",
        "Remove the Incoming Webhook from the channel's connectors and configure another.",
        "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
        instead="Connectors are being retired: a workflow of the Workflows app takes their place.",
    ),
    "WorkflowUrlDetector": Entry(
        "signed URL of a Logic Apps or Power Automate workflow",
        _HIGH,
        _SURE,
        "start the workflow with input of their own",
        "Regenerate the workflow's access key in the Azure portal (Settings, Access keys): that ends every "
        "signature made with it. In Power Automate, save a copy of the flow and delete the old one.",
        "https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app",
        instead="Let the trigger ask for a token of Entra ID.",
    ),
    "TwilioKeyDetector": Entry(
        "Twilio key or token",
        _HIGH,
        _SURE,
        "send messages and calls at the account's cost (a key's id needs its secret for that)",
        "Delete the API key in the Twilio console and create another; an auth token is replaced by promoting "
        "the secondary one.",
        "https://www.twilio.com/docs/iam/api-keys",
        prefixes=("SK",),
        instead="Use API keys rather than the account's auth token.",
    ),
    "VonageDetector": _key(
        "Vonage (Nexmo) API secret",
        _TEXTS,
        "in the Vonage dashboard under API settings (two secrets can be valid while you change over)",
        "https://developer.vonage.com/en/account/secret-management",
    ),
    "MessageBirdDetector": _key(
        "MessageBird access key",
        _TEXTS,
        "in the Bird dashboard under Developers",
        "https://developers.messagebird.com/",
    ),
    "PlivoDetector": _key(
        "Plivo auth token", _TEXTS, "in the Plivo console", "https://www.plivo.com/docs/account/"
    ),
    "PusherDetector": _key(
        "Pusher app secret",
        "publish events to every user of the application and join its private channels",
        "in the Pusher dashboard under App Keys",
        "https://pusher.com/docs/channels/",
    ),
    "AblyDetector": _key(
        "Ably API key",
        "publish and read on the channels that the key allows",
        "in the Ably dashboard under API Keys",
        "https://ably.com/docs/auth/basic",
        instead="Hand browsers tokens rather than the key.",
    ),
    "OneSignalDetector": _key(
        "OneSignal API key",
        "send push messages to every user of the application",
        "in OneSignal under Settings, Keys & IDs",
        "https://documentation.onesignal.com/docs/keys-and-ids",
        "os_v2_app_",
        "os_v2_org_",
    ),
    "ZoomDetector": _key(
        "Zoom client secret",
        "act as the application: read meetings, recordings and users",
        "on the app's credentials page in the Zoom App Marketplace (Regenerate)",
        "https://developers.zoom.us/docs/internal-apps/s2s-oauth/",
    ),
    "ZendeskDetector": _key(
        "Zendesk API token",
        "read and change every ticket and user, as any agent",
        "in the Admin Center under Apps and integrations, API tokens",
        "https://support.zendesk.com/hc/en-us/articles/4408889192858",
    ),
    "IntercomDetector": _key(
        "Intercom access token",
        "read conversations and customers and write in the company's name",
        "in Intercom's Developer Hub, on the app's Authentication page",
        "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication",
    ),
    "LineDetector": _key(
        "LINE channel credential",
        "send messages as the channel, or forge those that it receives",
        "in the LINE Developers Console, on the channel's pages (Reissue)",
        "https://developers.line.biz/en/docs/basics/channel-access-token/",
        instead="Use channel access tokens that expire, made with a key pair.",
    ),
    "MattermostDetector": _key(
        "Mattermost token",
        "read and write messages as its user or bot",
        "in Mattermost under Profile, Security, Personal Access Tokens",
        "https://developers.mattermost.com/integrate/reference/personal-access-token/",
    ),
    "RocketChatDetector": _key(
        "Rocket.Chat token",
        "read and write messages as its user",
        "in Rocket.Chat under My Account, Personal Access Tokens",
        "https://developer.rocket.chat/",
    ),
    "PushoverDetector": _key(
        "Pushover token",
        "send notifications in the application's name",
        "at pushover.net",
        "https://pushover.net/api",
    ),
    "MatrixDetector": Entry(
        "Matrix access token",
        _HIGH,
        _SURE,
        "read and write in every room of its user",
        "Sign that session out in the client under Sessions, which ends its token, and sign in again.",
        "https://spec.matrix.org/latest/client-server-api/#using-access-tokens",
        prefixes=("syt_",),
    ),
    "TelnyxDetector": _key(
        "Telnyx API key",
        _TEXTS,
        "in the Telnyx portal under API Keys",
        "https://developers.telnyx.com/",
        "KEY",
    ),
    "SendbirdDetector": _key(
        "Sendbird API token",
        "read and change every channel and user of the application",
        "in the Sendbird dashboard under Settings, General",
        "https://sendbird.com/docs/chat/platform-api/v3/prepare-to-use-api",
    ),
    "GitterDetector": _key("Gitter token", "read and write messages as its user", "at developer.gitter.im"),
    "FreshdeskDetector": _key(
        "Freshdesk API key",
        "read and change tickets and contacts as its agent",
        "in the agent's profile settings (Reset API key)",
        "https://developers.freshdesk.com/api/#authentication",
    ),
}
