"""Figures: one style, one palette, and the plane as a neuron sees it.

Class 0 is orange and round, class 1 is blue and square, so that no figure depends on color alone.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap

from nbcode._common import as_count, as_examples, as_finite
from nbcode.activations import step
from nbcode.layers import linear

ORANGE, BLUE = "#b35806", "#2166ac"  # class 0 and class 1; both dark enough for text on white
ORANGE_TINT, BLUE_TINT = "#fbdfbe", "#b5d1ea"  # the same, as the background of a field
INK, GRID = "#1f2933", "#c3ccd5"  # text and lines; grid lines

FIELD = LinearSegmentedColormap.from_list("nbcode_field", [ORANGE_TINT, "#ffffff", BLUE_TINT])
"""Colors of a neuron's output, from 0 (orange) by way of ½ (white) to 1 (blue)."""

WEIGHTS = LinearSegmentedColormap.from_list("nbcode_weights", [ORANGE, "#ffffff", BLUE])
"""Colors of weights, from negative (orange) by way of 0 (white) to positive (blue)."""

STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, INK], linestyle=["-", "--", ":"]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "figure.constrained_layout.use": True,
    "figure.dpi": 130,
    "figure.facecolor": "white",
    "figure.figsize": (5.2, 3.2),
    "font.size": 11,
    "grid.color": GRID,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "savefig.facecolor": "white",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def use():
    """Give every figure from here on the book's look."""
    plt.rcParams.update(STYLE)


def shade(ax, function, limits=(-0.4, 1.4), resolution=300):
    """Shade the plane by the output of `function`: orange for 0, white for ½, blue for 1.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    function : callable
        Takes points of shape (N, 2), returns N outputs from 0 to 1.
    limits : tuple of float
        Where both axes begin and end.
    resolution : int
        Points along each axis.

    Examples
    --------
    >>> ax = plt.figure().add_subplot()
    >>> image = shade(ax, lambda X: X[:, 0] > 0.5)
    >>> image.get_array().shape
    (300, 300)
    >>> plt.close()
    """
    low, high = limits
    middles = low + (high - low) * (np.arange(resolution) + 0.5) / resolution
    points = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
    output = np.reshape(function(points), (resolution, resolution))
    image = ax.imshow(
        output,
        extent=(low, high, low, high),
        origin="lower",
        cmap=FIELD,
        vmin=0,
        vmax=1,
        interpolation="nearest",
        zorder=0,
    )
    ax.set(xlim=limits, ylim=limits, xlabel="$x_1$", ylabel="$x_2$")
    ax.grid(False)
    return image


def boundary(ax, w, b, **kwargs):
    """Draw the line w₁x₁ + w₂x₂ + b = 0, and return it, or None when both weights are 0: there is no line.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    w : array_like, shape (2,)
        Not both zero for a line to be there; it stands at a right angle to the line.
    b : float
    **kwargs
        For ``matplotlib.axes.Axes.axline``.

    Raises
    ------
    ValueError
        If `w` is not two finite numbers, or `b` is not one.
    """
    w, b = _neuron(w, b)
    if not w.any():
        return None
    foot = -b * w / (w @ w)
    return ax.axline(foot, foot + (-w[1], w[0]), **{"color": INK, "zorder": 2, **kwargs})


def points(ax, X, y):
    """Draw the points of class 0 as orange circles and those of class 1 as blue squares.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    X : array_like, shape (N, 2)
    y : array_like, shape (N,)
        0 or 1.

    Raises
    ------
    ValueError
        If the shapes do not fit or a class is neither 0 nor 1.
    """
    X, y = _examples(X, y)
    for label, color, marker in ((0, ORANGE, "o"), (1, BLUE, "s")):
        ax.scatter(
            *X[y == label].T,
            s=70,
            color=color,
            marker=marker,
            edgecolor="white",
            zorder=3,
            label=f"class {label}",
        )


def decision_field(ax, w, b, activation=step, X=None, y=None):
    """Draw what a neuron with two inputs does: its output as a field, the line z = 0, and the examples.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    w : array_like, shape (2,)
    b : float
    activation : callable
        Turns z into the output, 0 to 1: `nbcode.activations.step` or `nbcode.activations.sigmoid`.
    X : array_like, shape (N, 2), optional
    y : array_like, shape (N,), optional
        0 or 1; goes with `X`.

    Raises
    ------
    ValueError
        If the shapes do not fit, a class is neither 0 nor 1, or only one of `X` and `y` is there.

    Examples
    --------
    >>> from nbcode.data import GATES, truth_table
    >>> fig, ax = plt.subplots()
    >>> decision_field(ax, [2, 2], -3, X=truth_table(2), y=GATES["AND"])
    >>> plt.close(fig)
    """
    w, b = _neuron(w, b)
    if (X is None) != (y is None):
        raise ValueError(f"X, y: expected both or neither, got only {'y' if X is None else 'X'}")
    shade(ax, lambda grid: activation(linear(grid, w, b)))
    boundary(ax, w, b)
    if X is not None:
        points(ax, X, y)


def network(ax, sizes, names=None, most=10):
    """Draw a fully connected network: a column of circles for each layer, a line for each connection.

    Of a layer with more than `most` units only the ends are drawn, with dots for the units between them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    sizes : sequence of int
        How many units each layer has, inputs first.
    names : sequence of str, optional
        What to write under the layers.
    most : int
        How many circles a column holds.

    Raises
    ------
    ValueError
        If there are fewer than two layers, a size is below 1, or the names are not as many as the layers.

    Examples
    --------
    >>> fig, ax = plt.subplots()
    >>> network(ax, (784, 128, 10), ("inputs", "hidden", "outputs"))
    >>> [text.get_text() for text in ax.texts][:3]
    ['784', '128', '10']
    >>> plt.close(fig)
    """
    sizes = [as_count(f"sizes[{i}]", size) for i, size in enumerate(sizes)]
    if len(sizes) < 2:
        raise ValueError(f"sizes: expected two layers or more, got {len(sizes)}")
    if names is not None and len(names) != len(sizes):
        raise ValueError(f"names: expected {len(sizes)}, one for each layer, got {len(names)}")
    columns = []
    for i, size in enumerate(sizes):
        y = np.arange(min(size, most), dtype=float)
        if size > most:
            y[most // 2 :] += 1.5  # room for the dots
        y -= y.mean()
        if size > most:
            middle = (y[most // 2 - 1] + y[most // 2]) / 2
            ax.scatter([i] * 3, middle + 0.5 * np.arange(-1, 2), s=7, color=INK, zorder=3)
        columns.append(y)
    for i, (left, right) in enumerate(pairwise(columns)):
        lines = [[(i, a), (i + 1, b)] for a in left for b in right]
        ax.add_collection(LineCollection(lines, color=GRID, linewidth=0.6, zorder=1))
    for i, y in enumerate(columns):
        ax.scatter(np.full(len(y), i), y, s=110, color=BLUE_TINT, edgecolor=BLUE, zorder=2)
    top = max(y.max() for y in columns)
    for i, size in enumerate(sizes):
        ax.text(i, top + 1, f"{size:,}", ha="center", weight="bold")
    for i, name in enumerate(names or ()):
        ax.text(i, -top - 1, name, ha="center", va="top")
    ax.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-top - 2.2, top + 2))
    ax.axis("off")


def _neuron(w, b):
    w, b = as_finite("w", w), as_finite("b", b)
    if w.shape != (2,):
        raise ValueError(f"w: expected two weights, shape (2,), got {w.shape}")
    if b.shape != ():
        raise ValueError(f"b: expected one number, got shape {b.shape}")
    return w, b


def _examples(X, y):
    X, y = as_examples(X, y)
    if X.shape[1] != 2:
        raise ValueError(f"X: expected shape (N, 2), got {X.shape}")
    return X, y
