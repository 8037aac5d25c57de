"""What a network looks like from outside: its layers, their shapes, and where its parameters are."""

from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from nbcode._table import as_html, as_text
from nbcode.module import Module, Parameter


def count_parameters(module):
    r"""Count the numbers that a module learns.

    .. math:: \text{in} \cdot \text{out} + \text{out} \text{ (linear)}, \qquad
              \tfrac{\text{in}}{\text{groups}} \cdot \text{out} \cdot k_h k_w + \text{out} \text{ (convolution)}

    Parameters
    ----------
    module : Module
        A layer or a network.

    Returns
    -------
    int
        How many there are.

    Raises
    ------
    ValueError
        If `module` is not a Module.

    References
    ----------
    C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, Springer, section 5.1.

    Examples
    --------
    >>> from nbcode.layers import Conv2d, Linear
    >>> count_parameters(Linear(784, 128)), count_parameters(Conv2d(8, 16, 3))
    (100480, 1168)
    """
    if not isinstance(module, Module):
        raise ValueError(f"module: expected a Module, got {type(module).__name__}")
    return sum(parameter.data.size for parameter in module.parameters())


@dataclass(frozen=True, repr=False)
class Summary:
    """A network as a table, see `summary`.

    Attributes
    ----------
    rows : tuple of (str, tuple of int or None, int)
        Layer, shape of its output (None if it was not used), and number of parameters.
    total : int
        The number of parameters of the whole network.

    Examples
    --------
    >>> Summary((("ReLU", (5, 2), 0),), 0)
    layer   output shape   parameters
    ReLU    (5, 2)                  0
    total                           0
    """

    rows: tuple
    total: int

    def _cells(self):
        """Return the whole table as text."""
        rows = [(name, "not used" if shape is None else str(shape), f"{n:,}") for name, shape, n in self.rows]
        return [("layer", "output shape", "parameters"), *rows, ("total", "", f"{self.total:,}")]

    def __repr__(self):
        return as_text(self._cells(), right={2})

    def _repr_html_(self):
        head, *body, foot = self._cells()
        return as_html("summary", head, body, [foot])


def summary(module, input_shape):
    """Show what becomes of an input on its way through a network, and where the parameters are.

    A copy of the network runs forward once, in evaluation; the network itself is left alone.

    Parameters
    ----------
    module : Module
        A layer or a network.
    input_shape : tuple of int
        The shape of a batch, such as (64, 1, 28, 28).

    Returns
    -------
    Summary
        Prints as a table; ``rows`` and ``total`` hold the numbers.

    Raises
    ------
    ValueError
        If `module` is not a Module, or an input of this shape does not fit.

    References
    ----------
    K. Simonyan and A. Zisserman (2015), "Very deep convolutional networks for large-scale image recognition",
    *ICLR*, tables 1 and 2, where networks are shown this way.

    Examples
    --------
    >>> from nbcode.layers import Conv2d, Flatten, Linear, MaxPool2d, Sequential
    >>> summary(Sequential(Conv2d(1, 8, 3), MaxPool2d(2), Flatten(), Linear(1352, 10)), (64, 1, 28, 28))
    layer         output shape      parameters
    0 Conv2d      (64, 8, 26, 26)           80
    1 MaxPool2d   (64, 8, 13, 13)            0
    2 Flatten     (64, 1352)                 0
    3 Linear      (64, 10)              13,530
    total                               13,610
    """
    total = count_parameters(module)
    shapes = {}

    def recorded(name, forward):
        def forward_and_note(*inputs):
            output = forward(*inputs)
            shapes[name] = output.shape
            return output

        return forward_and_note

    copy = deepcopy(module).eval()
    named = list(copy.named_modules())
    for name, part in named:
        part.forward = recorded(name, part.forward)
    dtype = next((parameter.data.dtype for parameter in copy.parameters()), np.float64)
    copy(np.zeros(input_shape, dtype))
    rows = []
    for name, part in named:
        own = sum(value.data.size for value in vars(part).values() if isinstance(value, Parameter))
        if own or not list(part.children()):
            rows.append((f"{name} {type(part).__name__}".strip(), shapes.get(name), own))
    return Summary(tuple(rows), total)
