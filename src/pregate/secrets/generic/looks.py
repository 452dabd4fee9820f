"""
What tells of a value that it is no secret: references, placeholders, values of other kinds.

The expressions are large, and compiled when they are first needed.
"""

from __future__ import annotations

import re
from functools import cache

OF_EXPRESSIONS = ("[", "\\", "(?", ".*", ".+")
"""One of these is in every value that :func:`expression` finds something in."""
_PLACES = ("%s", "%d", "%v", "%r", "%@", "%q")
_MARKS = ("${", "$(", "{{", "}}", "<%", "%>", "#{", "***", "...", "://", "xxxx", "XXXX")
_LONGEST_WORD, _MOST_WORDS = 61, 9


def is_bare(value: str) -> bool:
    """Whether a value is of ASCII letters, digits, dots and ``_`` alone."""
    return value.isascii() and value.replace(".", "").replace("_", "").isalnum()


def is_surely_reference(value: str) -> bool:
    """Whether a value holds one of what :func:`reference` finds most: for the others that is asked."""
    return any(mark in value for mark in _MARKS) or value.endswith(_PLACES)


def is_path(value: str) -> bool:
    """Whether a value is names with dots between them, the first in lower case: one of many :func:`plain`."""
    words = value.split(".")
    return (
        2 <= len(words) <= _MOST_WORDS
        and (value[0].islower() or value[0] == "_")
        and all(word.isidentifier() and len(word) <= _LONGEST_WORD for word in words)
        and value.isascii()
    )


@cache
def reference() -> re.Pattern[str]:
    """A value that another place gives, or somebody is to write."""
    return re.compile(
        r"\$\{|\$\(|\{\{|\}\}|<%|%>|#\{|%\([a-z]|%[sdvr@q](?![A-Za-z0-9])|"
        r"^\$[A-Za-z_]|^%[^%]+%$|^\{[^{}]*\}$|^<.*>$|^\[.*\]$|"
        r"^\(.*\)$|\{[a-zA-Z_0-9.]{0,40}\}|\*\*\*|\.\.\.|\u2026|^__\w+__$|://|^data:|"
        r"^ENC[\[(]|^\{cipher\}|"
        r"^vault:|^arn:|^urn:|^ssm:|^secretsmanager:|^sm:|^op:|"
        r"(?<![A-Za-z0-9])(?:xxx|XXX)|(?:xxx|XXX)(?![A-Za-z0-9])|x{4}|X{4}|"
        r"^-+BEGIN|^env[.:(]|^\$\$|"
        r"\$\w+\.|<[a-zA-Z_ -]+>"
    )


@cache
def told_to_replace() -> re.Pattern[str]:
    """Words that say of a value, however random the rest of it looks, that it is none."""
    return re.compile(
        r"example|placeholder|change[-_]?me|replace|redacted|foobar|insert[-_]|dummy|your[-_A-Z]|x{6}|lorem|omitted",
        re.IGNORECASE,
    )


@cache
def written_out() -> re.Pattern[str]:
    """What no random value holds by chance: it is an example, or to be replaced."""
    return re.compile(
        r"example|sample|placeholder|change[-_]?(?:me|it|this)|changed?it|replace|redacted|foobar|"
        r"insert|dummy|secret|"
        r"passw|your[-_A-Z]|deadbeef|cafebabe|123456|abcdef|qwerty|x{4}|lorem|[_-]here$|omitted|"
        r"removed|hidden|fake",
        re.IGNORECASE,
    )


@cache
def placeholder() -> re.Pattern[str]:
    """Words that people write where no real secret stands."""
    return re.compile(
        r"^your|^my[-_]|my(?:pass|token|key|api)|12345|abc123|pass$|^pass|token|api[-_]?key|^test|"
        r"test$|^todo|^tbd|^none|^null|"
        r"^undefined|^nil$|^true|^false|^default|hunter2|masked|invalid|mock|badcafe|0123|4321|"
        r"enter[-_]|s3cr3t|p[a4@][s$5]{2}w",
        re.IGNORECASE,
    )


@cache
def expression() -> re.Pattern[str]:
    """A regular expression, or a value in a way of writing that shows no characters."""
    return re.compile(
        r"\[\^|\[[A-Za-z]-[A-Za-z]|\\[wWdDsSb](?:[+*{]|$)|\(\?|\.[*+]|\\x[0-9a-f]{2}\\x|\\u[0-9a-f]{4}|\[0-9"
    )


@cache
def plain() -> re.Pattern[str]:
    """Values of other kinds: numbers, versions, dates, times, paths, files, types, mails, hosts."""
    return re.compile(
        r"[-+]?[0-9.,_]{0,20}|v?[0-9]{1,5}(?:\.[0-9a-z]{1,10}){1,5}|[0-9]{4}-[0-9]{2}-[0-9]{2}.{0,20}|"
        r"0x[0-9a-fA-F]{1,8}|#[0-9a-fA-F]{3,8}|"
        r"[./~].{0,20}/.*|[A-Za-z]:\\.*|[\w.-]{0,60}(?:/[a-z._-]{2,40}){2,12}|"
        r"[\w./ -]{0,200}\.(?:pem|key|json|txt|ya?ml|py|js|ts|crt|cer|"
        r"p12|pfx|jks|env|conf|ini|xml|html?|go|java|rb|php|sh|md|"
        r"png|jpe?g|svg|gif|css|com|org|net|io|local|log|asc|gpg|pub|csv|sql|toml|properties|cs|cfg|"
        r"jwk|der|ppk|exe|dll|so)|"
        r"[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4}|"
        r"[a-z_][\w]{0,60}(?:(?:\.|->|::)[A-Za-z_]\w{0,60}){1,8}(?:\(.*)?|[\w.]{1,80}[\[(].*|"
        r"[A-Za-z]{2,30}(?:<[\w, ]{1,60}>|\[[\w, ]{0,60}\])[?]?|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]{1,5})?"
    )


@cache
def things() -> re.Pattern[str]:
    """Names that do not look like words."""
    return re.compile(
        r"ubuntu|vagrant|centos|kafka|m[sy]sql|psql|pgsql|https?|oauth|html|xml|ssh|rsa|aes|"
        r"sha[0-9]|hmac|jwt|nginx|ldap|ntlm|"
        r"utf-?8|x509|mongo|i18n|rabbitmq|jwks|json|yaml|bcrypt|scrypt|pbkdf|aws|gcp|btn|usr|pwd|"
        r"pw[0-9]|asdf|zxcv|url"
    )
