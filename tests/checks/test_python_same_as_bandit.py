# ruff: noqa: E501 - samples: one file, one string
"""Our check against the real ``bandit -f json``: the same tests, lines, severities and confidences."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from importlib.metadata import files
from pathlib import Path

import pytest

from pregate.checks.base import Target
from pregate.checks.python import PythonCheck
from pregate.config import PythonConfig

Key = tuple[str, str, int, str, str]
SEVERITIES = {2: "LOW", 3: "MEDIUM", 4: "HIGH"}
CONFIDENCES = {1: "LOW", 2: "MEDIUM", 3: "HIGH"}

SAMPLES = {
    "shell.py": (
        "import os, subprocess as sp\nfrom subprocess import Popen, call\n"
        "sp.run('ls', shell=True)\nsp.run(\n  ['ls'],\n  shell=False)\nPopen(f'ls {x}',\n shell=True)  # nosec B602\n"
        "os.system('ls *')\nos.popen(cmd)\nos.execl('ls', 'ls')\ncall(\n  'tar cf x *', # nosec\n  shell=True)\nf(shell=1)\n"
        "sp.Popen('chown * x', shell=True) # nosec B602,B609\nsp.Popen('a', # nosec: start_process_with_partial_path\n  shell=True)\n"
    ),
    "words.py": (
        "password = 'a'\nd = {'token': 'b', 'x': 1}\nd['secret'] = 'c'\nif self.pwd == 'd': pass\ndef f(a, pass_='e', *, token='f'): pass\n"
        "f(secret='g',\n  token=b'h')\nasync def g(password='i'): pass\n"
    ),
    "calls.py": (
        "import pickle, yaml, hashlib, requests, random, tarfile, ssl, telnetlib\nfrom xml.etree import ElementTree as ET\n"
        "import importlib\nimportlib.import_module('ftplib')\n__import__('pickle')\n"
        "pickle.loads(x)\nyaml.load(x)\nyaml.load(x, Loader=yaml.SafeLoader)\nhashlib.md5(x)\nhashlib.new('sha1', usedforsecurity=False)\n"
        "requests.get(u)\nrequests.get(u, verify=False, timeout=None)\nrandom.random()\ntarfile.open(x).extractall()\ntarfile.open(x).extractall(members=[1])\n"
        "ssl.wrap_socket(ssl_version=ssl.PROTOCOL_SSLv2)\nET.parse(x)\neval(y)\nexec(z)\nassert a, (\n  b)\nopen('/tmp/x')\nbind('0.0.0.0')\n"
        "os.chmod('x', 0o777)\ntry:\n  pass\nexcept:\n  pass\nfor i in x:\n  try: pass\n  except Exception: continue\n"
    ),
    "sql.py": (
        "q = 'SELECT * FROM t WHERE a = ' + b\nq = f'''\nDELETE FROM t\nWHERE a = {b}\n'''\nc.execute('UPDATE t SET a = %s' % b)\n"
        "c.execute('INSERT INTO t VALUES ({})'.format(b))  # nosec\nx = ('SELECT a FROM b '\n     'WHERE c = {}'  # nosec B608\n     .format(d))\n"
    ),
    "tabs.py": "def f():\n\texec(x)\n\x0c\ndef g():\n\t# nosec\n\texec(x)\n",
    "py2.py": "print 'x'\n",
    "empty.py": "",
    "bidi.py": "x = '\u202e'\n",
}  # fmt: skip


def theirs(folder: Path, *options: str) -> tuple[Counter[Key], set[str]]:
    command = [sys.executable, "-m", "bandit", "-q", "-r", "-f", "json", "--exclude", "/none", *options, "."]
    answer = json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout)
    found = Counter(
        (Path(r["filename"]).name, r["test_id"], r["line_number"], r["issue_severity"], r["issue_confidence"])
        for r in answer["results"]
    )
    return found, {Path(error["filename"]).name for error in answer["errors"]}


def ours(folder: Path, *, suppressed: bool) -> tuple[Counter[Key], set[str]]:
    check = PythonCheck(PythonConfig())
    found: Counter[Key] = Counter()
    unread = set()
    for path in folder.glob("*.py"):
        analysis = check.analyse(Target(path.name, path.read_bytes()))
        unread |= {u.path for u in analysis.unread}
        for f in analysis.findings:
            if suppressed or not f.suppressed_by:
                line = int(dict(f.properties)["scanner-line"])
                found[path.name, f.rule.id[7:], line, SEVERITIES[f.severity], CONFIDENCES[f.confidence]] += 1
    return found, unread


def test_samples_of_every_kind(tmp_path: Path) -> None:
    for name, text in SAMPLES.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert ours(tmp_path, suppressed=False) == theirs(tmp_path)
    assert ours(tmp_path, suppressed=True) == theirs(tmp_path, "--ignore-nosec")
    assert len({key[1] for key in ours(tmp_path, suppressed=True)[0]}) >= 30


@pytest.mark.parametrize("distribution", ["bandit", "detect_secrets"])
def test_sources_of_installed_packages(distribution: str, tmp_path: Path) -> None:
    for number, file in enumerate(f for f in files(distribution) or () if f.suffix == ".py"):
        (tmp_path / f"{number}{file.name}").write_bytes(Path(str(file.locate())).read_bytes())
    assert ours(tmp_path, suppressed=False) == theirs(tmp_path)
    assert ours(tmp_path, suppressed=True) == theirs(tmp_path, "--ignore-nosec")
