"""
``yarn.lock``: the first lines tell yarn 1's own format from the YAML of yarn 2 and later ("berry").

Formats: https://classic.yarnpkg.com/lang/en/docs/yarn-lock/; https://github.com/yarnpkg/berry
(``packages/yarnpkg-parsers/sources/syml.ts``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.javascript.manifest import NAME, manifest_path, manifest_paths, read_manifest
from pregate.lockfiles.javascript.yarn_berry import read_berry
from pregate.lockfiles.javascript.yarn_classic import read_classic
from pregate.lockfiles.model import Reading

_METADATA = expression(rb"^[\"']?__metadata[\"']?[ ]*:", re.MULTILINE)
_WORKSPACE = expression(
    rb"^  resolution: [\"'][^\"'\n]{1,300}@workspace:([^\"'\n]{1,1000})[\"']\r?$", re.MULTILINE
)


def read_yarn_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package of a registry, with what the package.json files beside it make of them; workspaces and links
    are the project's own, git, archives and files not audited. A patched package counts as the package.
    """
    return read_berry(path, files) if _METADATA.search(files[path]) else read_classic(path, files)


def workspaces(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    The package.json files of the workspaces: berry's lock file names them all, for yarn 1 only those that the
    root manifest names without a pattern are known.
    """
    found = _WORKSPACE.findall(files[path])
    folders = [folder.decode("utf-8", "replace") for folder in found if folder != b"."]
    root = manifest_path(path, "")
    if not found and root in files:
        folders = [folder for folder in read_manifest(NAME, files[root]).workspaces if "*" not in folder]
    return manifest_paths(path, folders)
