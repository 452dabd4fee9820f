from __future__ import annotations

import pytest

from pregate.lockfiles.model import Depth, Reading
from tests.lockfiles.reading import asked, flagged, gaps, needs, package, pins, read

ENTRIES = """\
    [[deps.Artifacts]]
    uuid = "56f22d72-fd6d-98f1-02f0-08ddc0907c33"

    [[deps.HTTP]]
    deps = ["Artifacts", "LibCURL_jll", "URIs"]
    git-tree-sha1 = "2e13c9956c82f5ae8cbdb8335327e63badb8c4ff"
    uuid = "cd3eb016-35fb-5094-929b-558a96fad6f3"
    version = "1.6.2"

        [deps.HTTP.extensions]
        version = "NotThis"

    [[deps.LibCURL_jll]]
    uuid = "deac9b47-8bc7-5906-a0fe-35ac56dc84c0"
    version = "8.4.0+0"

    [[deps.Own]]
    path = "lib/Own"
    uuid = "00000000-0000-0000-0000-000000000001"
    version = "0.1.0"

    [[deps.Forked]]
    repo-rev = "main"
    repo-url = "https://github.com/example/Forked.jl.git"
    uuid = "00000000-0000-0000-0000-000000000002"
    version = "0.1.0"

    [[deps.URIs]]
    uuid = "00000000-0000-0000-0000-000000000003"
    version = "1.0.0"

    [[deps.URIs]]
    uuid = "00000000-0000-0000-0000-000000000004"
    version = "2.0.0"

    [[deps.User]]
    uuid = "00000000-0000-0000-0000-000000000005"
    version = "3.0.0"

        [deps.User.deps]
        URIs = "00000000-0000-0000-0000-000000000003"

    [[deps.Odd]]
    version = 3
    """
NEW = '    julia_version = "1.9.0"\n    manifest_format = "2.0"\n    project_hash = "0"\n\n' + ENTRIES
OLD = ENTRIES.replace("deps.", "")
PINS = [
    ("HTTP", "1.6.2"),
    ("LibCURL_jll", "8.4.0+0"),
    ("URIs", "1.0.0"),
    ("URIs", "2.0.0"),
    ("User", "3.0.0"),
]


@pytest.mark.parametrize("name", ["Manifest.toml", "JuliaManifest.toml", "a/Manifest-v1.11.toml"])
def test_format_2(name: str) -> None:
    reading = read(name, NEW)
    assert pins(reading) == PINS
    assert flagged(reading, NEW) == [version for _, version in PINS]
    assert [p.hashed for p in reading.packages] == [True, False, False, False, False]
    assert gaps(reading) == [
        (30, "not-audited", "Forked is not from a registry"),
        (48, "unparsable", "an entry is no table with a version"),
    ]
    assert needs(reading, "User") == [("URIs@1.0.0", "")]
    assert needs(reading, "HTTP")[0] == ("LibCURL_jll@8.4.0+0", "")


def test_format_1() -> None:
    reading = read("Manifest.toml", OLD)
    assert pins(reading) == PINS
    assert flagged(reading, OLD) == [version for _, version in PINS]


def test_the_project_tells_what_is_direct() -> None:
    project = """\
        name = "App"
        [deps]
        HTTP = "cd3eb016-35fb-5094-929b-558a96fad6f3"
        User = "00000000-0000-0000-0000-000000000005"
        [compat]
        HTTP = "1.6"
        julia = "1.9"
        """
    reading = read("a/Manifest.toml", NEW, Project_toml=project)
    assert asked(reading, "HTTP") == [("a/Project.toml", 6, 9, "1.6")]
    assert asked(reading, "User") == [("a/Project.toml", 4, 1, "")]
    assert package(reading, "HTTP").depth is Depth.DIRECT
    assert package(reading, "LibCURL_jll").depth is Depth.TRANSITIVE


def test_files_without_a_header_are_known_by_their_entries() -> None:
    for name in ("deps.Old", "Old"):
        text = f'[[{name}]]\ngit-tree-sha1 = "0"\nversion = "1.0.0"\n'
        assert pins(read("Manifest.toml", text)) == [("Old", "1.0.0")]


@pytest.mark.parametrize(
    "text",
    [
        'title = "x"\n[[items]]\nversion = "1"\n',
        '[deps]\nx = "1"\n',
        '[[theme]]\nname = "x"\nversion = "1"\n',
        'manifest_format = "2.0"\njulia_version = "1.9"\n',
        "julia_version = 3\n",
        "manifest_format = 2\ndeps = []\n",
    ],
)
def test_a_manifest_of_another_kind_tells_nothing(text: str) -> None:
    assert read("Manifest.toml", text) == Reading()
