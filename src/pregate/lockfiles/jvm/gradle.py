"""
Gradle's lock files, and the file of its dependency verification.

A lock file has a line for every module, ``group:artifact:version=configurations``, and ``empty=`` for the
configurations without one; up to Gradle 6 there was a file for every configuration, without ``=``. Formats:
https://docs.gradle.org/current/userguide/dependency_locking.html,
https://docs.gradle.org/current/userguide/dependency_verification.html.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, shown
from pregate.lockfiles.ecosystems import MAVEN
from pregate.lockfiles.located_xml import load_xml
from pregate.lockfiles.model import Reading
from pregate.lockfiles.text_lines import load_lines
from pregate.model import UnreadReason

_LINE = expression(r"([^:=\s]{1,300}):([^:=\s]{1,300}):([^:=\s]{1,300})(?:=(\S*))?")
# testCompileClasspath, integrationTestRuntimeClasspath, debugUnitTestCompileClasspath
_TEST = expression(r"test(?![a-z])|.*Test(?![a-z])")


def read_gradle_lockfile(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every module; one that only configurations of tests hold serves development."""
    lines = load_lines(path, files[path])
    if isinstance(lines, Reading):
        return lines
    found = Collector(path, "gradle.lockfile", MAVEN)
    is_known = False
    for line in lines:
        text = line.text.strip()
        if not text or text.startswith(("#", "empty=")):
            is_known |= bool(text)
            continue
        entry = _LINE.fullmatch(text)
        if not entry:
            found.skip("a line is no group:artifact:version", line.place(), UnreadReason.UNPARSABLE)
            continue
        is_known = True
        at = len(line.text) - len(line.text.lstrip())
        place = line.place(at + entry.start(3), at + entry.end(3))
        dev = _is_for_tests(path, entry.group(4))
        found.add(f"{entry.group(1)}:{entry.group(2)}", entry.group(3), place, dev=dev)
    return found.reading() if is_known else failed(path, "no line is one of a Gradle lock file", 1)


def _is_for_tests(path: str, configurations: str | None) -> bool:
    if configurations is None:  # one file for each configuration, which it is named after
        configurations = posixpath.basename(path).removesuffix(".lockfile")
    names = [name for name in configurations.split(",") if name]
    return bool(names) and all(_TEST.match(name) for name in names)


def read_verification_metadata(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every component, with the checksums that it is verified by."""
    document = load_xml(path, files[path], "verification-metadata")
    if isinstance(document, Reading):
        return document
    found = Collector(path, "verification-metadata.xml", MAVEN)
    for component in document.root.all("components", "component"):
        place = document.attribute(component, "version")
        group, name, version = (component.attributes.get(key, "") for key in ("group", "name", "version"))
        if not name or "group" not in component.attributes:
            found.skip("a component has no group or no name", place, UnreadReason.UNPARSABLE)
            continue
        if not group:  # Gradle writes it so for what an Ivy repository lays out without groups
            found.skip(f"{shown(name)} has no group: not from a Maven repository", place)
            continue
        hashed = any(artifact.children for artifact in component.all("artifact"))
        found.add(f"{group}:{name}", version, place, hashed=hashed)
    return found.reading()
