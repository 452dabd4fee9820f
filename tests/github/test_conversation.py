"""Reading a pull request's conversation: who we are, the head, and our own threads among all."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.errors import GitHubError
from pregate.github import conversation as subject
from pregate.github.client import LostAnswerError
from pregate.github.conversation import (
    REPLIES,
    TAG,
    Conversation,
    Thread,
    read_conversation,
    remark_marker,
)
from tests.fakehub import state
from tests.fakehub.tokens import Actor
from tests.github.site import BOT, NAME, Site

KEY = "ab" * 32


def remark(site: Site, tag: str = "", key: str = KEY, login: str = BOT, body: str = "") -> state.Thread:
    """A thread that begins with one of our remarks."""
    text = body or f"{remark_marker(tag, 'secrets', key)}\nlook\n"
    thread = site.pull.add_thread("a.py", 10, None, "RIGHT", None)
    thread.add(text, Actor.of(login))
    return thread


def read(site: Site, tag: str = "") -> Conversation:
    return read_conversation(site.client(), 7, tag)


def only(site: Site) -> Thread:
    (thread,) = read(site).threads
    return thread


def test_an_empty_conversation_tells_who_we_are_and_the_head(site: Site) -> None:
    assert read(site) == Conversation(BOT, site.git.head, True, ())
    assert len(site.hub.log) == 1


def test_one_that_is_closed_is_not_open(site: Site) -> None:
    site.pull.state = "closed"
    assert not read(site).is_open


def test_a_thread_of_ours_is_read(site: Site) -> None:
    made = remark(site)
    assert only(site) == Thread(made.id, made.comments[0].node_id, "secrets", KEY, False, False, False)


@pytest.mark.parametrize("login", ["someone", "dependabot[bot]", "github-actions"])
def test_a_thread_of_somebody_else_with_our_marker_is_not_ours(site: Site, login: str) -> None:
    remark(site, login=login)
    assert read(site).threads == ()


@pytest.mark.parametrize(
    "body",
    [
        f"quote\n{remark_marker('', 'secrets', KEY)}\n",
        f"{remark_marker('other', 'secrets', KEY)}\n",
        f"{remark_marker('', 'secrets', KEY[1:])}\n",
        f"{remark_marker('', 'no/check', KEY)}\n",
        "<!-- pregate:remark -->",
    ],
)
def test_what_has_no_marker_of_this_tag_at_its_beginning_is_not_ours(site: Site, body: str) -> None:
    remark(site, body=body)
    assert read(site).threads == ()


def test_a_marker_is_known_with_any_line_end(site: Site) -> None:
    remark(site, body=f"{remark_marker('', 'iam', KEY)}\r\nlook")
    assert only(site).check == "iam"


@pytest.mark.parametrize("tag", ["a", "py3.11", "linux/amd64", "A_b-c", "9" * 64])
def test_every_good_tag_is_found_again(site: Site, tag: str) -> None:
    assert TAG.fullmatch(tag)
    remark(site, tag)
    assert len(read(site, tag).threads) == 1
    assert read(site, "z").threads == ()


def test_an_answer_of_a_person_is_seen(site: Site) -> None:
    remark(site).reply("No, this is a test.")
    assert only(site).is_answered


def test_many_answers_are_seen_though_not_all_are_read(site: Site) -> None:
    thread = remark(site)
    for _ in range(REPLIES):
        thread.reply("again", BOT)
    assert only(site).is_answered


def test_an_answer_of_ours_is_none_of_a_person(site: Site) -> None:
    remark(site).reply("gone", BOT)
    assert not only(site).is_answered


@pytest.mark.parametrize(
    ("login", "closed", "settled"),
    [(BOT, True, False), ("github-actions", True, False), ("someone", False, True), ("", False, True)],
)
def test_who_resolved_a_thread_is_told_apart(site: Site, login: str, closed: bool, settled: bool) -> None:
    remark(site).resolve(login)
    thread = only(site)
    assert (thread.is_closed, thread.is_settled) == (closed, settled)


@pytest.mark.parametrize(
    ("reason", "closed", "settled"),
    [("OUTDATED", True, False), ("OFF_TOPIC", False, True), ("RESOLVED", False, True)],
)
def test_who_hid_a_remark_is_told_apart_by_the_reason(
    site: Site, reason: str, closed: bool, settled: bool
) -> None:
    remark(site).comments[0].minimized = reason
    thread = only(site)
    assert (thread.is_closed, thread.is_settled) == (closed, settled)


def test_what_a_person_resolved_stays_settled_when_it_is_hidden_too(site: Site) -> None:
    thread = remark(site)
    thread.resolve("someone")
    thread.comments[0].minimized = "OUTDATED"
    assert (only(site).is_closed, only(site).is_settled) == (False, True)


def test_threads_are_read_on_all_pages(site: Site) -> None:
    for number in range(230):
        remark(site, key=f"{number:064x}", login=BOT if number % 2 else "someone")
    found = read(site).threads
    assert [int(t.key, 16) for t in found] == list(range(1, 230, 2))
    assert len(site.hub.log) == 3


def test_too_many_threads_are_an_error(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "THREADS_MAX", 1)
    for number in range(101):
        remark(site, key=f"{number:064x}")
    with pytest.raises(GitHubError, match="more than 100 review threads"):
        read(site)


def test_a_pull_request_that_is_not_there_is_an_error(site: Site) -> None:
    with pytest.raises(GitHubError, match=r"did not show pull request #8: Could not resolve"):
        read_conversation(site.client(), 8, "")


def test_a_token_that_may_not_look_is_an_error(site: Site) -> None:
    site.repo.private = True
    token = site.hub.token(contents="read")
    with pytest.raises(GitHubError, match="not accessible") as caught:
        read_conversation(site.client(token), 7, "")
    assert "pull-requests: write" in caught.value.hint


def test_a_limit_within_graphql_is_an_error(site: Site) -> None:
    site.hub.rate_limit(0)
    with pytest.raises(GitHubError, match="rate limit"):
        read(site)


def test_lost_answers_are_asked_for_again_and_then_told(site: Site) -> None:
    site.hub.fail("POST", "graphql", 502, times=2)
    assert read(site).is_open
    site.hub.fail("POST", "graphql", 502, times=3)
    with pytest.raises(LostAnswerError):
        read(site)


# ------------------------------------------------------------------------------------------------ whose it is


@pytest.mark.parametrize(
    ("login", "user", "ours"),
    [
        (BOT, {"login": BOT, "type": "Bot"}, True),
        ("github-actions", {"login": BOT, "type": "Bot"}, True),
        ("someone", {"login": "someone", "type": "User"}, True),
        ("github-actions", {"login": BOT, "type": "User"}, False),
        (BOT, {"login": "github-actions", "type": "User"}, False),
        (BOT, {"login": "other[bot]", "type": "Bot"}, False),
        (BOT, {}, False),
        (BOT, None, False),
        (BOT, [BOT], False),
        (BOT, {"login": [BOT]}, False),
        ("", {"login": "", "type": "Bot"}, False),
        ("", {"login": "[bot]", "type": "Bot"}, False),
    ],
)
def test_our_own_comments_are_told_by_their_author(login: str, user: object, ours: bool) -> None:
    assert Conversation(login, "", True, ()).is_ours(user) is ours


# ------------------------------------------------------------------------------------------------ odd answers


class Answering:
    """A client whose GraphQL answers what a test says."""

    repository = NAME

    def __init__(self, data: Any) -> None:
        self.data = data

    def graphql(self, query: str, variables: Any) -> Any:
        return self.data, []


def odd(**pull: Any) -> Any:
    data = {"viewer": {"login": BOT}, "repository": {"pullRequest": {"headRefOid": "a"} | pull}}
    return Answering(data)


@pytest.mark.parametrize("viewer", [None, {}, {"login": None}, {"login": 5}, BOT, [BOT]])
def test_not_knowing_who_we_are_is_an_error(viewer: Any) -> None:
    client = odd()
    client.data["viewer"] = viewer
    with pytest.raises(GitHubError, match="whose the token is"):
        read_conversation(client, 7, "")


@pytest.mark.parametrize("threads", [None, [], {"nodes": None}, {"nodes": [None, 5, {}]}, {"pageInfo": []}])
def test_threads_that_are_null_are_none(threads: Any) -> None:
    assert read_conversation(odd(reviewThreads=threads), 7, "").threads == ()


def test_a_page_that_goes_on_without_saying_where_ends() -> None:
    threads = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}
    assert read_conversation(odd(reviewThreads=threads), 7, "").threads == ()


def test_a_page_that_goes_on_for_ever_ends() -> None:
    threads = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "x"}}
    with pytest.raises(GitHubError, match="more than"):
        read_conversation(odd(reviewThreads=threads), 7, "")


BODY = f"{remark_marker('', 'secrets', KEY)}\n"
NAMES = [
    *("login", "nodes", "comments", "totalCount", "id", "body", "viewerDidAuthor", "isMinimized"),
    *("minimizedReason", "isResolved", "resolvedBy", "pageInfo", "hasNextPage", "endCursor"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(BODY) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=15,
)
COMMENT = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(NAMES, JSON) | {"viewerDidAuthor": st.just(True), "body": st.just(BODY)}
)
COMMENTS = st.fixed_dictionaries(
    {}, optional={"nodes": st.lists(COMMENT | JSON, max_size=3), "totalCount": JSON}
)
NODE = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON) | {"comments": COMMENTS | JSON})
PAGE = st.fixed_dictionaries({}, optional={"nodes": st.lists(NODE | JSON, max_size=3), "pageInfo": JSON})


@given(PAGE | JSON, JSON, JSON)
def test_answers_of_any_shape_are_no_crash(threads: Any, head: Any, status: Any) -> None:
    with suppress(GitHubError):
        found = read_conversation(odd(reviewThreads=threads, headRefOid=head, state=status), 7, "")
        for thread in found.threads:
            assert isinstance(thread.id, str)
            assert isinstance(thread.comment, str)
            assert thread.key == KEY


@given(JSON)
def test_data_of_any_shape_is_no_crash(value: Any) -> None:
    client = odd()
    for name in ("viewer", "repository"):
        client.data = {**odd().data, name: value}
        with suppress(GitHubError):
            read_conversation(client, 7, "")
