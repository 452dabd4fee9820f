"""Distributions in folders of a test's own, as pip would leave them."""

from __future__ import annotations

from pathlib import Path


def plant(folder: Path, name: str, entries: str, **modules: str) -> Path:
    """A distribution with these lines of ``entry_points.txt`` and these modules."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(entries, "utf-8")
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text, "utf-8")
    return folder


CHECK = """
from pregate.checks.base import Analysis, PlainCheck
from pregate.model import Finding, Location, Rule, Severity

RULE = Rule("{name}/WORD", "a word", "Words are bad.", "Remove it.", Severity.HIGH)

class Words(PlainCheck):
    name, version, cost = "{name}", "1", 1

    def rules(self):
        return (RULE,)

    def concerns(self, path, *, executable):
        return path.endswith(".txt")

    def analyse(self, target):
        lines = target.data.decode("utf-8", "replace").splitlines()
        places = [Location(target.path, n, 1, n, 2) for n, line in enumerate(lines, 1) if "word" in line]
        return Analysis(tuple(Finding(RULE, "a word", place, RULE.severity) for place in places))

def make(options):
    return Words()
"""
"""The module of a check that reports every line with ``word``; ``{name}`` is to be filled in."""


def check(folder: Path, name: str, module: str, text: str = "") -> Path:
    """A distribution that brings the check ``name``, in ``module``."""
    source = text or CHECK.replace("{name}", name)
    return plant(folder, f"dist-{name}", f"[pregate.checks]\n{name} = {module}:make\n", **{module: source})
