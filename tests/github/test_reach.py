"""How history is brought into shallow clones: what is asked, what is fetched, and when that is enough."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field

import pytest

from pregate.errors import ChangesError
from pregate.github.history import Comparison, Remote
from pregate.github.scope import Between, Scope, Tree, Wish
from tests.github.test_scope import Origin, checkout, origin, scope
from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.events import ZERO

__all__ = ["origin"]


@dataclass
class FakeRemote:
    """GitHub's compare API over a repository; ``limit`` is how many commits it lists."""

    repo: GitRepo
    limit: int = 250
    asked: list[tuple[str, str]] = field(default_factory=list)

    def compare(self, base: str, head: str) -> Comparison | None:
        self.asked.append((base, head))
        try:
            start = self.repo.text("merge-base", base, head)
        except AssertionError:
            return None
        commits = self.repo.text("rev-list", "--topo-order", "--reverse", head, f"^{base}").split()
        return Comparison(start, tuple(commits[: self.limit]), len(commits) <= self.limit)


class Odd:
    """An answer that is none."""

    def __init__(self, *commits: str, merge_base: str = "a" * 40) -> None:
        self.answer = Comparison(merge_base, commits, True)

    def compare(self, base: str, head: str) -> Comparison | None:
        return self.answer


@pytest.fixture
def long(origin: Origin) -> Origin:
    """The same with a main of a hundred commits since the topic left it, and one before."""
    repo = origin.repo.checkout("main")
    who = "committer C <c@example.invalid> {} +0000\ndata 4\nmain\n"
    stream = "".join(
        "commit refs/heads/main\n" + who.format(1_700_000_100 + n) + (f"from {repo.head}\n" if not n else "")
        for n in range(100)
    )
    repo.git("fast-import", "--quiet", stdin=stream.encode())
    origin.main = repo.head
    repo.git("branch", "-q", "-D", "merged")
    origin.merge = repo.branch("merged").merge("topic").head
    repo.checkout("main")
    return origin


def topic(origin: Origin) -> tuple[str, str]:
    return origin.repo.text("rev-parse", "topic~1"), origin.topic


def between(found: Scope) -> Between:
    assert isinstance(found, Between)
    return found


def here(clone: GitRepo) -> int:
    """How many commits the clone holds."""
    return len(clone.text("cat-file", "--batch-all-objects", "--batch-check").split("commit")) - 1


def test_a_whole_clone_asks_nothing(long: Origin) -> None:
    remote = FakeRemote(long.repo)
    for head in (long.merge, long.topic):
        event = events.pull_request(long.main, long.topic, long.merge, commits=2)
        clone = checkout(long, head)
        assert between(scope(clone, event, remote=remote)).commits is None
        shutil.rmtree(clone.path)
    assert remote.asked == []


def test_a_merge_commit_at_depth_one_gets_its_parents_and_the_commits_of_the_topic(long: Origin) -> None:
    remote = FakeRemote(long.repo)
    clone = checkout(long, long.merge, depth=1)
    event = events.pull_request(long.main, long.topic, long.merge, commits=2)
    found = between(scope(clone, event, remote=remote))
    assert (found.base, found.head, found.exact) == (long.main, long.merge, False)
    assert found.commits == (*topic(long), long.merge)
    assert remote.asked == [(long.main, long.topic)]
    assert here(clone) == 5  # the merge, main's tip, two of the topic, and what they started from


def test_without_the_api_the_number_of_commits_in_the_event_is_enough(long: Origin) -> None:
    clone = checkout(long, long.merge, depth=1)
    found = between(scope(clone, events.pull_request(long.main, long.topic, long.merge, commits=2)))
    assert found.commits == (*topic(long), long.merge)
    assert here(clone) == 5


def test_a_head_at_depth_one_is_compared_with_the_merge_base_of_the_api(long: Origin) -> None:
    remote = FakeRemote(long.repo)
    clone = checkout(long, long.topic, depth=1)
    event = events.pull_request(long.main, long.topic, long.merge, commits=2)
    found = between(scope(clone, event, remote=remote))
    assert (found.base, found.head, found.exact) == (long.first, long.topic, True)
    assert found.commits == topic(long)
    assert remote.asked == [(long.main, long.topic)]
    assert here(clone) == 3


def test_a_list_that_is_not_whole_still_gives_the_merge_base(long: Origin) -> None:
    clone = checkout(long, long.topic, depth=1)
    event = events.pull_request(long.main, long.topic, long.merge, commits=2)
    found = between(scope(clone, event, remote=FakeRemote(long.repo, limit=1)))
    assert (found.base, found.exact, found.commits) == (long.first, True, topic(long))


def test_a_topic_that_merged_main_is_deepened_until_it_can_be_walked(long: Origin) -> None:
    head = long.repo.checkout("topic").merge("main~3").write("b.txt", "4\n").commit("topic 3").head
    clone = checkout(long, head, depth=1)
    event = events.pull_request(long.main, head, commits=4)
    found = between(scope(clone, event))
    assert (found.base, found.commits) == (long.main, None)
    walked = clone.text("rev-list", "--count", f"{long.main}..{head}")
    assert walked == "4"


def test_a_topic_that_merged_main_is_listed_by_the_api(long: Origin) -> None:
    head = long.repo.checkout("topic").merge("main~3").write("b.txt", "4\n").commit("topic 3").head
    clone = checkout(long, head, depth=1)
    found = between(
        scope(clone, events.pull_request(long.main, head, commits=4), remote=FakeRemote(long.repo))
    )
    assert found.exact
    assert found.commits is not None
    assert (len(found.commits), found.commits[-1]) == (4, head)
    for commit in found.commits:
        assert clone.text("rev-list", "--parents", "--no-walk", commit).count(" ") >= 1


@pytest.mark.parametrize("answer", ["no id", "not here", "nothing"])
def test_an_odd_answer_of_the_api_is_no_answer(long: Origin, answer: str) -> None:
    answers: dict[str, Remote] = {
        "no id": Odd("--all"),
        "not here": Odd("d" * 40, long.topic),
        "nothing": FakeRemote(GitRepo(long.repo.path.parent / "other")),
    }
    clone = checkout(long, long.topic, depth=1)
    event = events.pull_request(long.main, long.topic, long.merge, commits=2)
    found = between(scope(clone, event, remote=answers[answer]))
    assert (found.base, found.exact) == (long.main, False)
    assert clone.text("rev-list", f"{found.base}..{found.head}").split() == [*reversed(topic(long))]


def test_a_list_without_the_head_is_not_believed(long: Origin) -> None:
    clone = checkout(long, long.merge, depth=1)
    event = events.pull_request(long.main, long.topic, long.merge, commits=2)
    found = between(scope(clone, event, remote=Odd(topic(long)[0], merge_base=long.first)))
    assert found.commits == (*topic(long), long.merge)


def test_offline_with_parents_here_the_commits_cannot_be_listed(long: Origin) -> None:
    clone = checkout(long, long.merge, depth=2)
    event = events.pull_request(long.main, long.topic, long.merge, commits=2)
    found = between(scope(clone, event, offline=True))
    assert found.commits is None  # the walk will say that history was cut off


def test_a_push_at_depth_one_is_fetched_as_the_api_lists_it(long: Origin) -> None:
    remote = FakeRemote(long.repo)
    before = long.repo.text("rev-parse", "main~4")
    clone = checkout(long, long.main, depth=1)
    found = between(scope(clone, events.push(before, long.main, commits=4), remote=remote))
    assert (found.base, found.exact) == (before, True)
    assert found.commits is not None
    assert (len(found.commits), found.commits[-1], here(clone)) == (4, long.main, 5)


def test_a_push_whose_list_does_not_start_where_the_branch_was_is_walked(long: Origin) -> None:
    before = long.repo.text("rev-parse", "main~4")
    clone = checkout(long, long.main, depth=1)
    found = between(scope(clone, events.push(before, long.main, commits=3)))
    assert (found.base, found.commits) == (before, None)
    assert clone.text("rev-list", "--count", f"{before}..{long.main}") == "4"


def test_a_push_of_one_straight_line_needs_no_api(long: Origin) -> None:
    before = long.repo.text("rev-parse", "main~4")
    clone = checkout(long, long.main, depth=1)
    found = between(scope(clone, events.push(before, long.main, commits=4)))
    assert found.commits is not None
    assert len(found.commits) == 4
    assert here(clone) < 10


def test_a_forced_push_whose_meeting_point_the_api_knows_is_compared_with_it(long: Origin) -> None:
    clone = checkout(long, long.topic, depth=1)
    event = events.push(long.main, long.topic, "refs/heads/topic", forced=True, commits=2)
    found = between(scope(clone, event, remote=FakeRemote(long.repo)))
    assert (found.base, found.exact, found.commits) == (long.first, True, topic(long))
    assert found.reason == "push to topic (forced)"


def test_a_new_branch_at_depth_one_is_compared_through_the_api(long: Origin) -> None:
    clone = checkout(long, long.topic, depth=1)
    event = events.push(ZERO, long.topic, "refs/heads/topic")
    found = between(scope(clone, event, remote=FakeRemote(long.repo)))
    assert (found.base, found.exact, found.commits) == (long.first, True, topic(long))
    assert found.reason == "new branch topic, compared with main"


def test_a_new_branch_of_which_the_api_knows_nothing_is_the_whole_tree(long: Origin) -> None:
    clone = checkout(long, long.topic, depth=1)
    event = events.push(ZERO, long.topic, "refs/heads/topic")
    remote = FakeRemote(GitRepo(long.repo.path.parent / "other"))
    assert isinstance(scope(clone, event, remote=remote), Tree)


def test_a_merge_group_at_depth_one_is_listed_by_the_api(long: Origin) -> None:
    clone = checkout(long, long.merge, depth=1)
    found = between(scope(clone, events.merge_group(long.main, long.merge), remote=FakeRemote(long.repo)))
    assert (found.base, found.exact) == (long.main, False)
    assert found.commits is not None
    assert set(found.commits) == {*topic(long), long.merge}


def test_a_head_that_adds_nothing_has_no_commits(long: Origin) -> None:
    clone = checkout(long, long.first, depth=1)
    event = events.pull_request(long.main, long.first, commits=0)
    found = between(scope(clone, event, remote=FakeRemote(long.repo)))
    assert (found.base, found.exact) == (long.first, True)
    assert found.commits is None or found.commits == ()


def test_a_base_that_is_asked_for_is_found_through_the_api(long: Origin) -> None:
    clone = checkout(long, long.topic, depth=1)
    found = between(
        scope(clone, events.schedule(long.topic), Wish(base=long.main), remote=FakeRemote(long.repo))
    )
    assert (found.base, found.head, found.exact, found.commits) == (long.first, long.topic, True, topic(long))


def test_a_base_with_dots_is_not_put_to_the_api(long: Origin) -> None:
    remote = FakeRemote(long.repo)
    clone = checkout(long, long.topic, depth=1)
    with pytest.raises(ChangesError):
        scope(clone, events.schedule(long.topic), Wish(base="main..topic"), remote=remote)
    assert remote.asked == []


def test_a_forced_push_over_history_of_its_own_is_compared_with_the_default_branch(long: Origin) -> None:
    long.repo.git("checkout", "-q", "--orphan", "other")
    before = long.repo.commit("another root").head
    clone = checkout(long, long.topic, depth=1)
    event = events.push(before, long.topic, "refs/heads/topic", forced=True, commits=2)
    found = between(scope(clone, event, remote=FakeRemote(long.repo)))
    assert (found.base, found.exact, found.commits) == (long.first, True, topic(long))
    assert "are gone" in found.reason
