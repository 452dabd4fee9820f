"""``pregate rules``: every rule that the checks know, or one of them explained."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Mapping

from pregate.config import CHECKS, Config
from pregate.errors import UsageError
from pregate.model import Rule


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = (
        "Rules of vulnerable dependencies come with their advisories: dependencies/GHSA-… and the like.\n"
    )
    parser.add_argument("rule", nargs="?", metavar="RULE", help="explain this rule (python/B602)")
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
        sys.stdout.write(explain(find_rule(rules, args.rule), args.format))
    else:
        sys.stdout.write(render_rules(rules, args.format))
    return 0


def all_rules(names: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of the checks in ``names``."""
    from pregate.checks import build_checks

    return tuple(rule for check in build_checks(Config(), names, b"") for rule in check.rules())


def find_rule(rules: tuple[Rule, ...], name: str) -> Rule:
    """The rule with this id, whatever the case of its letters. Raises UsageError naming the nearest ones."""
    by_id = {rule.id.lower(): rule for rule in rules}
    if name.lower() in by_id:
        return by_id[name.lower()]
    near = difflib.get_close_matches(name.lower(), by_id, 3, 0.5)
    hint = (
        f"Did you mean {' or '.join(by_id[n].id for n in near)}?" if near else "pregate rules lists them all."
    )
    raise UsageError(f"there is no rule {name!r}", hint)
