"""
The OSV API: https://google.github.io/osv.dev/post-v1-querybatch/ and
https://google.github.io/osv.dev/get-v1-vulns/.

A batch asks about up to a thousand packages and answers with ids and times; each record is then fetched once
and kept.
"""

from __future__ import annotations

import datetime
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pregate.advisories.store import RecordStore
from pregate.advisories.transport import HINT, Limits, Transport
from pregate.errors import AdvisoryError
from pregate.lockfiles.ecosystems import ECOSYSTEMS, GO, normalised
from pregate.lockfiles.model import Advisory, Package
from pregate.lockfiles.osv import MalformedRecordError, is_advisory_id, parse_advisory
from pregate.lockfiles.versions import parse_version, without_local

BATCH = 1000
MAX_PAGES = 100
MAX_RECORDS = 200_000
WORKERS = 8
WEEK = 7 * 24 * 3600

_Query = dict[str, Any]


class OsvApi:
    """OSV's service, or one that speaks the same language at ``url``."""

    def __init__(
        self,
        url: str = "https://api.osv.dev",
        cache_dir: Path | None = None,
        max_age: float = WEEK,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        store: RecordStore | None = None,
    ) -> None:
        self._transport = Transport(url, limits, sleep)
        self._store = store or (RecordStore(cache_dir, max_age) if cache_dir else None)
        self._asked = ""
        self._left_out: Counter[str] = Counter()

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        """
        Advisories that name each package; the service leaves out those that its version is not affected by.
        """
        found: list[dict[str, str]] = [{} for _ in packages]
        known = [i for i, p in enumerate(packages) if self.covers(p.ecosystem)]
        for start in range(0, len(known), BATCH):
            some = known[start : start + BATCH]
            self._ask([packages[i] for i in some], [found[i] for i in some])
        self._left_out = Counter(p.ecosystem for p in packages if not self.covers(p.ecosystem))
        wanted = {identifier: modified for ids in found for identifier, modified in ids.items()}
        if len(wanted) > MAX_RECORDS:
            raise AdvisoryError(f"{self._transport.host} names more than {MAX_RECORDS} advisories", HINT)
        records = self._records(wanted)
        self._asked = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
        return tuple(tuple(records[i] for i in sorted(ids)) for ids in found)

    def covers(self, ecosystem: str) -> bool:
        """
        Whether OSV has a name for the ecosystem: it refuses a whole batch for one that it does not know.
        """
        known = ECOSYSTEMS.get(ecosystem.partition(":")[0])
        return known is not None and known.is_in_osv

    def describe(self) -> str:
        """The service, when it was asked, and how many packages it was not asked about."""
        asked = f", asked {self._asked}" if self._asked else ""
        left = self._left_out
        names = ", ".join(sorted(left)[:5])
        what = f"{left.total()} package{'s' if left.total() > 1 else ''} of {names}"
        verb = "are" if left.total() > 1 else "is"
        remark = f"; {what} {verb} not covered by OSV" if left else ""
        return f"OSV service {self._transport.host}{asked}{remark}"

    def _ask(self, packages: Sequence[Package], found: Sequence[dict[str, str]]) -> None:
        """Fills ``found`` with ids and times of modification, page after page."""
        waiting: list[tuple[int, _Query]] = [(i, _query(p)) for i, p in enumerate(packages)]
        for _ in range(MAX_PAGES):
            answer = self._transport.post("/v1/querybatch", {"queries": [query for _, query in waiting]})
            results = answer.get("results") if isinstance(answer, dict) else None
            if not isinstance(results, list) or len(results) != len(waiting):
                raise self._nonsense("other than one result for each package")
            more: list[tuple[int, _Query]] = []
            for (index, query), result in zip(waiting, results, strict=True):
                found[index].update(self._identifiers(result))
                token = result.get("next_page_token") if isinstance(result, dict) else None
                if token:
                    more.append((index, {**query, "page_token": token}))
            if not more:
                return
            waiting = more
        raise self._nonsense(f"more than {MAX_PAGES} pages")

    def _identifiers(self, result: object) -> Iterator[tuple[str, str]]:
        vulns = (result.get("vulns") or []) if isinstance(result, dict) else None
        if not isinstance(vulns, list):
            raise self._nonsense("a result that is no object")
        for item in vulns:
            identifier = item.get("id") if isinstance(item, dict) else None
            if not is_advisory_id(identifier):
                raise self._nonsense("an advisory without a usable id")
            modified = item.get("modified", "")
            yield str(identifier), modified if isinstance(modified, str) else ""

    def _records(self, wanted: dict[str, str]) -> dict[str, Advisory]:
        """Every record, from the store or the service; the first failure ends it all."""
        records = {i: a for i, m in wanted.items() if self._store and (a := self._store.load(i, m))}
        missing = sorted(set(wanted) - set(records))
        if not missing:
            return records
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(max_workers=min(WORKERS, len(missing)))
        is_awaited = True
        try:
            records.update(zip(missing, pool.map(lambda i: self._fetch(i, wanted[i]), missing), strict=True))
        except KeyboardInterrupt:
            is_awaited = False
            raise
        finally:
            pool.shutdown(wait=is_awaited, cancel_futures=True)
        if self._store:
            self._store.prune()
        return records

    def _fetch(self, identifier: str, modified: str) -> Advisory:
        record = self._transport.get(f"/v1/vulns/{quote(identifier, safe='')}")
        try:
            advisory = parse_advisory(record)
        except MalformedRecordError as error:
            raise self._nonsense(f"a record that is none: {identifier}: {error}") from None
        if advisory.id != identifier:
            raise self._nonsense(f"another record than {identifier}")
        if self._store:
            self._store.save(identifier, modified, record)
        return advisory

    def _nonsense(self, what: str) -> AdvisoryError:
        return AdvisoryError(f"{self._transport.host} answers with {what}", HINT)


def _query(package: Package) -> _Query:
    """
    The question about one package.

    A version that its ecosystem does not know is left out, so that every advisory of the package comes back
    and the check can say that it could not compare.
    """
    name = normalised(package.ecosystem.partition(":")[0], package.name)
    query: _Query = {"package": {"ecosystem": package.ecosystem, "name": name}}
    if parse_version(package.ecosystem, package.version) is not None:
        version = without_local(package.ecosystem, package.version)
        # Records of Go hold versions as semver writes them, and so does the service.
        query["version"] = version.removeprefix("v") if package.ecosystem == GO else version
    return query
