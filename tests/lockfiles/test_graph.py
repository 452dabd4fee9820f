"""Who pulls a package, by the edges of one lock file."""

from __future__ import annotations

from pregate.lockfiles.ecosystems import NPM
from pregate.lockfiles.graph import Graph, names
from pregate.lockfiles.model import Depth, Package, Requirement
from pregate.model import Location


def package(name: str, *requires: str, depth: Depth = Depth.TRANSITIVE) -> Package:
    needs = tuple(Requirement(f"{r}@1.0.0", "^1.0.0") for r in requires)
    return Package(NPM, name, "1.0.0", Location("package-lock.json"), requires=needs, depth=depth)


def test_the_chain_is_a_shortest_way_from_what_the_project_asks_for() -> None:
    packages = [
        package("app", "long", "short", depth=Depth.DIRECT),
        package("long", "longer"),
        package("longer", "deep"),
        package("short", "deep"),
        package("deep"),
    ]
    assert [p.name for p in Graph(packages).chain(packages[-1])] == ["app", "short", "deep"]


def test_a_direct_package_is_its_own_chain_even_if_others_pull_it() -> None:
    asked = package("asked", depth=Depth.DIRECT)
    assert Graph([package("other", "asked", depth=Depth.DIRECT), asked]).chain(asked) == (asked,)


def test_a_circle_that_nothing_leads_to_has_no_chain() -> None:
    circle = [package("one", "two"), package("two", "one")]
    assert Graph([package("root", depth=Depth.DIRECT), *circle]).chain(circle[0]) == ()


def test_where_no_depth_is_told_chains_begin_at_what_nothing_pulls() -> None:
    packages = [package("root", "leaf", depth=Depth.UNKNOWN), package("leaf", depth=Depth.UNKNOWN)]
    assert names(Graph(packages).chain(packages[1])) == "root 1.0.0 → leaf 1.0.0"


def test_without_any_edge_nothing_is_known_of_who_pulls_whom() -> None:
    alone = [package("one", depth=Depth.UNKNOWN), package("two", depth=Depth.UNKNOWN)]
    assert Graph(alone).chain(alone[0]) == ()


def test_what_pulls_a_package_is_told_once_with_what_it_is_content_with() -> None:
    puller = package("puller", "deep", "deep")
    (pull,) = Graph([puller, package("deep")]).pulls(package("deep"))
    assert (pull.package, pull.constraint) == (puller, "^1.0.0")


def test_a_package_comes_back_from_json_with_all_that_a_file_tells() -> None:
    told = package("puller", "deep", depth=Depth.DIRECT)
    assert Package.from_json(told.to_json()) == told
