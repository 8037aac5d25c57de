"""Rosenblatt's learning rule, one update at a time."""

import numpy as np

from nbcode.activations import step
from nbcode.layers import linear
from nbcode.train import perceptron
from nbcode.widgets.base import STATIC, Choice, Number, Widget
from nbcode.widgets.neuron import POINTS

MOST = 60


class Perceptron(Widget):
    """The perceptron rule: on a mistake at x, add (target − output)·x to w and (target − output) to b.

    Examples
    --------
    >>> from nbcode.widgets import Perceptron
    >>> Perceptron(data="AND", updates=60).readout()["right"]
    4
    """

    title = "The perceptron rule, update by update"
    _esm = STATIC / "perceptron.js"

    data = Choice("AND", ["AND", "OR", "NAND", "XOR", "two blobs"], "data")
    updates = Number(0, 0, MOST, 1, "updates", whole=True)

    def __init__(self, **params):
        super().__init__(**params)
        self._schema = self._schema | {"points": {name: POINTS[name] for name in self.params()["data"].options}}

    def readout(self):
        """Return the neuron after so many updates, the example that caused the last one, and the score."""
        points = np.array(POINTS[self.data])
        X, y = points[:, :2], points[:, 2]
        run = perceptron(X, y, epochs=MOST)
        done = min(self.updates, len(run.steps))
        example, w, b = run.steps[done - 1] if done else (-1, np.zeros(2), 0.0)
        output = step(linear(X, np.asarray(w), b))
        right = int(np.sum(output == y))
        return {
            "done": done,
            "stopped": run.converged and done == len(run.steps),
            "example": example,
            "w": w.tolist(),
            "b": b,
            "output": output.tolist(),
            "right": right,
        }
