from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles.toml_statements import read_toml

TEXT = '''\
a = 1 # a comment
b."c.d".e = "x # y"
[t."u v"]
long = """
[not]
a = "table" \\"""
"""
'raw' = \'\'\'x\'\'\'
list = [
  "]", # ]
  { z = '}' },
]
[[arr]]
k = 'v'
[[ arr ]]
k = 'w'
[arr.sub]
d = 1979-05-27T07:32:00Z
'''


def test_statements_with_their_paths_and_values() -> None:
    file = read_toml("x.toml", {"x.toml": TEXT.encode()})
    assert file is not None
    assert [(s.path, s.number, TEXT[s.start : s.end]) for s in file.statements()] == [
        (("a",), 0, "1"),
        (("b", "c.d", "e"), 0, '"x # y"'),
        (("t", "u v", "long"), 0, '"""\n[not]\na = "table" \\"""\n"""'),
        (("t", "u v", "raw"), 0, "\'\'\'x\'\'\'"),
        (("t", "u v", "list"), 0, "[\n  \"]\", # ]\n  { z = '}' },\n]"),
        (("arr", "k"), 0, "'v'"),
        (("arr", "k"), 1, "'w'"),
        (("arr", "sub", "d"), 0, "1979-05-27T07:32:00Z"),
    ]


def test_what_is_no_toml_is_none() -> None:
    for data in (b"", b"a =", b"\xff", b"a = " + b"[" * 20_000, b"a = 2000-99-99"):
        assert read_toml("x.toml", {"x.toml": data}) is None
    assert read_toml("y.toml", {}) is None


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["'", '"', "[", "]", "{", "}", "#", "=", "\n", "a", ".", "\\", "'''", '"""', ","])))
def test_what_tomllib_reads_is_cut_into_its_keys(tokens: list[str]) -> None:
    text = "".join(tokens)
    file = read_toml("x", {"x": text.encode()})
    if file is not None:
        tops = {s.path[0] for s in file.statements()}
        assert tops <= set(file.data)
