"""Fixed random pairs of policies: the engine and the evaluator agree on all (more: ``python -m bench``)."""

from __future__ import annotations

import pytest

from pregate.iam.reasoning import Result
from tests.examples import examples
from tests.iam.reasoning.differential import run

pytestmark = [pytest.mark.oracle, pytest.mark.long]

PAIRS = 700
SEEDS = [20261, 20262, 20263]


@pytest.mark.parametrize("seed", SEEDS[: examples(1, 3)])
def test_no_answer_is_contradicted(seed: int) -> None:
    tally = run(examples(300, PAIRS), seed)
    assert not tally.wrong, "\n".join(tally.wrong[:3])
    for question in ("new", "granted"):
        assert tally.share(question, Result.UNKNOWN) < 0.05, tally.doubts
        assert tally.share(question, Result.PASS) > 0.2
        assert tally.share(question, Result.FAIL) > 0.2
    assert tally.share("public", Result.FAIL) > 0.05
    # The requests are good enough: without the engine they would show most of what it shows.
    failed = sum(count for name, count in tally.results.items() if name.endswith(Result.FAIL))
    assert tally.found > 0.7 * failed
