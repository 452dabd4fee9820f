"""Formats of tokens of code hosts, registries and build services."""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.checksums import github, gitlab
from pregate.secrets.formats import builds, clusters, registries, vaults
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.named import END, named
from pregate.secrets.formats.shapes import has_digits, is_mixed

_HEX_40 = r"[0-9a-f]{40}"

HOSTS: tuple[Format, ...] = (
    # https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    Format(
        "GitHubTokenDetector",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        token(r"gh[pousr]_(?P<random>[A-Za-z0-9]{36,76})"),
        checksum=github,
        entropy=3.0,
    ),
    # Of installations since 2026: the number of the application and a JSON Web Token.
    # https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
    Format(
        "GitHubTokenDetector",
        ("ghs_",),
        token(
            r"ghs_(?:\d{1,12}_)?eyJ[A-Za-z0-9_\-]{10,400}\.eyJ[A-Za-z0-9_\-]{20,1200}"
            r"\.(?P<random>[A-Za-z0-9_\-]{40,700})",
            end=END,
        ),
        entropy=4.0,
    ),
    # https://docs.github.com/authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens
    Format(
        "GitHubTokenDetector",
        ("github_pat_",),
        token(r"github_pat_(?P<random>[A-Za-z0-9]{22}_[A-Za-z0-9]{59})"),
        entropy=3.8,
    ),
    # Before 2021, and the secrets of OAuth applications: forty hexadecimal digits.
    *named(
        "GitHubTokenDetector",
        ("github", "gh_"),
        _HEX_40,
        service=r"github|(?<![a-z])gh_",
        names=r"(?:token|secret|password|pat)",
        apart=False,
        holds=has_digits,
        confidence=Confidence.MEDIUM,
    ),
    # https://docs.gitlab.com/security/tokens/#token-prefixes
    Format(
        "GitLabTokenDetector",
        ("glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-", "glagent-", "gloas-", "glsoat-"),
        token(
            r"gl(?:pat|dt|rtr?|cbt|ptt|ft|agent|oas|soat)-(?P<random>(?:t\d_|[0-9a-fA-F]{1,2}_)?"
            r"[A-Za-z0-9_\-]{27,300})\.[0-9a-z]{2}\.[0-9a-z]{2}[0-9a-z]{7}"
        ),
        checksum=gitlab,
        entropy=3.0,
    ),
    Format(
        "GitLabTokenDetector",
        ("glpat-", "gldt-", "glrt-", "glrtr-", "glft-", "glsoat-", "glffct-", "glwt-"),
        token(r"gl(?:pat|dt|rtr?|ft|soat|ffct|wt)-(?P<random>(?:t\d_)?[A-Za-z0-9_\-]{20,50})", end=END),
        entropy=3.0,
    ),
    Format(
        "GitLabTokenDetector",
        ("glcbt-", "glimt-", "glptt-"),
        token(
            r"(?:glcbt-(?:[0-9a-fA-F]{1,5}_)?[A-Za-z0-9_\-]{20,50}|glimt-[A-Za-z0-9_\-]{25}"
            r"|glptt-(?:[0-9a-f]{40}|[A-Za-z0-9_\-]{20,40}))",
            end=END,
        ),
        entropy=3.0,
    ),
    Format(
        "GitLabTokenDetector",
        ("glagent-", "gloas-"),
        token(r"(?:glagent-[A-Za-z0-9_\-]{50,1024}|gloas-[A-Za-z0-9_\-]{64})", end=END),
        entropy=3.0,
    ),
    Format(
        "GitLabTokenDetector",
        ("GR1348941",),
        token(r"GR1348941(?P<random>[A-Za-z0-9_\-]{20,50})", end=END),
        entropy=3.0,
    ),
    Format(
        "GitLabTokenDetector",
        ("_gitlab_session",),
        r"_gitlab_session[\"']?\s{0,4}[=:]\s{0,4}[\"']?(?P<value>[0-9a-f]{32})(?![A-Za-z0-9_])",
        entropy=3.0,
    ),
    # https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/
    Format(
        "BitbucketDetector",
        ("ATCTT3xFfGN0",),
        token(r"ATCTT3xFfGN0(?P<random>[A-Za-z0-9_\-]{120,240})=[A-F0-9]{8}"),
        entropy=4.0,
    ),
    # https://support.atlassian.com/bitbucket-cloud/docs/app-passwords/
    Format("BitbucketDetector", ("ATBB",), token(r"ATBB(?P<random>[A-Za-z0-9]{24})[A-F0-9]{8}"), entropy=3.0),
    *named(
        "BitbucketDetector",
        ("bitbucket",),
        r"(?:[A-Za-z0-9]{20}|[A-Za-z0-9]{32})",
        names=r"(?:app[_\-]?password|client[_\-]?secret|oauth[_\-]?secret|secret)",
        apart=False,
        holds=is_mixed,
        entropy=3.4,
    ),
    # https://sourcegraph.com/docs/cli/how-tos/creating-an-access-token
    Format(
        "SourcegraphDetector",
        ("sgp_",),
        token(r"sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?(?P<random>[a-fA-F0-9]{40})"),
        entropy=3.0,
    ),
    # https://docs.gitea.com/development/api-usage
    *named("GiteaDetector", ("gitea", "forgejo", "codeberg"), _HEX_40, names=r"token", holds=has_digits),
)

FORMATS: tuple[Format, ...] = (
    *HOSTS,
    *builds.FORMATS,
    *registries.FORMATS,
    *vaults.FORMATS,
    *clusters.FORMATS,
)
