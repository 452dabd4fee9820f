"""Tables of what the ecosystems' own tools answered: a comment with the tool, then three texts in a line."""

from __future__ import annotations

from pathlib import Path


def rows(path: Path) -> list[tuple[str, str, str]]:
    """The rows of one table."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        first, second, answer = line.split("\t")
        found.append((first, second, answer))
    return found


def ecosystem(path: Path) -> str:
    """The ecosystem that the table's first line names."""
    return path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").partition(":")[0]
