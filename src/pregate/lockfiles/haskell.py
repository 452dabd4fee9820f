"""
``cabal.project.freeze`` and ``stack.yaml.lock``, both with packages of Hackage.

Formats: https://cabal.readthedocs.io/en/stable/cabal-commands.html#cabal-freeze,
https://docs.haskellstack.org/en/stable/topics/lock_files/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, shown
from pregate.lockfiles.ecosystems import HACKAGE
from pregate.lockfiles.model import Reading
from pregate.lockfiles.node_files import NodeFile, load_yaml
from pregate.lockfiles.text_lines import TextLine, load_lines
from pregate.model import UnreadReason
from pregate.positions import Array, Node, Object, Scalar

_FIELD = expression(r"[ \t]{0,200}([A-Za-z][A-Za-z0-9-]{0,100})[ \t]{0,9}:(?![:=]|setup\.)")
_NAME = r"[A-Za-z0-9]{1,200}(?:-[A-Za-z0-9]{1,200}){0,40}"
_PIN = expression(
    rf"(?P<scope>any\.|setup\.|{_NAME}:setup\.)?(?P<name>{_NAME})[ \t]{{0,99}}==[ \t]{{0,99}}"
    r"(?P<version>[0-9]{1,40}(?:\.[0-9]{1,40}){0,40})"
)
_FLAGS = expression(rf"(?:any\.)?{_NAME}(?:[ \t]{{1,99}}[-+][A-Za-z0-9_-]{{1,200}}){{1,99}}")
_WORD = expression(rf"(?:any\.|setup\.|{_NAME}:setup\.)?({_NAME})(?=[ \t<>=^]|$)")
_HACKAGE = expression(
    r"(?P<name>[A-Za-z0-9-]{1,300})-(?P<version>[0-9]{1,40}(?:\.[0-9]{1,40}){0,40})(?:@\S{1,300})?"
)


def read_cabal_freeze(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every constraint ``any.name ==version``; those that leave a choice are not audited, flags passed over.
    """
    lines = load_lines(path, files[path])
    if isinstance(lines, Reading):
        return lines
    constraints = list(_constraints(lines))
    if not constraints and not any(_FIELD.match(line.text) for line in lines):
        return failed(path, "no field that cabal writes: this is no cabal.project.freeze")
    found = Collector(path, "cabal.project.freeze", HACKAGE)
    for line, start, text in constraints:
        pin, name = _PIN.fullmatch(text), _WORD.match(text)
        place = line.place(start, start + len(text))
        if pin:
            version = line.place(start + pin.start("version"), start + pin.end("version"))
            found.add(
                pin.group("name"), pin.group("version"), version, dev=(pin.group("scope") or "any.") != "any."
            )
        elif _FLAGS.fullmatch(text):
            continue
        elif name:
            found.skip(f"{shown(name.group(1))} is not pinned to one version", place)
        else:
            found.skip("a constraint names no package", place, UnreadReason.UNPARSABLE)
    return found.reading()


def _constraints(lines: list[TextLine]) -> Iterator[tuple[TextLine, int, str]]:
    """Line, column offset and text of each constraint: parted by commas, below any ``constraints:``."""
    is_within = False
    for line in lines:
        if line.text.lstrip().startswith("--"):
            continue
        head = _FIELD.match(line.text)
        position = 0
        if head:
            is_within = head.group(1).lower() == "constraints"
            position = head.end()
        for piece in line.text[position:].split(",") if is_within else ():
            if piece.strip():
                yield line, position + len(piece) - len(piece.lstrip()), piece.strip()
            position += len(piece) + 1


def read_stack_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every completed package of Hackage; archives and repositories are not audited, nor what a snapshot holds,
    which the file names and does not list.
    """
    file = load_yaml(path, files[path])
    if isinstance(file, Reading):
        return file
    root = file.root
    packages = root.get("packages") if isinstance(root, Object) else None
    if not isinstance(root, Object) or not isinstance(packages, Array):
        return failed(path, "no list of packages: this is no stack.yaml.lock")
    found = Collector(path, "stack.yaml.lock", HACKAGE)
    for entry in packages:
        _add(found, file, entry)
    snapshots = root.get("snapshots")
    for entry in snapshots if isinstance(snapshots, Array) else ():
        found.skip("the packages of a snapshot are not listed in the file", file.location(entry))
    return found.reading()


def _add(found: Collector, file: NodeFile, entry: Node) -> None:
    completed = entry.get("completed") if isinstance(entry, Object) else None
    hackage = completed.get("hackage") if isinstance(completed, Object) else None
    place = file.location(hackage or entry)
    if not isinstance(completed, Object):
        found.skip("an entry is not completed", place, UnreadReason.UNPARSABLE)
    elif hackage is None:
        name = completed.get("name")
        found.skip(f"{shown(name.text if isinstance(name, Scalar) else '')} is not from Hackage", place)
    else:
        text = hackage.text if isinstance(hackage, Scalar) else ""
        match = _HACKAGE.fullmatch(text)
        if match is None:
            found.skip("hackage names no package and version", place, UnreadReason.UNPARSABLE)
            return
        if isinstance(hackage, Scalar):
            place = file.piece(hackage, *match.span("version"))
        found.add(match.group("name"), match.group("version"), place, hashed="@sha256:" in text)
