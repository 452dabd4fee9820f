"""How sure it is that a value is a secret: by its name, its shape, its syntax and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.generic import names, shape
from pregate.secrets.generic.names import Kind as Name
from pregate.secrets.generic.shape import Shape
from pregate.secrets.generic.values import Syntax, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from pregate.secrets.generic.files import Kind as File

_SETTER = expression(r"^(?:[sS]et|[wW]ith|[aA]dd)_?(?=[A-Z_a-z])")
# ``deps-3f…``: the key of a cache, or of an object.
_KEY_OF_WORDS = expression(r"(?:[A-Za-z]{2,30}[-_./:]){1,6}(?:v?[0-9]{1,4}[-_.])?[0-9a-f]{6,128}$")
# Points; so many are needed for each confidence.
_HIGH = 8
_MEDIUM = 7
_LOW = 2
_NAMES = {Name.PASSWORD: 4, Name.SECRET: 4, Name.TOKEN: 3, Name.KEY: 3, Name.SALT: 2, Name.WEAK: 1}
_SHAPES = {Shape.WORDS: 0, Shape.MADE: 2, Shape.CHOSEN: 4, Shape.ODD: 4, Shape.RANDOM: 5, Shape.STRONG: 6}


def confidence(name: str, value: str, place: Value, file: Callable[[], File]) -> Confidence | None:
    """
    How sure a value is a secret; ``None`` when it is none, or too unlikely even to be masked. ``file`` gives
    the kinds of the file, for the few values that it takes them for.
    """
    told = names.kind(_SETTER.sub("", name) if place.syntax is Syntax.CALL else name)
    looks = shape.shape(value)
    if told is Name.NONE or looks is Shape.NOTHING:
        return None
    if told is Name.WEAK and _KEY_OF_WORDS.match(value):
        return Confidence.LOW
    points = _NAMES[told] + _SHAPES[looks] + _of_value(told, value, looks)
    points += _of_place(place, told, looks, file())
    if told is Name.TOKEN and shape.is_uuid(value):
        points = min(points, _MEDIUM)
    if looks is Shape.WORDS:
        points = min(points, _MEDIUM - 1)
    least = _HIGH if told > Name.SALT and not shape.is_uuid(value) else _HIGH + 1
    if points >= least and told is not Name.WEAK:
        return Confidence.HIGH
    if points >= _MEDIUM:
        return Confidence.MEDIUM
    return Confidence.LOW if points >= _LOW else None


def _of_value(told: Name, value: str, looks: Shape) -> int:
    points = 0
    if shape.is_uuid(value):
        points -= 3 if told >= Name.SECRET else 2 if told is Name.TOKEN else 4
    elif shape.is_hashed(value):
        points -= 6
    elif shape.is_hex(value):
        points -= 0 if told >= Name.TOKEN else 2
    if told < Name.TOKEN and len(value) < 8:
        points -= 2
    if value.isdigit() and told is not Name.PASSWORD:
        points -= 6
    if told is Name.TOKEN and looks is Shape.ODD:
        points += 1
    elif told <= Name.TOKEN and looks < Shape.RANDOM:
        points -= 2 if told > Name.WEAK else 4
    return points


def _of_place(place: Value, told: Name, looks: Shape, file: File) -> int:
    from pregate.secrets.generic.files import Kind as File

    points = 0
    if place.is_joined:
        points -= 3
    if place.syntax in (Syntax.LISTED, Syntax.CALL) or (place.syntax is Syntax.COMPARED and file & File.TEST):
        points -= 1
    if file & File.SETTINGS and not file & (File.TEST | File.TRANSLATED):
        points += 1
    if file & File.TEST and looks < Shape.RANDOM:
        points -= 2 if looks < Shape.CHOSEN else 0 if looks is Shape.ODD and told >= Name.SECRET else 1
    if file & File.PROSE and looks not in (Shape.ODD, Shape.STRONG):
        points -= 1
    if file & File.TRANSLATED:
        points -= 3
    if file & File.GENERATED:
        points -= 2
    return points
