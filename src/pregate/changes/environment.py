"""
The environment in which git runs for us, so that nothing a repository says makes it run a command.

Git reads ``.git/config`` before it does anything, and dozens of keys there name programs. A checkout's owner,
a cache that was restored, or another user of the machine may have written it. So every process of ours gets:
a minimal environment; no configuration of the system's or the user's; and overrides through
``GIT_CONFIG_COUNT`` (git-config(1)), which outrank every file. What cannot be switched off by a key is
switched off by flags where git is called (``--no-ext-diff``, ``--no-textconv``) or, for filter drivers, by
emptying each one that is configured (:func:`without_filters`).

Because nothing can be run, ``safe.directory=*`` is safe here: a checkout that belongs to another user is
read, for our processes only and without touching the user's configuration.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from pregate.errors import ChangesError

KEPT = (
    # what a process needs
    *("PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR"),
    # what git itself sets for hooks: git(1), githooks(5); `git commit FILE` uses a temporary index, pre-
    # receive a quarantine
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"),
    *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_SHALLOW_FILE", "GIT_NAMESPACE"),
    *("GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"),
)

FIXED: Mapping[str, str] = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    # Never write the index: no post-index-change hook, no fight with the user's own git.
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": ":",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone's missing object is missing
    # Where git is too old to know the line above, every transport is refused.
    "GIT_ALLOW_PROTOCOL": "none",
    # refs/replace would give contents that are not those of their id.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
}

OVERRIDES = (
    ("safe.directory", "*"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.attributesFile", os.devnull),
    ("core.pager", "cat"),
    ("core.editor", ":"),
    ("core.sshCommand", "false"),
    ("core.askPass", ""),
    ("credential.helper", ""),
    ("protocol.allow", "never"),
    ("log.showSignature", "false"),
    ("submodule.recurse", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    # Beyond this, git streams a blob instead of holding it, and calls it binary in a diff.
    ("core.bigFileThreshold", "16m"),
)

MAPPED = (("core.packedGitWindowSize", "1m"), ("core.packedGitLimit", "8m"))
"""Of a large pack, git maps a part at a time; otherwise a walk over all commits maps nearly all of it."""


def hardened(environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment for git: what is kept of ``environ``, and our settings."""
    environment = {name: environ[name] for name in KEPT if name in environ}
    return with_settings({**environment, **FIXED, "GIT_CONFIG_COUNT": "0"}, OVERRIDES)


def with_settings(environment: Mapping[str, str], more: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The same environment with further configuration after what it has."""
    result = dict(environment)
    for index, (key, value) in enumerate(more, int(environment["GIT_CONFIG_COUNT"])):
        result[f"GIT_CONFIG_KEY_{index}"] = key
        result[f"GIT_CONFIG_VALUE_{index}"] = value
        result["GIT_CONFIG_COUNT"] = str(index + 1)
    return result


def without_filters(names: Iterable[str]) -> list[tuple[str, str]]:
    """
    Settings that empty filter drivers, from the keys in force (``filter.lfs.clean``).

    A driver without commands passes contents through (gitattributes(5), "filter"); needed wherever git
    compares the working tree.
    """
    drivers = dict.fromkeys(name[: name.rindex(".")] for name in names if name.count(".") > 1)
    values = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    return [(f"{driver}.{key}", value) for driver in drivers for key, value in values]


def find_git(environ: Mapping[str, str]) -> str:
    """
    Where git is on the PATH; relative entries are passed over, for they would name files of the tree under
    judgement.

    Raises ChangesError when there is none.
    """
    for folder in environ.get("PATH", os.defpath).split(os.pathsep):
        program = os.path.join(folder, "git")  # noqa: PTH118 - pathlib would cost start-up time here
        if os.path.isabs(folder) and os.access(program, os.X_OK) and os.path.isfile(program):  # noqa: PTH113, PTH117
            return program
    raise ChangesError(
        "git is not installed, or not on the PATH.",
        "Install it (apt-get install git, brew install git), or correct PATH.",
    )
