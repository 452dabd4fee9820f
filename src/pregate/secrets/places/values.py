"""Whether what stands in the place of a password is one: no reference, placeholder, or word of a manual."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from itertools import pairwise

from pregate.expressions import expression
from pregate.levels import Confidence

_REFERENCE = expression(
    r"\$\{|\$\(|\{\{|\}\}|<%|%>|#\{|^[$@%&!]?[$%][A-Za-z_]\w{0,80}%?$|%\(\w{1,80}\)s|%[sdvq](?![0-9A-Fa-f])"
    r"|^<.{0,200}>$|^&lt;|^\[.{0,200}\]$|\{[\w.:\- ]{0,80}\}"
    r"|^\{[^{}]{1,200}\}$|^@[\w.]{1,80}@$|^__\w{1,80}__$|^%\w{1,80}%$"
    r"|^(?:enc[\[(]|vault:|ssm:|secretsmanager:|op://|arn:aws|kms:|keyring:|awssm:|gcp:|env:|file:"
    r"|!ref|!sub|!vault|!getatt|fn::|\$ansible_vault|var\.|local\.|module\.|data\.|each\."
    r"|process\.env|os\.environ|os\.getenv|system\.getenv|getenv|env\[|env\(|\{resolve:|resolve:|secret://|ref\+)",
    re.IGNORECASE,
)
_MASKED = expression(r"\*{3}|\.{3}|\u2026|\u2022{2}|x{4}|X{3}|_{4}|-{5}|\?{3}|#{4}|<[A-Za-z_ -]{2,60}>")
_TOLD = expression(
    r"(?i)your[-_ .]?[a-z0-9]|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this|with)|placeholder|redacted"
    r"|insert[-_ ]?(?:your|here)"
    r"|fill[-_ ]?(?:me|in)|[-_ ]here$|^(?:not|no)[-_]?(?:a[-_])?(?:real|secret|password)"
    r"|^(?:null|none|nil|undefined|true|false|yes|no|empty|todo|tbd|n/?a|unset|ignored?|optional|required)$"
)
_WORDS = expression(
    r"(?:my|your|the|some|any|new|old|super|very|top|db|database|user(?:name)?|test(?:ing|er|s)?|pass(?:word|wort|wd|"
    r"phrase|code)?|pw|pwd|psw|secret|key|token|api|admin(?:istrator)?|root|guest|demo|dummy|fake|example|sample|foo|"
    r"bar|baz|qux|default|login|account|client|server|local|host|dev|prod|stage|staging|change|me|it|hello|world|"
    r"welcome|letmein|qwerty|asdf|abc|abcd|abcdef|postgres|postgre|sql|mysql|mariadb|redis|rabbit|mq|mongo|oracle|"
    r"sa|minio|elastic|kafka|airflow|django|wordpress|drupal|grafana|vagrant|docker|kube|ubuntu|debian|jenkins|"
    r"neo4j|cassandra|couchdb|influx|sonar|keycloak|nexus|odoo|moodle|laravel|forge|homestead|spring|boot|app|web|"
    r"is|a|of|for|to|and|not|real|strong|secure|safe|plain|text|clear|basic|auth|valid|invalid|wrong|correct|bad|"
    r"good|bob|alice|joe|john|doe|jane|jsmith|smith|bla|blah|mail|smtp|ftp|ssh|http|proxy|string|value|data|name|"
    r"access|personal|bearer|hidden|private|public|credentials?|github|gitlab|git|deploy|service|svc|master|"
    r"primary|replica|backup|read|only|write|one|two|three|first|second|special|characters?|with|random|id|aws|"
    r"azure|cloud|bot|ci|cd|encoded|encrypted|hashed|temp|tmp|initial|existing|current|other|another|unknown|"
    r"here|go|hunter|tiger|scott|system|manager|monkey|dragon|sensitive|open|sesame|xyz|zzz|aaa|s|p|x|y|z|u|w|i){1,6}"
)
_NAME = expression(r"[A-Z]{1,20}(?:_[A-Z0-9]{1,20}){1,8}")
_LEET = str.maketrans("01345$@!|", "oieassaii")
_EDGES = expression(r"^[\W_\d]{0,12}|[\W_\d]{0,12}$")
_SEPARATORS = expression(r"[\W_]")
_SAMPLE = expression(
    r"(?:^|[/._-])(?:tests?|testing|specs?|fixtures?|testdata|examples?|samples?|demos?|docs?|mocks?|templates?|dist"
    r"|default|tutorials?|e2e|playground|stubs?)(?:[/._-]|$)",
    re.IGNORECASE,
)
_SHORT = 6
_LONG = 8
_LEAST_DIFFERENT = 4
_WORDS_REACH = 40
_CASE_CHANGES = 3
# Of letters that follow each other as in no language.
_RANDOM_BITS = -12.0
_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


def is_reference(value: str) -> bool:
    """Whether a value is written to be replaced, by a person or a program: it is no secret itself."""
    return (
        not value
        or len(set(value)) < 2
        or bool(_NAME.fullmatch(value))
        or bool(_REFERENCE.search(value) or _MASKED.search(value) or _TOLD.search(value))
    )


@lru_cache(maxsize=512)
def is_word(value: str) -> bool:
    """Whether a value is made of words that manuals write for passwords, with digits around them."""
    if len(value) > _WORDS_REACH:
        return False
    lowered = value.lower()
    core = _SEPARATORS.sub("", _EDGES.sub("", lowered))
    if not core:
        return len(value) < _LONG or value.isdigit()
    spoken = _SEPARATORS.sub("", lowered.translate(_LEET))
    return bool(_WORDS.fullmatch(core) or _WORDS.fullmatch(spoken))


@lru_cache(maxsize=8)
def is_sample(path: str) -> bool:
    """Whether a file's path says that it is a test, an example or documentation."""
    return bool(_SAMPLE.search(path))


def strength(value: str, path: str = "") -> Confidence | None:
    """
    How surely a value is a password, given that one belongs where it stands: ``None`` for a placeholder, low
    for a word, high for what nobody would write in an example. A sample's ``path`` takes one step off.
    """
    if is_reference(value):
        return None
    if is_word(value) or len(set(value)) < _LEAST_DIFFERENT or len(value) < _SHORT:
        return _LOW
    sure = _HIGH if len(value) >= _LONG and _is_mixed(value) else _MEDIUM
    return Confidence(sure - 1) if is_sample(path) else sure


def _is_mixed(value: str) -> bool:
    """Digits with other characters, or letters that make up no name."""
    if any(c.isdigit() for c in value):
        return not value.isdigit()
    changes = sum(a.isupper() != b.isupper() for a, b in pairwise(value))
    if changes * _CASE_CHANGES >= len(value):
        return True
    from pregate.secrets.generic.letters import naturalness

    return value.isascii() and naturalness(value) < _RANDOM_BITS


def at_home(value: str, path: str = "") -> Confidence | None:
    """
    As :func:`strength` in a file that holds nothing but logins: what stands there is meant, if it is no
    sample; of words only those with a number are sure.
    """
    sure = strength(value, path)
    if sure is None or is_sample(path):
        return sure
    if sure is _LOW:
        is_numbered = len(value) > _SHORT and any(c.isdigit() for c in value) and not value.isdigit()
        return _HIGH if is_numbered and len(set(value)) > _LEAST_DIFFERENT else _MEDIUM
    return _HIGH


def decoded(value: str, most: int = 4096) -> str | None:
    """What Base64 says, with or without padding, in either alphabet, when it is text; ``None`` otherwise."""
    text = value[:most].rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
        plain = data.decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return plain if plain and all(c.isprintable() or c in "\t\r\n" for c in plain) else None


def login(value: str) -> tuple[str, str] | None:
    """The user and the password of a login in Base64, as in ``Authorization: Basic``."""
    user, colon, password = (decoded(value) or "").partition(":")
    return (user, password) if colon and password else None
