"""The recorded benchmarks are of the code that is there."""

import json

import numpy as np
import pytest

from benchmarks import RECORDED, layer


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
