"""What tokens of services that send mail open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_HIGH, _SURE = Severity.HIGH, Confidence.HIGH
_MAIL = "send mail in the account's name and read the addresses that it has written to"


def _key(name: str, risk: str, where: str, help_uri: str = "", *prefixes: str, instead: str = "") -> Entry:
    """A credential that one deletes and makes again at ``where``."""
    revoke = f"Create another {where}, deploy it, delete the old one there, and look at what was sent since."
    return Entry(name, _HIGH, _SURE, risk, revoke, help_uri, prefixes=prefixes, instead=instead)


ENTRIES: dict[str, Entry] = {
    "SendGridDetector": _key(
        "SendGrid API key",
        _MAIL,
        "in SendGrid under Settings, API Keys",
        "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
        "SG.",
        instead="Give the key the Mail Send permission alone.",
    ),
    "MailgunDetector": _key(
        "Mailgun key",
        _MAIL,
        "in Mailgun under Account settings, API security",
        "https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/rbac-mgmt",
        "key-",
        instead="Use a sending key that belongs to one domain.",
    ),
    "MailchimpDetector": _key(
        "Mailchimp API key",
        "read and change the lists of addresses and send campaigns",
        "in Mailchimp's account settings under Extras, API keys",
        "https://mailchimp.com/help/about-api-keys/",
    ),
    "MandrillDetector": _key(
        "Mailchimp Transactional (Mandrill) key",
        _MAIL,
        "in Mandrill under Settings, SMTP & API Info",
        "https://mailchimp.com/developer/transactional/docs/fundamentals/",
    ),
    "BrevoDetector": _key(
        "Brevo (Sendinblue) key",
        _MAIL,
        "in Brevo under SMTP & API",
        "https://developers.brevo.com/docs/getting-started",
        "xkeysib-",
        "xsmtpsib-",
        instead="Limit the keys to authorised addresses.",
    ),
    "ResendDetector": _key(
        "Resend API key",
        _MAIL,
        "at resend.com/api-keys",
        "https://resend.com/docs/dashboard/api-keys/introduction",
        "re_",
        instead="Give the key sending access for one domain only.",
    ),
    "PostmarkDetector": _key(
        "Postmark token",
        _MAIL,
        "on the server's API Tokens page (an account token: on the account's)",
        "https://postmarkapp.com/developer/api/overview",
    ),
    "SparkPostDetector": _key(
        "SparkPost API key", _MAIL, "in SparkPost under API Keys", "https://developers.sparkpost.com/api/"
    ),
    "KlaviyoDetector": _key(
        "Klaviyo private key",
        "read and change profiles and campaigns",
        "in Klaviyo under Settings, API keys",
        "https://developers.klaviyo.com/en/docs/authenticate_",
        "pk_",
    ),
}
