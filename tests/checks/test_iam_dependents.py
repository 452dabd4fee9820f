"""Which unchanged files are looked at again: those that may read a changed one, and few others."""

from __future__ import annotations

import pytest

from pregate.checks.iam import dependents as module
from pregate.checks.iam.dependents import dependents
from tests.checks.trees import Files

CALL = 'module "m" {\n  source = "../modules/x"\n}\n'


def test_values_and_neighbours_concern_the_files_of_their_folder() -> None:
    tree = Files({"a/main.tf": "", "a/b.tofu.json": "", "b/main.tf": "", "a/x.py": ""})
    assert dependents(["a/x.tfvars"], tree) == ("a/b.tofu.json", "a/main.tf")
    assert tree.listed == 0
    assert dependents(["a/new.tf"], tree) == ("a/b.tofu.json", "a/main.tf")


def test_a_change_of_other_files_asks_the_tree_nothing() -> None:
    tree = Files({"main.tf": ""})
    assert dependents(["b/x.py"], tree) == ()
    assert tree.read == []
    assert tree.listed == 0


def test_data_is_read_from_its_folder_and_those_above() -> None:
    tree = {
        "main.tf": 'file("${path.module}/p/q/x.json")',
        "p/main.tf": "",
        "p/made.tf": 'templatefile("${path.module}/q/${each.key}.json", {})',
        "p/other.tf": 'file("${path.module}/q/other.json")',
        "p/q/main.tf": 'jsondecode(file("x.json"))',
        "r/main.tf": 'file("../p/q/x.json")',
    }
    assert sorted(dependents(["p/q/x.json"], Files(tree))) == ["main.tf", "p/made.tf", "p/q/main.tf"]


def test_data_without_a_reader_near_lists_no_other_folder() -> None:
    tree = Files({"main.tf": "", "deploy/values.yaml": "", "envs/main.tf": CALL})
    assert dependents(["deploy/app.yaml"], tree) == ("deploy/values.yaml",)
    assert tree.listed == 0
    assert tree.read == ["main.tf"]


def test_callers_of_a_module_are_found_through_others_with_their_neighbours() -> None:
    files = {
        "modules/x/main.tf": "",
        "modules/y/main.tf": 'module "x" {\n source   =   "../x/"\n}',
        "modules/y/out.tf": "output o { value = module.x.json }",
        "modules/y/plain.tf": "",
        "envs/main.tf.json": '{"module": {"y": {"source": "../modules/y"}}}',
        "modules/x/examples/all/main.tf": 'module "x" { source = "../.." }',
        "other/main.tf": 'module "z" { source = "../modules/z" }',
    }
    assert sorted(dependents(["modules/x/a.tf"], Files(files))) == [
        "envs/main.tf.json",
        "modules/x/examples/all/main.tf",
        "modules/x/main.tf",
        "modules/y/main.tf",
        "modules/y/out.tf",
    ]


def test_a_caller_of_the_module_that_reads_a_changed_file_is_found() -> None:
    files = {"modules/x/main.tf": 'file("${path.module}/p.json")', "envs/main.tf": CALL}
    assert sorted(dependents(["modules/x/p.json"], Files(files))) == ["envs/main.tf", "modules/x/main.tf"]


def test_a_module_at_the_root_is_called_from_below() -> None:
    files = {"main.tf": "", "examples/main.tf": 'module "m" { source = "../" }'}
    assert sorted(dependents(["x.tf"], Files(files))) == ["examples/main.tf", "main.tf"]


def test_modules_that_call_one_another_end() -> None:
    files = {"a/main.tf": 'module "b" { source = "../b" }', "b/main.tf": 'module "a" { source = "../a" }'}
    assert sorted(dependents(["a/x.tf"], Files(files))) == ["a/main.tf", "b/main.tf"]


def test_callers_are_bounded_in_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CALLERS", 3)
    monkeypatch.setattr(module, "MAX_SEARCHED", 9)
    tree = Files({f"env{n}/main.tf": CALL for n in range(20)})
    assert len(dependents(["modules/x/main.tf"], tree)) == 3
    assert len(tree.read) == 9
