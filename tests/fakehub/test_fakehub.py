"""The fake GitHub, asked by the real PyGithub: pull requests, comments, reviews, checks."""

from __future__ import annotations

import time
from typing import Any

import github
import pytest
import requests

from tests.fakehub import FakeHub
from tests.fakehub.conftest import Scene, remark
from tests.fakehub.rest import views
from tests.fakehub.rest.routing import ROUTES
from tests.fakehub.validation import contract

READ: dict[str, Any] = {"contents": "read"}
NOTE = {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}


def test_a_pull_request_is_read_with_its_files_and_commits(scene: Scene) -> None:
    pull = scene.real_pull()
    assert (pull.head.sha, pull.base.sha) == (scene.pull.head_sha, scene.pull.base_sha)
    assert [(f.filename, f.status, f.changes) for f in pull.get_files()] == [
        ("a.py", "modified", 4),
        ("b.py", "added", 5),
    ]
    assert [c.commit.message for c in pull.get_commits()] == ["topic"]


def test_a_comparison_tells_the_merge_base(scene: Scene) -> None:
    scene.git.checkout("main").write("c.py", "y = 2\n").commit("later")
    found = scene.real().compare("main", scene.pull.head_sha)
    assert found.merge_base_commit.sha == scene.pull.base_sha
    assert (found.status, found.ahead_by, found.behind_by) == ("diverged", 1, 1)
    assert [f.filename for f in found.files] == ["a.py", "b.py"]


def test_files_end_at_three_thousand_and_comparisons_at_three_hundred(scene: Scene) -> None:
    for number in range(3001):
        scene.git.write(f"many/{number:04}.txt", f"{number}\n")
    scene.git.commit("many")
    scene.pull.push(scene.git.head)
    client = scene.client()
    client.per_page = 100
    real = client.get_repo("octo-org/octo-repo")
    assert len(list(real.get_pull(7).get_files())) == 3000
    assert len(real.compare(scene.pull.base_sha, scene.git.head).files) == 300
    assert len([call for call in scene.hub.log if "/files" in call.path]) == 30


def test_a_big_change_is_listed_without_its_patch(scene: Scene) -> None:
    scene.hub.patch_limit = 4
    files = list(scene.real_pull().get_files())
    assert [(f.filename, f.patch is None) for f in files] == [("a.py", False), ("b.py", True)]


def test_pull_requests_are_found_by_owner_and_branch(scene: Scene) -> None:
    scene.repo.add_pull(scene.pull.base_sha, scene.pull.head_sha, 8, head_repository="mona/fork")
    scene.repo.add_pull(scene.pull.base_sha, scene.pull.head_sha, 9, state="closed")
    real = scene.real()
    assert [p.number for p in real.get_pulls(head="octo-org:topic")] == [7]
    assert [p.number for p in real.get_pulls(state="all", head="mona:topic")] == [8]
    assert [p.number for p in real.get_pulls(state="all", head="octo-org:topic")] == [9, 7]


def test_a_commit_of_a_fork_has_no_pull_requests(scene: Scene) -> None:
    commit = scene.real().get_commit(scene.pull.head_sha)
    assert [p.number for p in commit.get_pulls()] == [7]
    scene.pull.head_repository = "mona/fork"
    assert list(commit.get_pulls()) == []


def test_a_deleted_fork_is_null(scene: Scene) -> None:
    scene.pull.head_repository = ""
    assert scene.real_pull().head.repo is None


def test_a_comment_is_created_edited_and_deleted(scene: Scene) -> None:
    pull = scene.real_pull()
    comment = pull.create_issue_comment("one")
    comment.edit("two")
    assert [(c.body, c.login, c.user_type) for c in scene.pull.comments] == [
        ("two", "github-actions[bot]", "Bot")
    ]
    comment.delete()
    assert list(pull.get_issue_comments()) == []


def test_comments_come_in_pages_whose_links_pygithub_accepts(scene: Scene) -> None:
    for number in range(65):
        scene.pull.add_comment(f"comment {number}")
    assert [c.body for c in scene.real_pull().get_issue_comments()] == [f"comment {n}" for n in range(65)]
    assert [c.path.rpartition("?")[2] for c in scene.hub.log[-2:]] == ["page=2", "page=3"]


@pytest.mark.parametrize("body", ["x" * 65_537, " "])
def test_a_comment_too_long_or_empty_is_refused(scene: Scene, body: str) -> None:
    with pytest.raises(github.GithubException) as caught:
        scene.real_pull().create_issue_comment(body)
    assert caught.value.status == 422
    assert scene.real_pull().create_issue_comment("é" * 65_536).id


def test_a_review_makes_threads_on_single_and_several_lines(scene: Scene) -> None:
    several = remark(41, "several", start_line=38, start_side="RIGHT")
    old = remark(10, "old", side="LEFT")
    pull = scene.real_pull()
    review = pull.create_review(event="COMMENT", body="three", comments=[remark(7), several, old])
    assert [(t.path, t.start_line, t.line, t.side) for t in scene.pull.threads] == [
        ("a.py", None, 7, "RIGHT"),
        ("a.py", 38, 41, "RIGHT"),
        ("a.py", None, 10, "LEFT"),
    ]
    assert [(r.id, r.state) for r in pull.get_reviews()] == [(review.id, "COMMENTED")]
    assert [c.body for c in pull.get_review_comments()] == ["look", "several", "old"]
    assert [c.body for c in pull.get_single_review_comments(review.id)] == ["look", "several", "old"]


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        (remark(25), "line must be part of the diff"),
        (remark(6), "line must be part of the diff"),
        (remark(40, start_line=10), "start line must be part of the same hunk"),
        (remark(10, start_line=10), "start line must precede"),
        (remark(1, path="none.py"), "path is invalid"),
    ],
)
def test_a_comment_outside_the_diff_refuses_the_whole_review(
    scene: Scene, comment: dict[str, Any], words: str
) -> None:
    with pytest.raises(github.GithubException) as caught:
        scene.real_pull().create_review(event="COMMENT", body="b", comments=[remark(10), comment])  # type: ignore[list-item]
    assert caught.value.status == 422
    assert words in str(caught.value.data)
    assert (scene.pull.reviews, scene.pull.threads) == ([], [])


def test_a_review_of_a_foreign_commit_is_refused(scene: Scene) -> None:
    foreign = scene.git.checkout("main").write("z.py").commit("foreign").head
    real = scene.real()
    with pytest.raises(github.GithubException) as caught:
        real.get_pull(7).create_review(real.get_commit(foreign), "b", "COMMENT")
    assert caught.value.status == 422


def test_a_review_of_a_former_head_is_taken_and_outdated_where_lines_changed(scene: Scene) -> None:
    former, real = scene.pull.head_sha, scene.real()
    text = scene.git.file("a.py").read_text().replace("ten", "10")
    scene.pull.push(scene.git.write("a.py", text).commit("more").head)
    comments = [remark(10), remark(40)]
    real.get_pull(7).create_review(real.get_commit(former), "b", "COMMENT", comments)
    assert [(t.line, t.is_outdated) for t in scene.pull.threads] == [(None, True), (40, False)]


def test_a_pull_request_is_an_issue_too(scene: Scene) -> None:
    issue = scene.real_pull().as_issue()
    issue.create_comment("one")
    assert issue.pull_request is not None
    assert (issue.number, issue.pull_request.html_url) == (7, scene.real_pull().html_url)
    assert [c.body for c in scene.pull.comments] == ["one"]


def test_a_review_without_event_stays_pending_and_unseen(scene: Scene) -> None:
    scene.real_pull().create_review(comments=[remark(10)])
    assert [r.state for r in scene.pull.reviews] == ["PENDING"]
    assert list(scene.real_pull().get_review_comments()) == []


def test_a_review_comment_is_answered_edited_and_deleted(scene: Scene) -> None:
    pull = scene.real_pull()
    pull.create_review(event="COMMENT", body="b", comments=[remark(10)])
    first = next(iter(pull.get_review_comments()))
    reply = pull.create_review_comment_reply(first.id, "answer")
    assert reply.in_reply_to_id == first.id
    first.edit("edited")
    reply.delete()
    assert [(c.body, c.deleted) for c in scene.pull.threads[0].comments] == [
        ("edited", False),
        ("answer", True),
    ]


def test_threads_follow_their_lines_through_a_push_or_are_outdated(scene: Scene) -> None:
    pull = scene.real_pull()
    pull.create_review(event="COMMENT", body="b", comments=[remark(10), remark(40)])
    text = "new\n" + scene.git.file("a.py").read_text().replace("forty", "fourty")
    scene.pull.push(scene.git.write("a.py", text).commit("more").head)
    assert [(t.line, t.is_outdated) for t in scene.pull.threads] == [(11, False), (None, True)]
    seen = list(pull.get_review_comments())
    assert [(c.raw_data.get("line"), c.raw_data["original_line"]) for c in seen] == [(11, 10), (None, 40)]
    assert {c.commit_id for c in seen} == {scene.git.head, scene.pull.former_heads[0]}


def test_a_check_run_is_made_updated_and_found(scene: Scene) -> None:
    real = scene.real()
    run = real.create_check_run("pregate", scene.pull.head_sha, status="in_progress")
    run.edit(conclusion="failure", output={"title": "t", "summary": "s", "annotations": [NOTE] * 50})
    run.edit(output={"title": "t", "summary": "s", "annotations": [NOTE] * 3})
    (found,) = real.get_commit(scene.pull.head_sha).get_check_runs(check_name="pregate")
    assert (found.conclusion, found.status, found.output.title) == ("failure", "completed", "t")
    assert found.app.slug == "github-actions"
    assert len(list(found.get_annotations())) == len(scene.repo.check_runs[0].annotations) == 53


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ({"title": "t", "summary": "x" * 65_536}, "maxLength 65535"),
        ({"summary": "s"}, "'title' is a required property"),
        ({"title": "t", "summary": "s", "annotations": [{"path": "a"}]}, "is a required property"),
        ({"title": "t", "summary": "s", "annotations": [NOTE] * 51}, "maxItems 50"),
    ],
)
def test_a_check_run_beyond_the_limits_is_refused_and_a_violation(
    scene: Scene, output: dict[str, Any], words: str
) -> None:
    with pytest.raises(github.GithubException) as caught:
        scene.real().create_check_run("pregate", scene.pull.head_sha, output=output)
    assert caught.value.status == 422
    assert scene.repo.check_runs == []
    scene.expected(words)


def test_a_status_is_made_and_combined(scene: Scene) -> None:
    commit = scene.real().get_commit(scene.pull.head_sha)
    commit.create_status("pending", context="pregate")
    commit.create_status("failure", description="2 findings", context="pregate")
    assert [s.state for s in commit.get_statuses()] == ["failure", "pending"]
    assert commit.get_combined_status().state == "failure"


def test_a_misspelt_member_is_a_violation_that_github_ignores(scene: Scene) -> None:
    scene.real_pull().create_review(event="COMMENT", body="b", comments=[remark(10, lines=3)])
    assert len(scene.pull.threads) == 1
    scene.expected("'lines' was unexpected")


def test_an_unknown_parameter_and_an_unknown_endpoint_are_violations(scene: Scene) -> None:
    headers = {"Authorization": f"Bearer {scene.hub.token()}"}
    requests.get(f"{scene.hub.api_url}/repos/octo-org/octo-repo/pulls?heads=x", headers=headers, timeout=5)
    scene.expected("unknown parameter 'heads'")
    requests.get(f"{scene.hub.api_url}/nothing", headers=headers, timeout=5)
    scene.expected("no such endpoint")


def test_a_missing_permission_is_refused_as_github_does(scene: Scene) -> None:
    pull = scene.real_pull(**READ)
    with pytest.raises(github.GithubException) as caught:
        pull.create_issue_comment("hello")
    assert caught.value.status == 403
    assert caught.value.data["message"] == "Resource not accessible by integration"


def test_the_token_of_a_fork_reads_only(scene: Scene) -> None:
    token = scene.hub.token(fork=True, pull_requests="write", checks="write")
    assert scene.real_pull(token).number == 7
    with pytest.raises(github.GithubException, match="Resource not accessible"):
        scene.real(token).create_check_run("pregate", scene.pull.head_sha)


def test_a_private_repository_wants_permissions_for_reading_too(scene: Scene) -> None:
    scene.repo.private = True
    assert requests.get(f"{scene.hub.api_url}/repos/octo-org/octo-repo", timeout=5).status_code == 404
    with pytest.raises(github.GithubException, match="Resource not accessible"):
        scene.real(**READ).get_pull(7)
    assert scene.real_pull(pull_requests="read").number == 7


def test_an_unknown_token_is_refused(scene: Scene) -> None:
    with pytest.raises(github.BadCredentialsException):
        scene.real("nonsense")


def test_a_job_has_no_user_and_a_person_has(scene: Scene) -> None:
    with pytest.raises(github.GithubException, match="Resource not accessible by integration"):
        _ = scene.client().get_user().login
    assert scene.client(scene.hub.token("mona", "user")).get_user().login == "mona"


def test_an_ordered_error_comes_once_and_does_nothing(scene: Scene) -> None:
    pull = scene.real_pull()
    scene.hub.fail("POST", "/comments$", 503, message="unicorn")
    with pytest.raises(github.GithubException) as caught:
        pull.create_issue_comment("one")
    assert (caught.value.status, caught.value.data["message"]) == (503, "unicorn")
    assert scene.pull.comments == []
    assert pull.create_issue_comment("two").body == "two"


def test_a_lost_answer_leaves_its_effect(scene: Scene) -> None:
    pull = scene.real_pull()
    scene.hub.fail("POST", "/comments$", applied=True)
    with pytest.raises(github.GithubException) as caught:
        pull.create_issue_comment("one")
    assert caught.value.status == 502
    assert [c.body for c in scene.pull.comments] == ["one"]


@pytest.mark.parametrize(("applied", "left"), [(False, 0), (True, 1)])
def test_a_dropped_connection_may_have_had_an_effect(scene: Scene, applied: bool, left: int) -> None:
    pull = scene.real_pull()
    scene.hub.fail("POST", "/comments$", drop=True, applied=applied)
    with pytest.raises(requests.ConnectionError):
        pull.create_issue_comment("one")
    assert len(scene.pull.comments) == left
    assert scene.hub.log[-1].status == 0


def test_a_slow_answer_is_given_up_by_a_client_and_has_its_effect(scene: Scene) -> None:
    scene.hub.slow("POST", "/comments$", 0.5)
    headers = {"Authorization": f"Bearer {scene.hub.token(issues='write')}"}
    url = f"{scene.hub.api_url}/repos/octo-org/octo-repo/issues/7/comments"
    with pytest.raises(requests.ReadTimeout):
        requests.post(url, json={"body": "one"}, headers=headers, timeout=0.1)
    assert [c.body for c in scene.pull.comments] == ["one"]
    assert requests.post(url, json={"body": "two"}, headers=headers, timeout=5).status_code == 201


def test_an_exhausted_limit_says_when_it_ends(scene: Scene) -> None:
    pull = scene.real_pull()
    scene.hub.rate_limit(remaining=1, reset_in=50)
    pull.create_issue_comment("last")
    with pytest.raises(github.RateLimitExceededException) as caught:
        pull.create_issue_comment("too many")
    headers = caught.value.headers or {}
    assert headers["x-ratelimit-remaining"] == "0"
    assert 40 <= int(headers["x-ratelimit-reset"]) - time.time() <= 52


def test_a_secondary_limit_is_ordered_as_a_fault(scene: Scene) -> None:
    pull = scene.real_pull()
    words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    scene.hub.fail("POST", "/comments$", 403, headers={"Retry-After": "1"}, message=words)
    with pytest.raises(github.RateLimitExceededException) as caught:
        pull.create_issue_comment("one")
    assert (caught.value.headers or {})["retry-after"] == "1"


def test_the_log_tells_calls_and_what_they_count(scene: Scene) -> None:
    pull = scene.real_pull()
    pull.create_issue_comment("one")
    call = scene.hub.log[-1]
    assert (call.method, call.status, call.login) == ("POST", 201, "github-actions[bot]")
    assert call.path == "/api/v3/repos/octo-org/octo-repo/issues/7/comments"
    assert call.body == {"body": "one"}
    assert (scene.hub.changes_per_minute(), scene.hub.points_per_minute()) == (1, 7)


def test_a_hub_that_was_stopped_answers_no_more() -> None:
    with FakeHub() as hub:
        url = f"{hub.api_url}/rate_limit"
        assert requests.get(url, timeout=5).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


def test_every_operation_of_the_description_is_served_and_no_other() -> None:
    described = {
        (method.upper(), path)
        for path, item in contract().spec["paths"].items()
        for method in item
        if method in ("get", "put", "post", "patch", "delete")
    }
    assert {(route.method, route.template) for route in ROUTES} == described


def test_every_body_of_a_request_is_closed() -> None:
    bodies = [
        media["schema"]
        for item in contract().spec["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        for media in operation.get("requestBody", {}).get("content", {}).values()
    ]
    assert len(bodies) >= 10
    open_ = [
        body for body in bodies if body.get("additionalProperties") is not False and "properties" in body
    ]
    assert open_ == []


def test_the_fakes_own_mistakes_are_violations(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    pull = scene.real_pull()
    monkeypatch.setattr(views, "comment", lambda *_: {"id": "text", "url": "x"})
    pull.create_issue_comment("one")
    scene.expected("answer: InvalidData")
    monkeypatch.setattr(views, "comment", None)
    with pytest.raises(github.GithubException):
        pull.create_issue_comment("two")
    scene.expected("the fake failed")
