"""Which rule a suppression's word means."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

# A rule's id, a check's name, or a glob of rules within a check. No more than one star in a row.
_WORD = re.compile(r"[A-Za-z0-9_.:@+-]{1,100}(?:/[A-Za-z0-9_.:@+*?/-]{1,200})?")


def wrong_with(word: str) -> str:
    """Why ``word`` means no rule, in words that end a sentence; ``""`` when it may mean some."""
    if not word:
        return "names no rule"
    check, slash, rest = word.partition("/")
    if "*" in check or "?" in check:
        return "may not be about every check: name one, as in secrets/*"
    if slash and not rest:
        return "names no rule behind the slash"
    if not _WORD.fullmatch(word) or word.count("*") > 3:
        return "has no rule's name in its brackets"
    return ""


def means(word: str, rule: str, aliases: Iterable[str] = ()) -> bool:
    """
    Whether a suppression for ``word`` is about a finding of ``rule`` (``python/B602``).

    The word is the rule's id, the part of it behind the slash, an alias of the finding (``CVE-2024-1234``),
    the name of the check, or a glob of rules within the check (``secrets/*``). Case counts.
    """
    check, _, own = rule.partition("/")
    if word in (rule, own, check):
        return bool(word)
    if "/" in word:
        first, _, rest = word.partition("/")
        return first == check and (fnmatch.fnmatchcase(own, rest) or rest in aliases)
    return word in aliases
