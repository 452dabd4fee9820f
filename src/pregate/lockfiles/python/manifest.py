"""
What a Python project asks for: the names in ``pyproject.toml`` and ``Pipfile``, with their places.

Formats: https://packaging.python.org/en/latest/specifications/pyproject-toml/, PEP 735 (dependency groups),
https://python-poetry.org/docs/pyproject/, https://pdm-project.org/latest/reference/pep621/,
https://docs.astral.sh/uv/reference/settings/, https://pipenv.pypa.io/en/latest/pipfile.html.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import Declaration
from pregate.model import Location
from pregate.positions import Array, Lines, Node, Object, PositionError, Scalar, decode
from pregate.records import dataclass, replace

_REQUIREMENT = expression(
    r"\s*+([A-Za-z0-9](?:[A-Za-z0-9._-]*+))\s*+(?:\[([^\]\[;@]*+)\])?+\s*+(@?)\(?\s*+([^;()]*+)"
)
_ELSEWHERE = ("git", "path", "url", "file", "hg", "svn", "bzr", "workspace")


class Use(enum.Enum):
    """What the project needs a package for."""

    MAIN = "main"
    EXTRA = "extra"
    DEVELOPMENT = "development"
    BUILD = "build"


@dataclass(frozen=True, slots=True)
class Wish:
    """
    One package that a manifest names; ``name`` is ``""`` for a requirement that is none.

    ``text`` is the requirement as written, or the versions alone where the name is a key of its own
    (``is_keyed``), and ``location`` its place, else the key's. ``declaration`` is the part that speaks of
    versions. ``group`` is the extra or the group, ``""`` for none. ``is_elsewhere`` tells that it comes from
    version control, a folder or an address.
    """

    name: str
    use: Use
    group: str
    text: str
    location: Location
    declaration: Declaration
    extras: tuple[str, ...] = ()
    is_keyed: bool = False
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """``name`` is the project's own, ``""`` when it has none; ``wishes`` stand in the order of the tables."""

    name: str = ""
    wishes: tuple[Wish, ...] = ()

    def named(self, name: str) -> tuple[Wish, ...]:
        """What asks for a package, build tools left out."""
        key = normalised(PYPI, name)
        return tuple(w for w in self.wishes if w.use is not Use.BUILD and normalised(PYPI, w.name) == key)


@dataclass(frozen=True, slots=True)
class Parts:
    """A requirement cut apart; ``start`` is where ``constraint`` begins in it."""

    name: str
    extras: tuple[str, ...]
    constraint: str
    start: int
    has_address: bool


def split_requirement(text: str) -> Parts | None:
    """The parts of a requirement as PEP 508 writes it, its marker left out; None for what is none."""
    found = _REQUIREMENT.match(text)
    if found is None:
        return None
    extras = tuple(part.strip() for part in (found[2] or "").split(",") if part.strip())
    has_address = bool(found[3])
    return Parts(found[1], extras, "" if has_address else found[4].strip(), found.start(4), has_address)


def load_pyproject(path: str, data: bytes) -> Manifest:
    """Everything that a ``pyproject.toml`` asks for. Raises PositionError when it is no TOML."""
    text = decode(data)
    return _Pyproject(path, text).manifest()


def load_pipfile(path: str, data: bytes) -> Manifest:
    """Everything that a ``Pipfile`` asks for. Raises PositionError when it is no TOML."""
    text = decode(data)
    reader = _Reader(path, text)
    wishes: list[Wish] = []
    for key, table in reader.root:
        if key.text not in _PIPFILE and isinstance(table, Object):
            use = Use.DEVELOPMENT if key.text == "dev-packages" else Use.MAIN
            wishes += reader.keyed(table, use, "" if key.text == "packages" else key.text)
    return Manifest("", tuple(wishes))


_PIPFILE = ("source", "requires", "scripts", "pipenv", "pipfile")


def beside(path: str, files: Mapping[str, bytes], name: str = "pyproject.toml") -> Manifest | None:
    """The manifest ``name`` in the folder of ``path``; None when it is not among ``files`` or no TOML."""
    place = f"{path.rpartition('/')[0]}/{name}".lstrip("/")
    if place not in files:
        return None
    try:
        return (load_pyproject if name.endswith(".toml") else load_pipfile)(place, files[place])
    except PositionError:
        return None  # told under its own name


class _Reader:
    """Wishes from the tables of one file."""

    def __init__(self, path: str, text: str) -> None:
        from pregate.positions.toml_text import parse_toml  # its patterns cost what a small lock file does

        self.path, self.text, self.lines = path, text, Lines(text)
        self.root = parse_toml(text)

    def place(self, node: Node, start: int = 0, length: int = -1) -> Location:
        """The place of a part of a text, where it is written as it is read, else of the whole."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return self.lines.location(self.path, node.start, node.end)
        whole = self.text[node.start : node.end]
        quotes = 1 if whole[1:-1] == node.text and whole[:1] in ('"', "'") else 0
        if length < 0 or whole[quotes : len(whole) - quotes] != node.text:
            return self.lines.location(self.path, node.start + quotes, node.end - quotes)
        first = node.start + quotes + start
        return self.lines.location(self.path, first, first + length)

    def listed(self, node: Node | None, use: Use, group: str = "") -> Iterator[Wish]:
        """The requirements of an array, as PEP 508 writes them; what is no text is left out."""
        for item in node.items if isinstance(node, Array) else ():
            if isinstance(item, Scalar) and isinstance(item.value, str):
                yield self._requirement(item, use, group)

    def _requirement(self, item: Scalar, use: Use, group: str) -> Wish:
        parts, place = split_requirement(item.text), self.place(item)
        if parts is None:
            return Wish("", use, group, item.text, place, Declaration(place))
        where = self.place(item, parts.start, len(parts.constraint)) if parts.constraint else place
        said = Declaration(where, parts.constraint)
        return Wish(
            parts.name, use, group, item.text, place, said, parts.extras, is_elsewhere=parts.has_address
        )

    def keyed(self, node: Node | None, use: Use, group: str = "") -> Iterator[Wish]:
        """The requirements of a table by name: Poetry's and Pipenv's way."""
        for key, value in node.members if isinstance(node, Object) else ():
            for one in value.items if isinstance(value, Array) else (value,):
                yield self._entry(key, one, use, group)

    def _entry(self, key: Scalar, value: Node, use: Use, group: str) -> Wish:
        version = value.get("version") if isinstance(value, Object) else value
        text = version.text if isinstance(version, Scalar) and isinstance(version.value, str) else ""
        place = self.place(version) if version is not None and text else self.place(key)
        wish = Wish(key.text, use, group, text, place, Declaration(place, text), is_keyed=True)
        if not isinstance(value, Object):
            return wish
        optional, extras = value.get("optional"), value.get("extras")
        if use is Use.MAIN and isinstance(optional, Scalar) and optional.value is True:
            wish = replace(wish, use=Use.EXTRA)
        return replace(
            wish,
            extras=tuple(e.text for e in extras.items if isinstance(e, Scalar))
            if isinstance(extras, Array)
            else (),
            is_elsewhere=_is_elsewhere(value),
        )


def _is_elsewhere(node: Node) -> bool:
    tables = node.items if isinstance(node, Array) else (node,)
    return any(key.text in _ELSEWHERE for table in tables if isinstance(table, Object) for key, _ in table)


class _Pyproject(_Reader):
    def table(self, *names: str) -> Object:
        """The table under these keys, empty when it is none."""
        node: Node | None = self.root
        for name in names:
            node = node.get(name) if isinstance(node, Object) else None
        return node if isinstance(node, Object) else Object([], 0, 0)

    def manifest(self) -> Manifest:
        """The project's own name and all that it asks for."""
        wishes = [*self._standard(), *self._tools()]
        named = {normalised(PYPI, wish.name) for wish in wishes}
        for wish in self._poetry():
            # Beside project.dependencies Poetry's own table says where a package comes from, not which.
            if wish.text or wish.is_elsewhere or normalised(PYPI, wish.name) not in named:
                wishes.append(wish)
        sources = self.table("tool", "uv", "sources")
        elsewhere = {normalised(PYPI, key.text) for key, source in sources if _is_elsewhere(source)}
        return Manifest(
            self._name(),
            tuple(
                replace(wish, is_elsewhere=True) if normalised(PYPI, wish.name) in elsewhere else wish
                for wish in wishes
            ),
        )

    def _name(self) -> str:
        for table in (self.table("project"), self.table("tool", "poetry")):
            name = table.get("name")
            if isinstance(name, Scalar) and isinstance(name.value, str):
                return name.text
        return ""

    def _standard(self) -> Iterator[Wish]:
        yield from self.listed(self.table("build-system").get("requires"), Use.BUILD)
        yield from self.listed(self.table("project").get("dependencies"), Use.MAIN)
        for extra, array in self.table("project", "optional-dependencies"):
            yield from self.listed(array, Use.EXTRA, extra.text)
        for group, array in self.table("dependency-groups"):
            yield from self.listed(array, Use.DEVELOPMENT, group.text)

    def _tools(self) -> Iterator[Wish]:
        for group, array in self.table("tool", "pdm", "dev-dependencies"):
            yield from self.listed(array, Use.DEVELOPMENT, group.text)
        yield from self.listed(self.table("tool", "uv").get("dev-dependencies"), Use.DEVELOPMENT, "dev")

    def _poetry(self) -> Iterator[Wish]:
        for wish in self.keyed(self.table("tool", "poetry", "dependencies"), Use.MAIN):
            if wish.name.lower() != "python":
                yield wish
        yield from self.keyed(self.table("tool", "poetry", "dev-dependencies"), Use.DEVELOPMENT, "dev")
        for group, _ in self.table("tool", "poetry", "group"):
            table = self.table("tool", "poetry", "group", group.text, "dependencies")
            use = Use.MAIN if group.text == "main" else Use.DEVELOPMENT
            yield from self.keyed(table, use, group.text)
