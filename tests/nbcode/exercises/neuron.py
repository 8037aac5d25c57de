"""Right and wrong answers to the exercises of chapter 1; each wrong one with the words it must be met with."""

import numpy as np
import torch

AND, OR, NAND = ([2, 2], -3), ([2, 2], -1), ([-2, -2], 3)
FOURTEEN = {
    (0, 0, 0, 0): ([0, 0], -1),
    (0, 0, 0, 1): ([1, 1], -1.5),
    (0, 0, 1, 0): ([1, -1], -0.5),
    (0, 0, 1, 1): ([1, 0], -0.5),
    (0, 1, 0, 0): ([-1, 1], -0.5),
    (0, 1, 0, 1): ([0, 1], -0.5),
    (0, 1, 1, 1): ([1, 1], -0.5),
    (1, 0, 0, 0): ([-1, -1], 0.5),
    (1, 0, 1, 0): ([0, -1], 0.5),
    (1, 0, 1, 1): ([1, -1], 0.5),
    (1, 1, 0, 0): ([-1, 0], 0.5),
    (1, 1, 0, 1): ([-1, 1], 0.5),
    (1, 1, 1, 0): ([-1, -1], 1.5),
    (1, 1, 1, 1): ([0, 0], 0),
}


def neuron(x, w, b):
    return 1 if sum(wi * xi for wi, xi in zip(w, x, strict=True)) + b >= 0 else 0


def update(w, b, x, target):
    error = target - neuron(x, w, b)
    return w + error * x, b + error


def update_in_place(w, b, x, target):
    error = target - neuron(x, w, b)
    w += error * x
    return w, b + error


def update_always(w, b, x, target):
    direction = 1 if target == 1 else -1
    return w + direction * x, b + direction


def bias_in_place(w, threshold):
    w -= threshold
    return w, -threshold


def changed(**entries):
    return FOURTEEN | {tuple(map(int, key[1:])): value for key, value in entries.items()}


RIGHT = {
    "neuron/bias": [lambda w, threshold: (w, -threshold), lambda w, threshold: [list(w), 0 - threshold]],
    "neuron/neuron": [
        neuron,
        lambda x, w, b: w @ x + b >= 0,
        lambda x, w, b: np.float32(np.dot(w, x) + b >= 0),
        lambda x, w, b: torch.heaviside(torch.tensor(w @ x + b), torch.tensor(1.0).double()),
    ],
    "neuron/nand": [
        NAND,
        ([-1, -1], 1.5),
        ((-2.0, -3), 4),
        (np.array([-2, -2]), np.float64(3)),
        [[-1, -1], 1],
        (torch.tensor([-2.0, -2.0]), torch.tensor(3.0)),
        ([-1e99, -1e99], 1.5e99),
    ],
    "neuron/festival": [([2, 1, 1], -3), ([6, 3, 3], -9), (np.array([4, 2, 2]), -5.5)],
    "neuron/majority": [([1, 1, 1], -2), ([2, 3, 4], -5), ((1, 1, 1), -1.5)],
    "neuron/xor": [
        (AND, OR, ([-4, 2], -1)),
        [OR, AND, ([2, -4], -1)],
        (([1, -1], -1), ([-1, 1], -1), OR),
    ],
    "neuron/perceptron": [
        update,
        lambda w, b, x, t: [list(w + (t - neuron(x, w, b)) * x), b + t - neuron(x, w, b)],
    ],
    "neuron/count": [FOURTEEN, {tuple(map(float, key)): value for key, value in FOURTEEN.items()}],
}

WRONG = {
    "neuron/bias": [
        (lambda w, threshold: (w, threshold), "Mind the sign."),
        (lambda w, threshold: (-w, -threshold), "The weights stay as they are"),
        (lambda w, threshold: (-w, threshold), "not that of the weights"),
        (lambda w, threshold: (w, 0), "it is not always 0"),
        (lambda w, threshold: (w - threshold, -threshold), "w stays. Bring the threshold to the left"),
        (lambda w, threshold: -threshold, "Your answer should be a pair (w, b); it is the number 0."),
        (bias_in_place, "keep the old one"),
        (lambda w: (w, 0), "stopped with TypeError"),
    ],
    "neuron/neuron": [
        (
            lambda x, w, b: int(w @ x + b > 0),
            "w = (2), b = −2: z = 2·1 − 2 = 0 ≥ 0, so it fires. You return 0",
        ),
        (lambda x, w, b: int(w @ x + b > 0), "A tie fires too"),
        (lambda x, w, b: int(w @ x >= 0), "Where is the bias?"),
        (lambda x, w, b: int(w @ x - b >= 0), "not taken away"),
        (lambda x, w, b: w @ x + b, "That is z itself."),
        (lambda x, w, b: int(w @ x + b < 0), "It is the other way round"),
        (lambda x, w, b: int(w @ x + b <= 0), "a tie as well"),
        (lambda x, w, b: 1 if w @ x + b >= 0 else -1, "answers 0, not −1"),
        (lambda x, w, b: int(sum(x) + b >= 0), "where is w?"),
        (lambda x, w, b: int(w[0] * x[0] + b >= 0), "one product for each input"),
        (lambda x, w, b: int(w[0] * x[0] + w[1] * x[1] + b >= 0), "stopped with IndexError"),
        (lambda x, w, b: w * x + b, "the result should be a number; it is an array of shape (1,)"),
        (lambda x, w, b: print(end=""), "Does it end with return?"),
    ],
    "neuron/nand": [
        (AND, "input (0, 0): z = 2·0 + 2·0 − 3 = −3 < 0, so it stays silent; NAND wants 1."),
        (AND, "This neuron computes AND."),
        (OR, "This neuron computes OR."),
        (([-2, -2], -3), "turn its sign around"),
        (([2, 2], 3), "input (1, 1): z = 2·1 + 2·1 + 3 = 7 ≥ 0, so it fires; NAND wants 0."),
        (([-1, -1], 2), "z = 0 is a tie, and a tie fires"),
        (([-0.1, -0.2], 0.3 + 1e-16), "On paper this is a tie"),
        (([0, 0], 0), "All weights are 0"),
        (([-2, -2], 1), "This neuron computes NOR."),
        ((-2, -2, 3), "a list of their own"),
        ([-2, -2, 3], "it is 3 single numbers"),
        (([-2, -2, 3], 1), "w should hold 2 numbers; it holds 3."),
        ((["-2", -2], 3), "w[0] should be a number; it is the text '-2'."),
        (([-2, np.nan], 3), "w[1] should be an ordinary number; it is NaN"),
        (([-2, -2], None), "b should be a number; it is None."),
        (([-2, -2], np.inf), "b should be an ordinary number; it is too large"),
    ],
    "neuron/festival": [
        (([1, 1, 1], -2), "must not make up for bad weather"),
        (([6, 2, 2], -5), "Good weather alone must not be enough"),
        (([6, 2, 2], -6), "a tie fires"),
        (([2, 1, 1], -4), "Good weather and one of the other two must be enough"),
        (([2, 1, 1], -1.5), "must not make up for bad weather"),
        (([2, 1, 1], 3), "turn its sign around"),
        (([2, 1, 1], -0.5), "Transport alone must not be enough"),
        (([2, 1, 0], -0.5), "Company alone must not be enough"),
        (([2, 1, 1], 1), "Nothing speaks for going"),
        (([0, 0, 0], 0), "All weights are 0"),
    ],
    "neuron/majority": [
        (([1, 1, 1], -0.5), "One vote alone must not be enough"),
        (([1, 1, 1], -1), "a tie fires"),
        (([1, 1, 1], -3), "Any two votes must be enough"),
        (([1, 1, 1], 2), "turn its sign around"),
        (([1, 1, 1], 5), "Nobody votes for it"),
        (([2, 2, -1], -1), "One vote alone"),
        (([5, 5, 5], -1), "One vote alone must not be enough"),
        (([2, 1, 1], -2), "One vote alone must not be enough"),
    ],
    "neuron/xor": [
        (AND, "One neuron draws one line"),
        ((OR, NAND, AND), "Another way: let h1 fire for x₁ without x₂"),
        ([NAND, OR, AND], "OR and NAND again"),
        ((OR, NAND, OR), "h1 = 0, h2 = 1; for y, z = 2·0 + 2·1 − 1 = 1 ≥ 0, so it fires; XOR wants 0."),
        ((OR, NAND, OR), "h1 and h2 are fine: a line can separate what y sees."),
        ((OR, NAND, NAND), "y answers the opposite of XOR"),
        ((OR, OR, AND), "h1 and h2 answer alike"),
        ((([1, 0], -1), ([0, 1], -1), AND), "y has to be XOR itself"),
        ((OR, NAND), "there are two parts"),
        ((OR, NAND, ([1, 1, 1], -2)), "w of y should hold 2 numbers; it holds 3."),
        ((OR, ([1, 1], "b"), AND), "b of h2 should be a number; it is the text 'b'."),
    ],
    "neuron/perceptron": [
        (
            lambda w, b, x, t: (w - (t - neuron(x, w, b)) * x, b - (t - neuron(x, w, b))),
            "The sign is the wrong way",
        ),
        (lambda w, b, x, t: (w + (t - neuron(x, w, b)) * x, b), "The bias learns too"),
        (lambda w, b, x, t: (w, b + t - neuron(x, w, b)), "The weights learn too"),
        (lambda w, b, x, t: (w + t - neuron(x, w, b), b + t - neuron(x, w, b)), "moves by its own input"),
        (update_always, "When the answer is right already"),
        (lambda w, b, x, t: (w + t * x, b + t), "not the target alone"),
        (lambda w, b, x, t: (w + (t - w @ x - b) * x, b + (t - w @ x - b)), "You subtract z itself"),
        (lambda w, b, x, t: (w + (t - (w @ x + b > 0)) * x, b + (t - (w @ x + b > 0))), "A tie fires"),
        (lambda w, b, x, t: update(w, b, x, t) if t else (w, b), "A false alarm counts as well"),
        (lambda w, b, x, t: (w, b), "Nothing ever changes"),
        (lambda w, b, x, t: (2 * update(w, b, x, t)[0], b), "Work out output = step(w·x + b)"),
        (update_in_place, "no w += …"),
        (lambda w, b, x, t: update(w, b, x, t)[0], "should be a"),
    ],
    "neuron/count": [
        (14, "14 is the right number. Hint: Now show the neurons"),
        (16, "It is not that number."),
        (13.5, "It is not that number."),
        ({}, "The dict is empty."),
        ({(0, 0, 0, 1): AND}, "Yours are right. 13 are missing, first (0, 0, 0, 0)."),
        ({k: v for k, v in FOURTEEN.items() if k != (1, 0, 1, 0)}, "1 is missing, first (1, 0, 1, 0)."),
        (changed(t0110=OR), "z = 2·1 + 2·1 − 1 = 3 ≥ 0, so it fires; the entry (0, 1, 1, 0) wants 0."),
        (changed(t0110=([0, 0], 0)), "This is XOR. No neuron computes it"),
        (changed(t1001=AND), "This is XNOR."),
        (changed(t0001=OR), "the entry (0, 0, 0, 1) wants 0. Hint: This neuron computes OR."),
        (changed(t0001=([1, 1], -1)), "a tie fires"),
        (changed(t0001=None), "the entry (0, 0, 0, 1) should be a pair (w, b); it is None."),
        ({"AND": AND}, "a key should be a list of 4; it is the text 'AND'."),
        ({(0, 0, 0, 2): AND}, "should hold only 0 and 1"),
        ([AND, OR], "A dict was expected; this is a list of length 2."),
    ],
}
