"""The lines that commits add, on real repositories: all of them, with their numbers, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from pregate.changes import addition, patch_reader, patches
from pregate.changes.commits import author_times, commits_of
from pregate.changes.patch_reader import MARK, PatchReader
from pregate.changes.patches import Addition, Hunk, Patches, additions
from pregate.changes.repository import Repository
from pregate.errors import ChangesError
from tests.gitrepo import ENVIRONMENT, GitRepo


def opened(repo: GitRepo) -> Repository:
    return Repository.open(repo.path, ENVIRONMENT)


def all_of(repo: GitRepo) -> list[Addition]:
    """What every commit adds, with certain numbers, oldest first; merges last."""
    repository = opened(repo)
    (listed,) = commits_of(repository, ["HEAD"]).portions(1000)
    merges = set(repo.text("rev-list", "--min-parents=2", "HEAD").split())
    found = list(additions(repository.git, [commit for commit in listed if commit not in merges]))
    with Patches(repository.git, is_exact=True) as source:
        found += source.additions([commit for commit in listed if commit in merges])
    return found


def shown(repo: GitRepo) -> list[tuple[str, list[tuple[int, bytes]]]]:
    return [(a.path, [(h.start, h.data) for h in a.hunks]) for a in all_of(repo)]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo")


def test_a_root_commit_adds_every_line(repo: GitRepo) -> None:
    repo.write("a", "one\ntwo\n").write("b", "last").commit()
    assert shown(repo) == [("a", [(1, b"one\ntwo\n")]), ("b", [(1, b"last\n")])]


def test_hunks_have_the_numbers_of_the_new_version(repo: GitRepo) -> None:
    lines = [f"line {n}\n" for n in range(1, 11)]
    repo.write("a", "".join(lines)).commit()
    repo.write("a", "".join([*lines[:1], "new\n", *lines[2:6], *lines[7:], "end"])).commit()
    assert shown(repo)[1:] == [("a", [(2, b"new\n"), (10, b"end\n")])]


def test_lines_that_look_like_parts_of_a_patch_are_lines(repo: GitRepo) -> None:
    text = "+++ b/x\n--- a/x\n@@ -1 +1 @@\ndiff --git a/x b/x\n\\ No newline\n+\n-\n" + "0" * 40 + "\n"
    repo.write("a", "old\n-- a\n").commit().write("a", text).commit().write("a", "++ b/y\n" + text).commit()
    assert shown(repo)[1:] == [("a", [(1, text.encode())]), ("a", [(1, b"++ b/y\n")])]


def test_names_of_every_kind_are_told(repo: GitRepo) -> None:
    names = [b"a b/c d", b'quo"te', b"tab\there", b"new\nline", b"caf\xe9", "caf\u00e9".encode(), b"a b/a b"]
    for name in names:
        repo.write(name, "x\n")
    repo.commit()
    assert sorted(a.path.encode("utf-8", "surrogateescape") for a in all_of(repo)) == sorted(names)


def test_deleted_renamed_and_made_executable(repo: GitRepo) -> None:
    repo.write("a", "one\n").write("b", "two\n").commit()
    repo.remove("b").move("a", "c").commit()
    repo.write("c", "one\n", executable=True).commit()
    assert shown(repo)[2:] == [("c", [(1, b"one\n")])]


def test_links_and_submodules_are_left_out(repo: GitRepo) -> None:
    repo.write("a", "one\n").link("link", "a").commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},module")
    repo.commit(add=False)
    assert shown(repo) == [("a", [(1, b"one\n")])]


def test_what_git_calls_binary_is_told_as_such(repo: GitRepo) -> None:
    repo.write("a.bin", b"\0\1").write(".gitattributes", "*.txt -diff\n").write("b.txt", "text\n").commit()
    repo.write(".gitattributes", "*.txt -diff\n# more\n").commit()
    found = {a.path: a.is_binary for a in all_of(repo)}
    assert found == {"a.bin": True, ".gitattributes": False, "b.txt": True}
    assert all(len(a.oid) == 40 for a in all_of(repo))


def test_a_clean_merge_adds_nothing(repo: GitRepo) -> None:
    repo.write("a", "1\n2\n3\n4\n5\n6\n7\n").commit().branch("side").write(
        "a", "0\n2\n3\n4\n5\n6\n7\n"
    ).commit()
    repo.checkout("main").write("a", "1\n2\n3\n4\n5\n6\n8\n").commit().merge("side")
    assert len(shown(repo)) == 3


def test_a_merge_adds_what_no_parent_has(repo: GitRepo) -> None:
    repo.write("a", "1\n2\n3\n4\n5\n6\n7\n").commit().branch("side").write(
        "a", "0\n2\n3\n4\n5\n6\n7\n"
    ).commit()
    repo.checkout("main").write("a", "1\n2\n3\n4\n5\n6\n8\n").commit().merge("side")
    repo.write("a", "0\n2\n3\nevil\n4\n5\n6\n8\nmore\n").write("new", "file\n").add()
    repo.git("commit", "-q", "--amend", "-m", "evil")
    assert shown(repo)[3:] == [("a", [(4, b"evil\n"), (9, b"more\n")]), ("new", [(1, b"file\n")])]


def test_an_octopus_adds_what_none_of_its_parents_has(repo: GitRepo) -> None:
    repo.write("a", "1\n").commit()
    for name in ("x", "y", "z"):
        repo.checkout("main").branch(name).write(name, f"{name}\n").commit()
    repo.checkout("main").merge("x", "y", "z").write("x", "x\nevil\n").write("own", "own\n").add()
    repo.git("commit", "-q", "--amend", "-m", "evil")
    assert len(repo.text("rev-parse", "HEAD^@").split()) >= 3
    assert shown(repo)[4:] == [("own", [(1, b"own\n")]), ("x", [(2, b"evil\n")])]


def test_much_comes_in_portions_that_overlap(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addition, "LIMIT", 3000)
    monkeypatch.setattr(addition, "OVERLAP", 200)
    lines = [f"line {n:06}" for n in range(20_000)]
    repo.write("a", "\n".join(lines) + "\n").commit()
    found = all_of(repo)
    seen: dict[int, bytes] = {}
    for added in found:
        for hunk in added.hunks:
            seen.update(enumerate(hunk.data.split(b"\n")[:-1], hunk.start))
    assert [seen[n] for n in range(1, 20_001)] == [line.encode() for line in lines]
    assert len(found) > 3
    assert max(sum(len(h.data) for h in a.hunks) for a in found) < 100_000


def test_a_line_without_end_is_held_in_fragments(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addition, "LIMIT", 70_000)
    monkeypatch.setattr(addition, "OVERLAP", 100)
    words = b" ".join(b"%08d" % n for n in range(40_000))
    repo.write("a", b"first\n" + words + b"\nlast\n").commit()
    hunks = [hunk for addition in all_of(repo) for hunk in addition.hunks]
    assert hunks[0] == Hunk(1, b"first\n")
    assert hunks[-1] == Hunk(3, b"last\n")
    assert {h.start for h in hunks[1:-1]} == {2}
    whole = b"\n".join(h.data for h in hunks)
    assert all(b"%08d" % n in whole for n in range(0, 40_000, 37))


def test_a_long_line_of_a_merge_is_cut_and_said_to_be(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addition, "LIMIT", 1000)
    repo.write("a", "1\n").commit().branch("x").write("b", "2\n").commit()
    repo.checkout("main").write("c", "3\n").commit().merge("x").write("b", "2\n" + "z" * 9000 + "\n").add()
    repo.git("commit", "-q", "--amend", "-m", "evil")
    (found,) = all_of(repo)[3:]
    assert found.is_cut
    assert sum(len(h.data) for h in found.hunks) < 2000


CUT = (
    b"0" * 40 + b"\ndiff --git a/x b/x\nindex " + b"0" * 40 + b".." + b"1" * 40 + b" 100644\n",
    b"--- a/x\n+++ b/x\n@@ -0,0 +1,2 @@\n+one\n",
)


@pytest.mark.parametrize("parts", [(), CUT[:1], CUT])
def test_an_answer_that_ends_early_is_not_whole(parts: tuple[bytes, ...]) -> None:
    pieces = iter(parts)
    answer = PatchReader(lambda: next(pieces, b"")).additions()
    with pytest.raises(StopIteration) as ended:
        next(answer)
    assert ended.value.value is False


def test_a_long_answer_that_ends_early_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addition, "LIMIT", 10)
    pieces = iter(CUT)
    with pytest.raises(ChangesError, match="cut short"):
        list(PatchReader(lambda: next(pieces, b"")).additions())


@pytest.mark.parametrize("limit", [30, 10_000])
@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_it_does_not_matter_in_which_pieces_an_answer_comes(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, size: int, limit: int
) -> None:
    repo.write("a", "1\n2\n3\n").write("b", "x\n" * 60 + "end").write("c", b"\0").commit()
    repo.write("a", "1\n+2\n@@ -1 +1 @@\n3").write("b", "x\n" * 30 + "y\n").commit()
    repo.git("commit", "-q", "--allow-empty", "-m", "nothing")
    repo.write("a", "").write("d", "d").commit()
    commits = repo.text("rev-list", "HEAD").split()
    whole = list(additions(opened(repo).git, commits))
    asked = "".join(f"{word}\n" for word in (*commits, MARK, commits[0], MARK)).encode()
    answer = opened(repo).git.run(*patches._FAST, stdin=asked)
    pieces = iter([answer[at : at + size] for at in range(0, len(answer), size)])
    monkeypatch.setattr(addition, "LIMIT", limit)
    monkeypatch.setattr(addition, "OVERLAP", 0)
    monkeypatch.setattr(patch_reader, "_PAUSE", 0)
    reader = PatchReader(lambda: next(pieces, b""))
    found = list(reader.additions())
    if limit > 100:
        assert found == whole
    assert text_of(found) == text_of(whole)
    assert text_of(reader.additions()) == text_of(one for one in whole if one.commit == commits[0])
    assert list(reader.additions()) == []


def text_of(found: Iterable[Addition]) -> dict[tuple[str, str], bytes]:
    text: dict[tuple[str, str], bytes] = {}
    for one in found:
        text[one.commit, one.path] = text.get((one.commit, one.path), b"") + b"".join(
            h.data for h in one.hunks
        )
    return text


def test_answers_without_an_addition_may_come_at_once() -> None:
    some = b"%040d\ndiff --git a/x b/x\nnew file mode 100644\n@@ -0,0 +1 @@\n+x\n" % 1
    mark = f"{MARK}\n".encode()
    pieces = iter([some + mark * 3 + some + mark])
    reader = PatchReader(lambda: next(pieces, b""))
    assert [drained(reader) for _ in range(5)] == [(1, True), (0, True), (0, True), (1, True), (0, False)]


def drained(reader: PatchReader) -> tuple[int, bool]:
    """How many additions an answer has, and whether it is whole."""
    found, count = reader.additions(), 0
    while True:
        try:
            next(found)
        except StopIteration as end:
            return count, end.value
        count += 1


def test_git_may_be_asked_ahead(repo: GitRepo) -> None:
    for number in range(6):
        repo.write("a", f"{number}\n").commit()
    commits = repo.text("rev-list", "HEAD").split()
    with Patches(opened(repo).git) as source:
        source.ask(commits[:2])
        source.ask(commits[:2])
        source.ask(commits[2:5])
        found = [list(source.additions(some)) for some in (commits[:2], commits[2:5], commits[5:], ())]
    assert [[one.commit for one in some] for some in found] == [commits[:2], commits[2:5], commits[5:], []]


@pytest.mark.parametrize("seed", range(4))
def test_every_line_of_every_version_is_added_by_some_commit(repo: GitRepo, seed: int) -> None:
    """
    A line of a file is among those that its commit adds, or one of its parents has it; and what is said to
    be added stands at the line that is told.
    """
    versions, stream = random_history(random.Random(seed), 30)
    marks = repo.path / "marks"
    repo.git("fast-import", "--quiet", f"--export-marks={marks}", stdin=stream)
    names = {int(mark[1:]) - 1: name for mark, name in map(str.split, marks.read_text().splitlines())}
    added: dict[tuple[str, str], dict[int, bytes]] = {}
    for one in all_of(repo):
        lines = added.setdefault((one.commit, one.path), {})
        for hunk in one.hunks:
            lines.update(enumerate(hunk.data.split(b"\n")[:-1], hunk.start))
    for number, (parents, tree) in enumerate(versions):
        for path, text in tree.items():
            whole = text.split("\n")
            before = {line for p in parents for line in versions[p][1].get(path, "").split("\n")}
            mine = {n: line.decode() for n, line in added.get((names[number], path), {}).items()}
            assert all(whole[n - 1] == line for n, line in mine.items())
            assert set(whole) - {""} <= before | set(mine.values())


@pytest.mark.parametrize("limit", [40, 10_000])
@pytest.mark.parametrize("seed", range(4))
def test_merges_among_other_commits_are_told_as_they_are_alone(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, seed: int, limit: int
) -> None:
    """The same lines of the same files; where their numbers may not be the same, that is said."""
    _, stream = random_history(random.Random(seed), 30)
    repo.git("fast-import", "--quiet", stdin=stream)
    commits = repo.text("rev-list", "main").split()
    exact = {(one.commit, one.path): one for one in all_of(repo)}
    monkeypatch.setattr(addition, "LIMIT", limit)
    monkeypatch.setattr(addition, "OVERLAP", 0)
    with Patches(opened(repo).git) as source:
        found = list(source.additions(commits))
        assert text_of(found) == text_of(exact.values())
        for one in found if limit > 100 else ():
            whole = exact[one.commit, one.path]
            assert list(source.exact(one.commit, one.path)) == [whole] if one.is_rough else one == whole
            assert [hunk.data for hunk in one.hunks] == [hunk.data for hunk in whole.hunks]
    assert any(one.is_rough for one in found) is (limit > 100)


def test_a_merge_says_where_git_may_leave_out_a_line(repo: GitRepo) -> None:
    repo.write("a", "gone\nkept\n").commit().branch("side").write("b", "b\n").commit()
    repo.checkout("main").write("c", "c\n").commit().merge("side").write("a", "kept\nevil\n").add()
    repo.git("commit", "-q", "--amend", "-m", "evil")
    with Patches(opened(repo).git) as source:
        (rough,) = source.additions([repo.head])
        (exact,) = source.exact(repo.head, "a")
    assert (rough.is_rough, rough.hunks) == (True, (Hunk(1, b"evil\n"),))
    assert (exact.is_rough, exact.hunks) == (False, (Hunk(2, b"evil\n"),))


History = list[tuple[list[int], dict[str, str]]]


def random_history(rng: random.Random, commits: int) -> tuple[History, bytes]:
    """
    Parents and files of each commit, and the stream for git-fast-import(1) that makes them: edits of three
    files, and merges of two to four parents.
    """
    versions: History = []
    out: list[str] = []
    for number in range(commits):
        parents = sorted(
            rng.sample(range(number), min(number, rng.choice((1, 1, 1, 2, 2, 3, 4)))), reverse=True
        )
        if number and number - 1 not in parents:
            parents[0] = number - 1
        tree: dict[str, str] = {}
        for name in "abc":
            lines = versions[rng.choice(parents)][1][name].split("\n") if parents else []
            for _ in range(rng.choice((0, 0, 1, 2, 4))):
                at = rng.randrange(len(lines) + 1)
                lines[at : at + rng.choice((0, 0, 1, 3))] = [rng.choice("xyz") + str(rng.randrange(40))]
            tree[name] = "\n".join(lines)
        versions.append((parents, tree))
        out += ["commit refs/heads/main\n", f"mark :{number + 1}\n"]
        out += [f"committer C <c@x> {1_700_000_000 + number} +0000\n", "data 1\nm\n"]
        out += [f"{'merge' if n else 'from'} :{parent + 1}\n" for n, parent in enumerate(parents)]
        for name, text in tree.items():
            out.append(f"M 100644 inline {name}\ndata {len(text)}\n{text}\n")
    return versions, "".join(out).encode()


def test_commits_come_after_their_parents_with_the_older_first(repo: GitRepo) -> None:
    repo.write("a").commit("1").branch("x").write("b").commit("2")
    repo.checkout("main").write("c").commit("3").checkout("x").write("d").commit("4").checkout("main").merge(
        "x"
    )
    listed = [commit for portion in commits_of(opened(repo), ["HEAD"]).portions(3) for commit in portion]
    subjects = [repo.text("log", "-1", "--format=%s", commit) for commit in listed]
    assert subjects == ["1", "2", "3", "4", "merge"]
    assert author_times(opened(repo).git, [listed[2], listed[2]]) == {listed[2]: 1_700_000_003}


def test_a_shallow_clone_says_where_it_is_cut(repo: GitRepo, tmp_path: Path) -> None:
    for n in range(4):
        repo.write("a", f"{n}\n").commit()
    clone = repo.clone(tmp_path / "clone", "--depth=2")
    commits = commits_of(opened(clone), ["HEAD"])
    assert len(commits) == 2
    assert commits.cut == (repo.text("rev-parse", "HEAD~1"),)
    assert commits_of(opened(repo), ["HEAD"]).cut == ()
