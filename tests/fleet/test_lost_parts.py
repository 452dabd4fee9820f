"""A repository of which parts cannot be analysed, or of which a run was stopped: nothing is done in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pregate.errors import PregateError
from pregate.fleet.collecting import headline, render_csv, render_markdown
from pregate.fleet.folder import Folder
from pregate.fleet.listing import repository_at
from pregate.fleet.model import Record, State
from pregate.fleet.part_store import PartStore
from pregate.fleet.records import document_of, record_of
from pregate.fleet.tasks import Answer
from pregate.model import Decision
from tests.entry.cli import pregate
from tests.fleet.in_parts import Parts, kept, raw_report, report_of, scanned
from tests.gitrepo import GitRepo

WHY = "part 2 of 3 could not be analysed: the process that scanned it died"


def test_a_part_that_fails_for_good_leaves_a_verdict_on_the_others(
    tree: GitRepo, whole: Any, tmp_path: Path
) -> None:
    fleet = scanned(tree, tmp_path, Parts(loses=[2]), shards=3)
    (record,) = fleet.records
    assert (record.state, record.decision, record.attempts) == (State.SCANNED, Decision.INCOMPLETE, 3)
    assert (record.parts, record.lost_parts) == (3, (2,))
    assert record.reasons[0] == WHY
    assert record_of(document_of(record)) == record
    report = raw_report(fleet, tmp_path)
    assert (report["verdict"], report["exit_code"], report["reasons"][0]) == ("incomplete", 3, WHY)
    found = {finding["fingerprint"] for finding in report["findings"]}
    assert found < {finding["fingerprint"] for finding in whole["findings"]}
    unread = {u["path"] for u in report["unread"]}
    lost = {f["location"]["path"] for f in whole["findings"] if f["fingerprint"] not in found}
    assert lost <= unread
    assert any("at or over" in reason for reason in report["reasons"])
    assert headline(fleet) == (
        "INCOMPLETE: 1 repositories: 0 passed, 0 failed, 1 incomplete, 1 part of large ones lost"
    )
    assert WHY in render_markdown(fleet)
    assert WHY in render_csv(fleet)


def test_each_form_of_its_report_tells_the_part(tree: GitRepo, tmp_path: Path) -> None:
    (record,) = scanned(tree, tmp_path, Parts(loses=[2]), shards=3).records
    forms = ("html", "console", "markdown", "sarif")
    words = [word for form in forms for word in ("--to", f"{form}={tmp_path / form}")]
    run = pregate("report", "--from", tmp_path / "results" / record.report, *words, "--exit-code")
    assert run.code == 3, run.err
    for form in forms[:-1]:
        assert WHY[1:] in (tmp_path / form).read_text(), form
    assert "part 2 of 3 could not be analysed" in (tmp_path / "sarif").read_text()


def test_what_a_configuration_tolerates_is_no_lost_part(tree: GitRepo, tmp_path: Path) -> None:
    options = {"offline": True, "checks": ["secrets"], "tolerate-unread": ["crashed"], "fail-on": "none"}
    fleet = scanned(tree, tmp_path, Parts(loses=[2]), shards=3, overrides=options)
    assert fleet.records[0].decision is Decision.INCOMPLETE


def test_where_all_parts_fail_there_is_no_verdict(tree: GitRepo, tmp_path: Path) -> None:
    place = repository_at(f"file://{tree.path}")
    failure = Record(place, State.FAILED, reasons=("a network", "Look after it."), is_final=False)
    executor = Parts(loses=[1, 2, 3], answer=Answer(failure))
    (record,) = scanned(tree, tmp_path, executor, shards=3).records
    assert (record.state, record.decision, record.attempts) == (State.FAILED, None, 3)
    assert record.reasons == ("parts 1, 2, 3 of 3 could not be analysed: a network", "Look after it.")
    assert (record.lost_parts, record.commit) == ((1, 2, 3), tree.head)
    assert not list((tmp_path / "results").rglob("results/*.json"))


def test_the_next_run_does_the_lost_part_alone(tree: GitRepo, whole: Any, tmp_path: Path) -> None:
    scanned(tree, tmp_path, Parts(loses=[2]), shards=3)
    assert kept(tmp_path) == ["1of3.part", "3of3.part"]
    again = Parts()
    fleet = scanned(tree, tmp_path, again, shards=3)
    assert again.numbers == [0, 2, 0]
    assert report_of(fleet, tmp_path) == whole
    assert not kept(tmp_path)


def test_a_run_that_was_stopped_goes_on_after_the_parts_that_are_done(
    tree: GitRepo, whole: Any, tmp_path: Path
) -> None:
    stopped = scanned(tree, tmp_path, Parts(stops_at=3), shards=3)
    assert stopped.records[0].state is State.NOT_REACHED
    again = Parts()
    fleet = scanned(tree, tmp_path, again, shards=3)
    assert again.numbers == [0, 3, 0]
    assert report_of(fleet, tmp_path) == whole
    checks = [check["files"] for check in raw_report(fleet, tmp_path)["checks"]]
    assert [files["cached"] for files in checks] == [files["analysed"] for files in checks]


def test_of_another_commit_nothing_is_taken_up(tmp_path: Path) -> None:
    tree = GitRepo(tmp_path / "tree").write("a.py", "x = 1\n").commit()
    scanned(tree, tmp_path, Parts(stops_at=2), shards=2)
    assert kept(tmp_path) == ["1of2.part"]
    tree.write("b.py").commit()
    again = Parts(stops_at=2)
    scanned(tree, tmp_path, again, shards=2)
    assert again.numbers == [0, 1, 2]
    assert kept(tmp_path) == ["1of2.part"]
    (record,) = scanned(tree, tmp_path, Parts()).records
    assert (record.commit, record.parts) == (tree.head, 0)
    assert not kept(tmp_path)


SLUG, COMMIT = f"octo-one-{'1' * 16}", "a" * 40


@pytest.mark.parametrize(
    ("terms", "numbers"),
    [
        ({}, {1, 3}),
        ({"of": 4}, set()),
        ({"commit": "b" * 40}, set()),
        ({"digest": "other"}, set()),
        ({"version": "0.0.1"}, set()),
        ({"is_fresh": True}, set()),
        ({"slugs": []}, set()),
    ],
)
def test_parts_of_the_same_terms_are_taken_up_and_all_others_removed(
    terms: dict[str, Any], numbers: set[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Folder(tmp_path)
    before = PartStore(store, "digest", [SLUG]).parts_of(SLUG, COMMIT, 3)
    for number in (1, 3):
        before.put(number, b"x")
    others = {"parts/mine/1of3.part", f"parts/{SLUG}/notes.part"}
    for name in (*others, f"parts/{SLUG}/.new-abc_1"):
        store.write(name, b"x")
    if version := terms.pop("version", ""):
        monkeypatch.setattr("pregate.fleet.part_store.__version__", version)
    of, commit = terms.pop("of", 3), terms.pop("commit", COMMIT)
    parts = PartStore(store, **({"digest": "digest", "slugs": [SLUG]} | terms)).parts_of(SLUG, commit, of)
    assert set(parts.kept) == numbers
    assert [share.read() for share in parts.shares()] == [b"x"] * len(numbers)
    assert len(store.sizes("parts").keys() - others) == len(numbers)
    assert others <= store.sizes("parts").keys()


def test_of_more_than_can_be_put_together_nothing_is_kept_but_that_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pregate.fleet.part_store._ALL", 10)
    parts = PartStore(Folder(tmp_path), "digest", [SLUG]).parts_of(SLUG, COMMIT, 4)
    for number, size in enumerate((6, 5, 4, 1), 1):
        parts.put(number, b"x" * size)
    assert [len(share.read()) for share in parts.shares()] == [6, 0, 4, 0]
    assert set(parts.kept) == {1, 2, 3, 4}


def test_parts_that_cannot_be_read_or_removed_cost_no_run(
    tree: GitRepo, whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Folder.read

    def refused(folder: Folder, name: str, limit: int = 0) -> bytes | None:
        if not name.endswith(".part"):
            return read(folder, name, limit)
        raise PregateError("refused", "")

    monkeypatch.setattr(Folder, "read", refused)
    monkeypatch.setattr(Folder, "remove", refused)
    assert report_of(scanned(tree, tmp_path, Parts(), shards=2), tmp_path) == whole
    assert kept(tmp_path) == ["1of2.part", "2of2.part"]
