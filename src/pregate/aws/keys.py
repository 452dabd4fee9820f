"""
Credentials of a session, in memory only, renewed before they expire.

botocore takes whatever answers like its ``RefreshableCredentials``; this one waits for no fixed ten minutes,
which would renew a session of a quarter of an hour at every call, and shows its values nowhere.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from pregate.errors import PregateError
from pregate.logs import logger
from pregate.records import dataclass

_log = logger(__name__)

EARLY: Final = 300.0  # seconds before the end from which a renewal is tried
LATE: Final = 60.0  # and from which there is no going on without one


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """
    One set of credentials. ``life`` is how many seconds they last from when they were given, ``expires`` the
    end on the clock of :class:`RenewedKeys`.
    """

    access_key: str
    secret_key: str
    token: str
    account_id: str
    life: float
    expires: float

    def __repr__(self) -> str:
        return "Keys(***)"


class RenewedKeys:
    """
    ``fetch`` gives a new set; it raises PregateError. Stands in for botocore's ``RefreshableCredentials``.
    """

    method = "assume-role-with-web-identity"

    def __init__(self, fetch: Callable[[], Keys], clock: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: Keys | None = None

    def __repr__(self) -> str:
        return "RenewedKeys(***)"

    def get_frozen_credentials(self) -> Keys:
        """
        A set that is good for a while. Raises what ``fetch`` raises when there is none.
        """
        with self._lock:
            keys = self._keys
            left = keys.expires - self._clock() if keys else 0.0
            if keys is None or left < min(LATE, keys.life / 6):
                self._keys = keys = self._fetch()
            elif left < min(EARLY, keys.life / 3):
                try:
                    self._keys = keys = self._fetch()
                except PregateError as error:
                    _log.info("the AWS session is not renewed yet: %s", error.message)
            return keys

    def renew(self) -> None:
        """Has a new set fetched when the next one is wanted: AWS no longer takes this one."""
        with self._lock:
            self._keys = None

    def get_deferred_property(self, name: str) -> Callable[[], Any]:
        """A function that gives an attribute of the keys when it is called."""
        return lambda: getattr(self, name, None)

    @property
    def access_key(self) -> str:
        """The id of the access key."""
        return self.get_frozen_credentials().access_key

    @property
    def secret_key(self) -> str:
        """The secret key."""
        return self.get_frozen_credentials().secret_key

    @property
    def token(self) -> str:
        """The session's token."""
        return self.get_frozen_credentials().token

    @property
    def account_id(self) -> str:
        """The account of the role."""
        return self.get_frozen_credentials().account_id
