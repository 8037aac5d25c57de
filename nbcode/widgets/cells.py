"""Three cells and a kernel: what runs, in which order, and what is remembered."""

from nbcode.widgets.base import STATIC, Number, Widget

MOST = 8


class Cells(Widget):
    """A notebook of three cells, ``x = 1``, ``x = x + 1`` and ``print(x * x)``, to be run in any order.

    ``runs`` holds the cells that were run, one digit each: 123 is the first, the second, the third. Other digits
    mean nothing, and after eight runs there are no more.

    Examples
    --------
    >>> from nbcode.widgets import Cells
    >>> out = Cells(runs=1223).readout()
    >>> out["x"], out["output"]
    (3, [9])
    """

    title = "Three cells, one memory"
    _esm = STATIC / "cells.js"

    runs = Number(0, 0, 33_333_333, 1, "", whole=True)

    presets = {
        "from top to bottom": {"runs": 123},
        "the second one twice": {"runs": 1223},
        "the last one first": {"runs": 3},
    }
    challenges = {"sixteen": {"goal": "Run the cells in such an order that the last one prints 16."}}

    def readout(self):
        """Return what the kernel remembers, what was printed, and each cell's latest number and error."""
        x, printed = None, []
        history = [int(digit) for digit in str(self.runs) if digit in "123"][:MOST]
        counts, failed = [0, 0, 0], [False, False, False]
        for count, cell in enumerate(history, start=1):
            counts[cell - 1], failed[cell - 1] = count, x is None and cell > 1
            if cell == 1:
                x = 1
            elif x is not None and cell == 2:
                x += 1
            elif x is not None:
                printed.append(x * x)
        return {
            "history": history,
            "x": x,
            "output": printed,
            "counts": counts,
            "failed": failed,
            "solved": printed[-1:] == [16],
        }
