"""Git's part of a command: what it asks of git is written down once, then asked again by a shell alone."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_RECORDER = """\
#!/bin/sh
call=$(mktemp {folder}/call.XXXXXX)
if [ -p /dev/stdin ]; then
  printf '%s\\0' "$@" >"$call.piped"
  tee "$call.stdin" | {git} "$@"
else
  printf '%s\\0' "$@" >"$call.plain"
  exec {git} "$@"
fi
"""


def replay(command: Sequence[str], tree: Path, folder: Path) -> Path:
    """
    A shell script that runs every git of ``command`` again, with the same standard input, one after another.

    They are found because ``command`` gets a ``git`` of ours on its PATH; ``folder`` is for what it writes.
    """
    real = shutil.which("git")
    assert real, "git is not on the PATH"
    folder.mkdir()
    recorder = folder / "git"
    recorder.write_text(_RECORDER.format(folder=shlex.quote(str(folder)), git=shlex.quote(real)))
    recorder.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    subprocess.run(command, cwd=tree, env=environment, check=True, capture_output=True)
    script = folder / "replay.sh"
    script.write_text("".join(_line(real, call) for call in sorted(folder.glob("call.*.p*"))))
    return script


def _line(git: str, call: Path) -> str:
    words = shlex.join([git, *call.read_text().split("\0")[:-1]])
    given = call.with_suffix(".stdin") if call.suffix == ".piped" else Path(os.devnull)
    return f"{words} <{shlex.quote(str(given))} || :\n"
