"""deno.lock, versions 1 to 5, hand-written by the format; a real one of version 5 is in test_made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lockfiles.javascript.reading import by_name, dumped, named, read, requires, text_at, unread

A, PEER, B = "@s/a@1.0.0_peer@2.0.0__x@1.0.0", "peer@2.0.0", "b@3.0.0-rc.1"
INTEGRITY = {"integrity": "sha512-AA=="}
REMOTE = {"https://host/mod.ts": "00", "https://host/other.ts": "00"}
V5 = {
    "version": "5",
    "specifiers": {
        "npm:@s/a@^1.0.0": "1.0.0_peer@2.0.0__x@1.0.0",
        "npm:b@3": "3.0.0-rc.1",
        "jsr:@std/path@1": "1.0.0",
    },
    "jsr": {"@std/path@1.0.0": {**INTEGRITY, "dependencies": ["npm:b@3"]}},
    "npm": {
        A: {**INTEGRITY, "dependencies": ["peer", "alias@npm:b@3.0.0-rc.1"], "optionalDependencies": ["b@9"]},
        PEER: INTEGRITY,
        B: {},
    },
    "remote": REMOTE,
    "workspace": {"dependencies": ["npm:@s/a@^1.0.0"]},
}
OLD_NPM = {A: {**INTEGRITY, "dependencies": {"peer": PEER, "b": B}}, PEER: INTEGRITY, B: {"dependencies": {}}}
V3 = {
    "version": "3",
    "packages": {
        "specifiers": {"npm:@s/a@^1.0.0": f"npm:{A}", "jsr:@std/path@1": "jsr:@std/path@1.0.0"},
        "jsr": {"@std/path@1.0.0": INTEGRITY},
        "npm": OLD_NPM,
    },
    "remote": REMOTE,
}
V2 = {"version": "2", "remote": REMOTE, "npm": {"specifiers": {"@s/a@^1.0.0": A}, "packages": OLD_NPM}}


@pytest.mark.parametrize("lock", [V5, {**V5, "version": "4"}, V3, V2], ids=["5", "4", "3", "2"])
def test_packages_of_npm_are_read_from_all_versions(lock: dict[str, Any]) -> None:
    text = dumped(lock)
    reading = read("deno.lock", text)
    assert named(reading) == ["@s/a@1.0.0", "peer@2.0.0", "b@3.0.0-rc.1"]
    assert [text_at(text, p.location) for p in reading.packages] == ["1.0.0", "2.0.0", "3.0.0-rc.1"]
    assert [p.hashed for p in reading.packages] == [True, True, False]
    found = by_name(reading)
    assert requires(found["@s/a@1.0.0"]) == [("peer@2.0.0", ""), ("b@3.0.0-rc.1", "")]
    assert [p.depth.value for p in reading.packages] == ["direct", "transitive", "transitive"]
    jsr = [] if lock is V2 else ["@std/path is a package of JSR"]
    assert sorted(detail for _, detail, _ in unread(reading)) == [
        *jsr,
        *["a module is fetched by its address"] * 2,
    ]
    assert {reason for reason, _, _ in unread(reading)} == {"not-audited"}


def test_version_1_is_addresses_alone() -> None:
    assert unread(read("deno.lock", dumped(REMOTE))) == [
        ("not-audited", "a module is fetched by its address", 2),
        ("not-audited", "a module is fetched by its address", 3),
    ]


def test_what_the_configuration_and_the_manifest_name() -> None:
    configuration = '{\n // words\n "imports": {"a": "npm:@s/a@^1.0.0/sub", "b": "jsr:@std/path@1",},\n}'
    manifest = '{"devDependencies": {"b": "~3.0.0-rc", "alias": "npm:peer@2"}}'
    lock = {**V5, "specifiers": {**V5["specifiers"], "npm:peer@2": "2.0.0"}, "jsr": {}}  # type: ignore[dict-item]
    found = by_name(read("deno.lock", dumped(lock), deno_json=configuration, package_json=manifest))
    (declared,) = found["@s/a@1.0.0"].declared
    assert (declared.location.path, declared.constraint) == ("deno.json", "^1.0.0")
    assert text_at(configuration, declared.location) == "^1.0.0"
    assert {n: (p.depth.value, [d.constraint for d in p.declared]) for n, p in found.items()} == {
        "@s/a@1.0.0": ("direct", ["^1.0.0"]),
        "peer@2.0.0": ("direct", ["npm:peer@2"]),
        "b@3.0.0-rc.1": ("direct", ["~3.0.0-rc"]),
    }


@pytest.mark.parametrize("lock", [{"x": 1}, {"version": "5", "npm": {"a": {}, "b@1.0.0": []}}])
def test_what_is_no_lock_or_no_entry(lock: dict[str, Any]) -> None:
    reading = read("deno.lock", dumped(lock))
    assert not reading.packages
    assert {u.reason.value for u in reading.unread} == {"unparsable"}
