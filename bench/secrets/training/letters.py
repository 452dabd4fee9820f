"""
Counts which letters follow which in names and words, for ``src/pregate/secrets/generic/letters.bin``.

    python -m bench.secrets.training.letters FOLDER... > src/pregate/secrets/generic/letters.bin

Reads source text under the folders, takes the words of its names (``camelCase`` and ``snake_case`` apart),
and writes 27 x 27 x 27 bytes: for the two letters before (0 is the edge of a word, 1 is ``a``) and the next
one, sixteenths of a bit by which that letter is likelier than in random letters, plus 128.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SUFFIXES = frozenset((".py", ".js", ".ts", ".java", ".go", ".rb", ".php", ".c", ".h", ".md", ".rst", ".txt"))
LEAST_FILES = 3
STEPS = 16
EDGE = 0
SYMBOLS = 27
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PRIOR = 6.0


def words(folders: Iterable[str]) -> Counter[str]:
    """In how many files each word stands, of those that at least three files have."""
    counts: Counter[str] = Counter()
    for path in _files(folders):
        text = path.read_text("utf-8", "replace")
        counts.update({word.lower() for word in _WORD.findall(text)})
    return Counter({word: n for word, n in counts.items() if n >= LEAST_FILES and len(word) > 1})


def _files(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file() and path.stat().st_size < 1_000_000:
                yield path


def table(counts: Counter[str]) -> bytes:
    """The bytes of the model for words and their numbers of files."""
    three: dict[tuple[int, int, int], float] = defaultdict(float)
    for word, number in counts.items():
        codes = [EDGE, EDGE, *(ord(letter) - 96 for letter in word), EDGE]
        weight = 1 + math.log2(number)
        for at in range(len(codes) - 2):
            three[codes[at], codes[at + 1], codes[at + 2]] += weight
    two: dict[tuple[int, int], float] = defaultdict(float)
    one: dict[int, float] = defaultdict(float)
    for (_, b, c), weight in three.items():
        two[b, c] += weight
        one[c] += weight
    return bytes(_byte(three, two, one, a, b, c) for a in range(27) for b in range(27) for c in range(27))


def _byte(
    three: Mapping[tuple[int, int, int], float],
    two: Mapping[tuple[int, int], float],
    one: Mapping[int, float],
    *codes: int,
) -> int:
    a, b, c = codes
    least = one.get(c, 0.0) / sum(one.values())
    after = sum(two.get((b, x), 0.0) for x in range(SYMBOLS))
    less = (two.get((b, c), 0.0) + _PRIOR * least) / (after + _PRIOR)
    both = sum(three.get((a, b, x), 0.0) for x in range(SYMBOLS))
    likely = (three.get((a, b, c), 0.0) + _PRIOR * less) / (both + _PRIOR)
    bits = math.log2(likely * SYMBOLS)
    return max(0, min(255, round(bits * STEPS) + 128))


if __name__ == "__main__":
    sys.stdout.buffer.write(table(words(sys.argv[1:])))
