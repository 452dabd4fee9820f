"""
What a local database says of itself: kept with what was remembered of its answers, so that it is told again
without being opened.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.advisories.age import Age, days_since
from pregate.errors import AdvisoryError
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.advisories.contents import Contents


@dataclass(frozen=True, slots=True)
class IndexTold:
    """
    Of an index: the ``names`` of its databases, which of them was imported least recently (``oldest``, from
    ``place``, at ``imported`` in seconds since the epoch), how many records there are, and when the newest
    was modified. ``names`` is ``""`` for one without databases.
    """

    names: str
    oldest: str
    place: str
    imported: float
    records: int
    newest: str

    def describe(self, path: Path, remark: str, now: float) -> str:
        """The path, how many records of which databases, when they were imported, the newest, the ages."""
        from pregate.advisories.contents import Origin

        remark = f" ({remark})" if remark else ""
        if not self.names:
            return f"OSV index {path}{remark}, empty"
        whole = Origin(self.names, self.place, self.imported, self.records, self.newest)
        return f"OSV index {path}{remark}, {whole.describe(now)}"

    def refuse_old(self, path: Path, max_age: int, now: float) -> None:
        """Raises AdvisoryError where one was imported more than ``max_age`` days ago; 0 allows any."""
        is_fetched = self.place.startswith(("https://", "http://"))
        hint = f"Renew it with: pregate advisories {'fetch' if is_fetched else 'import PATH'} --output {path}"
        newest = f", newest record {self.newest[:10]}"
        what = f"the index of advisories {path} ({self.oldest}{newest})"
        Age(now - self.imported).refuse(what, max_age, hint)

    def dump(self) -> str:
        """The text that :func:`load` turns back."""
        return json.dumps(
            ["index", self.names, self.oldest, self.place, self.imported, self.records, self.newest]
        )


@dataclass(frozen=True, slots=True)
class FolderTold:
    """Of a folder or archive: its records, other JSON files, and the day of the newest record, or ``""``."""

    records: int
    other: int
    newest: str

    def describe(self, path: Path, remark: str, now: float) -> str:
        """The path, how many records there are, the day and age of the newest, how many other JSON files."""
        remark = f" ({remark})" if remark else ""
        other = f", {self.other} other JSON files" if self.other else ""
        age = days_since(self.newest, now).words
        newest = f"{self.newest} ({age} ago)" if self.newest else "undated"
        return f"OSV database {path}{remark}, {self.records} records{other}, newest record {newest}"

    def refuse_old(self, path: Path, max_age: int, now: float) -> None:
        """Raises AdvisoryError where the newest record is more than ``max_age`` days old; 0 allows any."""
        if not max_age:
            return
        hint = "Fetch the database again, or allow an older one with advisories.max-age."
        if not self.newest:
            raise AdvisoryError(f"the age of {path} is not known: its records are undated", hint)
        days_since(self.newest, now).refuse(f"the newest record of {path}", max_age, hint)

    def dump(self) -> str:
        """The text that :func:`load` turns back."""
        return json.dumps(["folder", self.records, self.other, self.newest])


def of_index(contents: Contents) -> IndexTold:
    """What an index with these contents says."""
    origins = contents.origins
    oldest = min(origins, key=lambda o: o.imported, default=None)
    names = ", ".join(o.name for o in origins[:5]) + (" and more" if len(origins) > 5 else "")
    if oldest is None:
        return IndexTold("", "", "", 0.0, contents.records, contents.newest)
    return IndexTold(names, oldest.name, oldest.place, oldest.imported, contents.records, contents.newest)


def load(text: str) -> IndexTold | FolderTold:
    """The inverse of ``dump``; ValueError for anything else."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("nothing that a database says") from None
    match value:
        case [
            "index",
            str(names),
            str(oldest),
            str(place),
            int() | float() as imported,
            int(records),
            str(newest),
        ]:
            return IndexTold(names, oldest, place, imported, records, newest)
        case ["folder", int(records), int(other), str(newest)]:
            return FolderTold(records, other, newest)
    raise ValueError("nothing that a database says")
