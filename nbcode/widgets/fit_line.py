"""A line through points, as three losses would have it."""

from itertools import combinations

import numpy as np

from nbcode.losses import HuberLoss, L1Loss, MSELoss
from nbcode.widgets.base import STATIC, Choice, Number, Points, Toggle, Widget

ROUNDS = 100  # of Huber's fit
FLAT = 1e-9  # a slope this small counts as none


def least_squares(x, y, weight=1.0):
    """Return slope and intercept of the line with the least (weighted) sum of squared errors; flat if x is constant."""
    weight = np.broadcast_to(weight, x.shape)
    middle, height = (weight @ x) / weight.sum(), (weight @ y) / weight.sum()
    spread = weight @ (x - middle) ** 2
    slope = 0.0 if spread < 1e-12 else (weight * (x - middle)) @ (y - height) / spread
    return slope, height - slope * middle


def least_absolute(x, y):
    """Return slope and intercept of the line with the least sum of absolute errors.

    Some best line passes through two of the points, so it is enough to try all pairs.
    """
    best, line = np.inf, (0.0, float(np.median(y)))
    for i, j in combinations(range(len(x)), 2):
        if abs(x[j] - x[i]) < 1e-9:
            continue
        slope = (y[j] - y[i]) / (x[j] - x[i])
        intercept = y[i] - slope * x[i]
        total = np.abs(slope * x + intercept - y).sum()
        if total < best - 1e-9:
            best, line = total, (slope, intercept)
    return line


def least_huber(x, y, delta):
    """Return slope and intercept of the line with the least sum of Huber's losses.

    Again and again it is a least-squares line, in which an error e weighs δ/|e| once it is larger than δ.
    """
    line = least_squares(x, y)
    for _ in range(ROUNDS):
        error = np.abs(line[0] * x + line[1] - y)
        line = least_squares(x, y, delta / np.maximum(error, delta))
    return line


def on_a_line(xs, ys, outlier):
    """Make points of label 0, and one outlier of label 1."""
    return [*([float(x), float(y), 0] for x, y in zip(xs, ys, strict=True)), [*map(float, outlier), 1]]


HEIGHTS = (2.1, 2.4, 3.4, 3.6, 4.7, 4.9, 5.9)
STRAIGHT = on_a_line(range(1, 8), HEIGHTS, (8.5, 0.8))
ASIDE = on_a_line((6, 6.5, 7, 7.5, 8, 8.5, 9.2), (3.2, 3.3, 4.1, 4.2, 5.1, 5.2, 6.1), (0.5, 9.5))
MIDDLE = on_a_line(range(1, 8), HEIGHTS, (4.5, 9.5))


class FitLine(Widget):
    """Three lines through the same points: least squared, least absolute, least Huber error.

    The point with label 1 is the outlier, drawn as a square; it can be set aside. If no point is left, all count.

    Examples
    --------
    >>> from nbcode.widgets import FitLine
    >>> [round(slope, 2) for slope, _ in FitLine(outlier=True).readout()["lines"]]
    [0.12, 0.56, 0.47]
    """

    title = "Three lines through the same points"
    _esm = STATIC / "fit_line.js"

    outlier = Toggle(False, "count the outlier (the square)")
    errors = Choice("squared", ["squared", "absolute", "Huber"], "show the errors of")
    delta = Number(1.0, 0.1, 5, 0.1, "Huber’s δ")
    points = Points(STRAIGHT, 0, 10, most=12)

    presets = {
        "low at the end": {"points": STRAIGHT, "outlier": True},
        "high in the middle": {"points": MIDDLE, "outlier": True},
        "far to the side": {"points": ASIDE, "outlier": True},
    }
    challenges = {
        "turn": {
            "goal": "Move the square, and nothing else, until the squared error’s line falls "
            "while the absolute error’s line still rises.",
            "start": {"points": on_a_line(range(1, 8), HEIGHTS, (8, 6.3)), "outlier": True},
        }
    }

    def readout(self):
        """Return the lines as (slope, height at x = 0), their losses, the lines without the outlier, and ``solved``."""
        every, regular = np.array(self.points), np.array([p for p in self.points if not p[2]] or self.points)

        def fit(points):
            x, y = points[:, 0], points[:, 1]
            return [least_squares(x, y), least_absolute(x, y), least_huber(x, y, self.delta)]

        counted = every if self.outlier else regular
        lines = fit(counted)
        x, y = counted[:, 0], counted[:, 1]
        losses = (MSELoss(), L1Loss(), HuberLoss(delta=self.delta))
        output = [float(loss(a * x + b, y)) for loss, (a, b) in zip(losses, lines, strict=True)]
        at_first = [p for p in self._schema["initial"]["points"] if not p[2]]
        kept = at_first == [p for p in self.points if not p[2]]
        return {
            "lines": [list(map(float, line)) for line in lines],
            "without": [list(map(float, line)) for line in fit(regular)],
            "output": output,
            "solved": self.outlier and kept and lines[0][0] < -FLAT and lines[1][0] > FLAT,
        }
