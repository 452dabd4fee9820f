"""A piece of the labelled set: a file, and which of its lines are secret."""

from __future__ import annotations

from dataclasses import dataclass

BEGIN, END = "\u27e6", "\u27e7"  # around a secret in a text that is being made: ⟦ ⟧


@dataclass(frozen=True, slots=True)
class Sample:
    """
    ``spans`` are the secrets, each the first and last line, from 1; none in a negative file. ``kind`` is that
    of the secret or the class of the negatives; ``encoding`` how the text is written.
    """

    path: str
    text: str
    kind: str
    family: str
    syntax: str
    spans: tuple[tuple[int, int], ...] = ()
    encoding: str = "utf-8"


def marked(path: str, text: str, kind: str, family: str, syntax: str, encoding: str = "utf-8") -> Sample:
    """A sample of a text in which secrets stand between :data:`BEGIN` and :data:`END`."""
    spans, first = [], 0
    for number, line in enumerate(text.split("\n"), start=1):
        for character in line:
            if character == BEGIN:
                first = number
            elif character == END:
                spans.append((first, number))
    clean = text.replace(BEGIN, "").replace(END, "")
    return Sample(path, clean, kind, family, syntax, tuple(dict.fromkeys(spans)), encoding)
