"""The sigmoid on its way to the step."""

import math

from nbcode.activations import sigmoid, step
from nbcode.widgets.base import STATIC, Number, Widget

THRESHOLD = 5


class Steepness(Widget):
    """sigmoid(k(x − 5)) beside step(x − 5): the same as k grows, except at x = 5, where it stays ½.

    Examples
    --------
    >>> from nbcode.widgets import Steepness
    >>> Steepness(k=100, x=5).readout()["output"]
    [0.5, 1.0]
    """

    title = "From the sigmoid to the step"
    _esm = STATIC / "steepness.js"

    k = Number(1.0, 0.2, 100, 0.1, "steepness k", log=True)
    x = Number(6.0, 0, 10, 0.05, "x")

    presets = {
        "k = 1": {"k": 1.0},
        "k = 10": {"k": 10.0},
        "k = 100": {"k": 100.0},
        "at the threshold": {"k": 100.0, "x": 5.0},
    }

    def readout(self):
        """Return both functions at x, their gap, and how wide the sigmoid's rise from 0.1 to 0.9 is."""
        z = self.x - THRESHOLD
        soft, hard = float(sigmoid(self.k * z)), float(step(z))
        return {"output": [soft, hard], "gap": abs(soft - hard), "width": 2 * math.log(9) / self.k}
