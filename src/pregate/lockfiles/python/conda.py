"""
``environment.yml`` of conda: packages of conda channels, and those of PyPI in the list under ``pip``.

Formats: https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html and
https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html ("Package match
specifications").
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, is_word, shown
from pregate.lockfiles.ecosystems import CONDA, PYPI
from pregate.lockfiles.model import Depth, Package, Reading
from pregate.lockfiles.node_files import NodeFile, load_yaml
from pregate.lockfiles.python.logical_lines import LogicalLine
from pregate.lockfiles.python.requirement import parse_pin
from pregate.model import Location, UnreadReason
from pregate.positions import Array, Node, Object, Scalar

# channel::name=version=build, name==version, or the three parts with blanks between.
_SPEC = expression(
    r"(?:[^\s:=\[\]<>!~]{1,300}::)?([A-Za-z0-9_][A-Za-z0-9_.-]{0,200})"
    r"(?:[ \t]{0,9}={1,2}[ \t]{0,9}|[ \t]{1,9})([0-9A-Za-z][0-9A-Za-z.!+_-]{0,99})"
    r"(?:(?:[ \t]{0,9}=[ \t]{0,9}|[ \t]{1,9})[0-9A-Za-z_.*]{1,200})?"
)
_NAME = expression(r"(?:[^\s:=\[\]<>!~]{1,300}::)?([A-Za-z0-9_][A-Za-z0-9_.-]{0,200})")
_MARK = expression(rb"^(?:dependencies|channels)[ \t]{0,9}:", re.MULTILINE)
_OPTION = expression(r"-(?:r|c|-requirement|-constraint)[ \t=]{0,9}")
_OWN_NAMES = ("environment.yml", "environment.yaml")


def read_environment(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    The packages that the file pins; what it leaves open is not audited. A YAML file of anything else, which
    has no list of dependencies, tells nothing.
    """
    file = load_yaml(path, files[path])
    if isinstance(file, Reading):
        is_meant = posixpath.basename(path) in _OWN_NAMES or _MARK.search(files[path])
        return file if is_meant else Reading()
    found = Collector(path, "environment.yml", CONDA)
    reader = _Environment(found, file)
    for document in file.documents:
        dependencies = document.get("dependencies") if isinstance(document, Object) else None
        if isinstance(dependencies, Array) and any(map(_is_dependency, dependencies)):
            for item in dependencies:
                reader.add(item)
    return found.reading()


def _is_dependency(item: Node) -> bool:
    """Whether this can stand in an environment: a list of tables alone is of another kind of file."""
    return isinstance(item, Scalar) or (isinstance(item, Object) and item.get("pip") is not None)


class _Environment:
    def __init__(self, found: Collector, file: NodeFile) -> None:
        self._found, self._file = found, file

    def add(self, item: Node) -> None:
        """One dependency: a text, or the list of another installer."""
        if isinstance(item, Scalar) and isinstance(item.value, str):
            self._conda(item)
        elif isinstance(item, Object):
            for key, items in item:
                self._other(key, items)
        else:
            self._refuse(item)

    def _refuse(self, item: Node) -> None:
        self._found.skip("a dependency is no text", self._file.location(item), UnreadReason.UNPARSABLE)

    def _other(self, installer: Scalar, items: Node) -> None:
        if installer.text != "pip" or not isinstance(items, Array):
            self._found.skip("dependencies of another installer", self._file.location(installer))
            return
        for item in items:
            if isinstance(item, Scalar) and isinstance(item.value, str):
                self._pip(item)
            else:
                self._refuse(item)

    def _conda(self, item: Scalar) -> None:
        text = item.text.strip()
        spec = _SPEC.fullmatch(text)
        if spec:
            left = len(item.text) - len(item.text.lstrip())
            place = self._file.piece(item, left + spec.start(2), left + spec.end(2))
            self._found.add(spec[1], spec[2], place, depth=Depth.DIRECT)
            return
        name = _NAME.match(text)
        if name is None:
            self._found.skip("not a package of conda", self._file.location(item), UnreadReason.UNPARSABLE)
            return
        self._found.skip(f"{shown(name[1])} is not pinned to one version", self._file.location(item))

    def _pip(self, item: Scalar) -> None:
        place = self._file.location(item)
        text = item.text.strip()
        if text.startswith("-"):
            self._option(text, place)
            return
        left = len(item.text) - len(item.text.lstrip())
        line = LogicalLine(text, ((0, place.start_line, place.start_column + left),))
        pin = parse_pin(self._found.path, line)
        if pin is None:
            self._found.skip("not a requirement that pip would accept", place, UnreadReason.UNPARSABLE)
        elif not pin.version or not is_word(pin.version):
            self._found.skip(pin.why, place)
        else:
            end = pin.location.end_column - place.start_column
            where = self._file.piece(item, end - len(pin.version), end)
            package = Package(
                PYPI, pin.name, pin.version, where, self._found.kind, pin.hashed, depth=Depth.DIRECT
            )
            self._found.packages.append(package)

    def _option(self, text: str, place: Location) -> None:
        """Options that say where to look change nothing; an included file is audited under its own name."""
        if _OPTION.match(text):
            self._found.skip("includes a file, which is audited only if its own name tells what it is", place)
        elif text.startswith(("-e", "--editable")):
            self._found.skip("an editable requirement: not from a package index", place)
