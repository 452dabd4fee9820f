from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pregate.model import Location
from pregate.positions import (
    MAX_DEPTH,
    Array,
    Lines,
    Node,
    Object,
    PositionError,
    Scalar,
    decode,
    parse_json,
    parse_yaml,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
LAYOUTS = st.sampled_from(
    [
        {},
        {"indent": 2},
        {"ensure_ascii": False},
        {"separators": (",", ":")},
        {"indent": "\t", "ensure_ascii": False},
    ]
)


def walk(node: Node) -> list[Node]:
    found, pending = [], [node]
    while pending:
        current = pending.pop()
        found.append(current)
        if isinstance(current, Array):
            pending += current.items
        elif isinstance(current, Object):
            pending += [part for member in current for part in member]
    return found


def one(text: str) -> Any:
    (document,) = parse_yaml(text)
    return document.to_plain()


def value_of(node: Node, *path: str | int) -> Node:
    for step in path:
        if isinstance(node, Object):
            child = node.get(str(step))
            assert child is not None
            node = child
        else:
            assert isinstance(node, Array)
            assert isinstance(step, int)
            node = node.items[step]
    return node


@given(VALUES, LAYOUTS)
def test_json_is_read_as_the_standard_library_reads_it(value: Any, layout: dict[str, Any]) -> None:
    text = json.dumps(value, **layout)
    assert parse_json(text).to_plain() == json.loads(text)


@given(VALUES, LAYOUTS)
def test_every_json_span_holds_the_text_of_its_value(value: Any, layout: dict[str, Any]) -> None:
    text = json.dumps(value, **layout)
    for node in walk(parse_json(text)):
        assert json.loads(text[node.start : node.end]) == node.to_plain()


@given(st.text())
def test_no_text_makes_the_json_parser_fail_in_another_way(text: str) -> None:
    try:
        plain = parse_json(text).to_plain()
    except PositionError:
        with pytest.raises(ValueError):
            json.loads(text, parse_constant=int)
    else:
        assert plain == json.loads(text)


@given(
    VALUES.map(lambda value: json.dumps(value)), st.integers(0, 200), st.sampled_from(list('"\\{}[],:0x \n'))
)
def test_a_damaged_json_text_is_refused_when_the_standard_library_refuses_it(
    text: str, at: int, c: str
) -> None:
    damaged = text[:at] + c + text[at + 1 :]
    try:
        expected = json.loads(damaged, parse_constant=lambda _: pytest.fail("constant"))
    except ValueError:
        with pytest.raises(PositionError):
            parse_json(damaged)
    else:
        assert parse_json(damaged).to_plain() == expected


@given(VALUES)
def test_yaml_flow_text_gives_the_values_and_spans_that_pyyaml_wrote(value: Any) -> None:
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, default_style='"')
    (document,) = parse_yaml(text)
    for node in walk(document):
        if isinstance(node, Scalar) and not node.tag and text[node.start] == '"':
            assert yaml.safe_load(text[node.start : node.end]) == node.value


def test_repeated_keys_are_kept_in_order_and_the_last_one_counts() -> None:
    node = parse_json('{"a": 1, "b": 2, "a": 3}')
    assert isinstance(node, Object)
    assert [(key.text, value.to_plain()) for key, value in node] == [("a", 1), ("b", 2), ("a", 3)]
    assert node.to_plain() == {"a": 3, "b": 2}
    assert value_of(node, "a").to_plain() == 3
    assert node.get("z") is None
    assert (len(node), len(Array([], 0, 0))) == (3, 0)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", (1, 1), "the text ends where a value should be"),
        ("[1,]", (1, 4), "unexpected character"),
        ('{"a":1,}', (1, 8), "where a key should be"),
        ('{"a" 1}', (1, 6), "where a colon should be"),
        ("{1: 2}", (1, 2), "where a key"),
        ("[1 2]", (1, 4), "comma"),
        ("[1:2]", (1, 3), "comma"),
        ("[}", (1, 2), "closing bracket"),
        ("]", (1, 1), "value"),
        ('[\r\n "abc', (2, 2), "string"),
        ('["\x01"]', (1, 3), "string"),
        ("[NaN]", (1, 2), "unexpected"),
        ("[1] x", (1, 5), "after the end"),
        ("9" * 5000, (1, 1), "too long"),
        ("[\r\r\n\n  x]", (4, 3), "unexpected"),
    ],
)
def test_a_json_error_has_its_place(text: str, place: tuple[int, int], words: str) -> None:
    with pytest.raises(PositionError, match=words) as caught:
        parse_json(text)
    assert (caught.value.line, caught.value.column) == place


def test_a_byte_order_mark_is_skipped_and_has_no_column() -> None:
    node = parse_json("\ufeff[1]")
    assert Lines("\ufeff[1]").location("f", node.start, node.end) == Location("f", 1, 1, 1, 4)
    (document,) = parse_yaml("\ufeffa: b")
    assert Lines("\ufeffa: b").location("f", document.start, document.end) == Location("f", 1, 1, 1, 5)


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
def test_lines_end_with_lf_crlf_and_cr_in_both_languages(break_: str) -> None:
    text = f'[1,{break_} 😀,{break_}  "é"]'.replace("😀", '"😀"')
    for node in (parse_json(text), parse_yaml(text)[0]):
        last = value_of(node, 2)
        assert Lines(text).location("f", last.start, last.end) == Location("f", 3, 3, 3, 6)


def test_other_unicode_line_separators_do_not_end_a_line() -> None:
    text = '{"a": "\u2028\u2029\x85", "b": 1}'
    for node in (parse_json(text), parse_yaml(text)[0]):
        found = value_of(node, "b")
        assert Lines(text).place(found.start) == (1, text.index("1") + 1)


@pytest.mark.parametrize("opening", ["[", '{"a":', "[\n"])
@pytest.mark.parametrize("parse", [parse_json, parse_yaml])
def test_hostile_nesting_is_an_error(opening: str, parse: Any) -> None:
    with pytest.raises(PositionError, match="nested deeper"):
        parse(opening * 10_000)


@pytest.mark.parametrize("parse", [parse_json, lambda text: parse_yaml(text)[0]])
def test_the_deepest_nesting_allowed_is_read(parse: Any) -> None:
    node = parse("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert json.dumps(node.to_plain()) == "[" * MAX_DEPTH + "]" * MAX_DEPTH


def test_a_flat_document_of_many_megabytes_is_read() -> None:
    text = "[" + ",".join(['"' + "x" * 1000 + '"'] * 10_000) + "]"
    node = parse_json(text)
    assert isinstance(node, Array)
    assert (len(node), node.end) == (10_000, len(text))


def test_a_long_run_of_blanks_takes_no_quadratic_time() -> None:
    with pytest.raises(PositionError):
        parse_json("[" + " " * 3_000_000 + "x")


@pytest.mark.parametrize(
    "text",
    [
        '{"k": "hunter' + '2"',
        "k: 'hunter" + "2",
        "k: @hunter" + "2",
        "k: *hunter" + "2",
        "k: hunter" + "2: x",
    ],
)
def test_no_error_quotes_the_text(text: str) -> None:
    for parse in (parse_json, parse_yaml):
        with pytest.raises(PositionError) as caught:
            parse(text)
        assert "hunter" not in str(caught.value)
        assert "hunter" not in repr(caught.value)


def test_no_repr_quotes_the_text() -> None:
    text = '{"hunter2": ["hunter2"]}'
    assert [repr(node) for node in walk(parse_json(text))] == [
        "Object(0, 24)",
        "Array(12, 23)",
        "Scalar(13, 22)",
        "Scalar(1, 10)",
    ]


def test_an_error_can_go_to_another_process() -> None:
    error = PositionError("words", 3, 4)
    kind, arguments = error.__reduce__()
    assert str(kind(*arguments)) == str(error) == "words (line 3, column 4)"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2012-10-17", "2012-10-17"),
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("012345678901", "012345678901"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        ("'12'", "12"),
        ("'yes'", "yes"),
        ("!!str 12", "12"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_yaml_scalars_mean_what_cloudformation_users_mean(written: str, value: Any) -> None:
    assert one(f"k: {written}") == {"k": value}


def test_yaml_keys_are_text() -> None:
    assert one("{on: 1, 2: 3, ~: 4}") == {"on": 1, "2": 3, "~": 4}


def test_custom_tags_are_kept() -> None:
    (document,) = parse_yaml("a: !Sub x\nb: !GetAtt [c, d]\nc: !If {e: f}\nd: ! g")
    assert [value_of(document, key).tag for key in "abcd"] == ["!Sub", "!GetAtt", "!If", ""]


def test_a_tag_makes_a_plain_scalar_text() -> None:
    assert one("a: !Ref 12") == {"a": "12"}


def test_block_collections_end_where_their_last_child_ends() -> None:
    text = "a:\n  - b: |\n      x\n      y\n\n\n# end\nc: d\n"
    (document,) = parse_yaml(text)
    node = value_of(document, "a")
    assert text[node.start : node.end] == "- b: |\n      x\n      y"


def test_all_documents_of_a_stream_are_read() -> None:
    assert [node.to_plain() for node in parse_yaml("a\n---\n- b\n---\nc: d\n")] == ["a", ["b"], {"c": "d"}]
    assert parse_yaml("# nothing\n") == []


def test_an_alias_is_its_anchors_node() -> None:
    (document,) = parse_yaml("a: &x [1]\nb: *x\n*y : 1".replace("\n*y : 1", ""))
    assert value_of(document, "a") is value_of(document, "b")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{<<: {a: 1, b: 2}, b: 3}", {"b": 3, "a": 1}),
        ("{<<: [{a: 1}, {a: 2, c: 3}]}", {"a": 1, "c": 3}),
        ("x: &x {a: 1}\ny: {<<: *x, b: 2}", {"x": {"a": 1}, "y": {"b": 2, "a": 1}}),
        ("{'<<': 1}", {"<<": 1}),
    ],
)
def test_merge_keys_are_merged(text: str, value: Any) -> None:
    assert one(text) == value


def test_aliases_that_expand_without_end_are_refused() -> None:
    levels = [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    with pytest.raises(PositionError, match="aliases stand for more"):
        parse_yaml("\n".join(["a0: &a0 x", *levels]))


def test_merge_keys_that_expand_without_end_are_refused() -> None:
    start = "a: &a {" + ",".join(f"k{n}: 1" for n in range(500)) + "}\n"
    with pytest.raises(PositionError, match="aliases stand for more"):
        parse_yaml(start + "\n".join(f"b{n}: {{<<: [{','.join(['*a'] * 50)}]}}" for n in range(20)))


def test_aliases_cannot_nest_deeper_than_brackets() -> None:
    half = MAX_DEPTH // 2 + 1
    with pytest.raises(PositionError, match="aliases nest deeper"):
        parse_yaml("- &a " + "[" * half + "]" * half + "\n- " + "[" * half + "*a" + "]" * half)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "not YAML"),
        ("a: *x", "without an anchor"),
        ("&a [*a]", "without an anchor"),
        ("{[1]: 2}", "key that is a collection"),
        ("<<: 1", "merges no mapping"),
        ("a: \x01", "does not allow"),
        ("a: \ud800", "not Unicode"),
    ],
)
def test_what_is_no_yaml_is_an_error(text: str, words: str) -> None:
    with pytest.raises(PositionError, match=words):
        parse_yaml(text)


def test_the_c_parser_and_the_python_one_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\ufeff# é😀\na: &x !Sub '😀'\nb:\n  - |\n    x\n  - *x\n  - {q: \"\\u00e9\"}\n"
    fast = [(type(n), n.start, n.end, n.tag, n.to_plain()) for n in walk(parse_yaml(text)[0])]
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert [(type(n), n.start, n.end, n.tag, n.to_plain()) for n in walk(parse_yaml(text)[0])] == fast


def test_both_encodings_are_decoded() -> None:
    assert decode("é".encode()) == "é"
    assert decode("é".encode("utf-16")).lstrip("\ufeff") == "é"


def test_wrong_bytes_have_a_place() -> None:
    with pytest.raises(PositionError, match=r"not UTF-8 \(line 2, column 3\)"):
        decode(b"ab\ncd\xff")
    with pytest.raises(PositionError, match="not UTF-16"):
        decode(b"\xff\xfea")
