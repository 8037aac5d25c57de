"""The exercises of chapter 2, activation functions."""

import numpy as np

from nbcode._common import tidy
from nbcode.activations import relu, sigmoid, softmax
from nbcode.exercises.judging import NotYet, array, exercise, judge, number, told, vector, what


def curve(function, **more):
    """Judge a function of one number."""
    judge(
        function,
        cases=[(z,) for z in (0, 1, -2, 0.5, 3)],
        names=("z",),
        read=lambda result, case: array(result, (), "the result"),
        explain=told(("z",)),
        **more,
    )


@exercise("activations/tanh", "a function tanh(z)")
def _tanh(function):
    curve(
        function,
        right=np.tanh,
        mistakes=[
            (sigmoid, "That is the sigmoid. It goes from 0 to 1 and tanh from −1 to 1: stretch it, and move it."),
            (
                lambda z: 2 * sigmoid(z) - 1,
                "From −1 to 1, right; but it climbs half as fast as tanh. What goes into the sigmoid?",
            ),
            (lambda z: 2 * sigmoid(2 * z), "It goes from 0 to 2. Move it down by 1."),
            (lambda z: sigmoid(2 * z), "It climbs fast enough now, but it goes from 0 to 1. Stretch it to twice."),
            (lambda z: sigmoid(2 * z) - 1, "Stretch the sigmoid to twice its height before you move it down."),
            (lambda z: 1 - 2 * sigmoid(2 * z), "It falls. Turn the sign around: 2σ − 1, not 1 − 2σ."),
        ],
        hint="Multiply numerator and denominator of (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ) by e⁻ᶻ, and look for σ(2z).",
    )
    return "tanh is the sigmoid, twice as steep, twice as high, and moved down by 1."


@exercise("activations/softsign", "a function softsign_grad(z)")
def _softsign(function):
    curve(
        function,
        right=lambda z: 1 / (1 + abs(z)) ** 2,
        mistakes=[
            (lambda z: z / (1 + abs(z)), "That is softsign itself. Its slope at 0 is 1."),
            (lambda z: 1 / (1 + abs(z)), "Close: the denominator of a quotient's derivative is squared."),
            (lambda z: 1 / (1 + z) ** 2, "Right for z ≥ 0. On the other side |z| is −z."),
            (
                lambda z: np.sign(z) / (1 + abs(z)) ** 2,
                "A curve that climbs everywhere has no negative slope, and at 0 the slope is 1: drop the sign.",
            ),
            (lambda z: 1 / (1 + z**2), "Square the whole denominator, 1 + |z|, not z alone."),
            (lambda z: -1 / (1 + abs(z)) ** 2, "The curve climbs, so its slope is positive."),
        ],
        hint="For z ≥ 0 it is z/(1 + z): the slope of a quotient u/v is (u′v − uv′)/v². Then do z < 0.",
    )
    return "1/(1 + |z|)²: it saturates too, but not nearly as fast as tanh."


@exercise("activations/collapse", "a function collapse(W1, b1, W2, b2) that returns (W, b)")
def _collapse(function):
    names = ("W1", "b1", "W2", "b2")

    def read(result, case):
        if not isinstance(result, (list, tuple)) or len(result) != 2:
            raise NotYet(f"the result should be a pair (W, b); it is {what(result)}.")
        n = len(case[1])
        return array(result[0], (n, n), "W"), array(result[1], (n,), "b")

    def explain(case, answer, wanted):
        part = 0 if answer[0] != wanted[0] else 1
        given = ", ".join(f"{name} = {tidy(value)}" for name, value in zip(names, case, strict=True))
        return f"For {given} your {'Wb'[part]} is {tidy(answer[part])}; it should be {tidy(wanted[part])}."

    judge(
        function,
        cases=[
            (((2,),), (1,), ((3,),), (5,)),
            (((1, 2), (0, 1)), (1, -1), ((1, 0), (4, 1)), (0, 2)),
            (((0, -1), (2, 3)), (2, 0), ((5, 1), (1, -2)), (1, 1)),
        ],
        names=names,
        right=lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1 + b2),
        read=read,
        explain=explain,
        mistakes=[
            (lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2), "The first layer stands next to x: W2 (W1 x)."),
            (lambda W1, b1, W2, b2: (W1 @ W2, W1 @ b2 + b1), "The order is the wrong way round: layer 1 comes first."),
            (lambda W1, b1, W2, b2: (W2 @ W1, b1 + b2), "b1 goes through the second layer as well: W2 b1."),
            (lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1), "The second layer adds a bias of its own."),
            (lambda W1, b1, W2, b2: (W2 @ W1, b2), "W is right. What becomes of b1 in the second layer?"),
            (
                lambda W1, b1, W2, b2: (W2 * W1, W2 @ b1 + b2),
                "* multiplies number by number. For a matrix product, write @.",
            ),
            (lambda W1, b1, W2, b2: (W1 + W2, b1 + b2), "Layers in a row are not added. Put W1 x + b1 in for x."),
        ],
        hint="Write out W2 (W1 x + b1) + b2, and sort: what stands before x is W, the rest is b.",
    )
    return "W = W₂W₁ and b = W₂b₁ + b₂: one layer does the work of two."


@exercise("activations/absolute", "two ReLU neurons [(w, b, v), (w, b, v)]")
def _absolute(answer):
    value = answer.tolist() if hasattr(answer, "tolist") else answer
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise NotYet(f"Two neurons (w, b, v) were expected; this is {what(answer)}.")
    neurons = [vector(one, 3, f"neuron {i}") for i, one in enumerate(value, start=1)]
    for x in (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, -100.0):
        parts = [v * float(relu(w * x + b)) for w, b, v in neurons]
        y = sum(parts)
        if abs(y - abs(x)) <= 1e-9 * (1 + abs(x)):
            continue
        both = f"{tidy(parts[0])} and {tidy(parts[1])}, in all {tidy(y)}"
        message = f"At x = {tidy(x)} the two give {both}; |x| is {tidy(abs(x))}."
        (w1, b1, _), (w2, b2, _) = neurons
        if b1 or b2:
            hint = "|x| has its only kink at 0, so both neurons must turn on there: which bias does that?"
        elif w1 * w2 > 0:
            hint = "Both neurons fire on the same side of 0. One should look after x > 0, the other after x < 0."
        elif not w1 or not w2:
            hint = "A neuron with w = 0 does not see x at all."
        elif y < 0:
            hint = "A ReLU never gives a negative number; a negative v turns it into one. |x| is never negative."
        else:
            hint = "The right kinks. On each side one neuron fires, and there |w|·v is the slope: it should be 1."
        raise NotYet(message, hint)
    return "One neuron for each side: |x| = relu(x) + relu(−x)."


@exercise("activations/dead", "a function dead(Z) that returns a list of column numbers")
def _dead(function):
    def read(result, case):
        if isinstance(result, tuple) and len(result) == 1:  # as np.where gives it
            result = result[0]
        result = result.tolist() if hasattr(result, "tolist") else result
        if isinstance(result, (set, range)):
            result = sorted(result)
        if not isinstance(result, (list, tuple)):
            raise NotYet(f"the result should be a list of column numbers; it is {what(result)}.")
        if result and all(isinstance(item, bool) for item in result):
            raise NotYet(
                "the result should be a list of column numbers; it is a row of True and False.",
                "Turn the row of True and False into column numbers with np.flatnonzero.",
            )
        return tuple(sorted(number(item, "a column number") for item in result))

    def explain(case, answer, wanted):
        return (
            f"For Z with the rows {', '.join(map(tidy, case[0]))} you return {tidy(answer) if answer else 'nothing'}; "
            f"it should be {tidy(wanted) if wanted else 'nothing'}."
        )

    judge(
        function,
        cases=[
            (((-1, 2), (-3, 1)),),
            (((-1, 2, -1), (-3, -1, 0.5), (-1, 1, 1)),),
            (((0, -1, 1), (-1, -1, 0)),),
            (((-5, 1, -1), (1, -5, -1), (-1, -1, -3), (-9, -9, -9)),),
            (((1, 2, 3),),),
        ],
        names=("Z",),
        right=lambda Z: np.flatnonzero((Z <= 0).all(axis=0)),
        read=read,
        explain=explain,
        mistakes=[
            (
                lambda Z: np.flatnonzero((Z <= 0).any(axis=0)),
                "Silent for one example is not dead. It has to be silent for every example.",
            ),
            (
                lambda Z: np.flatnonzero((Z < 0).any(axis=0)),
                "Silent for one example is not dead. It has to be silent for every example.",
            ),
            (
                lambda Z: np.flatnonzero((Z <= 0).all(axis=1)),
                "Those are rows: examples for which every neuron is silent. A neuron is a column.",
            ),
            (
                lambda Z: np.flatnonzero((Z < 0).all(axis=0)),
                "At z = 0 the slope of a ReLU is 0, by agreement. So z = 0 does not save it.",
            ),
            (
                lambda Z: np.flatnonzero((Z > 0).any(axis=0)),
                "Those are the living ones. Give the others.",
            ),
            (
                lambda Z: np.flatnonzero(Z.mean(axis=0) <= 0),
                "The mean does not matter: one example with z > 0 keeps a neuron alive.",
            ),
        ],
        hint="For each column ask: is z ≤ 0 in all its rows? np.all takes an axis.",
    )
    return "Dead is a matter of all the data: no example, no slope, no change."


@exercise("activations/softmax", "a function softmax(z) that returns the probabilities")
def _softmax(function):
    def read(result, case):
        try:
            return array(result, (len(case[0]),), "the result")
        except NotYet as reason:
            if "NaN" not in reason.message:
                raise
            raise NotYet(
                reason.message, "An exponential has overflowed, or all were 0. Subtract the maximum of z first."
            ) from None

    with np.errstate(all="ignore"):
        judge(
            function,
            cases=[
                ((0, 0),),
                ((2, 1, 0),),
                ((-1, 3),),
                ((1000, 1000),),
                ((1000, 0, -1000),),
                ((-1000, -1001),),
            ],
            names=("z",),
            right=softmax,
            read=read,
            explain=told(("z",)),
            mistakes=[
                (lambda z: np.exp(z - z.max()), "The maximum is subtracted, good. Now divide by the sum."),
                (
                    lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).max(),
                    "Divide by the sum of the exponentials, not by the greatest: probabilities add up to 1.",
                ),
                (sigmoid, "A sigmoid looks at one logit only. Here each probability depends on all of them."),
                (lambda z: 1.0 * (z == z.max()), "That is the winner. Softmax leaves something to the others."),
                (
                    lambda z: np.exp(z - z.max()) / len(z),
                    "Divide by the sum of the exponentials, not by how many there are.",
                ),
                (lambda z: softmax(-z), "The sign: the largest logit gets the largest probability."),
            ],
            hint="Write the formula down first: each exponential, divided by what? Then think of 1000.",
        )
    return "It gives probabilities, also at 1000 and at −1000."


@exercise("activations/jacobian", "a function jacobian(p) that returns a square array")
def _jacobian(function):
    judge(
        function,
        cases=[((0.5, 0.5),), ((0.8, 0.2),), ((0.5, 0.25, 0.25),)],
        names=("p",),
        right=lambda p: np.diag(p) - np.outer(p, p),
        read=lambda result, case: array(result, (len(case[0]),) * 2, "the result"),
        explain=told(("p",)),
        mistakes=[
            (
                lambda p: np.diag(p * (1 - p)),
                "The diagonal is right. But each p moves with the other logits too: −pᵢpⱼ.",
            ),
            (lambda p: np.outer(p, p) - np.diag(p), "The sign: p₁ grows with z₁, so the diagonal is positive."),
            (lambda p: np.diag(p) + np.outer(p, p), "What one gains, the others lose: p pᵀ is subtracted."),
            (lambda p: np.diag(p), "That is the first half. What is exp(z₁) divided by, and does that not move too?"),
            (lambda p: -np.outer(p, p), "Right beside the diagonal. On it, p₁ has z₁ in the numerator too."),
            (lambda p: np.outer(p, 1 - p), "Right on the diagonal. Beside it, −pᵢpⱼ."),
        ],
        hint="Differentiate pᵢ = exp(zᵢ)/s as a quotient: once by zᵢ itself, once by another zⱼ.",
    )
    return "diag(p) − p pᵀ. Each of its rows adds up to 0, because the probabilities always add up to 1."


TASKS = {
    "which of ten digits": ("softmax", "One of ten, and the ten probabilities add up to 1."),
    "rain tomorrow, yes or no": ("sigmoid", "One probability, between 0 and 1."),
    "topics of a text, several at once": (
        "sigmoid",
        "The topics don't exclude one another, so their probabilities need not add up to 1: one sigmoid each.",
    ),
    "temperature in °C": ("identity", "It can be any number, also a negative one."),
    "waiting time in minutes": ("softplus", "Any number above 0, and none below."),
}


@exercise("activations/choose", "a dict from the five tasks to the names of functions")
def _choose(answer):
    if not isinstance(answer, dict):
        raise NotYet(f"A dict was expected; this is {what(answer)}.")
    options = sorted({name for name, _ in TASKS.values()} | {"tanh", "step"})
    for task, (wanted, why) in TASKS.items():
        if task not in answer:
            raise NotYet(
                f"The task “{task}” is missing.", "Keep the five tasks as they were, and fill in a name for each."
            )
        name = answer[task]
        if not isinstance(name, str) or name not in options:
            raise NotYet(f"For “{task}” you say {what(name)}.", f"Choose one of {', '.join(options)}.")
        if name != wanted:
            raise NotYet(f"“{task}”: {name} does not fit.", why)
    return "The output's function follows from what the answer may be."
