"""``go.mod`` and ``go.sum``; the expected lists are what ``go mod edit -json`` and the reference tell."""

from __future__ import annotations

import itertools

import pytest

from pregate.lockfiles.go.versions import module_version
from pregate.lockfiles.model import Depth, Package
from pregate.model import Location
from tests.lockfiles.reading import flagged, pins, read_text, told

GO_MOD = """\
// A comment before everything.
module "example.com/service" // Deprecated: use v2

go 1.21

toolchain go1.22.3

godebug default=go1.21

require golang.org/x/text v0.3.7

require (
	github.com/gin-gonic/gin v1.9.0
	github.com/golang/protobuf v1.5.2 // indirect
	gopkg.in/yaml.v3 v3.0.0-20210107192922-496545a6307b//indirect
	"github.com/quoted/path" v1.0.0
	`github.com/raw/path` v1.0.0-rc.1 // not indirect
	github.com/docker/docker v20.10.7+incompatible // indirect; pinned by hand

	// github.com/left/out v1.0.0
	github.com/original/one v1.1.0
	github.com/original/any v1.2.0 // indirect
	github.com/original/local v1.3.0
)

replace (
	github.com/original/one v1.1.0 => github.com/forked/one v1.1.1
	github.com/original/any => github.com/forked/any v0.0.0-20200101000000-0123456789ab
)

replace github.com/original/local => ../local

replace github.com/gin-gonic/gin v1.8.0 => github.com/never/used v1.0.0

exclude golang.org/x/text v0.3.6

retract [v1.0.0, v1.0.5] // broken

tool golang.org/x/tools/cmd/stringer
"""


def test_every_module_in_the_version_that_is_built() -> None:
    reading = read_text("go.mod", GO_MOD)
    assert [(p.name, p.version, p.depth) for p in reading.packages] == [
        ("stdlib", "1.22.3", Depth.DIRECT),
        ("golang.org/x/text", "v0.3.7", Depth.DIRECT),
        ("github.com/gin-gonic/gin", "v1.9.0", Depth.DIRECT),
        ("github.com/golang/protobuf", "v1.5.2", Depth.TRANSITIVE),
        ("gopkg.in/yaml.v3", "v3.0.0-20210107192922-496545a6307b", Depth.TRANSITIVE),
        ("github.com/quoted/path", "v1.0.0", Depth.DIRECT),
        ("github.com/raw/path", "v1.0.0-rc.1", Depth.DIRECT),
        ("github.com/docker/docker", "v20.10.7+incompatible", Depth.TRANSITIVE),
        ("github.com/forked/one", "v1.1.1", Depth.DIRECT),
        ("github.com/forked/any", "v0.0.0-20200101000000-0123456789ab", Depth.TRANSITIVE),
    ]
    assert reading.unread == ()
    assert flagged(reading, GO_MOD) == [p.version for p in reading.packages]


def test_a_replacement_tells_where_the_module_is_required() -> None:
    package = next(p for p in read_text("go.mod", GO_MOD).packages if p.name == "github.com/forked/one")
    assert package.location.start_line == 27
    assert [(r.location.start_line, r.message) for r in package.related] == [
        (21, "github.com/original/one is required here, and replaced")
    ]


def test_a_whole_package() -> None:
    reading = read_text("a/go.mod", "module m\nrequire example.com/x v1.0.0\n")
    assert reading.packages == (
        Package(
            "Go",
            "example.com/x",
            "v1.0.0",
            Location("a/go.mod", 2, 23, 2, 29),
            "go.mod",
            depth=Depth.DIRECT,
        ),
    )


@pytest.mark.parametrize(
    ("lines", "version", "place"),
    [
        ("go 1.22.5", "1.22.5", (1, 4)),
        ("go 1.22.5\ntoolchain go1.22.3", "1.22.5", (1, 4)),
        ("go 1.21\ntoolchain go1.22.3", "1.22.3", (2, 13)),
        ("go 1.21.1\ntoolchain go1.22.3-custom", "1.22.3", (2, 13)),
        ("go 1.21.1\ntoolchain default", "1.21.1", (1, 4)),
        ("toolchain local\ngo 1.21.0", "1.21.0", (2, 4)),
    ],
)
def test_the_standard_library_has_the_version_of_the_newer_line(
    lines: str, version: str, place: tuple[int, int]
) -> None:
    (package,) = read_text("go.mod", lines).packages
    assert (package.name, package.version) == ("stdlib", version)
    assert (package.location.start_line, package.location.start_column) == place


@pytest.mark.parametrize(
    "lines", ["go 1.21", "go 1.22rc1", "go 1.21\ntoolchain default", "toolchain go1.23rc1"]
)
def test_a_language_version_is_no_release_of_the_standard_library(lines: str) -> None:
    reading = read_text("go.mod", f"module m\n{lines}\n")
    assert reading.packages == ()
    line = lines.count("\n") + 2
    assert told(reading) == [("not-audited", line, "the standard library is not pinned to a release")]


def test_without_a_go_line_nothing_is_said_of_the_standard_library() -> None:
    assert read_text("go.mod", "module m\n") == read_text("go.mod", "module m\nretract v1.0.0\n")


def test_the_highest_version_is_built_and_one_direct_line_makes_it_direct() -> None:
    text = (
        "require example.com/x v1.10.0 // indirect\nrequire example.com/x v1.9.0\n"
        "require example.com/x v1.10.0-rc.2\n"
    )
    (package,) = read_text("go.mod", text).packages
    assert (package.version, package.depth) == ("v1.10.0", Depth.DIRECT)


def test_an_excluded_version_is_not_built() -> None:
    reading = read_text(
        "go.mod", "require example.com/x v1.1.0\nrequire example.com/y v1.0.0\nexclude example.com/x v1.1.0\n"
    )
    assert pins(reading) == [("example.com/y", "v1.0.0")]
    assert told(reading) == [("not-audited", 1, "example.com/x is required in a version that is excluded")]


def test_a_version_that_only_the_go_command_could_resolve() -> None:
    text = "require (\n\texample.com/x master\n\texample.com/y v1.2\n\texample.com/z v1.0.0\n)\n"
    reading = read_text("go.mod", text + "replace example.com/z => example.com/fork main\n")
    assert reading.packages == ()
    assert told(reading) == [
        ("not-audited", 2, "example.com/x is not pinned to a version"),
        ("not-audited", 3, "example.com/y is not pinned to a version"),
        ("not-audited", 6, "example.com/fork is not pinned to a version"),
    ]


@pytest.mark.parametrize("folder", ["./x", "../x", "..", "/x", r".\x", r"C:\x"])
def test_what_is_replaced_by_a_folder_is_own_code(folder: str) -> None:
    reading = read_text("go.mod", f"require example.com/x v1.0.0\nreplace example.com/x => {folder}\n")
    assert reading.packages == ()
    assert reading.unread == ()


def test_a_replacement_of_one_version_goes_before_one_of_all() -> None:
    text = (
        "require example.com/x v1.0.0\nreplace example.com/x => example.com/all v1.0.1\n"
        "replace example.com/x v1.0.0 => example.com/one v1.0.2\n"
    )
    assert pins(read_text("go.mod", text)) == [("example.com/one", "v1.0.2")]


def test_before_go_1_17_not_everything_is_listed() -> None:
    reading = read_text("go.mod", "go 1.16\nrequire example.com/x v1.0.0\n")
    assert told(reading) == [
        (
            "not-audited",
            1,
            "go.mod lists what is required indirectly since go 1.17 only: it is not audited here",
        ),
        ("not-audited", 1, "the standard library is not pinned to a release"),
    ]


def test_a_wrong_line_loses_itself() -> None:
    text = (
        "require example.com/x v1.0.0\nrequire example.com/y\nnonsense here\nreplace a => b\n"
        'require "open v1.0.0\nexclude example.com/z\n) \nrequire (\n\texample.com/w v1.0.0\n'
    )
    reading = read_text("go.mod", text)
    assert pins(reading) == [("example.com/x", "v1.0.0"), ("example.com/w", "v1.0.0")]
    assert told(reading) == [
        ("unparsable", 2, "a line is no directive of go.mod"),
        ("unparsable", 3, "a line is no directive of go.mod"),
        ("unparsable", 4, "a replace is no module with a replacement"),
        ("unparsable", 5, "a line is no directive of go.mod"),
        ("unparsable", 6, "an exclude is no module and version"),
        ("unparsable", 7, "a line is no directive of go.mod"),
        ("unparsable", 8, "a block is not closed: the text ends where more should be"),
    ]


def test_escapes_and_empty_blocks() -> None:
    text = 'require ()\nrequire ( ) // none\nrequire "example\\u002ecom/x" v1.0.0\nrequire "\\q" v1.0.0\n'
    reading = read_text("go.mod", text)
    assert pins(reading) == [("example.com/x", "v1.0.0")]
    assert told(reading) == [("unparsable", 4, "an entry's name or version is no usable text")]


def test_carriage_returns_and_a_byte_order_mark() -> None:
    text = "\ufeffrequire example.com/x v1.0.0\r\nrequire example.com/y v1.0.0\r\n"
    reading = read_text("go.mod", text)
    assert [p.location for p in reading.packages] == [
        Location("go.mod", 1, 23, 1, 29),
        Location("go.mod", 2, 23, 2, 29),
    ]


def test_versions_are_ordered_as_semantic_versions() -> None:
    ordered = [
        "v0.0.0-20190101000000-abcdefabcdef",
        "v1.0.0-alpha",
        "v1.0.0-alpha.1",
        "v1.0.0-alpha.beta",
        "v1.0.0-rc.2",
        "v1.0.0-rc.10",
        "v1.0.0",
        "v1.9.0",
        "v1.10.0",
        "v20.10.7+incompatible",
    ]
    versions = [module_version(version) for version in ordered]
    assert all(a and b and a < b for a, b in itertools.pairwise(versions))


def test_what_go_does_not_write_is_no_version() -> None:
    for text in (
        "1.0.0",
        "v1.0",
        "v1",
        "main",
        "v01.0.0",
        "v1.0.0-",
        "v1.0.0-01",
        "v" + "1" * 400,
        "go1.21.0",
    ):
        assert module_version(text) is None, text


GO_SUM = """\
github.com/a/b v1.0.0 h1:aaaa=
github.com/a/b v1.0.0/go.mod h1:bbbb=
github.com/a/c v1.1.0/go.mod h1:cccc=
github.com/a/d v0.0.0-20190101000000-abcdefabcdef h1:dddd=
github.com/a/b v1.0.0 h1:aaaa=
github.com/a/e v2.0.0+incompatible h1:eeee=
github.com/a/f v1.0.0 h2:ffff=
"""


def test_go_sum_alone_gives_the_modules_whose_content_was_checked() -> None:
    reading = read_text("go.sum", GO_SUM)
    assert pins(reading) == [
        ("github.com/a/b", "v1.0.0"),
        ("github.com/a/d", "v0.0.0-20190101000000-abcdefabcdef"),
        ("github.com/a/e", "v2.0.0+incompatible"),
    ]
    assert flagged(reading, GO_SUM) == [p.version for p in reading.packages]
    assert all(p.hashed and p.depth is Depth.UNKNOWN for p in reading.packages)
    assert reading.unread == ()


def test_go_sum_gives_way_to_the_go_mod_of_its_folder() -> None:
    assert read_text("a/go.sum", GO_SUM, **{"a/go.mod": "module m\n"}).packages == ()
    assert len(read_text("a/go.sum", GO_SUM, **{"go.mod": "module m\n"}).packages) == 3


def test_a_wrong_line_of_go_sum_loses_itself() -> None:
    reading = read_text("go.sum", GO_SUM + "github.com/x main h1:x=\nhello\n")
    assert len(reading.packages) == 3
    assert told(reading) == [
        ("unparsable", 8, "a line is no module, version and hash"),
        ("unparsable", 9, "a line is no module, version and hash"),
    ]
