"""What a value looks like: nothing secret, words, something made up by a person, or random characters."""

from __future__ import annotations

import re
from binascii import a2b_base64
from enum import IntEnum
from functools import cache
from itertools import pairwise

from pregate.secrets.expressions import expression
from pregate.secrets.formats import entropy
from pregate.secrets.generic import letters


class Shape(IntEnum):
    """What a value looks like, in the order of how surely it is a secret."""

    NOTHING = 0
    """A reference, a placeholder, a path, a text, a number."""
    WORDS = 1
    """Words of a language, or one that is made of them: ``test_password``, ``getPassword``."""
    MADE = 2
    """Words with digits or signs about them: ``Summer2019!``."""
    ODD = 3
    """Not like words, and short."""
    RANDOM = 4
    """Random characters, long enough to be no accident."""
    STRONG = 5
    """Random characters of several classes, as long as keys of services are."""


LONGEST = 512
_LEAST = 4
_ODD_BITS = -2.0
_RANDOM_BITS = -9.0
_STRONG_BITS = -16.0
_STRONG_LENGTH = 16


@cache
def _reference() -> re.Pattern[str]:
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
def _told_to_replace() -> re.Pattern[str]:
    """Words that say of a value, however random the rest of it looks, that it is none."""
    return re.compile(
        r"example|placeholder|change[-_]?me|replace|redacted|foobar|insert[-_]|dummy|your[-_A-Z]|x{6}|lorem|omitted",
        re.IGNORECASE,
    )


@cache
def _written_out() -> re.Pattern[str]:
    """What no random value holds by chance: it is an example, or to be replaced."""
    return re.compile(
        r"example|sample|placeholder|change[-_]?(?:me|it|this)|changed?it|replace|redacted|foobar|"
        r"insert|dummy|secret|"
        r"passw|your[-_A-Z]|deadbeef|cafebabe|123456|abcdef|qwerty|x{4}|lorem|[_-]here$|omitted|"
        r"removed|hidden|fake",
        re.IGNORECASE,
    )


@cache
def _placeholder() -> re.Pattern[str]:
    """Words that people write where no real secret stands."""
    return re.compile(
        r"^your|^my[-_]|my(?:pass|token|key|api)|12345|abc123|pass$|^pass|token|api[-_]?key|^test|"
        r"test$|^todo|^tbd|^none|^null|"
        r"^undefined|^nil$|^true|^false|^default|hunter2|masked|invalid|mock|badcafe|0123|4321|"
        r"enter[-_]|s3cr3t|p[a4@][s$5]{2}w",
        re.IGNORECASE,
    )


@cache
def _expression() -> re.Pattern[str]:
    """A regular expression, or a value in a way of writing that shows no characters."""
    return re.compile(
        r"\[\^|\[[A-Za-z]-[A-Za-z]|\\[wWdDsSb](?:[+*{]|$)|\(\?|\.[*+]|\\x[0-9a-f]{2}\\x|\\u[0-9a-f]{4}|\[0-9"
    )


@cache
def _plain() -> re.Pattern[str]:
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


_UUID = expression(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = expression(r"[0-9a-f]{16,512}|[0-9A-F]{16,512}")
_HASHED = expression(
    r"\$(?:2[abxy]?|1|5|6|7|y|gy|sha1|apr1|argon2\w{1,3}|P|S|H)\$|pbkdf2[_:]|\{(?:SSHA|SHA|MD5|"
    r"CRYPT)|sha(?:1|256|512)[$:-]|md5[$:]|scrypt[:$]|bcrypt",
    re.IGNORECASE,
)
_BASE64 = expression(r"[A-Za-z0-9+/]{8,512}={0,2}")
# How the tokens and keys begin that RFC 5849, 6238, 6749 and 6750 have for examples: everybody copies them.
_PUBLISHED = tuple(
    """
    2YotnFZF tGzv3JOk SplxlOBe mF_9.B5f czZCaGRS 7Fjfp0ZB kkk9d7dh dpf43f3p nnch734d pfkkdhi9 hh5s93j4
    hdhd0244 9djdj82h j49sk3j2 kd94hf93 JBSWY3DP
    """.split()
)
_LEET = str.maketrans("013457@$!", "oieastasi")
_REPEATED = expression(r"(.)\1{4}")
_PERCENT = expression(r"%[0-9A-Fa-f]{2}")
_JWT = expression(r"eyJ[\w-]{8,400}\.")
_BLOB = expression(
    r"iVBOR|R0lGOD|/9j/|MII[A-Z]|PD94|PHN2|UEsDB|H4sI|AAAA[A-Z]3|AQICAH|AQEC|pk\.eyJ|Ag[A-D][A-Za-z0-9+/]{120}"
)


def is_uuid(value: str) -> bool:
    """Whether a value is a UUID: an id more often than a secret."""
    return bool(_UUID.fullmatch(value))


def is_hex(value: str) -> bool:
    """Whether a value is of hexadecimal digits alone: a digest more often than other random values are."""
    return bool(_HEX.fullmatch(value))


def is_hashed(value: str) -> bool:
    """Whether a value is what a password becomes to be stored."""
    return bool(_HASHED.match(value))


def shape(value: str) -> Shape:
    """What a value looks like."""
    if "%" in value and _PERCENT.search(value):
        plain = _PERCENT.sub(lambda match: chr(int(match.group()[1:], 16)), value)
        # A sign of percent is one of a password's, too.
        if not plain.isascii() and 6 * len(_PERCENT.findall(value)) > len(value):
            return Shape.NOTHING
        value = plain if plain.isascii() and plain.isprintable() else value
    size = len(value)
    if not _LEAST <= size <= LONGEST or not value.isascii():
        return Shape.NOTHING
    different = len(set(value))
    if value.startswith(_PUBLISHED):
        return Shape.WORDS
    if different < _LEAST or _BLOB.match(value) or _JWT.match(value) or _expression().search(value):
        return Shape.NOTHING
    bits = letters.naturalness(value)
    is_wild = size >= 20 and bits < -2 * size and different > size / 2 and not value.isalnum()
    if (" " in value or "\t" in value) and not (is_wild and size >= 32):
        return Shape.NOTHING
    if value[0] in "&!@=?:|>\\" and bits > _RANDOM_BITS:
        return Shape.NOTHING
    if _reference().search(value) and not (is_wild and "${" not in value and "{{" not in value):
        return Shape.NOTHING
    if value.isdigit():
        return _of_digits(value, different)
    if _plain().fullmatch(value) and (size < 16 or bits > -20 or ("." in value and bits > -40)):
        return Shape.NOTHING
    if value.lower().startswith(("passw", "secret")) and value[-1].isdigit() and bits > _ODD_BITS:
        return Shape.MADE
    if _told_to_replace().search(value):
        return Shape.WORDS
    if _is_sample(value, bits):
        return Shape.WORDS if bits > _RANDOM_BITS else Shape.MADE
    return _by_bits(value, bits, different)


def _is_sample(value: str, bits: float) -> bool:
    size = len(value)
    if _written_out().search(value) or (size < 32 and _REPEATED.search(value)):
        return True
    least = -3 * size / 4 - 14 if size < 20 else -size / 2
    return bits > least and bool(_placeholder().search(value))


def _of_digits(value: str, different: int) -> Shape:
    if len(value) < 6 or different < _LEAST or value in "01234567890123456789" or value in "9876543210":
        return Shape.NOTHING
    return Shape.MADE if _is_sample(value, 0) else Shape.ODD


def _by_bits(value: str, bits: float, different: int) -> Shape:
    size = len(value)
    if bits <= _ODD_BITS and _is_made(value, bits):
        return Shape.MADE
    if bits > _ODD_BITS:
        if size >= 24 and entropy(value) > 4.2 and bits < size / 4:
            return Shape.ODD
        mixed = not value.isalpha() and not value.replace("_", "").replace("-", "").isalpha()
        return Shape.MADE if mixed and any(c.isdigit() for c in value) else Shape.WORDS
    if size < 8 or (bits > _RANDOM_BITS and not _is_generated(value)):
        return Shape.ODD
    if bits > _STRONG_BITS or size < _STRONG_LENGTH or different < 8:
        return Shape.RANDOM
    return Shape.STRONG


def _is_generated(value: str) -> bool:
    """Whether capitals, small letters and digits change as often as they do where nobody chose them."""
    kinds = [0 if c.islower() else 1 if c.isupper() else 2 if c.isdigit() else 3 for c in value]
    if len(value) < 10 or not {0, 1, 2} <= set(kinds):
        return False
    return 2 * sum(a != b for a, b in pairwise(kinds)) >= len(value)


def _is_made(value: str, bits: float) -> bool:
    return (
        len(value) < 5
        or value.count("\\") > len(value) / 6
        or _is_mashed(value)
        or _is_words_in_any_case(value)
        or _names_a_thing(value, bits)
        or _is_words_in_base64(value)
    )


def _is_mashed(value: str) -> bool:
    """Whether somebody ran the fingers over the middle row of the keyboard."""
    found = [c for c in value.lower() if c.isalpha()]
    if sum(c in "sghjkl" for c in found) < 4:
        return False
    letters_alone = [c for c in value if c.isalpha()]
    if 4 * sum(a.isupper() != b.isupper() for a, b in pairwise(letters_alone)) > len(found):
        return False
    return len(found) >= 8 and sum(c in "asdfghjkl" for c in found) > 0.74 * len(found)


def _is_words_in_any_case(value: str) -> bool:
    """Whether a value is words but for its capitals: ``aUtHoRiZaTiOn``."""
    folded = value.lower()
    if folded != value != value.upper() and letters.naturalness(folded) > len(value) / 2:
        return True
    read = folded.translate(_LEET)
    return read != folded and len(value) <= 20 and letters.naturalness(read) > len(value) / 2


def _is_words_in_base64(value: str) -> bool:
    """Whether a value is a text in Base64: its characters look random, what it says does not."""
    if len(value) < 12 or len(value) % 4 or not _BASE64.fullmatch(value):
        return False
    text = a2b_base64(value)
    if not text.isascii() or any(code < 32 and code not in b"\r\n\t" for code in text):
        return False
    return letters.naturalness(text.decode("ascii")) > 0


@cache
def _things() -> re.Pattern[str]:
    """Names that do not look like words."""
    return re.compile(
        r"ubuntu|vagrant|centos|kafka|m[sy]sql|psql|pgsql|https?|oauth|html|xml|ssh|rsa|aes|"
        r"sha[0-9]|hmac|jwt|nginx|ldap|ntlm|"
        r"utf-?8|x509|mongo|i18n|rabbitmq|jwks|json|yaml|bcrypt|scrypt|pbkdf|aws|gcp|btn|usr|pwd|"
        r"pw[0-9]|asdf|zxcv|url"
    )


def _names_a_thing(value: str, bits: float) -> bool:
    return bits > _STRONG_BITS and len(value) < 20 and bool(_things().search(value.lower()))
