"""Other scanners' findings beside ours: anchors, masks, what is new, and what could not be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.checks import make_masker
from pregate.engine import intake_text
from pregate.engine.analyst import TimeLimitError
from pregate.engine.intake import Document, Terms, outcomes_of
from pregate.engine.intake_new import compare
from pregate.intake import PLACE, WHOLE_FILE
from pregate.model import (
    Blob,
    ChangedFile,
    ChangeSet,
    Completed,
    Failed,
    Finding,
    LineRange,
    Location,
    Mode,
    Rule,
    Severity,
    Unread,
    UnreadReason,
)
from tests.intake.made import location, log, result, run

HEAD, BASE = "a" * 40, "b" * 40
VALUE = "q7Zk" + "39Xw" * 3 + "vT2m"


class Files:
    """Two snapshots in memory."""

    def __init__(self, head: dict[str, str], base: dict[str, str] | None = None) -> None:
        self._sides = {HEAD: head, BASE: base or {}}

    def find(self, revision: str, path: str) -> Blob | None:
        known = path in self._sides[revision]
        return Blob(path, "", Mode.FILE, revision) if known else None

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        data = self._sides[blob.revision][blob.path].encode()
        return data if len(data) <= limit else Unread(blob.path, UnreadReason.TOO_LARGE)


def changed(path: str, *bases: str, added: tuple[LineRange, ...] = ()) -> ChangedFile:
    return ChangedFile(
        Blob(path, "", Mode.FILE, HEAD), tuple(Blob(b, "", Mode.FILE, BASE) for b in bases), added
    )


def change(*files: ChangedFile, compared: bool = True) -> ChangeSet:
    return ChangeSet(files, "a change", compared, HEAD, BASE if compared else HEAD)


def judge(
    *documents: Document, files: Any = None, of: ChangeSet | None = None, **more: Any
) -> list[Completed | Failed]:
    source = files or Files({"a.py": "x = 1\ny = eval(x)\n"})
    terms = Terms(of or change(compared=False), source, key=b"k", **more)
    outcomes = outcomes_of(documents, terms, ("secrets", "python"))
    return [o for o in outcomes if isinstance(o, Completed | Failed)]


def completed(*documents: Document, **more: Any) -> Completed:
    (outcome,) = judge(*documents, **more)
    assert isinstance(outcome, Completed)
    return outcome


def doc(*results: Any, name: str = "out.sarif", tool: str = "Some Tool", is_base: bool = False) -> Document:
    return Document(name, log(run(*results, name=tool)), is_base=is_base)


# ---------------------------------------------------------------------------------------- words and anchors


def test_findings_get_their_line_and_an_anchor_that_survives_moves() -> None:
    first = completed(doc(result()))
    moved = completed(
        doc(result(locations=[location("a.py", startLine=4)])),
        files=Files({"a.py": "\n\nx = 1\n    y = eval(x)\n"}),
    )
    one, other = first.candidates[0].finding, moved.candidates[0].finding
    assert one.snippet == "y = eval(x)"
    assert one.anchor == other.anchor
    assert (first.check, first.counts.analysed) == ("some-tool", 1)


def test_ordinals_go_by_the_place_not_by_the_documents_order() -> None:
    made = [result(locations=[location("a.py", startLine=n)]) for n in (3, 1, 2)]
    found = completed(doc(*made), files=Files({"a.py": "f(x)\nf(x)\nf(x)\n"})).candidates
    assert [(c.finding.location.start_line, c.finding.ordinal) for c in found] == [(3, 2), (1, 0), (2, 1)]


@pytest.mark.parametrize("end", [16, 27, 28])
def test_a_secret_is_shown_nowhere_even_where_columns_are_off(end: int) -> None:
    text = f'key = 1\ntoken = "{VALUE}"\n'
    place = location("a.py", startLine=2, startColumn=11, endColumn=end)
    made = result(message={"text": f"Found {VALUE} in a.py"}, locations=[place])
    outcome = completed(doc(made, tool="gitleaks"), files=Files({"a.py": text}))
    assert VALUE[2:] not in repr(outcome)
    assert VALUE[:-2] not in repr(outcome)
    assert outcome.candidates[0].finding.snippet == 'token = "***"'


def test_a_value_that_is_flagged_by_its_whole_line_is_found_in_the_message() -> None:
    made = result(message={"text": f"Match: TOKEN = {VALUE}"}, locations=[location("a.py", startLine=2)])
    other = result(
        ruleId="R2", message={"text": "long"}, locations=[location("a.py", startLine=1, endLine=3)]
    )
    outcomes = judge(
        doc(made, tool="gitleaks"), doc(other), files=Files({"a.py": f'a = 1\nTOKEN = "{VALUE}"\nb = 2\n'})
    )
    assert VALUE not in repr(outcomes)
    assert "Match: TOKEN = ***" in repr(outcomes)
    assert "a = 1\\n***\\nb = 2" in repr(outcomes)


def test_another_secret_in_the_same_place_is_another_finding() -> None:
    made = result(locations=[location("a.py", startLine=1, startColumn=10, endColumn=30)])
    files = Files({"a.py": f'token = "{VALUE}"\n'}, {"a.py": f'token = "{VALUE[::-1]}"\n'})
    documents = doc(made, tool="gitleaks"), doc(made, tool="gitleaks", is_base=True)
    (same,) = completed(
        *documents, files=Files(*[{"a.py": f'token = "{VALUE}"\n'}] * 2), of=change(changed("a.py", "a.py"))
    ).candidates
    (other,) = completed(*documents, files=files, of=change(changed("a.py", "a.py"))).candidates
    assert (same.introduced, other.introduced) == (False, True)
    assert same.finding.anchor == other.finding.anchor


def test_the_words_of_a_secret_scanner_on_a_file_that_is_not_there_are_withheld() -> None:
    made = result(message={"text": f"Found {VALUE}"}, locations=[location("gone.py", startLine=2)])
    outcome = completed(doc(made, tool="gitleaks"))
    assert VALUE not in repr(outcome)
    assert outcome.candidates[0].finding.message == "R1"


def test_findings_in_a_file_that_is_not_there_are_told_apart_by_their_words() -> None:
    made = [result(message={"text": word}, locations=[location("img.tar")]) for word in ("one", "two")]
    anchors = {c.finding.anchor for c in completed(doc(*made)).candidates}
    assert len(anchors) == 2


# ------------------------------------------------------------------------------------------- what is new


def finding(line: int = 1, path: str = "a.py", anchor: str = "", **more: Any) -> Finding:
    rule = Rule("t/R", "Title", "", "", Severity.HIGH)
    return Finding(
        rule, "m", Location(path, line, 1, line, 2), Severity.HIGH, anchor=anchor or f"{line}", **more
    )


def new(head: list[Finding], base: list[Finding] | None, of: ChangeSet) -> list[bool]:
    return [c.introduced for c in compare(head, base, of)]


def test_by_lines_new_is_what_the_change_adds() -> None:
    of = change(
        changed("a.py", "a.py", added=(LineRange(2, 3),)), changed("new.py", added=(LineRange(1, 9),))
    )
    head = [finding(1), finding(3), finding(5, "new.py"), finding(1, "other.py")]
    assert new(head, None, of) == [False, True, True, False]
    assert [c.in_diff for c in compare(head, None, of)] == [False, True, True, False]


def test_by_lines_a_finding_of_a_whole_file_is_new_where_the_file_changed() -> None:
    whole: dict[str, Any] = {"properties": ((PLACE, WHOLE_FILE),)}
    of = change(changed("package-lock.json", "package-lock.json", added=(LineRange(7, 7),)))
    head = [finding(1, "package-lock.json", **whole), finding(1, "yarn.lock", **whole)]
    assert new(head, None, of) == [True, False]


def test_by_the_base_new_is_what_it_did_not_have() -> None:
    of = change(changed("a.py", "a.py", added=(LineRange(6, 6),)))
    head = [
        finding(5, anchor="same"),
        finding(6, anchor="same"),
        finding(7, anchor="more"),
        finding(1, "b.py"),
    ]
    base = [finding(2, anchor="same"), finding(9, "b.py", anchor="1")]
    assert new(head, base, of) == [False, True, True, False]


def test_by_the_base_a_renamed_file_keeps_its_findings() -> None:
    of = change(changed("new/name.py", "old.py"), changed("old.py"))
    head = [finding(3, "new/name.py", anchor="x"), finding(3, "old.py", anchor="x")]
    assert new(head, [finding(1, "old.py", anchor="x")], of) == [False, True]


def test_by_the_base_what_any_parent_of_a_merge_had_is_not_new() -> None:
    of = change(changed("a.py", "a.py", "b.py"))
    head = [finding(3, anchor="x"), finding(4, anchor="y"), finding(5, anchor="z")]
    base = [finding(1, "a.py", anchor="x"), finding(1, "b.py", anchor="y")]
    assert new(head, base, of) == [False, False, True]


def test_where_nothing_is_compared_everything_counts() -> None:
    assert new([finding(1)], [finding(1)], change(changed("a.py"), compared=False)) == [True]


def test_a_report_of_the_base_serves_the_tool_of_its_name() -> None:
    files = Files({"a.py": "x = 1\ny = eval(x)\n"}, {"old.py": "y = eval(x)\n"})
    of = change(changed("a.py", "old.py", added=(LineRange(2, 2),)))
    before = doc(result(locations=[location("old.py", startLine=1)]), is_base=True)
    with_base = completed(doc(result()), before, files=files, of=of)
    without = completed(doc(result()), files=files, of=of)
    assert [c.introduced for c in with_base.candidates] == [False]
    assert [c.introduced for c in without.candidates] == [True]
    assert any("no report of the base" in note for note in without.notes)
    assert not any("no report of the base" in note for note in with_base.notes)


# ------------------------------------------------------------------------------------------------ documents


def test_a_document_that_is_not_there_is_a_failed_check() -> None:
    fine, missing, broken = judge(
        doc(result()), Document("reports/trivy.sarif", None, "reports/trivy.sarif is not there"),
        Document("x/checkov.results.sarif", b"{"),
    )  # fmt: skip
    assert isinstance(fine, Completed)
    assert isinstance(missing, Failed)
    assert isinstance(broken, Failed)
    assert (missing.check, missing.message) == ("trivy", "reports/trivy.sarif is not there")
    assert (broken.check, "truncated" in broken.message) == ("checkov", True)
    assert missing.hint


def test_no_two_checks_have_one_name() -> None:
    outcomes = judge(
        doc(result(), tool="secrets"),
        doc(result(), tool="Semgrep"),
        Document("semgrep.sarif", b""),
        doc(result(ruleId="R2"), tool="Semgrep OSS", name="more.sarif"),
    )
    assert [o.check for o in outcomes] == ["secrets-sarif", "semgrep", "semgrep-2"]
    merged = outcomes[1]
    assert isinstance(merged, Completed)
    assert [c.finding.rule.id for c in merged.candidates] == ["semgrep/R1", "semgrep/R2"]


def test_a_taken_name_is_not_taken_again_and_rules_follow() -> None:
    terms = Terms(change(compared=False), Files({}))
    (outcome,) = outcomes_of([doc(result())], terms, ("some-tool",))
    assert isinstance(outcome, Completed)
    assert outcome.check == "some-tool-2"
    assert outcome.candidates[0].finding.rule.id == "some-tool-2/R1"


def test_a_producer_that_did_not_succeed_leaves_a_gap_beside_its_findings() -> None:
    made = run(result(), invocations=[{"executionSuccessful": False, "exitCodeDescription": "killed"}])
    outcome = completed(Document("out.sarif", log(made)))
    assert len(outcome.candidates) == 1
    assert [(u.path, u.reason, u.detail) for u in outcome.unread] == [
        ("out.sarif", UnreadReason.CRASHED, "some-tool says that it did not succeed: killed")
    ]


def test_a_document_of_the_judged_commit_is_no_witness() -> None:
    files = Files({"semgrep.sarif": "", "a.py": "x\ny\n"})
    tracked = Document("/w/r/semgrep.sarif", log(run(result())), place="/w/r/semgrep.sarif")
    own = Document("out/x.sarif", log(run(result(locations=[]))), place="/w/r/out/x.sarif")
    foreign, fine = sorted(
        judge(tracked, own, files=files, root="/w/r"), key=lambda o: isinstance(o, Completed)
    )
    assert isinstance(foreign, Failed)
    assert "under version control" in foreign.message
    assert isinstance(fine, Completed)
    assert fine.unread[0].path == "out/x.sarif"


@pytest.mark.parametrize("name", ["/tmp/a/x.sarif", "../../x.sarif", "C:\\x.sarif", "..", ""])
def test_what_is_said_of_a_document_names_a_path_that_a_report_may_hold(name: str) -> None:
    outcome = completed(Document(name, log(run(result(locations=[])))))
    path = outcome.unread[0].path
    assert path
    assert {"", ".", ".."}.isdisjoint(path.split("/"))


def test_excluded_files_are_counted_and_not_told() -> None:
    made = [result(locations=[location(path, startLine=1)]) for path in ("a.py", "vendor/b.py")]
    outcome = completed(doc(*made), exclude=("vendor/*",))
    assert [c.finding.location.path for c in outcome.candidates] == ["a.py"]
    assert outcome.counts.excluded == 1


def test_json_in_a_message_stays_text() -> None:
    outcome = completed(doc(result(message={"text": json.dumps({"a": 1})})))
    assert outcome.candidates[0].finding.message == '{"a": 1}'


def test_a_file_that_takes_too_long_to_mask_is_unread_and_its_findings_are_told() -> None:
    def endless(target: Any, regions: Any) -> Any:
        if target.data and target.path == "a.py":
            raise TimeLimitError
        return make_masker(target, regions)

    outcome = completed(doc(result()), timeout=7, masker=endless)
    assert outcome.candidates[0].finding.snippet == ""
    assert [(u.path, u.reason, u.detail) for u in outcome.unread] == [
        ("a.py", UnreadReason.TIMED_OUT, "took more than 7 s to mask")
    ]


def test_texts_beyond_what_is_kept_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_text, "_KEPT", 5)
    texts = intake_text.Files(Files({"a": "1234", "b": "5678"}), HEAD, 100)
    assert [texts("a"), texts("b"), texts("a"), texts("c")] == [b"1234", b"5678", b"1234", None]
