"""Code scanning: the upload, the wait for its processing, and what is told of every refusal."""

from __future__ import annotations

import base64
import gzip
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.errors import GitHubError
from pregate.github.client import RefusedError
from pregate.github.code_scanning import (
    ERROR_MAX,
    ERRORS_MAX,
    FAULT,
    FORK,
    MISSING,
    PERMISSION,
    QUEUE,
    RATE,
    SECURITY,
    SIZE,
    WAITS,
    Analysis,
    Uploaded,
    await_processing,
    upload,
)
from tests.github.site import Site, Told

REF = "refs/pull/7/merge"
LOG: dict[str, Any] = {
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    "version": "2.1.0",
    "runs": [{"tool": {"driver": {"name": "pregate"}}, "results": []}],
}
POST = "POST /code-scanning/sarifs"


def analysis(site: Site, ref: str = REF, log: Any = LOG, **more: str) -> Analysis:
    return Analysis(gzip.compress(json.dumps(log).encode()), ref, site.git.head, **more)


def process(site: Site, identifier: str) -> Uploaded:
    return await_processing(site.client(), identifier, wait=site.waits.append)


def looks(site: Site) -> int:
    return len(site.calls("GET", "/code-scanning/sarifs/"))


def refused(site: Site, status: int, message: str = "no", ref: str = REF, **headers: str) -> RefusedError:
    """What is told when GitHub refuses the upload so."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    site.hub.fail("POST", "sarifs", status, times=9, message=message, headers=named)
    with pytest.raises(RefusedError, match=rf"SARIF upload was refused \({status}\)") as caught:
        upload(site.client(), analysis(site, ref))
    assert message in caught.value.message
    return caught.value


# ----------------------------------------------------------------------------------------------------- upload


def test_an_upload_says_what_it_is_of(site: Site) -> None:
    more = {"checkout_uri": "file:///github/workspace/", "started": "2026-01-01T00:00:00Z"}
    identifier = upload(site.client(), analysis(site, **more))
    (made,) = site.repo.uploads
    assert (made.id, made.ref, made.commit_sha, made.sarif) == (identifier, REF, site.git.head, LOG)
    assert made.checkout_uri == more["checkout_uri"]
    (call,) = site.calls("POST")
    assert call.status == 202
    assert call.body["started_at"] == more["started"]
    assert call.body["tool_name"] == "pregate"
    assert gzip.decompress(base64.b64decode(call.body["sarif"])) == json.dumps(LOG).encode()


def test_what_is_not_known_is_not_said(site: Site) -> None:
    upload(site.client(), analysis(site))
    assert set(site.calls("POST")[0].body) == {"commit_sha", "ref", "sarif", "tool_name"}


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_is_repeated(site: Site, applied: bool, fault: dict[str, Any]) -> None:
    site.hub.fail("POST", "sarifs", applied=applied, **fault)
    identifier = upload(site.client(), analysis(site))
    assert site.repo.uploads[-1].id == identifier
    assert site.changes == [POST, POST]


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"drop": True}])
def test_two_lost_answers_are_told(site: Site, fault: dict[str, Any]) -> None:
    site.hub.fail("POST", "sarifs", times=9, **fault)
    with pytest.raises(GitHubError, match=r"the SARIF upload failed: (no answer|GitHub answered)") as caught:
        upload(site.client(), analysis(site))
    assert caught.value.hint == FAULT
    assert site.changes == [POST, POST]


@pytest.mark.parametrize("answer", [None, [], {}, {"id": None}, {"id": 5}, {"id": "../../x"}, {"id": "a?b"}])
def test_an_answer_without_an_id_is_told(site: Site, answer: Any) -> None:
    client: Any = Told([answer])
    with pytest.raises(GitHubError, match="no id for the SARIF upload"):
        upload(client, analysis(site))


# --------------------------------------------------------------------------------------------------- refusals


def test_a_private_repository_without_code_security(site: Site) -> None:
    site.repo.code_scanning = False
    with pytest.raises(RefusedError, match="Advanced Security must be enabled") as caught:
        upload(site.client(), analysis(site))
    assert caught.value.hint == SECURITY
    assert not caught.value.is_read_only


@pytest.mark.parametrize(
    "message",
    [
        "Code Security must be enabled for this repository to use code scanning.",
        "Advanced Security must be enabled for this repository to use code scanning.",
        "Code scanning is not enabled for this repository. Please enable it in the settings.",
    ],
)
def test_code_security_by_every_name(site: Site, message: str) -> None:
    assert refused(site, 403, message).hint == SECURITY


def test_a_read_only_token(site: Site) -> None:
    client = site.client(site.hub.token(fork=True, security_events="write"))
    with pytest.raises(RefusedError, match="not accessible by integration") as caught:
        upload(client, analysis(site))
    assert PERMISSION in caught.value.hint
    assert FORK in caught.value.hint
    assert caught.value.is_read_only
    assert site.changes == [POST]


def test_another_refusal_of_rights(site: Site) -> None:
    assert refused(site, 403, "Must have admin rights").hint == PERMISSION


def test_a_bad_token(site: Site) -> None:
    with pytest.raises(RefusedError, match="Bad credentials") as caught:
        upload(site.client("unknown"), analysis(site))
    assert caught.value.hint == PERMISSION


def test_a_ref_of_the_merge_queue(site: Site) -> None:
    with pytest.raises(RefusedError, match="not found in this repository") as caught:
        upload(site.client(), analysis(site, "refs/heads/gh-readonly-queue/main/pr-7-abc"))
    assert caught.value.hint == QUEUE


def test_a_ref_that_is_not_there(site: Site) -> None:
    with pytest.raises(RefusedError, match="not found in this repository") as caught:
        upload(site.client(), analysis(site, "refs/heads/none"))
    assert caught.value.hint.startswith(MISSING)
    assert PERMISSION in caught.value.hint


def test_a_ref_that_is_none(site: Site) -> None:
    assert refused(site, 400, "ref 'main' is not a full ref").hint == MISSING


def test_an_upload_that_is_too_large(site: Site) -> None:
    assert refused(site, 413, "Request Entity Too Large").hint == SIZE


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_that_lasts_long(site: Site, status: int) -> None:
    error = refused(site, status, "You have exceeded a secondary rate limit.", Retry_After="600")
    assert error.hint == RATE
    assert error.retry_after == 600
    assert site.waits == []
    assert site.changes == [POST]


def test_a_secondary_limit_that_ends_soon_is_waited_for(site: Site) -> None:
    site.hub.fail("POST", "sarifs", 429, headers={"Retry-After": "9"})
    assert upload(site.client(), analysis(site))
    assert site.waits == [9.0]
    assert len(site.repo.uploads) == 1


def test_the_primary_limit(site: Site) -> None:
    site.hub.rate_limit(0)
    with pytest.raises(RefusedError, match="API rate limit exceeded") as caught:
        upload(site.client(), analysis(site))
    assert caught.value.hint == RATE


def test_every_refusal_has_a_text_of_its_own() -> None:
    texts = [PERMISSION, FORK, SECURITY, QUEUE, MISSING, SIZE, RATE, FAULT]
    assert len(set(texts)) == len(texts)


# ------------------------------------------------------------------------------------------------- processing


def test_processing_is_waited_for(site: Site) -> None:
    site.repo.sarif_polls = 2
    identifier = upload(site.client(), analysis(site))
    assert process(site, identifier) == Uploaded(identifier, "complete")
    assert site.waits == list(WAITS[:3])
    assert looks(site) == 3


def test_errors_of_the_processing_are_shown_in_full(site: Site) -> None:
    bad = LOG | {"runs": [LOG["runs"][0] | {"results": [{"message": {"text": "m"}}]}] * 21}
    identifier = upload(site.client(), analysis(site, log=bad))
    done = process(site, identifier)
    assert done.status == "failed"
    assert len(done.errors) == ERRORS_MAX
    assert "rejecting SARIF, as there are more runs per the file than allowed (21 > 20)" in done.errors
    site.hub.violations[:] = [v for v in site.hub.violations if "primaryLocationLineHash" not in v]


def test_processing_that_does_not_end_is_pending(site: Site) -> None:
    site.repo.sarif_polls = 1000
    identifier = upload(site.client(), analysis(site))
    assert process(site, identifier) == Uploaded(identifier, "pending")
    assert looks(site) == len(WAITS)
    assert sum(site.waits) == sum(WAITS) < 120


def test_a_lost_answer_is_a_look_and_no_end(site: Site) -> None:
    identifier = upload(site.client(), analysis(site))
    site.hub.fail("GET", "sarifs", 502, times=4)
    assert process(site, identifier).status == "complete"


def test_answers_that_are_all_lost_are_pending(site: Site) -> None:
    identifier = upload(site.client(), analysis(site))
    site.hub.fail("GET", "sarifs", 502, times=99)
    assert process(site, identifier).status == "pending"
    assert looks(site) == 3 * len(WAITS)


def test_an_upload_that_is_not_known_yet_is_pending(site: Site) -> None:
    identifier = upload(site.client(), analysis(site))
    site.hub.fail("GET", "sarifs", 404, times=2)
    assert process(site, identifier).status == "complete"
    assert process(site, "none").status == "pending"


def test_a_token_that_may_not_look_is_told(site: Site) -> None:
    identifier = upload(site.client(), analysis(site))
    with pytest.raises(RefusedError, match="not accessible"):
        await_processing(site.client(site.hub.token(contents="read")), identifier, wait=site.waits.append)
    assert looks(site) == 1


def test_long_errors_are_cut_and_odd_ones_left_out() -> None:
    client: Any = Told([{"processing_status": "failed", "errors": ["a\n b", "x" * 5000, None, 7, ["y"]]}])
    assert await_processing(client, "a", (0,), lambda _: None) == Uploaded(
        "a", "failed", ("a b", "x" * ERROR_MAX)
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
STATUS = st.fixed_dictionaries(
    {},
    optional={
        "processing_status": st.sampled_from(["pending", "complete", "failed"]) | JSON,
        "errors": JSON,
        "id": JSON | st.just("abc"),
    },
)


@given(st.lists(STATUS | JSON, min_size=1, max_size=4))
def test_answers_of_any_shape_are_no_crash(answers: list[Any]) -> None:
    client: Any = Told(answers)
    done = await_processing(client, "a", (0, 0), lambda _: None)
    assert isinstance(done.status, str)
    assert all(isinstance(error, str) for error in done.errors)
    client = Told(answers)
    with suppress(GitHubError):
        assert upload(client, Analysis(b"", REF, "a"))
