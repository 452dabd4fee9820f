"""
Requests in words: who may do what to which resource, and when.

Every text is plain, on one line and of bounded length: what comes from a policy is cut, and characters that
do not print are written out. Escaping for Markdown and the like is up to who prints it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pregate.iam.breadth import is_every_action
from pregate.iam.document import TOKEN, PolicyDocument, PolicyKind
from pregate.iam.globs import has_wildcard, is_everything, matches
from pregate.iam.plain import is_all_of_a_kind
from pregate.iam.reasoning.model import Principal, Request
from pregate.iam.reasoning.names import PHRASES, SERVICES, VERBS, key_name
from pregate.iam.statements import Principal as Named
from pregate.iam.statements import Statement
from pregate.iam.tables import ESCALATION_ACTIONS, SENSITIVE_ACTIONS
from pregate.records import dataclass

LONGEST = 200
"""Characters of one text of a policy in a sentence."""
MOST_KEYS = 4
MOST_VALUES = 3
ALL_BUT = "all but "
"""How NotAction, NotResource and NotPrincipal are written as one element: ``all but s3:*``."""
NOT_BEFORE = "the base version did not allow it"

_ACCOUNTS = "the accounts under this policy"
_HOLDERS = {
    "AWS::IAM::Group": "the group's members",
    "AWS::IAM::Role": "the role",
    "AWS::IAM::User": "the user",
    "AWS::SSO::PermissionSet": "the permission set's users",
    "AWS::Serverless::Function": "the function's role",
}
# A word of an action's name: capitals that no small letter follows, or a capital with what follows.
_WORD = re.compile(r"[A-Z0-9]+(?![a-z])|[A-Z]?[a-z0-9]+")
# The name that stands for an open value in an example, alone or as a whole ARN.
_EXAMPLE = re.compile(r"(?:arn:aws:placeholder:us-east-1:[0-9]{12}:)?placeholder-([0-9a-z]{1,64})")
_PREPOSITION = re.compile(r" (?:by|for|from|in|of|on|to|with) ")
_AN_LETTERS = frozenset("AEFHILMNORSX")  # letters whose names begin with a vowel's sound
_SPELLED = {action.lower(): action for action in (*ESCALATION_ACTIONS, *SENSITIVE_ACTIONS)}
_MASS = (
    "access",
    "data",
    "encryption",
    "logging",
    "monitoring",
    "status",
    "tagging",
    "versioning",
)  # endings of nouns that take no article
Readable = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Written:
    """The elements of the statement that a request came from, as they are written; ``""`` is unknown."""

    principal: str = ""
    action: str = ""
    resource: str = ""


def sentence(
    request: Request,
    *,
    kind: PolicyKind,
    holder: str = "",
    written: Written = Written(),  # noqa: B008 - it is frozen
    closing: str = NOT_BEFORE,
    readable: Readable = lambda text: TOKEN.sub("${…}", text),
) -> str:
    """
    What a request means, beginning with a verb in the third person, without a full stop: ``lets the role
    delete any DynamoDB table: dynamodb:DeleteTable on arn:…; the base version did not allow it``.

    ``holder`` says who has an identity policy (:func:`holder_of`). "Any" is only said when the resource
    element in ``written`` has a wildcard. ``closing`` is what follows the semicolon, ``""`` for nothing.
    ``readable`` makes text of the policy fit for people (:meth:`PolicyDocument.readable`).
    """
    action = spelled(request.action, written.action)
    deed = _as_pattern(readable(written.action)) or readable(action)
    asking = Principal(request.principal.kind, readable(request.principal.text))
    who = _who(asking, kind, holder, readable(written.principal))
    what = deed_words(deed, readable(written.resource), kind)
    example = example_words(request, kind, written, readable)
    end = f"; {plain(closing)}" if closing else ""
    return f"lets {who} {what}: {example}{end}"


def sentence_for(
    document: PolicyDocument, request: Request, written: Written | None = None, closing: str = NOT_BEFORE
) -> str:
    """:func:`sentence` for a request that ``document`` allows."""
    return sentence(
        request,
        kind=document.kind,
        holder=holder_of(document),
        written=written or Written(),
        closing=closing,
        readable=readable_of(document),
    )


def readable_of(document: PolicyDocument) -> Readable:
    """
    What makes texts of a policy, and of requests that come from it, fit for people: a value that a template
    leaves open is ``${Ref}``, also where an example was put in its place (:mod:`pregate.iam.comparable`).
    """
    if not document.unknowns:
        return document.readable
    expressions = {unknown.identity: unknown.expression for unknown in document.unknowns}

    def named(found: re.Match[str]) -> str:
        return f"${{{expressions.get(found[1], '…')}}}"

    return lambda text: _EXAMPLE.sub(named, document.readable(text))


def holder_of(document: PolicyDocument) -> str:
    """Who has an identity policy: ``the role``; in general words when the file does not say."""
    if document.kind is PolicyKind.SERVICE_CONTROL:
        return _ACCOUNTS
    if document.label("use") == "permissions-boundary":
        return "whoever is under this boundary"
    for name in (document.label("owner"), document.resource_type):
        if name in _HOLDERS:
            return _HOLDERS[name]
    return "whoever has this policy"


def spelled(action: str, written: str = "") -> str:
    """An action of a request, maybe in lower case, with the capitals that the policy or a table gives it."""
    if written.lower() == action.lower():
        return written
    return _SPELLED.get(action.lower(), action)


def principal_words(principal: Principal) -> str:
    """A principal of a request: ``the role app of account 111122223333``."""
    text = plain(principal.text)
    match principal.kind:
        case "AWS":
            return _arn_words(principal.text)
        case "Service":
            return f"the service {text}"
        case "Federated":
            return f"users of the identity provider {text}"
        case "CanonicalUser":
            return f"the account with the canonical ID {text}"
        case _:
            return "anybody"


def principal_element_words(written: str) -> str:
    """A principal element, its kind before it (``AWS: …``): ``account 111122223333``, ``anybody``."""
    kind, colon, text = written.partition(": ")
    if not colon:
        kind, text = "AWS", written
    if text == "*" and kind in ("AWS", "*"):
        return "anybody"
    account = _account_of(text) if kind == "AWS" else ""
    return f"account {account}" if account else principal_words(Principal(kind, text))


def written_in(statement: Statement, request: Request) -> Written:
    """
    The elements of a statement that a request comes from, found by their text; ``""`` for one not found so.
    """
    lower = request.action.lower()
    action = next((e.text for e in statement.actions if matches(e.text.lower(), lower)), "")
    resource = next((e.text for e in statement.resources if matches(e.text, request.resource)), "")
    who = next((p for p in statement.principals if _names(p, request.principal)), None)
    if not action and statement.not_actions:
        action = ALL_BUT + ", ".join(e.text for e in statement.not_actions)
    if not resource and statement.not_resources:
        resource = ALL_BUT + ", ".join(e.text for e in statement.not_resources)
    return Written(f"{who.kind}: {who.element.text}" if who else "", action, resource)


def _names(named: Named, principal: Principal) -> bool:
    """Whether a principal element means a principal, by its text: itself, its account, or everybody."""
    text = named.element.text
    if text == "*" and named.kind in ("*", "AWS"):
        return True
    account = _account_of(text) if named.kind == "AWS" else ""
    is_of = bool(account) and principal.text.split(":")[4:5] == [account]
    return named.kind == principal.kind and (is_of or matches(text, principal.text))


def context_words(request: Request, readable: Readable = str) -> str:
    """The values of condition keys: ``aws:SourceIp is 203.0.113.9 and …``; ``""`` when there are none."""
    parts = []
    for key, values in request.context[:MOST_KEYS]:
        shown = [plain(readable(value)) or "empty" for value in values[:MOST_VALUES]]
        more = [f"{len(values) - MOST_VALUES} more"] if len(values) > MOST_VALUES else []
        parts.append(f"{plain(key_name(key))} is {listed((*shown, *more)) or 'empty'}")
    if len(request.context) > MOST_KEYS:
        parts.append(f"{len(request.context) - MOST_KEYS} more keys have the right values")
    return listed(parts)


def example_words(request: Request, kind: PolicyKind, written: Written, readable: Readable) -> str:
    """The request itself: ``s3:GetObject on arn:… by arn:… when aws:SourceIp is 203.0.113.9``."""
    words = plain(readable(spelled(request.action, written.action)))
    if kind is not PolicyKind.TRUST:
        words += f" on {plain(readable(request.resource))}"
    if kind in (PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.RESOURCE_CONTROL):
        who = request.principal
        words += f" by {plain(readable(who.text))}" if who.text else ""
    when = context_words(request, readable)
    return f"{words} when {when}" if when else words


def deed_words(action: str, resource: str = "", kind: PolicyKind = PolicyKind.IDENTITY) -> str:
    """
    An action element as a verb with its object: ``delete any DynamoDB table``, ``do anything in S3``.

    ``resource`` is the resource element it goes with, ``""`` if it is not known.
    """
    if kind is PolicyKind.TRUST and action.lower().startswith("sts:assumerole"):
        return "assume this role"
    if action.startswith(ALL_BUT):
        return f"do everything but {plain(action.removeprefix(ALL_BUT))}"
    if is_every_action(action):
        return "do anything"
    prefix, _, name = action.partition(":")
    service = SERVICES.get(prefix.lower(), plain(prefix))
    if is_everything(name):
        return f"do anything in {service}"
    if has_wildcard(action):
        return f"do whatever {plain(action)} covers"
    verb, noun = _phrase(action, service, name)
    if not noun:
        return f"call {verb}"
    if is_all_of_a_kind(resource):
        return f"{verb} any {noun}"
    if has_wildcard(resource) and not resource.startswith(ALL_BUT):
        return f"{verb} any {noun} matching {plain(resource)}"
    return f"{verb} {_with_article(noun)}"


def plain(text: str, limit: int = LONGEST) -> str:
    """A text of a policy on one line: cut to ``limit``, and what does not print written out."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


def listed(parts: list[str] | tuple[str, ...]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _as_pattern(written: str) -> str:
    """The element as written where it says more than one action: all, all of a service, all but some."""
    is_wide = is_every_action(written) or is_everything(written.partition(":")[2])
    return written if is_wide or written.startswith(ALL_BUT) else ""


def _who(principal: Principal, kind: PolicyKind, holder: str, written: str) -> str:
    if kind is PolicyKind.IDENTITY:
        return holder or "whoever has this policy"
    if kind is PolicyKind.SERVICE_CONTROL:
        return _ACCOUNTS
    if written in ("*", "*: *", "AWS: *"):
        return "anybody"
    account = _account_of(written.removeprefix("AWS: "))
    return f"account {account}" if account else principal_words(principal)


def _account_of(written: str) -> str:
    """The account that a principal element names as a whole, or ``""``."""
    fields = written.split(":")
    if len(fields) == 6 and fields[2] == "iam" and fields[5] == "root":
        written = fields[4]
    return written if written.isascii() and written.isdigit() and len(written) == 12 else ""


def _arn_words(text: str) -> str:
    fields = text.split(":", 5)
    if len(fields) < 6:
        return f"the principal {plain(text)}"
    account, (word, _, name) = plain(fields[4]), fields[5].partition("/")
    if word == "root" and not name:
        return f"account {account}"
    if word == "assumed-role":
        role, _, session = name.partition("/")
        return f"the session {plain(session)} of the role {plain(role)} of account {account}"
    if word in ("role", "user", "federated-user") and name:
        return f"the {word.replace('-', ' ')} {plain(name)} of account {account}"
    return f"the principal {plain(text)}"


def _phrase(action: str, service: str, name: str) -> tuple[str, str]:
    """Verb and noun of an action; the noun is empty where the name does not say one."""
    if action.lower() in PHRASES:
        return PHRASES[action.lower()]
    words = _WORD.findall(name[:LONGEST])
    if name.islower():  # an action of a request: where its first word ends is only known of verbs
        verb = max((verb for verb in VERBS if name.startswith(verb)), key=len, default="")
        words = [verb, *_WORD.findall(name[len(verb) : LONGEST])]
    if words[:1] == ["Batch"]:
        del words[0]
    if len(words) < 2 or words[0].lower() not in VERBS:
        return plain(action), ""
    noun = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words[1:])
    return words[0].lower(), f"{service} {noun}"


def _with_article(noun: str) -> str:
    head = _PREPOSITION.split(noun, maxsplit=1)[0]
    if head.endswith(_MASS) or (head.endswith("s") and not head.endswith(("ss", "us", "is", "alias"))):
        return noun
    abbreviation = noun[0].isupper() and (noun[1:2].isupper() or noun[1:2].isdigit())
    vowel = noun[0] in _AN_LETTERS if abbreviation else noun[0].lower() in "aeio"
    return f"{'an' if vowel else 'a'} {noun}"
