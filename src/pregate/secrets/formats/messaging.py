"""
Formats of tokens of chat, mail and telephone services.

Where each comes from is the page that its entry in ``about/messaging.py`` names.
"""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.naming import FEWER_WORDS, HEX, UUID, mixed, named, prefixed, varied

_WORD = "[A-Za-z0-9_-]"
_ALNUM = "[A-Za-z0-9]"
_END = r"(?![A-Za-z0-9_-])"
_HOST = r"(?:https?://)?(?<![\w.-])"
# How the Base64 of a number begins: the id of a bot, which its token begins with.
_SNOWFLAKES = ("MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT")
_DISCORD = rf"[MNO]{_WORD}{{23,27}}\.{_WORD}{{6}}\.(?P<random>{_WORD}{{27,38}})"

FORMATS: tuple[Format, ...] = (
    # https://docs.slack.dev/authentication/tokens
    Format(
        "SlackDetector",
        ("xoxa-", "xoxb-", "xoxc-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"),
        token(r"xox[abcoprs]-(?:[0-9]-)?(?:[0-9]{6,14}-){1,4}(?P<random>[A-Za-z0-9]{10,80})"),
    ),
    Format(
        "SlackDetector",
        ("xoxe-", "xoxe.xox"),
        token(rf"xoxe(?:\.xox[bp])?-[0-9]-(?P<random>{_ALNUM}{{100,220}})"),
        entropy=3.5,
    ),
    Format(
        "SlackDetector",
        ("xapp-",),
        token(rf"xapp-[0-9]-[A-Z0-9]{{8,14}}-[0-9]{{8,16}}-(?P<random>{HEX}{{64}})"),
    ),
    Format("SlackDetector", ("xoxd-",), token(r"xoxd-(?P<random>[A-Za-z0-9%+/=-]{80,250})"), entropy=3.5),
    Format(
        "SlackDetector",
        ("hooks.slack.com/",),
        rf"(?P<value>{_HOST}hooks\.slack(?:-gov)?\.com/services/T[A-Z0-9]{{6,14}}/B[A-Z0-9]{{6,14}}/"
        rf"(?P<random>{_ALNUM}{{20,28}}))(?![A-Za-z0-9_])",
    ),
    Format(
        "SlackDetector",
        ("hooks.slack.com/",),
        rf"(?P<value>{_HOST}hooks\.slack(?:-gov)?\.com/(?:workflows|triggers)/[A-Z0-9]{{8,14}}/"
        rf"(?:A[A-Z0-9]{{8,14}}/)?[0-9]{{10,20}}/(?P<random>{_ALNUM}{{20,40}}))(?![A-Za-z0-9_])",
    ),
    named("SlackSigningSecretDetector", ("slack",), rf"{HEX}{{32}}", words="signing[_.-]?secret|secret"),
    # https://discord.com/developers/docs/reference#authentication
    Format("DiscordBotTokenDetector", _SNOWFLAKES, token(_DISCORD, end=_END), entropy=3.5),
    named(
        "DiscordBotTokenDetector",
        ("discord",),
        rf"(?-i:{_DISCORD})",
        words="token|bot|key|secret",
        entropy=3.5,
    ),
    Format(
        "DiscordWebhookDetector",
        ("/webhooks/",),
        rf"(?P<value>{_HOST}(?:(?:canary|ptb)\.)?discord(?:app)?\.com/api/(?:v[0-9]{{1,2}}/)?webhooks/[0-9]{{17,20}}/"
        rf"(?P<random>{_WORD}{{60,80}})){_END}",
        entropy=3.5,
    ),
    named(
        "DiscordClientSecretDetector",
        ("discord",),
        r"(?-i:[A-Za-z0-9_-]{32})",
        words="client[_.-]?secret|secret",
        holds=varied,
        entropy=3.5,
    ),
    # https://core.telegram.org/bots/features#botfather
    Format(
        "TelegramBotTokenDetector",
        (":AA", "%3AAA"),
        token(
            rf"[0-9]{{8,10}}(?::|%3A)AA(?P<random>{_WORD}{{33}})",
            start=r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt])|(?<=/bot)|(?<=%[0-9A-Fa-f]{2}))",
            end=_END,
        ),
        entropy=3.5,
    ),
    # https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
    Format(
        "TeamsWebhookDetector",
        ("webhook",),
        rf"(?P<value>{_HOST}(?:[a-z0-9-]{{1,60}}\.webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook)/"
        rf"{UUID}@{UUID}/IncomingWebhook/(?P<random>{HEX}{{32}})/{UUID}(?:/V2[A-Za-z0-9_-]{{20,60}})?){_END}",
        ignores_case=True,
    ),
    Format(
        "WorkflowUrlDetector",
        ("logic.azure.com", "api.powerplatform.com"),
        r"(?P<value>https://[a-z0-9.-]{1,120}\.(?:logic\.azure|api\.powerplatform)\.com(?::[0-9]{1,5})?/"
        rf"[^\s\"'`<>]{{10,300}}?[?&;]sig=(?P<random>{_WORD}{{43}})){_END}",
        entropy=3.5,
    ),
    # https://www.twilio.com/docs/iam/api-keys
    Format("TwilioKeyDetector", ("SK",), prefixed("SK", rf"{HEX}{{32}}"), entropy=3.0),
    named("TwilioKeyDetector", ("twilio",), rf"{HEX}{{32}}", words=FEWER_WORDS),
    named(
        "TwilioKeyDetector", ("twilio",), r"(?-i:[A-Za-z0-9]{32})", words="secret", holds=varied, entropy=3.5
    ),
    # The account's id, which is public, and its token after it, as in a call of the client.
    Format(
        "TwilioKeyDetector",
        ('"AC', "'AC", "=AC", " AC"),
        rf"(?<![A-Za-z0-9_])AC{HEX}{{32}}[\"']?[ \t]{{0,4}}[:,][ \t]{{0,4}}"
        rf"[\"']?(?P<value>{HEX}{{32}})(?![A-Za-z0-9_])",
        entropy=3.0,
    ),
    Format(
        "SendGridDetector",
        ("SG.",),
        token(rf"SG\.(?P<random>{_WORD}{{22}}\.{_WORD}{{43}})", end=_END),
        entropy=3.5,
    ),
    Format(
        "MailgunDetector",
        ("key-",),
        prefixed("key-", rf"(?<!-key-){HEX}{{32}}"),
        confidence=Confidence.MEDIUM,
    ),
    Format("MailgunDetector", ("api:key-",), rf"(?<=api:)(?P<value>key-{HEX}{{32}})(?![\w-])"),
    named(
        "MailgunDetector", ("mailgun", "mg_api"), rf"(?:key-{HEX}{{32}}|{HEX}{{32}}-{HEX}{{8}}-{HEX}{{8}})"
    ),
    named(
        "MailgunDetector",
        ("mailgun",),
        rf"{HEX}{{32}}",
        words="api[_.-]?key|private[_.-]?key|signing[_.-]?key|secret",
    ),
    Format("MailchimpDetector", ("-us",), token(rf"(?P<random>{HEX}{{32}})-us[0-9]{{1,2}}"), entropy=3.0),
    named("MandrillDetector", ("mandrill",), r"(?-i:(?:md-)?[A-Za-z0-9_-]{22})", entropy=3.4),
    Format(
        "BrevoDetector",
        ("xkeysib-", "xsmtpsib-"),
        token(rf"x(?:key|smtp)sib-(?P<random>{HEX}{{64}}-[A-Za-z0-9]{{16}})"),
    ),
    Format(
        "ResendDetector",
        ("re_",),
        prefixed("re_", rf"{_ALNUM}{{8}}_{_ALNUM}{{24}}"),
        holds=varied,
        entropy=3.5,
    ),
    named("PostmarkDetector", ("postmark",), UUID),
    named("SparkPostDetector", ("sparkpost",), rf"{HEX}{{40}}"),
    named("VonageDetector", ("vonage", "nexmo"), r"(?-i:[A-Za-z0-9]{16})", words="secret", holds=mixed),
    named("MessageBirdDetector", ("message_bird",), r"(?-i:[A-Za-z0-9]{25})", holds=varied),
    named("PlivoDetector", ("plivo",), r"(?-i:[A-Za-z0-9]{40})", words="auth[_.-]?token|token", holds=varied),
    named("PusherDetector", ("pusher",), rf"{HEX}{{20}}", words="secret", entropy=2.5),
    named("AblyDetector", ("ably",), rf"(?-i:{_WORD}{{6}}\.{_WORD}{{6}}:{_WORD}{{16,43}})", holds=mixed),
    Format(
        "OneSignalDetector", ("os_v2_",), token(r"os_v2_(?:app|org)_(?P<random>[a-z2-7]{103})"), entropy=3.5
    ),
    named("OneSignalDetector", ("one_signal",), r"(?-i:[A-Za-z0-9]{48})", holds=varied, entropy=3.8),
    named(
        "ZoomDetector",
        ("zoom",),
        r"(?-i:[A-Za-z0-9]{32})",
        words="client[_.-]?secret|api[_.-]?secret|secret",
        holds=varied,
        entropy=3.5,
    ),
    named("ZendeskDetector", ("zendesk",), r"(?-i:[A-Za-z0-9]{40})", holds=varied, entropy=3.8),
    # `tok:` in Base64.
    Format(
        "IntercomDetector",
        ("dG9rO",),
        token(r"dG9rO(?P<random>(?:[A-Za-z0-9+/]|%2[BF]){53,54}(?:=|%3D){0,2})(?![=])"),
        entropy=3.5,
    ),
    named("LineDetector", ("line_channel",), rf"{HEX}{{32}}", words="secret"),
    named(
        "LineDetector",
        ("line_channel", "channel_access"),
        r"(?-i:(?:[A-Za-z0-9+/]|%2[BF]){150,190}(?:=|%3D){0,2})",
        words="token",
        holds=varied,
        entropy=4.0,
    ),
    named("MattermostDetector", ("mattermost",), r"(?-i:[a-z0-9]{26})", holds=mixed, entropy=3.3),
    named(
        "RocketChatDetector",
        ("rocket_chat",),
        rf"(?-i:{_WORD}{{43}})",
        holds=varied,
    ),
    named("PushoverDetector", ("pushover",), r"(?-i:[a-z0-9]{30})", holds=mixed, entropy=3.3),
    Format("KlaviyoDetector", ("pk_",), prefixed("pk_", rf"{HEX}{{34}}"), entropy=3.0),
    Format(
        "MatrixDetector",
        ("syt_",),
        token(rf"syt_[A-Za-z0-9+/=]{{1,80}}_(?P<random>[A-Za-z]{{20}})_{_ALNUM}{{6}}"),
        entropy=3.0,
    ),
    Format(
        "TelnyxDetector",
        ("KEY",),
        prefixed("KEY", rf"[0-9A-F]{{32}}_{_ALNUM}{{22}}"),
        holds=mixed,
        entropy=3.5,
    ),
    named("SendbirdDetector", ("sendbird",), rf"{HEX}{{40}}"),
    named("GitterDetector", ("gitter",), rf"{HEX}{{40}}"),
    named("FreshdeskDetector", ("freshdesk", "freshservice"), r"(?-i:[A-Za-z0-9]{18,20})", holds=varied),
)
