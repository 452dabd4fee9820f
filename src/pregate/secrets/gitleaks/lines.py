"""On which line an entry of a ``.gitleaks.toml`` begins; worked out once something is wrong with one."""

from __future__ import annotations


class Places:
    """The places of the entries of one file."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def line(self, kind: str, index: int) -> int:
        """The line, from 1, of the entry with that index below a key of the top level; 0: not known."""
        from pregate.positions.nodes import Array, Lines, PositionError
        from pregate.positions.toml_text import parse_toml

        try:
            text = self._data.decode("utf-8-sig")
            top = parse_toml(text)
        except (UnicodeDecodeError, PositionError, RecursionError):
            return 0
        for key, value in top.members:
            if key.text.lower() == kind:
                rows = value.items if isinstance(value, Array) else ()
                return Lines(text).place(rows[index].start if index < len(rows) else key.start)[0]
        return 0
