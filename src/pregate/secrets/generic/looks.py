"""
What tells of a value that it is no secret: references, placeholders, values of other kinds.

The expressions are large, and compiled when they are first needed.
"""

from __future__ import annotations

import re
from functools import cache

from pregate.expressions import expression as later

OF_EXPRESSIONS = ("[", "\\", "(?", ".*", ".+")
"""One of these is in every value that :func:`expression` finds something in."""
_PLACES = ("%s", "%d", "%v", "%r", "%@", "%q")
_MARKS = ("${", "$(", "{{", "}}", "<%", "%>", "#{", "***", "...", "://", "xxxx", "XXXX")
_LONGEST_WORD, _MOST_WORDS = 61, 9
# How what everybody copies begins: tokens and keys of RFC 5849, 6238, 6749 and 6750, and those of the
# emulators of Azure (learn.microsoft.com/azure/storage/common/storage-use-azurite).
_PUBLISHED = (
    *("2YotnFZF", "tGzv3JOk", "SplxlOBe", "mF_9.B5f", "czZCaGRS", "7Fjfp0ZB", "JBSWY3DP", "kd94hf93"),
    *("kkk9d7dh", "dpf43f3p", "nnch734d", "pfkkdhi9", "hh5s93j4", "hdhd0244", "9djdj82h", "j49sk3j2"),
    *("Eby8vdM0", "C2y6yDjf"),
)
# Of Ethereum, where a token is a currency.
_ADDRESS, _ADDRESS_BEGINNING = later(r"0x[0-9a-fA-F]{40}"), "0x"
_OF_CACHE = later(r"(?:[A-Za-z0-9_.]{1,24}-){3,8}[0-9a-f]{32,64}")  # words and a digest, as builds have
_JWT, _JWT_BEGINNING = later(r"eyJ[\w-]{8,400}\."), "eyJ"
_DASHES = 3
# Files in Base64, what is encrypted (sealed secrets, a key service's), and keys that are public on purpose.
_BLOBS = (
    *("iVBOR", "MFkwEwYH", "MCowBQYDK2V", "R0lGOD", "/9j/", "PD94", "PHN2", "UEsDB", "H4sI", "AQICAH"),
    *("AQEC", "kms:", "aws-kms:", "awskms:", "gcp-kms:", "gcpkms:", "pk.eyJ", "pk_live_", "pk_test_"),
    *("pk-lf-", "phc_", "publishable", "sb_publishable", "magnet:", "ENC[", "ENC(", "{cipher}"),
    *("arn:aws", "urn:"),
)
_SEALED = later(r"Ag[A-D][A-Za-z0-9+/]{60}")
_CAPITALS, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


def is_of_another_kind(value: str) -> bool:
    """Whether a value is a manual's, a file, a public key, or a name that a program made."""
    if value.startswith(_PUBLISHED) or _is_blob(value):
        return True
    if value.startswith(_JWT_BEGINNING) and _JWT.match(value):
        return True
    if value.startswith(_ADDRESS_BEGINNING) and _ADDRESS.fullmatch(value):
        return True
    if value.count("-") >= _DASHES and _OF_CACHE.fullmatch(value):
        return True
    return any(mark in value for mark in OF_EXPRESSIONS) and bool(expression().search(value))


def _is_blob(value: str) -> bool:
    if value.startswith(_BLOBS):
        return True
    if value.startswith("MII"):
        return value[3:4] in _CAPITALS and len(value) > 3
    if value.startswith("AAAA"):
        return value[4:5] in _CAPITALS and value[5:6] == "3"
    if value.startswith("vault:v"):
        return value[7:8] in _DIGITS and len(value) > 7
    return value.startswith(("AgA", "AgB", "AgC", "AgD")) and bool(_SEALED.match(value))


def is_reference(value: str) -> bool:
    """Whether :func:`reference` finds something in a value of ASCII."""
    if is_bare(value) and not value.startswith(("__", "env.")):
        # Of what refers, or is left open, only dots and crosses are of such characters.
        return any(mark in value for mark in ("...", "xxx", "XXX")) and bool(reference().search(value))
    return is_surely_reference(value) or bool(reference().search(value))


def is_plain(value: str) -> bool:
    """Whether a value of ASCII is as :func:`plain` says."""
    return is_path(value) or bool(plain().fullmatch(value))


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
