"""(placeholder)"""

from pathlib import Path

from bench.ledger import Ledger


def measure(ledger: Ledger, folder: Path, rounds: int) -> None:
    """Nothing yet."""
