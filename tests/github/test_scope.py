"""Which commits an event means, on real clones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pregate.entry.clone import Clone
from pregate.errors import ChangesError, UsageError
from pregate.github.context import load_context
from pregate.github.history import Remote
from pregate.github.scope import Between, Nothing, Scope, Tree, Wish, find_scope
from tests.gitrepo import ENVIRONMENT, GitRepo
from tests.harness import events
from tests.harness.events import REPOSITORY, ZERO, Event


@dataclass
class Origin:
    """
    A repository on the server: main with two commits, a topic from the first one, GitHub's merge of both.
    """

    repo: GitRepo
    first: str
    main: str
    topic: str
    merge: str


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    repo = GitRepo(tmp_path / "origin").write("a.txt", "1\n").commit("first")
    repo.configure("uploadpack.allowAnySHA1InWant", "true")  # as GitHub has it
    first = repo.head
    repo.branch("topic").write("b.txt", "2\n").commit("topic 1").write("b.txt", "3\n").commit("topic 2")
    topic = repo.head
    main = repo.checkout("main").write("c.txt", "4\n").commit("second").head
    merge = repo.branch("merged").merge("topic").head
    repo.checkout("main")
    repo.git("update-ref", "refs/pull/2/merge", merge)
    return Origin(repo, first, main, topic, merge)


def checkout(origin: Origin, commit: str, depth: int = 0) -> GitRepo:
    """What actions/checkout leaves: one commit, detached; with ``depth`` 0 all branches too."""
    clone = GitRepo(origin.repo.path.parent / "workspace")
    clone.git("remote", "add", "origin", f"file://{origin.repo.path}")
    if depth:
        clone.git(
            "fetch", "-q", "--no-tags", f"--depth={depth}", "origin", f"+{commit}:refs/remotes/pull/2/merge"
        )
    else:
        clone.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*", commit)
    clone.git("checkout", "-q", "--detach", commit)
    return clone


def scope(
    clone: GitRepo,
    event: Event,
    wish: Wish | None = None,
    *,
    offline: bool = False,
    remote: Remote | None = None,
) -> Scope:
    file = clone.path.parent / "event.json"
    file.write_text(json.dumps(event.payload), encoding="utf-8")
    context = load_context(
        {
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": event.sha,
            "GITHUB_REF": event.ref,
        }
    )
    return find_scope(context, Clone(clone.path, ENVIRONMENT, offline=offline), wish or Wish(), remote)


def test_a_pull_request_is_its_merge_commit_against_the_first_parent(origin: Origin) -> None:
    # base.sha is the tip when the event was sent, which may be older than what GitHub merged with
    found = scope(
        checkout(origin, origin.merge), events.pull_request(origin.first, origin.topic, origin.merge)
    )
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, origin.merge)
    assert "pull request #" in found.reason


def test_the_parents_of_a_merge_commit_at_depth_one_are_fetched(origin: Origin) -> None:
    clone = checkout(origin, origin.merge, depth=1)
    found = scope(clone, events.pull_request(origin.main, origin.topic, origin.merge))
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, origin.merge)
    assert clone.text("merge-base", found.base, found.head) == origin.main


def test_offline_at_depth_one_the_error_names_fetch_depth(origin: Origin) -> None:
    clone = checkout(origin, origin.merge, depth=1)
    with pytest.raises(ChangesError) as error:
        scope(clone, events.pull_request(origin.main, origin.topic, origin.merge), offline=True)
    assert "fetch-depth: 0" in error.value.hint
    assert origin.main[:12] in error.value.message


def test_a_remote_that_does_not_answer_gives_the_same_error(origin: Origin) -> None:
    clone = checkout(origin, origin.merge, depth=1)
    clone.git("remote", "set-url", "origin", "file:///nowhere")
    with pytest.raises(ChangesError, match="could not be fetched"):
        scope(clone, events.pull_request(origin.main, origin.topic, origin.merge))


def test_a_checked_out_head_is_compared_from_the_merge_base(origin: Origin) -> None:
    found = scope(
        checkout(origin, origin.topic), events.pull_request(origin.main, origin.topic, origin.merge)
    )
    assert found == Between(
        origin.main, origin.topic, "pull request #2 into main, its head from the merge base"
    )


@pytest.mark.parametrize("depth", [0, 1])
def test_a_checkout_of_the_base_is_an_error_and_not_a_pull_request_without_changes(
    origin: Origin, depth: int
) -> None:
    event = events.pull_request(origin.main, origin.topic, origin.merge)
    with pytest.raises(UsageError, match="has nothing of pull request #2"):
        scope(checkout(origin, origin.main, depth), event)


def test_a_checkout_of_what_the_base_was_before_is_an_error_too(origin: Origin) -> None:
    event = events.pull_request(origin.main, origin.topic, origin.merge)
    with pytest.raises(UsageError, match="what is checked out is main"):
        scope(checkout(origin, origin.first), event)


def test_a_pull_request_that_adds_nothing_to_its_base_has_no_changes(origin: Origin) -> None:
    found = scope(
        checkout(origin, origin.first), events.pull_request(origin.main, origin.first, origin.merge)
    )
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, origin.first)


def test_a_checked_out_head_at_depth_one_is_joined_with_its_base(origin: Origin) -> None:
    clone = checkout(origin, origin.topic, depth=1)
    found = scope(clone, events.pull_request(origin.main, origin.topic, origin.merge))
    assert isinstance(found, Between)
    assert clone.text("merge-base", found.base, found.head) == origin.first


def test_a_merge_commit_of_something_else_is_not_taken_for_githubs(origin: Origin) -> None:
    # The head itself may be a merge: its first parent is under the author's control, so the base of the event
    # counts.
    origin.repo.checkout("topic").merge("main")
    head = origin.repo.head
    found = scope(checkout(origin, head), events.pull_request(origin.main, head, origin.merge))
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, head)


def test_history_without_a_common_ancestor_is_an_error(origin: Origin) -> None:
    origin.repo.git("checkout", "-q", "--orphan", "other")
    head = origin.repo.commit("orphan").head
    with pytest.raises(ChangesError, match="does not hold the history"):
        scope(checkout(origin, head), events.pull_request(origin.main, head, origin.merge))


# docs.github.com, "Events that trigger workflows", pull_request: its activity types
TYPES = (
    *("assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened"),
    *("synchronize", "converted_to_draft", "ready_for_review", "locked", "unlocked", "milestoned"),
    *("demilestoned", "review_requested", "review_request_removed", "auto_merge_enabled"),
    *("auto_merge_disabled", "enqueued", "dequeued"),
)


@pytest.mark.parametrize("action", TYPES)
def test_every_type_of_the_event_judges_the_merge_commit(origin: Origin, action: str) -> None:
    event = events.pull_request(origin.main, origin.topic, origin.merge, action=action)
    found = scope(checkout(origin, origin.merge), event)
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, origin.merge)


def closed(origin: Origin, base: str, result: str) -> Event:
    return events.pull_request(base, origin.topic, result, action="closed", merged=True, commits=2)


def test_a_merged_pull_request_is_its_merge_commit(origin: Origin) -> None:
    found = scope(checkout(origin, origin.merge), closed(origin, origin.main, origin.merge))
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, origin.merge)


@pytest.mark.parametrize("depth", [0, 1])
def test_a_squashed_pull_request_is_what_the_branch_became(origin: Origin, depth: int) -> None:
    squashed = origin.repo.checkout("main").write("b.txt", "3\n").commit("topic (#2)").head
    found = scope(checkout(origin, squashed, depth), closed(origin, origin.main, squashed))
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, squashed)
    assert "as it was merged, from what main was before" in found.reason


@pytest.mark.parametrize("depth", [0, 1])
def test_a_rebased_pull_request_is_all_its_new_commits(origin: Origin, depth: int) -> None:
    origin.repo.checkout("main").write("b.txt", "2\n").commit("topic 1").write("b.txt", "3\n").commit(
        "topic 2"
    )
    found = scope(checkout(origin, origin.repo.head, depth), closed(origin, origin.main, origin.repo.head))
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, origin.repo.head)


@pytest.mark.parametrize("depth", [0, 1])
def test_a_merged_pull_request_whose_event_names_the_result_is_never_nothing(
    origin: Origin, depth: int
) -> None:
    squashed = origin.repo.checkout("main").write("b.txt", "3\n").commit("topic (#2)").head
    found = scope(checkout(origin, squashed, depth), closed(origin, squashed, squashed))
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, squashed)


def test_pull_request_target_with_its_own_checkout_is_refused(origin: Origin) -> None:
    event = events.pull_request(origin.main, origin.topic, event="pull_request_target")
    with pytest.raises(UsageError) as error:
        scope(checkout(origin, origin.main), event)
    assert "not what is checked out" in error.value.message
    assert "pull_request" in error.value.hint


def test_pull_request_target_with_the_head_checked_out_is_judged(origin: Origin) -> None:
    event = events.pull_request(origin.main, origin.topic, event="pull_request_target")
    found = scope(checkout(origin, origin.topic), event)
    assert isinstance(found, Between)
    assert (found.base, found.head) == (origin.main, origin.topic)


def test_a_push_is_what_came_between(origin: Origin) -> None:
    found = scope(checkout(origin, origin.main), events.push(origin.first, origin.main))
    assert found == Between(origin.first, origin.main, "push to main")


def test_a_push_at_depth_one_is_fetched_as_deep_as_it_says(origin: Origin) -> None:
    clone = checkout(origin, origin.topic, depth=1)
    found = scope(clone, events.push(origin.first, origin.topic, "refs/heads/topic", commits=2))
    assert found == Between(origin.first, origin.topic, "push to topic")
    assert clone.text("merge-base", origin.first, origin.topic) == origin.first


def test_a_push_at_depth_one_without_the_remote_is_an_error(origin: Origin) -> None:
    clone = checkout(origin, origin.topic, depth=1)
    with pytest.raises(ChangesError, match="does not hold the history"):
        scope(clone, events.push(origin.first, origin.topic, "refs/heads/topic", commits=2), offline=True)


def test_a_new_branch_is_compared_with_the_default_branch(origin: Origin) -> None:
    found = scope(checkout(origin, origin.topic), events.push(ZERO, origin.topic, "refs/heads/topic"))
    assert found == Between(origin.main, origin.topic, "new branch topic, compared with main")


def test_a_new_branch_without_the_default_branch_is_the_whole_tree(origin: Origin) -> None:
    clone = checkout(origin, origin.topic, depth=1)
    found = scope(clone, events.push(ZERO, origin.topic, "refs/heads/topic"))
    assert found == Tree(origin.topic, "new branch topic, and main was not fetched: the whole tree")


def test_a_new_default_branch_is_the_whole_tree(origin: Origin) -> None:
    found = scope(checkout(origin, origin.main), events.push(ZERO, origin.main))
    assert found == Tree(origin.main, "new branch main: the whole tree")


def test_a_forced_push_is_compared_with_what_was_there(origin: Origin) -> None:
    found = scope(
        checkout(origin, origin.topic),
        events.push(origin.main, origin.topic, "refs/heads/topic", forced=True),
    )
    assert found == Between(origin.main, origin.topic, "push to topic (forced)")


def test_a_forced_push_over_commits_that_are_gone_is_compared_with_the_default_branch(origin: Origin) -> None:
    event = events.push("d" * 40, origin.topic, "refs/heads/topic", forced=True)
    found = scope(checkout(origin, origin.topic), event)
    assert isinstance(found, Between)
    assert found.base == origin.main
    assert "are gone" in found.reason


def test_a_deleted_branch_is_nothing_and_says_so(origin: Origin) -> None:
    found = scope(checkout(origin, origin.main), events.push(origin.main, ZERO, "refs/heads/topic"))
    assert found == Nothing("the push deletes topic: nothing to scan")


def test_a_tag_is_the_whole_tree(origin: Origin) -> None:
    found = scope(checkout(origin, origin.main), events.push(ZERO, origin.main, "refs/tags/v1"))
    assert found == Tree(origin.main, "the whole tree of the tag v1")


def test_a_merge_group_is_what_it_adds(origin: Origin) -> None:
    found = scope(checkout(origin, origin.merge, depth=1), events.merge_group(origin.main, origin.merge))
    assert found == Between(origin.main, origin.merge, "merge group for main")


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_an_event_without_a_change_is_the_whole_tree(origin: Origin, name: str) -> None:
    found = scope(checkout(origin, origin.main), getattr(events, name)(origin.main))
    assert found == Tree(origin.main, f"the whole tree, on {name}")


def test_asking_for_changes_where_there_are_none_is_an_error(origin: Origin) -> None:
    with pytest.raises(UsageError, match="has no change to scan"):
        scope(checkout(origin, origin.main), events.schedule(origin.main), Wish("changes"))


def test_asking_for_changes_of_a_new_default_branch_is_an_error(origin: Origin) -> None:
    with pytest.raises(ChangesError, match="nothing to compare with"):
        scope(checkout(origin, origin.main), events.push(ZERO, origin.main), Wish("changes"))


def test_the_whole_tree_can_be_asked_for(origin: Origin) -> None:
    event = events.pull_request(origin.main, origin.topic, origin.merge)
    assert scope(checkout(origin, origin.merge, depth=1), event, Wish("all")) == Tree(
        origin.merge, "the whole tree, as the input scan asks"
    )


def test_a_base_can_be_asked_for(origin: Origin) -> None:
    found = scope(checkout(origin, origin.topic), events.schedule(origin.main), Wish(base="origin/main"))
    assert isinstance(found, Between)
    assert (found.base, found.head) == ("origin/main", origin.topic)
    assert "as the inputs ask" in found.reason


def test_a_base_that_does_not_exist_is_an_error(origin: Origin) -> None:
    with pytest.raises(ChangesError, match="does not hold the history"):
        scope(checkout(origin, origin.main), events.schedule(origin.main), Wish(base="nowhere"))


@pytest.mark.parametrize("text", ["--upload-pack=touch x", "-x", "+main", "main:other", "a b", "*", "^main"])
@pytest.mark.parametrize("name", ["base", "head"])
def test_a_base_that_git_would_take_for_something_else_is_an_error(
    origin: Origin, name: str, text: str
) -> None:
    wish = Wish(**({"base": "main"} | {name: text}))
    with pytest.raises(UsageError, match=f"the input {name} is no revision"):
        scope(checkout(origin, origin.main), events.schedule(origin.main), wish)


@pytest.mark.parametrize("wish", [Wish(head="main"), Wish("all", base="main")])
def test_inputs_that_contradict_each_other_are_an_error(origin: Origin, wish: Wish) -> None:
    with pytest.raises(UsageError):
        scope(checkout(origin, origin.main), events.schedule(origin.main), wish)


def test_a_workspace_without_a_checkout_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match="no checked-out commit"):
        scope(GitRepo(tmp_path / "empty"), events.schedule("a" * 40))


def test_git_that_cannot_be_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match="git is not installed"):
        Clone(tmp_path, {"PATH": "/nonexistent"})


def test_a_folder_that_is_gone_has_no_history(tmp_path: Path) -> None:
    assert Clone(tmp_path / "gone", ENVIRONMENT).head() == ""


def test_hostile_configuration_runs_nothing_while_history_is_fetched(origin: Origin) -> None:
    clone = checkout(origin, origin.merge, depth=1)
    trap = clone.path.parent / "sprung"
    program = clone.path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {trap}\n")
    program.chmod(0o755)
    (clone.path / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-checkout", "pre-auto-gc"):
        (clone.path / ".git/hooks" / hook).symlink_to(program)
    for key in ("core.fsmonitor", "core.askPass", "credential.helper", "core.sshCommand", "core.gitProxy"):
        clone.configure(key, str(program))
    clone.configure("remote.origin.uploadpack", str(program))
    clone.configure("core.alternateRefsCommand", str(program))
    found = scope(clone, events.pull_request(origin.main, origin.topic, origin.merge))
    assert isinstance(found, Between)
    assert not trap.exists()
