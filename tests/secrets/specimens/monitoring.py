"""Made-up tokens of services that watch others."""

from __future__ import annotations

import random
import string

from .model import ALNUM, HEX, Specimen, text, uuid
from .parts import LOWER, UPPER, WORD, after, bare, cased


def grafana(rng: random.Random) -> str:
    return "gl" + f"sa_{text(rng, ALNUM, 32)}_{text(rng, HEX, 8)}"


def dynatrace(rng: random.Random) -> str:
    return "dt0" + f"c01.{text(rng, UPPER, 24)}.{text(rng, UPPER, 64)}"


def sentry(rng: random.Random) -> str:
    return "sntrys" + f"_eyJpYXQiO{text(rng, ALNUM, 120)}_{text(rng, ALNUM, 43)}"


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "DatadogDetector": (
        bare(HEX, 32, "DATADOG_API_KEY"),
        bare(HEX, 40, "DATADOG_APP_KEY"),
        bare(HEX, 32, "DD_API_KEY"),
        bare(HEX, 40, "dd-application-key"),
    ),
    "NewRelicDetector": (
        after("NR" + "AK-", UPPER, 27, "NEW_RELIC_API_KEY"),
        after("NR" + "II-", WORD, 32, "KEY"),
        Specimen(lambda rng: text(rng, HEX, 32) + "FF7a" + "NR" + "AL", "NEW_RELIC_LICENSE_KEY"),
        bare(HEX, 40, "NEW_RELIC_LICENSE_KEY"),
    ),
    "DynatraceDetector": (Specimen(dynatrace, "DT_API_TOKEN"),),
    "GrafanaDetector": (
        Specimen(grafana, "GRAFANA_TOKEN"),
        Specimen(lambda rng: "glc" + "_ey" + f"J{text(rng, ALNUM, 90)}=", "GRAFANA_CLOUD"),
        Specimen(lambda rng: "eyJr" + f"Ijoi{text(rng, ALNUM, 80)}==", "GRAFANA_API_KEY"),
    ),
    "SentryDetector": (
        Specimen(sentry, "SENTRY_TOKEN"),
        after("sntryu" + "_", HEX, 64, "TOKEN"),
        bare(HEX, 64, "SENTRY_AUTH_TOKEN"),
    ),
    "PagerDutyDetector": (
        cased("u" + "+", 18, "PAGERDUTY_TOKEN", WORD),
        bare(HEX, 32, "PAGERDUTY_ROUTING_KEY"),
    ),
    "OpsgenieDetector": (Specimen(uuid, "OPSGENIE_API_KEY"),),
    "VictorOpsDetector": (Specimen(uuid, "VICTOROPS_API_KEY"),),
    "PostHogDetector": (after("ph" + "x_", ALNUM, 43, "POSTHOG_KEY"),),
    "RollbarDetector": (bare(HEX, 32, "ROLLBAR_ACCESS_TOKEN"),),
    "BugsnagDetector": (bare(HEX, 32, "BUGSNAG_API_KEY"),),
    "HoneycombDetector": (
        after("hca" + "ik_", LOWER, 58, "HONEYCOMB_KEY"),
        bare(HEX, 32, "HONEYCOMB_API_KEY"),
        bare(HEX, 32, "x-honeycomb-team"),
    ),
    "LogzDetector": (
        Specimen(uuid, "LOGZ_IO_TOKEN"),
        Specimen(lambda rng: text(rng, string.ascii_letters, 32), "LOGZIO_TOKEN"),
    ),
    "LogglyDetector": (Specimen(uuid, "LOGGLY_TOKEN"),),
    "SumoLogicDetector": (cased("", 64, "SUMO_ACCESS_KEY"),),
    "SplunkDetector": (Specimen(uuid, "SPLUNK_HEC_TOKEN"),),
    "ElasticDetector": (
        Specimen(lambda rng: "es" + f"su_{text(rng, ALNUM, 78)}==", "ELASTIC"),
        Specimen(lambda rng: text(rng, ALNUM, 55) + "aB7==", "ELASTIC_API_KEY"),
    ),
    "SonarDetector": (
        *(after(f"sq{kind}" + "_", HEX, 40, "SONAR") for kind in "pua"),
        bare(HEX, 40, "SONAR_TOKEN"),
    ),
    "MixpanelDetector": (bare(HEX, 32, "MIXPANEL_API_SECRET"),),
    "AmplitudeDetector": (bare(HEX, 32, "AMPLITUDE_SECRET"),),
    "SegmentDetector": (cased("sgp" + "_", 64, "SEGMENT_TOKEN"), cased("", 32, "SEGMENT_WRITE_KEY")),
    "AxiomDetector": (Specimen(lambda rng: "xa" + "at-" + uuid(rng), "AXIOM_TOKEN"),),
    "UbidotsDetector": (after("BB" + "FF-", ALNUM, 30, "UBIDOTS_TOKEN"),),
    "InfracostDetector": (cased("ic" + "o-", 32, "INFRACOST_API_KEY"),),
    "UptimeRobotDetector": (
        Specimen(lambda rng: f"u{text(rng, '123456789', 7)}-{text(rng, HEX, 24)}", "UPTIMEROBOT_API_KEY"),
    ),
    "ShodanDetector": (bare(ALNUM, 32, "SHODAN_API_KEY"),),
    "RootlyDetector": (after("root" + "ly_", HEX, 64, "ROOTLY_API_TOKEN"),),
}
