"""Bandit's version without importing Bandit, however it is installed; and Bandit among our stand-ins."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest

from pregate.checks.python import distribution
from pregate.checks.python.distribution import distribution_file, version


def test_the_version_is_that_of_the_installed_bandit() -> None:
    assert version() == metadata.version("bandit")


def test_a_bandit_without_a_folder_beside_it_is_asked_for_in_the_slower_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = distribution_file("entry_points.txt")
    monkeypatch.setattr(distribution, "_folder", lambda: "")
    assert distribution_file("entry_points.txt") == quick
    assert version() == metadata.version("bandit")


def test_no_bandit_is_said_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    distribution._folder.cache_clear()
    monkeypatch.setattr(sys, "path", [])
    assert version() == "missing"
    distribution._folder.cache_clear()


def test_a_file_that_its_folder_has_not_is_empty() -> None:
    assert distribution_file("direct_url.json.not") == ""


def run(code: str) -> str:
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return answer.stdout


def test_what_bandit_is_spared_to_import_is_the_real_thing_when_it_is_used() -> None:
    code = (
        "import sys; from pregate.checks.python import scanner; "
        "print('yaml' in sys.modules, 'rich.progress' in sys.modules); "
        "from bandit.core import config; print(config.yaml.safe_load('a: 1'), 'yaml' in sys.modules)"
    )
    assert run(code) == "False False\n{'a': 1} True\n"


def test_modules_that_were_there_before_bandit_are_there_afterwards() -> None:
    code = (
        "import sys, yaml, importlib.metadata as m, stevedore.extension as s; "
        "from pregate.checks.python import scanner; import stevedore; "
        "print(sys.modules['yaml'] is yaml, sys.modules['importlib.metadata'] is m, "
        "sys.modules['stevedore.extension'] is s is stevedore.extension)"
    )
    assert run(code) == "True True True\n"


def test_a_bandit_that_somebody_imported_before_is_used_as_it_is() -> None:
    code = (
        "import bandit.core.manager as manager; from pregate.checks.python import scanner; import sys; "
        "print(sys.modules['bandit.core.manager'] is manager, scanner.b_manager is manager)"
    )
    assert run(code) == "True True\n"
