"""Secrets of a whole history, through the real search on real repositories."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from pregate import history
from pregate.cache import own_key
from pregate.engine import commit_records
from pregate.engine.commit_records import Record
from pregate.history import Request, hands, run
from pregate.history import search as searching
from pregate.model import Completed, Decision, Failed, Finding, State, UnreadReason, Verdict
from pregate.report import FORMATS
from tests.gitrepo import ENVIRONMENT, GitRepo
from tests.secrets.specimens.code import github

KEYS = [github(random.Random(seed)) for seed in range(3)]
LEAK, OTHER, THIRD = (f'key = "{value}"\n' for value in KEYS)
CLEAN = 'key = read("key")\n'
FILLER = "".join(f"line {n} of a text that stays as it is\n" for n in range(20))
PEM = ["-----BEGIN RSA " + "PRIVATE KEY-----"]
PEM += [
    ("MIIEpAIBAAKCAQEA7bq98Fh2kzQx" + chr(65 + n) * 3 + "vU1tYw0sLr8PzNcXeGdJ6aKmQ3iOhB5yTfVb")[:64]
    for n in range(20)
]
PEM += ["-----END RSA " + "PRIVATE KEY-----"]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("app.py", CLEAN).commit("first")


def search(repo: GitRepo, cache: Path | None = None, **wishes: Any) -> Verdict:
    """The verdict; no report of it and no file of the cache holds a value, whatever was found."""
    fields = {name: wishes.pop(name) for name in ("revision", "every", "since") if name in wishes}
    overrides = {"jobs": 1} | {name.replace("_", "-"): value for name, value in wishes.items()}
    verdict = run(
        Request(repo.path, overrides=overrides, environ=ENVIRONMENT, cache_dir=cache, **fields)
    ).verdict
    for name in ("json", "sarif", "csv", "html"):
        text = FORMATS[name](verdict, ())
        assert not any(
            key in (text if isinstance(text, str) else text.decode()) for key in (*KEYS, *PEM[1:-1])
        )
    assert not any(key in repr(verdict) for key in KEYS)
    for file in cache.iterdir() if cache else ():
        assert not any(key.encode() in file.read_bytes() for key in (*KEYS, *PEM[1:-1]))
    return verdict


def found(verdict: Verdict) -> list[Finding]:
    return [judged.finding for judged in verdict.findings]


def told(verdict: Verdict) -> list[tuple[str, int, str, str]]:
    """Path, line, whether HEAD has it, in how many commits it came."""
    facts = [(f.location.path, f.location.start_line, dict(f.properties)) for f in found(verdict)]
    return sorted((path, line, known["in-head"], known["commits"]) for path, line, known in facts)


def notes(verdict: Verdict) -> str:
    (outcome,) = [check.outcome for check in verdict.checks]
    assert isinstance(outcome, Completed)
    return " ".join(outcome.notes)


def test_a_secret_that_was_taken_away_is_found_where_it_came(repo: GitRepo) -> None:
    repo.write("app.py", FILLER + LEAK).commit("leak")
    leak = repo.head
    repo.write("app.py", FILLER).commit("gone")
    verdict = search(repo)
    (finding,) = found(verdict)
    assert finding.commit == leak
    assert told(verdict) == [("app.py", 21, "no", "1")]
    assert f"added in commit {leak[:12]} of 2023-11-14; not in HEAD any more" in finding.message
    assert verdict.decision is Decision.FAILED
    assert verdict.decision.exit_code == 1
    assert "3 commits searched" in notes(verdict)


def test_one_that_is_still_there_says_so(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit("leak").write("b.py", "x = 1\n").commit("more")
    (finding,) = found(search(repo))
    assert finding.message.endswith("still in HEAD")
    assert "take it out of the files" in finding.remedy


def test_one_that_moved_to_another_file_is_there_still(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit("leak").write("app.py", CLEAN).write(
        "z.md", f"see {KEYS[0]} here"
    ).commit()
    verdict = search(repo)
    assert [f.location.path for f in found(verdict)] == ["app.py", "z.md"]
    assert "still in HEAD, in `z.md`" in found(verdict)[0].message


def test_the_same_secret_in_a_file_is_told_once_at_the_oldest_commit(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit("leak")
    first = repo.head
    repo.write("app.py", CLEAN).commit().write("app.py", FILLER + LEAK).commit()
    repo.write("app.py", OTHER + LEAK * 2).commit()
    verdict = search(repo)
    assert told(verdict) == [("app.py", 1, "yes", "1"), ("app.py", 1, "yes", "3")]
    assert [f.commit for f in found(verdict) if dict(f.properties)["commits"] == "3"] == [first]
    assert len({f.fingerprint for f in found(verdict)}) == 2


def test_what_a_merge_alone_adds_is_found(repo: GitRepo) -> None:
    repo.branch("side").write("b.py", FILLER).commit().checkout("main").write("c.py", "c = 1\n").commit()
    repo.merge("side").write("b.py", LEAK + FILLER).add()
    repo.git("commit", "-q", "--amend", "-m", "evil")
    merge = repo.head
    repo.write("b.py", FILLER).commit()
    (finding,) = found(search(repo))
    assert (finding.commit, finding.location.start_line) == (merge, 1)


def test_a_line_of_a_merge_has_its_number_where_git_leaves_out_the_one_before(repo: GitRepo) -> None:
    repo.write("b.py", "gone\nkept\n").commit().branch("side").write("c.py", "c = 1\n").commit()
    repo.checkout("main").write("d.py", "d = 1\n").commit().merge("side").write("b.py", f"kept\n{LEAK}").add()
    repo.git("commit", "-q", "--amend", "-m", "evil")
    (finding,) = found(search(repo))
    assert (finding.commit, finding.location.start_line) == (repo.head, 2)


def test_a_clean_merge_brings_nothing_of_its_own(repo: GitRepo) -> None:
    repo.branch("side").write("b.py", LEAK).commit()
    side = repo.head
    repo.checkout("main").write("c.py", "c = 1\n").commit().merge("side")
    (finding,) = found(search(repo))
    assert finding.commit == side
    assert told(search(repo)) == [("b.py", 1, "yes", "1")]


def test_a_branch_is_searched_where_all_references_are(repo: GitRepo) -> None:
    repo.branch("side").write("b.py", LEAK).commit().checkout("main")
    assert found(search(repo)) == []
    assert told(search(repo, every=True)) == [("b.py", 1, "no", "1")]
    assert told(search(repo, revision="side")) == [("b.py", 1, "yes", "1")]
    assert told(search(repo, revision="main..side")) == [("b.py", 1, "yes", "1")]
    assert found(search(repo, revision="side..main")) == []


def test_a_key_of_many_added_lines_is_one_secret(repo: GitRepo) -> None:
    repo.write("key.txt", FILLER + "\r\n".join(PEM) + "\r\n" + FILLER).commit().write(
        "key.txt", FILLER
    ).commit()
    repo.write("other.txt", "\n".join(PEM)).commit()
    verdict = search(repo)
    assert told(verdict) == [("key.txt", 21, "yes", "1"), ("other.txt", 1, "yes", "1")]


def test_files_of_every_writing_are_searched(repo: GitRepo) -> None:
    repo.write(b"caf\xe9 \n x", b"\xe9\xff " + LEAK.encode()).commit()
    repo.write("old mac", FILLER.replace("\n", "\r") + OTHER).commit()
    repo.write("wide.txt", (FILLER + THIRD).encode("utf-16")).commit()
    for name in repo.text("ls-files", "-z").split("\0")[:-1]:
        repo.file(name).unlink()
    repo.commit()
    assert told(search(repo)) == [
        ("caf\udce9 \n x", 1, "no", "1"),
        ("old mac", 1, "no", "1"),
        ("wide.txt", 21, "no", "1"),
    ]


def test_attributes_hide_nothing(repo: GitRepo) -> None:
    repo.write(".gitattributes", "* -diff\n").write("app.py", LEAK).commit().remove("app.py").commit()
    repo.write(".gitattributes", "* -diff\n").commit()
    assert told(search(repo)) == [("app.py", 1, "no", "1")]


def test_binary_files_are_counted_not_searched(repo: GitRepo) -> None:
    repo.write("data", b"\0\xff\1" + LEAK.encode()).commit()
    verdict = search(repo)
    assert found(verdict) == []
    assert "not searched: 1 versions of binary files" in notes(verdict)
    assert verdict.decision is Decision.PASSED


def test_excluded_files_are_counted(repo: GitRepo) -> None:
    repo.write("vendor/a.py", LEAK).commit()
    verdict = search(repo, exclude=("vendor/*",))
    (check,) = verdict.checks
    assert isinstance(check.outcome, Completed)
    assert check.outcome.counts.excluded == 1
    assert found(verdict) == []


def test_the_comment_of_the_last_writing_counts(repo: GitRepo) -> None:
    allowed = LEAK.replace("\n", "  # pragma: allowlist secret\n")
    repo.write("app.py", LEAK).commit().write("app.py", allowed).commit()
    repo.write(
        "b.py", OTHER.replace("\n", '  # pregate: ignore[secrets/GitHubTokenDetector] reason="made up"\n')
    ).commit()
    repo.write("c.py", THIRD.replace("\n", "  # pragma: allowlist secret\n")).commit().write(
        "c.py", THIRD
    ).commit()
    states = {j.finding.location.path: j.state for j in search(repo).findings}
    assert states == {"app.py": State.SUPPRESSED, "b.py": State.SUPPRESSED, "c.py": State.NEW}


def test_what_is_in_the_baseline_of_the_newest_commit_does_not_count(repo: GitRepo, tmp_path: Path) -> None:
    from tests.entry.cli import pregate

    repo.write("app.py", LEAK).commit()
    done = pregate("baseline", "create", "-C", repo.path, "--no-cache", "--check", "secrets")
    assert done.code == 0, done.err
    repo.commit("baseline").write("b.py", OTHER).commit().remove("b.py").commit()
    states = {j.finding.location.path: j.state for j in search(repo).findings}
    assert states == {"app.py": State.PRE_EXISTING, "b.py": State.NEW}


def test_what_was_searched_is_not_searched_again(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("app.py", LEAK).commit().write("app.py", CLEAN).commit()
    cache = tmp_path / "cache"
    first = search(repo, cache)
    repo.write("b.py", OTHER).commit()
    asked: list[str] = []
    real = hands.Hand.search

    def spied(hand: Any, commits: Any, *following: Any) -> Any:
        asked.extend(commits)
        return real(hand, commits, *following)

    monkeypatch.setattr(hands.Hand, "search", spied)
    second = search(repo, cache)
    assert asked == [repo.head]
    assert "4 commits searched, 3 of them in an earlier run" in notes(second)
    assert told(second) == [*told(first), ("b.py", 1, "yes", "1")]
    assert found(second)[0].message == found(first)[0].message


def test_other_options_search_anew(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("app.py", LEAK).commit()
    cache = tmp_path / "cache"
    assert len(found(search(repo, cache))) == 1
    assert "earlier" not in notes(search(repo, cache, exclude=("x*",)))
    (cache / "history.key").unlink()
    assert "earlier" not in notes(search(repo, cache))


def test_the_key_of_a_cache_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert own_key(None) is None
    key = own_key(tmp_path)
    assert key == own_key(tmp_path)
    assert len(key or b"") == 32
    file = tmp_path / "history.key"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    assert own_key(tmp_path) is None


def test_a_broken_record_is_made_anew(repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("app.py", LEAK).commit()
    cache = tmp_path / "cache"
    with monkeypatch.context() as patch:
        patch.setattr(commit_records, "dump", lambda _: b'[1,2,3,4,"",["00"]]')
        search(repo, cache)
    assert told(search(repo, cache)) == [("app.py", 1, "yes", "1")]


def test_a_search_that_was_killed_goes_on_where_it_stopped(repo: GitRepo, tmp_path: Path) -> None:
    for n in range(40):
        repo.write("app.py", f"{LEAK if n == 3 else ''}x = {n}\n").commit()
    cache = tmp_path / "cache"
    program = (
        "import sys, time; from pathlib import Path; from pregate import history\n"
        "from pregate.history import hands, search\n"
        "search.PORTION = 5; real = hands.Hand.search\n"
        "def slow(hand, *asked):\n"
        "    print('.', flush=True); time.sleep(0.1); return real(hand, *asked)\n"
        "hands.Hand.search = slow\n"
        "history.run(history.Request(Path(sys.argv[1]), overrides={'jobs': 1}, environ={'PATH': sys.argv[3]},"
        " cache_dir=Path(sys.argv[2])))\n"
    )
    words = [sys.executable, "-c", program, str(repo.path), str(cache), ENVIRONMENT["PATH"]]
    source = str(Path(history.__file__).parent.parent.parent)
    with subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": source}) as process:
        assert process.stdout is not None
        for _ in range(4):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    verdict = search(repo, cache)
    assert "41 commits searched" in notes(verdict)
    kept = int(notes(verdict).split(" of them in an earlier run")[0].rpartition(" ")[2])
    assert 15 <= kept < 41
    assert told(verdict) == [("app.py", 1, "no", "1")]


def test_what_other_processes_have_done_is_kept_when_the_search_ends_early() -> None:
    done, running, broken = (Future[list[list[bytes]]]() for _ in range(3))
    done.set_result([[b"1"], [b"2"]])
    broken.set_exception(OSError())
    portions = [hands.Portion([str(n)], {}) for n in range(4)]
    flying = [(portions[:2], done), (portions[2:3], running), (portions[3:], broken), (portions[3:], None)]
    kept: list[tuple[str, list[bytes]]] = []
    hands._land_done(flying, lambda portion, found: kept.append((portion.commits[0], found)))
    assert kept == [("0", [b"1"]), ("1", [b"2"])]


def test_processes_beside_each_other_find_the_same(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PORTION", 3)
    repo.write("app.py", LEAK).commit().branch("side").write("b.py", OTHER).commit().checkout("main")
    for n in range(12):
        repo.write("app.py", f"x = {n}\n").commit()
    repo.merge("side").write("c.py", THIRD).add()
    repo.git("commit", "-q", "--amend", "-m", "evil")
    alone, beside = search(repo), search(repo, tmp_path / "cache", jobs=2)
    assert told(alone) == told(beside)
    assert len(told(alone)) == 3
    assert "16 of them" in notes(search(repo, tmp_path / "cache", jobs=2))


def test_commits_that_kill_their_process_are_named_and_cost_no_other_one(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PORTION", 4)
    repo.write("app.py", LEAK).commit()
    deadly = [repo.write("bad.txt", f"{n}\n").commit().head for n in range(2)]
    for n in range(18):
        repo.write("app.py", f"x = {n}\n").commit()
    repo.write("b.py", OTHER).commit()
    real = hands.Hand.search

    def kills(hand: hands.Hand, commits: hands.Commits, following: hands.Commits = ()) -> list[Record]:
        if any(commit in deadly for commit in commits):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(hand, commits, following)

    with monkeypatch.context() as patch:
        patch.setattr(hands.Hand, "search", kills)
        verdict = search(repo, tmp_path / "cache", jobs=2)
    assert told(verdict) == [("app.py", 1, "no", "1"), ("b.py", 1, "yes", "1")]
    assert verdict.decision is Decision.INCOMPLETE
    outcome = verdict.checks[0].outcome
    assert isinstance(outcome, Completed)
    assert {(unread.reason, unread.detail[:-5].rpartition(" ")[2]) for unread in outcome.unread} == {
        (UnreadReason.CRASHED, commit[:12]) for commit in deadly
    }
    assert "21 of them" in notes(search(repo, tmp_path / "cache", jobs=2))


def test_a_shallow_clone_is_searched_and_called_incomplete(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("app.py", LEAK).commit().write("b.py", "x = 1\n").commit().write("b.py", "x = 2\n").commit()
    clone = repo.clone(tmp_path / "clone", "--depth=2")
    cache = tmp_path / "cache"
    verdict = search(clone, cache)
    assert verdict.decision is Decision.INCOMPLETE
    assert told(verdict) == [("app.py", 1, "yes", "1")]
    assert "git fetch --unshallow" in json.dumps(json.loads(FORMATS["json"](verdict, ())))
    clone.git("fetch", "-q", "--unshallow")
    whole = search(clone, cache)
    assert whole.decision is Decision.FAILED
    assert found(whole)[0].commit == repo.text("rev-parse", "HEAD~2")


def test_a_missing_object_is_told_and_the_rest_kept(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("app.py", FILLER).commit()
    oid = repo.text("rev-parse", "HEAD:app.py")
    repo.write("app.py", CLEAN).commit()
    (repo.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    verdict = search(repo)
    assert isinstance(verdict.checks[0].outcome, Failed)
    assert verdict.decision is Decision.INCOMPLETE


def test_no_program_of_the_repository_is_run(repo: GitRepo) -> None:
    canary = repo.path.parent / "canary"
    trap = f"touch {canary};cat"
    repo.write(".gitattributes", "* diff=trap filter=trap\n").write("app.py", LEAK).commit()
    repo.branch("side").write("b.py", FILLER).commit().checkout("main").write("c.py", "1\n").commit().merge(
        "side"
    )
    for key in ("diff.external", "diff.trap.command", "diff.trap.textconv", "core.fsmonitor", "core.pager"):
        repo.configure(key, trap)
    for key, value in (("diff.noprefix", "true"), ("diff.context", "9"), ("diff.renames", "copies")):
        repo.configure(key, value)
    repo.configure("diff.submodule", "log").configure("core.quotePath", "false").configure(
        "color.ui", "always"
    )
    assert told(search(repo)) == [("app.py", 1, "yes", "1")]
    assert not canary.exists()


def test_a_history_without_commits_has_nothing_to_search(repo: GitRepo) -> None:
    verdict = search(repo, revision="main..main")
    assert verdict.decision is Decision.PASSED
    assert "there was nothing to scan" in verdict.reasons[0] or "nothing was scanned" in verdict.reasons[0]


def test_time_limits_the_walk(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit()
    assert found(search(repo, since="2030-01-01")) == []
    assert len(found(search(repo, since="2001-01-01"))) == 1
