"""XML with places; what defines entities is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles.located_xml import Document, load_xml, parse_xml
from pregate.lockfiles.model import Reading
from pregate.model import Location

TEXT = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- é -->
<m:project xmlns:m="urn:x">
  <a>é</a><v>  1.0
 </v><w x:k=" 1.é.2 " z='3'/>
  <e>a&amp;b</e><c>1<!-- no -->.2</c><d><![CDATA[ 4 ]]></d>
</m:project>
"""


def load(text: str | bytes) -> Document:
    document = load_xml("p", text if isinstance(text, bytes) else text.encode(), "project")
    assert isinstance(document, Document)
    return document


def refusal(text: str | bytes) -> tuple[str, int]:
    reading = load_xml("p", text if isinstance(text, bytes) else text.encode(), "project")
    assert isinstance(reading, Reading)
    (unread,) = reading.unread
    return unread.detail, unread.line


@pytest.mark.parametrize("text", [TEXT, "\ufeff" + TEXT, TEXT.replace("\n", "\r\n")])
def test_texts_are_told_without_outer_blanks_and_with_their_place(text: str) -> None:
    document = load(text)
    root = document.root
    assert [(e.name, e.text) for e in root.children] == [
        ("a", "é"),
        ("v", "1.0"),
        ("w", ""),
        ("e", "a&b"),
        ("c", "1.2"),
        ("d", "4"),
    ]
    places = {e.name: document.location(e) for e in root.children}
    assert places["a"] == Location("p", 4, 6, 4, 7)
    assert places["v"] == Location("p", 4, 16, 4, 19)
    assert places["w"] == Location("p", 5, 7, 5, 8)
    assert places["c"] == Location("p", 6, 20, 6, 34)
    assert places["d"] == Location("p", 6, 51, 6, 52)


def test_the_place_of_an_attribute_is_its_value_without_quotes() -> None:
    document = load(TEXT)
    element = document.root.first("w")
    assert element is not None
    assert element.attributes == {"k": " 1.é.2 ", "z": "3"}
    assert document.attribute(element, "k") == Location("p", 5, 15, 5, 20)
    assert document.attribute(element, "z") == Location("p", 5, 26, 5, 27)
    assert document.attribute(element, "none") == document.location(element)
    assert document.around(*document.attribute_span(element, "z")) == (' </v><w x:k=" 1.é.2 " z=\'', "'/>")


@pytest.mark.parametrize(
    "line",
    [
        "<v>1.0</v>" + " " * 1200,
        " " * 1200 + "<v>1.0</v>",
        "<v>1.0</v> <!-- \N{ZERO WIDTH SPACE} -->",
        "<v>1.0</v> <!-- https://user:" + "word@host -->",
        "<v>1.0</v><!-- \r -->",
        "<v>1.0\n.0</v>",
    ],
)
def test_nothing_stands_around_in_a_line_that_is_better_left_alone(line: str) -> None:
    document = load(f"<project>\n{line}\n</project>")
    element = document.root.first("v")
    assert element is not None
    assert document.around(element.text_start, element.text_end) == ()


def test_paths_of_elements() -> None:
    root = parse_xml("<project><a><b>1</b><b>2</b></a><a><b>3</b><c/></a></project>")
    assert [e.text for e in root.all("a", "b")] == ["1", "2", "3"]
    assert root.word("a", "b") == "1"
    assert root.word("a", "none", "b") == ""
    assert root.first("none") is None
    assert repr(root.first("a", "b")) == "Element(12)"


def test_other_encodings_by_their_declaration() -> None:
    text = '<?xml version="1.0" encoding="{}"?><project><a>é</a><v>1</v></project>'
    for name in ("ISO-8859-1", "windows-1252", "utf-8"):
        document = load(text.format(name).encode(name))
        assert document.root.word("a") == "é"
    assert load(text.format("UTF-16").encode("utf-16")).root.word("a") == "é"
    assert refusal(text.format("utf-7").encode())[0] == "not XML: an encoding that is not read"
    assert refusal(text.format("no-such-name").encode())[0] == "not XML: an encoding that is not read"
    assert refusal(text.format("utf-8").encode("latin-1"))[0] == "not XML: not UTF-8"


@pytest.mark.parametrize(
    ("text", "detail", "line"),
    [
        (
            "\n<!DOCTYPE project [<!ENTITY a 'b'>]><project>&a;</project>",
            "not XML: a document type declaration, which may define entities, is not read",
            2,
        ),
        (
            '<!DOCTYPE project SYSTEM "file:///etc/passwd"><project/>',
            "not XML: a document type declaration, which may define entities, is not read",
            1,
        ),
        ("<project>\n&a;</project>", "not XML: undefined entity", 2),
        ("<project>" * 201, "not XML: nested deeper than 200 levels", 1),
        ("<project>" * 100_000, "not XML: nested deeper than 200 levels", 1),
        ("<project>\n<a>", "not XML: the text ends where more should be", 2),
        ("<project>\n<a", "not XML: the text ends where more should be", 2),
        ("", "not XML: the text ends where more should be", 1),
        ("<project>\n</projekt>", "not XML: mismatched tag", 2),
        ("<project/>\n<project/>", "not XML: junk after document element", 2),
        ("<project>\n<<<<<<< HEAD\n</project>", "a merge conflict is not resolved", 2),
        ("<other/>", "the outermost element is not project", 1),
        ("<project>\0</project>", "not XML: not well-formed (invalid token)", 1),
    ],
)
def test_what_is_refused(text: str, detail: str, line: int) -> None:
    assert refusal(text) == (detail, line)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/ab=\"' &;!-[]\n", max_size=60))
def test_any_text_gives_a_tree_or_an_error(text: str) -> None:
    document = load_xml("p", text.encode(), "a", "b")
    if isinstance(document, Reading):
        assert 1 <= document.unread[0].line <= text.count("\n") + 1
    else:
        assert text[document.root.start] == "<"
