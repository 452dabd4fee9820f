"""
pregate's detectors as plugins of detect-secrets, for its own command line:

    detect-secrets scan -p "$(python -c 'import pregate.secrets.plugins as p; print(p.__file__)')"

One class for each detector, by its name. Where detect-secrets has a plugin of that name, ours is called
``More…`` and gives only what that one does not see. A plugin is shown one line of a file at a time, so that
what is told by several lines is not found. Interface: ``detect_secrets.plugins.base`` (1.5.0).
"""

from __future__ import annotations

import importlib
from collections.abc import Generator, Iterator
from functools import cache, lru_cache
from typing import Any, ClassVar

from detect_secrets.plugins.base import BasePlugin as _BasePlugin

from pregate.levels import Confidence
from pregate.secrets import about, own
from pregate.secrets.detectors import MODULES

PREFIX = "More"
_LONGEST = 16_384


class _Plugin(_BasePlugin):
    """One detector. What all of them see in a line is worked out once."""

    secret_type = "pregate"  # noqa: S105 - every class has its own
    detector: ClassVar[str] = ""
    beside: ClassVar[str] = ""

    def analyze_line(
        self, filename: str, line: str, line_number: int = 0, context: Any = None, **kwargs: Any
    ) -> set[Any]:
        """The secrets of a line as detect-secrets wants them; the file's name says what it can hold."""
        found: set[Any] = super().analyze_line(filename, line, line_number, context, path=filename, **kwargs)
        return found

    def analyze_string(self, string: str, path: str = "line", **_: Any) -> Generator[str, None, None]:
        """The values of the detector in a line."""
        values = [value for name, value in _values(path, string[:_LONGEST]) if name == self.detector]
        theirs = set(_theirs(self.beside).analyze_string(string)) if values and self.beside else ()
        for value in dict.fromkeys(values):
            if not any(other in value or value in other for other in theirs):
                yield value


@lru_cache(maxsize=1)
def _values(path: str, line: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (secret.detector, secret.value.reveal())
        for secret in own.secrets_in(path, line, (line,))
        if secret.is_value and secret.confidence != Confidence.LOW
    )


@cache
def _theirs(name: str) -> Any:
    return getattr(importlib.import_module(f"detect_secrets.plugins.{MODULES[name]}"), name)()


def _classes() -> Iterator[tuple[str, type[_Plugin]]]:
    taken = {entry.name.lower() for entry in about.entries("detect-secrets").values()}
    for detector, entry in about.entries().items():
        kind = entry.name[0].upper() + entry.name[1:]
        if entry.name.lower() in taken:
            kind = f"{kind} ({'more of it' if detector in MODULES else detector})"
        taken.add(entry.name.lower())
        beside = detector if detector in MODULES else ""
        name = f"{PREFIX}{detector}" if beside else detector
        members = {"secret_type": kind, "detector": detector, "beside": beside, "__doc__": f"{kind}."}
        yield name, type(name, (_Plugin,), members)


globals().update(_classes())
