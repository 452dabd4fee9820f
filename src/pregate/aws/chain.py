"""Clients with the credentials that boto3 finds by itself: environment, profiles, SSO, an instance's role."""

from __future__ import annotations

from typing import Any

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 30
ATTEMPTS = 5


class OwnChain:
    """The port ``Clients`` on boto3's own chain; ``region`` ``""`` is the environment's or the profile's."""

    def __init__(self, region: str = "") -> None:
        self._region = region
        self._session: Any = None

    def client(self, service: str, region: str = "") -> Any:
        """A client with short timeouts and botocore's standard retries."""
        from botocore.config import Config

        make_config: Any = Config  # botocore has no types of its own
        config = make_config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            user_agent_extra="pregate",
        )
        return self._open().client(service, region_name=region or self._region or None, config=config)

    def _open(self) -> Any:
        if self._session is None:
            from boto3.session import Session

            make_session: Any = Session
            self._session = make_session()
        return self._session
