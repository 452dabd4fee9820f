from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pregate.engine.numbers import Numbers

STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=30)


@given(STEPS)
def test_it_is_a_set_in_order(steps: list[tuple[bool, int]]) -> None:
    ours, plain = Numbers(), set[int]()
    for is_added, number in steps:
        (ours.add if is_added else ours.discard)(number)
        (plain.add if is_added else plain.discard)(number)
    assert list(ours) == sorted(plain)
    assert len(ours) == len(plain)
    assert [n for n in range(50) if n in ours] == sorted(plain)
