"""Right and wrong answers to the exercises of chapter 7; each wrong one with the words it must be met with."""

import math

import numpy as np
import torch

from nbcode.exercises.optimizers import lion
from nbcode.module import Parameter
from nbcode.optim import SGD, Adam, Optimizer


def momentum(w, b, g, lr, mu):
    b = mu * b + g
    return w - lr * b, b


def adam(w, m, v, g, t, lr):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - lr * m_hat / (v_hat**0.5 + 1e-8), m, v


def torch_adam(w, m, v, g, t, lr):
    p = torch.tensor([float(w)], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([p], lr=lr)
    p.grad = torch.tensor([float(g)], dtype=torch.float64)
    one = {"exp_avg": m, "exp_avg_sq": v}
    optimizer.state[p] = {k: torch.tensor([float(x)], dtype=torch.float64) for k, x in one.items()} | {
        "step": torch.tensor(float(t - 1))
    }
    optimizer.step()
    state = optimizer.state[p]
    return p.item(), state["exp_avg"].item(), state["exp_avg_sq"].item()


def uncorrected(w, m, v, g, t, lr):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return w - lr * m / (v**0.5 + 1e-8), m, v


def overwritten(w, m, v, g, t, lr):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m, v = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - lr * m / (v**0.5 + 1e-8), m, v


def changed_adam(v_root, sign=1):
    def step(w, m, v, g, t, lr):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return w - sign * lr * m / (1 - 0.9**t) / v_root(v / (1 - 0.999**t)), m, v

    return step


def warmup(t, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    return lr * (1 + math.cos(math.pi * (t - warmup) / (total - warmup))) / 2


def rise_then(fall):
    return lambda t, lr, warmup, total: lr * (t / warmup if t < warmup else fall(t, warmup, total))


class Lion(Optimizer):
    def __init__(self, params, lr=1e-4):
        super().__init__(params, lr=lr)

    def start(self, w):
        return {"m": np.zeros_like(w)}

    def update(self, w, g, m):
        w -= self.lr * np.sign(0.9 * m + 0.1 * g)
        m *= 0.99
        m += 0.01 * g


class FirstM(Lion):
    def update(self, w, g, m):
        m *= 0.99
        m += 0.01 * g
        w -= self.lr * np.sign(m)


class MixedLate(Lion):
    def update(self, w, g, m):
        m *= 0.99
        m += 0.01 * g
        w -= self.lr * np.sign(0.9 * m + 0.1 * g)


class NoSign(Lion):
    def update(self, w, g, m):
        w -= self.lr * (0.9 * m + 0.1 * g)
        m[...] = 0.99 * m + 0.01 * g


class Forgetful(Lion):
    def update(self, w, g, m):
        w -= self.lr * np.sign(0.9 * m + 0.1 * g)
        m = 0.99 * m + 0.01 * g


class OneBeta(Lion):
    def update(self, w, g, m):
        w -= self.lr * np.sign(0.9 * m + 0.1 * g)
        m[...] = 0.9 * m + 0.1 * g


class NotInPlace(Lion):
    def update(self, w, g, m):
        w = w - self.lr * np.sign(0.9 * m + 0.1 * g)
        m[...] = 0.99 * m + 0.01 * g


class Unfinished(Optimizer):
    pass


def changed_lion(**changes):
    """Return `lion` with something changed, as a class."""
    made = type(lion(**changes)([Parameter([0.0])]))
    return type("Changed", (made,), {"__init__": lambda self, params, lr: made.__init__(self, params, lr=lr)})


RIGHT = {
    "optimizers/iterations": [
        lambda examples, batch_size, epochs: math.ceil(examples / batch_size) * epochs,
        lambda examples, batch_size, epochs: -(-examples // batch_size) * epochs,
        lambda n, b, epochs: epochs * len(torch.utils.data.DataLoader(range(int(n)), int(b))),
    ],
    "optimizers/stable": [1 / 3, 0.3333, np.float64(1 / 3)],
    "optimizers/two-steps": [(0.1, 5), (5, 0.1), np.array([5.0, 0.1])],
    "optimizers/momentum": [momentum, lambda w, b, g, lr, mu: [w - lr * (g + mu * b), g + mu * b]],
    "optimizers/decay": [(1.99, 1.998), np.array([1.99, 1.998])],
    "optimizers/adam": [adam, torch_adam],
    "optimizers/warmup": [warmup, lambda *case: np.float64(warmup(*case))],
    "optimizers/lion": [Lion, changed_lion()],
}

WRONG = {
    "optimizers/iterations": [
        (lambda n, b, e: math.ceil(n / b), "That is one epoch"),
        (lambda n, b, e: math.ceil(n * e / b), "its own short batch"),
        (lambda n, b, e: n // b * e, "The last, short batch is a batch, too"),
        (lambda n, b, e: n / b * e, "no fractions of a batch"),
        (lambda n, b, e: (n // b + 1) * e, "where the batches come out even"),
        (lambda n, b, e: round(n / b) * e, "not to the nearest"),
        (lambda n, b, e: n * b * e, "Divide, and round up"),
    ],
    "optimizers/stable": [
        (2 / 3, "It is not 3."),
        (2, "which of the two breaks first"),
        (1, "1/λ of the flat direction"),
        (1 / 6, "up to twice that"),
        (2 / 7, "the fastest rate"),
        (6, "equal to −1"),
        (0.3, "1 − 6η = −0.8 along x"),
        (-1, "Curvatures are second derivatives"),
        ("1/3", "should be a number"),
    ],
    "optimizers/two-steps": [
        ((0.19, 0.19), "There are two directions"),
        ((0.1, 0.1), "which rate makes 1 − 0.2·η equal to 0"),
        ((5, 5), "which rate makes 1 − 10·η equal to 0"),
        (0.1, "should be a list of 2"),
    ],
    "optimizers/momentum": [
        (lambda w, b, g, lr, mu: (w - lr * (mu * b + (1 - mu) * g), mu * b + (1 - mu) * g), "adds all of it"),
        (lambda w, b, g, lr, mu: (w - lr * b, mu * b + g), "by the new b"),
        (lambda w, b, g, lr, mu: (w + lr * (mu * b + g), mu * b + g), "uphill"),
        (lambda w, b, g, lr, mu: (w - lr * g, mu * b + g), "plain SGD"),
        (lambda w, b, g, lr, mu: (w - (mu * b + lr * g), mu * b + lr * g), "keeps it out"),
        (lambda w, b, g, lr, mu: (w - lr * (g + mu * (mu * b + g)), mu * b + g), "Nesterov's step"),
        (lambda w, b, g, lr, mu: (w + mu * b - lr * g, mu * b - lr * g), "the other custom"),
        (lambda w, b, g, lr, mu: momentum(w, b, g, lr, mu)[::-1], "The order is (w, b)."),
        (lambda w, b, g, lr, mu: momentum(w, b, g, lr, mu)[0], "the result (w, b) should be a list of 2"),
        (lambda w, b, g, lr, mu: (w - lr * (b - g), b - g), "First b: what is kept of it"),
    ],
    "optimizers/decay": [
        ((1.998, 1.99), "the wrong way round"),
        ((1.998, 1.998), "So it would be in SGD"),
        ((2, 1.998), "That of the penalty is λw"),
        ((1.99, 1.8), "not by 1 − λ"),
        ((1.99, 1.99), "multiplies w by 1 − ηλ"),
        ((1.8, 1.998), "How long is Adam's first step"),
        (1.99, "should be a list of 2"),
    ],
    "optimizers/adam": [
        (uncorrected, "Without the bias correction"),
        (overwritten, "as they are"),
        (changed_adam(lambda v: math.sqrt(v + 1e-8)), "outside of the root"),
        (changed_adam(lambda v: v + 1e-8), "take its root"),
        (changed_adam(lambda v: math.sqrt(v) + 1e-8, sign=-1), "uphill"),
        (lambda w, m, v, g, t, lr: adam(w, m, v, g, t, lr)[0], "the result (w, m, v) should be a list of 3"),
        (lambda w, m, v, g, t, lr: adam(w, m, v, g, t + 1, lr), "m and v first"),
        (lambda w, m, v, g, t, lr: adam(w, m, v, g, t - 1, lr), "ZeroDivisionError"),
    ],
    "optimizers/warmup": [
        (rise_then(lambda t, warmup, total: (1 + math.cos(math.pi * t / total)) / 2), "begin where the warm-up ends"),
        (rise_then(lambda t, warmup, total: (1 + math.cos(math.pi * (t - warmup) / total)) / 2), "0 at t = total"),
        (
            lambda t, lr, warmup, total: lr * (1 + math.cos(math.pi * (t - warmup) / (total - warmup))) / 2,
            "Where is the warm-up",
        ),
        (lambda t, lr, wait, total: warmup(t, lr, wait, total) + (t < wait) * lr / wait, "one step up"),
        (lambda t, lr, warmup, total: lr * min(t / warmup, 1), "has to fall"),
        (
            rise_then(lambda t, warmup, total: (1 - math.cos(math.pi * (t - warmup) / (total - warmup))) / 2),
            "Your wave goes up",
        ),
        (rise_then(lambda t, warmup, total: math.cos((t - warmup) / (total - warmup))), "Half a wave is π"),
        (rise_then(lambda t, warmup, total: 1 - (t - warmup) / (total - warmup)), "A straight line down"),
        (lambda t, lr, warmup, total: lr, "For t < warmup"),
    ],
    "optimizers/lion": [
        (FirstM, "That is the sign of the new m"),
        (MixedLate, "with the m of before"),
        (NoSign, "Where is the sign?"),
        (Forgetful, "else it stays 0"),
        (OneBeta, "Two different numbers"),
        (NotInPlace, "both in place"),
        (Unfinished, "NotImplementedError"),
        (SGD, "c = 0.9·m + 0.1·g"),
        (Adam, "c = 0.9·m + 0.1·g"),
        (changed_lion(way=1), "uphill"),
        (changed_lion(mix=0.99, keep=0.9), "the wrong way round"),
        (changed_lion(mix=0.99), "That is the sign of the new m"),
        (changed_lion(mix=0), "sign of the gradient alone"),
        (Lion([Parameter([0.0])]), "A subclass of Optimizer was expected"),
    ],
}
