"""Who asks, and what they may: tokens of jobs, of people and of apps, with the permissions of workflows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal

_LEVELS = {"none": 0, "read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, slots=True)
class Actor:
    """An account. A bot's login ends in ``[bot]`` in REST, and has no such end in GraphQL."""

    login: str
    type: str

    @classmethod
    def of(cls, login: str) -> Actor:
        """The account of this name: a bot when its name says so."""
        return cls(login, "Bot" if login.endswith("[bot]") else "User")

    @property
    def id(self) -> int:
        """A number that is the same for the same name."""
        return 41898282 if self.login == "github-actions[bot]" else sum(self.login.encode()) + 1000


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` "installation" is a job's or an app's, "user" a person's; ``fork`` leaves reading only."""

    value: str
    login: str
    kind: Literal["installation", "user"]
    permissions: dict[str, str] = field(default_factory=dict)
    fork: bool = False

    @property
    def actor(self) -> Actor:
        return Actor.of(self.login)

    def may(self, permission: str, level: str) -> bool:
        """Whether this was granted. Everyone reads metadata; a person's token without a list may do all."""
        if self.kind == "user" and not self.permissions:
            return True
        if permission == "metadata":
            return level == "read"
        granted = _LEVELS[self.permissions.get(permission, "none")]
        return (min(granted, _LEVELS["read"]) if self.fork else granted) >= _LEVELS[level]

    @property
    def refusal(self) -> str:
        """What GitHub says where a permission is missing."""
        holder = "integration" if self.kind == "installation" else "personal access token"
        return f"Resource not accessible by {holder}"


def new_token(
    login: str, kind: Literal["installation", "user"], fork: bool, granted: dict[str, str]
) -> Token:
    """A token of a shape that GitHub gives, put together here and good nowhere."""
    prefix = "gh" + ("s" if kind == "installation" else "p") + "_"
    wrong = [level for level in granted.values() if level not in _LEVELS]
    assert not wrong, wrong
    return Token(prefix + secrets.token_hex(18), login, kind, dict(granted), fork)
