"""Remarks on lines: said once, only where GitHub's diff is, and closed when their finding is gone."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.errors import GitHubError
from pregate.github import review as subject
from pregate.github.client import Client, LostAnswerError, RefusedError
from pregate.github.conversation import Conversation, read_conversation, remark_marker
from pregate.github.review import REMARKS_MAX, Review, Reviewed, hunks_of
from pregate.model import LineRange, Remark
from tests.fakehub.state import Thread
from tests.github.site import BOT, RIGHTS, Site, lines

REVIEW = "POST /pulls/7/reviews"
GRAPHQL = "POST /api/graphql"
ALL = ("secrets", "python")


def key(number: int) -> str:
    return f"{number:064x}"


def remark(
    number: int = 1, line: int = 10, end: int = 0, path: str = "a.py", check: str = "secrets"
) -> Remark:
    return Remark(key(number), check, path, line, end or line, f"finding {number}")


def publish(
    site: Site,
    remarks: Sequence[Remark] = (),
    *,
    tag: str = "",
    also: Iterable[int] = (),
    whole: Collection[str] = ALL,
    client: Client | None = None,
) -> Reviewed:
    """One run whose findings are those of the remarks and ``also``."""
    chosen = client or site.client()
    present = {r.key for r in remarks} | {key(n) for n in also}
    conversation = read_conversation(chosen, 7, tag)
    return Review(chosen, 7, site.pull.head_sha, tag).publish(conversation, remarks, present, whole)


def told(*numbers: int) -> frozenset[str]:
    return frozenset(map(key, numbers))


def places(site: Site) -> list[tuple[str, int | None, int | None]]:
    return [(t.path, t.start_line, t.line) for t in site.pull.threads]


def thread(site: Site) -> Thread:
    (only,) = site.pull.threads
    return only


def may_resolve(site: Site) -> None:
    site.token = site.hub.token(**(RIGHTS | {"contents": "write"}))


# ----------------------------------------------------------------------------------------------------- saying


def test_remarks_are_one_review_on_lines_of_the_head(site: Site) -> None:
    done = publish(site, [remark(1), remark(2, 38, 40), remark(3, 2, 4, "b.py")])
    assert done == Reviewed(told(1, 2, 3), 3, 0)
    assert places(site) == [("a.py", None, 10), ("a.py", 38, 40), ("b.py", 2, 4)]
    assert {(t.side, t.start_side) for t in site.pull.threads} == {("RIGHT", None), ("RIGHT", "RIGHT")}
    (review,) = site.pull.reviews
    assert (review.state, review.body, review.commit_id) == ("COMMENTED", "", site.git.head)
    first = site.pull.threads[0].comments[0]
    assert first.body == f"{remark_marker('', 'secrets', key(1))}\nfinding 1\n"


def test_nothing_to_say_asks_for_nothing(site: Site) -> None:
    assert publish(site) == Reviewed(frozenset(), 0, 0)
    assert site.changes == []


def test_what_was_said_is_not_said_again(site: Site) -> None:
    publish(site, [remark(1)])
    site.push("b.py", "x = 2\n" * 5)
    assert publish(site, [remark(1), remark(2, 40)]) == Reviewed(told(1, 2), 1, 0)
    assert publish(site, [remark(1), remark(2, 40)]) == Reviewed(told(1, 2), 0, 0)
    assert site.changes == [REVIEW, REVIEW]
    assert len(site.pull.threads) == 2


def test_an_outdated_remark_is_not_said_again(site: Site) -> None:
    publish(site, [remark(1)])
    site.push("a.py", lines({10: "other", 40: "forty"}))
    assert thread(site).is_outdated
    assert publish(site, [remark(1)]) == Reviewed(told(1), 0, 0)
    assert len(site.pull.threads) == 1


def test_an_outdated_remark_is_closed_when_its_finding_is_gone(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1)])
    site.push("a.py", lines({40: "forty"}))
    assert publish(site).closed == 1
    assert thread(site).is_resolved


def test_the_most_important_are_said_where_there_are_many(site: Site) -> None:
    many = [remark(n) for n in range(REMARKS_MAX + 5)]
    done = publish(site, many)
    assert done == Reviewed(told(*range(REMARKS_MAX)), REMARKS_MAX, 0)
    assert publish(site, many).posted == 0


def test_one_over_the_bound_that_was_said_before_counts_as_told(site: Site) -> None:
    publish(site, [remark(99)])
    done = publish(site, [*(remark(n) for n in range(REMARKS_MAX)), remark(99)])
    assert done == Reviewed(told(*range(REMARKS_MAX), 99), REMARKS_MAX, 0)


def test_a_refusal_for_rights_is_told(site: Site) -> None:
    token = site.hub.token(fork=True, pull_requests="write")
    with pytest.raises(RefusedError) as caught:
        publish(site, [remark(1)], client=site.client(token))
    assert caught.value.is_read_only


# ------------------------------------------------------------------------------------------ GitHub's own diff


def test_lines_outside_githubs_diff_cost_only_themselves(site: Site) -> None:
    remarks = [
        remark(1),
        remark(2, 25),
        remark(3, 5, 10),
        remark(4, 13, 13),
        remark(5, 10, 40),
        remark(6, 9, 9),
    ]
    done = publish(site, remarks)
    assert done == Reviewed(told(1, 4, 6), 3, 0)
    assert site.changes == [REVIEW, REVIEW]
    assert places(site) == [("a.py", None, 10), ("a.py", None, 13), ("a.py", None, 9)]


def test_remarks_all_outside_are_none(site: Site) -> None:
    assert publish(site, [remark(1, 25), remark(2, 1, path="none.py")]) == Reviewed(frozenset(), 0, 0)
    assert site.changes == [REVIEW]


def test_files_are_looked_for_on_all_pages(site: Site) -> None:
    for number in range(230):
        site.git.write(f"m/{number:03}.py", "x = 1\n")
    site.git.commit("many")
    site.pull.push(site.git.head)
    done = publish(site, [remark(1, 1, path="m/225.py"), remark(2, 25)])
    assert done == Reviewed(told(1), 1, 0)
    assert len(site.calls("GET", "/files")) == 3


def test_a_file_without_a_patch_takes_no_remark(site: Site) -> None:
    site.hub.patch_limit = 1
    assert publish(site, [remark(1), remark(2, 25)]).posted == 0


def test_a_second_refusal_is_a_warning(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.hub.fail("POST", "reviews", 422, times=2, message="was submitted too quickly")
    assert publish(site, [remark(1)]) == Reviewed(frozenset(), 0, 0)
    assert "submitted too quickly" in caplog.text
    assert site.changes == [REVIEW, REVIEW]


def test_another_refusal_the_second_time_is_told(site: Site) -> None:
    site.hub.fail("POST", "reviews", 422)
    site.hub.fail("POST", "reviews", 403, message="no")
    with pytest.raises(RefusedError, match="403"):
        publish(site, [remark(1)])


def test_a_commit_that_is_no_more_the_pull_requests_takes_no_remark(site: Site) -> None:
    client = site.client()
    conversation = read_conversation(client, 7, "")
    done = Review(client, 7, "f" * 40, "").publish(conversation, [remark(1)], {key(1)}, ALL)
    assert done.posted == 0


# ----------------------------------------------------------------------------------------------- lost answers


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_makes_one_review(site: Site, applied: bool, fault: dict[str, Any]) -> None:
    site.hub.fail("POST", "reviews", applied=applied, **fault)
    assert publish(site, [remark(1), remark(2, 40)]) == Reviewed(told(1, 2), 2, 0)
    assert len(site.pull.threads) == 2
    assert len(site.calls("POST", "reviews")) == (1 if applied else 2)


def test_two_lost_answers_are_told(site: Site) -> None:
    site.hub.fail("POST", "reviews", 502, times=2)
    with pytest.raises(LostAnswerError):
        publish(site, [remark(1)])


def test_a_lost_review_of_a_finding_that_came_back_is_sent_again(site: Site) -> None:
    """The closed thread of the first time does not pass for the new one."""
    may_resolve(site)
    publish(site, [remark(1)])
    publish(site)
    site.hub.fail("POST", "reviews", 502)
    assert publish(site, [remark(1)]).posted == 1
    assert len(site.pull.threads) == 2


def test_a_lost_answer_before_a_refusal_falls_back_all_the_same(site: Site) -> None:
    site.hub.fail("POST", "reviews", 502)
    assert publish(site, [remark(1), remark(2, 25)]) == Reviewed(told(1), 1, 0)


# ---------------------------------------------------------------------------------------------------- closing


def test_what_is_gone_is_resolved(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1), remark(2, 40)])
    assert publish(site, [remark(2, 40)]) == Reviewed(told(2), 0, 1)
    assert [t.is_resolved for t in site.pull.threads] == [True, False]
    assert publish(site, [remark(2, 40)]).closed == 0
    assert site.changes == [REVIEW, GRAPHQL]


def test_what_cannot_be_resolved_is_hidden_as_outdated(site: Site) -> None:
    publish(site, [remark(1)])  # a job's token without contents: write
    assert publish(site).closed == 1
    assert not thread(site).is_resolved
    assert thread(site).comments[0].minimized == "OUTDATED"
    before = len(site.hub.log)
    assert publish(site).closed == 0
    assert len(site.hub.log) == before + 1


def test_what_can_be_neither_is_a_warning(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    publish(site, [remark(1), remark(2, 40)])
    token = site.hub.token(contents="read", pull_requests="read")
    assert publish(site, client=site.client(token)).closed == 0
    assert "2 remarks whose finding is gone could be neither resolved nor hidden" in caplog.text
    assert [r.levelno for r in caplog.records if "neither" in r.message] == [logging.WARNING]


def test_some_that_cannot_be_resolved_leave_the_others_resolved(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1), remark(2, 40)])
    client = site.client()
    conversation = read_conversation(client, 7, "")
    for comment in site.pull.threads[0].comments:
        comment.deleted = True  # by a person, meanwhile
    done = Review(client, 7, site.pull.head_sha, "").publish(conversation, [], (), ALL)
    assert done.closed == 1
    assert site.pull.threads[1].is_resolved


def test_a_lost_answer_of_resolving_is_asked_again(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1)])
    client = site.client()
    conversation = read_conversation(client, 7, "")
    site.hub.fail("POST", "graphql", 502, applied=True)
    done = Review(client, 7, site.pull.head_sha, "").publish(conversation, [], (), ALL)
    assert done.closed == 1
    assert thread(site).comments[0].minimized == ""


def test_no_answer_to_resolving_or_hiding_is_no_failure(site: Site) -> None:
    publish(site, [remark(1)])
    client = site.client()
    conversation = read_conversation(client, 7, "")
    site.hub.fail("POST", "graphql", 502, times=9)
    assert Review(client, 7, site.pull.head_sha, "").publish(conversation, [], (), ALL).closed == 0


def test_many_are_closed_in_batches(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "CLOSED_MAX", 4)
    may_resolve(site)
    publish(site, [remark(n) for n in range(10)])
    assert publish(site).closed == 10
    assert site.changes == [REVIEW, *[GRAPHQL] * 3]


@pytest.mark.parametrize("resolver", ["someone", "dependabot[bot]"])
def test_what_a_person_resolved_is_neither_said_again_nor_touched(site: Site, resolver: str) -> None:
    publish(site, [remark(1)])
    thread(site).resolve(resolver)
    assert publish(site, [remark(1)]) == Reviewed(told(1), 0, 0)
    assert publish(site).closed == 0
    assert len(site.pull.threads) == 1


def test_what_a_person_hid_is_not_said_again(site: Site) -> None:
    publish(site, [remark(1)])
    thread(site).comments[0].minimized = "OFF_TOPIC"
    assert publish(site, [remark(1)]) == Reviewed(told(1), 0, 0)


def test_what_a_person_answered_is_kept(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1)])
    thread(site).reply("It is a test key.")
    assert publish(site).closed == 0
    assert not thread(site).is_resolved


def test_what_we_closed_and_is_found_again_is_said_again(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1)])
    publish(site)
    assert publish(site, [remark(1)]) == Reviewed(told(1), 1, 0)
    assert [t.is_resolved for t in site.pull.threads] == [True, False]
    assert publish(site, [remark(1)]).posted == 0


def test_a_check_that_did_not_look_everywhere_closes_nothing(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1), remark(2, 40, check="python")])
    assert publish(site, whole=("python",)).closed == 1
    assert [t.is_resolved for t in site.pull.threads] == [False, True]


def test_a_finding_that_has_no_remark_any_more_is_not_gone(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1)])
    assert publish(site, also=[1]).closed == 0


def test_remarks_of_another_tag_are_left_alone(site: Site) -> None:
    may_resolve(site)
    publish(site, [remark(1)], tag="a")
    assert publish(site, [remark(1)], tag="b") == Reviewed(told(1), 1, 0)
    assert publish(site, tag="b").closed == 1
    assert [t.is_resolved for t in site.pull.threads] == [False, True]


def test_a_hub_that_refuses_resolving_has_them_hidden(site: Site) -> None:
    may_resolve(site)
    site.hub.refuse_resolve = True
    publish(site, [remark(n) for n in range(3)])
    assert publish(site).closed == 3
    assert {t.comments[0].minimized for t in site.pull.threads} == {"OUTDATED"}
    assert site.changes == [REVIEW, GRAPHQL, GRAPHQL]
    assert {t.comments[0].login for t in site.pull.threads} == {BOT}


# ------------------------------------------------------------------------------------------------ odd answers


@pytest.mark.parametrize(
    ("patch", "hunks"),
    [
        ("", []),
        ("@@ -1,2 +3,4 @@ def f():\n x\n+@@ -1 +9 @@\n", [LineRange(3, 6)]),
        ("@@ -1 +1 @@\n-a\n+b", [LineRange(1, 1)]),
        ("@@ -1,3 +0,0 @@\n-a", []),
        ("@@ -0,0 +1,2 @@\n+a\n+b\n@@ -9 +11,2 @@", [LineRange(1, 2), LineRange(11, 12)]),
        (f"@@ -1 +{'9' * 13} @@", []),
        ("@@ nonsense @@\n@@ -a +b @@", []),
    ],
)
def test_hunks_are_the_lines_of_the_new_version(patch: str, hunks: list[LineRange]) -> None:
    assert hunks_of(patch) == hunks


@given(st.text(alphabet="@-+ ,0123456789\n", max_size=60))
def test_no_patch_is_a_crash(patch: str) -> None:
    assert all(0 <= h.start <= h.end for h in hunks_of(patch))


JSON = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.none(), max_size=2)
FILE = st.fixed_dictionaries(
    {}, optional={"filename": st.just("a.py") | JSON, "patch": st.just("@@ -1 +10 @@") | JSON}
)


class Refusing:
    """A client for which the diff is another."""

    def __init__(self, files: list[Any]) -> None:
        self.files = files

    def send(self, method: str, path: str, body: Any) -> Any:
        raise RefusedError("no", status=422)

    def pages(self, path: str, limit: int) -> Any:
        return iter(self.files)


@given(st.lists(FILE | JSON, max_size=4))
def test_files_of_any_shape_are_no_crash(files: list[Any]) -> None:
    client: Any = Refusing(files)
    done = Review(client, 7, "a" * 40, "").publish(Conversation(BOT, "", True, ()), [remark(1)], (), ALL)
    assert done.posted == 0


def test_a_conversation_that_cannot_be_read_after_a_lost_answer_is_told(site: Site) -> None:
    client = site.client()
    conversation = read_conversation(client, 7, "")
    site.hub.fail("POST", "reviews", 502)
    site.hub.fail("POST", "graphql", 403, message="no")
    with pytest.raises(GitHubError, match="403"):
        Review(client, 7, site.pull.head_sha, "").publish(conversation, [remark(1)], (), ALL)
    assert len(site.calls("POST", "reviews")) == 1
