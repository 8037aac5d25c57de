"""The exercises of chapter 7, the optimizers."""

from math import ceil, cos, pi, sqrt

import numpy as np

from nbcode._common import tidy
from nbcode.exercises.judging import NotYet, call, exercise, judge, number, told, vector, what
from nbcode.module import Parameter
from nbcode.optim import Optimizer

DIGITS = 9  # to which an answer has to be right


def rounded(result, case=None):
    """Read a number, up to rounding."""
    return round(number(result, "the result"), DIGITS)


def several(*names):
    """Return a function that reads as many numbers as there are names."""

    def read(result, case):
        return tuple(round(v, DIGITS) for v in vector(result, len(names), f"the result ({', '.join(names)})"))

    return read


@exercise("optimizers/iterations", "a function iterations(examples, batch_size, epochs) that returns a whole number")
def _iterations(function):
    names = ("examples", "batch_size", "epochs")
    judge(
        function,
        cases=[(10, 4, 1), (10, 4, 2), (10, 5, 3), (11, 5, 7), (14, 5, 1), (3, 5, 2), (1, 1, 1), (60_000, 128, 20)],
        names=names,
        right=lambda n, b, e: ceil(n / b) * e,
        read=rounded,
        explain=told(names),
        mistakes=[
            (lambda n, b, e: ceil(n / b), "That is one epoch. How many are there in all of them?"),
            (
                lambda n, b, e: ceil(n * e / b),
                "Each epoch ends with its own short batch: round up first, then multiply.",
            ),
            (lambda n, b, e: n // b * e, "The last, short batch is a batch, too: round up."),
            (lambda n, b, e: n / b * e, "There are no fractions of a batch: round up."),
            (
                lambda n, b, e: (n // b + 1) * e,
                "Right where something is left over. And where the batches come out even?",
            ),
            (
                lambda n, b, e: round(n / b) * e,
                "A short batch counts however short it is: round up, not to the nearest.",
            ),
        ],
        hint="Divide, and round up: a short last batch is a batch. Then multiply by the epochs.",
    )
    return "60,000 images, 128 a batch, 20 epochs: 9,380 steps, and 20 of the batches were short."


@exercise("optimizers/stable", "a number: the learning rate from which on the walk no longer comes to the minimum")
def _stable(answer):
    rate = number(answer, "Your answer")
    hints = {
        2 / 3: "The curvature along x is the second derivative of 3x². It is not 3.",
        2: "That rate suits x alone, or y alone: which of the two breaks first?",
        1: "1/λ of the flat direction. Which direction breaks first, and at 1/λ or at 2/λ?",
        1 / 6: "At 1/λ the steep direction is at its minimum after one step. It converges up to twice that.",
        2 / 7: "2/(λmin + λmax) is the fastest rate. Slower ones that still converge go further.",
        6: "That is the larger curvature itself. Which η makes 1 − ηλ equal to −1?",
    }
    if abs(rate - 1 / 3) > 0.001:
        fitting = (hint for wrong, hint in hints.items() if abs(rate - wrong) < 0.005)
        general = "Curvatures are second derivatives. For each of them |1 − ηλ| must stay below 1."
        raise NotYet(
            f"At η = {tidy(rate)} the factors are 1 − 6η = {tidy(round(1 - 6 * rate, 4))} along x "
            f"and 1 − η = {tidy(round(1 - rate, 4))} along y.",
            next(fitting, general),
        )
    return "2/λmax with λmax = 6. At ⅓ itself x jumps to and fro between two places for ever."


@exercise("optimizers/two-steps", "a pair of learning rates: of the first step and of the second")
def _two_steps(answer):
    rates = vector(answer, 2, "Your answer")
    factors = [round(float(np.prod([1 - rate * curvature for rate in rates])), 6) for curvature in (0.2, 10)]
    if any(factors):
        hint = "At η = 1/λ a direction is at its minimum after one step, and stays there. There are two directions."
        if not factors[1]:
            hint = "Across you arrive. Along, the curvature is 0.2: which rate makes 1 − 0.2·η equal to 0?"
        elif not factors[0]:
            hint = "Along you arrive. Across, the curvature is 10: which rate makes 1 − 10·η equal to 0?"
        raise NotYet(
            f"Two such steps multiply x by {tidy(factors[0])} and y by {tidy(factors[1])}; both should be 0.", hint
        )
    return "Each step brings one direction home, where it stays. It takes a ravine whose every λ you know."


@exercise("optimizers/momentum", "a function step(w, b, g, lr, mu) that returns the pair (w, b) after the step")
def _momentum(function):
    names = ("w", "b", "g", "lr", "mu")

    def right(w, b, g, lr, mu):
        b = mu * b + g
        return w - lr * b, b

    judge(
        function,
        cases=[(1, 0, 1, 0.1, 0.9), (0.9, 1, 1, 0.1, 0.9), (2, -3, 0, 0.5, 0.8), (1, 2, -4, 0.2, 0), (0, 1, 2, 1, 0.5)],
        names=names,
        right=right,
        read=several("w", "b"),
        explain=told(names),
        mistakes=[
            (
                lambda w, b, g, lr, mu: (w - lr * (mu * b + (1 - mu) * g), mu * b + (1 - mu) * g),
                "You weigh the gradient by 1 − μ. PyTorch's momentum adds all of it.",
            ),
            (
                lambda w, b, g, lr, mu: (w - lr * b, mu * b + g),
                "w has to move by the new b, the one that knows this gradient.",
            ),
            (
                lambda w, b, g, lr, mu: (w + lr * (mu * b + g), mu * b + g),
                "That goes uphill: the step is taken away from w.",
            ),
            (
                lambda w, b, g, lr, mu: (w - lr * g, mu * b + g),
                "w still moves by g alone, which is plain SGD. It should move by b.",
            ),
            (
                lambda w, b, g, lr, mu: (w - (mu * b + lr * g), mu * b + lr * g),
                "With η inside b the walk is the same while η stays. "
                "PyTorch keeps it out, so that a new η counts at once.",
            ),
            (
                lambda w, b, g, lr, mu: (w - lr * (g + mu * (mu * b + g)), mu * b + g),
                "That is Nesterov's step. The plain one moves by b.",
            ),
            (
                lambda w, b, g, lr, mu: (w + mu * b - lr * g, mu * b - lr * g),
                "That is the other custom, b ← μb − ηg and w ← w + b: the walk is the same while η stays. "
                "Here, as in PyTorch, b holds gradients alone.",
            ),
            (lambda w, b, g, lr, mu: (mu * b + g, w - lr * (mu * b + g)), "The order is (w, b)."),
        ],
        hint="First b: what is kept of it, plus the gradient. Then w, by η times the new b.",
    )
    return "The same numbers as PyTorch's SGD with momentum."


@exercise("optimizers/decay", "a pair: w after a step of Adam with the L2 penalty, and after a step of AdamW")
def _decay(answer):
    coupled, decoupled = (round(v, 6) for v in vector(answer, 2, "Your answer"))
    if (coupled, decoupled) == (1.998, 1.99):
        raise NotYet("The two are the wrong way round.", "Which of them sends λw through the division by √v̂?")
    if decoupled != 1.998:
        hint = "AdamW multiplies w by 1 − ηλ, and the gradient is 0."
        if decoupled == 1.8:
            hint = "The shrinking is multiplied by the learning rate, too: by 1 − ηλ, not by 1 − λ."
        raise NotYet(f"AdamW does not lead to {tidy(decoupled)}.", hint)
    if coupled != 1.99:
        hint = "The penalty makes the gradient λw = 0.2. How long is Adam's first step, whatever the gradient?"
        if coupled == 1.998:
            hint = "So it would be in SGD, where both are the same. Adam divides the gradient λw by its own size."
        elif coupled == 2:
            hint = "The gradient of the loss is 0. That of the penalty is λw, and Adam sees the sum."
        raise NotYet(f"Adam with the L2 penalty does not lead to {tidy(coupled)}.", hint)
    return "In Adam with L2, λ hardly matters for that step: the division by √v̂ takes it out. In AdamW it does."


def adam(square=lambda v: v, divide=lambda m, v: m / (sqrt(v) + 1e-8), keep=(0.9, 0.999), correct=(1, 1), stored=0):
    """Return a step of Adam with something changed."""

    def step(w, m, v, g, t, lr):
        m, v = keep[0] * m + (1 - keep[0]) * g, keep[1] * v + (1 - keep[1]) * square(g * g)
        m_hat = m / (1 - keep[0] ** t) if correct[0] else m
        v_hat = v / (1 - keep[1] ** t) if correct[1] else v
        return (w - lr * divide(m_hat, v_hat), m_hat, v_hat) if stored else (w - lr * divide(m_hat, v_hat), m, v)

    return step


@exercise("optimizers/adam", "a function step(w, m, v, g, t, lr) that returns (w, m, v) after step number t")
def _adam(function):
    names = ("w", "m", "v", "g", "t", "lr")
    judge(
        function,
        cases=[
            (1, 0, 0, 2, 1, 0.1),
            (0.9, 0.2, 0.004, -1, 2, 0.1),
            (3, -0.5, 0.2, 0.5, 10, 0.01),
            (0, 0.1, 1e-12, 0, 3, 0.5),
        ],
        names=names,
        right=adam(),
        read=several("w", "m", "v"),
        explain=told(names),
        mistakes=[
            (adam(correct=(0, 0)), "Without the bias correction the first steps are off. Divide by 1 − βᵗ."),
            (adam(correct=(1, 0)), "v starts at 0 as well: divide it by 1 − β₂ᵗ."),
            (adam(correct=(0, 1)), "m starts at 0 as well: divide it by 1 − β₁ᵗ."),
            (adam(stored=1), "Remember m and v as they are. The corrected ones serve this step only."),
            (adam(divide=lambda m, v: m / sqrt(v + 1e-8)), "ε stands outside of the root: √v̂ + ε."),
            (adam(divide=lambda m, v: m / (v + 1e-8)), "v is a mean of squares: take its root."),
            (adam(divide=lambda m, v: -m / (sqrt(v) + 1e-8)), "That goes uphill: the step is taken away from w."),
            (adam(keep=(0.999, 0.9)), "The two β are the wrong way round: 0.9 for m, 0.999 for v."),
            (adam(square=sqrt), "v is a running mean of g², not of |g|."),
        ],
        hint="m and v first, with β₁ = 0.9 and β₂ = 0.999; then m̂ and v̂; then w by η·m̂ / (√v̂ + 10⁻⁸).",
    )
    return "The same numbers as torch.optim.Adam."


@exercise("optimizers/warmup", "a function rate(t, lr, warmup, total) that returns the learning rate of step t")
def _warmup(function):
    names = ("t", "lr", "warmup", "total")

    def half(x):
        return (1 + cos(pi * x)) / 2

    judge(
        function,
        cases=[
            (0, 1, 10, 30),
            (5, 1, 10, 30),
            (10, 1, 10, 30),
            (20, 1, 10, 30),
            (30, 1, 10, 30),
            (2, 0.4, 8, 108),
            (33, 0.4, 8, 108),
        ],
        names=names,
        right=lambda t, lr, warmup, total: lr * (t / warmup if t < warmup else half((t - warmup) / (total - warmup))),
        read=rounded,
        explain=told(names),
        mistakes=[
            (
                lambda t, lr, warmup, total: lr * (t / warmup if t < warmup else half(t / total)),
                "The wave has to begin where the warm-up ends, at t = warmup; else the rate jumps there.",
            ),
            (
                lambda t, lr, warmup, total: lr * (t / warmup if t < warmup else half((t - warmup) / total)),
                "The rate has to be 0 at t = total: the wave has total − warmup steps.",
            ),
            (
                lambda t, lr, warmup, total: lr * half((t - warmup) / (total - warmup)),
                "Where is the warm-up, the straight line up?",
            ),
            (
                lambda t, lr, warmup, total: (
                    lr * ((t + 1) / warmup if t < warmup else half((t - warmup) / (total - warmup)))
                ),
                "You begin one step up, at lr/warmup, as many do. Here the line begins at 0: t/warmup.",
            ),
            (lambda t, lr, warmup, total: lr * min(t / warmup, 1), "After the warm-up the rate has to fall."),
            (
                lambda t, lr, warmup, total: (
                    lr * (t / warmup if t < warmup else (1 - cos(pi * (t - warmup) / (total - warmup))) / 2)
                ),
                "Your wave goes up. (1 + cos)/2 begins at 1 and goes down.",
            ),
            (
                lambda t, lr, warmup, total: lr * (t / warmup if t < warmup else cos((t - warmup) / (total - warmup))),
                "Half a wave is π: (1 + cos(πx)) / 2, with x from 0 to 1.",
            ),
            (
                lambda t, lr, warmup, total: lr * (t / warmup if t < warmup else 1 - (t - warmup) / (total - warmup)),
                "A straight line down is a schedule as well. Here half a cosine is wanted.",
            ),
        ],
        hint="For t < warmup it is lr·t/warmup. Then lr·(1 + cos(πx))/2, where x goes from 0 to 1 as t goes to total.",
    )
    return "The schedule with which many large networks are trained."


GRADIENTS = [[0.0, 1.3], [0.3, 0.7], [-7.6, -1.8], [-0.1, 0.1], [-2.2, 0.2], [19.0, 0.0], [-0.83, -0.039]]


def walk(make):
    """Return where an optimizer leads, step by step."""
    w = Parameter([1.0, 1.0])
    optimizer = make([w])
    path = []
    for gradient in GRADIENTS:
        w.grad[:] = gradient
        optimizer.step()
        path.append(tuple(round(v, DIGITS) for v in w.data.tolist()))
    return path


def lion(mix=0.9, keep=0.99, direction=np.sign, way=-1, early=False):
    """Return an optimizer like Lion, with something changed; an early m is moved before it is mixed."""

    class Like(Optimizer):
        def start(self, w):
            return {"m": np.zeros_like(w)}

        def update(self, w, g, m):
            after = keep * m + (1 - keep) * g
            w += way * self.lr * direction(mix * (after if early else m) + (1 - mix) * g)
            m[...] = after

    return lambda params: Like(params, lr=0.1)


@exercise("optimizers/lion", "a subclass of Optimizer, made by Lion(params, lr)")
def _lion(answer):
    if not isinstance(answer, type) or not issubclass(answer, Optimizer):
        raise NotYet(f"A subclass of Optimizer was expected; this is {what(answer)}.")
    path = call(lambda: walk(lambda params: answer(params, lr=0.1)), (), "In its first steps")
    wanted = walk(lion())
    mistakes = [
        (lion(way=1), "That goes uphill."),
        (lion(direction=lambda c: c), "Where is the sign? Every step of Lion has the length η in each coordinate."),
        (lion(keep=0.9), "Two different numbers: 0.9 for the mixture c, and 0.99 for what m keeps."),
        (lion(mix=0.99), "That is the sign of the new m. The sign is that of the mixture c = 0.9·m + 0.1·g."),
        (lion(mix=0.99, keep=0.9), "0.9 and 0.99 are the wrong way round."),
        (lion(early=True), "The order: first the step, with the m of before; then m moves."),
        (
            lion(mix=0),
            "That is the sign of the gradient alone. Mix m in, and change m in place (m[...] = … or m *= …), "
            "else it stays 0.",
        ),
    ]
    for t, (came, right) in enumerate(zip(path, wanted, strict=True), start=1):
        if came != right:
            fitting = (hint for make, hint in mistakes if walk(make) == path)
            general = "c = 0.9·m + 0.1·g; w ← w − η·sign(c); m ← 0.99·m + 0.01·g, both in place."
            raise NotYet(
                f"From (1, 1), with η = 0.1, step {t} leads to {tidy(came)}; it should lead to {tidy(right)}.",
                next(fitting, general),
            )
    return "An optimizer of your own. It takes one array for each weight where Adam takes two."
