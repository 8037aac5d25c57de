"""One yes-or-no answer and two ways to say how wrong it is."""

from nbcode.activations import Sigmoid
from nbcode.losses import BCEWithLogitsLoss, MSELoss
from nbcode.widgets.base import STATIC, Number, Toggle, Widget

HARDEST = 8 / 27  # the squared error's steepest slope, at p = 1/3 for y = 1
CLOSE = 0.0015


class LogitLoss(Widget):
    """The cross-entropy and the squared error of p = σ(z), over the logit z, each with its gradient as an arrow.

    From the same logit both follow their own arrows for some steps: z ← z − gradient, a step size of 1.

    Examples
    --------
    >>> from nbcode.widgets import LogitLoss
    >>> [round(g, 4) for g in LogitLoss(z=-6, yes=True).readout()["gradient"]]
    [-0.9975, -0.0049]
    """

    title = "Yes or no: two losses over the logit"
    _esm = STATIC / "logit_loss.js"

    z = Number(1.0, -8, 8, 0.05, "logit z")
    yes = Toggle(True, "the right answer is yes (y = 1)")
    steps = Number(0, 0, 60, 1, "steps taken", whole=True)

    presets = {
        "confident and wrong": {"z": -6.0, "yes": True, "steps": 0},
        "unsure": {"z": 0.0, "yes": True, "steps": 0},
        "confident and right": {"z": 6.0, "yes": True, "steps": 0},
        "wrong, 20 steps later": {"z": -6.0, "yes": True, "steps": 20},
    }
    challenges = {
        "hardest": {
            "goal": "Find the logit where the squared error pushes hardest.",
            "start": {"z": -6.0, "yes": True, "steps": 0},
        }
    }

    def readout(self):
        """Return p, both losses with their gradients, and where both logits are after the steps."""
        y = float(self.yes)
        sigmoid, squared, entropy = Sigmoid(), MSELoss(), BCEWithLogitsLoss()

        def cross_entropy(z):
            value = float(entropy(z, y))
            return value, float(entropy.backward())

        def squared_error(z):
            value = float(squared(sigmoid(z), y))
            return value, float(sigmoid.backward(squared.backward()))

        output, gradient, after = [], [], []
        for loss in (cross_entropy, squared_error):
            value, slope = loss(self.z)
            output.append(value)
            gradient.append(slope)
            z = self.z
            for _ in range(self.steps):
                z -= loss(z)[1]
            after.append(z)
        return {
            "p": float(sigmoid(self.z)),
            "output": output,
            "gradient": gradient,
            "after": after,
            "solved": abs(gradient[1]) > HARDEST - CLOSE,
        }
