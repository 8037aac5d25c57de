"""The learning rate over the epochs."""

from nbcode.module import Parameter
from nbcode.optim import SGD, CosineAnnealingLR, ExponentialLR, LinearLR, StepLR
from nbcode.widgets.base import STATIC, Choice, Number, Widget

SCHEDULES = ["constant", "StepLR", "ExponentialLR", "CosineAnnealingLR", "LinearLR", "warm-up, then cosine"]


class Schedule(Widget):
    """A schedule of the learning rate, epoch by epoch, with its parameters by their names in ``nbcode.optim``.

    Examples
    --------
    >>> from nbcode.widgets import Schedule
    >>> rates = Schedule(schedule="StepLR", lr=0.1, epochs=30, step_size=10, gamma=0.5).readout()["output"]
    >>> [round(rates[epoch], 3) for epoch in (0, 9, 10, 20)]
    [0.1, 0.1, 0.05, 0.025]
    """

    title = "A learning rate that changes"
    _esm = STATIC / "schedule.js"

    schedule = Choice("StepLR", SCHEDULES, "schedule")
    lr = Number(0.1, 0.001, 1, 0.001, "learning rate η₀", log=True)
    epochs = Number(30, 15, 100, 1, "epochs", whole=True)
    step_size = Number(10, 1, 50, 1, "step_size", whole=True, when={"schedule": "StepLR"})
    gamma = Number(0.5, 0.05, 1, 0.01, "gamma γ", when={"schedule": ["StepLR", "ExponentialLR"]})
    eta_min = Number(0.0, 0, 0.1, 0.001, "eta_min", when={"schedule": ["CosineAnnealingLR", "warm-up, then cosine"]})
    warmup = Number(
        5, 1, 10, 1, "epochs of warm-up", whole=True, when={"schedule": ["LinearLR", "warm-up, then cosine"]}
    )
    start_factor = Number(0.1, 0.01, 1, 0.01, "start_factor", when={"schedule": ["LinearLR", "warm-up, then cosine"]})
    epoch = Number(12, 0, 99, 1, "epoch", whole=True)

    presets = {
        "halved every 10 epochs": {"schedule": "StepLR", "step_size": 10, "gamma": 0.5},
        "5 % less each epoch": {"schedule": "ExponentialLR", "gamma": 0.95},
        "half a cosine": {"schedule": "CosineAnnealingLR", "eta_min": 0.0},
        "warm-up, then cosine": {"schedule": "warm-up, then cosine", "warmup": 5, "start_factor": 0.1, "eta_min": 0.0},
    }

    def readout(self):
        """Return the learning rate of every epoch (``output``), and that of the chosen one."""
        rate = self._rate(SGD([Parameter([0.0])], lr=self.lr))
        rates = [rate(t) for t in range(self.epochs)]
        return {"output": rates, "now": rates[min(self.epoch, self.epochs - 1)]}

    def _rate(self, optimizer):
        """Return the learning rate as a function of the epoch."""
        match self.schedule:
            case "constant":
                return lambda t: optimizer.lr
            case "StepLR":
                return StepLR(optimizer, self.step_size, self.gamma).rate
            case "ExponentialLR":
                return ExponentialLR(optimizer, self.gamma).rate
            case "CosineAnnealingLR":
                return CosineAnnealingLR(optimizer, self.epochs, self.eta_min).rate
        warmup = LinearLR(optimizer, self.start_factor, total_iters=self.warmup)
        if self.schedule == "LinearLR":
            return warmup.rate
        cosine = CosineAnnealingLR(optimizer, self.epochs - self.warmup, self.eta_min)
        return lambda t: warmup.rate(t) if t < self.warmup else cosine.rate(t - self.warmup)
