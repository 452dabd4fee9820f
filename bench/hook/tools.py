"""The four programs that pregate's checks stand beside, each in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.environments import environment
from bench.hook.change import FILES, POLICY, PYTHON
from bench.measure import Side

REQUIREMENTS = {
    "detect-secrets-hook": ("detect-secrets==1.5.0",),
    "bandit": ("bandit==1.9.4",),
    "pip-audit": ("pip-audit==2.10.1",),
    # It imports pkg_resources, which setuptools 81 no longer has.
    "parliament": ("parliament==1.6.4", "setuptools<81"),
}


@dataclass(frozen=True)
class Tools:
    """The command lines of the programs that could be installed, by name, on the five files."""

    commands: dict[str, list[str]]

    @property
    def names(self) -> list[str]:
        """Those that are measured."""
        return list(self.commands)

    def sides(self, tree: Path) -> list[Side]:
        """Each program alone, in ``tree``."""
        return [Side(name, [(command, tree)]) for name, command in self.commands.items()]


def find_tools() -> Tools:
    """Installs what is not there yet. A program that cannot be installed is named and left out."""
    commands = {}
    for name, requirements in REQUIREMENTS.items():
        try:
            program = environment(*requirements) / name
        except subprocess.CalledProcessError:
            print(f"{name} could not be installed: measured without it", file=sys.stderr)
            continue
        commands[name] = [str(program), *arguments(name)]
    return Tools(commands)


def arguments(name: str) -> list[str]:
    """What each is given: all files, the Python files, the policy; pip-audit only starts."""
    return {
        "detect-secrets-hook": [*FILES],
        "bandit": ["--quiet", "--exit-zero", *PYTHON],
        "pip-audit": ["--version"],
        "parliament": ["--files", POLICY],
    }[name]
