"""A function of two variables as a map: partial derivatives, and the gradient."""

import math

from nbcode.widgets.base import STATIC, Choice, Number, Widget

# Each function with its two partial derivatives.
SURFACES = {
    "x² + 3y²": (lambda x, y: x * x + 3 * y * y, lambda x, y: 2 * x, lambda x, y: 6 * y),
    "x² − y²": (lambda x, y: x * x - y * y, lambda x, y: 2 * x, lambda x, y: -2 * y),
    "2x + 3y": (lambda x, y: 2 * x + 3 * y, lambda x, y: 2.0, lambda x, y: 3.0),
}


class Surface(Widget):
    """A function f(x, y) by its level lines, a point on the map, the two slices through it, and the gradient.

    Examples
    --------
    >>> from nbcode.widgets import Surface
    >>> out = Surface(f="x² + 3y²", x=1, y=0.5).readout()
    >>> out["value"], out["output"]
    (1.75, [2.0, 3.0])
    """

    title = "Two variables, two slopes"
    _esm = STATIC / "surface.js"

    f = Choice("x² + 3y²", list(SURFACES), "f(x, y)")
    x = Number(1.0, -1.5, 1.5, 0.05, "x")
    y = Number(0.5, -1.5, 1.5, 0.05, "y")

    presets = {
        "on a slope": {"f": "x² + 3y²", "x": 1.0, "y": 0.5},
        "the bottom of a bowl": {"f": "x² + 3y²", "x": 0.0, "y": 0.0},
        "a saddle": {"f": "x² − y²", "x": 0.0, "y": 0.0},
        "a tilted plane": {"f": "2x + 3y", "x": 0.5, "y": -0.5},
    }

    def readout(self):
        """Return the height, the gradient (both partial derivatives) and its length."""
        f, along_x, along_y = SURFACES[self.f]
        gradient = [along_x(self.x, self.y), along_y(self.x, self.y)]
        return {
            "value": f(self.x, self.y),
            "output": gradient,
            "length": math.hypot(*gradient),
        }
