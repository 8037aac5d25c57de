"""The exercises of chapter 6, backpropagation."""

from itertools import pairwise

import numpy as np

from nbcode._common import tidy
from nbcode.activations import sigmoid, softmax, tanh, tanh_grad
from nbcode.check import gradcheck
from nbcode.exercises.judging import NotYet, array, call, exercise, judge, number, told, vector, what
from nbcode.module import Module, Parameter

SHAPES = {"delta2": (32, 10), "delta1": (32, 20), "dW1": (20, 64), "db1": (20,)}


@exercise("backprop/shapes", f"a dict from {', '.join(map(repr, SHAPES))} to shapes")
def _shapes(answer):
    if not isinstance(answer, dict):
        raise NotYet(f"A dict was expected; this is {what(answer)}.")
    hints = {
        "delta2": "One number for each sum of the last layer, and for each sample: the shape of z⁽²⁾.",
        "delta1": "δ⁽¹⁾ is ∂L/∂z⁽¹⁾, so it has the shape of z⁽¹⁾: one row a sample.",
        "dW1": "A gradient has the shape of what it is the gradient of. Linear.weight is (out, in).",
        "db1": "One bias for each neuron, whatever the size of the batch: the samples are added up.",
    }
    for name, wanted in SHAPES.items():
        shape = answer.get(name)
        if shape is None or shape == ():
            raise NotYet(f"Nothing is said about {name!r}.", hints[name])
        shape = (shape,) if isinstance(shape, int) else shape
        if not isinstance(shape, (list, tuple)):
            raise NotYet(f"{name} should be a shape, such as (32, 64); it is {what(shape)}.", hints[name])
        shape = vector(shape, len(shape), name)
        if shape == wanted:
            continue
        hint = hints[name]
        if shape == wanted[::-1] and name == "dW1":
            hint = "The right sizes in the wrong order. Linear.weight is (out, in): one neuron a row."
        elif shape == wanted[::-1]:
            hint = "The right sizes in the wrong order: one sample a row."
        raise NotYet(f"{name} is not of shape {tidy(shape)}.", hint)
    return "Each gradient has the shape of what it belongs to, and only those of z know how large the batch is."


@exercise("backprop/delta", "a function delta(delta_next, W_next, z) that returns an array of the shape of z")
def _delta(delta):
    names = ("delta_next", "W_next", "z")

    def read(result, case):
        if np.shape(result) != np.shape(case[2]):
            hint = "An inner product adds up what has to stay apart. Element by element: ⊙ is * in NumPy (M14)."
            raise NotYet(f"the result should have shape {np.shape(case[2])}, that of z; it is {what(result)}.", hint)
        return array(result, np.shape(case[2]), "the result")

    judge(
        delta,
        cases=[
            (((1,),), ((2,),), ((0,),)),  # square, so that a transpose or a matrix product is met by its values
            (((1,),), ((2,),), ((1,),)),
            (((1, -1), (0, 2)), ((1, 2), (3, 5)), ((1, -0.5), (0, 2))),
        ],
        names=names,
        right=lambda d, W, z: d @ W * tanh_grad(z),
        read=read,
        explain=told(names),
        mistakes=[
            (lambda d, W, z: d @ W, "Where is the slope of tanh at z?"),
            (lambda d, W, z: d @ W * tanh_grad(tanh(z)), "The slope is taken at z, not at a = tanh(z)."),
            (lambda d, W, z: d @ W * tanh(z), "That is tanh itself. Its slope is 1 − tanh²(z)."),
            (
                lambda d, W, z: d @ W * sigmoid(z) * (1 - sigmoid(z)),
                "That is the slope of the sigmoid. Here it is tanh.",
            ),
            (
                lambda d, W, z: d @ W.T * tanh_grad(z),
                "Transposed. W_next is (out, in), and δ has `out` columns: δ W adds up over the neurons behind.",
            ),
            (
                lambda d, W, z: d @ W @ tanh_grad(z).T,
                "That is a matrix product. Element by element: ⊙ is * in NumPy, not @ (M14).",
            ),
            (lambda d, W, z: d @ W / tanh_grad(z), "Rates along a path multiply; nothing is divided."),
        ],
        hint="First the sums that arrive, δ W, then times 1 − tanh²(z), element by element.",
    )
    return "What arrives, times the slope at z, element by element."


@exercise("backprop/gradients", "a function gradients(delta, a) that returns a pair: the gradients of W and of b")
def _gradients(gradients):
    names = ("delta", "a")

    def read(result, case):
        if not isinstance(result, (list, tuple)) or len(result) != 2:
            raise NotYet(f"the result should be a pair, for W and for b; it is {what(result)}.")
        (_, out), (_, n) = map(np.shape, case)
        return array(result[0], (out, n), "the gradient of W"), array(result[1], (out,), "the gradient of b")

    def right(delta, a):
        return delta.T @ a, delta.sum(axis=0)

    judge(
        gradients,
        cases=[
            (((2,),), ((3,),)),
            (((1, 2), (3, 4)), ((1, -1), (2, 5))),  # square, so that a transpose is met by its values
        ],
        names=names,
        right=right,
        read=read,
        explain=lambda case, answer, wanted: (
            f"For delta = {tidy(case[0])}, a = {tidy(case[1])} you return {tidy(answer[0])} and {tidy(answer[1])}; "
            f"it should be {tidy(wanted[0])} and {tidy(wanted[1])}."
        ),
        mistakes=[
            (
                lambda d, a: (d.T @ a / len(a), d.mean(axis=0)),
                "No mean here: the 1/N of the loss is in δ already. The samples add up.",
            ),
            (lambda d, a: (d.T @ a / len(a), d.sum(axis=0)), "No mean here: the 1/N of the loss is in δ already."),
            (lambda d, a: (d.T @ a, d.mean(axis=0)), "For b, too, the samples add up: a sum, not a mean."),
            (lambda d, a: (a.T @ d, d.sum(axis=0)), "Transposed: W is (out, in), so is its gradient. δᵀ a, not aᵀ δ."),
            (
                lambda d, a: (d.T @ a, d.sum(axis=1)),
                "Add up over the samples, which are the rows: axis 0. There is one bias for each neuron.",
            ),
            (lambda d, a: (d.T @ a, (d.T @ a).sum(axis=1)), "a has no part in the gradient of b: its rate is 1."),
            (lambda d, a: (d.T @ a, d[0]), "Every sample counts, not only the first one."),
            (lambda d, a: (-d.T @ a, -d.sum(axis=0)), "No minus here. The optimizer goes against the gradient."),
        ],
        hint="W meets a: δᵀ a adds up over the samples. b meets 1: add up the rows of δ.",
    )
    return "δᵀ a, and the column sums of δ. In both the samples add up: all of them use the same weights."


@exercise("backprop/weight", "one number")
def _weight(answer):
    w = number(answer, "Your answer")
    if w == 4:
        return "4 · ¼ = 1. (In that one point: as soon as a z leaves 0, its slope is below ¼, and δ shrinks.)"
    factor = w / 4
    hint = "Each neuron multiplies by the weight and by the slope of the sigmoid at 0. How large is that slope?"
    if w == 1:
        hint = "With weight 1 the slope is left. That of the sigmoid at 0 is not 1."
    elif w == 2:
        hint = "The sigmoid is ½ at 0, but its slope there is ½ · (1 − ½)."
    elif w == 0.25:
        hint = "¼ is the slope. The weight has to make up for it."
    elif w < 0:
        hint = "The size would do for −4, but each layer would turn the sign around."
    raise NotYet(f"With w = {tidy(w)}, δ is multiplied by {tidy(factor)} in each layer.", hint)


@exercise("backprop/cost", "a function cost(sizes) that returns a pair of whole numbers: forward and backward")
def _cost(cost):
    def forward(sizes):
        return sum(n * m for n, m in pairwise(sizes))

    def back(sizes):
        return 2 * forward(sizes) - sizes[0] * sizes[1]

    judge(
        cost,
        cases=[((2, 1),), ((3, 4),), ((2, 2, 1),), ((5, 4, 3, 2),), ((784, 128, 10),)],
        names=("sizes",),
        right=lambda sizes: (forward(sizes), back(sizes)),
        read=lambda result, case: vector(result, 2, "the result"),
        explain=told(("sizes",)),
        mistakes=[
            (
                lambda sizes: (forward(sizes), 2 * forward(sizes)),
                "Nobody asks for the gradient of the inputs: the first layer needs no δ W.",
            ),
            (lambda sizes: (forward(sizes), forward(sizes)), "Backward has two products for each layer: δᵀ a and δ W."),
            (
                lambda sizes: (forward(sizes), forward(sizes) - sizes[0] * sizes[1]),
                "Those are the products δ W. Where are those for the gradients of the weights, δᵀ a?",
            ),
            (
                lambda sizes: (forward(sizes), 2 * forward(sizes) - sizes[-2] * sizes[-1]),
                "It is the first layer that is spared a product, not the last one.",
            ),
            (
                lambda sizes: (sum(n * m + m for n, m in pairwise(sizes)), back(sizes)),
                "A bias is added: that is no multiplication.",
            ),
            (lambda sizes: (back(sizes), forward(sizes)), "Forward first, then backward."),
        ],
        hint="Forward one multiplication for each weight. Backward one for δᵀ a and one for δ W, "
        "but in the first layer only that for δᵀ a.",
    )
    return "Between once and twice the price of forward: the smaller the share of the first layer, the nearer to twice."


def built(answer, arguments, name, values):
    """Make a layer of the reader's class, with values in its one parameter."""
    if not isinstance(answer, type) or not issubclass(answer, Module):
        raise NotYet(f"A class derived from Module was expected; this is {what(answer)}.")
    layer = call(answer, arguments, "When it was made,")
    parameter = vars(layer).get(name)
    if not isinstance(parameter, Parameter) or parameter.shape != np.shape(values):
        raise NotYet(
            f"The layer should have a Parameter {name} of shape {np.shape(values)}.", "Leave __init__ as it was."
        )
    parameter.data[...] = values
    return layer


def judge_layer(layer, name, x, forward, right, mistakes, hint):
    """Let gradcheck judge a layer with one parameter; if it finds fault, look for the mistake.

    ``right(x, w, g)`` returns the gradients of the input and of the parameter. Each mistake is a function of the same
    kind, with None for a gradient that does not matter, and the hint meant for it.
    """
    parameter, w = getattr(layer, name), getattr(layer, name).data.copy()
    output = call(layer.forward, (x.copy(),), "In forward")
    if array(output, x.shape, "what forward returns") != array(forward(x, w), x.shape, ""):
        raise NotYet("forward does not compute what it should.", "Leave forward as it was.")
    g = np.linspace(-1, 2, x.size).reshape(x.shape)

    def run(start):
        parameter.grad.fill(start)
        call(layer.forward, (x.copy(),), "In forward")
        back = array(call(layer.backward, (g.copy(),), "In backward"), x.shape, "what backward returns")
        return np.array(back), np.array(array(parameter.grad, w.shape, f"{name}.grad"))

    (back, grad), (_, added) = run(0.0), run(1.0)
    table = call(gradcheck, (layer, x), "In gradcheck")
    if table:
        return
    verdicts = ", ".join(f"{row[0]} {row[3].split(' (')[0]}" for row in table.rows)
    if np.allclose(grad, right(x, w, g)[1]) and not np.allclose(added, grad + 1):
        hint = f"backward has to add to what is in {name}.grad: += in place of =."
    else:
        for wrong, words in mistakes:
            pairs = zip(wrong(x, w, g), (back, grad), strict=True)
            if all(
                theirs is None or np.shape(theirs) == ours.shape and np.allclose(theirs, ours) for theirs, ours in pairs
            ):
                hint = words
                break
    raise NotYet(f"gradcheck: {verdicts}.", hint)


@exercise("backprop/scale", "a class derived from Module, with forward and backward")
def _scale(answer):
    judge_layer(
        built(answer, (3,), "weight", [2.0, -1.0, 0.5]),
        "weight",
        np.array([[1.0, 2.0, -1.0], [0.5, -2.0, 3.0]]),
        forward=lambda x, w: x * w,
        right=lambda x, w, g: (g * w, (g * x).sum(axis=0)),
        mistakes=[
            (lambda x, w, g: (g, None), "An input moves the output at the rate w: grad_output times the weight."),
            (lambda x, w, g: (g * x, None), "The input's own rate is the weight, not the input."),
            (lambda x, w, g: (None, 0 * w), "Nothing has arrived in weight.grad."),
            (lambda x, w, g: (None, g.sum(axis=0)), "A weight moves the output at the rate x. That would be a bias."),
            (lambda x, w, g: (None, (g * x).mean(axis=0)), "The samples add up: a sum, not a mean."),
            (lambda x, w, g: (None, (g * w).sum(axis=0)), "A weight's own rate is the input, not the weight."),
        ],
        hint="Both rates, element by element: grad_output · w for the input; "
        "for the weight grad_output · x, summed over the samples.",
    )
    return "gradcheck agrees: g ⊙ w for the input, and for the weight the sum of g ⊙ x over the samples."


@exercise("backprop/swish", "a class derived from Module, with forward and backward")
def _swish(answer):
    def s(x, b):
        return sigmoid(b * x)

    def slope(x, b):
        return s(x, b) * (1 - s(x, b))

    def of_input(x, b):
        return s(x, b) + b * x * slope(x, b)

    judge_layer(
        built(answer, (), "beta", 1.5),
        "beta",
        np.array([[1.0, 2.0, -1.0], [0.5, -2.0, 3.0]]),
        forward=lambda x, b: x * s(x, b),
        right=lambda x, b, g: (g * of_input(x, b), (g * x**2 * slope(x, b)).sum()),
        mistakes=[
            (lambda x, b, g: (g * s(x, b), None), "x stands there twice. The path through the sigmoid is missing."),
            (
                lambda x, b, g: (g * b * x * slope(x, b), None),
                "x stands there twice. The path of x as a factor is missing.",
            ),
            (
                lambda x, b, g: (g * (s(x, b) + x * slope(x, b)), None),
                "On the path through the sigmoid there is one more rate: β x moves β times as far as x.",
            ),
            (lambda x, b, g: (None, 0 * b), "Nothing has arrived in beta.grad."),
            (
                lambda x, b, g: (None, (g * x * slope(x, b)).sum()),
                "β x moves x times as far as β, and the sigmoid is multiplied by x once more: x².",
            ),
            (
                lambda x, b, g: (None, (g * x**2 * slope(x, b)).mean()),
                "There is one β for all entries, so all of them add up: a sum, not a mean.",
            ),
            (lambda x, b, g: (None, (x**2 * slope(x, b)).sum()), "Where is grad_output in the gradient of β?"),
        ],
        hint="Two paths lead from x to the output, and they add. From β there is one to every entry; these add too.",
    )
    return "gradcheck agrees. This activation learns its own shape: β = 0 is a line, a large β nearly ReLU."


@exercise("backprop/network", "a function gradients(X, Y, W1, b1, W2, b2) that returns the gradients of W1, b1, W2, b2")
def _network(function):
    names = ("X", "Y", "W1", "b1", "W2", "b2")

    def passes(X, Y, W1, b1, W2, b2, slope=tanh_grad, at=lambda z: z, back=None, mean=True, hand_on=lambda d: d):
        z1 = X @ W1.T + b1
        a1 = tanh(z1)
        delta2 = softmax(a1 @ W2.T + b2, 1) - Y
        delta2 = hand_on(delta2 / len(X) if mean else delta2)
        delta1 = delta2 @ (W2 if back is None else back(W2)) * slope(at(z1))
        return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)

    def read(result, case):
        if not isinstance(result, (list, tuple)) or len(result) != 4:
            raise NotYet(f"the result should hold four arrays, for W1, b1, W2, b2; it is {what(result)}.")
        pairs = zip(result, names[2:], case[2:], strict=True)
        return tuple(array(value, np.shape(part), f"the gradient of {name}") for value, name, part in pairs)

    def explain(case, answer, wanted):
        off = [name for name, a, b in zip(names[2:], answer, wanted, strict=True) if a != b]
        return f"With {len(case[0])} sample{'s' * (len(case[0]) > 1)}, the gradient of {', '.join(off)} is not right."

    one = (((1,),), ((1, 0),), ((0.5,),), (0.5,), ((1,), (-1,)), (0, 0.5))
    two = (((1, -1), (2, 0.5)), ((1, 0), (0, 1)), ((0.5, 1), (1, -0.5)), (0.1, 0.2), ((1, 0.3), (-1, 0.7)), (0, 0.5))
    wide = (
        ((1, -1),),
        ((0, 1),),
        ((0.5, 1), (1, -0.5), (0.2, 0.3)),
        (0.1, 0, 0.2),
        ((1, 0.3, 0), (-1, 0.7, 2)),
        (0, 0.5),
    )
    judge(
        function,
        cases=[one, two, wide],
        names=names,
        right=passes,
        read=read,
        explain=explain,
        mistakes=[
            (lambda *c: passes(*c, slope=np.ones_like), "In the hidden layer, the slope of tanh is missing: 1 − a₁²."),
            (lambda *c: passes(*c, at=tanh), "The slope of the hidden layer is taken at z₁: 1 − tanh²(z₁) = 1 − a₁²."),
            (lambda *c: passes(*c, mean=False), "The loss is a mean over the samples, so δ₂ is (p − y) / N."),
            (lambda *c: passes(*c, hand_on=lambda d: -d), "The sign: δ₂ is p − y, not y − p."),
            (
                lambda *c: passes(*c, slope=lambda z: sigmoid(z) * (1 - sigmoid(z))),
                "That is the slope of the sigmoid; the hidden layer is tanh.",
            ),
            (
                lambda X, Y, W1, b1, W2, b2: [
                    part * (1 if i > 1 else len(X)) for i, part in enumerate(passes(X, Y, W1, b1, W2, b2))
                ],
                "The 1/N went into the gradients of the last layer only. Put it into δ₂, then it gets everywhere.",
            ),
        ],
        hint="Forward first. Then δ₂ = (p − y)/N and δ₁ = δ₂ W₂ ⊙ (1 − a₁²); "
        "for each layer δᵀ times its input, and the column sums of δ.",
    )
    return "All four agree. You have written backpropagation."
