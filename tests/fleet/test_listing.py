"""Lists of repositories, and addresses that git is not given."""

from __future__ import annotations

import pytest

from pregate.errors import UsageError
from pregate.fleet.listing import parse_list, repository_at
from pregate.fleet.model import Repository


def test_lines_name_an_address_a_revision_and_a_name() -> None:
    text = """
    # a comment
    https://github.com/octo-org/one
    https://github.com/octo-org/two.git v1.0
    third  https://github.com/octo-org/three.git main
    file:///srv/four.git
    """
    assert parse_list(text, "x") == (
        Repository("octo-org/one", "https://github.com/octo-org/one"),
        Repository("octo-org/two", "https://github.com/octo-org/two.git", "v1.0"),
        Repository("third", "https://github.com/octo-org/three.git", "main"),
        Repository("srv/four", "file:///srv/four.git"),
    )


def test_what_editors_leave_in_a_list_is_no_part_of_it() -> None:
    text = "\ufeff# all\r\n\r\nhttps://h/a # ours\r\nhttps://h/b main #old\r\n\t\r\n#https://h/c"
    assert parse_list(text, "x") == (Repository("a", "https://h/a"), Repository("b", "https://h/b", "main"))


def test_each_repository_is_there_once() -> None:
    text = "https://h/a\nhttps://H/a/\nhttps://h/a main\nname https://h/a\n"
    assert [(r.address, r.revision) for r in parse_list(text, "x")] == [
        ("https://h/a", ""),
        ("https://h/a", "main"),
    ]


@pytest.mark.parametrize("line", ["nothing", "a b", "a https://h/b main more", "https://h/b a b"])
def test_a_line_that_is_none_is_told_by_its_number_and_not_quoted(line: str) -> None:
    with pytest.raises(UsageError, match="the list, line 2") as told:
        parse_list(f"https://h/a\n{line}\n", "the list")
    assert line not in str(told.value)


@pytest.mark.parametrize("revision", ["-x", "a..b", "a~1", "a:b", "--upload-pack=x"])
def test_a_revision_that_is_none_is_told(revision: str) -> None:
    with pytest.raises(UsageError, match="line 1: the revision"):
        parse_list(f"https://h/a {revision}\n", "the list")


def test_an_empty_list_is_told() -> None:
    with pytest.raises(UsageError, match="names no repository"):
        parse_list("# nothing\n", "the list")


@pytest.mark.parametrize(
    "address",
    [
        "ssh://git@github.com/o/r",
        "ext::sh://x",
        "git://h/r",
        "https://:9999999/x",
        "https:///x",
        "file://host/x",
        "https://h/a\x1b[31m",
        "https://[::1/x",
    ],
)
def test_an_address_that_git_must_not_have_is_refused(address: str) -> None:
    assert repository_at(address).refusal


@pytest.mark.parametrize(
    "where", ["https://user:{}@h/a", "https://{}@h/a", "https://h/a?token={}", "https://h/a#{}"]
)
def test_credentials_are_refused_and_not_kept(where: str) -> None:
    value = "hun" + "ter2"
    made = repository_at(where.format(value))
    assert "GITHUB_TOKEN" in made.refusal
    assert value not in repr(made) + made.slug


def test_no_name_leads_out_of_its_folder_and_no_two_are_the_same() -> None:
    names = ["../../etc", "..", "a/b", "a-b", "A-B", "\x00\n", "ä", "", "x" * 500]
    slugs = [Repository(f"{n}", f"https://h/{name}").slug for n, name in enumerate(names)]
    assert all("/" not in slug and not slug.startswith((".", "-")) and len(slug) < 120 for slug in slugs)
    assert len({slug.lower() for slug in slugs}) == len(slugs)
