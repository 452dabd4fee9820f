"""What the action leaves behind: log, annotations, job summary, report files, outputs."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate.entry.inputs import OUTPUTS, Inputs
from pregate.errors import PregateError, UsageError
from pregate.github.commands import Log, append_output, append_summary
from pregate.model import Decision, Judged, Place, Rule, Severity, State, Verdict
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.pipeline import Result
    from pregate.report.origin import Origin

REPORTS = (("sarif", "pregate.sarif"), ("json", "pregate.json"), ("html", "pregate.html"))
_SEVERITIES = tuple(severity.word for severity in Severity)
_COUNTS = (*_SEVERITIES, "new", "failing", "total", "pre-existing", "suppressed")
_NUMBERS = frozenset((*_COUNTS, "exit-code"))


def report_nothing(
    reason: str, inputs: Inputs, environ: Mapping[str, str], log: Log, *, to_do: str = "scan"
) -> int:
    """
    Says that there was nothing to scan (or ``to_do``) and why, wherever a verdict would be told; gives the
    exit code. Only where there was nothing to scan is that a verdict.
    """
    from pregate.report.markdown import escape

    title = f"pregate: nothing to {to_do}"
    log.annotate("notice", reason, {"title": title})
    if inputs.flag("summary", default=True):
        _write_summary(environ, f"### {title}\n\n{escape(reason)}\n", log)
    judged = dict.fromkeys(_COUNTS, "0") | {"verdict": Decision.PASSED.value} if to_do == "scan" else {}
    outputs = {**judged, "reason": reason, "exit-code": "0"}
    write_outputs(environ, outputs | {"result": result_output(outputs, None)})
    return 0


def write_error(environ: Mapping[str, str], reason: str, exit_code: int) -> None:
    """The outputs of a run without a verdict: no counts, which would read as though nothing was found."""
    outputs = {"verdict": "error", "reason": reason, "exit-code": str(exit_code)}
    write_outputs(environ, outputs | {"result": result_output(outputs, None)})


def print_report(result: Result, log: Log) -> None:
    """The report for people, in the log."""
    from pregate.report import FORMATS

    log.foreign(FORMATS["console"](result.verdict, result.rules).rstrip("\n"))


def annotate(verdict: Verdict, places: Mapping[str, Place], told: Collection[str], log: Log) -> None:
    """
    Marks findings in the diff, on the lines of ``places`` where they are known.

    Those with a fingerprint in ``told`` have a remark there already.
    """
    from pregate.report.annotations import select

    untold = tuple(j for j in verdict.findings if j.finding.fingerprint not in told)
    chosen = select(at_places(replace(verdict, findings=untold), places))
    for annotation in chosen.shown:
        log.annotate(annotation.kind, annotation.message, dict(annotation.properties))
    if chosen.remainder:
        log.line(
            f"pregate: {chosen.remainder} more are not annotated: GitHub shows 10 of each kind for a step"
        )


def at_places(verdict: Verdict, places: Mapping[str, Place]) -> Verdict:
    """The verdict with findings on the lines of their places; a report of the judged commit needs no such."""

    def moved(judged: Judged) -> Judged:
        finding = judged.finding
        place = places.get(finding.fingerprint) if not finding.commit else None
        if place is None:
            return judged
        spot = replace(finding.location, start_line=place.lines.start, end_line=place.lines.end)
        return replace(judged, finding=replace(finding, location=spot))

    return replace(verdict, findings=tuple(map(moved, verdict.findings)))


def write_summary(
    verdict: Verdict,
    rules: Sequence[Rule],
    links: Mapping[tuple[str, str], str],
    environ: Mapping[str, str],
    log: Log,
    note: str = "",
) -> None:
    """The job summary."""
    from pregate.report.summary import View, render

    _write_summary(environ, render(verdict, rules, view=View(links, note=note)), log)


def render_reports(result: Result, origin: Origin | None) -> dict[str, bytes]:
    """The report files' contents, by format."""
    from pregate.report import FORMATS
    from pregate.report.json_report import render as render_json

    texts = {
        "sarif": FORMATS["sarif"](result.verdict, result.rules),
        "json": render_json(result.verdict, result.rules, origin),
        "html": FORMATS["html"](result.verdict, result.rules),
    }
    return {name: text.encode("utf-8", "surrogateescape") for name, text in texts.items()}


def write_reports(files: Mapping[str, bytes], inputs: Inputs, workspace: Path) -> dict[str, str]:
    """Writes the report files; gives their outputs, paths relative to the workspace."""
    folder = _report_folder(workspace, inputs.text("output-directory", "pregate-reports"))
    return {name: _write_report(folder / file, files[name], workspace) for name, file in REPORTS}


def outputs_of(verdict: Verdict) -> dict[str, str]:
    """The outputs that follow from a verdict."""
    states = Counter(judged.state for judged in verdict.findings)
    introduced = verdict.select(State.NEW, State.BELOW_THRESHOLD)
    severities = Counter(finding.severity.word for finding in introduced)
    return {
        "verdict": verdict.decision.value,
        "reason": "\n".join(verdict.reasons),
        "exit-code": str(verdict.decision.exit_code),
        "new": str(len(introduced)),
        "failing": str(states[State.NEW] if verdict.fail_on != "none" else 0),
        "total": str(len(verdict.findings)),
        "pre-existing": str(states[State.PRE_EXISTING]),
        "suppressed": str(states[State.SUPPRESSED]),
        **{word: str(severities[word]) for word in _SEVERITIES},
    }


def result_output(outputs: Mapping[str, str], verdict: Verdict | None) -> str:
    """The outputs as one JSON object, numbers as numbers, with ``checks``: counts by state and severity."""
    value: dict[str, Any] = {name: int(v) if name in _NUMBERS else v for name, v in outputs.items()}
    value["checks"] = _counts_by_check(verdict) if verdict else {}
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _counts_by_check(verdict: Verdict) -> dict[str, dict[str, dict[str, int]]]:
    """Findings by check, state and severity; what is not named is zero."""
    counts: dict[str, dict[str, dict[str, int]]] = {s.check: {} for s in verdict.checks}
    for judged in verdict.findings:
        states = counts.setdefault(judged.finding.rule.check, {})
        severities = states.setdefault(judged.state.value, {})
        word = judged.finding.severity.word
        severities[word] = severities.get(word, 0) + 1
    return counts


def write_outputs(environ: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Sets those outputs of the step that ``values`` holds."""
    file = environ.get("GITHUB_OUTPUT")
    if file:
        for name in OUTPUTS:
            if name in values:
                append_output(Path(file), name, values[name])


def _write_summary(environ: Mapping[str, str], markdown: str, log: Log) -> None:
    file = environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    if not append_summary(Path(file), markdown):
        log.annotate("warning", "The job summary was cut: it holds 1 MiB. The reports hold everything.")


def _report_folder(workspace: Path, name: str) -> Path:
    """
    The folder for reports, made. It must be in the workspace and lead through no symbolic link, which the
    scanned tree may hold: the action runs as root in its container.
    """
    parts = Path(name).parts
    if Path(name).is_absolute() or ".." in parts or not parts or ".git" in parts:
        raise UsageError(
            "the input output-directory leaves the workspace", "Name a folder in it, such as pregate-reports."
        )
    try:
        return _make_folders(workspace, parts)
    except NotADirectoryError:
        raise UsageError(
            f"the report folder {name} is not a folder in this checkout", "Set output-directory to another."
        ) from None
    except OSError as error:
        raise PregateError(
            f"cannot make the report folder: {error.strerror}", "Set output-directory to another folder."
        ) from None


def _make_folders(workspace: Path, parts: tuple[str, ...]) -> Path:
    folder = workspace
    for part in parts:
        folder /= part
        try:
            kind = folder.lstat().st_mode
        except FileNotFoundError:
            folder.mkdir(mode=0o755)
            _give_to_owner(folder, workspace)
        else:
            if not stat.S_ISDIR(kind):
                raise NotADirectoryError
    return folder


def _write_report(path: Path, data: bytes, workspace: Path) -> str:
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".pregate-", delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(data)
                file.close()
                temporary.chmod(0o644)
                _give_to_owner(temporary, workspace)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)  # it is gone where it was moved
    except OSError as error:
        raise PregateError(
            f"cannot write {path.name}: {error.strerror}", "Set output-directory to another folder."
        ) from None
    return path.relative_to(workspace).as_posix()


def _give_to_owner(path: Path, workspace: Path) -> None:
    """
    In a container we are root and the workspace is not ours: a self-hosted runner could not clean it up.
    """
    if os.geteuid() == 0:
        owner = workspace.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
