"""Formats of the tokens of package registries."""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.checksums import cargo, github
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.named import END, UUID, assigned, named
from pregate.secrets.formats.shapes import has_digits, is_mixed

FORMATS: tuple[Format, ...] = (
    # https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/
    Format("NpmDetector", ("npm_",), token(r"npm_(?P<random>[A-Za-z0-9]{36})"), checksum=github, entropy=3.4),
    # https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration
    Format(
        "NpmDetector",
        ("_authtoken", "npm_token", "npm-token", "npm_auth_token", "npmauthtoken"),
        assigned(UUID, names=r"_auth_?token|npm[_\-]?(?:auth[_\-]?)?token"),
        entropy=3.0,
        ignores_case=True,
        next_line=True,
    ),
    # The head of a macaroon, with the host that gave it: https://warehouse.pypa.io/development/token-scanning.html
    Format(
        "PypiTokenDetector",
        ("pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"),
        token(
            r"pypi-Ag(?:EIcHlwaS5vcmc|ENdGVzdC5weXBpLm9yZw)(?P<random>[A-Za-z0-9_\-]{50})[A-Za-z0-9_\-]{0,1000}"
        ),
        entropy=3.2,
    ),
    # https://github.com/rust-lang/crates.io/blob/main/crates/crates_io_database/src/utils/token.rs
    Format(
        "CratesIoDetector", ("cio",), token(r"cio(?P<random>[A-Za-z0-9]{32})"), holds=is_mixed, entropy=3.8
    ),
    Format(
        "CratesIoDetector",
        ("cio_tp_",),
        token(r"cio_tp_(?P<random>[A-Za-z0-9]{32})"),
        checksum=cargo,
        entropy=3.6,
    ),
    # https://guides.rubygems.org/api-key-scopes/
    Format("RubyGemsDetector", ("rubygems_",), token(r"rubygems_(?P<random>[a-f0-9]{48})"), entropy=3.0),
    # https://learn.microsoft.com/nuget/nuget-org/publish-a-package
    Format("NuGetDetector", ("oy2",), token(r"oy2(?P<random>[a-z0-9]{43})"), holds=has_digits, entropy=3.8),
    # https://docs.docker.com/security/access-tokens/
    Format(
        "DockerHubDetector",
        ("dckr_pat_", "dckr_oat_"),
        token(r"dckr_[po]at_(?P<random>[A-Za-z0-9_\-]{27,36})", end=END),
        entropy=3.4,
    ),
    # API keys and encrypted passwords: https://jfrog.com/help/
    Format("ArtifactoryDetector", ("AKCp",), token(r"AKCp(?P<random>[A-Za-z0-9]{60,72})"), entropy=3.8),
    Format(
        "ArtifactoryDetector",
        ("cmVmdGtu",),
        token(r"cmVmdGtu(?P<random>[A-Za-z0-9]{56})"),
        entropy=3.6,
    ),
    *named(
        "ArtifactoryDetector",
        ("artifactory", "jfrog", "x-jfrog-art-api"),
        r"(?:AKC[A-Za-z0-9]{10,80}|AP[0-9A-F][A-Za-z0-9]{16,80}|[A-Za-z0-9]{73}|[A-Za-z0-9]{64})",
        service=r"artifactory|jfrog",
        names=r"(?:key|token|secret|password|passwd|pwd|art-api)",
        apart=False,
        holds=is_mixed,
        entropy=3.4,
    ),
    # https://hex.pm/docs/publish
    *named(
        "HexPmDetector",
        ("hex_api_key", "hex_pm", "hexpm"),
        r"[0-9a-f]{32}",
        service=r"hex",
        names=r"key",
        apart=False,
        holds=has_digits,
    ),
    # https://packagist.com/docs/composer-authentication
    Format(
        "PackagistDetector",
        ("packagist_",),
        token(r"packagist_[a-z]{3}_(?P<random>[a-f0-9]{68})"),
        entropy=3.0,
    ),
    *named(
        "PackagistDetector",
        ("packagist",),
        r"(?:[A-Za-z0-9_\-]{20}|[0-9a-f]{40})",
        names=r"token",
        apart=False,
        holds=has_digits,
        entropy=3.2,
        confidence=Confidence.MEDIUM,
    ),
    # https://github.com/clojars/clojars-web/wiki/Deploy-Tokens
    Format("ClojarsDetector", ("CLOJARS_",), token(r"CLOJARS_(?P<random>[a-z0-9]{60})"), holds=has_digits),
    # https://github.com/eclipse/openvsx/wiki/Publishing-Extensions
    Format("OpenVsxDetector", ("ovsxat_",), token(rf"ovsxat_(?P<random>{UUID})", end=END), entropy=3.0),
    *named("OpenVsxDetector", ("ovsx", "open_vsx", "open-vsx"), UUID, names=r"(?:token|pat)", apart=False),
    # https://help.cloudsmith.io/
    *named("CloudsmithDetector", ("cloudsmith",), r"[0-9a-f]{40}", apart=False, holds=has_digits),
)
