"""
A policy as a value of its own, with a map from its parts to places in the file that it came from.

``text`` is plain ASCII JSON, so that offsets into it mean the same to everybody (code points, UTF-16 units
and bytes agree). What a template leaves open stands in it as a token (:data:`TOKEN`), which no source text
can forge.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pregate.expressions import expression
from pregate.model import Location
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass

# Private use characters: literal ones in a source are replaced before a token is made (see ``literal``).
OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = expression(f"{OPEN}([0-9]{{1,6}}){CLOSE}")


class PolicyKind(enum.Enum):
    """What a policy is attached to; the value is the word in messages."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    SERVICE_CONTROL = "service-control"
    RESOURCE_CONTROL = "resource-control"


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where the value at a JSON pointer (RFC 6901) stands in the file; ``key`` is its key's place, or the
    value's own.
    """

    pointer: str
    value: Location
    key: Location


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    A value known only at deployment. ``expression`` names it without its arguments' values: ``Fn::GetAtt``,
    ``Ref``. ``identity`` is a digest of the whole expression: in two versions of a file, the same one means
    the same value; ``""`` is like no other.
    """

    token: str
    expression: str
    location: Location
    may_be_wildcard: bool
    identity: str = ""


@dataclass(frozen=True)
class PolicyDocument:
    """
    One policy.

    ``name`` is the logical id and property path in a template (``AppRole.Policies.0.PolicyDocument``), the
    JSON pointer in another file (``""`` for the whole file); with :attr:`path` it names the policy in every
    version of the file. ``resource_type`` is the CloudFormation type of what it is attached to, or ``""``.
    ``labels`` say more about where it comes from, by name: ``owner`` (type of the resource that declares it),
    ``construct`` (path in a CDK application), ``template`` (of SAM), ``stack`` (that hands values down),
    ``use`` (``permissions-boundary``).
    """

    kind: PolicyKind
    resource_type: str
    name: str
    text: str
    places: tuple[Place, ...]
    unknowns: tuple[Unknown, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The file that it stands in."""
        return self.places[0].value.path

    def label(self, name: str) -> str:
        """The label of that name, or ``""``."""
        return dict(self.labels).get(name, "")

    @cached_property
    def root(self) -> Node:
        """The policy's own tree; its offsets are those of ``text``."""
        from pregate.positions import parse_json

        return parse_json(self.text)

    @cached_property
    def _by_pointer(self) -> dict[str, Place]:
        return {place.pointer: place for place in self.places}

    @cached_property
    def _by_token(self) -> dict[str, Unknown]:
        return {unknown.token: unknown for unknown in self.unknowns}

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """
        The place of the value (or its key) at a pointer; of the nearest part around it when there is none.
        """
        while pointer not in self._by_pointer and pointer:
            pointer = pointer.rpartition("/")[0]
        place = self._by_pointer[pointer]
        return place.key if key else place.value

    def pointer_at(self, start: int, end: int) -> tuple[str, bool]:
        """
        The pointer of the smallest value that holds the span of ``text``, and whether the span lies in its
        key.
        """
        pointer, node = "", self.root
        while True:
            for step, key, child in children(node):
                if key is not None and key.start <= start and end <= key.end:
                    return f"{pointer}/{step}", True
                if child.start <= start and end <= child.end:
                    pointer, node = f"{pointer}/{step}", child
                    break
            else:
                return pointer, False

    def locate_span(self, start: int, end: int) -> Location:
        """
        The place in the file of the smallest part that holds the span (code points, end exclusive) of
        ``text``.
        """
        pointer, key = self.pointer_at(start, end)
        return self.locate(pointer, key=key)

    def unknowns_in(self, text: str) -> tuple[Unknown, ...]:
        """The unknown values that a string of the policy holds."""
        return tuple(self._by_token[token[0]] for token in TOKEN.finditer(text) if token[0] in self._by_token)

    def readable(self, text: str) -> str:
        """A string of the policy for people: ``${Ref}`` stands for an unknown value."""

        def named(token: re.Match[str]) -> str:
            unknown = self._by_token.get(token[0])
            return f"${{{unknown.expression}}}" if unknown else token[0]

        return TOKEN.sub(named, text)

    def to_json(self) -> Any:
        """A value that :meth:`from_json` turns back into an equal document. Paths are kept once."""
        located = [*(place.value for place in self.places), *(place.key for place in self.places)]
        located += [unknown.location for unknown in self.unknowns]
        paths = list(dict.fromkeys(location.path for location in located))
        return {
            "kind": self.kind.value,
            "resource_type": self.resource_type,
            "name": self.name,
            "text": self.text,
            "paths": paths,
            "places": [[p.pointer, _numbers(p.value, paths), _numbers(p.key, paths)] for p in self.places],
            "unknowns": [
                [u.token, u.expression, _numbers(u.location, paths), u.may_be_wildcard, u.identity]
                for u in self.unknowns
            ],
            "labels": [list(label) for label in self.labels],
        }

    @classmethod
    def from_json(cls, value: Any) -> PolicyDocument:
        """The inverse of :meth:`to_json`."""
        paths = value["paths"]
        return cls(
            PolicyKind(value["kind"]),
            value["resource_type"],
            value["name"],
            value["text"],
            tuple(
                Place(pointer, _location(at, paths), _location(key, paths))
                for pointer, at, key in value["places"]
            ),
            tuple(
                Unknown(token, words, _location(at, paths), may, identity)
                for token, words, at, may, identity in value["unknowns"]
            ),
            tuple((name, words) for name, words in value["labels"]),
        )


def _numbers(location: Location, paths: list[str]) -> list[int]:
    lines = [location.start_line, location.start_column, location.end_line, location.end_column]
    return [paths.index(location.path), *lines]


def _location(numbers: list[int], paths: list[str]) -> Location:
    return Location(paths[numbers[0]], *numbers[1:])


def literal(text: str) -> str:
    """Source text without the two characters that mark tokens."""
    return text.replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")


def step(name: str) -> str:
    """A key as one step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def children(node: Node) -> Iterator[tuple[str, Scalar | None, Node]]:
    """Pointer step, key and value of each child, the last of repeated keys first."""
    if isinstance(node, Object):
        for key, value in reversed(node.members):
            yield step(key.text), key, value
    elif isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield str(index), None, item


def to_text(node: Node) -> str:
    """The tree as compact ASCII JSON in the order of the source, repeated keys kept."""
    if isinstance(node, Object):
        return "{" + ",".join(f"{json.dumps(key.text)}:{to_text(value)}" for key, value in node.members) + "}"
    if isinstance(node, Array):
        return "[" + ",".join(to_text(item) for item in node.items) + "]"
    if isinstance(node.value, float):
        # A float of YAML may be none of JSON (1e999 is infinite): then it stays text.
        return json.dumps(node.value) if abs(node.value) < 1e308 else json.dumps(node.text)
    return json.dumps(node.value)
