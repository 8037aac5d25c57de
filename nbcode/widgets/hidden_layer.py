"""The plane of the inputs beside the plane of the hidden layer."""

import numpy as np

from nbcode.activations import relu, sigmoid, step
from nbcode.layers import linear
from nbcode.widgets.base import STATIC, Choice, Number, Points, Widget
from nbcode.widgets.neuron import POINTS
from nbcode.widgets.xor_network import NAND, NEURONS, OR, settings

ACTIVATIONS = {"none": lambda z: z, "step": step, "sigmoid": sigmoid, "ReLU": relu}

WEDGE = [
    *([0.5, 0.4, 1], [0.5, 1.0, 1], [0.25, 1.35, 1], [0.8, 1.4, 1]),
    *([0.5, -0.3, 0], [-0.1, 0.3, 0], [1.1, 0.2, 0], [-0.45, 1.1, 0], [1.45, 1.0, 0], [-0.3, -0.4, 0]),
]
# No two lines part these: a strip or a wedge that holds the squares is wider than the gaps between the circles.
RING = [
    *([0.9, 0.5, 1], [0.5, 0.9, 1], [0.1, 0.5, 1], [0.5, 0.1, 1]),
    *([1.25, 0.5, 0], [1.03, 1.03, 0], [0.5, 1.25, 0], [-0.03, 1.03, 0]),
    *([-0.25, 0.5, 0], [-0.03, -0.03, 0], [0.5, -0.25, 0], [1.03, -0.03, 0]),
]
XOR = POINTS["XOR"]
START = {"activation": "ReLU", "points": XOR} | settings(h1=(1, -0.5, 0.3), h2=(0.5, 1, -0.5), y=(1, -1, 0.5))


class HiddenLayer(Widget):
    """Two hidden neurons move the plane of the inputs; a third, with the step, draws a line in the plane they make.

    The hidden neurons have an activation, or none; then the three together are one neuron. At most twelve points.

    Examples
    --------
    >>> from nbcode.widgets import HiddenLayer
    >>> HiddenLayer(**HiddenLayer.presets["XOR, step"]).readout()["h"]
    [[0.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 0.0]]
    """

    title = "What a hidden layer does to the plane"
    _esm = STATIC / "hidden_layer.js"

    activation = Choice("ReLU", list(ACTIVATIONS), "hidden activation")
    h1_w1 = Number(START["h1_w1"], -4, 4, 0.1, "w₁", group=NEURONS["h1"])
    h1_w2 = Number(START["h1_w2"], -4, 4, 0.1, "w₂", group=NEURONS["h1"])
    h1_b = Number(START["h1_b"], -6, 6, 0.1, "b", group=NEURONS["h1"])
    h2_w1 = Number(START["h2_w1"], -4, 4, 0.1, "w₁", group=NEURONS["h2"])
    h2_w2 = Number(START["h2_w2"], -4, 4, 0.1, "w₂", group=NEURONS["h2"])
    h2_b = Number(START["h2_b"], -6, 6, 0.1, "b", group=NEURONS["h2"])
    y_w1 = Number(START["y_w1"], -4, 4, 0.1, "w₁", group=NEURONS["y"])
    y_w2 = Number(START["y_w2"], -4, 4, 0.1, "w₂", group=NEURONS["y"])
    y_b = Number(START["y_b"], -6, 6, 0.1, "b", group=NEURONS["y"])
    points = Points(XOR, -0.75, 1.75, most=12)
    only = Choice("any", ["any", "ReLU"], "")  # the activation that a challenge asks for

    presets = {
        "XOR, step": {"activation": "step", "points": XOR} | settings(h1=OR, h2=NAND, y=(1, 1, -1.5)),
        "XOR, sigmoid": {"activation": "sigmoid", "points": XOR}
        | settings(h1=(4, 2.5, -1), h2=(-3.5, -4, 6), y=(4, 4, -5.9)),
        "XOR, ReLU: your turn": START,
        "XOR, no activation": START | {"activation": "none"},
        "wedge": START | {"points": WEDGE},
        "ring": START | {"points": RING},
    }
    challenges = {
        "relu": {"goal": "Sort XOR with ReLU in the hidden layer.", "start": START | {"only": "ReLU"}},
        "wedge": {
            "goal": "Get all points of the wedge right, with any activation.",
            "start": START | {"points": WEDGE},
        },
    }

    def readout(self):
        """Return where the hidden layer moves the points, z and output of y there, and how many are right."""
        X, labels = np.array(self.points)[:, :2], np.array(self.points)[:, 2]
        W = np.array([[self.h1_w1, self.h1_w2], [self.h2_w1, self.h2_w2]])
        h = ACTIVATIONS[self.activation](linear(X, W, np.array([self.h1_b, self.h2_b])))
        z = linear(h, np.array([self.y_w1, self.y_w2]), self.y_b)
        right = int(np.sum(step(z) == labels))
        return {
            "h": h.tolist(),
            "z": z.tolist(),
            "output": step(z).tolist(),
            "right": right,
            "solved": right == len(labels) and self.only in ("any", self.activation),
        }
