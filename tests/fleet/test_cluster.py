"""Many repositories on Dask: a real cluster of several processes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from pregate.errors import UsageError
from pregate.fleet.cluster import Cluster
from pregate.fleet.tasks import scan_one
from tests.entry.cli import pregate
from tests.fleet import dying
from tests.fleet.endless import assert_ended, interrupt
from tests.fleet.helping import assert_whole, judged
from tests.fleet.in_parts import report_of, scanned
from tests.fleet.made import forest
from tests.gitrepo import GitRepo

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three processes."""
    with Cluster("local:3", str(tmp_path_factory.mktemp("dask")), dying.dies_in_turn) as made:
        yield made


@pytest.mark.oracle
def test_nobody_else_on_the_machine_is_shown_anything(cluster: Cluster) -> None:
    """Dask's HTTP servers take no certificate."""
    client = cluster._client
    assert client is not None
    told = client.scheduler_info(n_workers=-1)
    ports = [told["services"]["dashboard"], *(w["services"]["dashboard"] for w in told["workers"].values())]
    assert len(ports) > 1
    for port in ports:
        for page in ("info/main/workers.html", "metrics", "health", "status", "json/identity.json"):
            with pytest.raises(HTTPError, match="404"), urlopen(f"http://127.0.0.1:{port}/{page}"):
                pass


@pytest.mark.oracle
def test_nothing_is_lost_or_doubled_where_two_workers_are_killed(cluster: Cluster, tmp_path: Path) -> None:
    """200 repositories; one process is killed in the middle of its work, one at its end."""
    trees = forest(tmp_path, 200)
    results = tmp_path / "results"
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


@pytest.mark.oracle
def test_parts_give_the_report_of_one_piece_where_a_worker_is_killed(
    cluster: Cluster, tree: GitRepo, whole: Any, tmp_path: Path
) -> None:
    fleet = scanned(tree, tmp_path, cluster, shards=3)
    assert (tree.path / "part").exists()
    assert (fleet.records[0].parts, fleet.records[0].lost_parts) == (3, ())
    assert report_of(fleet, tmp_path) == whole


@pytest.mark.oracle
def test_an_interrupted_run_leaves_no_git_behind(tmp_path: Path) -> None:
    """In a cluster beside the other, which is no matter to either."""
    with Cluster("local:1", str(tmp_path), dying.fetches_for_ever) as cluster:
        interrupt(cluster, tmp_path)
    assert_ended(tmp_path / "clone" / "child")


@pytest.mark.parametrize("place", ["local:0", "local:", "local:x", "http://127.0.0.1:1", "nowhere"])
def test_what_is_no_cluster_is_told(place: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--dask"), Cluster(place, str(tmp_path), scan_one):
        pass
