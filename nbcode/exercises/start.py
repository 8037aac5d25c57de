"""The exercises of the page before the first chapter: cells, derivatives, gradients, shapes."""

import math

import numpy as np

from nbcode._common import tidy
from nbcode.exercises.judging import NotYet, Shape, exercise, judge, number, told, vector, what

WEEK = 7 * 24 * 60 * 60


@exercise("start/cell", "one number, how many seconds a week has")
def _cell(answer):
    seconds = number(answer, "Your answer")
    if seconds == WEEK:
        return "A week has 604800 seconds, and you can run a cell."
    hints = {
        0: "That is the number that was there. Put your own in its place, and run the cell again.",
        WEEK / 7: "That is a day. A week has seven of them.",
        WEEK / 24: "Seven days have 7·24 hours: where are the 24?",
        WEEK / 60: "These are minutes. A minute has 60 seconds.",
        WEEK / 3600: "These are hours. An hour has 60·60 seconds.",
        5 * WEEK / 7: "A week has seven days here, weekend included.",
    }
    raise NotYet(
        f"You say {tidy(seconds)}; that is not how many seconds a week has.",
        hints.get(seconds, "Let Python do it: 7 days, 24 hours, 60 minutes, 60 seconds, with * between them."),
    )


@exercise("start/derivative", "a function slope(x) that returns the derivative of 5x³ − 4x² + 2x − 7 at x")
def _derivative(slope):
    judge(
        slope,
        cases=[(0,), (1,), (2,), (-1,), (0.5,)],
        names=("x",),
        right=lambda x: 15 * x**2 - 8 * x + 2,
        read=lambda result, case: round(number(result, "the result"), 4),  # differences are an answer too
        explain=lambda case, answer, wanted: (
            f"At x = {tidy(case[0])} you return {tidy(answer)}; the slope there is {tidy(wanted)}."
        ),
        mistakes=[
            (
                lambda x: 15 * x**2 - 8 * x + 2 - 7,
                "The −7 only lifts or lowers the whole curve. What does that do to its slope?",
            ),
            (lambda x: 15 * x**2 - 8 * x, "The term 2x is a line of slope 2: that 2 stays."),
            (
                lambda x: 5 * x**2 - 4 * x + 2,
                "The powers are right. Each old power also comes down in front: x³ gives 3x².",
            ),
            (
                lambda x: 15 * x**3 - 8 * x**2 + 2 * x,
                "The factors are right. Each power also drops by one: x³ gives 3x².",
            ),
            (lambda x: 3 * x**2 - 2 * x + 1, "A constant factor stays: 5x³ has five times the slope of x³."),
            (lambda x: 15 * x**2 + 8 * x + 2, "Mind the sign of −4x²."),
            (lambda x: 5 * x**3 - 4 * x**2 + 2 * x - 7, "That is the height of the curve. Its slope is wanted."),
            (lambda x: 30 * x - 8, "That is the slope of the slope: once was enough."),
        ],
        hint="Term by term: xⁿ gives n·xⁿ⁻¹, a factor in front stays, and a constant gives 0.",
    )
    return "15x² − 8x + 2: power by power, and the constant is gone."


@exercise(
    "start/gradient", "a function gradient(x, y) that returns both partial derivatives of x²y + 3x, as a list of two"
)
def _gradient(gradient):
    judge(
        gradient,
        cases=[(1, 0), (0, 1), (0, 0), (2, 3), (-1, 0.5)],
        names=("x", "y"),
        right=lambda x, y: (2 * x * y + 3, x * x),
        read=lambda result, case: tuple(round(part, 4) for part in vector(result, 2, "the result")),
        explain=lambda case, answer, wanted: (
            f"At (x, y) = {tidy(case)} you return {tidy(answer)}; the gradient is {tidy(wanted)}."
        ),
        mistakes=[
            (lambda x, y: (x * x, 2 * x * y + 3), "Both are right, but they have changed places: ∂f/∂x comes first."),
            (lambda x, y: (2 * x * y, x * x), "Along x there are two terms: 3x has a slope of its own."),
            (lambda x, y: (2 * x + 3, x * x), "While x moves, y is held and stays as a factor: x²y has the slope 2xy."),
            (lambda x, y: (2 * x * y + 3, x * x + 3), "While y moves, x is held, so 3x is a constant. Its slope is 0."),
            (lambda x, y: (2 * x * y + 3, 1), "Along y, the held x² is a factor, as in 9y: the slope of x²y is x²."),
            (
                lambda x, y: (2 * x * y + 3 + x * x, 2 * x * y + 3 + x * x),
                "One slope for each direction: don't add them up.",
            ),
            (lambda x, y: (-2 * x * y - 3, -x * x), "That points downhill. The gradient points uphill."),
            (lambda x, y: (x * x * y, 3 * x), "Those are the two terms themselves. Their slopes are wanted."),
        ],
        hint="Hold y and differentiate x²y + 3x along x; then hold x and do it along y.",
    )
    return "(2xy + 3, x²): one slope for each direction."


@exercise("start/dot", "a function dot(a, b) that returns one number")
def _dot(dot):
    judge(
        dot,
        cases=[
            ((2,), (3,)),
            ((1, 2), (3, 4)),
            ((1, -1), (1, 1)),
            ((1, 2, 3), (4, 5, 6)),
            ((1, 0, -2, 5), (2, 9, 1, -1)),
        ],
        names=("a", "b"),
        right=lambda a, b: float(a @ b),
        read=lambda result, case: round(number(result, "the result"), 9),
        explain=told(("a", "b")),
        mistakes=[
            (lambda a, b: a.sum() * b.sum(), "First multiply place by place, then add: not the other way round."),
            (lambda a, b: (a + b).sum(), "Each pair is multiplied, not added."),
            (lambda a, b: np.abs(a * b).sum(), "Keep the signs: a dot product can be negative."),
            (lambda a, b: a[-1] * b[-1], "Only the last pair arrived: add to the total, and return after the loop."),
            (lambda a, b: a[0] * b[0], "Only the first pair arrived. Does the loop return too early?"),
            (lambda a, b: (a[:2] * b[:2]).sum(), "It should work for any length, not only for two numbers."),
            (
                lambda a, b: math.sqrt(a @ a) * math.sqrt(b @ b),
                "Those are the two lengths. Which way the arrows point counts, too.",
            ),
        ],
        hint="Start with total = 0, and add a[i] * b[i] for every place i.",
    )
    return "Place by place, then all together: what every neuron does with its inputs."


def shape(result, case):
    """Read a shape: a tuple of whole numbers."""
    if not isinstance(result, (list, tuple)):
        raise NotYet(f"the result should be a shape, such as (2, 4), or None; it is {what(result)}.")
    return tuple(number(size, f"the result[{i}]") for i, size in enumerate(result))


def said(shape):
    """Write a shape as Python does, or None."""
    return "None" if shape is None else repr(tuple(map(int, shape)))


def examine_shapes(function, cases, right, mistakes, hint):
    """Try a function of two shapes that returns a shape, or None where the two do not fit."""
    judge(
        function,
        cases=[(Shape(a), Shape(b)) for a, b in cases],
        names=("a", "b"),
        right=right,
        read=shape,
        explain=lambda case, answer, wanted: (
            f"For a = {said(case[0])}, b = {said(case[1])} you return {said(answer)}; it should be {said(wanted)}."
        ),
        mistakes=mistakes,
        hint=hint,
        nothing=True,
    )


def product(a, b):
    """Return the shape of a matrix product, or None."""
    return (a[0], b[1]) if a[1] == b[0] else None


@exercise("start/product", "a function product_shape(a, b) of two shapes that returns a shape, or None")
def _product(function):
    examine_shapes(
        function,
        cases=[
            ((2, 3), (3, 4)),
            ((3, 4), (2, 3)),
            ((2, 3), (2, 3)),
            ((3, 3), (3, 3)),
            ((1, 5), (5, 1)),
            ((5, 1), (1, 5)),
            ((4, 2), (2, 3)),
            ((2, 3), (4, 2)),
        ],
        right=product,
        mistakes=[
            (lambda a, b: None, "It fits when a row of the first is as long as a column of the second."),
            (lambda a, b: (a[0], b[1]), "Always a shape? If the two inner sizes differ, return None."),
            (
                lambda a, b: (a[1], b[0]) if a[1] == b[0] else None,
                "The inner sizes meet and vanish. The outer ones stay.",
            ),
            (lambda a, b: (b[1], a[0]) if a[1] == b[0] else None, "Rows first: those come from a; the columns from b."),
            (
                lambda a, b: (a[0], a[1], b[1]) if a[1] == b[0] else None,
                "The inner size is summed over. It is gone from the result.",
            ),
            (lambda a, b: a if a == b else None, "Equal shapes is the rule for +. A product compares inner sizes."),
            (
                lambda a, b: (b[0], a[1]) if a[0] == b[1] else None,
                "That is the product b times a. The order matters.",
            ),
        ],
        hint="Compare a[1] with b[0]. If they are equal, the result has the rows of a and the columns of b.",
    )
    return "Inner sizes meet, outer sizes stay."


def broadcast(a, b):
    """Return the shape that two shapes broadcast to, or None."""
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


def from_the_left(a, b):
    """Broadcast as it should not be done: aligned from the left."""
    n = max(len(a), len(b))
    return broadcast(a + (1,) * (n - len(a)), b + (1,) * (n - len(b)))


def unchecked(a, b):
    """Take the larger size everywhere, whether it fits or not."""
    n = max(len(a), len(b))
    return tuple(map(max, (1,) * (n - len(a)) + a, (1,) * (n - len(b)) + b))


@exercise("start/broadcast", "a function broadcast_shape(a, b) of two shapes that returns a shape, or None")
def _broadcast(function):
    examine_shapes(
        function,
        cases=[
            ((3, 4), (3, 4)),
            ((3, 4), (4,)),
            ((3, 4), (3,)),
            ((3, 4), (3, 1)),
            ((3, 1), (1, 4)),
            ((3, 1), (4,)),
            ((4,), (3, 4)),
            ((2, 4), (3, 4)),
            ((3, 4), ()),
            ((2, 1, 4), (3, 1)),
        ],
        right=broadcast,
        mistakes=[
            (
                lambda a, b: a if a == b else None,
                "Equal shapes always fit, but a size of 1 or a missing one is stretched.",
            ),
            (from_the_left, "Align the shapes from the right: it is on the left that axes may be missing."),
            (unchecked, "Two sizes that differ fit only if one of them is 1. Else return None."),
            (
                lambda a, b: broadcast(a, b) if len(a) == len(b) else None,
                "The shorter shape may lack axes on the left: put 1s there.",
            ),
            (
                lambda a, b: broadcast(a, b) if math.prod(b) <= math.prod(a) else None,
                "Either of the two may be stretched, even both at once.",
            ),
            (lambda a, b: a if broadcast(a, b) else None, "The result can be larger than both."),
        ],
        hint="Put 1s on the left of the shorter shape. Then go size by size: equal, or one of them is 1.",
    )
    return "Aligned from the right, ones stretched, all else refused."
