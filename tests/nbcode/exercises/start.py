"""Right and wrong answers to the exercises before chapter 1; each wrong one with the words it must be met with."""

import numpy as np
import torch

WEEK = 604_800


def dot(a, b):
    total = 0
    for ai, bi in zip(a, b, strict=True):
        total += ai * bi
    return total


def too_early(a, b):
    for ai, bi in zip(a, b, strict=True):
        return ai * bi


def product(a, b):
    if a[1] != b[0]:
        return None
    return a[0], b[1]


def broadcast(a, b):
    n = max(len(a), len(b))
    a, b = (1,) * (n - len(a)) + a, (1,) * (n - len(b)) + b
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b, strict=True)):
        return None
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


def broadcast_from_the_left(a, b):
    n = max(len(a), len(b))
    a, b = a + (1,) * (n - len(a)), b + (1,) * (n - len(b))
    return broadcast(a, b)


def larger(a, b):
    n = max(len(a), len(b))
    return [max(pair) for pair in zip((1,) * (n - len(a)) + a, (1,) * (n - len(b)) + b, strict=True)]


RIGHT = {
    "start/cell": [WEEK, 7 * 24 * 60 * 60, 604_800.0, np.int64(WEEK), torch.tensor(WEEK)],
    "start/derivative": [
        lambda x: 15 * x**2 - 8 * x + 2,
        lambda x: np.polyval([15, -8, 2], x),
        lambda x: (np.polyval([5, -4, 2, -7], x + 1e-5) - np.polyval([5, -4, 2, -7], x - 1e-5)) / 2e-5,
    ],
    "start/gradient": [lambda x, y: [2 * x * y + 3, x**2], lambda x, y: np.array([2 * x * y + 3, x**2])],
    "start/dot": [dot, lambda a, b: a @ b, lambda a, b: sum(a * b), lambda a, b: np.float32(dot(a, b))],
    "start/product": [product, lambda a, b: [a[0], b[1]] if a[1] == b[0] else None],
    "start/broadcast": [broadcast],
}

WRONG = {
    "start/cell": [
        (0, "the number that was there"),
        (86_400, "That is a day."),
        (7 * 60 * 60, "where are the 24?"),
        (7 * 24 * 60, "These are minutes."),
        (7 * 24, "These are hours."),
        (5 * 86_400, "weekend included"),
        (12, "Let Python do it"),
        ("604800", "should be a number; it is the text '604800'"),
    ],
    "start/derivative": [
        (lambda x: 15 * x**2 - 8 * x - 5, "only lifts or lowers"),
        (lambda x: 15 * x**2 - 8 * x, "that 2 stays"),
        (lambda x: 5 * x**2 - 4 * x + 2, "comes down in front"),
        (lambda x: 15 * x**3 - 8 * x**2 + 2 * x, "drops by one"),
        (lambda x: 3 * x**2 - 2 * x + 1, "A constant factor stays"),
        (lambda x: 15 * x**2 + 8 * x + 2, "Mind the sign"),
        (lambda x: 5 * x**3 - 4 * x**2 + 2 * x - 7, "the height of the curve"),
        (lambda x: 30 * x - 8, "once was enough"),
        (lambda x: 15 * x**2 - 8 * x + 3, "At x = 0 you return 3; the slope there is 2. Hint: Term by term"),
        (lambda x: None, "Does it end with return?"),
        (lambda: 2, "stopped with TypeError"),
    ],
    "start/gradient": [
        (lambda x, y: [x**2, 2 * x * y + 3], "changed places"),
        (lambda x, y: [2 * x * y, x**2], "3x has a slope of its own"),
        (lambda x, y: [2 * x + 3, x**2], "y is held and stays as a factor"),
        (lambda x, y: [2 * x * y + 3, x**2 + 3], "3x is a constant"),
        (lambda x, y: [2 * x * y + 3, 1], "the held x² is a factor"),
        (lambda x, y: [2 * x * y + 3 + x**2] * 2, "don't add them up"),
        (lambda x, y: [-2 * x * y - 3, -(x**2)], "points downhill"),
        (lambda x, y: [x**2 * y, 3 * x], "the two terms themselves"),
        (lambda x, y: [2 * x, y], "Hold y and differentiate"),
        (lambda x, y: 2 * x * y + 3, "should be a list of 2; it is the number 3"),
    ],
    "start/dot": [
        (lambda a, b: sum(a) * sum(b), "First multiply place by place"),
        (lambda a, b: sum(a) + sum(b), "multiplied, not added"),
        (lambda a, b: sum(abs(a * b)), "Keep the signs"),
        (lambda a, b: a[-1] * b[-1], "add to the total"),
        (too_early, "return too early"),
        (lambda a, b: sum(a[:2] * b[:2]), "any length"),
        (lambda a, b: a[0] * b[0] + a[1] * b[1], "stopped with IndexError"),
        (lambda a, b: np.linalg.norm(a) * np.linalg.norm(b), "Those are the two lengths"),
        (lambda a, b: a * b, "should be a number; it is an array of shape (1,)"),
        (lambda a, b: sum(a * b) + 1, "Start with total = 0"),
    ],
    "start/product": [
        (lambda a, b: None, "For a = (2, 3), b = (3, 4) you return None; it should be (2, 4)."),
        (lambda a, b: None, "It fits when a row"),
        (lambda a, b: (a[0], b[1]), "return None"),
        (lambda a, b: (a[1], b[0]) if a[1] == b[0] else None, "The outer ones stay"),
        (lambda a, b: (b[1], a[0]) if a[1] == b[0] else None, "Rows first"),
        (lambda a, b: (a[0], a[1], b[1]) if a[1] == b[0] else None, "summed over"),
        (lambda a, b: a if a == b else None, "the rule for +"),
        (lambda a, b: (b[0], a[1]) if a[0] == b[1] else None, "The order matters"),
        (lambda a, b: a + b, "Compare a[1] with b[0]"),
        (lambda a, b: a[0] * b[1], "should be a shape, such as (2, 4), or None; it is the number 8"),
    ],
    "start/broadcast": [
        (lambda a, b: a if a == b else None, "is stretched"),
        (broadcast_from_the_left, "Align the shapes from the right"),
        (larger, "fit only if one of them is 1"),
        (lambda a, b: broadcast(a, b) if len(a) == len(b) else None, "put 1s there"),
        (lambda a, b: broadcast(a, b) if np.prod(b) <= np.prod(a) else None, "Either of the two"),
        (lambda a, b: a if broadcast(a, b) else None, "larger than both"),
        (product, "For a = (3, 4), b = (3, 4) you return None; it should be (3, 4). Hint: Put 1s"),
        (lambda a, b: (a[0], b[1]), "stopped with IndexError"),
        (lambda a, b: a + b, "Put 1s on the left"),
    ],
}
