"""Faults that a test orders: refusals, lost answers, connections that close, exhausted limits."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Fault:
    """
    What happens to the next ``times`` requests that match. With ``applied`` the effect happens and its answer
    is lost; with ``drop`` the connection closes without an answer. ``delay`` is in seconds; status 0 stands
    for the true answer.
    """

    method: str
    path: re.Pattern[str]
    status: int
    times: int
    headers: Mapping[str, str]
    message: str
    applied: bool
    drop: bool
    delay: float = 0.0

    def matches(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method in (method, "*") and bool(self.path.search(path))


@dataclass(slots=True)
class RateLimit:
    """The primary limit: requests that are left until ``reset``, in seconds since the epoch."""

    limit: int = 5000
    remaining: int = 5000
    reset: float = field(default_factory=lambda: time.time() + 3600)

    def spend(self) -> bool:
        """Take one request; False when none is left."""
        if time.time() >= self.reset:
            self.remaining, self.reset = self.limit, time.time() + 3600
        if self.remaining <= 0:
            return False
        self.remaining -= 1
        return True

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Used": str(self.limit - self.remaining),
            "X-RateLimit-Reset": str(int(self.reset + 0.999)),
            "X-RateLimit-Resource": "core",
        }
