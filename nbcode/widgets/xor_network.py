"""Two neurons feeding a third: enough for XOR."""

import numpy as np

from nbcode.activations import step
from nbcode.data import GATES, truth_table
from nbcode.layers import linear
from nbcode.widgets.base import STATIC, Number, Widget

NEURONS = {"h1": "h₁ sees x₁ and x₂", "h2": "h₂ sees x₁ and x₂", "y": "y sees h₁ and h₂"}


def settings(**neurons):
    """Name the parameters of three neurons: ``settings(h1=(w1, w2, b), …)``."""
    return {
        f"{n}_{p}": float(v) for n, values in neurons.items() for p, v in zip(("w1", "w2", "b"), values, strict=True)
    }


OR, AND, NAND = (1, 1, -0.5), (1, 1, -1.5), (-1, -1, 1.5)


class XorNetwork(Widget):
    """XOR from three neurons: h₁ and h₂ look at the inputs, y looks at h₁ and h₂. All use the step.

    Examples
    --------
    >>> from nbcode.widgets import XorNetwork
    >>> XorNetwork(**XorNetwork.presets["OR, NAND, then AND"]).solved
    True
    """

    title = "Two neurons feed a third"
    _esm = STATIC / "xor_network.js"

    h1_w1 = Number(1.0, -4, 4, 0.1, "w₁", group=NEURONS["h1"])
    h1_w2 = Number(1.0, -4, 4, 0.1, "w₂", group=NEURONS["h1"])
    h1_b = Number(-0.5, -6, 6, 0.1, "b", group=NEURONS["h1"])
    h2_w1 = Number(1.0, -4, 4, 0.1, "w₁", group=NEURONS["h2"])
    h2_w2 = Number(-1.0, -4, 4, 0.1, "w₂", group=NEURONS["h2"])
    h2_b = Number(0.2, -6, 6, 0.1, "b", group=NEURONS["h2"])
    y_w1 = Number(1.0, -4, 4, 0.1, "w₁", group=NEURONS["y"])
    y_w2 = Number(1.0, -4, 4, 0.1, "w₂", group=NEURONS["y"])
    y_b = Number(-1.5, -6, 6, 0.1, "b", group=NEURONS["y"])

    presets = {
        "OR, NAND, then AND": settings(h1=OR, h2=NAND, y=AND),
        "only x₁, only x₂, then OR": settings(h1=(1, -1, -0.5), h2=(-1, 1, -0.5), y=OR),
        "twice the same": settings(h1=OR, h2=OR, y=AND),
    }
    challenges = {
        "xor": {
            "goal": "Make y fire when exactly one of x₁ and x₂ is 1.",
            "start": settings(h1=OR, h2=OR, y=OR),
        }
    }

    def readout(self):
        """Return the outputs of h₁, h₂ and y for the four inputs, and how many of XOR's rows are right."""
        weights = {
            n: (np.array([getattr(self, f"{n}_w1"), getattr(self, f"{n}_w2")]), getattr(self, f"{n}_b"))
            for n in NEURONS
        }
        X = truth_table(2)
        h1, h2 = step(linear(X, *weights["h1"])), step(linear(X, *weights["h2"]))
        output = step(linear(np.stack([h1, h2], axis=1), *weights["y"]))
        right = int(np.sum(output == np.array(GATES["XOR"])))
        return {
            "h1": h1.tolist(),
            "h2": h2.tolist(),
            "output": output.tolist(),
            "right": right,
            "solved": right == 4,
        }
