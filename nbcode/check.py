"""Check our numbers: against somebody else's, PyTorch's for example, and gradients against differences."""

import inspect
from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from nbcode._common import as_dtype, as_finite, as_number
from nbcode._table import as_html, as_text
from nbcode.autograd import Value
from nbcode.module import Module

COLUMNS = ("result", "shape", "difference", "verdict")


@dataclass(frozen=True, repr=False)
class Comparison:
    """The outcome of `compare`: one row, or several joined with ``+``. True when all of them agree."""

    rows: tuple[tuple[str, ...], ...]
    agrees: bool

    def __add__(self, other):
        """Join two tables into one."""
        if not isinstance(other, Comparison):
            return NotImplemented
        return Comparison(self.rows + other.rows, self.agrees and other.agrees)

    def __bool__(self):
        """Say whether every row agrees."""
        return self.agrees

    def __repr__(self):
        """Write one aligned line for each row."""
        return as_text(self.rows)

    def _repr_html_(self):
        def bare(cell):  # the head of the column says it already
            return cell.removeprefix("shape ").removeprefix("largest difference ")

        return as_html("comparison", COLUMNS, [map(bare, row) for row in self.rows])


def _array(name, value):
    """Return `value` as float64, also when it is a tensor with a gradient or on a GPU."""
    value = value.detach().cpu() if hasattr(value, "detach") else value
    return as_dtype(name, value, np.float64)


def compare(name, ours, theirs, tol=1e-12):
    r"""Compare two arrays entry by entry.

    .. math:: \max_i |a_i - b_i| < \text{tol}

    and equal shapes are what it takes to agree. NaN agrees with NaN, and an infinity with the same infinity.
    As long as the two agree, what is printed is the same on every computer: that the difference is below the
    tolerance, not how far.

    Parameters
    ----------
    name : str
        What is compared; the first column of the table.
    ours, theirs : array_like or torch.Tensor
        Numbers, any shape.
    tol : float
        The tolerance, in the unit of the numbers.

    Returns
    -------
    Comparison
        Prints as one line, or as a table when several are joined with ``+``. True when the two agree.

    Raises
    ------
    ValueError
        If an array is empty or does not hold numbers, or `tol` is not above 0.

    References
    ----------
    N. J. Higham (2002), *Accuracy and Stability of Numerical Algorithms*, 2nd edition, SIAM, chapter 1.

    Examples
    --------
    >>> compare("third", [1 / 3, 2 / 3], [0.3333, 0.6667], tol=1e-3) + compare("half", 0.5, 0.6)
    third   shape (2,)   largest difference < 0.001   agrees
    half    shape ()     largest difference 1.0e-01   differs (tolerance 1e-12)
    """
    ours, theirs, tol = _array("ours", ours), _array("theirs", theirs), as_number("tol", tol, above=0)
    if ours.size == 0 or theirs.size == 0:
        raise ValueError(f"ours, theirs: expected some numbers, got shapes {ours.shape} and {theirs.shape}")
    if ours.shape != theirs.shape:
        shapes = f"shape {ours.shape} against {theirs.shape}"
        return Comparison(((str(name), shapes, "not compared", "differs (shape)"),), False)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore", over="ignore"):
        largest = np.max(np.where(same, 0, np.nan_to_num(np.abs(ours - theirs), nan=np.inf, posinf=np.inf)))
    agrees = bool(largest < tol)
    difference = f"largest difference {f'< {tol:g}' if agrees else f'{largest:.1e}'}"
    verdict = "agrees" if agrees else f"differs (tolerance {tol:g})"
    return Comparison(((str(name), f"shape {ours.shape}", difference, verdict),), agrees)


def numerical_gradient(function, x, eps=1e-6):
    r"""Measure a gradient by moving one number at a time, a little up and a little down.

    .. math:: \frac{\partial f}{\partial x_i} \approx
              \frac{f(x + \varepsilon e_i) - f(x - \varepsilon e_i)}{2\varepsilon}

    where :math:`e_i` is 1 at place i and 0 elsewhere. These are central differences. Their error has two parts: the
    change of the bend, ε²/6 times the third derivative, and rounding, about 10⁻¹⁶ times f / ε.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `x` and returns one number.
    x : array_like
        Where to measure, any shape.
    eps : float
        How far to move, ε, in the unit of `x`.

    Returns
    -------
    array, shape of `x`
        The gradient, float64.

    Raises
    ------
    ValueError
        If `x` does not hold finite numbers, `eps` is not above 0, or the function returns anything but one of them.

    References
    ----------
    W. H. Press, S. A. Teukolsky, W. T. Vetterling and B. P. Flannery (2007), *Numerical Recipes*, 3rd edition,
    Cambridge University Press, section 5.7.

    Examples
    --------
    >>> numerical_gradient(lambda x: x[0] ** 2 + 3 * x[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    x, eps = np.array(as_finite("x", x), np.float64), as_number("eps", eps, above=0)

    def value(i, shift):
        moved = x.copy()
        moved[i] += shift
        result = np.asarray(function(moved))
        if result.size != 1 or not np.isfinite(result).all():
            raise ValueError(f"function: expected one finite number as the result, got {result} near {x[i]}")
        return result.item()

    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        gradient[i] = (value(i, eps) - value(i, -eps)) / (2 * eps)
    return gradient


def gradcheck(function, *inputs, eps=1e-6, tol=1e-6, rng=0):
    r"""Check derivatives against differences: those of a layer, of a loss, or of a function of `Value`.

    A layer or a loss is run forward on the inputs, and then backward with a random gradient g of its output. If
    ``backward`` is right, it returns the gradient of :math:`\sum_i g_i f_i`, and so it can be compared with
    `numerical_gradient`: for the first input (further ones, such as a loss's target, are held), and for each parameter,
    where ``backward`` has to add to what is there already.
    A function of Values is compared for each of its arguments.

    Agreement at one point is strong evidence and no proof. Give it more than one sample, and numbers that are not all
    alike. Where a whole gradient is so small that 0 would agree with it, the table says so.

    The module itself is left alone: everything happens on copies, which all draw the same random numbers.

    Parameters
    ----------
    function : Module or callable
        A layer, a network, a loss; or a function that takes Values and returns one.
    *inputs : array_like
        What ``forward`` takes; or one number for each argument of the function. Where there is a kink (ReLU at 0)
        differences are not the derivative: keep away from it.
    eps : float
        How far to move, see `numerical_gradient`.
    tol : float
        The largest difference allowed, relative to the largest entry of the gradient, or to 0.01 if that is larger:
        of smaller gradients, differences do not measure enough digits.
    rng : numpy.random.Generator or seed
        Where g comes from.

    Returns
    -------
    Comparison
        A row for each gradient. True when all agree.

    Raises
    ------
    ValueError
        If there is no input, `function` is something else, its parameters are not float64, ``backward`` returns
        something that is not numbers, or an argument is out of range.

    References
    ----------
    C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, Springer, section 5.3.3.

    Examples
    --------
    >>> from nbcode.layers import Linear
    >>> gradcheck(Linear(3, 2, rng=0), np.ones((4, 3)))
    input    shape (4, 3)   largest difference < 1e-06   agrees
    weight   shape (2, 3)   largest difference < 1e-06   agrees
    bias     shape (2,)     largest difference < 1e-06   agrees

    >>> gradcheck(lambda w, x: (w * x).tanh(), 0.5, -1.2)
    w   shape ()   largest difference < 1e-06   agrees
    x   shape ()   largest difference < 1e-06   agrees
    """
    if not inputs:
        raise ValueError("inputs: expected at least one, got none")
    pairs = (_module_gradients if isinstance(function, Module) else _value_gradients)(function, inputs, eps, rng)
    table = Comparison((), True)
    for name, ours, measured in pairs:
        largest = np.abs(measured).max(initial=0)
        scale = max(largest, 0.01)
        row = compare(name, _array(f"gradient of {name}", ours) / scale, measured / scale, tol)
        if row and largest < tol * scale:
            row = Comparison(((*row.rows[0][:-1], "agrees, as 0 would"),), True)
        table += row
    return table


def _module_gradients(module, inputs, eps, rng):
    """Yield the name, our gradient and the measured one for the first input and for each parameter."""
    if small := [name for name, parameter in module.named_parameters() if parameter.data.dtype != np.float64]:
        raise ValueError(f"function: expected parameters of dtype float64, for the digits, got another in {small[0]}")
    x, rest = np.array(as_finite("inputs[0]", inputs[0]), np.float64), inputs[1:]
    ours = deepcopy(module)
    for parameter in ours.parameters():
        parameter.grad.fill(1)  # backward has to add to what is there
    output = ours(x, *rest)
    g = np.random.default_rng(rng).standard_normal(np.shape(output))
    grad_input = ours.backward(g)
    if module.needs_input_grad:
        yield "input", grad_input, numerical_gradient(lambda x: np.sum(g * deepcopy(module)(x, *rest)), x, eps)
    for name, parameter in ours.named_parameters():

        def total(w, name=name):
            moved = deepcopy(module)
            dict(moved.named_parameters())[name].data[...] = w
            return np.sum(g * moved(x, *rest))

        yield name, parameter.grad - 1, numerical_gradient(total, parameter.data, eps)


def _value_gradients(function, inputs, eps, rng):
    """Yield the name, our derivative and the measured one for each argument of a function of Values."""
    x = as_finite("inputs", inputs)
    values = list(map(Value, x.tolist()))
    result = function(*values)
    if not isinstance(result, Value):
        raise ValueError(f"function: expected a Module, or a function that returns a Value; it returned {result!r}")
    result.backward()
    measured = numerical_gradient(lambda x: function(*map(Value, x.tolist())).data, x, eps)
    names = list(inspect.signature(function).parameters)
    if len(names) != len(values):
        names = [f"inputs[{i}]" for i in range(len(values))]
    yield from zip(names, (value.grad for value in values), measured, strict=True)
