"""What GitHub knows of history: comparisons, and the pull request of a head."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.github.client import LostAnswerError, RefusedError
from pregate.github.history import Comparison
from pregate.github.remote import PAGES_MAX, ComparingRemote, find_pull_request
from tests.github.site import Site, Told

SHA = "a" * 40


def compare(site: Site, base: str, head: str) -> Comparison | None:
    client = site.client()
    return ComparingRemote(lambda: client).compare(base, head)


def grow(site: Site, number: int) -> list[str]:
    """So many more commits of the topic branch, made quickly; their ids, oldest first."""
    tree = site.git.text("rev-parse", "HEAD^{tree}")
    stream = "".join(
        f"commit refs/heads/topic\ncommitter A <a@example.invalid> {1_700_001_000 + n} +0000\n"
        f"data 1\nx{f'{chr(10)}from refs/heads/topic^0' if not n else ''}\n"
        for n in range(number)
    )
    site.git.git("fast-import", "--quiet", stdin=stream.encode())
    assert site.git.text("rev-parse", "topic^{tree}") == tree
    return site.git.text("rev-list", "--reverse", f"{site.base}..topic").split()


# -------------------------------------------------------------------------------------------------- comparing


def test_the_commits_from_the_merge_base_to_the_head(site: Site) -> None:
    first = site.git.head
    second = site.push("c.py", "x = 1\n")
    site.git.checkout("main").write("d.py", "x = 1\n").commit("meanwhile")
    assert compare(site, "main", second) == Comparison(site.base, (first, second), True)
    assert len(site.hub.log) == 1


def test_nothing_between(site: Site) -> None:
    assert compare(site, site.base, site.base) == Comparison(site.base, (), True)


def test_a_branch_with_a_slash(site: Site) -> None:
    site.git.git("branch", "release/1.x#y", site.base)
    found = compare(site, "release/1.x#y", site.git.head)
    assert found == Comparison(site.base, (site.git.head,), True)


@pytest.mark.parametrize(("more", "pages"), [(98, 1), (99, 1), (100, 2), (250, 3)])
def test_commits_on_more_pages(site: Site, more: int, pages: int) -> None:
    commits = grow(site, more)
    assert compare(site, site.base, commits[-1]) == Comparison(site.base, tuple(commits), True)
    assert len(site.hub.log) == pages


def test_more_commits_than_are_asked_for_are_not_whole(site: Site) -> None:
    commits = grow(site, PAGES_MAX * 100)
    found = compare(site, site.base, commits[-1])
    assert found == Comparison(site.base, tuple(commits[:-1]), False)
    assert len(site.hub.log) == PAGES_MAX


@pytest.mark.parametrize(("base", "head"), [(SHA, ""), ("", SHA), ("none", "")])
def test_commits_that_github_does_not_know(site: Site, base: str, head: str) -> None:
    assert compare(site, base or site.base, head or site.git.head) is None


def test_histories_that_have_nothing_in_common(site: Site) -> None:
    head = site.git.head
    site.git.git("checkout", "-q", "--orphan", "other")
    site.git.commit("root")
    assert compare(site, site.git.head, head) is None


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}, {"status": 403}])
def test_no_answer_is_no_comparison(site: Site, fault: dict[str, Any]) -> None:
    site.hub.fail("GET", "compare", times=9, **fault)
    assert compare(site, site.base, site.git.head) is None


def answer(**more: Any) -> dict[str, Any]:
    return {"merge_base_commit": {"sha": SHA}, "total_commits": 1, "commits": [{"sha": SHA}]} | more


def told(*answers: Any) -> Comparison | None:
    client: Any = Told(answers)
    return ComparingRemote(lambda: client).compare("a", "b")


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        {},
        answer(merge_base_commit=None),
        answer(merge_base_commit={"sha": None}),
        answer(merge_base_commit={"sha": "--upload-pack=x"}),
        answer(merge_base_commit={"sha": f"{SHA}\n"}),
        answer(merge_base_commit=SHA),
        answer(total_commits=None),
        answer(total_commits="1"),
        answer(total_commits=float("inf")),
        answer(commits=[None]),
        answer(commits=[{"sha": "x"}]),
        answer(commits=[SHA]),
    ],
)
def test_an_answer_of_another_shape_is_no_comparison(data: Any) -> None:
    assert told(data) is None


def test_fewer_commits_than_counted_are_not_whole() -> None:
    assert told(answer(total_commits=3), answer(total_commits=3, commits=[])) == Comparison(
        SHA, (SHA,), False
    )
    assert told(answer(commits=None)) == Comparison(SHA, (), False)
    assert told(answer(total_commits=0)) == Comparison(SHA, (SHA,), False)


def test_a_failure_on_a_later_page_is_no_comparison() -> None:
    assert told(answer(total_commits=3), LostAnswerError("lost")) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(SHA),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["sha", "head", "number", "merge_base_commit"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.builds(lambda more: answer(**more), st.dictionaries(st.sampled_from(list(answer())), JSON)) | JSON)
def test_answers_of_any_shape_are_no_crash(data: Any) -> None:
    found = told(data)
    if found is not None:
        assert found.merge_base == SHA
        assert set(found.commits) <= {SHA}


# ------------------------------------------------------------------------------------------- the pull request


def find(site: Site, head: str, owner: str = "octo-org", branch: str = "topic") -> int:
    found = find_pull_request(site.client(), head, owner, branch)
    return found["number"] if found else 0


def test_a_pull_request_is_found_by_its_head(site: Site) -> None:
    assert find(site, site.git.head) == 7


def test_one_of_a_fork_is_found_among_others(site: Site) -> None:
    fork = site.repo.add_pull(site.base, SHA, head_repository="stranger/octo-repo")
    site.repo.add_pull(site.base, SHA, head_repository="other/octo-repo")
    assert find(site, SHA, "stranger") == fork.number
    assert find(site, SHA, "nobody") == 0


def test_one_that_has_moved_on_is_not_found(site: Site) -> None:
    old = site.git.head
    new = site.push("c.py", "x = 1\n")
    assert find(site, old) == 0
    assert find(site, new) == 7


def test_one_that_is_closed_is_not_found(site: Site) -> None:
    site.pull.state = "closed"
    assert find(site, site.git.head) == 0


def test_another_branch_with_the_same_commit_is_another(site: Site) -> None:
    assert find(site, site.git.head, branch="other") == 0
    assert find(site, site.git.head, branch="a&state=all b/ü") == 0


def test_of_two_with_one_head_the_newest_is_taken(site: Site) -> None:
    site.repo.add_pull(site.base, site.git.head, base_ref="release")
    assert find(site, site.git.head) == 8


def test_a_refusal_is_told(site: Site) -> None:
    site.hub.fail("GET", "pulls", 403, message="no")
    with pytest.raises(RefusedError):
        find(site, site.git.head)


@dataclasses.dataclass
class Listing:
    entries: list[Any]

    def pages(self, path: str, limit: int, **parameters: Any) -> Any:
        return iter(self.entries)


@given(st.lists(JSON, max_size=4))
def test_lists_of_any_shape_are_no_crash(entries: list[Any]) -> None:
    client: Any = Listing(entries)
    found = find_pull_request(client, SHA, "o", "b")
    assert found is None or (found["head"]["sha"] == SHA and isinstance(found["number"], int))
