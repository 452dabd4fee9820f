"""
Which nodes of a syntax tree Bandit's tests can say anything about, found without Bandit.

Every gate is a *necessary* condition: a node that passes none of them cannot make a test of Bandit's return
a result. So Bandit is imported, and its tests are run, for the nodes that are left; in most files there are
none.
The gates were made for the tests of one release: :func:`is_proven` tells whether that is the one which is
installed, and ``tests/checks/test_python_gates.py`` compares the tables with Bandit's own and the outcome
with its visitor.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from pregate.checks.python.distribution import distribution_file, version

# Release, and a digest of the names of its tests.
_PROVEN = {"1.9.4": "c8922ece8e7209d1"}

# Qualified names that tests compare a call's with (bandit/blacklists/calls.py, plugins/injection_shell.py and
# others): the whole name is needed.
_CALLS = """
Crypto.Cipher Crypto.Cipher.ARC2.new Crypto.Cipher.ARC4.new Crypto.Cipher.Blowfish.new
Crypto.Cipher.DES.new Crypto.Cipher.XOR.new Crypto.Hash Crypto.Hash.MD2.new Crypto.Hash.MD4.new
Crypto.Hash.MD5.new Crypto.Hash.SHA.new Crypto.IO Crypto.Protocol Crypto.PublicKey
Crypto.PublicKey.DSA.generate Crypto.PublicKey.RSA.generate Crypto.Random Crypto.Signature Crypto.Util
Cryptodome.Cipher.ARC2.new Cryptodome.Cipher.ARC4.new Cryptodome.Cipher.Blowfish.new
Cryptodome.Cipher.DES.new Cryptodome.Cipher.XOR.new Cryptodome.Hash.MD2.new Cryptodome.Hash.MD4.new
Cryptodome.Hash.MD5.new Cryptodome.Hash.SHA.new Cryptodome.PublicKey.DSA.generate
Cryptodome.PublicKey.RSA.generate __import__ cPickle commands.getoutput commands.getstatusoutput
cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key
cryptography.hazmat.primitives.asymmetric.ec.generate_private_key
cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key
cryptography.hazmat.primitives.ciphers.algorithms.ARC4
cryptography.hazmat.primitives.ciphers.algorithms.Blowfish
cryptography.hazmat.primitives.ciphers.algorithms.CAST5
cryptography.hazmat.primitives.ciphers.algorithms.IDEA
cryptography.hazmat.primitives.ciphers.algorithms.SEED
cryptography.hazmat.primitives.ciphers.algorithms.TripleDES
cryptography.hazmat.primitives.ciphers.modes.ECB cryptography.hazmat.primitives.hashes.MD5
cryptography.hazmat.primitives.hashes.SHA1 dill dill.Unpickler dill.load dill.loads
django.utils.safestring.mark_safe eval exec flask.Markup ftplib ftplib.FTP importlib.__import__
importlib.import_module jsonpickle.decode jsonpickle.unpickler.Unpickler jsonpickle.unpickler.decode
logging.config.listen markupsafe.Markup marshal.load marshal.loads os.execl os.execle os.execlp os.execlpe
os.execv os.execve os.execvp os.execvpe os.popen os.popen2 os.popen3 os.popen4 os.spawnl os.spawnle
os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe os.startfile os.system
pandas.read_pickle pickle pickle.Unpickler pickle.load pickle.loads popen2.Popen3 popen2.Popen4
popen2.popen2 popen2.popen3 popen2.popen4 pyOpenSSL.SSL.Context pyghmi pysnmp.hlapi.CommunityData
pysnmp.hlapi.UsmUserData random.Random random.choice random.choices random.getrandbits random.randbytes
random.randint random.random random.randrange random.sample random.triangular random.uniform shelve
shelve.DbfilenameShelf shelve.open six.moves.urllib.request.FancyURLopener
six.moves.urllib.request.URLopener six.moves.urllib.request.urlopen six.moves.urllib.request.urlretrieve
ssl._create_unverified_context ssl.wrap_socket subprocess subprocess.Popen subprocess.call
subprocess.check_call subprocess.check_output subprocess.getoutput subprocess.getstatusoutput
subprocess.run telnetlib telnetlib.Telnet tempfile.mktemp torch.load torch.serialization.load
twisted.web.twcgi.CGIDirectory twisted.web.twcgi.CGIScript urllib.request.FancyURLopener
urllib.request.URLopener urllib.request.urlopen urllib.request.urlretrieve wsgiref.handlers.CGIHandler
xml.dom.expatbuilder xml.dom.expatbuilder.parse xml.dom.expatbuilder.parseString xml.dom.minidom
xml.dom.minidom.parse xml.dom.minidom.parseString xml.dom.pulldom xml.dom.pulldom.parse
xml.dom.pulldom.parseString xml.etree.ElementTree xml.etree.ElementTree.XMLParser
xml.etree.ElementTree.fromstring xml.etree.ElementTree.iterparse xml.etree.ElementTree.parse
xml.etree.cElementTree xml.etree.cElementTree.XMLParser xml.etree.cElementTree.fromstring
xml.etree.cElementTree.iterparse xml.etree.cElementTree.parse xml.sax xml.sax.expatreader.create_parser
xml.sax.make_parser xml.sax.parse xml.sax.parseString xmlrpc
"""
CALLS = frozenset(_CALLS.split())
_IMPORTS = """
Crypto.Cipher Crypto.Hash Crypto.IO Crypto.Protocol Crypto.PublicKey Crypto.Random Crypto.Signature
Crypto.Util cPickle dill ftplib pickle pyghmi shelve subprocess telnetlib twisted.web.twcgi.CGIDirectory
twisted.web.twcgi.CGIScript wsgiref.handlers.CGIHandler xml.dom.expatbuilder xml.dom.minidom
xml.dom.pulldom xml.etree.ElementTree xml.etree.cElementTree xml.sax xmlrpc
"""
IMPORTS = tuple(_IMPORTS.split())
# Last parts of a call's name that tests ask for, whatever stands before them.
_NAMES = """
    extra mark_safe SafeText SafeUnicode SafeString SafeBytes RawSQL exec_command set_missing_host_key_policy
    Environment Template
"""
NAMES = frozenset(_NAMES.split())
# Last parts that count only beside one of these words in the qualified name.
QUALIFIED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("md4", "md5", "sha", "sha1", "new"), ("hashlib",)),
    **dict.fromkeys(("crypt", "mksalt"), ("hashlib", "crypt")),
    "from_pretrained": ("transformers",),
    "load_dataset": ("datasets",),
    **dict.fromkeys(("hf_hub_download", "snapshot_download", "repository_id"), ("huggingface_hub",)),
    "load": ("yaml",),
    **dict.fromkeys(("get", "options", "head", "post", "put", "patch", "delete"), ("requests", "httpx")),
    **dict.fromkeys(("request", "stream", "Client", "AsyncClient"), ("httpx",)),
}
PARTS = ("chmod", "extractall")
KEYWORDS = frozenset({"shell", "debug", "method", "ssl_version"})
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - what is looked for
ANYWHERE = "0.0.0.0"  # noqa: S104 - what is looked for

_ENCODING = re.compile(rb"[ \t\f]*#[^\n]{0,1000}?coding[:=][ \t]*([-\w.]+)")
# U+200F, U+202A to U+202E and U+2066 to U+2069 in UTF-8 (bandit/plugins/trojansource.py).
_UTF8_BIDI = re.compile(rb"\xe2(?:\x80[\x8f\xaa-\xae]|\x81[\xa6-\xa9])")
_LAST = {name.rpartition(".")[2] for name in CALLS} | NAMES | QUALIFIED.keys()
_HINT = re.compile("pas|pwd|token|secret", re.IGNORECASE)
_SQL = re.compile("select|delete|insert|update", re.IGNORECASE)
# Fields that hold no node which a test looks at.
_NO_NODES = "id ctx op ops attr module level kind type_comment conversion simple is_async asname kwd_attrs"
_PLAIN = frozenset(_NO_NODES.split())
_LEAVES = frozenset(
    (ast.Name, ast.Pass, ast.Break, ast.Continue, ast.alias, ast.Global, ast.Nonlocal, str, int, type(None))
)
_FIELDS: dict[type, tuple[str, ...]] = {}


Place = tuple[Any, Any, Any, int]
"""
A node, the place of its parent (None for a module), the list of nodes that it stands in or None, and where in
it. A bare tuple, for there is one for each node of every tree.
"""


class Event(NamedTuple):
    """What Bandit has to be shown of a tree: an import, or a node that a test may say something about."""

    place: Place
    is_hot: bool


@cache
def is_proven() -> bool:
    """Whether the installed Bandit is the one whose tests these gates were made for."""
    try:
        return _PROVEN.get(version()) == digest(distribution_file("entry_points.txt"))
    except (ImportError, OSError):
        return False


def digest(entry_points: str) -> str:
    """A digest of the names and places of all tests in an ``entry_points.txt``."""
    lines, section = [], ""
    for line in entry_points.splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif "=" in line and section in ("bandit.plugins", "bandit.blacklists"):
            lines.append("".join(line.split()))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def events_of(tree: ast.Module) -> list[Event]:
    """
    The imports and the nodes that matter, in the order in which Bandit meets them. Raises RecursionError for
    a tree that is too deep.
    """
    walk = _Walk()
    walk.below(tree, (tree, None, None, 0))
    return walk.events


def is_silent(events: Sequence[Event], data: bytes) -> bool:
    """Whether Bandit has nothing to say about a file, neither of its nodes nor of its text and comments."""
    return not any(event.is_hot for event in events) and b"nosec" not in data and not is_read_as_text(data)


def is_read_as_text(data: bytes) -> bool:
    """Whether a test may find something in the text of a file: characters that change the direction."""
    return bool(_UTF8_BIDI.search(data)) or is_not_utf8(data)


def is_not_utf8(data: bytes) -> bool:
    """Whether the source says so (PEP 263): then its bytes need not show what its text holds."""
    matches = (_ENCODING.match(line) for line in data.split(b"\n", 2)[:2])
    return any(
        match and match.group(1).lower().replace(b"_", b"-") not in (b"utf-8", b"utf8") for match in matches
    )


def mark(place: Place) -> None:
    """Gives a node and those above it the attributes that Bandit's visitor gives to all."""
    while place[1] is not None and not hasattr(place[0], "_bandit_parent"):
        node, above, around, index = place
        node._bandit_parent = above[0]
        node._bandit_sibling = around[index + 1] if around is not None and index + 1 < len(around) else None
        place = above


def _fields(kind: type) -> tuple[str, ...]:
    # The pattern `case True` holds a bool where others hold a node.
    fields = tuple(name for name in getattr(kind, "_fields", ()) if name not in _PLAIN)
    _FIELDS[kind] = fields
    return fields


class _Walk:
    """One walk over a tree. ``aliases`` are the names that imports have bound so far, as Bandit has them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.aliases: dict[str, str] = {}
        self._sql: dict[int, bool] = {}
        self._gates: dict[type, Callable[[Any, Place], bool]] = {
            ast.Call: self._call,
            ast.Constant: self._constant,
            ast.Assert: lambda _node, _place: True,
            ast.ExceptHandler: self._handler,
            ast.FunctionDef: self._function,
            ast.Import: self._import,
            ast.ImportFrom: self._import,
        }

    def below(self, node: ast.AST, place: Place) -> None:
        """Every node below this one."""
        gates, below = self._gates, self.below
        kind: type = node.__class__
        fields = _FIELDS.get(kind)
        for name in _fields(kind) if fields is None else fields:
            value: Any = getattr(node, name, None)
            kind = value.__class__
            if kind is list:
                around, index = value, 0
            elif kind in _LEAVES:
                continue
            else:
                around, index = None, 0
                value = (value,)
            for item in value:
                kind = item.__class__
                if kind not in _LEAVES and (
                    kind is not ast.Attribute or item.value.__class__ is not ast.Name
                ):
                    here = (item, place, around, index)
                    gate = gates.get(kind)
                    if gate is not None and gate(item, here):
                        self.events.append(Event(here, is_hot=True))
                    if kind is not ast.Constant:
                        below(item, here)
                index += 1

    # ---------------------------------------------------------------------------------------------- gates

    def _import(self, node: Any, place: Place) -> bool:
        module = getattr(node, "module", None)
        prefix = f"{module}." if module is not None else ""
        hot = False
        for alias in node.names:
            if alias.asname:
                self.aliases[alias.asname] = prefix + alias.name
            elif prefix:
                self.aliases[alias.name] = prefix + alias.name
            hot = hot or (prefix + alias.name).startswith(IMPORTS)
        if not hot:
            self.events.append(Event(place, is_hot=False))
        return hot

    def _call(self, node: Any, _: Place) -> bool:
        function = node.func
        if function.__class__ is ast.Name:
            whole = self.aliases.get(function.id, function.id)
            last = whole.rpartition(".")[2]
        elif function.__class__ is ast.Attribute:
            whole, last = "", function.attr
        else:
            whole = last = ""
        if last in _LAST and self._is_named(whole or self._qualified(function), last):
            return True
        if any(part in last for part in PARTS):
            return True
        for keyword in node.keywords:
            if keyword.arg in KEYWORDS:
                return True
            value = keyword.value
            if (
                value.__class__ is ast.Constant
                and value.value.__class__ is str
                and (keyword.arg is None or _HINT.search(keyword.arg))
            ):
                return True
        # `__import__` bound to another name is still called by that name for one of the tests.
        return function.__class__ is ast.Name and function.id == "__import__"

    def _qualified(self, node: Any) -> str:
        parts = []
        while node.__class__ is ast.Attribute:
            parts.append(node.attr)
            node = node.value
        parts.append(self.aliases.get(node.id, node.id) if node.__class__ is ast.Name else "")
        return ".".join(reversed(parts))

    def _is_named(self, whole: str, last: str) -> bool:
        if whole in CALLS or last in NAMES:
            return True
        beside = QUALIFIED.get(last)
        return beside is not None and any(word in whole for word in beside)

    def _constant(self, node: Any, place: Place) -> bool:
        value = node.value
        if value.__class__ is not str:
            return False
        parent = place[1][0]
        kind = parent.__class__
        if kind is ast.Expr:
            return False
        if value == ANYWHERE or value.startswith(TEMPORARY):
            return True
        if kind is ast.Assign:
            return any(_HINT.search(name) for name in map(_name, parent.targets) if name)
        if kind is ast.Dict or kind is ast.Subscript:
            return bool(_HINT.search(value))
        if kind is ast.Compare:
            return bool(_HINT.search(_name(parent.left)))
        if kind is ast.Attribute:
            return parent.attr in ("format", "replace") and bool(_SQL.search(value))
        if kind is ast.JoinedStr:
            return self._has_sql(parent, parent.values)
        if kind is ast.BinOp:
            root = _chain(place)
            return self._has_sql(root, _operands(root))
        return False

    def _has_sql(self, root: ast.AST, parts: Any) -> bool:
        known = self._sql.get(id(root))
        if known is None:
            known = self._sql[id(root)] = any(
                _SQL.search(part.value)
                for part in parts
                if part.__class__ is ast.Constant and part.value.__class__ is str
            )
        return known

    def _handler(self, node: Any, _: Place) -> bool:
        return len(node.body) == 1 and isinstance(node.body[0], ast.Pass | ast.Continue)

    def _function(self, node: Any, _: Place) -> bool:
        return any(
            default.__class__ is ast.Attribute
            or (default.__class__ is ast.Constant and default.value.__class__ is str)
            for default in node.args.defaults
        )


def _name(node: Any) -> str:
    if node.__class__ is ast.Name:
        return str(node.id)
    return str(node.attr) if node.__class__ is ast.Attribute else ""


def _chain(place: Place) -> Any:
    """The topmost of the binary operations that a constant stands in."""
    node, above = place[:2]
    while above is not None and above[0].__class__ is ast.BinOp:
        node, above = above[:2]
    return node


def _operands(root: Any) -> Iterator[Any]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.__class__ is ast.BinOp:
            waiting += (node.left, node.right)
        else:
            yield node
