"""
``pregate hook``: what git and the pre-commit framework call, and putting it where git looks.

A hook judges what git is about to record or to pass on, never the working tree, and asks no service unless
told to.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate.entry.options import add_cache_options, add_gate_options, cache_directory, overrides
from pregate.entry.organisation import policy_reader
from pregate.entry.pushes import Update, parse_pre_push, parse_pre_receive
from pregate.errors import UsageError
from pregate.model import Decision

if TYPE_CHECKING:
    import argparse

    from pregate.changes import Selection
    from pregate.entry.parsing import Parser

_FILES = (("files", {"nargs": "*", "metavar": "FILE", "help": "from the pre-commit framework"}),)
_REMOTE = (
    ("remote", {"nargs": "?", "default": "", "help": "from git: the remote's name"}),
    ("url", {"nargs": "?", "default": "", "help": "from git: the remote's address"}),
)
REMOTE_WIDTH = "72"  # `remote: ` stands before each line that a server's hook prints
_SEVERITY = (Decision.PASSED, Decision.FAILED, Decision.INCOMPLETE)
_EPILOG = """\
examples:
  pregate hook install                                   before every commit
  pregate hook install --type pre-commit --type pre-push
  pregate hook uninstall                                 puts back what was there before
"""


def configure(parser: Parser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    hooks = parser.add_subparsers(dest="hook", required=True, metavar="HOOK")
    _add(hooks, "pre-commit", "judge the index; files given are the change set", _run_pre_commit, _FILES)
    text = "judge every commit that the remote lacks; refs on standard input"
    _add(hooks, "pre-push", text, _run_pre_push, _REMOTE)
    _add(hooks, "pre-receive", "judge every commit that is pushed to this server", _run_pre_receive, ())
    for name, act in (("install", _install), ("uninstall", _uninstall)):
        place = hooks.add_parser(name, help=f"{name} hooks in this repository", allow_abbrev=False)
        place.later(_add_places)
        place.set_defaults(act=act)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Runs the hook; the exit code is that of the worst verdict. Raises PregateError."""
    return int(args.act(args, environ))


def refuse_names_like_options(words: Sequence[str]) -> None:
    """
    Raises UsageError where a word of a ``pre-commit`` command line begins as an option does and is the name
    of a file too. The framework puts the names of files after the options with nothing in between, so that a
    change could bring a file called ``--fail-on=none``.
    """
    given = words[words.index("pre-commit") + 1 :] if "pre-commit" in words else ()
    if "--" in given and not os.path.lexists("--"):
        return
    for word in given:
        if word.startswith("-") and os.path.lexists(word):
            raise UsageError(
                f"{word!a} may be an option, and there is a file of that name",
                "Rename the file; or, where the framework runs pregate, end its `args` with `--`.",
            )


def _add(hooks: argparse._SubParsersAction[Parser], name: str, text: str, act: object,
         words: Sequence[tuple[str, Mapping[str, Any]]]) -> None:  # fmt: skip
    parser = hooks.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", allow_abbrev=False
    )
    parser.set_defaults(act=act)
    parser.later(functools.partial(_add_options, words=words))


def _add_options(parser: argparse.ArgumentParser, words: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    add_gate_options(parser)
    parser.add_argument("--online", action="store_true", help="ask services too, such as the OSV API")
    parser.add_argument("--tools", action="store_true", help="run the scanners of [[tools]] too")
    add_cache_options(parser)
    for name, about in words:
        parser.add_argument(name, **about)


def _add_places(parser: argparse.ArgumentParser) -> None:
    from pregate.entry.installation import TYPES

    parser.add_argument("--type", action="append", default=[], choices=TYPES, metavar="TYPE",
                        help=f"which hook; repeatable ({', '.join(TYPES)})")  # fmt: skip
    parser.add_argument("-C", "--directory", default=".", metavar="DIR", help="a folder in the repository")


# ---------------------------------------------------------------------------------------------------- runs


def _run_pre_commit(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    return _judge([commit_selection(args.files, environ)], args, environ)


def _run_pre_push(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    if _framework_range(environ):
        return _judge([commit_selection((), environ)], args, environ)
    updates = parse_pre_push(_read_refs())
    exclude = (f"--remotes={args.remote}",) if args.remote and args.remote != args.url else ()
    return _judge_updates(updates, exclude, args, environ)


def _run_pre_receive(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    updates = parse_pre_receive(_read_refs())
    return _judge_updates(updates, ("--all",), args, {"COLUMNS": REMOTE_WIDTH, **environ})


def _judge_updates(
    updates: Sequence[Update], exclude: tuple[str, ...], args: argparse.Namespace, environ: Mapping[str, str]
) -> int:
    selections = push_selections(updates, exclude)
    if not selections:
        what = "deletions only" if updates else "no refs"
        print(f"pregate: nothing to judge: {what}", file=sys.stderr)
    return _judge(selections, args, environ)


def _judge(selections: Sequence[Selection], args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from pregate.entry.progress import progress_for
    from pregate.entry.writing import print_console
    from pregate.pipeline import Request, run
    from pregate.tools.wishes import Wishes

    options = overrides(args)
    options.setdefault("offline", not args.online)
    wishes = Wishes(is_off=bool(args.check), is_hook=not args.tools)
    worst = Decision.PASSED
    for selection in selections:
        request = Request(
            directory=Path(),
            selection=selection,
            overrides=options,
            cache_dir=cache_directory(args, environ),
            policies=policy_reader(environ, cache_directory(args, environ)),
            environ=environ,
            wishes=wishes,
        )
        with progress_for(sys.stderr, environ, quiet=False) as progress:
            result = run(request, progress)
        decision = result.verdict.decision
        print_console(result.verdict, environ, quiet=decision is Decision.PASSED, verbose=args.verbose)
        sys.stdout.flush()
        worst = max(worst, decision, key=_SEVERITY.index)
    return worst.exit_code


# ---------------------------------------------------------------------------------------------- selections


def commit_selection(files: Sequence[str], environ: Mapping[str, str]) -> Selection:
    """
    What a commit hook judges: the index, all of it or the files given.

    Under the pre-commit framework between two revisions: what it names in the environment; at a push each
    commit of it, since a secret that a later commit removes is passed on all the same.
    """
    from pregate.changes import Commits, Range, Staged

    between = _framework_range(environ)
    if between is None:
        return Staged(tuple(files))
    remote = environ.get("PRE_COMMIT_REMOTE_NAME", "")
    return Commits(*between, not_in=(f"--remotes={remote}",)) if remote else Range(*between, tuple(files))


def push_selections(updates: Sequence[Update], exclude: tuple[str, ...]) -> tuple[Selection, ...]:
    """
    The commits that each ref brings and the other side lacks, each commit once.

    ``exclude`` are options of ``git rev-list`` for what the other side is known to have. What the ref had is
    excluded too; where it is not known here (someone else pushed with force) git excludes nothing for it.
    """
    from pregate.changes import Commits

    selections: list[Selection] = []
    seen: tuple[str, ...] = ()
    for update in updates:
        if update.is_deletion or update.new in seen:
            continue
        selections.append(Commits(update.old, update.new, not_in=(*exclude, *seen)))
        seen = (*seen, update.new)
    return tuple(selections)


def _framework_range(environ: Mapping[str, str]) -> tuple[str, str] | None:
    base, head = environ.get("PRE_COMMIT_FROM_REF", ""), environ.get("PRE_COMMIT_TO_REF", "")
    return (base, head) if base and head else None


def _read_refs() -> list[str]:
    # Not splitlines: the name of a ref may hold U+2028 and its like, which git does not mean as line ends.
    return os.fsdecode(sys.stdin.buffer.read()).split("\n")


# -------------------------------------------------------------------------------------------- installation


def _install(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from pregate.entry.installation import install

    for change in install(Path(args.directory), tuple(args.type), environ):
        print(f"{change.hook}: {change.done} ({change.path})")
    return 0


def _uninstall(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from pregate.entry.installation import uninstall

    changes = uninstall(Path(args.directory), tuple(args.type), environ)
    for change in changes:
        print(f"{change.hook}: {change.done} ({change.path})")
    if not changes:
        print("no hook of pregate's is installed here")
    return 0
