"""The JSON report read back: what comes out is what went in, or a refusal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pregate.config import CHECKS
from pregate.intake import slug_of
from pregate.model import (
    Completed,
    Counts,
    Decision,
    Fix,
    LineRange,
    Location,
    Place,
    Rule,
    Skipped,
    SkipReason,
    Standing,
    State,
    Suppression,
    SuppressionKind,
    Verdict,
    Waiver,
)
from pregate.report import FORMATS, json_report, reading
from pregate.report.annotations import select
from pregate.report.console import render_console
from pregate.report.origin import Origin
from pregate.report.reading import Read, ReportError, read_report
from tests.examples import examples
from tests.report import sample
from tests.report.decided import as_written, decided_verdicts, origins
from tests.report.strategies import hostile, quick

slow = settings(quick, max_examples=examples(20, 40), suppress_health_check=list(HealthCheck))
SHA = "0123456789abcdef0123456789abcdef01234567"
KEY = sample.key_finding().fingerprint
ORIGIN = Origin(
    repository="octo-org/example",
    event="pull_request",
    ref="refs/pull/7/merge",
    sha=SHA,
    head_sha="f" * 40,
    pull_request=7,
    base_sha="e" * 40,
    places=((KEY, Place(LineRange(3, 3), (LineRange(3, 3),))),),
)


def full() -> Verdict:
    """The sample of everything, less what no run writes: checks and a commit that do not exist."""
    found = tuple(
        replace(j, finding=replace(j.finding, commit=SHA if j.finding.commit else "", fixes=FIXES))
        for j in sample.all_findings()
    )
    verdict = sample.verdict_of(found, sample.outcomes()[:4], Decision.INCOMPLETE, reasons=("iam failed",))
    return as_written(replace(verdict, line_hashes=((sample.key_finding().fingerprint, "0123abc:1"),)))


FIXES = (Fix("Leave the shell out", 12, 13, "subprocess.run(command)"), Fix("Use a list", 12, 12, ""))
SAMPLES = {name: getattr(sample, name) for name in ("failed", "clean", "nothing")} | {"full": full}


def read(verdict: Verdict, origin: Origin | None = None) -> Read:
    return read_report(json_report.render(verdict, (), origin).encode())


def renderings(verdict: Verdict, rules: tuple[Rule, ...], origin: Origin | None = None) -> list[object]:
    return [
        *(render(verdict, rules) for render in FORMATS.values()),
        render_console(verdict, colour=True, verbose=True),
        json_report.render(verdict, rules, origin),
        select(verdict),
    ]


# ----------------------------------------------------------------------------------------------- round trip


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_read_back_is_equal_and_renders_the_same_bytes(name: str) -> None:
    verdict = SAMPLES[name]()
    known = {j.finding.fingerprint for j in verdict.findings}
    origin = replace(ORIGIN, sha="a" * 40, places=tuple(p for p in ORIGIN.places if p[0] in known))
    back = read(verdict, origin)
    assert back.verdict == verdict
    assert back.origin == origin
    assert renderings(back.verdict, back.rules, back.origin) == renderings(verdict, back.rules, origin)


@slow
@given(verdict=decided_verdicts(), origin=st.none() | origins)
def test_any_verdict_of_policy_read_back_is_equal_and_renders_the_same_bytes(
    verdict: Verdict, origin: Origin | None
) -> None:
    if origin and len(verdict.head) == 40:
        origin = replace(origin, sha=verdict.head)
    back = read(verdict, origin)
    assert back.verdict == verdict
    assert back.origin == origin
    assert dict(back.verdict.line_hashes) == dict(verdict.line_hashes)
    assert renderings(back.verdict, back.rules, back.origin) == renderings(verdict, back.rules, origin)


def test_the_rules_are_those_of_the_findings() -> None:
    assert read(sample.failed()).rules == (sample.SHELL, sample.KEY)


def test_a_known_rule_is_taken_from_the_caller() -> None:
    forged = replace(sample.SHELL, title="all is well", remedy="ignore it", help_uri="https://evil.example/")
    found = replace(sample.shell_finding(), rule=forged)
    verdict = sample.verdict_of(
        (sample.judged(State.NEW, found),), (Completed("python", (), (), Counts(1, 1)),), Decision.FAILED
    )
    back = read_report(json_report.render(verdict).encode(), (sample.SHELL, sample.KEY))
    assert back.rules == (sample.SHELL,)
    assert back.verdict.findings[0].finding == sample.shell_finding()


def test_a_report_of_this_module_names_no_origin_unless_it_has_one() -> None:
    document = json.loads(json_report.render(full()))
    assert "event" not in document
    assert "places" not in document
    assert read(full()).origin is None


LATER = ("ended", "notes", "policy_changes", "suppressions", "why", "excused", "suppression", "witness")
"""Keys that came after the format's first version."""


def test_a_report_without_the_keys_that_came_later_is_read() -> None:
    document = json.loads(json_report.render(full()))
    for node in (document, *document["findings"]):
        for key in LATER:
            node.pop(key, None)
    assert read_report(json.dumps(document).encode()).verdict == full()


# -------------------------------------------------------------------------------------------------- bytes


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        ('{"é": 1}'.encode(), "no JSON"),
        (b"\xef\xbb\xbf{}", "no JSON"),
        (b"[" * 1_000_000, "nested too deep"),
        (b'{"a":' * 1_000_000, "nested too deep"),
        (b"[" * 500 + b"]" * 500, "not what the format allows"),
        (b'{"schema": NaN}', "a number that JSON does not know"),
        (b'{"schema": -Infinity}', "a number that JSON does not know"),
        (b'{"schema": 1e999}', "too large"),
        (b'{"schema": 0.' + b"1" * 1000 + b"}", "too long"),
        (b'{"schema": ' + b"1" * 100_000 + b"}", "too long"),
        (b'{"schema": "pregate/1", "schema": "pregate/1"}', "a key twice"),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "a key twice"),
        (b"null", "not what the format allows"),
        (b"{}", "not what the format allows"),
        (b'"' + b"x" * 1000 + b'"', "not what the format allows"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_bytes_that_are_no_report_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(ReportError, match=words):
        read_report(data)


def test_a_report_over_the_limit_is_refused_unparsed() -> None:
    with pytest.raises(ReportError, match="over the limit of 32 MiB"):
        read_report(b" " * (reading.LIMIT + 1))


@pytest.mark.parametrize("piece", [b"[],", b"{},", b'"",', b"[[[[0]]]],", b"x", b"\\u0000", b'{"":0,"a":0},'])
def test_megabytes_of_nonsense_are_refused(piece: bytes) -> None:
    body = piece * ((reading.LIMIT - 2) // len(piece))
    with pytest.raises(ReportError):
        read_report(b"[" + body[:-1] + b"]")


@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ReportError):
        read_report(data)


# -------------------------------------------------------------------------------------------------- values


def edited(pointer: str, value: Any, verdict: Verdict | None = None) -> bytes:
    """A valid report in which what ``pointer`` leads to is another value."""
    document = json.loads(json_report.render(verdict or full(), (), replace(ORIGIN)))
    *way, last = (int(p) if p.isdigit() else p.replace("~1", "/") for p in pointer.split("/")[1:])
    node = document
    for part in way:
        node = node[part]
    node[last] = value
    return json.dumps(document).encode()


PATHS = [
    "/etc/passwd",
    "../x",
    "a/../b",
    "a/..",
    "..",
    ".",
    "a/./b",
    "a//b",
    "a/",
    "",
    "a\0b",
    "\ud800",
    "a" * 4097,
]
SECRET = "QUOTED-NOWHERE"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "pointer", ["/findings/1/location/path", "/findings/1/related/0/location/path", "/unread/1/path"]
)
def test_a_path_that_leaves_the_repository_is_refused(pointer: str, path: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_report(edited(pointer, path))
    assert caught.value.pointer == pointer


ACCEPTED = Suppression(SuppressionKind.INLINE, "python/*", Location("src/app.py", 12), "# pregate: ignore")


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("origin", {"path": "../x"}, "/origin/path"),
        ("lines", [9, 3], "/lines"),
        ("lines", [1], "/lines"),
        ("kind", "spoken", "/kind"),
        ("until", "soon", "/until"),
        ("count", -1, "/count"),
    ],
)
def test_a_suppression_that_cannot_be_is_refused_where_it_stands(key: str, value: Any, where: str) -> None:
    verdict = replace(full(), waivers=(Waiver(ACCEPTED, Standing.USED, count=1),))
    assert read(verdict).verdict == verdict
    document = json.loads(json_report.render(verdict))
    node = document["suppressions"][0]["suppression"]
    node[key] = node[key] | value if isinstance(value, dict) else value
    with pytest.raises(ReportError) as caught:
        read_report(json.dumps(document).encode())
    assert caught.value.pointer.startswith("/suppressions/0")
    assert caught.value.pointer.endswith((where, "/suppression/lines"))


def test_a_place_of_no_finding_is_refused() -> None:
    with pytest.raises(ReportError, match=r"^/places/\* is of no finding"):
        read_report(edited("/places", {"f" * 64: {"lines": [1, 2], "diff": []}}))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/schema", "pregate/2"),
        ("/verdict", "fine"),
        ("/exit_code", True),
        ("/exit_code", 7),
        ("/fail_on", "unknown"),
        ("/reasons/0", "x" * 70_000),
        ("/reasons", ["x"] * 1001),
        ("/seconds", -1),
        ("/seconds", 1e300),
        ("/seconds", "1"),
        ("/change/head", "main"),
        ("/change/head", SHA + "\n"),
        ("/change/compared", 1),
        ("/checks/0/check", "Evil check"),
        ("/checks/0/outcome", "splendid"),
        ("/checks/0/gaps", -1),
        ("/checks/0/gaps", 1.5),
        ("/checks/0/files/analysed", 10**30),
        ("/checks", [{}] * 5),
        ("/unread/0/reason", "lazy"),
        ("/unread/0/line", 10_000_001),
        ("/findings/0/state", "gone"),
        ("/findings/0/severity", "mild"),
        ("/findings/0/confidence", "absolute"),
        ("/findings/0/rule", "evil/rule"),
        ("/findings/0/commit", "HEAD"),
        ("/findings/0/in_diff", 0),
        ("/findings/0/message", None),
        ("/findings/0/message", "x" * 70_000),
        ("/findings/0/line_hash", "xyz"),
        ("/findings/0/line_hash", "0123456789abcdef0:1"),
        ("/findings/0/anchor", "\x1b[31m"),
        ("/findings/0/ordinal", -1),
        ("/findings/0/location/start_line", -1),
        ("/findings/0/location/end_line", 10_000_001),
        ("/findings/0/location/start_column", "1"),
        ("/findings/0/fixes/0/text", 1),
        ("/findings/0/fixes/0/start_line", -3),
        ("/findings/0/aliases", ["x"] * 1001),
        ("/findings/0/properties", {"a": ["b"]}),
        ("/findings/0/why", None),
        ("/findings/0/witness", "xyz"),
        ("/findings/0/suppression", {}),
        ("/findings/0/suppression", []),
        ("/findings", {}),
        ("/ended", -1),
        ("/ended", 1e15),
        ("/notes", ["x"] * 1001),
        ("/suppressions", [{}]),
        ("/event/repository", "octo-org/example/../other"),
        ("/event/repository", "octo-org"),
        ("/event/event", "pull_request; rm"),
        ("/event/ref", "main"),
        ("/event/ref", "refs/heads/a b"),
        ("/event/ref", "refs/heads/a\nb"),
        ("/event/sha", ""),
        ("/event/sha", SHA.upper()),
        ("/event/head_sha", "0123"),
        ("/event/pull_request", -7),
        ("/event/pull_request", 2**31),
        ("/event/tree", "yes"),
        (f"/places/{KEY}/lines", [0, 1]),
        (f"/places/{KEY}/diff", [[1, 2], [4, 5]]),
    ],
)
def test_a_value_that_the_format_does_not_have_is_refused_where_it_stands(pointer: str, value: Any) -> None:
    with pytest.raises(ReportError) as caught:
        read_report(edited(pointer, value))
    assert caught.value.pointer.startswith(pointer.rpartition("/")[0].replace(KEY, "*"))
    assert str(caught.value).startswith(caught.value.pointer + " ")


@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", "//evil.example", "https://a b", "data:x", "https://a\n"]
)
def test_a_page_of_a_rule_that_is_no_web_address_is_refused(uri: str) -> None:
    with pytest.raises(ReportError, match=r"^/rules/\S+/help_uri "):
        read_report(edited("/rules/python~1B602/help_uri", uri))


@pytest.mark.parametrize("node", ["", "/findings/0", "/rules", "/event", "/counts/by_check"])
def test_a_key_that_the_format_does_not_have_is_refused_and_not_quoted(node: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_report(edited(f"{node}/{SECRET}", SECRET))
    assert SECRET not in str(caught.value)


# --------------------------------------------------------------------------------------------- consistency


@pytest.mark.parametrize(
    ("pointer", "value", "where"),
    [
        ("/verdict", "passed", "/verdict"),
        ("/verdict", "failed", "/verdict"),
        ("/fail_on", "none", "/findings/0/state"),
        ("/fail_on", "low", "/findings/6/state"),
        ("/change/compared", False, "/findings/4/introduced"),
        ("/checks/2/gaps", 1, "/checks/2/gaps"),
        ("/checks/3/gaps", 1, "/checks/3/gaps"),
        ("/findings/0/state", "suppressed", "/findings/0/state"),
        ("/findings/0/state", "below-threshold", "/findings/0/state"),
        ("/findings/0/suppressed_by", "# nosec", "/findings/0/state"),
        ("/findings/0/introduced", False, "/findings/0/state"),
        ("/findings/0/severity", "low", "/findings/0/state"),
        ("/findings/8/state", "pre-existing", "/findings/8/state"),
        ("/findings/5/state", "new", "/findings/5/state"),
        ("/findings/0/fingerprint", "0" * 64, "/findings/0/fingerprint"),
        ("/findings/0/anchor", "other", "/findings/0/fingerprint"),
        ("/findings/0/ordinal", 1, "/findings/0/fingerprint"),
        ("/findings/0/location/path", "other.py", "/findings/0/fingerprint"),
        ("/findings/0/rule", "python/B602", "/findings/0/fingerprint"),
        ("/findings/0/rule", "python/unheard", "/findings/0/rule"),
        ("/findings/0/fixes/0/end_line", 11, "/findings/0/fixes/0/end_line"),
        ("/findings/0/fixes/0/start_line", 0, "/findings/0/fixes/0/end_line"),
        ("/checks/0/check", "python", "/checks"),
        ("/checks/0/outcome", "skipped", "/unread"),
        ("/checks/2/outcome", "skipped", "/skipped"),
        ("/checks/2/outcome", "failed", "/failed"),
        ("/checks/3/outcome", "completed", "/failed"),
        ("/unread/0/check", "iam", "/unread"),
        ("/skipped", [{"check": "iam", "reason": "offline"}], "/skipped"),
        ("/failed", [], "/failed"),
        ("/failed", [{"check": "iam", "message": "", "hint": ""}] * 2, "/failed"),
        ("/change/head", "f" * 40, "/event/sha"),
        (f"/places/{KEY}/lines", [9, 3], "/places/*"),
        (f"/places/{KEY}/diff", [[9, 3]], "/places/*"),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(pointer: str, value: Any, where: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_report(edited(pointer, value))
    assert caught.value.pointer == where


def test_a_finding_that_says_why_may_have_been_held_against_other_thresholds() -> None:
    for index, state in ((0, State.BELOW_THRESHOLD), (6, State.NEW)):
        found = list(sample.all_findings())
        found[index] = replace(found[index], state=state, why="at or over medium (python)")
        verdict = sample.verdict_of(tuple(found), sample.outcomes()[:4], Decision.INCOMPLETE)
        document = json_report.render(verdict).replace(r'"commit": "\u001bff"', '"commit": ""')
        assert read_report(document.encode()).verdict.findings[index].state is state


def test_what_does_not_fail_by_policy_is_below_the_threshold() -> None:
    excused = replace(sample.shell_finding(), excused="a development dependency")
    made = (Completed("python", (), (), Counts(1, 1)),)
    for state, decision in ((State.BELOW_THRESHOLD, Decision.PASSED), (State.NEW, Decision.FAILED)):
        verdict = sample.verdict_of((sample.judged(state, excused),), made, decision)
        if state is State.NEW:
            with pytest.raises(ReportError, match=r"^/findings/0/state "):
                read(verdict)
        else:
            assert read(verdict).verdict == verdict


def test_a_gate_may_fail_for_something_else_than_a_finding_and_then_says_so() -> None:
    made = (Completed("python", (), (), Counts(1, 1)),)
    verdict = sample.verdict_of((), made, Decision.FAILED, reasons=("1 expired suppression",))
    assert read(verdict).verdict == verdict
    with pytest.raises(ReportError, match=r"^/verdict "):
        read(replace(verdict, reasons=()))


def test_a_failing_report_cannot_say_that_it_passed() -> None:
    for word in ("passed", "incomplete"):
        with pytest.raises(ReportError, match=r"^/verdict "):
            read_report(edited("/verdict", word, sample.failed()))


def test_a_check_that_was_skipped_for_want_of_a_database_leaves_the_verdict_open() -> None:
    made = (Completed("secrets", (), (), Counts(1, 1)), Skipped("dependencies", SkipReason.OFFLINE))
    for decision in (Decision.PASSED, Decision.INCOMPLETE):
        assert read(sample.verdict_of((), made, decision)).verdict.decision is decision
    with pytest.raises(ReportError, match=r"^/verdict "):
        read(sample.verdict_of((), made, Decision.FAILED))


def test_a_finding_of_a_check_that_is_not_there_is_refused() -> None:
    found = (sample.judged(State.NEW, sample.key_finding()),)
    verdict = sample.verdict_of(found, (Completed("python", (), (), Counts()),), Decision.FAILED)
    with pytest.raises(ReportError, match=r"^/findings/0/check "):
        read(verdict)


def test_places_without_an_event_are_refused() -> None:
    document = json.loads(json_report.render(full(), (), ORIGIN))
    del document["event"]
    with pytest.raises(ReportError, match=r"^/places "):
        read_report(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/headline", "PASSED: all is well"),
        ("/counts/findings", 0),
        ("/counts/by_state/new", 0),
        ("/checks/0/findings/new", 0),
        ("/checks/3/whole", True),
        ("/exit_code", 0),
        ("/findings/0/title", "nothing"),
        ("/findings/0/check", "iam"),
        ("/findings/0/location/path_display", "README.md"),
        ("/findings/0/location/uri", "README.md"),
    ],
)
def test_what_can_be_worked_out_is_not_taken_from_the_report(pointer: str, value: Any) -> None:
    assert read_report(edited(pointer, value)).verdict == full()


# ------------------------------------------------------------------------------------------------- schema

SCHEMA = files("pregate.report").joinpath("report.schema.json")


def test_the_names_of_checks_are_ours_and_those_of_other_scanners() -> None:
    schema = json.loads(SCHEMA.read_bytes())
    check, rule = schema["$defs"]["check"]["pattern"], schema["$defs"]["rule"]["pattern"]
    for name in (*CHECKS, "semgrep", "cfn-lint", slug_of("x" * 400), "secrets-sarif-2"):
        assert re.fullmatch(check, name)
        assert re.match(rule, f"{name}/R1")


def nodes(value: Any) -> Iterator[Any]:
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(item)


def test_others_may_pass_over_keys_that_the_published_schema_does_not_know() -> None:
    schema = json.loads(SCHEMA.read_bytes())
    assert [n for n in nodes(schema) if isinstance(n, dict) and n.get("additionalProperties") is False] == []
    document = json.loads(json_report.render(full(), (), ORIGIN))
    named = [n for n in nodes(document) if isinstance(n, dict) and "start_line" in n | n.get("location", {})]
    for node in (document, document["change"], document["event"], document["counts"], *named):
        node["later"] = {"any": ["thing"]}
    Draft202012Validator(schema).validate(document)


def test_the_schema_refers_to_nothing_outside_itself() -> None:
    references = [
        n["$ref"] for n in nodes(json.loads(SCHEMA.read_bytes())) if isinstance(n, dict) and "$ref" in n
    ]
    assert references
    assert [r for r in references if not r.startswith("#/$defs/")] == []


def test_the_schema_bounds_every_string_list_and_number_that_is_read() -> None:
    bounds = {"string": "maxLength", "array": "maxItems", "integer": "maximum", "number": "maximum"}
    derived = {"headline", "path_display", "uri", "exit_code"}
    free = [
        name
        for node in nodes(json.loads(SCHEMA.read_bytes()))
        if isinstance(node, dict)
        for name, kind in node.items()
        if isinstance(kind, dict) and name not in derived and isinstance(kind.get("type"), str)
        if kind["type"] in bounds and bounds[kind["type"]] not in kind and "pattern" not in kind
    ]
    assert set(free) <= {"findings", "new", "below-threshold", "pre-existing", "suppressed"}


# ------------------------------------------------------------------------------------------------- fuzzing

HOSTILE: list[Any] = [
    *(None, True, False, 0, 1, -1, 2**31, 2**63, 10**39, 0.5, 1e300, [], {}, [[]], {"": {}}, "", " ", "\0"),
    *("..", "/", "a/../b", "\ud800", "\x1b[2J", "\n", "x" * 5000, "#" * 70_000, "javascript:alert(1)", SHA),
    *(
        "new",
        "high",
        "secrets",
        "completed",
        "passed",
        "none",
        ":index",
        {"secrets": []},
        ["secrets"],
        [[1, 2]],
    ),
]
hostile_values = st.sampled_from(HOSTILE) | hostile | st.integers(-5, 10**8) | st.floats(allow_nan=False)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a document with each of its keys or positions."""
    found = []
    for node in nodes(value):
        if isinstance(node, dict | list):
            found += [(node, key) for key in (list(node) if isinstance(node, dict) else range(len(node)))]
    return found


def mutate(document: Any, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
    spots = places(document)
    node, key = spots[draw(st.integers(0, len(spots) - 1))]
    other, name = spots[draw(st.integers(0, len(spots) - 1))]
    match draw(st.sampled_from(("replace", "delete", "insert", "copy"))):
        case "replace":
            node[key] = draw(hostile_values)
        case "delete":
            del node[key]
        case "insert" if isinstance(node, list):
            node.insert(key, draw(hostile_values))
        case "insert":
            node[draw(hostile)] = draw(hostile_values)
        case "copy":
            node[key] = json.loads(json.dumps(other[name]))


@pytest.mark.long
@settings(slow, max_examples=examples(100, 400))
@given(data=st.data())
def test_a_mutated_report_is_refused_or_renders_everywhere(data: st.DataObject) -> None:
    document = json.loads(json_report.render(full(), (), ORIGIN))
    for _ in range(data.draw(st.integers(1, 3))):
        mutate(document, data.draw)
    outcome = tried(json.dumps(document).encode())
    if isinstance(outcome, Read):
        assert all(renderings(outcome.verdict, outcome.rules, outcome.origin))
    else:
        assert str(outcome).isascii()
        assert len(str(outcome)) < 300


def tried(data: bytes) -> Read | ReportError:
    try:
        return read_report(data)
    except ReportError as error:
        return error


LONG = ["x" * 65_536, "`" * 65_536, "[" * 65_536, "\n" * 65_536, "a\u0301\t" * 20_000]
LARGEST = {"start_line": 10**7, "start_column": 10**9, "end_line": 10**7, "end_column": 10**9}


@pytest.mark.parametrize("text", LONG, ids=lambda text: ascii(text[0]))
def test_the_largest_values_render(text: str) -> None:
    document = json.loads(json_report.render(full(), (), ORIGIN))
    for entry in document["findings"][:3]:
        entry |= {"message": text, "snippet": text, "remedy": text, "title": text}
        entry["location"] |= LARGEST
    document["reasons"] = [text] * 10
    document["change"]["description"] = text
    back = read_report(json.dumps(document).encode())
    assert all(renderings(back.verdict, back.rules, back.origin))


def test_a_report_with_10_000_findings_is_read() -> None:
    found = tuple(
        sample.judged(State.NEW, replace(sample.key_finding(), ordinal=n, location=Location("a.py", n + 1)))
        for n in range(10_000)
    )
    made = (Completed("secrets", (), (), Counts(1, 1)),)
    data = json_report.render(sample.verdict_of(found, made, Decision.FAILED)).encode()
    assert len(read_report(data).verdict.findings) == 10_000
