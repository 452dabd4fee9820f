"""Where plug-ins may come from: what is installed, never the tree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pregate.entry import outside
from pregate.errors import ScannerError
from pregate.plugins import CHECKS, find, installed, make_check
from pregate.plugins.discovery import folders
from tests.gitrepo import GitRepo
from tests.hooktools import ROOT
from tests.plugins import planted

EVIL = """
from pathlib import Path
Path(__file__).with_name("executed").touch()
raise RuntimeError("executed")
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the path, outside any tree."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def names(tree: Path | None) -> list[str]:
    return [plugin.name for plugin in installed(CHECKS, tree)]


def test_an_installed_plug_in_is_found(site: Path, tmp_path: Path) -> None:
    planted.check(site, "words", "words_found")
    assert names(tmp_path / "tree") == ["words"]
    assert find(CHECKS, "words", None).distribution == "dist-words"


def test_what_lies_in_the_tree_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tmp_path / "tree"
    planted.check(tree / "lib", "evil", "evil_module", EVIL)
    monkeypatch.syspath_prepend(str(tree / "lib"))
    assert names(None) == ["evil"]
    assert names(tree) == []


def test_a_link_into_the_tree_is_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tmp_path / "tree"
    planted.check(tree, "evil", "evil_module", EVIL)
    (tmp_path / "link").symlink_to(tree)
    monkeypatch.syspath_prepend(str(tmp_path / "link"))
    assert names(tree) == []


@pytest.mark.parametrize("word", ["", ".", "absolute"])
def test_the_current_directory_is_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    planted.check(tmp_path, "evil", "evil_module", EVIL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path) if word == "absolute" else word, *sys.path])
    assert names(None) == []


def test_an_environment_within_the_tree_is_where_pregate_comes_from() -> None:
    assert folders(Path(sys.prefix).parent) != ()


def test_two_distributions_with_one_name_are_refused(site: Path) -> None:
    planted.plant(site, "one", "[pregate.checks]\nwords = a:make\n")
    planted.plant(site, "two", "[pregate.checks]\nwords = b:make\n")
    with pytest.raises(ScannerError, match="there twice: one, two"):
        find(CHECKS, "words", None)


def test_a_missing_one_is_told_with_those_that_are_there(site: Path) -> None:
    planted.check(site, "words", "words_missing")
    with pytest.raises(ScannerError, match="the plug-in wrods is not installed") as caught:
        find(CHECKS, "wrods", None)
    assert "pip install" in caught.value.hint
    assert "Installed for pregate.checks: words." in caught.value.hint


def test_a_module_of_the_trees_does_not_take_the_place_of_an_installed_one(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.check(site, "words", "words_shadowed")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "words_shadowed.py").write_text(EVIL, "utf-8")
    monkeypatch.syspath_prepend(str(tree))
    assert make_check("words", (), tree).name == "words"
    assert not (tree / "executed").exists()


def test_an_installation_that_leads_into_the_tree_is_refused(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.plant(site, "editable", "[pregate.checks]\nwords = words_editable:make\n")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "words_editable.py").write_text(EVIL, "utf-8")
    (site / "words_editable.py").symlink_to(tmp_path / "tree" / "words_editable.py")
    with pytest.raises(ScannerError, match="comes from the tree"):
        make_check("words", (), tmp_path / "tree")
    assert not (tmp_path / "tree" / "executed").exists()


@pytest.mark.parametrize("command", [["-m", "pregate"], ["-c", "from pregate.entry import main; main()"]])
def test_nothing_that_a_change_brings_is_imported(tmp_path: Path, command: list[str]) -> None:
    """Also not in the place of what pregate itself imports, though ``-m`` puts the directory on the path."""
    repo = GitRepo(tmp_path / "tree").write(".pregate.toml", 'plugins = ["evil"]\n').commit("base")
    planted.check(repo.path, "evil", "evil_module", EVIL)
    for module in ("yaml", "git", "bandit"):
        repo.write(f"{module}.py", EVIL)
    repo.commit("change")
    words = ["scan", "--base", "HEAD~1", "--offline", "--no-cache"]
    if command[0] == "-c":  # as the installed command does it: the path begins with the script's folder
        command = [
            "-P",
            "-c",
            f"import sys; sys.argv[1:] = {words!r}; {command[1].replace('main()', 'sys.exit(main())')}",
        ]
        words = []
    done = subprocess.run(
        [sys.executable, *command, *words],
        cwd=repo.path,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")},
    )
    assert not (repo.path / "executed").exists(), done.stderr
    assert done.returncode == 3, done.stderr
    assert "the plug-in evil is not installed" in done.stdout


def test_a_workflows_path_into_the_checkout_is_not_followed(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "tree").write("src/yaml.py", EVIL).write("git.py", EVIL).commit("change")
    planted.check(repo.path / "src", "evil", "evil_module", EVIL)
    path = os.pathsep.join(("src", str(repo.path), str(ROOT / "src")))
    code = "import sys; from pregate.entry import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "scan", "--all", "--offline", "--no-cache"],
        cwd=repo.path,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": path},
    )
    assert not list(repo.path.rglob("executed")), done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("folder", "stays"),
    [
        ("", False),
        ("/checkout", False),
        ("/checkout/src", True),
        ("/elsewhere", True),
        (sys.prefix + "/lib/site-packages", True),
    ],
)
def test_where_there_is_no_checkout_only_the_directory_itself_is_left_out(folder: str, stays: bool) -> None:
    assert outside([folder], "/checkout") == ([folder] if stays else [])


def test_an_environment_in_the_checkout_stays() -> None:
    site = sys.prefix + "/lib/site-packages"
    assert outside([site, str(ROOT / "src")], str(Path(sys.prefix).parent)) == [site, str(ROOT / "src")]
