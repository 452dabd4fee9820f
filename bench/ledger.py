"""
The last recorded figures of the bench, in ``bench/recorded.json``: each new one is printed beside the old.

A figure is known by a short name such as ``hook.cold``. Ratios of two commands of one run are worth
recording; seconds only as a hint, for they are those of one machine. ``--record`` keeps what was measured.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

RECORDED = Path(__file__).with_name("recorded.json")
NOTICEABLE = 0.10  # less is what two runs of the same thing differ by


class Entry(TypedDict):
    """One recorded figure; ``unit`` is ``x`` (a ratio), ``s``, ``ms``, ``MB/s``, ``MiB`` or ``%``."""

    value: float
    unit: str
    aim: str
    date: str
    python: str


@dataclass
class Ledger:
    """Prints figures beside those of last time; ``close`` writes them when ``record`` is true."""

    record: bool = False
    path: Path = RECORDED
    new: dict[str, Entry] = field(default_factory=dict)

    def figure(
        self, name: str, value: float, unit: str, aim: str = "", higher_is_better: bool = False
    ) -> str:
        """
        Prints a row with the figure, its aim, the recorded one and whether it got worse; gives the row.

        :param aim: such as ``≤ 0.5`` or ``≥ 20``, as the row shows it
        """
        old = self.recorded().get(name)
        beside = _beside(value, old, higher_is_better)
        row = f"{name:<44} {_short(value):>10} {unit:<5} {aim:>10}  {beside}".rstrip()
        print(row, flush=True)
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        self.new[name] = Entry(
            value=float(f"{value:.4g}"), unit=unit, aim=aim, date=today, python=platform.python_version()
        )
        return row

    def recorded(self) -> dict[str, Entry]:
        """What the file says; empty when there is none."""
        if not self.path.exists():
            return {}
        entries: dict[str, Entry] = json.loads(self.path.read_text(encoding="utf-8"))
        return entries

    def close(self) -> None:
        """Adds the new figures to the file, sorted by name, if they are to be recorded."""
        if self.record and self.new:
            entries = dict(sorted({**self.recorded(), **self.new}.items()))
            self.path.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def with_record(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Adds ``--record``."""
    parser.add_argument("--record", action="store_true", help="keep the figures in bench/recorded.json")
    return parser


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _beside(value: float, old: Entry | None, higher_is_better: bool) -> str:
    if old is None:
        return "not recorded before"
    text = f"{_short(old['value'])} on {old['date']}"
    if not old["value"]:
        return text
    change = value / old["value"] - 1
    if abs(change) < NOTICEABLE:
        return text
    worse = (change < 0) == higher_is_better
    return f"{text}: {abs(change):.0%} {'WORSE' if worse else 'better'}"
