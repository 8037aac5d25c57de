"""A formula as a graph of operations: values forward, gradients backward."""

import operator
from collections.abc import Mapping

from nbcode.autograd import Value
from nbcode.widgets._expression import LEAVES, NODES, parse
from nbcode.widgets.base import STATIC, Expression, Name, Number, Numbers, Widget

UNSET = 1.0  # the value of a leaf that was given none
EXACT = 1e-9
OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
    "exp": Value.exp,
    "log": Value.log,
    "tanh": Value.tanh,
    "sigmoid": Value.sigmoid,
    "relu": Value.relu,
    "maximum": Value.maximum,
}


def build(nodes, values):
    """Return the nodes of a formula as Values, its leaves having these values."""
    made, given = [], iter(values)
    for node in nodes:
        if node.op:
            constant = [] if node.number is None else [node.number]
            made.append(OPERATIONS[node.op](*(made[parent] for parent in node.parents), *constant))
        else:
            made.append(Value(next(given), label=node.name) if node.name else Value(node.number))
    return made


class Leaves(Numbers):
    """The numbers of a formula's leaves, in the order of their names, or a dict of them."""

    def validate(self, obj, value):
        """Accept a dict too."""
        if isinstance(value, Mapping):
            names = obj.leaves
            if unknown := [name for name in value if name not in names]:
                raise ValueError(
                    f"{type(obj).__name__}.{self.name} must name leaves of {obj.expression}, "
                    f"which are {', '.join(names) or 'none'}; got {unknown[0]!r}"
                )
            value = [value.get(name, UNSET) for name in names]
        return super().validate(obj, value)


class ComputationGraph(Widget):
    """A formula as a graph: each operation with its value, each edge with a local derivative, each node's gradient.

    ``values`` are those of the leaves, in the order in which their names stand in the formula, or a dict; without one,
    a leaf is 1. ``step`` counts the operations that have been done forward, and then the nodes, but not the numbers,
    that have got their gradient; what lies beyond the last one means the last. ``nudge`` names a leaf that is moved
    by ``h``, to see whether the output changes by its gradient times h.

    Examples
    --------
    >>> from nbcode.widgets import ComputationGraph
    >>> graph = ComputationGraph(expression="x*x + x", values={"x": 3})
    >>> graph.readout()["output"]
    [12.0, 7.0]
    """

    title = "A formula as a graph: values forward, gradients backward"
    _esm = STATIC / "computation_graph.js"

    expression = Expression("(w*x + b)**2", "formula")
    values = Leaves([3.0, 2.0, -4.0], -10, 10, LEAVES, least=1)
    step = Number(0, 0, 2 * NODES - 1, 1, "step", whole=True)
    nudge = Name("")
    h = Number(0.1, 1e-4, 2, 0.1, "h", log=True)

    presets = {
        "a square": {"expression": "(w*x + b)**2", "values": [3.0, 2.0, -4.0], "step": 0, "nudge": ""},
        "a neuron and its loss": {
            "expression": "(sigmoid(w*x + b) - y)**2 / 2",
            "values": [2.0, 1.0, -1.5, 0.0],
            "step": 0,
            "nudge": "",
        },
        "fan-out": {"expression": "x*x + x*y", "values": [3.0, -1.0], "step": 0, "nudge": ""},
        "log of a sum": {"expression": "log(exp(a) + exp(b))", "values": [1.0, 2.0], "step": 0, "nudge": ""},
        "the larger one": {"expression": "max(a, b)", "values": [1.0, 2.0], "step": 0, "nudge": ""},
        "a long chain": {
            "expression": "tanh(v*tanh(w*tanh(u*x)))",
            "values": [1.5, -2.0, 0.5, 1.0],
            "step": 0,
            "nudge": "",
        },
    }
    challenges = {
        "flat": {
            "goal": "Set x and y so that the gradient of x is 0, while neither x nor the output is 0.",
            "start": {"expression": "x*x + x*y", "values": [3.0, -1.0], "step": 8},
            "asks": "flat",
        },
        "seven": {
            "goal": "Type a formula of x alone, which uses x at least three times, and whose gradient at x = 2 "
            "is exactly 7.",
            "start": {"expression": "x*x", "values": [2.0], "step": 3},
            "asks": "seven",
        },
    }

    def __init__(self, **params):
        # The formula first: it tells which leaves the values belong to.
        super().__init__(**{key: params[key] for key in sorted(params, key=lambda key: key != "expression")})

    @property
    def leaves(self):
        """The names of the leaves, in the order in which they stand in the formula."""
        return [node.name for node in parse(self.expression) if node.name]

    def readout(self):
        """Return the nodes, how far the walk has come, what a nudge of each leaf does, and [output, gradients]."""
        nodes, leaves = parse(self.expression), self.leaves
        values = (self.values + [UNSET] * LEAVES)[: len(leaves)]
        made = build(nodes, values)
        made[-1].backward()
        place = {node: index for index, node in enumerate(made)}
        operations = [index for index, node in enumerate(nodes) if node.op]
        walk = operations + [index for index, node in reversed(list(enumerate(nodes))) if node.op or node.name]
        step = min(self.step, len(walk))

        def moved(leaf):
            return [node.data for node in build(nodes, [v + self.h * (i == leaf) for i, v in enumerate(values)])]

        after = [moved(leaf)[-1] for leaf in range(len(leaves))]
        nudged = leaves.index(self.nudge) if self.nudge in leaves else None
        return {
            "nodes": [
                {
                    "op": node.op,
                    "label": node.label,
                    "data": node.data,
                    "grad": node.grad,
                    "local": list(node.local),
                    "parents": [place[parent] for parent in node.parents],
                }
                for node in made
            ],
            "leaves": leaves,
            "values": values,
            "forward": len(operations),
            "most": {"step": len(walk)},
            "step": step,
            "node": walk[step - 1] if step else None,
            "after": after,
            "moved": [] if nudged is None else moved(nudged),
            "output": [made[-1].data, *(node.grad for node in made[: len(leaves)])]
            + ([] if nudged is None else [after[nudged]]),
            "solved": self._solves(nodes, made),
        }

    def _solves(self, nodes, made):
        """Tell whether this challenge's goal is reached."""
        leaves = {node.label: node for node in made if node.label}
        x = leaves.get("x")
        match self._identity["challenge"]:
            case "flat":
                same = self.expression == self._schema["initial"]["expression"]
                return same and abs(x.grad) < EXACT and min(abs(x.data), abs(made[-1].data)) > EXACT
            case "seven":
                uses = sum(node.parents.count(0) for node in nodes)
                alone = list(leaves) == ["x"] and uses >= 3
                return alone and abs(x.data - 2) < EXACT and abs(x.grad - 7) < EXACT
        return False
