"""How the adapters of AWS services get their clients."""

from __future__ import annotations

from typing import Any, Protocol


class Clients(Protocol):
    """Makes boto3 clients with the run's credentials."""

    def client(self, service: str, region: str = "") -> Any:
        """A client of ``service`` in ``region`` (``""``: the run's own)."""
        ...
