"""
What is known of vulnerabilities beyond their advisories: CISA's catalogue of those that are exploited, and
FIRST's scores of how likely that is.

Sources: https://www.cisa.gov/known-exploited-vulnerabilities-catalog (JSON and CSV, with a schema of the
first); https://www.first.org/epss/data_stats (CSV, gzip). Both are files or addresses; a list that is named
and cannot be read is an error, never an empty list.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from pregate.advisories.transport import Limits, Transport
from pregate.errors import AdvisoryError
from pregate.records import dataclass, field

MAX_SIZE = 128 * 1024 * 1024
KEV_HINT = (
    "Give CISA's known_exploited_vulnerabilities.json (or .csv), or its address, as dependencies.kev; "
    "or leave the key out."
)
EPSS_HINT = (
    "Give FIRST's epss_scores-current.csv (or .csv.gz), or its address, as dependencies.epss; "
    "or leave the key out."
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SCORE = re.compile(rb"(?:0|1)?(?:\.[0-9]{1,30})?(?:[eE]-[0-9]{1,3})?")
_HEADER = b"cve,epss,percentile"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Exploited:
    """
    CISA's catalogue: by CVE, the day on which it was added, and whether extortion is known. ``released`` is
    the catalogue's own day, ``""`` when it does not tell.
    """

    days: Mapping[str, str] = field(repr=False)
    ransom: frozenset[str] = field(default=frozenset(), repr=False)
    released: str = ""

    def since(self, names: Iterable[str]) -> str:
        """The earliest day for any of the names; ``""`` when none is in the catalogue."""
        return min((self.days[name] for name in names if name in self.days), default="")

    def is_ransom(self, names: Iterable[str]) -> bool:
        """Whether the catalogue tells of campaigns of extortion for any of the names."""
        return any(name in self.ransom for name in names)

    def describe(self) -> str:
        """``CISA KEV of 2026-11-20, 1412 vulnerabilities``."""
        day = f" of {self.released}" if self.released else ""
        number = len(self.days)
        return f"CISA KEV{day}, {number} {'vulnerability' if number == 1 else 'vulnerabilities'}"


@dataclass(frozen=True, slots=True)
class Epss:
    """
    FIRST's scores: by CVE as bytes, the rest of its line. ``scored`` is their day, ``""`` when it is not
    told.
    """

    lines: Mapping[bytes, bytes] = field(repr=False)
    place: str = ""
    scored: str = ""

    def score(self, names: Iterable[str]) -> tuple[float, float] | None:
        """
        Score and percentile, the highest of the names that have one. Raises AdvisoryError for a broken line.
        """
        found = [self._parse(name, line) for name in names if (line := self.lines.get(name.encode()))]
        return max(found, default=None)

    def describe(self) -> str:
        """``EPSS of 2026-11-20, 251000 scores``."""
        day = f" of {self.scored}" if self.scored else ""
        return f"EPSS{day}, {len(self.lines)} scores"

    def _parse(self, name: str, line: bytes) -> tuple[float, float]:
        parts = line.rstrip(b"\r").split(b",")
        if len(parts) != 2 or not all(part and _SCORE.fullmatch(part) for part in parts):
            raise AdvisoryError(f"{self.place}: the line of {name} is malformed", EPSS_HINT)
        try:
            score, percentile = map(float, parts)
        except ValueError:
            raise AdvisoryError(f"{self.place}: the line of {name} is malformed", EPSS_HINT) from None
        if score > 1 or percentile > 1:
            raise AdvisoryError(f"{self.place}: the line of {name} is malformed", EPSS_HINT)
        return score, percentile


def load_exploited(place: str, limits: Limits | None = None) -> Exploited:
    """
    The catalogue at a path or address, in JSON or CSV. Raises AdvisoryError, naming it, when it cannot be
    read or is no such catalogue.
    """
    data = _read(place, KEV_HINT, limits)
    shown = _shown(place)
    try:
        text = data.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            document = json.loads(text)
            rows, released = document["vulnerabilities"], document.get("dateReleased", "")
        else:
            rows, released = list(csv.DictReader(io.StringIO(text))), ""
        days = {_cve(row): _day(row["dateAdded"]) for row in rows}
        ransom = frozenset(_cve(r) for r in rows if r.get("knownRansomwareCampaignUse") == "Known")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, csv.Error):
        raise AdvisoryError(
            f"{shown} is no catalogue of exploited vulnerabilities, or cut short", KEV_HINT
        ) from None
    if not days:
        raise AdvisoryError(f"{shown} names no exploited vulnerability", KEV_HINT)
    return Exploited(
        days, ransom, released[:10] if isinstance(released, str) and _DAY.match(released) else ""
    )


def load_epss(place: str, wanted: Collection[str] | None = None, limits: Limits | None = None) -> Epss:
    """
    The scores at a path or address, of the CVEs in ``wanted`` only when it is given. Raises AdvisoryError,
    naming the file, when it cannot be read or holds something else.

    Lines are split here and read when they are asked for: a quarter of a million of them is what there is.
    """
    data = _read(place, EPSS_HINT, limits)
    shown = _shown(place)
    comment, _, rest = data.partition(b"\n") if data.startswith(b"#") else (b"", b"", data)
    header, _, body = rest.partition(b"\n")
    lines = body.rstrip(b"\n").split(b"\n")
    # Each line is a CVE and two numbers: counted over the whole, since that takes no time.
    whole = body.endswith(b"\n") and body.count(b",") == 2 * len(lines)
    if header.strip() != _HEADER or not whole or body.count(b"CVE-") != len(lines):
        raise AdvisoryError(f"{shown} is no list of EPSS scores, or cut short", EPSS_HINT)
    pairs: Iterable[tuple[bytes, bytes]] = (
        (cve, score) for cve, _, score in (line.partition(b",") for line in lines)
    )
    if wanted is not None:
        names = {name.encode() for name in wanted}
        pairs = (pair for pair in pairs if pair[0] in names)
    day = re.search(rb"score_date:(\d{4}-\d\d-\d\d)", comment[:500])
    return Epss(dict(pairs), shown, day.group(1).decode() if day else "")


class ThreatLists:
    """
    The port ``Threats`` on the lists at two places, each ``""`` for none. They are read when they are first
    asked, so that a run without vulnerable packages does not wait for them. ``offline`` leaves out those at
    an address.
    """

    def __init__(self, kev: str, epss: str, *, offline: bool = False, limits: Limits | None = None) -> None:
        self._skipped = [
            name for name, place in (("CISA KEV", kev), ("EPSS", epss)) if offline and _is_address(place)
        ]
        self._kev = (
            _Lazy(lambda: load_exploited(kev, limits)) if kev and "CISA KEV" not in self._skipped else None
        )
        self._epss = (
            _Lazy(lambda: load_epss(epss, None, limits)) if epss and "EPSS" not in self._skipped else None
        )

    def exploited_since(self, names: Iterable[str]) -> str:
        """As the port says; ``""`` without a catalogue."""
        return self._kev.value().since(names) if self._kev else ""

    def used_for_ransom(self, names: Iterable[str]) -> bool:
        """As the port says; false without a catalogue."""
        return self._kev.value().is_ransom(names) if self._kev else False

    def epss(self, names: Iterable[str]) -> tuple[float, float] | None:
        """As the port says; None without scores."""
        return self._epss.value().score(names) if self._epss else None

    def describe(self) -> str:
        """The lists that were read, and those that were not because the run is offline."""
        read = [lazy.loaded.describe() for lazy in (self._kev, self._epss) if lazy and lazy.loaded]
        return "; ".join((*read, *(f"{name} was not asked: offline" for name in self._skipped)))


class _Lazy:
    """Something that is loaded once, when it is first wanted."""

    def __init__(self, load: Callable[[], Any]) -> None:
        self._load = load
        self.loaded: Any = None

    def value(self) -> Any:
        """What was loaded; raises what loading it raises."""
        if self.loaded is None:
            self.loaded = self._load()
        return self.loaded


def _cve(row: Mapping[str, Any]) -> str:
    name = row["cveID"]
    if not isinstance(name, str) or not name.startswith("CVE-") or len(name) > 40:
        raise ValueError("no CVE")
    return name


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise ValueError("no day")
    return text


def _is_address(place: str) -> bool:
    return place.startswith(("https://", "http://"))


def _shown(place: str) -> str:
    """The place for people: an address without what may be a password in it."""
    if not _is_address(place):
        return place
    scheme, _, rest = place.partition("://")
    return f"{scheme}://{rest.split('?')[0].rpartition('@')[2]}"


def _read(place: str, hint: str, limits: Limits | None) -> bytes:
    """The bytes at a path or address, unpacked if they are gzip's, and bounded either way."""
    if _is_address(place):
        target = io.BytesIO()
        Transport(place, limits or Limits(size=MAX_SIZE), hint=hint).download("", target)
        data = target.getvalue()
    else:
        try:
            with Path(place).open("rb") as file:
                data = file.read(MAX_SIZE + 1)
        except OSError as error:
            raise AdvisoryError(f"{place} cannot be read: {error.strerror}", hint) from None
    if data.startswith(_GZIP):
        data = _unpacked(data, place, hint)
    if len(data) > MAX_SIZE:
        raise AdvisoryError(f"{_shown(place)} is larger than {MAX_SIZE} bytes", hint)
    return data


def _unpacked(data: bytes, place: str, hint: str) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(data, MAX_SIZE + 1)
    except zlib.error:
        raise AdvisoryError(f"{_shown(place)} is damaged: its gzip form cannot be unpacked", hint) from None
    if not unpacker.eof and len(unpacked) <= MAX_SIZE:
        raise AdvisoryError(f"{_shown(place)} is cut short", hint)
    return unpacked
