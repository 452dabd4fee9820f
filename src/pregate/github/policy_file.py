"""
An organisation's policy as GitHub has it at a commit, a tag or a branch.

Source: docs.github.com, REST API, "Repository contents", "Get repository content".
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import quote, urlparse

from pregate.errors import GitHubError, UsageError
from pregate.github.client import Client, LostAnswerError, RefusedError
from pregate.github.shapes import mapping, number, text

if TYPE_CHECKING:
    from pregate.config.extending import PolicyAddress

PUBLIC_API = "https://api.github.com"
PUBLIC_HOST = "github.com"

_UNREACHED = """Can this machine reach GitHub's API (GITHUB_API_URL, else api.github.com)? Proxies are taken
from the environment. Without a network the copy counts that `pregate config fetch` keeps."""
MISSING = """Does the file exist at that commit, and may the token read the repository? The token of a
workflow reads its own repository and public ones; for a private one give a token of a GitHub App, or a
fine-grained one with contents: read."""


def host_of(api_url: str) -> str:
    """The GitHub that an API's address belongs to: ``github.com``, or an Enterprise Server's own name."""
    place = urlparse(api_url).netloc.rpartition("@")[2].lower()
    if place == urlparse(PUBLIC_API).netloc:
        return PUBLIC_HOST
    # GitHub Enterprise Cloud with data residency serves its API at api.SUBDOMAIN.ghe.com.
    return place.removeprefix("api.") if place.endswith(".ghe.com") else place


def fetch_policy(address: PolicyAddress, api_url: str, token: str, limit: int) -> tuple[bytes, str]:
    """
    The file's content, at most ``limit`` bytes, and the git object id that GitHub gives for it.

    The token goes to ``api_url`` and nowhere else. Raises UsageError for an address on another host, and
    GitHubError where the file is not to be had.
    """
    if address.host and address.host != host_of(api_url):
        raise UsageError(
            f"extends names a file on {address.host}, and this run is on {host_of(api_url)}",
            "Set GITHUB_API_URL to the API of that server, or leave the host out of the address.",
        )
    if not token:
        raise GitHubError(
            f"the organisation's policy {address.name} cannot be read without a token",
            "Set GITHUB_TOKEN (for example: export GITHUB_TOKEN=$(gh auth token)).",
        )
    client = Client(api_url, f"{address.owner}/{address.repository}", token)
    try:
        answer = client.get(f"/contents/{quote(address.path, safe='/')}", ref=address.ref)
    except RefusedError as refusal:
        hint = MISSING if refusal.status in (401, 403, 404) and not refusal.is_for_rate else refusal.hint
        raise GitHubError(
            f"the organisation's policy {address.name} is not to be had ({refusal.status}): {refusal.words}",
            hint,
        ) from None
    except LostAnswerError as error:
        words = f"the organisation's policy {address.name} is not to be had: {error.message}"
        raise GitHubError(words, _UNREACHED) from None
    finally:
        client.close()
    return _content(address, answer, limit)


def _content(address: PolicyAddress, answer: object, limit: int) -> tuple[bytes, str]:
    found = mapping(answer)
    if text(found.get("type")) != "file":
        raise GitHubError(f"the organisation's policy {address.name} is no file", "Name a file in extends.")
    if number(found.get("size")) > limit:
        raise GitHubError(
            f"the organisation's policy {address.name} is larger than {limit} bytes",
            "A policy is a short file.",
        )
    try:
        data = base64.b64decode(text(found.get("content")).replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != number(found.get("size")) or text(found.get("encoding")) != "base64":
        raise GitHubError(f"GitHub's answer for {address.name} cannot be used", "Run it again.")
    return data, text(found.get("sha"))
