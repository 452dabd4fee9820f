"""Which findings of another scanner a change introduces: by a report of the base, or by lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pregate.engine.subtract import subtract, touches
from pregate.intake import PLACE, WHOLE_FILE
from pregate.model import Candidate, ChangedFile, ChangeSet, Finding, LineRange


def compare(
    head: Sequence[Finding], base: Sequence[Finding] | None, change: ChangeSet
) -> tuple[Candidate, ...]:
    """
    A candidate for each finding of ``head``, in its order.

    Against ``base``, what the same tool found before the change, a finding is new by the rules of
    :func:`pregate.engine.subtract.subtract`, in renamed files too. Without it (None) it is new where it
    touches lines that the change adds, and in added files; one of a whole file is new where the file changed.
    Where nothing is compared every finding is.
    """
    changed: defaultdict[str, list[ChangedFile]] = defaultdict(list)
    for file in change.files:
        changed[file.path].append(file)
    by_path: defaultdict[str, list[int]] = defaultdict(list)
    for number, finding in enumerate(head):
        by_path[finding.location.path].append(number)
    before: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in base or ():
        before[finding.location.path].append(finding)
    done: dict[int, Candidate] = {}
    for path, numbers in by_path.items():
        mine = [head[n] for n in numbers]
        files = changed.get(path, [])
        added = [lines for file in files for lines in file.added]
        if base is None and change.compared:
            found = _by_lines(mine, files, added)
        else:
            paths = {blob.path for file in files for blob in file.bases} if files else {path}
            found = subtract(mine, [before[p] for p in sorted(paths)], added, change.compared)
        done.update(zip(numbers, found, strict=True))
    return tuple(done[n] for n in range(len(head)))


def _by_lines(
    findings: Iterable[Finding], files: Sequence[ChangedFile], added: Sequence[LineRange]
) -> list[Candidate]:
    is_added = any(not file.bases for file in files)
    made = []
    for finding in findings:
        in_diff = touches(finding, added)
        is_new = is_added or in_diff or (bool(files) and (PLACE, WHOLE_FILE) in finding.properties)
        made.append(Candidate(finding, introduced=is_new, in_diff=in_diff, standing=not is_new))
    return made
