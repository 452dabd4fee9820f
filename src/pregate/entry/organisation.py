"""
The policy of an organisation that a configuration extends: from the cache, else from GitHub.

What is kept is named after its pin and held against it at every reading: by its SHA-256 where the address has
one, else by git's object id, which GitHub gave for the commit. The latter shows damage, not forgery: a folder
that lies in a checkout, whose files a pull request may bring, is believed for digests only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.errors import GitHubError
from pregate.logs import logger

if TYPE_CHECKING:
    from pregate.config.extending import PolicyAddress
    from pregate.settings import PolicyReader

_log = logger(__name__)
_FOLDER = "policies"
_FETCH = "Fetch it once: pregate config fetch"
_FORGEABLE = """The cache folder lies in a checkout, whose files a change may bring. Name another one
(PREGATE_CACHE_DIR), or pin the policy by its digest: @REF#sha256=…"""

_UNSEALED = "Pin the policy by its digest: @REF#sha256=…, by which it is known under PREGATE_CACHE_KEY too."


def policy_reader(environ: Mapping[str, str], cache_dir: Path | None, token: str = "") -> PolicyReader:
    """
    Reads policies with ``token``, else that of the environment, and keeps them below ``cache_dir``.

    Nothing is imported or asked before it is called.
    """

    def read(address: PolicyAddress, offline: bool) -> bytes:
        from pregate.cache.keeping import KEY

        # Where the cache is sealed, what has no seal and shows no forgery by itself is not believed.
        is_unsealed = bool(environ.get(KEY)) and not address.digest
        place = None if is_unsealed else cache_dir
        kept = _kept(place, address)
        if kept is not None:
            return kept
        if offline and is_unsealed:
            raise GitHubError(
                f"the organisation's policy {address.name} has no seal, and this run is offline", _UNSEALED
            )
        if offline:
            raise GitHubError(
                f"the organisation's policy {address.name} is not in the cache, and this run is offline",
                _FETCH if is_believed(cache_dir, address) else _FORGEABLE,
            )
        return fetch(address, environ, place, token)

    return read


def fetch(
    address: PolicyAddress, environ: Mapping[str, str], cache_dir: Path | None, token: str = ""
) -> bytes:
    """Asks GitHub, keeps the answer, and gives it. Raises PregateError."""
    from pregate.config.extending import LIMIT, blob_id, digest_of
    from pregate.github.policy_file import PUBLIC_API, fetch_policy

    api_url = environ.get("GITHUB_API_URL") or PUBLIC_API
    token = token or environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or ""
    data, blob = fetch_policy(address, api_url, token, LIMIT)
    if blob_id(data) != blob:
        raise GitHubError(f"GitHub's answer for {address.name} is not whole", "Run it again.")
    # What is not the pinned file is not kept; whoever asked tells what it is instead.
    if not address.digest or digest_of(data) == address.digest:
        _keep(cache_dir, address, blob, data)
    return data


def _place(cache_dir: Path, address: PolicyAddress) -> Path:
    from pregate.config.extending import digest_of

    return cache_dir / _FOLDER / f"{digest_of(str(address).encode())[:40]}.toml"


def _kept(cache_dir: Path | None, address: PolicyAddress) -> bytes | None:
    """The content that was kept, if it is what the pin says; anything else counts as absent."""
    if cache_dir is None:
        return None
    from pregate.cache import is_ours
    from pregate.config.extending import LIMIT, blob_id, digest_of

    path = _place(cache_dir, address)
    if not is_believed(cache_dir, address):
        return None
    try:
        if not (is_ours(cache_dir) and is_ours(path.parent) and is_ours(path)) or path.is_symlink():
            return None
        with path.open("rb") as file:
            line, _, data = file.read(LIMIT + 100).partition(b"\n")
    except OSError:
        return None
    if address.digest:
        is_it = digest_of(data) == address.digest
    else:
        is_it = line.decode("ascii", "replace") == blob_id(data)
    if not is_it:
        _log.warning("what the cache holds of %s is damaged and is not used", address.name)
    return data if is_it else None


def is_believed(cache_dir: Path | None, address: PolicyAddress) -> bool:
    """Whether what a cache folder holds for that address can be told from what somebody else put there."""
    if cache_dir is None or address.digest:
        return True
    from pregate.cache.trust import in_checkout

    return not in_checkout(cache_dir)


def _keep(cache_dir: Path | None, address: PolicyAddress, blob: str, data: bytes) -> None:
    """Keeps the content; failing to is no error."""
    if cache_dir is None:
        return
    from pregate.cache import is_ours

    path = _place(cache_dir, address)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not is_ours(cache_dir) or not is_ours(path.parent):
            return
        import tempfile

        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(blob.encode() + b"\n" + data)
                file.close()
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)  # it is gone where it was moved
    except OSError as error:
        _log.debug("the policy is not kept: %s", error.strerror)
