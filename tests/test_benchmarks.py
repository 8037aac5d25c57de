"""What is timed against each other computes the same. How fast it is, no test asks: `make bench` tells."""

import pytest

from benchmarks.nbcode_speed import CASES, Side, check_agreement


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_both_sides_compute_the_same(case):
    ours, theirs = case.make()
    check_agreement(ours, theirs)
    assert len(ours.numbers()) > 1


@pytest.mark.parametrize("theirs", [[1.0, 2.001], [1.0, float("nan")], [[1.0, 2.0]]])
def test_sides_that_differ_are_not_timed(theirs):
    with pytest.raises(AssertionError, match="do not compute the same"):
        check_agreement(Side(int, lambda: [[1.0, 2.0]]), Side(int, lambda: [theirs]))
