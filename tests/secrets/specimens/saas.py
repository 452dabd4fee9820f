"""Made-up tokens of services that people work with."""

from __future__ import annotations

import random

from .model import ALNUM, HEX, Specimen, text, uuid
from .parts import LOWER, UPPER, WORD, after, bare, cased


def jwt(rng: random.Random) -> str:
    return "ey" + f"J{text(rng, WORD, 40)}.ey" + f"J{text(rng, WORD, 90)}.{text(rng, WORD, 80)}"


def asana(rng: random.Random) -> str:
    return f"2/12{text(rng, '123456789', 14)}/12{text(rng, '123456789', 14)}:{text(rng, HEX, 32)}"


def salesforce(rng: random.Random) -> str:
    return "00" + f"D5g00{text(rng, ALNUM, 10)}!AR{text(rng, ALNUM + '._', 93)}a7"


def ngrok(rng: random.Random) -> str:
    return f"2{text(rng, ALNUM, 24)}aB_{text(rng, ALNUM, 21)}"


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "DatabricksDetector": (
        after("da" + "pi", HEX, 32, "DATABRICKS_TOKEN"),
        Specimen(lambda rng: "da" + f"pi{text(rng, HEX, 32)}-2", "TOKEN"),
        after("do" + "se", HEX, 32, "DATABRICKS_CLIENT_SECRET"),
    ),
    "LaunchDarklyDetector": (
        Specimen(lambda rng: "sdk" + "-" + uuid(rng), "LD_SDK_KEY"),
        Specimen(lambda rng: "api" + "-" + uuid(rng), "LAUNCHDARKLY_ACCESS_TOKEN"),
        Specimen(lambda rng: "api" + "-" + uuid(rng), "TOKEN"),
    ),
    "LinearDetector": (
        after("lin" + "_api_", ALNUM, 40, "LINEAR_API_KEY"),
        after("lin" + "_oauth_", HEX, 64, "LINEAR_TOKEN"),
    ),
    "NotionDetector": (
        after("ntn" + "_", ALNUM, 46, "NOTION_TOKEN"),
        cased("secret" + "_", 43, "NOTION_API_KEY"),
    ),
    "FigmaDetector": (
        after("fig" + "d_", WORD, 40, "FIGMA_TOKEN"),
        Specimen(lambda rng: "123987-" + uuid(rng), "FIGMA_ACCESS_TOKEN"),
    ),
    "AtlassianDetector": (
        after("ATATT3" + "xFfGF0", WORD, 180, "JIRA_API_TOKEN"),
        cased("", 24, "CONFLUENCE_API_TOKEN"),
    ),
    "AsanaDetector": (
        Specimen(asana, "TOKEN"),
        Specimen(asana, "ASANA_TOKEN"),
        bare(HEX, 32, "ASANA_CLIENT_SECRET"),
    ),
    "AirtableDetector": (
        Specimen(lambda rng: "pat" + f"{text(rng, ALNUM, 14)}.{text(rng, HEX, 64)}", "AIRTABLE_TOKEN"),
        after("key", ALNUM, 14, "AIRTABLE_API_KEY"),
    ),
    "HubSpotDetector": (
        Specimen(lambda rng: "pat" + "-na1-" + uuid(rng), "HUBSPOT_TOKEN"),
        Specimen(uuid, "HUBSPOT_API_KEY"),
        Specimen(uuid, "hapikey"),
    ),
    "DropboxDetector": (
        after("sl" + ".u.", WORD, 400, "DROPBOX_TOKEN"),
        after("sl" + ".", WORD, 135, "TOKEN"),
        Specimen(
            lambda rng: text(rng, ALNUM, 11) + "AAAAAAAAAA" + text(rng, WORD, 42) + "a",
            "DROPBOX_ACCESS_TOKEN",
        ),
        bare(LOWER, 15, "DROPBOX_APP_SECRET"),
    ),
    "OktaDetector": (cased("00", 40, "OKTA_API_TOKEN", WORD),),
    "Auth0Detector": (cased("", 64, "AUTH0_CLIENT_SECRET", WORD),),
    "PostmanDetector": (
        Specimen(lambda rng: "PM" + f"AK-{text(rng, HEX, 24)}-{text(rng, HEX, 34)}", "POSTMAN_API_KEY"),
        Specimen(lambda rng: "PM" + "AT-" + text(rng, UPPER, 26), "TOKEN"),
    ),
    "NgrokDetector": (Specimen(ngrok, "NGROK_AUTHTOKEN"), Specimen(ngrok, "authtoken")),
    "TailscaleDetector": (
        Specimen(
            lambda rng: "ts" + f"key-auth-k{text(rng, ALNUM, 10)}CNTRL-{text(rng, ALNUM, 32)}", "TS_AUTHKEY"
        ),
        Specimen(
            lambda rng: "ts" + f"key-api-k{text(rng, ALNUM, 10)}CNTRL-{text(rng, ALNUM, 32)}", "TS_API_KEY"
        ),
    ),
    "ContentfulDetector": (
        after("CF" + "PAT-", WORD, 43, "CONTENTFUL_MANAGEMENT_TOKEN"),
        cased("", 43, "CONTENTFUL_ACCESS_TOKEN", WORD),
    ),
    "ContentstackDetector": (after("cs", HEX, 34, "CONTENTSTACK_DELIVERY_TOKEN"),),
    "AlgoliaDetector": (bare(HEX, 32, "ALGOLIA_ADMIN_KEY"), bare(HEX, 32, "ALGOLIA_WRITE_API_KEY")),
    "ReadMeDetector": (after("rdme" + "_", LOWER, 70, "README_API_KEY"),),
    "ClearbitDetector": (after("sk" + "_", HEX, 32, "CLEARBIT_KEY"),),
    "CalendlyDetector": (Specimen(jwt, "CALENDLY_TOKEN"),),
    "MondayDetector": (Specimen(jwt, "MONDAY_API_TOKEN"),),
    "FrameIoDetector": (after("fio" + "-u-", WORD, 64, "FRAMEIO_TOKEN"),),
    "BeamerDetector": (after("b_", WORD, 44, "BEAMER_API_KEY"),),
    "ZapierWebhookDetector": (
        Specimen(
            lambda rng: "https://hooks" + f".zapier.com/hooks/catch/1234321/{text(rng, LOWER, 7)}", "HOOK"
        ),
    ),
    "IftttDetector": (
        # The key is the secret, in an address that is not.
        Specimen(
            cased("", 22, "", WORD).make, "URL", "https://maker" + ".ifttt.com/trigger/door/with/key/{}"
        ),
    ),
    "SalesforceDetector": (Specimen(salesforce, "SF_ACCESS_TOKEN"),),
    "SnowflakeDetector": (
        Specimen(lambda rng: text(rng, ALNUM, 40) + "aB7=", "SNOWFLAKE_OAUTH_CLIENT_SECRET"),
    ),
    "TypeformDetector": (after("tf" + "p_", WORD, 59, "TYPEFORM_TOKEN"),),
    "ClickUpDetector": (
        Specimen(lambda rng: "pk" + f"_{text(rng, '123456789', 8)}_{text(rng, UPPER, 32)}", "CLICKUP_TOKEN"),
    ),
    "TrelloDetector": (after("AT" + "TA", HEX, 72, "TRELLO"), bare(HEX, 64, "TRELLO_TOKEN")),
    "ClerkDetector": (cased("sk" + "_live_", 42, "CLERK_SECRET_KEY"),),
    "AdobeDetector": (after("p8" + "e-", WORD, 32, "ADOBE_CLIENT_SECRET"),),
    "UnleashDetector": (
        Specimen(lambda rng: "default:development." + text(rng, HEX, 60), "UNLEASH_API_TOKEN"),
    ),
    "SidekiqDetector": (
        Specimen(
            lambda rng: f"{text(rng, HEX, 8)}:{text(rng, HEX, 8)}", "BUNDLE_ENTERPRISE__CONTRIBSYS__COM"
        ),
    ),
    "DefinedNetworkingDetector": (
        Specimen(lambda rng: "dn" + f"key-{text(rng, WORD, 26)}-{text(rng, WORD, 51)}a", "DN_API_KEY"),
    ),
    "MerakiDetector": (bare(HEX, 40, "MERAKI_DASHBOARD_API_KEY"),),
    "ClickHouseDetector": (cased("4b" + "1d", 38, "CLICKHOUSE_KEY_SECRET"),),
    "TypesenseDetector": (cased("", 32, "TYPESENSE_ADMIN_API_KEY"),),
}
