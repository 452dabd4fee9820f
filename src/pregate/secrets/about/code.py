"""What tokens of code hosts, registries and build services open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about import builds, clusters, registries, vaults
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

HOSTS: dict[str, Entry] = {
    "GitHubTokenDetector": Entry(
        "GitHub token",
        _CRITICAL,
        _SURE,
        "read and change repositories, and through workflows what they deploy",
        "Delete it under Settings, Developer settings, Personal access tokens (an application's: revoke its "
        "authorisation, or regenerate its secret), make another with the least permissions, and look at the "
        "security log. GitHub's credentials API revokes a token that leaked whoever owns it.",
        "https://docs.github.com/authentication/keeping-your-account-and-data-secure/"
        "token-expiration-and-revocation",
        prefixes=("github_pat_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        instead="In workflows use `GITHUB_TOKEN`; elsewhere a GitHub App, whose tokens live for an hour.",
    ),
    "GitLabTokenDetector": Entry(
        "GitLab token",
        _CRITICAL,
        _SURE,
        "read and change repositories, registries or runners, as the token allows",
        "Revoke or rotate it where it was made: Access tokens of the user, group or project, Deploy tokens, "
        "Runners, Pipeline triggers; `POST /personal_access_tokens/self/rotate` does it for itself.",
        "https://docs.gitlab.com/security/tokens/",
        prefixes=(
            "glpat-",
            "gldt-",
            "glft-",
            "glsoat-",
            "glrtr-",
            "glrt-",
            "GR1348941",
            "glcbt-",
            "glimt-",
            "glptt-",
            "glagent-",
            "gloas-",
            "glffct-",
            "glwt-",
        ),
        instead="In pipelines use `CI_JOB_TOKEN` and ID tokens (OIDC).",
    ),
    "BitbucketDetector": Entry(
        "Bitbucket token or app password",
        _CRITICAL,
        _SURE,
        "read and change the repositories within its scopes",
        "Revoke it under Access tokens of the repository, project or workspace, or under Personal settings, "
        "App "
        "passwords; that of an OAuth consumer: regenerate its secret in the workspace's settings.",
        "https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/",
        prefixes=("ATCTT3xFfGN0", "ATBB"),
        instead="Use an access token of one repository with few scopes, and OIDC in pipelines.",
    ),
    "SourcegraphDetector": Entry(
        "Sourcegraph access token",
        _HIGH,
        _SURE,
        "search and read the code of every repository that its owner sees",
        "Delete it in the user settings under Access tokens, and create another.",
        "https://sourcegraph.com/docs/cli/how-tos/creating_an_access_token",
        prefixes=("sgp_",),
        instead="Give it an expiry and a user with few repositories.",
    ),
    "GiteaDetector": Entry(
        "Gitea or Forgejo token",
        _CRITICAL,
        _LIKELY,
        "read and change the repositories within its scopes",
        "Delete it under Settings, Applications, Manage access tokens, and generate another with fewer "
        "scopes.",
        "https://docs.gitea.com/development/api-usage",
        instead="In Actions use the job's own token.",
    ),
}
ENTRIES: dict[str, Entry] = {
    **HOSTS,
    **builds.ENTRIES,
    **registries.ENTRIES,
    **vaults.ENTRIES,
    **clusters.ENTRIES,
}
