"""The repositories of an organisation, listed."""

from __future__ import annotations

import pytest

from pregate.errors import GitHubError, UsageError
from pregate.github.organisation import list_repositories
from tests.fakehub.hub import FakeHub


def test_all_pages_of_an_organisation_are_listed(hub: FakeHub) -> None:
    for number in range(205):
        hub.add_repository(f"octo-org/r{number:03}")
    hub.add_repository("other/x")
    listed = list_repositories(hub.api_url, "octo-org", hub.token())
    assert [r.name for r in listed] == [f"octo-org/r{number:03}" for number in range(205)]
    assert listed[0].address == f"{hub.server_url}/octo-org/r000.git"
    assert len(hub.log) == 3


def test_a_limit_that_is_used_up_is_no_fault_of_the_name(hub: FakeHub) -> None:
    told_to_wait = {"retry-after": "600"}
    hub.fail("GET", "/orgs/octo-org/repos", 403, message="API rate limit exceeded", headers=told_to_wait)
    with pytest.raises(GitHubError, match="rate limit") as told:
        list_repositories(hub.api_url, "octo-org", hub.token())
    assert told.value.hint == "Run again in 10 min: the token's limit is used up."


def test_more_repositories_than_are_asked_for_are_told(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pregate.github.organisation.PAGES_MAX", 1)
    for number in range(100):
        hub.add_repository(f"octo-org/r{number}")
    with pytest.raises(GitHubError, match="100 repositories or more"):
        list_repositories(hub.api_url, "octo-org", hub.token())


def test_archived_ones_and_forks_are_told(hub: FakeHub) -> None:
    hub.add_repository("octo-org/a").archived = True
    hub.add_repository("octo-org/b").fork = True
    listed = list_repositories(hub.api_url, "octo-org", hub.token())
    assert [(r.is_archived, r.is_fork) for r in listed] == [(True, False), (False, True)]


def test_a_users_repositories_are_listed_too(hub: FakeHub) -> None:
    hub.users.add("mona")
    hub.add_repository("mona/a")
    assert [r.name for r in list_repositories(hub.api_url, "mona", hub.token())] == ["mona/a"]


def test_an_account_that_is_not_there_is_told(hub: FakeHub) -> None:
    with pytest.raises(GitHubError, match="404") as told:
        list_repositories(hub.api_url, "nobody", hub.token())
    assert "Is the name right" in told.value.hint


@pytest.mark.parametrize("name", ["../x", "a/b", "", "-a", "a" * 200])
def test_what_is_no_name_is_told(name: str) -> None:
    with pytest.raises(UsageError, match="--org"):
        list_repositories("http://127.0.0.1:9/api/v3", name, "x")


def test_a_token_is_needed() -> None:
    with pytest.raises(GitHubError, match="without a token"):
        list_repositories("http://127.0.0.1:9/api/v3", "octo-org", "")
