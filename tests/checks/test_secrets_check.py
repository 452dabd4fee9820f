from __future__ import annotations

import hashlib
import hmac
import random
import sys

import pytest

from pregate.checks.base import Target
from pregate.checks.secrets import SecretsCheck
from pregate.config import SecretsConfig
from pregate.errors import ScannerError, UsageError
from pregate.model import Confidence, Finding, Location, Severity
from pregate.secrets import about, detectors
from pregate.secrets.gitleaks.reading import read_rules
from pregate.secrets.given import Given
from pregate.secrets.known import KnownSecrets
from tests.secrets import samples

KEY = samples.aws_key(random.Random(1))
OTHER = samples.aws_key(random.Random(2))


def found(
    text: str, path: str = "src/config.py", key: bytes = b"k", disable: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    return SecretsCheck(SecretsConfig(disable=disable), key).analyse(Target(path, text.encode())).findings


def test_bad_file_gives_the_exact_region() -> None:
    (finding,) = found(f"import os\nACCESS = '{KEY}'\n")
    assert finding.rule.id == "secrets/AWSKeyDetector"
    assert finding.location == Location("src/config.py", 2, 11, 2, 31)
    assert (finding.severity, finding.confidence, finding.rule.cwe) == (
        Severity.CRITICAL,
        Confidence.HIGH,
        (798,),
    )


def test_clean_twin_gives_nothing() -> None:
    assert found("import os\nACCESS = os.environ['ACCESS']\n") == ()


def test_message_names_the_file_and_only_the_public_prefix() -> None:
    (finding,) = found(f"ACCESS = '{KEY}'\n")
    assert finding.message.startswith("AWS access key (")
    assert finding.message.endswith("…) in `config.py`")
    assert KEY[4:] not in repr(finding)


@pytest.mark.parametrize("seed", range(40))
def test_no_value_is_in_a_findings_repr(seed: int) -> None:
    name, text = samples.file(seed)
    check = SecretsCheck(SecretsConfig(), b"k")
    target = Target(name, text.encode())
    shown = repr(check.analyse(target))
    values = [s.value.reveal() for s in check.scan(target).secrets if s.is_value]
    assert not [value for value in values if len(value) > 8 and value in shown]


def test_equal_values_have_equal_discriminators_within_a_run() -> None:
    first, second, third = found(f"a = '{KEY}'\nb = '{KEY}'\nc = '{OTHER}'\n")
    assert first.discriminator == second.discriminator != third.discriminator
    assert len(first.discriminator) == 16


def test_discriminators_of_two_runs_differ() -> None:
    text = f"a = '{KEY}'\n"
    assert found(text, key=b"1")[0].discriminator != found(text, key=b"2")[0].discriminator


def test_anchor_is_that_of_the_masked_line() -> None:
    (finding,) = found(f"   a = '{KEY}'  \n")
    assert finding.anchor == hashlib.sha256(b"a = '***'").hexdigest()


def test_a_comment_of_pregates_own_is_no_part_of_the_anchor() -> None:
    (finding,) = found(f"a = '{KEY}'  # pregate: {'ignore'}[secrets/*] reason='r'\n")
    assert finding.anchor == hashlib.sha256(b"a = '***'").hexdigest()


def test_a_witness_is_a_few_digits_under_the_salt_of_the_repository() -> None:
    def witnesses(salt: bytes) -> list[str]:
        check = SecretsCheck(SecretsConfig(), b"k", salt)
        text = f"a = '{KEY}'\nb = '{KEY}'\nc = '{OTHER}'\n"
        return [f.witness for f in check.analyse(Target("a.py", text.encode())).findings]

    first, second, third = witnesses(b"salt")
    assert first == second == hmac.digest(b"salt", KEY.encode(), "sha256").hex()[:3]
    assert first != third
    assert witnesses(b"other") != [first, second, third]
    assert witnesses(b"") == ["", "", ""]


def test_results_under_another_salt_are_others() -> None:
    versions = {SecretsCheck(SecretsConfig(), b"", salt).version for salt in (b"", b"1", b"2")}
    assert len(versions) == 3


def test_pragma_suppresses() -> None:
    (finding,) = found(f"a = '{KEY}'  # pragma: allowlist secret\n")
    assert finding.suppressed_by == "pragma: allowlist secret"


def test_disabled_plugin_reports_nothing_and_has_no_rule() -> None:
    assert found(f"a = '{KEY}'\n", disable=("AWSKeyDetector",)) == ()
    check = SecretsCheck(SecretsConfig(disable=("AWSKeyDetector",)), b"")
    assert "secrets/AWSKeyDetector" not in {rule.id for rule in check.rules()}
    assert check.version != SecretsCheck(SecretsConfig(), b"").version


def test_unknown_plugin_in_the_configuration_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="NoSuchDetector"):
        SecretsCheck(SecretsConfig(disable=("NoSuchDetector",)), b"")


def test_every_plugin_has_a_rule() -> None:
    assert about.entries("detect-secrets").keys() == detectors.engine().detectors.keys()
    for engine in ("pregate", "detect-secrets"):
        rules = {rule.id for rule in SecretsCheck(SecretsConfig(engine=engine), b"").rules()}
        assert rules == {f"secrets/{name}" for name in about.entries(engine)}
    assert len(about.entries()) > 300


def test_one_rule_is_given_as_all_are() -> None:
    given = given_rules(
        "[[rules]]\nid = 'a'\nregex = 'tok_[a-z]+'\n[[rules]]\nid = 'b'\nregex = 'tak_[a-z]+'\n"
    )
    for engine in ("pregate", "detect-secrets"):
        config = SecretsConfig(engine=engine, disable=("AWSKeyDetector", "gitleaks-b"))
        check = SecretsCheck(config, b"", b"", given)
        for rule in check.rules():
            assert check.rule(rule.id) == rule
        for name in ("secrets/AWSKeyDetector", "secrets/gitleaks-b", "secrets/NewDetector", "gitleaks-a", ""):
            assert check.rule(name) is None


def test_no_detector_is_described_twice() -> None:
    tables = [about.entries(), about.entries("detect-secrets")]
    sizes = [len(about._table(family)) for family in about._FAMILIES]
    assert sum(sizes) == len(tables[0])
    assert all(about.find(name, "detect-secrets") == entry for name, entry in tables[1].items())
    assert about.find("NewDetector") is None


def test_plugin_without_an_entry_is_reported_with_care() -> None:
    assert about.entry("NewDetector").severity is Severity.HIGH


@pytest.mark.parametrize(
    ("path", "own", "theirs"),
    [
        ("a.py", True, True),
        ("Makefile", True, True),
        ("poetry.lock", True, False),
        ("package-lock.json", True, False),
        ("style.css", True, False),
        ("swagger.json", True, False),
        ("a.png", False, False),
    ],
)
def test_files_whose_name_promises_no_text_do_not_concern_it(path: str, own: bool, theirs: bool) -> None:
    for engine, concerned in (("pregate", own), ("detect-secrets", theirs)):
        check = SecretsCheck(SecretsConfig(engine=engine), b"")
        assert check.concerns(path, executable=False) is concerned


def test_in_a_lock_file_only_what_has_a_form_is_found() -> None:
    line = f'"resolved": "https://registry.example/a?token={KEY}", "password": "x8Fq2LmZ9tRw"\n'
    findings = SecretsCheck(SecretsConfig(), b"").analyse(Target("package-lock.json", line.encode())).findings
    assert [finding.rule.id for finding in findings] == ["secrets/AWSKeyDetector"]


def test_broken_scanner_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    detectors.engine.cache_clear()
    monkeypatch.setitem(sys.modules, "detect_secrets.plugins.base", None)
    try:
        with pytest.raises(ScannerError, match="detect-secrets cannot be used"):
            SecretsCheck(SecretsConfig(engine="detect-secrets"), b"").analyse(Target("a.py", b"x"))
    finally:
        detectors.engine.cache_clear()


def test_requests_is_not_imported_for_a_scan() -> None:
    import subprocess

    scan = "from pregate.secrets.scan import scan; scan('a.py', b'x')"
    code = f"import sys; {scan}; print('requests' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"


def given_rules(text: str) -> Given:
    return Given(read_rules(".gitleaks.toml", text.encode(), lambda _: None))


def test_rule_of_the_repository_has_its_words_and_can_be_left_out() -> None:
    given = given_rules(
        "[[rules]]\nid = 'a/b'\nregex = 'tok_[a-z]+'\ndescription = \" A  token.\\n\"\ntags = ['x']\n"
    )
    target = Target("a.txt", b"tok_abc\n")
    check = SecretsCheck(SecretsConfig(), b"", b"", given)
    (finding,) = check.analyse(target).findings
    assert (finding.rule.id, finding.rule.title, finding.message) == (
        "secrets/gitleaks-a-b",
        "A token",
        "A token in `a.txt`",
    )
    assert (finding.severity, finding.confidence) == (Severity.HIGH, Confidence.HIGH)
    assert finding.rule in check.rules()
    without = SecretsCheck(SecretsConfig(disable=("gitleaks-a-b",)), b"", b"", given)
    assert without.analyse(target).findings == ()
    assert finding.rule not in without.rules()
    assert len({check.version, without.version, SecretsCheck(SecretsConfig(), b"").version}) == 3


def test_rule_with_a_path_has_files_read_that_are_left_out_otherwise() -> None:
    given = given_rules("[[rules]]\nid = 'a'\nregex = 'tok_[a-z]+'\npath = 'lock$'\n")
    check = SecretsCheck(SecretsConfig(engine="detect-secrets"), b"", b"", given)
    assert [check.concerns(path, executable=False) for path in ("poetry.lock", "a.png")] == [True, False]
    token = samples.github_token(random.Random(1))
    findings = check.analyse(Target("poetry.lock", f"tok_abc\n{token}\n".encode())).findings
    assert [finding.rule.id for finding in findings] == ["secrets/gitleaks-a"]


@pytest.mark.parametrize("engine", ["pregate", "detect-secrets"])
def test_hashes_in_a_baseline_of_detect_secrets_are_no_secrets(engine: str) -> None:
    digest = hashlib.sha1(b"x").hexdigest()
    data = f'{{"results": {{"a": [{{"hashed_secret": "{digest}", "line_number": 1}}]}}}}\n'.encode()
    check = SecretsCheck(SecretsConfig(engine=engine), b"")
    assert check.analyse(Target(".secrets.baseline", data)).findings == ()


def test_the_name_of_the_baseline_changes_the_version() -> None:
    """Of the file that bears it the digests are no secrets, and findings say which file they are in."""
    configs = (SecretsConfig(), SecretsConfig(baseline="other.json"))
    assert len({SecretsCheck(config, b"").version for config in configs}) == 2
    known = [Given(known=KnownSecrets(path, {}, "1")) for path in ("a.json", "b.json")]
    assert len({given.digest for given in (*known, Given())}) == 3


def test_whether_the_doubtful_is_reported_changes_the_version_where_it_changes_findings() -> None:
    """Of detect-secrets nothing is doubtful, nor is what a rule of the repository's finds beside it."""
    given = given_rules("[[rules]]\nid = 'own'\nregex = 'own-[0-9]{6}'\n")
    for engine, versions in (("pregate", 2), ("detect-secrets", 1)):
        configs = [SecretsConfig(engine=engine, doubtful=doubtful) for doubtful in (False, True)]
        checks = [SecretsCheck(config, b"k", given=given) for config in configs]
        assert len({check.version for check in checks}) == versions
        if engine == "pregate":
            continue
        for seed in range(20):
            name, text = samples.file(seed)
            target = Target(name, f"{text}\nown-123456\n".encode())
            without, with_doubtful = (check.analyse(target).findings for check in checks)
            assert without == with_doubtful
