"""What bills of materials are made of: every package of the change's lock files, whoever may be asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pregate.checks.base import Analysis
from pregate.checks.dependencies import DependenciesCheck
from pregate.checks.inventory import InventoryCheck, components_of, license_of
from pregate.config import DependenciesConfig
from pregate.lockfiles.model import Depth, Package, Requirement
from pregate.model import Inventory, License, Location
from tests.entry.cli import pregate
from tests.gitrepo import GitRepo

PINS = "Django==4.2\nidna==3.4\nrequests>=2\n"


def package(name: str, *needs: str, **more: object) -> Package:
    requires = tuple(Requirement(ident) for ident in needs)
    return Package("npm", name, "1.0.0", Location("package-lock.json", 3), requires=requires, **more)  # type: ignore[arg-type]


def bill(path: Path) -> Inventory:
    made = json.loads(path.read_text())
    gaps = [p["value"] for p in made["metadata"]["properties"] if p["name"] == "pregate:unread"]
    return [c["purl"] for c in made["components"]], gaps  # type: ignore[return-value]


def test_analyses_are_shared_with_the_dependencies_check() -> None:
    config = DependenciesConfig()
    mine, other = InventoryCheck(config), DependenciesCheck(config)
    assert (mine.name, mine.version) == (other.name, other.version)


def test_requirements_lead_to_components_of_the_same_file() -> None:
    first = package("a", "b@1.0.0", "a@1.0.0", "elsewhere@1", depth=Depth.DIRECT, dev=True, licenses="mit")
    made = list(components_of(Analysis(facts=(first, package("b")))))
    assert made[0].requires == ("pkg:npm/b@1.0.0",)
    assert (made[0].depth, made[0].dev, made[0].license) == ("direct", True, License(id="MIT"))
    assert made[1].requires == ()


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("MIT", License(id="MIT")),
        ("MIT OR ISC", License(expression="MIT OR ISC")),
        ("see the file", License(name="see the file")),
        ("", License()),
    ],
)
def test_licences_are_told_apart(text: str, known: License) -> None:
    assert license_of(text) == known


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path / "repo").write("requirements.txt", PINS).commit("first")
    return made.write("app/requirements.txt", "flask==3.0.0\n").commit("second")


def run(repo: GitRepo, *words: str) -> tuple[list[str], list[str]]:
    out = repo.path.parent / "bom.json"
    done = pregate(
        "scan", "-C", repo.path, "--offline", "--no-cache", "-q", "--output", f"cyclonedx={out}", *words
    )
    assert done.code == 0, done.err
    return bill(out)  # type: ignore[return-value]


@pytest.mark.parametrize("words", [(), ("--check", "secrets")], ids=["no database", "another check"])
def test_a_bill_is_complete_without_a_database(repo: GitRepo, words: tuple[str, ...]) -> None:
    purls, gaps = run(repo, "--all", *words)
    assert purls == ["pkg:pypi/django@4.2", "pkg:pypi/flask@3.0.0", "pkg:pypi/idna@3.4"]
    assert gaps == ["requirements.txt:3: not-audited: requests is not pinned to one version"]


def test_of_a_change_it_lists_the_files_of_the_change(repo: GitRepo) -> None:
    purls, _ = run(repo, "--base", "HEAD~1")
    assert purls == ["pkg:pypi/flask@3.0.0"]


def test_what_the_configuration_excludes_is_missing_and_said(repo: GitRepo) -> None:
    repo.write(".pregate.toml", 'exclude = ["app/*"]\n').commit("third")
    purls, gaps = run(repo, "--all")
    assert "pkg:pypi/flask@3.0.0" not in purls
    assert "not-asked: files that the configuration excludes: 1" in gaps


def test_a_broken_file_is_a_gap(repo: GitRepo) -> None:
    repo.write("poetry.lock", "[[package]\n").commit("third")
    _, gaps = run(repo, "--all")
    assert any(gap.startswith("poetry.lock:1: unparsable: not TOML") for gap in gaps)


def test_no_inventory_is_taken_where_nobody_wants_one(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pregate.pipeline.inventory.inventory_of", lambda *_: pytest.fail("taken"))
    assert pregate("scan", "-C", repo.path, "--offline", "--no-cache", "-q").code == 0
