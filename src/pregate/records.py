"""
Dataclasses whose methods are made when they are first used: a drop-in for what is used of ``dataclasses``.

The standard library writes and compiles the text of six methods for each class as soon as the class is
defined, half a millisecond each, and imports ``inspect`` to do so. A hook defines more than a hundred and
makes instances of a few dozen; that was two fifths of its processor time. Here ``__init__`` is compiled when
there are many instances, and the other methods are closures.

Names and meaning are those of https://docs.python.org/3/library/dataclasses.html; a type checker sees the
standard library's own. ``dataclasses.fields``, ``replace`` and ``asdict`` take instances of these classes.
Not supported, for nothing needs it: ``InitVar``, ``KW_ONLY``, ``hash=``, ``unsafe_hash``, ``weakref_slot``,
``init=False`` of a class, and ``super()`` without arguments in a class with ``slots=True``.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["MISSING", "Field", "dataclass", "field", "fields", "is_dataclass", "replace"]

_MISSING: Any = type("_Missing", (), {"__repr__": lambda _: "MISSING"})()
_FIELDS = "__record_fields__"
# To compile ``__init__`` costs as much as some thirty instances that are made without.
_UNCOMPILED = 16


class _Field:
    """What is known of one field; attributes as those of ``dataclasses.Field``."""

    __slots__ = (
        "compare",
        "default",
        "default_factory",
        "init",
        "kw_only",
        "metadata",
        "name",
        "repr",
        "type",
    )

    def __init__(
        self,
        *,
        default: Any = _MISSING,
        default_factory: Any = _MISSING,
        init: bool = True,
        repr: bool = True,
        compare: bool = True,
        metadata: Mapping[str, Any] | None = None,
        kw_only: bool = False,
    ) -> None:
        self.name = ""
        self.type: Any = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.metadata: Mapping[str, Any] = metadata or {}
        self.kw_only = kw_only


_SLOT = type(_Field.__dict__["name"])


def _dataclass(
    cls: type[Any] | None = None,
    /,
    *,
    repr: bool = True,
    eq: bool = True,
    order: bool = False,
    frozen: bool = False,
    slots: bool = False,
    kw_only: bool = False,
) -> Any:
    def decorate(cls: type[Any]) -> type[Any]:
        own = _own_fields(cls, kw_only)
        known = _inherited_fields(cls)
        made = _with_slots(cls, own, known) if slots else _with_defaults(cls, own)
        _add_methods(made, known | own, repr, eq, order, frozen)
        if frozen and slots and "__getstate__" not in cls.__dict__:
            _add_state(made, tuple(known | own))
        return made

    return decorate if cls is None else decorate(cls)


def _fields(record: Any) -> tuple[_Field, ...]:
    return tuple(getattr(record, _FIELDS).values())


def _is_dataclass(thing: Any) -> bool:
    return hasattr(thing, _FIELDS)


def _replace(record: Any, /, **changes: Any) -> Any:
    for entry in getattr(record, _FIELDS).values():
        if entry.init and entry.name not in changes:
            changes[entry.name] = getattr(record, entry.name)
    return type(record)(**changes)


def _own_fields(cls: type[Any], kw_only: bool) -> dict[str, _Field]:
    found = {}
    for name, kind in cls.__annotations__.items():
        if "ClassVar" in str(kind):
            continue
        given = cls.__dict__.get(name, _MISSING)
        entry = given if isinstance(given, _Field) else _Field(default=given)
        entry.name, entry.type, entry.kw_only = name, kind, entry.kw_only or kw_only
        found[name] = entry
    return found


def _inherited_fields(cls: type[Any]) -> dict[str, _Field]:
    found: dict[str, _Field] = {}
    for base in cls.__mro__[:0:-1]:
        found.update(base.__dict__.get(_FIELDS, {}))
    return found


def _with_slots(cls: type[Any], own: dict[str, _Field], known: dict[str, _Field]) -> type[Any]:
    # A class cannot be given slots once it is there, so that another is made in its place.
    left_out = {*own, "__dict__", "__weakref__"}
    body = {name: value for name, value in cls.__dict__.items() if name not in left_out}
    body["__slots__"] = tuple(name for name in own if name not in known)
    kind: Any = type(cls)
    made: type[Any] = kind(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _with_defaults(cls: type[Any], own: dict[str, _Field]) -> type[Any]:
    for name, entry in own.items():
        if entry.default is not _MISSING:
            setattr(cls, name, entry.default)
        elif name in cls.__dict__:
            delattr(cls, name)
    return cls


def _add_methods(
    cls: type[Any], known: dict[str, _Field], repr: bool, eq: bool, order: bool, frozen: bool
) -> None:
    _put(cls, _FIELDS, known)
    has = cls.__dict__
    _put(cls, "__init__", _first_init(cls, known, frozen))
    _put(cls, "__dataclass_fields__", _StandardFields())
    if "__match_args__" not in has:
        names = tuple(name for name, entry in known.items() if entry.init and not entry.kw_only)
        _put(cls, "__match_args__", names)
    if repr and "__repr__" not in has:
        _put(cls, "__repr__", _repr)
    if eq:
        _add_comparison(cls, known, order, frozen)
    if frozen:
        _forbid_writing(cls, frozenset(known))


def _put(cls: type[Any], name: str, value: Any) -> None:
    setattr(cls, name, value)


def _add_comparison(cls: type[Any], known: dict[str, _Field], order: bool, frozen: bool) -> None:
    key = _key([name for name, entry in known.items() if entry.compare])

    def __eq__(self: Any, other: Any) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(key(self))

    # Python puts None for the hash of a class that has an __eq__ of its own and no hash.
    explicit = cls.__dict__.get("__hash__") is not None
    if "__eq__" not in cls.__dict__:
        _put(cls, "__eq__", __eq__)
    if not explicit:
        _put(cls, "__hash__", __hash__ if frozen else None)
    if order:
        _add_order(cls, key)


def _key(names: list[str]) -> Callable[[Any], Any]:
    if len(names) > 1:
        return attrgetter(*names)
    if names:  # attrgetter of one name gives the bare value, which may know another order or equality
        (name,) = names
        return lambda self: (getattr(self, name),)
    return lambda _: ()


def _add_order(cls: type[Any], key: Callable[[Any], Any]) -> None:
    def __lt__(self: Any, other: Any) -> Any:
        return key(self) < key(other) if other.__class__ is self.__class__ else NotImplemented

    def __le__(self: Any, other: Any) -> Any:
        return key(self) <= key(other) if other.__class__ is self.__class__ else NotImplemented

    def __gt__(self: Any, other: Any) -> Any:
        return key(self) > key(other) if other.__class__ is self.__class__ else NotImplemented

    def __ge__(self: Any, other: Any) -> Any:
        return key(self) >= key(other) if other.__class__ is self.__class__ else NotImplemented

    for method in (__lt__, __le__, __gt__, __ge__):
        _put(cls, method.__name__, method)


def _forbid_writing(cls: type[Any], names: frozenset[str]) -> None:
    def __setattr__(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in names:
            raise _frozen(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise _frozen(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    _put(cls, "__setattr__", __setattr__)
    _put(cls, "__delattr__", __delattr__)


def _frozen(message: str) -> Exception:
    from dataclasses import FrozenInstanceError

    return FrozenInstanceError(message)


def _repr(self: Any) -> str:
    shown = (entry.name for entry in getattr(self, _FIELDS).values() if entry.repr)
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _add_state(cls: type[Any], names: tuple[str, ...]) -> None:
    # What pickle does with slots by itself assigns to them, which a frozen class forbids.
    def __getstate__(self: Any) -> list[Any]:
        return [getattr(self, name) for name in names]

    def __setstate__(self: Any, state: list[Any]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    _put(cls, "__getstate__", __getstate__)
    _put(cls, "__setstate__", __setstate__)


def _first_init(cls: type[Any], known: dict[str, _Field], frozen: bool) -> Callable[..., None]:
    left = [_UNCOMPILED]

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        left[0] -= 1
        values = _values(known, args, kwargs) if left[0] >= 0 else None
        if values is None:  # a class with many instances, or a call that is wrong
            compiled = _compiled_init(cls, known, frozen)
            _put(cls, "__init__", compiled)
            compiled(self, *args, **kwargs)
            return
        for name, value in values:
            object.__setattr__(self, name, value)
        if hasattr(cls, "__post_init__"):
            self.__post_init__()

    return __init__


def _values(
    known: dict[str, _Field], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> list[tuple[str, Any]] | None:
    # What ``__init__`` is given for each field; None where it could not be called so.
    given = iter(args)
    used, found = 0, []
    for name, entry in known.items():
        value = _MISSING
        if entry.init and not entry.kw_only:
            value = next(given, _MISSING)
        if entry.init and name in kwargs:
            if value is not _MISSING:
                return None
            value, used = kwargs[name], used + 1
        if value is _MISSING:
            value = entry.default if entry.default_factory is _MISSING else entry.default_factory()
        if value is not _MISSING:
            found.append((name, value))
        elif entry.init:
            return None
    return found if used == len(kwargs) and next(given, _MISSING) is _MISSING else None


def _compiled_init(cls: type[Any], known: dict[str, _Field], frozen: bool) -> Callable[..., None]:
    # The text holds names of fields and numbers alone; values come in through the namespace.
    names: dict[str, Any] = {"_MISSING": _MISSING, "_set": object.__setattr__}
    plain: list[str] = ["self"]
    named: list[str] = []
    body: list[str] = []
    for number, entry in enumerate(known.values()):
        source = _source(entry, number, names)
        if entry.init:
            (named if entry.kw_only else plain).append(_parameter(entry, number))
        if source:
            body.append(
                _setting(cls, entry, number, source, names) if frozen else f"self.{entry.name} = {source}"
            )
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join([*plain, *(["*", *named] if named else [])])
    text = f"def __init__({parameters}):\n " + "\n ".join(body or ["pass"])
    # Not by ``compile``, which first makes all types of a syntax tree to see if it was given one: 1.5 ms.
    exec(text, names)  # noqa: S102 - as dataclasses does
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _setting(cls: type[Any], entry: _Field, number: int, source: str, names: dict[str, Any]) -> str:
    # What writes a slot does so in half the time that it takes to look for it by its name.
    slot: Any = getattr(cls, entry.name, None)
    if type(slot) is not _SLOT:
        return f"_set(self, {entry.name!r}, {source})"
    names[f"_slot{number}"] = slot.__set__
    return f"_slot{number}(self, {source})"


def _source(entry: _Field, number: int, names: dict[str, Any]) -> str:
    # The expression that gives the field's value; empty where nothing does.
    names[f"_default{number}"] = entry.default
    if entry.default_factory is _MISSING:
        return entry.name if entry.init else ("" if entry.default is _MISSING else f"_default{number}")
    names[f"_make{number}"] = entry.default_factory
    made = f"_make{number}()"
    return f"{made} if {entry.name} is _MISSING else {entry.name}" if entry.init else made


def _parameter(entry: _Field, number: int) -> str:
    if entry.default_factory is not _MISSING:
        return f"{entry.name}=_MISSING"
    return entry.name if entry.default is _MISSING else f"{entry.name}=_default{number}"


class _StandardFields:
    """``__dataclass_fields__``, by which the standard library knows a dataclass, made when asked for."""

    __slots__ = ()

    def __get__(self, record: Any, cls: type[Any]) -> Any:
        import dataclasses

        rows = []
        for entry in _fields(cls):
            given: dict[str, Any] = {"init": entry.init, "repr": entry.repr, "compare": entry.compare}
            given |= {"metadata": entry.metadata, "kw_only": entry.kw_only}
            for name in ("default", "default_factory"):
                if getattr(entry, name) is not _MISSING:
                    given[name] = getattr(entry, name)
            rows.append((entry.name, entry.type, dataclasses.field(**given)))
        made: Any = dataclasses.make_dataclass(cls.__name__, rows)
        _put(cls, "__dataclass_fields__", made.__dataclass_fields__)
        return made.__dataclass_fields__


if TYPE_CHECKING:
    from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
else:
    MISSING = _MISSING
    Field = field = _Field
    dataclass = _dataclass
    fields = _fields
    is_dataclass = _is_dataclass
    replace = _replace
