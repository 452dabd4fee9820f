"""
Formats of tokens of services that people work with: planning, documents, customers, identity, data, networks.

Where each comes from is the page that its entry in ``about/saas.py`` names.
"""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.naming import HEX, UUID, mixed, named, prefixed, varied

_WORD = "[A-Za-z0-9_-]"
_ALNUM = "[A-Za-z0-9]"
_END = r"(?![A-Za-z0-9_-])"
_JWT = r"(?-i:eyJ[A-Za-z0-9_-]{10,400}\.eyJ[A-Za-z0-9_-]{20,1000}\.[A-Za-z0-9_-]{40,800})"
_ATLASSIAN = ("atlassian", "jira", "confluence")

FORMATS: tuple[Format, ...] = (
    Format("DatabricksDetector", ("dapi",), token(rf"dapi(?P<random>{HEX}{{32}})(?:-[0-9])?", end=_END)),
    Format("DatabricksDetector", ("dose",), token(rf"dose(?P<random>{HEX}{{32}})", end=_END)),
    named(
        "LaunchDarklyDetector",
        ("launch_darkly",),
        rf"(?:api|sdk|rel)-{UUID}",
        names=("ld_sdk_key",),
    ),
    Format("LaunchDarklyDetector", ("sdk-",), prefixed("sdk-", UUID, end=_END)),
    Format("LaunchDarklyDetector", ("api-",), prefixed("api-", UUID, end=_END), confidence=Confidence.MEDIUM),
    Format(
        "LinearDetector",
        ("lin_api_", "lin_oauth_"),
        token(rf"lin_(?:api|oauth)_(?P<random>{_ALNUM}{{40,64}})"),
        entropy=3.3,
    ),
    Format("NotionDetector", ("ntn_",), token(rf"ntn_(?P<random>{_ALNUM}{{43,50}})"), entropy=3.5),
    Format(
        "NotionDetector", ("secret_",), prefixed("secret_", rf"{_ALNUM}{{43}}"), holds=varied, entropy=3.8
    ),
    Format("FigmaDetector", ("figd_",), token(rf"figd_(?P<random>{_WORD}{{40}})", end=_END), entropy=3.5),
    named("FigmaDetector", ("figma",), rf"[0-9]{{5,7}}-{UUID}"),
    Format(
        "AtlassianDetector",
        ("ATATT3", "ATSTT3"),
        token(r"AT[AS]TT3(?P<random>[A-Za-z0-9_=-]{150,250})", end=r"(?![A-Za-z0-9_=-])"),
        entropy=4.0,
    ),
    named(
        "AtlassianDetector",
        _ATLASSIAN,
        r"(?-i:[A-Za-z0-9]{24})",
        words="api[_.-]?token|api[_.-]?key|token",
        holds=varied,
        entropy=3.5,
    ),
    named(
        "AsanaDetector",
        ("asana",),
        rf"[0-9]/[0-9]{{12,18}}(?:/[0-9]{{12,18}})?:{HEX}{{32}}",
        words="token|key|pat",
    ),
    named("AsanaDetector", ("asana",), rf"{HEX}{{32}}", words="secret"),
    Format(
        "AsanaDetector",
        ("0/1", "1/1", "2/1"),
        token(rf"[0-2]/1[0-9]{{12,17}}(?:/1[0-9]{{12,17}})?(?::|%3A)(?P<random>{HEX}{{32}})"),
    ),
    Format("AirtableDetector", ("pat",), prefixed("pat", rf"{_ALNUM}{{14}}\.{HEX}{{64}}"), entropy=3.0),
    named("AirtableDetector", ("airtable",), r"(?-i:key[A-Za-z0-9]{14})", holds=mixed),
    Format(
        "HubSpotDetector", ("pat-na", "pat-eu", "pat-ap"), token(rf"pat-(?:na|eu|ap)[0-9]-(?P<random>{UUID})")
    ),
    named("HubSpotDetector", ("hubspot",), UUID, names=("hapikey",)),
    Format(
        "DropboxDetector", ("sl.",), prefixed("sl.", rf"(?:u\.)?{_WORD}{{130,1500}}", end=_END), entropy=4.0
    ),
    Format(
        "DropboxDetector",
        ("AAAAAAAAAA",),
        token(rf"{_WORD}{{11}}AAAAAAAAAA(?P<random>{_WORD}{{43}})", end=_END),
        near=("dropbox",),
        entropy=4.0,
    ),
    named("DropboxDetector", ("dropbox",), r"[a-z0-9]{15}", words="secret", holds=mixed),
    named("OktaDetector", ("okta",), rf"(?-i:00{_WORD}{{40}})", words="token|key", holds=varied, entropy=4.0),
    Format("OktaDetector", ("SSWS",), rf"SSWS(?:[ ]|%20)(?P<value>00{_WORD}{{40}}){_END}", entropy=4.0),
    named("Auth0Detector", ("auth0",), rf"(?-i:{_WORD}{{64}})", words="secret", holds=varied, entropy=4.0),
    Format("PostmanDetector", ("PMAK-",), token(rf"PMAK-(?P<random>{HEX}{{24}}-{HEX}{{34}})")),
    Format("PostmanDetector", ("PMAT-",), token(r"PMAT-(?P<random>[A-Z0-9]{26})"), entropy=3.0),
    named(
        "NgrokDetector",
        ("ngrok",),
        r"(?-i:(?:ak_)?[0-9][A-Za-z0-9]{25,28}_[A-Za-z0-9]{18,24})",
        words="authtoken|token|key",
        names=("authtoken", "add_authtoken"),
        holds=varied,
        entropy=4.0,
    ),
    Format(
        "TailscaleDetector",
        ("tskey-",),
        token(rf"tskey-(?:[a-z]{{2,10}}-)?{_ALNUM}{{6,24}}-(?P<random>{_ALNUM}{{20,40}})"),
        entropy=3.3,
    ),
    Format(
        "ContentfulDetector", ("CFPAT-",), token(rf"CFPAT-(?P<random>{_WORD}{{43}})", end=_END), entropy=3.5
    ),
    named(
        "ContentfulDetector",
        ("contentful",),
        rf"(?-i:{_WORD}{{43}})",
        words="token|key",
        holds=varied,
        entropy=4.0,
        confidence=Confidence.MEDIUM,
    ),
    named("ContentstackDetector", ("contentstack",), rf"cs{HEX}{{32,40}}"),
    named(
        "AlgoliaDetector",
        ("algolia",),
        rf"{HEX}{{32}}",
        words=r"(?:admin|write)[_.-]?(?:api)?[_.-]?(?:key|token)",
        names=("algolia_api_key_admin",),
    ),
    Format("ReadMeDetector", ("rdme_",), token(r"rdme_(?P<random>[a-z0-9]{70})"), entropy=3.5),
    Format("ClearbitDetector", ("sk_",), prefixed("sk_", rf"{HEX}{{32}}"), entropy=3.0),
    named("CalendlyDetector", ("calendly",), _JWT, entropy=4.0),
    named("MondayDetector", ("monday",), _JWT, entropy=4.0),
    Format("FrameIoDetector", ("fio-u-",), token(rf"fio-u-(?P<random>{_WORD}{{64}})", end=_END), entropy=3.5),
    named("BeamerDetector", ("beamer",), r"(?-i:b_[A-Za-z0-9=_-]{44})", holds=mixed, entropy=3.5),
    Format(
        "ZapierWebhookDetector",
        ("hooks.zapier.com/",),
        r"(?P<value>https://hooks\.zapier\.com/hooks/(?:catch|standard)/[0-9]{4,10}/(?P<random>[a-z0-9]{6,32}))(?![\w-])",
        entropy=1.5,
    ),
    Format(
        "IftttDetector",
        ("maker.ifttt.com/",),
        rf"maker\.ifttt\.com/trigger/[\w{{}}$-]{{1,80}}/(?:json/)?with/key/(?P<value>{_WORD}{{22,43}}){_END}",
        holds=varied,
        entropy=3.5,
    ),
    Format(
        "SalesforceDetector",
        ("00D",),
        prefixed("00D", rf"{_ALNUM}{{12,15}}![A-Za-z0-9._]{{80,130}}", end=r"(?![A-Za-z0-9._])"),
        entropy=3.8,
    ),
    named(
        "SnowflakeDetector",
        ("snowflake",),
        r"(?-i:[A-Za-z0-9+/]{43}=)",
        words="secret",
        holds=varied,
        entropy=4.0,
    ),
    Format(
        "TypeformDetector",
        ("tfp_",),
        token(r"tfp_(?P<random>[A-Za-z0-9_-]{40,64})", end=_END),
        entropy=3.5,
    ),
    Format("ClickUpDetector", ("pk_",), prefixed("pk_", r"[0-9]{5,10}_[A-Z0-9]{32}"), entropy=3.3),
    Format("TrelloDetector", ("ATTA",), prefixed("ATTA", r"[0-9a-fA-F]{72}"), entropy=3.0),
    named("TrelloDetector", ("trello",), rf"{HEX}{{64}}", words="token|secret"),
    named(
        "ClerkDetector", ("clerk",), r"(?-i:sk_(?:live|test)_[A-Za-z0-9]{40,60})", holds=varied, entropy=3.5
    ),
    Format("AdobeDetector", ("p8e-",), token(r"p8e-(?P<random>[A-Za-z0-9_-]{32})", end=_END), entropy=3.3),
    named("UnleashDetector", ("unleash",), rf"(?:\*|[\w-]{{1,40}}):(?:\*|[\w-]{{1,40}})\.{HEX}{{56,64}}"),
    Format(
        "SidekiqDetector",
        (".contribsys.com",),
        rf"(?<=//)(?P<value>{HEX}{{8}}:{HEX}{{8}})@(?:gems|enterprise)\.contribsys\.com",
        entropy=2.0,
    ),
    named(
        "SidekiqDetector",
        (),
        rf"{HEX}{{8}}:{HEX}{{8}}",
        names=("bundle_enterprise__contribsys__com", "bundle_gems__contribsys__com"),
        entropy=2.0,
    ),
    Format(
        "DefinedNetworkingDetector",
        ("dnkey-",),
        token(rf"dnkey-(?P<random>{_WORD}{{26}}-{_WORD}{{52}})", end=_END),
        entropy=3.5,
    ),
    named("MerakiDetector", ("meraki",), rf"{HEX}{{40}}"),
    # https://clickhouse.com/docs/cloud/manage/openapi
    Format(
        "ClickHouseDetector", ("4b1d",), token(rf"4b1d(?P<random>{_ALNUM}{{38}})"), holds=varied, entropy=3.5
    ),
    named(
        "TypesenseDetector",
        ("typesense",),
        r"(?-i:[A-Za-z0-9]{32,48})",
        words="admin[_.-]?(?:api[_.-]?)?key|api[_.-]?key",
        holds=varied,
        entropy=3.5,
    ),
)
