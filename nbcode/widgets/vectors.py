"""Two vectors in the plane: their sum, their lengths, their dot product and the angle between them."""

import math

import numpy as np

from nbcode.layers import linear
from nbcode.widgets.base import STATIC, Choice, Number, Widget

PRODUCT, SUM = "dot product", "sum"


class Vectors(Widget):
    """Two arrows a and b, each shape (2,), with their dot product as a projection, or with their sum.

    Examples
    --------
    >>> from nbcode.widgets import Vectors
    >>> out = Vectors(a1=2, a2=1, b1=1, b2=2).readout()
    >>> out["dot"], round(out["angle"], 6), out["sum"]
    (4.0, 36.869898, [3.0, 3.0])
    """

    title = "Two vectors"
    _esm = STATIC / "vectors.js"

    a1 = Number(2.0, -2, 2, 0.1, "a₁")
    a2 = Number(1.0, -2, 2, 0.1, "a₂")
    b1 = Number(1.0, -2, 2, 0.1, "b₁")
    b2 = Number(2.0, -2, 2, 0.1, "b₂")
    show = Choice(PRODUCT, [PRODUCT, SUM], "show")

    presets = {
        "much the same way": {"a1": 2.0, "a2": 1.0, "b1": 2.0, "b2": 0.5},
        "at a right angle": {"a1": 2.0, "a2": 1.0, "b1": -1.0, "b2": 2.0},
        "against each other": {"a1": 2.0, "a2": 1.0, "b1": -2.0, "b2": 0.5},
    }
    challenges = {
        "right-angle": {
            "goal": "Turn one arrow until it stands at a right angle to the other, and make both the same length.",
            "start": {"a1": 2.0, "a2": 1.0, "b1": 0.5, "b2": 1.5},
        }
    }

    def readout(self):
        """Return the sum, the lengths, the dot product, the angle in degrees and the projection of b on a."""
        a, b = np.array([self.a1, self.a2]), np.array([self.b1, self.b2])
        dot, cross = float(linear(a, b)), self.a1 * self.b2 - self.a2 * self.b1
        lengths = [float(np.linalg.norm(a)), float(np.linalg.norm(b))]
        zero = min(lengths) == 0
        return {
            "sum": (a + b).tolist(),
            "lengths": lengths,
            "dot": dot,
            "angle": None if zero else math.degrees(math.atan2(abs(cross), dot)),
            "projection": None if lengths[0] == 0 else dot / lengths[0],
            "output": [*(a + b).tolist(), dot],
            "solved": not zero and abs(dot) < 1e-9 and abs(lengths[0] - lengths[1]) < 1e-9,
        }
