"""
Which formats there are: the names of their files, the reader of each, what it looks at beside its own file.

Nothing here imports a reader: a hook asks for the format of every changed path, and reads few of them.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Mapping

from pregate.expressions import expression
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """
    One format. ``name`` is what packages carry as theirs; ``reader`` is ``module:function`` below this room.

    ``companions`` are names of files in the same folder that the reader looks at where they are there (the
    manifest beside a lock file). ``more`` is a function, written like ``reader``, that names further files of
    the repository by what was read so far: ``(path, files) -> paths``; ``""`` for none.
    """

    name: str
    reader: str
    companions: tuple[str, ...] = ()
    more: str = ""


# What a format is made of when it is asked for: a hook that only asks for names needs one or none of them.
_Row = tuple[str, str] | tuple[str, str, tuple[str, ...]] | tuple[str, str, tuple[str, ...], str]


@functools.cache
def _made(row: _Row) -> Format:
    return Format(*row)


_REQUIREMENTS = ("requirements", "python.requirements:read_requirements", (), "python.requirements:wanted")
_PYLOCK = ("pylock.toml", "python.pylock:read_pylock", ("pyproject.toml",))
_NPM = (
    "package-lock.json",
    "javascript.package_lock:read_package_lock",
    ("package.json",),
    "javascript.package_lock:workspaces",
)
_GEMS = "ruby:read_gemfile_lock"
_COMPOSE = ("compose", "images:read_compose")
_DOCKERFILE = ("Dockerfile", "images:read_dockerfile")
_ACTION = ("workflow", "workflows:read_workflow")
_DEPS = ("deps.json", "dotnet.deps_json:read_deps_json")
_GRADLE = ("gradle.lockfile", "jvm.gradle:read_gradle_lockfile")
_JULIA = ("Manifest.toml", "julia:read_manifest", ("Project.toml", "JuliaProject.toml"))
_CYCLONEDX = ("cyclonedx", "boms:read_bill")
_SPDX = ("spdx", "boms:read_bill")
_CONDA = ("environment.yml", "python.conda:read_environment")

BY_NAME: Mapping[str, _Row] = {
    "poetry.lock": ("poetry.lock", "python.poetry:read_poetry_lock", ("pyproject.toml",)),
    "uv.lock": ("uv.lock", "python.uv:read_uv_lock", ("pyproject.toml",), "python.uv:members"),
    "Pipfile.lock": ("Pipfile.lock", "python.pipfile:read_pipfile_lock", ("Pipfile",)),
    "pdm.lock": ("pdm.lock", "python.pdm:read_pdm_lock", ("pyproject.toml",)),
    "pyproject.toml": (
        "pyproject.toml",
        "python.pyproject:read_pyproject",
        ("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"),
        "python.pyproject:workspace_locks",
    ),
    "environment.yml": _CONDA,
    "environment.yaml": _CONDA,
    "package-lock.json": _NPM,
    # The same format under its published name: npm docs, package-lock.json.
    "npm-shrinkwrap.json": _NPM,
    "yarn.lock": (
        "yarn.lock",
        "javascript.yarn:read_yarn_lock",
        ("package.json",),
        "javascript.yarn:workspaces",
    ),
    "pnpm-lock.yaml": (
        "pnpm-lock.yaml",
        "javascript.pnpm:read_pnpm_lock",
        ("package.json",),
        "javascript.pnpm:importers",
    ),
    "bun.lock": ("bun.lock", "javascript.bun:read_bun_lock", ("package.json",), "javascript.bun:workspaces"),
    "deno.lock": ("deno.lock", "javascript.deno:read_deno_lock", ("deno.json", "deno.jsonc", "package.json")),
    "go.mod": ("go.mod", "go.go_mod:read_go_mod"),
    "go.sum": ("go.sum", "go.go_sum:read_go_sum", ("go.mod",)),
    "Cargo.lock": ("Cargo.lock", "rust:read_cargo_lock", ("Cargo.toml",), "rust:member_manifests"),
    "Gemfile.lock": ("Gemfile.lock", _GEMS, ("Gemfile",)),
    "gems.locked": ("Gemfile.lock", _GEMS, ("gems.rb",)),
    "composer.lock": ("composer.lock", "php:read_composer_lock", ("composer.json",)),
    "packages.lock.json": ("packages.lock.json", "dotnet.packages_lock:read_packages_lock"),
    "packages.config": ("packages.config", "dotnet.packages_config:read_packages_config"),
    "Directory.Packages.props": ("Directory.Packages.props", "dotnet.packages_props:read_packages_props"),
    "pom.xml": ("pom.xml", "jvm.pom:read_pom", (), "jvm.pom:parents"),
    "gradle.lockfile": _GRADLE,
    "buildscript-gradle.lockfile": _GRADLE,
    "settings-gradle.lockfile": _GRADLE,
    "verification-metadata.xml": ("verification-metadata.xml", "jvm.gradle:read_verification_metadata"),
    "build.sbt.lock": ("build.sbt.lock", "jvm.sbt:read_sbt_lock"),
    "mix.lock": ("mix.lock", "erlang:read_mix_lock", ("mix.exs",)),
    "rebar.lock": ("rebar.lock", "erlang:read_rebar_lock"),
    "pubspec.lock": ("pubspec.lock", "dart:read_pubspec_lock", ("pubspec.yaml",)),
    "Package.resolved": ("Package.resolved", "swift:read_package_resolved"),
    "Podfile.lock": ("Podfile.lock", "swift:read_podfile_lock", ("Podfile",)),
    "conan.lock": ("conan.lock", "conan:read_conan_lock"),
    "renv.lock": ("renv.lock", "cran:read_renv_lock"),
    "cabal.project.freeze": ("cabal.project.freeze", "haskell:read_cabal_freeze"),
    "stack.yaml.lock": ("stack.yaml.lock", "haskell:read_stack_lock"),
    "Manifest.toml": _JULIA,
    "JuliaManifest.toml": _JULIA,
    ".terraform.lock.hcl": ("terraform.lock.hcl", "terraform:read_terraform_lock"),
    "action.yml": _ACTION,
    "action.yaml": _ACTION,
    "Dockerfile": _DOCKERFILE,
    "Containerfile": _DOCKERFILE,
    "bom.json": _CYCLONEDX,
}

REQUIREMENTS = _made(_REQUIREMENTS)

# Names that pip's users give to requirements and constraints files: requirements.txt, requirements-dev.txt,
# test_requirements.txt, constraints.txt, and any .txt in a folder of that name. A ``.in`` file is what
# pip-compile makes a .txt of: that one is audited.
#
# Behind each pattern the texts of which it needs one, in lower case: to look for these costs less than to
# compile the pattern, and hardly a name has one.
_Pattern = tuple[re.Pattern[str], _Row, tuple[str, ...]]
_PINNED = ("requirements", "constraints")
_PLAIN = ("requirements.txt", "constraints.txt")
_BY_PATTERN: tuple[_Pattern, ...] = (
    (
        expression(
            r"(?:[^/]{1,200}[-_.])?(?:requirements|constraints)(?:[-_.][^/]{1,200})?\.txt", re.IGNORECASE
        ),
        _REQUIREMENTS,
        _PINNED,
    ),
    # PEP 751, "File name"
    (expression(r"pylock(?:\.[^./]{1,200})?\.toml"), _PYLOCK, ("pylock",)),
    (expression(r"[^/]{1,200}\.deps\.json"), _DEPS, (".deps.json",)),
    # Julia 1.10.8, one for each version
    (expression(r"Manifest-v[0-9]{1,3}\.[0-9]{1,3}\.toml"), _JULIA, ("manifest-v",)),
    (expression(r"(?:[^/]{1,200}[-_.])?environment(?:[-_.][^/]{1,200})?\.ya?ml"), _CONDA, ("environment",)),
    (
        expression(
            r"(?:Dockerfile|Containerfile)\.[^/]{1,200}|[^/]{1,200}\.(?:[Dd]ockerfile|[Cc]ontainerfile)"
        ),
        _DOCKERFILE,
        ("dockerfile", "containerfile"),
    ),
    (expression(r"(?:docker-)?compose(?:\.[^/]{1,200})?\.ya?ml"), _COMPOSE, ("compose",)),
    (
        expression(r"(?:[^/]{1,200}[.-])?(?:cdx|s?bom|cyclonedx)\.json"),
        _CYCLONEDX,
        ("cdx.json", "bom.json", "cyclonedx.json"),
    ),
    (expression(r"(?:[^/]{1,200}[.-])?spdx\.json"), _SPDX, ("spdx.json",)),
)
_BY_FOLDER: tuple[_Pattern, ...] = (
    (expression(r"(?:^|/)(?:requirements|constraints)/[^/]+\.txt$", re.IGNORECASE), _REQUIREMENTS, _PINNED),
    (expression(r"^\.github/workflows/[^/]+\.ya?ml$"), _ACTION, (".github/workflows/",)),
    (expression(r"(?:^|/)gradle/dependency-locks/[^/]+\.lockfile$"), _GRADLE, ("gradle/dependency-locks/",)),
)


def format_for(path: str) -> Format | None:
    """The format that the file's name promises, or None."""
    name = posixpath.basename(path)
    if name == "verification-metadata.xml" and not path.endswith("gradle/verification-metadata.xml"):
        return None
    known = BY_NAME.get(name) or (_REQUIREMENTS if name in _PLAIN else None)
    row = known or _by_pattern(path, name)
    return _made(row) if row else None


def _by_pattern(path: str, name: str) -> _Row | None:
    lower = path.lower() if path.isascii() else _folded(path)
    for pattern, row, needed in _BY_PATTERN:
        if any(text in lower for text in needed) and pattern.fullmatch(name):
            return row
    for pattern, row, needed in _BY_FOLDER:
        if any(text in lower for text in needed) and pattern.search(path):
            return row
    return None


def _folded(path: str) -> str:
    """Where no case counts, the long s is an s, and an i with or without its dot is an i."""
    return path.casefold().replace("i\u0307", "i").replace("\u0131", "i")


def format_of(path: str) -> str:
    """The format that the file's name promises (``requirements``, ``poetry.lock``, …), or ``""``."""
    known = format_for(path)
    return known.name if known else ""


def library_version() -> str:
    """
    What a cached reading depends on beside our own code: the version of ``packaging``, which reads
    requirements.
    """
    import packaging

    return packaging.__version__
