"""
An organisation's configuration before a repository's: its locked keys can only be tightened.

Who tries to loosen one is not refused: the organisation's value stands, and it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pregate.config.keys import value_of, with_value
from pregate.config.model import Config, PathRule, Thresholds, ToolConfig
from pregate.config.reading import Held, Settled, Source, merged, placed
from pregate.config.strictness import (
    STRICTNESS,
    THRESHOLDS,
    Sense,
    Turn,
    compare,
    locked_keys,
)
from pregate.config.toml_form import masked, to_toml
from pregate.config.values import ConfigError, Way
from pregate.config.words import CHECKS, UNLIMITED
from pregate.records import replace

_TOP = ""


def settle(organisation: Source | None, later: Sequence[Source]) -> Settled:
    """
    The configuration of an organisation's policy, if there is one, and the sources that come after it.

    Raises UsageError for a source that is wrong, for ``extends`` in the organisation's and ``locked`` in
    another.
    """
    config = floor = policy_of(organisation) if organisation else Config()
    locks = _Locks(floor)
    held: list[Held] = []
    for source in later:
        refuse_own_locks(source)
        config, found = locks.hold(merged(config, source), source.origin)
        held += found
    return Settled(replace(config, locked=floor.locked), tuple(held))


def policy_of(source: Source) -> Config:
    """The configuration that an organisation's policy makes of the defaults. Raises UsageError."""
    if source.options.get("extends"):
        error = ConfigError(
            "an organisation's policy cannot extend another one",
            "Put all of it into one file.",
            way=("extends",),
        )
        raise placed(error, source)
    return merged(Config(), source)


def refuse_own_locks(source: Source) -> None:
    """Raises UsageError for ``locked`` where it would lock nothing."""
    if source.options.get("locked"):
        error = ConfigError(
            "locked has a meaning in an organisation's policy only",
            "It is for the file that others name with extends. This file alone judges here, and a change\n"
            "is judged by its base's in any case: leave the key out.",
            way=("locked",),
        )
        raise placed(error, source)


class _Locks:
    """What the organisation locked, and at which values."""

    def __init__(self, floor: Config) -> None:
        self._floor = floor
        self._keys = locked_keys(floor.locked)

    def hold(self, config: Config, origin: str) -> tuple[Config, list[Held]]:
        """``config`` with every locked key at least as strict as the organisation has it."""
        held: list[Held] = []
        if not self._keys:
            return config, held
        for name in STRICTNESS:
            if name in self._keys and name.rpartition(".")[2] not in THRESHOLDS:
                config = self._hold_key(config, name, origin, held)
        for key in THRESHOLDS:
            for check in (_TOP, *CHECKS):
                config = self._hold_threshold(config, check, key, origin, held)
        return self._hold_rows(config, origin, held), held

    # ------------------------------------------------------------------------------------------ plain keys

    def _hold_key(self, config: Config, name: str, origin: str, held: list[Held]) -> Config:
        before, after = value_of(self._floor, name), value_of(config, name)
        sense = STRICTNESS[name].sense
        if sense in (Sense.RULES, Sense.NAMED) or compare(name, before, after) in (Turn.NONE, Turn.TIGHTER):
            return config
        stands = before
        if sense is Sense.MORE:
            stands = (*before, *(item for item in after if item not in before))
        held.append(Held(_words(name, after, before, origin), origin, tuple(name.split("."))))
        return with_value(config, name, stands)

    # ------------------------------------------------------------------------------------------ thresholds

    def _is_locked(self, key: str, check: str) -> bool:
        return key in self._keys or f"{check}.{key}" in self._keys

    def _hold_threshold(self, config: Config, check: str, key: str, origin: str, held: list[Held]) -> Config:
        """The threshold of one check, or of all, in force: what is not set is the general one."""
        name = f"{check}.{key}" if check else key
        if not self._is_locked(key, check):
            return config
        before, after = in_force(self._floor, check, key), in_force(config, check, key)
        own, floors = value_of(config, name), value_of(self._floor, name)
        # A limit of its own is a second allowance beside the general one.
        is_second = key.startswith("max-") and check and own > 0 and floors == UNLIMITED != before
        if compare(key, before, after) is not Turn.LOOSER and not is_second:
            return config
        words = _beside(name, own, before, origin) if is_second else _words(name, after, before, origin)
        held.append(Held(words, origin, _way(check, key)))
        return with_value(config, name, UNLIMITED if is_second else before)

    # ------------------------------------------------------------------------------------- rules and tools

    def _hold_rows(self, config: Config, origin: str, held: list[Held]) -> Config:
        return replace(
            config,
            paths=self._hold_rules(config.paths, origin, held),
            tools=self._hold_tools(config.tools, origin, held),
        )

    def _hold_rules(self, rules: tuple[PathRule, ...], origin: str, held: list[Held]) -> tuple[PathRule, ...]:
        floors = self._floor.paths
        rules = tuple(r if r in floors else self._hold_row(r, "paths", r.checks, origin, held) for r in rules)
        if "paths" not in self._keys:
            return rules
        if not set(floors) <= set(rules):
            words = f"paths in {origin}: the organisation's rules are locked and come after them"
            held.append(Held(words, origin, ("paths",)))
        # The last rule that fits has the word.
        return (*(rule for rule in rules if rule not in floors), *floors)

    def _hold_tools(
        self, tools: tuple[ToolConfig, ...], origin: str, held: list[Held]
    ) -> tuple[ToolConfig, ...]:
        floors = self._floor.tools
        tools = tuple(t if t in floors else self._hold_row(t, "tools", (), origin, held) for t in tools)
        if "tools" not in self._keys:
            return tools
        if not set(floors) <= set(tools):
            words = f"tools in {origin}: the organisation's are locked and stay as they are"
            held.append(Held(words, origin, ("tools",)))
        names = {tool.name for tool in floors}
        return (*floors, *(tool for tool in tools if tool.name not in names))

    def _hold_row(self, row: Any, table: str, checks: Iterable[str], origin: str, held: list[Held]) -> Any:
        """A row of a later source, none of whose thresholds is looser than what is locked where it counts."""
        changes: dict[str, Any] = {}
        for key in THRESHOLDS:
            attribute = key.replace("-", "_")
            own = getattr(row, attribute)
            if own in ("", UNLIMITED):
                continue
            floors = self._floors(key, tuple(checks), table)
            looser = [floor for floor in floors if compare(key, floor, own) is Turn.LOOSER]
            strictest = _strictest(key, looser) if looser else own
            if key.startswith("max-") and own > 0 and any(floor != UNLIMITED for floor in floors):
                strictest = UNLIMITED
            if strictest != own:
                changes[attribute] = strictest
                write = _words if looser else _beside
                words = write(f"{table}.{key}", own, _strictest(key, floors), origin)
                held.append(Held(words, origin, (table,)))
        return replace(row, **changes) if changes else row

    def _floors(self, key: str, checks: tuple[str, ...], table: str) -> list[Any]:
        """The locked values that a threshold of a row stands in the place of."""
        own = {tool.name: tool for tool in self._floor.tools}
        scopes = checks or (_TOP, *CHECKS, *own)
        if table == "tools":
            scopes = (_TOP,)
        found = []
        for scope in scopes:
            check = scope if scope in CHECKS else _TOP
            is_locked = self._is_locked(key, check) or (table == "paths" and "paths" in self._keys)
            if is_locked or (scope in own and "tools" in self._keys):
                tool = own.get(scope)
                value = getattr(tool, key.replace("-", "_")) if tool else ""
                found.append(value if value not in ("", UNLIMITED) else in_force(self._floor, check, key))
        return found


def _strictest(key: str, values: Sequence[Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = value if compare(key, found, value) is Turn.TIGHTER else found
    return found


def in_force(config: Config, check: str, key: str) -> Any:
    """The threshold ``key`` of a check (``""``: of all), its own or the general one."""
    attribute = key.replace("-", "_")
    scopes: list[Thresholds | Config] = [getattr(config, check), config] if check else [config]
    return next(
        (value for scope in scopes if (value := getattr(scope, attribute)) not in ("", UNLIMITED)),
        getattr(config, attribute),
    )


def _way(check: str, key: str) -> Way:
    return (check, key) if check else (key,)


def _words(name: str, tried: Any, stands: Any, origin: str) -> str:
    sense = STRICTNESS[name].sense if name in STRICTNESS else Sense.RANK
    theirs = f"the organisation's locked {shown(stands)}"
    if sense in (Sense.RANK, Sense.LOWER, Sense.HIGHER, Sense.LIMIT, Sense.DAYS, Sense.TRUE, Sense.FALSE):
        return f"{name} = {shown(tried)} in {origin} is looser than {theirs}, which stands"
    if sense is Sense.MORE:
        return f"{name} = {shown(tried)} in {origin} lacks entries of {theirs}, which are added"
    return f"{name} = {shown(tried)} in {origin} is not covered by {theirs}, which stands"


def _beside(name: str, tried: int, stands: int, origin: str) -> str:
    theirs = f"the organisation's locked {shown(stands)}"
    return f"{name} = {tried} in {origin} would allow findings beside {theirs}, which stands for all"


def shown(value: Any) -> str:
    """A value as TOML has it, shortened."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return "no limit" if value == UNLIMITED else str(value)
        case str():
            return to_toml(masked(value)[:80])
        case tuple() if all(isinstance(item, str) for item in value):
            more = ", …" if len(value) > 5 else ""
            return f"[{', '.join(shown(item) for item in value[:5])}{more}]"
        case _:
            return "another value"
