"""The client with the real PyGithub: what is repeated, waited for and refused, and who hears the token."""

from __future__ import annotations

import email.utils
import json
import logging
import ssl
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import SSLError
from urllib3.util.retry import Retry

from pregate.errors import GitHubError
from pregate.github.client import (
    FREE_WRITES,
    PACE,
    READ_PAUSE,
    REDIRECTS_MAX,
    TRIES,
    WAIT_MAX,
    WAIT_TOTAL,
    Client,
    LostAnswerError,
    RefusedError,
)
from tests.github.site import NAME, Site

COMMENTS = "/issues/7/comments"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
API = "https://api.example.com:443"


@pytest.fixture(autouse=True)
def no_other_sleep(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """PyGithub and urllib3 may not sleep at all: every wait is the client's, and is asked for."""
    slept: list[float] = []
    sleep = time.sleep

    def bounded(seconds: float) -> None:
        if seconds < 0.1:  # a process is waited for with such naps
            sleep(seconds)
        else:
            slept.append(seconds)

    monkeypatch.setattr(time, "sleep", bounded)
    yield
    assert slept == []


def comment(site: Site, client: Client | None = None) -> Any:
    return (client or site.client()).send("POST", COMMENTS, {"body": "hello"})


def reading(site: Site, client: Client | None = None) -> Any:
    return (client or site.client()).get(COMMENTS)


# ----------------------------------------------------------------------------------------------- lost answers


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_was_applied_and_answered_5xx_is_not_sent_again(site: Site, status: int) -> None:
    site.hub.fail("POST", "comments", status, times=9, applied=True, headers={"Retry-After": "1"})
    with pytest.raises(LostAnswerError) as caught:
        comment(site)
    assert caught.value.status == status
    assert len(site.calls("POST")) == 1
    assert site.shown == ["hello"]
    assert site.waits == []


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_write_whose_connection_is_dropped_is_not_sent_again(
    site: Site, method: str, applied: bool
) -> None:
    site.hub.fail(method, "7|1", drop=True, times=9, applied=applied and method == "POST")
    with pytest.raises(LostAnswerError, match=f"no answer from GitHub to {method}"):
        site.client().send(method, COMMENTS, {"body": "hello"})
    assert [c.status for c in site.calls(method)] == [0]


def test_a_write_is_not_sent_again_after_a_tls_error(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TLS connection that ends in the middle of an answer counts as "other" with urllib3."""
    client = site.client()
    sent: list[str] = []

    def broken(self: Any, method: str, url: str, **options: Any) -> Any:
        sent.append(method)
        retries = options["retries"]
        assert isinstance(retries, Retry)
        retries.increment(method, url, error=SSLError(ssl.SSLEOFError("EOF occurred")), _pool=self)
        raise AssertionError("urllib3 would send it again")

    monkeypatch.setattr("urllib3.connectionpool.HTTPConnectionPool.urlopen", broken)
    with pytest.raises(LostAnswerError, match="SSLError"):
        comment(site, client)
    assert sent == ["POST"]


def test_reading_is_tried_three_times(site: Site) -> None:
    site.hub.fail("GET", "comments", 502, times=2)
    assert site.client().get(COMMENTS) == []
    assert [c.status for c in site.calls("GET")] == [502, 502, 200]
    assert site.waits == [READ_PAUSE, 2 * READ_PAUSE]


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}])
def test_reading_gives_up_after_three_times(site: Site, fault: dict[str, Any]) -> None:
    site.hub.fail("GET", "comments", times=9, **fault)
    with pytest.raises(LostAnswerError):
        site.client().get(COMMENTS)
    assert len(site.calls("GET")) == TRIES


def test_an_unreachable_address_is_a_lost_answer(site: Site) -> None:
    client = site.client(api_url="http://127.0.0.1:9/api/v3", graphql_url="http://127.0.0.1:9/api/graphql")
    with pytest.raises(LostAnswerError, match="ConnectionError") as caught:
        client.get(COMMENTS)
    assert "GITHUB_API_URL" in caught.value.hint
    assert client.requests == TRIES


# ------------------------------------------------------------------------------------------------ rate limits


@pytest.mark.parametrize("act", [reading, comment])
def test_a_primary_limit_that_ends_in_an_hour_is_not_waited_for(
    site: Site, act: Callable[[Site, Client], Any]
) -> None:
    site.hub.rate_limit(0, reset_in=3600)
    with pytest.raises(RefusedError) as caught:
        act(site, site.client())
    assert caught.value.is_for_rate
    assert not caught.value.is_for_rights
    assert caught.value.retry_after == pytest.approx(3600, abs=5)
    assert len(site.hub.log) == 1
    assert site.waits == []


@pytest.mark.parametrize("act", [reading, comment])
def test_a_primary_limit_that_ends_soon_is_waited_for(site: Site, act: Callable[[Site, Client], Any]) -> None:
    site.hub.rate_limit(0, reset_in=20)

    def wait(seconds: float) -> None:
        site.waits.append(seconds)
        site.hub.rate_limit(5000)

    act(site, site.client(wait=wait))
    assert [c.status for c in site.hub.log] in ([403, 200], [403, 201])
    assert len(site.waits) == 1
    assert 20 <= site.waits[0] <= 23


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_lets_a_write_be_sent_again(site: Site, status: int) -> None:
    site.hub.fail("POST", "comments", status, headers={"Retry-After": "7"}, message=SECONDARY)
    assert comment(site)["body"] == "hello"
    assert site.waits == [7.0]
    assert site.shown == ["hello"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_long_secondary_limit_is_not_waited_for(site: Site, method: str) -> None:
    site.hub.fail(method, "comments", 429, headers={"Retry-After": "61"}, message=SECONDARY)
    client = site.client()
    with pytest.raises(RefusedError, match="429"):
        client.get(COMMENTS) if method == "GET" else comment(site, client)
    assert site.waits == []


def test_a_secondary_limit_without_a_time_is_waited_for_a_minute(site: Site) -> None:
    site.hub.fail("POST", "comments", 403, message=SECONDARY)
    comment(site)
    assert site.waits == [WAIT_MAX]


def test_a_date_to_retry_after_is_none_that_we_read(site: Site) -> None:
    date = email.utils.formatdate(time.time() + 3000)
    site.hub.fail("GET", "comments", 429, headers={"Retry-After": date}, message=SECONDARY)
    site.client().get(COMMENTS)
    assert site.waits == [WAIT_MAX]


def test_a_limit_without_end_is_given_up(site: Site) -> None:
    site.hub.fail("*", "comments", 429, times=99, headers={"Retry-After": "1"}, message=SECONDARY)
    client = site.client()
    for act in (reading, comment):
        with pytest.raises(RefusedError):
            act(site, client)
    assert len(site.hub.log) == 2 * TRIES


def test_all_waits_of_a_run_have_a_bound(site: Site) -> None:
    site.hub.fail("*", "comments", 429, times=99, headers={"Retry-After": "50"}, message=SECONDARY)
    client = site.client()
    for _ in range(5):
        with pytest.raises(RefusedError):
            comment(site, client)
    assert sum(site.waits) <= WAIT_TOTAL
    assert max(site.waits) <= WAIT_MAX


def test_a_limit_of_graphql_over_http_is_waited_for(site: Site) -> None:
    site.hub.fail("POST", "graphql", 403, headers={"Retry-After": "3"}, message=SECONDARY)
    data, errors = site.client().graphql("query { viewer { login } }", {})
    assert (data, errors) == ({"viewer": {"login": "github-actions[bot]"}}, [])
    assert site.waits == [3.0]


def test_many_writes_keep_a_second_between_them(site: Site) -> None:
    client = site.client()
    for _ in range(FREE_WRITES + 3):
        comment(site, client)
    assert len(site.waits) == 3
    assert all(0 < seconds <= PACE for seconds in site.waits)


def test_reading_is_not_paced(site: Site) -> None:
    client = site.client()
    for _ in range(FREE_WRITES + 3):
        client.get(COMMENTS)
        client.graphql("query { viewer { login } }", {})
    assert site.waits == []


# --------------------------------------------------------------------------------------------------- refusals


def test_a_token_that_is_not_known_is_refused_for_rights(site: Site) -> None:
    with pytest.raises(RefusedError) as caught:
        site.client("gh" + "s_unknown").get(COMMENTS)
    assert caught.value.is_for_rights
    assert caught.value.words == "Bad credentials"


def test_a_token_without_the_right_is_refused_for_rights(site: Site) -> None:
    with pytest.raises(RefusedError, match="403: Resource not accessible by integration") as caught:
        comment(site, site.client(site.hub.token(contents="read")))
    assert caught.value.is_for_rights
    assert caught.value.is_read_only
    assert len(site.hub.log) == 1


def test_a_locked_conversation_is_no_matter_of_rights(site: Site) -> None:
    site.hub.fail("POST", "comments", 403, message="Unable to create comment because issue is locked.")
    with pytest.raises(RefusedError, match="locked") as caught:
        comment(site)
    assert not caught.value.is_for_rights


def test_what_is_not_there_is_refused_with_404(site: Site) -> None:
    with pytest.raises(RefusedError) as caught:
        site.client().get("/issues/8/comments")
    assert caught.value.status == 404
    assert not caught.value.is_for_rights
    assert not caught.value.is_for_rate


def test_details_of_a_validation_are_told(site: Site) -> None:
    with pytest.raises(RefusedError, match=r"Validation Failed: .+missing_field") as caught:
        site.client().send("POST", COMMENTS, {"body": " "})
    assert caught.value.status == 422


def test_a_list_of_more_pages_is_read_to_its_end_and_bound(site: Site) -> None:
    for number in range(250):
        site.pull.add_comment(str(number))
    client = site.client()
    assert [c["body"] for c in client.pages(COMMENTS)] == [str(n) for n in range(250)]
    assert len(list(client.pages(COMMENTS, 2))) == 200
    assert client.requests == 5


def test_errors_of_graphql_come_beside_the_data(site: Site) -> None:
    query = 'query { viewer { login } node(id: "nothing") { id } }'
    data, errors = site.client().graphql(query, {})
    assert data["node"] is None
    assert errors[0]["type"] == "NOT_FOUND"


def test_a_query_is_repeated_and_a_mutation_is_not(site: Site) -> None:
    client = site.client()
    site.hub.fail("POST", "graphql", 502, times=2)
    client.graphql("query { viewer { login } }", {})
    assert len(site.hub.log) == 3
    site.hub.fail("POST", "graphql", 502, times=2)
    with pytest.raises(LostAnswerError):
        client.graphql('mutation { resolveReviewThread(input: {threadId: "x"}) { clientMutationId } }', {})
    assert len(site.hub.log) == 4


# ---------------------------------------------------------------------------- answers that are none of GitHub


@pytest.fixture
def elsewhere() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def remote(waits: list[float] | None = None) -> Client:
    return Client("https://api.example.com", NAME, "t0ken", wait=([] if waits is None else waits).append)


HERE = f"{API}/repos/{NAME}"


@pytest.mark.parametrize("body", ["<html>Sign in</html>", '{"half": ', "[" * 200_000, "\x00", "9" * 5000])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_instead_of_json_is_a_lost_answer(elsewhere: Any, method: str, body: str) -> None:
    elsewhere.add(method, f"{HERE}/x", body=body, status=200)
    client = remote()
    with pytest.raises(LostAnswerError, match="cannot be used"):
        client.get("/x") if method == "GET" else client.send("POST", "/x", {})
    assert len(elsewhere.calls) == (TRIES if method == "GET" else 1)


def test_a_page_with_a_refusal_is_not_quoted(elsewhere: Any) -> None:
    elsewhere.add("GET", f"{HERE}/x", body="<html>no</html>", status=404)
    with pytest.raises(RefusedError) as caught:
        remote().get("/x")
    assert "html" not in str(caught.value)


@pytest.mark.parametrize("data", [[], "text", 5, {"message": None}, {"message": ["a"]}, {"errors": {"a": 1}}])
def test_a_refusal_of_any_shape_is_a_refusal(elsewhere: Any, data: Any) -> None:
    elsewhere.add("GET", f"{HERE}/x", json=data, status=400)
    with pytest.raises(RefusedError, match="without a word"):
        remote().get("/x")


@pytest.mark.parametrize("data", [None, {}, {"message": "no"}, "text", 5])
def test_a_list_that_is_none_is_refused(elsewhere: Any, data: Any) -> None:
    elsewhere.add("GET", f"{HERE}/x", body=json.dumps(data))
    with pytest.raises(RefusedError, match="is no list"):
        list(remote().pages("/x"))


def test_long_words_are_cut(elsewhere: Any) -> None:
    elsewhere.add("GET", f"{HERE}/x", json={"message": "no " * 5000}, status=400)
    with pytest.raises(RefusedError) as caught:
        remote().get("/x")
    assert len(caught.value.message) < 2200


@pytest.mark.parametrize("data", [None, [], "x", 1, {"data": [], "errors": {}}, {"data": None}])
def test_an_answer_of_graphql_of_any_shape_is_empty(elsewhere: Any, data: Any) -> None:
    elsewhere.add("POST", f"{API}/graphql", body=json.dumps(data), status=200)
    assert remote().graphql("query { viewer { login } }", {}) == ({}, [])


def test_headers_that_are_no_numbers_are_a_lost_answer(elsewhere: Any) -> None:
    headers = {"X-RateLimit-Remaining": "many", "X-RateLimit-Limit": "more"}
    elsewhere.add("POST", f"{HERE}/x", json={}, headers=headers)
    with pytest.raises(LostAnswerError, match="ValueError"):
        remote().send("POST", "/x", {})


@pytest.mark.parametrize("reset", ["soon", "9" * 13, "²"])
def test_a_limit_with_an_odd_end_is_waited_for_a_minute(elsewhere: Any, reset: str) -> None:
    headers = {"X-RateLimit-Remaining": "0"}
    elsewhere.add(
        "GET", f"{HERE}/x", json={"message": "API rate limit exceeded"}, status=403, headers=headers
    )
    waits: list[float] = []
    with pytest.raises(RefusedError):
        remote(waits).get("/x")
    assert waits == [WAIT_MAX, WAIT_MAX]


def test_a_read_that_is_accepted_only_is_asked_for_again_a_few_times(elsewhere: Any) -> None:
    elsewhere.add("GET", f"{HERE}/x", json={}, status=202)
    with pytest.raises(LostAnswerError):
        remote().get("/x")
    assert len(elsewhere.calls) == TRIES


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.org/repos/x",
        "http://api.example.com/repos/x",
        "https://api.example.com.evil.example.org/x",
        "https://api.example.com@evil.example.org/x",
        "//evil.example.org/x",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_to_another_host_is_refused(elsewhere: Any, method: str, target: str, status: int) -> None:
    elsewhere.add(method, f"{HERE}/x", status=status, headers={"Location": target} if target else {})
    client = remote()
    with pytest.raises(RefusedError, match="away from GitHub's API"):
        client.get("/x") if method == "GET" else client.send("POST", "/x", {})
    assert len(elsewhere.calls) == 1


def test_an_address_that_only_begins_like_that_of_graphql_is_another_host(elsewhere: Any) -> None:
    elsewhere.add(
        "GET", f"{HERE}/x", status=301, headers={"Location": "https://api.example.com.evil.example/"}
    )
    with pytest.raises(RefusedError, match="away from GitHub's API"):
        Client("https://api.example.com", NAME, "t", graphql_url="https://api.example.com").get("/x")
    assert len(elsewhere.calls) == 1


@pytest.mark.parametrize("target", ["https://api.example.com/repositories/5/x", "/repositories/5/x"])
@pytest.mark.parametrize("query", ["", "?per_page=100&page=2"])
def test_a_renamed_repository_is_followed_with_the_query(elsewhere: Any, target: str, query: str) -> None:
    elsewhere.add("GET", f"{HERE}/x", status=301, headers={"Location": f"{target}{query}"}, json={})
    elsewhere.add("GET", f"{API}/repositories/5/x", json=[1])
    assert remote().get("/x", per_page=100, page=2) == [1]
    assert elsewhere.calls[1].request.params == {"per_page": "100", "page": "2"}


def test_a_write_follows_a_redirect_with_its_body(elsewhere: Any) -> None:
    elsewhere.add("POST", f"{HERE}/x", status=307, headers={"Location": "/repositories/5/x"}, json={})
    elsewhere.add("POST", f"{API}/repositories/5/x", json={"id": 1}, status=201)
    assert remote().send("POST", "/x", {"a": 1}) == {"id": 1}
    assert json.loads(elsewhere.calls[1].request.body) == {"a": 1}


def test_redirects_in_a_ring_end(elsewhere: Any) -> None:
    elsewhere.add("GET", f"{HERE}/x", status=301, headers={"Location": f"/repos/{NAME}/x"}, json={})
    with pytest.raises(RefusedError, match="one address to another"):
        remote().get("/x")
    assert len(elsewhere.calls) == REDIRECTS_MAX + 1


def test_a_cause_of_requests_is_named_by_its_kind(elsewhere: Any) -> None:
    elsewhere.add("POST", f"{HERE}/x", body=requests.exceptions.ProxyError("http://user:pass@proxy"))
    with pytest.raises(LostAnswerError, match="ProxyError") as caught:
        remote().send("POST", "/x")
    assert "user:pass" not in "".join(traceback.format_exception(caught.value))


# -------------------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "url", ["", "api.github.com", "ftp://a/b", "https://", "http://[", "http://a:999999"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(GitHubError, match="no address of an API"):
        Client(url, NAME, "token")


def test_two_hosts_are_refused() -> None:
    with pytest.raises(GitHubError, match="different hosts"):
        Client("https://api.github.com", NAME, "token", graphql_url="https://evil.example.org/graphql")


def test_no_token_is_refused() -> None:
    with pytest.raises(GitHubError, match="no token"):
        Client("https://api.github.com", NAME, "")


def test_the_address_of_graphql_is_found_where_none_is_told(elsewhere: Any) -> None:
    elsewhere.add("POST", "https://ghe.example.com:443/api/graphql", json={"data": {"a": 1}})
    client = Client("https://ghe.example.com/api/v3", NAME, "token")
    assert client.graphql("query { a }", {}) == ({"a": 1}, [])
    client.close()


# -------------------------------------------------------------------------------------------------- the token


def test_the_token_is_heard_by_nobody_but_github(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = site.client()
    site.hub.fail("GET", "comments", 502, times=9)
    site.hub.fail("POST", "comments", 403, message="no")
    site.hub.fail("PATCH", "comments", drop=True)
    told = [repr(client), str(client), repr(vars(client))]
    acts: list[Callable[[], Any]] = [
        lambda: client.get(COMMENTS),
        lambda: client.send("POST", COMMENTS, {}),
        lambda: client.send("PATCH", COMMENTS, {}),
    ]
    for act in acts:
        with pytest.raises(GitHubError) as caught:
            act()
        told += [repr(caught.value), *traceback.format_exception(caught.value)]
    assert site.token not in "".join(told)
    assert site.token not in caplog.text
    assert "token=***" in repr(client)


@pytest.mark.parametrize("end", ["\n", "\u2028"])
def test_a_token_that_no_header_can_carry_is_not_quoted(site: Site, end: str) -> None:
    client = site.client(site.token + end)
    with pytest.raises(LostAnswerError) as caught:
        client.get(COMMENTS)
    assert site.token not in "".join(traceback.format_exception(caught.value))


def test_logs_of_pygithub_do_not_reach_ours(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Handlers are on our own logger; PyGithub's debug log holds whole requests and answers."""
    ours = logging.getLogger("pregate")
    ours.setLevel(logging.DEBUG)
    records: list[logging.LogRecord] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    ours.addHandler(Keeping())
    site.hub.fail("POST", "comments", 429, headers={"Retry-After": "1"}, message=SECONDARY)
    comment(site)
    assert [r.name for r in records] == ["pregate.github.client"]
    assert capsys.readouterr() == ("", "")
