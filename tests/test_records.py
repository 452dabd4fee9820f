"""Classes of pregate.records beside the same ones made by the standard library."""

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from pregate import records

STANDARD: Any = SimpleNamespace(
    dataclass=dataclasses.dataclass, field=dataclasses.field, replace=dataclasses.replace
)
OWN: Any = SimpleNamespace(dataclass=records.dataclass, field=records.field, replace=records.replace)


def shapes(by: Any) -> dict[str, Any]:
    """Classes of every kind that pregate has, made by one of the two."""

    @by.dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 2
        names: Any = by.field(default_factory=list)

    @by.dataclass(frozen=True, slots=True)
    class Space(Point):
        y: int = 5
        z: int = by.field(default=3, repr=False, compare=False)

    @by.dataclass(slots=True)
    class Count:
        kind: ClassVar[str] = "count"
        at: int = 0
        seen: Any = by.field(default_factory=set, repr=False)

    @by.dataclass(frozen=True, slots=True, order=True)
    class Version:
        parts: tuple[int, ...]

    @by.dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        name: str
        size: int = 1

    @by.dataclass(slots=True, eq=False, repr=False)
    class Node:
        value: int

    @by.dataclass
    class Loose:
        a: int
        total: int = by.field(init=False, default=0)

        def __post_init__(self) -> None:
            self.total = self.a + 1

    @by.dataclass(frozen=True)
    class Held:
        a: int = 1

    return {cls.__name__: cls for cls in (Point, Space, Count, Version, Named, Node, Loose, Held)}


BOTH = (shapes(STANDARD), shapes(OWN))
CALLS: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("Point", (1,), {}),
    ("Point", (1, 4), {"names": ["a"]}),
    ("Space", (1,), {}),
    ("Space", (1, 2, []), {"z": 9}),
    ("Count", (), {}),
    ("Count", (4,), {}),
    ("Version", ((1, 2),), {}),
    ("Named", (), {"name": "a"}),
    ("Loose", (3,), {}),
    ("Held", (), {}),
)
WRONG: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("Point", (), {}),
    ("Point", (1, 2, 3, 4), {}),
    ("Point", (1,), {"other": 1}),
    ("Named", ("a",), {}),
)


@pytest.mark.parametrize(("name", "args", "given"), CALLS)
def test_fields_and_repr_are_those_of_the_standard_library(
    name: str, args: tuple[Any, ...], given: dict[str, Any]
) -> None:
    theirs, ours = (made[name](*args, **given) for made in BOTH)
    assert repr(ours) == repr(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert [f.name for f in records.fields(ours)] == [f.name for f in dataclasses.fields(theirs)]
    assert type(ours).__match_args__ == type(theirs).__match_args__


@pytest.mark.parametrize(("name", "args", "given"), CALLS)
def test_the_first_and_the_hundredth_are_equal(
    name: str, args: tuple[Any, ...], given: dict[str, Any]
) -> None:
    cls = shapes(OWN)[name]
    made = [repr(cls(*args, **given)) for _ in range(100)]
    assert len(set(made)) == 1
    assert cls.__init__.__code__.co_filename == "<string>"  # compiled


@pytest.mark.parametrize(("name", "args", "given"), WRONG)
def test_a_wrong_call_is_refused_in_the_same_words(
    name: str, args: tuple[Any, ...], given: dict[str, Any]
) -> None:
    said = []
    for made in BOTH:
        with pytest.raises(TypeError) as raised:
            made[name](*args, **given)
        said.append(str(raised.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("made", BOTH, ids=("standard", "own"))
def test_equality_goes_by_the_compared_fields_and_the_class(made: dict[str, Any]) -> None:
    space, point, node = made["Space"], made["Point"], made["Node"](1)
    assert space(1, 2, (), 3) == space(1, 2, (), 4)
    assert hash(space(1, 2, (), 3)) == hash(space(1, 2, (), 4))
    assert space(1, 2, (), 3) != space(1, 3, (), 3)
    assert space(1, 2, ()) != point(1, 2, ())
    assert node != made["Node"](1)
    assert len({node, made["Node"](1)}) == 2
    assert made["Version"]((1, 2)) < made["Version"]((1, 10))
    assert made["Version"]((1,)) >= made["Version"]((1,))
    with pytest.raises(TypeError):
        hash(made["Count"]())
    with pytest.raises(TypeError):
        sorted([made["Held"](1), made["Held"](2)])


@pytest.mark.parametrize("made", BOTH, ids=("standard", "own"))
@pytest.mark.parametrize("name", ["Point", "Held"])
def test_a_frozen_one_is_not_written(made: dict[str, Any], name: str) -> None:
    record = made[name](1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, dataclasses.fields(record)[0].name, 5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(record, dataclasses.fields(record)[0].name)


@pytest.mark.parametrize("made", BOTH, ids=("standard", "own"))
def test_defaults_are_made_for_each(made: dict[str, Any]) -> None:
    first, second = made["Point"](1), made["Point"](1)
    first.names.append("a")
    assert second.names == []


@pytest.mark.parametrize("by", [STANDARD, OWN], ids=("standard", "own"))
def test_replaced_fields_are_of_the_same_class(by: Any) -> None:
    space = shapes(by)["Space"](1, 2, [], 7)
    other = by.replace(space, x=3)
    assert (type(other), other.x, other.y, other.z) == (type(space), 3, 2, 7)
    assert dataclasses.replace(space, x=3) == other
    with pytest.raises(TypeError):
        by.replace(space, nothing=1)


def test_slots_leave_no_room_for_other_attributes() -> None:
    count = shapes(OWN)["Count"]()
    with pytest.raises(AttributeError):
        count.other = 1
    assert not hasattr(count, "__dict__")


@records.dataclass(frozen=True, slots=True)
class Sent:
    """At the top of a module, where pickle finds it."""

    a: int
    b: str = "b"


def test_a_frozen_one_with_slots_goes_through_pickle_and_copy() -> None:
    assert pickle.loads(pickle.dumps(Sent(1))) == Sent(1)
    assert copy.deepcopy(Sent(2, "c")) == Sent(2, "c")


def test_the_standard_library_takes_it_for_a_dataclass() -> None:
    assert dataclasses.is_dataclass(Sent)
    assert records.is_dataclass(Sent(1))
    assert not records.is_dataclass(1)
    assert [f.default for f in dataclasses.fields(Sent)] == [dataclasses.MISSING, "b"]


def test_patterns_match_by_place() -> None:
    match Sent(3):
        case Sent(a, b):
            assert (a, b) == (3, "b")


def test_defining_one_loads_neither_dataclasses_nor_inspect() -> None:
    program = (
        "import sys\nfrom pregate.records import dataclass\n"
        "@dataclass(frozen=True, slots=True)\nclass A:\n    a: int\n"
        "A(1); print(sorted({'dataclasses', 'inspect'} & set(sys.modules)))"
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert done.stdout == "[]\n"
