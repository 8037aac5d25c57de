"""The slope of a curve, measured between two points that come closer and closer."""

import math

from nbcode.check import numerical_gradient
from nbcode.widgets.base import STATIC, Choice, Number, Widget

ONE_SIDE, BOTH_SIDES = "x and x + h", "x − h and x + h"


def sine(x):
    """Return sin x from its series, in the same steps as the page: with a tiny h, the last digit is what counts."""
    factor = 1.0
    for k in range(13, 0, -1):
        factor = 1 - x * x * factor / (2 * k * (2 * k + 1))
    return x * factor


# Each curve with its derivative; None where there is none.
CURVES = {
    "x²": (lambda x: x * x, lambda x: 2 * x),
    "x³ − x": (lambda x: x * x * x - x, lambda x: 3 * x * x - 1),
    "sin x": (sine, math.cos),
    "|x|": (abs, lambda x: math.copysign(1, x) if x else None),
}


class Slope(Widget):
    """A curve, a point x on it, and a second point at the distance h: the secant's slope against the tangent's.

    Examples
    --------
    >>> from nbcode.widgets import Slope
    >>> out = Slope(f="x²", x=0.5, h=1).readout()
    >>> out["slope"], out["derivative"]
    (2.0, 1.0)
    """

    title = "The slope at a point"
    _esm = STATIC / "slope.js"

    f = Choice("x²", list(CURVES), "curve")
    x = Number(0.5, -1.8, 1.8, 0.05, "x")
    h = Number(0.8, 1e-12, 1, 0.01, "h", log=True)
    points = Choice(ONE_SIDE, [ONE_SIDE, BOTH_SIDES], "measured between")

    presets = {
        "h = 1": {"h": 1.0},
        "h = 0.1": {"h": 0.1},
        "h = 10⁻⁶": {"h": 1e-6},
        "h = 10⁻¹²": {"h": 1e-12},
    }
    challenges = {
        "exact": {
            "goal": "Measure the slope of sin x at x = 1 so well that the error is below 10⁻⁹, one part in a billion.",
            "start": {"f": "sin x", "x": 1.0, "h": 0.1},
        }
    }

    def readout(self):
        """Return the height of the curve, the measured slope, the derivative and the error; None at a corner."""
        curve, derivative = CURVES[self.f]
        value, exact = float(curve(self.x)), derivative(self.x)
        if self.points == BOTH_SIDES:
            slope = float(numerical_gradient(curve, self.x, self.h))
        else:
            slope = (curve(self.x + self.h) - value) / self.h
        error = None if exact is None else abs(slope - exact)
        return {
            "output": [value] if exact is None else [value, exact],
            "slope": slope,
            "derivative": exact,
            "error": error,
            "solved": self.f == "sin x" and abs(self.x) >= 0.5 and error < 1e-9,
        }
