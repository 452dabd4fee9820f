"""``pregate rules``: every rule that the checks know, or the page that ``pregate explain`` has of one."""

from __future__ import annotations

import argparse
import difflib
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pregate.config import CHECKS
from pregate.errors import UsageError
from pregate.model import Rule


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = (
        "Rules of vulnerable dependencies come with their advisories: dependencies/GHSA-… and the like.\n"
        "pregate explain RULE shows the same page, and knows those too.\n"
    )
    parser.add_argument("rule", nargs="?", metavar="RULE", help="explain this rule (python/B602, or B602)")
    parser.add_argument("--check", action="append", choices=CHECKS, default=[], metavar="NAME",
                        help="list only the rules of this check; repeatable")  # fmt: skip
    parser.add_argument(
        "--format", choices=("text", "markdown"), default="text", help="how to write it (default: text)"
    )
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:  # noqa: ARG001
    """Prints the list or the page; 0, or UsageError for an unknown rule."""
    from pregate.report.rules_list import explain, render_rules

    rules = all_rules(tuple(args.check) or CHECKS)
    if args.rule:
        sys.stdout.write(explain(find_rule(rules, args.rule), args.format, page_width()))
    else:
        sys.stdout.write(render_rules(rules, args.format))
    return 0


def page_width() -> int:
    """How wide a page is: as the terminal, but no wider than is good to read."""
    return min(shutil.get_terminal_size((100, 24)).columns, 100)


def all_rules(names: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of the checks in ``names``."""
    from pregate.checks import known_rules

    return known_rules(names)


def find_rule(rules: Iterable[Rule], name: str) -> Rule:
    """
    The rule that is meant: its id, with or without the check's name before it, whatever the case of letters.

    Raises UsageError naming the nearest ones, or all that are meant where that is not one.
    """
    by_name: dict[str, dict[str, Rule]] = defaultdict(dict)
    for rule in rules:
        for written in (rule.id, rule.id.partition("/")[2]):
            by_name[written.lower()][rule.id] = rule
    found = list(by_name.get(name.lower(), {}).values())
    if len(found) == 1:
        return found[0]
    ids = [r.id for r in found] or nearest_ids(by_name, name)
    hint = _not_of_a_rule(name) or (f"Did you mean {' or '.join(ids)}?" if ids else _elsewhere(name))
    words = "is the name of several rules" if found else "is the name of no rule"
    raise UsageError(f"{name[:100]!r} {words}", hint)


def _not_of_a_rule(name: str) -> str:
    if name.lower() in CHECKS:
        return f"It is a check: pregate rules --check {name.lower()} lists its rules."
    if re.fullmatch(r"[0-9a-f]{4,7}", name.lower()) and not name.isalpha():
        return "Of a fingerprint give eight digits or more; pregate rules lists the rules."
    return ""


def _elsewhere(name: str) -> str:
    check, slash, _ = name.partition("/")
    if slash and check.lower() not in CHECKS:
        return "A rule of another scanner is explained by a report that has it: --from FILE."
    return "pregate rules lists them all."


def nearest_ids(by_name: Mapping[str, Mapping[str, Rule]], name: str) -> Sequence[str]:
    """The ids of the rules whose names are most like ``name``, at most three, the nearest first."""
    near = difflib.get_close_matches(name.lower()[:100], by_name, 6, 0.6)
    return list(dict.fromkeys(key for word in near for key in by_name[word]))[:3]
