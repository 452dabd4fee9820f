"""What the action leaves behind: log, annotations, job summary, report files, outputs."""

from __future__ import annotations

import os
import stat
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry.inputs import OUTPUTS, Inputs
from pregate.errors import PregateError, UsageError
from pregate.github.commands import Log, append_output, append_summary
from pregate.model import Decision, Severity, State, Verdict

if TYPE_CHECKING:
    from pregate.pipeline import Result

REPORTS = (("sarif", "pregate.sarif"), ("json", "pregate.json"))
_SEVERITIES = tuple(severity.word for severity in Severity)


def report_nothing(reason: str, inputs: Inputs, environ: Mapping[str, str], log: Log) -> int:
    """Says that there was nothing to scan and why, wherever a verdict would be told; gives the exit code."""
    from pregate.report.markdown import escape

    log.annotate("notice", reason, {"title": "pregate: nothing to scan"})
    if inputs.flag("summary", default=True):
        _write_summary(environ, f"### pregate: nothing to scan\n\n{escape(reason)}\n", log)
    counts = dict.fromkeys((*_SEVERITIES, "new", "failing", "pre-existing", "suppressed"), "0")
    write_outputs(environ, {**counts, "verdict": Decision.PASSED.value, "reason": reason, "exit-code": "0"})
    return 0


def publish(result: Result, inputs: Inputs, environ: Mapping[str, str], workspace: Path, log: Log) -> None:
    """Log, annotations, job summary, report files and outputs of a run, in this order."""
    from pregate.report import FORMATS
    from pregate.report.annotations import select

    verdict = result.verdict
    log.foreign(FORMATS["console"](verdict, result.rules).rstrip("\n"))
    if inputs.flag("annotations", default=True):
        chosen = select(verdict)
        for annotation in chosen.shown:
            log.annotate(annotation.kind, annotation.message, dict(annotation.properties))
        if chosen.remainder:
            log.line(
                f"pregate: {chosen.remainder} more are not annotated: GitHub shows 10 of each kind for a step"
            )
    if inputs.flag("summary", default=True):
        _write_summary(environ, FORMATS["markdown"](verdict, result.rules), log)
    folder = _report_folder(workspace, inputs.text("output-directory", "pregate-reports"))
    paths = {}
    for name, file in REPORTS:
        data = FORMATS[name](verdict, result.rules).encode("utf-8", "surrogateescape")
        paths[name] = _write_report(folder / file, data, workspace)
    write_outputs(environ, outputs_of(verdict) | paths)


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
        "pre-existing": str(states[State.PRE_EXISTING]),
        "suppressed": str(states[State.SUPPRESSED]),
        **{word: str(severities[word]) for word in _SEVERITIES},
    }


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
            file.write(data)
        Path(file.name).chmod(0o644)
        _give_to_owner(Path(file.name), workspace)
        Path(file.name).replace(path)
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
