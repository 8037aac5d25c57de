"""step and sigmoid against PyTorch, and at the edges."""

import math
import warnings

import numpy as np
import pytest
import torch

from nbcode.activations import sigmoid, step

THEIRS = {step: lambda z: torch.heaviside(z, torch.ones((), dtype=z.dtype)), sigmoid: torch.sigmoid}
BOTH = pytest.mark.parametrize("ours", [step, sigmoid])
EDGES = [-np.inf, -1000, -745.2, -100, -88, -1, -1e-300, -0.0, 0, 1e-300, 1, 100, 1000, np.inf, np.nan]


@BOTH
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-6)])
def test_like_torch(ours, dtype, rtol):
    normal = np.finfo(dtype).tiny
    z = np.concatenate([np.linspace(-50, 50, 10001), EDGES]).astype(dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours_z = ours(z)
    theirs_z = THEIRS[ours](torch.from_numpy(z)).numpy()
    assert ours_z.dtype == dtype
    np.testing.assert_allclose(ours_z, theirs_z, rtol=rtol, atol=normal)


@BOTH
@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 3), (2, 1, 4)])
def test_shapes(ours, shape):
    assert np.shape(ours(np.ones(shape))) == shape


@BOTH
def test_numbers_and_lists(ours):
    assert ours(0.25) == ours(np.array([0.25]))[0]
    assert ours([1, 2]).dtype == np.float64
    assert ours(np.array([1, 2])).dtype == np.float64
    assert ours(np.float32(0.5)).dtype == np.float32


def test_a_tie_fires():
    assert step(0.0) == 1
    assert step(-0.0) == 1
    assert step(-5e-324) == 0


def test_nan():
    assert step(np.nan) == 0
    assert math.isnan(sigmoid(np.nan))


def test_sigmoid_by_hand():
    assert sigmoid(0.0) == 0.5
    assert sigmoid(math.log(3)) == pytest.approx(0.75, abs=1e-15)
    assert sigmoid(-40.0) == pytest.approx(math.exp(-40), rel=1e-15)


@BOTH
def test_input_is_left_alone(ours):
    z = np.array([-1.0, 0.0, 1.0])
    ours(z)
    assert z.tolist() == [-1.0, 0.0, 1.0]


@BOTH
@pytest.mark.parametrize("z", [None, "1", [[1, 2], [3]], [10**400], 1j, object()])
def test_bad_input(ours, z):
    with pytest.raises(ValueError, match="^z: expected numbers, got "):
        ours(z)
