"""What there is to know of a scanner before it can be run."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable

from pregate.records import dataclass

FILES = "{files}"
OUT = "{out}"
RULES = "{rules}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """
    One scanner and how it is run: in a folder that holds the files which concern it, at their own paths.

    In ``run`` a whole argument ``{files}`` stands for the files as ``./path`` (one run for so many as fit a
    command line), ``{out}`` for a folder for results and ``{rules}`` for the first of the paths ``rules``
    that the trusted revision has, or for ``remote_rules``, which need the network. ``sarif`` is the file with
    the results, in ``{out}`` or in the folder itself; ``""``: standard output. ``gaps`` is a file in
    ``{out}`` in which Checkov says what it could not parse.

    ``files`` are globs of what concerns it; of those that hold none of ``marks`` (if there are any) nothing
    is wanted. Where ``needs`` names files, it is run in each folder that holds one of them, and in no other.
    With ``siblings`` the unchanged files beside a changed one are laid out too.

    ``accepted`` are exit codes of a run that worked, ``nothing`` those of one that had nothing to look at.
    ``variables`` are set for it, ``environment`` names those of ours that it may see. ``settings`` are the
    names of its own configuration, ``extra`` more paths, folders and globs of such: all of it, and rules, are
    the trusted revision's. ``is_steered`` says that it may name code to be run. ``blank`` are such files with
    what they hold where there is none. ``converts`` says what it writes instead of SARIF: ``npm-audit``.
    ``timeout`` is in seconds for each run. ``install`` says how to get it.
    """

    name: str
    run: tuple[str, ...]
    sarif: str = ""
    gaps: str = ""
    files: tuple[str, ...] = ("*",)
    marks: tuple[bytes, ...] = ()
    needs: tuple[str, ...] = ()
    siblings: bool = False
    accepted: tuple[int, ...] = (0, 1)
    nothing: tuple[int, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    environment: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    is_steered: bool = False
    blank: tuple[tuple[str, bytes], ...] = ()
    rules: tuple[str, ...] = ()
    remote_rules: str = ""
    needs_network: bool = False
    converts: str = ""
    timeout: int = 300
    install: str = ""

    def concerns(self, path: str) -> bool:
        """Whether a file of that path is one for this scanner."""
        return matches(path, self.files) and not self.is_setting(path)

    def is_marked(self, data: bytes) -> bool:
        """Whether what the file holds makes it one for this scanner."""
        return not self.marks or any(mark in data for mark in self.marks)

    def is_setting(self, path: str) -> bool:
        """
        Whether the file steers the scanner, so that the change's version of it must not be there: rules and
        settings, and what has the name of one in another folder.
        """
        names = {posixpath.basename(setting) for setting in self.settings}
        return posixpath.basename(path) in names or matches(path, self.setting_globs())

    def setting_globs(self) -> tuple[str, ...]:
        """Globs of all its settings and rules, each by itself and as a folder."""
        named = (*self.settings, *self.extra, *self.rules)
        return (*named, *(f"{name}/*" for name in named if "*" not in name))


def matches(path: str, globs: Iterable[str]) -> bool:
    """
    Whether one of ``globs`` fits: ``*`` stands for anything, slashes too, and ``**/`` for no folder as well.
    """
    return any(fnmatch.fnmatchcase(path, form) for glob in globs for form in {glob, glob.replace("**/", "")})
