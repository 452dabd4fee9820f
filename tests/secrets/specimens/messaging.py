"""Made-up tokens of chat, mail and telephone services."""

from __future__ import annotations

import base64
import random
import string

from .model import ALNUM, HEX, Specimen, text, uuid
from .parts import LOWER, UPPER, WORD, after, bare, cased

DIGITS = string.digits


def slack(rng: random.Random) -> str:
    return "xoxb" + f"-{text(rng, DIGITS, 12)}-{text(rng, DIGITS, 13)}-{text(rng, ALNUM, 24)}"


def slack_user(rng: random.Random) -> str:
    ids = "-".join(text(rng, DIGITS, 12) for _ in range(3))
    return "xoxp" + f"-{ids}-{text(rng, HEX, 32)}"


def slack_app(rng: random.Random) -> str:
    return "xapp" + f"-1-A{text(rng, UPPER, 10)}-{text(rng, DIGITS, 13)}-{text(rng, HEX, 64)}"


def slack_hook(rng: random.Random) -> str:
    ids = f"T{text(rng, UPPER, 10)}/B{text(rng, UPPER, 10)}"
    return "https://hooks" + f".slack.com/services/{ids}/{text(rng, ALNUM, 24)}"


def slack_trigger(rng: random.Random) -> str:
    ids = f"T{text(rng, UPPER, 10)}/{text(rng, DIGITS, 13)}"
    return "https://hooks" + f".slack.com/triggers/{ids}/{text(rng, HEX, 32)}"


def discord(rng: random.Random) -> str:
    number = base64.b64encode(("1" + text(rng, DIGITS, 18)).encode()).decode().rstrip("=")
    return f"{number}.{text(rng, WORD, 6)}.{text(rng, WORD, 36)}a7"


def discord_hook(rng: random.Random) -> str:
    return "https://discord" + f".com/api/webhooks/1{text(rng, DIGITS, 18)}/{text(rng, WORD, 66)}a7"


def telegram(rng: random.Random) -> str:
    return "7" + text(rng, DIGITS, 9) + ":AA" + text(rng, WORD, 31) + "a7"


def teams(rng: random.Random) -> str:
    tail = f"{uuid(rng)}@{uuid(rng)}/IncomingWebhook/{text(rng, HEX, 32)}/{uuid(rng)}"
    return "https://contoso" + ".webhook.office.com/webhookb2/" + tail


def workflow(rng: random.Random) -> str:
    host = "https://prod-01" + ".westeurope.logic.azure.com:443/workflows/"
    query = "/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&"
    return f"{host}{text(rng, HEX, 32)}{query}sig={text(rng, WORD, 41)}a7"


def sendgrid(rng: random.Random) -> str:
    return "SG" + f".{text(rng, WORD, 22)}.{text(rng, WORD, 42)}a"


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "SlackDetector": (
        Specimen(slack, "SLACK_BOT_TOKEN"),
        Specimen(slack_user, "SLACK_TOKEN"),
        Specimen(slack_app, "SLACK_APP_TOKEN"),
        Specimen(slack_hook, "SLACK_WEBHOOK_URL"),
        Specimen(slack_trigger, "SLACK_TRIGGER"),
        after("xoxe" + ".xoxp-1-", ALNUM, 164, "SLACK_CONFIG_TOKEN"),
        after("xoxe" + "-1-", ALNUM, 146, "SLACK_REFRESH_TOKEN"),
    ),
    "SlackSigningSecretDetector": (bare(HEX, 32, "SLACK_SIGNING_SECRET"),),
    "DiscordBotTokenDetector": (
        Specimen(discord, "TOKEN"),
        Specimen(
            lambda rng: f"M{text(rng, ALNUM, 25)}.G{text(rng, ALNUM, 5)}.{text(rng, WORD, 36)}a7",
            "DISCORD_TOKEN",
        ),
    ),
    "DiscordWebhookDetector": (Specimen(discord_hook, "WEBHOOK"),),
    "DiscordClientSecretDetector": (cased("", 32, "DISCORD_CLIENT_SECRET", WORD),),
    "TelegramBotTokenDetector": (Specimen(telegram, "BOT"),),
    "TeamsWebhookDetector": (Specimen(teams, "TEAMS_WEBHOOK"),),
    "WorkflowUrlDetector": (Specimen(workflow, "FLOW_URL"),),
    "TwilioKeyDetector": (
        after("S" + "K", HEX, 32, "TWILIO_API_KEY"),
        bare(HEX, 32, "TWILIO_AUTH_TOKEN"),
        cased("", 32, "TWILIO_API_SECRET"),
    ),
    "SendGridDetector": (Specimen(sendgrid, "SENDGRID_API_KEY"),),
    "MailgunDetector": (
        after("key" + "-", HEX, 32, "MAILGUN_API_KEY"),
        Specimen(lambda rng: f"{text(rng, HEX, 32)}-{text(rng, HEX, 8)}-{text(rng, HEX, 8)}", "MAILGUN_KEY"),
        after("key" + "-", HEX, 32, "MAIL"),
    ),
    "MailchimpDetector": (Specimen(lambda rng: text(rng, HEX, 32) + "-us" + "12", "MAILCHIMP"),),
    "MandrillDetector": (bare(WORD, 22, "MANDRILL_API_KEY"),),
    "BrevoDetector": (
        Specimen(lambda rng: "xkeysib" + f"-{text(rng, HEX, 64)}-{text(rng, ALNUM, 16)}", "BREVO_API_KEY"),
        Specimen(lambda rng: "xsmtpsib" + f"-{text(rng, HEX, 64)}-{text(rng, ALNUM, 16)}", "SMTP"),
    ),
    "ResendDetector": (
        Specimen(lambda rng: "re" + f"_{text(rng, ALNUM, 8)}_{text(rng, ALNUM, 21)}aB7", "RESEND_API_KEY"),
    ),
    "PostmarkDetector": (Specimen(uuid, "POSTMARK_SERVER_TOKEN"),),
    "SparkPostDetector": (bare(HEX, 40, "SPARKPOST_API_KEY"),),
    "VonageDetector": (bare(ALNUM, 16, "VONAGE_API_SECRET"), bare(ALNUM, 16, "NEXMO_SECRET")),
    "MessageBirdDetector": (cased("", 25, "MESSAGEBIRD_ACCESS_KEY"),),
    "PlivoDetector": (cased("", 40, "PLIVO_AUTH_TOKEN"),),
    "PusherDetector": (bare(HEX, 20, "PUSHER_APP_SECRET"),),
    "AblyDetector": (
        Specimen(
            lambda rng: f"{text(rng, WORD, 6)}.{text(rng, WORD, 6)}:{text(rng, WORD, 41)}a7", "ABLY_API_KEY"
        ),
    ),
    "OneSignalDetector": (
        Specimen(
            lambda rng: "os_v2" + "_app_" + text(rng, string.ascii_lowercase + "234567", 103),
            "ONESIGNAL_REST_API_KEY",
        ),
        cased("", 48, "ONESIGNAL_API_KEY"),
    ),
    "ZoomDetector": (cased("", 32, "ZOOM_CLIENT_SECRET"),),
    "ZendeskDetector": (cased("", 40, "ZENDESK_API_TOKEN"),),
    "IntercomDetector": (
        Specimen(lambda rng: "dG9" + "rO" + text(rng, ALNUM, 54) + "=", "INTERCOM_ACCESS_TOKEN"),
    ),
    "LineDetector": (
        bare(HEX, 32, "LINE_CHANNEL_SECRET"),
        Specimen(lambda rng: text(rng, ALNUM, 167) + "aB7=", "LINE_CHANNEL_ACCESS_TOKEN"),
    ),
    "MattermostDetector": (bare(LOWER, 26, "MATTERMOST_TOKEN"),),
    "RocketChatDetector": (cased("", 43, "ROCKETCHAT_AUTH_TOKEN", WORD),),
    "PushoverDetector": (bare(LOWER, 30, "PUSHOVER_API_TOKEN"),),
    "KlaviyoDetector": (after("pk" + "_", HEX, 34, "KLAVIYO_PRIVATE_KEY"),),
    "MatrixDetector": (
        Specimen(
            lambda rng: "syt" + f"_Ym90_{text(rng, string.ascii_letters, 20)}_{text(rng, ALNUM, 6)}",
            "MATRIX_TOKEN",
        ),
    ),
    "TelnyxDetector": (
        Specimen(
            lambda rng: "KEY" + f"{text(rng, '0123456789ABCDEF', 32)}_{text(rng, ALNUM, 22)}",
            "TELNYX_API_KEY",
        ),
    ),
    "SendbirdDetector": (bare(HEX, 40, "SENDBIRD_API_TOKEN"),),
    "GitterDetector": (bare(HEX, 40, "GITTER_TOKEN"),),
    "FreshdeskDetector": (cased("", 20, "FRESHDESK_API_KEY"),),
}
