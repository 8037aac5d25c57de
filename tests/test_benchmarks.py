"""What is timed against each other computes the same, and the records are whole. How fast it is, no test asks."""

import json

import numpy as np
import pytest

from benchmarks import RECORDED, layer
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


@pytest.mark.parametrize("batch", layer.BATCHES)
def test_all_ways_compute_the_same_layer(batch):
    first, *others = layer.outputs(batch).values()
    assert first.shape == (batch, layer.OUTPUTS)
    for other in others:
        np.testing.assert_allclose(other, first, atol=1e-3)


def test_the_record_holds_every_way():
    recorded = json.loads((RECORDED / "layer.json").read_text(encoding="utf-8"))
    assert recorded["title"] == layer.title
    assert recorded["environment"].keys() == {"processor", "python", "numpy", "torch"}
    names = [row["way"] for row in recorded["rows"]]
    assert names == [name for name in layer.WAYS if not name.endswith("GPU") or name in names]
    for row in recorded["rows"]:
        assert all(row[f"µs, batch of {n}"] > 0 for n in layer.BATCHES)
