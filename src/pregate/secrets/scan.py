"""
Every secret in one file: by pregate's own detectors, or exactly as detect-secrets finds them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from pregate.secrets.text import decode, split_lines

if TYPE_CHECKING:
    from pregate.secrets.found import Secret
    from pregate.secrets.given import Given

OWN = "pregate"
DETECT_SECRETS = "detect-secrets"


class Scan:
    """
    The lines of a file and the secrets in it, in order of place. Its repr shows neither; it cannot be
    pickled.
    """

    __slots__ = ("lines", "path", "secrets")

    def __init__(self, path: str, lines: Sequence[str], secrets: tuple[Secret, ...]) -> None:
        self.path = path
        self.lines = lines
        self.secrets = secrets

    def __repr__(self) -> str:
        return f"Scan({len(self.secrets)} secrets)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a scan holds secrets: it is not to be stored")


def scan(
    path: str,
    data: bytes,
    disabled: Collection[str] = (),
    engine: str = OWN,
    given: Given | None = None,
) -> Scan:
    """
    The secrets in ``data``, whose path decides how it is read; what ``disabled`` detectors find is in the
    answer all the same, so that it can be masked, and so is what is too doubtful to be reported.

    ``engine`` is :data:`OWN` or :data:`DETECT_SECRETS`; ``given`` is what the repository's own files say.
    Raises ScannerError when detect-secrets is asked for and does not work.
    """
    return _scan(path, data, frozenset(disabled), engine, given)


def scan_for_masking(path: str, data: bytes, engine: str = OWN, given: Given | None = None) -> Scan:
    """
    As :func:`scan`, but where detect-secrets was not needed so far, it is not loaded for a file in which it
    could find nothing. The secrets check does not ask here: that has to tell when detect-secrets is broken.
    """
    if engine == DETECT_SECRETS and (given is None or given.rules is None):
        from pregate.secrets import parity

        text = decode(data)
        lines = split_lines(text)
        if parity.is_without(path, text, lines):
            return Scan(path, lines, ())
    return scan(path, data, engine=engine, given=given)


# The check scans a file, and the masker of the same file asks next.
@lru_cache(maxsize=1)
def _scan(path: str, data: bytes, disabled: frozenset[str], engine: str, given: Given | None) -> Scan:
    text = decode(data)
    lines = split_lines(text)
    if engine == DETECT_SECRETS:
        from pregate.secrets import parity

        found = parity.secrets_in(path, text, lines, disabled)
    else:
        from pregate.secrets import own

        found = own.secrets_in(path, text, lines)
    if given is not None:
        from pregate.secrets import custom
        from pregate.secrets.document import Document

        found = custom.with_given(Document(path, text, lines), found, given, disabled, is_own=engine == OWN)
    return Scan(path, lines, found)
