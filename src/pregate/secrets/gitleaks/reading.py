"""Reading a ``.gitleaks.toml``. Keys may be in any case, as gitleaks takes them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pregate.errors import ScannerError
from pregate.expressions import expression
from pregate.records import replace
from pregate.secrets.gitleaks import expressions
from pregate.secrets.gitleaks.lines import Places
from pregate.secrets.gitleaks.model import PREFIX, Allowlist, CustomRule, CustomRules, Mistake
from pregate.secrets.gitleaks.names import detector_for, switched_off
from pregate.secrets.gitleaks.values import EntryError, number, strings, table, text, whole

# gitleaks follows this many `extend.path` in a row.
_DEEPEST = 2
_OUTSIDE_SLUG = expression(r"[^A-Za-z0-9_.]+")
_LONGEST_ID = 60
_MOST_LISTED = 10
# Each costs time and memory at every character; Go takes no more of them within each other.
_MOST_GROUPS = 1000
_CONDITIONS = {"": False, "OR": False, "||": False, "AND": True, "&&": True}
_KINDS = ("paths", "regexes", "stopwords", "commits")

Read = Callable[[str], bytes | None]


def read_rules(path: str, data: bytes, read: Read) -> CustomRules:
    """
    What the file says; ``read`` gives another file of the repository at the same revision, or None.

    An entry that cannot be used is among the mistakes, and nothing else is lost by it. Raises ScannerError
    for a file that is not TOML, for one that ``extend.path`` names and that is not there, and where RE2 is
    needed and not installed.
    """
    return _Reader(read).read(path, data, 0)


class _Reader:
    def __init__(self, read: Read) -> None:
        self._read = read
        self._taken: dict[str, str] = {}

    def read(self, path: str, data: bytes, depth: int) -> CustomRules:
        content = _parsed(path, data)
        file = _File(path, Places(data), self._taken)
        extend = file.guarded("extend", 0, lambda: table(content.get("extend", {}), "extend")) or {}
        has_defaults = extend.get("usedefault") is True
        may_amend = has_defaults or bool(extend.get("path"))
        rules = list(file.rules(content.get("rules", []), may_amend=may_amend))
        allowlists = list(file.global_allowlists(content))
        disabled = file.guarded("extend", 0, lambda: strings(extend, "disabledrules")) or ()
        own = CustomRules(
            path,
            tuple(rule for rule in rules if rule.regex or rule.path),
            tuple(allowlists),
            tuple((detector_for(r.id), a) for r in rules if _amends(r) for a in r.allowlists),
            tuple(sorted(switched_off(disabled))) if has_defaults else (),
            digest=hashlib.sha256(data).hexdigest()[:16],
        )
        own = replace(own, notes=tuple(_notes(own, rules, disabled, has_defaults=has_defaults)))
        whole = self._extended(own, extend, rules, disabled, depth)
        return replace(whole, mistakes=(*file.mistakes, *whole.mistakes))

    def _extended(
        self,
        own: CustomRules,
        extend: Mapping[str, Any],
        rules: Sequence[CustomRule],
        disabled: Sequence[str],
        depth: int,
    ) -> CustomRules:
        """``own`` upon the file that it extends: a rule of the same id overrules what it says itself."""
        name = extend.get("path")
        if not isinstance(name, str) or not name:
            return own
        if depth >= _DEEPEST:
            return replace(own, notes=(*own.notes, f"{own.path}: {name} is one file too many to extend"))
        place, data = self._other(own.path, name)
        base = self.read(place, data, depth + 1)
        mine = {rule.id: rule for rule in rules}
        kept = tuple(_upon(rule, mine.pop(rule.id, None)) for rule in base.rules if rule.id not in disabled)
        return replace(
            own,
            rules=(*kept, *(rule for rule in own.rules if rule.id in mine)),
            allowlists=(*own.allowlists, *base.allowlists),
            amended=(*own.amended, *base.amended),
            disabled=tuple(sorted({*own.disabled, *base.disabled})),
            mistakes=base.mistakes,
            notes=(*own.notes, *base.notes),
            digest=own.digest + base.digest,
            extended=(place, *base.extended),
        )

    def _other(self, path: str, name: str) -> tuple[str, bytes]:
        parts = [part for part in name.split("/") if part not in ("", ".")]
        is_inside = not name.startswith(("/", "~")) and "\\" not in name and ".." not in parts
        place = "/".join(parts)
        data = self._read(place) if is_inside else None
        if data is None:
            raise ScannerError(
                f"{path}: extend.path: there is no file {name[:200]!r} in the repository at this revision",
                "Give a path from the root of the repository, and bring the file in before the key.",
            )
        return place, data


def _parsed(path: str, data: bytes) -> Mapping[str, Any]:
    try:
        folded: Mapping[str, Any] = _folded(tomllib.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise ScannerError(f"{path}: not UTF-8 (byte {error.start})", "Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        marked = next((n for n, row in enumerate(data.split(b"\n"), 1) if row.startswith(b"<<<<<<< ")), 0)
        words = f"line {marked}: a merge conflict is left" if marked else f"not TOML: {error}"
        hint = "Mend the file: the secrets check has no other word on what it is to find and to allow."
        raise ScannerError(f"{path}: {words}", hint) from None
    return folded


def _folded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.lower(): _folded(item) for key, item in value.items()}
    return [_folded(item) for item in value] if isinstance(value, list) else value


class _File:
    """One file; ``mistakes`` gathers the entries that could not be used."""

    def __init__(self, path: str, places: Places, taken: dict[str, str]) -> None:
        self.mistakes: list[Mistake] = []
        self._path = path
        self._places = places
        self._taken = taken

    def guarded(self, kind: str, index: int, make: Callable[[], Any], name: str = "") -> Any:
        """What ``make`` gives, or None where the entry is wrong."""
        try:
            return make()
        except EntryError as error:
            where = f"{name or kind}: {error}"
            self.mistakes.append(Mistake(self._path, self._places.line(kind, index), where))
            return None

    def rules(self, rows: Any, *, may_amend: bool) -> Iterator[CustomRule]:
        """The rules that can be used, those too that only say something of another rule."""
        found: set[str] = set()
        for index, row in enumerate(rows if isinstance(rows, list) else [rows]):
            name = str(row.get("id", "")) if isinstance(row, dict) else ""
            name = f"rule {name[:_LONGEST_ID]!r}" if name else f"rule {index + 1}"
            rule = self.guarded("rules", index, partial(self._rule, row), name)
            if rule is None:
                continue
            words = ""
            if rule.id in found:
                words = "the id is taken by a rule above"
            elif not rule.regex and not rule.path and not may_amend:
                words = "it has neither regex nor path, so that it finds nothing"
            found.add(rule.id)
            if words:
                line = self._places.line("rules", index)
                self.mistakes.append(Mistake(self._path, line, f"{name}: {words}"))
            else:
                yield rule

    def _rule(self, row: Any) -> CustomRule:
        row = table(row, "a rule")
        name = text(row, "id")
        if not name:
            raise EntryError("it has no id")
        regex, path, group = text(row, "regex"), text(row, "path"), whole(row, "secretgroup")
        for key, written in (("regex", regex), ("path", path)):
            _check_expression(key, written)
        if regex and group > expressions.compiled(regex).groups:
            raise EntryError(f"secretGroup is {group}, and regex has {expressions.compiled(regex).groups}")
        if row.get("required"):
            raise EntryError("`required` is not known here: write what it needs into one regex")
        if row.get("skipreport") is True:
            raise EntryError("`skipReport` makes it part of a rule with `required`, which is not known here")
        allowlists = (self._allowlist(entry) for entry in _entries(row, "allowlist", "allowlists"))
        return CustomRule(
            name,
            self._detector(name),
            text(row, "description"),
            regex,
            path,
            group,
            number(row, "entropy"),
            tuple(word.lower() for word in strings(row, "keywords")),
            strings(row, "tags"),
            tuple(allowlists),
        )

    def _detector(self, name: str) -> str:
        """What a rule is called here: letters, digits, dots, hyphens; the same id is the same name."""
        slug = PREFIX + (_OUTSIDE_SLUG.sub("-", name)[:_LONGEST_ID].strip("-.") or "rule")
        while self._taken.setdefault(slug, name) != name:
            slug += "-2"
        return slug

    def _meant(self, name: str) -> str:
        """The detector that an allowlist aims at: of a rule of the user's, or of gitleaks' own."""
        is_own = name in self._taken.values()
        return self._detector(name) if is_own else detector_for(name) or self._detector(name)

    def global_allowlists(self, content: Mapping[str, Any]) -> Iterator[Allowlist]:
        """The allowlists for all findings."""
        for kind in ("allowlist", "allowlists"):
            entries = self.guarded(kind, 0, partial(_entries, content, kind)) or ()
            for index, entry in enumerate(entries):
                found = self.guarded(kind, index, partial(self._allowlist, entry), f"{kind} {index + 1}")
                if found is not None:
                    yield found

    def _allowlist(self, entry: Any) -> Allowlist:
        entry = table(entry, "an allowlist")
        found = {kind: strings(entry, kind) for kind in _KINDS}
        if not any(found.values()):
            raise EntryError("an allowlist has none of paths, regexes, stopwords and commits")
        condition, target = text(entry, "condition").upper(), text(entry, "regextarget") or "secret"
        if condition not in _CONDITIONS:
            raise EntryError("condition of an allowlist is OR or AND")
        if target not in ("secret", "match", "line"):
            raise EntryError("regexTarget is secret, match or line")
        for kind in ("paths", "regexes"):
            for written in found[kind]:
                _check_expression(kind, written)
        return Allowlist(
            found["paths"],
            found["regexes"],
            tuple(word.lower() for word in found["stopwords"]),
            target,
            _CONDITIONS[condition],
            bool(found["commits"]),
            tuple(self._meant(name) for name in strings(entry, "targetrules")),
        )


def _check_expression(key: str, pattern: str) -> None:
    try:
        groups = expressions.compiled(pattern).groups if pattern else 0
    except expressions.ExpressionError as error:
        raise EntryError(
            f"{key} is no expression of RE2's: {str(error)[:200]} (https://github.com/google/re2/wiki/Syntax)"
        ) from None
    if groups > _MOST_GROUPS:
        raise EntryError(f"{key} has {groups} groups, and {_MOST_GROUPS} are the most")


def _entries(row: Mapping[str, Any], *keys: str) -> list[Any]:
    found: list[Any] = []
    for key in keys:
        value = row.get(key, [])
        found += value if isinstance(value, list) else [value]
    return found


def _amends(rule: CustomRule) -> bool:
    return not rule.regex and not rule.path and bool(detector_for(rule.id))


def _upon(base: CustomRule, mine: CustomRule | None) -> CustomRule:
    if mine is None:
        return base
    return replace(
        base,
        description=mine.description or base.description,
        regex=mine.regex or base.regex,
        path=mine.path or base.path,
        group=mine.group or base.group,
        entropy=mine.entropy or base.entropy,
        keywords=(*base.keywords, *mine.keywords),
        tags=(*base.tags, *mine.tags),
        allowlists=(*base.allowlists, *mine.allowlists),
    )


def _notes(
    own: CustomRules, rules: Sequence[CustomRule], disabled: Sequence[str], *, has_defaults: bool
) -> Iterator[str]:
    """What of gitleaks' default rules has no counterpart here."""
    if not has_defaults:
        return
    kept = [name for name in disabled if detector_for(name) not in own.disabled]
    if kept:
        yield (
            f"{own.path}: disabledRules: {_listed(kept)}: no detector of pregate's finds these alone, so "
            "that none is left out for them (`secrets.disable` leaves one out)"
        )
    lost = [rule.id for rule in rules if not rule.regex and not rule.path and not detector_for(rule.id)]
    if lost:
        yield f"{own.path}: no detector of pregate's stands for {_listed(lost)}: what it says of it is lost"


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(f"`{name[:_LONGEST_ID]}`" for name in names[:_MOST_LISTED])
    return told if len(names) <= _MOST_LISTED else f"{told} and {len(names) - _MOST_LISTED} more"
