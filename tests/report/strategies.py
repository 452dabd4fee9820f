"""Any verdict, with the text that an attacker would choose."""

from __future__ import annotations

import re

from hypothesis import Phase, settings
from hypothesis import strategies as st

from pregate.model import (
    CheckSummary,
    Completed,
    Confidence,
    Counts,
    Decision,
    Failed,
    Finding,
    Fix,
    Judged,
    Location,
    Related,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    Standing,
    State,
    Suppression,
    SuppressionKind,
    Unread,
    UnreadReason,
    Verdict,
    Waiver,
)

PIECES = [
    *("`", "``", "```", "~~~", "[", "](", ")", "![", "<", ">", "<!--", "-->", "<img src=x>", "</details>"),
    *("&lt;", "&#64;", "@octocat", "#1", "GH-7", "deadbeef", "http://evil.example", "www.evil.example"),
    *("a@b.example", "\n", "\r\n", "\r", "\t", "    ", "- ", "1. ", "1)", "# ", "> ", "---", "===", "|"),
    *("|---|", "*", "_", "\\", "\\`", "$x$", ":smile:", "[^1]: x", "::error::", "##[error]", "%0A", "***"),
    *("\x1b[31m", "\x07", "\x00", "\x9b", "\u202e", "\u2066", "\u200b", "\u2028", "\udcff", "\ud800"),
    *("\U000e0041", "\ufeff", "文", "e\u0301", "👩\u200d💻", "a", "b c", ".", ":", "+", "="),
]

characters = st.characters(exclude_categories=())
hostile = st.lists(st.sampled_from(PIECES) | characters, max_size=12).map("".join)
# as os.fsdecode gives paths: bytes that are not UTF-8 are the only lone surrogates
decoded = hostile.map(lambda t: re.sub("[\ud800-\udc7f\udd00-\udfff]", "", t))
paths = decoded.map(lambda t: t.replace("\0", "").strip("/") or "x")
# A failing verdict is large: shrinking it takes minutes, and says little more.
quick = settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
checks = st.sampled_from(("secrets", "python", "dependencies", "iam"))
numbers = st.integers(0, 5000)
locations = st.builds(Location, paths, numbers, numbers, numbers, numbers)


often = settings(max_examples=100, deadline=None)


def _rule(check: str, name: str, title: str, text: str, severity: Severity, cwe: tuple[int, ...]) -> Rule:
    return Rule(f"{check}/{name}", title, text, text, severity, text, cwe, ("security", title))


rules = st.builds(
    _rule,
    checks,
    st.sampled_from(("B602", "B101", "x")) | decoded,
    hostile,
    hostile,
    st.sampled_from(Severity),
    st.lists(st.integers(0, 9999), max_size=12).map(tuple),
)
findings = st.builds(
    Finding,
    rule=rules,
    message=hostile,
    location=locations,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    remedy=hostile,
    aliases=st.lists(hostile, max_size=3).map(tuple),
    related=st.lists(st.builds(Related, locations, hostile), max_size=2).map(tuple),
    properties=st.lists(st.tuples(hostile, hostile), max_size=2).map(tuple),
    suppressed_by=hostile,
    snippet=hostile,
    anchor=st.text("0123456789abcdef", max_size=8),
    ordinal=st.integers(0, 3),
    commit=hostile,
    fixes=st.lists(st.builds(Fix, hostile, numbers, numbers, hostile), max_size=2).map(tuple),
)
judged = st.builds(Judged, findings, st.sampled_from(State), st.booleans(), st.booleans(), hostile)
waivers = st.builds(
    Waiver,
    st.builds(
        Suppression,
        kind=st.sampled_from(SuppressionKind),
        rule=hostile,
        origin=locations,
        words=hostile,
        reason=hostile,
        owner=hostile,
        until=st.sampled_from(("", "2027-01-31")),
        path=paths,
    ),
    st.sampled_from(Standing),
    st.booleans(),
    numbers,
    hostile,
)
unread = st.builds(Unread, paths, st.sampled_from(UnreadReason), hostile, st.integers(0, 99))
counts = st.builds(Counts, numbers, numbers, numbers, numbers, st.floats(0, 1000))


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    found = tuple(draw(st.lists(judged, max_size=4)))
    summaries = []
    for check in ("secrets", "python", "dependencies", "iam"):
        outcome = draw(
            st.builds(
                Completed,
                st.just(check),
                st.just(()),
                st.lists(unread, max_size=2).map(tuple),
                counts,
                st.lists(hostile, max_size=1).map(tuple),
            )
            | st.builds(Skipped, st.just(check), st.sampled_from(SkipReason))
            | st.builds(Failed, st.just(check), hostile, hostile, counts)
        )
        states = [j.state for j in found if j.finding.rule.check == check]
        summaries.append(CheckSummary(check, outcome, tuple((s, states.count(s)) for s in State)))
    return Verdict(
        decision=draw(st.sampled_from(Decision)),
        reasons=tuple(draw(st.lists(hostile, max_size=2))),
        findings=found,
        checks=tuple(summaries),
        fail_on=draw(st.sampled_from(("none", "low", "high"))),
        change=draw(hostile),
        compared=draw(st.booleans()),
        head=draw(hostile),
        seconds=draw(st.floats(0, 1000)),
        waivers=tuple(draw(st.lists(waivers, max_size=2))),
        notes=tuple(draw(st.lists(hostile, max_size=1))),
        policy_changes=tuple(draw(st.lists(hostile, max_size=1))),
    )
