"""A curve in one dimension, built by hand from ReLU units."""

import numpy as np

from nbcode.activations import relu
from nbcode.layers import linear
from nbcode.widgets.base import STATIC, Choice, Number, Numbers, Widget

TARGETS = {
    "sine": lambda x: np.sin(np.pi * x),
    "bump": lambda x: np.exp(-8 * x * x),
    "|x|": np.abs,
    "step": lambda x: (x >= 0).astype(float),
}
GAP = 0.05  # between two kinks, at least
LAST = 8  # the place in `heights` of the right end
EVEN = {"kinks": [], "heights": []}


class Approximation(Widget):
    """A network 1-n-1 of ReLU units, f(x) = c + Σ vᵢ ReLU(x − kᵢ) on −1 … 1: a polyline with a kink for each unit.

    The first unit has its kink at the left end, and makes the first slope. ``kinks`` are the places of the others,
    ``heights`` those of f: first the left end, then the kinks, and in the last place the right end. Where they are empty, the kinks
    are spread evenly and lie on the curve.

    Examples
    --------
    >>> from nbcode.widgets import Approximation
    >>> out = Approximation(target="|x|", units=2).readout()
    >>> out["kinks"], out["weights"], out["bias"], out["error"]
    ([-1.0, 0.0], [-1.0, 2.0], 1.0, 0.0)
    """

    title = "A curve from ReLU units"
    _esm = STATIC / "approximation.js"

    target = Choice("sine", list(TARGETS), "target")
    units = Number(4, 1, 8, 1, "ReLU units", whole=True)
    kinks = Numbers([], -1, 1, LAST - 1)
    heights = Numbers([], -1.5, 1.5, LAST + 1)

    presets = {
        "spread evenly": EVEN,
        "|x| from two": EVEN | {"target": "|x|", "units": 2},
        "bump from eight": EVEN | {"target": "bump", "units": 8},
        "step from eight": EVEN | {"target": "step", "units": 8},
    }
    challenges = {
        "sine": {
            "goal": "Bring the largest distance from the sine below 0.1, with 5 units.",
            "start": {"units": 5},
        }
    }

    def corners(self):
        """Return the places and the heights of both ends and of the kinks between them."""
        n, x = self.units, [-1.0]
        for i in range(1, n):
            x.append(min(1 - GAP * (n - i), max(x[i - 1] + GAP, self.kinks[i - 1])) if self.kinks else -1 + 2 * i / n)
        x = np.array([*x, 1.0])
        return x, np.array([*self.heights[:n], self.heights[LAST]]) if self.heights else TARGETS[self.target](x)

    def readout(self):
        """Return the network's kinks and weights, its values on 21 points, and the largest distance from the target."""
        x, y = self.corners()
        kinks, weights, bias = x[:-1], np.diff(np.diff(y) / np.diff(x), prepend=0.0), y[0]

        def network(x):
            return linear(relu(linear(x[:, None], np.ones((len(kinks), 1)), -kinks)), weights, bias)

        fine = -1 + np.arange(401) / 200
        error = float(np.max(np.abs(network(fine) - TARGETS[self.target](fine))))
        return {
            "kinks": kinks.tolist(),
            "weights": weights.tolist(),
            "bias": float(bias),
            "output": network(-1 + np.arange(21) / 10).tolist(),
            "error": error,
            "solved": self.target == "sine" and self.units <= 5 and error < 0.1,
        }
