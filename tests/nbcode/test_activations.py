"""Every activation against PyTorch, forward and backward, and at the edges."""

import inspect
import math
import warnings
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from nbcode import activations
from nbcode.activations import (
    ELU,
    GELU,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    elu,
    elu_grad,
    gelu,
    gelu_grad,
    leaky_relu,
    leaky_relu_grad,
    log_softmax,
    log_softmax_backward,
    logsumexp,
    prelu,
    prelu_grad,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    silu,
    silu_grad,
    softmax,
    softmax_backward,
    softplus,
    softplus_grad,
    step,
    tanh,
    tanh_grad,
)

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


# Each activation: ours, its derivative, its layer, PyTorch's function and layer, and options to try.
NUMBER = st.floats(-2, 2).map(lambda x: round(x, 3))
FAMILIES = {
    "sigmoid": (sigmoid, sigmoid_grad, Sigmoid, torch.sigmoid, torch.nn.Sigmoid, {}),
    "tanh": (tanh, tanh_grad, Tanh, torch.tanh, torch.nn.Tanh, {}),
    "relu": (relu, relu_grad, ReLU, torch.relu, torch.nn.ReLU, {}),
    "leaky_relu": (
        *(leaky_relu, leaky_relu_grad, LeakyReLU, F.leaky_relu, torch.nn.LeakyReLU),
        {"negative_slope": NUMBER},
    ),
    "elu": (elu, elu_grad, ELU, F.elu, torch.nn.ELU, {"alpha": NUMBER}),
    "softplus": (
        *(softplus, softplus_grad, Softplus),
        *(partial(kind, threshold=40) for kind in (F.softplus, torch.nn.Softplus)),  # exact, unlike their 20
        {},
    ),
    "gelu": (gelu, gelu_grad, GELU, F.gelu, torch.nn.GELU, {"approximate": st.sampled_from(["none", "tanh"])}),
    "silu": (silu, silu_grad, SiLU, F.silu, torch.nn.SiLU, {}),
}
EVERY = pytest.mark.parametrize("family", FAMILIES)
OPTIONS = {name: st.fixed_dictionaries({}, optional=family[5]) for name, family in FAMILIES.items()}
SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)
FILLED = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)  # no empty axis
DTYPES = st.sampled_from([np.float64, np.float32])
SEEDS = st.integers(0, 2**32 - 1)
drawn = settings(max_examples=40, deadline=None, derandomize=True)


def numbers(seed, shape, dtype, scale=3.0):
    """Return random numbers, about a tenth of them 0, so that kinks are met."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.standard_normal(shape) * scale * (rng.random(shape) > 0.1), dtype)


def torch_backward(f, z, grad):
    """Return what PyTorch computes, and the gradient of its input."""
    leaf = torch.tensor(z, requires_grad=True)
    out = f(leaf)
    out.backward(torch.tensor(grad))
    return out.detach().numpy(), leaf.grad.numpy()


def close(ours, theirs, dtype):
    """Hold two arrays to 1e-10, or in float32 to 1e-5, of the largest entry."""
    assert np.asarray(ours).dtype == dtype
    assert np.shape(ours) == np.shape(theirs)
    scale = max(1, np.abs(theirs).max(initial=0, where=np.isfinite(theirs)))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=scale * (1e-10 if dtype == np.float64 else 1e-5))


@EVERY
@drawn
@given(data=st.data(), shape=SHAPES, dtype=DTYPES, seed=SEEDS, scale=st.sampled_from([0.1, 3.0, 300.0]))
def test_elementwise_like_torch(family, data, shape, dtype, seed, scale):
    f, f_grad, layer_class, their_f, their_class, _ = FAMILIES[family]
    options = data.draw(OPTIONS[family])
    z, g = numbers(seed, shape, dtype, scale), numbers(seed + 1, shape, dtype)
    theirs, their_grad = torch_backward(lambda x: their_f(x, **options), z, g)
    close(f(z, **options), theirs, dtype)
    close(g * f_grad(z, **options), their_grad, dtype)
    theirs, their_grad = torch_backward(their_class(**options), z, g)
    layer = layer_class(**options)
    close(layer(z), theirs, dtype)
    close(layer.backward(g), their_grad, dtype)


@EVERY
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_extremes_do_not_overflow(family, dtype):
    f, f_grad, _, their_f, _, _ = FAMILIES[family]
    z = np.array([-1000, -100, -20.5, -1e-30, -0.0, 0, 1e-30, 20.5, 100, 1000, np.nan], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours, our_grad = f(z), f_grad(z)
    theirs, their_grad = torch_backward(their_f, z, np.ones_like(z))
    close(ours, theirs, dtype)
    close(our_grad, their_grad, dtype)


@EVERY
def test_defaults_are_torchs(family):
    *_, their_class, options = FAMILIES[family]
    theirs = inspect.signature(their_class).parameters
    for ours in (FAMILIES[family][0], FAMILIES[family][1], FAMILIES[family][2]):
        signature = inspect.signature(ours).parameters
        assert [name for name in signature if name != "z"] == list(options)
        assert all(signature[name].default == theirs[name].default for name in options)


@EVERY
def test_derivative_by_finite_differences(family):
    f, f_grad = FAMILIES[family][:2]
    z, h = np.array([-3.1, -1.2, -0.3, 0.4, 1.5, 2.6]), 1e-5
    np.testing.assert_allclose(f_grad(z), (f(z + h) - f(z - h)) / (2 * h), rtol=0, atol=1e-9)


@EVERY
def test_numbers_lists_and_input_left_alone(family):
    f, f_grad, layer_class, *_ = FAMILIES[family]
    for function in (f, f_grad):
        assert function(0.25) == pytest.approx(function(np.array([0.25]))[0], rel=1e-15)
        assert function([1, 2]).dtype == np.float64
        assert np.asarray(function(np.float32(0.5))).dtype == np.float32
    z, g = np.array([-1.0, 0.0, 1.0]), np.array([1.0, 2.0, 3.0])
    layer = layer_class()
    layer(z)
    layer.backward(g)
    assert z.tolist() == [-1, 0, 1]
    assert g.tolist() == [1, 2, 3]
    assert layer.backward([1, 2, 3]).shape == (3,)
    assert list(layer.parameters()) == []


@drawn
@given(
    channels=st.integers(1, 4),
    batch=st.integers(0, 3),
    rest=st.lists(st.integers(1, 3), max_size=2),
    shared=st.booleans(),
    dtype=DTYPES,
    seed=SEEDS,
)
def test_prelu_like_torch(channels, batch, rest, shared, dtype, seed):
    shape, count = (batch, channels, *rest), 1 if shared else channels
    z, g, slopes = numbers(seed, shape, dtype), numbers(seed + 1, shape, dtype), numbers(seed + 2, count, dtype)
    theirs = torch.nn.PReLU(count, dtype=torch.float64 if dtype == np.float64 else torch.float32)
    theirs.weight.data = torch.tensor(slopes)
    their_out, their_grad = torch_backward(theirs, z, g)
    layer = PReLU(count, dtype=dtype)
    layer.weight.data[:] = slopes
    close(layer(z), their_out, dtype)
    close(layer.backward(g), their_grad, dtype)
    close(layer.weight.grad, theirs.weight.grad.numpy(), dtype)
    close(prelu(z, slopes), their_out, dtype)
    close(g * prelu_grad(z, slopes), their_grad, dtype)
    before = layer.weight.grad.copy()
    layer.backward(g)
    np.testing.assert_array_equal(layer.weight.grad, 2 * before)


def test_prelu_keeps_the_dtype_of_its_input():
    layer = PReLU(2)
    assert layer.weight.data.dtype == np.float64
    assert layer.weight.data.tolist() == [0.25, 0.25]
    assert layer(np.ones((3, 2), np.float32)).dtype == np.float32
    assert layer.backward(np.ones((3, 2))).dtype == np.float32
    assert PReLU(dtype=np.float32).weight.data.dtype == np.float32
    assert PReLU(init=-1)(-3.0) == 3
    assert list(PReLU().state_dict()) == list(torch.nn.PReLU().state_dict()) == ["weight"]


@pytest.mark.parametrize("layer", [PReLU(), PReLU(1, 0.5)])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4)])
def test_one_slope_for_any_shape(layer, shape):
    z = -np.ones(shape)
    assert layer(z).shape == shape
    assert layer.backward(np.ones(shape)).shape == shape


@pytest.mark.parametrize(
    ("ours", "their_f", "backward", "layer_class", "their_class"),
    [
        (softmax, torch.softmax, softmax_backward, Softmax, torch.nn.Softmax),
        (log_softmax, torch.log_softmax, log_softmax_backward, LogSoftmax, torch.nn.LogSoftmax),
    ],
)
@drawn
@given(data=st.data(), shape=FILLED, dtype=DTYPES, seed=SEEDS, scale=st.sampled_from([0.1, 3.0, 1e4]))
def test_softmax_like_torch(ours, their_f, backward, layer_class, their_class, data, shape, dtype, seed, scale):
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    z, g = numbers(seed, shape, dtype, scale), numbers(seed + 1, shape, dtype)
    theirs, their_grad = torch_backward(lambda x: their_f(x, dim), z, g)
    out = ours(z, dim)
    close(out, theirs, dtype)
    close(backward(g, out, dim), their_grad, dtype)
    theirs, their_grad = torch_backward(their_class(dim), z, g)
    layer = layer_class(dim)
    close(layer(z), theirs, dtype)
    close(layer.backward(g), their_grad, dtype)


@drawn
@given(data=st.data(), shape=FILLED, dtype=DTYPES, seed=SEEDS, keepdim=st.booleans())
def test_logsumexp_like_torch(data, shape, dtype, seed, keepdim):
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    z = numbers(seed, shape, dtype, 1000.0)
    close(logsumexp(z, dim, keepdim), torch.logsumexp(torch.from_numpy(z), dim, keepdim).numpy(), dtype)


def test_torch_leaves_out_a_little_of_softplus_above_its_threshold():
    z = np.linspace(-50, 50, 10001)
    missing = softplus(z) - F.softplus(torch.from_numpy(z)).numpy()
    assert 2.0e-9 < missing.max() < 2.1e-9
    assert missing.min() > -1e-14


def test_softmax_by_hand():
    np.testing.assert_allclose(softmax(np.log([1, 2, 5])), [0.125, 0.25, 0.625], rtol=1e-15)
    np.testing.assert_allclose(log_softmax([0, math.log(3)]), [-math.log(4), math.log(0.75)], rtol=1e-14)
    assert logsumexp([0.0, 0.0]) == math.log(2)
    p = np.array([0.2, 0.3, 0.5])
    jacobian = np.diag(p) - np.outer(p, p)
    np.testing.assert_allclose([softmax_backward(g, p) for g in np.eye(3)], jacobian, rtol=0, atol=1e-16)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_softmax_extremes(dtype):
    z = np.array([[1000, -1000, 0], [-1e4, 1e4, 1e4], [-1e30, -1e30, -1e30], [0, -np.inf, 0], [0, np.nan, 0]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for ours, theirs in ((softmax, torch.softmax), (log_softmax, torch.log_softmax), (logsumexp, torch.logsumexp)):
            close(ours(z, 1), theirs(torch.from_numpy(z), 1).numpy(), dtype)
        infinite = np.array([[-np.inf, -np.inf], [np.inf, 0]], dtype)
        assert logsumexp(infinite).tolist() == [-np.inf, np.inf]


def test_softmax_without_examples_is_empty():
    assert softmax(np.zeros((0, 3))).shape == (0, 3)
    assert logsumexp(np.zeros((0, 3))).shape == (0,)


LAYERS = [Sigmoid, Tanh, ReLU, LeakyReLU, PReLU, ELU, Softplus, GELU, SiLU, Softmax, LogSoftmax]


@pytest.mark.parametrize("layer_class", LAYERS)
def test_contract_of_layers(layer_class):
    layer = layer_class()
    with pytest.raises(RuntimeError, match=f"^{layer_class.__name__}: backward needs a forward"):
        layer.backward(np.ones(3))
    with pytest.raises(ValueError, match="^input: expected numbers, got str"):
        layer("123")
    layer(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"^grad_output: expected shape \(2, 3\), that of the output, got \(3,\)"):
        layer.backward(np.ones(3))
    with pytest.raises(ValueError, match="^grad_output: expected numbers, got str"):
        layer.backward("123")


def test_layers_print_their_options():
    assert repr(LeakyReLU()) == "LeakyReLU(negative_slope=0.01)"
    assert repr(Softmax(dim=1)) == "Softmax(dim=1)"
    assert repr(PReLU(3)) == "PReLU(num_parameters=3)"
    assert repr(ReLU()) == "ReLU()"


UNARY = [family[i] for family in FAMILIES.values() for i in (0, 1)] + [softmax, log_softmax, logsumexp]


@pytest.mark.parametrize("ours", UNARY)
@pytest.mark.parametrize("z", [None, "1", [[1, 2], [3]], [10**400], 1j, object()])
def test_bad_numbers(ours, z):
    with pytest.raises(ValueError, match="^z: expected numbers, got "):
        ours(z)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: leaky_relu(1.0, [0.1, 0.2]), r"^negative_slope: expected one finite number, got \[0.1, 0.2\]"),
        (lambda: leaky_relu_grad(1.0, np.nan), "^negative_slope: expected one finite number, got nan"),
        (lambda: LeakyReLU("a"), "^negative_slope: expected numbers, got str"),
        (lambda: elu(1.0, np.inf), "^alpha: expected one finite number, got inf"),
        (lambda: ELU(None), "^alpha: expected numbers, got NoneType"),
        (lambda: gelu_grad(1.0, "exact"), '^approximate: expected "none" or "tanh", got \'exact\''),
        (lambda: GELU(True), "^approximate: .* got True"),
        (lambda: PReLU(0), "^num_parameters: expected a whole number at least 1, got 0"),
        (lambda: PReLU(init=np.nan), "^init: expected one finite number, got nan"),
        (lambda: PReLU(2)(np.ones((4, 3))), r"^weight: expected shape \(1,\) or \(3,\), got \(2,\)"),
        (lambda: prelu([1.0, 2.0], [0.1, 0.2]), r"^weight: expected shape \(1,\) or \(1,\), got \(2,\)"),
        (lambda: prelu_grad([1.0], [[0.1]]), r"^weight: expected shape .* got \(1, 1\)"),
        (lambda: softmax(1.0), r"^z: expected at least one axis, got shape \(\)"),
        (lambda: softmax(np.ones((2, 3)), 2), "^dim: expected a whole number from -2 to 1, got 2"),
        (lambda: log_softmax(np.ones(3), -2), "^dim: expected a whole number from -1 to 0, got -2"),
        (lambda: Softmax(1.5)(np.ones(3)), "^dim: expected a whole number from -1 to 0, got 1.5"),
        (lambda: LogSoftmax(3)(np.ones(3)), "^dim: .* got 3"),
        (lambda: logsumexp(np.ones((2, 0))), r"^z: expected at least one number along axis -1, got shape \(2, 0\)"),
        (lambda: softmax_backward([1.0], [0.5, 0.5]), r"^grad_output: expected shape \(2,\), .* got \(1,\)"),
        (lambda: log_softmax_backward([1.0, 2.0], "ab"), "^output: expected numbers, got str"),
    ],
)
def test_bad_options(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_everything_public_is_tested_here():
    public = {name for name in vars(activations) if not name.startswith("_")}
    ours = {name for name in public if getattr(vars(activations)[name], "__module__", "") == activations.__name__}
    assert ours <= set(globals())
