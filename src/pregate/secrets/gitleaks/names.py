"""
Which detector of ours stands for a rule of gitleaks' own, where one does.

The ids are those of its default configuration (https://github.com/gitleaks/gitleaks,
``config/gitleaks.toml``, 8.30). They matter where a file amends, disables or aims at such a rule.
"""

from __future__ import annotations

_TABLE = """
AWSKeyDetector: aws-access-token
AssignedSecretDetector: generic-api-key
PrivateKeyDetector: private-key
JwtTokenDetector: jwt jwt-base64
GitHubTokenDetector: github-app-token github-fine-grained-pat github-oauth github-pat github-refresh-token
GitLabTokenDetector: gitlab-pat gitlab-ptt gitlab-rrt gitlab-cicd-job-token gitlab-deploy-token
GitLabTokenDetector: gitlab-feature-flag-client-token gitlab-feed-token gitlab-incoming-mail-token
GitLabTokenDetector: gitlab-kubernetes-agent-token gitlab-oauth-app-secret gitlab-pat-routable
GitLabTokenDetector: gitlab-runner-authentication-token gitlab-runner-authentication-token-routable
GitLabTokenDetector: gitlab-scim-token gitlab-session-cookie gitlab-cicd-job-token
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
DETECTORS: dict[str, str] = {
    rule: name
    for name, _, rules in (row.partition(":") for row in _TABLE.split("\n"))
    for rule in rules.split()
}
"""Our detectors by the ids of gitleaks' rules."""
