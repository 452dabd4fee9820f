"""The check run: title, conclusion, annotations within GitHub's bounds, one of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.errors import GitHubError
from pregate.github.check_run import (
    ANNOTATIONS_MAX,
    TEXT_MAX,
    TITLE_MAX,
    CheckRun,
    publish_check_run,
)
from pregate.github.client import LostAnswerError, RefusedError
from pregate.model import Decision
from tests.github.site import Site, Told

POST = "POST /check-runs"


def run(site: Site, **more: Any) -> CheckRun:
    made = CheckRun("pregate", site.git.head, Decision.FAILED, "2 new findings", "Summary", "77-1-job")
    return replace(made, **more)


def annotation(kind: str = "error", message: str = "leak", **properties: str) -> Any:
    return kind, message, {"file": "a.py", "line": "10"} | properties


def published(site: Site, *annotations: Any) -> list[dict[str, Any]]:
    """The annotations as GitHub holds them."""
    publish_check_run(site.client(), run(site, annotations=annotations))
    return site.repo.check_runs[-1].annotations


def test_the_title_is_the_verdict(site: Site) -> None:
    url = publish_check_run(site.client(), run(site, details_url="https://example.com/run"))
    (made,) = site.repo.check_runs
    assert (made.name, made.head_sha, made.status) == ("pregate", site.git.head, "completed")
    assert (made.title, made.summary, made.external_id) == ("2 new findings", "Summary", "77-1-job")
    assert made.details_url == "https://example.com/run"
    assert url.startswith(site.hub.server_url)
    assert site.changes == [POST]


@pytest.mark.parametrize(
    ("decision", "conclusion"),
    [
        (Decision.PASSED, "success"),
        (Decision.FAILED, "failure"),
        (Decision.INCOMPLETE, "action_required"),
    ],
)
def test_every_decision_has_its_conclusion(site: Site, decision: Decision, conclusion: str) -> None:
    publish_check_run(site.client(), run(site, decision=decision))
    assert site.repo.check_runs[0].conclusion == conclusion


def test_title_and_summary_keep_githubs_bounds(site: Site) -> None:
    publish_check_run(site.client(), run(site, title="t" * 999, summary="é" * 99_999))
    (made,) = site.repo.check_runs
    assert made.title == "t" * TITLE_MAX
    assert made.summary == "é" * TEXT_MAX


def test_an_annotation_is_on_its_lines(site: Site) -> None:
    (made,) = published(site, annotation("warning", "weak", endLine="12", title="T"))
    assert (made["path"], made["start_line"], made["end_line"]) == ("a.py", 10, 12)
    assert (made["annotation_level"], made["message"], made["title"]) == ("warning", "weak", "T")


def test_levels_are_githubs(site: Site) -> None:
    found = published(site, *(annotation(kind) for kind in ("error", "warning", "notice")))
    assert [a["annotation_level"] for a in found] == ["failure", "warning", "notice"]


def test_columns_are_told_on_one_line_only(site: Site) -> None:
    one = annotation(col="3", endColumn="9")
    many = annotation(col="3", endColumn="9", endLine="11")
    half = annotation(col="3")
    found = published(site, one, many, half)
    assert (found[0]["start_column"], found[0]["end_column"]) == (3, 9)
    assert not {"start_column", "end_column"} & (found[1].keys() | found[2].keys())


def test_what_is_on_no_file_is_no_annotation(site: Site) -> None:
    assert published(site, ("error", "no place", {"title": "T"})) == []
    assert "annotations" not in site.calls("POST")[0].body["output"]


def test_lines_are_in_order_and_from_one(site: Site) -> None:
    found = published(site, annotation(line="0"), annotation(endLine="2"), ("error", "m", {"file": "a.py"}))
    assert [(a["start_line"], a["end_line"]) for a in found] == [(1, 1), (10, 10), (1, 1)]


def test_the_first_fifty_are_annotated(site: Site) -> None:
    found = published(site, ("error", "nowhere", {}), *(annotation(message=str(n)) for n in range(60)))
    assert [a["message"] for a in found] == [str(n) for n in range(ANNOTATIONS_MAX)]


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_makes_one_check_run(site: Site, applied: bool, fault: dict[str, Any]) -> None:
    publish_check_run(site.client(), run(site, key="of another run"))
    site.hub.fail("POST", "check-runs", applied=applied, **fault)
    assert publish_check_run(site.client(), run(site))
    assert [r.external_id for r in site.repo.check_runs] == ["of another run", "77-1-job"]
    assert len(site.calls("POST", "check-runs")) == (2 if applied else 3)


def test_one_is_found_behind_that_of_a_later_run(site: Site) -> None:
    """By default GitHub lists only the latest of a name."""
    publish_check_run(site.client(), run(site))
    publish_check_run(site.client(), run(site, key="of a later run"))
    site.hub.fail("POST", "check-runs", 502)
    publish_check_run(site.client(), run(site))
    assert len(site.repo.check_runs) == 2


def test_two_lost_answers_are_told(site: Site) -> None:
    site.hub.fail("POST", "check-runs", 502, times=2)
    with pytest.raises(LostAnswerError):
        publish_check_run(site.client(), run(site))


def test_a_token_that_may_not_is_told(site: Site) -> None:
    with pytest.raises(RefusedError) as caught:
        publish_check_run(site.client(site.hub.token(contents="read")), run(site))
    assert caught.value.is_read_only


def test_a_commit_that_is_not_there_is_told(site: Site) -> None:
    with pytest.raises(RefusedError, match="No commit found"):
        publish_check_run(site.client(), run(site, head="f" * 40))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["check_runs", "external_id", "html_url"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(JSON, min_size=1, max_size=3), st.booleans())
def test_answers_of_any_shape_are_no_crash(answers: list[Any], lost: bool) -> None:
    client: Any = Told([LostAnswerError("lost"), *answers] if lost else answers)
    made = CheckRun("pregate", "a", Decision.PASSED, "t", "s", "k")
    with suppress(GitHubError):
        assert isinstance(publish_check_run(client, made), str)
