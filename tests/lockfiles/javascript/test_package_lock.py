"""package-lock.json: sources, resolution, flags, and what a hostile file may hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.lockfiles import readers
from pregate.lockfiles.model import Depth
from tests.lockfiles.javascript.reading import by_name, dumped, named, read, requires, text_at, unread

LOCK = "package-lock.json"


def locked(packages: dict[str, Any], **more: Any) -> str:
    return dumped({"lockfileVersion": 3, "packages": packages, **more})


def nested(dependencies: dict[str, Any]) -> str:
    return dumped({"lockfileVersion": 1, "dependencies": dependencies})


def test_a_dependency_is_the_nearest_folder_on_the_way_up() -> None:
    text = locked(
        {
            "": {"dependencies": {"a": "^1", "b": "^1"}},
            "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^2", "@s/c": "~3"}},
            "node_modules/a/node_modules/b": {"version": "2.0.0", "dependencies": {"@s/c": "3.x", "d": "*"}},
            "node_modules/b": {"version": "1.0.0", "dependencies": {"@s/c": "^3"}},
            "node_modules/@s/c": {"version": "3.0.0", "dependencies": {"b": "1 || 2"}},
            "node_modules/a/node_modules/d": {"version": "4.0.0"},
        }
    )
    found = by_name(read(LOCK, text))
    assert requires(found["a@1.0.0"]) == [("b@2.0.0", "^2"), ("@s/c@3.0.0", "~3")]
    assert requires(found["b@2.0.0"]) == [("@s/c@3.0.0", "3.x"), ("d@4.0.0", "*")]
    assert requires(found["b@1.0.0"]) == [("@s/c@3.0.0", "^3")]
    assert requires(found["@s/c@3.0.0"]) == [("b@1.0.0", "1 || 2")]
    assert {p.name: p.depth for p in found.values() if p.version != "2.0.0"} == {
        "a": Depth.DIRECT,
        "b": Depth.DIRECT,
        "@s/c": Depth.TRANSITIVE,
        "d": Depth.TRANSITIVE,
    }


def test_a_package_that_is_installed_twice_has_both_places_and_idents_of_their_own() -> None:
    text = locked(
        {
            "": {"dependencies": {"a": "1", "b": "1"}},
            "node_modules/a": {"version": "1.0.0", "dependencies": {"x": "1"}},
            "node_modules/a/node_modules/x": {"version": "1.0.0", "dependencies": {"y": "1"}},
            "node_modules/a/node_modules/y": {"version": "1.0.0"},
            "node_modules/b": {"version": "1.0.0", "dependencies": {"x": "1"}},
            "node_modules/b/node_modules/x": {"version": "1.0.0", "dependencies": {"y": "1"}},
            "node_modules/y": {"version": "2.0.0"},
        }
    )
    packages = read(LOCK, text).packages
    first, second = (p for p in packages if p.name == "x")
    assert (first.ident, requires(first)) == ("x@1.0.0", [("y@1.0.0", "1")])
    assert (second.ident, requires(second)) == ("x@1.0.0 (2)", [("y@2.0.0", "1")])
    assert first.location < second.location
    assert [requires(p) for p in packages if p.name in "ab"] == [[("x@1.0.0", "1")], [("x@1.0.0 (2)", "1")]]


def test_flags_peers_and_licences() -> None:
    text = locked(
        {
            "": {
                "devDependencies": {"dev": "1"},
                "optionalDependencies": {"spare": "1"},
                "dependencies": {"spare": "1"},
            },
            "node_modules/dev": {"version": "1.0.0", "dev": True, "license": {"type": "ISC"}},
            "node_modules/spare": {
                "version": "1.0.0",
                "optional": True,
                "license": "(MIT OR Apache-2.0)",
                "peerDependencies": {"dev": ">=1", "both": "1"},
                "peerDependenciesMeta": {"both": {"optional": True}},
            },
            "node_modules/both": {
                "version": "1.0.0",
                "devOptional": True,
                "license": ["MIT"],
                "integrity": "sha512-x",
            },
        }
    )
    found = by_name(read(LOCK, text))
    assert {n: (p.dev, p.optional, p.licenses, p.hashed) for n, p in found.items()} == {
        "dev@1.0.0": (True, False, "ISC", False),
        "spare@1.0.0": (False, True, "(MIT OR Apache-2.0)", False),
        "both@1.0.0": (False, True, "", True),
    }
    assert requires(found["spare@1.0.0"]) == [("dev@1.0.0", ">=1")]


def test_own_folders_are_passed_over_and_other_sources_listed() -> None:
    text = locked(
        {
            "": {"dependencies": {"by-address": "https://host/x.tgz", "short": "user/repository"}},
            "packages/w": {"name": "w", "version": "1.0.0", "dependencies": {"in-w": "1"}},
            "packages/w/node_modules/in-w": {"version": "1.0.0"},
            "node_modules/w": {"resolved": "packages/w", "link": True},
            "node_modules/git": {"version": "1.0.0", "resolved": "git+ssh://git@host/x.git#1"},
            "node_modules/archive": {"version": "1.0.0", "resolved": "file:x.tgz"},
            "node_modules/by-address": {"version": "1.0.0", "resolved": "https://host/x.tgz"},
            "node_modules/short": {"version": "1.0.0"},
            "node_modules/mirrored": {"version": "1.0.0", "resolved": "http://host/mirror/mirrored/-/a.tgz"},
            "node_modules/bundled": {"version": "1.0.0", "inBundle": True},
            "node_modules/hub": {"version": "1.0.0", "resolved": "https://codeload.github.com/u/r/tar.gz/0"},
            "node_modules/none": {},
            "node_modules/odd": 3,
        }
    )
    reading = read(LOCK, text)
    assert named(reading) == ["in-w@1.0.0", "mirrored@1.0.0", "bundled@1.0.0"]
    assert reading.packages[0].depth is Depth.DIRECT
    assert [(reason, detail) for reason, detail, _ in unread(reading)] == [
        ("not-audited", "git is not from a package index"),
        ("not-audited", "archive is not from a package index"),
        ("not-audited", "by-address is not from a package index"),
        ("not-audited", "short is not from a package index"),
        ("not-audited", "hub is not from a package index"),
        ("not-audited", "none is locked without a version"),
        ("unparsable", "an entry is no object"),
    ]


def test_an_alias_has_its_real_name_and_the_place_of_its_version() -> None:
    for text in (
        locked({"node_modules/x": {"name": "@s/real", "version": "1.2.3"}}),
        locked({"": {"dependencies": {"x": "npm:@s/real@1"}}, "node_modules/x": {"version": "1.2.3"}}),
        nested({"x": {"version": "npm:@s/real@1.2.3"}}),
    ):
        (package,) = read(LOCK, text).packages
        assert (package.name, package.version) == ("@s/real", "1.2.3")
        assert text_at(text, package.location) == "1.2.3"


def test_version_1_resolves_what_is_required_and_asks_the_manifest_for_what_is_direct() -> None:
    text = nested(
        {
            "a": {
                "version": "1.0.0",
                "requires": {"b": "^2", "c": "^1"},
                "dependencies": {"b": {"version": "2.0.0", "requires": {"c": "*"}}},
            },
            "b": {"version": "1.0.0", "dev": True},
            "c": {"version": "1.0.0", "optional": True, "bundled": True, "integrity": "sha1-x"},
        }
    )
    found = by_name(read(LOCK, text))
    assert requires(found["a@1.0.0"]) == [("b@2.0.0", "^2"), ("c@1.0.0", "^1")]
    assert requires(found["b@2.0.0"]) == [("c@1.0.0", "*")]
    assert {p.depth for p in found.values()} == {Depth.UNKNOWN}
    assert [(p.dev, p.optional, p.hashed) for p in found.values()] == [
        (False, False, False),
        (False, False, False),
        (True, False, False),
        (False, True, True),
    ]
    manifest = '{\n "dependencies": {"a": "^1.0"}, "devDependencies": {"b": "1"}}'
    found = by_name(read(LOCK, text, package_json=manifest))
    assert {n: p.depth.value for n, p in found.items()} == {
        "a@1.0.0": "direct",
        "b@2.0.0": "transitive",
        "b@1.0.0": "direct",
        "c@1.0.0": "transitive",
    }
    (declared,) = found["a@1.0.0"].declared
    assert (declared.constraint, text_at(manifest, declared.location)) == ("^1.0", "^1.0")


def test_of_repeated_keys_the_last_counts_as_for_npm() -> None:
    text = (
        '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}},\n "packages": {'
        '"node_modules/a": {"version": "2.0.0"},\n'
        '"node_modules/a": {"version": "2.0.0", "version": "3.0.0"}}}'
    )
    (package,) = read(LOCK, text).packages
    assert (package.version, package.location.start_line) == ("3.0.0", 3)


def test_names_that_mean_something_to_an_engine_are_names_like_any_other() -> None:
    names = ["__proto__", "constructor", "hasOwnProperty", "toString"]
    for text in (
        locked(
            {f"node_modules/{n}": {"version": "1.0.0", "dependencies": {"__proto__": "1"}} for n in names}
        ),
        nested({n: {"version": "1.0.0", "requires": {"__proto__": "1"}} for n in names}),
    ):
        reading = read(LOCK, text)
        assert [p.name for p in reading.packages] == names
        assert all(requires(p) == [("__proto__@1.0.0", "1")] for p in reading.packages)


def test_version_1_may_be_nested_deeply() -> None:
    def text(depth: int) -> str:
        level = '"dependencies":{"a":{"version":"1.0.0",'
        return "{" + level * depth + '"x":1' + "}}" * depth + "}"

    assert len(read(LOCK, text(90)).packages) == 90
    for depth in (5000, 100_000):
        assert [u.detail for u in read(LOCK, text(depth)).unread] == [
            "not JSON: nested deeper than 200 levels"
        ]


@pytest.mark.parametrize(
    "value",
    [
        {"packages": []},
        {"dependencies": "x"},
        {},
        [],
        {"packages": {"node_modules/a": {"version": {}}}},
        {
            "packages": {
                "node_modules/a": {"version": "1.0.0", "dependencies": [], "peerDependencies": {"b": 1}}
            }
        },
        {"packages": {"node_modules/a": {"version": "1.0.0", "name": ["x"], "resolved": 1, "license": 1}}},
        {"packages": {"node_modules/\ud800": {"version": "1\ud800"}}},
        {"dependencies": {"a": {"version": ["x"], "requires": True, "dependencies": 1}}},
        {"dependencies": {"a": [], "b": {"version": None}}},
    ],
)
def test_a_wrong_entry_loses_only_itself(value: Any) -> None:
    reading = read(LOCK, json.dumps(value))
    assert reading.unread or named(reading) == ["a@1.0.0"]


def test_the_manifests_of_linked_folders_are_asked_for() -> None:
    text = locked(
        {
            "node_modules/a": {"resolved": "packages/a", "link": True},
            "node_modules/b": {"resolved": "../outside", "link": True},
            "node_modules/c": {"resolved": "packages/a", "link": True},
        }
    )
    asked = readers.includes("sub/" + LOCK, {"sub/" + LOCK: text.encode()})
    assert asked == ("sub/package.json", "sub/packages/a/package.json", "outside/package.json")
    assert readers.includes(LOCK, {LOCK: text.encode()}) == ("package.json", "packages/a/package.json")
