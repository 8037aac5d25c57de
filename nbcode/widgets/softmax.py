"""Softmax: from logits to probabilities, with a temperature, and with the overflow that it is famous for."""

import math

import numpy as np

from nbcode.activations import sigmoid, softmax
from nbcode.widgets.base import STATIC, Number, Toggle, Widget

CLASSES = 5
USUAL = {"classes": 3, "z1": 2.0, "z2": 1.0, "z3": 0.0, "T": 1.0, "offset": 0.0}
WANTED = (0.5, 0.25, 0.25)  # of the challenge
WITHIN = 0.01


def logit(i, default):
    """Make the control of one logit, there while there are enough classes."""
    when = None if i < 3 else {"classes": list(range(i, CLASSES + 1))}
    return Number(default, -5, 5, 0.05, f"z{chr(0x2080 + i)}", when=when)


class Softmax(Widget):
    """Two to five logits, draggable, and their softmax with temperature T.

    ``offset`` is added to every logit. With ``stable=False`` nothing is subtracted before the exponential, which
    then overflows from about 710 on; a probability that is not a number is None in `readout`.

    Examples
    --------
    >>> from nbcode.widgets import Softmax
    >>> [round(p, 3) for p in Softmax().readout()["output"]]
    [0.665, 0.245, 0.09]
    >>> Softmax(offset=1000, stable=False).readout()["p"]
    [None, None, None]
    """

    title = "From logits to probabilities"
    _esm = STATIC / "softmax.js"

    classes = Number(3, 2, CLASSES, 1, "classes", whole=True)
    z1, z2, z3, z4, z5 = (logit(i, z) for i, z in enumerate((2.0, 1.0, 0.0, -1.0, -2.0), start=1))
    T = Number(1.0, 0.1, 10, 0.05, "temperature T", log=True)
    offset = Number(0.0, 0, 1000, 1, "add to all")
    stable = Toggle(True, "subtract the maximum first")

    presets = {
        "[2, 1, 0]": USUAL,
        "all + 100": USUAL | {"offset": 100.0},
        "1000: overflow": USUAL | {"offset": 1000.0, "stable": False},
        "two classes": USUAL | {"classes": 2},
        "hot": USUAL | {"T": 10.0},
        "cold": USUAL | {"T": 0.1},
    }
    challenges = {
        "half": {
            "goal": "Find logits for p = (0.5, 0.25, 0.25), each to within 0.01.",
            "start": {"z1": -1.0, "z2": 0.0, "z3": 1.0},
        }
    }

    def readout(self):
        """Return the scaled logits, their exponentials and p; for two classes also the sigmoid of the difference."""
        logits = (np.array([self.z1, self.z2, self.z3, self.z4, self.z5])[: self.classes] + self.offset) / self.T
        shift = logits.max() if self.stable else 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            e = np.exp(logits - shift)
            p = softmax(logits) if self.stable else e / e.sum()
        two = float(sigmoid(logits[0] - logits[1])) if self.classes == 2 else None
        solved = self.classes == 3 and all(abs(a - b) <= WITHIN for a, b in zip(p, WANTED, strict=True))
        return {
            "exponents": (logits - shift).tolist(),
            "e": finite(e),
            "p": finite(p),
            "output": np.nan_to_num(p).tolist(),
            "two": two,
            "solved": solved,
        }


def finite(numbers):
    """Return a list with None for what is infinite or not a number."""
    return [v if math.isfinite(v) else None for v in numbers.tolist()]
