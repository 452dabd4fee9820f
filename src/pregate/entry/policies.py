"""
Policies as the command line names them: a file, standard input, the JSON itself, one policy of a template,
each also as it was in a revision (``REV:path#LogicalId``).

A revision is read from git's objects; nothing is checked out. A plain JSON policy is taken as it is, also
when it is malformed: saying so is the answer to the question.
"""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from pregate.changes import Contents, Folder, Repository, Source
from pregate.checks.base import Target
from pregate.checks.iam import IamCheck
from pregate.checks.iam.suffixes import is_terraform
from pregate.config import IamConfig
from pregate.errors import ChangesError, UsageError
from pregate.iam.assemble import guess_kind
from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.extraction import is_template
from pregate.iam.finder import is_boundary_file, organizations_kind
from pregate.iam.terraform import extract_terraform
from pregate.iam.undecided import undecided
from pregate.iam.validation.raw import document_of
from pregate.model import INDEX, WORKTREE, Unread, UnreadReason
from pregate.positions import Object, PositionError, decode, parse_json
from pregate.records import dataclass, replace

LARGEST = 16 << 20
"""Bytes of a file that is read."""
MAX_INCLUDED = 500
MOST_NAMES = 40
TRUST_TYPE = "AWS::IAM::AssumeRolePolicyDocument"
KINDS: Mapping[str, PolicyKind] = {
    "IDENTITY_POLICY": PolicyKind.IDENTITY,
    "RESOURCE_POLICY": PolicyKind.RESOURCE,
    "SERVICE_CONTROL_POLICY": PolicyKind.SERVICE_CONTROL,
    "RESOURCE_CONTROL_POLICY": PolicyKind.RESOURCE_CONTROL,
}
_SCHEMES = ("file://", "fileb://")
# A JSON object with one of these is a file in which policies are searched for.
_CONTAINERS = frozenset({"Resources", "resource", "data", "module", "planned_values", "resource_changes"})


class MalformedError(Exception):
    """The ``text`` of ``path`` should be a policy and is none: the service would refuse it."""

    def __init__(self, message: str, path: str, text: str) -> None:
        super().__init__(message)
        self.message, self.path, self.text = message, path, text


@dataclass(frozen=True, slots=True)
class Given:
    """
    A policy that the command line names; of a file that is one, the text is the file's. ``gaps`` are words
    for its parts that cannot be known.
    """

    document: PolicyDocument
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options say of the policies: their kind (None: by their content), and the resource's type."""

    kind: PolicyKind | None = None
    resource_type: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """
    What a file holds: its policies, those of other files that it only uses, and what could not be read.
    """

    documents: tuple[PolicyDocument, ...]
    elsewhere: tuple[PolicyDocument, ...]
    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """The bytes of a file, and what else of its tree can be read. ``source`` None: nothing."""

    path: str
    data: bytes
    source: Source | None = None
    revision: str = WORKTREE


def read_policy(argument: str, wanted: Wanted, environ: Mapping[str, str]) -> Given:
    """
    The policy that an argument names.

    Raises UsageError when there is no such file or revision, or not exactly one policy by that name in it,
    MalformedError for a plain JSON file that is no policy.
    """
    file, name = _file(argument, environ)
    plain = None if name else _plain(file)
    given = _whole(file, plain) if plain is not None else _extracted(file, name, argument)
    return replace(given, document=_as_wanted(given.document, wanted))


def _as_wanted(document: PolicyDocument, wanted: Wanted) -> PolicyDocument:
    kind = wanted.kind or document.kind
    attached = wanted.resource_type
    if attached.startswith("AWS::IAM::") and attached != TRUST_TYPE:
        return replace(document, kind=kind, resource_type=attached)
    trust = attached == TRUST_TYPE or (not attached and document.kind is PolicyKind.TRUST)
    if kind is PolicyKind.RESOURCE and trust:
        kind = PolicyKind.TRUST
    if kind is PolicyKind.TRUST and not trust:
        kind = PolicyKind.RESOURCE
    if kind is PolicyKind.IDENTITY and attached and wanted.kind is None:
        kind = PolicyKind.TRUST if trust else PolicyKind.RESOURCE
    return replace(document, kind=kind, resource_type=attached or document.resource_type)


def _file(argument: str, environ: Mapping[str, str]) -> tuple[_File, str]:
    """The file that an argument names, and the policy's name after ``#``."""
    if argument.lstrip().startswith("{"):
        return _File("policy.json", argument.encode("utf-8", "surrogateescape")), ""
    for scheme in _SCHEMES:
        argument = argument.removeprefix(scheme)
    where, name = (argument, "") if Path(argument).exists() else argument.partition("#")[::2]
    if where == "-":
        return _standard_input(), name
    if Path(where).exists() or ":" not in where:
        return _local(where, environ), name
    return _past(where, environ), name


def _standard_input() -> _File:
    data = sys.stdin.buffer.read(LARGEST + 1)
    name = "policy.json" if data.lstrip().startswith(b"{") else "policy.yaml"
    return _File(name, _bounded("standard input", data))


def _local(where: str, environ: Mapping[str, str]) -> _File:
    """A file of the disk. It is opened as any program would: the user names it, be it a link or a pipe."""
    try:
        with Path(where).open("rb") as file:
            data = _bounded(where, file.read(LARGEST + 1))
    except OSError as error:
        raise UsageError(
            f"{where!r} cannot be read: {(error.strerror or 'no reason is given').lower()}.",
            "Give a file, - for standard input, REV:path for a revision, or the policy's JSON itself.",
        ) from error
    return _beside(Path(where), data, environ)


def _beside(path: Path, data: bytes, environ: Mapping[str, str]) -> _File:
    """
    The file with what it may include: the rest of its repository; where there is none, of this directory, or
    of its own.
    """
    try:
        repository = Repository.open(path.parent, environ)
        if repository.root:
            return _File(posixpath.join(repository.prefix, path.name), data, repository)
    except ChangesError:
        pass
    if not path.is_absolute() and ".." not in path.parts:
        return _File(path.as_posix(), data, Folder(Path()))
    return _File(path.name, data, Folder(path.parent))


def _past(where: str, environ: Mapping[str, str]) -> _File:
    """A file of a commit, or of the index when nothing stands before the colon, as git itself writes it."""
    revision, _, path = where.partition(":")
    try:
        repository = Repository.open(Path(), environ)
        commit = repository.commit_id(revision) if revision else INDEX
    except ChangesError as error:
        # Here it is a wrong word on the command line: 3 is the answer UNKNOWN.
        raise UsageError(error.message, error.hint) from None
    if path.startswith("./"):
        (path,) = repository.relative((path,))
    with repository.contents() as contents:
        blob = contents.find(commit, path)
        data = contents.read(blob, LARGEST) if blob else None
    if isinstance(data, bytes):
        return _File(path, data, repository, commit)
    detail = data.detail if isinstance(data, Unread) else "there is no such file"
    raise UsageError(
        f"{where!r} cannot be read: {detail}.",
        "A path after REV: starts at the repository's root; REV:./path starts here.",
    )


def _bounded(name: str, data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise UsageError(
            f"{name} is larger than {LARGEST >> 20} MiB.", "A policy has at most some kilobytes."
        )
    return data


def _plain(file: _File) -> Object | None:
    """The tree of a file that is one JSON policy; None for a file in which policies are searched for."""
    if not file.path.lower().endswith(".json") and not file.data.lstrip().startswith(b"{"):
        return None
    if file.path.lower().endswith((".tf.json", ".tofu.json")):
        return None
    try:
        text = decode(file.data)
        root = parse_json(text)
    except PositionError as error:
        if not file.path.lower().endswith(".json") and _documents(file).documents:
            return None  # YAML may begin with a brace
        where = f"line {error.line}, column {error.column}"
        text = file.data.decode("utf-8", "replace")
        message = f"The policy is not valid JSON: {error.message} ({where})."
        raise MalformedError(message, file.path, text) from None
    if not isinstance(root, Object):
        raise MalformedError("The policy is not a JSON object.", file.path, text)
    keys = {key.text for key, _ in root}
    if "Statement" in keys and not is_template(root):
        return root
    if is_template(root) or keys & _CONTAINERS:
        return None
    return None if _documents(file).documents else root


def _whole(file: _File, root: Object) -> Given:
    """A JSON file as one policy, of the kind that its principals say, or its name."""
    usual, kind = organizations_kind(file.path), guess_kind(root)
    is_control = usual is PolicyKind.SERVICE_CONTROL and kind is PolicyKind.IDENTITY
    if usual and (is_control or usual is PolicyKind.RESOURCE_CONTROL):
        kind = usual
    document = document_of(decode(file.data), kind, path=file.path)
    if is_boundary_file(file.path):
        document = replace(document, labels=(("use", "permissions-boundary"),))
    return Given(document)


def _extracted(file: _File, name: str, argument: str) -> Given:
    found = _documents(file)
    own = _labels(found.documents, file.path)
    labels = own if _named(own, name) else {**own, **_labels(found.elsewhere, file.path)}
    named = _named(labels, name)
    if len(named) == 1:
        document = labels[named[0]]
        return Given(document, tuple(_gaps(document, found.unread)))
    where = argument.partition("#")[0]
    if not labels:
        details = [f"line {u.line}: {u.detail}" if u.line else u.detail for u in found.unread[:MOST_NAMES]]
        raise UsageError(f"there is no policy in {where!r} that can be read.", "\n".join(details))
    some = named or list(labels)
    more = [f"and {len(some) - MOST_NAMES} more"] if len(some) > MOST_NAMES else []
    what = f"there are {len(some)} policies" if named else f"there is no policy {name!r}"
    raise UsageError(
        f"{what} in {where!r}; name one of them.",
        "\n".join([*(f"{where}#{label}" for label in some[:MOST_NAMES]), *more]),
    )


def _labels(documents: Sequence[PolicyDocument], path: str) -> dict[str, PolicyDocument]:
    """
    Documents by their name, with the path before it where that is another one than ``path``.

    Where a policy depends on conditions of its template, there is one for each of their values, told apart by
    a number after ``@``.
    """
    named: dict[str, list[PolicyDocument]] = {}
    for document in documents:
        name = document.name if document.path == path else f"{document.path}:{document.name}".rstrip(":")
        named.setdefault(name, []).append(document)
    labels: dict[str, PolicyDocument] = {}
    for name, same in named.items():
        for number, document in enumerate(same, 1):
            labels[name if len(same) == 1 else f"{name}@{number}"] = document
    return labels


def _named(labels: Mapping[str, PolicyDocument], name: str) -> list[str]:
    """The labels that a name means: the whole of one, its beginning up to a dot, or a part of it."""
    if name in labels:
        return [name]
    start, at, number = name.rpartition("@")
    if at and number.isdecimal():
        return [label for label in _named(labels, start) if label.endswith(f"@{number}")]
    starts = (f"{name}.", f"{name}@", f"{name}/")
    found = [label for label in labels if label.startswith(starts)]
    return found or [label for label in labels if name in label]


def _gaps(document: PolicyDocument, unread: Sequence[Unread]) -> Iterator[str]:
    """What of a policy was not read; what the reasoning itself knows to be open is not told here."""
    known = {(where.path, where.start_line, words) for where, words in undecided(document)}
    for gap in unread:
        spans = (place.value for place in document.places)
        inside = any(s.path == gap.path and s.start_line <= gap.line <= s.end_line for s in spans)
        concerns = inside or not gap.line or gap.reason is UnreadReason.UNPARSABLE
        if concerns and (gap.path, gap.line, gap.detail) not in known:
            yield f"line {gap.line}: {gap.detail}" if gap.line else gap.detail


def _documents(file: _File) -> _Found:
    """The policies of a file, read with the files that it includes."""
    check = IamCheck(IamConfig())
    target = Target(file.path, file.data)
    if file.source is not None:
        with file.source.contents() as contents:
            target = _with_included(check, target, contents, file.revision)
    analysis = check.analyse(target)
    facts = tuple(fact for fact in analysis.facts if isinstance(fact, PolicyDocument))
    elsewhere: tuple[PolicyDocument, ...] = ()
    if is_terraform(target):
        files = {target.path: target.data, **dict(target.included)}
        elsewhere = extract_terraform(target.path, files).elsewhere
    return _Found(facts, elsewhere, analysis.unread)


def _with_included(check: IamCheck, target: Target, contents: Contents, revision: str) -> Target:
    tried = {target.path}
    while len(target.included) < MAX_INCLUDED:
        new = [path for path in check.includes(target) if path not in tried]
        if not new:
            break
        tried.update(new)
        known = {target.path, *(path for path, _ in target.included)}
        paths = [path for path in _expanded(new, contents, revision) if path not in known]
        for path, blob in contents.find_all(revision, paths[:MAX_INCLUDED]).items():
            data = contents.read(blob, LARGEST)
            if isinstance(data, bytes):
                target = replace(target, included=(*target.included, (path, data)))
    return target


def _expanded(paths: Sequence[str], contents: Contents, revision: str) -> Iterator[str]:
    """The paths, and for each folder pattern among them (``modules/x/*.tf``) the files that it names."""
    patterns = [path for path in paths if "*" in path]
    yield from (path for path in paths if "*" not in path)
    if patterns:
        folders = {posixpath.dirname(path) for path in patterns}
        for path in contents.listing(revision, folders):
            beside = (p for p in patterns if posixpath.dirname(p) == posixpath.dirname(path))
            if any(fnmatchcase(path, pattern) for pattern in beside):
                yield path
