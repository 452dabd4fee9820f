"""
Terraform's functions over values; lists keep the place of each element.

A function gives None for what it cannot say: the caller makes an unknown value of it. Source: Terraform
language, "Built-in Functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

from pregate.iam.terraform import text_functions
from pregate.iam.terraform.json_values import from_json, from_yaml
from pregate.iam.terraform.operators import equal, number
from pregate.iam.terraform.syntax import Span
from pregate.iam.terraform.values import Hidden, Ledger, Map, Plain, Seq, Str, Value, is_null

Function = Callable[[list[Value], Span, Ledger], Value | None]
MAX_RANGE = 1000


def failed(span: Span) -> Hidden:
    """What Terraform refuses: ``try`` goes on with its next argument."""
    return Hidden("an error", span, failed=True)


def _sequences(values: list[Value]) -> list[Seq] | None:
    found = [value for value in values if isinstance(value, Seq)]
    return found if len(found) == len(values) else None


def _maps(values: list[Value]) -> list[Map] | None:
    found = [value for value in values if isinstance(value, Map)]
    return found if len(found) == len(values) else None


def _distinct(items: list[Value], ledger: Ledger) -> list[Value]:
    """Each value once; an unknown one is equal to itself alone."""
    seen: dict[str, Value] = {}
    for item in items:
        seen.setdefault(ledger.json_of(item), item)
    return list(seen.values())


def concat(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Lists one after the other. An unknown one makes an unknown element, which stands for all of its own."""
    items: list[Value] = []
    for arg in args:
        if isinstance(arg, Seq):
            ledger.spend(1 + len(arg.items))
            items += arg.items
        elif isinstance(arg, Hidden):
            items.append(arg)
        else:
            return None
    return Seq(items, span)


def setunion(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """All elements, each once."""
    found = concat(args, span, ledger)
    return Seq(_distinct(found.items, ledger), span) if isinstance(found, Seq) else found


def distinct(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Each element once."""
    lists = _sequences(args)
    return Seq(_distinct(lists[0].items, ledger), span) if lists else None


def flatten(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The elements of lists within lists; an unknown one stays one element."""
    if not _sequences(args):
        return None
    items: list[Value] = []
    pending = [args[0]]
    while pending:
        ledger.spend(1)
        current = pending.pop()
        if isinstance(current, Seq):
            ledger.spend(len(current.items))
            pending += reversed(current.items)
        else:
            items.append(current)
    return Seq(items, span)


def compact(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The elements that are neither empty nor null."""
    lists = _sequences(args)
    if not lists:
        return None
    return Seq([i for i in lists[0].items if not is_null(i) and ledger.text_of(i) != ""], span)


def merge(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Maps, the later ones over the earlier."""
    maps = _maps([arg for arg in args if not is_null(arg)])
    if maps is None:
        return None
    members: dict[str, tuple[Span, Value]] = {}
    for part in maps:
        ledger.spend(1 + len(part.items))
        members.update(part.items)
    return Map(members, span)


def to_list(args: list[Value], _span: Span, ledger: Ledger) -> Value | None:
    """The same elements."""
    ledger.spend(1)
    return args[0] if isinstance(args[0], Seq) else None


def to_map(args: list[Value], _span: Span, ledger: Ledger) -> Value | None:
    """The same members."""
    ledger.spend(1)
    return args[0] if isinstance(args[0], Map) else None


def keys(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The keys of a map, sorted."""
    if not isinstance(args[0], Map):
        return None
    ledger.spend(1 + len(args[0].items))
    return Seq([Str(key, place) for key, (place, _) in sorted(args[0].items.items())], span)


def values(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The values of a map in the order of its keys."""
    if not isinstance(args[0], Map):
        return None
    ledger.spend(1 + len(args[0].items))
    return Seq([value for _, (_, value) in sorted(args[0].items.items())], span)


def lookup(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The value of a key, or the default."""
    if not isinstance(args[0], Map) or not ledger.is_known(args[1]):
        return None
    found = args[0].get(ledger.text_of(args[1]) or "")
    return found or (args[2] if len(args) > 2 else failed(span))


def element(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """One element, counted round and round."""
    index = number(args[1])
    if not isinstance(args[0], Seq) or not isinstance(index, int):
        return None
    ledger.spend(1)
    return args[0].items[index % len(args[0].items)] if args[0].items else failed(span)


def length(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """How many elements, members or characters."""
    match args[0]:
        case Seq(items=items) if not any(isinstance(item, Hidden) for item in items):
            return Plain(len(items), span)
        case Map(items=members):
            return Plain(len(members), span)
        case Str() as text if ledger.is_known(text):
            return Plain(len(ledger.rendered(text)), span)
        case _:
            return Hidden("length(…)", span, False)


def coalesce(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The first argument that is neither null nor empty."""
    for arg in args:
        if isinstance(arg, Hidden):
            return arg if len(args) == 1 else None
        if not is_null(arg) and ledger.text_of(arg) != "":
            return arg
    return failed(span)


def coalescelist(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The first list that is not empty."""
    for arg in args:
        ledger.spend(1)
        if not isinstance(arg, Seq):
            return None
        if arg.items:
            return arg
    return failed(span)


def attempt(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """``try``: the first argument that is no error."""
    ledger.spend(1)
    return next((arg for arg in args if not (isinstance(arg, Hidden) and arg.failed)), failed(span))


def can(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Whether the argument is no error; unknown for what is not known."""
    if isinstance(args[0], Hidden):
        return Plain(False, span) if args[0].failed else Hidden("can(…)", span, False)
    ledger.spend(1)
    return Plain(True, span)


def contains(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Whether a list holds a value."""
    if not isinstance(args[0], Seq):
        return Hidden("contains(…)", span, False)
    same = [equal(item, args[1], ledger) for item in args[0].items]
    if True in same or None not in same:
        return Plain(True in same, span)
    return Hidden("contains(…)", span, False)


def sort(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The texts of a list in their order."""
    lists = _sequences(args)
    if not lists or not ledger.is_known(lists[0]):
        return lists[0] if lists else None
    return Seq(sorted(lists[0].items, key=lambda item: ledger.text_of(item) or ""), span)


def reverse(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The elements from the last to the first."""
    lists = _sequences(args)
    ledger.spend(1 + len(lists[0].items) if lists else 1)
    return Seq(lists[0].items[::-1], span) if lists else None


def slice_of(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """A part of a list."""
    start, end = number(args[1]), number(args[2])
    if not isinstance(args[0], Seq) or not isinstance(start, int) or not isinstance(end, int):
        return None
    ledger.spend(1 + len(args[0].items))
    return Seq(args[0].items[start:end], span) if 0 <= start <= end else failed(span)


def setproduct(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """All combinations of the elements of several lists."""
    lists = _sequences(args)
    if not lists:
        return None
    total = 1
    for part in lists:
        total *= len(part.items)
        ledger.spend(total)
    return Seq([Seq(list(items), span) for items in product(*(part.items for part in lists))], span)


def setsubtract(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The elements of the first list that are not in the second."""
    if not _sequences(args) or not all(ledger.is_known(arg) for arg in args):
        return None
    first, second = (arg.items if isinstance(arg, Seq) else [] for arg in args)
    out = {ledger.json_of(item) for item in second}
    return Seq([item for item in _distinct(first, ledger) if ledger.json_of(item) not in out], span)


def range_of(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Numbers from a start up to a limit."""
    bounds = [number(arg) for arg in args]
    whole = [n for n in bounds if isinstance(n, int)]
    if len(whole) != len(bounds) or not 1 <= len(whole) <= 3 or (len(whole) == 3 and whole[2] == 0):
        return None
    numbers = range(*whole)
    if len(numbers) > MAX_RANGE:
        return None
    ledger.spend(1 + len(numbers))
    return Seq([Plain(n, span) for n in numbers], span)


def zipmap(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """A map of keys and values."""
    lists = _sequences(args)
    if not lists or len(lists) != 2:
        return None
    members: dict[str, tuple[Span, Value]] = {}
    for key, value in zip(lists[0].items, lists[1].items, strict=False):
        ledger.spend(1)
        text = ledger.text_of(key)
        if text is None:
            return None
        members[text] = (key.span, value)
    return Map(members, span)


def one(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The only element of a list, or null."""
    ledger.spend(1)
    if not isinstance(args[0], Seq) or len(args[0].items) > 1:
        return None
    return args[0].items[0] if args[0].items else Plain(None, span)


def jsonencode(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The argument as JSON: a text that keeps its structure."""
    ledger.spend(1)
    return args[0] if isinstance(args[0], Hidden) else Str("", span, (), args[0])


def jsondecode(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The value that a text of JSON holds."""
    return from_json(args[0], ledger) or failed(span) if isinstance(args[0], Str) else None


def yamldecode(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The value that a text of YAML holds."""
    return from_yaml(args[0], ledger) or failed(span) if isinstance(args[0], Str) else None


def same(args: list[Value], _span: Span, ledger: Ledger) -> Value | None:
    """The argument itself (``sensitive``, ``nonsensitive``, ``tostring`` of a text)."""
    ledger.spend(1)
    return args[0]


# Name: function, fewest and most arguments.
FUNCTIONS: Mapping[str, tuple[Function, int, int]] = {
    "can": (can, 1, 1),
    "coalesce": (coalesce, 1, 99),
    "coalescelist": (coalescelist, 1, 99),
    "compact": (compact, 1, 1),
    "concat": (concat, 0, 9999),
    "contains": (contains, 2, 2),
    "distinct": (distinct, 1, 1),
    "element": (element, 2, 2),
    "flatten": (flatten, 1, 1),
    "jsondecode": (jsondecode, 1, 1),
    "jsonencode": (jsonencode, 1, 1),
    "keys": (keys, 1, 1),
    "length": (length, 1, 1),
    "lookup": (lookup, 2, 3),
    "merge": (merge, 0, 9999),
    "nonsensitive": (same, 1, 1),
    "one": (one, 1, 1),
    "range": (range_of, 1, 3),
    "reverse": (reverse, 1, 1),
    "sensitive": (same, 1, 1),
    "setproduct": (setproduct, 1, 9),
    "setsubtract": (setsubtract, 2, 2),
    "setunion": (setunion, 1, 9999),
    "slice": (slice_of, 3, 3),
    "sort": (sort, 1, 1),
    "tobool": (same, 1, 1),
    "tolist": (to_list, 1, 1),
    "tomap": (to_map, 1, 1),
    "tonumber": (same, 1, 1),
    "toset": (distinct, 1, 1),
    "tostring": (same, 1, 1),
    "try": (attempt, 1, 99),
    "values": (values, 1, 1),
    "yamldecode": (yamldecode, 1, 1),
    "zipmap": (zipmap, 2, 2),
    **text_functions.FUNCTIONS,
}


def apply(name: str, args: list[Value], span: Span, ledger: Ledger) -> Value:
    """The value of a function of these arguments; an unknown value for what it cannot say."""
    known = FUNCTIONS.get(name.removeprefix("core::"))
    ledger.spend(1 + len(args))
    found = known[0](args, span, ledger) if known and known[1] <= len(args) <= known[2] else None
    if found is not None:
        return found
    broken = any(isinstance(arg, Hidden) and arg.failed for arg in args)
    may = known is None or ledger.may_be_wildcard(args)
    return Hidden(f"{name[:40]}(…)", span, may, failed=broken)
