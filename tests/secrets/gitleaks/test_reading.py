from __future__ import annotations

import builtins
import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pregate.errors import ScannerError
from pregate.secrets.gitleaks import expressions
from pregate.secrets.gitleaks.model import CustomRules
from pregate.secrets.gitleaks.names import detector_for, switched_off
from pregate.secrets.gitleaks.reading import read_rules

NAME = ".gitleaks.toml"
RULE = "[[rules]]\nid = 'one'\nregex = 'one_[a-z]{8}'\n"


def rules(text: str, others: Mapping[str, str] | None = None) -> CustomRules:
    files = others or {}
    return read_rules(NAME, text.encode(), lambda path: files[path].encode() if path in files else None)


def mistakes(text: str) -> list[tuple[int, str]]:
    return [(m.line, m.words) for m in rules(text).mistakes]


def test_everything_that_a_rule_may_say_is_read_in_any_case_of_its_keys() -> None:
    (rule,) = rules(
        "[[Rules]]\nID = 'a b/c'\nDescription = 'what it is'\nregex = '(x)(y)'\nsecretGroup = 2\n"
        "entropy = 3\npath = 'z'\nkeywords = ['X', 'Ÿ']\ntags = 't'\n"
        "[[Rules.AllowLists]]\ncondition = '&&'\npaths = ['p']\nstopWords = ['S']\nregexTarget = 'line'\n"
        "[Rules.allowlist]\nregexes = ['r']\ncommits = ['abc']\n"
    ).rules
    assert (rule.id, rule.detector, rule.description) == ("a b/c", "gitleaks-a-b-c", "what it is")
    assert (rule.regex, rule.group, rule.entropy, rule.path) == ("(x)(y)", 2, 3.0, "z")
    assert (rule.keywords, rule.tags) == (("x", "ÿ"), ("t",))
    old, new = rule.allowlists
    assert (new.needs_all, new.paths, new.stopwords, new.target) == (True, ("p",), ("s",), "line")
    assert (old.needs_all, old.regexes, old.has_commits, old.target) == (False, ("r",), True, "secret")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("id = 'x'\nregex = 'a('", "rule 'x': regex is no expression of RE2's: missing )"),
        ("id = 'x'\nregex = '(?=a)'", "rule 'x': regex is no expression of RE2's"),
        ("id = 'x'\nregex = 'a'\nsecretGroup = 1", "secretGroup is 1, and regex has 0"),
        ("id = 'x'\nregex = 'a'\nsecretGroup = -1", "secretgroup must be a whole number"),
        ("id = 'x'\nregex = 'a'\nsecretGroup = inf", "secretgroup must be a whole number"),
        ("id = 'x'\nregex = 'a'\nentropy = 'much'", "entropy must be a number"),
        ("id = 'x'\nregex = 'a'\nkeywords = [1]", "keywords must be a list of strings"),
        ("id = 'x'\nregex = ['a']", "regex must be a string"),
        ("regex = 'a'", "rule 2: it has no id"),
        ("id = 'x'", "it has neither regex nor path"),
        ("id = 'one'\nregex = 'a'", "the id is taken by a rule above"),
        ("id = 'x'\nregex = 'a'\nrequired = [{id = 'one'}]", "`required` is not known here"),
        ("id = 'x'\nregex = 'a'\nskipReport = true", "`skipReport`"),
        ("id = 'x'\nregex = 'a'\nallowlist = {regexes = ['[']}", "regexes is no expression of RE2's"),
        ("id = 'x'\nregex = 'a'\nallowlist = {}", "an allowlist has none of"),
        ("id = 'x'\nregex = 'a'\nallowlist = 1", "an allowlist must be a table"),
        ("id = 'x'\nregex = 'a'\nallowlist = {paths = ['a'], condition = 'XOR'}", "OR or AND"),
        ("id = 'x'\nregex = 'a'\nallowlist = {paths = ['a'], regexTarget = 'file'}", "regexTarget is"),
    ],
)
def test_wrong_rule_loses_only_itself_and_is_told_with_its_line(entry: str, words: str) -> None:
    found = rules(f"title = 'x'\n{RULE}[[rules]]\n{entry}\n[[rules]]\nid = 'last'\nregex = 'b'\n")
    assert [rule.id for rule in found.rules] == ["one", "last"]
    ((line, told),) = [(m.line, m.words) for m in found.mistakes]
    assert line == 5
    assert words in told


def test_wrong_allowlist_for_all_findings_loses_only_itself() -> None:
    found = rules(f"{RULE}[[allowlists]]\npaths = ['(']\n[[allowlists]]\npaths = ['ok']\n")
    assert [a.paths for a in found.allowlists] == [("ok",)]
    assert [(m.line, m.words.partition(":")[0]) for m in found.mistakes] == [(4, "allowlists 1")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = [", "not TOML"),
        ("<<<<<<< ours\na = 1\n", "line 1: a merge conflict is left"),
        ("a = " + "[" * 4000, "not TOML"),
        ("[extend]\npath = 'none.toml'", "there is no file 'none.toml'"),
        ("[extend]\npath = '/etc/passwd'", "there is no file '/etc/passwd'"),
        ("[extend]\npath = '../x.toml'", "there is no file '../x.toml'"),
    ],
)
def test_broken_file_is_told_with_its_name(text: str, words: str) -> None:
    with pytest.raises(ScannerError) as caught:
        rules(text)
    assert caught.value.message.startswith(NAME)
    assert words in caught.value.message


def test_file_that_is_not_utf8_is_told() -> None:
    with pytest.raises(ScannerError, match="not UTF-8"):
        read_rules(NAME, b"a = '\xff'", lambda _: None)


def test_rule_upon_another_files_rule_overrules_what_it_says() -> None:
    base = "[[rules]]\nid = 'a'\nregex = 'a'\nkeywords = ['k']\n[[rules]]\nid = 'b'\nregex = 'b'\n"
    base += "[[rules]]\nid = 'c'\nregex = 'c'\n[allowlist]\npaths = ['base']\n"
    mine = "[extend]\npath = './ci/base.toml'\ndisabledRules = ['b']\n[allowlist]\npaths = ['mine']\n"
    mine += "[[rules]]\nid = 'a'\nentropy = 2\nallowlist = {stopwords = ['s']}\n"
    mine += "[[rules]]\nid = 'd'\nregex = 'd'\n"
    found = rules(mine, {"ci/base.toml": base})
    assert [(r.id, r.regex) for r in found.rules] == [("a", "a"), ("c", "c"), ("d", "d")]
    assert (found.rules[0].entropy, found.rules[0].keywords) == (2.0, ("k",))
    assert [a.stopwords for a in found.rules[0].allowlists] == [("s",)]
    assert [a.paths for a in found.allowlists] == [("mine",), ("base",)]
    assert found.digest != rules(mine, {"ci/base.toml": base + "#"}).digest


def test_files_that_extend_each_other_end_with_a_note() -> None:
    found = rules(f"[extend]\npath = 'b'\n{RULE}", {"b": "[extend]\npath = 'b'\n"})
    assert [r.id for r in found.rules] == ["one"]
    assert "one file too many" in " ".join(found.notes)


def test_what_is_said_of_gitleaks_own_rules_goes_to_our_detectors() -> None:
    found = rules(
        "[extend]\nuseDefault = true\ndisabledRules = ['private-key', 'github-pat', 'beamer-api-token']\n"
        "[[rules]]\nid = 'generic-api-key'\n[rules.allowlist]\nstopwords = ['demo']\n"
        "[[allowlists]]\ntargetRules = ['aws-access-token', 'one']\nregexes = ['x']\n" + RULE
    )
    assert found.disabled == ("PrivateKeyDetector",)
    assert [(name, a.stopwords) for name, a in found.amended] == [("AssignedSecretDetector", ("demo",))]
    assert found.allowlists[0].rules == ("AWSKeyDetector", "gitleaks-one")
    (note,) = found.notes
    assert "`github-pat`, `beamer-api-token`: no detector of pregate's finds these alone" in note


def test_ids_that_look_alike_stay_apart() -> None:
    found = rules("[[rules]]\nid = 'a/b'\nregex = 'a'\n[[rules]]\nid = 'a b'\nregex = 'b'\n")
    assert [rule.detector for rule in found.rules] == ["gitleaks-a-b", "gitleaks-a-b-2"]


def test_without_re2_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "re2":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    expressions._module.cache_clear()
    expressions.compiled.cache_clear()
    try:
        with pytest.raises(ScannerError, match="google-re2") as caught:
            rules(RULE)
        assert "additional_dependencies: [google-re2]" in caught.value.hint
        assert rules("title = 'nothing to match'").rules == ()
    finally:
        expressions._module.cache_clear()


def test_rules_go_to_other_processes() -> None:
    found = rules(RULE)
    assert pickle.loads(pickle.dumps(found)).rules == found.rules


@pytest.mark.parametrize(
    ("rule", "detector"),
    [
        ("github-pat", "GitHubTokenDetector"),
        ("assignedsecret-x", "AssignedSecretDetector"),
        ("assigned-secret", "AssignedSecretDetector"),
        ("assignedsecrets", ""),
        ("", ""),
    ],
)
def test_detector_is_named_by_the_table_or_as_the_rule_begins(rule: str, detector: str) -> None:
    assert detector_for(rule) == detector


def test_detector_is_switched_off_only_by_all_of_its_rules() -> None:
    assert switched_off(["generic-api-key", "slack-bot-token"]) == {"AssignedSecretDetector"}


VALUES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(), st.just(float("nan")), st.sampled_from(["", "a(", "x", "match", "AND"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["id", "regex", "path", "secretgroup", "entropy", "keywords", "allowlists", "paths", "rules"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


def test_expression_with_very_many_groups_is_a_mistake() -> None:
    regex = "(" * 1001 + ")" * 1001
    (mistake,) = read_rules(
        NAME, f"[[rules]]\nid = 'a'\nregex = '{regex}'\n".encode(), lambda _: None
    ).mistakes
    assert "regex has 1001 groups" in mistake.words


def test_keys_within_keys_without_an_end_are_told() -> None:
    with pytest.raises(ScannerError, match="not TOML"):
        read_rules(NAME, ".".join("a" * 5000).encode() + b" = 1", lambda _: None)


@settings(max_examples=50)
@example({"extend": {"path": "a("}})
@given(st.dictionaries(st.sampled_from(["rules", "allowlist", "allowlists", "extend"]), VALUES, max_size=3))
def test_no_shape_of_a_file_breaks_the_reader(content: dict[str, Any]) -> None:
    data = "\n".join(f"{k} = {inline(v)}" for k, v in content.items()).encode()
    said = f"{NAME}: extend.path: there is no file"
    try:
        read_rules(NAME, data, lambda _: None)
    except ScannerError as error:
        said = error.message

    assert said.startswith(f"{NAME}: extend.path: there is no file")


def inline(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{k} = {inline(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(inline, value)) + "]"
        case str():
            return f"'{value}'"
        case _:
            return str(value)
