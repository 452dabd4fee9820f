"""Whether a constraint holds a version: as each ecosystem's own tool says, unknown where it is not clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from pregate.lockfiles.constraints import Admits, admits
from pregate.lockfiles.ecosystems import ECOSYSTEMS
from tests.lockfiles import tables

TABLES = sorted((Path(__file__).parent / "tables").glob("*.tsv"))
YES, NO, UNKNOWN = Admits.YES, Admits.NO, Admits.UNKNOWN


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_recorded_answers_are_never_contradicted(path: Path) -> None:
    ecosystem = tables.ecosystem(path)
    answers = [(row, admits(ecosystem, row[0], row[1])) for row in tables.rows(path)]
    assert [row for row, answer in answers if answer is not UNKNOWN and answer.value != row[2]] == []
    assert sum(answer is UNKNOWN for _, answer in answers) < 0.2 * len(answers)


@pytest.mark.parametrize(
    ("ecosystem", "constraint", "version", "expected"),
    [
        ("npm", "^1.2.0 || ~2.1 >=3 <4", "1.9.0", YES),
        ("npm", "^1.2.0", "2.0.0", NO),
        ("npm", "", "1.0.0", YES),
        ("npm", "*", "1.0.0-rc.1", NO),
        ("npm", "npm:^1.2.0", "1.3.0", YES),
        ("npm", "npm:other@^1.2.0", "1.3.0", YES),
        ("npm", "npm:@scope/other@^1.2.0", "2.0.0", NO),
        ("PyPI", ">=1.0,<2", "1.5", YES),
        ("PyPI", "(>=1.0,<2.0)", "2.0", NO),
        ("PyPI", ">=1.0 ; python_version < '3.9'", "1.5", YES),
        ("PyPI", ">=1.0", "2.0rc1", UNKNOWN),
        ("PyPI", ">=1.0rc1", "2.0rc1", YES),
        ("PyPI", "^0.2.3", "0.3", NO),
        ("PyPI", "~1", "1.9", YES),
        ("PyPI", "^1!2.0", "1!3.0", NO),
        ("PyPI", "", "1.0", YES),
        ("crates.io", "1.2", "1.9.0", YES),
        ("crates.io", "0.2.3", "0.3.0", NO),
        ("crates.io", ">=1, <1.5", "1.4.9", YES),
        ("crates.io", "=1.2", "1.2.9", YES),
        ("crates.io", "1.2.*", "1.3.0", NO),
        ("crates.io", "1.*", "1.3.0", YES),
        ("crates.io", ">1.2", "1.2.9", NO),
        ("crates.io", "^1.2.3", "2.0.0-rc.1", NO),
        ("crates.io", "^1.2.3-rc.1", "1.2.3-rc.2", YES),
        ("Julia", "1.2, 2", "2.5.0", YES),
        ("Julia", "0.2 - 0.4", "0.4.7", YES),
        ("Julia", "≥ 1.2", "1.1.0", NO),
        ("RubyGems", "~> 5.2.1", "5.2.9", YES),
        ("RubyGems", "(~> 1.2, != 1.3)", "1.3", NO),
        ("CocoaPods", "~> 5.0", "5.9.1", YES),
        ("CocoaPods", "~> 5.0", "6.0.0-beta", NO),
        ("Terraform", "~> 3.0, >= 3.1", "3.2.0", YES),
        ("Terraform", "~> 3.0.1", "3.1.0", NO),
        ("Terraform", ">= 3.0", "3.1.0-beta", NO),
        ("Terraform", "3.1.0-beta", "3.1.0-beta", YES),
        ("Hex", "~> 1.0 and >= 1.0.2 or 2.0.0", "1.5.0", YES),
        ("Hex", "~> 1.0.0", "1.1.0", NO),
        ("Hex", ">= 1.0.0", "1.1.0-dev", UNKNOWN),
        ("Pub", "^0.1.2", "0.1.9", YES),
        ("Pub", "^0.1.2", "0.2.0", NO),
        ("Pub", ">=1.0.0 <2.0.0", "1.9.0", YES),
        ("Pub", ">=1.0.0 <2.0.0", "2.0.0-dev", UNKNOWN),
        ("Pub", "any", "1.9.0", YES),
        ("NuGet", "[1.0, 2.0)", "1.5.0", YES),
        ("NuGet", "[1.0, 2.0)", "2.0", NO),
        ("NuGet", "(,1.0]", "1.0.0", YES),
        ("NuGet", "[1.0]", "1.0.1", NO),
        ("NuGet", "1.0", "3.0", YES),
        ("NuGet", "*", "3.0", YES),
        ("NuGet", "1.*", "1.5", UNKNOWN),
        ("NuGet", "[1.0, )", "2.0-rc", UNKNOWN),
        ("Maven", "[1.0,2.0),[3,)", "3.1", YES),
        ("Maven", "[1.0,2.0)", "2.0", NO),
        ("Maven", "1.0", "1.1", YES),
        ("Maven", "1.0", "0.9", UNKNOWN),
        ("Packagist", "^1.2 || 2.0.*", "2.0.7", YES),
        ("Packagist", "~1.2.3", "1.3.0", NO),
        ("Packagist", "1.0 - 2.0", "2.0.9", YES),
        ("Packagist", "dev-main || ^1.0", "1.5", YES),
        ("Packagist", "^1.0@beta", "1.5", YES),
        ("CRAN", "(>= 1.0-2)", "1.0.1", NO),
        ("CRAN", "*", "1.0.1", YES),
        ("Hackage", ">=1.2 && <1.3 || ==1.4.*", "1.4.2", YES),
        ("Hackage", "^>=1.2", "1.3", NO),
        ("Hackage", "==1.2", "1.2", YES),
        ("Conda", ">=1.2,<2|==3.0", "3.0", YES),
        ("Conda", ">=1.2,<2", "2.1", NO),
        ("Conda", "*", "2.1", YES),
        ("Conda", "=1.2", "1.2.1", YES),
        ("Conda", "=1.2", "1.2rc1", YES),
        ("Conda", "=1.2", "1.20", NO),
        ("Conda", "=1.2.0", "1.2", YES),
        ("Conda", "=1.2", "1a.2", NO),
        ("Conda", "1.2.*,!=1.2.1", "1.2.1", NO),
        ("Conda", "1.2.*", "1!1.2.1", NO),
        ("Conda", "1.2", "1.2", UNKNOWN),
        ("Go", "v1.2.3", "v1.3.0", YES),
        ("Go", "v1.2.3", "v1.2.3-rc.1", NO),
        ("ConanCenter", "[>1 <2.0]", "1.5", YES),
        ("ConanCenter", "1.1.1w", "1.1.1w", YES),
        ("ConanCenter", "[^1.2]", "2.0", NO),
    ],
)
def test_documented_constraints(ecosystem: str, constraint: str, version: str, expected: Admits) -> None:
    assert admits(ecosystem, constraint, version) is expected


@pytest.mark.parametrize(
    ("ecosystem", "constraint"),
    [
        ("npm", "latest"),
        ("npm", "file:../x"),
        ("npm", "workspace:^1.0.0"),
        ("npm", "git+ssh://git@example.org/x.git"),
        ("npm", "1.x.3"),
        ("PyPI", "@ https://example.org/x.whl"),
        ("PyPI", "=>1.0"),
        ("PyPI", "~=1"),
        ("PyPI", ">=1.0 or so"),
        ("crates.io", "latest"),
        ("Julia", "latest"),
        ("RubyGems", "!"),
        ("RubyGems", "~> x"),
        ("RubyGems", ">> 1.0"),
        ("CocoaPods", "from `../x`"),
        ("Terraform", "latest"),
        ("Terraform", "~> x"),
        ("Hex", "~> 1.0 but >= 2"),
        ("Pub", "~> 1.0"),
        ("Pub", "git"),
        ("NuGet", "[1.0,2.0"),
        ("NuGet", "[x y,2.0)"),
        ("NuGet", "(1.0)"),
        ("Maven", "${version}"),
        ("Maven", "[1.0,2.0)x"),
        ("Packagist", "dev-main"),
        ("Packagist", "dev-main as 1.0.0"),
        ("Packagist", "self.version"),
        ("Packagist", "^x"),
        ("Packagist", "^1.2-x"),
        ("Packagist", "1.0 - x"),
        ("Packagist", "1.0 ||"),
        ("CRAN", "1.0 and later"),
        ("Hackage", "-any"),
        ("Hackage", "==x.*"),
        ("Conda", "1.2.*.3"),
        ("Conda", "~=1.2"),
        ("Go", "latest"),
        ("ConanCenter", "[>1, loose]"),
        ("ConanCenter", "[~x]"),
        ("ConanCenter", "[^0]"),
        ("ConanCenter", "[>=]"),
        ("ConanCenter", "[!1]"),
        ("GitHub Actions", "v4"),
        ("Nowhere", "1.0"),
        ("RubyGems", ""),
    ],
)
def test_what_is_no_range_is_unknown(ecosystem: str, constraint: str) -> None:
    assert admits(ecosystem, constraint, "1.2.3") is UNKNOWN


@pytest.mark.parametrize(
    "constraint",
    [
        ">=" * 400,
        "^1.0 || " * 120,
        "1." * 500,
        "(" * 1000,
        "[" * 1000,
        "1 - " * 250,
        ",".join("1" * 500),
        "x" * 2000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_constraints_are_read_or_refused(constraint: str) -> None:
    for ecosystem in ECOSYSTEMS:
        assert admits(ecosystem, constraint, "1.0.0") in Admits
        assert admits(ecosystem, "1.0.0", constraint) is not YES
