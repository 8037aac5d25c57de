"""Optimizers that walk down a landscape of two parameters."""

import json
from pathlib import Path

import numpy as np

from nbcode.module import Parameter
from nbcode.optim import SGD, Adam, RMSprop
from nbcode.rng import Sfc32
from nbcode.widgets._landscapes import bowl, grid_loss, pits, rosenbrock, saddle, turned_bowl
from nbcode.widgets.base import STATIC, Choice, Number, Toggle, Widget

EDGE = 2  # the map goes from −EDGE to EDGE along both axes
MOST = 200  # steps
TRIAL = 100  # so many steps has a rate to show what it can do
NEAR = 5  # and so far from the middle it may lead
RATES = [float(f"{10 ** (k / 8):.3g}") for k in range(-32, 9)]  # that are tried for the best of each
GRAIN = 2**20  # noise is a multiple of 1 / GRAIN, so that the page and Python add the very same number

SLICE = json.loads((Path(__file__).parent / "loss_slice.json").read_text(encoding="utf-8"))

SURFACES = {
    "valley": bowl(1, 1),
    "ravine": bowl(0.2, 10),
    "turned ravine": turned_bowl(0.2, 10),
    "saddle": saddle(),
    "Rosenbrock": rosenbrock(),
    "many minima": pits(),
    "network": grid_loss(**SLICE),
}
OPTIMIZERS = {
    "SGD": lambda w, lr, momentum: SGD(w, lr=lr),
    "momentum": lambda w, lr, momentum: SGD(w, lr=lr, momentum=momentum),
    "Nesterov": lambda w, lr, momentum: SGD(w, lr=lr, momentum=momentum, nesterov=momentum > 0),
    "RMSprop": lambda w, lr, momentum: RMSprop(w, lr=lr),
    "Adam": lambda w, lr, momentum: Adam(w, lr=lr),
}

STABLE = ["SGD", "momentum", "Nesterov"]  # those for which a largest stable rate is known, on a landscape
CURVED = [name for name, surface in SURFACES.items() if surface.curvatures]  # whose curvatures are known


def batch_noise(size, seed, steps=MOST):
    """Return what the batches add to the gradient at each step: normal numbers of standard deviation ``size``."""
    drawn = Sfc32(seed).standard_normal((steps, 2))
    return size * (np.floor(drawn * GRAIN + 0.5) / GRAIN)


def descend(surface, optimizer, start, lr, momentum=0.9, steps=MOST, noise=None):
    """Walk down a surface, and return all places on the way.

    Parameters
    ----------
    surface : Landscape
    optimizer : str
        A key of ``OPTIMIZERS``.
    start : pair of float
        Where to begin.
    lr : float or array
        The learning rate; an array of them walks once with each.
    momentum : float
        For those that have it.
    steps : int
        How many steps.
    noise : array of shape (at least steps, 2), optional
        What is added to the gradients.

    Returns
    -------
    array of shape (steps + 1, 2), or (steps + 1, rates, 2)
        The places, the start among them. Once the loss overflows, they are no numbers any more.
    """
    rates = np.asarray(lr, dtype=float)
    w = Parameter(np.broadcast_to(np.asarray(start, dtype=float), (*rates.shape, 2)).copy())
    walker = OPTIMIZERS[optimizer]([w], 1.0, momentum)
    walker.lr = rates[..., None] if rates.ndim else float(rates)
    path = [w.data.copy()]
    with np.errstate(all="ignore"):
        for step in range(steps):
            w.grad[...] = np.stack(surface.gradient(w.data[..., 0], w.data[..., 1]), axis=-1)
            if noise is not None:
                w.grad += noise[step]
            walker.step()
            path.append(w.data.copy())
    return np.array(path)


def is_beyond(far, path):
    """Tell for each place whether it is farther than that from the middle, along either axis, or nowhere."""
    return ~(np.abs(path) <= far).all(axis=-1)


def best_rate(surface, optimizer, start, momentum):
    """Return which of ``RATES`` has the lowest loss after ``TRIAL`` steps without noise; the smallest, if several.

    Rates that lead farther than ``NEAR`` from the middle, or off the landscape, do not count.
    """
    path = descend(surface, optimizer, start, RATES, momentum, TRIAL)
    with np.errstate(all="ignore"):
        losses = surface.value(path[-1, :, 0], path[-1, :, 1])
    return RATES[int(np.where(is_beyond(min(NEAR, surface.far), path).any(axis=0), np.inf, losses).argmin())]


def largest_rate(surface, optimizer, momentum):
    """Return the rate above which no start of a quadratic is brought to the minimum; None where that is not known."""
    if surface.curvatures is None or optimizer not in STABLE:
        return None
    mu = 0 if optimizer == "SGD" else momentum
    steepest = surface.curvatures[1]
    return 2 * (1 + mu) / ((1 + 2 * mu) * steepest if optimizer == "Nesterov" else steepest)


def alone(surface, optimizer, lr, step, **more):
    """Make the settings of one optimizer's walk."""
    usual = {"race": False, "momentum": 0.9, "noise": 0.0, "x": -1.8, "y": 1.2}
    return usual | {"surface": surface, "optimizer": optimizer, "lr": lr, "step": step} | more


def together(surface, lr, step, **more):
    """Make the settings of a race."""
    usual = {"race": True, "rates": "the same", "momentum": 0.9, "noise": 0.0, "x": -1.8, "y": 1.2}
    return usual | {"surface": surface, "lr": lr, "step": step} | more


class Descent(Widget):
    """A landscape seen from above, and optimizers that walk down it; in a race, all five from one start.

    The start is (``x``, ``y``). ``noise`` is the standard deviation of what a batch adds to each part of the gradient.
    A run that gets too far from the middle is cut.

    Examples
    --------
    >>> from nbcode.widgets import Descent
    >>> out = Descent(surface="valley", lr=0.5, x=2, y=0, step=3).readout()
    >>> out["output"], out["loss"]
    ([[0.25, 0.0]], [0.03125])
    """

    title = "The walk down"
    _esm = STATIC / "descent.js"

    surface = Choice("ravine", list(SURFACES), "landscape")
    race = Toggle(False, "race: all five from one start")
    optimizer = Choice("SGD", list(OPTIMIZERS), "optimizer", when={"race": False})
    rates = Choice("the same", ["the same", "the best of each"], "learning rate", when={"race": True})
    lr = Number(0.15, 1e-4, 10, 1e-4, "learning rate η", log=True, when=[{"race": False}, {"rates": "the same"}])
    momentum = Number(0.9, 0, 0.99, 0.01, "momentum μ", when=[{"race": True}, {"optimizer": ["momentum", "Nesterov"]}])
    noise = Number(0.0, 0, 2, 0.05, "batch noise")
    seed = Number(0, 0, 99, 1, "seed of the noise", whole=True, when={"noise": {"above": 0}})
    limit = Toggle(
        True,
        "show the largest stable rate",
        when=[{"surface": CURVED, "optimizer": STABLE}, {"surface": CURVED, "race": True}],
    )
    step = Number(10, 0, MOST, 1, "step", whole=True)
    x = Number(-1.8, -EDGE, EDGE, 0.01, "")
    y = Number(1.2, -EDGE, EDGE, 0.01, "")

    presets = {
        "zigzag": alone("ravine", "SGD", 0.18, 30),
        "a little too fast": alone("ravine", "SGD", 0.205, 30),
        "overshoot": alone("valley", "momentum", 0.1, 30),
        "noise": alone("valley", "SGD", 0.3, 100, noise=1.0),
        "out of the saddle": together("saddle", 0.1, 20, x=1.6, y=0.01),
        "a race": together("ravine", 0.05, 100, x=-1.6, y=1.0),
        "the ravine turned": together("turned ravine", 0.05, 100, x=-1.84, y=-0.42),
        "best rates": together("Rosenbrock", 0.05, 100, x=-1.5, y=1.6, rates="the best of each"),
        "a real network": together("network", 0.05, 40, x=1.6, y=1.6),
    }
    challenges = {
        "ravine": {
            "goal": "Bring the loss in the ravine below 0.001 in at most 30 steps, with SGD or with momentum, "
            "from where it starts and without noise.",
            "start": {"surface": "ravine", "optimizer": "SGD", "lr": 0.1, "step": 30},
        },
        "beat-adam": {
            "goal": "Make Adam lose: in a race without noise, SGD’s loss is less than a tenth of Adam’s, "
            "after 20 steps or more.",
            "start": {"surface": "ravine", "race": True, "lr": 0.1, "step": 40},
        },
    }

    def __init__(self, **params):
        super().__init__(**params)
        self._schema = self._schema | {"rates": RATES, "slice": SLICE, "task": self._identity["challenge"]}

    def readout(self):
        """Return, of each walker, where it is (``output``) and what else the page shows.

        That is its rate, the steps until it was cut, its loss, the first step at which that was larger than at the
        start, the distance to the minimum, the gradient, and the largest stable rate.
        """
        surface, start = SURFACES[self.surface], (self.x, self.y)
        names = list(OPTIMIZERS) if self.race else [self.optimizer]
        noise = batch_noise(self.noise, self.seed) if self.noise else None
        own = self.race and self.rates == "the best of each"
        out = {key: [] for key in ("rates", "steps", "output", "loss", "over", "distance", "gradient", "edge")}
        for name in names:
            rate = best_rate(surface, name, start, self.momentum) if own else self.lr
            path = descend(surface, name, start, rate, self.momentum, self.step, noise)
            far = is_beyond(surface.far, path)
            steps = int(far.argmax()) if far.any() else self.step
            x, y = map(float, path[steps])
            over = surface.value(*path[: steps + 1].T) > surface.value(*start)
            out["rates"].append(rate)
            out["steps"].append(steps)
            out["output"].append([x, y])
            out["loss"].append(float(surface.value(x, y)))
            out["over"].append(int(over.argmax()) if over.any() else None)
            out["distance"].append(min(((x - a) ** 2 + (y - b) ** 2) ** 0.5 for a, b in surface.minima))
            out["gradient"].append([float(part) for part in surface.gradient(x, y)])
            out["edge"].append(largest_rate(surface, name, self.momentum))
        return out | {"solved": self._solved(out)}

    def _solved(self, out):
        if self.noise:
            return False
        if self._schema["task"] == "ravine":
            initial = self._schema["initial"]
            there = (self.x, self.y) == (initial["x"], initial["y"]) and self.surface == "ravine"
            allowed = not self.race and self.optimizer in ("SGD", "momentum") and self.step <= 30
            return there and allowed and out["loss"][0] < 0.001
        return self.race and self.step >= 20 and out["loss"][0] < out["loss"][-1] / 10
