"""Backpropagation in a 2-2-1 network, one line at a time, with or without a bug."""

import numpy as np

from nbcode.activations import Sigmoid, sigmoid, sigmoid_grad
from nbcode.check import numerical_gradient
from nbcode.layers import Linear, Sequential, linear
from nbcode.widgets.base import STATIC, Choice, Number, Widget

LINES = ("z1", "a1", "z2", "a2", "L", "da2", "delta2", "dW2", "db2", "da1", "delta1", "dW1", "db1", "dx", "update")
BUGS = [
    "wrong sign",
    "slope 2 forgotten",
    "slope 1 forgotten",
    "slope taken at a1",
    "W2 transposed",
    "dW1 transposed",
    "bias forgotten",
    "W2 updated too early",
    "gradients not cleared",
]
HIDDEN = "W2 updated too early"  # what "hidden" stands for
GIVEN = ("W1", "b1", "W2", "b2", "x")  # what there are gradients for, in the order of `output`
SIZES = (4, 2, 2, 1, 2)
STEP = 1e-5  # of the differences
RELATIVE, ABSOLUTE = 1e-4, 1e-8  # two gradients that are nearer to each other agree
ASLEEP, AWAKE = 1e-12, 1e-6


def network(W1, b1, W2, b2):
    """Make the network of these weights."""
    model = Sequential(Linear(2, 2), Sigmoid(), Linear(2, 1), Sigmoid())
    for parameter, value in zip(model.parameters(), (W1, b1, W2, b2), strict=True):
        parameter.data[...] = value
    return model


def forward(model, x):
    """Return what each layer makes of the one before, by name."""
    values = {}
    for name, layer in zip(("z1", "a1", "z2", "a2"), model, strict=True):
        x = values[name] = layer(x)
    return values


def backward(model, y, lr, bug="none"):
    """Return all gradients after a pass forward, by name, with a bug in one place.

    With a bug that makes shapes misfit, the gradients from there on are missing.
    """
    hidden, hidden_sigmoid, out, out_sigmoid = model
    bug = HIDDEN if bug == "hidden" else bug
    a1, z2 = out.cache[0], out_sigmoid.cache
    model.zero_grad()
    found = {"da2": out_sigmoid.forward(z2) - y}
    if bug == "wrong sign":
        found["da2"] = -found["da2"]
    delta2 = found["delta2"] = found["da2"] if bug == "slope 2 forgotten" else out_sigmoid.backward(found["da2"])
    da1 = out.backward(delta2)
    times = {"bias forgotten": (1, 0), "gradients not cleared": (2, 2)}.get(bug, (1, 1))
    found |= {"dW2": times[0] * out.weight.grad, "db2": times[1] * out.bias.grad}
    try:
        if bug == "W2 transposed":
            da1 = delta2 @ out.weight.data.T
    except ValueError:  # the shapes do not fit
        return found
    if bug == "W2 updated too early":
        da1 = delta2 @ (out.weight.data - lr * out.weight.grad)
    delta1 = {
        "slope 1 forgotten": lambda: da1,
        "slope taken at a1": lambda: da1 * sigmoid_grad(a1),
    }.get(bug, lambda: hidden_sigmoid.backward(da1))()
    dx = hidden.backward(delta1)
    dW1 = hidden.weight.grad.T if bug == "dW1 transposed" else hidden.weight.grad
    return found | {
        "da1": da1,
        "delta1": delta1,
        "dW1": times[0] * dW1,
        "db1": times[1] * hidden.bias.grad,
        "dx": dx,
    }


def differs(ours, measured):
    """Tell whether a gradient is not the measured one."""
    return bool(abs(ours - measured) > RELATIVE * max(abs(ours), abs(measured)) + ABSOLUTE)


def settings(x, y, W1, b1, W2, b2, **more):
    """Name the numbers of a network."""
    names = ("x1", "x2", "y", "W1_11", "W1_12", "W1_21", "W1_22", "b1_1", "b1_2", "W2_1", "W2_2", "b2")
    return dict(zip(names, map(float, (*x, y, *W1, *b1, *W2, b2)), strict=True)) | {"updates": 0} | more


EXAMPLE = settings((0.5, 0.1), 1, (0.1, 0.2, 0.3, 0.4), (0.1, 0.2), (0.5, 0.6), 0.3)


class Backprop(Widget):
    """Forward and backward through a network of two inputs, two hidden neurons and one output, all sigmoid.

    The loss is ½(a₂ − y)². ``step`` says how many lines have run: 0 none, then one for each of z1, a1, z2, a2, L,
    da2, delta2, dW2, db2, da1, delta1, dW1, db1, dx, and 15 the update. ``bug`` breaks the pass backward in one
    place; with ``"hidden"`` the page does not say where, and ``guess`` is what the reader makes of it.

    Examples
    --------
    >>> from nbcode.widgets import Backprop
    >>> out = Backprop().readout()
    >>> round(out["L"], 6), round(out["after"], 6), out["differ"]
    (0.040082, 0.039526, 0)
    """

    title = "Backpropagation, line by line"
    _esm = STATIC / "backprop.js"

    step = Number(0, 0, len(LINES), 1, "", whole=True)
    lr = Number(0.1, 0.001, 100, 0.001, "learning rate η", log=True)
    bug = Choice("none", ["none", *BUGS, "hidden"], "break it")
    guess = Choice("no idea yet", ["no idea yet", *BUGS], "it is", when={"bug": "hidden"})
    x1 = Number(0.5, -2, 2, 0.1, "")
    x2 = Number(0.1, -2, 2, 0.1, "")
    y = Number(1.0, -1, 2, 0.1, "")
    W1_11 = Number(0.1, -10, 10, 0.1, "")
    W1_12 = Number(0.2, -10, 10, 0.1, "")
    W1_21 = Number(0.3, -10, 10, 0.1, "")
    W1_22 = Number(0.4, -10, 10, 0.1, "")
    b1_1 = Number(0.1, -10, 10, 0.1, "")
    b1_2 = Number(0.2, -10, 10, 0.1, "")
    W2_1 = Number(0.5, -10, 10, 0.1, "")
    W2_2 = Number(0.6, -10, 10, 0.1, "")
    b2 = Number(0.3, -10, 10, 0.1, "")
    updates = Number(0, 0, 9999, 1, "", whole=True)

    presets = {
        "the worked example": EXAMPLE,
        "saturated": settings((0.5, 0.1), 0, (5, 6, -6, -5), (3, -3), (1, 1), 0),
        "symmetric": settings((0.5, 0.1), 1, (0.4, 0.4, 0.4, 0.4), (0.1, 0.1), (0.5, 0.5), 0.3),
        "sure and wrong": settings((0.5, 0.1), 0, (1, 2, 3, 4), (1, 1), (4, 4), 2),
    }
    challenges = {
        "asleep": {
            "goal": "No bug: find weights for which the first hidden neuron gets no gradient at all, the second one "
            "does, and the loss is not 0.",
            "start": EXAMPLE | {"step": len(LINES)},
        },
        "which": {
            "goal": "One bug of the list is in force, and the page does not say which. Find it from the numbers, "
            "and choose it under “it is”.",
            "start": settings((0.8, -0.4), 0, (0.5, -0.3, 0.7, 0.2), (0.1, -0.2), (0.9, -0.6), 0.2)
            | {"bug": "hidden", "step": len(LINES), "lr": 0.5},
        },
    }

    def arrays(self):
        """Return W1, b1, W2, b2, x and y as arrays."""
        W1 = np.array([[self.W1_11, self.W1_12], [self.W1_21, self.W1_22]])
        b1, W2, b2 = np.array([self.b1_1, self.b1_2]), np.array([[self.W2_1, self.W2_2]]), np.array([self.b2])
        return [W1, b1, W2, b2], np.array([[self.x1, self.x2]]), np.array([[self.y]])

    def readout(self):
        """Return every quantity, the measured gradients, the weights after a step, and what each check makes of it."""
        weights, x, y = self.arrays()

        def loss(flat):
            W1, b1, W2, b2, x = np.split(flat, np.cumsum(SIZES)[:-1])
            a2 = sigmoid(linear(sigmoid(linear(x, W1.reshape(2, 2), b1)), W2, b2[0]))
            return float((a2 - self.y) ** 2 / 2)

        here = np.concatenate([part.ravel() for part in (*weights, x)])
        measured = numerical_gradient(loss, here, STEP)
        model = network(*weights)
        values = forward(model, x)
        L = loss(here)

        def examine(bug):
            """Return the gradients with a bug; in a list, None if they are not there; and how the checks see them."""
            found = backward(model, y, self.lr, bug)
            fits = "dx" in found
            flat = [
                number
                for name, size in zip(GIVEN, SIZES, strict=True)
                for number in (found[f"d{name}"].ravel().tolist() if f"d{name}" in found else [None] * size)
            ]
            apart = [g is not None and differs(g, m) for g, m in zip(flat, measured, strict=True)]
            updated = (here[:9] - self.lr * np.array(flat[:9])).tolist() if fits else None
            after = loss(np.array([*updated, *here[9:]])) if fits else None
            return found, flat, apart, updated, after

        found, flat, apart, updated, after = examine(self.bug)
        verdicts = {}
        for name in ["none", *BUGS]:
            _, gradients, wrong, _, end = examine(name)
            fits = None not in gradients
            verdicts[name] = {"fits": fits, "differ": sum(wrong) if fits else None, "after": end}
        delta1 = found.get("delta1", np.zeros((1, 2)))[0]
        asleep = self.bug == "none" and abs(delta1[0]) < ASLEEP and abs(delta1[1]) > AWAKE and L > AWAKE
        hidden = self._schema["initial"]["bug"] == "hidden"
        return {
            **{name: value.tolist() for name, value in (values | found).items()},
            "L": L,
            "measured": measured.tolist(),
            "apart": apart,
            "differ": sum(apart) if updated else None,
            "updated": updated,
            "after": after,
            "verdicts": verdicts,
            "output": [g for g in flat if g is not None],
            "solved": bool(self.bug == "hidden" and self.guess == HIDDEN if hidden else asleep),
        }
