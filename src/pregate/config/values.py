"""
Readers of keys whose values are of a kind of their own; each gives what the dataclass holds.

A wrong value raises :class:`ConfigError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pregate.config.model import Boundary, Option, PluginOptions, ReferencePolicy
from pregate.config.words import (
    ACCESS_RULES,
    BOUNDARY_KINDS,
    CHECKS,
    FAIL_ON,
    FINDING_TYPES,
    PLUGIN_NAME,
)
from pregate.errors import UsageError

Way = tuple[str | int, ...]
"""Where a value stands: names of keys, and the numbers of rows of a list of tables from 0."""


class ConfigError(UsageError):
    """
    A key of a configuration is wrong. ``origin`` names the file or where else it comes from, ``way`` where in
    it the key stands, ``line`` its line from 1 (0: not known).
    """

    def __init__(self, text: str, hint: str = "", *, origin: str = "", way: Way = (), line: int = 0) -> None:
        place = place_of(origin, line)
        super().__init__(f"{place}: {text}" if place else text, hint)
        self.text, self.origin, self.way, self.line = text, origin, way, line

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.text, self.hint, self.origin, self.way, self.line)

    def at(self, origin: str, way: Way, line: int = 0) -> ConfigError:
        """The same with the place that was not known where it arose."""
        return ConfigError(
            self.text, self.hint, origin=self.origin or origin, way=self.way or way, line=self.line or line
        )


def _again(text: str, hint: str, origin: str, way: Way, line: int) -> ConfigError:
    return ConfigError(text, hint, origin=origin, way=way, line=line)


def place_of(origin: str, line: int) -> str:
    """Source and line in one: ``.pregate.toml:3``, ``.pregate.toml:3, as this change leaves it``."""
    name, comma, remark = origin.partition(", ")
    return f"{name}:{line}{comma}{remark}" if line else origin


def name_of(way: Way) -> str:
    """The key as people write it: ``paths.fail-on``."""
    return ".".join(part for part in way if isinstance(part, str))


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that is most like ``word``; ``""`` when none is much like it (1: equal)."""
    import difflib

    return next(iter(difflib.get_close_matches(word, list(known), 1, cutoff)), "")


def strings(value: Any, name: str) -> tuple[str, ...]:
    """A list of strings, or one string."""
    items = (value,) if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(i, str) for i in items):
        raise ConfigError(f"{name} must be a list of strings", f'For example: {name} = ["…"]')
    return tuple(items)


def read_references(value: Any, name: str) -> tuple[ReferencePolicy, ...]:
    """Rows of ``match`` and ``policy``."""
    keys = {"match", "policy"}
    rows = value if isinstance(value, list | tuple) else [value]
    for row in rows:
        is_whole = (
            isinstance(row, Mapping) and set(row) == keys and all(isinstance(v, str) for v in row.values())
        )
        if not is_whole or not all(row.values()):
            raise ConfigError(
                f"{name} must be a list of tables with match and policy",
                f'For example: {name} = [{{ match = "infra/*", policy = "iam/reference.json" }}]',
            )
    return tuple(ReferencePolicy(row["match"], row["policy"].removeprefix("./")) for row in rows)


def read_boundaries(value: Any, name: str) -> tuple[Boundary, ...]:
    """Rows of ``match``, ``policy`` and maybe ``kind``."""
    rows = value if isinstance(value, list | tuple) else [value]
    found = []
    for row in rows:
        kind = row.get("kind", BOUNDARY_KINDS[0]) if isinstance(row, Mapping) else ""
        if kind not in BOUNDARY_KINDS:
            raise ConfigError(
                f"{name} must be a list of tables with match, policy and maybe kind "
                f"({', '.join(BOUNDARY_KINDS)})",
                f'For example: {name} = [{{ match = "infra/*", policy = "iam/boundary.json" }}]',
            )
        plain = {key: word for key, word in row.items() if key != "kind"}
        found += [Boundary(r.match, r.policy, kind) for r in read_references(plain, name)]
    return tuple(found)


def read_actions(value: Any, name: str) -> tuple[str, ...]:
    """Actions of IAM, or ``*``."""
    actions = strings(value, name)
    for action in actions:
        service, colon, rest = action.partition(":")
        if action != "*" and not (service and colon and rest):
            raise ConfigError(f"{name}: {action!r} is no action", "Write service:Action.")
    return actions


def read_arns(value: Any, name: str) -> tuple[str, ...]:
    """ARNs, or ``*``."""
    arns = strings(value, name)
    for arn in arns:
        if arn != "*" and not (arn.startswith("arn:") and arn.count(":") >= 5 and len(arn) <= 2048):
            hint = "Write an ARN with six fields; wildcards stand in the last of them only."
            raise ConfigError(f"{name}: {arn[:80]!r} is no ARN", hint)
    return arns


def read_severities(value: Any, name: str) -> tuple[tuple[str, str], ...]:
    """A severity for each finding type, issue code or rule that is named."""
    if not isinstance(value, Mapping):
        raise ConfigError(f"{name} is not a table", f"Write its keys under a line [{name}].")
    known, words = (*FINDING_TYPES, *ACCESS_RULES), FAIL_ON[1:]
    for key, word in value.items():
        if not isinstance(word, str) or word not in words:
            raise ConfigError(f"{name}.{key} has no value {word!r}", f"Choose from: {', '.join(words)}.")
        if key in known:
            continue
        near = nearest(key, known, 0.85) or nearest(key.upper(), known, 0.85)
        is_code = key.isascii() and key.isupper() and key.replace("_", "").isalnum()
        if near or not is_code:
            hint = (
                f"Did you mean {near}?"
                if near
                else f"Keys: {', '.join(known)}, or an issue code such as PASS_ROLE_WITH_STAR_IN_RESOURCE."
            )
            raise ConfigError(f"unknown key {f'{name}.{key}'!r}", hint)
    return tuple(sorted(value.items()))


def read_plugins(value: Any, name: str) -> tuple[str, ...]:
    """Names of entry points, each once."""
    names = strings(value, name)
    for word in names:
        if word in CHECKS or not PLUGIN_NAME.fullmatch(word):
            raise ConfigError(
                f"{name}: {word[:80]!r} is no name of a plug-in",
                "Names are lower-case letters, digits and hyphens, and none of pregate's own checks.",
            )
    return tuple(dict.fromkeys(names))


def read_plugin_options(value: Any, name: str) -> tuple[tuple[str, PluginOptions], ...]:
    """A table of options for each plug-in; one without any is left out."""
    if not isinstance(value, Mapping) or not all(isinstance(table, Mapping) for table in value.values()):
        raise ConfigError(f"{name} is not a table of tables", f"Write a line [{name}.NAME].")
    return tuple(
        (plugin, tuple((key, _option(word, f"{name}.{plugin}.{key}")) for key, word in table.items()))
        for plugin, table in value.items()
        if table
    )


def _option(value: Any, name: str) -> Option:
    items = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(item, str | int | float) for item in items):
        raise ConfigError(
            f"{name} must be a string, a number, true or false, or a list of such",
            "Options of plug-ins hold neither tables nor dates.",
        )
    return tuple(items) if isinstance(value, list | tuple) else value


def read_address(value: Any, name: str) -> str:
    """The address of an organisation's policy, or ``""``."""
    if not isinstance(value, str):
        raise ConfigError(f"{name} must be a string", 'For example: extends = "github://octo-org/…"')
    if value:
        from pregate.config.extending import parse_address

        parse_address(value)
    return value


def read_locked(value: Any, name: str) -> tuple[str, ...]:
    """Names of keys and tables, or ``*``."""
    names = strings(value, name)
    if names:
        from pregate.config.strictness import check_locked

        check_locked(names, name)
    return names


READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "address": read_address,
    "locked": read_locked,
    "references": read_references,
    "boundaries": read_boundaries,
    "actions": read_actions,
    "arns": read_arns,
    "severities": read_severities,
    "plugins": read_plugins,
    "plugin-options": read_plugin_options,
}
