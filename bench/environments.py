"""Virtual environments of the programs that are measured, each with its own, as a user's hooks have them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.corpora import FOLDER

ROOT = Path(__file__).parent.parent
_UV = Path(sys.executable).parent / "uv"
SOURCES = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "src")


def environment(*requirements: str) -> Path:
    """
    The folder of programs of an environment with ``requirements``, compiled; made once, with uv(1) if there.

    CalledProcessError when the index lacks one of them or it cannot be built.
    """
    words = "\n".join(requirements)
    digest = hashlib.sha256(f"{words}\n{sys.version}".encode()).hexdigest()[:12]
    folder = FOLDER / "tools" / f"{requirements[0].partition('==')[0]}-{digest}"
    return _made(folder, requirements)


def own_environment() -> Path:
    """The folder of programs of an environment with this source as a wheel; a new one after edits."""
    digest = hashlib.sha256(f"{source_digest()}\n{sys.version}".encode()).hexdigest()[:12]
    folder = FOLDER / "tools" / f"pregate-{digest}"
    if not folder.exists():
        for old in folder.parent.glob("pregate-*"):
            shutil.rmtree(old)
    with tempfile.TemporaryDirectory() as copy:  # where a build leaves nothing behind, and finds nothing old
        return _made(folder, [str(copy_source(Path(copy) / "pregate"))])


def source_digest() -> str:
    """The SHA-256, in hexadecimal, of the files of which a distribution of pregate is made."""
    digest = hashlib.sha256()
    for path in _source_files():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def copy_source(folder: Path) -> Path:
    """Puts the files of which a distribution of pregate is made into ``folder``, and gives it back."""
    for path in _source_files():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return folder


def _source_files() -> Iterator[Path]:
    for name in SOURCES:
        path = ROOT / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (
            f for f in found if f.is_file() and "__pycache__" not in f.parts and ".egg-info" not in str(f)
        )


def _made(folder: Path, requirements: Sequence[str]) -> Path:
    programs = folder / "bin"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        make, install = _with_uv(folder) if _UV.exists() else _with_pip(folder)
        subprocess.run(make, check=True)
        subprocess.run([*install, *requirements], check=True)
        (folder / "complete").touch()
    return programs


def _with_uv(folder: Path) -> tuple[list[str], list[str]]:
    python = str(folder / "bin" / "python")
    make = [str(_UV), "venv", "--quiet", "--python", sys.executable, str(folder)]
    return make, [str(_UV), "pip", "install", "--quiet", "--compile-bytecode", "--python", python]


def _with_pip(folder: Path) -> tuple[list[str], list[str]]:
    make = [sys.executable, "-m", "venv", str(folder)]
    return make, [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
