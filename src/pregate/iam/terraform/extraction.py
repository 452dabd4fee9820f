"""
The policies of one Terraform file, read with the module that it is part of.

A file answers for the resources, data sources and module calls that stand in it, also where their parts
stand in other files. What those files say of themselves is given beside it, so that nothing is said twice.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping

from pregate.iam.document import PolicyDocument
from pregate.iam.environment import Exposure
from pregate.iam.extraction import extract
from pregate.iam.terraform.collect import Collector
from pregate.iam.terraform.evaluate import World
from pregate.iam.terraform.module import Module
from pregate.iam.terraform.sources import SUFFIXES, Sources, value_patterns
from pregate.iam.terraform.sources import patterns as module_patterns
from pregate.iam.terraform.syntax import Expression, Span
from pregate.iam.terraform.values import MAX_STEPS, Hidden, Value
from pregate.iam.terraform.worlds import Found, Sum, explore
from pregate.model import Location
from pregate.positions import PositionError
from pregate.records import dataclass

# A long file is allowed more work than a short one: an ordinary policy takes a third of a step for a byte.
STEPS_PER_BYTE = 4
MOST_STEPS = 3_000_000


@dataclass(frozen=True, slots=True)
class Extracted:
    """
    What a file holds: its policies, the parts that are not known, what did not parse (line and words), and
    the policies that other files answer for, on whose lines it says nothing of its own. ``exposures`` are
    credentials in the environment of builds.
    """

    documents: tuple[PolicyDocument, ...] = ()
    gaps: tuple[tuple[Location, str], ...] = ()
    errors: tuple[tuple[int, str], ...] = ()
    elsewhere: tuple[PolicyDocument, ...] = ()
    exposures: tuple[Exposure, ...] = ()


def extract_terraform(path: str, files: Mapping[str, bytes]) -> Extracted:
    """
    The policies that ``path`` answers for; ``files`` holds its bytes and those of what it includes.

    Never raises for content.
    """
    sources = Sources(files)
    folder = posixpath.dirname(path)
    own = _explored(sources, folder, {path})
    errors = tuple((error.line, error.message) for error in sources.parsed(path).errors)
    others = {p.value.path for document in own.documents.values() for p in document.places} - {path}
    gaps = tuple((span.location, words) for span, words in own.gaps)
    elsewhere = tuple(_elsewhere(sources, others))
    told = {(d.kind, d.resource_type, d.text) for d in elsewhere}
    documents = tuple(
        d
        for d in own.documents.values()
        if (d.kind, d.resource_type, d.text) not in told or any(p.value.path == path for p in d.places)
    )
    # What a module of another folder exposes by itself is told in its own run.
    exposures = tuple(e for e, site in own.exposures.items() if path in (site, e.location.path))
    return Extracted(documents, gaps, errors, elsewhere, exposures)


def included_by(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    The files that reading ``path`` needs, as paths and as folder patterns (``modules/x/*.tf``).

    ``files`` holds the bytes of ``path`` and of what is known of its inclusions.
    """
    folder = posixpath.dirname(path)
    wanted = dict.fromkeys((*module_patterns(folder), *value_patterns(folder)))
    if len(files) > 1 or _reaches_out(files[path]):
        sources = Sources(files)
        _explored(sources, folder, {path}, MAX_STEPS)
        wanted.update(sources.wanted)
    return tuple(wanted)


def _reaches_out(data: bytes) -> bool:
    return b"file" in data or b'"./' in data or b'"../' in data


def _explored(sources: Sources, folder: str, paths: set[str], most: int = MOST_STEPS) -> Sum:
    def evaluate(world: World) -> Iterator[Found]:
        module = Module(world, sources, folder, folder)
        module.inputs = dict(_given(module, sources, folder))
        return Collector(module, paths).run()

    size = sum(map(len, sources.files.values()))
    return explore(evaluate, min(MAX_STEPS + STEPS_PER_BYTE * size, most))


def _given(module: Module, sources: Sources, folder: str) -> Iterator[tuple[str, Callable[[], Value]]]:
    """The values that variables have by the files of the folder."""
    for parsed in sources.values(folder):
        for attribute in parsed.body.attributes.values():
            yield attribute.name, _maker(module, attribute.value)
        for error in parsed.errors[:1]:
            span = Span(parsed.file, 0, 0)
            for name in module.declared.variables:
                yield name, _unreadable(span, error.message)


def _maker(module: Module, node: Expression) -> Callable[[], Value]:
    return lambda: module.value(node, {})


def _unreadable(span: Span, message: str) -> Callable[[], Value]:
    return lambda: Hidden(f"a file of values that does not parse: {message}"[:80], span)


def _elsewhere(sources: Sources, paths: set[str]) -> Iterator[PolicyDocument]:
    """The policies that these files answer for, each with its module by itself."""
    by_folder: dict[str, set[str]] = {}
    for path in paths:
        if not path.lower().endswith(SUFFIXES):
            yield from _plain(sources, path)
            continue
        by_folder.setdefault(posixpath.dirname(path), set()).add(path)
    for folder, inside in by_folder.items():
        yield from _explored(sources, folder, inside).documents.values()


def _plain(sources: Sources, path: str) -> tuple[PolicyDocument, ...]:
    """The policies of a file that ``file()`` names, as it is judged by itself."""
    text = sources.text(path) if path.lower().endswith((".json", ".yaml", ".yml", ".template")) else None
    try:
        return extract(path, text).documents if text is not None else ()
    except PositionError:
        return ()
