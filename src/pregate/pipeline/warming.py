"""Results of one shard of a change set, put into the cache for a later run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pregate.checks import Ports
from pregate.config import CHECKS
from pregate.pipeline import Request, open_cache, open_case, with_records
from pregate.pipeline.judging import SECRETS, build_of, given_of
from pregate.pipeline.silence import Silent
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.engine.ports import Progress, Shard


def warm(request: Request, shard: Shard, progress: Progress | None = None) -> tuple[int, int]:
    """
    Analyses one shard of a change set into the cache of the request: how many versions of files, of how many.
    Nothing is judged, and no service asked.

    Raises as :func:`pregate.pipeline.run`.
    """
    with open_case(request) as opened, open_cache(opened.request) as cache:
        case, _ = with_records(opened)
        config = case.config
        names = [name for name in CHECKS if name in config.checks]
        given, lost = given_of(config, case.change, case.contents) if SECRETS in names else (None, {})
        build = build_of(case, [name for name in names if name not in lost], cache, given)
        checks, _ = build.each(Ports())
        build = replace(build, names=tuple(check.name for check in checks), keeps=True)
        return build.scan(case, checks, cache, progress or Silent()).warm(shard)
