"""One prediction, one target, three ways to say how wrong it is."""

from nbcode.losses import HuberLoss, L1Loss, MSELoss
from nbcode.widgets.base import STATIC, Number, Toggle, Widget


class Loss(Widget):
    """The squared, the absolute and Huber's loss of one prediction, each with its gradient as an arrow.

    The arrow points where the loss pushes the prediction: against the gradient.

    Examples
    --------
    >>> from nbcode.widgets import Loss
    >>> Loss(a=3, y=1).readout()["gradient"]
    [4.0, 1.0, 1.0]
    """

    title = "Three losses and where they push"
    _esm = STATIC / "loss.js"

    a = Number(2.0, -3, 3, 0.05, "prediction a")
    y = Number(0.0, -3, 3, 0.05, "target y")
    delta = Number(1.0, 0.1, 3, 0.05, "Huber’s δ")
    half = Toggle(False, "½ in front of the square")

    presets = {
        "far off": {"a": 3.0, "y": 0.0},
        "one off": {"a": 1.0, "y": 0.0},
        "nearly right": {"a": 0.1, "y": 0.0},
        "right": {"a": 0.0, "y": 0.0},
    }
    challenges = {
        "equal": {
            "goal": "Let all three losses push the prediction, and all equally hard.",
            "start": {"a": 2.0, "y": 0.0, "delta": 0.5, "half": False},
        }
    }

    def readout(self):
        """Return the three losses and their gradients, and whether all push equally hard."""
        output, gradient = [], []
        for loss, scale in ((MSELoss(), 0.5 if self.half else 1), (L1Loss(), 1), (HuberLoss(delta=self.delta), 1)):
            output.append(scale * float(loss(self.a, self.y)))
            gradient.append(scale * float(loss.backward()))
        squared, absolute, huber = map(abs, gradient)
        equal = max(abs(squared - absolute), abs(huber - absolute)) < 1e-9
        return {"output": output, "gradient": gradient, "solved": absolute > 0 and equal}
