"""
Options read without argparse, where nothing is in doubt.

To import argparse and to make its parsers is a tenth of what a hook with nothing to judge takes. The same
``configure`` functions that fill a parser fill a :class:`Quick`, which reads what is plain: whole names,
values that are right, no help. For anything else :func:`read` gives nothing, and argparse has the say.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

COMMANDS = ("hook", "scan", "action")
_ACTIONS = ("store", "store_true", "append")
_NUMBERS: Mapping[str | None, tuple[int, int]] = {None: (1, 1), "?": (0, 1), "*": (0, 1_000_000)}


class UnsureError(Exception):
    """Argparse must read this."""


class _Option:
    """One option or positional as ``add_argument`` was told of it; only kinds that are read here."""

    def __init__(self, names: Sequence[str], about: Mapping[str, Any]) -> None:
        self.action: str = about.get("action", "store")
        self.kind: type | None = about.get("type")
        self.choices: Sequence[str] = about.get("choices", ())
        self.default: object = about.get("default", False if self.action == "store_true" else None)
        self.nargs: str | None = about.get("nargs")
        long = next((name for name in names if name.startswith("--")), names[0])
        self.name: str = about.get("dest", long.lstrip("-").replace("-", "_"))
        is_known = self.action in _ACTIONS and self.kind in (None, int) and self.nargs in _NUMBERS
        if not is_known or about.get("required") or (isinstance(self.default, str) and self.kind):
            raise UnsureError

    def value(self, word: str) -> object:
        """The word as the option's value."""
        try:
            value = self.kind(word) if self.kind else word
        except ValueError:
            raise UnsureError from None
        if self.choices and value not in self.choices:
            raise UnsureError
        return value


class Quick:
    """What ``configure`` needs of a parser, a group of options or a set of verbs."""

    epilog: str

    def __init__(self) -> None:
        self._options: dict[str, _Option] = {}
        self._positionals: list[_Option] = []
        self._verbs: dict[str, Quick] = {}
        self._verb_name = ""
        self._defaults: dict[str, object] = {}
        self._later: Callable[[Any], None] | None = None

    def add_argument(self, *names: str, **about: Any) -> None:
        """As argparse's; raises UnsureError for kinds that are not read here."""
        option = _Option(names, about)
        if not names[0].startswith("-"):
            self._positionals.append(option)
        elif option.nargs is not None:
            raise UnsureError
        else:
            self._options.update(dict.fromkeys(names, option))

    def add_argument_group(self, *_: str) -> Quick:
        """Groups are for help alone."""
        return self

    def add_subparsers(self, *, dest: str, **_: object) -> Quick:
        """Gives what ``add_parser`` is called of."""
        self._verb_name = dest
        return self

    def add_parser(self, name: str, **_: object) -> Quick:
        """A verb, with options of its own."""
        self._verbs[name] = Quick()
        return self._verbs[name]

    def set_defaults(self, **values: object) -> None:
        """As argparse's."""
        self._defaults.update(values)

    def later(self, add: Callable[[Any], None]) -> None:
        """Has the options added when something is read."""
        self._later = add

    def read(self, words: Sequence[str]) -> dict[str, object]:
        """The values by name; raises UnsureError."""
        if self._later:
            self._later(self)
        given: dict[str, Any] = {}
        loose: list[tuple[int, str]] = []
        at = 0
        while at < len(words):
            word = words[at]
            if word.startswith("-"):
                at += self._take(word, words[at + 1 : at + 2], given)
            elif self._verbs:
                return {**self._filled(given), **self._verb(word, words[at + 1 :])}
            else:
                loose.append((at, word))
            at += 1
        if self._verbs:
            raise UnsureError
        return {**self._filled(given), **self._placed(loose)}

    def _verb(self, word: str, words: Sequence[str]) -> dict[str, object]:
        if word not in self._verbs or self._positionals:
            raise UnsureError
        return {self._verb_name: word, **self._verbs[word].read(words)}

    def _take(self, word: str, following: Sequence[str], given: dict[str, Any]) -> int:
        """Reads an option into ``given``: how many of the following words it took."""
        name, equals, text = word.partition("=")
        option = self._options.get(name)
        if option is None or (bool(equals) and (option.action == "store_true" or not text)):
            raise UnsureError
        if option.action == "store_true":
            given[option.name] = True
            return 0
        if not equals and (not following or not following[0] or following[0].startswith("-")):
            raise UnsureError
        value = option.value(text if equals else following[0])
        if option.action == "append":
            value = [*given.get(option.name, option.default or ()), value]
        given[option.name] = value
        return 0 if equals else 1

    def _placed(self, loose: Sequence[tuple[int, str]]) -> dict[str, object]:
        """The words that belong to no option, which stand together, by the positionals' names."""
        places = [place for place, _ in loose]
        words = [word for _, word in loose]
        if (places and places[-1] - places[0] >= len(places)) or not all(words):
            raise UnsureError
        values: dict[str, object] = {}
        for option in self._positionals:
            least, most = _NUMBERS[option.nargs]
            taken, words = words[:most], words[most:]
            if len(taken) < least or (option.nargs is None and len(self._positionals) > 1):
                raise UnsureError
            several = [option.value(word) for word in taken]
            if option.nargs == "*":
                values[option.name] = several or (option.default if option.default is not None else [])
            else:
                values[option.name] = several[0] if several else option.default
        if words:
            raise UnsureError
        return values

    def _filled(self, given: Mapping[str, object]) -> dict[str, object]:
        options = {option.name: option.default for option in self._options.values()}
        if options.keys() & self._defaults.keys():
            raise UnsureError
        return {**self._defaults, **options, **given}


def read(argv: Sequence[str]) -> argparse.Namespace | None:
    """The options of a command line as argparse would give them; ``None`` where it must be asked."""
    command = argv[0] if argv else ""
    if command not in COMMANDS:
        return None
    options = Quick()
    try:
        options.add_argument("-v", "--verbose", action="store_true")
        importlib.import_module(f"pregate.entry.{command}").configure(options)
        values = {"command": command, **options.read(argv[1:])}
    except UnsureError:
        return None
    return SimpleNamespace(**values)  # type: ignore[return-value]  # commands read attributes of it, no more
