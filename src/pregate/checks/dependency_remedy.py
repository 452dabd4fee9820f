"""
What to write or to run so that a package is another one: by the format that locks it, and by who pulls it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pregate.expressions import expression
from pregate.lockfiles.constraints import Admits, admits
from pregate.lockfiles.graph import Graph, Pull, names
from pregate.lockfiles.model import RESOLVED, Declaration, Depth, Package
from pregate.model import Related

# What locks the package again in the version, where the manifest allows it. Sources: the manual of each
# package manager, under the command's name.
_AGAIN: Mapping[str, str] = {
    "poetry.lock": "poetry update {name}",
    "uv.lock": "uv lock --upgrade-package '{name}=={version}'",
    "pdm.lock": "pdm update --update-reuse {name}",
    "Pipfile.lock": "pipenv upgrade '{name}=={version}'",
    "package-lock.json": "npm update {name}",
    "pnpm-lock.yaml": "pnpm update {name}",
    "bun.lock": "bun update {name}",
    "deno.lock": "deno outdated --update {name}",
    "go.mod": "go get {name}@v{bare} && go mod tidy",
    "go.sum": "go get {name}@v{bare} && go mod tidy",
    "Cargo.lock": "cargo update --package {name} --precise {version}",
    "Gemfile.lock": "bundle update --conservative {name}",
    "composer.lock": "composer update {name} --with-dependencies",
    "gradle.lockfile": "./gradlew dependencies --update-locks {name}",
    "mix.lock": "mix deps.update {name}",
    "rebar.lock": "rebar3 upgrade {name}",
    "pubspec.lock": "dart pub upgrade {name}",
    "Podfile.lock": "pod update {name}",
    "terraform.lock.hcl": "terraform init -upgrade",
}
# The same for a package that the project asks for itself, where one command changes its manifest as well.
_DIRECT: Mapping[str, str] = {
    "poetry.lock": "poetry add '{name}@^{version}'",
    "uv.lock": "uv add '{name}>={version}'",
    "pdm.lock": "pdm add '{name}>={version}'",
    "package-lock.json": "npm install {name}@{version}",
    "pnpm-lock.yaml": "pnpm update {name}@{version}",
    "bun.lock": "bun add {name}@{version}",
    "composer.lock": "composer require {name}:^{bare}",
}
# Where no command does it alone.
_WORDS: Mapping[str, str] = {
    "pylock.toml": "Lock `{name}=={version}` again with the tool that wrote this file",
    "yarn.lock": "Run `yarn upgrade {name}@^{version}` (Yarn 1) or `yarn up --recursive {name}`",
    "packages.lock.json": "Ask for {name} {version} in the project file and run "
    "`dotnet restore --force-evaluate`",
    "deps.json": "Ask for {name} {version} in the project file and publish again",
    "pom.xml": "Set the version of `{name}` to `{version}`, here or under dependencyManagement",
    "verification-metadata.xml": "Ask for `{name}:{version}` in the build and run "
    "`./gradlew --write-verification-metadata sha256 help`",
    "build.sbt.lock": "Ask for {name} {version} in build.sbt and run `sbt dependencyLockWrite`",
    "Package.resolved": "Ask for {version} of {name} in Package.swift and run `swift package update`",
    "conan.lock": "Ask for `{name}/{version}` in the conanfile and run `conan lock create .` again",
    "renv.lock": 'Run `renv::install("{name}@{version}")` and `renv::snapshot()`',
    "cabal.project.freeze": "Allow {name} {version} in the .cabal file and run `cabal freeze` again",
    "stack.yaml.lock": "Write `{name}-{version}` under extra-deps of stack.yaml and build again",
    "Manifest.toml": 'Run `Pkg.update("{name}")` in the project\'s environment',
    "workflow": "Write `@v{bare}` after `{name}`, or the commit of that tag with the version in a comment",
    "environment.yml": "Write `{name}={version}`",
    "cyclonedx": "Upgrade {name} to {version} where this bill of materials was made",
    "spdx": "Upgrade {name} to {version} where this bill of materials was made",
}
# Names that cannot be taken for anything else in a shell: those in a lock file are an attacker's.
_SAFE = expression(r"[A-Za-z0-9@_][A-Za-z0-9@/._:+~-]{0,199}")
_SIMPLE = expression(r"(?P<operator>\^|~>|~=|~|>=|===?|=|)(?P<blank> ?)v?[0-9][0-9A-Za-z.+-]{0,60}")
_PIN = expression(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:\[[A-Za-z0-9._, -]{0,99}\])? ?== ?")  # with extras
_SHOWN = 60


def remedy_of(package: Package, upgrade: str, fixed: str, graph: Graph) -> str:
    """
    What to write or to run, in one to three sentences of Markdown.

    ``upgrade`` is the smallest version that clears everything, ``fixed`` the one that clears this
    vulnerability, both ``""`` where none is known.
    """
    version = upgrade or fixed
    if not version:
        return (
            f"No fixed version of `{package.name}` is known. Remove it, replace it, or follow the advisory's "
            "work-around and suppress this finding with the reason."
        )
    if package.format == RESOLVED:
        chose = f"without a pin, {package.version} is chosen"
        return f"Ask for `{package.name}>={version}` in {package.location.path}: {chose}."
    if package.around:
        return _pin(package, version)
    if _is_pulled(package, graph):
        return _of_transitive(package, version, graph)
    return _of_direct(package, version)


def removal_of(package: Package, graph: Graph) -> str:
    """What to do about a package that is malicious in every version, or in this one."""
    chain = graph.chain(package)
    who = f" It comes with `{chain[0].name}`: remove or replace that." if len(chain) > 1 else ""
    return (
        f"Remove `{package.name}` {package.version} and do not install it.{who} Where it was installed, take "
        "the machine and every secret on it for lost: rotate them."
    )


def declarations_of(package: Package, version: str) -> tuple[Related, ...]:
    """The manifest's lines that ask for the package, each with what to write there where that is known."""
    related = []
    for declared in package.declared:
        if declared.location == package.location:
            continue  # it is flagged there
        wanted = _suggested(package, declared, version)
        words = f": write {wanted}" if wanted else ""
        related.append(Related(declared.location, f"{package.name} is asked for here{words}"))
    return tuple(related)


def command_of(package: Package, version: str) -> str:
    """The command that locks ``version``, or ``""`` where there is none or a name is not safe in a shell."""
    if not _SAFE.fullmatch(package.name) or not _SAFE.fullmatch(version):
        return ""
    is_asked = package.depth is Depth.DIRECT and package.declared and not _allows(package, version)
    form = (is_asked and _DIRECT.get(package.format)) or _AGAIN.get(package.format, "")
    return form.format(name=package.name, version=version, bare=version.removeprefix("v"))


def _is_pulled(package: Package, graph: Graph) -> bool:
    return package.depth is not Depth.DIRECT and bool(graph.pulls(package))


def _pin(package: Package, version: str) -> str:
    if package.format != "requirements":
        return f"Write `{version}` in place of `{package.version}` for `{package.name}`."
    return _pinned(package, version)


def _pinned(package: Package, version: str) -> str:
    as_written = package.around[0].strip() if package.around else ""
    pin = as_written if _PIN.fullmatch(as_written) else f"{package.name}=="
    hashes = ", and renew its hashes" if package.hashed else ""
    return f"Write `{pin}{version}` in place of `{pin}{package.version}`{hashes}."


def _of_direct(package: Package, version: str) -> str:
    manifest = ""
    for declared in package.declared[:1]:
        wanted = _suggested(package, declared, version)
        if wanted:
            where = f"{declared.location.path}:{declared.location.start_line}"
            manifest = f"Ask for `{wanted}` of `{package.name}` in {where}. "
    return manifest + _lock_again(package, version)


def _lock_again(package: Package, version: str) -> str:
    command = command_of(package, version)
    if command:
        return f"Run `{command}`."
    words = _WORDS.get(package.format)
    if words:
        return words.format(name=package.name, version=version, bare=version.removeprefix("v")) + "."
    if package.format in _AGAIN:
        return f"Lock `{package.name}` {version} again with the tool that wrote this file."
    return _pinned(package, version)


def _of_transitive(package: Package, version: str, graph: Graph) -> str:
    """Who holds it back, by what each of those that pull it is content with."""
    chain = graph.chain(package)
    pulls = graph.pulls(package)
    against = [p for p in pulls if _admits(package, p.constraint, version) is Admits.NO]
    way = f"It comes with {names(chain[:-1])}. " if len(chain) > 1 else ""
    if not against:
        known = all(p.constraint and _admits(package, p.constraint, version) is Admits.YES for p in pulls)
        content = " (all that pull it are content with that)" if known else ""
        again = _lock_again(package, version)
        return f"{way}{again[:-1]}{content}."
    return f"{way}{_held_back(against)} {_upgrade_of(against, chain)}"


def _held_back(against: Sequence[Pull]) -> str:
    asked = [f"{p.package.name} {p.package.version} asks for `{p.constraint[:_SHOWN]}`" for p in against[:2]]
    more = f" and {len(against) - 2} more do likewise" if len(against) > 2 else ""
    return f"{' and '.join(asked)}{more}: that keeps the fix out."


def _upgrade_of(against: Sequence[Pull], chain: Sequence[Package]) -> str:
    first = chain[0] if len(chain) > 1 else against[0].package
    place = next((f" ({d.location.path}:{d.location.start_line})" for d in first.declared), "")
    run = _runs(first)
    words = f": try {run}; or override it" if run else ", or override it"
    return f"Upgrade `{first.name}`{place} to a version that brings it{words}."


def _runs(package: Package) -> str:
    """
    The newest release within the manifest's range first: it often brings the fix and breaks nothing; then
    the newest of all, which may be another major version.
    """
    if package.format not in ("package-lock.json", "pnpm-lock.yaml") or not _SAFE.fullmatch(package.name):
        return ""
    again, beyond = (
        form[package.format].format(name=package.name, version="latest") for form in (_AGAIN, _DIRECT)
    )
    return f"`{again}`, then `{beyond}`"


def _allows(package: Package, version: str) -> bool:
    return all(_admits(package, d.constraint, version) is Admits.YES for d in package.declared)


def _admits(package: Package, constraint: str, version: str) -> Admits:
    return admits(package.ecosystem, constraint, version) if constraint else Admits.UNKNOWN


def _suggested(package: Package, declared: Declaration, version: str) -> str:
    """What to ask for in a manifest's line: the same operator with the fix; ``""`` where that is no use."""
    found = _SIMPLE.fullmatch(declared.constraint) if version else None
    if found is None or _admits(package, declared.constraint, version) is Admits.YES:
        return ""
    return f"{found['operator']}{found['blank']}{version}"
