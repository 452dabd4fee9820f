"""
A workspace as ``actions/checkout`` leaves it with ``persist-credentials: false``.

Written from actions/checkout: ``src/git-source-provider.ts``, ``src/ref-helper.ts`` (what is fetched, what is
checked out) and ``src/git-auth-helper.ts`` (the header that carries the token, which does not stay).
"""

from __future__ import annotations

import base64
from pathlib import Path

from tests.gitrepo import GitRepo


def check_out(folder: Path, url: str, token: str, ref: str, sha: str, depth: int = 1) -> GitRepo:
    """
    The commit ``sha`` of the repository at ``url``, which ``ref`` names there; the whole history with
    ``depth`` 0. ``ref`` is a branch, a pull request's ``refs/pull/N/merge``, or ``""`` for a commit alone.
    """
    repo = GitRepo(folder)
    repo.git("remote", "add", "origin", url)
    server = "/".join(url.split("/")[:3])
    header = f"http.{server}/.extraheader=AUTHORIZATION: basic {in_header(token)}"
    if ref.startswith("refs/pull/"):
        kept = ref.replace("refs/pull/", "refs/remotes/pull/", 1)
    elif ref.startswith("refs/heads/"):
        kept = ref.replace("refs/heads/", "refs/remotes/origin/", 1)
    else:
        kept = ""
    wanted = [f"+{sha}:{kept}" if kept else sha]
    options = ["--no-tags", "--prune", "--no-recurse-submodules"]
    if depth:
        options.append(f"--depth={depth}")
    else:
        wanted += ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
    repo.git("-c", "protocol.version=2", "-c", header, "fetch", "-q", *options, "origin", *wanted)
    if ref.startswith("refs/heads/"):
        repo.git("checkout", "-q", "--force", "-B", ref.removeprefix("refs/heads/"), kept)
    else:
        repo.git("checkout", "-q", "--force", "--detach", kept or sha)
    return repo


def in_header(token: str) -> str:
    """The form in which a token is sent to a git server."""
    return base64.b64encode(f"x-access-token:{token}".encode()).decode("ascii")
