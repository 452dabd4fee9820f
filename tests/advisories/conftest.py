"""Records and packages for the tests of this folder."""

from __future__ import annotations

from typing import Any

import pytest


def make_record(identifier: str, name: str = "demo", ecosystem: str = "PyPI", **more: Any) -> dict[str, Any]:
    """A record that affects every version of one package."""
    return {
        "id": identifier,
        "modified": "2024-01-01T00:00:00Z",
        "affected": [
            {
                "package": {"ecosystem": ecosystem, "name": name},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
            }
        ],
        **more,
    }


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests to loopback take no detour."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
