"""Losses of two parameters, to walk down on.

They use +, −, × and ÷ alone, in the order in which the page does, so that the page computes the same bits.
"""

import numpy as np


class Landscape:
    """A loss of two parameters: its value, its gradient, where it is lowest, and its curvatures there.

    Parameters
    ----------
    value, gradient : callable of x and y
        The loss, and its two partial derivatives; of numbers or of arrays.
    minima : list of pair
        Where it is lowest.
    curvatures : pair of float, optional
        The smaller and the larger eigenvalue of the Hessian at the minimum.
    quadratic : bool
        Whether they are the same everywhere.
    far : float
        A run that gets farther from the middle, along either axis, is cut.

    Examples
    --------
    >>> ravine = bowl(0.2, 10)
    >>> ravine.value(-1, 1), ravine.gradient(-1, 1), ravine.curvatures
    (5.1, (-0.2, 10), (0.2, 10))
    """

    def __init__(self, value, gradient, minima, curvatures=None, quadratic=False, far=100):
        self.value, self.gradient, self.minima = value, gradient, minima
        self.curvatures, self.quadratic, self.far = curvatures, quadratic, far


def bowl(low, high):
    """Return the quadratic ½(low·x² + high·y²)."""
    return Landscape(
        lambda x, y: (low * x * x + high * y * y) / 2,
        lambda x, y: (low * x, high * y),
        [(0, 0)],
        (low, high),
        quadratic=True,
    )


def turned_bowl(low, high):
    """Return the same quadratic, turned by 45°: ¼(low·(x + y)² + high·(y − x)²)."""
    return Landscape(
        lambda x, y: (low * (x + y) * (x + y) + high * (y - x) * (y - x)) / 4,
        lambda x, y: ((low * (x + y) - high * (y - x)) / 2, (low * (x + y) + high * (y - x)) / 2),
        [(0, 0)],
        (low, high),
        quadratic=True,
    )


def saddle():
    """Return x²/2 + (y² − 1)²/4: a saddle in the middle, and a minimum on either side of it."""
    return Landscape(
        lambda x, y: x * x / 2 + (y * y - 1) * (y * y - 1) / 4,
        lambda x, y: (x, y * (y * y - 1)),
        [(0, 1), (0, -1)],
        (1, 2),
    )


def rosenbrock():
    """Return (1 − x)² + 100(y − x²)², a bent and flat valley."""
    root = (1002**2 - 4 * 400) ** 0.5  # the Hessian at (1, 1) is [[802, −400], [−400, 200]]
    return Landscape(
        lambda x, y: (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
        lambda x, y: (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
        [(1, 1)],
        ((1002 - root) / 2, (1002 + root) / 2),
    )


def pits():
    """Return w(x) + w(y) with w(t) = (1 + T₆(t/2))/4 + t²/8, T₆ Chebyshev's polynomial: nine pits, one the deepest."""

    def w(t):
        u = t * t / 4
        return ((32 * u - 48) * u + 18) * u / 4 + t * t / 8

    def slope(t):
        u = t * t / 4
        return ((96 * u - 96) * u + 18) * t / 8 + t / 4

    return Landscape(lambda x, y: w(x) + w(y), lambda x, y: (slope(x), slope(y)), [(0, 0)], (2.5, 2.5))


def grid_loss(losses, edge, minimum=(0, 0)):
    """Return a loss that is known on a square grid, and smooth between: a cubic through four points each way.

    Parameters
    ----------
    losses : array, shape (n, n)
        Row by row from below.
    edge : float
        The grid reaches from −edge to edge along both axes; the landscape, one cell less.
    minimum : pair of float
        Where it is lowest.

    References
    ----------
    E. Catmull and R. Rom (1974), "A class of local interpolating splines", *Computer Aided Geometric Design*.
    """
    losses = np.array(losses, dtype=float)
    cell = 2 * edge / (len(losses) - 1)
    far = edge - cell

    def weights(t):
        """Return what each of the four points counts at a share t of the way, and the derivatives by t."""
        return (
            (
                ((2 - t) * t - 1) * t / 2,
                ((3 * t - 5) * t * t + 2) / 2,
                ((4 - 3 * t) * t + 1) * t / 2,
                (t - 1) * t * t / 2,
            ),
            (
                ((4 - 3 * t) * t - 1) / 2,
                (9 * t - 10) * t / 2,
                ((8 - 9 * t) * t + 1) / 2,
                (3 * t - 2) * t / 2,
            ),
        )

    def blend(by, of):
        return by[0] * of[0] + by[1] * of[1] + by[2] * of[2] + by[3] * of[3]

    def inside(x, y):
        """Return the loss, its gradient, and the place on the landscape where they hold: the nearest to (x, y)."""
        place = np.clip(np.nan_to_num(np.array([x, y], dtype=float)), -far, far)
        u = (place + edge) / cell
        first = np.clip(np.floor(u), 1, len(losses) - 3).astype(int)
        (across, slope_x), (up, slope_y) = (weights(t) for t in u - first)
        four = np.arange(-1, 3).reshape(4, *[1] * np.ndim(x))
        columns = losses[first[1] + four, first[0] + four[:, None]]
        rows = blend(across, columns)
        return blend(up, rows), blend(up, blend(slope_x, columns)) / cell, blend(slope_y, rows) / cell, *place

    def value(x, y):
        height, dx, dy, px, py = inside(x, y)
        return height + dx * (x - px) + dy * (y - py)

    return Landscape(value, lambda x, y: inside(x, y)[1:3], [tuple(minimum)], far=far)
