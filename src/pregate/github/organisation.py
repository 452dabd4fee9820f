"""
The repositories of an organisation, or of a user.

Source: docs.github.com, REST API, "Repositories", "List organization repositories" and "List repositories for
a user".
"""

from __future__ import annotations

import math
import re
from urllib.parse import quote

from pregate.errors import GitHubError, UsageError
from pregate.github.client import PER_PAGE, Client, RefusedError
from pregate.github.shapes import mapping, text
from pregate.records import dataclass

PAGES_MAX = 1000
"""How many pages of 100 repositories are asked for."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A repository as GitHub lists it: ``OWNER/NAME``, the address to clone it from, and what it is."""

    name: str
    address: str
    is_archived: bool
    is_fork: bool


def list_repositories(api_url: str, account: str, token: str) -> tuple[Listed, ...]:
    """
    The repositories of an account that the token may see, in the order of their names; each once, also where
    one was made or renamed meanwhile.

    Raises UsageError for a name that is none, and GitHubError.
    """
    if not _NAME.fullmatch(account):
        raise UsageError("--org is no name of an organisation", "For example --org octo-org.")
    if not token:
        raise GitHubError(
            "the repositories of an organisation cannot be listed without a token",
            "Set GITHUB_TOKEN (for example: export GITHUB_TOKEN=$(gh auth token)).",
        )
    client = Client(api_url, f"{account}/-", token)
    try:
        try:
            found = _listed(client, f"/orgs/{quote(account, safe='')}/repos")
        except RefusedError as refusal:
            if refusal.status != 404:
                raise
            found = _listed(client, f"/users/{quote(account, safe='')}/repos")
    except RefusedError as refusal:
        raise GitHubError(refusal.message, refusal.hint or _hint(refusal)) from refusal
    finally:
        client.close()
    return tuple(sorted(found.values(), key=lambda listed: listed.name.lower()))


def _hint(refusal: RefusedError) -> str:
    if refusal.is_for_rate:
        minutes = math.ceil(refusal.retry_after / 60)
        return f"Run again {f'in {minutes} min' if minutes else 'later'}: the token's limit is used up."
    return "Is the name right, and may the token see it?" if refusal.status in (401, 403, 404) else ""


def _listed(client: Client, path: str) -> dict[str, Listed]:
    """By GitHub's number, which a repository keeps for good."""
    found: dict[str, Listed] = {}
    count = 0
    for entry in client.pages_at(path, PAGES_MAX, type="all", sort="full_name"):
        count += 1
        told = mapping(entry)
        name, address = text(told.get("full_name")), text(told.get("clone_url"))
        if not name or not address:
            raise GitHubError("GitHub's list holds what is no repository", "Is GITHUB_API_URL right?")
        is_archived, is_fork = told.get("archived") is True, told.get("fork") is True
        found[str(told.get("id") or name)] = Listed(name, address, is_archived, is_fork)
    if count >= PAGES_MAX * PER_PAGE:
        raise GitHubError(
            f"there are {count} repositories or more, and no further ones are asked for",
            "Name them in lists: --list FILE.",
        )
    return found
