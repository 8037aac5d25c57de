"""The exercises of chapter 4, the losses."""

import numpy as np

from nbcode._common import tidy
from nbcode.activations import logsumexp, sigmoid, softmax, softplus
from nbcode.exercises.judging import NotYet, exercise, judge, number, told, vector, what

DIGITS = 6  # to which an answer has to be right


def rounded(result, case=None):
    """Read a number, up to rounding."""
    return round(number(result, "the result"), DIGITS)


@exercise("losses/mse", "a function mse(A, Y) of two arrays of one shape that returns a number")
def _mse(mse):
    names = ("A", "Y")
    judge(
        mse,
        cases=[
            (((3,),), ((1,),)),
            (((1, 2),), ((1, 2),)),
            (((1, 5),), ((1, 2),)),
            (((0, 0), (3, -1)), ((1, 0), (1, 1))),
            (((1, 2, 3), (4, 5, 6)), ((0, 2, 5), (4, 4, 6))),
        ],
        names=names,
        right=lambda A, Y: np.mean((A - Y) ** 2),
        read=rounded,
        explain=told(names),
        mistakes=[
            (lambda A, Y: np.sum((A - Y) ** 2), "That is the sum. The mean divides by the number of entries."),
            (lambda A, Y: np.sum((A - Y) ** 2) / len(A), "You divide by N. PyTorch divides by all N·C entries."),
            (lambda A, Y: np.mean((A - Y) ** 2) / 2, "This one has a ½ in front; PyTorch's has none."),
            (
                lambda A, Y: np.sum((A - Y) ** 2) / len(A) / 2,
                "That is the mean of ½‖a − y‖² over the samples. PyTorch has no ½, and divides by all N·C entries.",
            ),
            (lambda A, Y: np.mean(np.abs(A - Y)), "That is the absolute error. Where is the square?"),
            (lambda A, Y: np.mean(A - Y), "Errors above and below cancel. Square them before the mean."),
            (lambda A, Y: np.mean(A - Y) ** 2, "Square each error first, then take the mean: not the other way round."),
            (lambda A, Y: np.sqrt(np.sum((A - Y) ** 2)), "That is the length of the error, without the square: M3."),
            (lambda A, Y: np.sqrt(np.mean((A - Y) ** 2)), "No root: the mean of the squares is the loss already."),
        ],
        hint="Subtract, square each entry, and take the mean of all entries.",
    )
    return "The mean of all N·C squared errors, as PyTorch has it."


@exercise("losses/huber", "a function slope(e, delta) that returns a number")
def _huber(slope):
    names = ("e", "delta")
    judge(
        slope,
        cases=[(0, 1), (0.5, 1), (-0.5, 1), (3, 1), (-3, 1), (1, 2), (5, 2), (-5, 2), (2, 2)],
        names=names,
        right=lambda e, delta: max(-delta, min(e, delta)),
        read=rounded,
        explain=told(names),
        mistakes=[
            (lambda e, delta: e, "Far out the loss is a line, so its slope must stop growing: at δ."),
            (lambda e, delta: np.sign(e), "That is the slope of the absolute error."),
            (
                lambda e, delta: e if abs(e) <= delta else np.sign(e),
                "Far out the line is δ·(|e| − δ/2). Its slope is ±δ, not ±1.",
            ),
            (lambda e, delta: e if abs(e) <= delta else delta, "Mind the sign: for e < −δ the loss falls."),
            (lambda e, delta: min(abs(e), delta), "Mind the sign: for negative errors the loss falls."),
            (
                lambda e, delta: 2 * e if abs(e) <= delta else 2 * delta * np.sign(e),
                "Near 0 the loss is ½e², and the ½ takes the 2 away.",
            ),
            (
                lambda e, delta: 2 * e if abs(e) <= delta else delta * np.sign(e),
                "Near 0 the loss is ½e², and the ½ takes the 2 away.",
            ),
            (
                lambda e, delta: e**2 / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2),
                "That is the loss itself. Now its slope.",
            ),
        ],
        hint="Near 0 the loss is ½e², farther out δ·(|e| − δ/2). Differentiate both parts.",
    )
    return "The error itself, cut off at ±δ. At e = ±δ both parts agree."


@exercise("losses/constant", "a pair: the constant for the squared error, and that for the absolute error")
def _constant(answer):
    values = (1, 2, 3, 4, 90)
    mean, median = float(np.mean(values)), float(np.median(values))
    squared, absolute = vector(answer, 2, "Your answer")
    if (squared, absolute) == (median, mean):
        raise NotYet("The two are the wrong way round.", "An outlier pulls the mean away. Which loss lets it pull?")

    def total(loss, a):
        return sum(loss(a - y) for y in values)

    for name, a, best, loss in (
        ("squared", squared, mean, lambda e: e**2),
        ("absolute", absolute, median, abs),
    ):
        if total(loss, a) - total(loss, best) > 1e-9:
            hint = {
                "squared": "Where is the sum of 2(a − y) zero? That number has a name.",
                "absolute": "Each y pulls with the strength 1. Where do as many pull up as pull down?",
            }[name]
            if name == "absolute" and a == mean:
                hint = "20 minimizes the squared error. For the absolute error, " + hint[0].lower() + hint[1:]
            elif a == (min(values) + max(values)) / 2:
                hint = "That is half-way between the extremes. It minimizes the largest error, neither of these two."
            raise NotYet(
                f"With a = {tidy(a)} the {name} errors add up to {tidy(total(loss, a))}; that can be made less.", hint
            )
    return "The mean, 20, for the squared error; the median, 3, for the absolute one. The 90 moved only the mean."


@exercise("losses/bce", "a function bce(z, y) that returns a number")
def _bce(bce):
    names = ("z", "y")

    def read(result, case):
        if isinstance(result, float) and not np.isfinite(result):
            hint = (
                "Somewhere you take the log of 0, or e to a large power. "
                "softplus(z) = max(z, 0) + log(1 + e^(−|z|)) does neither; it is np.logaddexp(0, z)."
            )
            raise NotYet(f"the result is {result}.", hint)
        return rounded(result)

    judge(
        bce,
        cases=[(0, 1), (2, 1), (2, 0), (-3, 1), (-3, 0), (0.5, 0.25), (1000, 1), (1000, 0), (-1000, 1), (-1000, 0)],
        names=names,
        right=lambda z, y: y * softplus(-z) + (1 - y) * softplus(z),
        read=read,
        explain=told(names),
        mistakes=[
            (lambda z, y: y * softplus(z) + (1 - y) * softplus(-z), "The signs of z are the wrong way round."),
            (lambda z, y: softplus(-z), "That is right for y = 1. What is the loss for y = 0?"),
            (lambda z, y: softplus(z), "That is right for y = 0. What is the loss for y = 1?"),
            (lambda z, y: -softplus(z) + y * z, "The sign is the wrong way round: a loss is never negative here."),
            (lambda z, y: sigmoid(z) - y, "That is the gradient, p − y. The loss itself is wanted."),
            (lambda z, y: (sigmoid(z) - y) ** 2, "That is the squared error of p."),
            (lambda z, y: softplus(-z if y >= 0.5 else z), "y may lie between 0 and 1; then both parts count."),
        ],
        hint="For y = 1 the loss is softplus(−z), for y = 0 it is softplus(z). Weigh them with y and 1 − y.",
    )
    return "Exact for every logit, 1000 and −1000 included."


@exercise("losses/gradient", "a function gradient(z, t) that returns C numbers")
def _gradient(gradient):
    names = ("z", "t")

    def hot(z, t):
        return np.eye(len(z))[int(t)]

    def read(result, case):
        return tuple(round(v, DIGITS) for v in vector(result, len(case[0]), "the result"))

    judge(
        (lambda z, t: gradient(z, int(t))) if callable(gradient) else gradient,
        cases=[((0, 0), 0), ((0, 0), 1), ((2, 1, 0), 0), ((2, 1, 0), 2), ((1, -1, 3, 0), 1), ((1000, 0), 1)],
        names=names,
        right=lambda z, t: softmax(z) - hot(z, t),
        read=read,
        explain=told(names),
        mistakes=[
            (lambda z, t: hot(z, t) - softmax(z), "The sign is the wrong way round: the gradient points uphill."),
            (lambda z, t: softmax(z), "That is p. Now take the one-hot target away: 1 from the entry t."),
            (lambda z, t: z - hot(z, t), "That is z − y. First the softmax of z, then the difference."),
            (lambda z, t: softmax(z) - 1, "Take 1 away only at the entry t, not everywhere."),
            (lambda z, t: softmax(z) - t, "t is a label, not a number to be taken away. Take 1 away at the entry t."),
            (
                lambda z, t: (softmax(z) - hot(z, t)) / len(z),
                "Not divided by C: a mean goes over samples, not classes.",
            ),
        ],
        hint="p − y: the softmax of z, and 1 taken away at the entry t. Take the maximum away from z before the exp.",
    )
    return "p − y. All the entries add up to 0: what one class loses, the others gain."


@exercise("losses/cross_entropy", "a function cross_entropy(Z, t) that returns a number")
def _cross_entropy(function):
    names = ("Z", "t")

    def right(Z, t):
        return np.mean(logsumexp(Z, 1) - picked(Z, t))

    def picked(Z, t):
        return Z[np.arange(len(Z)), t.astype(int)]

    judge(
        (lambda Z, t: function(Z, t.astype(int))) if callable(function) else function,
        cases=[
            (((0, 0),), (0,)),
            (((2, 1, 0),), (0,)),
            (((2, 1, 0),), (2,)),
            (((0, 0, 0), (1, 2, 3)), (1, 2)),
            (((1, 0), (0, 3), (2, 2)), (1, 1, 0)),
            (((1000, 0), (0, 1000)), (0, 0)),
        ],
        names=names,
        right=right,
        read=rounded,
        explain=told(names),
        mistakes=[
            (lambda Z, t: -right(Z, t), "The sign is the wrong way round: logsumexp minus the score of the label."),
            (lambda Z, t: np.sum(logsumexp(Z, 1) - picked(Z, t)), "That is the sum over the batch. Take the mean."),
            (lambda Z, t: np.mean(logsumexp(Z, 1)), "Where is the score of the label, Z[n, t[n]]?"),
            (lambda Z, t: -np.mean(picked(Z, t)), "Where is the logsumexp of each row?"),
            (
                lambda Z, t: np.mean(logsumexp(Z, 0).sum() - picked(Z, t)),
                "logsumexp goes along the classes: axis 1.",
            ),
            (
                lambda Z, t: np.mean(logsumexp(Z, 1)[:, None] - Z),
                "Only the score of the label is taken away, not all scores.",
            ),
            (
                lambda Z, t: np.mean(logsumexp(Z, 1)[:, None] - Z[:, t.astype(int)]),
                "Z[:, t] takes every label from every row. Z[np.arange(N), t] takes one from each.",
            ),
            (
                lambda Z, t: np.mean(logsumexp(softmax(Z, 1), 1) - picked(softmax(Z, 1), t)),
                "The softmax is in there twice. logsumexp wants the scores themselves.",
            ),
        ],
        hint="For each row: logsumexp(Z, 1) minus Z[np.arange(len(Z)), t]. Then the mean over the rows.",
    )
    return "It agrees with CrossEntropyLoss, and 1000 does not overflow."


TASKS = {
    "rain": ({"MSELoss"}, "Noise like a bell curve and no outliers: which loss is its negative log-likelihood?"),
    "prices": (
        {"L1Loss", "HuberLoss"},
        "One price in fifty is ten times too large. Which losses let it pull no harder than others?",
    ),
    "spam": ({"BCEWithLogitsLoss"}, "One logit, yes or no. Take the form that is safe from log 0."),
    "digits": ({"CrossEntropyLoss"}, "Ten scores, and exactly one class is right: the classes compete."),
    "tags": (
        {"BCEWithLogitsLoss"},
        "Several tags may be right at once, so each one is a question of its own: yes or no.",
    ),
}


@exercise("losses/which", f"a dict from {', '.join(map(repr, TASKS))} to names of losses")
def _which(answer):
    if not isinstance(answer, dict):
        raise NotYet(f"A dict was expected; this is {what(answer)}.")
    for task, (fitting, hint) in TASKS.items():
        name = answer.get(task)
        name = getattr(name, "__name__", name)
        if name is None or name == "":
            raise NotYet(f"Nothing is said about {task!r}.", f"Each of {', '.join(map(repr, TASKS))} needs a loss.")
        if not isinstance(name, str) or name not in fitting:
            said = name if isinstance(name, str) and len(name) < 30 else what(name)
            if name == "BCELoss":
                hint = "Right in principle, but BCELoss takes probabilities, and a sure one is exactly 0 or 1."
            raise NotYet(f"{task}: {said} is not the best choice.", hint)
    return "Each loss fits what its numbers mean."


@exercise("losses/late", "a function loss(a, y) of a number and an array that returns one loss for each y")
def _late(function):
    times = np.arange(0, 101, dtype=float)

    def read(result, case):
        values = np.asarray(result, dtype=float)
        if values.shape != (len(case[1]),) or not np.isfinite(values).all():
            raise NotYet(f"the result should hold one ordinary number for each y; it is {what(result)}.")
        return tuple(np.round(values, DIGITS).tolist())

    def right(a, y):
        return np.maximum(9 * (y - a), a - y)

    judge(
        function,
        cases=[(0, (0,)), (10, (10, 12)), (10, (8,)), (10, (7, 10, 13)), (90, tuple(times))],
        names=("a", "y"),
        right=right,
        read=read,
        explain=lambda case, answer, wanted: (
            f"For a = {tidy(case[0])}, y = {tidy(case[1][:3])} you return {tidy(answer[:3])}; "
            f"it should be {tidy(wanted[:3])}."
        ),
        mistakes=[
            (
                lambda a, y: np.maximum(9 * (a - y), y - a),
                "The wrong way round: too late is y > a, and costs 9 a minute.",
            ),
            (lambda a, y: np.abs(a - y), "Early and late cost the same here, so the best a is the median."),
            (
                lambda a, y: np.where(y > a, 9 * (y - a) ** 2, (a - y) ** 2),
                "A cost for each minute is a line, not a parabola.",
            ),
            (lambda a, y: 9 * np.abs(a - y), "Nine times as much only when you are late; early costs 1 a minute."),
            (lambda a, y: np.maximum(9 * (y - a), 0), "Being early costs something too: 1 a minute."),
            (lambda a, y: np.where(y > a, 9 * (y - a), a - y).sum(), "One loss for each y, not the sum."),
        ],
        hint="For y > a it costs 9·(y − a), for y < a it costs a − y. np.where or np.maximum puts the two together.",
    )
    return "With this loss the best a is in time nine times in ten: the 90 % quantile. That is quantile regression."
