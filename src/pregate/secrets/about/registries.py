"""What tokens of package registries open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

_PUBLISH = "publish releases in its owner's name"
_LOOK = "look at the releases since"

ENTRIES: dict[str, Entry] = {
    "NpmDetector": Entry(
        "npm token",
        _CRITICAL,
        _SURE,
        "publish packages in its owner's name",
        f"`npm token list`, then `npm token revoke ID`, and {_LOOK}.",
        "https://docs.npmjs.com/revoking-access-tokens",
        prefixes=("npm_",),
        instead="Publish through trusted publishing (OIDC), and write `${NPM_TOKEN}` in `.npmrc` where one "
        "is "
        "needed to read.",
    ),
    "PypiTokenDetector": Entry(
        "PyPI token",
        _CRITICAL,
        _SURE,
        _PUBLISH,
        f"Remove it at pypi.org/manage/account under API tokens, and {_LOOK}.",
        "https://pypi.org/help/#apitoken",
        prefixes=("pypi-",),
        instead="Publish through trusted publishing (OIDC), which needs no token.",
    ),
    "CratesIoDetector": Entry(
        "crates.io token",
        _CRITICAL,
        _SURE,
        _PUBLISH,
        f"Revoke it at crates.io/settings/tokens, make another for the crates it needs, and {_LOOK}.",
        "https://doc.rust-lang.org/cargo/reference/publishing.html",
        instead="Publish through trusted publishing (OIDC).",
        prefixes=("cio_tp_", "cio"),
    ),
    "RubyGemsDetector": Entry(
        "RubyGems API key",
        _CRITICAL,
        _SURE,
        _PUBLISH,
        f"Delete it at rubygems.org/profile/api_keys, and {_LOOK}.",
        "https://guides.rubygems.org/api-key-scopes/",
        prefixes=("rubygems_",),
        instead="Publish through trusted publishing (OIDC), and ask for a second factor.",
    ),
    "NuGetDetector": Entry(
        "NuGet API key",
        _CRITICAL,
        _SURE,
        _PUBLISH,
        f"Regenerate or delete it at nuget.org/account/apikeys, and {_LOOK}.",
        "https://learn.microsoft.com/nuget/nuget-org/publish-a-package",
        prefixes=("oy2",),
        instead="Publish through trusted publishing (OIDC).",
    ),
    "DockerHubDetector": Entry(
        "Docker Hub access token",
        _CRITICAL,
        _SURE,
        "pull private images and replace those that others run",
        "Delete it under Account settings, Personal access tokens (an organisation's: Admin Console, Access "
        "tokens), and look at the images pushed since.",
        "https://docs.docker.com/security/access-tokens/",
        prefixes=("dckr_pat_", "dckr_oat_"),
        instead="Give each use a token with the least rights and an expiry; a credential helper keeps it "
        "out of "
        "files.",
    ),
    "ArtifactoryDetector": Entry(
        "Artifactory credential",
        _CRITICAL,
        _SURE,
        "read and replace the packages that builds install",
        "Revoke the API key or token in the platform under User management, Access tokens, or on the user's "
        "profile; reset the password that an encrypted one belongs to.",
        "https://jfrog.com/help/",
        prefixes=("AKCp", "cmVmdGtu"),
        instead="Exchange the build service's OIDC token for one of minutes.",
    ),
    "HexPmDetector": Entry(
        "Hex.pm API key",
        _CRITICAL,
        _LIKELY,
        _PUBLISH,
        f"`mix hex.user key revoke NAME`, and {_LOOK}.",
        "https://hex.pm/docs/publish",
        instead="Make a key for the packages it needs with `mix hex.user key generate --permission`.",
    ),
    "PackagistDetector": Entry(
        "Packagist token",
        _HIGH,
        _SURE,
        "read private packages, or change the packages of its owner",
        "Regenerate it on the profile's page; a token of Private Packagist under the organisation's "
        "Authentication "
        "Tokens.",
        "https://packagist.com/docs/composer-authentication",
        instead="Keep it in `COMPOSER_AUTH`, outside of `composer.json` and `auth.json` in the repository.",
    ),
    "ClojarsDetector": Entry(
        "Clojars deploy token",
        _CRITICAL,
        _SURE,
        _PUBLISH,
        f"Disable it at clojars.org/tokens, and {_LOOK}.",
        "https://github.com/clojars/clojars-web/wiki/Deploy-Tokens",
        prefixes=("CLOJARS_",),
        instead="Make a token for one artifact, used once or with an expiry.",
    ),
    "OpenVsxDetector": Entry(
        "Open VSX access token",
        _CRITICAL,
        _SURE,
        "publish editor extensions in its owner's name",
        f"Delete it at open-vsx.org/user-settings/tokens, and {_LOOK}.",
        "https://github.com/eclipse/openvsx/wiki/Publishing-Extensions",
        prefixes=("ovsxat_",),
        instead="Keep it in the secrets of a build that a person starts.",
    ),
    "CloudsmithDetector": Entry(
        "Cloudsmith API key",
        _CRITICAL,
        _LIKELY,
        "read and replace the packages that builds install",
        "Refresh it under Account settings, API Key, or on the service account's page.",
        "https://help.cloudsmith.io/",
        instead="Exchange the build service's OIDC token for one of minutes.",
    ),
}
