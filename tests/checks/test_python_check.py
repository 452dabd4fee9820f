from __future__ import annotations

import sys
from typing import Any

import pytest

from pregate.checks.base import Analysis, Target
from pregate.checks.python import PythonCheck, rules
from pregate.config import PythonConfig
from pregate.errors import ScannerError, UsageError
from pregate.model import Confidence, Location, Severity, UnreadReason

WORD = "hun" + "ter2"


def analyse(text: str | bytes, path: str = "a.py", skip: tuple[str, ...] = ()) -> Analysis:
    data = text.encode() if isinstance(text, str) else text
    return PythonCheck(PythonConfig(skip=skip)).analyse(Target(path, data))


def places(text: str | bytes, rule: str) -> list[tuple[int, int, int, int]]:
    found = (f.location for f in analyse(text).findings if f.rule.id == f"python/{rule}")
    return [(f.start_line, f.start_column, f.end_line, f.end_column) for f in found]


def test_bad_file_gives_the_region_of_the_whole_call() -> None:
    text = 'import subprocess\n\nsubprocess.run(\n    "ls " + x,\n    shell=True,\n)\n'
    (finding,) = [f for f in analyse(text).findings if f.rule.id == "python/B602"]
    assert finding.location == Location("a.py", 3, 1, 6, 2)
    assert (finding.severity, finding.confidence, finding.rule.cwe) == (Severity.HIGH, Confidence.HIGH, (78,))
    assert finding.properties == (("scanner-line", "5"),)


def test_clean_twin_gives_nothing() -> None:
    assert analyse("import json\n\njson.loads(\n    text,\n)\n") == Analysis()


def test_columns_count_code_points_not_bytes() -> None:
    assert places("x = '\U0001f600é'; exec(y)\n", "B102") == [(1, 11, 1, 18)]


def test_byte_order_mark_and_crlf_do_not_move_a_column() -> None:
    assert places(b"\xef\xbb\xbfx = 1\r\nexec(x)\r\n", "B102") == [(2, 1, 2, 8)]


def test_declared_encoding_is_used_for_columns() -> None:
    assert places("# coding: latin-1\nx = 'é'; exec(y)\n".encode("latin-1"), "B102") == [(2, 10, 2, 17)]


def test_statement_of_several_lines_ends_where_it_ends() -> None:
    assert places('q = (\n    "SELECT * FROM t WHERE a = %s"\n    % name\n)\n', "B608") == [(2, 5, 2, 35)]


def test_expression_in_an_f_string_is_found() -> None:
    assert places("x = f'a{eval(y)}'\n", "B307")[0][0] == 1


def test_nosec_with_an_id_suppresses_that_test() -> None:
    findings = analyse("exec(x)  # nosec B102\nexec(x)  # nosec B999\nexec(x)  # nosec\n").findings
    assert [f.suppressed_by for f in findings] == ["# nosec B102", "# nosec", "# nosec"]


def test_nosec_for_another_test_suppresses_nothing() -> None:
    (finding,) = analyse("exec(x)  # nosec B101\n").findings
    assert finding.suppressed_by == ""


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (f"password = '{WORD}'\n", 12),
        (f"f(password='{WORD}')\n", 12),
        (f"def f(password='{WORD}'): pass\n", 16),
        (f"x = {{'password': '{WORD}'}}\n", 18),
        (f"x['password'] = '{WORD}'\n", 17),
        (f"if password == '{WORD}': pass\n", 16),
        (f"self.password = '{WORD}'\n", 17),
    ],
)
def test_hard_coded_password_is_marked_and_not_repeated(text: str, column: int) -> None:
    analysis = analyse(text)
    (finding,) = analysis.findings
    region = Location("a.py", 1, column, 1, column + len(WORD) + 2)
    assert (finding.message, finding.location) == ("Possible hardcoded password", region)
    assert analysis.sensitive == (region,)
    assert WORD not in repr(analysis)


def test_file_that_does_not_parse_is_unread_with_the_line_and_no_source() -> None:
    (unread,) = analyse(f"x = 1\nclass '{WORD}'\n").unread
    assert (unread.reason, unread.line) == (UnreadReason.UNPARSABLE, 2)
    assert WORD not in unread.detail


@pytest.mark.parametrize(
    "text",
    [
        "print 'x'\n",
        "try:\n  f()\nexcept A, e:\n  pass\n",
        "x = 0777\n",
        "exec 'x'\n",
        "raise A, 'b'\n",
        "if a <> b: pass\n",
    ],
)
def test_python_2_is_called_by_its_name(text: str) -> None:
    (unread,) = analyse(text).unread
    assert unread.detail.startswith("Python 2 syntax: ")


@pytest.mark.parametrize(
    "data",
    [
        b"# coding: no-such-encoding\nx = 1\n",
        b"x = '\xe9'\n",
        b"x = 1\x00\n",
        b"(" * 10_000,
        b"-" * 200_000 + b"1",
        b"x = " + b"[" * 150 + b"]" * 149,
        b"x" + b".a" * 5_000 + b"\n",
        b"\xff\xfe\x00\x00",
        "x = '\ud800'".encode("utf-8", "surrogatepass"),
    ],
)
def test_hostile_file_is_unread_and_not_clean(data: bytes) -> None:
    (unread,) = analyse(data).unread
    assert unread.reason is UnreadReason.UNPARSABLE
    assert unread.detail


def test_long_line_is_analysed() -> None:
    assert places(b"x = '" + b"a" * 2_000_000 + b"'; exec(x)\n", "B102") == [(1, 2_000_009, 1, 2_000_016)]


def test_characters_that_reorder_text_are_placed() -> None:
    assert places("x = 1\n# a\u202eb\n", "B613") == [(2, 4, 2, 5)]


def test_test_that_fails_on_a_node_is_not_silent() -> None:
    (unread,) = analyse(f"f(**'x', password='{WORD}')\n").unread
    assert (unread.reason, unread.line) == (UnreadReason.CRASHED, 1)
    assert "B106" in unread.detail


def test_invalid_escape_prints_no_warning(
    recwarn: pytest.WarningsRecorder, capfd: pytest.CaptureFixture[str]
) -> None:
    analyse("x = '\\d'\nf(x) # nosec: B999\n")
    assert not list(recwarn)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("path", "executable", "concerned"),
    [
        ("a.py", False, True),
        ("A.PY", False, True),
        ("a.pyi", False, True),
        ("a.pyw", False, True),
        ("bin/run", True, True),
        ("run", False, False),
        ("a.sh", True, False),
    ],
)
def test_concerns_python_files_and_scripts_without_a_suffix(
    path: str, executable: bool, concerned: bool
) -> None:
    assert PythonCheck(PythonConfig()).concerns(path, executable=executable) is concerned


def test_first_line_decides_for_a_script() -> None:
    assert not analyse("#!/bin/sh\nexec x\n", path="run").concerned
    assert analyse("#!/usr/bin/env python3\nexec(x)\n", path="run").findings


def test_skipped_test_is_not_run_and_has_no_rule() -> None:
    assert analyse("exec(x)\n", skip=("B102",)).findings == ()
    check = PythonCheck(PythonConfig(skip=("B102",)))
    assert "python/B102" not in {rule.id for rule in check.rules()}
    assert check.version != PythonCheck(PythonConfig()).version


def test_two_checks_in_one_process_keep_their_own_tests() -> None:
    all_tests, fewer = PythonCheck(PythonConfig()), PythonCheck(PythonConfig(skip=("B301", "B403")))
    target = Target("a.py", b"import pickle\npickle.loads(x)\n")
    counts = [len(check.analyse(target).findings) for check in (all_tests, fewer, all_tests)]
    assert counts == [2, 0, 2]


def test_every_test_of_bandit_has_a_rule_with_its_name_and_page() -> None:
    from bandit.core import docs_utils as untyped

    from pregate.checks.python.scanner import known_tests

    docs_utils: Any = untyped
    known = known_tests()
    assert rules.TESTS.keys() == known.keys()
    for test_id, entry in rules.TESTS.items():
        assert docs_utils.get_url(test_id).partition("/en/")[2].partition("/")[2] == rules.page(
            test_id, entry
        )


def test_test_without_an_entry_gets_a_general_rule() -> None:
    assert rules.rule("B999").id == "python/B999"


def test_broken_scanner_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pregate.checks.python.scanner", raising=False)
    monkeypatch.setitem(sys.modules, "pregate.checks.python.scanner", None)
    with pytest.raises(ScannerError, match="Bandit cannot be used"):
        analyse("eval(x)\n")


def test_bandit_configuration_in_the_tree_is_not_read(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / ".bandit").write_text("[bandit]\nskips: B102\n")
    (folder / "bandit.yaml").write_text("skips: [B102]\n")
    monkeypatch.chdir(folder)
    assert analyse("exec(x)\n").findings


def test_file_that_is_too_deep_for_bandit_alone_is_unread() -> None:
    analysis = analyse("exec(x)\nx" + ".a" * 1_000 + "\n")
    (unread,) = analysis.unread
    assert (unread.reason, unread.detail) == (UnreadReason.UNPARSABLE, "nested too deep for Bandit")
    assert not analysis.findings


def test_an_unknown_test_to_skip_is_a_mistake_in_the_configuration() -> None:
    with pytest.raises(UsageError, match="there is no test B999"):
        PythonCheck(PythonConfig(skip=("B102", "B999")))


def test_one_rule_is_given_as_all_are() -> None:
    check = PythonCheck(PythonConfig(skip=("B101",)))
    assert [check.rule(rule.id) for rule in check.rules()] == list(check.rules())
    assert [check.rule(name) for name in ("python/B101", "python/B999", "B102", "")] == [None] * 4
