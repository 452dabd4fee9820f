"""pnpm-lock.yaml in the forms of its versions, hand-written by the format; real ones are in test_made."""

from __future__ import annotations

import pytest

from pregate.lockfiles import readers
from pregate.lockfiles.model import Depth, Reading
from tests.lockfiles.javascript.reading import by_name, named, read, requires, text_at, unread

LOCK = "pnpm-lock.yaml"

V5 = """\
lockfileVersion: 5.4
specifiers:
  a: ^1.0.0
  old: npm:@scope/real@2
  tool: 1.0.0
dependencies:
  a: 1.0.0_peer@2.0.0+x@1.0.0
  old: /@scope/real/2.0.0
  mine: link:../mine
devDependencies:
  tool: 1.0.0
packages:

  /a/1.0.0_peer@2.0.0+x@1.0.0:
    resolution: {integrity: sha512-AA==}
    peerDependencies:
      peer: '*'
    dependencies:
      peer: 2.0.0
    optionalDependencies:
      spare: 1.0.0-rc.1
    dev: false

  /@scope/real/2.0.0:
    resolution: {integrity: sha512-AA==, tarball: https://host/real.tgz}
    dev: false

  /peer/2.0.0:
    resolution: {integrity: sha512-AA==}
    dev: false

  /spare/1.0.0-rc.1:
    resolution: {integrity: sha512-AA==}
    dev: false
    optional: true

  /tool/1.0.0:
    resolution: {integrity: sha512-AA==}
    dev: true
    dependencies:
      by-git: github.com/user/repository/0123456

  /eslint-plugin/1.0.0/eslint@6.0.0:
    resolution: {integrity: sha512-AA==}
    dev: true

  registry.example.com/private/1.2.3:
    resolution: {integrity: sha512-AA==, registry: 'https://registry.example.com/'}
    dev: true

  github.com/user/repository/0123456:
    resolution: {tarball: https://codeload.github.com/user/repository/tar.gz/0123456}
    name: by-git
    version: 1.0.0
    dev: true

  file:../own:
    resolution: {directory: ../own, type: directory}
    name: own
    version: 1.0.0
    dev: false
"""

V6 = """\
lockfileVersion: '6.0'

dependencies:
  a:
    specifier: ^1.0.0
    version: 1.0.0(@peer/x@2.0.0)(y@1.0.0)
  old:
    specifier: npm:@scope/real@2
    version: /@scope/real@2.0.0

devDependencies:
  tool:
    specifier: 1.0.0
    version: 1.0.0

packages:

  /a@1.0.0(@peer/x@2.0.0)(y@1.0.0):
    resolution: {integrity: sha512-AA==}
    dependencies:
      '@peer/x': 2.0.0
    dev: false

  /a@1.0.0(@peer/x@3.0.0)(y@1.0.0):
    resolution: {integrity: sha512-AA==}
    dependencies:
      '@peer/x': 3.0.0
    dev: true

  /@peer/x@2.0.0:
    resolution: {integrity: sha512-AA==}
    dev: false

  /@peer/x@3.0.0:
    resolution: {integrity: sha512-AA==}
    dev: true

  /@scope/real@2.0.0:
    resolution: {integrity: sha512-AA==}
    dev: false

  /tool@1.0.0:
    resolution: {integrity: sha512-AA==}
    dependencies:
      a: 1.0.0(@peer/x@3.0.0)(y@1.0.0)
    dev: true
    deprecated: |-
      words over
      /lines@1.0.0:

  github.com/user/repository/0123456:
    resolution: {tarball: https://codeload.github.com/user/repository/tar.gz/0123456}
    name: by-git
    version: 1.0.0
    dev: true
"""

V9 = """\
lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      a:
        specifier: 'catalog:'
        version: 1.0.0(peer@2.0.0)
      by-git:
        specifier: github:user/repository
        version: https://codeload.github.com/user/repository/tar.gz/0123456
    devDependencies:
      old:
        specifier: npm:@scope/real@2
        version: '@scope/real@2.0.0'

  packages/w: {}

  'packages/x y':
    optionalDependencies:
      spare:
        specifier: 1.0.0
        version: 1.0.0

packages:

  '@scope/real@2.0.0':
    resolution: {integrity: sha512-AA==}
    engines: {node: '>=6', npm: '*'}

  a@1.0.0:
    resolution: {integrity: sha512-AA==}
    peerDependencies:
      peer: '*'

  by-git@https://codeload.github.com/user/repository/tar.gz/0123456:
    resolution: {tarball: https://codeload.github.com/user/repository/tar.gz/0123456}
    version: 1.0.0

  by-path@file:lib.tgz:
    resolution: {integrity: sha512-AA==, tarball: file:lib.tgz}
    version: 1.0.0

  own@file:packages/own:
    resolution: {directory: packages/own, type: directory}

  peer@2.0.0:
    resolution: {integrity: sha512-AA==}

  repository@git+https://host/repository.git#0123456:
    resolution: {commit: '0123456', repo: https://host/repository.git, type: git}
    version: 1.0.0

  spare@1.0.0:
    resolution: {integrity: sha512-AA==}

  under@1.0.0:
    resolution: {integrity: sha512-AA==}

snapshots:

  '@scope/real@2.0.0':
    dependencies:
      a: 1.0.0(peer@2.0.0)
      under: 1.0.0

  a@1.0.0(patch_hash=00)(peer@2.0.0):
    dependencies:
      peer: 2.0.0

  a@1.0.0(peer@2.0.0): {}

  by-git@https://codeload.github.com/user/repository/tar.gz/0123456: {}

  by-path@file:lib.tgz: {}

  own@file:packages/own: {}

  peer@2.0.0: {}

  repository@git+https://host/repository.git#0123456: {}

  spare@1.0.0:
    optional: true

  under@1.0.0: {}
"""


def test_version_5() -> None:
    reading = read(LOCK, V5)
    assert named(reading) == [
        "a@1.0.0",
        "@scope/real@2.0.0",
        "peer@2.0.0",
        "spare@1.0.0-rc.1",
        "tool@1.0.0",
        "eslint-plugin@1.0.0",
        "private@1.2.3",
    ]
    found = by_name(reading)
    assert requires(found["a@1.0.0"]) == [("spare@1.0.0-rc.1", ""), ("peer@2.0.0", "")]
    assert [n for n, p in found.items() if p.dev] == ["tool@1.0.0", "eslint-plugin@1.0.0", "private@1.2.3"]
    assert [n for n, p in found.items() if p.optional] == ["spare@1.0.0-rc.1"]
    assert [n for n, p in found.items() if p.depth is Depth.DIRECT] == [
        "a@1.0.0",
        "@scope/real@2.0.0",
        "tool@1.0.0",
    ]
    assert unread(reading) == [("not-audited", "by-git is not from a package index", 51)]


def test_version_6_has_an_entry_for_each_set_of_peers() -> None:
    reading = read(LOCK, V6, package_json='{"dependencies": {"a": "^1.0.0"}}')
    assert named(reading) == [
        "a@1.0.0",
        "a@1.0.0",
        "@peer/x@2.0.0",
        "@peer/x@3.0.0",
        "@scope/real@2.0.0",
        "tool@1.0.0",
    ]
    first, second = reading.packages[:2]
    assert (first.depth, second.depth) == (Depth.DIRECT, Depth.TRANSITIVE)
    assert (requires(first), requires(second)) == ([("@peer/x@2.0.0", "")], [("@peer/x@3.0.0", "")])
    assert requires(reading.packages[-1]) == [(second.ident, "")]
    assert second.ident != first.ident
    assert [d.constraint for d in first.declared] == ["^1.0.0"]
    assert not second.declared
    assert [detail for _, detail, _ in unread(reading)] == ["by-git is not from a package index"]


def test_version_9_has_its_dependencies_in_snapshots() -> None:
    reading = read(LOCK, V9)
    assert named(reading) == ["@scope/real@2.0.0", "a@1.0.0", "peer@2.0.0", "spare@1.0.0", "under@1.0.0"]
    found = by_name(reading)
    assert requires(found["a@1.0.0"]) == [("peer@2.0.0", "")]
    assert requires(found["@scope/real@2.0.0"]) == [("a@1.0.0", ""), ("under@1.0.0", "")]
    assert {n: (p.depth.value, p.dev, p.optional) for n, p in found.items()} == {
        "@scope/real@2.0.0": ("direct", True, False),
        "a@1.0.0": ("direct", False, False),
        "peer@2.0.0": ("transitive", False, False),
        "spare@1.0.0": ("direct", False, True),
        "under@1.0.0": ("transitive", True, False),
    }
    assert [detail for _, detail, _ in unread(reading)] == [
        "by-git is not from a package index",
        "by-path is not from a package index",
        "repository is not from a package index",
    ]


@pytest.mark.parametrize("text", [V5, V6, V9], ids=["5", "6", "9"])
@pytest.mark.parametrize("change", ["", "crlf", "bom", "anchor"])
def test_places_however_the_text_has_to_be_read(text: str, change: str) -> None:
    """Some of these are read line by line, some by the whole parser."""
    text = {
        "crlf": text.replace("\n", "\r\n"),
        "bom": "\ufeff" + text,
        "anchor": f"{text}x: &y 1\nz: *y\n",
    }.get(change, text)
    reading = read(LOCK, text)
    assert len(reading.packages) in (5, 6, 7)
    assert [text_at(text.lstrip("\ufeff"), p.location) for p in reading.packages] == [
        p.version for p in reading.packages
    ]


def test_importers_name_the_manifests_that_are_asked_for() -> None:
    assert readers.includes("a/" + LOCK, {"a/" + LOCK: V9.encode()}) == (
        "a/package.json",
        "a/packages/w/package.json",
        "a/packages/x y/package.json",
    )


def test_a_document_of_its_own_for_what_pnpm_itself_needs() -> None:
    tool = "---\nlockfileVersion: '9.0'\npackages:\n  tool@2.0.0:\n    resolution: {integrity: x}\n---\n"
    assert named(read(LOCK, tool + V9))[0] == "tool@2.0.0"
    assert len(read(LOCK, tool + V9).packages) == 6


def test_keys_with_hosts_and_keys_that_are_none() -> None:
    keys = ("host.example/a/1.2.0", "host.example/@s/a/1.2.0_b@2.0.0", "/b/1.4.0_@s+b__c@7.1.14")
    others = (
        "github.com/user/repository",
        "host.example",
        "/b/c",
        "invalid",
        "https://u:" + "word@host.example/x",
    )
    text = "lockfileVersion: 5.3\npackages:\n" + "".join(f"  {key}:\n" for key in (*keys, *others))
    reading = read(LOCK, text)
    assert named(reading) == ["a@1.2.0", "@s/a@1.2.0", "b@1.4.0"]
    assert len(reading.unread) == len(others)
    assert not [u for u in reading.unread if "word" in u.detail]


def test_of_repeated_keys_the_last_counts() -> None:
    text = "lockfileVersion: 5.3\npackages:\n  /a/1.0.0:\n    dev: true\n  /a/1.0.0:\n    dev: false\n"
    (package,) = read(LOCK, text).packages
    assert not package.dev


def test_a_project_without_dependencies() -> None:
    assert read(LOCK, "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n") == Reading()


def test_aliases_that_stand_for_more_than_is_sensible_are_refused() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 9))
    reading = read(LOCK, f"lockfileVersion: 6.0\nl0: &l0 [x]\n{levels}")
    assert "aliases stand for more than" in reading.unread[0].detail
