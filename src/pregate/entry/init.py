"""``pregate init``: configuration, hook and workflow for a repository, shown before they are written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pregate.entry.drafts import Draft, drafts_for, hook_entry
from pregate.entry.new_files import in_the_way, make_file
from pregate.entry.survey import OWN_CONFIG, Survey, survey
from pregate.errors import PregateError
from pregate.records import dataclass
from pregate.report.visible import visible

_EPILOG = """\
It looks at the files that git does not ignore: languages, lock files, AWS policies, and what is set up
already. Then it shows what it would write, and asks. Without a terminal nothing is written unless --yes says
so. No file is ever overwritten: where one is in the way, what is to be added by hand is shown.

examples:
  pregate init          show, ask, write
  pregate init --yes    write without asking
  pregate init | less   only show
"""
_NAMES = ("config", "workflow")


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What is to be done: drafts to write, and those that cannot be written, each with the reason.
    """

    found: Survey
    write: tuple[Draft, ...]
    left: tuple[tuple[Draft, str], ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
    )
    parser.add_argument("--only", choices=_NAMES, action="append", default=[], metavar="NAME",
                        help=f"only this file; repeatable ({', '.join(_NAMES)})")  # fmt: skip
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Shows the plan and carries it out when that is wanted; 0, or PregateError for a failed write."""
    plan = plan_for(survey(Path(args.directory), environ), tuple(args.only) or _NAMES)
    sys.stdout.write("\n".join(shown(plan)) + "\n")
    if not plan.write:
        print("\npregate init: nothing to write")
        return 0
    if not (args.yes or _is_agreed(plan)):
        return 0
    for draft in plan.write:
        try:
            make_file(plan.found.root, draft.path, draft.text)
        except OSError as error:
            raise PregateError(
                f"{draft.path} cannot be written: {error.strerror}",
                "Nothing that was there has been touched. Mend the cause, and run pregate init again.",
            ) from None
        print(f"wrote {draft.path}")
    print("\n" + "\n".join(_next(plan)))
    return 0


def plan_for(found: Survey, names: Sequence[str] = _NAMES) -> Plan:
    """What can be written of the drafts in ``names``, and why not the others."""
    write: list[Draft] = []
    left: list[tuple[Draft, str]] = []
    for name, draft in zip(_NAMES, drafts_for(found), strict=True):
        if name not in names:
            continue
        reason = _served(found, draft) or in_the_way(found.root, draft.path)
        if reason:
            left.append((draft, reason))
        else:
            write.append(draft)
    return Plan(found, tuple(write), tuple(left))


def _served(found: Survey, draft: Draft) -> str:
    """Why it is not needed: another file does its work."""
    if draft.path == OWN_CONFIG:
        return f"{found.config} holds the configuration" if found.config not in ("", draft.path) else ""
    return f"{found.workflow} runs pregate" if found.workflow not in ("", draft.path) else ""


def shown(plan: Plan) -> Iterator[str]:
    """The plan for people, line by line."""
    found = plan.found
    yield visible(f"{found.root}: {_summary(found)}")
    for draft in plan.write:
        yield from ("", f"{draft.path} (new)")
        yield from (f"  + {visible(line)}".rstrip() for line in draft.text.splitlines())
    for draft, reason in plan.left:
        yield from ("", f"{draft.path} is left as it is: {visible(reason)}. What it would hold:")
        yield from (f"    {visible(line)}".rstrip() for line in draft.text.splitlines())
    yield ""
    yield from _hooks(found)


def _summary(found: Survey) -> str:
    parts = [f"{found.files} {'file' if found.files == 1 else 'files'}"]
    if found.python:
        parts.append(f"{found.python} of Python")
    if found.locks:
        more = (
            f" and {found.lock_count - len(found.locks)} more" if found.lock_count > len(found.locks) else ""
        )
        parts.append(f"packages locked in {', '.join(found.locks)}{more}")
    if found.policies:
        parts.append(f"AWS policies in {', '.join(found.policies)}")
    if found.large:
        parts.append(f"{len(found.large)} over the size limit")
    return "; ".join(parts)


def _hooks(found: Survey) -> Iterator[str]:
    if found.is_hooked:
        yield f"Hook: {found.framework} runs pregate already."
    elif found.framework:
        yield f"Hook: {found.framework} is left as it is. Add this to its repos, and run pre-commit install:"
        yield from (f"    {line}" for line in hook_entry().splitlines())
    else:
        yield "Hook: pregate hook install   judges every commit before it is made, on this machine"


def _is_agreed(plan: Plan) -> bool:
    """Asks on a terminal; elsewhere says that nothing was written."""
    number = f"{len(plan.write)} file{'s' if len(plan.write) > 1 else ''}"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(f"\npregate init: nothing was written; pregate init --yes writes {number}")
        return False
    try:
        answer = input(f"\nWrite {number}? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() in ("y", "yes"):
        return True
    print("pregate init: nothing was written")
    return False


def _next(plan: Plan) -> Iterator[str]:
    yield "Next:"
    yield f"  git add {' '.join(draft.path for draft in plan.write)}"
    if not plan.found.framework:
        yield "  pregate hook install       judges every commit before it is made, on this machine"
    yield "  pregate scan --all         what is there now; of a pull request only what it adds will count"
    yield "  pregate baseline create    accepts that, so that what is there fails no scan of the whole tree"
