"""One small file of each format that is read, with a package that is vulnerable and one that is not."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """
    A file with ``bad`` in ``version``, on ``line``, and ``good`` in a version that is not affected.

    Both names are those of the database; the versions between ``0`` and ``fixed`` are affected.
    """

    path: str
    text: str
    ecosystem: str
    bad: str
    version: str
    fixed: str
    good: str
    line: int


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


_SUM = "sha512-" + "A" * 86 + "=="

SAMPLES = (
    Sample(
        "a/requirements.txt",
        "good==2.0\nBad_Name[x]==1.0 ; python_version > '3'\n",
        "PyPI",
        "bad-name",
        "1.0",
        "1.1",
        "good",
        2,
    ),
    Sample(
        "a/pylock.toml",
        'lock-version = "1.0"\ncreated-by = "x"\n\n[[packages]]\nname = "bad"\nversion = "1.0"\n\n[[packages]]\nname = "good"\nversion = "2.0"\n',
        "PyPI",
        "bad",
        "1.0",
        "1.1",
        "good",
        6,
    ),
    Sample(
        "a/poetry.lock",
        '[[package]]\nname = "bad"\nversion = "1!1.0"\ndescription = ""\noptional = false\npython-versions = "*"\nfiles = []\n\n[[package]]\nname = "good"\nversion = "2.0"\ndescription = ""\noptional = false\npython-versions = "*"\nfiles = []\n\n[metadata]\nlock-version = "2.0"\npython-versions = "*"\ncontent-hash = ""\n',
        "PyPI",
        "bad",
        "1!1.0",
        "1!1.1",
        "good",
        3,
    ),
    Sample(
        "a/uv.lock",
        'version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "bad"\nversion = "1.0"\nsource = { registry = "https://pypi.org/simple" }\n\n[[package]]\nname = "good"\nversion = "2.0"\nsource = { registry = "https://pypi.org/simple" }\n',
        "PyPI",
        "bad",
        "1.0",
        "1.1",
        "good",
        6,
    ),
    Sample(
        "a/Pipfile.lock",
        _json(
            {
                "_meta": {"hash": {}},
                "default": {"bad": {"version": "==1.0"}, "good": {"version": "==2.0"}},
                "develop": {},
            }
        ),
        "PyPI",
        "bad",
        "1.0",
        "1.1",
        "good",
        7,
    ),
    Sample(
        "a/pdm.lock",
        '[metadata]\ngroups = ["default"]\nlock_version = "4.5.0"\n\n[[package]]\nname = "bad"\nversion = "1.0"\n\n[[package]]\nname = "good"\nversion = "2.0"\n',
        "PyPI",
        "bad",
        "1.0",
        "1.1",
        "good",
        7,
    ),
    Sample(
        "b/pyproject.toml",
        '[project]\nname = "own"\nversion = "0"\ndependencies = [\n  "bad==1.0",\n  "good==2.0",\n]\n',
        "PyPI",
        "bad",
        "1.0",
        "1.1",
        "good",
        5,
    ),
    Sample(
        "a/environment.yml",
        "name: env\ndependencies:\n  - python=3.11\n  - pip:\n      - bad==1.0\n      - good==2.0\n",
        "PyPI",
        "bad",
        "1.0",
        "1.1",
        "good",
        5,
    ),
    Sample(
        "a/package-lock.json",
        _json(
            {
                "lockfileVersion": 3,
                "packages": {
                    "": {},
                    "node_modules/bad": {"version": "1.0.0"},
                    "node_modules/good": {"version": "2.0.0"},
                },
            }
        ),
        "npm",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        6,
    ),
    Sample(
        "b/npm-shrinkwrap.json",
        _json(
            {
                "lockfileVersion": 1,
                "dependencies": {"bad": {"version": "1.0.0"}, "good": {"version": "2.0.0"}},
            }
        ),
        "npm",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        5,
    ),
    Sample(
        "c/yarn.lock",
        '# yarn lockfile v1\n\n\n"@own/bad@^1.0.0":\n  version "1.0.0"\n\ngood@^2.0.0:\n  version "2.0.0"\n',
        "npm",
        "@own/bad",
        "1.0.0",
        "1.1.0",
        "good",
        5,
    ),
    Sample(
        "d/yarn.lock",
        f'__metadata:\n  version: 8\n\n"bad@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "bad@npm:1.0.0"\n  checksum: {_SUM}\n  languageName: node\n  linkType: hard\n\n"good@npm:^2.0.0":\n  version: 2.0.0\n  resolution: "good@npm:2.0.0"\n  checksum: {_SUM}\n  languageName: node\n  linkType: hard\n',
        "npm",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        5,
    ),
    Sample(
        "a/pnpm-lock.yaml",
        f"lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      bad:\n        specifier: ^1.0.0\n        version: 1.0.0\n      good:\n        specifier: ^2.0.0\n        version: 2.0.0\n\npackages:\n\n  bad@1.0.0:\n    resolution: {{integrity: {_SUM}}}\n\n  good@2.0.0:\n    resolution: {{integrity: {_SUM}}}\n\nsnapshots:\n\n  bad@1.0.0: {{}}\n\n  good@2.0.0: {{}}\n",
        "npm",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        16,
    ),
    Sample(
        "b/pnpm-lock.yaml",
        f"lockfileVersion: 5.4\n\nspecifiers:\n  bad: ^1.0.0\n\ndependencies:\n  bad: 1.0.0\n\npackages:\n\n  /bad/1.0.0:\n    resolution: {{integrity: {_SUM}}}\n    dev: false\n\n  /good/2.0.0:\n    resolution: {{integrity: {_SUM}}}\n    dev: false\n",
        "npm",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        11,
    ),
    Sample(
        "a/bun.lock",
        '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": { "name": "own", "dependencies": { "bad": "^1.0.0", "good": "^2.0.0", }, },\n  },\n  "packages": {\n    "bad": ["bad@1.0.0", "", {}, "'
        + _SUM
        + '"],\n    "good": ["good@2.0.0", "", {}, "'
        + _SUM
        + '"],\n  }\n}\n',
        "npm",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        7,
    ),
    Sample(
        "a/deno.lock",
        _json(
            {
                "version": "4",
                "specifiers": {"npm:bad@1": "1.0.0", "npm:good@2": "2.0.0"},
                "npm": {"bad@1.0.0": {"integrity": _SUM}, "good@2.0.0": {"integrity": _SUM}},
            }
        ),
        "npm",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        8,
    ),
    Sample(
        "a/go.mod",
        "module example.org/own\n\ngo 1.21\n\nrequire (\n\texample.org/bad v0.0.0-20210101000000-abcdefabcdef\n\texample.org/good v2.0.0+incompatible // indirect\n)\n",
        "Go",
        "example.org/bad",
        "0.0.0-20210101000000-abcdefabcdef",
        "0.0.0-20220101000000-aaaaaaaaaaaa",
        "example.org/good",
        6,
    ),
    Sample(
        "b/go.sum",
        "example.org/bad v1.0.0 h1:AAAA=\nexample.org/bad v1.0.0/go.mod h1:AAAA=\nexample.org/good v2.0.0+incompatible h1:AAAA=\n",
        "Go",
        "example.org/bad",
        "1.0.0",
        "1.1.0",
        "example.org/good",
        1,
    ),
    Sample(
        "a/Cargo.lock",
        'version = 3\n\n[[package]]\nname = "bad"\nversion = "1.0.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "00"\n\n[[package]]\nname = "good"\nversion = "2.0.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "00"\n',
        "crates.io",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        5,
    ),
    Sample(
        "a/Gemfile.lock",
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    bad (1.0.0.rc1-x86_64-linux)\n    good (2.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  bad\n  good\n",
        "RubyGems",
        "bad",
        "1.0.0.rc1",
        "1.0.0",
        "good",
        4,
    ),
    Sample(
        "a/gems.locked",
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    bad (1.0)\n    good (2.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  bad\n",
        "RubyGems",
        "bad",
        "1.0",
        "1.1",
        "good",
        4,
    ),
    Sample(
        "a/composer.lock",
        _json(
            {
                "packages": [{"name": "own/bad", "version": "v1.0.0"}],
                "packages-dev": [{"name": "own/good", "version": "2.0.0"}],
            }
        ),
        "Packagist",
        "own/bad",
        "v1.0.0",
        "1.1.0",
        "own/good",
        5,
    ),
    Sample(
        "a/packages.lock.json",
        _json(
            {
                "version": 1,
                "dependencies": {
                    "net8.0": {
                        "Bad": {"type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0"},
                        "Good": {"type": "Transitive", "resolved": "2.0.0"},
                    }
                },
            }
        ),
        "NuGet",
        "Bad",
        "1.0.0",
        "1.0.0.1",
        "Good",
        8,
    ),
    Sample(
        "a/packages.config",
        '<?xml version="1.0" encoding="utf-8"?>\n<packages>\n  <package id="Bad" version="1.0.0" targetFramework="net48" />\n  <package id="Good" version="2.0.0" targetFramework="net48" />\n</packages>\n',
        "NuGet",
        "Bad",
        "1.0.0",
        "1.1.0",
        "Good",
        3,
    ),
    Sample(
        "a/own.deps.json",
        _json(
            {
                "runtimeTarget": {"name": "x"},
                "targets": {"x": {"Bad/1.0.0": {}, "Good/2.0.0": {}}},
                "libraries": {
                    "Bad/1.0.0": {"type": "package", "serviceable": True, "sha512": ""},
                    "Good/2.0.0": {"type": "package", "serviceable": True, "sha512": ""},
                },
            }
        ),
        "NuGet",
        "Bad",
        "1.0.0",
        "1.1.0",
        "Good",
        12,
    ),
    Sample(
        "a/Directory.Packages.props",
        '<Project>\n  <ItemGroup>\n    <PackageVersion Include="Bad" Version="1.0.0" />\n    <PackageVersion Include="Good" Version="2.0.0" />\n  </ItemGroup>\n</Project>\n',
        "NuGet",
        "Bad",
        "1.0.0",
        "1.1.0",
        "Good",
        3,
    ),
    Sample(
        "a/pom.xml",
        "<project>\n  <modelVersion>4.0.0</modelVersion>\n  <groupId>own</groupId>\n  <artifactId>own</artifactId>\n  <version>1</version>\n  <properties>\n    <bad.version>1.0-beta-2</bad.version>\n  </properties>\n  <dependencies>\n    <dependency>\n      <groupId>org.bad</groupId>\n      <artifactId>bad</artifactId>\n      <version>${bad.version}</version>\n    </dependency>\n    <dependency>\n      <groupId>org.good</groupId>\n      <artifactId>good</artifactId>\n      <version>2.0</version>\n    </dependency>\n  </dependencies>\n</project>\n",
        "Maven",
        "org.bad:bad",
        "1.0-beta-2",
        "1.0",
        "org.good:good",
        13,
    ),
    Sample(
        "a/gradle.lockfile",
        "# This is a Gradle generated file for dependency locking.\norg.bad:bad:1.0=compileClasspath,runtimeClasspath\norg.good:good:2.0=testRuntimeClasspath\nempty=annotationProcessor\n",
        "Maven",
        "org.bad:bad",
        "1.0",
        "1.0.1",
        "org.good:good",
        2,
    ),
    Sample(
        "a/gradle/verification-metadata.xml",
        '<?xml version="1.0" encoding="UTF-8"?>\n<verification-metadata xmlns="https://schema.gradle.org/dependency-verification">\n   <components>\n      <component group="org.bad" name="bad" version="1.0">\n         <artifact name="bad-1.0.jar"><sha256 value="00"/></artifact>\n      </component>\n      <component group="org.good" name="good" version="2.0"/>\n   </components>\n</verification-metadata>\n',
        "Maven",
        "org.bad:bad",
        "1.0",
        "1.1",
        "org.good:good",
        4,
    ),
    Sample(
        "a/build.sbt.lock",
        _json(
            {
                "lockVersion": 1,
                "timestamp": "x",
                "configurations": ["compile"],
                "dependencies": [
                    {
                        "org": "org.bad",
                        "name": "bad",
                        "version": "1.0",
                        "artifacts": [],
                        "configurations": ["compile"],
                    },
                    {
                        "org": "org.good",
                        "name": "good",
                        "version": "2.0",
                        "artifacts": [],
                        "configurations": ["test"],
                    },
                ],
            }
        ),
        "Maven",
        "org.bad:bad",
        "1.0",
        "1.1",
        "org.good:good",
        11,
    ),
    Sample(
        "a/mix.lock",
        '%{\n  "bad": {:hex, :bad, "1.0.0", "00", [:mix], [], "hexpm", "00"},\n  "good": {:hex, :good, "2.0.0", "00", [:mix], [{:bad, "~> 1.0", [hex: :bad, repo: "hexpm", optional: false]}], "hexpm", "00"},\n}\n',
        "Hex",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        2,
    ),
    Sample(
        "a/rebar.lock",
        '{"1.2.0",\n[{<<"bad">>,{pkg,<<"bad">>,<<"1.0.0">>},0},\n {<<"good">>,{pkg,<<"good">>,<<"2.0.0">>},1}]}.\n',
        "Hex",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        2,
    ),
    Sample(
        "a/pubspec.lock",
        'packages:\n  bad:\n    dependency: "direct main"\n    description:\n      name: bad\n      url: "https://pub.dev"\n    source: hosted\n    version: "1.0.0+1"\n  good:\n    dependency: transitive\n    description:\n      name: good\n      url: "https://pub.dev"\n    source: hosted\n    version: "2.0.0"\nsdks:\n  dart: ">=3.0.0 <4.0.0"\n',
        "Pub",
        "bad",
        "1.0.0+1",
        "1.0.0+2",
        "good",
        8,
    ),
    Sample(
        "a/Package.resolved",
        _json(
            {
                "pins": [
                    {
                        "identity": "bad",
                        "kind": "remoteSourceControl",
                        "location": "https://github.com/own/Bad.git",
                        "state": {"revision": "00", "version": "1.0.0"},
                    },
                    {
                        "identity": "good",
                        "kind": "remoteSourceControl",
                        "location": "https://github.com/own/good",
                        "state": {"revision": "00", "version": "2.0.0"},
                    },
                ],
                "version": 2,
            }
        ),
        "SwiftURL",
        "github.com/own/bad",
        "1.0.0",
        "1.1.0",
        "github.com/own/good",
        9,
    ),
    Sample(
        "a/conan.lock",
        _json(
            {
                "version": "0.5",
                "requires": ["bad/1.0.0#abc%1.0", "good/2.0.0#abc%1.0"],
                "build_requires": [],
                "python_requires": [],
            }
        ),
        "ConanCenter",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        4,
    ),
    Sample(
        "a/renv.lock",
        _json(
            {
                "R": {"Version": "4.3.0", "Repositories": []},
                "Packages": {
                    "bad": {
                        "Package": "bad",
                        "Version": "1.0-1",
                        "Source": "Repository",
                        "Repository": "CRAN",
                    },
                    "good": {
                        "Package": "good",
                        "Version": "2.0",
                        "Source": "Repository",
                        "Repository": "CRAN",
                    },
                },
            }
        ),
        "CRAN",
        "bad",
        "1.0-1",
        "1.0-2",
        "good",
        9,
    ),
    Sample(
        "a/cabal.project.freeze",
        "active-repositories: hackage.haskell.org:merge\nconstraints: any.bad ==1.0.0.0,\n             any.good ==2.0,\n             good +fast\n",
        "Hackage",
        "bad",
        "1.0.0.0",
        "1.0.0.1",
        "good",
        2,
    ),
    Sample(
        "a/stack.yaml.lock",
        "packages:\n- completed:\n    hackage: bad-name-1.0.0@sha256:00,1\n    pantry-tree:\n      sha256: '00'\n      size: 1\n  original:\n    hackage: bad-name-1.0.0\n- completed:\n    hackage: good-2.0@sha256:00,1\n  original:\n    hackage: good-2.0\nsnapshots: []\n",
        "Hackage",
        "bad-name",
        "1.0.0",
        "1.1",
        "good",
        3,
    ),
    Sample(
        "a/Manifest.toml",
        'julia_version = "1.10.0"\nmanifest_format = "2.0"\n\n[[deps.Bad]]\nuuid = "00000000-0000-0000-0000-000000000001"\nversion = "1.0.0"\n\n[[deps.Good]]\nuuid = "00000000-0000-0000-0000-000000000002"\nversion = "2.0.0"\n\n[[deps.Dates]]\nuuid = "ade2ca70-3891-5945-98fb-dc099432e06a"\n',
        "Julia",
        "Bad",
        "1.0.0",
        "1.1.0",
        "Good",
        6,
    ),
    Sample(
        ".github/workflows/ci.yml",
        f"on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: own/bad@v1.0.0\n      - uses: own/good@{'a' * 40} # v2.0.0\n      - uses: ./local\n",
        "GitHub Actions",
        "own/bad",
        "v1.0.0",
        "1.1.0",
        "own/good",
        6,
    ),
    Sample(
        "sbom/bom.json",
        _json(
            {
                "bomFormat": "CycloneDX",
                "specVersion": "1.6",
                "components": [
                    {"type": "library", "name": "bad", "version": "1.0.0", "purl": "pkg:npm/bad@1.0.0"},
                    {"type": "library", "name": "good", "version": "2.0.0", "purl": "pkg:npm/good@2.0.0"},
                ],
            }
        ),
        "npm",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        9,
    ),
    Sample(
        "sbom/own.spdx.json",
        _json(
            {
                "spdxVersion": "SPDX-2.3",
                "SPDXID": "SPDXRef-DOCUMENT",
                "packages": [
                    {
                        "SPDXID": "SPDXRef-1",
                        "name": "bad",
                        "versionInfo": "1.0.0",
                        "externalRefs": [
                            {
                                "referenceCategory": "PACKAGE-MANAGER",
                                "referenceType": "purl",
                                "referenceLocator": "pkg:cargo/bad@1.0.0",
                            }
                        ],
                    },
                    {
                        "SPDXID": "SPDXRef-2",
                        "name": "good",
                        "versionInfo": "2.0.0",
                        "externalRefs": [
                            {
                                "referenceCategory": "PACKAGE-MANAGER",
                                "referenceType": "purl",
                                "referenceLocator": "pkg:cargo/good@2.0.0",
                            }
                        ],
                    },
                ],
            }
        ),
        "crates.io",
        "bad",
        "1.0.0",
        "1.1.0",
        "good",
        13,
    ),
)
