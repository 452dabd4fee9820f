"""The policy of an organisation: read from a GitHub, kept by its pin, never left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pregate.config.extending import PolicyAddress, digest_of, parse_address
from pregate.entry.organisation import policy_reader
from pregate.errors import GitHubError, PregateError, UsageError
from pregate.github.policy_file import host_of
from tests.entry.site import SHELL, make_site
from tests.fakehub.hub import FakeHub
from tests.gitrepo import GitRepo

POLICY = b'fail-on = "medium"\nlocked = ["fail-on"]\n'
PATH = "gate/policy-file.toml"


class House:
    """An organisation's repository on the fake GitHub, and a cache."""

    def __init__(self, hub: FakeHub, folder: Path, **rights: Any) -> None:
        self.hub, self.cache = hub, folder / "cache"
        self.git = GitRepo(folder / "security").write(PATH, POLICY).write("big.toml", b"#" * 65537)
        self.git.write("gate/other.toml", b"jobs = 1\n").commit("policy")
        self.repository = hub.add_repository("octo-org/security", git=self.git.path)
        self.environ = {"GITHUB_API_URL": hub.api_url, "GITHUB_TOKEN": hub.token(contents="read")}

    def address(self, path: str = PATH, ref: str = "", digest: str = "") -> PolicyAddress:
        return PolicyAddress("octo-org", "security", path, ref or self.git.head, digest)

    def read(self, address: PolicyAddress, *, offline: bool = False, **environ: str) -> bytes:
        return policy_reader(self.environ | environ, self.cache)(address, offline)

    @property
    def kept(self) -> list[Path]:
        return sorted((self.cache / "policies").glob("*"))


@pytest.fixture
def house(hub: FakeHub, tmp_path: Path) -> House:
    return House(hub, tmp_path)


def test_a_policy_is_asked_for_once_and_then_offline_too(house: House) -> None:
    address = house.address()
    assert house.read(address) == POLICY
    assert house.read(address, offline=True) == POLICY
    assert house.read(address) == POLICY
    assert len(house.hub.log) == 1
    assert house.hub.log[0].path.partition("?")[0].endswith(f"/octo-org/security/contents/{PATH}")


def test_a_pin_by_digest_reads_a_branch(house: House) -> None:
    address = house.address(ref="main", digest=digest_of(POLICY))
    assert house.read(address) == POLICY
    assert house.read(address, offline=True) == POLICY


def test_another_content_than_the_digests_is_not_kept(house: House) -> None:
    house.read(house.address(ref="main", digest="0" * 64))
    assert house.kept == []


@pytest.mark.parametrize("digest", ["", digest_of(POLICY)])
def test_a_cache_that_was_written_to_is_not_believed(house: House, digest: str) -> None:
    address = house.address(digest=digest)
    house.read(address)
    (path,) = house.kept
    path.write_bytes(path.read_bytes().replace(b"medium", b"none"))
    with pytest.raises(GitHubError, match="not in the cache"):
        house.read(address, offline=True)
    assert house.read(address) == POLICY


def test_a_cache_that_others_may_write_to_is_not_believed(house: House) -> None:
    house.read(house.address())
    house.kept[0].chmod(0o666)
    with pytest.raises(GitHubError, match="not in the cache"):
        house.read(house.address(), offline=True)


def test_where_the_cache_is_sealed_a_policy_is_believed_for_digests_only(house: House) -> None:
    key: Any = {"PREGATE_CACHE_KEY": "nobody" + "-guesses-this"}
    by_digest = house.address(digest=digest_of(POLICY))
    house.read(house.address())
    house.read(by_digest)
    with pytest.raises(GitHubError, match="has no seal") as caught:
        house.read(house.address(), offline=True, **key)
    assert "digest" in caught.value.hint
    asked = len(house.hub.log)
    assert house.read(house.address(), **key) == POLICY
    assert len(house.hub.log) > asked
    assert house.read(by_digest, offline=True, **key) == POLICY


def test_a_cache_in_a_checkout_is_believed_for_digests_only(house: House) -> None:
    by_digest = house.address(digest=digest_of(POLICY))
    house.read(house.address())
    house.read(by_digest)
    GitRepo(house.cache.parent / "work")
    inside = house.cache.parent / "work" / "cache"
    house.cache.rename(inside)
    house.cache = inside
    with pytest.raises(GitHubError, match="not in the cache") as caught:
        house.read(house.address(), offline=True)
    assert "lies in a checkout" in caught.value.hint
    assert house.read(by_digest, offline=True) == POLICY


def test_offline_and_not_kept_tells_how_to_fetch(house: House) -> None:
    with pytest.raises(GitHubError) as caught:
        house.read(house.address(), offline=True)
    assert "pregate config fetch" in caught.value.hint
    assert caught.value.exit_code == 3
    assert house.hub.log == []


@pytest.mark.parametrize(
    ("path", "ref", "words"),
    [
        ("gate/none.toml", "", "(404)"),
        (PATH, "0" * 40, "(404)"),
        ("gate", "", "is no file"),
        ("big.toml", "", "larger than 65536 bytes"),
    ],
)
def test_what_is_no_policy_is_an_error(house: House, path: str, ref: str, words: str) -> None:
    with pytest.raises(GitHubError, match=re.escape(words)):
        house.read(house.address(path, ref))
    assert house.kept == []


def test_a_private_repository_that_the_token_cannot_read_is_an_error(house: House) -> None:
    house.repository.private = True
    with pytest.raises(PregateError, match="not to be had") as caught:
        house.read(house.address(), GITHUB_TOKEN=house.hub.token(issues="read"))
    assert "contents: read" in caught.value.hint


def test_without_a_token_nothing_is_asked(house: House) -> None:
    with pytest.raises(GitHubError, match="without a token"):
        house.read(house.address(), GITHUB_TOKEN="")
    assert house.hub.log == []


def test_the_token_goes_to_no_other_host(house: House) -> None:
    address = parse_address(f"github://evil.example/octo-org/security/{PATH}@{house.git.head}")
    with pytest.raises(UsageError, match=r"on evil\.example, and this run is on"):
        house.read(address)
    host = house.hub.server_url.removeprefix("http://")
    assert house.read(parse_address(f"github://{host}/octo-org/security/{PATH}@{house.git.head}")) == POLICY


@pytest.mark.parametrize(
    ("api_url", "host"),
    [
        ("https://api.github.com", "github.com"),
        ("https://ghe.example.com/api/v3", "ghe.example.com"),
        ("https://api.octocorp.ghe.com", "octocorp.ghe.com"),
        ("http://localhost:8080/api/v3", "localhost:8080"),
    ],
)
def test_the_host_of_an_api(api_url: str, host: str) -> None:
    assert host_of(api_url) == host


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://github.com/a/b", "not the address"),
        ("github://a/b@main", "not the address"),
        ("github://a/b/../c@" + "0" * 40, "not the address"),
        ("github://a/b/c?x@" + "0" * 40, "not the address"),
        ("github://user:pass@host/a/b/c@" + "0" * 40, "not the address"),
        ("github://a/b/c@main", "'main' may be moved"),
        ("github://a/b/c@" + "0" * 39, "may be moved"),
        ("github://a/b/c@main#sha256=12", "not the address"),
    ],
)
def test_an_address_that_is_wrong_or_not_pinned_is_an_error(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        parse_address(text)
    assert "sha256=" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "github://octo-org/security/a/b.toml@" + "0" * 40,
        "github://ghe.example.com/o/r/p.toml@v1.0/x#sha256=" + "a" * 64,
    ],
)
def test_an_address_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_address(text)) == text


def test_on_a_pull_request_the_bases_policy_judges_and_the_change_of_it_is_told(
    hub: FakeHub, tmp_path: Path
) -> None:
    site = make_site(tmp_path, hub)
    home = GitRepo(tmp_path / "security").write("gate.toml", 'locked = ["fail-on"]\nfail-on = "low"\n')
    hub.add_repository("octo-org/security", git=home.commit("policy").path)
    extends = f'extends = "github://octo-org/security/gate.toml@{home.head}"\n'
    site.repo.write(".pregate.toml", f'{extends}fail-on = "high"\n').commit("extends")
    event = site.push(new_py=SHELL)
    site.repo.checkout("topic").write(".pregate.toml", 'fail-on = "none"\n').commit("weaken")
    result = site.run(site.merged(site.repo.head), offline="false")
    assert event.name == "pull_request"
    assert (result.exit_code, result.outputs["verdict"]) == (1, "failed")
    assert "fail-on: low → none (looser)" in result.summary
    assert "is looser than the organisation&#39;s locked" in result.summary.replace("'", "&#39;")
    assert "fail-on: low → none (looser)" in site.ours[0]
