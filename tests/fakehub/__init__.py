"""
A stateful GitHub on loopback: REST, GraphQL, code scanning, artefacts, identity tokens and git itself.

    with FakeHub() as hub:
        repo = hub.add_repository("octo-org/octo-repo", git=path)
        pull = repo.add_pull(base_sha, head_sha)
        token = hub.token(pull_requests="write")
        ...
        assert hub.violations == []

Requests and answers are checked against GitHub's published descriptions, see ``data/README.md``.
"""

from tests.fakehub.hub import App, Call, FakeHub
from tests.fakehub.state import PullRequest, Repository

__all__ = ["App", "Call", "FakeHub", "PullRequest", "Repository"]
