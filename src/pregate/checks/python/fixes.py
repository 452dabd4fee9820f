"""
Certain fixes for some of Bandit's findings: edits of one call that mend it whatever the rest of the program
does.

A fix is certain when the file alone shows that the flagged name is the library's (see :mod:`.names`), when
the edit changes nothing but the flagged call (it is parsed again and compared), and when the library defines
what it then does in every version that anybody runs:

- **B113**, ``requests.get(…)`` and its like without a time limit: ``timeout=10``. Each of these functions
  hands its keywords to ``Session.request``, which takes it; without it a silent server blocks for ever. With
  ``**options`` the keyword may be there already: no fix. httpx has a limit of its own, and ``timeout=None``
  switches that off knowingly: no fix.
- **B201**, ``app.run(debug=True)`` where ``app`` is only ever a ``flask.Flask(…)``: ``debug=False``, the
  default. Bandit asks for any ``.run``; ``asyncio.run(…, debug=True)`` is left alone.
- **B501**, ``verify=False`` of requests and httpx: ``verify=True``, their default.
- **B506**, ``yaml.load``: ``yaml.safe_load`` where no loader or one of PyYAML's own unsafe ones is named; one
  written in C becomes ``CSafeLoader``, which is there whenever the other is. Another loader may build what
  the program needs: no fix. Nor is there one for ``from yaml import load``: ``safe_load`` need not be
  imported.
- **B701**, ``Environment(autoescape=False)``: ``autoescape=True``, the other of the two values.

That the program still does what its author wants is not certain: a host's certificate may really be wrong, an
answer may take longer, a template may make no HTML. Then the finding is to be suppressed with that reason.

Not certain, and so not here: ``extractall(filter="data")`` (B202: Python before 3.8.17, 3.9.17, 3.10.12 and
3.11.4 raises TypeError, and a file does not tell on which it runs); ``usedforsecurity=False`` (B324: whether
that is true is not in the file); leaving out ``shell=True`` (B602: the list ``["ls -l"]`` is a command to a
shell and a file's name without one); other modes, protocols, parsers and file names.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property

from pregate.checks.python.names import Names
from pregate.checks.python.written import DoubtError, Edit, Lines, Written, read_lines
from pregate.model import Fix
from pregate.records import dataclass

SECONDS = 10
MAX_FIXES = 50
_VERBS = ("get", "options", "head", "post", "put", "patch", "delete")
_REQUESTS = frozenset(f"{module}.{verb}" for module in ("requests", "requests.api") for verb in _VERBS)
_HTTPX = frozenset(f"httpx.{name}" for name in (*_VERBS, "request", "stream", "Client", "AsyncClient"))
_ENVIRONMENTS = frozenset({"jinja2.Environment", "jinja2.environment.Environment"})
_LOADERS = frozenset({"yaml.Loader", "yaml.FullLoader", "yaml.UnsafeLoader"})
_C_LOADERS = frozenset({"yaml.CLoader", "yaml.CFullLoader", "yaml.CUnsafeLoader"})
_STRINGS = ("JoinedStr", "TemplateStr")


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """What is said of it, the edits, and the call that they make."""

    description: str
    edits: tuple[Edit, ...]
    wanted: ast.Call


class Fixer:
    """
    Gives fixes for the findings in one file. At most :data:`MAX_FIXES` are looked for, so that a file made of
    such calls takes no longer than another.
    """

    def __init__(self, tree: ast.Module, data: bytes) -> None:
        self._tree = tree
        self._data = data
        self._left = MAX_FIXES

    def fixes(self, test_id: str, node: ast.AST | None) -> tuple[Fix, ...]:
        """The fix for what Bandit's test says of a node, if there is a certain one."""
        rewrite = _REWRITES.get(test_id)
        if rewrite is None or not isinstance(node, ast.Call) or not self._left or _is_in_string(node):
            return ()
        lines = self._lines
        if lines is None:
            return ()
        self._left -= 1
        try:
            written = Written(node, lines)
            made = rewrite(node, written, self._names)
            first, last, text = written.rewritten(made.edits, made.wanted)
        except DoubtError:
            return ()
        return (Fix(made.description, first, last, text),)

    @cached_property
    def _names(self) -> Names:
        return Names(self._tree)

    @cached_property
    def _lines(self) -> Lines | None:
        return read_lines(self._data)


def _is_in_string(node: ast.AST | None) -> bool:
    """Whether a node stands in an f-string, where even a blank may be part of a text (``f"{x = }"``)."""
    while node is not None:
        if type(node).__name__ in _STRINGS:
            return True
        node = getattr(node, "_bandit_parent", None)
    return False


def _timeout(call: ast.Call, written: Written, names: Names) -> _Rewrite:
    if names.dotted(call.func) not in _REQUESTS:
        raise DoubtError
    description = f"Wait at most {SECONDS} seconds for the server"
    if any(k.arg == "timeout" for k in call.keywords):
        return _other_value(call, written, "timeout", None, SECONDS, description)
    if any(k.arg is None for k in call.keywords):
        raise DoubtError
    keyword = ast.keyword("timeout", ast.Constant(SECONDS))
    wanted = ast.Call(call.func, call.args, [*call.keywords, keyword])
    return _Rewrite(description, _append(written, f"timeout={SECONDS}"), wanted)


def _verify(call: ast.Call, written: Written, names: Names) -> _Rewrite:
    if names.dotted(call.func) not in _REQUESTS | _HTTPX:
        raise DoubtError
    return _other_value(call, written, "verify", False, True, "Check the server's certificate")


def _autoescape(call: ast.Call, written: Written, names: Names) -> _Rewrite:
    if names.dotted(call.func) not in _ENVIRONMENTS:
        raise DoubtError
    return _other_value(call, written, "autoescape", False, True, "Escape what templates put into HTML")


def _debug(call: ast.Call, written: Written, names: Names) -> _Rewrite:
    function = call.func
    if not isinstance(function, ast.Attribute) or not names.is_made_by(function.value, {"flask.Flask"}):
        raise DoubtError
    return _other_value(call, written, "debug", True, False, "Run without the debugger")


def _load(call: ast.Call, written: Written, names: Names) -> _Rewrite:
    function = call.func
    if not isinstance(function, ast.Attribute) or names.dotted(function) != "yaml.load":
        raise DoubtError
    stream, loader = _stream_and_loader(call)
    value = loader.value if isinstance(loader, ast.keyword) else loader
    named = names.dotted(value) if value is not None else ""
    if loader is not None and isinstance(value, ast.Attribute) and named in _C_LOADERS:
        return _c_loader(call, written, loader, value)
    if loader is not None and named not in _LOADERS:
        raise DoubtError
    edits = [_name_edit(written, function, "safe_load")]
    if loader is not None:
        edits.append(_removal(written, stream, loader))
    wanted = ast.Call(
        ast.Attribute(function.value, "safe_load", ast.Load()),
        [a for a in call.args if a is not loader],
        [k for k in call.keywords if k is not loader],
    )
    return _Rewrite("Load plain values only, with yaml.safe_load", tuple(edits), wanted)


_Argument = ast.expr | ast.keyword


def _stream_and_loader(call: ast.Call) -> tuple[_Argument, _Argument | None]:
    """The arguments of ``yaml.load``, which takes no others."""
    arguments: dict[str | None, _Argument] = dict(zip(("stream", "Loader"), call.args, strict=False))
    arguments |= {keyword.arg: keyword for keyword in call.keywords}
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    whole = len(arguments) == len(call.args) + len(call.keywords)
    if starred or not whole or "stream" not in arguments or not arguments.keys() <= {"stream", "Loader"}:
        raise DoubtError
    return arguments["stream"], arguments.get("Loader")


def _c_loader(call: ast.Call, written: Written, loader: _Argument, value: ast.Attribute) -> _Rewrite:
    safe = ast.Attribute(value.value, "CSafeLoader", ast.Load())
    wanted = ast.Call(
        call.func,
        [safe if a is loader else a for a in call.args],
        [ast.keyword(k.arg, safe) if k is loader else k for k in call.keywords],
    )
    edit = _name_edit(written, value, "CSafeLoader")
    return _Rewrite("Load plain values only, with yaml.CSafeLoader", (edit,), wanted)


def _name_edit(written: Written, node: ast.Attribute, name: str) -> Edit:
    """Another name for an attribute; what stands before the dot stays as it is written."""
    end = written.span(node)[1]
    start = end - len(node.attr)
    if written.text[start:end] != node.attr:  # Python takes letters of other widths for the same name
        raise DoubtError
    return Edit(start, end, name)


def _other_value(
    call: ast.Call, written: Written, name: str, old: object, new: object, description: str
) -> _Rewrite:
    """Another constant for a keyword that has the constant ``old``."""
    keyword = next((k for k in call.keywords if k.arg == name), None)
    if keyword is None or not isinstance(keyword.value, ast.Constant) or keyword.value.value is not old:
        raise DoubtError
    changed = ast.keyword(name, ast.Constant(new))  # type: ignore[arg-type]
    wanted = ast.Call(call.func, call.args, [changed if k is keyword else k for k in call.keywords])
    return _Rewrite(description, (Edit(*written.span(keyword.value), repr(new)),), wanted)


def _append(written: Written, argument: str) -> tuple[Edit, ...]:
    """One argument more, on a line of its own where the last one has one."""
    if not written.items:
        return (Edit(written.opening + 1, written.opening + 1, argument),)
    last = written.items[-1]
    behind = last.comma + 1 if last.comma >= 0 else last.end
    comma = "" if last.comma >= 0 else ","
    indent = written.text[written.text.rfind("\n", 0, last.start) + 1 : last.start]
    if indent.strip():
        return (Edit(behind, behind, f"{comma} {argument}"),)
    line_end = written.text.find("\n", behind, written.close)
    if line_end < 0:
        return (Edit(behind, behind, f"{comma}\n{indent}{argument}"),)
    # Behind a comment on that line, which speaks of what stands before it.
    added = f"\n{indent}{argument}{'' if comma else ','}"
    return (Edit(behind, behind, comma), Edit(line_end, line_end, added))


def _removal(written: Written, kept: _Argument, gone: _Argument) -> Edit:
    """One of two arguments less. A comment in the call may speak of it: then it is not for us to decide."""
    if written.comments:
        raise DoubtError
    stays, goes = written.item(kept), written.item(gone)
    if goes.start < stays.start:
        return Edit(goes.start, stays.start, "")
    between = written.text[goes.end : written.close]
    return Edit(stays.end, goes.end if "\n" in between or goes.comma < 0 else goes.comma + 1, "")


_REWRITES: dict[str, Callable[[ast.Call, Written, Names], _Rewrite]] = {
    "B113": _timeout,
    "B201": _debug,
    "B501": _verify,
    "B506": _load,
    "B701": _autoescape,
}
