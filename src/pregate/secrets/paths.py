"""
The files that detect-secrets leaves out by their name, before it reads them.

Its default filters ``is_non_text_file``, ``is_lock_file`` and ``is_swagger_file``
(detect_secrets/filters/heuristic.py, 1.5.0), repeated here so that a path can be judged without importing
it; a test compares them with the originals.
"""

from __future__ import annotations

import posixpath

_EXTENSIONS = """
.7z .bin .bmp .bz2 .class .css .dmg .doc .eot .exe .gif .gz .ico .iml .ipr .iws .jar .jpg .jpeg .lock
.map .mo .pdf .png .prefs .psd .rar .realm .s7z .sum .svg .tar .tif .tiff .ttf .webp .woff .xls .xlsx .zip
"""
_LOCK_FILES = """
Brewfile.lock.json Cartfile.resolved composer.lock Gemfile.lock Package.resolved package-lock.json
Podfile.lock yarn.lock Pipfile.lock poetry.lock Cargo.lock packages.lock.json
"""
IGNORED_EXTENSIONS = frozenset(_EXTENSIONS.split())
LOCK_FILES = frozenset(_LOCK_FILES.split())


# What of that is text, and may hold a secret as any other: addresses in lock files, comments in styles.
_TEXT = ".css .iml .ipr .iws .lock .map .prefs .sum .svg"
TEXT_EXTENSIONS = frozenset(_TEXT.split())


def is_read(path: str) -> bool:
    """Whether pregate's own detectors read the file: all but those whose name promises no text."""
    extension = posixpath.splitext(path)[1]
    return extension not in IGNORED_EXTENSIONS or extension in TEXT_EXTENSIONS


def is_scanned(path: str) -> bool:
    """Whether detect-secrets would open the file."""
    name = posixpath.basename(path)
    return (
        posixpath.splitext(path)[1] not in IGNORED_EXTENSIONS
        and name not in LOCK_FILES
        and "swagger" not in path
    )
