"""The exercises of chapter 5, the chain rule."""

import math

from nbcode._common import tidy
from nbcode.activations import sigmoid, softplus
from nbcode.autograd import Value
from nbcode.exercises.judging import NotYet, call, exercise, judge, number, told, vector, what

DIGITS = 6  # to which an answer has to be right


def rounded(result, case=None):
    """Read a number, up to rounding."""
    return round(number(result, "the result"), DIGITS) + 0.0


def pair(result, case=None):
    """Read two numbers, up to rounding."""
    return tuple(round(entry, DIGITS) + 0.0 for entry in vector(result, 2, "the result"))


@exercise("chain_rule/bicycle", "one number, in metres per second")
def _bicycle(answer):
    speed = round(number(answer, "The speed"), DIGITS)
    if speed == 6.3:
        return "1.5 · 2 · 2.1 = 6.3 metres per second: three rates, one product."
    hints = {
        5.6: "Rates in a row don't add up. Each one multiplies what comes in.",
        4.2: "These are metres per turn of the pedals. How many turns a second?",
        3.15: "Where is the chain? The wheel turns twice as often as the pedals.",
        3: "These are turns of the wheel per second. How far does each of them take you?",
        1.575: "The wheel turns twice for one turn of the pedals: times 2, not divided by 2.",
    }
    raise NotYet(
        f"{tidy(speed)} metres per second is not what comes out.",
        hints.get(speed, "Follow one second from the feet to the road: turns of the pedals, of the wheel, metres."),
    )


@exercise("chain_rule/slope", "a function slope(x) that returns a number")
def _slope(slope):
    names = ("x",)
    judge(
        slope,
        cases=[(0,), (1,), (-1,), (0.5,), (2,)],
        names=names,
        right=lambda x: (1 - math.tanh(x * x) ** 2) * 2 * x,
        read=rounded,
        explain=told(names),
        mistakes=[
            (lambda x: 1 - math.tanh(x * x) ** 2, "That is dy/du, the outer rate. The inner one, du/dx, is missing."),
            (lambda x: 2 * x, "That is du/dx, the inner rate. The outer one, dy/du, is missing."),
            (lambda x: (1 - math.tanh(x) ** 2) * 2 * x, "The outer rate is taken at u = x², not at x."),
            (lambda x: 1 - math.tanh(2 * x) ** 2, "2x is a factor of its own. It doesn't go into the tanh."),
            (lambda x: 1 - math.tanh(x * x) ** 2 + 2 * x, "Along a chain rates multiply; they don't add up."),
            (lambda x: math.tanh(x * x) * 2 * x, "The outer rate is the slope of tanh, 1 − tanh², not tanh itself."),
            (lambda x: math.tanh(x * x), "That is the function itself. Its slope is wanted."),
        ],
        hint="Call u = x². The slope is dy/du · du/dx, where tanh has the slope 1 − tanh², taken at u.",
    )
    return "(1 − tanh²(x²)) · 2x: each rate at its own place."


@exercise("chain_rule/neuron", "a function gradient(w, x, b, y) that returns a pair of numbers")
def _neuron(gradient):
    names = ("w", "x", "b", "y")

    def right(w, x, b, y, sign=1, factor=1):
        a = sigmoid(w * x + b)
        delta = sign * factor * (a - y) * a * (1 - a)
        return delta * x, delta

    def without_slope(w, x, b, y):
        return (sigmoid(w * x + b) - y) * x, sigmoid(w * x + b) - y

    def slope_at_a(w, x, b, y):
        a = sigmoid(w * x + b)
        delta = (a - y) * sigmoid(a) * (1 - sigmoid(a))
        return delta * x, delta

    judge(
        gradient,
        cases=[(0, 1, 0, 1), (0, 1, 0, 0), (1, 2, -1, 1), (-1, 0.5, 2, 0), (2, 0, 1, 1), (0.5, -3, 1, 0)],
        names=names,
        right=right,
        read=pair,
        explain=told(names),
        mistakes=[
            (
                lambda *case: right(*case, sign=-1),
                "The sign: ½(a − y)² has the slope a − y over a, not y − a. This is mistake M2.",
            ),
            (
                lambda *case: right(*case, factor=2),
                "The ½ of the loss takes the 2 away. (Without it: a factor of 2.)",
            ),
            (without_slope, "That is the error times x. The slope of the sigmoid, a(1 − a), is missing."),
            (slope_at_a, "The slope of the sigmoid at z is σ(z)(1 − σ(z)) = a(1 − a). You took it at a."),
            (
                lambda *case: (right(*case)[1],) * 2,
                "In z = wx + b, w is multiplied by x: its path has one more factor than that of b.",
            ),
            (
                lambda *case: (right(*case)[0],) * 2,
                "In z = wx + b, b has the rate 1: its path has no factor x.",
            ),
            (lambda *case: right(*case)[::-1], "Right numbers, wrong order: first w, then b."),
            (
                lambda w, x, b, y: (right(w, x, b, y)[1] * w, right(w, x, b, y)[1]),
                "∂z/∂w is x. With w as the factor you get the gradient of x.",
            ),
        ],
        hint="Both have (a − y) · a(1 − a) in common. The path to w goes on with the factor x, that to b with 1.",
    )
    return "(a − y) · a(1 − a) · x, and the same without x: the common part is worked out once."


@exercise("chain_rule/held", "a function rates(t, s) that returns a pair of numbers")
def _held(rates):
    names = ("t", "s")

    def by_t(t, s):
        return s * t * 2 * t + (s + t * t) * s

    def by_s(t, s):
        return s * t + (s + t * t) * t

    def right(t, s):
        return by_t(t, s), by_t(t, s) + 3 * by_s(t, s)

    judge(
        rates,
        cases=[(0, 1), (1, 0), (1, 1), (1, 2), (2, 1), (-1, 3)],
        names=names,
        right=right,
        read=pair,
        explain=told(names),
        mistakes=[
            (lambda t, s: (by_t(t, s),) * 2, "That is ∂z/∂t twice. In dz/dt s moves too, and z feels it."),
            (lambda t, s: (right(t, s)[1],) * 2, "That is dz/dt twice. In ∂z/∂t s is held: no path goes through it."),
            (
                lambda t, s: (by_t(t, s), by_t(t, s) + by_s(t, s)),
                "The path through s has a first edge of its own: ds/dt = 3.",
            ),
            (lambda t, s: (by_t(t, s), 3 * by_s(t, s)), "dz/dt has the direct paths too, those that pass s by."),
            (lambda t, s: right(t, s)[::-1], "The wrong way round: first ∂z/∂t, with s held, then dz/dt."),
            (
                lambda t, s: (s * t * 2 * t, s * t * 2 * t + 3 * s * t),
                "These are the paths through x. z feels t through y as well.",
            ),
            (
                lambda t, s: ((s + t * t) * s, (s + t * t) * (s + 3 * t)),
                "These are the paths through y. z feels t through x as well.",
            ),
        ],
        hint="∂z/∂t = y·∂x/∂t + x·∂y/∂t, in the same way ∂z/∂s, and dz/dt = ∂z/∂t + ∂z/∂s · 3.",
    )
    return "With s held, two paths; with s moving, two more."


@exercise("chain_rule/paths", "a pair of whole numbers, (paths, multiplications)")
def _paths(answer):
    paths, steps = vector(answer, 2, "Your answer")
    if (paths, steps) == (4096, 24):
        return "2¹² paths; backward multiplies once for each of the 24 edges."
    if (paths, steps) == (24, 4096):
        raise NotYet("The two numbers are the wrong way round.", "First the paths, then the multiplications.")
    if paths != 4096:
        hints = {
            24: "Two choices at each squaring don't add up: each path so far splits in two.",
            12: "Each squaring has two edges to the number it squares, so each path splits in two.",
            144: "Not 12². One squaring: 2 paths; two: 4. How many are twelve?",
            8192: "One factor of 2 for each squaring. You have one too many.",
            2048: "One factor of 2 for each squaring. You have one too few.",
        }
        raise NotYet(
            f"{tidy(paths)} is not the number of paths.", hints.get(paths, "Count them for one, two, three squarings.")
        )
    hints = {
        4096: "Backward doesn't go along the paths. It crosses each edge once.",
        12: "Each squaring has two edges, and there is a multiplication on each.",
        8191: "Backward doesn't go along the paths. It crosses each edge once.",
        13: "That counts the nodes. The multiplications sit on the edges.",
    }
    raise NotYet(
        f"4096 paths is right; {tidy(steps)} is not the number of multiplications.",
        hints.get(steps, "How many edges does the graph have?"),
    )


@exercise("chain_rule/softplus", "a function softplus(x) that takes a Value and returns one")
def _softplus(function):
    def through(function):
        def run(z):
            x = Value(z)
            result = function(x)
            return result if result is None else (result, x)

        return run if callable(function) else function

    def node(data, x, *local):
        return Value(float(data), "softplus", (x,), tuple(map(float, local)))

    def read(result, case):
        y, x = result
        if not isinstance(y, Value):
            raise NotYet(
                f"the result should be a Value; it is {what(y)}.",
                "Wrap it: Value(number, op, parents, local).",
            )
        data = round(number(y.data, "its data"), DIGITS)
        y.backward()
        return data, round(number(x.grad, "the gradient of x"), DIGITS)

    judge(
        through(function),
        cases=[(0,), (1,), (-2,), (1000,), (-1000,)],
        names=("z",),
        right=lambda z: (node(softplus(z), x := Value(z), sigmoid(z)), x),
        read=read,
        explain=lambda case, answer, wanted: (
            f"At z = {tidy(case[0])} you have the value {tidy(answer[0])} and the derivative {tidy(answer[1])}; "
            f"it should be {tidy(wanted[0])} and {tidy(wanted[1])}."
        ),
        mistakes=[
            (through(lambda x: Value(float(softplus(x.data)))), "This is a leaf: without parents nothing flows back."),
            (
                through(lambda x: node(softplus(x.data), x, softplus(x.data))),
                "The local derivative is the slope of the softplus: chapter 4 met it. It is not the softplus itself.",
            ),
            (through(lambda x: node(softplus(x.data), x, 1.0)), "A slope of 1 holds only far to the right."),
            (
                through(lambda x: node(softplus(x.data), x, 1 - sigmoid(x.data))),
                "The softplus climbs steeply on the right, not on the left: σ(z), not 1 − σ(z).",
            ),
            (
                through(lambda x: node(softplus(x.data), x, sigmoid(x.data) * (1 - sigmoid(x.data)))),
                "That is the slope of the sigmoid, one derivative too many.",
            ),
            (through(lambda x: node(sigmoid(x.data), x, sigmoid(x.data))), "The value is the softplus, not its slope."),
        ],
        hint="Value: max(z, 0) + log(1 + e^(−|z|)), which never overflows. Local derivative: σ(z). Both plain floats.",
    )
    return "A value, a parent and one local derivative; the chain rule does the rest."


FORMULAS = {
    "y = x·x": lambda x: x * x,
    "y = tanh(x·x)": lambda x: (x * x).tanh(),
    "s = x·x, y = s·s + s": lambda x: (s := x * x) * s + s,
    "s = x·x, y = s + s·s": lambda x: (s := x * x) + s * s,
}


@exercise("chain_rule/bug", "a function backward(output) that sets the gradients of a graph")
def _bug(backward):
    if not callable(backward):
        raise NotYet(f"A function was expected; this is {what(backward)}.")

    def gradient(function, name, start):
        x = Value(start)
        call(function, (FORMULAS[name](x),), f"For {name}", nothing=True)
        return round(number(x.grad, f"For {name} the gradient of x"), DIGITS)

    def outcome(function, name, start):
        try:
            return gradient(function, name, start)
        except NotYet as reason:
            return reason

    def pass_on(output, order, add, times=True):
        output.grad = 1.0
        for node in order(output.graph()):
            for parent, local in zip(node.parents, node.local, strict=True):
                came = node.grad * local if times else local
                parent.grad = parent.grad + came if add else came

    def deep_first(nodes):
        order, stack = {}, [nodes[-1]]
        while stack:
            order[node := stack.pop()] = True
            stack += [parent for parent in reversed(node.parents) if parent not in order]
        return order

    mistakes = [
        (
            lambda output: pass_on(output, deep_first, True),
            "Some node passes on before all of its children have. It depends on which term stands first.",
        ),
        (
            lambda output: pass_on(output, list, False),
            "Two things are wrong. Which node has to pass on first? And what if a parent has a gradient already?",
        ),
        (
            lambda output: pass_on(output, list, True),
            "graph() gives the nodes in the order in which they were made. Which one has to pass on first?",
        ),
        (
            lambda output: pass_on(output, reversed, False),
            "The order is right. But what if a parent has a gradient from another child already?",
        ),
        (
            lambda output: pass_on(output, reversed, True, times=False),
            "The local derivative has to be multiplied by what arrived: node.grad.",
        ),
    ]
    cases = [(name, start) for name in FORMULAS for start in (1, -0.5)]
    answers = [outcome(backward, *case) for case in cases]
    for (name, start), answer in zip(cases, answers, strict=True):
        if isinstance(answer, NotYet):
            raise answer
        x = Value(start)
        FORMULAS[name](x).backward()
        if answer != (wanted := round(x.grad, DIGITS)):
            fitting = (words for wrong, words in mistakes if [outcome(wrong, *case) for case in cases] == answers)
            raise NotYet(
                f"For {name} at x = {tidy(start)} the gradient of x comes out as {tidy(answer)}; "
                f"it should be {tidy(wanted)}.",
                next(
                    fitting,
                    "Last made first; each edge adds node.grad · local to its parent; the output begins with 1.",
                ),
            )
    return "Last made first, and every edge adds."


class TooMuch(Exception):  # noqa: N818  said to the reader, as the name of what happened
    """Raised by a node that is asked for its parents again and again."""


class Node:
    """A node that knows its parents and nothing else, and counts how often it is asked for them."""

    asked = 0
    limit = 100_000

    def __init__(self, *parents):
        self._parents = parents

    @property
    def parents(self):
        """Return what went into the node."""
        Node.asked += 1
        if Node.asked > self.limit:
            raise TooMuch(f"parents were asked for {self.limit} times")
        return self._parents


def _chain():
    node = Node()
    for _ in range(3000):
        node = Node(node)
    return node


def _squarings():
    node = Node()
    for _ in range(60):
        node = Node(node, node)
    return node


def _late():
    shared = Node(Node())
    return Node(shared, Node(shared, shared))


GRAPHS = {
    "a single leaf": Node,
    "a + b": lambda: Node(Node(), Node()),
    "s + s·s": _late,
    "60 squarings": _squarings,
    "a chain of 3001 nodes": _chain,
}


@exercise("chain_rule/order", "a function order(node) that returns a list of nodes")
def _order(order):
    if not callable(order):
        raise NotYet(f"A function was expected; this is {what(order)}.")
    for name, graph in GRAPHS.items():
        node, Node.asked = graph(), 0
        try:
            nodes = call(order, (node,), f"For {name}")
        except NotYet as reason:
            hint = reason.hint or "A node of this exercise has .parents and nothing else."
            if "TooMuch" in reason.message:
                hint = "You walk along every path. Remember whom you have seen, and don't go there again."
            if "RecursionError" in reason.message:
                hint = "Python's calls don't nest that deep. Keep a list of what is still to do: a stack."
            raise NotYet(reason.message, hint) from None
        if not isinstance(nodes, (list, tuple)):
            raise NotYet(f"For {name} a list was expected; this is {what(nodes)}.")
        if not all(type(entry) is Node for entry in nodes):
            raise NotYet(f"For {name} the list should hold nodes, and nothing else.", "Append the node itself.")
        place = {entry: i for i, entry in enumerate(nodes)}
        if len(place) < len(nodes):
            raise NotYet(
                f"For {name} a node stands in the list more than once.", "Each node once, however many children it has."
            )
        if node not in place:
            raise NotYet(f"For {name} the node itself is missing.", "The node comes last, after all it was made from.")
        Node.asked = 0
        for entry in nodes:
            for parent in entry.parents:
                if parent not in place:
                    raise NotYet(
                        f"For {name} a parent is missing.", "All the way to the leaves: parents of parents too."
                    )
                if place[parent] > place[entry]:
                    raise NotYet(
                        f"For {name} a node stands before one of its parents.",
                        "A node may go into the list when all its parents are there. Until then it has to wait."
                        if place[node] == len(nodes) - 1
                        else "Parents first: the node itself comes last.",
                    )
    return "Each node once, after its parents; no path is walked twice, and no call nests."
