"""Many repositories on Dask: a real cluster of several processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pregate.errors import UsageError
from pregate.fleet.cluster import Cluster
from pregate.fleet.tasks import scan_one
from tests.entry.cli import pregate
from tests.fleet import dying
from tests.fleet.helping import assert_whole, judged
from tests.fleet.made import forest

pytest.importorskip("distributed")


@pytest.mark.oracle
def test_nothing_is_lost_or_doubled_where_two_workers_are_killed(tmp_path: Path) -> None:
    """200 repositories, three processes; one is killed in the middle of its work, one at its end."""
    trees = forest(tmp_path, 200)
    results = tmp_path / "results"
    with Cluster("local:3", str(tmp_path), dying.dies_twice) as cluster:
        fleet = judged(trees, results, cluster)
    assert_whole(fleet, trees, results)
    assert (trees.paths[10] / "before").exists()
    assert (trees.paths[30] / "after").exists()
    for number in (0, 31, 62, 163):
        single = pregate(
            *("scan", "--all", "-C", trees.paths[number], "--check", "secrets", "--no-cache", "--no-tools"),
            *("--output", "json=-"),
        )
        alone = json.loads(single.out)
        report = json.loads((results / fleet.records[number].report).read_text())
        assert report["verdict"] == alone["verdict"]
        assert report["findings"] == alone["findings"]
        assert report["reasons"] == alone["reasons"]


@pytest.mark.parametrize("place", ["local:0", "local:", "local:x", "http://127.0.0.1:1", "nowhere"])
def test_what_is_no_cluster_is_told(place: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--dask"), Cluster(place, str(tmp_path), scan_one):
        pass
