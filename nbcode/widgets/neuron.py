"""One neuron with two inputs."""

import numpy as np

from nbcode.activations import sigmoid, step
from nbcode.data import GATES, blobs, truth_table
from nbcode.layers import linear
from nbcode.widgets.base import STATIC, Choice, Number, Points, Widget


def labelled(X, y):
    """Join inputs and targets to points ``[x1, x2, label]``, rounded to what a link can carry."""
    return [[round(float(x1), 2), round(float(x2), 2), int(t)] for (x1, x2), t in zip(X, y, strict=True)]


POINTS = {gate: labelled(truth_table(2), targets) for gate, targets in GATES.items()} | {
    "two blobs": labelled(*blobs(centers=((0.25, 0.6), (0.7, 0.8)), spread=0.17))
}


def task(data, goal, **more):
    """Make a challenge: get every point of the data right, starting from a neuron that does not."""
    return {"goal": goal, "start": {"points": POINTS[data], "w1": -1.0, "w2": 1.0, "b": 0.5}} | more


class Neuron(Widget):
    """A neuron a = f(w₁x₁ + w₂x₂ + b) whose decision line, weight vector and points can be moved.

    ``f`` is the step, or sigmoid(kz) with steepness k. A point counts as right when the neuron fires (z ≥ 0)
    exactly where its label is 1.

    Examples
    --------
    >>> from nbcode.widgets import Neuron
    >>> neuron = Neuron(w1=1, w2=1, b=-1.5)
    >>> neuron.readout()["right"], neuron.solved
    (4, True)
    """

    title = "One neuron, two inputs"
    _esm = STATIC / "neuron.js"

    w1 = Number(1.0, -4, 4, 0.05, "w₁")
    w2 = Number(-1.0, -4, 4, 0.05, "w₂")
    b = Number(0.25, -8, 8, 0.05, "b")
    activation = Choice("step", ["step", "sigmoid"], "activation")
    k = Number(4.0, 0.5, 20, 0.1, "steepness k", when={"activation": "sigmoid"})
    points = Points(POINTS["AND"], -0.75, 1.75)

    presets = {name: {"points": POINTS[name]} for name in ["AND", "OR", "NAND", "XOR", "two blobs"]}
    challenges = {
        "and": task("AND", "Make the neuron compute AND: it fires for (1, 1) and for nothing else."),
        "nand": task("NAND", "Make the neuron compute NAND: it fires for everything but (1, 1)."),
        "blobs": task("two blobs", "Part the two blobs: fire for every blue square and for no orange circle."),
        "xor": task(
            "XOR",
            "Make the neuron compute XOR: it fires when exactly one input is 1.",
            patience=30,
            after="You have tried long enough, and never got past 3 of 4. It is not you. "
            "No line parts these points; the proof stands below.",
        ),
    }

    def readout(self):
        """Return z and the output at every point, how many are right, and whether all are."""
        X, labels = np.array(self.points)[:, :2], np.array(self.points)[:, 2]
        z = linear(X, np.array([self.w1, self.w2]), self.b)
        output = step(z) if self.activation == "step" else sigmoid(self.k * z)
        right = int(np.sum(step(z) == labels))
        return {
            "z": z.tolist(),
            "output": output.tolist(),
            "right": right,
            "solved": right == len(self.points),
        }
