"""What a repository holds that its set-up depends on: languages, lock files, policies, and what is set up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.config import Config, IamConfig, PythonConfig, parse_file
from pregate.errors import ChangesError, UsageError
from pregate.model import Blob, Mode
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.changes import Contents, Repository

OWN_CONFIG = ".pregate.toml"
WORKFLOWS = ".github/workflows/"
PRE_COMMIT = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_ACTION = b"pregate/pregate@"
_HOOKS = b"github.com/pregate/pregate"
_SHOWN = 3
_LOOKED_INTO = 2000  # who has policies has them in some of the first templates
_SIZE_MAX = 1024 * 1024
_VENDORED = frozenset({"vendor", "third_party", "node_modules", "bower_components"})
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,100}")
# What the dependencies check reads and nobody calls a lock file.
_NO_LOCK_FILES = frozenset({"", "workflow", "Dockerfile", "compose"})


@dataclass(frozen=True, slots=True)
class Survey:
    """
    What was found in the working tree at ``root``; paths are relative to it.

    ``python`` is the number of Python files, ``lock_count`` that of files that lock packages; ``locks`` and
    ``policies`` are the first paths of those, and of files with AWS policies. ``large`` are files over the
    default size limit, ``vendored`` folders with others' code. ``branch`` is the default branch. ``config``
    is the file with pregate's configuration, ``framework`` that of pre-commit and ``workflow`` one that runs
    the action, each ``""`` where there is none; ``is_hooked`` tells that the framework runs pregate already.
    """

    root: Path
    files: int = 0
    python: int = 0
    locks: tuple[str, ...] = ()
    lock_count: int = 0
    policies: tuple[str, ...] = ()
    large: tuple[str, ...] = ()
    vendored: tuple[str, ...] = ()
    branch: str = "main"
    config: str = ""
    framework: str = ""
    is_hooked: bool = False
    workflow: str = ""


def survey(directory: Path, environ: Mapping[str, str]) -> Survey:
    """
    Looks at the files around ``directory`` that git does not ignore; nothing is run, no link is followed.

    Raises ChangesError where there is no repository with a working tree.
    """
    from pregate.changes import Paths, Repository

    root = Repository.open(directory, environ).root
    if root is None:
        raise ChangesError(f"{directory} is a bare repository", "Run pregate init in a clone of it.")
    repository = Repository.open(root, environ)
    files = repository.changes(Paths((".",))).files
    blobs = {f.path: f.head for f in files if f.head.mode in (Mode.FILE, Mode.EXECUTABLE)}
    with repository.contents() as contents:
        return _survey(root, blobs, contents, default_branch(repository))


def _survey(root: Path, blobs: Mapping[str, Blob], contents: Contents, branch: str) -> Survey:
    from pregate.checks.python import PythonCheck
    from pregate.lockfiles.readers import format_of

    python = PythonCheck(PythonConfig())
    locks = [path for path in blobs if format_of(path) not in _NO_LOCK_FILES]
    flows = [path for path in blobs if path.startswith(WORKFLOWS) and path.endswith((".yml", ".yaml"))]
    framework = next((name for name in PRE_COMMIT if name in blobs), "")
    return Survey(
        root=root,
        files=len(blobs),
        python=sum(python.concerns(path, executable=False) for path in blobs),
        locks=tuple(locks[:_SHOWN]),
        lock_count=len(locks),
        policies=tuple(_policies(blobs, contents)),
        large=tuple(path for path in blobs if _size(root / path) > Config().max_file_size),
        vendored=tuple(sorted({found for path in blobs if (found := _vendored(path))})),
        branch=branch,
        config=_config(blobs, contents),
        framework=framework,
        is_hooked=bool(framework) and _HOOKS in _data(blobs[framework], contents),
        workflow=next((path for path in flows if _ACTION in _data(blobs[path], contents)), ""),
    )


def default_branch(repository: Repository) -> str:
    """
    The remote's; else ``main`` or ``master`` where there is one of these; else the one that is checked out.
    ``main`` where that has no plain name.
    """
    git = repository.git
    answers = (
        git.run("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", accept=(0, 1, 128)),
        git.run("for-each-ref", "--format=%(refname)", "refs/heads/main", "refs/heads/master"),
        git.run("symbolic-ref", "--quiet", "HEAD", accept=(0, 1, 128)),
    )
    for answer in answers:
        name = answer.decode("utf-8", "replace").partition("\n")[0]
        short = name.removeprefix("refs/remotes/origin/").removeprefix("refs/heads/")
        if _BRANCH.fullmatch(short):
            return short
    return "main"


def _policies(blobs: Mapping[str, Blob], contents: Contents) -> Iterator[str]:
    """The first files of which the iam check says that policies, or resources which have some, are there."""
    from pregate.checks.base import Target
    from pregate.checks.iam import IamCheck

    check = IamCheck(IamConfig())
    candidates = [blob for path, blob in blobs.items() if check.concerns(path, executable=False)]
    found = 0
    for blob in candidates[:_LOOKED_INTO]:
        analysis = check.analyse(Target(blob.path, _data(blob, contents)))
        if analysis.concerned and (analysis.facts or analysis.findings):
            yield blob.path
            found += 1
            if found == _SHOWN:
                return


def _config(blobs: Mapping[str, Blob], contents: Contents) -> str:
    if OWN_CONFIG in blobs:
        return OWN_CONFIG
    name = "pyproject.toml"
    if name not in blobs:
        return ""
    try:
        return name if parse_file(name, _data(blobs[name], contents)) else ""
    except UsageError:
        return ""  # no TOML: it holds no configuration of ours


def _data(blob: Blob, contents: Contents) -> bytes:
    data = contents.read(blob, _SIZE_MAX)
    return data if isinstance(data, bytes) else b""


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _vendored(path: str) -> str:
    """The folder of others' code that the file is in: ``web/node_modules``."""
    parts = path.split("/")[:-1]
    return next(("/".join(parts[: n + 1]) for n, part in enumerate(parts) if part in _VENDORED), "")
