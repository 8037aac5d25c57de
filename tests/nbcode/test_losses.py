"""Every loss against PyTorch, forward and backward, and at the edges."""

import inspect
import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nbcode import losses
from nbcode.activations import LogSoftmax, logsumexp, softmax
from nbcode.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    cross_entropy,
    entropy,
    kl_divergence,
)

SHAPES = st.lists(st.integers(1, 4), max_size=3).map(tuple)
CLASS_SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)  # (C,), (N, C), (N, C, d1, ...)
DTYPES = st.sampled_from([np.float64, np.float32])
SEEDS = st.integers(0, 2**32 - 1)
REDUCTIONS = st.sampled_from(["none", "mean", "sum"])
drawn = settings(max_examples=40, deadline=None, derandomize=True)

# Each elementwise loss, its options, and how to draw its input and its target.
NORMAL = lambda rng, shape: rng.standard_normal(shape) * 2  # noqa: E731
CHANCE = lambda rng, shape: rng.choice([0, 0.001, 0.3, 0.5, 0.99, 1], shape)  # noqa: E731
POINTWISE = {
    MSELoss: ({}, NORMAL, NORMAL),
    L1Loss: ({}, NORMAL, NORMAL),
    HuberLoss: ({"delta": st.sampled_from([0.3, 1.0, 2.5])}, NORMAL, NORMAL),
    BCELoss: ({}, lambda rng, shape: rng.uniform(0.001, 0.999, shape), CHANCE),
    BCEWithLogitsLoss: ({}, lambda rng, shape: rng.standard_normal(shape) * 30, CHANCE),
    KLDivLoss: ({}, NORMAL, CHANCE),
}
ALL = [*POINTWISE, NLLLoss, CrossEntropyLoss]


def close(ours, theirs, dtype, tol=1e-10):
    """Hold two arrays to `tol`, or in float32 to 1e-5, of the largest entry."""
    assert np.asarray(ours).dtype == dtype
    assert np.shape(ours) == np.shape(theirs)
    scale = np.abs(theirs).max(initial=1e-300)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=scale * (tol if dtype == np.float64 else 1e-5))


def like_torch(loss, theirs, input, target, grad_output, dtype, tol=1e-10):
    """Compare a loss and its gradient with PyTorch's; return both."""
    leaf = torch.tensor(input, requires_grad=True)
    their_loss = theirs(leaf, torch.tensor(target))
    if loss.reduction == "none":
        their_loss.backward(torch.tensor(grad_output))
        value, grad = loss(input, target), loss.backward(grad_output)
    else:
        their_loss.backward()
        value, grad = loss(input, target), loss.backward()
    close(value, their_loss.detach().numpy(), dtype)
    close(grad, leaf.grad.numpy(), dtype, tol)
    return value, grad


def scores(seed, shape, dtype, scale=3.0):
    """Return scores of the shape, the labels of a target, and a gradient of the losses."""
    rng = np.random.default_rng(seed)
    dim = min(1, len(shape) - 1)
    examples = shape[:dim] + shape[dim + 1 :]
    z = np.asarray(rng.standard_normal(shape) * scale, dtype)
    return z, rng.integers(0, shape[dim], examples), np.asarray(rng.standard_normal(examples), dtype), dim


@pytest.mark.filterwarnings("ignore:reduction. 'mean':UserWarning")
@pytest.mark.parametrize("loss_class", POINTWISE)
@drawn
@given(data=st.data(), shape=SHAPES, dtype=DTYPES, seed=SEEDS)
def test_pointwise_like_torch(loss_class, data, shape, dtype, seed):
    options, draw_input, draw_target = POINTWISE[loss_class]
    options = data.draw(st.fixed_dictionaries({}, optional=options))
    options["reduction"] = data.draw(st.sampled_from(loss_class.reductions))
    rng = np.random.default_rng(seed)
    input, target, grad = (np.asarray(draw(rng, shape), dtype) for draw in (draw_input, draw_target, NORMAL))
    like_torch(loss_class(**options), getattr(torch.nn, loss_class.__name__)(**options), input, target, grad, dtype)


def test_the_finer_dtype_wins():
    p, q = np.float32([0.25, 0.75]), np.array([0.2, 0.8])
    assert cross_entropy(p, q) == pytest.approx(-0.25 * math.log(0.2) - 0.75 * math.log(0.8), rel=1e-15)
    assert cross_entropy(p, q).dtype == cross_entropy(q, p).dtype == np.float64


@drawn
@given(shape=CLASS_SHAPES, dtype=DTYPES, seed=SEEDS, reduction=REDUCTIONS)
def test_nll_like_torch(shape, dtype, seed, reduction):
    z, labels, grad, _ = scores(seed, shape, dtype)
    like_torch(NLLLoss(reduction), torch.nn.NLLLoss(reduction=reduction), z, labels, grad, dtype)


@drawn
@given(
    shape=CLASS_SHAPES,
    dtype=DTYPES,
    seed=SEEDS,
    reduction=REDUCTIONS,
    smoothing=st.sampled_from([0.0, 0.1, 1.0]),
    scale=st.sampled_from([0.1, 3.0, 1e4]),
)
def test_cross_entropy_with_labels_like_torch(shape, dtype, seed, reduction, smoothing, scale):
    z, labels, grad, _ = scores(seed, shape, dtype, scale)
    theirs = torch.nn.CrossEntropyLoss(reduction=reduction, label_smoothing=smoothing)
    like_torch(CrossEntropyLoss(reduction, smoothing), theirs, z, labels, grad, dtype)


@drawn
@given(CLASS_SHAPES, DTYPES, SEEDS, REDUCTIONS, st.sampled_from([0.0, 0.1]))
def test_cross_entropy_with_probabilities_like_torch(shape, dtype, seed, reduction, smoothing):
    z, _, grad, dim = scores(seed, shape, dtype)
    target = softmax(scores(seed + 1, shape, dtype)[0], dim)
    theirs = torch.nn.CrossEntropyLoss(reduction=reduction, label_smoothing=smoothing)
    loss = CrossEntropyLoss(reduction=reduction, label_smoothing=smoothing)
    like_torch(loss, theirs, z, target, grad, dtype)


@pytest.mark.parametrize("loss_class", ALL)
def test_defaults_and_their_order_are_torchs(loss_class):
    theirs = dict(inspect.signature(getattr(torch.nn, loss_class.__name__)).parameters)
    ours = inspect.signature(loss_class).parameters
    assert list(ours) == [name for name in theirs if name in ours]
    assert all(ours[name].default == theirs[name].default for name in ours)


@pytest.mark.parametrize("loss_class", POINTWISE)
def test_gradient_by_finite_differences(loss_class):
    loss, x, y, h = loss_class(), np.array([0.2, 0.55, 0.7]), np.array([0.5, 0.5, 0.0]), 1e-6
    loss(x, y)
    steps = [(loss_class()(x + h * e, y) - loss_class()(x - h * e, y)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(loss.backward(), steps, rtol=0, atol=1e-8)


def test_by_hand():
    assert MSELoss()([1.0, 5.0], [1.0, 2.0]) == 4.5
    assert L1Loss("sum")([1.0, 5.0], [2.0, 2.0]) == 4
    assert HuberLoss(reduction="none")([1.0, 3.0], [0.0, 0.0]).tolist() == [0.5, 2.5]
    assert BCELoss()([0.25], [1.0]) == pytest.approx(math.log(4), rel=1e-15)
    assert BCEWithLogitsLoss()([0.0], [1.0]) == math.log(2)
    assert NLLLoss()([-1.0, -2.0], 1) == 2
    assert CrossEntropyLoss()([[0.0, 0.0]], [1]) == math.log(2)
    assert NLLLoss()([[-1.0, 0.0], [0.0, -2.0]], [0, 1]) == (1 + 2) / 2
    assert KLDivLoss("batchmean")(np.log([[0.5, 0.5]] * 2), [[1.0, 0.0]] * 2) == math.log(2)


def test_the_gradient_of_cross_entropy_is_p_minus_y():
    z, loss = np.random.default_rng(0).standard_normal((4, 3)), CrossEntropyLoss(reduction="sum")
    loss(z, [0, 2, 2, 1])
    np.testing.assert_allclose(loss.backward(), softmax(z) - np.eye(3)[[0, 2, 2, 1]], rtol=0, atol=1e-15)


def test_cross_entropy_is_log_softmax_and_nll():
    z, labels = np.random.default_rng(0).standard_normal((4, 3)), [0, 2, 2, 1]
    both, layer, nll = CrossEntropyLoss(), LogSoftmax(1), NLLLoss()
    assert both(z, labels) == pytest.approx(nll(layer(z), labels), rel=1e-15)
    np.testing.assert_allclose(both.backward(), layer.backward(nll.backward()), rtol=0, atol=1e-15)


def test_cross_entropy_with_one_hot_targets_is_that_with_labels():
    z, labels = np.random.default_rng(0).standard_normal((4, 3)), np.array([0, 2, 2, 1])
    assert CrossEntropyLoss()(z, np.eye(3)[labels]) == CrossEntropyLoss()(z, labels)
    assert CrossEntropyLoss()(z, np.eye(3, dtype=int)[labels]) == CrossEntropyLoss()(z, labels)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_class_without_examples(dtype):
    z, labels = np.random.default_rng(0).standard_normal((4, 3)).astype(dtype), np.array([0, 0, 2, 0])
    _, grad = like_torch(CrossEntropyLoss(), torch.nn.CrossEntropyLoss(), z, labels, None, dtype)
    assert (grad[:, 1] > 0).all()  # the empty class is pushed down, by every example


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_extreme_logits(dtype, reduction):
    z = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e4], [1e4, 1e4, 1e4], [0, -np.inf, 1]], dtype)
    y = np.array([1.0, 0.0, 0.5, 1.0], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ce, theirs = CrossEntropyLoss(reduction=reduction), torch.nn.CrossEntropyLoss(reduction=reduction)
        like_torch(ce, theirs, z, np.array([1, 0, 2, 0]), np.ones(4, dtype), dtype)
        bce, theirs = BCEWithLogitsLoss(reduction), torch.nn.BCEWithLogitsLoss(reduction=reduction)
        like_torch(bce, theirs, np.array([1e4, 1e4, -1e4, -1e4], dtype), y, np.ones(4, dtype), dtype)
        bce, theirs = BCELoss(reduction), torch.nn.BCELoss(reduction=reduction)
        # PyTorch's smallest denominator, 1e-12, is a float32 also in float64.
        like_torch(bce, theirs, np.array([1, 1, 0, 0], dtype), y, np.ones(4, dtype), dtype, tol=1e-8)


def test_nan_passes_as_in_torch():
    z = np.array([[np.nan, 0.0], [1.0, 2.0]])
    for loss_class in (MSELoss, L1Loss, HuberLoss):
        loss, theirs = loss_class(reduction="none"), getattr(torch.nn, loss_class.__name__)(reduction="none")
        np.testing.assert_allclose(loss(z, 0 * z + 1), theirs(torch.from_numpy(z), torch.ones(2, 2)).numpy())
    loss = CrossEntropyLoss(reduction="none")
    assert np.isnan(loss(z, [1, 1])).tolist() == [True, False]
    assert np.isnan(loss.backward()).tolist() == [[True, True], [False, False]]
    assert np.isnan(NLLLoss(reduction="none")(z, [1, 0])).tolist() == [False, False]


@drawn
@given(classes=st.integers(1, 5), dtype=DTYPES, seed=SEEDS)
def test_distributions_like_torch(classes, dtype, seed):
    rng = np.random.default_rng(seed)
    p, q = (softmax(rng.standard_normal((3, classes)).astype(dtype) * 4) for _ in "pq")
    their_p, their_q = (torch.distributions.Categorical(torch.from_numpy(x)) for x in (p, q))
    assert entropy(p).dtype == dtype
    atol = 1e-10 if dtype == np.float64 else 1e-5
    np.testing.assert_allclose(entropy(p), their_p.entropy(), rtol=atol, atol=atol)
    kl = torch.distributions.kl_divergence(their_p, their_q)
    np.testing.assert_allclose(kl_divergence(p, q), kl, rtol=atol, atol=atol)
    np.testing.assert_allclose(cross_entropy(p, q), entropy(p) + kl_divergence(p, q), rtol=atol, atol=atol)


def test_distributions_by_hand():
    assert entropy([0.25] * 4) == math.log(4)
    assert entropy([0.0, 1.0]) == 0
    assert cross_entropy([0.5, 0.5], [0.25, 0.75]) == pytest.approx((math.log(4) + math.log(4 / 3)) / 2, rel=1e-15)
    assert cross_entropy([0.5, 0.5], [1, 0]) == kl_divergence([0.5, 0.5], [1, 0]) == np.inf
    assert cross_entropy([1, 0], [1, 0]) == kl_divergence([1, 0], [1, 0]) == 0
    assert logsumexp([0.0, 0.0]) == math.log(2)


@pytest.mark.parametrize("loss_class", ALL)
def test_contract_of_losses(loss_class):
    loss = loss_class()
    with pytest.raises(RuntimeError, match=f"^{loss_class.__name__}: backward needs a forward"):
        loss.backward()
    with pytest.raises(ValueError, match="^input: expected numbers, got str"):
        loss("ab", [0.5])
    with pytest.raises(ValueError, match="^target: expected numbers, got str"):
        loss([0.5, 0.5], "ab")
    with pytest.raises(ValueError, match="^reduction: expected one of none, mean, sum.*, got 'avg'"):
        loss_class(reduction="avg")
    for shape in [(3,), (1, 2, 2), (1,), (2, 1)]:
        with pytest.raises(ValueError, match=r"^target: expected shape \(2,"):
            loss(np.full((2, 2), 0.5), np.zeros(shape, int))
    x, y = np.full((2, 2), 0.5), [0, 1] if loss_class in (NLLLoss, CrossEntropyLoss) else np.full((2, 2), 0.5)
    loss(x, y)
    np.testing.assert_allclose(loss.backward(3.0), 3 * loss.backward())
    with pytest.raises(ValueError, match=r"^grad_output: expected shape \(\), that of the output, got \(2,\)"):
        loss.backward([1.0, 2.0])
    loss = loss_class(reduction="none")
    np.testing.assert_allclose(loss.backward(np.ones_like(loss(x, y))), loss.backward())
    with pytest.raises(ValueError, match=r"^grad_output: expected shape \(2,.* got \(3,\)"):
        loss.backward(np.ones(3))
    assert list(loss.parameters()) == []
    assert (x == 0.5).all()


Z = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: HuberLoss(delta=0), "^delta: expected a number above 0, got 0"),
        (lambda: MSELoss("batchmean"), "^reduction: .* got 'batchmean'"),
        (
            lambda: CrossEntropyLoss(label_smoothing=1.5),
            "^label_smoothing: expected a number of at least 0 and at most 1, got 1.5",
        ),
        (lambda: CrossEntropyLoss(label_smoothing="a"), "^label_smoothing: expected numbers, got str"),
        (lambda: NLLLoss()(0.0, 0), r"^input: expected at least one axis, got shape \(\)"),
        (lambda: NLLLoss()(np.zeros((2, 0)), [0, 0]), "^input: expected at least one number along axis 1"),
        (lambda: NLLLoss()(Z, [0, 3]), "^target: expected labels from 0 to 2, got 3"),
        (lambda: NLLLoss()([0.0, 0.0], 2), "^target: expected labels from 0 to 1, got 2"),
        (lambda: CrossEntropyLoss()(Z, [0, -1]), "^target: expected labels from 0 to 2, got -1"),
        (lambda: CrossEntropyLoss()(Z, [0, -100]), "^target: expected labels from 0 to 2, got -100"),
        (lambda: CrossEntropyLoss()(Z, [0.0, 1.0]), "^target: expected labels that are whole.* got dtype float64"),
        (lambda: CrossEntropyLoss()(Z, [True, False]), "^target: expected labels that are whole.* got dtype bool"),
        (lambda: CrossEntropyLoss()(Z, Z), "^target: expected probabilities that sum to 1, got a sum of 0.0"),
        (lambda: CrossEntropyLoss()(Z, Z + 0.34), "^target: expected probabilities that sum to 1, got a sum of 1.02"),
        (lambda: CrossEntropyLoss()([0.0, 0.0], [1.5, -0.5]), "^target: expected probabilities, got -0.5"),
        (lambda: CrossEntropyLoss()([0.0, 0.0], [np.nan, 1]), "^target: expected probabilities, got nan"),
        (lambda: BCELoss()([1.5], [1.0]), "^input: expected numbers from 0 to 1, got 1.5"),
        (lambda: BCELoss()(-0.5, 1.0), "^input: expected numbers from 0 to 1, got -0.5"),
        (lambda: BCELoss()([0.5], [2]), "^target: expected numbers from 0 to 1, got 2"),
        (lambda: BCEWithLogitsLoss()([0.5], [-1]), "^target: expected numbers from 0 to 1, got -1"),
        (lambda: KLDivLoss()([0.5], [-1]), "^target: expected probabilities, got -1"),
        (lambda: entropy([0.5, 0.6]), "^p: expected probabilities that sum to 1, got a sum of 1.1"),
        (lambda: entropy([[0.5, 0.5], [1.5, -0.5]]), "^p: expected probabilities, got -0.5"),
        (lambda: entropy(1.0), r"^p: expected at least one axis, got shape \(\)"),
        (lambda: cross_entropy([1.0], [0.5, 0.5]), r"^q: expected shape \(1,\), that of p, got \(2,\)"),
        (lambda: cross_entropy([0.5, 0.5], [0.5, 0.1]), "^q: expected probabilities that sum to 1, got a sum of 0.6"),
        (lambda: kl_divergence("ab", [1.0]), "^p: expected numbers, got str"),
        (lambda: kl_divergence([0.5, 0.5], [-0.5, 1.5]), "^q: expected probabilities, got -0.5"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_everything_public_is_tested_here():
    public = {name for name in vars(losses) if not name.startswith("_")}
    ours = {name for name in public if getattr(vars(losses)[name], "__module__", "") == losses.__name__}
    assert ours <= set(globals())
