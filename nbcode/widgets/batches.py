"""How many steps an epoch has, and what is left for the last batch."""

import numpy as np

from nbcode.train import DataLoader
from nbcode.widgets.base import STATIC, Number, Toggle, Widget


class Batches(Widget):
    """An epoch as a row of batches, the last one short where the examples do not divide evenly.

    Examples
    --------
    >>> from nbcode.widgets import Batches
    >>> Batches(examples=100_000, batch_size=128, epochs=10).readout()["output"]
    [782, 32, 7820]
    """

    title = "Examples, batches, epochs"
    _esm = STATIC / "batches.js"

    examples = Number(1000, 10, 100_000, 1, "examples", log=True, whole=True)
    batch_size = Number(64, 1, 1024, 1, "batch size", log=True, whole=True)
    epochs = Number(5, 1, 100, 1, "epochs", whole=True)
    drop_last = Toggle(False, "leave out a short last batch (drop_last)")

    presets = {
        "100,000 at 128": {"examples": 100_000, "batch_size": 128},
        "one at a time": {"examples": 1000, "batch_size": 1},
        "60,000 at 100": {"examples": 60_000, "batch_size": 100},
        "all at once": {"examples": 1000, "batch_size": 1000},
    }

    def readout(self):
        """Return ``output`` (iterations an epoch, size of its last batch, all steps), and how many are left out."""
        X = np.zeros((self.examples, 1))
        if self.drop_last and self.batch_size > self.examples:  # no batch is left, and DataLoader says so
            return {"output": [0, 0, 0], "left": self.examples}
        iterations = len(DataLoader(X, X, self.batch_size, drop_last=self.drop_last))
        seen = min(iterations * self.batch_size, self.examples)
        last = seen - (iterations - 1) * self.batch_size
        return {"output": [iterations, last, iterations * self.epochs], "left": self.examples - seen}
