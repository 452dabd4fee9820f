"""How a command writes its reports: to files, each whole or not at all, and to the terminal."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pregate.errors import PregateError, UsageError
from pregate.model import Rule, Verdict

if TYPE_CHECKING:
    from pregate.pipeline import Result

Render = Callable[[Verdict, Sequence[Rule]], str | bytes]


def parse_outputs(option: str, texts: Sequence[str], tree: Path | None = None) -> list[tuple[str, str]]:
    """
    Each ``FORMAT=PATH`` of a repeatable option as a pair. Raises UsageError for another shape or an unknown
    format, and where two reports would be written to standard output. With ``tree``, what is judged, the
    reports of installed plug-ins are formats too.
    """
    outputs = [_parse_output(option, text, tree) for text in texts]
    if sum(path == "-" for _, path in outputs) > 1:
        raise UsageError("two reports cannot share standard output", "Write all but one to a file.")
    return outputs


def _parse_output(option: str, text: str, tree: Path | None) -> tuple[str, str]:
    from pregate.config.values import nearest
    from pregate.report import FORMATS

    name, equals, path = text.partition("=")
    if not equals or not path:
        hint = f"Formats: {', '.join(FORMATS)}. For example sarif=out.sarif."
        raise UsageError(f"{option} {text!r}: not FORMAT=PATH", hint)
    if name not in FORMATS and name not in _installed(tree):
        near = nearest(name, FORMATS)
        guess = f"Did you mean {near}? " if near else ""
        raise UsageError(f"{option} {text!r}: there is no format {name!r}",
                         f"{guess}Formats: {', '.join(FORMATS)}.")  # fmt: skip
    return name, path


def _installed(tree: Path | None) -> frozenset[str]:
    if tree is None:
        return frozenset()
    from pregate.plugins import REPORTS, installed

    return frozenset(plugin.name for plugin in installed(REPORTS, tree))


def foreign_reports(result: Result, outputs: Sequence[tuple[str, str]]) -> dict[str, Render]:
    """
    What renders those of ``outputs`` that are reports of plug-ins. Raises UsageError for one that the trusted
    configuration does not name, ScannerError for one that cannot be used.
    """
    from pregate.report import FORMATS

    names = dict.fromkeys(name for name, _ in outputs if name not in FORMATS)
    for name in names:
        if name not in result.config.plugins:
            raise UsageError(
                f"--output {name}: this report is a plug-in that the configuration does not name",
                f'Add to the configuration (that of the base counts): plugins = ["{name}"]',
            )
    if not names:
        return {}
    from pregate.plugins import load_report

    return {name: load_report(name, result.root) for name in names}


def write_outputs(
    verdict: Verdict,
    rules: Sequence[Rule],
    outputs: Sequence[tuple[str, str]],
    earlier: Sequence[bytes] = (),
    others: Mapping[str, Render] = MappingProxyType({}),
) -> None:
    """
    Renders every report and writes each whole or not at all; ``earlier`` are the JSON reports of earlier
    runs, oldest first, for those that show them; ``others`` render what is no format of pregate's own. Raises
    PregateError naming the file that cannot be written.
    """
    from pregate.report import FORMATS, HISTORIES

    for name, path in outputs:
        text: str | bytes
        if earlier and name in HISTORIES:
            text = HISTORIES[name](verdict, rules, earlier)
        else:
            render = FORMATS.get(name) or others[name]
            text = render(verdict, rules)
        data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        if path == "-":
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
        else:
            _write(Path(path), data)


def _write(path: Path, data: bytes) -> None:
    try:
        if _is_stream(path):
            path.write_bytes(data)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as error:
        raise PregateError(
            f"cannot write {path}: {error.strerror}", "Choose a folder that may be written to."
        ) from None


def _is_stream(path: Path) -> bool:
    """
    Whether ``path`` is a device, a pipe or an open file (``/dev/null``, ``/dev/stdout``, ``>(command)``).

    These are written to, never replaced by a file of that name: root would lose ``/dev/null`` to a report.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) or path.parts[:2] in (("/", "dev"), ("/", "proc"))


def _replace(path: Path, data: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".pregate-", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.close()
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)  # it is gone where it was moved


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def print_console(verdict: Verdict, environ: Mapping[str, str], *, quiet: bool, verbose: bool) -> None:
    """
    The report for people on standard output, in colour on a terminal unless NO_COLOR says otherwise.

    In a step of a workflow the runner takes lines of it for commands: a file's name must not be one.
    """
    from pregate.report.console import render_console, render_short

    if quiet:
        print(render_short(verdict))
        return

    text = render_console(
        verdict,
        colour=_wants_colour(environ),
        width=_width(environ),
        verbose=verbose,
    )
    if environ.get("GITHUB_ACTIONS") == "true":
        from pregate.github.commands import neutralise

        text = neutralise(text)
    sys.stdout.write(text)


def _wants_colour(environ: Mapping[str, str]) -> bool:
    return sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def _width(environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 100
