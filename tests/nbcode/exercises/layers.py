"""Right and wrong answers to the exercises of chapter 3; each wrong one with the words it must be met with."""

from itertools import pairwise

import numpy as np
import torch

SHAPES = [(100, 50), (1, 2), (20, 8), None, (3, 3)]


def relu(z):
    return np.maximum(z, 0)


def count(sizes):
    return sum(n * m + m for n, m in pairwise(sizes))


def curve(x, y):
    slopes = np.diff(y) / np.diff(x)
    return y[0], np.concatenate([slopes[:1], np.diff(slopes)])


def add_in_place(X, W, b):
    b += 1
    return relu(X @ W.T + b - 1)


def center(image):
    return int(image[14, 14] > 0.5)


GOODFELLOW = ([[1, 1], [1, 1]], [0, -1], [1, -2], -0.5)
XOR = ([[1, -1], [-1, 1]], [0, 0], [1, 1], -0.5)

RIGHT = {
    "layers/shapes": [SHAPES, [[100, 50], np.array([1, 2]), (20.0, 8), None, torch.Size([3, 3])]],
    "layers/count": [count, lambda sizes: int(sum(m * (n + 1) for n, m in zip(sizes[:-1], sizes[1:], strict=True)))],
    "layers/forward": [
        lambda X, W, b: relu(X @ W.T + b),
        lambda X, W, b: torch.relu(torch.nn.functional.linear(*map(torch.tensor, (X, W, b)))),
        lambda X, W, b: [[max(0, sum(w * x) + bi) for w, bi in zip(W, b, strict=True)] for x in X],
    ],
    "layers/xor": [
        XOR,
        [np.array([[2, -2], [-1, 1]]), (0, 0), torch.tensor([1.0, 2.0]), np.float32(-0.5)],
    ],
    "layers/tent": [([-1, 0, 1], [1, -2, 1]), (np.array([1.0, 0, -1]), (1, -2, 1))],
    "layers/curve": [curve, lambda x, y: [float(y[0]), curve(x, y)[1].tolist()]],
    "layers/rule": [center, lambda image: np.float64(image[14, 14] > 0.4)],
}

WRONG = {
    "layers/shapes": [
        ([None, *SHAPES[1:]], "(100, 32) times (32, 50) does fit."),
        ([(100, 50), (2, 1), *SHAPES[2:]], "in the wrong order"),
        ([(32, 32), *SHAPES[1:]], "The inner sizes are used up"),
        ([(100, 32), *SHAPES[1:]], "That is the shape of one of the two"),
        ([*SHAPES[:3], (100, 100), (3, 3)], "write None"),
        ([*SHAPES[:3], None, (1, 1)], "The inner sizes are used up"),
        (SHAPES[:4], "it holds 4"),
        ([100, *SHAPES[1:]], "answer[0] should be a list of 2; it is the number 100."),
    ],
    "layers/count": [
        (lambda s: sum(n * m for n, m in pairwise(s)), "Each neuron has a bias as well"),
        (lambda s: sum(2 * n * m for n, m in pairwise(s)), "not one for each connection"),
        (lambda s: sum(n * m + n for n, m in pairwise(s)), "not for each input"),
        (lambda s: sum(n * m for n, m in pairwise(s)) + sum(s), "The inputs are no neurons"),
        (lambda s: s[0] * s[1] + s[1], "That is the first layer"),
        (lambda s: sum(s[1:]), "Those are the neurons"),
        (lambda s: sum(n * m for n, m in pairwise(s)) + len(s) - 1, "a bias of its own"),
        (lambda s: 101770, "you return 101770; it should be 3. Hint: A layer from n numbers to m"),
        (lambda s: s, "the result should be a number"),
    ],
    "layers/forward": [
        (lambda X, W, b: X @ W.T + b, "The activation is missing"),
        (lambda X, W, b: relu(X @ W.T), "Where is the bias?"),
        (lambda X, W, b: relu(X @ W.T) + b, "not after it"),
        (lambda X, W, b: relu(X @ W.T - b), "not taken away"),
        (lambda X, W, b: (X @ W.T + b > 0).astype(float), "That is the step"),
        (lambda X, W, b: relu(X @ W + b), "stopped with ValueError"),
        (lambda X, W, b: relu(W @ X.T + b[:, None]), "the result should have shape (1, 3); its length is 3."),
        (lambda X, W, b: relu(X @ W.T + b[:, None]), "the result should have shape"),
        (add_in_place, "changed the array b"),
        (lambda X, W, b: relu(X @ W.T + 2 * b), "is added to every row"),
    ],
    "layers/xor": [
        (([[0, 0], [0, 0]], [0, 0], [1, 1], -1), "sees nothing"),
        (([[1, 1], [1, 1]], [0, 0], [1, -2], -0.5), "It takes a kink"),
        (([[1, 0], [-1, 0]], [0, 0], [1, 1], -0.5), "onto each other"),
        (([[1, 1], [1, 1]], [0, -1], [-1, 2], 0.5), "Turned around"),
        (([[1, 1], [1, 1]], [0, -1], [1, -2], 0), "a tie fires"),
        (([[1, 1], [1, 1]], [0, -1], [1, 1], -0.5), "Input (1, 1): h = (2, 1), z = 2.5, so it fires; XOR wants 0."),
        (([[1, 1], [1, 1]], [0, -1], [1, 1], -0.5), "Draw the four points"),
        (GOODFELLOW, "(0, 0) lands on (0, 0) and (1, 1) on (2, 1): not on each other. Hint: What do"),
        (XOR[:3], "Four parts (W, b, v, c) were expected"),
        (([1, 1], *XOR[1:]), "W[0] should have shape (2,); it is the number 1."),
    ],
    "layers/tent": [
        (([-1, 0, 1], [1, -1, 0]), "At x = 0.05 yours is 1; the tent is 0.95. Hint: A weight is by how much"),
        (([-1, 0, 1], [1, -1, 1]), "The tent is level there"),
        (([-1, 0, 1], [1, 1, 1]), "The tent is level there"),
        (([-1, 0, 1], [0, 0, 0]), "All weights are 0"),
        (([-1, 0, 1], [-1, 2, -1]), "upside down"),
        (([0, 1, 2], [1, -2, 1]), "The tent bends in three places"),
        (([-1, 0], [1, -2]), "kinks should hold 3 numbers; it holds 2."),
        ([1, -2, 1], "A pair (kinks, weights) was expected"),
    ],
    "layers/curve": [
        (lambda x, y: (y[0], np.diff(y) / np.diff(x)), "Those are the slopes"),
        (lambda x, y: (0, curve(x, y)[1]), "only c is left"),
        (lambda x, y: (y[0], np.diff(y)), "Those are the steps in y"),
        (lambda x, y: (y[0], np.diff(np.diff(y), prepend=0)), "not 1 apart"),
        (lambda x, y: (y[-1], curve(x, y)[1]), "before the first one it is 0"),
        (lambda x, y: (y[0], y[1:]), "First the slope of each piece"),
        (lambda x, y: (y[0], y), "v should hold 1 number; it holds 2."),
        (lambda x, y: y[0], "should be a pair (c, v)"),
    ],
    "layers/rule": [
        (lambda image: 1, "It gives the same answer to every image"),
        (lambda image: 1 - center(image), "exchange the two answers"),
        (lambda image: int(image.sum() < 70), "ones are taken for zeros"),
        (lambda image: int(image.sum() < 120), "zeros are taken for ones"),
        (lambda image: int(image.sum() < 92), "Not bad"),
        (lambda image: 7, "Only 0 and 1 are asked for"),
        (lambda image: image[28, 28] > 0, "For image 0 your function stopped with IndexError"),
        (lambda image: None, "Does it end with return?"),
        (0, "A function was expected; this is the number 0."),
    ],
}
