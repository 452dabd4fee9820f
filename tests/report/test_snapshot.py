"""Snapshots for GitHub's dependency graph: one manifest for each lock file, named by package URLs."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from pregate.model import Component, Inventory, Location
from pregate.report.snapshot import Job, snapshot_of
from tests.report import sample
from tests.report.test_bills import inventories

JOB = Job("17", "gate_pregate", "ab" * 20, "refs/heads/main", 1_790_000_000_123)


def component(name: str, line: int = 1, path: str = "package-lock.json", **more: Any) -> Component:
    return Component(f"pkg:npm/{name}@1", "npm", name, "1", Location(path, line), **more)


def resolved(*components: Component) -> dict[str, Any]:
    (manifest,) = snapshot_of(Inventory(components), JOB)["manifests"].values()
    return manifest["resolved"]  # type: ignore[no-any-return]


def test_each_lock_file_is_a_manifest() -> None:
    made = snapshot_of(sample.inventory(), JOB)
    assert sorted(made["manifests"]) == [
        *("a/package-lock.json", "b/package-lock.json", "dev.txt", "requirements.txt")
    ]
    manifest = made["manifests"]["a/package-lock.json"]
    assert manifest["file"] == {"source_location": "a/package-lock.json"}
    assert manifest["resolved"]["pkg:npm/web@1.0.0"] == {
        "package_url": "pkg:npm/web@1.0.0",
        "relationship": "direct",
        "scope": "runtime",
        "dependencies": ["pkg:npm/%40scope/parser@2.1.0"],
    }
    assert made["manifests"]["b/package-lock.json"]["resolved"]["pkg:npm/web@1.0.0"]["scope"] == "development"


def test_it_says_who_looked_at_what_and_when() -> None:
    made = snapshot_of(sample.inventory(), JOB)
    assert (made["version"], made["sha"], made["ref"]) == (0, JOB.sha, JOB.ref)
    assert made["job"] == {"id": "17", "correlator": "gate_pregate"}
    assert made["scanned"] == "2026-09-21T14:13:20Z"
    assert made["metadata"] == {"unread": 1}
    assert "metadata" not in snapshot_of(Inventory(), JOB)


def test_a_package_at_two_places_of_a_file_is_direct_and_for_running_if_one_is() -> None:
    found = resolved(component("a", 1, dev=True, depth="transitive"), component("a", 2, depth="direct"))
    assert found["pkg:npm/a@1"] == {
        "package_url": "pkg:npm/a@1", "relationship": "direct", "scope": "runtime",
    }  # fmt: skip


def test_what_the_file_does_not_tell_is_not_said() -> None:
    assert "relationship" not in resolved(component("a"))["pkg:npm/a@1"]


def test_dependencies_outside_the_manifest_are_left_out() -> None:
    assert "dependencies" not in resolved(component("a", requires=("pkg:npm/b@1",)))["pkg:npm/a@1"]


@given(inventories)
@settings(max_examples=20, deadline=None)
def test_whatever_a_tree_holds_can_be_sent(inventory: Inventory) -> None:
    made = snapshot_of(inventory, JOB)
    assert json.dumps(made, ensure_ascii=False).encode("utf-8")
    packages = [p for m in made["manifests"].values() for p in m["resolved"].values()]
    assert all(p["package_url"].startswith("pkg:") for p in packages)
