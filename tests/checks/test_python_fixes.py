# ruff: noqa: E501 - samples: one call, one string
"""Fixes of the python check: exact lines where there is no doubt, none where there is, and what holds for all."""

from __future__ import annotations

import ast
import importlib.metadata
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pregate.checks.base import Analysis, Target
from pregate.checks.python import PythonCheck
from pregate.checks.python.fixes import MAX_FIXES
from pregate.checks.python.written import (
    MAX_CALL,
    MAX_LINE,
    MAX_LINES,
    DoubtError,
    Edit,
    Lines,
    Written,
    read_lines,
)
from pregate.config import PythonConfig
from pregate.model import Finding, Fix
from tests.examples import examples

RULES = frozenset({"python/B113", "python/B201", "python/B501", "python/B506", "python/B701"})
HEAD = (
    "import yaml, requests, httpx, jinja2, flask\nimport yaml as y\nfrom yaml import Loader, CLoader\n"
    "from requests import post\nfrom flask import Flask\napp = Flask('x')\n"
)


def analyse(text: str | bytes) -> Analysis:
    data = text if isinstance(text, bytes) else text.encode()
    return PythonCheck(PythonConfig()).analyse(Target("a.py", data))


def findings(text: str | bytes) -> list[Finding]:
    return [f for f in analyse(text).findings if f.rule.id in RULES]


def applied(data: bytes, fix: Fix) -> bytes:
    """What an editor makes of it: the lines replaced, the last one's end kept, every other byte as it was."""
    lines = data.split(b"\n")
    last = lines[fix.end_line - 1]
    end = b"\r" if last.endswith(b"\r") else b""
    lines[fix.start_line - 1 : fix.end_line] = [fix.text.encode() + end]
    return b"\n".join(lines)


def mended(call: str, head: str = HEAD) -> str:
    """The text of the call after its only fix."""
    found = [f for f in findings(head + call + "\n") if f.fixes]
    assert len(found) == 1, found
    (fix,) = found[0].fixes
    result = applied((head + call + "\n").encode(), fix).decode()
    assert result.startswith(head)
    return result[len(head) :].rstrip("\n")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("yaml.load(x)", "yaml.safe_load(x)"),
        ("y.load(x)", "y.safe_load(x)"),
        ("a = [yaml.load(x) for x in z]  # c", "a = [yaml.safe_load(x) for x in z]  # c"),
        ("yaml.load(x, yaml.Loader)", "yaml.safe_load(x)"),
        ("yaml.load(x, Loader=y.FullLoader)", "yaml.safe_load(x)"),
        ("yaml.load(x, Loader=yaml.UnsafeLoader,)", "yaml.safe_load(x)"),
        ("yaml.load(x, Loader)", "yaml.safe_load(x)"),
        ("yaml.load((x), Loader=(Loader))", "yaml.safe_load((x))"),
        ("yaml.load(Loader=Loader, stream=f(1, 2))", "yaml.safe_load(stream=f(1, 2))"),
        ("yaml.load(x, Loader=yaml.CLoader)", "yaml.load(x, Loader=yaml.CSafeLoader)"),
        ("yaml.load(x, y.CLoader)  # c", "yaml.load(x, y.CSafeLoader)  # c"),
        ("yaml.load(\n    x,\n    Loader=yaml.Loader,\n)", "yaml.safe_load(\n    x,\n)"),
        ("yaml.load(x,\n          Loader=yaml.Loader)", "yaml.safe_load(x)"),
        ("yaml.load(\n    x  # why\n)", "yaml.safe_load(\n    x  # why\n)"),
        ("requests.get(u)", "requests.get(u, timeout=10)"),
        ("post(u, {1: 2})", "post(u, {1: 2}, timeout=10)"),
        ("requests.api.get(u)", "requests.api.get(u, timeout=10)"),
        ("requests.get()", "requests.get(timeout=10)"),
        ("requests.get(u,)", "requests.get(u, timeout=10)"),
        ("requests.get(*a)", "requests.get(*a, timeout=10)"),
        ("requests.get (u)", "requests.get (u, timeout=10)"),
        ("requests.get((x for x in y))", "requests.get((x for x in y), timeout=10)"),
        ("requests.get(u, timeout=None)", "requests.get(u, timeout=10)"),
        ("requests.get(u, timeout=(None), **k)", "requests.get(u, timeout=(10), **k)"),
        ("requests.get(f'{a}, {b!r:>{c}}')", "requests.get(f'{a}, {b!r:>{c}}', timeout=10)"),
        ("requests.get(\n    u,  # why\n)", "requests.get(\n    u,  # why\n    timeout=10,\n)"),
        ("requests.get(\n\tu  # why\n)", "requests.get(\n\tu,  # why\n\ttimeout=10\n)"),
        ("requests.get(\n    u\n)", "requests.get(\n    u,\n    timeout=10\n)"),
        ("requests.get(\n    u)", "requests.get(\n    u,\n    timeout=10)"),
        ("requests.get(\n    u,)", "requests.get(\n    u,\n    timeout=10)"),
        ("requests.get(u,\n    a={\n    },\n)", "requests.get(u,\n    a={\n    },\n    timeout=10,\n)"),
        ("requests.get(u, a={\n})", "requests.get(u, a={\n}, timeout=10)"),
        ("requests.get(\n    u\n    ,\n)", "requests.get(\n    u\n    ,\n    timeout=10,\n)"),
        ("requests.get(u, timeout=3, verify=False)", "requests.get(u, timeout=3, verify=True)"),
        ("httpx.get(u, verify=False)", "httpx.get(u, verify=True)"),
        ("httpx.Client(verify=False, **k)", "httpx.Client(verify=True, **k)"),
        ("jinja2.Environment(a, autoescape=False)", "jinja2.Environment(a, autoescape=True)"),
        ("app.run('h', debug=True)", "app.run('h', debug=False)"),
        ("flask.x = yaml.load(x)", "flask.x = yaml.safe_load(x)"),
        ("é = '\U0001f600'; yaml.load('ü')", "é = '\U0001f600'; yaml.safe_load('ü')"),
        ("if 1:\n\t# ü\n\tyaml.load('ü', Loader=Loader)", "if 1:\n\t# ü\n\tyaml.safe_load('ü')"),
    ],
)
def test_the_call_alone_is_rewritten(call: str, expected: str) -> None:
    assert mended(call) == expected


@pytest.mark.parametrize(
    "call",
    [
        "yaml.load(x, Loader=Mine)",
        "yaml.load(x, Loader=yaml.BaseLoader)",
        "yaml.load(x, Loader=CLoader)",
        "yaml.load(x, Loader=None)",
        "yaml.load(*x)",
        "yaml.load(x, **k)",
        "yaml.load(x, Loader, 3)",
        "yaml.load(Loader=Loader)",
        "yaml.load(x, stream=x)",
        "yaml.load(x, extra=1)",
        "yaml.load(\n  x,  # why\n  Loader=Loader)",
        "yaml.lo\uff41d(x)",
        "(yaml.load)(x)",
        "yaml.load\\\n(x)",
        "yaml.load(x, Loader='\x0c' and yaml.Loader)",
        "\x0cyaml.load(x)",
        "yaml.load('\u202e')",
        "print(f'{yaml.load(x)}')",
        "print(f'{yaml.load(x)=}')",
        "requests.get(**k)",
        "requests.get(timeout=None, timeout=None)",
        "requests.get(x for x in y)",
        "requests.get(u, timeout=f())",
        "requests.get(u, auth=lambda a, b: a)",
        "requests.get(u, {})".format("x" * MAX_LINE),
        "requests.get([{}])".format(",\n".join("x" * 90 for _ in range(MAX_CALL // 90))),
        "requests.get([{}])".format("\n" * 100),
        "httpx.get(u, timeout=None)",
        "jinja2.Environment()",
        "jinja2.Environment(autoescape=f(autoescape=False))",
        "other.run(debug=True)",
        "flask.run(debug=True)",
        "get().run(debug=True)",
    ],
)
def test_where_there_is_a_doubt_there_is_no_fix(call: str) -> None:
    found = findings(HEAD + call + "\n")
    assert found
    assert [f.fixes for f in found] == [()] * len(found)


@pytest.mark.parametrize(
    "head",
    [
        "import yaml\nfrom z import *\n",
        "import yaml\nyaml = z\n",
        "import yaml\nyaml: z = z\n",
        "import yaml\nyaml, z = z\n",
        "import yaml\ndef f(yaml): pass\n",
        "import yaml\ndef yaml(): pass\n",
        "import yaml\nclass yaml: pass\n",
        "import yaml\nfor yaml in z: pass\n",
        "import yaml\n(yaml := z)\n",
        "import yaml\ndel yaml\n",
        "import yaml\nwith z as yaml: pass\n",
        "import yaml\ntry: pass\nexcept Z as yaml: pass\n",
        "import yaml\nmatch z:\n  case yaml: pass\n",
        "import yaml\nmatch z:\n  case {**yaml}: pass\n",
        "import yaml\nmatch z:\n  case [*yaml]: pass\n",
        "import yaml\nfrom . import yaml\n",
        "import yaml\nimport ruamel.yaml as yaml\n",
        "import ruamel.yaml as yaml\nimport yaml as z\n",
        "from yaml import load as yaml\nimport yaml as z\n",
    ],
)
def test_a_name_that_may_be_another_has_no_fix(head: str) -> None:
    assert [f.fixes for f in findings(f"{head}yaml.load(x)\n")] in ([], [()])


def test_a_function_that_was_imported_alone_may_have_no_safe_brother() -> None:
    (finding,) = findings("import yaml\nfrom yaml import load\nload(x)\n")
    assert finding.fixes == ()


@pytest.mark.parametrize(
    "call",
    [
        "requests.get(u, verify=False, timeout=1)",
        "requests.get(u)",
        "jinja2.Environment(autoescape=False)",
    ],
)
def test_a_parameter_that_has_a_librarys_name_has_no_fix(call: str) -> None:
    (finding,) = findings(f"import requests, jinja2\ndef f(requests, jinja2):\n    return {call}\n")
    assert finding.fixes == ()


def test_bytes_that_are_no_text_have_no_lines() -> None:
    assert read_lines(b"\xff") is None
    assert read_lines(b"# coding: no-such-thing\n") is None


def test_a_call_that_is_not_where_the_tree_says_is_left_alone() -> None:
    tree = ast.parse("f(1)\n\n\nf(2)")
    first, second = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    with pytest.raises(DoubtError):
        Written(first, Lines(("f(2)",), ("",), marked=False))
    written = Written(first, Lines(("f(1)",), ("",), marked=False))
    with pytest.raises(DoubtError):
        written.span(second)


def test_a_rewriting_that_makes_another_call_than_was_meant_is_dropped() -> None:
    (call,) = (node for node in ast.walk(ast.parse("f(1)")) if isinstance(node, ast.Call))
    written = Written(call, Lines(("f(1)",), ("",), marked=False))
    with pytest.raises(DoubtError):
        written.rewritten((Edit(2, 3, "2"),), call)


@pytest.mark.parametrize(
    "head",
    [
        "from flask import Flask\napp = f(Flask)\n",
        "from flask import Flask\napp = Flask(1)\napp = g()\n",
        "import flask\ndef f(app): pass\napp = flask.Flask(1)\n",
        "import flask\n",
    ],
)
def test_an_object_that_may_be_no_application_has_no_fix(head: str) -> None:
    (finding,) = findings(f"{head}app.run(debug=True)\n")
    assert finding.fixes == ()


def test_an_application_may_be_made_under_an_annotation() -> None:
    head = "import flask\napp: flask.Flask = flask.Flask(1)\n"
    assert mended("app.run(debug=True)", head) == "app.run(debug=False)"


def test_two_findings_on_one_line_are_mended_each_by_itself() -> None:
    first, second = findings("import requests\nrequests.get(u, verify=False)\n")
    assert [f.fixes[0].text for f in (first, second)] == [
        "requests.get(u, verify=False, timeout=10)",
        "requests.get(u, verify=True)",
    ]


def test_only_the_lines_that_change_are_replaced() -> None:
    (finding,) = findings(
        "import requests\nrequests.get(\n    u,\n    a=1,\n    verify=False,\n    timeout=2,\n)\n"
    )
    assert finding.fixes == (Fix("Check the server's certificate", 5, 5, "    verify=True,"),)


def test_a_suppressed_finding_has_no_fix() -> None:
    (finding,) = findings("import yaml\nyaml.load(x)  # nosec B506\n")
    assert finding.suppressed_by
    assert finding.fixes == ()


def test_another_finding_has_no_fix() -> None:
    assert {f.fixes for f in analyse("import pickle\npickle.loads(x)\nassert x\n").findings} == {()}


def test_line_ends_of_windows_stay_as_they_are() -> None:
    data = b"import requests\r\nrequests.get(\r\n    u\r\n)\r\n"
    (finding,) = findings(data)
    assert finding.fixes[0].text == "    u,\r\n    timeout=10"
    assert (
        applied(data, finding.fixes[0])
        == b"import requests\r\nrequests.get(\r\n    u,\r\n    timeout=10\r\n)\r\n"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"import yaml\ryaml.load(x)\n",
        b"import yaml\nyaml.load(\r\n  x,\n  y)\n",
        b"# coding: latin-1\nimport yaml\nyaml.load('\xe9')\n",
        b"\xef\xbb\xbfimport yaml; yaml.load(x)\n",
    ],
)
def test_bytes_that_an_editor_may_read_otherwise_have_no_fix(data: bytes) -> None:
    (finding,) = findings(data)
    assert finding.fixes == ()


def test_a_mark_before_the_first_line_does_no_harm_to_the_second() -> None:
    (finding,) = findings(b"\xef\xbb\xbfimport yaml\nyaml.load(x)")
    assert finding.fixes == (Fix("Load plain values only, with yaml.safe_load", 2, 2, "yaml.safe_load(x)"),)


def test_a_file_full_of_calls_gets_a_bounded_number_of_fixes() -> None:
    found = findings("import yaml\n" + "yaml.load(x)\n" * (MAX_FIXES + 5))
    assert [bool(f.fixes) for f in found] == [True] * MAX_FIXES + [False] * 5


def test_a_region_of_many_lines_has_no_fix() -> None:
    call = "yaml.load(\n" + "    x\n" + "\n" * MAX_LINES + "    , Loader=yaml.Loader)"
    (finding,) = findings(f"import yaml\n{call}\n")
    assert finding.fixes == ()


# ---------------------------------------------------------------------------------------- what always holds


def place(finding: Finding) -> tuple[int, int, int, int]:
    at = finding.location
    return (at.start_line, at.start_column, at.end_line, at.end_column)


def calls(data: bytes) -> list[ast.Call]:
    """All calls of a source, in an order that an edit inside of one does not change."""
    return [node for node in ast.walk(parsed(data)) if isinstance(node, ast.Call)]


def parsed(data: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(data)


def blanked(data: bytes, number: int, other: list[ast.Call]) -> str:
    """The tree without the function's name and the keywords of the call with that number."""
    tree = parsed(data)
    call = [node for node in ast.walk(tree) if isinstance(node, ast.Call)][number]
    assert [ast.dump(a) for a in call.args[:1]] == [ast.dump(a) for a in other[number].args[:1]]
    call.func, call.args, call.keywords = ast.Name("_"), [], []
    return ast.dump(tree)


def columns(node: ast.Call, data: bytes) -> tuple[int, int, int, int]:
    lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    ends = ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
    (line, column), (end_line, end_column) = (
        (n, len(lines[n - 1].encode()[:at].decode()) + 1) for n, at in ends
    )
    return (line, column, end_line, end_column)


def check_fix(data: bytes, finding: Finding, fix: Fix) -> None:
    result = applied(data, fix)
    before, after = calls(data), calls(result)
    number = [columns(call, data) for call in before].index(place(finding))
    # the tree is the same but for that call, and of that call but for its name and keywords
    assert blanked(data, number, before) == blanked(result, number, before)
    # Bandit no longer says so of that call, and of the others what it said
    told = {(f.rule.id, place(f)) for f in findings(result)}
    assert (finding.rule.id, columns(after[number], result)) not in told
    assert len(findings(result)) <= len(findings(data)) - 1
    # no other line is touched
    old, new = data.split(b"\n"), result.split(b"\n")
    assert new[: fix.start_line - 1] == old[: fix.start_line - 1]
    rest = len(old) - fix.end_line
    assert old[len(old) - rest :] == new[len(new) - rest :]
    assert fix.end_line - fix.start_line < MAX_LINES
    at = finding.location
    assert at.start_line <= fix.start_line <= fix.end_line <= at.end_line


def check_all(data: bytes) -> int:
    found = [(finding, fix) for finding in findings(data) for fix in finding.fixes]
    for finding, fix in found:
        check_fix(data, finding, fix)
    return len(found)


def pick(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(choices)


GAPS = pick(*("",) * 8, *(" ", "\n    ") * 3, "\n", "  # é, (\n\t", "\t", "\x0c", "\\\n", "\n\n")
VALUES = pick(
    *("x", "'é'") * 5,
    *("(x)", "((\n x))", "f(1, 2)", "{1: 2, **z}", "x[1:2, 3]", "f'{x}, {y:>{z}}'", "lambda a, b: a"),
    *(
        "'''a\n\x0c'''",
        "'a' 'b'",
        "(i for i in x)",
        "i for i in x",
        "*x",
        "None",
        "-1",
        "'\U0001f600'",
        "'\\d'",
    ),
    *("x if y else z", "await_(x)", "yaml.load(q)", "requests.get('ü')", "(yield_)", "b'x'", "not x"),
)
LOADERS = (
    *("Loader=yaml.Loader", "Loader = (y.FullLoader)", "Loader=Loader", "Loader=yaml.CLoader", "Loader=Mine"),
    *("Loader=yaml.SafeLoader", "stream=x", "yaml.Loader", "Loader", "(\ny.CLoader)", "x", "'é'", "f(1)"),
)
OPTIONS = (
    *("timeout=None", "timeout = (None)", "timeout=3", "timeout=f()", "verify=False", "verify\t=\tFalse"),
    *(
        "**k",
        "params={'a':\n 1}",
        "auth=lambda a, b: a",
        "data=(i for i in x)",
        "x='é'",
        "u=f'{x}, {y:>{z}}'",
    ),
)
KEYWORDS = {
    "yaml": LOADERS,
    "app": ("debug=True", "debug=(True)", "debug=\nTrue", "port=1", "**k", "debug=x"),
    "jinja2": ("autoescape=False", "autoescape=(\nFalse)", "loader=f(autoescape=False)", "autoescape=x"),
    "requests": OPTIONS,
}
FUNCTIONS = (
    *(
        ("yaml", name)
        for name in ("yaml.load", "yaml.load", "y.load", "yaml . load", "yaml.lo\uff41d", "yaml\\\n.load")
    ),
    *(("app", name) for name in ("app.run", "app.run", "other.run")),
    *(("jinja2", name) for name in ("jinja2.Environment", "jinja2 .Environment")),
    *(
        ("requests", name)
        for name in ("requests.get", "requests.post", "post", "requests\\\n.put", "httpx.Client")
    ),
    *(("requests", name) for name in ("requests.get", "(requests.get)", "httpx.get")),
)
PLACES = pick(
    *(
        "{}",
        "{}  # trailing",
        "é = {}; z = 1",
        "\tif_ = [{}, 'ü']",
        "print({})",
        "z = f'{{{}}}'",
        "z = f'''é\n{{{}=}}'''",
    ),
    *(
        "def f():\n\treturn {}",
        "class A:\n  b = (\n    1,\n    {}\n  )",
        "@{}\ndef g(): pass",
        "\x0c{}",
        "x = \\\n  {}",
    ),
    *(
        "with {} as w: pass",
        "if {}:\n    pass\nelse:\n    {}",
        "lambda: {}",
        "{} or {}",
        "z = '''ü\n''' + str({})",
    ),
)


@st.composite
def sources(draw: st.DrawFn) -> bytes:
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        kind, function = draw(st.sampled_from(FUNCTIONS))
        keywords = st.sampled_from(KEYWORDS[kind])
        parts = draw(st.lists(VALUES, max_size=1)) + draw(st.lists(keywords, max_size=2, unique=True))
        inside = ""
        for number, part in enumerate(parts):
            comma = "," if number < len(parts) - 1 or draw(st.booleans()) else ""
            inside += f"{draw(GAPS)}{part}{draw(GAPS)}{comma}"
        call = f"{function}{draw(pick('', '', ' '))}({inside}{draw(GAPS)})"
        lines.append(
            draw(PLACES).replace("{{", "\0").replace("{}", call).replace("\0", "{").replace("}}", "}")
        )
    text = HEAD + "\n".join(lines) + draw(pick("", "\n"))
    mark = draw(st.sampled_from((b"", b"", b"\xef\xbb\xbf")))
    return mark + text.replace("\n", draw(pick("\n", "\n", "\r\n"))).encode()


@pytest.mark.long
@settings(max_examples=examples(100, 400), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=sources())
def test_whatever_the_source_a_fix_mends_its_call_and_nothing_else(data: bytes) -> None:
    check_all(data)


def test_the_property_has_fixes_to_look_at() -> None:
    """Lest every example be refused: most are not."""
    counts: list[int] = []

    @settings(
        max_examples=200,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=sources())
    def count(data: bytes) -> None:
        counts.append(check_all(data))

    count()
    assert sum(counts) >= 20


def test_real_sources_are_mended_or_left_alone() -> None:
    count = 0
    for file in importlib.metadata.files("detect-secrets") or ():
        if file.suffix == ".py":
            count += check_all(Path(str(file.locate())).read_bytes())
    assert count >= 5
