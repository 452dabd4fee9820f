"""GraphQL of the fake GitHub, asked by the real PyGithub."""

from __future__ import annotations

from typing import Any

import github
import pytest

from tests.fakehub.conftest import Scene, remark

QUERY = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid state isDraft
      comments(last: 50) {
        nodes { id databaseId body viewerDidAuthor author { login __typename } isMinimized url }
        pageInfo { hasPreviousPage startCursor }
      }
      reviewThreads(first: 2, after: $after) {
        nodes {
          id isResolved isOutdated resolvedBy { login } path line startLine viewerCanResolve
          comments(first: 10) { nodes { id databaseId body viewerDidAuthor author { login } } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
FULL: dict[str, Any] = {"pull_requests": "write", "contents": "write"}


def ask(scene: Scene, query: str = QUERY, token: str = "", **variables: Any) -> Any:
    names = {"owner": "octo-org", "name": "octo-repo", "number": 7} if query == QUERY else {}
    client = scene.client(token or scene.hub.token(**FULL))
    return client.requester.graphql_query(query, names | variables)[1]["data"]


def pull_of(scene: Scene, **variables: Any) -> Any:
    return ask(scene, **variables)["repository"]["pullRequest"]


def review(scene: Scene, *lines: int) -> None:
    comments = [remark(line) for line in lines]
    scene.real_pull().create_review(event="COMMENT", body="b", comments=comments)


def test_the_ids_are_those_of_rest(scene: Scene) -> None:
    comment = scene.real_pull().create_issue_comment("one")
    review(scene, 10)
    (inner,) = scene.real_pull().get_review_comments()
    pull = pull_of(scene)
    (seen,) = pull["comments"]["nodes"]
    assert (seen["id"], seen["databaseId"], seen["url"]) == (
        comment.raw_data["node_id"],
        comment.id,
        comment.html_url,
    )
    (thread,) = pull["reviewThreads"]["nodes"]
    assert [c["id"] for c in thread["comments"]["nodes"]] == [inner.raw_data["node_id"]]
    assert (thread["path"], thread["line"], thread["startLine"]) == ("a.py", 10, None)


def test_a_bot_has_its_suffix_as_viewer_only(scene: Scene) -> None:
    scene.real_pull().create_issue_comment("mine")
    scene.pull.add_comment("another's", "mona")
    data = ask(scene)
    assert data["viewer"]["login"] == "github-actions[bot]"
    nodes = data["repository"]["pullRequest"]["comments"]["nodes"]
    assert [(n["author"]["login"], n["author"]["__typename"], n["viewerDidAuthor"]) for n in nodes] == [
        ("github-actions", "Bot", True),
        ("mona", "User", False),
    ]


def test_threads_come_in_pages(scene: Scene) -> None:
    review(scene, 9, 10, 11)
    first = pull_of(scene)["reviewThreads"]
    assert [t["line"] for t in first["nodes"]] == [9, 10]
    second = pull_of(scene, after=first["pageInfo"]["endCursor"])["reviewThreads"]
    assert [t["line"] for t in second["nodes"]] == [11]
    assert second["pageInfo"]["hasNextPage"] is False


def test_several_mutations_go_in_one_request(scene: Scene) -> None:
    review(scene, 10, 11)
    comment = scene.pull.add_comment("old")
    one, two = scene.pull.threads
    ask(
        scene,
        f'''mutation {{
          a: resolveReviewThread(input: {{threadId: "{one.id}"}}) {{ thread {{ isResolved }} }}
          b: minimizeComment(input: {{subjectId: "{two.comments[0].node_id}", classifier: OUTDATED}}) {{
            minimizedComment {{ isMinimized minimizedReason }}
          }}
          c: minimizeComment(input: {{subjectId: "{comment.node_id}", classifier: RESOLVED}}) {{
            minimizedComment {{ isMinimized }}
          }}
          d: addPullRequestReviewThreadReply(
            input: {{pullRequestReviewThreadId: "{two.id}", body: "gone"}}
          ) {{ comment {{ databaseId }} }}
        }}''',
    )
    assert (one.is_resolved, one.resolved_by) == (True, "github-actions[bot]")
    assert [c.minimized for c in (two.comments[0], comment)] == ["OUTDATED", "RESOLVED"]
    assert [c.body for c in two.comments] == ["look", "gone"]
    assert scene.hub.log[-1].is_change


def test_what_was_done_can_be_undone(scene: Scene) -> None:
    review(scene, 10)
    (thread,) = scene.pull.threads
    thread.resolve("mona")
    thread.comments[0].minimized = "OUTDATED"
    query = """mutation($thread: ID!, $comment: ID!) {
      unresolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
      unminimizeComment(input: {subjectId: $comment}) { unminimizedComment { isMinimized } }
    }"""
    ask(scene, query, thread=thread.id, comment=thread.comments[0].node_id)
    assert (thread.is_resolved, thread.resolved_by, thread.comments[0].minimized) == (False, "", "")


@pytest.mark.parametrize(
    ("permissions", "refuse"), [({"contents": "read"}, False), ({"contents": "write"}, True)]
)
def test_resolving_is_refused_where_minimising_works(
    scene: Scene, permissions: dict[str, Any], refuse: bool
) -> None:
    scene.hub.refuse_resolve = refuse
    review(scene, 10)
    (thread,) = scene.pull.threads
    query = """mutation($thread: ID!, $comment: ID!) {
      a: resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
      b: minimizeComment(input: {subjectId: $comment, classifier: OUTDATED}) { clientMutationId }
    }"""
    token = scene.hub.token(pull_requests="write", **permissions)
    with pytest.raises(github.GithubException) as caught:
        ask(scene, query, token, thread=thread.id, comment=thread.comments[0].node_id)
    (error,) = caught.value.data["errors"]
    assert (error["type"], error["path"]) == ("FORBIDDEN", ["a"])
    assert error["message"] == "Resource not accessible by integration"
    assert (thread.is_resolved, thread.comments[0].minimized) == (False, "OUTDATED")
    assert scene.hub.log[-1].status == 200


def test_an_unknown_node_and_pull_request_are_not_found(scene: Scene) -> None:
    with pytest.raises(github.UnknownObjectException):
        pull_of(scene, number=99)
    with pytest.raises(github.UnknownObjectException):
        ask(scene, 'mutation { resolveReviewThread(input: {threadId: "x"}) { clientMutationId } }')


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ viewer { logn } }", "Cannot query field 'logn'"),
        ("{ viewer { login }", "Syntax Error"),
        (
            'mutation { minimizeComment(input: {subjectId: "x", classifier: OLD}) { clientMutationId } }',
            "OLD",
        ),
        ("query($n: Int!) { viewer { login } }", "never used"),
    ],
)
def test_a_query_against_the_schema_is_a_violation(scene: Scene, query: str, words: str) -> None:
    with pytest.raises(github.GithubException):
        ask(scene, query)
    scene.expected(words)


def test_a_connection_without_bounds_is_refused(scene: Scene) -> None:
    query = """{ repository(owner: "octo-org", name: "octo-repo") {
      pullRequest(number: 7) { comments { totalCount } } } }"""
    with pytest.raises(github.GithubException, match="MISSING_PAGINATION_BOUNDARIES"):
        ask(scene, query)
    with pytest.raises(github.GithubException, match="EXCESSIVE_PAGINATION"):
        ask(scene, query.replace("comments", "comments(first: 101)"))


def test_an_outdated_thread_has_no_line(scene: Scene) -> None:
    review(scene, 10)
    text = scene.git.file("a.py").read_text().replace("ten", "10")
    scene.pull.push(scene.git.write("a.py", text).commit("more").head)
    (thread,) = pull_of(scene)["reviewThreads"]["nodes"]
    assert (thread["isOutdated"], thread["line"]) == (True, None)
