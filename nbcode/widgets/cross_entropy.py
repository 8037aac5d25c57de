"""Two distributions over three classes, and what one thinks of the other."""

import numpy as np

from nbcode.losses import cross_entropy, entropy, kl_divergence
from nbcode.widgets.base import STATIC, Numbers, Widget

CLASSES = 3
CERTAIN = [1.0, 0.0, 0.0]


def distribution(bars):
    """Scale bars to a sum of 1; without any height, all classes are alike."""
    total = sum(bars)
    return np.array(bars) / total if total > 0 else np.full(CLASSES, 1 / CLASSES)


def surprise(value):
    """Return a number for the page, which has no infinity."""
    return float(value) if np.isfinite(value) else None


class CrossEntropy(Widget):
    """The cross-entropy H(p, q) as a sum: what is uncertain anyway, H(p), and what q adds by being wrong, KL(p‖q).

    The bars are scaled to a sum of 1. An infinite number is None.

    Examples
    --------
    >>> from nbcode.widgets import CrossEntropy
    >>> CrossEntropy(p=[1, 0, 0], q=[0.5, 0.25, 0.25]).readout()["output"]
    [0.0, 0.6931471805599453, 0.6931471805599453]
    """

    title = "Cross-entropy: what q makes of p"
    _esm = STATIC / "cross_entropy.js"

    p = Numbers([0.7, 0.2, 0.1], 0, 1, CLASSES)
    q = Numbers([0.2, 0.3, 0.5], 0, 1, CLASSES)

    presets = {
        "q is off": {"p": [0.7, 0.2, 0.1], "q": [0.2, 0.3, 0.5]},
        "q = p": {"p": [0.7, 0.2, 0.1], "q": [0.7, 0.2, 0.1]},
        "one-hot p": {"p": CERTAIN, "q": [0.6, 0.3, 0.1]},
        "one-hot p, q clueless": {"p": CERTAIN, "q": [0.333, 0.333, 0.333]},
    }
    challenges = {
        "infinite": {
            "goal": "Make H(p, q) infinite, without a change to p.",
            "start": {"p": [0.7, 0.2, 0.1], "q": [0.2, 0.3, 0.5]},
        }
    }

    def readout(self):
        """Return both distributions and [H(p), KL(p‖q), H(p, q)], None for what is infinite."""
        p, q = distribution(self.p), distribution(self.q)
        output = [surprise(value) for value in (entropy(p), kl_divergence(p, q), cross_entropy(p, q))]
        same = self.p == self._schema["initial"]["p"]
        return {"p": p.tolist(), "q": q.tolist(), "output": output, "solved": same and output[2] is None}
