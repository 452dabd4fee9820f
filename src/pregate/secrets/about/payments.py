"""What tokens of payment services and shops open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH, _MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
_SURE = Confidence.HIGH
_MONEY = "see customers and payments and move money"


def _key(
    name: str,
    severity: Severity,
    risk: str,
    where: str,
    help_uri: str = "",
    *prefixes: str,
    instead: str = "",
) -> Entry:
    """A credential that one deletes and makes again at ``where``."""
    revoke = f"Create another {where}, deploy it, delete the old one there, and look at the payments since."
    return Entry(name, severity, _SURE, risk, revoke, help_uri, prefixes=prefixes, instead=instead)


ENTRIES: dict[str, Entry] = {
    "StripeDetector": Entry(
        "Stripe live key",
        _CRITICAL,
        _SURE,
        "see customers and move money",
        "Roll the key in the Stripe dashboard under Developers, API keys, expiring now, deploy the new "
        "one, and look at the request log since.",
        "https://docs.stripe.com/keys#rolling-keys",
        prefixes=("sk_live_", "rk_live_", "sk_prod_", "rk_prod_"),
        instead="Use restricted keys (rk_) with the permissions needed, limited to your addresses.",
    ),
    "StripeTestDetector": Entry(
        "Stripe test key",
        _MEDIUM,
        _SURE,
        "read and change the test data of the account, its webhooks and settings of testing",
        "Roll the key in the Stripe dashboard, in the sandbox it belongs to, under Developers, API keys.",
        "https://docs.stripe.com/keys#rolling-keys",
        prefixes=("sk_test_", "rk_test_"),
    ),
    "StripeWebhookDetector": Entry(
        "webhook signing secret",
        _HIGH,
        _SURE,
        "forge events that the receiver takes for those of Stripe (or another service that signs like it)",
        "Roll the endpoint's secret in the dashboard under Developers, Webhooks.",
        "https://docs.stripe.com/webhooks#roll-endpoint-secrets",
        prefixes=("whsec_",),
    ),
    "PaystackDetector": _key(
        "Paystack secret key",
        _CRITICAL,
        _MONEY,
        "in the Paystack dashboard under Settings, API Keys & Webhooks",
        "https://paystack.com/docs/api/authentication/",
        "sk_live_",
        "sk_test_",
    ),
    "SquareOAuthDetector": Entry(
        "Square OAuth secret",
        _HIGH,
        _SURE,
        "act as the application towards the sellers who trust it",
        "Replace the secret in Square's developer console, on the application's OAuth page.",
        "https://developer.squareup.com/docs/oauth-api/overview",
        prefixes=("sq0csp-",),
    ),
    "SquareDetector": _key(
        "Square access token",
        _CRITICAL,
        _MONEY,
        "in Square's developer console, on the application's Credentials page",
        "https://developer.squareup.com/docs/build-basics/access-tokens",
        "sq0atp-",
        "EAAA",
    ),
    "BraintreeDetector": _key(
        "Braintree credential",
        _CRITICAL,
        _MONEY,
        "in the Braintree control panel under API Keys",
        "https://developer.paypal.com/braintree/articles/control-panel/important-gateway-credentials",
        "access_token$production$",
        "access_token$sandbox$",
    ),
    "PayPalDetector": _key(
        "PayPal credential",
        _CRITICAL,
        _MONEY,
        "in the PayPal developer dashboard under Apps & Credentials (two secrets can be valid at once)",
        "https://developer.paypal.com/api/rest/",
        "A21AA",
    ),
    "AdyenDetector": _key(
        "Adyen API key",
        _CRITICAL,
        _MONEY,
        "in the Customer Area under Developers, API credentials (the old one holds for up to a day)",
        "https://docs.adyen.com/development-resources/api-credentials/",
        "AQE",
    ),
    "RazorpayDetector": _key(
        "Razorpay key",
        _CRITICAL,
        f"{_MONEY} (a key's id alone needs its secret for that)",
        "in the Razorpay dashboard under Account & Settings, API Keys",
        "https://razorpay.com/docs/api/authentication/",
        "rzp_live_",
    ),
    "PlaidDetector": _key(
        "Plaid credential",
        _CRITICAL,
        "read the bank accounts that customers have linked",
        "in the Plaid dashboard under Developers, Keys (an access token: `/item/access_token/invalidate`)",
        "https://plaid.com/docs/account/security/",
        "access-production-",
        "access-development-",
        "access-sandbox-",
    ),
    "FlutterwaveDetector": _key(
        "Flutterwave secret key",
        _CRITICAL,
        _MONEY,
        "in the Flutterwave dashboard under Settings, API keys",
        "https://developer.flutterwave.com/docs/authentication",
        "FLWSECK-",
        "FLWSECK_TEST-",
    ),
    "GoCardlessDetector": _key(
        "GoCardless access token",
        _CRITICAL,
        _MONEY,
        "in the GoCardless dashboard under Developers",
        "https://developer.gocardless.com/api-reference/",
        "live_",
    ),
    "MollieDetector": _key(
        "Mollie API key",
        _CRITICAL,
        _MONEY,
        "in the Mollie dashboard under Developers, API keys",
        "https://docs.mollie.com/reference/authentication",
        "live_",
        "test_",
    ),
    "CheckoutDetector": _key(
        "Checkout.com secret key",
        _CRITICAL,
        _MONEY,
        "in the Checkout.com dashboard under Developers, Keys",
        "https://www.checkout.com/docs/developer-resources/api/manage-api-keys",
        "sk_",
    ),
    "DwollaDetector": _key(
        "Dwolla key", _CRITICAL, _MONEY, "in the Dwolla dashboard", "https://developers.dwolla.com/"
    ),
    "MercadoPagoDetector": _key(
        "Mercado Pago access token",
        _CRITICAL,
        _MONEY,
        "in Your integrations, under the application's production credentials",
        "https://www.mercadopago.com/developers/en/docs/your-integrations/credentials",
        "APP_USR-",
    ),
    "XenditDetector": _key(
        "Xendit secret key",
        _CRITICAL,
        _MONEY,
        "in the Xendit dashboard under Settings, API Keys",
        "https://docs.xendit.co/",
        "xnd_production_",
        "xnd_development_",
    ),
    "MidtransDetector": _key(
        "Midtrans server key",
        _CRITICAL,
        _MONEY,
        "with Midtrans' support",
        "https://docs.midtrans.com/docs/authentication",
        "Mid-server-",
        "SB-Mid-server-",
    ),
    "SumUpDetector": _key(
        "SumUp API key",
        _CRITICAL,
        _MONEY,
        "in SumUp's developer settings",
        "https://developer.sumup.com/",
        "sup_sk_",
    ),
    "OmiseDetector": _key(
        "Omise secret key", _CRITICAL, _MONEY, "in the Omise dashboard", "https://docs.opn.ooo/", "skey_"
    ),
    "WiseDetector": _key(
        "Wise API token",
        _CRITICAL,
        _MONEY,
        "in Wise under Settings, API tokens",
        "https://docs.wise.com/api-docs",
    ),
    "RecurlyDetector": _key(
        "Recurly private key",
        _CRITICAL,
        _MONEY,
        "in Recurly under Integrations, API Credentials",
        "https://recurly.com/developers/",
    ),
}
