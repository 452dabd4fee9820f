# ruff: noqa: E501 - samples: one file, one string
"""Bandit's tests run only where one can say something: nothing is lost, and Bandit is loaded seldom."""

from __future__ import annotations

import ast
import gc
import logging
import random
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
from bench.python_fuzz import differing, told

from pregate.checks.base import Target
from pregate.checks.python import PythonCheck, proven, scanner, tables, walk
from pregate.checks.python.distribution import distribution_file
from pregate.config import PythonConfig

from .test_python_same_as_bandit import SAMPLES

TESTS = scanner.Selection(())


def configured(test_id: str) -> dict[str, Any]:
    (found,) = [
        config[0] for tests in TESTS.by_kind.values() for test, config in tests if test._test_id == test_id
    ][:1]
    return dict(found)


def test_this_bandit_is_the_one_that_was_looked_into() -> None:
    assert not proven.doubt()
    assert not scanner.doubt(TESTS)
    assert proven.has_record()


def test_the_tables_are_those_of_bandit() -> None:
    lists = configured("B001")
    named = {name for entry in lists["Call"] for name in entry["qualnames"]}
    named |= {name for names in configured("B602").values() for name in names}
    assert named <= tables.CALLS
    for kind in ("Import", "ImportFrom"):
        assert {name for entry in lists[kind] for name in entry["qualnames"]} <= set(tables.IMPORTS)
    assert set(configured("B108")["tmp_dirs"]) == set(tables.TEMPORARY)
    assert set(configured("B502")["bad_protocol_versions"]) == tables.PROTOCOLS
    assert not configured("B110")["check_typed_exception"]


def test_every_kind_of_node_with_tests_has_a_gate() -> None:
    kinds = {"Assert", "Call", "ExceptHandler", "FunctionDef", "Import", "ImportFrom", "Str"}
    assert TESTS.by_kind.keys() - {"File"} == kinds
    handled = {"Str" if kind is ast.Constant else kind.__name__ for kind in walk.KINDS}
    assert kinds <= handled


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "py2.py"])
def test_samples_are_told_alike(name: str) -> None:
    data = SAMPLES[name].encode()
    assert told(data, TESTS, gated=True) == told(data, TESTS, gated=False)


ODD = (
    "import requests as r, hashlib as h\nfrom requests import get as g\nr.get(u)\ng(u)\nh.new('md5')\nx.y.z().md5()\n",
    "from subprocess import *\nfrom subprocess import Popen as P\nP('ls', shell=True)\nrun('ls', shell=not y)\n",
    "from . import telnetlib\nfrom .. import a as b\nfrom xml import sax as s\ns.parse(f)\n__import__('cPickle')\n",
    "def f(a, /, b='x', token='y', *, pwd='z', **k): ...\nf(**'x')\nf(**{'password': 'a'})\nlambda secret='x': 0\n",
    "q = 'sel' 'ect a from ' + t\nq = 'a' + ('update ' + t + ' set ' + v)\nq = f'{a}{b:>{w}}delete from {t}'\n",
    "q = 'x {}'.format('select * from t').replace('insert into a values (', b)\nc.execute(f'select {a} from b')\n",
    "a.b['token'] = 'x'\nd = {**e, 'pass': None, k: 'pwd'}\nif x.pwd == 'a' == 'b': pass\nif 'pwd' == p: ...\n",
    "try:\n  pass\nexcept A:\n  pass\nexcept (B, C):\n  continue\n",
    "from paramiko import *\nc.exec_command(x)\nc.set_missing_host_key_policy(AutoAddPolicy)\n",
    "ssl_version = 1\nf(ssl_version=ssl.PROTOCOL_SSLv3)\ndef g(a=ssl.PROTOCOL_TLSv1, b=x.y.SSLv2_METHOD): pass\n",
    "from importlib import import_module as i\ni('telnetlib')\nimportlib.__import__(name='ftplib')\ni()\n",
    "RawSQL()\nfrom django.db.models import *\nRawSQL()\nRawSQL(sql=x)\nRawSQL(x)\nq.extra({'a': b}, where=[c])\n",
    "class A:\n  def f(self):\n    return mark_safe(x % y)\nfrom django.utils.safestring import mark_safe\nmark_safe(f(x))\n",
    "os.fchmod(a, 0o777)\nx.lchmod('f', 0o666)\ntarfile.open(x).my_extractall()\nimport tarfile\ny.extractall(members=m())\n",
    "'0.0.0.0'\nx = '0.0.0.0'\nf('/tmpx', f'/tmp/{a}', b'/tmp')\nmatch x:\n  case '/dev/shm': pass\n",
    "x = 1  # nosec\nassert a  # nosec B101\n",
    "match x:\n  case True | None | 1.5 | b'a' | A(b=2, c=[*_, {'token': eval}, {**k}]) as d if eval(d): assert e\n",
    "a: int = 1\nglobal b\nx = y = 'p'\npassword: str = 'q'\nwith open(z) as (a, b): nonlocal c\ndel d[0:1]\nf\"{a!r:>{b}}\"\n",
    "type\ndef f[T: int](x: T): ...\n",
    "# -*- coding: latin-1 -*-\nx = 'a'\n",
    "x = t'select {a} from {b!r:>{c}}'\nf(password=t'a{b}')\ntry: pass\nexcept A, B: pass\n",
    "async def f(token='a'):\n  async with a as b, c: return [eval(i) for i in j if exec(k)]\n",
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(ODD)))
def test_odd_code_is_told_alike(number: int) -> None:
    data = ODD[number].encode()
    try:
        ast.parse(data)
    except SyntaxError:
        pytest.skip("newer syntax than this interpreter's")
    assert told(data, TESTS, gated=True) == told(data, TESTS, gated=False)


def test_files_of_installed_packages_are_told_alike() -> None:
    places = [
        Path(str(file.locate()))
        for package in ("bandit", "detect-secrets", "pytest", "PyYAML", "requests", "GitPython")
        for file in files(package) or ()
        if str(file).endswith(".py")
    ]
    looked = issues = 0
    for place in random.Random(5).sample(sorted(places), 60):
        data = place.read_bytes()
        expected = told(data, TESTS, gated=False)
        assert told(data, TESTS, gated=True) == expected, place
        looked, issues = looked + 1, issues + len(expected[0])  # type: ignore[index]
    assert looked == 60
    assert issues


def test_lines_thrown_together_are_told_alike() -> None:
    lines = [line for text in (*SAMPLES.values(), *ODD) for line in text.split("\n")]
    rng, looked = random.Random(), 0
    seed = rng.randrange(1 << 32)
    rng.seed(seed)
    for _ in range(600):
        data = "\n".join(rng.sample(lines, 6)).encode("utf-8", "surrogatepass")
        try:
            ast.parse(data)
        except (SyntaxError, ValueError):
            continue
        looked += 1
        try:
            expected = told(data, TESTS, gated=False)
        except SyntaxError:
            continue
        assert told(data, TESTS, gated=True) == expected, (seed, data)
    assert looked > 20


def test_made_sources_are_told_alike() -> None:
    """``python -m bench.python_speed --fuzz N TREE …`` makes more of them, with other seeds."""
    files = [text.encode() for text in (*SAMPLES.values(), *ODD)]
    files += [path.read_bytes() for path in sorted(Path(scanner.__file__).parent.glob("*.py"))]
    assert list(differing(random.Random(20261126), files, 120)) == []


@pytest.mark.parametrize(
    "data", [b"import os\nprint(os.name)\n", b"import pickle\ndef f():\n  return eval(x)\n"]
)
def test_a_tree_is_let_go_at_once(data: bytes) -> None:
    check = PythonCheck(PythonConfig())
    check.analyse(Target("a.py", data))  # loads what it needs
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(each, ast.Module) for each in gc.get_objects())
        check.analyse(Target("a.py", data))
        assert sum(isinstance(each, ast.Module) for each in gc.get_objects()) == before
    finally:
        gc.enable()


def test_bandit_is_not_loaded_where_it_has_nothing_to_say() -> None:
    code = (
        "import sys\nfrom pregate.checks.base import Target\nfrom pregate.checks.python import PythonCheck\n"
        "from pregate.config import PythonConfig\ncheck = PythonCheck(PythonConfig())\n"
        "clean = check.analyse(Target('a.py', b'import os\\nprint(os.getcwd())\\n'))\n"
        "print('bandit' in sys.modules, len(clean.findings))\n"
        "print(len(check.analyse(Target('a.py', b'eval(x)\\n')).findings), 'bandit' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "0", "1", "True"]


@pytest.fixture
def fresh() -> Iterator[None]:
    """What is known of the installed Bandit is looked up again, before and after."""
    for cached in (proven.doubt, proven.has_record):
        cached.cache_clear()
    yield
    for cached in (proven.doubt, proven.has_record):
        cached.cache_clear()


def rules_found(caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.INFO):
        findings = PythonCheck(PythonConfig()).analyse(Target("a.py", b"eval(x)\n")).findings
    return [finding.rule.id for finding in findings]


@pytest.mark.usefixtures("fresh")
def test_another_release_walks_by_itself_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(proven, "version", lambda: "1.9.99")
    assert rules_found(caplog) == ["python/B307"]
    assert "bandit 1.9.99 is not the release that was looked into" in caplog.text
    assert "its own walk over each file is used" in caplog.text


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("entry_points.txt", "[bandit.plugins]", "[bandit.plugins]\nown = own.tests:own", "has other tests"),
        (
            "RECORD",
            "bandit/plugins/asserts.py,sha256=",
            "bandit/plugins/asserts.py,sha256=x",
            "the source of",
        ),
    ],
)
def test_an_altered_bandit_of_the_same_version_walks_by_itself(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    old: str,
    new: str,
    words: str,
) -> None:
    real = distribution_file
    monkeypatch.setattr(
        proven, "distribution_file", lambda n: real(n).replace(old, new) if n == name else real(n)
    )
    assert rules_found(caplog) == ["python/B307"]
    assert words in caplog.text


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("is_altered", [False, True])
def test_without_a_record_its_tables_are_compared(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, is_altered: bool
) -> None:
    real = distribution_file
    monkeypatch.setattr(proven, "distribution_file", lambda n: "" if n == "RECORD" else real(n))
    if is_altered:
        monkeypatch.setattr(scanner, "TEMPORARY", ("/tmp",))
    assert rules_found(caplog) == ["python/B307"]
    assert ("bandit's test B108 asks for /dev/shm, /var/tmp" in caplog.text) == is_altered


def test_a_test_of_a_new_kind_is_in_doubt() -> None:
    tests = scanner.Selection(())
    (assertion,) = tests.by_kind["Assert"]
    tests.by_kind = {"Assert": [assertion], "While": [assertion]}
    assert scanner.doubt(tests) == "bandit's test B101 for While is none that was looked into"
