"""Right and wrong answers to the exercises of chapter 4; each wrong one with the words it must be met with."""

import numpy as np
import torch

from nbcode import losses
from nbcode.activations import logsumexp, sigmoid, softmax, softplus

CHOICE = {
    "rain": "MSELoss",
    "prices": "HuberLoss",
    "spam": "BCEWithLogitsLoss",
    "digits": "CrossEntropyLoss",
    "tags": "BCEWithLogitsLoss",
}


def one_hot(z, t):
    return np.eye(len(z))[t]


def naive_bce(z, y):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-float(z)))
        return -y * np.log(p) - (1 - y) * np.log(1 - p)


def overflowing_bce(z, y):
    with np.errstate(all="ignore"):
        return y * np.log(1 + np.exp(-float(z))) + (1 - y) * np.log(1 + np.exp(float(z)))


def overflowing(z, t):
    with np.errstate(all="ignore"):
        return np.exp(z) / np.exp(z).sum() - one_hot(z, t)


def naive_cross_entropy(Z, t):
    with np.errstate(all="ignore"):
        return np.mean(-np.log(softmax(Z, 1)[np.arange(len(Z)), t]))


RIGHT = {
    "losses/mse": [
        lambda A, Y: np.mean((A - Y) ** 2),
        lambda A, Y: ((A - Y) ** 2).sum() / A.size,
        lambda A, Y: torch.nn.functional.mse_loss(torch.tensor(A), torch.tensor(Y)),
        lambda A, Y: losses.MSELoss()(A, Y),
    ],
    "losses/huber": [
        lambda e, delta: np.clip(e, -delta, delta),
        lambda e, delta: e if abs(e) <= delta else delta * np.sign(e),
    ],
    "losses/constant": [(20, 3), [20.0, 3.0], np.array([20, 3])],
    "losses/bce": [
        lambda z, y: y * softplus(-z) + (1 - y) * softplus(z),
        lambda z, y: max(z, 0) - z * y + np.log1p(np.exp(-abs(z))),
        lambda z, y: losses.BCEWithLogitsLoss()(float(z), float(y)),
    ],
    "losses/gradient": [
        lambda z, t: softmax(z) - one_hot(z, t),
        lambda z, t: list(torch.softmax(torch.tensor(z), 0) - torch.tensor(one_hot(z, t))),
    ],
    "losses/cross_entropy": [
        lambda Z, t: (logsumexp(Z, 1) - Z[np.arange(len(Z)), t]).mean(),
        lambda Z, t: torch.nn.functional.cross_entropy(torch.tensor(Z), torch.tensor(t)),
    ],
    "losses/which": [
        CHOICE,
        CHOICE | {"prices": "L1Loss"},
        {task: getattr(losses, name) for task, name in CHOICE.items()},
    ],
    "losses/late": [
        lambda a, y: np.where(y > a, 9 * (y - a), a - y),
        lambda a, y: [9 * (v - a) if v > a else a - v for v in y],
    ],
}

WRONG = {
    "losses/mse": [
        (lambda A, Y: ((A - Y) ** 2).sum(), "That is the sum."),
        (lambda A, Y: ((A - Y) ** 2).sum() / len(A), "divides by all N·C entries"),
        (lambda A, Y: ((A - Y) ** 2).mean() / 2, "has a ½ in front"),
        (lambda A, Y: ((A - Y) ** 2).sum(axis=1).mean() / 2, "mean of ½‖a − y‖²"),
        (lambda A, Y: np.abs(A - Y).mean(), "Where is the square?"),
        (lambda A, Y: (A - Y).mean(), "cancel"),
        (lambda A, Y: (A - Y).mean() ** 2, "not the other way round"),
        (lambda A, Y: np.linalg.norm(A - Y), "without the square: M3"),
        (lambda A, Y: np.sqrt(((A - Y) ** 2).mean()), "No root"),
        (lambda A, Y: ((A - Y) ** 2).mean(axis=1), "the result should be a number; it is an array of shape (1,)"),
        (lambda A, Y: ((A + Y) ** 2).mean(), "Subtract, square each entry"),
    ],
    "losses/huber": [
        (lambda e, delta: e, "must stop growing"),
        (lambda e, delta: np.sign(e), "slope of the absolute error"),
        (lambda e, delta: e if abs(e) <= delta else np.sign(e), "±δ, not ±1"),
        (lambda e, delta: min(e, delta), "Differentiate both parts"),
        (lambda e, delta: e if abs(e) <= delta else delta, "for e < −δ the loss falls"),
        (lambda e, delta: min(abs(e), delta), "for negative errors the loss falls"),
        (lambda e, delta: 2 * np.clip(e, -delta, delta), "the ½ takes the 2 away"),
        (lambda e, delta: e**2 / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2), "the loss itself"),
        (lambda e, delta: delta, "For e = 0, delta = 1 you return 1; it should be 0."),
    ],
    "losses/constant": [
        ((3, 20), "the wrong way round"),
        ((20, 20), "20 minimizes the squared error."),
        ((3, 3), "That number has a name."),
        ((45.5, 3), "half-way between the extremes"),
        ((20, 45.5), "half-way between the extremes"),
        ((20, 4), "as many pull up as pull down"),
        (20, "should be a list of 2; it is the number 20"),
        ((20, 3, 1), "it holds 3"),
    ],
    "losses/bce": [
        (naive_bce, "the log of 0"),
        (overflowing_bce, "max(z, 0) + log(1 + e^(−|z|))"),
        (lambda z, y: y * softplus(z) + (1 - y) * softplus(-z), "The signs of z"),
        (lambda z, y: softplus(-z), "right for y = 1"),
        (lambda z, y: softplus(z), "right for y = 0"),
        (lambda z, y: y * z - softplus(z), "never negative"),
        (lambda z, y: sigmoid(z) - y, "That is the gradient"),
        (lambda z, y: (sigmoid(z) - y) ** 2, "squared error of p"),
        (lambda z, y: softplus(-z if y >= 0.5 else z), "both parts count"),
        (lambda z, y: None, "gave back nothing"),
    ],
    "losses/gradient": [
        (lambda z, t: one_hot(z, t) - softmax(z), "points uphill"),
        (lambda z, t: softmax(z), "take the one-hot target away"),
        (lambda z, t: z - one_hot(z, t), "That is z − y"),
        (lambda z, t: softmax(z) - 1, "only at the entry t"),
        (lambda z, t: softmax(z) - t, "t is a label"),
        (lambda z, t: (softmax(z) - one_hot(z, t)) / len(z), "Not divided by C"),
        (overflowing, "before the exp"),
        (lambda z, t: softmax(z)[t] - 1, "the result should be a list of 2; it is the number −0.5"),
    ],
    "losses/cross_entropy": [
        (lambda Z, t: (Z[np.arange(len(Z)), t] - logsumexp(Z, 1)).mean(), "The sign is the wrong way round"),
        (lambda Z, t: (logsumexp(Z, 1) - Z[np.arange(len(Z)), t]).sum(), "Take the mean"),
        (lambda Z, t: logsumexp(Z, 1).mean(), "Where is the score of the label"),
        (lambda Z, t: -Z[np.arange(len(Z)), t].mean(), "Where is the logsumexp"),
        (lambda Z, t: (logsumexp(Z, 1)[:, None] - Z).mean(), "Only the score of the label"),
        (lambda Z, t: (logsumexp(Z, 1)[:, None] - Z[:, t]).mean(), "takes every label from every row"),
        (lambda Z, t: losses.CrossEntropyLoss()(softmax(Z, 1), t), "The softmax is in there twice"),
        (naive_cross_entropy, "too large to compute with"),
        (lambda Z, t: logsumexp(Z, 1) - Z[np.arange(len(Z)), t], "should be a number; it is an array of shape (1,)"),
    ],
    "losses/which": [
        (CHOICE | {"rain": "CrossEntropyLoss"}, "negative log-likelihood"),
        (CHOICE | {"prices": "MSELoss"}, "ten times too large"),
        (CHOICE | {"spam": "BCELoss"}, "a sure one is exactly 0 or 1"),
        (CHOICE | {"spam": "MSELoss"}, "safe from log 0"),
        (CHOICE | {"digits": "BCEWithLogitsLoss"}, "the classes compete"),
        (CHOICE | {"tags": "CrossEntropyLoss"}, "Several tags may be right at once"),
        ({"rain": "MSELoss"}, "Nothing is said about 'prices'."),
        ("MSELoss", "A dict was expected"),
    ],
    "losses/late": [
        (lambda a, y: np.maximum(9 * (a - y), y - a), "too late is y > a"),
        (lambda a, y: np.abs(a - y), "the best a is the median"),
        (lambda a, y: np.where(y > a, 9 * (y - a) ** 2, (a - y) ** 2), "a line, not a parabola"),
        (lambda a, y: 9 * np.abs(a - y), "only when you are late"),
        (lambda a, y: np.maximum(9 * (y - a), 0), "Being early costs something too"),
        (lambda a, y: np.where(y > a, 9 * (y - a), a - y).sum(), "one ordinary number for each y"),
        (lambda a, y: (a - y) ** 2 + y, "np.where or np.maximum"),
    ],
}
