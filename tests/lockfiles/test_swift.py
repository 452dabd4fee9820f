from __future__ import annotations

import json

import pytest

from pregate.lockfiles.ecosystems import normalised
from pregate.lockfiles.model import Depth, Reading
from tests.lockfiles.reading import asked, flagged, gaps, needs, package, pins, read

REVISION = "0" * 40
V1 = json.dumps(
    {
        "object": {
            "pins": [
                {
                    "package": "swift-nio",
                    "repositoryURL": "https://github.com/apple/swift-nio.git",
                    "state": {"branch": None, "revision": REVISION, "version": "2.40.0"},
                },
                {
                    "package": "Branch",
                    "repositoryURL": "https://github.com/example/branch",
                    "state": {"branch": "main", "revision": REVISION, "version": None},
                },
            ]
        },
        "version": 1,
    },
    indent=2,
)


def later(version: int) -> str:
    def pin(
        identity: str, location: str, kind: str = "remoteSourceControl", **state: str
    ) -> dict[str, object]:
        return {"identity": identity, "kind": kind, "location": location, "state": state}

    pins = [
        pin("swift-nio", "https://github.com/apple/swift-nio.git", revision=REVISION, version="2.40.0"),
        pin("vapor", "git@github.com:vapor/Vapor.git", revision=REVISION, version="4.0.0-beta.1"),
        pin("inner", "ssh://git@git.example.com:2222/team/inner/", revision=REVISION, version="1.0.0"),
        pin("branch", "https://github.com/example/branch", revision=REVISION, branch="main"),
        pin("mona.list", "", "registry", version="1.2.3"),
        {"identity": "odd", "state": 3},
        3,
    ]
    return json.dumps({"originHash": "0", "pins": pins, "version": version}, indent=2)


def test_version_1() -> None:
    reading = read("Package.resolved", V1)
    assert pins(reading) == [("github.com/apple/swift-nio", "2.40.0")]
    assert flagged(reading, V1) == ["2.40.0"]
    assert gaps(reading) == [(19, "not-audited", "Branch is pinned to a revision, not to a version")]


@pytest.mark.parametrize("version", [2, 3])
def test_versions_2_and_3_name_repositories_as_the_database_does(version: int) -> None:
    text = later(version)
    reading = read("App.xcodeproj/project.xcworkspace/xcshareddata/swiftpm/Package.resolved", text)
    assert pins(reading) == [
        ("github.com/apple/swift-nio", "2.40.0"),
        ("github.com/vapor/Vapor", "4.0.0-beta.1"),
        ("git.example.com/team/inner", "1.0.0"),
    ]
    assert flagged(reading, text) == ["2.40.0", "4.0.0-beta.1", "1.0.0"]
    assert [(reason, detail) for _, reason, detail in gaps(reading)] == [
        ("not-audited", "branch is pinned to a revision, not to a version"),
        ("not-audited", "mona.list is not from a repository that can be named"),
        ("unparsable", "a pin tells no state"),
        ("unparsable", "a pin tells no state"),
    ]


def test_names_are_compared_as_addresses() -> None:
    (first, *_) = read("Package.resolved", later(2)).packages
    assert first.key[1] == normalised("SwiftURL", "https://github.com/Apple/swift-nio")


def test_credentials_in_an_address_are_no_part_of_the_name() -> None:
    secret = "hun" + "ter2"
    text = V1.replace("https://github.com/apple", f"https://me:{secret}@github.com/apple")
    reading = read("Package.resolved", text)
    assert pins(reading) == [("github.com/apple/swift-nio", "2.40.0")]
    assert secret not in repr(reading)


PODS = """\
    PODS:
      - Alamofire (5.4.3)
      - Firebase/Core (6.0.0):
        - Firebase/CoreOnly
        - FirebaseAnalytics (= 5.8.1)
      - Firebase/CoreOnly (6.0.0):
        - FirebaseCore (= 5.4.1)
      - FirebaseAnalytics (5.8.1)
      - FirebaseCore (5.4.1):
        - "GoogleUtilities/NSData+zlib (~> 5.2)"
      - "GoogleUtilities/NSData+zlib (5.8.0)"
      - Own (0.1.0)
      - Forked/Sub (1.0.0)
      - broken

    DEPENDENCIES:
      - Alamofire (~> 5.4)
      - Firebase/Core
      - Forked/Sub (from `https://github.com/example/forked.git`, branch `main`)
      - Own (from `../Own`)

    SPEC REPOS:
      trunk:
        - Alamofire

    EXTERNAL SOURCES:
      Forked:
        :branch: main
        :git: https://github.com/example/forked.git
      Own:
        :path: "../Own"

    SPEC CHECKSUMS:
      Alamofire: e447a2774a40c996748296fa2c55112fdbbc42f9

    PODFILE CHECKSUM: 6c1f1c2a5bb6c1a4a7d0e3f7c3f7b0d1c2e3f4a5

    COCOAPODS: 1.10.1
    """


def test_every_pod_once_whichever_of_its_subspecs() -> None:
    reading = read("ios/Podfile.lock", PODS)
    assert pins(reading) == [
        ("Alamofire", "5.4.3"),
        ("Firebase", "6.0.0"),
        ("FirebaseAnalytics", "5.8.1"),
        ("FirebaseCore", "5.4.1"),
        ("GoogleUtilities", "5.8.0"),
    ]
    assert flagged(reading, PODS) == ["5.4.3", "6.0.0", "5.8.1", "5.4.1", "5.8.0"]
    assert [p.name for p in reading.packages if p.depth is Depth.DIRECT] == ["Alamofire", "Firebase"]
    assert [p.name for p in reading.packages if p.hashed] == ["Alamofire"]
    assert gaps(reading) == [
        (12, "not-audited", "Own is not from a spec repository"),
        (13, "not-audited", "Forked is not from a spec repository"),
        (14, "unparsable", "a pod has no name and version"),
    ]
    assert needs(reading, "Firebase") == [
        ("FirebaseAnalytics@5.8.1", "= 5.8.1"),
        ("FirebaseCore@5.4.1", "= 5.4.1"),
    ]
    assert needs(reading, "FirebaseCore") == [("GoogleUtilities@5.8.0", "~> 5.2")]


def test_the_podfile_names_what_it_asks_for() -> None:
    podfile = "target 'App' do\n  pod 'Alamofire', '~> 5.4'\n  pod \"Firebase/Core\", :inhibit => true\nend\n"
    reading = read("ios/Podfile.lock", PODS, Podfile=podfile)
    assert asked(reading, "Alamofire") == [("ios/Podfile", 2, 21, "~> 5.4")]
    assert asked(reading, "Firebase") == [("ios/Podfile", 3, 8, "")]
    assert package(reading, "FirebaseCore").declared == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Package.resolved", '{"pins": [], "version": 2}'),
        ("Package.resolved", '{"object": {"pins": []}, "version": 1}'),
        ("Podfile.lock", "PODFILE CHECKSUM: 0a\n\nCOCOAPODS: 1.10.1\n"),
    ],
)
def test_no_packages_at_all(name: str, text: str) -> None:
    assert read(name, text) == Reading()
