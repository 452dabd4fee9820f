"""Versions for requirements that are not pinned, by an index of which only metadata is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from pregate.lockfiles.python.resolution import UnresolvedError, resolve
from pregate.lockfiles.python.simple_api import Release

Projects = Mapping[str, Mapping[str, Sequence[str]]]


class Index:
    """An index of projects by name, version and requirements; a version with a ``!`` is yanked."""

    def __init__(self, projects: Projects, python: str = "", silent: str = "") -> None:
        self._projects = projects
        self._python = python
        self._silent = silent
        self.asked: list[str] = []

    def releases(self, name: str) -> list[Release]:
        self.asked.append(name)
        rows = self._projects.get(name, {})
        return [Release(name, v.rstrip("!"), self._python, v.endswith("!"), "there") for v in rows]

    def requires(self, release: Release) -> Sequence[str] | None:
        if release.name == self._silent:
            return None
        rows = self._projects[release.name]
        return rows.get(release.version, rows.get(f"{release.version}!", ()))


def chosen(requirements: Sequence[str], projects: Projects) -> dict[str, str]:
    return {c.name: c.version for c in resolve(requirements, Index(projects))}


def test_the_newest_release_that_fits_everything_is_chosen() -> None:
    web = {"1.0": ["core<2"], "2.0": ["core>=2"]}
    projects: Projects = {"web": web, "core": {"1.9": [], "2.5": [], "3.0": []}}
    assert chosen(["web"], projects) == {"web": "2.0", "core": "3.0"}
    assert chosen(["web", "core<3"], projects) == {"web": "2.0", "core": "2.5"}


def test_an_older_release_is_taken_where_the_newest_is_at_odds_with_another_requirement() -> None:
    projects: Projects = {"web": {"1.0": ["core<2"], "2.0": ["core>=2"]}, "core": {"1.9": [], "2.5": []}}
    found = chosen(["web", "core<2"], projects)
    assert found == {"web": "1.0", "core": "1.9"}
    assert all(Version(found["core"]) in Requirement(r).specifier for r in ["core<2"])


def test_prereleases_and_yanked_releases_need_to_be_asked_for() -> None:
    projects: Projects = {"web": {"1.0": [], "1.1!": [], "2.0rc1": []}, "young": {"0.1a1": []}}
    assert chosen(["web", "young"], projects) == {"web": "1.0", "young": "0.1a1"}
    assert chosen(["web==1.1"], projects) == {"web": "1.1"}
    assert chosen(["web>=2.0rc1"], projects) == {"web": "2.0rc1"}


def test_extras_bring_what_they_ask_for_and_keep_to_the_version_of_their_project() -> None:
    projects: Projects = {
        "web": {"1.0": ["tls; extra == 'secure'", "docs; extra == 'docs'"]},
        "tls": {"1.0": ["web[secure]"]},
        "docs": {"1.0": []},
    }
    assert chosen(["Web[Secure]"], projects) == {"web": "1.0", "tls": "1.0"}


def test_markers_are_evaluated_for_the_interpreter_that_is_named() -> None:
    index = Index({"web": {"1.0": ["old; python_version < '3.8'"]}, "old": {"1.0": []}})
    assert [c.name for c in resolve(["web"], index, "3.7.9")] == ["old", "web"]
    assert [c.name for c in resolve(["web"], index, "3.12.1")] == ["web"]


def test_releases_for_other_pythons_are_passed_over() -> None:
    index = Index({"web": {"1.0": []}}, python="<3")
    with pytest.raises(UnresolvedError, match="no version fits all that is asked of web"):
        resolve(["web"], index)


@pytest.mark.parametrize(
    ("requirements", "words"),
    [
        (["web>9"], "no version fits all that is asked of web"),
        (["unheard-of"], "no version fits all that is asked of unheard-of"),
        (["web @ https://example.org/w.zip"], "web is required by address"),
        (["=="], "not written as PEP 508"),
        (["broken"], "not written as PEP 508"),
    ],
)
def test_what_cannot_be_resolved_says_why(requirements: list[str], words: str) -> None:
    index = Index({"web": {"1.0": []}, "broken": {"1.0": ["((("]}})
    with pytest.raises(UnresolvedError, match=words):
        resolve(requirements, index)


def test_a_release_without_metadata_is_not_built_but_ends_the_search() -> None:
    index = Index({"web": {"1.0": []}}, silent="web")
    with pytest.raises(UnresolvedError, match="publishes no metadata, and nothing is built"):
        resolve(["web"], index)


def test_what_is_chosen_names_what_it_requires() -> None:
    (core, web) = resolve(["web"], Index({"web": {"1.0": ["core"]}, "core": {"2.0": []}}))
    assert (web.requires, core.requires) == (("core",), ())
