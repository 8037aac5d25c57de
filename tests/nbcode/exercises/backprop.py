"""Right and wrong answers to the exercises of chapter 6; each wrong one with the words it must be met with."""

from itertools import pairwise

import numpy as np
import torch

from nbcode.activations import sigmoid, sigmoid_grad, softmax
from nbcode.module import Module, Parameter

SHAPES = {"delta2": (32, 10), "delta1": (32, 20), "dW1": (20, 64), "db1": (20,)}


def slope(z):
    return 1 - np.tanh(z) ** 2


def forward(sizes):
    return sum(n * m for n, m in pairwise(sizes))


def back(sizes):
    return 2 * forward(sizes) - sizes[0] * sizes[1]


class Scale(Module):
    def __init__(self, features):
        self.weight = Parameter(np.ones(features))

    def forward(self, input):
        self.cache = input
        return input * self.weight.data

    def backward(self, g):
        self.weight.grad += (g * self.cache).sum(axis=0)
        return g * self.weight.data


class Swish(Module):
    def __init__(self):
        self.beta = Parameter(1.0)

    def forward(self, input):
        self.cache = input
        return input * sigmoid(self.beta.data * input)

    def backward(self, g):
        x, b = self.cache, self.beta.data
        self.beta.grad += (g * x**2 * sigmoid_grad(b * x)).sum()
        return g * (sigmoid(b * x) + b * x * sigmoid_grad(b * x))


def scale(of_input=lambda x, w, g: g * w, of_weight=lambda x, w, g: (g * x).sum(axis=0), add=True):
    """Make a Scale that goes wrong somewhere."""

    class Wrong(Scale):
        def backward(self, g):
            x, w = self.cache, self.weight
            w.grad[...] = of_weight(x, w.data, g) + (w.grad if add else 0)
            return of_input(x, w.data, g)

    return Wrong


def swish(of_input=None, of_beta=None):
    """Make a Swish that goes wrong somewhere."""

    class Wrong(Swish):
        def backward(self, g):
            x, b = self.cache, self.beta.data
            before = self.beta.grad.copy()
            right = super().backward(g)
            if of_beta:
                self.beta.grad[...] = before + of_beta(x, b, g)
            return of_input(x, b, g) if of_input else right

    return Wrong


class NoReturn(Scale):
    def backward(self, g):
        super().backward(g)


class Overwritten(Scale):
    def backward(self, g):
        self.weight.grad = (g * self.cache).sum(axis=0)
        return g * self.weight.data


class Doubled(Scale):
    def forward(self, input):
        return 2 * super().forward(input)


class Nameless(Module):
    def __init__(self, features):
        self.w = Parameter(np.ones(features))


def network(X, Y, W1, b1, W2, b2, slope=lambda a: 1 - a**2, error=lambda p, y: (p - y) / len(p)):
    a = np.tanh(X @ W1.T + b1)
    delta2 = error(softmax(a @ W2.T + b2, 1), Y)
    delta1 = delta2 @ W2 * slope(a)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a, delta2.sum(axis=0)


def by_torch(X, Y, *weights):
    X, Y, *weights = map(torch.tensor, (X, Y, *weights))
    W1, b1, W2, b2 = [part.requires_grad_() for part in weights]
    logits = torch.tanh(X @ W1.T + b1) @ W2.T + b2
    torch.nn.functional.cross_entropy(logits, Y).backward()
    return [part.grad for part in weights]


def late_mean(X, Y, *weights):
    dW1, db1, dW2, db2 = network(X, Y, *weights, error=lambda p, y: p - y)
    return dW1, db1, dW2 / len(X), db2 / len(X)


RIGHT = {
    "backprop/shapes": [SHAPES, SHAPES | {"db1": 20, "dW1": [20, 64]}, SHAPES | {"delta2": torch.Size([32, 10])}],
    "backprop/delta": [
        lambda d, W, z: d @ W * slope(z),
        lambda d, W, z: (W.T @ d.T).T * slope(z),
        lambda d, W, z: torch.tensor(np.einsum("ni,ij->nj", d, W) * slope(z)),
    ],
    "backprop/gradients": [
        lambda d, a: (d.T @ a, d.sum(axis=0)),
        lambda d, a: [(a.T @ d).T, np.ones(len(d)) @ d],
        lambda d, a: (sum(np.outer(*pair) for pair in zip(d, a, strict=True)), sum(d)),
    ],
    "backprop/weight": [4, 4.0, np.float64(4)],
    "backprop/cost": [
        lambda sizes: (forward(sizes), back(sizes)),
        lambda sizes: [forward(sizes), forward(sizes) + forward(sizes[1:])],
    ],
    "backprop/scale": [Scale, scale()],
    "backprop/swish": [Swish, swish()],
    "backprop/network": [network, by_torch],
}

WRONG = {
    "backprop/shapes": [
        (SHAPES | {"delta2": (10, 32)}, "one sample a row"),
        (SHAPES | {"delta2": (32, 20)}, "each sum of the last layer"),
        (SHAPES | {"delta1": (20,)}, "the shape of z⁽¹⁾"),
        (SHAPES | {"dW1": (64, 20)}, "(out, in): one neuron a row"),
        (SHAPES | {"dW1": (32, 20, 64)}, "the shape of what it is the gradient of"),
        (SHAPES | {"db1": (32, 20)}, "the samples are added up"),
        (SHAPES | {"db1": "20"}, "db1 should be a shape"),
        ({"delta2": (32, 10)}, "Nothing is said about 'delta1'."),
        ((32, 10), "A dict was expected"),
    ],
    "backprop/delta": [
        (lambda d, W, z: d @ W, "Where is the slope"),
        (lambda d, W, z: d @ W * slope(np.tanh(z)), "not at a"),
        (lambda d, W, z: d @ W * np.tanh(z), "That is tanh itself."),
        (lambda d, W, z: d @ W * sigmoid_grad(z), "the slope of the sigmoid"),
        (lambda d, W, z: d @ W.T * slope(z), "Transposed."),
        (lambda d, W, z: (d @ W * slope(z)).sum(axis=1), "An inner product adds up what has to stay apart."),
        (lambda d, W, z: d @ W @ slope(z).T, "not @ (M14)"),
        (lambda d, W, z: d @ W / slope(z), "nothing is divided"),
        (lambda d, W, z: 0 * z, "First the sums that arrive"),
        (lambda d, W, z: None, "Does it end with return?"),
    ],
    "backprop/gradients": [
        (lambda d, a: (d.T @ a / len(d), d.mean(axis=0)), "The samples add up."),
        (lambda d, a: (d.T @ a / len(d), d.sum(axis=0)), "is in δ already"),
        (lambda d, a: (d.T @ a, d.mean(axis=0)), "a sum, not a mean"),
        (lambda d, a: (a.T @ d, d.sum(axis=0)), "δᵀ a, not aᵀ δ"),
        (lambda d, a: (d.T @ a, d.sum(axis=1)), "axis 0"),
        (lambda d, a: (d.T @ a, (d.T @ a).sum(axis=1)), "its rate is 1"),
        (lambda d, a: (d.T @ a, d[0]), "not only the first one"),
        (lambda d, a: (-d.T @ a, -d.sum(axis=0)), "No minus here"),
        (lambda d, a: d.T @ a, "should be a pair"),
        (lambda d, a: (0 * d.T @ a, d.sum(axis=0)), "W meets a"),
    ],
    "backprop/weight": [
        (1, "With weight 1"),
        (2, "½ · (1 − ½)"),
        (0.25, "make up for it"),
        (-4, "turn the sign around"),
        (3, "How large is that slope?"),
        ("4", "should be a number"),
    ],
    "backprop/cost": [
        (lambda sizes: (forward(sizes), 2 * forward(sizes)), "Nobody asks for the gradient of the inputs"),
        (lambda sizes: (forward(sizes), forward(sizes)), "two products for each layer"),
        (lambda sizes: (forward(sizes), forward(sizes[1:])), "δᵀ a"),
        (lambda sizes: (forward(sizes), forward(sizes) + forward(sizes[:-1])), "not the last one"),
        (lambda sizes: (sum(n * m + m for n, m in pairwise(sizes)), back(sizes)), "no multiplication"),
        (lambda sizes: (back(sizes), forward(sizes)), "Forward first"),
        (lambda sizes: forward(sizes), "should be a list of 2"),
        (lambda sizes: (1, 1), "Forward one multiplication for each weight"),
    ],
    "backprop/scale": [
        (scale(of_input=lambda x, w, g: g), "at the rate w"),
        (scale(of_input=lambda x, w, g: g * x), "not the input"),
        (scale(of_weight=lambda x, w, g: 0), "Nothing has arrived"),
        (scale(of_weight=lambda x, w, g: g.sum(axis=0)), "That would be a bias."),
        (scale(of_weight=lambda x, w, g: (g * x).mean(axis=0)), "a sum, not a mean"),
        (scale(of_weight=lambda x, w, g: (g * w).sum(axis=0)), "not the weight"),
        (scale(of_input=lambda x, w, g: g / w), "Both rates"),
        (scale(add=False), "+= in place of ="),
        (Overwritten, "+= in place of ="),
        (NoReturn, "Does it end with return?"),
        (Doubled, "Leave forward as it was."),
        (Nameless, "should have a Parameter weight"),
        (Scale(3), "A class derived from Module was expected"),
        (dict, "A class derived from Module was expected"),
    ],
    "backprop/swish": [
        (swish(of_input=lambda x, b, g: g * sigmoid(b * x)), "The path through the sigmoid is missing"),
        (swish(of_input=lambda x, b, g: g * b * x * sigmoid_grad(b * x)), "The path of x as a factor is missing"),
        (swish(of_input=lambda x, b, g: g * (sigmoid(b * x) + x * sigmoid_grad(b * x))), "one more rate"),
        (swish(of_beta=lambda x, b, g: 0), "Nothing has arrived"),
        (swish(of_beta=lambda x, b, g: (g * x * sigmoid_grad(b * x)).sum()), "x²"),
        (swish(of_beta=lambda x, b, g: (g * x**2 * sigmoid_grad(b * x)).mean()), "a sum, not a mean"),
        (swish(of_beta=lambda x, b, g: (x**2 * sigmoid_grad(b * x)).sum()), "Where is grad_output"),
        (swish(of_input=lambda x, b, g: g), "Two paths lead from x"),
    ],
    "backprop/network": [
        (lambda *c: network(*c, slope=np.ones_like), "the slope of tanh is missing"),
        (lambda *c: network(*c, slope=lambda a: 1 - np.tanh(a) ** 2), "taken at z₁"),
        (lambda *c: network(*c, error=lambda p, y: p - y), "(p − y) / N"),
        (lambda *c: network(*c, error=lambda p, y: (y - p) / len(p)), "not y − p"),
        (lambda *c: network(*c, slope=lambda a: sigmoid_grad(np.arctanh(a))), "the slope of the sigmoid"),
        (late_mean, "the last layer only"),
        (lambda *c: [0 * part for part in network(*c)], "Forward first."),
        (lambda *c: network(*c)[0], "should hold four arrays"),
    ],
}
