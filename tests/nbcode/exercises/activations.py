"""Right and wrong answers to the exercises of chapter 2; each wrong one with the words it must be met with."""

import numpy as np
import torch

from nbcode.activations import sigmoid

CHOSEN = {
    "which of ten digits": "softmax",
    "rain tomorrow, yes or no": "sigmoid",
    "topics of a text, several at once": "sigmoid",
    "temperature in °C": "identity",
    "waiting time in minutes": "softplus",
}


def e(z):
    return np.exp(z - z.max())


def softmax_in_place(z):
    z -= z.max()
    return np.exp(z) / np.exp(z).sum()


RIGHT = {
    "activations/tanh": [
        lambda z: 2 * sigmoid(2 * z) - 1,
        np.tanh,
        lambda z: torch.tanh(torch.tensor(float(z)).double()),
    ],
    "activations/softsign": [
        lambda z: (1 + abs(z)) ** -2,
        lambda z: np.array(1 / (1 + 2 * abs(z) + z * z)),
    ],
    "activations/collapse": [
        lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1 + b2),
        lambda W1, b1, W2, b2: [(W2 @ W1).tolist(), b2 + b1 @ W2.T],
        lambda *layers: tuple(
            torch.tensor(part) for part in (layers[2] @ layers[0], layers[2] @ layers[1] + layers[3])
        ),
    ],
    "activations/absolute": [
        [(1, 0, 1), (-1, 0, 1)],
        ((-2, 0, 0.5), (4.0, 0, 0.25)),
        np.array([[1, 0, 1], [-1, 0, 1]]),
    ],
    "activations/dead": [
        lambda Z: np.flatnonzero((Z <= 0).all(axis=0)),
        lambda Z: [j for j in range(Z.shape[1]) if Z[:, j].max() <= 0],
        lambda Z: np.where(Z.max(axis=0) <= 0),
        lambda Z: {j for j, z in enumerate(Z.T) if not any(z > 0)},
    ],
    "activations/softmax": [lambda z: e(z) / e(z).sum(), lambda z: torch.softmax(torch.tensor(z), 0)],
    "activations/jacobian": [
        lambda p: np.diag(p) - np.outer(p, p),
        lambda p: [[pi * ((i == j) - pj) for j, pj in enumerate(p)] for i, pi in enumerate(p)],
    ],
    "activations/choose": [CHOSEN],
}

WRONG = {
    "activations/tanh": [
        (sigmoid, "That is the sigmoid."),
        (lambda z: 2 * sigmoid(z) - 1, "climbs half as fast"),
        (lambda z: 2 * sigmoid(2 * z), "For z = 0 you return 1; it should be 0. Hint: It goes from 0 to 2"),
        (lambda z: sigmoid(2 * z), "Stretch it to twice"),
        (lambda z: sigmoid(2 * z) - 1, "before you move it down"),
        (lambda z: 1 - 2 * sigmoid(2 * z), "It falls."),
        (lambda z: z, "look for σ(2z)"),
        (lambda z: None, "Does it end with return?"),
        (lambda z: [z, z], "the result should be a number; it is a list of length 2"),
    ],
    "activations/softsign": [
        (lambda z: z / (1 + abs(z)), "That is softsign itself."),
        (lambda z: 1 / (1 + abs(z)), "squared"),
        (lambda z: 1 / (1 + z) ** 2, "For z = −2 you return 1; it should be 0.111111. Hint: Right for z ≥ 0."),
        (lambda z: np.sign(z) / (1 + abs(z)) ** 2, "no negative slope"),
        (lambda z: 1 / (1 + z**2), "not z alone"),
        (lambda z: -1 / (1 + abs(z)) ** 2, "The curve climbs"),
        (lambda z: 1, "the slope of a quotient"),
    ],
    "activations/collapse": [
        (lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2), "The first layer stands next to x"),
        (lambda W1, b1, W2, b2: (W1 @ W2, W1 @ b2 + b1), "layer 1 comes first"),
        (lambda W1, b1, W2, b2: (W2 @ W1, b1 + b2), "your b is (6); it should be (8). Hint: b1 goes through"),
        (lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1), "a bias of its own"),
        (lambda W1, b1, W2, b2: (W2 @ W1, b2), "What becomes of b1"),
        (lambda W1, b1, W2, b2: (W2 * W1, W2 @ b1 + b2), "write @"),
        (lambda W1, b1, W2, b2: (W1 + W2, b1 + b2), "Layers in a row are not added."),
        (lambda W1, b1, W2, b2: W2 @ W1, "should be a pair (W, b); it is an array of shape (1, 1)"),
        (lambda W1, b1, W2, b2: (W1, b1), "Write out W2 (W1 x + b1) + b2"),
    ],
    "activations/absolute": [
        ([(1, 0, 1), (1, 0, 1)], "Both neurons fire on the same side"),
        ([(1, 1, 1), (-1, 0, 1)], "At x = 0 the two give 1 and 0, in all 1; |x| is 0."),
        ([(1, 1, 1), (-1, 0, 1)], "which bias does that"),
        ([(1, 0, 1), (-1, 0, -1)], "a negative v"),
        ([(2, 0, 1), (-1, 0, 1)], "it should be 1"),
        ([(1, 0, 1), (0, 0, 1)], "does not see x"),
        ([(1, 0), (-1, 0)], "neuron 1 should hold 3 numbers; it holds 2."),
        ([(1, 0, 1)], "Two neurons (w, b, v) were expected; this is a list of length 1."),
    ],
    "activations/dead": [
        (lambda Z: np.flatnonzero((Z <= 0).any(axis=0)), "Silent for one example is not dead."),
        (lambda Z: np.flatnonzero((Z < 0).any(axis=0)), "Silent for one example is not dead."),
        (lambda Z: np.flatnonzero((Z <= 0).all(axis=1)), "A neuron is a column."),
        (lambda Z: np.flatnonzero((Z < 0).all(axis=0)), "you return (1); it should be (0, 1). Hint: At z = 0"),
        (lambda Z: np.flatnonzero((Z > 0).any(axis=0)), "Those are the living ones."),
        (lambda Z: np.flatnonzero(Z.mean(axis=0) <= 0), "The mean does not matter"),
        (lambda Z: (Z <= 0).all(axis=0), "np.flatnonzero"),
        (lambda Z: [], "you return nothing; it should be (0). Hint: For each column ask"),
        (lambda Z: 1, "should be a list of column numbers; it is the number 1"),
    ],
    "activations/softmax": [
        (lambda z: np.exp(z) / np.exp(z).sum(), "For z = (1000, 1000): the result[0] should be an ordinary number"),
        (lambda z: np.exp(z) / np.exp(z).sum(), "Subtract the maximum of z first."),
        (lambda z: e(z), "Now divide by the sum."),
        (lambda z: e(z) / e(z).max(), "Now divide by the sum."),
        (sigmoid, "A sigmoid looks at one logit only."),
        (lambda z: 1.0 * (z == z.max()), "That is the winner."),
        (lambda z: e(z) / len(z), "not by how many there are"),
        (lambda z: e(-z) / e(-z).sum(), "The sign: the largest logit"),
        (lambda z: np.ones(len(z)) / len(z), "each exponential, divided by what?"),
        (lambda z: sum(z), "should have shape (2,)"),
        (lambda z: [1], "should have shape (2,); its length is 1"),
        (softmax_in_place, "keep the old one"),
    ],
    "activations/jacobian": [
        (lambda p: np.diag(p * (1 - p)), "The diagonal is right."),
        (lambda p: np.outer(p, p) - np.diag(p), "p₁ grows with z₁"),
        (lambda p: np.diag(p) + np.outer(p, p), "p pᵀ is subtracted"),
        (lambda p: np.diag(p), "That is the first half."),
        (lambda p: -np.outer(p, p), "Right beside the diagonal."),
        (lambda p: np.outer(p, 1 - p), "Right on the diagonal."),
        (lambda p: p * (1 - p), "the result[0] should have shape (2,); it is the number 0.25"),
        (lambda p: np.eye(len(p)), "Differentiate pᵢ"),
    ],
    "activations/choose": [
        (CHOSEN | {"which of ten digits": "sigmoid"}, "One of ten"),
        (CHOSEN | {"rain tomorrow, yes or no": "step"}, "One probability"),
        (CHOSEN | {"topics of a text, several at once": "softmax"}, "need not add up to 1"),
        (CHOSEN | {"temperature in °C": "softplus"}, "also a negative one"),
        (CHOSEN | {"waiting time in minutes": "identity"}, "none below"),
        (CHOSEN | {"waiting time in minutes": "relu6"}, "Choose one of identity, "),
        ({}, "The task “which of ten digits” is missing."),
    ],
}
