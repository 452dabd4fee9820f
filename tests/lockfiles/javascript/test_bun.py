"""bun.lock, hand-written by its format; a real one is in test_made."""

from __future__ import annotations

from pregate.lockfiles import readers
from tests.lockfiles.javascript.reading import by_name, named, read, requires, text_at, unread

LOCK = """\
{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "root",
      "dependencies": {
        "a": "^1.0.0",
        "old": "npm:@scope/real@2",
      },
      "devDependencies": {
        "b": "1",
      },
    },
    "packages/w": {
      "name": "@own/w",
      "version": "1.0.0",
      "optionalDependencies": {
        "b": "2",
      },
    },
  },
  "overrides": {
    "x": "1",
  },
  "packages": {
    "@own/w": ["@own/w@workspace:packages/w"],

    "@own/w/b": ["b@2.0.0", "", { "dependencies": { "@s/c": "*" } }, "sha512-AA=="],

    "@s/c": ["@s/c@1.0.0", "", {}, "sha512-AA=="],

    "a": ["a@1.0.0", "https://host/", {
      "dependencies": { "@s/c": "^3, ]" },
      "peerDependencies": { "b": ">=1", "p": "1" },
      "optionalPeers": ["p"],
      "bin": { "a": "a.js", } }, "sha512-AA=="],

    "a/@s/c": ["@s/c@3.0.0", "", { "dependencies": { "b": "1" } }, "sha512-AA=="],

    "b": ["b@1.0.0", "", {}, ""],

    "by-address": ["by-address@https://host/x.tgz", {}, "sha512-AA=="],

    "by-git": ["by-git@git+ssh://git@host/x.git#00", {}, "00"],

    "by-hub": ["by-hub@github:user/repository#00", {}, "user-repository-00"],

    "folder": ["folder@file:folder", {}],

    "linked": ["linked@link:linked", {}],

    "old": ["@scope/real@2.0.0", "", {}, "sha512-AA=="],

    "p": ["p@1.0.0", "", {}, "sha512-AA=="],

    "odd": {},

    "short": ["short"],
  }
}
"""


def test_packages_at_each_of_their_places() -> None:
    reading = read("bun.lock", LOCK)
    assert named(reading) == [
        "b@2.0.0",
        "@s/c@1.0.0",
        "a@1.0.0",
        "@s/c@3.0.0",
        "b@1.0.0",
        "@scope/real@2.0.0",
        "p@1.0.0",
    ]
    assert [text_at(LOCK, p.location) for p in reading.packages] == [p.version for p in reading.packages]
    assert [(reason, detail) for reason, detail, _ in unread(reading)] == [
        ("not-audited", "by-address is not from a package index"),
        ("not-audited", "by-git is not from a package index"),
        ("not-audited", "by-hub is not from a package index"),
        ("unparsable", "an entry is no array of texts"),
        ("unparsable", "an entry's name or version is no usable text"),
    ]
    assert [p.name for p in reading.packages if not p.hashed] == ["b"]


def test_requirements_are_the_nearest_on_the_way_up() -> None:
    found = by_name(read("bun.lock", LOCK))
    assert requires(found["a@1.0.0"]) == [("@s/c@3.0.0", "^3, ]"), ("b@1.0.0", ">=1")]
    assert requires(found["@s/c@3.0.0"]) == [("b@1.0.0", "1")]
    assert requires(found["b@2.0.0"]) == [("@s/c@1.0.0", "*")]
    assert {n: (p.depth.value, p.dev, p.optional) for n, p in found.items() if p.name != "p"} == {
        "a@1.0.0": ("direct", False, False),
        "@scope/real@2.0.0": ("direct", False, False),
        "b@1.0.0": ("direct", False, False),  # a development dependency that ``a`` needs as its peer
        "b@2.0.0": ("direct", False, True),
        "@s/c@1.0.0": ("transitive", False, True),
        "@s/c@3.0.0": ("transitive", False, False),
    }


def test_comments_and_commas_on_one_line() -> None:
    text = (
        '// a, ]\n{"lockfileVersion": 1, /* b,} */ "packages": {"a": ["a@1.0.0", "", {"x": ",}",}, "",],},}\n'
    )
    reading = read("bun.lock", text)
    assert named(reading) == ["a@1.0.0"]
    assert text_at(text, reading.packages[0].location) == "1.0.0"


def test_the_manifests_of_workspaces_are_asked_for_and_say_what_they_name() -> None:
    assert readers.includes("bun.lock", {"bun.lock": LOCK.encode()}) == (
        "package.json",
        "packages/w/package.json",
    )
    found = by_name(read("bun.lock", LOCK, packages__w__package_json='{"optionalDependencies": {"b": "2"}}'))
    assert [(d.location.path, d.constraint) for d in found["b@2.0.0"].declared] == [
        ("packages/w/package.json", "2")
    ]
