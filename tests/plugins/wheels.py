"""A wheel of the example, made and installed without a network: pip is real, the build backend is not."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from tests.hooktools import ROOT

EXAMPLE = ROOT / "examples" / "plugin"


def build(source: Path, folder: Path) -> Path:
    """The wheel of a project whose packages stand in ``src`` (Binary distribution format, PEP 427)."""
    project = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]
    name = f"{project['name'].replace('-', '_')}-{project['version']}"
    wheel = folder / f"{name}-py3-none-any.whl"
    entries = "\n".join(
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{key} = {place}" for key, place in points.items()))
    )
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    info = f"{name}.dist-info"
    texts = {f"{info}/METADATA": metadata, f"{info}/WHEEL": tag, f"{info}/entry_points.txt": entries + "\n"}
    files = sorted((source / "src").rglob("*.py"))
    texts |= {file.relative_to(source / "src").as_posix(): file.read_text("utf-8") for file in files}
    record = "".join(f"{path},,\n" for path in (*texts, f"{info}/RECORD"))
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (*texts.items(), (f"{info}/RECORD", record)):
            archive.writestr(path, text)
    return wheel


def install(wheel: Path, target: Path) -> Path:
    """``pip install --target``; gives the folder, to be put on PYTHONPATH."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    command += ["--disable-pip-version-check", "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return target
