"""Reading the configuration: what is right, and what each mistake is told."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from typing import Any

import pytest

from pregate.config import Boundary, Config, ReferencePolicy, Source, load, parse_file
from pregate.config.lines import line_of, lines_of
from pregate.config.reading import may_hold_options
from pregate.errors import UsageError


def loaded(text: str, name: str = ".pregate.toml") -> Config:
    return load([(name, parse_file(name, text.encode()))])


def test_nothing_gives_the_defaults() -> None:
    assert loaded("") == Config()
    assert loaded("[project]\nname = 'x'\n", "pyproject.toml") == Config()


def test_every_kind_of_value_is_read() -> None:
    text = (
        'fail-on = "low"\nexclude = ["a/*"]\nmax-file-size = 10\noffline = true\n[python]\nskip = ["B101"]\n'
    )
    config = loaded(text)
    assert (config.fail_on, config.exclude, config.max_file_size, config.offline) == (
        "low",
        ("a/*",),
        10,
        True,
    )
    assert config.python.skip == ("B101",)


def test_a_table_in_pyproject_is_read() -> None:
    assert loaded('[tool.pregate]\nfail-on = "low"\n', "pyproject.toml").fail_on == "low"


def test_later_sources_overrule_earlier_ones_key_by_key() -> None:
    sources: list[tuple[str, Mapping[str, Any]]] = [
        ("file", {"fail-on": "low", "dependencies": {"unknown-severity": "fail"}}),
        ("flags", {"fail-on": "none"}),
    ]
    config = load(sources)
    assert (config.fail_on, config.dependencies.unknown_severity) == ("none", "fail")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('fail_on = "low"', "unknown key 'fail_on'", "Did you mean fail-on?"),
        ('zzz = "low"', "unknown key 'zzz'", "Known keys: advisories"),
        ('[python]\nskips = ["B1"]', "unknown key 'python.skips'", "Did you mean python.skip?"),
        ('fail-on = "hihg"', "fail-on has no value 'hihg'", "Did you mean high?"),
        ("fail-on = 3", "fail-on must be a string", "It is a whole number now."),
        ("offline = 'yes'", "offline must be true or false", "It is a string now."),
        ("max-file-size = true", "max-file-size must be a whole number", "true or false"),
        ("max-file-size = -1", "max-file-size must not be negative", "5242880"),
        ("exclude = [1]", "exclude must be a list of strings", "For example"),
        ('checks = ["secret"]', "checks has no value 'secret'", "Did you mean secrets?"),
        ("checks = []", "checks is empty", "leave the key out"),
        ("python = 1", "python is not a table", "[python]"),
        ("a = [", "not TOML", "Mend the line"),
        ('[[paths]]\nmatch = "./src/**"', "paths.match: './src/**' can match no file", "without / or ./"),
        ('exclude = ["vendor/"]', "exclude: 'vendor/' can match no file", "vendor/**"),
        ('[[paths]]\nmatch = "a"\nchecks = ["pyton"]', "there is no check 'pyton'", "Did you mean python?"),
    ],
)
def test_a_mistake_names_the_file_the_key_and_the_fix(text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(text)
    assert caught.value.message.startswith((".pregate.toml: ", ".pregate.toml:1: "))
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = " + b"[" * 100_000, b"jobs = " + b"1" * 5000])
def test_hostile_bytes_are_a_usage_error(data: bytes) -> None:
    with pytest.raises(UsageError):
        parse_file(".pregate.toml", data)


def test_a_pyproject_whose_table_is_no_table_is_an_error() -> None:
    with pytest.raises(UsageError, match="is not a table"):
        parse_file("pyproject.toml", b"[tool]\npregate = 3\n")
    assert parse_file("pyproject.toml", b"tool = 3\n") == {}


def test_the_questions_about_iam_are_read() -> None:
    text = (
        '[iam]\nchecks = "validate"\nmax-custom-checks = 0\nsensitive-actions = ["iam:*", "*"]\n'
        'sensitive-resources = ["arn:aws:s3:::prod/*", "*"]\n'
        'reference-policies = [{ match = "a/*", policy = "./x.json" }]\n'
        '[iam.severity]\nERROR = "critical"\nnew-access = "low"\nPASS_ROLE_WITH_STAR_IN_RESOURCE = "info"\n'
    )
    iam = loaded(text).iam
    assert (iam.checks, iam.max_custom_checks) == (("validate",), 0)
    assert (iam.sensitive_actions, iam.sensitive_resources) == (
        ("iam:*", "*"),
        ("arn:aws:s3:::prod/*", "*"),
    )
    assert iam.reference_policies == (ReferencePolicy("a/*", "x.json"),)
    assert dict(iam.severity) == {
        "ERROR": "critical",
        "new-access": "low",
        "PASS_ROLE_WITH_STAR_IN_RESOURCE": "info",
    }
    one = loaded('[iam]\nreference-policies = { match = "a/*", policy = "x.json" }\n').iam
    assert one.reference_policies == iam.reference_policies


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('checks = ["valid"]', "iam.checks has no value 'valid'", "Did you mean validate?"),
        ("max-custom-checks = -1", "must not be negative", "20"),
        ('sensitive-actions = ["GetObject"]', "'GetObject' is no action", "service:Action"),
        ("sensitive-actions = [1]", "must be a list of strings", "For example"),
        ('sensitive-resources = ["bucket"]', "'bucket' is no ARN", "six fields"),
        (f'sensitive-resources = ["arn:aws:s3:::{"x" * 2100}"]', "is no ARN", "six fields"),
        ('reference-policies = ["x"]', "list of tables with match and policy", "For example"),
        ('reference-policies = [{ match = "x" }]', "list of tables with match and policy", "For example"),
        ('reference-policies = [{ match = "", policy = "y" }]', "list of tables", "For example"),
        ('severity = "high"', "iam.severity is not a table", "[iam.severity]"),
        ('severity = { ERROR = "hihg" }', "iam.severity.ERROR has no value 'hihg'", "Choose from: info"),
        ("severity = { ERROR = 1 }", "iam.severity.ERROR has no value 1", "Choose from: info"),
        ('severity = { ERRORS = "high" }', "unknown key 'iam.severity.ERRORS'", "Did you mean ERROR?"),
        ('severity = { warning = "high" }', "unknown key 'iam.severity.warning'", "Did you mean WARNING?"),
        ('severity = { new-acess = "high" }', "unknown key", "Did you mean new-access?"),
        ('severity = { "admin-access" = "high" }', "unknown key", "or an issue code such as"),
    ],
)
def test_a_mistake_about_iam_names_the_key_and_the_fix(text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(f"[iam]\n{text}")
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("s3-bucket", "No_Bucket"),
        ("s3-bucket", "x"),
        ("s3-prefix", "a b"),
        ("s3-kms-key", "key?"),
        ("s3-bucket-owner", "1234"),
        ("sns-topic", "arn:aws:sqs:eu-west-1:111122223333:x"),
    ],
)
def test_what_aws_would_not_take_is_refused_with_an_example(key: str, value: str) -> None:
    with pytest.raises(UsageError, match=rf"deliver\.{key} is not of the form") as caught:
        loaded(f'[deliver]\n{key} = "{value}"\n')
    assert f"For example: deliver.{key} = " in caught.value.hint


def test_deliveries_are_those_that_have_a_place() -> None:
    assert loaded("").deliver.wanted == frozenset()
    text = (
        '[deliver]\nsecurity-hub = "always"\ns3-bucket = "reports"\ns3-prefix = ""\n'
        'sns-topic = "arn:aws-cn:sns:cn-north-1:111122223333:x.fifo"\n'
    )
    assert loaded(text).deliver.wanted == {"security-hub", "s3", "sns"}


def test_no_source_of_advisories_is_refused() -> None:
    with pytest.raises(UsageError, match=r"dependencies\.sources is empty"):
        loaded("[dependencies]\nsources = []\n")


def test_who_answers_about_iam_and_what_bounds_policies_is_read() -> None:
    text = (
        '[iam]\nengine = "both"\nunknown = "fail"\nboundaries = [{ match = "a/*", policy = "./b.json" }, '
        '{ match = "*", policy = "scp.json", kind = "service-control" }]\n'
    )
    iam = loaded(text).iam
    assert (iam.engine, iam.unknown) == ("both", "fail")
    assert iam.boundaries == (
        Boundary("a/*", "b.json", "permissions-boundary"),
        Boundary("*", "scp.json", "service-control"),
    )
    for wrong in ('["x"]', '[{ match = "a", policy = "b", kind = "c" }]', '[{ match = "a" }]'):
        with pytest.raises(UsageError, match="list of tables with match") as caught:
            loaded(f"[iam]\nboundaries = {wrong}\n")
        assert "For example: iam.boundaries" in caught.value.hint


def test_licences_are_allowed_or_denied_not_both() -> None:
    assert loaded('[dependencies]\nallow-licenses = ["MIT"]').dependencies.allow_licenses == ("MIT",)
    with pytest.raises(
        UsageError, match=r"allow-licenses and dependencies\.deny-licenses exclude each other"
    ):
        loaded('[dependencies]\nallow-licenses = ["MIT"]\ndeny-licenses = ["ISC"]')


def test_a_mistake_in_a_file_names_its_line() -> None:
    data = b"# ours\n[tool.pregate]\njobs = 1\n\n[tool.pregate.secrets]\nhistory = 1\n"
    source = Source("pyproject.toml", parse_file("pyproject.toml", data), data)
    with pytest.raises(UsageError) as caught:
        load([source])
    assert caught.value.message == "pyproject.toml:6: secrets.history must be true or false"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.message, again.hint) == (caught.value.message, caught.value.hint)


def test_a_line_is_looked_for_in_what_can_be_parsed_only() -> None:
    assert line_of(b"a = 1\n", ("a",)) == 1
    assert line_of(b"a = 1\n", ("b",)) == 0
    assert line_of(b"\xff", ("a",)) == line_of(b"a = [", ("a",)) == 0
    assert lines_of(b"\xff") == lines_of(b"a = [") == {}
    assert lines_of(b"[x]\na = 1\n", ("y",)) == {}


def test_plug_ins_are_named_and_have_options_of_their_own() -> None:
    config = loaded(
        'plugins = ["images", "images"]\n[plugin.images]\nallow = ["a"]\ndeep = true\nlimit = 3\n'
    )
    assert config.plugins == ("images",)
    assert config.plugin == (("images", (("allow", ("a",)), ("deep", True), ("limit", 3))),)
    assert hash(config)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('plugins = ["secrets"]', "plugins: 'secrets' is no name of a plug-in"),
        ('plugins = ["../a"]', "plugins: '../a' is no name of a plug-in"),
        ("plugins = [1]", "plugins must be a list of strings"),
        ("plugin = 1", "plugin is not a table of tables"),
        ("[plugin]\nimages = 1", "plugin is not a table of tables"),
        (
            'plugins = ["images"]\n[plugin.images]\na = 2020-01-01',
            "plugin.images.a must be a string, a number",
        ),
        ('plugins = ["images"]\n[plugin.images]\na = [[1]]', "plugin.images.a must be a string, a number"),
        ("[plugin.images]\na = 1", "[plugin.images] is for a plug-in that is not used"),
        ('plugins = ["images"]\n[[tools]]\nname = "images"\nrun = ["x"]', "'images' is a plug-in and a tool"),
    ],
)
def test_a_wrong_word_on_plug_ins_is_told(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        loaded(text)


def test_options_for_a_plug_in_under_another_name_name_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        loaded('plugins = ["images"]\n[plugin.image]\na = 1\n')
    assert caught.value.hint == "Did you mean [plugin.images]?"


@pytest.mark.parametrize(
    "table",
    ["[tool.pregate]", '[tool."pregat\\u0065"]', "[ tool . 'pregate' ]", "tool.pregate", '"tool".pregate'],
)
def test_a_project_file_is_parsed_wherever_it_may_have_our_table(table: str) -> None:
    data = (f"{table}.fail-on = 'low'\n" if table[0] != "[" else f"{table}\nfail-on = 'low'\n").encode()

    assert parse_file("pyproject.toml", data) == {"fail-on": "low"}
    assert may_hold_options("pyproject.toml", data)


def test_a_project_file_in_another_encoding_is_not_passed_over() -> None:
    data = "[tool.pregate]\nfail-on = 'low'\n".encode("utf-16")

    assert may_hold_options("pyproject.toml", data)
    with pytest.raises(UsageError):
        parse_file("pyproject.toml", data)


def test_a_project_file_without_our_table_is_not_parsed() -> None:
    assert not may_hold_options("pyproject.toml", b"[project]\nname = 'x'\n")
    assert may_hold_options(".pregate.toml", b"fail-on = 'low'\n")
    assert not may_hold_options(".pregate.toml", b"")
