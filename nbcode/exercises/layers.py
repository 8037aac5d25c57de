"""The exercises of chapter 3, layers."""

from functools import cache
from itertools import pairwise

import numpy as np

from nbcode._common import tidy
from nbcode.activations import relu, step
from nbcode.data import GATES, mnist5000, truth_table
from nbcode.exercises.judging import NotYet, array, call, exercise, judge, number, told, vector, what
from nbcode.layers import linear

PRODUCTS = [((100, 32), (32, 50)), ((1, 5), (5, 2)), ((20, 60), (60, 8)), ((100, 32), (50, 100)), ((3, 1), (1, 3))]


@exercise("layers/shapes", f"a list of {len(PRODUCTS)}, each the shape (rows, columns) of a product, or None")
def _shapes(answer):
    if not isinstance(answer, (list, tuple)):
        raise NotYet(f"A list of {len(PRODUCTS)} was expected; this is {what(answer)}.")
    if len(answer) != len(PRODUCTS):
        raise NotYet(f"A list of {len(PRODUCTS)} was expected, one for each product; it holds {len(answer)}.")
    for i, (given, (left, right)) in enumerate(zip(answer, PRODUCTS, strict=True)):
        name = f"{left} times {right}"
        fits = left[1] == right[0]
        if given is None and fits:
            raise NotYet(
                f"{name} does fit.", f"The inner sizes are {left[1]} and {right[0]}: equal. What do the outer ones say?"
            )
        if given is None:
            continue
        shape = vector(given, 2, f"answer[{i}]")
        if not fits:
            raise NotYet(
                f"{name} does not fit.",
                f"The inner sizes are {left[1]} and {right[0]}. A row and a column of different lengths can't meet: "
                "write None.",
            )
        wanted = (left[0], right[1])
        if shape == wanted:
            continue
        hint = "The inner sizes are used up. The result has the rows of the first and the columns of the second."
        if shape == wanted[::-1]:
            hint = "The right sizes in the wrong order: first the rows of the first, then the columns of the second."
        elif shape in (left, right):
            hint = "That is the shape of one of the two. Take the rows from the first, the columns from the second."
        raise NotYet(f"{name} is not of shape {tidy(shape)}.", hint)
    return "The inner sizes must be equal and disappear; the outer ones stay."


@exercise("layers/count", "a function count(sizes) that returns one whole number")
def _count(count):
    def pairs(rule):
        return lambda sizes: sum(rule(n, m) for n, m in pairwise(sizes))

    judge(
        count,
        cases=[((2, 1),), ((3, 4),), ((2, 2, 1),), ((5, 4, 3, 2),), ((784, 128, 10),)],
        names=("sizes",),
        right=pairs(lambda n, m: n * m + m),
        read=lambda result, case: number(result, "the result"),
        explain=lambda case, answer, wanted: (
            f"For sizes {tidy(case[0])} you return {tidy(answer)}; it should be {tidy(wanted)}."
        ),
        mistakes=[
            (pairs(lambda n, m: n * m), "Those are the weights. Each neuron has a bias as well."),
            (
                pairs(lambda n, m: 2 * n * m),
                "There is one bias for each neuron, not one for each connection.",
            ),
            (
                pairs(lambda n, m: n * m + n),
                "A bias for each neuron of the layer, that is for each output, not for each input.",
            ),
            (
                lambda sizes: pairs(lambda n, m: n * m)(sizes) + sum(sizes),
                "The inputs are no neurons: they have no biases.",
            ),
            (
                lambda sizes: sizes[0] * sizes[1] + sizes[1],
                "That is the first layer. Go on, to the end of the list, however long it is.",
            ),
            (lambda sizes: sum(sizes[1:]), "Those are the neurons. What does each of them own?"),
            (lambda sizes: pairs(lambda n, m: n * m)(sizes) + len(sizes) - 1, "Each neuron has a bias of its own."),
        ],
        hint="A layer from n numbers to m has a weight for each of the n·m connections, and a bias for each of the m "
        "neurons.",
    )
    return "784-128-10 has 101,770, as it should."


@exercise("layers/forward", "a function forward(X, W, b) that returns an array of shape (N, out)")
def _forward(forward):
    judge(
        forward,
        cases=[
            (((1, 2),), ((1, 1), (2, -1), (1, 0)), (0, 1, -3)),
            (((1, 2), (0, 1), (3, -1)), ((1, 2), (3, -4)), (1, -1)),
            (((1, 2), (3, 4)), ((1, 2), (3, -4)), (1, -1)),
        ],
        names=("X", "W", "b"),
        right=lambda X, W, b: relu(X @ W.T + b),
        read=lambda result, case: array(result, (len(case[0]), len(case[1])), "the result"),
        explain=told(("X", "W", "b")),
        mistakes=[
            (lambda X, W, b: X @ W.T + b, "That is Z. The activation is missing: negative numbers become 0."),
            (lambda X, W, b: relu(X @ W.T), "Where is the bias? It is added before the activation."),
            (lambda X, W, b: relu(X @ W.T) + b, "The bias is added before the activation, not after it."),
            (lambda X, W, b: relu(X @ W.T - b), "The bias is added, not taken away."),
            (lambda X, W, b: (X @ W.T + b > 0) * 1.0, "That is the step. ReLU keeps a positive number as it is."),
        ],
        hint="X is (N, in) and W is (out, in): one of them has to be transposed so that the inner sizes are both in. "
        "b, shape (out,), is added to every row.",
    )
    return "One line for a batch of any size."


@exercise("layers/xor", "four parts (W, b, v, c): W of shape (2, 2), b and v of length 2, and one number c")
def _xor(answer):
    if not isinstance(answer, (list, tuple)) or len(answer) != 4:
        raise NotYet(f"Four parts (W, b, v, c) were expected; this is {what(answer)}.")
    W, b = array(answer[0], (2, 2), "W"), vector(answer[1], 2, "b")
    v, c = vector(answer[2], 2, "v"), number(answer[3], "c")
    X, targets = truth_table(2), np.array(GATES["XOR"])
    z1 = linear(X, W, b)
    h = relu(z1)
    z = linear(h, v, c)
    wrong = step(z) != targets
    if not wrong.any() and np.allclose(h[0], h[3]):
        return "Folded along the diagonal: (0, 0) and (1, 1) lie on each other, and one line parts them from the rest."
    if not wrong.any():
        raise NotYet(
            f"All four are right, but (0, 0) lands on {tidy(h[0])} and (1, 1) on {tidy(h[3])}: not on each other.",
            "What do (0, 0) and (1, 1) have in common that the others lack? Let the hidden neurons look at the "
            "difference of the inputs.",
        )
    i = int(np.argmax(wrong))
    same = any(np.array_equal(h[k], h[m]) for k in (0, 3) for m in (1, 2))
    if not np.any(W):
        hint = "With all of W at 0 the hidden layer sees nothing."
    elif (z1 >= 0).all():
        hint = (
            "No ReLU is ever below 0 here, so the hidden layer is linear and all of it is one neuron. It takes a kink."
        )
    elif same:
        hint = (
            "The hidden layer moves two points onto each other that need different answers: nothing can part them then."
        )
    elif np.array_equal(step(-z), targets):
        hint = "Turned around: it fires where it should be silent. Change the signs of v and c."
    elif np.array_equal(step(z - 1e-9), targets):
        hint = "z = 0 is a tie, and a tie fires. Make c a little smaller."
    else:
        hint = "Draw the four points (h₁, h₂). If a line can part them, change v and c; if not, W and b."
    raise NotYet(
        f"Input {tidy(X[i])}: h = {tidy(h[i])}, z = {tidy(z[i])}, so it {'fires' if z[i] >= 0 else 'stays silent'}; "
        f"XOR wants {targets[i]}.",
        hint,
    )


@exercise("layers/tent", "a pair (kinks, weights), each a list of three numbers")
def _tent(answer):
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        raise NotYet(f"A pair (kinks, weights) was expected; this is {what(answer)}.")
    kinks, weights = vector(answer[0], 3, "kinks"), vector(answer[1], 3, "weights")
    x = np.linspace(-3, 3, 121)
    f = relu(x[:, None] - np.array(kinks)) @ np.array(weights)
    tent = relu(1 - np.abs(x))
    off = np.abs(f - tent)
    if off.max() < 1e-6:
        return "Up at −1, down at 0, and level again at 1: the weights are the changes of the slope."
    i = int(np.argmax(off > 1e-6))
    if sorted(kinks) != [-1, 0, 1]:
        hint = "The tent bends in three places, so there the kinks must be: at −1, 0 and 1."
    elif abs(sum(weights)) > 1e-6:
        hint = "To the right of all kinks the slope is the sum of the weights. The tent is level there."
    elif off.max() == 1 and not f.any():
        hint = "All weights are 0."
    elif np.abs(f + tent).max() < 1e-6:
        hint = "It hangs upside down: change the signs of the weights."
    else:
        hint = "A weight is by how much the slope changes at its kink: from 0 to 1, from 1 to −1, from −1 to 0."
    raise NotYet(f"At x = {tidy(x[i])} yours is {tidy(f[i])}; the tent is {tidy(tent[i])}.", hint)


@exercise("layers/curve", "a function curve(x, y) that returns (c, v): a number, and a list of len(x) − 1 weights")
def _curve(curve):
    def slopes(x, y):
        return np.diff(y) / np.diff(x)

    def read(result, case):
        if not isinstance(result, (list, tuple)) or len(result) != 2:
            raise NotYet(f"the result should be a pair (c, v); it is {what(result)}.")
        c, v = number(result[0], "c"), vector(result[1], len(case[0]) - 1, "v")
        return round(c, 9) + 0.0, tuple(round(item, 9) + 0.0 for item in v)

    judge(
        curve,
        cases=[
            ((0, 1), (0, 2)),
            ((0, 1), (3, 5)),
            ((0, 1, 2), (0, 2, 1)),
            ((-1, 0, 2, 3), (1, 0, 4, 4)),
        ],
        names=("x", "y"),
        right=lambda x, y: (y[0], np.diff(slopes(x, y), prepend=0)),
        read=read,
        explain=lambda case, answer, wanted: (
            f"For x = {tidy(case[0])}, y = {tidy(case[1])} you return c = {tidy(answer[0])}, v = {tidy(answer[1])}; "
            f"it should be c = {tidy(wanted[0])}, v = {tidy(wanted[1])}."
        ),
        mistakes=[
            (
                lambda x, y: (y[0], slopes(x, y)),
                "Those are the slopes. A weight is the change of the slope at its kink.",
            ),
            (
                lambda x, y: (0, np.diff(slopes(x, y), prepend=0)),
                "At the left end all units are 0, and only c is left: what must it be?",
            ),
            (lambda x, y: (y[0], np.diff(y)), "Those are the steps in y. A slope is a step in y by a step in x."),
            (
                lambda x, y: (y[0], np.diff(np.diff(y), prepend=0)),
                "Where the points are not 1 apart, a slope is a step in y by a step in x.",
            ),
        ],
        hint="First the slope of each piece: (y₁ − y₀)/(x₁ − x₀) and so on. Then by how much it changes at each kink; "
        "before the first one it is 0.",
    )
    return "Any polyline is a layer of ReLU units and a sum."


@cache
def zeros_and_ones():
    """Return the real images of 0 and 1, shape (1000, 28, 28), and their digits."""
    X, y = mnist5000()
    return X[y < 2, 0].astype(float), y[y < 2]


@exercise("layers/rule", "a function rule(image) that returns 0 or 1 for an array of shape (28, 28)")
def _rule(rule):
    if not callable(rule):
        raise NotYet(f"A function was expected; this is {what(rule)}.")
    images, digits = zeros_and_ones()
    answers = []
    for i, image in enumerate(images):
        answer = number(call(rule, [image.copy()], f"For image {i}"), f"the answer for image {i}")
        if answer not in (0, 1):
            raise NotYet(f"The answer for image {i} is {tidy(answer)}.", "Only 0 and 1 are asked for.")
        answers.append(answer)
    right = np.array(answers) == digits
    zeros, ones = int(np.sum(~right & (digits == 0))), int(np.sum(~right & (digits == 1)))
    score = f"{int(right.sum())} of 1,000 images are right"
    if right.mean() >= 0.98:
        return f"{score}. One line of thought, and no learning: for two digits rules can do it."
    if len(set(answers)) == 1:
        hint = "It gives the same answer to every image. What has a zero that a one has not?"
    elif right.mean() < 0.5:
        hint = "It is wrong more often than right: exchange the two answers."
    elif zeros > 2 * ones:
        hint = f"{zeros} zeros are taken for ones. Look at some of them: what do they still have that a one never has?"
    elif ones > 2 * zeros:
        hint = f"{ones} ones are taken for zeros. Look at some of them: slanted? thick? What do they never have?"
    else:
        hint = "Not bad. Think of the middle of the picture: what is there in a one, and what in a zero?"
    raise NotYet(f"{score}; 980 are asked for.", hint)
