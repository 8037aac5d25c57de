"""A matrix product, cell by cell, and which shapes fit."""

import numpy as np

from nbcode.layers import linear
from nbcode.widgets.base import STATIC, Choice, Number, Toggle, Widget

MOST = 6
ROWS, COLUMNS = "as rows: X Wᵀ", "as columns: W X"


class Shapes(Widget):
    """A batch X of N examples times the weights W of a layer: which row meets which column, and what fits.

    The examples are the rows of X, shape (N, in), or its columns, shape (in, N); W has shape (out, in) both times.
    With ``forget``, the transposition that belongs there is left out, or one that does not belong is made.
    ``cell`` counts the cells of the result from 1, row by row; what lies beyond the last one means the last.

    Examples
    --------
    >>> from nbcode.widgets import Shapes
    >>> out = Shapes(N=3, inputs=4, outputs=2).readout()
    >>> out["left"], out["right"], out["shape"]
    ([3, 4], [4, 2], [3, 2])
    """

    title = "A matrix product, cell by cell"
    _esm = STATIC / "shapes.js"

    N = Number(3, 1, MOST, 1, "N, examples", whole=True)
    inputs = Number(4, 1, MOST, 1, "in", whole=True)
    outputs = Number(2, 1, MOST, 1, "out", whole=True)
    cell = Number(1, 1, MOST * MOST, 1, "cell", whole=True)
    examples = Choice(ROWS, [ROWS, COLUMNS], "examples")
    bias = Toggle(True, "add b")
    forget = Toggle(False, "get the transpose wrong")

    presets = {
        "one example": {"N": 1, "inputs": 3, "outputs": 4, "forget": False},
        "a batch": {"N": 3, "inputs": 4, "outputs": 2, "forget": False},
        "does not fit": {"N": 3, "inputs": 4, "outputs": 2, "forget": True},
        "fits, and is wrong": {"N": 3, "inputs": 3, "outputs": 3, "forget": True},
    }

    def matrices(self):
        """Return X, W and b: small whole numbers that look like nothing in particular."""
        n, i, o = np.arange(self.N), np.arange(self.inputs), np.arange(self.outputs)
        X = (3 * n[:, None] + 5 * i + n[:, None] * i) % 7 - 2
        W = (4 * o[:, None] + 2 * i + o[:, None] * i + 1) % 5 - 2
        return X.astype(float), W.astype(float), (o * 2 % 3 + 1).astype(float)

    def readout(self):
        """Return the shapes, the product where there is one, and how the chosen cell comes about."""
        X, W, b = self.matrices()
        b = b * self.bias
        if self.examples == ROWS:
            left, right, bias, meant = X, W if self.forget else W.T, b, linear(X, W, b)
        else:
            left, right, bias, meant = W.T if self.forget else W, X.T, b[:, None], linear(X, W, b).T
        row, column = divmod(min(self.cell, len(left) * right.shape[1]) - 1, right.shape[1])
        legal = left.shape[1] == right.shape[0]
        output = left @ right + bias if legal else np.zeros((0, 0))
        return {
            "left": list(left.shape),
            "right": list(right.shape),
            "shape": list(output.shape) if legal else [],
            "row": row,
            "column": column,
            "products": (left[row] * right[:, column]).tolist() if legal else [],
            "output": output.tolist(),
            "wrong": int(np.sum(output != meant)) if legal else 0,
        }
