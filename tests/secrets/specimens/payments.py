"""Made-up tokens of payment services and shops."""

from __future__ import annotations

import random

from .model import ALNUM, HEX, Specimen, text, uuid
from .parts import LOWER, WORD, after, bare, cased


def braintree(rng: random.Random) -> str:
    return "access_token" + f"$production${text(rng, LOWER, 16)}${text(rng, HEX, 32)}"


def adyen(rng: random.Random) -> str:
    parts = (text(rng, ALNUM, 70), text(rng, ALNUM, 43) + "=", "8xY{3z,Q^tN%Lb7!")
    return "AQ" + "E" + "-".join(parts)


def paddle(rng: random.Random) -> str:
    return "pdl_live" + f"_apikey_{text(rng, LOWER, 26)}_{text(rng, ALNUM, 22)}_{text(rng, ALNUM, 3)}"


def mercado(rng: random.Random) -> str:
    return "APP" + f"_USR-{text(rng, '123456789', 16)}-{text(rng, '0123', 6)}-{text(rng, HEX, 32)}-123987456"


def lemon(rng: random.Random) -> str:
    return "ey" + f"J{text(rng, WORD, 40)}.ey" + f"J{text(rng, WORD, 90)}.{text(rng, WORD, 80)}"


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "StripeDetector": (
        after("sk" + "_live_", ALNUM, 24, "STRIPE_SECRET_KEY"),
        after("sk" + "_live_", ALNUM, 99, "STRIPE_KEY"),
        after("rk" + "_live_", ALNUM, 99, "KEY"),
    ),
    "StripeTestDetector": (
        after("sk" + "_test_", ALNUM, 24, "STRIPE_SECRET_KEY"),
        after("rk" + "_test_", ALNUM, 99, "KEY"),
    ),
    "StripeWebhookDetector": (after("whsec" + "_", ALNUM, 32, "STRIPE_WEBHOOK_SECRET"),),
    "PaystackDetector": (
        after("sk" + "_live_", HEX, 40, "PAYSTACK_SECRET_KEY"),
        after("sk" + "_test_", HEX, 40, "KEY"),
    ),
    "SquareOAuthDetector": (after("sq0" + "csp-", WORD, 43, "SQUARE_SECRET"),),
    "SquareDetector": (
        after("sq0" + "atp-", WORD, 22, "SQUARE_ACCESS_TOKEN"),
        cased("EAA" + "A", 60, "SQUARE_TOKEN", WORD),
    ),
    "BraintreeDetector": (Specimen(braintree, "BRAINTREE_TOKEN"), bare(HEX, 32, "BRAINTREE_PRIVATE_KEY")),
    "PayPalDetector": (
        after("A21" + "AA", WORD, 92, "PAYPAL_ACCESS_TOKEN"),
        cased("E", 79, "PAYPAL_CLIENT_SECRET", WORD),
    ),
    "ShopifyDetector": tuple(
        after(f"shp{kind}" + "_", HEX, 32, "SHOPIFY_TOKEN") for kind in ("at", "ss", "ca", "pa", "ua")
    ),
    "AdyenDetector": (Specimen(adyen, "ADYEN_API_KEY"),),
    "RazorpayDetector": (
        after("rzp" + "_live_", ALNUM, 14, "RAZORPAY_KEY_ID"),
        cased("", 24, "RAZORPAY_KEY_SECRET"),
    ),
    "PlaidDetector": (
        Specimen(lambda rng: "access" + "-production-" + uuid(rng), "PLAID_ACCESS_TOKEN"),
        bare(HEX, 30, "PLAID_SECRET"),
    ),
    "FlutterwaveDetector": (
        Specimen(lambda rng: "FLWSECK" + f"-{text(rng, HEX, 32)}-X", "FLW_SECRET_KEY"),
        Specimen(lambda rng: "FLWSECK" + f"_TEST-{text(rng, HEX, 32)}-X", "FLW_SECRET"),
    ),
    "GoCardlessDetector": (cased("live" + "_", 40, "GOCARDLESS_ACCESS_TOKEN", WORD),),
    "LobDetector": (after("live" + "_", HEX, 35, "LOB_API_KEY"), after("test" + "_", HEX, 35, "LOB_API_KEY")),
    "MollieDetector": (cased("live" + "_", 30, "KEY"), cased("test" + "_", 30, "MOLLIE_API_KEY")),
    "CheckoutDetector": (
        Specimen(lambda rng: "sk" + "_" + uuid(rng), "CHECKOUT_SECRET_KEY"),
        Specimen(
            lambda rng: "sk" + "_sbox_" + text(rng, "abcdefghijklmnopqrstuvwxyz234567", 26), "CKO_SECRET_KEY"
        ),
    ),
    "DwollaDetector": (cased("", 50, "DWOLLA_SECRET"),),
    "PaddleDetector": (
        Specimen(paddle, "PADDLE_API_KEY"),
        Specimen(
            lambda rng: "pdl" + f"_ntfset_{text(rng, LOWER, 26)}_{text(rng, ALNUM, 32)}", "PADDLE_WEBHOOK"
        ),
    ),
    "LemonSqueezyDetector": (Specimen(lemon, "LEMONSQUEEZY_API_KEY"),),
    "MercadoPagoDetector": (Specimen(mercado, "MP_ACCESS_TOKEN"),),
    "XenditDetector": (after("xnd" + "_production_", ALNUM, 58, "XENDIT_SECRET_KEY"),),
    "MidtransDetector": (after("Mid" + "-server-", WORD, 24, "MIDTRANS_SERVER_KEY"),),
    "SumUpDetector": (after("sup" + "_sk_", ALNUM, 32, "SUMUP_API_KEY"),),
    "OmiseDetector": (after("skey" + "_", LOWER, 19, "OMISE_SECRET_KEY"),),
    "WiseDetector": (Specimen(uuid, "WISE_API_TOKEN"),),
    "RecurlyDetector": (bare(HEX, 32, "RECURLY_PRIVATE_KEY"),),
    "PolarDetector": (after("polar" + "_oat_", ALNUM, 43, "POLAR_ACCESS_TOKEN"),),
    "DuffelDetector": (after("duffel" + "_live_", WORD, 43, "DUFFEL_ACCESS_TOKEN"),),
    "EasyPostDetector": (
        after("EZ" + "AK", ALNUM, 54, "EASYPOST_API_KEY"),
        after("EZ" + "TK", ALNUM, 54, "EASYPOST_TEST_KEY"),
    ),
    "ShippoDetector": (after("shippo" + "_live_", HEX, 40, "SHIPPO_API_KEY"),),
    "EtsyDetector": (bare(LOWER, 24, "ETSY_API_KEY"),),
    "SquarespaceDetector": (Specimen(uuid, "SQUARESPACE_API_KEY"),),
    "WooCommerceDetector": (after("cs" + "_", HEX, 40, "WC_CONSUMER_SECRET"),),
}
