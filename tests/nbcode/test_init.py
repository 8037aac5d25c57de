"""Initialization: moments and bounds against torch.nn.init's formulas, orthogonality, bad input."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nbcode import init
from nbcode.module import Parameter

RANDOM = [
    init.uniform_,
    init.normal_,
    init.xavier_uniform_,
    init.xavier_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
    init.orthogonal_,
]
SHAPES = [(200, 300), (64, 16, 5, 3)]
# For each function: its options, and the standard deviation that torch.nn.init draws with.
FANS = torch.nn.init._calculate_fan_in_and_fan_out
XAVIER = [{}, {"gain": 2.5}]
KAIMING = [
    {},
    {"a": math.sqrt(5)},
    {"mode": "fan_out"},
    {"nonlinearity": "relu"},
    {"nonlinearity": "tanh", "mode": "fan_out"},
]
CASES = [("xavier", options) for options in XAVIER] + [("kaiming", options) for options in KAIMING]


def std_of_torch(kind, shape, options):
    fan_in, fan_out = FANS(torch.empty(shape))
    if kind == "xavier":
        return options.get("gain", 1) * math.sqrt(2 / (fan_in + fan_out))
    gain = torch.nn.init.calculate_gain(options.get("nonlinearity", "leaky_relu"), options.get("a", 0))
    return gain / math.sqrt(fan_out if options.get("mode") == "fan_out" else fan_in)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("kind", "options"), CASES)
@pytest.mark.parametrize("shape_of_curve", ["normal_", "uniform_"])
def test_moments(kind, options, shape, shape_of_curve):
    name = f"{kind}_{shape_of_curve}"
    std = std_of_torch(kind, shape, options)
    ours = getattr(init, name)(np.empty(shape), **options, rng=1)
    theirs = torch.empty(shape, dtype=torch.float64)
    getattr(torch.nn.init, name)(theirs, **options, generator=torch.Generator().manual_seed(1))
    for w in (ours, theirs.numpy()):
        assert abs(w.mean()) < 5 * std / math.sqrt(w.size)
        assert w.std() == pytest.approx(std, rel=0.02)
        if shape_of_curve == "uniform_":
            assert 0.999 < np.abs(w).max() / (math.sqrt(3) * std) <= 1
        else:
            assert np.mean(np.abs(w) < std) == pytest.approx(math.erf(1 / math.sqrt(2)), abs=0.015)


def test_plain_uniform_and_normal():
    w = init.uniform_(np.empty(100_000), -1, 3, rng=0)
    assert w.min() >= -1 and w.max() < 3
    assert w.mean() == pytest.approx(1, abs=0.02)
    assert w.std() == pytest.approx(4 / math.sqrt(12), rel=0.01)
    w = init.normal_(np.empty(100_000), 2, 0.5, rng=0)
    assert w.mean() == pytest.approx(2, abs=0.01)
    assert w.std() == pytest.approx(0.5, rel=0.01)
    w = init.uniform_(np.empty(1000), rng=0)
    assert 0 <= w.min() < 0.01 and 0.99 < w.max() < 1


def test_constants():
    p = Parameter(np.ones((2, 3), np.float32))
    assert init.zeros_(p) is p and not p.data.any()
    assert init.ones_(p).data.sum() == 6
    assert init.constant_(p, 0.25).data.tolist() == [[0.25] * 3] * 2
    assert p.data.dtype == np.float32


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shape=st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple), gain=st.sampled_from([1.0, 0.5, 3.0]))
def test_orthogonal(shape, gain):
    W = init.orthogonal_(np.empty(shape), gain, rng=0).reshape(shape[0], -1)
    product = W @ W.T if W.shape[0] <= W.shape[1] else W.T @ W
    np.testing.assert_allclose(product, gain**2 * np.eye(len(product)), rtol=0, atol=1e-12)


def test_orthogonal_prefers_no_sign():
    signs = [np.sign(init.orthogonal_(np.empty((3, 3)), rng=seed)) for seed in range(400)]
    assert np.abs(np.mean(signs, axis=0)).max() < 5 / math.sqrt(400)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shape=st.lists(st.integers(1, 9), min_size=2, max_size=5).map(tuple))
def test_fans_like_torch(shape):
    assert init.fans(shape) == FANS(torch.empty(shape))


@pytest.mark.parametrize("name", ["linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
@pytest.mark.parametrize("param", [None, 0, 0.2])
def test_gain_like_torch(name, param):
    assert init.calculate_gain(name, param) == pytest.approx(torch.nn.init.calculate_gain(name, param), rel=1e-15)


@pytest.mark.parametrize("fill", RANDOM)
def test_in_place_by_seed_and_dtype(fill):
    p, array = Parameter(np.zeros((3, 4), np.float32)), np.zeros((3, 4), np.float32)
    data = p.data
    assert fill(p, rng=7) is p and p.data is data and data.dtype == np.float32
    assert fill(array, rng=np.random.default_rng(7)) is array
    np.testing.assert_array_equal(p.data, array)
    assert np.any(fill(array, rng=8) != p.data)
    rng = np.random.default_rng(7)
    fill(array, rng=rng)
    assert np.any(fill(array.copy(), rng=rng) != array)


@pytest.mark.parametrize("fill", [*RANDOM, init.zeros_, init.ones_])
@pytest.mark.parametrize("tensor", [[1.0, 2.0], np.zeros((2, 2), int), None])
def test_bad_tensor(fill, tensor):
    with pytest.raises(ValueError, match="^tensor: expected a Parameter or an array of floats, got "):
        fill(tensor)


@pytest.mark.parametrize("fill", RANDOM[2:])
def test_weights_have_two_axes(fill):
    with pytest.raises(ValueError, match=r"^shape: expected a weight's, at least \(out, in\), got \(3,\)"):
        fill(np.empty(3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: init.constant_(w, np.nan), "^val: expected one finite number, got nan"),
        (lambda w: init.constant_(w, [1, 2]), r"^val: expected one finite number, got \[1, 2\]"),
        (lambda w: init.uniform_(w, 1, 0), "^a, b: expected a ≤ b, got 1.0 and 0.0"),
        (lambda w: init.uniform_(w, b=np.inf), "^b: expected one finite number, got inf"),
        (lambda w: init.normal_(w, std=-1), "^std: expected a number of at least 0, got -1"),
        (lambda w: init.normal_(w, mean="x"), "^mean: expected numbers, got str"),
        (lambda w: init.xavier_normal_(w, gain=-1), "^gain: expected a number of at least 0, got -1"),
        (lambda w: init.xavier_uniform_(w, gain=-1), "^gain: expected a number of at least 0, got -1"),
        (lambda w: init.orthogonal_(w, gain=np.inf), "^gain: expected one finite number, got inf"),
        (lambda w: init.kaiming_normal_(w, mode="fan"), "^mode: expected one of fan_in, fan_out, got 'fan'"),
        (lambda w: init.kaiming_uniform_(w, nonlinearity="gelu"), "^nonlinearity: expected one of linear,.*gelu"),
        (lambda w: init.kaiming_uniform_(w, a="x"), "^param: expected numbers, got str"),
    ],
)
def test_bad_options(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.empty((2, 3)))
