"""``pregate suppress`` and ``pregate suppressions`` on real repositories."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pytest

from pregate.changes import Everything
from pregate.pipeline import Request, run
from pregate.suppressions.file import PATH, load_suppressions
from tests.entry.cli import ADVISORIES, Run, pregate
from tests.gitrepo import GitRepo

CODE = "import subprocess\n\n\ndef act(command):\n    subprocess.call(command, shell=True)\n"
VALUE = "Tr0ub4dor" + "-kq7Zw"
FLAGS = ("--offline", "--no-cache", "--jobs", "1", "--check", "python", "--check", "secrets")
B602, B404, PASSWORD = "python/B602", "python/B404", "secrets/AssignedSecretDetector"
TODAY = datetime.datetime.now(datetime.UTC).date()


def day(ahead: int) -> str:
    return (TODAY + datetime.timedelta(days=ahead)).isoformat()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A repository, and the fingerprints of its findings by rule."""
    repo = GitRepo(tmp_path_factory.mktemp("made") / "project")
    repo.write("src/app.py", CODE).write("my.conf", f'password = "{VALUE}"\n').commit("code")
    options = {"checks": ["secrets", "python"], "offline": True, "jobs": 1}
    found = run(Request(repo.path, Everything(), options)).verdict.findings
    return repo.path, {j.finding.rule.id: j.finding.fingerprint for j in found}


@pytest.fixture
def repo(made: tuple[Path, dict[str, str]], tmp_path: Path) -> GitRepo:
    shutil.copytree(made[0], tmp_path / "project")
    return GitRepo(tmp_path / "project")


@pytest.fixture
def known(made: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return made[1]


def suppress(repo: GitRepo, *words: str, reason: str = "reviewed") -> Run:
    return pregate("suppress", *words, "--reason", reason, "-C", repo.path, *FLAGS)


def suppressions(repo: GitRepo, kind: str, *words: str) -> Run:
    return pregate("suppressions", kind, "-C", repo.path, *FLAGS, *words)


def test_it_says_what_it_wrote_and_what_remains_to_be_done(repo: GitRepo, known: dict[str, str]) -> None:
    done = suppress(repo, known[B602][:8], "--owner", "@me", "--days", "30")

    assert (done.code, done.out.splitlines()) == (
        0,
        [
            f"pregate: {PATH}:7 accepts python/B602 in src/app.py, until {day(30)}",
            f"pregate: commit it: git add -- {PATH}",
        ],
    )
    (entry,) = load_suppressions(repo.file(PATH).read_bytes()).suppressions
    assert (entry.reason, entry.owner, entry.until) == ("reviewed", "@me", day(30))


def test_dry_it_shows_the_difference_and_writes_nothing(repo: GitRepo, known: dict[str, str]) -> None:
    done = suppress(repo, known[B602], "--dry-run")

    assert done.out.startswith(f"--- a/{PATH}\n+++ b/{PATH}\n")
    assert "+[[suppress]]\n" in done.out
    assert not repo.file(".pregate").exists()


def test_several_at_once_and_in_a_glob(repo: GitRepo, known: dict[str, str]) -> None:
    words = [known[rule] for rule in (B602, B404)]
    assert suppress(repo, *words, "--path", "src/*.py").code == 0

    assert {(s.rule, s.path) for s in load_suppressions(repo.file(PATH).read_bytes()).suppressions} == {
        (B602, "src/*.py"),
        (B404, "src/*.py"),
    }


def test_a_comment_goes_to_the_end_of_the_line(repo: GitRepo, known: dict[str, str]) -> None:
    done = suppress(repo, known[B602], known[B404], "--inline")

    assert done.code == 0, done.err
    mark = "pregate: " + "ignore"
    assert repo.file("src/app.py").read_text().splitlines()[::4] == [
        f'import subprocess  # {mark}[python/B404] reason="reviewed"',
        f'    subprocess.call(command, shell=True)  # {mark}[python/B602] reason="reviewed"',
    ]
    assert not repo.file(".pregate").exists()
    assert "already suppressed" in suppress(repo, known[B602]).err


def test_another_scanners_finding_is_suppressed_from_a_report_and_listed_as_not_judged(
    repo: GitRepo, tmp_path: Path
) -> None:
    sarif, report = tmp_path / "out.sarif", tmp_path / "results.json"
    place = {"physicalLocation": {"artifactLocation": {"uri": "my.conf"}, "region": {"startLine": 1}}}
    found = {"ruleId": "R1", "level": "error", "message": {"text": "words"}, "locations": [place]}
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "other"}}, "results": [found]}]}
    sarif.write_text(json.dumps(log))
    scan = pregate(
        "scan", "-C", repo.path, "--sarif-in", str(sarif), "--output", f"json={report}", "--check", "python",
        "--offline", "--no-cache",
    )  # fmt: skip
    (other,) = (f for f in json.loads(report.read_text())["findings"] if f["rule"] == "other/R1")
    name = other["fingerprint"][:12]

    assert f"pregate suppress {name} --from results.json" in scan.out
    assert "--from" in suppress(repo, name).err
    inline = suppress(repo, name, "--from", str(report), "--inline")
    assert (inline.code, "by hand" in inline.err) == (2, True)
    assert suppress(repo, name, "--from", str(report)).code == 0
    listed = suppressions(repo, "list").out
    assert "other/R1 in my.conf" in listed
    assert listed.endswith("pregate: 1 suppression: 1 unjudged\n")


def test_a_finding_that_is_named_twice_is_one(repo: GitRepo, known: dict[str, str]) -> None:
    assert suppress(repo, known[B602], known[B602][:12]).code == 0
    (entry,) = load_suppressions(repo.file(PATH).read_bytes()).suppressions
    assert entry.count == 1


def test_a_finding_of_a_report_is_taken_from_there(
    repo: GitRepo, known: dict[str, str], tmp_path: Path
) -> None:
    report = tmp_path / "results.json"
    pregate("scan", "-C", repo.path, "--output", f"json={report}", *FLAGS)
    words = (known[PASSWORD], "--from", str(report))
    assert suppress(repo, *words).code == 0

    assert len(load_suppressions(repo.file(PATH).read_bytes()).suppressions[0].witness) == 3

    repo.write("my.conf", "")
    repo.file(PATH).unlink()
    done = suppress(repo, *words)
    assert done.code == 2
    assert "no longer stands in my.conf" in done.err


def test_a_secret_gets_a_witness_where_the_file_has_no_salt_yet(repo: GitRepo, known: dict[str, str]) -> None:
    repo.write(PATH, "# ours\nversion = 1\n")
    assert suppress(repo, known[PASSWORD]).code == 0

    file = load_suppressions(repo.file(PATH).read_bytes())
    assert (len(file.salt), len(file.suppressions[0].witness)) == (16, 3)
    assert repo.file(PATH).read_text().startswith("# ours\nversion = 1\nsalt = ")
    assert suppress(repo, known[PASSWORD]).code == 2


def test_an_entry_that_has_expired_is_replaced(repo: GitRepo, known: dict[str, str]) -> None:
    word = known[B602]
    assert suppress(repo, word, "--until", day(1)).code == 0
    repo.write(PATH, repo.file(PATH).read_text().replace(day(1), day(-3)))
    done = suppress(repo, word, reason="again")

    assert f"in the place of one that expired on {day(-3)}" in done.out
    (entry,) = load_suppressions(repo.file(PATH).read_bytes()).suppressions
    assert (entry.reason, entry.until) == ("again", "")


@pytest.mark.parametrize(
    ("words", "reason", "told"),
    [
        (["{}"], " ", "--reason is empty"),
        (["{}", "--until", "2020-01-01"], "r", "is past"),
        (["{}", "--until", "soon"], "r", "is no day"),
        (["{}", "--days", "-1"], "r", "--days is out of range"),
        (["{}", "--path", "lib/*"], "r", "does not fit src/app.py"),
        (["{}", "--path", "src/*", "--inline"], "r", "exclude each other"),
        (["{}", "--inline"], "\"both\" 'quotes'", "can hold no comment that says this"),
        (["abc"], "r", "is no fingerprint"),
        (["0123456789"], "r", "there is no finding 0123456789"),
        (["{}", "--from", "none.json"], "r", "cannot read none.json"),
        (["{}", "--from", __file__], "r", "is no report of pregate's"),
    ],
)
def test_what_would_not_count_is_refused_before_anything_is_written(
    repo: GitRepo, known: dict[str, str], words: list[str], reason: str, told: str
) -> None:
    done = suppress(repo, *(w.format(known[B602]) for w in words), reason=reason)

    assert done.code == 2
    assert told in done.err
    assert not repo.file(".pregate").exists()


@pytest.mark.parametrize(
    ("option", "told"),
    [("require-owner = true", "--owner NAME"), ("max-days = 90", "--days 90, or fewer")],
)
def test_what_the_configuration_asks_for_is_said_at_once(
    repo: GitRepo, known: dict[str, str], option: str, told: str
) -> None:
    repo.write(".pregate.toml", f"[suppressions]\n{option}\n")
    done = suppress(repo, known[B602])

    assert done.code == 2
    assert told in done.err


def test_what_is_suppressed_already_is_said(repo: GitRepo, known: dict[str, str]) -> None:
    suppress(repo, known[B602])
    done = suppress(repo, known[B602])

    assert done.code == 2
    assert f"already suppressed by {PATH}:7" in done.err


def test_a_link_is_not_followed(repo: GitRepo, known: dict[str, str], tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repo.link(".pregate", str(outside))
    done = suppress(repo, known[B602])

    assert done.code == 2
    assert "symbolic link" in done.err
    assert list(outside.iterdir()) == []


def test_outside_a_repository_it_works_on_the_folder(tmp_path: Path) -> None:
    tmp_path.joinpath("app.py").write_text(CODE)
    scanned = pregate("scan", tmp_path, "-C", tmp_path, "--output", "json=-", *FLAGS)
    word = next(f["fingerprint"] for f in json.loads(scanned.out)["findings"] if f["rule"] == B602)
    done = pregate("suppress", word, "--reason", "r", "-C", tmp_path, *FLAGS)

    assert done.code == 0, done.err
    assert tmp_path.joinpath(PATH).is_file()


def test_the_list_tells_all_and_the_check_what_is_of_no_use(repo: GitRepo, known: dict[str, str]) -> None:
    suppress(repo, known[B602])
    suppress(repo, known[PASSWORD], "--until", day(1))
    repo.write(PATH, repo.file(PATH).read_text().replace(day(1), day(-3)))
    mark = "pregate: " + "ignore"
    repo.write("src/more.py", f"x = 1  # {mark}[python/B999]\ny = 2  # {mark}\n")
    listed, checked = suppressions(repo, "list"), suppressions(repo, "check")

    assert (listed.code, checked.code) == (0, 1)
    assert listed.out.splitlines() == [
        f"used     {PATH}:16  python/B602 in src/app.py",
        "         reason: reviewed",
        "unused   src/more.py:1  python/B999",
        "         suppresses nothing",
        f"unused   src/more.py:2  {mark}",
        "         names no rule: write ignore[rule-id]",
        f"expired  {PATH}:7  secrets/AssignedSecretDetector in my.conf",
        f"         expired on {day(-3)}; reason: reviewed",
        "pregate: 4 suppressions: 1 used, 2 unused, 1 expired",
    ]
    assert checked.out.splitlines() == listed.out.splitlines()[2:]


def test_pruning_shows_first_and_takes_out_then(repo: GitRepo, known: dict[str, str]) -> None:
    suppress(repo, known[B602])
    repo.write("src/app.py", CODE.replace(", shell=True", ""))
    before = repo.file(PATH).read_bytes()
    shown = suppressions(repo, "prune")

    assert (shown.code, repo.file(PATH).read_bytes()) == (1, before)
    assert "-[[suppress]]\n" in shown.out
    assert "1 entry would be removed; --yes removes them" in shown.err

    done = suppressions(repo, "prune", "--yes")
    assert done.code == 0
    assert load_suppressions(repo.file(PATH).read_bytes()).suppressions == ()
    assert suppressions(repo, "check").code == 0


def test_where_a_check_failed_nothing_is_called_unused(repo: GitRepo, known: dict[str, str]) -> None:
    suppress(repo, known[B602])
    repo.write("src/app.py", "def (:\n")

    assert suppressions(repo, "check").code == 3
    assert suppressions(repo, "prune", "--yes").code == 3
    assert len(load_suppressions(repo.file(PATH).read_bytes()).suppressions) == 1


def test_nothing_to_remove_is_said(repo: GitRepo) -> None:
    done = suppressions(repo, "prune")

    assert (done.code, done.err) == (0, "pregate: 0 entries to remove\n")


TEMPLATE = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: all
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: "*"
                Resource: "*"
"""


@pytest.mark.parametrize("words", [("--inline",), ()])
def test_findings_of_the_second_and_third_step_are_suppressed_alike(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    repo = (
        GitRepo(tmp_path / "project")
        .write("role.yaml", TEMPLATE)
        .write("requirements.txt", "requests==2.19.0\n")
    )
    repo.commit("code")
    flags = (
        "--offline",
        "--no-cache",
        "--jobs",
        "1",
        "--advisories",
        str(ADVISORIES),
        "--advisories-max-age",
        "0",
    )
    scan = ("scan", "--all", "-C", repo.path, "--output", "json=-", *flags)
    before = json.loads(pregate(*scan).out)["findings"]
    assert {f["rule"].partition("/")[0] for f in before} == {"iam", "dependencies"}
    done = pregate(
        "suppress", *(f["fingerprint"] for f in before), "--reason", "r", "-C", repo.path, *words, *flags
    )
    assert done.code == 0, done.err
    repo.commit("accepted")

    after = json.loads(pregate(*scan).out)["findings"]
    assert [f["state"] for f in after] == ["suppressed"] * len(before)
    assert repo.file(PATH).exists() is not bool(words)


@pytest.mark.parametrize(
    ("option", "old", "lack"),
    [
        ("require-reason = true", 'reason = "reviewed"\n', "without a reason"),
        ("require-owner = true", 'owner = "@me"\n', "without an owner"),
        ("max-days = 9", f"until = {day(3)}\n", "without an end"),
    ],
)
def test_an_entry_that_lacks_what_is_asked_for_is_replaced(
    repo: GitRepo, known: dict[str, str], option: str, old: str, lack: str
) -> None:
    words = (known[B602], "--owner", "@me", "--days", "3")
    suppress(repo, *words)
    repo.write(PATH, repo.file(PATH).read_text().replace(old, ""))
    repo.write(".pregate.toml", f"[suppressions]\n{option}\n").commit("as it is")
    done = suppress(repo, *words)

    assert f"in the place of one {lack}, accepts" in done.out
    assert [s.count for s in load_suppressions(repo.file(PATH).read_bytes()).suppressions] == [1]
    assert suppress(repo, *words).code == 2


def test_one_that_does_not_count_for_its_own_change_is_not_doubled(
    repo: GitRepo, known: dict[str, str]
) -> None:
    repo.write(".pregate.toml", '[suppressions]\nfrom-change = "refuse"\n').commit("configured")
    suppress(repo, known[B602])
    done = suppress(repo, known[B602])

    assert done.code == 2
    assert f"{PATH}:7 is about this finding already, and does not count: added by this change" in done.err


def test_a_comment_that_would_be_part_of_a_string_is_not_written(repo: GitRepo) -> None:
    value = "AKIA" + "QWERTYUIOPASDFGH"
    repo.write("long.py", f'TEXT = """\nkey: {value}\n"""\n').commit("long")
    options = {"checks": ["secrets"], "offline": True, "jobs": 1}
    found = run(Request(repo.path, Everything(), options)).verdict.findings
    word = next(j.finding.fingerprint for j in found if j.finding.location.path == "long.py")
    done = suppress(repo, word, "--inline")

    assert done.code == 2
    assert "a comment there would not be one" in done.err


def test_a_finding_that_is_no_longer_on_disk_gets_no_comment(
    repo: GitRepo, known: dict[str, str], tmp_path: Path
) -> None:
    report = tmp_path / "results.json"
    pregate("scan", "-C", repo.path, "--output", f"json={report}", *FLAGS)
    repo.write("src/app.py", "")
    done = suppress(repo, known[B602], "--from", str(report), "--inline")

    assert done.code == 2
    assert "as it is on disk" in done.err


def test_where_nothing_can_be_looked_at_it_says_so(repo: GitRepo) -> None:
    repo.write("src/app.py", "def (:\n")
    done = suppress(repo, "0123456789abcdef")

    assert done.code == 3
    assert "as far as could be seen" in done.err


def test_in_a_job_no_line_is_a_command(
    repo: GitRepo, known: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    suppress(repo, known[B602], "--path", "*", reason="::error::x")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    done = suppressions(repo, "list")

    assert not [line for line in done.out.splitlines() if line.lstrip().startswith("::")]
    assert "1 suppression: 1 used" in done.out
