from __future__ import annotations

import base64
import pickle
import random
from functools import partial

import pytest

from pregate.model import Location
from pregate.secrets.masking import Masker
from pregate.secrets.scan import DETECT_SECRETS
from pregate.secrets.scan import scan as any_scan

from . import samples

scan = partial(any_scan, engine=DETECT_SECRETS)

KEY = samples.aws_key(random.Random(1))


def test_line_shows_a_mask_for_the_value() -> None:
    assert Masker("a.py", f"a = '{KEY}'\n".encode()).line(1) == "a = '***'"


def test_allowlisted_value_is_masked_as_well() -> None:
    masker = Masker("a.py", f"a = '{KEY}'  # pragma: allowlist secret\n".encode())
    assert KEY not in masker.line(1)


def test_value_is_masked_on_lines_where_no_detector_saw_it() -> None:
    word = "".join(random.Random(2).choices("abcdefgh", k=9))
    masker = Masker("a.py", f'password = "{word}"\nprint({word})\n'.encode())
    assert masker.lines(1, 9) == ('password = "***"', "print(***)")


def test_an_encoded_value_is_masked_in_both_writings_wherever_it_stands() -> None:
    word = samples.text(random.Random(3), samples.ALNUM, 20)
    written = base64.b64encode(word.encode()).decode()
    head = "apiVersion: v1\nkind: Secret\ndata:\n"
    masker = Masker("a.yaml", f"{head}  password: {written}\n# {written} is {word}\n".encode())
    assert masker.lines(4, 5) == ("  password: ***", "# *** is ***")
    assert masker.text(f"{written} {word}") == "*** ***"


def test_body_of_a_private_key_is_masked() -> None:
    pem = samples.pem(random.Random(4), lines=3)
    lines = Masker("id", pem.encode()).lines(1, 5)
    assert lines[1:4] == ("***",) * 3
    assert lines[0] == pem.split("\n")[0]


def test_region_of_another_check_is_masked_here_and_elsewhere() -> None:
    masker = Masker("a.py", b"check('s3same!x')\nlog('s3same!x')\n", [Location("a.py", 1, 7, 1, 17)])
    assert masker.lines(1, 2) == ("check(***)", "log('***')")


def test_region_of_several_lines_is_masked() -> None:
    masker = Masker("a.py", b'f("""first-part\nsecond-part""")\n', [Location("a.py", 1, 3, 2, 15)])
    assert masker.lines(1, 2) == ("f(***", "***)")


def test_region_outside_the_file_is_harmless() -> None:
    assert Masker("a.py", b"x\n", [Location("a.py", 7, 1, 9, 4), Location("a.py", 0, 0, 1, 0)]).line(1) == "x"


def test_free_text_is_masked() -> None:
    assert Masker("a.py", f"a = '{KEY}'".encode()).text(f"found {KEY}!") == "found ***!"


def test_short_value_is_masked_only_where_it_stands_alone() -> None:
    masker = Masker("a.py", b"f('db')\n", [Location("a.py", 1, 3, 1, 7)])
    assert masker.text("db in dbname") == "*** in dbname"


def test_flagged_text_has_no_outer_blanks() -> None:
    masker = Masker("a.py", f"  f(\n    '{KEY}',\n  )\n".encode())
    assert masker.flagged(Location("a.py", 1, 3, 3, 4)) == "f(\n'***',\n)"


def test_long_line_is_cut_around_the_column() -> None:
    masker = Masker("a.js", b"x" * 5_000 + f" '{KEY}' ".encode() + b"y" * 5_000)
    shown = masker.line(1, limit=60, column=5_003)
    assert shown.startswith("…x")
    assert shown.endswith("y…")
    assert "'***'" in shown
    assert len(shown) <= 62


def test_cut_through_a_value_shows_none_of_it() -> None:
    masker = Masker("a.js", f"'{KEY}'".encode() + b"y" * 500)
    assert masker.line(1, limit=10) == "'***…"


def test_line_that_is_not_there_is_empty() -> None:
    assert Masker("a.py", b"x").line(2) == ""


def test_scan_of_the_check_is_used() -> None:
    scanned = scan("a.py", f"a = '{KEY}'".encode())
    assert Masker.from_scan(scanned).line(1) == "a = '***'"


def test_masker_shows_and_stores_nothing() -> None:
    masker = Masker("a.py", f"a = '{KEY}'".encode())
    masker.line(1)
    assert KEY not in repr(masker)
    with pytest.raises(TypeError):
        pickle.dumps(masker)


def test_a_line_that_is_masked_hides_something() -> None:
    masker = Masker("a.py", f"x = 1\na = '{KEY}'\ny = 2\n".encode())
    assert [masker.hides(n, n) for n in (1, 2, 3)] == [False, True, False]
    assert masker.hides(1, 3)


def test_a_line_that_is_not_there_may_hide_anything() -> None:
    masker = Masker("a.py", b"x = 1\n")
    assert [masker.hides(*lines) for lines in ((0, 1), (1, 2), (1, 0))] == [True, True, True]
