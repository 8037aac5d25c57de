"""compare, numerical_gradient and gradcheck: what they print, and when they agree."""

import numpy as np
import pytest
import torch

from nbcode import activations, layers, losses
from nbcode.activations import Tanh, sigmoid
from nbcode.autograd import Value
from nbcode.check import compare, gradcheck, numerical_gradient
from nbcode.module import Module


def test_agrees():
    z = np.linspace(-3, 3, 7)
    row = compare("sigmoid", sigmoid(z), torch.sigmoid(torch.from_numpy(z)))
    assert row
    assert repr(row) == "sigmoid   shape (7,)   largest difference < 1e-12   agrees"


def test_what_is_printed_does_not_show_the_rounding():
    assert repr(compare("a", [1.0], [1.0])) == repr(compare("a", [1.0], [1.0 + 1e-15]))


def test_differs():
    row = compare("a", [1, 2, 3], [1, 2.5, 3])
    assert not row
    assert repr(row) == "a   shape (3,)   largest difference 5.0e-01   differs (tolerance 1e-12)"


def test_the_tolerance_itself_is_too_much():
    assert not compare("a", [0.0], [0.5], tol=0.5)
    assert compare("a", [0.0], [0.499], tol=0.5)


def test_shapes_must_be_equal():
    row = compare("a", [[1, 1]], [1, 1])
    assert not row
    assert repr(row) == "a   shape (1, 2) against (2,)   not compared   differs (shape)"


@pytest.mark.parametrize(
    ("ours", "theirs", "agrees"),
    [
        (np.nan, np.nan, True),
        (np.inf, np.inf, True),
        (np.inf, -np.inf, False),
        (np.nan, 0, False),
        (np.inf, 1e308, False),
        (1e308, -1e308, False),
        ([1, np.nan], [1, np.nan], True),
        ([1, np.nan], [2, np.nan], False),
        (True, 1.0, True),
    ],
)
def test_special_values(ours, theirs, agrees):
    assert bool(compare("a", ours, theirs)) is agrees


def test_tensors_with_a_gradient():
    assert compare("a", [1.0], torch.ones(1, requires_grad=True))


def test_joined():
    table = compare("one", 1, 1) + compare("eleven", [1, 1], [1, 1])
    assert table
    assert repr(table).splitlines() == [
        "one      shape ()     largest difference < 1e-12   agrees",
        "eleven   shape (2,)   largest difference < 1e-12   agrees",
    ]
    assert not table + compare("two", 1, 2)
    assert not compare("two", 1, 2) + table
    with pytest.raises(TypeError):
        table + 1


def test_html():
    html = (compare("<b>", 1, 1) + compare("c", 1, 2))._repr_html_()
    assert html.count("<tr>") == 3
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "&lt; 1e-12" in html


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], []), r"^ours, theirs: expected some numbers, got shapes \(0,\) and \(0,\)"),
        (("1", 1), "^ours: expected numbers, got str"),
        ((1, None), "^theirs: expected numbers, got NoneType"),
        ((1, 1, 0), "^tol: expected a number above 0, got 0"),
        ((1, 1, np.inf), "^tol: expected a number above 0, got inf"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        compare("a", *arguments)


# ---- gradients --------------------------------------------------------------------------------------

RNG = np.random.default_rng(0)
X, IMAGES, P = RNG.standard_normal((4, 3)), RNG.standard_normal((2, 2, 5, 6)), np.array([[0.2, 0.5, 0.3]] * 4)
CORRECT = {
    "Linear": (layers.Linear(3, 2, rng=0), X),
    "Linear without bias": (layers.Linear(3, 2, bias=False, rng=0), X),
    "Conv2d": (layers.Conv2d(2, 4, 3, stride=2, padding=1, groups=2, rng=0), IMAGES),
    "MaxPool2d": (layers.MaxPool2d(2), IMAGES),
    "AvgPool2d": (layers.AvgPool2d(3, 2, 1), IMAGES),
    "AdaptiveAvgPool2d": (layers.AdaptiveAvgPool2d(1), IMAGES),
    "Flatten": (layers.Flatten(), IMAGES),
    "Dropout": (layers.Dropout(0.5, rng=0), X),
    "BatchNorm1d": (layers.BatchNorm1d(3), X),
    "BatchNorm2d": (layers.BatchNorm2d(2), IMAGES),
    "BatchNorm2d in evaluation": (layers.BatchNorm2d(2).eval(), IMAGES),
    "LayerNorm": (layers.LayerNorm(3), X),
    "network": (layers.Sequential(layers.Linear(3, 5, rng=0), Tanh(), layers.Linear(5, 2, rng=1)), X),
    "PReLU": (activations.PReLU(3), X),
    "Softmax": (activations.Softmax(), X),
    "LogSoftmax": (activations.LogSoftmax(0), X),
    **{
        name: (getattr(activations, name)(), X) for name in "Sigmoid Tanh ReLU LeakyReLU ELU Softplus GELU SiLU".split()
    },
    **{name: (getattr(losses, name)(), X, X[::-1]) for name in ("MSELoss", "L1Loss", "HuberLoss")},
    "MSELoss, none": (losses.MSELoss(reduction="none"), X, X[::-1]),
    "BCELoss": (losses.BCELoss(), P, P[:, ::-1]),
    "BCEWithLogitsLoss": (losses.BCEWithLogitsLoss(), X, P),
    "NLLLoss": (losses.NLLLoss(), np.log(P), [0, 1, 2, 1]),
    "CrossEntropyLoss": (losses.CrossEntropyLoss(label_smoothing=0.1), X, [0, 1, 2, 1]),
    "KLDivLoss": (losses.KLDivLoss(reduction="batchmean"), np.log(P), P[:, ::-1]),
    "Values": (lambda x, y: (x * y).exp() + x / y - (x - y).sigmoid() ** 3, 0.5, -1.5),
    "twice the same Value": (lambda x: x * x + x.maximum(0.2).log(), 0.7),
}


@pytest.mark.parametrize("name", CORRECT)
def test_gradients_agree(name):
    function, *inputs = CORRECT[name]
    state = function.state_dict() if isinstance(function, Module) else {}
    table = gradcheck(function, *inputs)
    assert table, table
    assert len(table.rows) == (1 + len(function.parameters()) if isinstance(function, Module) else len(inputs))
    assert all(np.array_equal(function.state_dict()[key], state[key]) for key in state), "it was not left alone"


class Broken(layers.Linear):
    """A linear layer with one mistake."""

    def __init__(self, mistake):
        super().__init__(3, 3, rng=0)
        self.mistake = mistake

    def backward(self, grad_output):
        if self.mistake == "adds nothing up":
            self.zero_grad()
        grad = super().backward(grad_output)
        if self.mistake == "wrong sign":
            return -grad
        if self.mistake == "bias forgotten":
            self.bias.grad -= grad_output.sum(axis=0)
        if self.mistake == "missing transpose":
            return grad_output @ self.weight.data.T
        if self.mistake == "half the weight":
            self.weight.grad -= 0.5 * grad_output.T @ self.cache[0]
        if self.mistake == "wrong shape":
            return grad[:1]
        return grad


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        ("wrong sign", ["input"]),
        ("bias forgotten", ["bias"]),
        ("missing transpose", ["input"]),
        ("half the weight", ["weight"]),
        ("wrong shape", ["input"]),
        ("adds nothing up", ["weight", "bias"]),
        ("", []),
    ],
)
def test_a_mistake_is_found_where_it_is(mistake, wrong):
    table = gradcheck(Broken(mistake), X)
    assert bool(table) == (not wrong)
    assert [name for name, *_, verdict in table.rows if verdict != "agrees"] == wrong


class Lost(activations.Sigmoid):
    """A sigmoid that hands back nothing."""

    def backward(self, grad_output):
        return 0 * super().backward(grad_output)


def deep(lost, depth):
    parts = [part for i in range(depth) for part in (layers.Linear(4, 4, rng=i), activations.Sigmoid())]
    if lost:
        parts[-1] = Lost()
    return layers.Sequential(*parts)


@pytest.mark.parametrize(("depth", "found"), [(9, True), (25, False)])
def test_a_gradient_too_small_to_measure_is_not_called_right(depth, found):
    x = [[1, 2, 3, 4], [0, 1, 0, 1]]
    verdicts = [gradcheck(deep(lost, depth), x).rows[0][-1] for lost in (False, True)]
    assert verdicts == (["agrees", "differs (tolerance 1e-06)"] if found else ["agrees, as 0 would"] * 2)


def test_a_wrong_local_derivative_is_found():
    def square(x):
        return Value(x.data**2, "square", (x,), (x.data,))

    assert repr(gradcheck(square, 3.0)).startswith("x   shape ()   largest difference 5.0e-01   differs")


def test_what_needs_no_gradient_is_not_compared():
    layer = layers.Linear(3, 2, rng=0)
    layer.needs_input_grad = False
    assert [row[0] for row in gradcheck(layer, X).rows] == ["weight", "bias"]


def test_arguments_without_names():
    assert [row[0] for row in gradcheck(lambda *x: x[0] * x[1], 2, 3).rows] == ["inputs[0]", "inputs[1]"]


def test_numerical_gradient_like_torch():
    x = RNG.standard_normal((2, 3))
    t = torch.tensor(x, requires_grad=True)
    (t.sin() * t.exp()).sum().backward()
    measured = numerical_gradient(lambda x: (np.sin(x) * np.exp(x)).sum(), x)
    np.testing.assert_allclose(measured, t.grad, atol=1e-8)
    assert numerical_gradient(lambda x: 2 * x, 1).shape == ()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gradcheck(layers.Flatten()), "^inputs: expected at least one, got none"),
        (
            lambda: gradcheck(layers.Linear(3, 2, dtype=np.float32), X),
            "^function: expected parameters of dtype float64",
        ),
        (lambda: gradcheck(layers.Linear(3, 2), X * np.nan), r"^inputs\[0\]: expected finite numbers, got nan"),
        (lambda: gradcheck(lambda x: 3.0, 1.0), "^function: expected a Module, or a function that returns a Value"),
        (lambda: gradcheck(lambda x: x, "a"), "^inputs: expected numbers, got tuple"),
        (lambda: gradcheck(lambda x: x.log(), 0.0), "^function: expected one finite number as the result, got"),
        (lambda: gradcheck(layers.Flatten(), X, eps=0), "^eps: expected a number above 0, got 0"),
        (lambda: gradcheck(layers.Flatten(), X, tol=-1), "^tol: expected a number above 0, got -1"),
        (lambda: numerical_gradient(lambda x: x, [1.0, 2.0]), "^function: expected one finite number as the result"),
        (lambda: numerical_gradient(np.sum, ["a"]), "^x: expected numbers, got list"),
        (lambda: numerical_gradient(np.sum, [np.inf]), "^x: expected finite numbers, got inf"),
    ],
)
def test_gradients_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
