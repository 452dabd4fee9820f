"""The calls that get the packages for the table of services; none is made here."""

from __future__ import annotations

from pathlib import Path

from tests.tools.fetch_iam_sources import chosen, command

SOURCES = {
    "current": [
        {"name": "@a/data", "version": "1", "registry": "npm"},
        {"name": "lint", "version": "2", "registry": "PyPI"},
    ]
}


def test_packages_come_from_their_registry_by_version() -> None:
    npm, pip = (command(source, Path("to")) for source in chosen(SOURCES, []))
    assert npm == ["npm", "pack", "--silent", "--pack-destination", "to", "@a/data@1"]
    assert pip[1:4] == ["-m", "pip", "download"]
    assert pip[-3:] == ["--dest", "to", "lint==2"]


def test_another_version_can_be_asked_for() -> None:
    assert [source["version"] for source in chosen(SOURCES, ["@a/data=9"])] == ["9", "2"]
