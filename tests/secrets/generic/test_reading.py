"""What is told without an expression, of names, connections and values, is what the expression tells."""

from __future__ import annotations

import random
import re

import pytest

from pregate.secrets.generic import looks, names, patterns, reading

_REACH = 700
_SIGNS = [
    *("=", ":", "::", "==", " ", "  ", "\t", "\n", ",", "(", ")", "[", "]", "{", "}", ">", "<", "-", "->"),
    *("-eq", "?", "??=", "||=", "+=", "!=", "~", "'", '"', "`", "\\", "&quot;", "&", "**", "*", ".", "=>"),
    *(".equals(", ".compareTo(", "string", "str", "NSString", "as ", "As", "eq", "ne", "to eq", "toBe", ":="),
    *(" value=", "Value", "android:value", "a='x' value=", 'x="y" ', "{ get; set; } =", "[0]", "\u00e9", "a"),
    *("\u017f", "None", "#", ";", "%", "_", "1", " " * 58, "\r\n", "@", "get;"),
]
_OPENINGS = [
    *("getenv(", "os.environ.get('X', ", "config('a', default=", "get('", "lookup(", "or", "||", "?:", ":-"),
    *(
        " or ",
        " || ",
        "[]byte",
        "bytes",
        "b",
        "rb",
        "f",
        "L",
        "String(",
        "SecretStr(",
        "Buffer.from(",
        "new ",
    ),
    *("new String(", "b64decode(", "base64.b64decode(", "bytes.fromhex(", "aws.String(", "to_s", "_T(", "u8"),
    *("std::string", "SecretValue.plainText(", "SecretString::from(", "ConvertTo-SecureString", " -String "),
    *("r#", "self.key", "x" * 31, "y" * 60, "$", "\n    ", "\\\n", "\n" + " " * 12, "('a')", '["a"]'),
]
_VALUES = [
    *("iVBOR", "MII", "M", "AAAA", "3", "Ag", "AgA", "AgD", "a" * 60, "kms:", "aws-", "gcp", "vault:v", "7"),
    *("pk.eyJ", "pk_live_", "sb_", "publishable", "ENC", "[", "(", "{cipher}", "urn:", "eyJ", "_abcdefgh"),
    *("-", ".", "0x", "0" * 40, "a1" * 20, "foo-", "xxx", "...", "__", "env.", "foo", "Bar", "foo.bar", ":"),
    *("{", "}", "$", "%", "<", ">", "[^", "[a-z]", "[0-9", "\\w", "\\", "+", "(?", ".*", "\\x0a\\x", "2.3"),
    *(".py", "data:", "%s", "%d", "-----BEGIN", "op:", " "),
]
_NAMES = ["key", "KEY", "Salt", "_", "-", "a", "A", "22", "secretKey", "API", "Key", "HTTPServer", "DB_"]
_BLOB = re.compile(
    r"iVBOR|MFkwEwYH|MCowBQYDK2V|R0lGOD|/9j/|MII[A-Z]|PD94|PHN2|UEsDB|H4sI|AAAA[A-Z]3|AQICAH|AQEC|"
    r"Ag[A-D][A-Za-z0-9+/]{60}|(?:aws-?|gcp-?)?kms:|vault:v[0-9]|pk\.eyJ|pk_(?:live|test)_|pk-lf-|phc_|"
    r"(?:sb_)?publishable|magnet:|ENC[\[(]|\{cipher\}|arn:aws|urn:"
)


def texts(pieces: list[str], seed: int, most: int = 6, count: int = 4000) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(pieces, k=rng.randint(1, most))) for _ in range(count)]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_connection_is_that_of_the_expression(seed: int) -> None:
    for text in texts(_SIGNS, seed):
        match = patterns.connection().match(text, 0, _REACH)
        found = reading.connection(text, 0, _REACH)
        assert (found and (found[0], found[1], found[3])) == (
            match and (match.end(), match["close"], match["sign"] or "=")
        )
        assert found is None or found[2] == "sign" or (match and match[found[2]])


@pytest.mark.parametrize("seed", [3, 4])
def test_an_opening_is_that_of_the_expression(seed: int) -> None:
    for text in texts(_SIGNS + _OPENINGS * 2, seed, most=7):
        match = patterns.wrapper().match(text, 0, _REACH)
        is_bracketed = bool(match and match.group().lstrip().startswith("("))
        assert reading.opening(text, 0, _REACH) == (
            match and (match.end(), match["quote"], match["prefix"], is_bracketed)
        )


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ('="a"', (2, '"', "", False)),
        ("= key or 'a'", (10, "'", "", False)),
        ("= key or settings.KEY\n", None),
        ('= get("a")\n', None),
        ("=\n    'a'", (7, "'", "", False)),
        ('= (\n  "a"', (7, '"', "", True)),
    ],
)
def test_what_programs_write_is_told_without_the_expression(
    text: str, begun: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "wrapper", lambda: pytest.fail("asked"))
    assert reading.opening(text, 1, _REACH) == begun


def test_a_shape_is_that_of_the_expressions() -> None:
    for value in texts(_VALUES, 5):
        assert looks._is_blob(value) == bool(_BLOB.match(value))
        assert looks.is_reference(value) == bool(looks.reference().search(value))
        assert looks.is_plain(value) == bool(looks.plain().fullmatch(value))
        is_one = bool(looks.expression().search(value))
        assert not is_one or any(mark in value for mark in looks.OF_EXPRESSIONS)


def test_words_of_a_name_are_those_of_the_expression() -> None:
    for name in texts(_NAMES, 6):
        assert names._parts(name) == [word.lower() for word in names._WORDS.findall(name)]
