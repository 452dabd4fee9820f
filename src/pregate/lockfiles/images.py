"""
Images that a Dockerfile or a Compose file builds upon or runs: named as not audited, each with its line.

Formats: https://docs.docker.com/reference/dockerfile/,
https://github.com/compose-spec/compose-spec/blob/main/spec.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, shown
from pregate.lockfiles.model import Reading
from pregate.lockfiles.node_files import load_yaml
from pregate.lockfiles.text_lines import TextLine, load_lines
from pregate.model import Location
from pregate.positions import Node, Object, Scalar

_ESCAPE = expression(r"#[ \t]*+escape[ \t]*+=[ \t]*+([`\\])[ \t]*+", re.IGNORECASE)
_DIRECTIVE = expression(r"#[ \t]*+[A-Za-z]++[ \t]*+=.*")
_HEREDOC = expression(r"(?:^|(?<=[ \t]))[0-9]{0,3}<<-?([\"']?)([A-Za-z_][A-Za-z0-9_]{0,100})\1")
_FROM = expression(
    r"[ \t]*+FROM[ \t]++(?:--\S++[ \t]++)*+(\S++)(?:[ \t]++AS[ \t]++(\S++))?+[ \t]*+", re.IGNORECASE
)
_COPY = expression(r"[ \t]*+(?:COPY|ADD)[ \t]++(?:--(?!from=)\S++[ \t]++)*+--from=(\S++)", re.IGNORECASE)
_ARG = expression(r"[ \t]*+ARG[ \t]++([A-Za-z_][A-Za-z0-9_]*+)=(\S++)", re.IGNORECASE)
_VARIABLE = expression(
    r"\$(?:\{([A-Za-z_][A-Za-z0-9_]{0,100})(?::?-([^{}$]{0,300}))?\}|([A-Za-z_][A-Za-z0-9_]{0,100}))"
)
_DIGEST = expression(r"@[a-z0-9]{1,20}:[0-9a-fA-F]{32,128}$")
_MAX_VALUE = 300  # as much as is ever shown of an image


def read_dockerfile(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every image of ``FROM``, ``COPY --from`` and ``RUN --mount`` as not audited; ``scratch`` and the file's
    own stages are passed over. Defaults of ``ARG`` before the first ``FROM`` are filled in, other variables
    left alone.
    """
    lines = load_lines(path, files[path])
    if isinstance(lines, Reading):
        return lines
    found = Collector(path, "Dockerfile", "")
    stages, defaults = {"scratch"}, dict[str, str]()
    is_before = True
    for line, text in _instructions(lines):
        argument = _ARG.match(text) if is_before else None
        base, copied = _FROM.fullmatch(text), _COPY.match(text)
        if argument:
            defaults[argument.group(1)] = _filled(argument.group(2).strip("\"'"), defaults)
        elif base:
            is_before = False
            _name(found, line.place(), _filled(base.group(1), defaults), stages)
            if base.group(2):
                stages.add(base.group(2).lower())
        elif copied and not copied.group(1).isdigit():
            _name(found, line.place(), copied.group(1), stages)
        elif mounted := dict.fromkeys(_mounted(text)):
            place = line.place()  # once: a line may be long, and mount much
            for image in mounted:
                _name(found, place, image, stages)
    return found.reading()


def read_compose(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every image that a service runs and does not build, as not audited. A YAML file without services tells
    nothing.
    """
    file = load_yaml(path, files[path])
    if isinstance(file, Reading):
        return file
    found = Collector(path, "compose", "")
    for root in file.documents:
        for service in _services(root):
            image = service.get("image")
            if isinstance(image, Scalar) and image.text and service.get("build") is None:
                _name(found, file.location(image), image.text, {"scratch"})
    return found.reading()


def _services(root: Node) -> Iterator[Object]:
    """The services; before version 2 they stood at the top."""
    services = root.get("services") if isinstance(root, Object) else None
    holder = services if services is not None else root
    for _, service in holder if isinstance(holder, Object) else ():
        if isinstance(service, Object):
            yield service


def _name(found: Collector, place: Location, image: str, passed: set[str]) -> None:
    if image.lower() not in passed:
        found.skip(f"{image_name(image)} is a container image", place)


def _mounted(text: str) -> Iterator[str]:
    """What the options of a ``RUN`` mount from elsewhere: ``--mount=from=acme/tool:1,target=/t``."""
    words = text.split()
    if not words or words[0].upper() != "RUN":
        return
    for word in takewhile(lambda each: each.startswith("--"), words[1:]):
        fields = word.removeprefix("--mount=").split(",") if word.startswith("--mount=") else []
        for key, _, value in (field.strip("\"'").partition("=") for field in fields):
            if key == "from" and value and not value.isdigit():
                yield value


def image_name(image: str) -> str:
    """The image for a message: without its digest, bounded and printable."""
    return shown(_DIGEST.sub("", image[: _MAX_VALUE + 1]))


def _filled(text: str, defaults: Mapping[str, str]) -> str:
    """``text`` with the known variables; cut, so that defaults of defaults do not double for ever."""

    def value(match: re.Match[str]) -> str:
        return defaults.get(match.group(1) or match.group(3)) or match.group(2) or match.group()

    return _VARIABLE.sub(value, text[: _MAX_VALUE + 1])[: _MAX_VALUE + 1]


def _instructions(lines: list[TextLine]) -> Iterator[tuple[TextLine, str]]:
    """
    The line where each instruction begins, and its text with continued lines joined; the bodies of here
    documents are no instructions.
    """
    escape, ends = "\\", list[str]()
    parts: list[str] = []
    first: TextLine | None = None
    is_head = True
    for line in lines:
        text = line.text.rstrip()
        directive = _ESCAPE.fullmatch(text) if is_head else None
        is_head = is_head and _DIRECTIVE.fullmatch(text) is not None
        if directive:
            escape = directive.group(1)
        if ends:
            if text.lstrip("\t") == ends[0]:
                ends.pop(0)
            continue
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        first = first or line
        is_continued = text.endswith(escape)
        parts.append(text.removesuffix(escape))
        if not is_continued:
            whole = "".join(parts)
            if first.text.lstrip()[:4].upper() in ("RUN ", "COPY", "ADD "):
                ends = [match.group(2) for match in _HEREDOC.finditer(whole)]
            yield first, whole
            parts, first = [], None
    if first:
        yield first, "".join(parts)
