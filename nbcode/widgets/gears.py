"""Three gears in a row: rates multiply."""

from nbcode.widgets.base import STATIC, Number, Widget


class Gears(Widget):
    """Three gears in a row; the number of their teeth tells how often each turns for one turn of its neighbour.

    Gears that meet turn opposite ways: a rate is negative, and the product of two rates is positive.

    Examples
    --------
    >>> from nbcode.widgets import Gears
    >>> out = Gears(first=24, second=12, third=8).readout()
    >>> out["rates"], out["output"]
    ([-2.0, -1.5], 3.0)
    """

    title = "Gears: rates multiply"
    _esm = STATIC / "gears.js"

    first = Number(24, 8, 40, 1, "teeth of gear x", whole=True)
    second = Number(12, 8, 40, 1, "teeth of gear u", whole=True)
    third = Number(8, 8, 40, 1, "teeth of gear y", whole=True)
    turn = Number(0.0, -2, 2, 0.01, "turns of gear x")

    def readout(self):
        """Return how often each gear has turned, the two rates, and their product."""
        rates = [-self.first / self.second, -self.second / self.third]
        product = rates[0] * rates[1]
        return {
            "turns": [self.turn, rates[0] * self.turn, product * self.turn],
            "rates": rates,
            "output": product,
        }
