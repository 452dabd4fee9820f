"""The summary comment: found on any page, changed in place, one of it whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.errors import GitHubError
from pregate.github.client import Client, LostAnswerError, RefusedError
from pregate.github.comment import BODY_MAX, Comment, Posted, comment_marker
from pregate.github.conversation import Conversation
from tests.fakehub.tokens import Actor
from tests.github.site import BOT, Site, Told

US = Conversation(BOT, "", True, ())
MARKER = comment_marker("")
POST = "POST /issues/7/comments"


def ours(site: Site, text: str) -> Any:
    """A comment of ours from before, as it is stored."""
    return site.pull.add(text, Actor.of(BOT))


def comment(site: Site, tag: str = "", client: Client | None = None) -> Comment:
    return Comment(client or site.client(), 7, tag, US.is_ours)


def publish(site: Site, body: str = "body", tag: str = "", **options: Any) -> Posted:
    return comment(site, tag).publish(body, **({"create": True} | options))


# --------------------------------------------------------------------------------------- finding and changing


def test_the_first_comment_is_made_with_the_marker_first(site: Site) -> None:
    posted = publish(site)
    assert site.shown == [f"{MARKER}\nbody\n"]
    assert posted.what == "created"
    assert posted.url.endswith("/pull/7#issuecomment-" + str(site.pull.comments[0].id))
    assert site.changes == [POST]


def test_none_is_made_that_is_not_wanted(site: Site) -> None:
    assert publish(site, create=False) == Posted("none")
    assert publish(site, end="minimize") == Posted("none")
    assert publish(site, end="delete") == Posted("none")
    assert site.changes == []


@pytest.mark.parametrize("before", [0, 99, 100, 150, 210, 249])
def test_it_is_found_on_any_page(site: Site, before: int) -> None:
    for number in range(before):
        site.pull.add_comment(str(number))
    mine = ours(site, f"{MARKER}\nold\n")
    for number in range(250 - before):
        site.pull.add_comment(str(number))
    assert publish(site, "new").what == "updated"
    assert mine.body == f"{MARKER}\nnew\n"
    assert site.changes == [f"PATCH /issues/comments/{mine.id}"]


def test_an_unchanged_comment_is_left_alone(site: Site) -> None:
    publish(site)
    first = publish(site)
    assert first.what == "unchanged"
    assert first.url
    assert site.changes == [POST]


@pytest.mark.parametrize(
    "store",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip(),
        lambda text: f"{text}\n  \n",
        lambda text: text.replace("\n", "\r\n").rstrip(),
    ],
)
def test_line_ends_and_blanks_of_github_are_no_change(site: Site, store: Callable[[str], str]) -> None:
    mine = ours(site, store(f"{MARKER}\none\n\ntwo\n"))
    assert publish(site, "one\n\ntwo").what == "unchanged"
    assert mine.edits == 0
    assert publish(site, "other").what == "updated"
    assert len(site.shown) == 1


@pytest.mark.parametrize("login", ["someone", "github-actions", "dependabot[bot]", "Github-Actions[bot]"])
def test_a_comment_of_somebody_else_with_our_marker_is_not_ours(site: Site, login: str) -> None:
    theirs = site.pull.add_comment(f"{MARKER}\nforged\n", login)
    assert publish(site).what == "created"
    assert theirs.edits == 0
    assert site.shown == [f"{MARKER}\nbody\n"]


@pytest.mark.parametrize(
    "text",
    [
        f"Quoting:\n{MARKER}\n",
        f"> {MARKER}\nquoted\n",
        f" {MARKER}\nindented\n",
        f"{MARKER} and more\n",
        f"{comment_marker('other')}\nother\n",
        "",
    ],
)
def test_a_comment_of_ours_without_the_marker_in_its_first_line_is_another(site: Site, text: str) -> None:
    other = ours(site, text)
    assert publish(site).what == "created"
    assert other.edits == 0


def test_text_of_the_tree_cannot_take_the_markers_place(site: Site) -> None:
    forged = f"{comment_marker('b')}\n<!-- pregate:hidden -->\nforged"
    publish(site, forged, "a")
    assert publish(site, "mine", "b").what == "created"
    assert publish(site, forged, "a").what == "unchanged"
    assert len(site.shown) == 2
    assert all(not c.path.endswith("graphql") for c in site.hub.log)


def test_two_tags_have_two_comments(site: Site) -> None:
    publish(site, "of a", "a")
    publish(site, "of b", "b")
    publish(site, "new of a", "a")
    assert site.shown == [f"{comment_marker('a')}\nnew of a\n", f"{comment_marker('b')}\nof b\n"]


def test_a_body_may_fill_the_comment_to_the_last_character(site: Site) -> None:
    room = BODY_MAX - len(f"{MARKER}\n\n")
    assert publish(site, "\U0001f600" * room).what == "created"
    assert len(site.shown[0]) == BODY_MAX
    assert publish(site, "é" * room).what == "updated"


@pytest.mark.parametrize("is_there", [False, True])
def test_a_body_over_githubs_bound_is_refused_once(site: Site, is_there: bool) -> None:
    if is_there:
        publish(site)
    before = len(site.changes)
    with pytest.raises(RefusedError, match="too long"):
        publish(site, "x" * BODY_MAX)
    assert len(site.changes) == before + 1


def test_a_locked_conversation_is_told(site: Site) -> None:
    site.hub.fail("POST", "comments", 403, message="Unable to create comment because issue is locked.")
    with pytest.raises(RefusedError, match="issue is locked") as caught:
        publish(site)
    assert not caught.value.is_for_rights
    assert site.changes == [POST]


def test_a_token_that_may_not_is_told(site: Site) -> None:
    with pytest.raises(RefusedError) as caught:
        Comment(site.client(site.hub.token(fork=True, pull_requests="write")), 7, "", US.is_ours).publish(
            "body", create=True
        )
    assert caught.value.is_read_only


# ----------------------------------------------------------------------------------------------- lost answers


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_makes_one_comment(site: Site, applied: bool, fault: dict[str, Any]) -> None:
    site.hub.fail("POST", "comments", applied=applied, **fault)
    assert publish(site).what == "created"
    assert site.shown == [f"{MARKER}\nbody\n"]
    assert site.changes == [POST] * (1 if applied else 2)


def test_two_lost_answers_make_one_comment_in_the_end(site: Site) -> None:
    site.hub.fail("POST", "comments", 502, times=2)
    site.hub.fail("POST", "comments", 502, applied=True)
    with pytest.raises(LostAnswerError):
        publish(site)
    assert site.changes == [POST, POST]
    assert publish(site).what == "created"
    assert len(site.shown) == 1


def test_a_list_that_does_not_show_it_yet_is_no_failure() -> None:
    client: Any = Odd([[], {"html_url": "https://x/1"}, []])
    posted = Comment(client, 7, "", US.is_ours).publish("body", create=True)
    assert posted == Posted("created", "https://x/1")


@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_of_a_change_is_sent_again(site: Site, applied: bool) -> None:
    mine = ours(site, f"{MARKER}\nold\n")
    site.hub.fail("PATCH", "comments", 502, applied=applied)
    assert publish(site).what == "updated"
    assert mine.body == f"{MARKER}\nbody\n"


def test_a_change_whose_answers_are_all_lost_is_told(site: Site) -> None:
    ours(site, f"{MARKER}\nold\n")
    site.hub.fail("PATCH", "comments", 502, times=9)
    with pytest.raises(LostAnswerError):
        publish(site)
    assert len(site.changes) == 2


# ------------------------------------------------------------------------------------------- two jobs at once


class Hooked:
    """A client that lets something happen just before a certain request."""

    def __init__(self, client: Client, method: str, act: Callable[[], Any]) -> None:
        self._client, self._method, self._act = client, method, act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        if method == self._method:
            self._method = ""
            self._act()
        return self._client.send(method, path, body)


def hooked(site: Site, method: str, act: Callable[[], Any]) -> Comment:
    client: Any = Hooked(site.client(), method, act)
    return Comment(client, 7, "", US.is_ours)


def test_a_comment_of_another_job_that_was_quicker_stays_with_our_text(site: Site) -> None:
    other = hooked(site, "POST", lambda: ours(site, f"{MARKER}\nof the other job\n"))
    assert other.publish("body", create=True).what == "created"
    assert site.shown == [f"{MARKER}\nbody\n"]
    assert not site.pull.comments[0].deleted


def test_the_other_job_may_delete_the_double_first(site: Site) -> None:
    ours(site, f"{MARKER}\nsame\n")
    double = ours(site, f"{MARKER}\nsame\n")

    def delete() -> None:
        double.deleted = True

    assert hooked(site, "DELETE", delete).publish("same", create=True).what == "unchanged"
    assert site.shown == [f"{MARKER}\nsame\n"]


def test_doubles_from_before_are_cleared_away(site: Site) -> None:
    for text in ("one", "two", "three"):
        ours(site, f"{MARKER}\n{text}\n")
    assert publish(site, "new").what == "updated"
    assert site.shown == [f"{MARKER}\nnew\n"]


def test_a_double_that_may_not_be_deleted_is_told(site: Site) -> None:
    for text in ("one", "two"):
        ours(site, f"{MARKER}\n{text}\n")
    site.hub.fail("DELETE", "comments", 403, message="no")
    with pytest.raises(RefusedError):
        publish(site)


def test_two_jobs_at_once_leave_one_comment(site: Site) -> None:
    gate = threading.Barrier(2, timeout=20)
    failures: list[BaseException] = []

    def job(number: int) -> None:
        try:
            hooked(site, "POST", gate.wait).publish(f"of job {number}", create=True)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=job, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(site.pull.comments) == 2
    assert len(site.shown) == 1


def test_one_that_a_person_deleted_meanwhile_is_made_again(site: Site) -> None:
    mine = ours(site, f"{MARKER}\nold\n")

    def delete() -> None:
        mine.deleted = True

    assert hooked(site, "PATCH", delete).publish("new", create=True).what == "created"
    assert site.shown == [f"{MARKER}\nnew\n"]


def test_one_that_a_person_deleted_meanwhile_is_not_made_where_it_is_not_wanted(site: Site) -> None:
    mine = ours(site, f"{MARKER}\nold\n")

    def delete() -> None:
        mine.deleted = True

    assert hooked(site, "PATCH", delete).publish("new", create=False) == Posted("none")
    assert site.shown == []


def test_a_change_that_is_refused_is_told(site: Site) -> None:
    ours(site, f"{MARKER}\nold\n")
    site.hub.fail("PATCH", "comments", 403, message="no")
    with pytest.raises(RefusedError):
        publish(site)


# ---------------------------------------------------------------------------------------- hiding and deleting


def test_it_is_hidden_when_all_is_fixed_and_shown_again(site: Site) -> None:
    mine = ours(site, f"{MARKER}\nold\n")
    assert publish(site, "fixed", end="minimize").what == "updated"
    assert mine.minimized == "RESOLVED"
    before = len(site.hub.log)
    assert publish(site, "fixed", end="minimize").what == "unchanged"
    assert len(site.hub.log) == before + 1
    assert publish(site, "worse").what == "updated"
    assert mine.minimized == ""
    assert mine.body == f"{MARKER}\nworse\n"


def test_a_person_who_shows_it_again_is_not_contradicted(site: Site) -> None:
    mine = ours(site, f"{MARKER}\nold\n")
    publish(site, "fixed", end="minimize")
    mine.minimized = ""
    publish(site, "fixed", end="minimize")
    assert mine.minimized == ""


@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 403, "message": "no"}])
def test_hiding_that_fails_is_tried_again_by_the_next_run(site: Site, fault: dict[str, Any]) -> None:
    mine = ours(site, f"{MARKER}\nold\n")
    site.hub.fail("POST", "graphql", **fault)
    assert publish(site, "fixed", end="minimize").what == "updated"
    assert mine.minimized == ""
    publish(site, "fixed", end="minimize")
    assert mine.minimized == "RESOLVED"


def test_showing_it_that_fails_is_tried_again_by_the_next_run(site: Site) -> None:
    mine = ours(site, f"{MARKER}\nold\n")
    publish(site, "fixed", end="minimize")
    site.hub.fail("POST", "graphql", 502)
    assert publish(site, "worse").what == "updated"
    assert "worse" in mine.body
    assert mine.minimized == "RESOLVED"
    publish(site, "worse")
    assert mine.minimized == ""


def test_hiding_that_graphql_refuses_changes_the_text_all_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = ours(site, f"{MARKER}\nold\n")
    client = site.client()
    monkeypatch.setattr(client, "graphql", lambda query, variables: ({}, [{"type": "FORBIDDEN"}]))
    assert comment(site, client=client).publish("fixed", create=True, end="minimize").what == "updated"
    assert mine.body == f"{MARKER}\nfixed\n"


def test_it_is_deleted_when_all_is_fixed(site: Site) -> None:
    ours(site, f"{MARKER}\none\n")
    ours(site, f"{MARKER}\ntwo\n")
    other = ours(site, f"{comment_marker('b')}\nother\n")
    site.hub.fail("DELETE", "comments", 502, applied=True)
    assert publish(site, end="delete") == Posted("deleted")
    assert site.shown == [other.body]


# ------------------------------------------------------------------------------------------------ odd answers

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(BOT),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "body", "user", "login", "type", "html_url", "node_id", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "id": st.integers(1, 9) | JSON,
        "user": st.just({"login": BOT, "type": "Bot"}) | JSON,
        "body": st.just(f"{MARKER}\nold\n") | JSON,
        "html_url": JSON,
        "node_id": JSON,
    },
)


class Odd(Told):
    def graphql(self, query: str, variables: Any) -> Any:
        return {}, []

    def pages(self, path: str) -> Any:
        answer = self._next("GET", path)
        return answer if isinstance(answer, list) else []


@given(st.lists(st.lists(ENTRY | JSON, max_size=3) | JSON, min_size=1, max_size=6), st.booleans())
def test_answers_of_any_shape_are_no_crash(answers: list[Any], hide: bool) -> None:
    client: Any = Odd(answers)
    with suppress(GitHubError):
        Comment(client, 7, "", US.is_ours).publish("body", create=True, end="minimize" if hide else "keep")
