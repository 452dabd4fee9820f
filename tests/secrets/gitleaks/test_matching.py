from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from pregate.model import Confidence
from pregate.secrets.gitleaks.reading import read_rules
from pregate.secrets.given import Given
from pregate.secrets.scan import DETECT_SECRETS, OWN, scan
from tests.secrets import samples
from tests.secrets.specimens import ALL

TOKEN = samples.github_token(random.Random(5))
RULE = "[[rules]]\nid = 'corp'\nregex = '''corp_[a-z0-9]{8}'''\nkeywords = ['CORP_']\n"
VALUE = "corp" + "_ab12cd34"


def found(text: str, toml: str, path: str = "a.txt", engine: str = OWN) -> list[tuple[str, str, str]]:
    given = Given(read_rules(".gitleaks.toml", toml.encode(), lambda _: None))
    secrets = scan(path, text.encode(), (), engine, given).secrets
    return [(s.detector, s.value.reveal(), s.suppressed_by) for s in secrets]


@pytest.mark.parametrize("engine", [OWN, DETECT_SECRETS])
def test_custom_rule_finds_what_it_says(engine: str) -> None:
    assert found(f"x {VALUE} y\n", RULE, engine=engine) == [("gitleaks-corp", VALUE, "")]


def test_file_without_a_keyword_is_passed_over() -> None:
    assert found(f"{VALUE}\n", RULE.replace("CORP_", "other")) == []


def test_rules_find_nothing_in_the_file_that_they_stand_in() -> None:
    assert found(f"# {VALUE}\n", RULE, path=".gitleaks.toml") == []
    assert [d for d, _, _ in found(f"# {TOKEN}\n", RULE, path=".gitleaks.toml")] == ["GitHubTokenDetector"]


def test_comment_on_the_line_suppresses() -> None:
    assert [by for _, _, by in found(f"{VALUE} # gitleaks:allow\n", RULE)] == ["gitleaks:allow"]
    assert [by for _, _, by in found(f"{VALUE} # pragma: allowlist secret\n", RULE)] == [
        "pragma: allowlist secret"
    ]


@pytest.mark.parametrize(
    ("allowlist", "is_allowed"),
    [
        ("paths = ['''^a\\.txt$''']", True),
        ("paths = ['''^b''']", False),
        ("regexes = ['''^corp_ab''']", True),
        ("regexes = ['''^x ''']", False),
        ("regexes = ['''^x ''']\nregexTarget = 'line'", True),
        ("regexes = ['''^corp''']\nregexTarget = 'match'", True),
        ("stopwords = ['B12C']", True),
        ("paths = ['a']\nregexes = ['zzz']", True),
        ("condition = 'AND'\npaths = ['a']\nregexes = ['zzz']", False),
        ("condition = 'AND'\npaths = ['a']\nregexes = ['ab']", True),
        ("condition = 'AND'\npaths = ['a']\ncommits = ['abc']", False),
        ("commits = ['abc']", False),
        ("regexes = ['''z*''']", True),
    ],
)
@pytest.mark.parametrize(
    "place", ["[allowlist]", "[[allowlists]]", "[rules.allowlist]", "[[rules.allowlists]]"]
)
def test_what_is_allowed_is_suppressed_by_the_file(place: str, allowlist: str, is_allowed: bool) -> None:
    by = ".gitleaks.toml" if is_allowed else ""
    assert found(f"x {VALUE} y\n", f"{RULE}{place}\n{allowlist}\n") == [("gitleaks-corp", VALUE, by)]


@pytest.mark.parametrize("engine", [OWN, DETECT_SECRETS])
@pytest.mark.parametrize(
    ("allowlist", "is_allowed"),
    [
        ("paths = ['a']", True),
        ("regexes = ['^gh']", True),
        ("regexes = ['^key: ']\nregexTarget = 'match'", True),
        ("stopwords = ['zzzz']", False),
        ("paths = ['a']\ntargetRules = ['github-pat']", True),
        ("paths = ['a']\ntargetRules = ['aws-access-token']", False),
    ],
)
def test_allowlists_are_for_our_own_detectors_too(allowlist: str, is_allowed: bool, engine: str) -> None:
    secrets = found(f"key: {TOKEN}\n", f"[[allowlists]]\n{allowlist}\n", engine=engine)
    assert ("GitHubTokenDetector", TOKEN, ".gitleaks.toml" if is_allowed else "") in secrets


def test_rules_allowlist_is_for_its_rule_alone() -> None:
    toml = f"{RULE}[rules.allowlist]\npaths = ['a']\n"
    assert found(f"{TOKEN}\n", toml) == [("GitHubTokenDetector", TOKEN, "")]


GITHUB = "[[rules]]\nid = 'gh'\nregex = '''gh[a-z]_[A-Za-z0-9]{36}'''\n"
AIMED = "[[allowlists]]\ntargetRules = ['github-pat']\npaths = ['a']\n"


def test_what_a_format_of_ours_is_sure_of_is_told_by_it_alone() -> None:
    sure = ALL["GitHubTokenDetector"][0].make(random.Random(3))
    assert found(f"{sure}\n", GITHUB) == [("GitHubTokenDetector", sure, "")]
    assert found(f"{sure}\n", GITHUB + AIMED) == [
        ("GitHubTokenDetector", sure, ".gitleaks.toml"),
        ("gitleaks-gh", sure, ""),
    ]


def test_what_ours_are_less_sure_of_is_told_by_the_users_rule() -> None:
    given = Given(read_rules(".gitleaks.toml", GITHUB.encode(), lambda _: None))
    secrets = scan("a.txt", f"{TOKEN}\n".encode(), given=given).secrets  # its checksum is wrong
    assert [(s.detector, s.confidence) for s in secrets] == [
        ("GitHubTokenDetector", Confidence.LOW),
        ("gitleaks-gh", Confidence.HIGH),
    ]


def test_rule_for_a_path_reports_the_file() -> None:
    assert found("x\n", "[[rules]]\nid = 'f'\npath = '''\\.keep$'''\n", "a/b.keep") == [
        ("gitleaks-f", "", "")
    ]
    assert found("x\n", "[[rules]]\nid = 'f'\npath = '''\\.keep$'''\n", "a/b.txt") == []


def test_secret_over_several_lines_has_all_of_them() -> None:
    given = Given(
        read_rules(".gitleaks.toml", b"[[rules]]\nid='m'\nregex='''<<([a-z\\n]+)>>'''\n", lambda _: None)
    )
    (secret,) = scan("a.txt", b"x <<abc\ndefg\nhi>>\n", given=given).secrets
    assert (secret.line, secret.start, secret.end) == (1, 5, 8)
    assert secret.body == ((2, 1, 5), (3, 1, 3))


def test_offsets_hold_beside_what_is_not_ascii() -> None:
    given = Given(read_rules(".gitleaks.toml", RULE.encode(), lambda _: None))
    (secret,) = scan("a.txt", f"é\n😀 ü {VALUE}\n".encode(), given=given).secrets
    assert (secret.line, secret.start, secret.end) == (2, 5, 5 + len(VALUE))


# ------------------------------------------------------------------------------ beside the real gitleaks

PARTS = ("ab", "a1", "zz", "example", "é", "\n", " ", "=", "tok", "key", "TOK", "x", "BEGIN", "END", "9")
CONFIGS = [
    "regex = '''tok[= ]([a-z0-9]+)'''",
    "regex = '''tok[= ](zz)?(a[a-z0-9]*)'''\nkeywords = ['tok']",
    "regex = '''(?i)tok=?(ab|zz)(x+)?'''\nsecretGroup = 1",
    "regex = '''BEGIN([^E]*)END'''\nentropy = 1.5",
    "regex = '''\\bkey\\b\\s+(\\w+)\\n'''",
    "regex = '''(?s)key.{1,9}?x'''\n[[rules.allowlists]]\nregexTarget = 'match'\nregexes = ['tok']",
    "regex = '''[a-z]{2}[0-9]'''\n[rules.allowlist]\nstopwords = ['AB']",
    "regex = '''(?P<n>key|tok)\\x{20}?[^\\n]{3}'''\nallowlist = {condition='&&',paths=['f1'],regexes=['ab']}",
]


@pytest.mark.tools
def test_rules_find_what_the_real_gitleaks_finds(tmp_path: Path) -> None:
    program = os.environ.get("GITLEAKS") or shutil.which("gitleaks")
    if not program:
        pytest.skip("gitleaks is not installed")
    rng = random.Random(1)
    toml = "\n".join(f"[[rules]]\nid = 'r{n}'\n{config}" for n, config in enumerate(CONFIGS))
    (tmp_path / "c.toml").write_text(toml)
    files = {f"f{n}.md": "".join(rng.choices(PARTS, k=60)) + "\n" for n in range(200)}
    (tmp_path / "d").mkdir()
    for name, text in files.items():
        (tmp_path / "d" / name).write_text(text)
    subprocess.run(
        [program, "dir", "d", "-c", "c.toml", "--report-path", "r.json", "--max-decode-depth", "0"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
    )
    theirs = sorted(
        (Path(f["File"]).name, f["RuleID"], f["Secret"])
        for f in json.loads((tmp_path / "r.json").read_text())
    )
    given = Given(read_rules(".gitleaks.toml", toml.encode(), lambda _: None))
    ours = sorted(
        (name, s.detector.removeprefix("gitleaks-"), s.value.reveal())
        for name, text in files.items()
        for s in scan(name, text.encode(), given=given).secrets
        if s.detector.startswith("gitleaks-") and not s.suppressed_by
    )
    assert len(theirs) > 500
    assert ours == theirs
