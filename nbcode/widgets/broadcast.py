"""Two arrays of different shapes, added: which one is stretched, and when it fails."""

import math

import numpy as np

from nbcode.widgets.base import STATIC, Choice, Number, Widget

SHAPES = {
    "( )": (),
    "(3,)": (3,),
    "(4,)": (4,),
    "(1, 4)": (1, 4),
    "(3, 1)": (3, 1),
    "(2, 4)": (2, 4),
    "(3, 4)": (3, 4),
}


class Broadcast(Widget):
    """A + B by NumPy's rule: shapes are aligned from the right, and a missing axis or one of size 1 is stretched.

    ``cell`` counts the cells of the result from 1, row by row; what lies beyond the last one means the last.

    Examples
    --------
    >>> from nbcode.widgets import Broadcast
    >>> out = Broadcast(A="(3, 1)", B="(4,)").readout()
    >>> out["fits"], out["shape"], out["output"][2]
    (True, [3, 4], [13.0, 23.0, 33.0, 43.0])
    """

    title = "Broadcasting: two shapes meet"
    _esm = STATIC / "broadcast.js"

    A = Choice("(3, 4)", list(SHAPES), "shape of A")
    B = Choice("(4,)", list(SHAPES), "shape of B")
    cell = Number(6, 1, 12, 1, "cell", whole=True)

    presets = {
        "a row to every row": {"A": "(3, 4)", "B": "(4,)"},
        "a column to every column": {"A": "(3, 4)", "B": "(3, 1)"},
        "a column and a row": {"A": "(3, 1)", "B": "(1, 4)"},
        "does not fit": {"A": "(3, 4)", "B": "(3,)"},
    }

    def readout(self):
        """Return whether the shapes fit, the sum where they do, and which cell of it is chosen."""
        left, right = SHAPES[self.A], SHAPES[self.B]
        A = np.arange(1.0, math.prod(left) + 1).reshape(left)
        B = 10 * np.arange(1.0, math.prod(right) + 1).reshape(right)
        try:
            shape = np.broadcast_shapes(left, right)
        except ValueError:
            return {"fits": False, "shape": [], "output": [], "row": 0, "column": 0}
        columns = (1, *shape)[-1]
        row, column = divmod(min(self.cell, math.prod(shape)) - 1, columns)
        return {
            "fits": True,
            "shape": list(shape),
            "output": (A + B).tolist(),
            "row": row,
            "column": column,
        }
