"""linear against PyTorch, and wrong shapes."""

import numpy as np
import pytest
import torch

from nbcode.layers import linear


@pytest.mark.parametrize(("dtype", "tol"), [(np.float64, 1e-12), (np.float32, 1e-6)])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("weight", [(3,), (1, 3), (4, 3)])
@pytest.mark.parametrize("batch", [(), (1,), (5,), (2, 5), (0,)])
def test_like_torch(batch, weight, bias, dtype, tol):
    rng = np.random.default_rng(0)
    x, w, b = (rng.standard_normal(shape).astype(dtype) for shape in ((*batch, 3), weight, weight[:-1]))
    b = np.asarray(b, dtype) if bias else None
    ours = linear(x, w, b)
    # PyTorch refuses a bias for a batch when the weight is one neuron, so it is added afterwards.
    theirs = torch.nn.functional.linear(torch.from_numpy(x), torch.from_numpy(w))
    theirs = theirs if b is None else theirs + torch.from_numpy(b)
    assert ours.dtype == dtype
    assert ours.shape == tuple(theirs.shape)
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=tol)


def test_bias_like_torch():
    x, w, b = torch.randn(3, 5, 2), torch.randn(4, 2), torch.randn(4)
    np.testing.assert_allclose(linear(x, w, b), torch.nn.functional.linear(x, w, b), rtol=0, atol=1e-6)


def test_by_hand():
    assert linear([1, 2], [[3, 4], [5, 6]], [100, 200]).tolist() == [111, 217]
    assert linear([0, 1, 1], [6, 2, 2], -4) == 0


def test_plain_numbers_take_the_dtype_of_the_input():
    assert linear(np.ones(2, np.float32), [1, 2], 0.5).dtype == np.float32


@pytest.mark.parametrize(("arguments", "message"), [
    (([1, 2], [1, 2, 3]), r"^input: expected shape \(\.\.\., 3\).* got \(2,\)"),
    ((1.0, [1.0]), r"^input: expected shape \(\.\.\., 1\).* got \(\)"),
    (([1, 2], 3.0), r"^weight: expected shape \(in,\) or \(out, in\), got \(\)"),
    (([1, 2], np.ones((2, 2, 2))), r"^weight: expected shape .* got \(2, 2, 2\)"),
    (([1, 2], [1, 2], [0, 0]), r"^bias: expected shape \(\), one for each neuron, got \(2,\)"),
    (([1, 2], [[1, 2]] * 3, 0.5), r"^bias: expected shape \(3,\), one for each neuron, got \(\)"),
    (([1, 2], [[1, 2]] * 3, [1, 2]), r"^bias: expected shape \(3,\), one for each neuron, got \(2,\)"),
    (("ab", [1, 2]), "^input: expected numbers, got str"),
    (([1, 2], None), "^weight: expected numbers, got NoneType"),
    (([1, 2], [1, 2], "0"), "^bias: expected numbers, got str"),
])
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        linear(*arguments)
