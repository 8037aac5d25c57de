"""Layers against PyTorch, forward and backward; switches, tables, and wrong shapes."""

import copy
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nbcode import layers
from nbcode.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    LayerNorm,
    Linear,
    MaxPool2d,
    Sequential,
    conv2d,
    linear,
)
from nbcode.module import Module
from nbcode.summary import Summary, count_parameters, summary

nn = torch.nn
DRAWN = settings(max_examples=40, deadline=None, derandomize=True)
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-5}
DTYPES = st.sampled_from([np.float64, np.float32])
SEEDS = st.integers(0, 2**32 - 1)


def close(ours, theirs, dtype):
    """Compare with a tensor, relative to its largest entry."""
    theirs = theirs.detach().numpy()
    assert ours.dtype == theirs.dtype == dtype
    assert ours.shape == theirs.shape
    scale = max(1, np.abs(theirs).max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE[dtype] * scale)


def same(ours, theirs, x, dtype, seed=0):
    """Run both forward and backward with the same parameters; compare all that comes out."""
    rng = np.random.default_rng(seed)
    theirs = theirs.to(torch.float64 if dtype == np.float64 else torch.float32)
    state = ours.state_dict()
    assert list(state) == list(theirs.state_dict())
    state = {k: rng.uniform(0.5, 1.5, v.shape).astype(dtype) if v.dtype == dtype else v for k, v in state.items()}
    ours.load_state_dict(state)
    theirs.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    x = np.asarray(x, dtype)
    xt = torch.from_numpy(x.copy()).requires_grad_()
    before = x.copy()
    out, out_t = ours(x), theirs(xt)
    close(out, out_t, dtype)
    g = rng.standard_normal(out.shape).astype(dtype)
    out_t.backward(torch.from_numpy(g))
    grad = ours.backward(g)
    close(grad, xt.grad, dtype)
    for (name, p), (name_t, p_t) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert name == name_t
        close(p.grad, p_t.grad, dtype)
    for name, value in ours.state_dict().items():
        np.testing.assert_allclose(value, theirs.state_dict()[name].numpy(), rtol=TOLERANCE[dtype] * 10, atol=0)
    np.testing.assert_array_equal(x, before)


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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
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
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        linear(*arguments)


@pytest.mark.parametrize("layer", [MaxPool2d(2), AvgPool2d(2), BatchNorm2d(1).eval(), AdaptiveAvgPool2d(1)])
def test_no_images_at_all(layer):
    output = layer(np.ones((0, 1, 4, 4)))
    assert len(output) == 0
    assert layer.backward(output).shape == (0, 1, 4, 4)


def test_the_gradient_of_a_maximum_goes_to_nan_if_that_won():
    images = np.array([[[[1, np.nan], [2, 3]]]])
    pool, theirs = MaxPool2d(2), torch.tensor(images, requires_grad=True)
    output = nn.MaxPool2d(2)(theirs)
    output.backward(torch.ones_like(output))
    np.testing.assert_array_equal(pool(images), output.detach())
    np.testing.assert_array_equal(pool.backward(np.ones((1, 1, 1, 1))), theirs.grad)


@pytest.mark.parametrize(
    ("layer", "shape"), [(BatchNorm1d(3, dtype="float32"), (4, 3)), (LayerNorm(3, dtype="float32"), 3)]
)
def test_whole_numbers_take_the_dtype_of_a_norm(layer, shape):
    assert layer(np.arange(np.prod(shape)).reshape(shape)).dtype == np.float32


def test_a_linear_layers_weight_and_gradient_lie_in_memory_alike():
    layer = Linear(3, 2)
    layer(np.ones((4, 3)))
    layer.backward(np.ones((4, 2)))
    assert layer.weight.data.flags.f_contiguous and layer.weight.grad.flags.f_contiguous
    assert layer.state_dict()["weight"].flags.c_contiguous


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_an_array():
    matrix = np.matrix([[1.0, 2.0], [3.0, 4.0]])
    assert type(linear(matrix, matrix)) is np.ndarray
    assert linear(matrix, matrix).tolist() == [[5, 11], [11, 25]]


@DRAWN
@given(
    batch=st.lists(st.integers(0, 4), max_size=2).map(tuple),
    features=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    bias=st.booleans(),
    dtype=DTYPES,
    seed=SEEDS,
)
def test_linear_layer(batch, features, bias, dtype, seed):
    x = np.random.default_rng(seed).standard_normal((*batch, features[0]))
    same(Linear(*features, bias, dtype=dtype), nn.Linear(*features, bias), x, dtype, seed)


@st.composite
def grids(draw, pooling=False):
    """Windows and images they fit into: odd sizes, nothing square, strides beyond the kernel."""
    pair = lambda low, high: draw(st.tuples(st.integers(low, high), st.integers(low, high)))  # noqa: E731
    kernel, stride = pair(1, 4), pair(1, 5)
    dilation = (1, 1) if pooling else pair(1, 3)
    padding = tuple(draw(st.integers(0, k // 2 if pooling else 3)) for k in kernel)
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = tuple(max(1, r - 2 * p) + draw(st.integers(0, 6)) for r, p in zip(reach, padding, strict=True))
    return kernel, stride, padding, dilation, size


@DRAWN
@given(
    grid=grids(),
    batch=st.integers(0, 3),
    groups=st.integers(1, 3),
    channels=st.tuples(st.integers(1, 2), st.integers(1, 3)),
    bias=st.booleans(),
    dtype=DTYPES,
    seed=SEEDS,
)
def test_conv2d(grid, batch, groups, channels, bias, dtype, seed):
    *options, size = grid
    ins, outs = (groups * c for c in channels)
    x = np.random.default_rng(seed).standard_normal((batch, ins, *size))
    ours = Conv2d(ins, outs, *options, groups, bias, rng=0, dtype=dtype)
    same(ours, nn.Conv2d(ins, outs, *options, groups, bias), x, dtype, seed)
    function = conv2d(x, ours.weight.data, ours.bias and ours.bias.data, *options[1:], groups)
    np.testing.assert_allclose(function, ours(x), rtol=0, atol=TOLERANCE[dtype] * 100)


def test_conv2d_takes_single_numbers():
    x = np.random.default_rng(0).standard_normal((1, 2, 9, 8))
    same(Conv2d(2, 4, 3, 2, 1, 2, 2), nn.Conv2d(2, 4, 3, 2, 1, 2, 2), x, np.float64)


@DRAWN
@given(grid=grids(pooling=True), batch=st.integers(1, 3), dtype=DTYPES, seed=SEEDS, few=st.booleans())
def test_max_pool(grid, batch, dtype, seed, few):
    kernel, stride, padding, _, size = grid
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((batch, 2, *size))
    x = np.round(x) if few else x  # many ties
    same(MaxPool2d(kernel, stride, padding), nn.MaxPool2d(kernel, stride, padding), x, dtype, seed)


def test_nan_wins_in_max_pool():
    pool = MaxPool2d(2)
    assert np.isnan(pool([[[[1, np.nan], [3, 4]]]])).all()
    assert pool.backward([[[[5.0]]]]).sum() == 5


@DRAWN
@given(grid=grids(pooling=True), batch=st.integers(1, 3), dtype=DTYPES, seed=SEEDS)
def test_avg_pool(grid, batch, dtype, seed):
    kernel, stride, padding, _, size = grid
    x = np.random.default_rng(seed).standard_normal((batch, 2, *size))
    same(AvgPool2d(kernel, stride, padding), nn.AvgPool2d(kernel, stride, padding), x, dtype, seed)


@pytest.mark.parametrize("name", ["MaxPool2d", "AvgPool2d"])
@pytest.mark.parametrize("size", [(4, 4), (5, 7), (1, 3)])
def test_pooling_defaults(name, size):
    if min(size) < 2:
        with pytest.raises(ValueError, match=r"^input: expected images of \(2, 2\) pixels or more"):
            getattr(layers, name)(2)(np.ones((1, 1, *size)))
        return
    x = np.random.default_rng(0).standard_normal((2, 3, *size))
    same(getattr(layers, name)(2), getattr(nn, name)(2), x, np.float64)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (3, 2, 5, 4)])
def test_adaptive_and_flatten(shape, dtype):
    x = np.random.default_rng(0).standard_normal(shape)
    same(AdaptiveAvgPool2d(1), nn.AdaptiveAvgPool2d(1), x, dtype)
    for start in range(4):
        same(Flatten(start), nn.Flatten(start), x, dtype)
    assert Flatten()(np.zeros((0, 2, 3))).shape == (0, 6)


SHAPES_1D = st.tuples(st.integers(2, 5), st.integers(1, 4)) | st.tuples(
    st.integers(1, 3), st.integers(1, 4), st.integers(2, 4)
)
SHAPES_2D = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(2, 4))


@DRAWN
@given(
    shape=SHAPES_1D | SHAPES_2D,
    momentum=st.sampled_from([0.1, 0.0, 1.0]),
    affine=st.booleans(),
    training=st.booleans(),
    dtype=DTYPES,
    seed=SEEDS,
)
def test_batch_norm(shape, momentum, affine, training, dtype, seed):
    ours, theirs = (BatchNorm2d, nn.BatchNorm2d) if len(shape) == 4 else (BatchNorm1d, nn.BatchNorm1d)
    options = shape[1], 1e-3, momentum, affine
    ours, theirs = ours(*options, dtype=dtype).train(training), theirs(*options).train(training)
    x = np.random.default_rng(seed).standard_normal(shape) * 2 + 1
    for _ in range(2):
        same(ours, theirs, x, dtype, seed)
        ours.zero_grad()
        theirs.zero_grad()


@pytest.mark.parametrize(
    ("norm", "shape"), [(BatchNorm1d(3), (1, 3)), (BatchNorm1d(3), (1, 3, 1)), (BatchNorm2d(2), (1, 2, 1, 1))]
)
def test_batch_of_one(norm, shape):
    """PyTorch refuses it in training, too."""
    with pytest.raises(ValueError, match=r"^Expected more than 1 value per channel"):
        getattr(nn, type(norm).__name__)(shape[1])(torch.ones(shape))
    before = norm.state_dict()
    with pytest.raises(ValueError, match=r"^input: expected more than one value per channel, got shape"):
        norm(np.ones(shape))
    assert all(np.array_equal(value, before[name]) for name, value in norm.state_dict().items())
    assert norm.eval()(np.ones(shape)).shape == shape


@DRAWN
@given(
    shape=st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple),
    last=st.integers(1, 2),
    affine=st.booleans(),
    dtype=DTYPES,
    seed=SEEDS,
)
def test_layer_norm(shape, last, affine, dtype, seed):
    options = shape[-last:], 1e-3, affine
    x = np.random.default_rng(seed).standard_normal(shape) + 1
    same(LayerNorm(*options, dtype=dtype), nn.LayerNorm(*options), x, dtype, seed)


def test_layer_norm_of_a_number():
    same(LayerNorm(4), nn.LayerNorm(4), np.arange(8.0).reshape(2, 4), np.float64)


@pytest.mark.parametrize("p", [0, 0.3, 1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_dropout(p, dtype):
    x = np.random.default_rng(0).standard_normal((200, 50)).astype(dtype)
    layer = Dropout(p, rng=1)
    out = layer(x)
    silent = out == 0
    assert silent.mean() == pytest.approx(p, abs=0.02)
    np.testing.assert_allclose(out[~silent], x[~silent] / (1 - p or 1), rtol=1e-6)
    grad = layer.backward(x)
    np.testing.assert_array_equal(grad, out)
    assert out.dtype == grad.dtype == dtype
    np.testing.assert_array_equal(Dropout(p, rng=np.random.default_rng(1))(x), out)
    if 0 < p < 1:
        assert np.any((layer(x) == 0) != silent)
    layer.eval()
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


def networks():
    """Return the same small network twice: ours, theirs."""
    return (
        Sequential(Conv2d(1, 3, 3), BatchNorm2d(3), AvgPool2d(2), Flatten(), Sequential(Linear(12, 4)), LayerNorm(4)),
        nn.Sequential(
            nn.Conv2d(1, 3, 3),
            nn.BatchNorm2d(3),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Sequential(nn.Linear(12, 4)),
            nn.LayerNorm(4),
        ),
    )


def test_sequential():
    same(*networks(), np.random.default_rng(0).standard_normal((5, 1, 6, 6)), np.float64)


def test_sequential_as_a_list():
    net, _ = networks()
    assert len(net) == 6
    assert net[0] is list(net)[0] and net[-1] is net.layers[5]
    part = net[1:3]
    assert isinstance(part, Sequential) and part[0] is net[1] and len(part) == 2
    x = np.ones((1, 2))
    assert Sequential()(x) is x and Sequential().backward(x) is x


def test_where_layers_start():
    """The bounds and moments of PyTorch's layers, and the same numbers for the same seed."""
    for ours, theirs in [
        (Linear(300, 200, rng=0), nn.Linear(300, 200)),
        (Conv2d(8, 64, 5, rng=0), nn.Conv2d(8, 64, 5)),
    ]:
        bound = 1 / math.sqrt(math.prod(ours.weight.shape[1:]))
        for p, p_t in [(ours.weight, theirs.weight), (ours.bias, theirs.bias)]:
            for w in (p.data, p_t.detach().numpy()):
                assert 0.9 * bound < np.abs(w).max() <= bound * (1 + 1e-6)
                assert w.std() == pytest.approx(bound / math.sqrt(3), rel=0.2)
    assert np.array_equal(Linear(3, 2, rng=5).weight.data, Linear(3, 2, rng=np.random.default_rng(5)).weight.data)
    assert np.any(Linear(3, 2, rng=5).weight.data != Linear(3, 2, rng=6).weight.data)
    assert np.any(Linear(3, 2).weight.data != Linear(3, 2).weight.data)


def every_layer(dtype=np.float64):
    """Each layer with an input that fits."""
    images = np.random.default_rng(0).standard_normal((2, 4, 6, 5)).astype(dtype)
    return [
        (Linear(5, 3, dtype=dtype), images),
        (Conv2d(4, 2, 3, dtype=dtype), images),
        (MaxPool2d(2), images),
        (AvgPool2d(2), images),
        (AdaptiveAvgPool2d(1), images),
        (Flatten(), images),
        (Dropout(0.5, rng=0), images),
        (BatchNorm1d(4, dtype=dtype), images[..., 0]),
        (BatchNorm2d(4, dtype=dtype), images),
        (LayerNorm((6, 5), dtype=dtype), images),
    ]


@pytest.mark.parametrize(("layer", "x"), every_layer()[:2], ids=lambda v: type(v).__name__)
def test_the_first_layer_may_skip_the_gradient_of_the_data(layer, x):
    first = copy.deepcopy(layer)
    first.needs_input_grad = False
    g = np.ones_like(layer(x))
    assert layer.backward(g) is not None
    assert np.array_equal(first(x), layer(x)) and first.backward(g) is None
    for p, q in zip(layer.parameters(), first.parameters(), strict=True):
        np.testing.assert_array_equal(p.grad, q.grad)
    assert "needs_input_grad" not in repr(first)


def test_every_layer_is_in_the_list():
    defined = {v for v in vars(layers).values() if isinstance(v, type) and issubclass(v, Module)}
    public = {v for v in defined if v.__module__ == layers.__name__ and v.__name__[0] != "_"}
    assert public - {Sequential} == {type(layer) for layer, _ in every_layer()}


@pytest.mark.parametrize(("layer", "x"), every_layer(), ids=lambda v: type(v).__name__)
def test_contract(layer, x):
    layer = copy.deepcopy(layer)
    with pytest.raises(RuntimeError, match=f"^{type(layer).__name__}: backward needs a forward before it"):
        layer.backward(x)
    out = layer(x)
    for wrong in ((*out.shape, 1), out.shape[:-1], (1, *out.shape[1:])):
        with pytest.raises(ValueError, match=r"^grad_output: expected shape .* that of the output, got"):
            layer.backward(np.ones(wrong))
    assert layer.backward(np.ones_like(out)).shape == x.shape
    layer.eval()
    np.testing.assert_array_equal(layer(x.tolist()), layer(x))
    assert type(layer).__name__ in repr(layer)
    with pytest.raises(ValueError, match="^input: expected numbers, got "):
        layer("ab")


@pytest.mark.parametrize(("layer", "x"), every_layer(np.float32), ids=lambda v: type(v).__name__)
def test_float32_throughout(layer, x):
    out = layer(x)
    grad = layer.backward(np.ones_like(out))
    arrays = [out, grad] + [a for p in layer.parameters() for a in (p.data, p.grad)]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}


@pytest.mark.parametrize(("layer", "x"), every_layer(), ids=lambda v: type(v).__name__)
def test_nan_passes_through_like_torch(layer, x):
    options = {"Linear": (5, 3), "Conv2d": (4, 2, 3), "LayerNorm": ((6, 5),)}
    name = type(layer).__name__
    theirs = getattr(nn, name)(*options.get(name, (4,) if "Norm" in name else (2,) if "Pool2d" in name else ()))
    theirs = nn.AdaptiveAvgPool2d(1) if name == "AdaptiveAvgPool2d" else theirs
    theirs = nn.Flatten() if name == "Flatten" else theirs
    x = x.copy()
    x.flat[3] = np.nan
    layer = copy.deepcopy(layer).train(name != "Dropout")
    out = layer(x)
    wanted = theirs.double().train(name != "Dropout")(torch.from_numpy(x)).detach().numpy()
    assert np.isnan(out).any()
    np.testing.assert_array_equal(np.isnan(out), np.isnan(wanted))


NET = [(Conv2d(1, 8, 3), 80), (BatchNorm2d(8), 16), (MaxPool2d(2), 0), (Flatten(), 0), (Linear(1352, 10), 13530)]


def test_count_parameters_like_torch():
    assert [count_parameters(layer) for layer, _ in NET] == [n for _, n in NET]
    ours, theirs = networks()
    assert count_parameters(ours) == sum(p.numel() for p in theirs.parameters())


def test_summary():
    table = summary(Sequential(*(layer for layer, _ in NET)), (64, 1, 28, 28))
    assert repr(table).splitlines() == [
        "layer           output shape      parameters",
        "0 Conv2d        (64, 8, 26, 26)           80",
        "1 BatchNorm2d   (64, 8, 26, 26)           16",
        "2 MaxPool2d     (64, 8, 13, 13)            0",
        "3 Flatten       (64, 1352)                 0",
        "4 Linear        (64, 10)              13,530",
        "total                                 13,626",
    ]
    html = table._repr_html_()
    assert html.count("<tr>") == 7
    assert "<th>output shape</th>" in html and "<td>13,626</td>" in html
    assert "<td>&lt;b&gt;</td>" in Summary((("<b>", None, 0),), 0)._repr_html_()
    assert "not used" in repr(Summary((("<b>", None, 0),), 0))


def test_summary_of_nested_and_own_modules():
    assert [row[0] for row in summary(networks()[0], (2, 1, 6, 6)).rows][4] == "4.0 Linear"
    assert repr(summary(Linear(3, 2), (5, 3))).splitlines()[1].startswith("Linear   (5, 2)")


def test_summary_leaves_the_network_alone():
    net = Sequential(BatchNorm1d(4), Dropout(0.5, rng=0), Linear(4, 2, dtype=np.float32))
    x = np.random.default_rng(0).standard_normal((3, 4))
    out = net(x)
    net.backward(np.ones_like(out))
    twin = copy.deepcopy(net)
    summary(net, (7, 4))
    assert all(module.training for module in net.modules())
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, twin.state_dict()[name])
    for p, q in zip(net.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(p.grad, q.grad)
    np.testing.assert_array_equal(net.backward(np.ones_like(out)), twin.backward(np.ones_like(out)))
    np.testing.assert_array_equal(net(x), twin(x))


SHARED = Flatten()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Linear(0, 1), "^in_features: expected a whole number at least 1, got 0"),
        (lambda: Linear(1, 1.5), "^out_features: expected a whole number at least 1, got 1.5"),
        (lambda: Linear(1, 1, dtype=int), "^dtype: expected one of floats, got int64"),
        (lambda: Linear(3, 2)(np.ones((5, 4))), r"^input: expected shape \(\.\.\., 3\)"),
        (lambda: Conv2d(0, 1, 3), "^in_channels: expected"),
        (lambda: Conv2d(1, 0, 3), "^out_channels: expected"),
        (lambda: Conv2d(1, 1, 0), "^kernel_size: expected a whole number at least 1, got 0"),
        (lambda: Conv2d(1, 1, (3, 3, 3)), r"^kernel_size: expected one number or a pair, got \(3, 3, 3\)"),
        (lambda: Conv2d(1, 1, 3, stride=0), "^stride: expected"),
        (lambda: Conv2d(1, 1, 3, padding=-1), "^padding: expected a whole number at least 0, got -1"),
        (lambda: Conv2d(1, 1, 3, padding="same"), "^padding: expected a whole number at least 0, got 'same'"),
        (lambda: Conv2d(1, 1, 3, dilation=0), "^dilation: expected"),
        (lambda: Conv2d(4, 6, 3, groups=0), "^groups: expected"),
        (lambda: Conv2d(4, 6, 3, groups=4), "^groups: expected a divisor of 4 and 6, got 4"),
        (lambda: Conv2d(2, 1, 3)(np.ones((1, 3, 9, 9))), r"^input: expected 2 channels, got shape \(1, 3, 9, 9\)"),
        (lambda: Conv2d(1, 1, 3)(np.ones((1, 9, 9))), r"^input: expected shape \(N, C, H, W\), got \(1, 9, 9\)"),
        (lambda: Conv2d(1, 1, (3, 5))(np.ones((1, 1, 9, 4))), r"^input: expected images of \(3, 5\) pixels or more"),
        (lambda: conv2d(np.ones((1, 1, 3, 3)), np.ones((3, 3))), r"^weight: expected shape \(out, C/groups, kh, kw\)"),
        (lambda: conv2d(np.ones((1, 2, 3, 3)), np.ones((3, 1, 2, 2)), groups=2), "^weight: .*groups 2"),
        (lambda: conv2d(np.ones((1, 1, 3, 3)), np.ones((2, 1, 2, 2)), [1.0]), r"^bias: expected shape \(2,\)"),
        (lambda: MaxPool2d(2, padding=2), r"^padding: expected at most half of kernel_size \(2, 2\), got \(2, 2\)"),
        (lambda: AvgPool2d(3, padding=(1, 2)), "^padding: expected at most half"),
        (lambda: AvgPool2d(2, 0), "^stride: expected"),
        (lambda: MaxPool2d(2)(np.ones((4, 4))), r"^input: expected shape \(N, C, H, W\), got \(4, 4\)"),
        (lambda: AdaptiveAvgPool2d(2), "^output_size: expected 1, got 2"),
        (lambda: AdaptiveAvgPool2d(1)(np.ones((4, 4))), "^input: expected shape"),
        (lambda: Flatten(-1), "^start_dim: expected a whole number at least 0, got -1"),
        (lambda: Flatten(2)(np.ones((4, 4))), r"^input: expected more than 2 axes, got shape \(4, 4\)"),
        (lambda: Dropout(1.1), "^p: expected a number of at least 0 and at most 1, got 1.1"),
        (lambda: Dropout(-0.1), "^p: expected a number of at least 0 and at most 1, got -0.1"),
        (lambda: Dropout([0.5]), r"^p: expected a number of at least 0 and at most 1, got \[0.5\]"),
        (lambda: Dropout(np.nan), "^p: expected a number of at least 0 and at most 1, got nan"),
        (lambda: BatchNorm1d(0), "^num_features: expected"),
        (lambda: BatchNorm1d(3, eps=0), "^eps: expected a number above 0, got 0"),
        (lambda: BatchNorm1d(3, momentum=2), "^momentum: expected a number of at least 0 and at most 1, got 2"),
        (lambda: BatchNorm2d(3, dtype="int32"), "^dtype: expected one of floats, got int32"),
        (lambda: Linear(3, 2, dtype="single-ish"), "^dtype: expected one of floats, got single-ish"),
        (
            lambda: BatchNorm1d(3)(np.ones((4, 2))),
            r"^input: expected shape \(N, C\) or \(N, C, L\) with C = 3, got \(4, 2\)",
        ),
        (lambda: BatchNorm1d(3)(np.ones((4, 3, 2, 2))), r"^input: expected shape \(N, C\) or"),
        (lambda: BatchNorm2d(3)(np.ones((4, 3))), r"^input: expected shape \(N, C, H, W\) with C = 3, got \(4, 3\)"),
        (lambda: LayerNorm(3)(np.ones((4, 2))), r"^input: expected a shape that ends with \(3,\), got \(4, 2\)"),
        (lambda: LayerNorm((2, 0)), "^normalized_shape: expected"),
        (lambda: LayerNorm(2, eps=-1), "^eps: expected"),
        (lambda: Sequential(Flatten(), len), "^layers: expected modules only, got builtin_function_or_method at 1"),
        (lambda: Sequential(SHARED, Flatten(), SHARED), "^layers: expected a new Flatten at 2, got the one at 0"),
        (lambda: Sequential(SHARED, Sequential(SHARED)), "^layers: expected a new Flatten at 1, got the one at 0"),
        (lambda: count_parameters(3), "^module: expected a Module, got int"),
        (lambda: summary(len, (1,)), "^module: expected a Module, got builtin_function_or_method"),
        (lambda: summary(Linear(3, 2), (5, 4)), r"^input: expected shape \(\.\.\., 3\)"),
    ],
)
def test_bad_options_and_inputs(call, message):
    with pytest.raises(ValueError, match=message):
        call()
