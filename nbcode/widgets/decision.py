"""A decision weighed by one neuron with three yes/no inputs."""

import numpy as np

from nbcode.data import truth_table
from nbcode.layers import linear
from nbcode.widgets.base import STATIC, Number, Numbers, Toggle, Widget


class Decision(Widget):
    """Go to the cheese festival? Three yes/no inputs, their weights, and a bias.

    The neuron fires at z = w·x + b ≥ 0; ``tie=False`` shows what changes when a tie (z = 0) does not fire.
    The example is from M. Nielsen, *Neural Networks and Deep Learning*, chapter 1.

    Examples
    --------
    >>> from nbcode.widgets import Decision
    >>> Decision().readout()["output"]
    [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]
    """

    title = "Go to the cheese festival?"
    _esm = STATIC / "decision.js"

    x1 = Toggle(True, "x₁: the weather is good", group="This weekend")
    x2 = Toggle(False, "x₂: somebody comes along", group="This weekend")
    x3 = Toggle(False, "x₃: a bus stop is near", group="This weekend")
    w1 = Number(6.0, -8, 8, 0.5, "w₁", group="Your weights")
    w2 = Number(2.0, -8, 8, 0.5, "w₂", group="Your weights")
    w3 = Number(2.0, -8, 8, 0.5, "w₃", group="Your weights")
    b = Number(-5.0, -12, 12, 0.5, "b", group="Your weights")
    tie = Toggle(True, "a tie (z = 0) fires", group="Your weights", when={"wanted": []})
    wanted = Numbers([], 0, 1, 8)

    presets = {
        "threshold 5 (b = −5)": {"w1": 6.0, "w2": 2.0, "w3": 2.0, "b": -5.0},
        "threshold 3 (b = −3)": {"w1": 6.0, "w2": 2.0, "w3": 2.0, "b": -3.0},
    }
    challenges = {
        "weather-and-one": {
            "goal": "Go when the weather is good and at least one of the other two holds. Otherwise stay at home.",
            "start": {"wanted": [0, 0, 0, 0, 0, 1, 1, 1]},
        },
        "majority": {
            "goal": "Go when at least two of the three hold.",
            "start": {"wanted": [0, 0, 0, 1, 0, 1, 1, 1]},
        },
    }

    def readout(self):
        """Return the weighted sum, z and the decision in all 8 cases, and in which row we are."""
        X, w = truth_table(3), np.array([self.w1, self.w2, self.w3])
        z = linear(X, w, self.b)
        output = (z >= 0 if self.tie else z > 0).astype(float)
        return {
            "sum": linear(X, w).tolist(),
            "z": z.tolist(),
            "output": output.tolist(),
            "row": 4 * self.x1 + 2 * self.x2 + self.x3,
            "solved": self.tie and output.tolist() == self.wanted,
        }
