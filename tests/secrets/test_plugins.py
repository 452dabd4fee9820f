"""pregate's detectors in the real detect-secrets, by its own command line."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pregate.secrets import about, plugins
from pregate.secrets.detectors import MODULES
from tests.secrets.specimens import ALL


def detect_secrets(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "detect_secrets", "scan", "-p", plugins.__file__, *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_detector_is_listed_once(tmp_path: Path) -> None:
    listed = detect_secrets(tmp_path, "--list-all-plugins").split()
    ours = {name if name not in MODULES else f"More{name}" for name in about.entries()}
    assert ours <= set(listed)
    assert len(listed) == len(set(listed))
    assert {"KeywordDetector", "GitHubTokenDetector"} <= set(listed)


def test_types_of_secrets_are_distinct_from_each_other_and_from_theirs() -> None:
    kinds = [kind for name, kind in vars(plugins).items() if name.endswith("Detector")]
    types = [kind.secret_type.lower() for kind in kinds]
    assert len(types) == len(set(types)) == len(about.entries())


# Its filters drop them, and what stands after `…_ID`, whatever plugin found them.
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def test_real_scan_finds_what_detect_secrets_has_no_plugin_for(tmp_path: Path) -> None:
    rng = random.Random(1)
    made = {name: (ALL[name][0].make(rng), ALL[name][0].name) for name in ALL if name not in MODULES}
    chosen = {name: pair for name, pair in made.items() if not UUID.search(pair[0])}
    lines = [f"{variable.removesuffix('_ID')}: {value}" for value, variable in chosen.values()]
    (tmp_path / "a.txt").write_text("\n".join([*lines, "nothing: here", ""]))
    found = json.loads(detect_secrets(tmp_path, "--all-files", "."))["results"].get("a.txt", [])
    types = {about.entry(name).name.lower() for name in chosen}
    missing = types - {entry["type"].lower() for entry in found}
    assert len(missing) <= len(types) // 10  # what is told by more than one line


@pytest.mark.parametrize("detector", [name for name in ALL if name in MODULES])
def test_plugin_beside_one_of_theirs_leaves_it_its_own(detector: str) -> None:
    rng = random.Random(2)
    theirs, more = plugins._theirs(detector), getattr(plugins, f"More{detector}")()
    for specimen in ALL[detector]:
        line = f"token = '{specimen.make(rng)}'"
        assert not (list(theirs.analyze_string(line)) and list(more.analyze_string(line)))
