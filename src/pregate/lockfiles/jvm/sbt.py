"""
``build.sbt.lock``, written by the plugin sbt-dependency-lock.

Format: https://stringbean.github.io/sbt-dependency-lock/file-formats/, version 1 and the proposed 2, which
adds ``license``. Each of ``dependencies`` has ``org``, ``name``, ``version`` and the ``configurations`` that
hold it.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed, phrase
from pregate.lockfiles.ecosystems import MAVEN
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Reading
from pregate.model import UnreadReason

_TESTS = frozenset({"test", "test-internal", "it", "it-internal", "integration-test"})
_OPTIONAL = frozenset({"optional"})


def read_sbt_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every dependency; one that only configurations of tests hold serves development."""
    document = load_located(path, files[path])
    if isinstance(document, Reading):
        return document
    dependencies = document.root.member("dependencies")
    if dependencies is None or not dependencies.is_array:
        return failed(path, "no list of dependencies: this is no build.sbt.lock", 1)
    found = Collector(path, "build.sbt.lock", MAVEN)
    for entry in dependencies.items():
        _add(found, document, entry)
    return found.reading()


def _add(found: Collector, document: Document, entry: Part) -> None:
    data = entry.value
    if not isinstance(data, dict):
        found.skip("an entry is no object", document.location(entry), UnreadReason.UNPARSABLE)
        return
    place = document.location(entry.member("version") or entry)
    group, name = data.get("org"), data.get("name")
    if not isinstance(group, str) or not isinstance(name, str) or not group or not name:
        found.skip("an entry has no organisation or no name", place, UnreadReason.UNPARSABLE)
        return
    listed = data.get("configurations")
    configurations = {str(c) for c in listed} if isinstance(listed, list) else set[str]()
    artifacts = data.get("artifacts")
    hashed = isinstance(artifacts, list) and any(isinstance(a, dict) and "hash" in a for a in artifacts)
    found.add(
        f"{group}:{name}",
        data.get("version"),
        place,
        hashed=hashed,
        dev=bool(configurations) and configurations <= _TESTS,
        optional=bool(configurations) and configurations <= _OPTIONAL,
        licenses=phrase(data.get("license")),
    )
