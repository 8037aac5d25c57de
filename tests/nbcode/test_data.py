"""Truth tables, gates and blobs."""

import operator

import numpy as np
import pytest

from nbcode.data import GATES, blobs, truth_table
from nbcode.train import perceptron


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_truth_table_counts_in_binary(n):
    table = truth_table(n)
    assert table.shape == (2**n, n)
    assert table.dtype == np.float64
    assert ["".join(str(int(x)) for x in row) for row in table] == [f"{i:0{n}b}" for i in range(2**n)]


@pytest.mark.parametrize("n", [0, -1, 21, 2.0, "2", None])
def test_truth_table_bad_input(n):
    with pytest.raises(ValueError, match="^n: expected a whole number from 1 to 20, got"):
        truth_table(n)


def test_gates():
    meaning = {"AND": operator.and_, "OR": operator.or_, "XOR": operator.xor}
    for name, gate in meaning.items():
        assert GATES[name] == tuple(gate(int(a), int(b)) for a, b in truth_table(2))
        opposite = {"AND": "NAND", "OR": "NOR", "XOR": "XNOR"}[name]
        assert GATES[opposite] == tuple(1 - y for y in GATES[name])
    assert len(GATES) == 6


def test_blobs():
    X, y = blobs()
    assert X.shape == (20, 2)
    assert y.shape == (20,)
    assert X.min() >= -0.4
    assert X.max() <= 1.4
    assert np.bincount(y).tolist() == [10, 10]
    assert perceptron(X, y).converged


def test_blobs_are_the_same_for_the_same_seed():
    assert np.array_equal(blobs(rng=3)[0], blobs(rng=np.random.default_rng(3))[0])
    assert not np.array_equal(blobs(rng=3)[0], blobs(rng=4)[0])


def test_blobs_sit_around_their_centers():
    X, y = blobs(20_000, centers=((-1, 2), (3, 4)), spread=0.5)
    np.testing.assert_allclose([X[y == 0].mean(axis=0), X[y == 1].mean(axis=0)], [(-1, 2), (3, 4)], atol=0.03)
    np.testing.assert_allclose(X[y == 0].std(axis=0), 0.5, atol=0.02)
    assert blobs(3, spread=0)[0].tolist() == [[0.2, 0.2], [0.8, 0.8], [0.2, 0.2]]


@pytest.mark.parametrize(("arguments", "message"), [
    ({"n": 1}, "^n: expected a whole number at least 2, got 1"),
    ({"n": 2.5}, "^n: expected a whole number at least 2, got 2.5"),
    ({"centers": (0, 1)}, r"^centers: expected shape \(2, 2\), got \(2,\)"),
    ({"centers": ((0, np.nan), (1, 1))}, "^centers: expected finite numbers, got nan"),
    ({"spread": -1}, "^spread: expected one number that is not negative, got -1"),
    ({"spread": [1, 2]}, "^spread: expected one number"),
])
def test_blobs_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        blobs(**arguments)
