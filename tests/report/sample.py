"""Verdicts to render: every state, every kind of outcome, and text as an attacker would write it."""

from __future__ import annotations

from dataclasses import replace

from pregate.model import (
    CheckSummary,
    Completed,
    Component,
    Confidence,
    Counts,
    Decision,
    Failed,
    Finding,
    Fix,
    Inventory,
    Judged,
    License,
    Location,
    Outcome,
    Related,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    State,
    Unread,
    UnreadReason,
    Verdict,
)

SHELL = Rule(
    id="python/B602",
    title="subprocess call with shell=True",
    description="A shell reads the command line, so that a value in it can become a command.",
    remedy='Pass a list of arguments and leave `shell` out:\n\n```python\nsubprocess.run(["ls", path])\n```',
    severity=Severity.HIGH,
    help_uri="https://bandit.readthedocs.io/en/latest/plugins/b602.html",
    cwe=(78,),
)
ASSERT = Rule(
    id="python/B101",
    title="assert used",
    description="Assertions are removed when Python runs with -O.",
    remedy="Raise an exception.",
    severity=Severity.LOW,
    cwe=(703,),
)
KEY = Rule(
    id="secrets/aws-access-key",
    title="AWS access key",
    description="Who has the key can act as its owner.",
    remedy="- Rotate the key first.\n- Then take it out of the history.",
    severity=Severity.CRITICAL,
    cwe=(798,),
    tags=("security", "credentials"),
)
WILDCARD = Rule(
    id="iam/wildcard-action",
    title="policy allows every action",
    description="A policy with `Action: *` grants what nobody asked for.",
    remedy="Name the actions.",
    severity=Severity.MEDIUM,
)
ADVISORY = Rule(
    id="dependencies/GHSA-aaaa-bbbb-cccc",
    title="Template injection in example-package",
    description="Rendering an untrusted template runs code.",
    remedy="Upgrade example-package to 2.0.1.",
    severity=Severity.UNKNOWN,
    help_uri="https://osv.dev/vulnerability/GHSA-aaaa-bbbb-cccc",
)
RULES = (SHELL, ASSERT, KEY, WILDCARD)

HOSTILE_PATH = "src/a b\n::error::x`|<!-- -->[l](u)\x1b[31m\u202e\udcff#1@me.py"
HOSTILE_TEXT = (
    "see [here](https://evil.example/x), ![i](https://evil.example/i.png) @octocat <img src=x> "
    "<!-- pregate -->\n# heading\n| a | b |\n"
    "|---|---|\n```\n</details> \x1b]0;title\x07 \u202eabc\u2066 \udcfe"
    " www.evil.example #1 `x`"
)
HOSTILE_SNIPPET = 'x = "\x1b[2J`````\u202e" # ``` </code></pre>\r\n````\n[a](http://evil.example)'


def finding(rule: Rule, path: str, line: int, text: str, start: int, end: int, **more: object) -> Finding:
    """A finding on one line."""
    made = Finding(
        rule=rule,
        message=f"{rule.title} found",
        location=Location(path, line, start, line, end),
        severity=rule.severity,
        snippet=text,
        anchor=f"{rule.id}{line}",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def key_finding() -> Finding:
    return finding(
        KEY,
        "deploy/settings.py",
        3,
        "KEY = '***'  # deploy",
        8,
        28,
        message="AWS access key, value hidden",
    )


def shell_finding() -> Finding:
    return finding(
        SHELL,
        "src/app.py",
        12,
        "\tsubprocess.call(command, shell=True)",
        2,
        38,
        aliases=("CWE-78",),
        related=(Related(Location("src/app.py", 4, 1, 4, 18), "subprocess is imported here"),),
        properties=(("bandit", "B602"),),
    )


def wide_finding() -> Finding:
    """East Asian and combining characters before and in the region, over two lines with CRLF."""
    return finding(
        SHELL,
        "src/größe/文件.py",
        7,
        "名 = os.popen('数据 e\u0301',\r\n    '終わり')\r\n",
        5,
        1,
        location=Location("src/größe/文件.py", 7, 5, 8, 11),
        severity=Severity.MEDIUM,
        confidence=Confidence.LOW,
    )


def hostile_finding() -> Finding:
    return finding(
        SHELL,
        HOSTILE_PATH,
        1,
        HOSTILE_SNIPPET,
        1,
        9,
        message=HOSTILE_TEXT,
        remedy=HOSTILE_TEXT,
        location=Location(HOSTILE_PATH, 1, 1, 3, 4),
        aliases=("`|@x\n",),
        properties=(("a\x1b", "b\udcff"),),
        commit="\x1bff",
    )


def judged(state: State, found: Finding, *, in_diff: bool = True) -> Judged:
    return Judged(found, state, in_diff, state is not State.PRE_EXISTING)


def all_findings() -> tuple[Judged, ...]:
    suppressed = finding(SHELL, "src/app.py", 40, "os.system(x)  # nosec B602", 1, 13)
    return (
        judged(State.NEW, key_finding()),
        judged(State.NEW, shell_finding()),
        judged(
            State.NEW, replace(shell_finding(), ordinal=1, location=Location("src/app.py", 19, 2, 19, 38))
        ),
        judged(State.NEW, hostile_finding()),
        judged(State.PRE_EXISTING, finding(SHELL, "src/old.py", 2, "os.system(x)", 1, 13), in_diff=False),
        judged(State.SUPPRESSED, replace(suppressed, suppressed_by="# nosec B602")),
        judged(State.BELOW_THRESHOLD, wide_finding()),
        judged(State.BELOW_THRESHOLD, finding(ASSERT, "src/app.py", 5, "assert x", 1, 9)),
        judged(
            State.NEW,
            finding(
                ADVISORY,
                "requirements.txt",
                2,
                "example-package==1.0",
                1,
                21,
                aliases=("CVE-2026-0001",),
                fixes=(Fix("Pin example-package to 2.0.1", 2, 2, "example-package==2.0.1"),),
            ),
        ),
    )


def unread() -> tuple[Unread, ...]:
    return (
        Unread("src/broken.py", UnreadReason.UNPARSABLE, "invalid syntax", 9),
        Unread("assets/logo.png", UnreadReason.BINARY),
        Unread(HOSTILE_PATH, UnreadReason.TIMED_OUT, "30 s\x1b[0m"),
    )


def outcomes() -> tuple[Outcome, ...]:
    note = "OSV database advisories, newest record 2026-11-02"
    refusal = ("AccessAnalyzer refused the call (403)", "Grant access-analyzer:ValidatePolicy to the role.")
    return (
        Completed("secrets", (), unread()[1:2], Counts(4, 3, 1, 1, 0.2134)),
        Completed("python", (), (unread()[0], unread()[2]), Counts(3, 2, 0, 0, 1.5)),
        Completed("dependencies", (), (), Counts(1, 1, 0, 0, 0.01), (note,)),
        Failed("iam", *refusal, Counts(1)),
        Skipped("offline", SkipReason.OFFLINE),
        Skipped("idle", SkipReason.NO_TARGETS),
    )


def verdict_of(
    found: tuple[Judged, ...], made: tuple[Outcome, ...], decision: Decision, **more: object
) -> Verdict:
    """A verdict whose tallies agree with its findings."""
    summaries = []
    for outcome in made:
        mine = [j.state for j in found if j.finding.rule.check == outcome.check]
        tally = tuple((state, mine.count(state)) for state in State)
        summaries.append(CheckSummary(outcome.check, outcome, tally))
    verdict = Verdict(
        decision=decision,
        reasons=(),
        findings=found,
        checks=tuple(summaries),
        fail_on="high",
        change="4 staged files",
        compared=True,
        head=":index",
        seconds=1.234,
    )
    return replace(verdict, **more)  # type: ignore[arg-type]


def full() -> Verdict:
    """Everything at once; incomplete."""
    reasons = (
        "the iam check failed: AccessAnalyzer refused the call (403)",
        "2 files could not be read in full (1 timed-out, 1 unparsable)",
        "5 new findings at or over high (1 secrets, 3 python, 1 dependencies)",
    )
    return verdict_of(all_findings(), outcomes(), Decision.INCOMPLETE, reasons=reasons)


def failed() -> Verdict:
    """Two findings in harmless files."""
    found = (judged(State.NEW, key_finding()), judged(State.NEW, shell_finding()))
    made = (
        Completed("secrets", (), (), Counts(2, 2, 0, 0, 0.1)),
        Completed("python", (), (), Counts(1, 1, 0, 0, 0.2)),
    )
    return verdict_of(found, made, Decision.FAILED, reasons=("2 new findings at or over high",))


def clean() -> Verdict:
    made = (Completed("secrets", (), (), Counts(2, 2, 2, 0, 0.1)), Skipped("python", SkipReason.NO_TARGETS))
    return verdict_of((), made, Decision.PASSED, reasons=("no new finding at or over high",))


def nothing() -> Verdict:
    """No check had a file to look at."""
    made = tuple(Skipped(c, SkipReason.NO_TARGETS) for c in ("secrets", "python"))
    return verdict_of((), made, Decision.PASSED, change="1 staged file")


def inventory() -> Inventory:
    """A package in two files, one of each kind of licence and scope, a gap and a hostile name."""
    web = Component("pkg:npm/web@1.0.0", "npm", "web", "1.0.0", Location("a/package-lock.json", 4, 9, 4, 14),
                    License(id="MIT"), "direct", requires=("pkg:npm/%40scope/parser@2.1.0",))  # fmt: skip
    parser = Component("pkg:npm/%40scope/parser@2.1.0", "npm", "@scope/parser", "2.1.0",
                       Location("a/package-lock.json", 9), License(expression="MIT OR Apache-2.0"),
                       "transitive")  # fmt: skip
    return Inventory(
        (
            web,
            parser,
            replace(web, location=Location("b/package-lock.json", 7), dev=True),
            Component("pkg:pypi/example-package@2.0.0", "PyPI", "example-package", "2.0.0",
                      Location("requirements.txt", 3), License(name="see the file")),
            Component("pkg:pypi/tool@1", "PyPI", "tool", "1", Location("dev.txt", 1), depth="direct",
                      dev=True),
            Component("pkg:pypi/extra@1", "PyPI", "extra", "1", Location("dev.txt", 2), depth="direct",
                      optional=True),
            Component("", "Nowhere", HOSTILE_TEXT[:40], "1\n2", Location(HOSTILE_PATH, 5),
                      License(expression="LicenseRef-Own")),
        ),
        (Unread("app/uv.lock", UnreadReason.UNPARSABLE, "a merge conflict", 3),),
        "octo-org/example",
    )  # fmt: skip
