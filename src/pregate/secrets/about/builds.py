"""What tokens of build services, and of what they report to, open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

_CI_RISK = "start builds, change what they do, and through them reach the secrets that they use"


def _report(service: str, where: str, help_uri: str, *, instead: str = "") -> Entry:
    """A token that only sends reports to a service."""
    return Entry(
        f"{service} token",
        _HIGH,
        _LIKELY,
        "send reports in the project's name, and with an account's token read its code",
        f"Regenerate it {where}.",
        help_uri,
        instead=instead or "Keep it in the build service's secrets.",
    )


ENTRIES: dict[str, Entry] = {
    "CircleCIDetector": Entry(
        "CircleCI API token",
        _CRITICAL,
        _SURE,
        _CI_RISK,
        "Remove it under User settings, Personal API tokens, or Project settings, API permissions; rotate "
        "the "
        "project's variables and contexts if it could read them.",
        "https://circleci.com/docs/managing-api-tokens/",
        prefixes=("CCIPAT_", "CCIPRJ_"),
        instead="Jobs reach clouds by OpenID Connect tokens of CircleCI.",
    ),
    "BuildkiteDetector": Entry(
        "Buildkite token",
        _CRITICAL,
        _SURE,
        _CI_RISK,
        "Revoke an API access token under Personal settings, API access tokens; an agent token under the "
        "cluster's Agent tokens, after its agents have another.",
        "https://buildkite.com/docs/platform/security/tokens",
        prefixes=("bkua_", "bkaa_", "bkaj_", "bkct_", "bkpt_", "bkat_"),
        instead="Jobs reach clouds by `buildkite-agent oidc request-token`.",
    ),
    "TravisCIDetector": Entry(
        "Travis CI token",
        _CRITICAL,
        _LIKELY,
        _CI_RISK,
        "Regenerate it in the account's settings under API authentication.",
        "https://docs.travis-ci.com/user/triggering-builds/",
        instead="Trigger builds by webhooks of the repository.",
    ),
    "DroneCIDetector": Entry(
        "Drone CI token",
        _CRITICAL,
        _LIKELY,
        _CI_RISK,
        "Reset a user's token in the account settings; change `DRONE_RPC_SECRET` on the server and its "
        "runners.",
        "https://docs.drone.io/cli/configure/",
        instead="Keep it in a vault that the server reads.",
    ),
    "JenkinsDetector": Entry(
        "Jenkins API token",
        _CRITICAL,
        _LIKELY,
        f"{_CI_RISK}, as its user",
        "Revoke it on the user's page under Security, API Token, and generate another.",
        "https://www.jenkins.io/doc/book/using/remote-access-api/",
        instead="Give each use a user of its own with few permissions.",
    ),
    "TeamCityDetector": Entry(
        "TeamCity access token",
        _CRITICAL,
        _SURE,
        _CI_RISK,
        "Delete it on the profile's Access Tokens page, and create another with limited permissions and an "
        "expiry.",
        "https://www.jetbrains.com/help/teamcity/configuring-your-user-profile.html",
        instead="Builds authenticate with `teamcity.auth.userId`, which lives as long as they do.",
    ),
    "HarnessDetector": Entry(
        "Harness token",
        _CRITICAL,
        _SURE,
        "deploy, and read what its user or service account may",
        "Rotate or delete it under the profile or the service account, API keys.",
        "https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys/",
        prefixes=("pat.", "sat."),
        instead="Give a service account few roles and its token an expiry.",
    ),
    "AppVeyorDetector": Entry(
        "AppVeyor API token",
        _CRITICAL,
        _LIKELY,
        _CI_RISK,
        "Generate another on the account's API Keys page, which ends this one.",
        "https://www.appveyor.com/docs/api/",
        instead="Encrypt what `appveyor.yml` needs with the account's own key.",
    ),
    "PrefectDetector": Entry(
        "Prefect Cloud API key",
        _HIGH,
        _SURE,
        "run and change flows of the workspaces and read their blocks",
        "Delete it under the profile's API Keys (a service account: rotate its key), and create another.",
        "https://docs.prefect.io/",
        prefixes=("pnu_", "pnb_"),
        instead="Give a service account the role needed in one workspace.",
    ),
    "SnykDetector": Entry(
        "Snyk token",
        _HIGH,
        _LIKELY,
        "read the code's weaknesses and change what is watched",
        "Revoke and regenerate it under Account settings, General, Auth token; a service account's under the "
        "organisation's settings.",
        "https://docs.snyk.io/snyk-api/authentication-for-api",
        instead="Use a service account with a role for tests alone.",
    ),
    "CodecovDetector": _report(
        "Codecov",
        "in Codecov under the repository's Configuration, General",
        "https://docs.codecov.com/docs/codecov-tokens",
        instead="Upload from GitHub Actions with `use_oidc: true`.",
    ),
    "CoverallsDetector": _report(
        "Coveralls",
        "on the repository's page in Coveralls",
        "https://docs.coveralls.io/",
        instead="In GitHub Actions, Coveralls' own action uses the job's token.",
    ),
    "CodacyDetector": _report(
        "Codacy",
        "in Codacy: a project's under Settings, Integrations, an account's under Access management",
        "https://docs.codacy.com/codacy-api/api-tokens/",
    ),
    "CodeClimateDetector": _report(
        "Code Climate",
        "in Code Climate under the repository's Settings, Test coverage, or the user's API access",
        "https://docs.codeclimate.com/",
    ),
    "OctopusDeployDetector": Entry(
        "Octopus Deploy API key",
        _CRITICAL,
        _SURE,
        "deploy, and read what its user or service account may",
        "Delete it on the profile's page under My API Keys, and create another with an expiry.",
        "https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key",
        prefixes=("API-",),
        instead="Use a service account with OpenID Connect.",
    ),
    "CodefreshDetector": Entry(
        "Codefresh API key",
        _CRITICAL,
        _LIKELY,
        _CI_RISK,
        "Delete it under User settings, API Keys, and generate another with fewer scopes.",
        "https://codefresh.io/docs/",
        instead="Give a service account the key, with the scopes needed.",
    ),
}
