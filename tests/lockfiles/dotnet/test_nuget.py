"""Files of NuGet, hand-written by the documented formats."""

from __future__ import annotations

import pytest

from pregate.lockfiles.dotnet.versions import pinned
from pregate.lockfiles.model import Depth, Package, Requirement
from pregate.model import Location
from tests.lockfiles.reading import flagged, pins, read_text, told

LOCK = """\
{
  "version": 2,
  "dependencies": {
    "net6.0": {
      "Newtonsoft.Json": {
        "type": "Direct",
        "requested": "[12.0.3, )",
        "resolved": "12.0.3",
        "contentHash": "hash=="
      },
      "Serilog.Sinks.File": {
        "type": "Direct",
        "requested": "[5.0.0, )",
        "resolved": "5.0.0",
        "contentHash": "hash==",
        "dependencies": {"Serilog": "2.10.0", "Not.Listed": "1.0.0"}
      },
      "serilog": {"type": "Transitive", "resolved": "2.10.0", "contentHash": "hash=="},
      "System.Text.Json": {
        "type": "CentralTransitive", "requested": "[6.0.0, )", "resolved": "6.0.0", "contentHash": "hash=="
      },
      "my.library": {"type": "Project", "dependencies": {"Newtonsoft.Json": "[12.0.3, )"}},
      "broken": 1,
      "nameless": {"type": "Direct"}
    },
    "net6.0/win-x64": {
      "runtime.win-x64.Thing": {
        "type": "Transitive", "resolved": "4.3.0", "dependencies": {"Serilog": "[2.10.0, )"}
      }
    },
    "net48": []
  }
}
"""


def test_packages_lock() -> None:
    reading = read_text("packages.lock.json", LOCK)
    assert [(p.name, p.version, p.depth, p.hashed) for p in reading.packages] == [
        ("Newtonsoft.Json", "12.0.3", Depth.DIRECT, True),
        ("Serilog.Sinks.File", "5.0.0", Depth.DIRECT, True),
        ("serilog", "2.10.0", Depth.TRANSITIVE, True),
        ("System.Text.Json", "6.0.0", Depth.TRANSITIVE, True),
        ("runtime.win-x64.Thing", "4.3.0", Depth.TRANSITIVE, False),
    ]
    assert flagged(reading, LOCK) == [p.version for p in reading.packages]
    assert told(reading) == [
        ("unparsable", 23, "an entry is no object"),
        ("not-audited", 24, "nameless is locked without a version"),
        ("unparsable", 31, "a target framework is no object"),
    ]


def test_what_a_locked_package_pulls() -> None:
    requires = {p.name: p.requires for p in read_text("packages.lock.json", LOCK).packages}
    assert requires["Serilog.Sinks.File"] == (Requirement("serilog@2.10.0", "2.10.0"),)
    assert requires["runtime.win-x64.Thing"] == (Requirement("serilog@2.10.0", "[2.10.0, )"),)
    assert requires["serilog"] == ()


def test_one_package_in_two_frameworks_pulls_what_each_locks() -> None:
    frameworks = ", ".join(
        f'"{name}": {{"A": {{"type": "Direct", "resolved": "1.0", "dependencies": {{"B": "1.0"}}}},'
        f' "B": {{"type": "Transitive", "resolved": "{version}"}}}}'
        for name, version in (("net6.0", "1.0"), ("net8.0", "2.0"))
    )
    reading = read_text("packages.lock.json", f'{{"version": 1, "dependencies": {{{frameworks}}}}}')
    assert pins(reading) == [("A", "1.0"), ("B", "1.0"), ("A", "1.0"), ("B", "2.0")]
    assert [p.requires[0].ident for p in reading.packages if p.requires] == ["B@1.0", "B@2.0"]


CONFIG = """\
<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="jQuery" version="1.10.2" targetFramework="net45" />
  <package id="xunit" version="2.4.0-beta.1.build3958" developmentDependency="true" />
  <package version="4.0.0.1" id="Four.Parts" allowedVersions="[4,5)" />
  <package id="Floating" version="1.*" />
  <package id="Range" version="[1.0,2.0)" />
  <package id="Versionless" />
  <package version="1.0" />
</packages>
"""


def test_packages_config() -> None:
    reading = read_text("packages.config", CONFIG)
    assert [(p.name, p.version, p.dev, p.depth) for p in reading.packages] == [
        ("jQuery", "1.10.2", False, Depth.UNKNOWN),
        ("xunit", "2.4.0-beta.1.build3958", True, Depth.UNKNOWN),
        ("Four.Parts", "4.0.0.1", False, Depth.UNKNOWN),
    ]
    assert flagged(reading, CONFIG) == [p.version for p in reading.packages]
    assert told(reading) == [
        ("not-audited", 6, "Floating is not pinned to one version"),
        ("not-audited", 7, "Range is not pinned to one version"),
        ("not-audited", 8, "Versionless has no version"),
        ("unparsable", 9, "a package has no id"),
    ]


def test_the_line_of_packages_config_is_all_that_an_upgrade_takes() -> None:
    packages = read_text("packages.config", CONFIG).packages
    assert packages[0].around == ('  <package id="jQuery" version="', '" targetFramework="net45" />')
    assert packages[2].around == ()  # a range beside it may forbid the new version


DEPS = """\
{
  "runtimeTarget": {"name": ".NETCoreApp,Version=v6.0/linux-x64", "signature": ""},
  "compilationOptions": {},
  "targets": {
    ".NETCoreApp,Version=v6.0": {},
    ".NETCoreApp,Version=v6.0/linux-x64": {
      "App/1.0.0": {"dependencies": {"Serilog.Sinks.File": "5.0.0", "Lib": "1.0.0"}, "runtime": {}},
      "Serilog.Sinks.File/5.0.0": {"dependencies": {"Serilog": "2.10.0"}},
      "Serilog/2.10.0": {"runtime": {"lib/Serilog.dll": {}}},
      "Lib/1.0.0": {"dependencies": {"Newtonsoft.Json": "13.0.1"}}
    }
  },
  "libraries": {
    "App/1.0.0": {"type": "project", "serviceable": false, "sha512": ""},
    "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.1": {"type": "runtimepack", "sha512": ""},
    "Serilog.Sinks.File/5.0.0": {"type": "package", "serviceable": true, "sha512": "sha512-x=="},
    "Serilog/2.10.0": {"type": "package", "serviceable": true, "sha512": ""},
    "Newtonsoft.Json/13.0.1": {"type": "package"},
    "Lib/1.0.0": {"type": "project"},
    "Vendored/1.0.0": {"type": "reference"},
    "Versionless": {"type": "package"},
    "Text/1.0": "package"
  }
}
"""


def test_deps_json() -> None:
    reading = read_text("bin/App.deps.json", DEPS)
    assert [(p.name, p.version, p.depth, p.hashed) for p in reading.packages] == [
        ("Serilog.Sinks.File", "5.0.0", Depth.DIRECT, True),
        ("Serilog", "2.10.0", Depth.TRANSITIVE, False),
        ("Newtonsoft.Json", "13.0.1", Depth.DIRECT, False),
    ]
    assert flagged(reading, DEPS) == ["5.0.0", "2.10.0", "13.0.1"]
    assert reading.packages[0].requires == (Requirement("Serilog@2.10.0", "2.10.0"),)
    assert told(reading) == [
        ("unparsable", 21, "a library is no name with a version"),
        ("unparsable", 22, "a library is no name with a version"),
    ]


def test_deps_json_of_a_library_alone() -> None:
    (package,) = read_text("x.deps.json", '{"libraries": {"A\\u0042/1.0": {"type": "package"}}}').packages
    assert (package.name, package.version, package.depth) == ("AB", "1.0", Depth.UNKNOWN)
    assert package.location == Location("x.deps.json", 1, 17, 1, 28)


PROPS = """\
<Project>
  <PropertyGroup>
    <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
    <AspNet>6.0</AspNet>
    <Default Condition=" '$(Default)' == '' ">7.0.0</Default>
    <Default Condition="'$(Default)'==''">8.0.0</Default>
    <AspNetPatch>$(aspnet).1</AspNetPatch>
    <Open>$(FromElsewhere)</Open>
    <Computed>$([System.String]::Copy('1.0'))</Computed>
  </PropertyGroup>
  <PropertyGroup Condition="'$(TargetFramework)' == 'net8.0'">
    <AspNetPatch>8.0.2</AspNetPatch>
  </PropertyGroup>
  <ItemGroup>
    <PackageVersion Include="Newtonsoft.Json" Version="12.0.3" />
    <PackageVersion Include="Exact" Version="[1.2.3]" />
    <PackageVersion Include="Two; Names" Version="1.0.0" />
    <PackageVersion Include="Element"><Version>3.0</Version></PackageVersion>
    <PackageVersion Include="By.Property" Version="$(AspNet).9" />
    <PackageVersion Include="Either" Version="$(AspNetPatch)" />
    <PackageVersion Include="Defaulted" Version="$(Default)" />
    <PackageVersion Include="Unknown" Version="$(Open)" />
    <PackageVersion Include="Computed" Version="$(Computed)" />
    <PackageVersion Include="Floating" Version="1.*" />
    <PackageVersion Include="Range" Version="[1.0,2.0)" />
    <PackageVersion Include="Updated" Version="1.0.0" />
    <PackageVersion Update="updated" Version="2.0.0" />
    <PackageVersion Include="Removed" Version="1.0.0" />
    <PackageVersion Remove="Removed" />
    <PackageVersion Include="Versionless" />
    <PackageVersion Version="1.0.0" />
    <GlobalPackageReference Include="Nerdbank.GitVersioning" Version="3.5.109" />
  </ItemGroup>
  <Choose>
    <When Condition="'$(A)' == ''">
      <ItemGroup><PackageVersion Include="Branch" Version="1.0.0" /></ItemGroup>
    </When>
    <Otherwise>
      <ItemGroup><PackageVersion Include="Branch" Version="2.0.0" /></ItemGroup>
    </Otherwise>
  </Choose>
</Project>
"""


def test_packages_props() -> None:
    reading = read_text("Directory.Packages.props", PROPS)
    assert pins(reading) == [
        ("Newtonsoft.Json", "12.0.3"),
        ("Exact", "1.2.3"),
        ("Names", "1.0.0"),
        ("Two", "1.0.0"),
        ("Element", "3.0"),
        ("By.Property", "6.0.9"),
        ("Either", "6.0.1"),
        ("Either", "8.0.2"),
        ("Defaulted", "7.0.0"),
        ("updated", "2.0.0"),
        ("Nerdbank.GitVersioning", "3.5.109"),
        ("Branch", "1.0.0"),
        ("Branch", "2.0.0"),
    ]
    assert flagged(reading, PROPS) == [
        *("12.0.3", "1.2.3", "1.0.0", "1.0.0", "3.0", "$(AspNet).9", "$(AspNetPatch)", "$(AspNetPatch)"),
        *("$(Default)", "2.0.0", "3.5.109", "1.0.0", "2.0.0"),
    ]
    assert told(reading) == [
        ("not-audited", 22, "Unknown has the version $(Open), which the file does not define"),
        ("not-audited", 23, "Computed has the version $(Computed), which the file does not define"),
        ("not-audited", 24, "Floating is not pinned to one version"),
        ("not-audited", 25, "Range is not pinned to one version"),
        ("not-audited", 30, "Versionless has no version"),
        ("unparsable", 31, "an item names no package"),
    ]


def test_a_literal_central_version_is_all_that_an_upgrade_takes() -> None:
    packages = {p.name: p for p in read_text("Directory.Packages.props", PROPS).packages}
    assert packages["Newtonsoft.Json"] == Package(
        "NuGet",
        "Newtonsoft.Json",
        "12.0.3",
        Location("Directory.Packages.props", 15, 56, 15, 62),
        "Directory.Packages.props",
        around=('    <PackageVersion Include="Newtonsoft.Json" Version="', '" />'),
    )
    assert packages["Exact"].around == ('    <PackageVersion Include="Exact" Version="[', ']" />')
    assert packages["Element"].around[0].endswith("<Version>")
    assert packages["Two"].around == packages["By.Property"].around == ()


def test_a_global_reference_serves_the_build_alone() -> None:
    packages = {p.name: p for p in read_text("Directory.Packages.props", PROPS).packages}
    assert packages["Nerdbank.GitVersioning"].dev
    assert packages["Nerdbank.GitVersioning"].depth is Depth.DIRECT
    assert not packages["Exact"].dev


@pytest.mark.parametrize(
    ("specification", "version"),
    [
        ("1.0", "1.0"),
        (" 1.2.3.4 ", "1.2.3.4"),
        ("[1.0]", "1.0"),
        ("1.0.0-rc.1+build.5", "1.0.0-rc.1+build.5"),
        ("1.*", ""),
        ("*", ""),
        ("1.0.0-*", ""),
        ("(1.0,)", ""),
        ("[1.0,2.0]", ""),
        ("(1.0)", ""),
        ("1.0.0.0.0", ""),
        ("v1.0", ""),
        ("", ""),
        ("1" * 300, ""),
    ],
)
def test_the_one_version_of_a_specification(specification: str, version: str) -> None:
    assert pinned(specification) == version
