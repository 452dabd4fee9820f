"""Requirements and constraints files, as pip reads them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement

from pregate.lockfiles import readers
from pregate.lockfiles.model import Package, Reading
from pregate.lockfiles.python import requirement, requirements
from pregate.lockfiles.python.logical_lines import decode_requirements
from pregate.model import Location, UnreadReason
from tests.examples import examples
from tests.lockfiles.reading import pins


def read(text: str | bytes, path: str = "requirements.txt", **included: str) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    others = {
        name.replace("__", "/").replace("_txt", ".txt"): body.encode() for name, body in included.items()
    }
    return readers.read(path, {**others, path: data})


def reasons(reading: Reading) -> list[tuple[UnreadReason, int]]:
    return [(u.reason, u.line) for u in reading.unread]


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "requirements-dev.txt",
        "requirements_test.txt",
        "requirements.dev.txt",
        "dev-requirements.txt",
        "a/test_requirements.txt",
        "constraints.txt",
        "requirements/base.txt",
        "x/Requirements.txt",
    ],
)
def test_names_of_requirements_files_are_known(path: str) -> None:
    assert readers.format_of(path) == "requirements"


@pytest.mark.parametrize(
    "path", ["requirements.in", "requirements.md", "notes.txt", "xrequirements.txt", "requirements/a.py"]
)
def test_other_names_are_left_alone(path: str) -> None:
    assert readers.format_of(path) == ""
    assert readers.read(path, {path: b"django==1.0"}) == Reading()


def test_a_pin_has_the_place_of_name_and_version() -> None:
    reading = read("# first\n  Django == 3.2.1 ; python_version == '3.8'  # why\n")
    assert reading.packages == (
        Package(
            "PyPI",
            "Django",
            "3.2.1",
            Location("requirements.txt", 2, 3, 2, 18),
            "requirements",
            around=("  Django == ", " ; python_version == '3.8'  # why"),
        ),
    )


def test_a_name_is_normalised_in_the_key_only() -> None:
    (package,) = read("Zope.Interface_x==1").packages
    assert package.name == "Zope.Interface_x"
    assert package.key == ("PyPI", "zope-interface-x", "1")


@pytest.mark.parametrize("operator", ["==", "==="])
def test_both_equalities_pin(operator: str) -> None:
    assert pins(read(f"a{operator}1.0")) == [("a", "1.0")]


def test_a_pin_beside_other_specifiers_counts() -> None:
    assert pins(read("a>=0.5,==1.0,!=2")) == [("a", "1.0")]


def test_pins_under_different_markers_all_count() -> None:
    assert pins(read("a==1; python_version<'3'\na==2; python_version>='3'")) == [("a", "1"), ("a", "2")]


def test_extras_are_no_part_of_the_name() -> None:
    assert pins(read("requests[socks, security]==2.0")) == [("requests", "2.0")]


@pytest.mark.parametrize("text", ["a", "a>=1", "a==1.*", "a~=1.0", "a==1,==2", "a[x]"])
def test_what_is_not_pinned_is_not_audited(text: str) -> None:
    reading = read(f"\n{text}\n")
    assert reading.packages == ()
    assert reasons(reading) == [(UnreadReason.NOT_AUDITED, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "git+https://host/x.git#egg=x",
        "https://host/x-1.0.zip",
        "./local",
        "vendor/local",
        ".",
        "x-1.0-py3-none-any.whl",
        "x @ https://host/x.whl",
        "-e .",
        "-e git+ssh://git@host/x.git#egg=x",
        "--editable=./x",
        "x==${VERSION}",
        "file:///x",
    ],
)
def test_what_is_from_elsewhere_is_not_audited(text: str) -> None:
    reading = read(text)
    assert reading.packages == ()
    assert reasons(reading) == [(UnreadReason.NOT_AUDITED, 1)]


def test_credentials_in_an_address_are_never_told() -> None:
    middle = "hun" + "ter2"
    text = (
        f"x @ https://me:{middle}@host/x.whl\ngit+https://me:{middle}@host/y\n==bad https://me:{middle}@h\n"
    )
    assert middle not in repr(read(text))


@pytest.mark.parametrize(
    "text", ["a==1.0 b", "==1", "a==1.0,,", "a = 1", "\0", "a" * 5000 + "==1", "[" * 3000]
)
def test_a_line_that_pip_would_refuse_is_unread_and_loses_nothing_else(text: str) -> None:
    reading = read(f"first==1\n{text}\nlast==2\n")
    assert pins(reading) == [("first", "1"), ("last", "2")]
    assert reasons(reading) == [(UnreadReason.UNPARSABLE, 2)]


def test_continued_lines_and_hashes() -> None:
    (package,) = read("a==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n").packages
    assert package.hashed
    assert package.location == Location("requirements.txt", 1, 1, 1, 7)


def test_a_version_on_a_continued_line_has_a_region_over_both() -> None:
    (package,) = read("a\\\n  ==1.0\nb==2").packages[:1]
    assert package.location == Location("requirements.txt", 1, 1, 2, 8)


def test_a_comment_ends_a_continuation() -> None:
    assert pins(read("a==1 \\\n# note \\\nb==2\n")) == [("a", "1"), ("b", "2")]


def test_backslashes_at_both_ends_of_a_continued_line_are_dropped() -> None:
    (package,) = read("\\\\a\\\\\n==1\n").packages
    assert package.location == Location("requirements.txt", 1, 3, 2, 4)


def test_a_continuation_at_the_end_of_the_file() -> None:
    assert pins(read("a==1 \\")) == [("a", "1")]


def test_a_hash_sign_without_a_blank_is_no_comment() -> None:
    assert reasons(read("git+https://host/x#egg=x")) == [(UnreadReason.NOT_AUDITED, 1)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert [p.location.start_line for p in read(f"a==1{end}{end}b==2{end}").packages] == [1, 3]


def test_a_form_feed_splits_lines_for_pip_but_not_for_editors() -> None:
    places = [
        (p.name, p.location.start_line, p.location.start_column)
        for p in read("a==1 # x\fb==2\nc==3").packages
    ]
    assert places == [("a", 1, 1), ("b", 1, 10), ("c", 2, 1)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(encoding: str) -> None:
    assert pins(read("django==3.2.1\n".encode(encoding))) == [("django", "3.2.1")]


def test_bytes_that_are_not_utf8_cost_their_line_only() -> None:
    assert pins(read(b"# caf\xe9\na==1\nb\xe9==2\n")) == [("a", "1")]


def test_an_empty_file_is_clean() -> None:
    assert read("") == Reading()


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://host/simple",
        "-i https://host",
        "--extra-index-url=https://h",
        "--no-index",
        "--pre",
        "-f ./wheels",
        "--find-l ./wheels",
        "--require-hashes",
        "--no-binary :all:",
        "--trusted-host h",
        "-Z",
        "--use-feature=x",
        "--prefer-binary --pre",
    ],
)
def test_options_that_say_where_to_look_are_passed_over(text: str) -> None:
    assert read(text) == Reading()


@pytest.mark.parametrize("text", ["--evil x", "--no x", "-x", '--index-url "open', "-" * 1_000_000])
def test_an_option_that_is_not_understood_is_unread(text: str) -> None:
    assert (UnreadReason.UNPARSABLE, 1) in reasons(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "-r deps.txt",
        "-rdeps.txt",
        "--requirement deps.txt",
        "--requirement=deps.txt",
        "--requirem deps.txt",
        "-r './deps.txt'",
    ],
)
def test_every_way_to_include(text: str) -> None:
    reading = read(text, deps_txt="a==1")
    assert [(p.name, p.location.path) for p in reading.packages] == [("a", "deps.txt")]


def test_inclusions_are_asked_for_step_by_step() -> None:
    files = {"sub/requirements.txt": b"-r ../deps.txt\n-c c.txt\n-r gone.txt"}
    assert readers.includes("sub/requirements.txt", files) == ("deps.txt", "sub/c.txt", "sub/gone.txt")
    files |= {"deps.txt": b"-r more.txt", "sub/c.txt": b""}
    assert readers.includes("sub/requirements.txt", files) == ("more.txt", "sub/gone.txt")


def test_a_chain_of_inclusions_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[bytes] = []

    def decode(data: bytes) -> str:
        decoded.append(data)
        return decode_requirements(data)

    monkeypatch.setattr(requirements, "decode_requirements", decode)
    files = {"requirements.txt": b"-r chain0.txt"}
    for number in range(20):
        (name,) = readers.includes("requirements.txt", files)
        files[name] = f"-r chain{number + 1}.txt".encode()
    assert decoded == list(files.values())[:20]


def test_a_file_is_read_under_any_name_by_which_it_is_included() -> None:
    files = {"requirements.txt": b"-r deps.toml", "deps.toml": b"a==1"}
    assert readers.includes("requirements.txt", {"requirements.txt": b"-r deps.toml"}) == ("deps.toml",)
    assert [p.name for p in readers.read("requirements.txt", files).packages] == ["a"]


def test_other_formats_look_at_their_manifest_alone() -> None:
    assert readers.includes("poetry.lock", {"poetry.lock": b"-r x"}) == ("pyproject.toml",)


def test_a_missing_inclusion_is_told_with_its_line() -> None:
    assert reasons(read("a==1\n-r gone.txt\n")) == [(UnreadReason.MISSING, 2)]


def test_an_inclusion_within_an_included_file_is_told_there() -> None:
    (unread,) = read("-r deps.txt", deps_txt="\n-r gone.txt").unread
    assert (unread.path, unread.line, unread.reason) == ("deps.txt", 2, UnreadReason.MISSING)


@pytest.mark.parametrize(
    "target", ["../x.txt", "/etc/passwd", "a/../../x.txt", "https://host/r.txt", "file:x.txt", ".", ""]
)
def test_inclusions_from_outside_the_repository_are_refused(target: str) -> None:
    reading = read(f"-r {target}")
    assert reasons(reading) == [(UnreadReason.MISSING, 1)]
    assert readers.includes("requirements.txt", {"requirements.txt": f"-r {target}".encode()}) == ()


def test_an_inclusion_by_an_environment_variable_is_not_audited() -> None:
    assert reasons(read("-r ${HERE}/x.txt")) == [(UnreadReason.NOT_AUDITED, 1)]


def test_an_included_pylock_is_left_to_its_own_reader() -> None:
    assert read("-r pylock.toml") == Reading()


def test_a_cycle_ends() -> None:
    assert pins(read("-r deps.txt\na==1", deps_txt="-r requirements.txt\nb==2")) == [("a", "1"), ("b", "2")]


def test_an_included_file_that_is_audited_by_itself_keeps_its_packages() -> None:
    assert read("-r requirements/base.txt", requirements__base_txt="a==1") == Reading()


def test_a_constraint_pins_a_requirement_at_its_own_line() -> None:
    (package,) = read("-c limits.txt\nDjango\n", limits_txt="other==9\ndjango==3.2.1\n").packages
    assert package.location == Location("limits.txt", 2, 1, 2, 14)
    assert [r.location.start_line for r in package.related] == [2]


def test_a_constraint_of_a_constraint_counts() -> None:
    assert pins(read("-c a.txt\nx", a_txt="-r b.txt", b_txt="x==1")) == [("x", "1")]


def test_a_constraint_does_not_overrule_a_pin() -> None:
    assert pins(read("-c limits.txt\nx==2", limits_txt="x==1")) == [("x", "2")]


def test_a_constraint_alone_requires_nothing() -> None:
    assert read("-c limits.txt", limits_txt="x==1\ny>=2").packages == ()


def test_a_constraints_file_of_its_own_is_audited() -> None:
    assert pins(read("x==1", path="constraints.txt")) == [("x", "1")]


def test_packages_survive_the_journey_through_json() -> None:
    reading = read("-c limits.txt\nx\ny==1 --hash=sha256:aa", limits_txt="x==1")
    assert [Package.from_json(p.to_json()) for p in reading.packages] == list(reading.packages)


@pytest.mark.parametrize(
    "value",
    [None, [], ["PyPI", "a", "1", [1], "", False, []], ["PyPI", "a", "1", ["p", 1, 1, 1, 1], "", False, [1]]],
)
def test_json_that_is_no_package_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        Package.from_json(value)  # type: ignore[arg-type]


def test_many_inclusions_end_at_a_bound() -> None:
    files = {f"f{i}.txt": f"-r f{i + 1}.txt\np{i}==1".encode() for i in range(600)}
    reading = readers.read("requirements.txt", {**files, "requirements.txt": b"-r f0.txt"})
    assert UnreadReason.MISSING in {u.reason for u in reading.unread}
    assert len(reading.packages) < 600


@pytest.mark.long
@settings(max_examples=examples(40, 100))
@given(st.from_regex(re.compile(requirement._PLAIN.pattern, re.ASCII), fullmatch=True))
def test_the_plain_pin_is_what_the_parser_says(text: str) -> None:
    parsed = Requirement(text)
    match = requirement._PLAIN.fullmatch(text)
    assert match is not None
    assert (parsed.name, str(parsed.specifier)) == (match[1], f"=={match[2]}")
    assert (parsed.extras, parsed.marker, parsed.url) == (set(), None, None)


@settings(max_examples=examples(40, 100))
@given(st.from_regex(re.compile(requirement._RANGED.pattern, re.ASCII), fullmatch=True))
def test_the_plain_range_is_what_the_parser_says(text: str) -> None:
    parsed = Requirement(text)
    match = requirement._RANGED.fullmatch(text)
    assert match is not None
    assert (parsed.name, parsed.extras, parsed.url) == (match[1], set(), None)
    assert not {"==", "==="} & {bound.operator for bound in parsed.specifier}


@pytest.mark.parametrize(
    "text",
    [
        "-r a.txt",
        "x\n-ra.txt",
        "  -c a.txt",
        "--requirement=a.txt",
        "x\u0085-r a.txt",
        "x\u2028--constraint a.txt",
    ],
)
def test_every_way_to_include_is_seen(text: str) -> None:
    assert readers.includes("requirements.txt", {"requirements.txt": text.encode()}) == ("a.txt",)
    assert readers.includes("requirements.txt", {"requirements.txt": text.encode("utf-16")}) == ("a.txt",)


def test_a_name_with_a_dash_includes_nothing() -> None:
    assert readers.includes("requirements.txt", {"requirements.txt": b"argon2-cffi==1\nx-r==2\n"}) == ()
