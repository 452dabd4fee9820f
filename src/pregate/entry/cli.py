"""The command line: one verb each, and the one place that turns errors into exit codes."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from pregate import __version__, logs
from pregate.entry import ending, quick
from pregate.errors import PregateError, UsageError

if TYPE_CHECKING:
    import argparse

COMMANDS: Mapping[str, str] = {
    "init": "write configuration and workflow for this repository, shown first",
    "scan": "scan a change, a range of commits or a whole tree",
    "history": "search every commit for secrets that the history keeps",
    "merge": "judge a change set whose parts were analysed elsewhere",
    "fleet": "scan many repositories and make one report on them",
    "report": "make reports of the JSON report that an earlier scan wrote",
    "rules": "list the rules, or explain one",
    "explain": "explain a rule or a finding: why, examples, how to fix and to suppress it",
    "baseline": "accept what is there, so that only what is new fails",
    "fix": "mend what can be mended for certain",
    "suppress": "write down that findings are accepted, and why",
    "suppressions": "list, check and clear out what is accepted",
    "iam": "ask what AWS policies allow, without AWS",
    "advisories": "keep a local index of vulnerability records, for hooks and machines without a network",
    "hook": "run as a git hook, or install one",
    "action": "run as a GitHub action",
    "selftest": "plant known findings and see that every check finds its own",
    "config": "show, explain and validate the configuration",
    "doctor": "say what a run needs, what is there and what is missing",
}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO)
_NOT_ALLOWED = (errno.EROFS, errno.EACCES, errno.EPERM)
_EPILOG = """\
exit codes:
  0    the gate passed
  1    findings at or over the threshold
  2    usage: a wrong flag or configuration key
  3    incomplete: a check failed, a file could not be read, a report could not be written
  4    a bug in pregate
  130  interrupted; 143 and 129 where SIGTERM or SIGHUP ended the run

start with:
  pregate init                     configuration and workflow, shown before they are written
  pregate scan --staged            what the next commit would hold
  pregate scan --base origin/main  what this branch adds
  pregate scan --all               the whole tree at HEAD
  pregate hook install             judge every commit before it is made

Each command has its own help: pregate scan --help
"""


def run(argv: Sequence[str], *, is_program: bool = False) -> int:
    """
    Parses ``argv``, runs the command and gives the exit code; prints errors to standard error. ``is_program``
    says that the process is there for this alone: then the signals that end it interrupt the run.
    """
    _have_streams()
    try:
        if is_program:
            ending.listen()
            sys.stderr = _Saying(sys.stderr)
        code = _run(argv, is_program=is_program)
        if is_program:
            ending.listen_no_more()
    except KeyboardInterrupt:
        if is_program:
            ending.drop_what_nobody_reads()
        print(f"pregate: {ending.words()}", file=sys.stderr)
        code = ending.exit_code()
    try:
        sys.stdout.flush()
    except OSError:
        # There was more to tell than that: what is lost is lost with an exit code of its own.
        _drop_output()
    return code


def _run(argv: Sequence[str], *, is_program: bool) -> int:
    _survive_odd_names()
    # A run makes many small values that live to its end: looking for cycles among them is a tenth of a hook.
    gc.set_threshold(50_000, 20, 20)
    environ = dict(os.environ)
    verbose = False
    try:
        args = _parse(argv)
        if isinstance(args, int):
            return _written(args)
        verbose = args.verbose
        logs.set_up(verbose=verbose or environ.get("RUNNER_DEBUG") == "1")
        if is_program:
            # What is loaded by now stays: to look for cycles among it is a twentieth of a hook's time.
            gc.freeze()
        return _written(int(args.main(args, environ)))
    except PregateError as error:
        return _report(error)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nobody is left to be told.
        return PregateError.exit_code
    # A bug has its own exit code, and no traceback of file contents; another's exit is no result of ours.
    except (Exception, SystemExit) as error:  # noqa: BLE001
        expected = refused(error)
        return _report(expected) if expected else _report_bug(error, verbose=verbose)


def refused(error: BaseException) -> PregateError | None:
    """
    What to say of an error that is no bug: the disk is full, or the system lets nobody write there. ``None``
    for any other.
    """
    if not isinstance(error, OSError):
        return None
    if error.filename is not None:
        if error.errno not in (*_NO_ROOM, *_NOT_ALLOWED):
            return None
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else error.filename
        return PregateError(
            f"cannot use {name}: {error.strerror}", "Is there room, and may pregate write there?"
        )
    if isinstance(error, FileNotFoundError):  # of tempfile
        return PregateError(str(error.strerror), "Name a folder that may be written to: TMPDIR=FOLDER.")
    if error.errno not in _NO_ROOM:
        return None
    return PregateError(
        f"cannot write: {error.strerror}",
        "Is standard output open, and is there room where it goes, and for temporary files?",
    )


def _parse(argv: Sequence[str]) -> argparse.Namespace | int:
    """The options, or the exit code where argparse has said all."""
    if argv and argv[0] == "hook":
        from pregate.entry.hook import refuse_names_like_options

        refuse_names_like_options(argv)
    if (plain := quick.read(argv)) is not None:
        return plain
    try:
        args, unknown = parser_of(argv).parse_known_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    if unknown:
        command = f"pregate {args.command}"
        print(f"{command}: error: unrecognized arguments: {' '.join(unknown)}", file=sys.stderr)
        print(f"  {_see(command, args)}", file=sys.stderr)
        return UsageError.exit_code
    return args


def _see(command: str, args: argparse.Namespace) -> str:
    named = (getattr(args, name, "") for name in ("act", "verb", "kind", "hook", "question"))
    verb = next((word for word in named if isinstance(word, str) and word), "")
    return f"See {f'{command} {verb}'.strip()} --help."


def parser_of(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of a command line, with the options of the command that it names."""
    from pregate.entry.parsing import Parser, Raw, needed

    parser = Parser(
        prog="pregate",
        description="A security gate for changes: secrets, insecure Python, dependencies, AWS IAM policies.",
        epilog=_EPILOG,
        formatter_class=Raw,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"pregate {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in argv if word in COMMANDS), "")
    for name in needed(tuple(COMMANDS), chosen, argv):
        wanted, summary = name == chosen, COMMANDS[name]
        sub = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            formatter_class=Raw,
            allow_abbrev=False,
            add_help=wanted,
        )
        sub.add_argument("-v", "--verbose", action="store_true", help="say more, on standard error")
        if wanted:
            # Only the command that runs is imported: a hook does not pay for the others.
            importlib.import_module(f"pregate.entry.{name}").configure(sub)
    return parser


class _Saying(io.TextIOWrapper):
    """Standard error: what cannot be written there is lost, and the exit code is what it is without it."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream.buffer, stream.encoding, line_buffering=True)
        self._stream = stream  # at its end it would close what is under both

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            super().flush()


def _have_streams() -> None:
    """Puts a stream in the place of one that is closed: output is missed, and errors are not."""
    if sys.stdin is None:  # first, so that no file of ours gets a number that programs take for another
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stdout is None:
        # Open for reading alone: what is written to it fails, as to any output that is not there.
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _written(code: int) -> int:
    """The code, once all output is out: what cannot be written is told as any error is."""
    sys.stdout.flush()
    return code


def _drop_output() -> None:
    """What is still to be written goes nowhere: Python would try again at its end, and fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _survive_odd_names() -> None:
    """Paths may hold bytes that are no UTF-8, and a terminal may know ASCII only: printing never fails."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _report(error: PregateError) -> int:
    print(f"pregate: error: {error.message}", file=sys.stderr)
    for line in error.hint.splitlines():
        print(f"  {line}", file=sys.stderr)
    return error.exit_code


def _report_bug(error: BaseException, *, verbose: bool) -> int:
    """Type and place, not the words: an exception's text may quote a scanned file."""
    print(
        f"pregate: bug: {type(error).__name__} (this is a fault of pregate {__version__}, not yours)",
        file=sys.stderr,
    )
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    for frame in frames if verbose else frames[-1:]:
        print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
    print("  Please report it with these lines; run again with -v for all of them.", file=sys.stderr)
    return 4
