"""Right and wrong answers to the exercises of chapter 5; each wrong one with the words it must be met with."""

import math

import numpy as np
import torch

from nbcode.activations import sigmoid
from nbcode.autograd import Value


def smooth(z):
    return max(z, 0) + math.log1p(math.exp(-abs(z)))


def slope(z):
    return 0.5 + 0.5 * math.tanh(z / 2)


def neuron(w, x, b, y):
    a = sigmoid(w * x + b)
    delta = (a - y) * a * (1 - a)
    return delta * x, delta


def neuron_by_value(w, x, b, y):
    w, b = Value(w), Value(b)
    (((w * x + b).sigmoid() - y) ** 2 / 2).backward()
    return w.grad, b.grad


def neuron_by_torch(w, x, b, y):
    w, b = (torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in (w, b))
    (0.5 * (torch.sigmoid(w * x + b) - y) ** 2).backward()
    return w.grad, b.grad


def uphill(w, x, b, y):
    w_grad, b_grad = neuron(w, x, b, y)
    return -w_grad, -b_grad


def held(t, s):
    x, y = s + t**2, s * t
    by_t, by_s = y * 2 * t + x * s, y + x * t
    return by_t, by_t + 3 * by_s


def held_by_value(t, s):
    answers = []
    for rate in (0, 3):
        u = Value(t)
        r = s + rate * (u - t)
        ((r + u * u) * (r * u)).backward()
        answers.append(u.grad)
    return answers


def softplus(x):
    return Value(smooth(x.data), "softplus", (x,), (slope(x.data),))


def softplus_with(local):
    return lambda x: Value(smooth(x.data), "softplus", (x,), (local(x.data),))


def backward_in(order, add=True):
    def backward(output):
        output.grad = 1.0
        for node in order(output.graph()):
            for parent, local in zip(node.parents, node.local, strict=True):
                parent.grad = add * parent.grad + node.grad * local

    return backward


def without_a_start(output):
    for node in reversed(output.graph()):
        for parent, local in zip(node.parents, node.local, strict=True):
            parent.grad += node.grad * local


def local_only(output):
    output.grad = 1.0
    for node in reversed(output.graph()):
        for parent, local in zip(node.parents, node.local, strict=True):
            parent.grad += local


def along_paths(node, arrived=1.0):
    node.grad += arrived
    for parent, local in zip(node.parents, node.local, strict=True):
        along_paths(parent, arrived * local)


def hasty(output):
    seen = set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent, local in zip(node.parents, node.local, strict=True):
                parent.grad += node.grad * local
            for parent in node.parents:
                visit(parent)

    output.grad = 1.0
    visit(output)


def order(node):
    """Go down, and put a node into the list on the way back up."""
    done, placed, stack = [], set(), [(node, False)]
    while stack:
        node, ready = stack.pop()
        if node in placed:
            continue
        if ready:
            placed.add(node)
            done.append(node)
        else:
            stack += [(node, True), *((parent, False) for parent in node.parents)]
    return done


def order_by_counting(node):
    """Give away a node when all its children are given; then turn the list around."""
    waiting, seen, stack = {}, {node}, [node]
    while stack:
        for parent in stack.pop().parents:
            waiting[parent] = waiting.get(parent, 0) + 1
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    given, ready = [], [node]
    while ready:
        given.append(ready.pop())
        for parent in given[-1].parents:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    return given[::-1]


def order_with_calls(node):
    done = []

    def visit(node):
        if node not in done:
            for parent in node.parents:
                visit(parent)
            done.append(node)

    visit(node)
    return done


def order_of_discovery(node):
    seen, stack = [node], [node]
    while stack:
        for parent in stack.pop().parents:
            if parent not in seen:
                seen.append(parent)
                stack.append(parent)
    return seen


def order_along_paths(node):
    found, stack = [], [node]
    while stack:
        found.append(stack.pop())
        stack += found[-1].parents
    return list(dict.fromkeys(found))[::-1]


RIGHT = {
    "chain_rule/bicycle": [6.3, 1.5 * 2 * 2.1, np.float64(6.3)],
    "chain_rule/slope": [
        lambda x: (1 - np.tanh(x**2) ** 2) * 2 * x,
        lambda x: 2 * x / math.cosh(x * x) ** 2,
    ],
    "chain_rule/neuron": [neuron, neuron_by_value, neuron_by_torch],
    "chain_rule/held": [held, held_by_value],
    "chain_rule/paths": [(4096, 24), [2**12, 2 * 12], np.array([4096, 24])],
    "chain_rule/softplus": [
        softplus,
        lambda x: Value(np.logaddexp(0, x.data), "softplus", (x,), (np.float64(slope(x.data)),)),
        lambda x: Value(smooth(x.data), "", (x,), (x.sigmoid().data,)),
    ],
    "chain_rule/bug": [
        backward_in(reversed),
        along_paths,
        lambda output: output.backward(),
        lambda output: backward_in(lambda nodes: nodes[::-1])(output) or output,
    ],
    "chain_rule/order": [order, order_by_counting, lambda node: tuple(order(node))],
}

WRONG = {
    "chain_rule/bicycle": [
        (0, "Follow one second"),
        (5.6, "don't add up"),
        (4.2, "per turn of the pedals"),
        (3.15, "Where is the chain?"),
        (3, "turns of the wheel per second"),
        (1.575, "not divided by 2"),
        ("6.3", "The speed should be a number; it is the text '6.3'."),
    ],
    "chain_rule/slope": [
        (lambda x: 1 - np.tanh(x**2) ** 2, "The inner one, du/dx, is missing."),
        (lambda x: 2 * x, "The outer one, dy/du, is missing."),
        (lambda x: (1 - np.tanh(x) ** 2) * 2 * x, "at u = x², not at x"),
        (lambda x: 1 - np.tanh(2 * x) ** 2, "a factor of its own"),
        (lambda x: 1 - np.tanh(x**2) ** 2 + 2 * x, "they don't add up"),
        (lambda x: np.tanh(x**2) * 2 * x, "not tanh itself"),
        (lambda x: np.tanh(x**2), "Its slope is wanted."),
        (lambda x: 0, "For x = 1 you return 0; it should be 0.839949."),
    ],
    "chain_rule/neuron": [
        (uphill, "This is mistake M2."),
        (lambda *case: tuple(2 * part for part in neuron(*case)), "takes the 2 away"),
        (
            lambda w, x, b, y: ((sigmoid(w * x + b) - y) * x, sigmoid(w * x + b) - y),
            "The slope of the sigmoid, a(1 − a), is missing.",
        ),
        (
            lambda w, x, b, y: tuple(
                (sigmoid(w * x + b) - y) * sigmoid(sigmoid(w * x + b)) * (1 - sigmoid(sigmoid(w * x + b))) * factor
                for factor in (x, 1)
            ),
            "You took it at a.",
        ),
        (lambda *case: (neuron(*case)[1],) * 2, "one more factor than that of b"),
        (lambda *case: (neuron(*case)[0],) * 2, "its path has no factor x"),
        (lambda *case: neuron(*case)[::-1], "first w, then b"),
        (lambda w, x, b, y: (neuron(w, x, b, y)[1] * w, neuron(w, x, b, y)[1]), "the gradient of x"),
        (lambda w, x, b, y: neuron(w, x, b, y)[0], "the result should be a list of 2"),
        (lambda w, x, b, y: (0, 0), "Both have (a − y) · a(1 − a) in common."),
    ],
    "chain_rule/held": [
        (lambda t, s: (held(t, s)[0],) * 2, "In dz/dt s moves too"),
        (lambda t, s: (held(t, s)[1],) * 2, "no path goes through it"),
        (lambda t, s: (held(t, s)[0], held(t, s)[0] + s * t + (s + t**2) * t), "ds/dt = 3"),
        (lambda t, s: (held(t, s)[0], 3 * (s * t + (s + t**2) * t)), "those that pass s by"),
        (lambda t, s: held(t, s)[::-1], "The wrong way round"),
        (lambda t, s: (s * t * 2 * t, s * t * 2 * t + 3 * s * t), "the paths through x"),
        (lambda t, s: ((s + t * t) * s, (s + t * t) * (s + 3 * t)), "the paths through y"),
        (lambda t, s: (s, t), "∂z/∂t = y·∂x/∂t + x·∂y/∂t"),
    ],
    "chain_rule/paths": [
        ((24, 4096), "wrong way round"),
        ((24, 24), "each path so far splits in two"),
        ((12, 24), "two edges to the number it squares"),
        ((144, 24), "Not 12²."),
        ((8192, 24), "one too many"),
        ((2048, 24), "one too few"),
        ((0, 0), "Count them for one, two, three squarings."),
        ((4096, 4096), "crosses each edge once"),
        ((4096, 12), "Each squaring has two edges"),
        ((4096, 13), "That counts the nodes."),
        ((4096, 0), "How many edges does the graph have?"),
        (4096, "Your answer should be a list of 2"),
    ],
    "chain_rule/softplus": [
        (lambda x: Value(smooth(x.data)), "This is a leaf"),
        (softplus_with(smooth), "It is not the softplus itself."),
        (softplus_with(lambda z: 1.0), "only far to the right"),
        (softplus_with(lambda z: 1 - slope(z)), "steeply on the right, not on the left"),
        (softplus_with(lambda z: slope(z) * (1 - slope(z))), "one derivative too many"),
        (lambda x: x.sigmoid() * 1, "never overflows"),
        (lambda x: Value(slope(x.data), "", (x,), (slope(x.data),)), "The value is the softplus, not its slope."),
        (lambda x: (1 + x.exp()).log(), "For z = 1000: its data should be an ordinary number"),
        (lambda x: Value(math.log(1 + math.exp(x.data)), "", (x,), (x.sigmoid().data,)), "OverflowError"),
        (lambda x: Value(smooth(x.data), "", (x,), (x.sigmoid(),)), "Both plain floats"),
        (lambda x: smooth(x.data), "the result should be a Value; it is the number 0.693147."),
        (lambda x: None, "Does it end with return?"),
    ],
    "chain_rule/bug": [
        (backward_in(list, add=False), "Two things are wrong."),
        (backward_in(list), "Which one has to pass on first?"),
        (backward_in(reversed, add=False), "a gradient from another child already"),
        (local_only, "multiplied by what arrived"),
        (hasty, "before all of its children have"),
        (without_a_start, "the output begins with 1"),
        (lambda output: 1 / 0, "stopped with ZeroDivisionError"),
        (1, "A function was expected"),
    ],
    "chain_rule/order": [
        (order_with_calls, "a stack"),
        (order_along_paths, "Remember whom you have seen"),
        (order_of_discovery, "the node itself comes last"),
        (lambda node: order_of_discovery(node)[::-1], "Until then it has to wait."),
        (lambda node: [*node.parents, node], "parents of parents too"),
        (lambda node: order(node)[:-1], "the node itself is missing"),
        (lambda node: [*order(node), node], "Each node once"),
        (lambda node: [len(node.parents)], "Append the node itself."),
        (lambda node: node.graph(), "has .parents and nothing else"),
        (lambda node: {node}, "a list was expected"),
    ],
}
