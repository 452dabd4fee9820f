"""
Formats of tokens of payment services and shops.

Where each comes from is the page that its entry in ``about/payments.py`` names.
"""

from __future__ import annotations

import re

from pregate.levels import Confidence
from pregate.secrets.formats.model import START, Format, token
from pregate.secrets.formats.naming import HEX, UUID, mixed, named, prefixed, varied

_WORD = "[A-Za-z0-9_-]"
_ALNUM = "[A-Za-z0-9]"
_END = r"(?![A-Za-z0-9_-])"
_OF_PAYSTACK = 40


def _is_stripe(value: str) -> bool:
    """Whether a key with a beginning that Paystack uses too is Stripe's, as far as its form tells."""
    body = value.rpartition("_")[2]
    return len(body) != _OF_PAYSTACK or not re.fullmatch(r"[0-9a-f]*", body)


FORMATS: tuple[Format, ...] = (
    # https://docs.stripe.com/keys
    Format(
        "StripeDetector",
        ("sk_live_", "rk_live_", "sk_prod_", "rk_prod_"),
        token(rf"[sr]k_(?:live|prod)_(?P<random>{_ALNUM}{{16,247}})"),
        holds=_is_stripe,
        entropy=3.0,
    ),
    Format(
        "StripeTestDetector",
        ("sk_test_", "rk_test_"),
        token(rf"[sr]k_test_(?P<random>{_ALNUM}{{16,247}})"),
        holds=_is_stripe,
        entropy=3.0,
    ),
    Format(
        "StripeWebhookDetector",
        ("whsec_",),
        token(r"whsec_(?P<random>[A-Za-z0-9+/]{32,64}={0,2})"),
        entropy=3.5,
    ),
    Format("PaystackDetector", ("sk_live_", "sk_test_"), token(rf"sk_(?:live|test)_(?P<random>{HEX}{{40}})")),
    # https://developer.squareup.com/docs/build-basics/access-tokens
    Format(
        "SquareOAuthDetector",
        ("sq0csp-",),
        token(rf"sq0csp-(?P<random>{_WORD}{{43}})", end=_END),
        entropy=3.5,
    ),
    Format(
        "SquareDetector", ("sq0atp-",), token(rf"sq0atp-(?P<random>{_WORD}{{22}})", end=_END), entropy=3.0
    ),
    Format(
        "SquareDetector",
        ("EAAA",),
        prefixed("EAAA", rf"{_WORD}{{60}}", end=r"(?![\w+/=-])"),
        holds=varied,
        entropy=4.0,
    ),
    Format(
        "BraintreeDetector",
        ("access_token$", "access_token%24"),
        token(
            rf"access_token(?:\$|%24)(?:production|sandbox)(?:\$|%24)[a-z0-9]{{16}}(?:\$|%24)(?P<random>{HEX}{{32}})"
        ),
    ),
    named("BraintreeDetector", ("braintree",), rf"{HEX}{{32}}", words="private[_.-]?key"),
    Format(
        "PayPalDetector", ("A21AA",), token(rf"A21AA(?P<random>{_WORD}{{70,110}})", end=_END), entropy=4.0
    ),
    named("PayPalDetector", ("paypal",), rf"(?-i:E{_WORD}{{79}})", words="secret", holds=varied, entropy=4.0),
    Format(
        "ShopifyDetector",
        ("shpat_", "shpss_", "shpca_", "shppa_", "shpua_"),
        token(r"shp(?:at|ss|ca|pa|ua)_(?P<random>[A-Fa-f0-9]{32})"),
        entropy=3.0,
    ),
    Format(
        "AdyenDetector",
        ("AQE",),
        rf"{START}(?P<value>AQE(?P<random>[A-Za-z0-9+/]{{40,160}}={{0,2}})-[A-Za-z0-9+/]{{40,50}}={{0,2}}-"
        r"[^\s\"'`&<>\\]{6,24})",
        entropy=4.0,
    ),
    # The key's id may be seen; it stands beside its secret.
    Format(
        "RazorpayDetector",
        ("rzp_live_",),
        token(rf"rzp_live_(?P<random>{_ALNUM}{{14}})"),
        confidence=Confidence.MEDIUM,
    ),
    named(
        "RazorpayDetector",
        ("razorpay", "rzp"),
        r"(?-i:[A-Za-z0-9]{24})",
        words="secret",
        holds=varied,
        entropy=3.3,
    ),
    Format(
        "PlaidDetector",
        ("access-sandbox-", "access-development-", "access-production-"),
        token(rf"access-(?:sandbox|development|production)-(?P<random>{UUID})"),
    ),
    named("PlaidDetector", ("plaid",), rf"{HEX}{{30}}", words="secret"),
    Format(
        "FlutterwaveDetector",
        ("FLWSECK",),
        token(rf"FLWSECK(?:_TEST)?-(?P<random>{_ALNUM}{{32}})(?:-[0-9a-z]{{10,16}}vt)?-X"),
        entropy=3.0,
    ),
    Format(
        "GoCardlessDetector",
        ("live_",),
        token(rf"live_(?P<random>{_WORD}{{40}})", end=_END),
        holds=varied,
        entropy=3.8,
    ),
    Format("LobDetector", ("live_",), token(rf"live_(?P<random>{HEX}{{35}})"), entropy=3.0),
    named("LobDetector", ("lob_api", "lob_key", "lob_secret"), rf"(?:live|test)_{HEX}{{35}}"),
    Format(
        "MollieDetector", ("live_",), token(rf"live_(?P<random>{_ALNUM}{{30}})"), holds=varied, entropy=3.5
    ),
    named("MollieDetector", ("mollie",), r"(?-i:(?:live|test)_[A-Za-z0-9]{30})", holds=varied, entropy=3.5),
    named("CheckoutDetector", ("checkout", "cko"), rf"sk_(?:test_|sbox_)?(?:{UUID}|[a-z2-7]{{26}}[*#$=]?)"),
    named("DwollaDetector", ("dwolla",), r"(?-i:[A-Za-z0-9]{50})", holds=varied, entropy=4.0),
    Format(
        "PaddleDetector",
        ("_apikey_",),
        token(rf"pdl_(?:live|sdbx)_apikey_(?P<random>[a-z0-9]{{26}}_{_ALNUM}{{22}}_{_ALNUM}{{3}})"),
        entropy=3.5,
    ),
    Format(
        "PaddleDetector",
        ("pdl_ntfset_",),
        token(r"pdl_ntfset_(?P<random>[a-z0-9]{26}_[A-Za-z0-9+/]{32})"),
        entropy=3.5,
    ),
    named(
        "LemonSqueezyDetector",
        ("lemon_squeezy",),
        r"(?-i:eyJ[A-Za-z0-9_-]{20,400}\.eyJ[A-Za-z0-9_-]{20,1000}\.[A-Za-z0-9_-]{40,800})",
        entropy=4.0,
    ),
    Format(
        "MercadoPagoDetector",
        ("APP_USR-",),
        token(
            rf"APP_USR-[0-9]{{12,18}}-[0-9]{{6}}-(?P<random>{HEX}{{32}})(?:-|__[A-Z]{{2}}_[A-Z]{{2}}__-)[0-9]{{5,12}}"
        ),
    ),
    Format(
        "XenditDetector",
        ("xnd_",),
        token(rf"xnd_(?:production|development)_(?P<random>{_ALNUM}{{40,80}})"),
        entropy=3.5,
    ),
    Format(
        "MidtransDetector",
        ("Mid-server-",),
        token(rf"(?:SB-)?Mid-server-(?P<random>{_WORD}{{24}})", end=_END),
        entropy=3.3,
    ),
    Format("SumUpDetector", ("sup_sk_",), token(rf"sup_sk_(?P<random>{_ALNUM}{{32}})"), entropy=3.5),
    named("OmiseDetector", ("omise",), r"skey_(?:test_)?[a-z0-9]{19}", holds=mixed),
    named("WiseDetector", ("wise_api", "transferwise"), UUID),
    named("RecurlyDetector", ("recurly",), rf"{HEX}{{32}}", words="private[_.-]?key|api[_.-]?key"),
    Format(
        "PolarDetector",
        ("polar_",),
        token(rf"polar_(?:oat|pat|whs)_(?P<random>{_ALNUM}{{40,64}})"),
        entropy=3.5,
    ),
    Format(
        "DuffelDetector",
        ("duffel_",),
        token(rf"duffel_(?:live|test)_(?P<random>{_WORD}{{43}})", end=_END),
        entropy=3.5,
    ),
    Format("EasyPostDetector", ("EZAK", "EZTK"), token(rf"EZ[AT]K(?P<random>{_ALNUM}{{54}})"), entropy=3.5),
    Format("ShippoDetector", ("shippo_",), token(rf"shippo_(?:live|test)_(?P<random>{HEX}{{40}})")),
    named(
        "EtsyDetector",
        ("etsy",),
        r"[a-z0-9]{24}",
        words="api[_.-]?key|key[_.-]?string|access[_.-]?token",
        holds=mixed,
        entropy=3.3,
    ),
    named("SquarespaceDetector", ("squarespace",), UUID),
    Format("WooCommerceDetector", ("cs_",), prefixed("cs_", rf"{HEX}{{40}}"), entropy=3.0),
)
