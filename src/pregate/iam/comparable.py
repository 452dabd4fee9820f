"""
Policies with a value of its own for each expression that a template leaves open, so that two of them can be
compared.

Equal expressions get equal values in every version of a file, different ones different values, which no
policy names. That is exact where an expression stands as it is in both, and errs on the side of "this is new"
where it does not. Where no such value exists (an action, a number, a truth value), the policy cannot be
compared.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator

from pregate.iam.document import CLOSE, OPEN, TOKEN, PolicyDocument, PolicyKind, children, to_text
from pregate.positions import Array, Node, Object, Scalar, parse_json
from pregate.records import replace

Parts = Counter[tuple[str, str]]
_GUARDS = (PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL)
_STRINGS = ("string", "arn")
_RESOURCES = ("resource", "notresource")
_PRINCIPALS = ("principal", "notprincipal")


def comparable(
    document: PolicyDocument, *, widest: bool = False, alone: bool = False
) -> PolicyDocument | None:
    """
    The document with a value for each unknown one, or None where there is none that would do.

    ``alone`` is for questions about this document only: others need values that are known again.
    ``widest`` reads a resource that might be a wildcard as one where it is allowed: for questions about
    named resources.
    """
    if not document.unknowns:
        return document
    if is_anonymous(document) and not alone:
        return None
    root = parse_json(document.text)  # a tree of our own, which may be altered
    filler = _Filler({unknown.token: unknown.identity for unknown in document.unknowns}, widest)
    filler.wild = {unknown.token for unknown in document.unknowns if unknown.may_be_wildcard}
    if isinstance(root, Object) and all(filler.fill(statement) for statement in statements_in(root)):
        rest = [(key.text, value) for key, value in root if key.text != "Statement"]
        if all(filler.fill_beside(key, value) for key, value in rest):
            return replace(document, text=to_text(root), unknowns=())
    return None


def restored(document: PolicyDocument, text: str) -> str:
    """A text of a policy made by :func:`comparable`, with the tokens of ``document`` in it again."""
    for number, unknown in enumerate(document.unknowns):
        name = unknown.identity or f"none{number}"
        if name not in text and _digits(name) not in text:
            continue
        account, placeholder = _digits(name), f"placeholder-{name}"
        for form in (
            f"arn:aws:placeholder:us-east-1:{account}:{placeholder}",
            f"arn:aws:iam::{account}:role/{placeholder}",
            f"arn:aws:iam::{account}:oidc-provider/{placeholder}.example",
            placeholder,
            account,
        ):
            text = text.replace(form, unknown.token)
    return text


def is_anonymous(document: PolicyDocument) -> bool:
    """Whether it holds an unknown value that cannot be told from another in another version."""
    return any(not unknown.identity for unknown in document.unknowns)


def wording(document: PolicyDocument) -> str:
    """The policy's text with its unknown values by their identity: equal texts say the same."""
    # JSON writes the marks of tokens as escapes.
    text = document.text.replace("\\ue000", OPEN).replace("\\ue001", CLOSE)
    return f"{document.kind.value} {identified(document)(text)}"


def identified(document: PolicyDocument) -> Callable[[str], str]:
    """Writes the identity of an unknown value in the place of its token, which is only a number."""
    identities = {u.token: u.identity or u.expression for u in document.unknowns}
    return lambda text: TOKEN.sub(lambda token: f"{OPEN}{identities.get(token[0], '')}{CLOSE}", text)


def has_unknown(node: Node) -> bool:
    """Whether any string of the tree holds an unknown value."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Scalar) and TOKEN.search(current.text):
            return True
        pending += [child for _, _, child in children(current)]
    return False


def likeness(one: Parts, other: Parts) -> float:
    """How much of what two policies say is the same: from 0 to 1 (Dice's coefficient over their parts)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def parts_of(document: PolicyDocument, statement: Node | None = None) -> Parts:
    """The strings of the statements, or of one, with the element that they stand in."""
    name = identified(document)
    found: Parts = Counter()
    chosen = statements_in(document.root) if statement is None else (statement,)
    pending = [("", node) for node in chosen]
    while pending:
        path, node = pending.pop()
        if isinstance(node, Object):
            pending += [(f"{path}/{key.text.lower()}", value) for key, value in node]
        elif isinstance(node, Array):
            pending += [(path, item) for item in node]
        else:
            found[path, name(node.text)] += 1
    return found


def allows_something(document: PolicyDocument) -> bool:
    """Whether any statement has the effect Allow, or one that is not known to be another."""
    return any(_effect(node) != "deny" for node in statements_in(document.root))


def as_guard(document: PolicyDocument) -> PolicyDocument:
    """
    A control policy without an Allow beside the policy that allows everything, as AWS Organizations attaches
    it (``FullAWSAccess``, ``RCPFullAWSAccess``): only so does what it denies limit anything. The added
    statement is the last.
    """
    if document.kind not in _GUARDS or allows_something(document) or not isinstance(document.root, Object):
        return document
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if document.kind is PolicyKind.RESOURCE_CONTROL:
        everything["Principal"] = "*"
    written = [to_text(node) for node in statements_in(document.root)] + [json.dumps(everything)]
    members = [(k.text, to_text(v)) for k, v in document.root if k.text != "Statement"]
    members.append(("Statement", f"[{','.join(written)}]"))
    text = "{" + ",".join(f"{json.dumps(key)}:{value}" for key, value in members) + "}"
    return replace(document, text=text)


def statements_in(root: Node) -> tuple[Node, ...]:
    """The statements of a policy's tree, one or many."""
    found = root.get("Statement") if isinstance(root, Object) else None
    if isinstance(found, Array):
        return tuple(found.items)
    return (found,) if found is not None else ()


def _effect(statement: Node) -> str:
    effect = statement.get("Effect") if isinstance(statement, Object) else None
    return effect.text.lower() if isinstance(effect, Scalar) else ""


class _Filler:
    """Puts values for unknown ones into the statements of one document."""

    def __init__(self, identities: dict[str, str], widest: bool) -> None:
        self._names = {
            token: identity or f"none{number}" for number, (token, identity) in _enumerated(identities)
        }
        self._widest = widest
        self.wild: set[str] = set()

    def fill(self, statement: Node) -> bool:
        allows = _effect(statement) == "allow"
        pending: list[tuple[tuple[str, ...], Node]] = [((), statement)]
        while pending:
            path, node = pending.pop()
            if isinstance(node, Object):
                if any(TOKEN.search(key.text) for key, _ in node):
                    return False
                pending += [((*path, key.text.lower()), value) for key, value in node]
            elif isinstance(node, Array):
                pending += [(path, item) for item in node]
            elif TOKEN.search(node.text) and not self._put(path, node, allows):
                return False
        return True

    def fill_beside(self, key: str, node: Node) -> bool:
        """A value beside the statements: an Id says nothing, a Version everything."""
        if isinstance(node, Scalar) and TOKEN.search(node.text):
            node.value = node.text = TOKEN.sub("placeholder", node.text)
            return key.lower() == "id"
        return True

    def _put(self, path: tuple[str, ...], node: Scalar, allows: bool) -> bool:
        text: str | None = None
        match path:
            case ("sid",):
                text = TOKEN.sub("", node.text)
            case (element,) if element in _RESOURCES:
                wide = self._widest and allows and element == "resource"
                text = self._resource(node.text, wide)
            case (element, kind) if element in _PRINCIPALS and kind in ("aws", "federated"):
                text = self._principal(node.text, kind)
            case ("condition", operator, _):
                text = self._condition_value(operator, node.text)
        if text is None:
            return False
        node.value = node.text = text
        return True

    def _name(self, token: str) -> str:
        return f"placeholder-{self._names.get(token, 'none')}"

    def _account(self, token: str) -> str:
        return _digits(self._names.get(token, ""))

    def _resource(self, text: str, wide: bool) -> str:
        if wide:
            text = TOKEN.sub(lambda t: "*" if t[0] in self.wild else t[0], text)
        start = TOKEN.match(text)
        if start:
            # A service that does not exist: no pattern for a real one covers it.
            arn = f"arn:aws:placeholder:us-east-1:{self._account(start[0])}:{self._name(start[0])}"
            text = arn + text[start.end() :]
        return self._fields(text)

    def _fields(self, text: str) -> str:
        fields = text.split(":", 5)
        for index, field in enumerate(fields):
            if token := TOKEN.search(field):
                fields[index] = (
                    self._account(token[0])
                    if index == 4 and len(fields) == 6
                    else TOKEN.sub(lambda t: self._name(t[0]), field)
                )
        return ":".join(fields)

    def _principal(self, text: str, kind: str) -> str:
        only = TOKEN.fullmatch(text)
        if only and kind == "aws":
            return f"arn:aws:iam::{self._account(only[0])}:role/{self._name(only[0])}"
        if only:
            return f"arn:aws:iam::{self._account(only[0])}:oidc-provider/{self._name(only[0])}.example"
        return self._fields(text)

    def _condition_value(self, operator: str, text: str) -> str | None:
        name = operator.rpartition(":")[2]
        if name.startswith(_STRINGS):
            return self._resource(text, False) if name.startswith("arn") else self._fields(text)
        only = TOKEN.fullmatch(text)
        if only and name.startswith(("ipaddress", "notipaddress")):
            number = int(self._account(only[0]))  # an address of class E, which nobody has
            return f"24{number % 10}.{number // 10 % 256}.{number // 2560 % 256}.{number // 655360 % 256}/32"
        return None


def _enumerated(identities: dict[str, str]) -> Iterator[tuple[int, tuple[str, str]]]:
    return enumerate(identities.items())


def _digits(name: str) -> str:
    """Twelve digits that stand for a name: an account number that nobody is meant by."""
    return f"{int.from_bytes(name.encode()[:16].ljust(16, b'0'), 'big') % 10**11:012d}"
