"""Clients with the credentials that boto3 finds by itself."""

from __future__ import annotations

from typing import Any

from pregate.aws.credentials import DEFAULT_REGION


class DefaultClients:
    """
    Implements :class:`pregate.aws.clients.Clients`; ``region`` is the run's own, ``""`` for the profile's.
    """

    def __init__(self, region: str = "") -> None:
        self._region = region

    def __repr__(self) -> str:
        return "DefaultClients(***)"

    def client(self, service: str, region: str = "") -> Any:
        """A client with short timeouts and boto3's standard retries. Raises botocore's errors."""
        from boto3.session import Session
        from botocore.config import Config

        make_session: Any = Session  # neither library has types of its own
        make_config: Any = Config
        config = make_config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 5},
            user_agent_extra="pregate",
        )
        session = make_session(region_name=region or self._region or None)
        where = region or session.region_name or DEFAULT_REGION
        return session.client(service, region_name=where, config=config)
