"""Who may override what: real repositories, an organisation's policy, flags, and pull requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pregate.changes import Everything, Paths, Range, Staged
from pregate.changes import open_source as open_changes
from pregate.config.extending import PolicyAddress, digest_of
from pregate.config.keys import value_of
from pregate.config.reading import Settled
from pregate.config.toml_form import to_toml
from pregate.errors import PregateError, UsageError
from pregate.pipeline import Request, run, settle_config
from tests.gitrepo import GitRepo

DISK = Paths(("a.txt",))
ADDRESS = f"github://octo-org/security/policy.toml@{'1' * 40}"


@dataclass
class Gate:
    """A repository whose configuration files and flags a test chooses, below an organisation's policy."""

    repo: GitRepo
    policy: str = ""
    asked: list[tuple[PolicyAddress, bool]] = field(default_factory=list)

    def read(self, address: PolicyAddress, offline: bool) -> bytes:
        self.asked.append((address, offline))
        return self.policy.encode()

    def request(self, selection: Any, overrides: Mapping[str, Any] | None = None, **more: Any) -> Request:
        given = {"offline": True, **(overrides or {})}
        return Request(self.repo.path, selection, given, policies=self.read, **more)

    def settle(self, selection: Any, overrides: Mapping[str, Any] | None = None, **more: Any) -> Settled:
        request = self.request(selection, overrides, **more)
        source = open_changes(request.directory, request.environ, selection)
        with source.contents() as contents:
            return settle_config(contents, source.changes(selection), request, source.root)


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    repo = GitRepo(tmp_path / "project").write("a.txt", "x\n")
    return Gate(repo.commit("first"))


def written(name: str, value: Any, extends: str = "") -> str:
    table, _, key = name.rpartition(".")
    head = f'extends = "{extends}"\n' if extends else ""
    return f"{head}{f'[{table}]' if table else ''}\n{key} = {to_toml(value)}\n" if value is not None else head


def as_options(name: str, value: Any) -> dict[str, Any]:
    table, _, key = name.rpartition(".")
    return {table: {key: value}} if table else {key: value}


# key, the organisation's value, a looser and a tighter one, and what is in force where the looser one is held
KEYS: list[tuple[str, Any, Any, Any, Any]] = [
    ("fail-on", "high", "critical", "low", "high"),
    ("min-confidence", "medium", "high", "low", "medium"),
    ("max-high", 2, 3, 0, 2),
    ("checks", ["secrets", "python"], ["secrets"], ["secrets", "python", "iam"], ["secrets", "python"]),
    ("require", ["secrets"], [], ["secrets", "iam"], ["secrets"]),
    ("exclude", ["vendor/**"], ["vendor/**", "src/**"], [], ["vendor/**"]),
    ("tolerate-unread", ["binary"], ["binary", "crashed"], [], ["binary"]),
    ("secrets.fail-on", "low", "high", "info", "low"),
    ("suppressions.from-change", "accept", None, "refuse", "accept"),
    ("suppressions.max-days", 90, 0, 30, 90),
    ("suppressions.require-reason", True, False, None, True),
    ("baseline.ratchet", True, False, None, True),
    ("dependencies.allow-licenses", ["MIT", "BSD-3-Clause"], [], ["MIT"], ["MIT", "BSD-3-Clause"]),
    ("dependencies.deny-licenses", ["GPL-3.0-only"], [], ["GPL-3.0-only", "MIT"], ["GPL-3.0-only"]),
    ("dependencies.grace-days", 7, 30, 0, 7),
    ("dependencies.unknown-severity", "warn", "ignore", "fail", "warn"),
    ("iam.unknown", "fail", "report", None, "fail"),
    ("advisories.source", "https://osv.example", "https://other.example", None, "https://osv.example"),
]


def in_force(settled: Settled, name: str) -> Any:
    value = value_of(settled.config, name)
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(("name", "theirs", "looser", "tighter", "held"), KEYS, ids=[k[0] for k in KEYS])
def test_a_key_is_the_last_sources_unless_it_is_locked(
    gate: Gate, name: str, theirs: Any, looser: Any, tighter: Any, held: Any
) -> None:
    wrong = []
    source = open_changes(gate.repo.path, {}, DISK)
    change = source.changes(DISK)
    with source.contents() as contents:
        for lock, ours, by_flag in product(
            ("", name, name.partition(".")[0], "*"), (looser, tighter), (0, 1)
        ):
            gate.policy = (f'locked = ["{lock}"]\n' if lock else "") + written(name, theirs)
            gate.repo.write(".pregate.toml", written(name, None if by_flag else ours, ADDRESS))
            flags = as_options(name, ours) if by_flag and ours is not None else {}
            settled = settle_config(contents, change, gate.request(DISK, flags), source.root)
            is_held = bool(lock) and ours == looser and ours is not None
            expected = theirs if ours is None else held if is_held else ours
            if in_force(settled, name) != expected or bool(settled.notes) != is_held:
                wrong.append((lock, ours, by_flag, in_force(settled, name), settled.notes))
    assert wrong == []


def test_the_organisations_word_is_the_default_of_what_nobody_sets(gate: Gate) -> None:
    gate.policy = 'fail-on = "medium"\n[secrets]\nhistory = false\n'
    gate.repo.write(".pregate.toml", written("fail-on", "low", ADDRESS))
    config = gate.settle(DISK).config
    assert (config.fail_on, config.secrets.history) == ("low", False)


@pytest.mark.parametrize("file", [".pregate.toml", "pyproject.toml"])
def test_on_a_pull_request_the_heads_configuration_never_counts(gate: Gate, file: str) -> None:
    def text(word: str, extends: str = "") -> str:
        head = f'extends = "{extends}"\n' if extends else ""
        return ("[tool.pregate]\n" if file == "pyproject.toml" else "") + f'{head}fail-on = "{word}"\n'

    gate.policy = 'locked = ["fail-on"]\nfail-on = "high"\n'
    base = gate.repo.write(file, text("medium", ADDRESS)).commit("base").head
    gate.repo.write(file, text("none")).write("a.py", "x = 1\n").commit("head")
    request = gate.request(Range(base, "HEAD"), in_pull=True)
    verdict = run(request).verdict
    assert verdict.fail_on == "medium"
    assert "fail-on: medium → none (looser)" in verdict.policy_changes
    assert f"extends: {ADDRESS[:80]} → (none) (changed)" in verdict.policy_changes
    assert "locked: - fail-on (changed)" in verdict.policy_changes
    assert gate.settle(Range(base, "HEAD"), in_pull=True).config.extends == ADDRESS


def test_a_change_that_removes_the_configuration_is_told(gate: Gate) -> None:
    gate.repo.write(".pregate.toml", 'fail-on = "low"\n').commit("base")
    gate.repo.remove(".pregate.toml")
    verdict = run(gate.request(Staged())).verdict
    assert (verdict.fail_on, verdict.policy_changes) == ("low", ("fail-on: low → high (looser)",))


def test_a_change_that_a_lock_will_hold_is_told(gate: Gate) -> None:
    gate.policy = 'locked = ["fail-on"]\nfail-on = "high"\n'
    gate.repo.write(".pregate.toml", written("jobs", 1, ADDRESS)).commit("base")
    gate.repo.write(".pregate.toml", written("fail-on", "none", ADDRESS)).add()
    changes = run(gate.request(Staged())).verdict.policy_changes
    assert changes[0] == "jobs: 1 → 0 (changed)"
    assert 'is looser than the organisation\'s locked "high"' in changes[1]


def test_a_change_of_other_files_changes_no_policy(gate: Gate) -> None:
    gate.repo.write("b.txt", "y\n").add()
    assert run(gate.request(Staged())).verdict.policy_changes == ()


def test_a_lock_that_holds_is_a_note_of_the_verdict(gate: Gate) -> None:
    gate.policy = 'locked = ["fail-on"]\nfail-on = "high"\n'
    gate.repo.write(".pregate.toml", written("fail-on", "critical", ADDRESS)).commit("all")
    (note,) = run(gate.request(Everything())).verdict.notes
    assert note.startswith('fail-on = "critical" in .pregate.toml is looser than the organisation\'s locked')


def test_the_environment_sets_no_key(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FAIL_ON", "PREGATE_FAIL_ON", "INPUT_FAIL-ON", "PREGATE_EXTENDS"):
        monkeypatch.setenv(name, "none")
    environ = {"PREGATE_FAIL_ON": "none", "INPUT_FAIL-ON": "none"}
    assert gate.settle(DISK, environ=environ).config.fail_on == "high"


def test_an_input_of_the_action_is_a_source_like_a_flag(gate: Gate) -> None:
    from pregate.entry.inputs import parse_inputs

    gate.policy = 'locked = ["fail-on"]\nfail-on = "medium"\n'
    gate.repo.write(".pregate.toml", written("fail-on", None, ADDRESS)).commit("base")
    overrides = parse_inputs({"INPUT_FAIL-ON": "none"}).overrides
    settled = gate.settle(DISK, overrides, origin="inputs of the action")
    assert settled.config.fail_on == "medium"
    assert "in inputs of the action is looser" in settled.notes[0]


def test_a_flag_may_name_the_organisations_policy(gate: Gate) -> None:
    gate.policy = 'fail-on = "low"\n'
    assert gate.settle(DISK, {"extends": ADDRESS}).config.fail_on == "low"
    assert gate.asked[0][1] is True  # offline


@pytest.mark.parametrize(
    ("file", "policy", "words"),
    [
        (
            'locked = ["fail-on"]\n',
            "",
            ".pregate.toml:1: locked has a meaning in an organisation's policy only",
        ),
        (f'jobs = 1\nextends = "{ADDRESS[:-1]}"\n', "", ".pregate.toml:2: extends is not pinned"),
        ("extends = 3\n", "", "extends must be a string"),
        (f'extends = "{ADDRESS}"\n', f'extends = "{ADDRESS}"\n', "cannot extend another"),
        (f'extends = "{ADDRESS}"\n', "fail-no = 1\n", "policy.toml@111111111111:1: unknown key 'fail-no'"),
        (f'extends = "{ADDRESS}"\n', 'locked = ["fail-no"]\n', "there is no key 'fail-no'"),
        (f'extends = "{ADDRESS}"\n', 'locked = ["jobs"]\n', "jobs cannot be locked"),
        (f'extends = "{ADDRESS}"\n', 'locked = ["paths.fail-on"]\n', "is a key of rows"),
        (f'extends = "{ADDRESS}"\n', "#" * 70000, "larger than 65536 bytes"),
        (f'extends = "{ADDRESS}#sha256={"0" * 64}"\n', "", "not the file whose digest"),
    ],
)
def test_what_cannot_be_is_an_error_that_names_its_place(
    gate: Gate, file: str, policy: str, words: str
) -> None:
    gate.policy = policy
    gate.repo.write(".pregate.toml", file)
    with pytest.raises(UsageError) as caught:
        gate.settle(DISK)
    assert words in caught.value.message


def test_a_digest_that_fits_is_believed(gate: Gate) -> None:
    gate.policy = 'fail-on = "low"\n'
    digest = digest_of(gate.policy.encode())
    gate.repo.write(".pregate.toml", f'extends = "github://o/r/p.toml@main#sha256={digest}"\n')
    assert gate.settle(DISK).config.fail_on == "low"


def test_a_policy_that_is_missing_is_never_left_out(gate: Gate) -> None:
    def refuse(address: PolicyAddress, offline: bool) -> bytes:
        raise PregateError("gone")

    gate.repo.write(".pregate.toml", written("fail-on", None, ADDRESS)).commit("base")
    request = Request(gate.repo.path, Everything(), policies=refuse)
    with pytest.raises(PregateError, match="gone"):
        run(request)
    with pytest.raises(PregateError, match="not read by this command"):
        run(Request(gate.repo.path, Everything()))
