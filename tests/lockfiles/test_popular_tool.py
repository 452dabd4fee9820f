"""The tool that makes the lists of much used names, on packages of the real ones' form."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pregate.lockfiles.ecosystems import GO, NPM, PYPI
from pregate.lockfiles.popular import LONGEST
from tests.tools.popular_names import from_high_impact, kept, renewed


def wheel(folder: Path) -> Path:
    path = folder / "guarddog-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, packages in (
            ("pypi", ["Typing_Extensions", "requests"]),
            ("go", ["gopkg.in/yaml.v3", "github.com/a/b/v2", "github.com/a/b"]),
            ("rubygems", ["rake"]),
        ):
            content = {"downloaded_timestamp": 1781626097, "packages": packages}
            archive.writestr(
                f"guarddog/analyzer/metadata/resources/top_{name}_packages.json", json.dumps(content)
            )
    return path


def archive(folder: Path) -> Path:
    path = folder / "npm-high-impact-1.tgz"
    with tarfile.open(path, "w:gz") as made:
        for kind, names in (("dependent", ["react", "semver"]), ("download", ["semver", "ms", "react"])):
            text = "export const top = [\n" + "".join(f"  '{name}',\n" for name in names) + "]\n"
            member = tarfile.TarInfo(f"package/lib/top-{kind}.js")
            member.size = len(text)
            made.addfile(member, io.BytesIO(text.encode()))
    return path


def sources(*paths: Path) -> dict[str, Any]:
    return {
        "earlier": [],
        "current": [
            {
                "name": path.name.rpartition("-1")[0],
                "version": "1",
                "registry": "there",
                "licence": "MIT",
                "published": "2026-09-23",
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in paths
        ],
    }


def test_names_are_taken_as_they_are_compared_with_their_source_and_day(tmp_path: Path) -> None:
    paths = (wheel(tmp_path), archive(tmp_path))
    made = dict(renewed(paths, sources(*paths)))
    assert made["popular-pypi.txt"] == "typing-extensions\nrequests\n"
    assert made["popular-golang.txt"] == "gopkg.in/yaml\ngithub.com/a/b\n"
    assert made["popular-gem.txt"] == "rake\n"
    said = {entry["ecosystem"]: entry for entry in json.loads(made["popular.json"])["lists"]}
    assert (said[PYPI]["day"], said[NPM]["day"]) == ("2026-06-16", "2026-09-23")
    assert (said[GO]["names"], said[GO]["name"]) == (2, "guarddog")
    assert dict(renewed(paths, sources(*paths))) == made


def test_npms_two_lists_become_one_by_the_better_rank(tmp_path: Path) -> None:
    assert from_high_impact(archive(tmp_path), "2026-09-23")[NPM][1] == ["react", "semver", "ms"]


def test_a_package_that_is_another_or_missing_is_refused(tmp_path: Path) -> None:
    paths = (wheel(tmp_path), archive(tmp_path))
    listed = sources(*paths)
    with pytest.raises(ValueError, match="not all packages"):
        list(renewed(paths[:1], listed))
    paths[0].write_bytes(b"another")
    with pytest.raises(ValueError, match="digest"):
        list(renewed(paths, listed))


def test_what_is_no_plain_name_is_left_out() -> None:
    assert kept(NPM, ["a\nb", "é", "", "x" * (LONGEST + 1), "plain"]) == ["plain"]
