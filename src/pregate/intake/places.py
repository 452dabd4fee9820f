"""From an artifact location (§3.4) to a path of the repository, or the words why there is none."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from pregate.intake import values

_CHAIN = 16
_LONGEST = 4096
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,30}):")
_DRIVE = re.compile(r"/?[A-Za-z]:/")
# Where checkouts stand in containers and on runners. Sources: docs.github.com, "Variables reference"
# (GITHUB_WORKSPACE) and "Dockerfile support for GitHub Actions"; the run examples of Semgrep, Trivy, Checkov,
# KICS and gitleaks; docs.gitlab.com, CI_PROJECT_DIR; AWS CodeBuild, CODEBUILD_SRC_DIR.
_CHECKOUTS = re.compile(
    r"(?:/home/runner/work/[^/]+/[^/]+|/home/runner/_work/[^/]+/[^/]+|/Users/runner/work/[^/]+/[^/]+"
    r"|/__w/[^/]+/[^/]+|[A-Za-z]:/a/[^/]+/[^/]+|/builds/[^/]+/[^/]+|/codebuild/output/[^/]+/src"
    r"|/github/workspace|/workspaces?(?:/[^/]+)??|/src|/code|/app|/data|/repo|/project|/path|/tf|/mnt"
    r"|/lint|/scan|/work|/usr/src(?:/app)?)/(?=[^/])"
)
_CODEBUILD = "/codebuild/"


class Texts(Protocol):
    """The files of the version that was scanned."""

    def __call__(self, path: str) -> bytes | None:
        """The bytes of the file at a path relative to the root, None where there is none to be read."""
        ...


class Places:
    """
    Knows how one run of a producer names files.

    ``root`` is the absolute path of the repository where pregate runs, ``""`` if that is not known;
    ``folder`` is one within it from which names may start as well; ``texts`` tells which files there are. A
    path is POSIX and relative to the root, with bytes that are not UTF-8 as lone surrogates.
    """

    def __init__(self, run: Mapping[str, Any], root: str, texts: Texts | None, folder: str = "") -> None:
        self._run = dict(run)
        self._root = root.replace("\\", "/").rstrip("/")
        self._texts = texts
        self._folder = folder.strip("/")
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def path_of(self, location: Any) -> tuple[str, str]:
        """
        The path that an artifact location means and ``""``; or ``""`` and why it means none, in words.
        """
        index = values.integer(location, "index")
        if not values.text(location, "uri") and index is not None:
            location = values.at(self._run, "artifacts", index, "location")
        uri, base = values.text(location, "uri"), values.text(location, "uriBaseId")
        if (uri, base) not in self._known:
            self._known[uri, base] = self._resolved(uri, base)
        return self._known[uri, base]

    def exists(self, path: str) -> bool:
        """Whether there is such a file, as far as anybody knows."""
        return self._texts is not None and self._texts(path) is not None

    def _resolved(self, uri: str, base: str) -> tuple[str, str]:
        if not uri.strip():
            return "", "it names no file"
        if len(uri) > _LONGEST or "\0" in uri or "%00" in uri:
            return "", "its file's name is none"
        candidates: list[str] = []
        for whole in dict.fromkeys((self._joined(uri, base), uri)):
            for number, name in enumerate(_readings(whole)):
                # Another reading than the usual one only for a file that is there: "%2e%2e/x" is no name.
                candidates += [p for p in self._inside(name) if number == 0 or self.exists(p)]
        if not candidates:
            return "", _why_outside(uri)
        paths = list(dict.fromkeys(candidates))
        return next((path for path in paths if self.exists(path)), paths[0]), ""

    def _joined(self, uri: str, base: str) -> str:
        """The URI behind those of its base and of the base's bases (§3.14.14); cycles end the chain."""
        seen: set[str] = set()
        while base and base not in seen and len(seen) < _CHAIN and not _is_absolute(uri):
            seen.add(base)
            entry = values.table(self._run, "originalUriBaseIds", base)
            prefix = values.text(entry, "uri")
            if prefix:
                uri = prefix.rstrip("/") + "/" + uri.lstrip("/")
            base = values.text(entry, "uriBaseId")
        return uri

    def _inside(self, name: str) -> Sequence[str]:
        """The paths in the repository that a name may mean, the likeliest first; none for one outside."""
        found = []
        if not _is_rooted(name):
            found.append(name)
            if self._folder and self.exists(below := posixpath.normpath(f"{self._folder}/{name}")):
                found.append(below)
            if _CHECKOUTS.match(f"/{name}") or (self._root and f"/{name}".startswith(f"{self._root}/")):
                # cfn-guard leaves out an absolute path's first slash
                found += [path for path in self._inside(f"/{name}") if self.exists(path)]
        else:
            if self._root and name.startswith(f"{self._root}/"):
                return _normalised(name[len(self._root) + 1 :])
            if match := _CHECKOUTS.match(name):
                rests = [name[match.end() :]]
                if name.startswith(_CODEBUILD):  # …/src/codestar.example/owner/name/
                    rests += ["/".join(rests[0].split("/")[n:]) for n in range(1, 5)]
                found += [r for r in rests if self._texts is None or self.exists(posixpath.normpath(r))][:1]
            found += self._below_workplace(name)
        return [path for candidate in found for path in _normalised(candidate)]

    def _below_workplace(self, name: str) -> Sequence[str]:
        """What is left of a name below the folder in which the producer says that it ran, if it is there."""
        bases = [values.text(b, "uri") for b in values.table(self._run, "originalUriBaseIds").values()]
        calls = values.items(self._run, "invocations")
        bases += [values.text(call, "workingDirectory", "uri") for call in calls[:10]]
        found = []
        for base in bases[:50]:
            for folder in _readings(base):
                below = folder.rstrip("/") + "/"
                if len(below) > 1 and _is_rooted(below) and name.startswith(below):
                    rest = posixpath.normpath(name[len(below) :])
                    found += [rest] if self._texts is None or self.exists(rest) else []
        return found


def _readings(uri: str) -> Sequence[str]:
    """
    The names that a URI (or what a tool wrote for one) may mean, the likeliest first; none for an address
    of something that is no file.
    """
    scheme = _SCHEME.match(uri)
    if scheme:
        if scheme[1].lower() != "file":
            return ()
        host, _, path = uri[scheme.end() :].lstrip("/").partition("/")
        rest = uri[scheme.end() :]
        if rest.startswith("//") and not rest.startswith("///"):
            if host.lower() not in ("", "localhost") and not _DRIVE.match(f"{host}/"):
                return ()
            uri = f"{host}/{path}" if _DRIVE.match(f"{host}/") else f"/{path}"
        else:
            uri = "/" + rest.lstrip("/")
    readings = [_plain(_decoded(uri)), _plain(uri), _plain(_decoded(uri.partition("#")[0].partition("?")[0]))]
    return [name for name in dict.fromkeys(readings) if name]


def _decoded(uri: str) -> str:
    return os.fsdecode(unquote_to_bytes(uri.encode("utf-8", "surrogatepass"))) if "%" in uri else uri


def _plain(name: str) -> str:
    name = name.replace("\\", "/")
    return name[1:] if name.startswith("/") and _DRIVE.match(name) else name


def _is_absolute(uri: str) -> bool:
    return bool(_SCHEME.match(uri)) or _is_rooted(uri.replace("\\", "/"))


def _is_rooted(name: str) -> bool:
    return name.startswith("/") or bool(_DRIVE.match(name))


def _normalised(name: str) -> Sequence[str]:
    path = posixpath.normpath(name)
    is_inside = path not in (".", "..", "/") and not path.startswith(("../", "/")) and "\0" not in path
    return (path,) if is_inside and len(path) <= _LONGEST else ()


def _why_outside(uri: str) -> str:
    scheme = _SCHEME.match(uri)
    if scheme and scheme[1].lower() != "file":
        return "it names an address, not a file of the repository"
    if posixpath.normpath(_plain(uri)) in (".", "/"):
        return "it names the whole tree, not a file"
    return "its file is outside the repository"
