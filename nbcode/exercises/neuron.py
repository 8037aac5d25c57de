"""The exercises of chapter 1, the neuron."""

from numbers import Real

from nbcode._common import tidy, weighted_sum
from nbcode.activations import step
from nbcode.data import GATES, truth_table
from nbcode.exercises.judging import NotYet, exercise, judge, neuron, number, vector, what
from nbcode.layers import linear


def fires(w, b, x):
    """Say whether a neuron fires: a bool for one input, a tuple of 0 and 1 for a table of them."""
    output = step(linear(x, w, b))
    return tuple(map(int, output)) if output.ndim else bool(output)


def working(w, b, x):
    """Write out how a neuron comes to its answer, such as ``z = 2·1 − 3 = −1 < 0, so it stays silent``."""
    z = linear(x, w, b)
    sign, deed = ("≥", "fires") if z >= 0 else ("<", "stays silent")
    return f"z = {weighted_sum(w, x, b)} = {tidy(z)} {sign} 0, so it {deed}"


def first_wrong(w, b, targets, name):
    """Find the first row of the truth table that the neuron gets wrong: the row and a sentence, or None."""
    for x, target in zip(truth_table(len(w)), targets, strict=True):
        if fires(w, b, x) != target:
            return x, f"input {tidy(x)}: {working(w, b, x)}; {name} wants {target}."
    return None


def examine_table(w, b, targets, name, hint):
    """Raise `NotYet` if the neuron gets a row of the truth table wrong.

    `hint` is a text, or a function of the first wrong row. Mistakes that any neuron can make have hints of
    their own.
    """
    wrong = first_wrong(w, b, targets, name)
    if not wrong:
        return
    x, message = wrong
    z = linear(x, w, b)
    X = truth_table(len(w))
    gate = next((gate for gate, table in GATES.items() if table == fires(w, b, X)), None)
    if not any(w):
        hint = "All weights are 0, so the neuron gives the same answer to every input."
    elif fires(w, -b, X) == targets:
        hint = "The weights are fine. The bias is minus the threshold: turn its sign around."
    elif z == 0 and fires(w, b - 1e-6, X) == targets:
        hint = "z = 0 is a tie, and a tie fires. Make the bias a little smaller."
    elif 0 < abs(z) < 1e-9:
        hint = "On paper this is a tie, but the computer rounds. Move the bias away from it."
    else:
        hint = hint(tuple(map(int, x))) if callable(hint) else hint
        hint = f"This neuron computes {gate}. {hint}" if gate else hint
    raise NotYet(message, hint)


@exercise("neuron/bias", "a function to_bias(w, threshold) that returns (w, b)")
def _bias(to_bias):
    def explain(case, answer, wanted):
        w, threshold = case
        return (
            f"For w = {tidy(w)} and threshold {tidy(threshold)} you return w = {tidy(answer[0])}, "
            f"b = {tidy(answer[1])}; it should be w = {tidy(wanted[0])}, b = {tidy(wanted[1])}."
        )

    judge(
        to_bias,
        cases=[((1,), 0), ((1,), 2), ((1, -1), -1.5), ((6, 2, 2), 5)],
        names=("w", "threshold"),
        right=lambda w, threshold: (w, -threshold),
        read=lambda result, case: neuron(result, len(case[0])),
        explain=explain,
        mistakes=[
            (
                lambda w, threshold: (w, threshold),
                "Mind the sign. w·x ≥ threshold is the same as w·x − threshold ≥ 0. What is b, then?",
            ),
            (
                lambda w, threshold: (-w, -threshold),
                "The weights stay as they are; only the threshold changes its name and its sign.",
            ),
            (lambda w, threshold: (-w, threshold), "Turn around the sign of the threshold, not that of the weights."),
            (
                lambda w, threshold: (w, 0),
                "The bias does what the threshold did. Take it from there; it is not always 0.",
            ),
        ],
        hint="w stays. Bring the threshold to the left of w·x ≥ threshold: what is added to w·x is b.",
    )
    return "The bias is minus the threshold, and the weights stay."


@exercise("neuron/neuron", "a function neuron(x, w, b) that returns 0 or 1")
def _neuron(function):
    def explain(case, answer, wanted):
        x, w, b = case
        return (
            f"For x = {tidy(x)}, w = {tidy(w)}, b = {tidy(b)}: {working(w, b, x)}. "
            f"You return {tidy(answer)}; it should be {tidy(wanted)}."
        )

    judge(
        function,
        cases=[
            ((1,), (2,), 3),
            ((1,), (2,), -3),
            ((1,), (2,), -2),  # z above 0, below 0, and a tie
            ((1, 1), (2, -1), 1),
            ((1, 0), (1, 1), -2),
            ((1, 1), (1, 1), -2),
            ((0, 1, 1), (6, 2, 2), -5),
            ((0, 1, 1), (6, 2, 2), -4),
            ((1, 0, 0), (6, 2, 2), -5),
            ((1, 2, 3, 4, 5), (1, -1, 1, -1, 1), -3),
            ((1, 2, 3, 4, 5), (1, -1, 1, -1, 1), -4),
        ],
        names=("x", "w", "b"),
        right=lambda x, w, b: int(w @ x + b >= 0),
        read=lambda result, case: number(result, "the result"),
        explain=explain,
        mistakes=[
            (lambda x, w, b: w @ x + b > 0, "A tie fires too: compare with >=, not with >."),
            (lambda x, w, b: w @ x >= 0, "Where is the bias? It is added to w·x before the comparison."),
            (
                lambda x, w, b: w @ x - b >= 0,
                "The bias is added to w·x, not taken away: it is minus the threshold already.",
            ),
            (lambda x, w, b: w @ x + b, "That is z itself. A neuron answers 1 if z ≥ 0, and else 0."),
            (lambda x, w, b: w @ x + b < 0, "It is the other way round: fire for z ≥ 0, stay silent below."),
            (
                lambda x, w, b: w @ x + b <= 0,
                "It is the other way round: fire for z ≥ 0, a tie as well, and stay silent below.",
            ),
            (lambda x, w, b: 1 if w @ x + b >= 0 else -1, "The silent neuron answers 0, not −1."),
            (lambda x, w, b: sum(x) + b >= 0, "Each input is multiplied by its weight: where is w?"),
        ],
        hint="First z = w·x + b, one product for each input, however many there are. Then 1 if z ≥ 0, else 0.",
    )
    return "It fires from z = 0 on, the tie included, with any number of inputs."


@exercise("neuron/nand", "a pair (w, b): a list of two weights, and a bias")
def _nand(answer):
    examine_table(
        *neuron(answer, 2),
        GATES["NAND"],
        "NAND",
        "NAND fires at (0, 0), where z is b: so b is not negative. Which way must each 1 push z?",
    )
    return "Your neuron computes NAND: silent at (1, 1), and only there."


@exercise("neuron/festival", "a pair (w, b): a list of three weights, weather first, and a bias")
def _festival(answer):
    targets = tuple(int(weather and (company or transport)) for weather, company, transport in truth_table(3))
    examine_table(
        *neuron(answer, 3),
        targets,
        "the festival rule",
        lambda x: {
            (0, 0, 0): "Nothing speaks for going, and z is b there: it must be negative.",
            (0, 0, 1): "Transport alone must not be enough.",
            (0, 1, 0): "Company alone must not be enough.",
            (
                0,
                1,
                1,
            ): "Company and transport together must not make up for bad weather: it needs more weight.",
            (1, 0, 0): "Good weather alone must not be enough: it takes one more reason to fire.",
        }.get(x, "Good weather and one of the other two must be enough to fire."),
    )
    return "You go in good weather, when company or transport helps. All 8 cases agree."


@exercise("neuron/majority", "a pair (w, b): a list of three weights, and a bias")
def _majority(answer):
    targets = tuple(int(sum(x) >= 2) for x in truth_table(3))
    examine_table(
        *neuron(answer, 3),
        targets,
        "the majority",
        lambda x: {
            0: "Nobody votes for it, and z is b there: it must be negative.",
            1: "One vote alone must not be enough: each weight must stay below the threshold −b.",
            2: "Any two votes must be enough: each pair of weights must reach the threshold −b.",
            3: "All three votes must be enough: together the weights must reach the threshold −b.",
        }[sum(x)],
    )
    return "It fires for two votes or three, whoever they come from."


@exercise("neuron/xor", "three neurons (h1, h2, y), each a pair (w, b) with two weights; y looks at (h1, h2)")
def _xor(answer):
    if isinstance(answer, (list, tuple)) and len(answer) == 2:
        raise NotYet(
            "Three neurons (h1, h2, y) were expected; there are two parts.",
            "One neuron draws one line, and no line separates XOR. Two hidden neurons draw two.",
        )
    if not isinstance(answer, (list, tuple)) or len(answer) != 3:
        raise NotYet(f"Three neurons (h1, h2, y) were expected; this is {what(answer)}.")
    (w1, b1), (w2, b2), (wy, by) = map(neuron, answer, (2, 2, 2), ("h1", "h2", "y"))
    X, XOR = truth_table(2), GATES["XOR"]
    hidden = step(linear(X, [w1, w2], [b1, b2]))
    outputs = fires(wy, by, hidden)
    if outputs == XOR and {fires(w1, b1, X), fires(w2, b2, X)} == {GATES["OR"], GATES["NAND"]}:
        raise NotYet(
            "This computes XOR, with OR and NAND again.",
            "Another way: let h1 fire for x₁ without x₂, and h2 for x₂ without x₁. What is y, then?",
        )
    if outputs == XOR:
        return "Two hidden neurons and one output compute XOR, which one neuron alone can't."
    x, h, target = next((x, h, t) for x, h, o, t in zip(X, hidden, outputs, XOR, strict=True) if o != t)
    wanted = {}
    for hx, t in zip(map(tuple, hidden), XOR, strict=True):
        wanted.setdefault(hx, set()).add(t)
    if any(len(targets) > 1 for targets in wanted.values()):
        hint = "h1 and h2 answer alike to two inputs for which XOR differs. Change h1 or h2."
    elif len(wanted) == 4:
        hint = "h1 and h2 hand on one input each, so y has to be XOR itself. Let each look at both inputs."
    elif outputs == GATES["XNOR"]:
        hint = "h1 and h2 are fine. y answers the opposite of XOR: turn it around, and mind the ties."
    else:
        hint = "h1 and h2 are fine: a line can separate what y sees. Now change y."
    raise NotYet(
        f"input {tidy(x)}: h1 = {tidy(h[0])}, h2 = {tidy(h[1])}; for y, {working(wy, by, h)}; XOR wants {target}.",
        hint,
    )


@exercise("neuron/perceptron", "a function update(w, b, x, target) that returns the new (w, b)")
def _perceptron(update):
    def explain(case, answer, wanted):
        w, b, x, target = case
        return (
            f"For w = {tidy(w)}, b = {tidy(b)}, x = {tidy(x)}, target {target}: {working(w, b, x)}. "
            f"You return w = {tidy(answer[0])}, b = {tidy(answer[1])}; "
            f"it should be w = {tidy(wanted[0])}, b = {tidy(wanted[1])}."
        )

    def error(w, b, x, target):
        return target - int(w @ x + b >= 0)

    def rule(w, b, x, target):
        e = error(w, b, x, target)
        return w + e * x, b + e

    def tie_misjudged(w, b, x, target):
        e = target - int(w @ x + b > 0)
        return w + e * x, b + e

    judge(
        update,
        cases=[
            ((1, 1), -3, (2, 1), 1),
            ((1, 1), -4, (2, 1), 0),  # right already
            ((1, 1), -4, (2, 1), 1),
            ((1, 1), -2, (2, 1), 0),  # silent but should fire; fires but should not
            ((0, 0), 0, (1, 2), 0),
            ((1, -1, 2), 0, (0, 2, 1), 1),  # ties, which fire
            ((1, -1, 2), -1, (0, 2, 1), 1),
            ((3,), -1, (2,), 0),
        ],
        names=("w", "b", "x", "target"),
        right=rule,
        read=lambda result, case: neuron(result, len(case[0]), "the result"),
        explain=explain,
        mistakes=[
            (
                lambda w, b, x, t: (w - error(w, b, x, t) * x, b - error(w, b, x, t)),
                "The sign is the wrong way round: the error is target − output, and it is added.",
            ),
            (
                lambda w, b, x, t: (w + error(w, b, x, t) * x, b),
                "The bias learns too: b + (target − output), as if it belonged to an input that is always 1.",
            ),
            (lambda w, b, x, t: (w, b + error(w, b, x, t)), "The weights learn too: w + (target − output)·x."),
            (
                lambda w, b, x, t: (w + error(w, b, x, t), b + error(w, b, x, t)),
                "Each weight moves by its own input: where is x in w + (target − output)·x?",
            ),
            (
                lambda w, b, x, t: (w + (2 * t - 1) * x, b + (2 * t - 1)),
                "When the answer is right already, target − output is 0 and nothing changes.",
            ),
            (
                lambda w, b, x, t: (w + t * x, b + t),
                "The error is target − output, not the target alone: a right answer changes nothing.",
            ),
            (
                lambda w, b, x, t: (w + (t - w @ x - b) * x, b + t - w @ x - b),
                "The output is step(z), 0 or 1. You subtract z itself.",
            ),
            (tie_misjudged, "A tie fires: at z = 0 the output is 1."),
            (
                lambda w, b, x, t: (w + max(error(w, b, x, t), 0) * x, b + max(error(w, b, x, t), 0)),
                "A false alarm counts as well: when it fires and should not, the error is −1.",
            ),
            (
                lambda w, b, x, t: (w, b),
                "Nothing ever changes. After a mistake, add (target − output)·x to w and target − output to b.",
            ),
        ],
        hint="Work out output = step(w·x + b). Then add (target − output)·x to w, and target − output to b.",
    )
    return "One step of the perceptron rule, and it leaves the old weights alone."


@exercise("neuron/count", "a dict from truth tables (y00, y01, y10, y11) to neurons (w, b)")
def _count(answer):
    if isinstance(answer, Real):
        if answer == 14:
            raise NotYet("14 is the right number.", "Now show the neurons: a dict from (y00, y01, y10, y11) to (w, b).")
        raise NotYet(
            "It is not that number.",
            "There are 16 truth tables of two inputs. For how many can you find a neuron?",
        )
    if not isinstance(answer, dict):
        raise NotYet(f"A dict was expected; this is {what(answer)}.")
    if not answer:
        raise NotYet("The dict is empty.", "Start with the gates you know: AND is (0, 0, 0, 1).")
    beyond = {GATES[gate]: gate for gate in ("XOR", "XNOR")}
    possible = {tuple(map(int, row)) for row in truth_table(4)} - set(beyond)
    for key, value in answer.items():
        table = vector(key, 4, "a key")
        if not set(table) <= {0, 1}:
            raise NotYet(f"The key {tidy(table)} should hold only 0 and 1.")
        table = tuple(map(int, table))
        name = f"the entry {tidy(table)}"
        w, b = neuron(value, 2, name)
        if table in beyond:
            _, message = first_wrong(w, b, table, name)
            raise NotYet(message, f"This is {beyond[table]}. No neuron computes it: take it out.")
        examine_table(w, b, table, name, "Look at this neuron by itself: at which inputs does it fire?")
        possible.discard(table)
    if possible:
        are = "is" if len(possible) == 1 else "are"
        raise NotYet(
            f"Yours are right. {len(possible)} {are} missing, first {tidy(min(possible))}.",
            "Weights −1, 0 and 1, with biases that are multiples of ½, are enough for all of them.",
        )
    return "All 14 are there. Of the 16 functions of two inputs, only XOR and XNOR are beyond one neuron."
