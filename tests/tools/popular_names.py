"""
The lists of much used names for ``pregate.lockfiles.popular``.

``make popular-names`` gets the packages that ``popular_sources.json`` names from their registries and runs
``python -m tests.tools.popular_names FILE…``, which checks their digests and renews
``src/pregate/lockfiles/data/popular-*.txt``, and ``popular.json``, which says what they are made from. Names
alone are taken:

- ``guarddog`` (Apache-2.0): the most downloaded of PyPI, the most required Go modules, the most critical
  gems, which are in no order;
- ``npm-high-impact`` (MIT): the most downloaded and the most required of npm, which become one list by the
  better rank.

The same packages give the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pregate.lockfiles.ecosystems import ECOSYSTEMS, GO, NPM, PYPI, RUBYGEMS
from pregate.lockfiles.popular import LONGEST, comparable
from tests.tools.iam_catalogue import checked

SOURCES = Path(__file__).with_name("popular_sources.json")
TARGET = Path(__file__).parents[2] / "src" / "pregate" / "lockfiles" / "data"
LISTED = 10_000
GUARDDOG, HIGH_IMPACT = "guarddog", "npm-high-impact"
_GUARDDOG_FILES = {PYPI: "pypi", GO: "go", RUBYGEMS: "rubygems"}
_SAID = ("name", "version", "registry", "licence", "sha256")

Lists = dict[str, tuple[str, list[str]]]  # by ecosystem: the day of the list, its names by use


def from_guarddog(wheel: Path) -> Lists:
    """Its lists, each with the day on which it was made."""
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for ecosystem, name in _GUARDDOG_FILES.items():
            read = archive.read(f"guarddog/analyzer/metadata/resources/top_{name}_packages.json")
            content: dict[str, Any] = json.loads(read)
            day = datetime.fromtimestamp(content["downloaded_timestamp"], UTC).date().isoformat()
            found[ecosystem] = (day, content["packages"])
    return found


def from_high_impact(package: Path, published: str) -> Lists:
    """One list of its two; it bears no day but that of its publication."""
    with tarfile.open(package) as archive:
        lists = [_texts(archive, f"package/lib/top-{kind}.js") for kind in ("dependent", "download")]
    ranks: dict[str, int] = {}
    for names in lists:
        for rank, name in enumerate(names):
            ranks[name] = min(rank, ranks.get(name, rank))
    return {NPM: (published, sorted(ranks, key=lambda name: (ranks[name], name)))}


def _texts(archive: tarfile.TarFile, path: str) -> list[str]:
    file = archive.extractfile(path)
    assert file is not None
    return re.findall(r"^ {2}'([^'\\\n]+)'", file.read().decode(), re.MULTILINE)


def kept(ecosystem: str, names: Iterable[str]) -> list[str]:
    """The first of them as they are compared, each once; what is no plain name is left out."""
    plain = (comparable(ecosystem, name) for name in names)
    once = dict.fromkeys(n for n in plain if re.fullmatch(r"[\x21-\x7e]+", n) and len(n) <= LONGEST)
    return list(once)[:LISTED]


def renewed(paths: Iterable[Path], sources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """File names and contents; ValueError for a package that is not the one named, or when one is missing."""
    said = []
    for path in paths:
        source = checked(path, sources)
        is_guarddog = source["name"] == GUARDDOG
        lists = from_guarddog(path) if is_guarddog else from_high_impact(path, source["published"])
        for ecosystem, (day, names) in lists.items():
            listed = kept(ecosystem, names)
            file = f"popular-{ECOSYSTEMS[ecosystem].purl}.txt"
            source_of = {key: source[key] for key in _SAID}
            said.append({"ecosystem": ecosystem, "file": file, "names": len(listed), "day": day, **source_of})
            yield file, "".join(f"{name}\n" for name in listed)
    if len(said) != len(_GUARDDOG_FILES) + 1:
        raise ValueError(f"not all packages of {SOURCES.name} were given")
    said.sort(key=lambda entry: str(entry["ecosystem"]))
    yield "popular.json", json.dumps({"lists": said}, indent=1) + "\n"


def main(paths: list[str]) -> None:
    for name, content in list(renewed(map(Path, paths), json.loads(SOURCES.read_text("utf-8")))):
        (TARGET / name).write_text(content, "utf-8")
        print(f"{name}: {len(content.encode())} bytes, {content.count(chr(10))} lines")


if __name__ == "__main__":
    main(sys.argv[1:])
