"""What tokens of shops, and of services that send goods and post, open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_HIGH = Severity.HIGH
_SURE = Confidence.HIGH
_SHOP = "read and change orders, customers and products of the shop"


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
    "ShopifyDetector": _key(
        "Shopify token",
        _HIGH,
        _SHOP,
        "in the shop's admin under Apps, API credentials (an app's secret: in the Partner Dashboard)",
        "https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials",
        "shpat_",
        "shpss_",
        "shpca_",
        "shppa_",
        "shpua_",
    ),
    "LobDetector": _key(
        "Lob API key",
        _HIGH,
        "send post at the account's cost",
        "in the Lob dashboard",
        "https://docs.lob.com/",
        "live_",
    ),
    "PaddleDetector": _key(
        "Paddle key",
        _HIGH,
        "read and change customers, subscriptions and prices",
        "in Paddle under Developer Tools, Authentication (a notification's secret: under Notifications)",
        "https://developer.paddle.com/api-reference/about/api-keys",
        "pdl_live_apikey_",
        "pdl_sdbx_apikey_",
        "pdl_ntfset_",
    ),
    "LemonSqueezyDetector": _key(
        "Lemon Squeezy API key",
        _HIGH,
        _SHOP,
        "in Lemon Squeezy under Settings, API",
        "https://docs.lemonsqueezy.com/api",
    ),
    "PolarDetector": _key(
        "Polar token",
        _HIGH,
        _SHOP,
        "in Polar's settings",
        "https://docs.polar.sh/",
        "polar_oat_",
        "polar_pat_",
    ),
    "DuffelDetector": _key(
        "Duffel access token",
        _HIGH,
        "book flights at the account's cost and read the travellers' data",
        "in the Duffel dashboard under Developers, Access tokens",
        "https://duffel.com/docs/api/overview/authentication",
        "duffel_live_",
        "duffel_test_",
    ),
    "EasyPostDetector": _key(
        "EasyPost API key",
        _HIGH,
        "buy postage at the account's cost and read addresses",
        "in EasyPost's dashboard under API Keys",
        "https://docs.easypost.com/docs/authentication",
        "EZAK",
        "EZTK",
    ),
    "ShippoDetector": _key(
        "Shippo token",
        _HIGH,
        "buy postage at the account's cost and read addresses",
        "in Shippo under Settings, API",
        "https://docs.goshippo.com/docs/guides_general/authentication/",
        "shippo_live_",
        "shippo_test_",
    ),
    "EtsyDetector": _key(
        "Etsy API key",
        _HIGH,
        _SHOP,
        "at etsy.com/developers/your-apps",
        "https://developers.etsy.com/documentation/",
    ),
    "SquarespaceDetector": _key(
        "Squarespace API key",
        _HIGH,
        _SHOP,
        "in the site's settings under Developer API Keys",
        "https://developers.squarespace.com/commerce-apis/authentication-and-permissions",
    ),
    "WooCommerceDetector": _key(
        "WooCommerce consumer secret",
        _HIGH,
        _SHOP,
        "in WooCommerce under Settings, Advanced, REST API",
        "https://woocommerce.com/document/woocommerce-rest-api/",
        "cs_",
    ),
}
