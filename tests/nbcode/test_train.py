"""Rosenblatt's rule: by hand, against PyTorch, and where it must fail."""

import dataclasses

import numpy as np
import pytest
import torch

from nbcode.activations import step
from nbcode.data import GATES, blobs, truth_table
from nbcode.layers import linear
from nbcode.train import perceptron


def test_and_by_hand():
    run = perceptron(truth_table(2), GATES["AND"], epochs=2)
    assert [(i, w.tolist(), b) for i, w, b in run.steps] == [
        (0, [0, 0], -1), (3, [1, 1], 0),  # the first epoch: a false alarm at the tie, then a miss
        (0, [1, 1], -1), (1, [1, 0], -2), (3, [2, 1], -1),
    ]
    assert run.mistakes == [2, 3]
    assert not run.converged


@pytest.mark.parametrize("lr", [1.0, 0.25])
@pytest.mark.parametrize("gate", ["AND", "OR", "NAND", "NOR"])
def test_gates_converge(gate, lr):
    run = perceptron(truth_table(2), GATES[gate], lr=lr)
    assert run.converged
    assert run.mistakes[-1] == 0
    assert all(run.mistakes[:-1])
    assert sum(run.mistakes) == len(run.steps)
    assert tuple(step(linear(truth_table(2), run.weight, run.bias))) == GATES[gate]
    np.testing.assert_array_equal(run.weight, run.steps[-1].weight)
    assert run.bias == run.steps[-1].bias


@pytest.mark.parametrize("gate", ["XOR", "XNOR"])
def test_xor_never_converges(gate):
    run = perceptron(truth_table(2), GATES[gate], epochs=50)
    assert not run.converged
    assert len(run.mistakes) == 50
    assert min(run.mistakes) > 0


def test_like_a_loop_in_torch():
    X, y = blobs(centers=((0.25, 0.6), (0.7, 0.8)), spread=0.17)
    run = perceptron(X, y, lr=0.5)
    w, b = torch.zeros(2, dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    one, trail = torch.ones((), dtype=torch.float64), []
    for _ in run.mistakes:
        for i, (x, t) in enumerate(zip(torch.tensor(X), torch.tensor(y), strict=True)):
            error = t - torch.heaviside(torch.nn.functional.linear(x, w, b), one)
            if error != 0:
                w, b = w + 0.5 * error * x, b + 0.5 * error
                trail.append((i, *w.tolist(), b.item()))
    ours = [(i, *w, b) for i, w, b in run.steps]
    assert len(trail) > 20
    np.testing.assert_allclose(ours, trail, rtol=0, atol=1e-12)


def test_steps_keep_their_own_weights():
    run = perceptron(truth_table(2), GATES["AND"])
    assert len({tuple(step.weight) for step in run.steps}) > 2


def test_run_is_frozen_and_short():
    run = perceptron(truth_table(2), GATES["OR"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.bias = 0
    assert "steps" not in repr(run)


def test_float32_stays():
    assert perceptron(truth_table(2).astype(np.float32), GATES["OR"]).weight.dtype == np.float32


def test_examples_are_left_alone():
    X, y = blobs()
    before = X.copy()
    perceptron(X, y)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(("arguments", "message"), [
    (([1, 2], [0, 1]), r"^X: expected shape \(N, in\).* got \(2,\)"),
    ((np.ones((0, 2)), []), r"^X: .* at least one example, got \(0, 2\)"),
    (([[1, 2]], [0, 1]), r"^y: expected shape \(1,\), .* got \(2,\)"),
    (([[1, 2]], [2]), "^y: expected only 0 and 1, got 2"),
    (([[1, 2]], [-1]), "^y: expected only 0 and 1, got -1"),
    (([[1, np.nan]], [1]), "^X: expected finite numbers, got nan"),
    (([[1, np.inf]], [1]), "^X: expected finite numbers, got inf"),
    (([[1, 2]], [np.nan]), "^y: expected finite numbers, got nan"),
    (([[1, 2]], [1], 0), "^epochs: expected a whole number at least 1, got 0"),
    (([[1, 2]], [1], 1.5), "^epochs: expected a whole number at least 1, got 1.5"),
    (([[1, 2]], [1], 1, 0), "^lr: expected a number above 0, got 0"),
    (([[1, 2]], [1], 1, -0.1), "^lr: expected a number above 0, got -0.1"),
    (([[1, 2]], [1], 1, np.nan), "^lr: expected finite numbers, got nan"),
    (("ab", [1]), "^X: expected numbers, got str"),
])
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        perceptron(*arguments)
