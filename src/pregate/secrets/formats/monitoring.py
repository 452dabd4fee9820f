"""
Formats of tokens of services that watch others: metrics, logs, errors, alarms, code quality, usage.

Where each comes from is the page that its entry in ``about/monitoring.py`` names.
"""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.naming import HEX, UUID, WORDS, mixed, named, prefixed, varied

_WORD = "[A-Za-z0-9_-]"
_ALNUM = "[A-Za-z0-9]"
_END = r"(?![A-Za-z0-9_-])"

FORMATS: tuple[Format, ...] = (
    named(
        "DatadogDetector",
        ("datadog",),
        rf"(?:{HEX}{{32}}|{HEX}{{40}})",
        names=("dd_api_key", "dd_app_key", "dd_application_key"),
    ),
    Format(
        "NewRelicDetector",
        ("NRAK-", "NRII-", "NRIQ-", "NRRA-", "NRSP-"),
        token(rf"NR(?:AK|II|IQ|RA|SP)-(?P<random>{_WORD}{{27,42}})", end=_END),
        holds=mixed,
        entropy=3.2,
    ),
    Format(
        "NewRelicDetector", ("NRAL",), token(r"(?P<random>[A-Za-z0-9]{36})NRAL"), holds=mixed, entropy=2.8
    ),
    named(
        "NewRelicDetector",
        ("new_relic",),
        rf"{HEX}{{40}}",
        words="licen[cs]e[_.-]?key|key",
    ),
    Format(
        "DynatraceDetector",
        ("dt0",),
        token(r"dt0[a-z][0-9]{2}\.[A-Z0-9]{8,24}\.(?P<random>[A-Z0-9]{64})"),
        entropy=3.5,
    ),
    Format(
        "GrafanaDetector",
        ("glsa_",),
        token(rf"glsa_(?P<random>{_ALNUM}{{32}})_{HEX}{{8}}"),
        entropy=3.5,
    ),
    # JSON in Base64: the organisation of a cloud token, the key of an older one.
    Format(
        "GrafanaDetector", ("glc_",), token(r"glc_(?P<random>eyJ[A-Za-z0-9+/]{60,400}={0,2})"), entropy=3.5
    ),
    Format(
        "GrafanaDetector",
        ("eyJrIjoi",),
        token(r"eyJrIjoi(?P<random>[A-Za-z0-9+/]{50,400})={0,2}", end=r"(?![\w.+/=-])"),
        entropy=4.0,
    ),
    Format(
        "SentryDetector",
        ("sntrys_",),
        token(
            r"sntrys_eyJ[A-Za-z0-9+/=%]{40,400}_(?P<random>(?:[A-Za-z0-9+/]|%2[BF]){43})",
            end=r"(?![A-Za-z0-9+/])",
        ),
        entropy=3.5,
    ),
    Format("SentryDetector", ("sntryu_",), token(rf"sntryu_(?P<random>{HEX}{{64}})")),
    named("SentryDetector", ("sentry",), rf"{HEX}{{64}}", words="auth[_.-]?token|token"),
    # The form of a DSN that had the secret key beside the public one.
    Format(
        "SentryDetector",
        ("sentry", "ingest."),
        rf"https?://{HEX}{{32}}:(?P<value>{HEX}{{32}})@[\w.-]{{4,100}}/[0-9]{{1,20}}",
        entropy=3.0,
    ),
    named(
        "PagerDutyDetector",
        ("pager_duty",),
        r"(?-i:u(?:\+|%2B)[A-Za-z0-9_-]{18}|y_[A-Za-z0-9_-]{18}|[A-Za-z0-9_-]{20})",
        entropy=3.3,
    ),
    named(
        "PagerDutyDetector",
        ("pager_duty",),
        r"[a-z0-9]{32}",
        words="routing[_.-]?key|integration[_.-]?key|service[_.-]?key|key",
        holds=mixed,
    ),
    named("OpsgenieDetector", ("opsgenie",), UUID),
    named("VictorOpsDetector", ("victor_ops",), UUID, words="key"),
    # Digits and letters without those that are easily taken for others.
    Format("PostHogDetector", ("phx_", "phs_"), token(rf"ph[xs]_(?P<random>{_ALNUM}{{40,50}})"), entropy=3.5),
    named("RollbarDetector", ("rollbar",), rf"{HEX}{{32}}", words="token", confidence=Confidence.MEDIUM),
    named("BugsnagDetector", ("bugsnag",), rf"{HEX}{{32}}", confidence=Confidence.MEDIUM),
    Format(
        "HoneycombDetector",
        ("hcaik_", "hcaic_", "hcamk_"),
        token(r"hca(?:ik|ic|mk)_(?P<random>[a-z0-9]{58})"),
        entropy=3.5,
    ),
    named("HoneycombDetector", ("honeycomb",), rf"{HEX}{{32}}", names=("x_honeycomb_team",)),
    named("LogzDetector", ("logz",), rf"(?:{UUID}|(?-i:[A-Za-z]{{32}}))", entropy=3.3),
    named("LogglyDetector", ("loggly",), UUID),
    named(
        "SumoLogicDetector",
        ("sumo",),
        r"(?-i:[A-Za-z0-9]{64})",
        holds=varied,
        entropy=4.0,
    ),
    named("SplunkDetector", ("splunk",), UUID),
    Format(
        "SplunkDetector",
        ("Splunk ",),
        rf"(?<=Splunk )(?P<value>{UUID})(?![\w-])",
    ),
    Format(
        "ElasticDetector", ("essu_",), token(r"essu_(?P<random>[A-Za-z0-9+/]{40,200}={0,2})"), entropy=3.5
    ),
    named(
        "ElasticDetector",
        ("elastic",),
        r"(?-i:[A-Za-z0-9]{58}==)",
        words="api[_.-]?key",
        holds=varied,
        entropy=4.0,
    ),
    Format("SonarDetector", ("sqp_", "squ_", "sqa_"), token(rf"sq[pua]_(?P<random>{HEX}{{40}})")),
    named("SonarDetector", ("sonar",), rf"{HEX}{{40}}", words="token|login"),
    named("MixpanelDetector", ("mixpanel",), rf"{HEX}{{32}}", words="secret"),
    named("AmplitudeDetector", ("amplitude",), rf"{HEX}{{32}}", words="secret|secret[_.-]?key"),
    named("SegmentDetector", ("segment",), r"(?-i:sgp_[A-Za-z0-9]{64})", holds=varied, entropy=4.0),
    named(
        "SegmentDetector",
        ("segment",),
        r"(?-i:[A-Za-z0-9]{32})",
        words="write[_.-]?key",
        holds=varied,
        confidence=Confidence.MEDIUM,
    ),
    Format("AxiomDetector", ("xaat-", "xapt-"), token(rf"xa[ap]t-(?P<random>{UUID})")),
    Format(
        "UbidotsDetector",
        ("BBFF-", "BBUS-"),
        token(rf"BB(?:FF|US)-(?P<random>{_ALNUM}{{30,34}})"),
        entropy=3.3,
    ),
    Format(
        "InfracostDetector",
        ("ico-",),
        prefixed("ico-", rf"{_ALNUM}{{32}}", end=_END),
        holds=varied,
        entropy=3.5,
    ),
    named("UptimeRobotDetector", ("uptime_robot",), r"u[0-9]{6,9}-[a-z0-9]{24}", words=WORDS),
    named("ShodanDetector", ("shodan",), r"(?-i:[A-Za-z0-9]{32})", holds=mixed, entropy=3.3),
    Format("RootlyDetector", ("rootly_",), token(rf"rootly_(?P<random>{HEX}{{64}})")),
)
