"""
Which detector of ours stands for a rule of gitleaks' own, where one does.

The ids are those of its default configuration (https://github.com/gitleaks/gitleaks,
``config/gitleaks.toml``, 8.30). They matter where a file amends, disables or aims at such a rule. Several
rules of gitleaks may be one detector here.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

_TABLE = """
AWSKeyDetector: aws-access-token
AssignedSecretDetector: generic-api-key
PrivateKeyDetector: private-key
JwtTokenDetector: jwt
GitHubTokenDetector: github-app-token github-fine-grained-pat github-oauth github-pat github-refresh-token
GitLabTokenDetector: gitlab-pat gitlab-ptt gitlab-rrt gitlab-cicd-job-token gitlab-deploy-token
GitLabTokenDetector: gitlab-feature-flag-client-token gitlab-feed-token gitlab-incoming-mail-token
GitLabTokenDetector: gitlab-kubernetes-agent-token gitlab-oauth-app-secret gitlab-pat-routable
GitLabTokenDetector: gitlab-runner-authentication-token gitlab-runner-authentication-token-routable
GitLabTokenDetector: gitlab-scim-token gitlab-session-cookie
SlackDetector: slack-app-token slack-bot-token slack-config-access-token slack-config-refresh-token
SlackDetector: slack-legacy-bot-token slack-legacy-token slack-legacy-workspace-token slack-user-token
SlackDetector: slack-webhook-url
StripeDetector: stripe-access-token
DiscordBotTokenDetector: discord-api-token
MailchimpDetector: mailchimp-api-key
NpmDetector: npm-access-token
OpenAIDetector: openai-api-key
PypiTokenDetector: pypi-upload-token
SendGridDetector: sendgrid-api-token
SquareOAuthDetector: square-access-token
TelegramBotTokenDetector: telegram-bot-api-token
TwilioKeyDetector: twilio-api-key
BasicAuthDetector: curl-auth-user
ArtifactoryDetector: artifactory-api-key artifactory-reference-token
"""
_DETECTORS: dict[str, str] = {
    rule: name
    for name, _, rules in (row.partition(":") for row in _TABLE.split("\n"))
    for rule in rules.split()
}


def detector_for(rule: str) -> str:
    """
    The detector that finds what a rule of gitleaks' does, and perhaps more; ``""`` where there is none.

    Beside the table it is the one that is called as the rule's id begins (``mailgun-pub-key``).
    """
    if rule in _DETECTORS:
        return _DETECTORS[rule]
    words = rule.lower().split("-")
    names = ("".join(words[:count]) for count in range(len(words), 0, -1))
    return next((_stems()[name] for name in names if name in _stems()), "")


def switched_off(rules: Collection[str]) -> frozenset[str]:
    """The detectors all of whose rules are among ``rules``: one that finds more than these must stay."""
    named = {_DETECTORS[rule] for rule in rules if rule in _DETECTORS}
    wanted = {rule for rule, name in _DETECTORS.items() if name in named}
    return frozenset(named - {_DETECTORS[rule] for rule in wanted.difference(rules)})


@cache
def _stems() -> dict[str, str]:
    from pregate.secrets import about

    return {name.removesuffix("Detector").lower(): name for name in about.entries()}
