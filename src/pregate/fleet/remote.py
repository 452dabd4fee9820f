"""
One remote repository: which commit it is at, and that commit without its history in a bare clone of ours.

Nothing is checked out, so no filter, no hook and no submodule has a say, and no path of the tree meets a
file system. Git runs in the environment of :mod:`pregate.changes.environment` and speaks https, http and file
only; a token is given to it in its environment, for addresses of the GitHub that it belongs to.

Sources: git-ls-remote(1), git-fetch(1), git-config(1) "http.<url>.*".
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pregate.changes.environment import find_git, hardened, with_settings
from pregate.changes.hints import is_id
from pregate.changes.process import Git
from pregate.errors import ChangesError, UsageError
from pregate.fleet.bound import MAX_FETCH, Bound, size_words
from pregate.fleet.model import Repository

TRANSPORTS = "https:http:file"
NETWORK = (
    *("http_proxy", "https_proxy", "no_proxy", "all_proxy"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
)
PUBLIC_SERVER = "https://github.com"
# Whole packs are not mapped: where memory is limited, address space is.
_LITTLE_MEMORY = "[core]\n\tpackedGitWindowSize = 32m\n\tpackedGitLimit = 256m\n"
# What old tools wrote, and what is a trap for those alone who check it out, keeps nothing from being judged.
_NO_MATTER = (
    *("badTimezone", "badDateOverflow", "badName", "missingEmail", "missingNameBeforeEmail"),
    *("missingSpaceBeforeDate", "missingSpaceBeforeEmail", "multipleAuthors", "zeroPaddedFilemode"),
    *("gitmodulesBlob", "gitmodulesLarge", "gitmodulesName", "gitmodulesParse", "gitmodulesPath"),
    *("gitmodulesSymlink", "gitmodulesUpdate", "gitmodulesUrl", "gitattributesLarge"),
    *("gitattributesLineLength", "hasDot", "hasDotdot", "hasDotgit", "fullPathname"),
)
_OVER = 1 << 20
_ANSWER_MAX = 1 << 20  # bytes of an answer about one reference
_SETTINGS = (
    ("fetch.recurseSubmodules", "false"),
    ("core.alternateRefsCommand", "false"),
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "60"),
    ("fetch.unpackLimit", "1"),
    ("fetch.fsckObjects", "true"),  # what is damaged is told at once
    *((f"fetch.fsck.{flaw}", "ignore") for flaw in _NO_MATTER),
)


class Remote:
    """
    A repository's remote; ``folder`` is empty and becomes a bare clone.

    One git may take ``seconds``, and a fetch may write ``max_bytes``. ``token`` goes to addresses below
    ``server`` and nowhere else. Raises ChangesError where git does not work, with the token in none of its
    words.
    """

    def __init__(
        self,
        repository: Repository,
        folder: Path,
        environ: Mapping[str, str],
        *,
        seconds: float,
        server: str = PUBLIC_SERVER,
        token: str = "",
        max_bytes: int = MAX_FETCH,
    ) -> None:
        self._repository = repository
        self._max_bytes = max_bytes
        # What git sets for hooks would be about another repository.
        plain = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
        # And a repository around the folder is none of ours.
        plain["GIT_CEILING_DIRECTORIES"] = str(folder.resolve().parent)
        self._folder = folder
        # What fetches is several processes, of which none may outlive the first.
        self._git = Git(
            find_git(environ), os.fsencode(folder), hardened(plain), seconds=seconds, has_group=True
        )
        network = {name: environ[name] for name in NETWORK if name in environ}
        settings = with_settings(self._git.environment, _SETTINGS)
        is_known = bool(token) and repository.address.startswith(f"{server.rstrip('/')}/")
        self._secrets: tuple[str, ...] = ()
        if is_known:
            basic = base64.b64encode(f"x-access-token:{token}".encode()).decode("ascii")
            self._secrets = (token, basic)
            settings = with_settings(settings, _credentials(repository.address, basic))
        self._network = self._git.with_environment(settings | network | {"GIT_ALLOW_PROTOCOL": TRANSPORTS})

    def __repr__(self) -> str:
        return f"Remote({self._repository.name!r})"

    def commit(self) -> str:
        """
        The full id of the commit that its revision names, ``""`` where the repository is empty. Raises
        ChangesError.
        """
        wanted = self._repository.revision
        if is_id(wanted):
            return wanted
        names = (f"refs/heads/{wanted}", f"refs/tags/{wanted}", f"refs/tags/{wanted}^{{}}")
        found = self._references(*(names if wanted else ("HEAD",)))
        # A branch before a tag of that name; of an annotated tag, the commit that it leads to.
        order = (names[0], names[2], names[1]) if wanted else ("HEAD",)
        for name in order:
            if name in found:
                return found[name]
        if wanted:
            raise ChangesError("It has no such branch or tag.", "Correct the revision in the list.")
        if self._references("refs/heads/*"):
            raise ChangesError("Its default branch is not there.", "Name a branch in the list.")
        return ""

    def fetch(self, commit: str) -> None:
        """
        Brings that commit, without those before it, and makes it HEAD. Raises ChangesError, and UsageError
        where there is more than may be written.
        """
        kind = "sha256" if len(commit) == 64 else "sha1"
        self._git.run("init", "--quiet", "--bare", "--template=", f"--object-format={kind}", ".")
        with (self._folder / "config").open("a") as file:
            file.write(_LITTLE_MEMORY)
        quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--depth=1")
        self._ask("fetch", *quiet, "--", self._repository.address, commit)
        (self._folder / "HEAD").write_text(f"{commit}\n", "ascii")

    def count_files(self) -> int:
        """How many files the commit has that was fetched. Raises ChangesError."""
        count = 0
        with self._git.start("ls-tree", "-r", "-z", "--name-only", "HEAD") as process:
            while part := process.receive():
                count += part.count(b"\0")
            process.finish()
        return count

    def _references(self, *patterns: str) -> dict[str, str]:
        answer = self._ask("ls-remote", "--quiet", "--", self._repository.address, *patterns)
        pairs = (line.partition("\t") for line in answer.decode("utf-8", "replace").splitlines())
        return {name: commit for commit, tab, name in pairs if tab and is_id(commit)}

    def _ask(self, *arguments: str) -> bytes:
        """The beginning of git's answer; what is beyond that is nothing that was asked for."""
        parts, size = [], 0
        bound = None
        try:
            with (
                self._network.start(*arguments) as process,
                Bound(self._folder, self._max_bytes, process.kill) as bound,
            ):
                # Somewhat more, so that who looks sees that it was too much.
                process.bound_files(self._max_bytes + _OVER)
                while size < _ANSWER_MAX and (part := process.receive()):
                    parts.append(part)
                    size += len(part)
                if size < _ANSWER_MAX:
                    process.finish()
        except ChangesError as error:
            if not (bound and bound.is_passed):
                raise ChangesError(self._masked(error.message), _hint(error.message)) from None
        if bound and bound.is_passed:
            raise UsageError(
                f"its clone is larger than {size_words(self._max_bytes)}, which --max-fetch allows",
                "Raise --max-fetch, where there is space for it.",
            )
        return b"".join(parts)

    def _masked(self, words: str) -> str:
        for secret in self._secrets:
            words = words.replace(secret, "***")
        return words


def server_of(environ: Mapping[str, str]) -> str:
    """
    The GitHub to which ``GITHUB_TOKEN`` belongs: ``GITHUB_SERVER_URL``, else the host of ``GITHUB_API_URL``,
    else github.com.
    """
    if named := environ.get("GITHUB_SERVER_URL"):
        return named.rstrip("/")
    place = urlsplit(environ.get("GITHUB_API_URL", ""))
    host = place.netloc.rpartition("@")[2]
    if not host or host == "api.github.com":
        return PUBLIC_SERVER
    # GitHub Enterprise Cloud with data residency serves its API at api.SUBDOMAIN.ghe.com.
    return f"{place.scheme}://{host.removeprefix('api.') if host.endswith('.ghe.com') else host}"


def _credentials(address: str, basic: str) -> tuple[tuple[str, str], ...]:
    scope = f"http.{address}"
    return (
        (f"{scope}.extraHeader", ""),
        (f"{scope}.extraHeader", f"AUTHORIZATION: basic {basic}"),
        (f"{scope}.sslVerify", "true"),
    )


def _hint(words: str) -> str:
    if "could not read Username" in words or "Authentication failed" in words or " 403" in words:
        return "Is it private? GITHUB_TOKEN needs contents: read for it, where the task runs."
    if "returned error: 429" in words:
        return "The server asks for fewer requests: run again later, or with fewer --jobs."
    if "not found" in words or "does not exist" in words or "does not appear to be" in words:
        return "Is its address right, and may the token of GITHUB_TOKEN read it?"
    if "returned error: 30" in words or "redirect" in words.lower():
        return "Redirects are not followed: write the address that it has now."
    return ""
