"""
Partitions of AWS: worlds of their own, with their own regions, names and ends of addresses.

Source: botocore's ``partitions.json``, which every release renews. The audience that GitHub's tokens need in
China is that of aws-actions/configure-aws-credentials (README, "OIDC audience").
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from pregate.errors import UsageError
from pregate.records import dataclass

AUDIENCE = "sts.amazonaws.com"
_AUDIENCES = {"aws-cn": "sts.amazonaws.com.cn"}


@dataclass(frozen=True, slots=True)
class Partition:
    """``name`` as in ARNs; ``region`` is the one to take where none is named."""

    name: str
    dns_suffix: str
    region: str
    pattern: str

    @property
    def audience(self) -> str:
        """The audience that STS expects of a token of GitHub's."""
        return _AUDIENCES.get(self.name, AUDIENCE)


@lru_cache(maxsize=1)
def load_partitions() -> tuple[Partition, ...]:
    """Every partition that the installed botocore knows, the public one first."""
    import botocore.session

    session: Any = botocore.session.Session()  # type: ignore[no-untyped-call]
    data: Any = session.get_component("data_loader").load_data("partitions")
    found = [
        Partition(
            entry["id"],
            entry["outputs"]["dnsSuffix"],
            entry["outputs"]["implicitGlobalRegion"],
            entry["regionRegex"],
        )
        for entry in data["partitions"]
    ]
    return tuple(sorted(found, key=lambda partition: (partition.name != "aws", partition.name)))


def partition_of_region(region: str) -> Partition:
    """The partition of a region. Raises UsageError for a name that is no region anywhere."""
    for partition in load_partitions():
        if re.fullmatch(partition.pattern, region):
            return partition
    raise UsageError(f"{region[:64]!r} is no region of AWS", "For example eu-central-1.")


def partition_named(name: str) -> Partition:
    """The partition with this name. Raises UsageError when botocore knows none."""
    for partition in load_partitions():
        if partition.name == name:
            return partition
    known = ", ".join(partition.name for partition in load_partitions())
    raise UsageError(f"{name[:64]!r} is no partition of AWS", f"Partitions: {known}.")
