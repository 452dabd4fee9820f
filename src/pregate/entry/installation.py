"""
Putting pregate's hooks beside those that a repository already has.

``install`` writes a small shell script where git looks for the hook. A hook that stands there is kept as
``<hook>.pregate-chained`` and runs first, with the same arguments and the same standard input; when it
refuses, that stands. ``uninstall`` puts it back. No file of another tool is ever overwritten.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pregate.errors import ChangesError, PregateError, UsageError
from pregate.records import dataclass

CLIENT_TYPES = ("pre-commit", "pre-push")
TYPES = (*CLIENT_TYPES, "pre-receive")
MARKER = "# made by pregate hook install; pregate hook uninstall puts back what was here"
CHAINED = ".pregate-chained"

# -P: the repository's own files must not become importable modules. pre-commit and prek run a hook
# that they found as "legacy" hook; when the chained hook is theirs, both would call each other for ever.
SCRIPT = """\
#!/bin/sh
{marker}
python={python}
chained=$(dirname "$0")/{hook}{suffix}
chained() {{
  [ -f "$chained" ] && [ -x "$chained" ] || return 0
  legacy="${{PRE_COMMIT_RUNNING_LEGACY-}}${{PREK_RUNNING_LEGACY-}}"
  if [ -n "$legacy" ] && grep -q hook-impl "$chained"; then return 0; fi
  "$chained" "$@"
}}
judge() {{
  if [ -f "$python" ] && [ -x "$python" ]; then
    exec "$python" -P -m pregate hook {hook} "$@"
  elif command -v pregate >/dev/null 2>&1; then
    exec pregate hook {hook} "$@"
  fi
  echo "pregate is not installed where it was ($python) and not on PATH: install it, or remove $0" >&2
  exit 3
}}
{call}"""
CALL = """\
chained "$@" || exit
judge "$@"
"""
# Both hooks read the whole of the standard input.
CALL_WITH_INPUT = """\
refs=$(cat)
replay() { if [ -n "$refs" ]; then printf '%s\\n' "$refs"; fi; }
replay | chained "$@" || exit
replay | judge "$@"
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to one hook: a sentence for the person who asked."""

    hook: str
    path: Path
    done: str


def install(directory: Path, types: tuple[str, ...], environ: Mapping[str, str]) -> tuple[Change, ...]:
    """
    Installs the hooks of ``types`` in the repository around ``directory`` (none given: ``pre-commit``, on a
    bare one ``pre-receive``).

    Doing it twice is doing it once. Raises UsageError when a hook cannot be chained, ChangesError when there
    is no repository.
    """
    bare = _ask(directory, environ, "rev-parse", "--is-bare-repository") == "true"
    chosen = types or (("pre-receive",) if bare else ("pre-commit",))
    folder = _hooks_folder(directory, environ)
    for hook in chosen:
        _check_kind(hook, bare=bare)
        _check_installable(folder / hook)
    return tuple(_install_one(folder / hook) for hook in chosen)


def uninstall(directory: Path, types: tuple[str, ...], environ: Mapping[str, str]) -> tuple[Change, ...]:
    """
    Removes pregate's hooks of ``types`` (none given: all of them) and puts back what they had replaced.

    Raises UsageError when a hook that was named is not pregate's.
    """
    folder = _hooks_folder(directory, environ)
    changes = []
    for hook in types or TYPES:
        path = folder / hook
        if _is_ours(path):
            changes.append(_uninstall_one(path))
        elif types:
            raise UsageError(f"{path} is not pregate's; nothing was changed", _elsewhere(path))
    return tuple(changes)


def render_script(hook: str, python: str) -> str:
    """The text of the hook that ``install`` writes. ``python`` is the interpreter that has pregate."""
    call = CALL if hook == "pre-commit" else CALL_WITH_INPUT
    return SCRIPT.format(marker=MARKER, python=shlex.quote(python), hook=hook, suffix=CHAINED, call=call)


def _install_one(path: Path) -> Change:
    script = render_script(path.name, sys.executable)
    if _is_ours(path):
        _write_executable(path, script)
        return Change(path.name, path, "is up to date")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(path):
        _write_executable(path, script)
        return Change(path.name, path, "installed")
    kept = _chained(path)
    path.rename(kept)
    try:
        _write_executable(path, script)
    except (PregateError, KeyboardInterrupt):
        kept.rename(path)
        raise
    return Change(path.name, path, f"installed; the hook that was there runs first, kept as {kept.name}")


def _uninstall_one(path: Path) -> Change:
    kept = _chained(path)
    if os.path.lexists(kept):
        kept.replace(path)
        return Change(path.name, path, "removed; the hook that was there before is back")
    path.unlink()
    return Change(path.name, path, "removed")


def _check_kind(hook: str, *, bare: bool) -> None:
    if bare and hook in CLIENT_TYPES:
        raise UsageError(
            f"{hook} never runs in a bare repository", "Install pre-receive there: --type pre-receive."
        )


def _check_installable(path: Path) -> None:
    if _is_ours(path) or not os.path.lexists(path):
        return
    if path.is_dir():
        raise UsageError(f"{path} is a folder", "Move it away; git expects a program there.")
    if os.path.lexists(_chained(path)):
        raise UsageError(
            f"{path} is not pregate's, and {_chained(path).name} is in the way",
            "Another tool replaced pregate's hook. Decide which of the two files to keep, remove the other, "
            "and install again.",
        )
    if _reads_its_name(path):
        raise UsageError(
            f"{path} finds out what to do from its own name, so it cannot be kept under another",
            f'Add the line `pregate hook {path.name} "$@"` to the tool\'s own hook script '
            f"(husky: .husky/{path.name}).",
        )


def _reads_its_name(path: Path) -> bool:
    if path.parent.name == "_" and path.parent.parent.name == ".husky":
        return True
    try:
        return b"basename" in path.read_bytes()[:65536]
    except OSError:
        return False


def _is_ours(path: Path) -> bool:
    try:
        return MARKER.encode() in path.read_bytes()[:1024]
    except OSError:
        return False


def _elsewhere(path: Path) -> str:
    legacy = path.with_name(f"{path.name}.legacy")
    if _is_ours(legacy):
        return f"The pre-commit framework has moved it to {legacy.name}: remove that file."
    return "Nothing of pregate's is installed there."


def _chained(path: Path) -> Path:
    return path.with_name(path.name + CHAINED)


def _write_executable(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8", errors="surrogateescape", newline="\n")
        temporary.chmod(0o755)
        temporary.replace(path)
    except OSError as error:
        raise PregateError(f"cannot write {path}: {error.strerror}", "Make room or give the right.") from None
    finally:
        temporary.unlink(missing_ok=True)  # it is gone where it was moved


def _hooks_folder(directory: Path, environ: Mapping[str, str]) -> Path:
    folder = directory / _ask(directory, environ, "rev-parse", "--git-path", "hooks")
    return Path(os.path.normpath(folder))


def _ask(directory: Path, environ: Mapping[str, str], *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=directory,
            env=dict(environ),
            capture_output=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
    except OSError:
        raise UsageError("git cannot be run", "Install git, or put it on PATH.") from None
    if done.returncode:
        raise ChangesError(
            f"{directory} is not in a git repository", "Run it inside one, or run git init first."
        )
    return os.fsdecode(done.stdout).rstrip("\n")
