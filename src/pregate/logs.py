"""
Loggers that load ``logging`` when something is said: a hook that says nothing does without, a twentieth of
its time.

The handler is on pregate's own logger: the debug logs of other libraries hold credentials.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import logging

_FORMAT = "pregate: %(levelname)s: %(message)s"
_state = {"is wanted": False, "is verbose": False}  # whether the handler is still to be made, and for what


def logger(name: str) -> logging.Logger:
    """As ``logging.getLogger(name)``, for a name below ``pregate``."""
    return cast("logging.Logger", _Later(name))


def set_up(*, verbose: bool) -> None:
    """
    Warnings go to standard error, with ``verbose`` all that is said. Without it nothing is loaded before
    there is something to say.
    """
    _state.update({"is wanted": True, "is verbose": verbose})
    if verbose or "logging" in sys.modules:
        _make_handler()


def use(handler: logging.Handler) -> None:
    """Has all that pregate says go to ``handler``, in the usual form."""
    import logging

    _state["is wanted"] = False
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger("pregate")
    root.setLevel(logging.DEBUG if _state["is verbose"] else logging.WARNING)
    root.propagate = False
    root.handlers[:] = [handler]


def _make_handler() -> None:
    import logging

    use(logging.StreamHandler(sys.stderr))


class _Later:
    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def debug(self, message: str, *args: object) -> None:
        if "logging" in sys.modules:
            self._real().debug(message, *args)

    def info(self, message: str, *args: object) -> None:
        if "logging" in sys.modules:
            self._real().info(message, *args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)

    def _real(self) -> logging.Logger:
        import logging

        if _state["is wanted"]:
            _make_handler()
        return logging.getLogger(self._name)
