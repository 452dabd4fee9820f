"""
The tree that the fixtures in ``data`` speak of.

``data/real`` are documents of real runs over this tree (Bandit, Checkov, cfn-lint, ESLint with
Microsoft's formatter, hadolint, Semgrep, zizmor), as they were written but for the folder's name.
``data/made`` are written by hand after what their producers document and write: nobody ran them.
``@@MARKED@@`` in them stands for a value that is made up when a test runs.
"""

from __future__ import annotations

from pathlib import Path

from tests.intake import sample_text

DATA = Path(__file__).parent / "data"
REAL = tuple(sorted((DATA / "real").glob("*.sarif")))
MADE = tuple(sorted((DATA / "made").glob("*.sarif")))
MARKED = "q7Zk" + "39Xw" * 3 + "vT2m"
"""Stands for a secret."""

FILES: dict[str, str] = {**sample_text.FILES, "app/settings.py": f'DEBUG = True\nTOKEN = "{MARKED}"\n'}


def document(path: Path) -> bytes:
    """A fixture's bytes, with a value in the places marked for one."""
    return path.read_bytes().replace(b"@@MARKED@@", MARKED.encode())


def texts(path: str) -> bytes | None:
    """The files of the tree, as :func:`pregate.intake.read_sarif` wants them."""
    found = FILES.get(path)
    return None if found is None else found.encode()
