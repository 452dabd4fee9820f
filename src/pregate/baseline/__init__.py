"""
The baseline: what was there when the gate was put up, one finding a line in ``.pregate/baseline.jsonl``.

The file is sorted and holds neither line numbers nor times, so that two branches which change it merge
without a conflict (``.pregate/.gitattributes`` has git unite the lines of both) and its history shows what
was mended. No scan writes it.
"""

from pregate.baseline.entries import (
    PATH,
    entries_of,
    growth,
    parse_baseline,
    refreshed,
    render_baseline,
)

__all__ = ["PATH", "entries_of", "growth", "parse_baseline", "refreshed", "render_baseline"]
