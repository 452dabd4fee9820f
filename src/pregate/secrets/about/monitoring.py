"""What tokens of services that watch others open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_WATCH = "read metrics, logs and alarms and change what is watched"
_SEND = "send false data to the account and use up what it has paid for"
_PAGE = "raise false alarms and close true ones"


def _key(
    name: str,
    risk: str,
    where: str,
    help_uri: str = "",
    *prefixes: str,
    confidence: Confidence = Confidence.HIGH,
) -> Entry:
    """A credential that one deletes and makes again at ``where``."""
    revoke = f"Create another {where}, deploy it, and delete the old one there."
    return Entry(name, Severity.HIGH, confidence, risk, revoke, help_uri, prefixes=prefixes)


ENTRIES: dict[str, Entry] = {
    "DatadogDetector": _key(
        "Datadog key",
        f"{_SEND}; with an application key, {_WATCH}",
        "in Datadog under Organization Settings, API Keys or Application Keys",
        "https://docs.datadoghq.com/account_management/api-app-keys/",
    ),
    "NewRelicDetector": _key(
        "New Relic key",
        f"{_SEND}; with a user key, {_WATCH}",
        "in New Relic under API keys",
        "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
        *("NRAK-", "NRII-", "NRIQ-", "NRRA-", "NRSP-"),
    ),
    "DynatraceDetector": _key(
        "Dynatrace token",
        _WATCH,
        "in Dynatrace under Access Tokens",
        "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients",
        *("dt0c01.", "dt0s01.", "dt0s16."),
    ),
    "GrafanaDetector": _key(
        "Grafana token",
        "read and change dashboards, data sources and alerts, as the token's role allows",
        "in Grafana under Administration, Service accounts (a cloud token: under Access Policies)",
        "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
        *("glsa_", "glc_", "eyJrIjoi"),
    ),
    "SentryDetector": _key(
        "Sentry token",
        "read the events, with what they hold of users, and change projects and releases",
        "in Sentry under Settings, Auth Tokens (a DSN: under the project's Client Keys)",
        "https://docs.sentry.io/account/auth-tokens/",
        *("sntrys_", "sntryu_"),
    ),
    "PagerDutyDetector": _key(
        "PagerDuty key",
        _PAGE,
        "in PagerDuty under Integrations, API Access Keys (a routing key: in the service's Integrations)",
        "https://support.pagerduty.com/main/docs/api-access-keys",
    ),
    "OpsgenieDetector": _key(
        "Opsgenie API key",
        _PAGE,
        "in Opsgenie under Settings, API key management or Integrations",
        "https://support.atlassian.com/opsgenie/docs/api-key-management/",
    ),
    "VictorOpsDetector": _key(
        "Splunk On-Call (VictorOps) key", _PAGE, "in Splunk On-Call under Integrations, API"
    ),
    "PostHogDetector": _key(
        "PostHog key",
        "read the project's events and users and change its flags, as the key allows",
        "in PostHog under Settings, Personal API keys (Roll)",
        "https://posthog.com/docs/api",
        *("phx_", "phs_"),
    ),
    "RollbarDetector": _key(
        "Rollbar access token",
        f"{_SEND}, or read its items, as the token's scope allows",
        "in Rollbar under the project's Settings, Project Access Tokens",
        "https://docs.rollbar.com/docs/access-tokens",
        confidence=Confidence.MEDIUM,
    ),
    "BugsnagDetector": _key(
        "BugSnag API key",
        _SEND,
        "in BugSnag's project settings",
        "https://docs.bugsnag.com/",
        confidence=Confidence.MEDIUM,
    ),
    "HoneycombDetector": _key(
        "Honeycomb key",
        f"{_SEND}, and as the key allows change data sets",
        "in Honeycomb under Environment settings, API Keys",
        "https://docs.honeycomb.io/configure/environments/manage-api-keys/",
        *("hcaik_", "hcaic_", "hcamk_"),
    ),
    "LogzDetector": _key(
        "Logz.io token",
        f"{_SEND}, or read its logs",
        "in Logz.io under Settings, Manage tokens",
        "https://docs.logz.io/",
    ),
    "LogglyDetector": _key(
        "Loggly token",
        _SEND,
        "in Loggly under Source Setup, Customer Tokens",
        "https://documentation.solarwinds.com/en/success_center/loggly/content/admin/customer-token-authentication-token.htm",
    ),
    "SumoLogicDetector": _key(
        "Sumo Logic access key",
        _WATCH,
        "in Sumo Logic under Administration, Security, Access Keys",
        "https://help.sumologic.com/docs/manage/security/access-keys/",
    ),
    "SplunkDetector": _key(
        "Splunk token",
        _SEND,
        "in Splunk under Settings, Data Inputs, HTTP Event Collector",
        "https://docs.splunk.com/Documentation/Splunk/latest/Data/UsetheHTTPEventCollector",
    ),
    "ElasticDetector": _key(
        "Elastic API key",
        "read and change indices, as the key allows",
        "in Kibana under Stack Management, API keys, or in the Elastic Cloud console",
        "https://www.elastic.co/docs/deploy-manage/api-keys",
        "essu_",
    ),
    "SonarDetector": _key(
        "Sonar token",
        "read the code and its issues, and send analyses in the project's name",
        "in SonarQube under My Account, Security",
        "https://docs.sonarsource.com/sonarqube-server/latest/user-guide/managing-tokens/",
        *("sqp_", "squ_", "sqa_"),
    ),
    "MixpanelDetector": _key(
        "Mixpanel secret",
        "export the project's events and users",
        "in Mixpanel's project settings (a service account: in the organisation's)",
        "https://developer.mixpanel.com/reference/project-secret",
    ),
    "AmplitudeDetector": _key(
        "Amplitude secret key",
        "export the project's events and users",
        "in Amplitude's project settings",
        "https://amplitude.com/docs/apis/authentication",
    ),
    "SegmentDetector": _key(
        "Segment token",
        "read and change the workspace's sources and destinations",
        "in Segment under Settings, Access Management, Tokens",
        "https://docs.segmentapis.com/",
        "sgp_",
    ),
    "AxiomDetector": _key(
        "Axiom token",
        _WATCH,
        "in Axiom under Settings, API tokens",
        "https://axiom.co/docs/reference/tokens",
        "xaat-",
        "xapt-",
    ),
    "UbidotsDetector": _key(
        "Ubidots token",
        _WATCH,
        "in Ubidots under API Credentials",
        "https://docs.ubidots.com/",
        "BBFF-",
        "BBUS-",
    ),
    "InfracostDetector": _key(
        "Infracost API key",
        "use the pricing service in the organisation's name",
        "in Infracost Cloud under Org Settings, API tokens",
        "https://www.infracost.io/docs/",
        "ico-",
    ),
    "UptimeRobotDetector": _key(
        "UptimeRobot API key",
        _WATCH,
        "in UptimeRobot under Integrations & API",
        "https://uptimerobot.com/api/",
    ),
    "ShodanDetector": _key(
        "Shodan API key",
        "search at the account's cost",
        "at account.shodan.io (Reset)",
        "https://developer.shodan.io/",
    ),
    "RootlyDetector": _key(
        "Rootly API key",
        _PAGE,
        "in Rootly under Organization settings, API keys",
        "https://docs.rootly.com/",
        "rootly_",
    ),
}
