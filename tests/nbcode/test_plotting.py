"""The palette can be read, and the field shows what the neuron does."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nbcode import plotting
from nbcode.activations import sigmoid, step
from nbcode.data import blobs


@pytest.fixture
def ax():
    with plt.rc_context(plotting.STYLE):
        fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


def luminance(color):
    return sum(
        weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
        for weight, c in zip((0.2126, 0.7152, 0.0722), to_rgb(color), strict=True)
    )


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("color", [plotting.ORANGE, plotting.BLUE, plotting.INK])
def test_contrast(color):
    assert contrast(color, "white") >= 4.5
    for tint in (plotting.ORANGE_TINT, plotting.BLUE_TINT):
        assert contrast(color, tint) >= 3


def test_use_stays():
    with plt.rc_context():
        plotting.use()
        assert plt.rcParams["text.color"] == plotting.INK
        assert plt.rcParams["font.size"] == plotting.STYLE["font.size"]


@pytest.mark.parametrize("activation", [step, sigmoid])
def test_field(ax, activation):
    plotting.decision_field(ax, [2, 1], -1.5, activation)
    image = ax.images[0]
    values = np.asarray(image.get_array())
    low, high = -0.4, 1.4
    row, column = 250, 20  # the row counts upward: origin="lower"
    assert image.origin == "lower"
    x1, x2 = (low + (high - low) * (k + 0.5) / 300 for k in (column, row))
    assert values[row, column] == pytest.approx(activation(2 * x1 + x2 - 1.5), abs=1e-12)
    assert ax.get_xlim() == ax.get_ylim() == (low, high)
    fired, silent = (np.array(image.to_rgba(np.array([[v]], float))[0, 0, :3]) for v in (1, 0))
    np.testing.assert_allclose(fired, to_rgb(plotting.BLUE_TINT), atol=0.01)
    np.testing.assert_allclose(silent, to_rgb(plotting.ORANGE_TINT), atol=0.01)


@pytest.mark.parametrize(("w", "b"), [([2, 1], -1.5), ([0, 1], -0.5), ([1, 0], -0.5), ([-3, 2], 0)])
def test_line_lies_on_z_0(ax, w, b):
    line = plotting.boundary(ax, w, b)
    first, second = np.array(line.get_xy1()), np.array(line.get_xy2())
    assert not np.allclose(first, second)
    np.testing.assert_allclose([first @ w + b, second @ w + b], 0, atol=1e-12)


def test_no_weights_no_line(ax):
    assert plotting.boundary(ax, [0, 0], 1) is None
    plotting.decision_field(ax, [0, 0], 1)
    assert len(ax.lines) == 0
    assert np.all(np.asarray(ax.images[0].get_array()) == 1)


def test_points_differ_in_shape_and_color(ax):
    X, y = blobs(6)
    plotting.decision_field(ax, [1, 1], -1, X=X, y=y)
    zero, one = ax.collections
    np.testing.assert_array_equal(zero.get_offsets(), X[y == 0])
    np.testing.assert_array_equal(one.get_offsets(), X[y == 1])
    np.testing.assert_allclose(zero.get_facecolor()[0][:3], to_rgb(plotting.ORANGE))
    np.testing.assert_allclose(one.get_facecolor()[0][:3], to_rgb(plotting.BLUE))
    assert zero.get_paths()[0].vertices.shape != one.get_paths()[0].vertices.shape
    assert [c.get_label() for c in ax.collections] == ["class 0", "class 1"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2, 3], 0), r"^w: expected two weights, shape \(2,\), got \(3,\)"),
        (([1, np.nan], 0), "^w: expected finite numbers, got nan"),
        (([1, 2], [0]), r"^b: expected one number, got shape \(1,\)"),
        (([1, 2], 0, step, [[1, 2]]), "^X, y: expected both or neither, got only X"),
        (([1, 2], 0, step, None, [1]), "^X, y: expected both or neither, got only y"),
        (([1, 2], 0, step, [[1, 2, 3]], [1]), r"^X: expected shape \(N, 2\), got \(1, 3\)"),
        (([1, 2], 0, step, [[1, 2]], [3]), "^y: expected only 0 and 1, got 3"),
    ],
)
def test_bad_input(ax, arguments, message):
    with pytest.raises(ValueError, match=message):
        plotting.decision_field(ax, *arguments)


def test_network_draws_every_unit_and_connection_it_has_room_for(ax):
    plotting.network(ax, (3, 20, 2), ("in", "hidden", "out"), most=6)
    lines, circles = ax.collections[1:3], ax.collections[3:]  # before them, the dots of the long layer
    assert [len(part.get_offsets()) for part in circles] == [3, 6, 2]
    assert [len(part.get_segments()) for part in lines] == [3 * 6, 6 * 2]
    assert len(ax.collections[0].get_offsets()) == 3
    assert [text.get_text() for text in ax.texts] == ["3", "20", "2", "in", "hidden", "out"]
    for part in circles:
        assert np.asarray(part.get_offsets())[:, 1].mean() == pytest.approx(0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([3],), "^sizes: expected two layers or more, got 1"),
        (([3, 0],), r"^sizes\[1\]: expected a whole number at least 1, got 0"),
        (([3, 1], ["in"]), "^names: expected 2, one for each layer, got 1"),
    ],
)
def test_network_bad_input(ax, arguments, message):
    with pytest.raises(ValueError, match=message):
        plotting.network(ax, *arguments)
