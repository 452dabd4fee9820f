"""
Renders docs/screenshot.svg: the demo's scan run in a real pseudo-terminal, its output drawn by rich.

``python -m tests.tools.render_screenshot``; needs what ``make demo`` needs.
"""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COLUMNS = 112


def in_a_terminal(command: list[str]) -> str:
    """What a command writes when its output is a terminal."""
    main, side = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(command, stdout=side, stderr=side, env=environment, cwd=ROOT)
    os.close(side)
    written = bytearray()
    while True:
        try:
            data = os.read(main, 65536)
        except OSError:  # Linux' word for the end of a terminal
            break
        if not data:
            break
        written += data
    process.wait()
    return written.decode().replace("\r\n", "\n")


def main() -> int:
    """Runs the demo and writes the picture."""
    from rich.console import Console
    from rich.text import Text

    with tempfile.TemporaryDirectory() as folder:
        text = in_a_terminal([sys.executable, "examples/demo/run.py", folder])
        text = text.split("\nThe gate's exit code")[0]
    text = re.sub(r"\r[^\n]*\r", "", text)
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("$ pregate scan --base main\n" + text), soft_wrap=False)
    svg = console.export_svg(title="pregate", unique_id="pregate")
    # A picture fetches nothing: the reader's own fixed-width font does.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (ROOT / "docs" / "screenshot.svg").write_text(svg)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
