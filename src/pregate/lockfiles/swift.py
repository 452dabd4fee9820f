"""
``Package.resolved`` of the Swift Package Manager and ``Podfile.lock`` of CocoaPods.

Formats: https://github.com/swiftlang/swift-package-manager/blob/main/Sources/PackageGraph/ResolvedPackagesStore.swift;
https://guides.cocoapods.org/using/using-cocoapods.html#what-is-podfilelock.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, shown
from pregate.lockfiles.ecosystems import COCOAPODS, SWIFT
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Declaration, Depth, Reading, Requirement
from pregate.lockfiles.node_files import NodeFile, load_yaml, members
from pregate.lockfiles.text_lines import lines_of
from pregate.model import Location, UnreadReason
from pregate.positions import Array, Node, Object, Scalar

_MAX_ADDRESS = 1_000
_SCHEME = expression(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://")
_USER = expression(r"[^/@]{1,400}@")
_PORT = expression(r"(?<=[^/:]):[0-9]{1,5}(?=/)")
_HOST_AND_PATH = expression(r"([A-Za-z0-9.-]{1,253}):(?!/)")
_POD = expression(r"([^\s()/]{1,300})((?:/[^\s()]{1,300})?)(?: \(([^()]{1,300})\))?")
_DECLARED = expression(r"""[ \t]{0,200}pod[ \t(]{1,9}(["'])([^"'\s/]{1,300})(?:/[^"'\s]{1,300})?\1""")
_ASKED = expression(r"""[ \t]{0,9},[ \t]{0,9}(["'])([^"'\n]{0,300})\1(?![ \t]{0,9}(?:=>|:))""")


def read_package_resolved(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every pin with a version, under its repository's address as OSV has it (``github.com/apple/swift-nio``).

    Pins of branches and revisions, and packages of a registry, are not audited.
    """
    loaded = load_located(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    root = loaded.root.member("object") or loaded.root  # version 1 has its pins one level down
    pins = root.member("pins")
    if pins is None or not pins.is_array:
        return failed(path, "no list of pins: this is no Package.resolved")
    found = Collector(path, "Package.resolved", SWIFT)
    for pin in pins.items():
        _add_pin(found, loaded, pin)
    return found.reading()


def _add_pin(found: Collector, document: Document, pin: Part) -> None:
    data = pin.value
    state = pin.member("state")
    if not isinstance(data, dict) or state is None or not isinstance(state.value, dict):
        found.skip("a pin tells no state", document.location(pin), UnreadReason.UNPARSABLE)
        return
    version, address = state.value.get("version"), data.get("location") or data.get("repositoryURL")
    label = shown(data.get("identity") or data.get("package"))
    place = document.location(state.member("version") or state)
    if version is None:
        found.skip(f"{label} is pinned to a revision, not to a version", place)
    elif data.get("kind") in ("registry", "localSourceControl"):
        found.skip(f"{label} is not from a repository that can be named", place)
    else:
        found.add(_repository(address), version, place)


def _repository(address: object) -> str:
    """``https://user@host/owner/name.git`` and ``git@host:owner/name`` as ``host/owner/name``."""
    if not isinstance(address, str) or len(address) > _MAX_ADDRESS:
        return ""
    bare, schemes = _SCHEME.subn("", address, count=1)
    bare = _USER.sub("", bare, count=1)
    bare = _PORT.sub("", bare, count=1) if schemes else _HOST_AND_PATH.sub(r"\1/", bare, count=1)
    return bare.rstrip("/").removesuffix(".git")


def read_podfile_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every pod of a spec repository once, whichever of its subspecs are locked; pods from git, folders and
    addresses are not audited.
    """
    file = load_yaml(path, files[path])
    if isinstance(file, Reading):
        return file
    root = file.root
    pods = root.get("PODS") if isinstance(root, Object) else None
    if not isinstance(root, Object) or (pods is None and root.get("PODFILE CHECKSUM") is None):
        return failed(path, "no PODS: this is no Podfile.lock")
    found = Collector(path, "Podfile.lock", COCOAPODS)
    asked = [_label(node) for node in _items(root.get("DEPENDENCIES"))]
    external = {_pod_name(key.text) for key, _ in members(root, "EXTERNAL SOURCES")}
    external |= {_pod_name(label) for label in asked if "(from `" in label}
    direct = {_pod_name(label) for label in asked}
    sums = {key.text for key, _ in members(root, "SPEC CHECKSUMS")}
    locked = _locked(found, file, pods)
    if len(root) == 1 and locked:
        found.skip("the text ends before DEPENDENCIES", file.location(root), UnreadReason.UNPARSABLE)
    declared = _declared(posixpath.join(posixpath.dirname(path), "Podfile"), files)
    for name, (version, place, needs) in locked.items():
        if name in external:
            found.skip(f"{shown(name)} is not from a spec repository", place)
            continue
        found.add(
            name,
            version,
            place,
            depth=Depth.DIRECT if name in direct else Depth.TRANSITIVE,
            requires=tuple(Requirement(f"{n}@{locked[n][0]}", c) for n, c in needs.items() if n in locked),
            declared=tuple(declared.get(name, ())),
            hashed=name in sums,
        )
    return found.reading()


_Locked = dict[str, tuple[str, Location, dict[str, str]]]


def _locked(found: Collector, file: NodeFile, pods: Node | None) -> _Locked:
    """Version, place and needs of each pod: those of all its subspecs but for one another."""
    locked: _Locked = {}
    for item in _items(pods):
        label = _label(item)
        spec = _POD.fullmatch(label)
        head = item.members[0][0] if isinstance(item, Object) and item.members else item
        place = file.location(head)
        if spec is None or not spec.group(3):
            found.skip("a pod has no name and version", place, UnreadReason.UNPARSABLE)
            continue
        place = file.piece(head, *spec.span(3)) if isinstance(head, Scalar) else place
        _, _, needs = locked.setdefault(spec.group(1), (spec.group(3), place, {}))
        for need in _items(item.members[0][1]) if isinstance(item, Object) else ():
            wanted = _POD.fullmatch(_label(need))
            if wanted and wanted.group(1) != spec.group(1):
                needs[wanted.group(1)] = needs.get(wanted.group(1)) or wanted.group(3) or ""
    return locked


def _items(node: Node | None) -> Iterator[Node]:
    yield from node if isinstance(node, Array) else ()


def _label(node: Node) -> str:
    """``Name (1.0)``: an item by itself, or the key of one that needs others."""
    if isinstance(node, Object) and len(node.members) == 1:
        return node.members[0][0].text
    return node.text if isinstance(node, Scalar) else ""


def _pod_name(label: str) -> str:
    return label.partition(" ")[0].partition("/")[0]


def _declared(path: str, files: Mapping[str, bytes]) -> dict[str, list[Declaration]]:
    """The lines ``pod 'Name', '~> 1.0'`` of the Podfile."""
    found: dict[str, list[Declaration]] = {}
    for line in lines_of(path, files):
        pod = _DECLARED.match(line.text)
        asked = _ASKED.match(line.text, pod.end()) if pod else None
        if pod:
            span, constraint = (asked.span(2), asked.group(2)) if asked else (pod.span(2), "")
            found.setdefault(pod.group(2), []).append(Declaration(line.place(*span), constraint))
    return found
