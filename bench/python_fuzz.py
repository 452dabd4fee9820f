"""
Python sources made at random from real ones, for which Bandit's tests are compared with and without the
conditions that spare most nodes (``python -m bench.python_speed --fuzz N TREE …``).

Pieces of real files are taken, and names, texts, arguments and handlers in them are changed for those that
Bandit asks for, or for ones close to them.
"""

# mypy: allow-untyped-calls
from __future__ import annotations

import ast
import random
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from pregate.checks.python import gates, scanner, tables, walk

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_WORDS_TEXT = """
    password passwd PASS pwd token secret secrete my_token tokens pass_ _pwd_ passphrase compass x key shell
    debug method ssl_version verify timeout Loader usedforsecurity autoescape filter weights_only revision
    default_filters name sql where tables select params members mode
    """
_WORDS = _WORDS_TEXT.split()
_MODULES = sorted({name.rpartition(".")[0] or name for name in tables.CALLS})
# Those that tests ask for only together with a call.
_BESIDE_TEXT = """
    hashlib yaml requests httpx jinja2 mako.template flask paramiko tarfile torch transformers datasets ssl
    huggingface_hub django.db.models.expressions django.utils.safestring crypt pysnmp.hlapi
    """
_BESIDE = _BESIDE_TEXT.split()
_CALLS = sorted(tables.CALLS)
_LASTS = sorted(
    {name.rpartition(".")[2] for name in tables.CALLS}
    | tables.NAMES
    | tables.QUALIFIED.keys()
    | tables.PROTOCOLS
    | {"chmod", "fchmod", "extractall", "execute", "executemany", "format", "replace", "run", "join"}
)
_TARGETS_TEXT = """
    requests.get requests.api.post httpx.Client httpx.get hashlib.md5 hashlib.new crypt.crypt yaml.load
    tarfile.open x.extractall app.run ssl.wrap_socket pyOpenSSL.SSL.Context SSL.Context client.exec_command
    client.set_missing_host_key_policy jinja2.Environment mako.template.Template RawSQL q.extra os.chmod
    torch.load transformers.AutoModel.from_pretrained datasets.load_dataset mark_safe cursor.execute
    huggingface_hub.hf_hub_download django.db.models.expressions.RawSQL importlib.import_module __import__
    """
_TARGETS = _TARGETS_TEXT.split()
_TEXTS = (
    "0.0.0.0",
    "/tmp",
    "/tmp/x",
    "/var/tmp",
    "/dev/shm/a",
    " /tmp",
    "select * from t where a = ",
    "SELECT a, b\nFROM ",
    "sel",
    "ect x from y",
    "delete  from ",
    "insert into t ",
    "values (",
    "update t ",
    "set a = 1 ",
    "d\u0131elete from \u0131nsert ",
    "password",
    "token",
    "secret",
    "pa\u017f\u017fword",
    "my_pwd",
    "a",
    "",
    "md5",
    "sha1",
    "chmod * x",
    "tar cf x *",
    "ls",
    "/bin/ls",
    "telnetlib",
    "cPickle",
    "SSLv3_METHOD",
    "sqlite",
    "True",
)
_VALUES: tuple[Any, ...] = (True, False, None, 0, 1, 0o777, 0o644, 1024, b"x", 1.5)
_ERRORS = ("Exception", "BaseException", "ValueError", "os.error")


class _Changes(ast.NodeTransformer):
    """Changes some of the nodes of a tree."""

    def __init__(self, rng: random.Random, share: float) -> None:
        self._rng = rng
        self._share = share

    def _is_due(self) -> bool:
        return self._rng.random() < self._share

    def _dotted(self) -> ast.expr:
        choice = self._rng.random()
        if choice < 0.3:
            words = self._rng.choice(_TARGETS).split(".")
        elif choice < 0.6:
            words = self._rng.choice(_CALLS).split(".")
        else:
            words = [*self._rng.choice(_BESIDE).split("."), self._rng.choice(_LASTS)]
        words = words[self._rng.randrange(len(words)) :] if choice > 0.8 else words
        node: ast.expr = ast.Name(words[0], ast.Load())
        for word in words[1:]:
            node = ast.Attribute(node, word, ast.Load())
        return node

    def _text(self) -> ast.expr:
        rng = self._rng
        text = ast.Constant(rng.choice(_TEXTS))
        choice = rng.random()
        if choice < 0.7:
            return text
        others = [ast.Constant(rng.choice(_TEXTS)) for _ in range(2)]
        if choice < 0.85:
            name = ast.FormattedValue(ast.Name("x", ast.Load()), -1, None)
            return ast.JoinedStr([text, name, others[0], name, others[1]])
        operators: tuple[ast.operator, ...] = (ast.Add(), ast.Mod())
        inner = ast.BinOp(others[0], rng.choice(operators), rng.choice([self._dotted(), others[1]]))
        both = [text, inner] if choice < 0.92 else [inner, text]
        return ast.BinOp(both[0], rng.choice(operators), both[1])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if self._is_due():
            node.func = self._dotted()
        if self._is_due():
            node.args = [self._text(), *node.args[1:]]
        if self._is_due():
            value = self._rng.choice(
                [self._text, self._dotted, lambda: ast.Constant(self._rng.choice(_VALUES))]
            )
            arguments = [k for k in node.keywords if k.arg is not None]
            node.keywords = [*arguments, ast.keyword(self._rng.choice((*_WORDS, None)), value())]
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return self._text() if isinstance(node.value, str) and self._is_due() else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return self._text() if self._is_due() else node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._rng.choice(_WORDS), node.ctx) if self._is_due() else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if self._is_due():
            node.attr = self._rng.choice((*_LASTS, *_WORDS))
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        if self._is_due():
            node.arg = self._rng.choice(_WORDS)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        if self._is_due():
            error: ast.expr = ast.Name(self._rng.choice(_ERRORS), ast.Load())
            node.type = error if node.type is not None else None
            node.body = [self._rng.choice((ast.Pass(), ast.Continue()))]
        return node

    def visit_Import(self, node: ast.Import) -> ast.AST:
        return self._import() if self._is_due() else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        return self._import() if self._is_due() and node.module != "__future__" else node

    def _import(self) -> ast.stmt:
        rng = self._rng
        name = rng.choice(_MODULES if rng.random() < 0.5 else _BESIDE)
        bound = rng.choice([None, None, "x", "os", rng.choice(_LASTS)])
        if rng.random() < 0.5:
            return ast.Import([ast.alias(name, bound)])
        return ast.ImportFrom(name, [ast.alias(rng.choice(_LASTS), bound)], rng.choice((0, 0, 0, 1)))

    def some_imports(self) -> list[ast.stmt]:
        """Up to four."""
        return [self._import() for _ in range(self._rng.randrange(5))]


def sources(rng: random.Random, files: Sequence[bytes], number: int) -> Iterator[bytes]:
    """``number`` made sources, each of up to eight statements of one of the files."""
    made = 0
    while made < number:
        data = rng.choice(files)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(data)
                text = _changed(rng, tree)
                ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue
        made += 1
        yield text


def _changed(rng: random.Random, tree: ast.Module) -> bytes:
    changes = _Changes(rng, rng.choice((0.05, 0.2, 0.5)))
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    body = rng.sample(statements, min(len(statements), rng.randrange(1, 9)))
    while len(ast.dump(ast.Module(body, []))) > 60_000 and len(body) > 1:
        body.pop()
    body[0:0] = changes.some_imports()
    text = ast.unparse(ast.fix_missing_locations(changes.visit(ast.Module(body, []))))
    if rng.random() < 0.1:
        lines = text.split("\n")
        at = rng.randrange(len(lines))
        lines[at] += rng.choice(("  # nosec", "  # nosec B105,B608", "  # \u202e", "  # noqa"))
        text = "\n".join(lines)
    return text.encode("utf-8", "surrogatepass")


def told(data: bytes, tests: scanner.Selection, *, gated: bool) -> object:
    """
    Everything that Bandit's tests say of a source, with or without the conditions. Raises SyntaxError and
    RecursionError as the check's parts do.
    """
    tree = ast.parse(data)
    events = walk.events_of(tree) if gated else None
    if events is not None and gates.is_silent(events, data):
        return [], []
    issues, failures = scanner.scan(tree, "x.py", data, tests, events)
    return [
        (
            i.test_id,
            i.severity,
            i.confidence,
            i.cwe,
            i.line,
            i.suppressed_by,
            _ADDRESS.sub("", i.text),
            getattr(i.node, "lineno", 0),
            getattr(i.node, "col_offset", 0),
        )
        for i in issues
    ], failures


def differing(
    rng: random.Random, files: Sequence[bytes], number: int
) -> Iterator[tuple[bytes, object, object]]:
    """The made sources of which the two say something else, with what each says."""
    tests = scanner.Selection(())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for data in sources(rng, files, number):
            try:
                expected = told(data, tests, gated=False)
            except (SyntaxError, RecursionError):
                continue
            found = told(data, tests, gated=True)
            if found != expected:
                yield data, expected, found
