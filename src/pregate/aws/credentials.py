"""
Whether there are AWS credentials here, found out without boto3 where that is possible: importing it takes
most of a second.

Sources, in boto3's order (Boto3 documentation, "Credentials"): environment variables, a web identity token,
the shared files with a profile, the container's and the instance's metadata services. The last two cannot be
seen without asking; the container's is announced by a variable, the instance's is only used when
``AWS_PROFILE`` or a file says so, never by guessing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pregate.records import dataclass

_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
)
_FILES = (
    ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
    ("AWS_CONFIG_FILE", ".aws/config"),
)
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Account:
    """
    What is known of the account to call before it is called. ``source`` says where the credentials are, for
    messages.
    """

    region: str
    source: str


def find_credentials(environ: Mapping[str, str], region: str = "") -> Account | None:
    """
    The region to call and where credentials seem to be; None when there obviously are none.

    Their presence is no promise that they work. ``region`` (``iam.region``) overrules ``AWS_REGION`` and
    ``AWS_DEFAULT_REGION``; without any, the profile decides, or us-east-1: ValidatePolicy answers the same
    everywhere.
    """
    where = region or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""
    for name in _VARIABLES:
        if environ.get(name):
            return Account(where, f"the environment variable {name}")
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    for name, default in _FILES:
        written = environ.get(name)
        path = Path(written) if written else Path(home) / default if home else None
        if path and path.is_file():
            return Account(where, f"the file {path}")
    return None
