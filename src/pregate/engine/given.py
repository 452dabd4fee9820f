"""
What the repository's own files say to the search for secrets: a ``.gitleaks.toml``, a ``.secrets.baseline``.

As the configuration they are of the revision that is trusted: a change cannot allow itself anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from pregate.config import SecretsConfig
from pregate.errors import PregateError, ScannerError
from pregate.model import Completed, Outcome, Unread, UnreadReason
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.secrets.given import Given

Read = Callable[[str], bytes]


def read_given(config: SecretsConfig, read: Read) -> Given | None:
    """
    What there is of both; None where neither file is there. ``read`` gives a file of the trusted revision,
    ``b""`` where there is none.

    Raises ScannerError for one that cannot be used, or that the configuration names and that is not there.
    """
    rules = _content(config.gitleaks_config, SecretsConfig().gitleaks_config, "gitleaks-config", read)
    known = _content(config.baseline, SecretsConfig().baseline, "baseline", read)
    if not rules and not known:
        return None
    from pregate.secrets.given import Given

    given = Given()
    if rules:
        from pregate.secrets.gitleaks.reading import read_rules

        given = replace(
            given, rules=read_rules(config.gitleaks_config, rules, lambda path: read(path) or None)
        )
    if known:
        from pregate.secrets.known import read_known

        given = replace(given, known=read_known(config.baseline, known))
    return given


def _content(path: str, usual: str, key: str, read: Read) -> bytes:
    data = read(path) if path else b""
    if not data and path and path != usual:
        raise ScannerError(
            f"secrets.{key}: there is no file {path} at the revision that says so",
            "Give a path from the root of the repository, and bring the file in before the key.",
        )
    return data


def with_mistakes(outcome: Outcome, given: Given | None) -> Outcome:
    """The outcome of the secrets check with what could not be used, which makes the run incomplete."""
    if given is None or given.rules is None or not isinstance(outcome, Completed):
        return outcome
    unread = [Unread(m.path, UnreadReason.UNPARSABLE, m.words, m.line) for m in given.rules.mistakes]
    return replace(
        outcome,
        unread=tuple(sorted({*outcome.unread, *unread})),
        notes=tuple(dict.fromkeys((*outcome.notes, *given.rules.notes))),
    )


def changes_of(config: SecretsConfig, before: Read, after: Read, touched: Collection[str]) -> tuple[str, ...]:
    """
    A sentence for each of the files that the change touches: they count once they are in the base.

    Raises ScannerError when the change brings one that cannot be used: once that is in the base, no secret
    could be looked for.
    """
    own = (config.gitleaks_config, config.baseline)
    named = [path for path in (*own, *_extended(config, before, touched)) if path in touched]
    sides = [(path, before(path), after(path)) for path in named]
    # Before the first commit both are the same: there is no base.
    found = [f"{path}: {_turn(old, new)}" for path, old, new in sides if old != new]
    if not found:
        return ()
    existing = replace(
        config,
        gitleaks_config=config.gitleaks_config if after(config.gitleaks_config) else "",
        baseline=config.baseline if after(config.baseline) else "",
    )
    given = read_given(existing, after)
    mistakes = given.rules.mistakes if given and given.rules else ()
    return (*found, *(f"{m.path}:{m.line}: cannot be used: {m.words}" for m in mistakes))


def _extended(config: SecretsConfig, before: Read, touched: Collection[str]) -> tuple[str, ...]:
    """The files that the base's rules extend, where the change touches any that could be one."""
    path = config.gitleaks_config
    if not path or not set(touched) - {path}:
        return ()
    try:
        data = before(path)
        if not data:
            return ()
        from pregate.secrets.gitleaks.reading import read_rules

        return read_rules(path, data, lambda name: before(name) or None).extended
    except PregateError:
        return ()  # the check itself fails for it


def _turn(before: bytes, after: bytes) -> str:
    if before and after:
        return "changed by this change; what the base says counts until then"
    return "added by this change; it counts from then on" if after else "taken away by this change"
