"""Reading configuration files, and putting several sources together into one configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pregate.config.model import Config, PathRule
from pregate.config.values import READERS, ConfigError, Way, name_of, nearest, strings
from pregate.config.words import CHECKS, CHOICES, FORMS, READY_TOOLS, UNLIMITED
from pregate.errors import UsageError
from pregate.records import Field, dataclass, fields, is_dataclass, replace

# TOML's words for what a key holds; other kinds are told under Python's name.
_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number with a fraction",
    str: "a string",
    list: "a list",
    dict: "a table",
}
_GLOBS = frozenset({"exclude", "allow-unread", "paths.match", "tools.files"})
_EXAMPLES = {
    "paths": '[[paths]]\nmatch = "services/payments/**"\nfail-on = "medium"',
    "tools": '[[tools]]\nname = "checkov"',
}


@dataclass(frozen=True, slots=True)
class Source:
    """
    Options with their written names, and where they come from. ``data`` is the file that they stand in, for
    the lines of mistakes, ``b""`` where there is none.
    """

    origin: str
    options: Mapping[str, Any]
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Held:
    """A locked key that a later source tried to loosen: the words that say so, and where it stands."""

    words: str
    origin: str
    way: Way


@dataclass(frozen=True, slots=True)
class Settled:
    """The configuration in force, and what locks held."""

    config: Config
    held: tuple[Held, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each attempt to loosen a locked key."""
        return tuple(dict.fromkeys(one.words for one in self.held))


def parse_file(name: str, data: bytes) -> Mapping[str, Any]:
    """
    The options in a configuration file, as nested tables with their written names; empty when a pyproject
    has no table of ours.

    Raises UsageError, naming the file and the line, when it is not TOML.
    """
    import tomllib  # where there is a file

    try:
        tables: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name}: not UTF-8 (byte {error.start})", "Save the file as UTF-8, as TOML demands."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(name, data, str(error)) from None
    except ValueError:  # a number of more digits than int() takes
        raise UsageError(f"{name}: a number is too long", "No option takes such a number.") from None
    except RecursionError:
        raise UsageError(f"{name}: nested too deep", "Configuration has two levels at most.") from None
    if is_project_file(name):
        tool = tables.get("tool")
        tables = tool.get("pregate", {}) if isinstance(tool, dict) else {}
    if not isinstance(tables, dict):
        raise UsageError(
            f"{name}: [tool.pregate] is not a table", "Write its keys under a line [tool.pregate]."
        )
    return tables


def _not_toml(name: str, data: bytes, words: str) -> UsageError:
    """tomllib's words (``… (at line 3, column 7)``) with the line where editors look for it."""
    marked = next((n for n, row in enumerate(data.split(b"\n"), 1) if row.startswith(b"<<<<<<< ")), 0)
    if marked:
        return UsageError(f"{name}:{marked}: a merge conflict is left", "Decide it, and remove its marks.")
    reason, told, place = words.rpartition(" (at line ")
    line, _, column = place.rstrip(")").partition(", column ")
    if told and line.isdecimal():
        return UsageError(
            f"{name}:{line}: not TOML: {reason} (column {column})", "Mend the line named above."
        )
    last = len(data.rstrip().split(b"\n"))
    return UsageError(f"{name}:{last}: not TOML: {words}", "Mend the line named above.")


def may_hold_options(name: str, data: bytes) -> bool:
    """
    Whether a file must be parsed to know that nothing of ours is in it: to load what parses TOML takes a hook
    4 ms, and most projects have a ``pyproject.toml`` without our table. A key may be spelled with escapes; a
    file with a NUL is UTF-16 and the like, whose options would be passed over unseen.
    """
    return bool(data) and (
        not is_project_file(name) or any(sign in data for sign in (b"pregate", b"\\", b"\0"))
    )


def is_project_file(name: str) -> bool:
    """Whether options stand below ``[tool.pregate]`` in a file of that name."""
    return name.rpartition("/")[2].partition(",")[0] == "pyproject.toml"


def load(sources: Sequence[Source | tuple[Any, ...]]) -> Config:
    """
    The configuration from sources (:class:`Source`, or ``(origin, options)``), later ones overruling earlier
    ones.

    Raises UsageError for an unknown key (naming the nearest one), a wrong type or a value that is not
    offered.
    """
    config = Config()
    for source in sources:
        config = merged(config, source if isinstance(source, Source) else Source(*source))
    return config


def merged(config: Config, source: Source) -> Config:
    """``config`` overruled by a source. Raises UsageError as :func:`load`."""
    try:
        found: Config = _merge(config, source.options, (), None)
        _check_together(found)
    except ConfigError as error:
        raise placed(error, source) from None
    return found


def mistakes(config: Config, source: Source) -> tuple[ConfigError, ...]:
    """Everything that is wrong with a source that is to overrule ``config``, in the order of its keys."""
    found: list[ConfigError] = []
    whole = _merge(config, source.options, (), found)
    try:
        _check_together(whole)
    except ConfigError as error:
        found.append(error)
    return tuple(placed(error, source) for error in found)


def placed(error: ConfigError, source: Source) -> ConfigError:
    """The error with its source and, where that is a file, its line."""
    if not source.data or error.line:
        return error.at(source.origin, error.way)
    from pregate.config.lines import line_of

    prefix = ("tool", "pregate") if is_project_file(source.origin) else ()
    return error.at(source.origin, error.way, line_of(source.data, (*prefix, *error.way)))


def _check_together(config: Config) -> None:
    if config.dependencies.allow_licenses and config.dependencies.deny_licenses:
        raise ConfigError(
            "dependencies.allow-licenses and dependencies.deny-licenses exclude each other",
            "Keep one: with a list of what is allowed, everything else is denied.",
            way=("dependencies", "deny-licenses"),
        )
    for name, _ in config.plugin:
        if name not in config.plugins:
            near = nearest(name, config.plugins)
            hint = f"Did you mean [plugin.{near}]?" if near else f'Add it: plugins = ["{name}"]'
            raise ConfigError(
                f"[plugin.{name}] is for a plug-in that is not used", hint, way=("plugin", name)
            )
    for name in config.plugins:
        if any(tool.name == name for tool in config.tools):
            raise ConfigError(f"{name!r} is a plug-in and a tool", "Rename the tool.", way=("plugins",))
    named = (*(table.name for table in config.tools), *config.plugins)
    for name in config.require:
        if name not in (*CHECKS, *READY_TOOLS, *named):
            near = nearest(name, (*CHECKS, *named, *READY_TOOLS))
            hint = f"Did you mean {near}? " if near else ""
            raise ConfigError(
                f"require has no value {name!r}",
                f"{hint}Choose from: {', '.join(dict.fromkeys((*CHECKS, *named)))}, or another tool's name.",
                way=("require",),
            )


def _merge(config: Any, options: Mapping[str, Any], way: Way, found: list[ConfigError] | None) -> Any:
    """``config`` with the options; mistakes go to ``found``, or are raised where that is ``None``."""
    known = {f.name.replace("_", "-"): f for f in fields(config)}
    values: dict[str, Any] = {}
    for key, value in options.items():
        here = (*way, key)
        try:
            if key not in known:
                raise _unknown(key, known, way)
            entry = known[key]
            values[entry.name] = _value(entry, getattr(config, entry.name), value, here, found)
        except ConfigError as error:
            if found is None:
                raise error.at("", here) from None
            found.append(error.at("", here))
    return replace(config, **values)


def _unknown(key: str, known: Mapping[str, Any], way: Way) -> ConfigError:
    prefix = f"{name_of(way)}." if way else ""
    near = nearest(key, known)
    hint = f"Did you mean {prefix}{near}?" if near else f"Known keys: {', '.join(sorted(known))}."
    return ConfigError(f"unknown key {prefix + key!r}", hint)


def _value(entry: Field[Any], current: Any, value: Any, way: Way, found: list[ConfigError] | None) -> Any:
    name, about = name_of(way), entry.metadata
    if "read" in about:
        return READERS[about["read"]](value, name)
    if "rows" in about:
        return _rows(about["rows"], value, way, found)
    if not is_dataclass(current):
        return _checked(value, current, name)
    short = about.get("shorthand")
    # advisories = "x" is short for [advisories] source = "x"
    table = {short: value} if short and isinstance(value, str) else value
    if not isinstance(table, Mapping):
        raise ConfigError(f"{name} is not a table", f"Write its keys under a line [{name}].")
    return _merge(current, table, way, found)


def _rows(kind: type[Any], value: Any, way: Way, found: list[ConfigError] | None) -> tuple[Any, ...]:
    """A list of tables, each of them a ``kind`` with at least the key that has no default."""
    rows = value if isinstance(value, list | tuple) else [value]
    needed = "match" if kind is PathRule else "name"
    name = name_of(way)
    if not all(isinstance(row, Mapping) and row.get(needed) and isinstance(row[needed], str) for row in rows):
        raise ConfigError(
            f"{name} must be a list of tables with {needed}", f"For example:\n{_EXAMPLES[name]}"
        )
    empty = kind(**{needed: ""})
    is_list = rows is value
    return tuple(
        _merge(empty, row, (*way, number) if is_list else way, found) for number, row in enumerate(rows)
    )


def _check_glob(text: str, name: str) -> None:
    """A glob that matches no path of a repository would be a rule that is never applied, and nobody told."""
    if name in _GLOBS and (text.startswith(("/", "./", "../")) or text.endswith("/")):
        raise ConfigError(
            f"{name}: {text[:80]!r} can match no file",
            "Paths begin at the top of the repository, without / or ./ before them; a folder is vendor/**.",
        )


def _checked(value: Any, current: Any, name: str) -> Any:
    if isinstance(current, tuple):
        items = strings(value, name)
        for item in items:
            _check_choice(item, name)
            _check_glob(item, name)
            if name == "paths.checks" and item not in CHECKS and (near := nearest(item, CHECKS, 0.8)):
                raise ConfigError(f"{name}: there is no check {item!r}", f"Did you mean {near}?")
        if name in ("checks", "dependencies.sources") and not items:
            hint = f"Name those to use ({', '.join(CHOICES[name])}), or leave the key out for the default."
            raise ConfigError(f"{name} is empty: nothing would be scanned", hint)
        return items
    if type(value) is not type(current):
        words = _KINDS[type(current)]
        raise ConfigError(
            f"{name} must be {words}", f"It is {_KINDS.get(type(value), type(value).__name__)} now."
        )
    if isinstance(value, int) and value < 0:
        hint = "Leave it out for no limit." if current == UNLIMITED else f"The default is {current}."
        raise ConfigError(f"{name} must not be negative", hint)
    if isinstance(value, str):
        _check_choice(value, name)
        _check_glob(value, name)
    return value


def _check_choice(value: str, name: str) -> None:
    form, example = FORMS.get(name, (None, ""))
    if form and value and not form.fullmatch(value):
        raise ConfigError(
            f"{name} is not of the form that AWS gives it", f'For example: {name} = "{example}"'
        )
    choices = CHOICES.get(name)
    if choices and value not in choices:
        near = nearest(value, choices)
        hint = f"Did you mean {near}? " if near else ""
        raise ConfigError(f"{name} has no value {value!r}", f"{hint}Choose from: {', '.join(choices)}.")
