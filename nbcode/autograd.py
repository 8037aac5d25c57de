"""Automatic differentiation, one number at a time: every operation is a node that knows its parents."""

import math
from itertools import count
from numbers import Real
from operator import attrgetter

import numpy as np

_clock = count()


class Value:
    r"""A number that remembers how it was made, so that it can be differentiated.

    An operation on Values makes a new Value. It notes which Values went in (its parents), and the derivative
    of the result with respect to each of them (its local derivatives). That is all the chain rule needs:

    .. math:: \frac{\partial L}{\partial p} = \sum_{\text{children } v \text{ of } p}
              \frac{\partial L}{\partial v} \cdot \frac{\partial v}{\partial p}

    ``backward()`` works this out for every node, the last made first.

    There are ``+ - * / **``, with a number on either side too, and the methods `exp`, `log`, `tanh`, `relu`,
    `sigmoid` and `maximum`. A number becomes a leaf of its own, but for an exponent: ``x**2`` has one parent.
    As in PyTorch nothing raises where the mathematics ends: ``log`` of a negative number is NaN, 1 / 0 is
    infinite, and so is ``exp(1000)``.

    Parameters
    ----------
    data : float
        The number.
    op : str, optional
        The operation that made it. A leaf, which was not made by an operation, has none.
    parents : tuple of Value, optional
        What went into the operation.
    local : tuple of float, optional
        The local derivatives, ∂self/∂parent for each parent.
    label : str, optional
        A name to show.

    Attributes
    ----------
    data, op, parents, local, label
        As above.
    grad : float
        The derivative of what ``backward()`` was called on with respect to this node; 0 before.

    Raises
    ------
    TypeError
        If `data`, or the other side of an operation, is not a number.
    ValueError
        If there is not one local derivative for each parent.

    Notes
    -----
    Values are not recomputed: after a change to ``data``, build the expression again.

    References
    ----------
    R. E. Wengert (1964), "A simple automatic derivative evaluation program", *Communications of the ACM* 7,
    463–464.

    A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind (2018), "Automatic differentiation in
    machine learning: a survey", *Journal of Machine Learning Research* 18, 1–43.

    Examples
    --------
    >>> w, x, b = Value(3, label="w"), Value(2, label="x"), Value(-4, label="b")
    >>> y = (w * x + b) ** 2
    >>> y.backward()
    >>> y.data, w.grad, x.grad, b.grad
    (4.0, 8.0, 12.0, 4.0)

    An operation that is missing needs its value and its local derivatives, and nothing else:

    >>> import math
    >>> x = Value(0.5)
    >>> y = Value(math.sin(x.data), "sin", (x,), (math.cos(x.data),))
    >>> y.backward()
    >>> x.grad == math.cos(0.5)
    True
    """

    __slots__ = ("data", "grad", "op", "parents", "local", "label", "_time")
    __array_ufunc__ = None  # np.float64(2) * Value(3) asks Value, instead of making an array of it

    def __init__(self, data, op="", parents=(), local=(), label=""):
        try:
            missing = len(parents) - len(local)
        except TypeError as error:
            raise TypeError("parents, local: expected tuples; that of one entry needs its comma, (x,)") from error
        if missing:
            raise ValueError(f"local: expected one derivative for each of {len(parents)} parents, got {len(local)}")
        self.data = data if type(data) is float else _number("Value", data)
        self.grad = 0.0
        self.op = op
        self.parents = parents
        self.local = local
        self.label = label
        self._time = next(_clock)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(_number("+", other))
        return Value(self.data + other.data, "+", (self, other), (1.0, 1.0))

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(_number("-", other))
        return Value(self.data - other.data, "-", (self, other), (1.0, -1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(_number("*", other))
        local = other.data, self.data
        return Value(self.data * other.data, "*", (self, other), local)

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(_number("/", other))
        quotient = _ieee(np.divide, self.data, other.data)
        local = _ieee(np.divide, 1.0, other.data), _ieee(np.divide, -quotient, other.data)
        return Value(quotient, "/", (self, other), local)

    def __pow__(self, other):
        x = self.data
        n = other.data if isinstance(other, Value) else _number("**", other)
        power = _ieee(np.power, x, n)
        by_base = n * _ieee(np.power, x, n - 1) if n else 0.0
        if not isinstance(other, Value):
            return Value(power, f"**{n:g}", (self,), (by_base,))
        by_exponent = 0.0 if x == 0 and n >= 0 else power * _ieee(np.log, x)
        return Value(power, "**", (self, other), (by_base, by_exponent))

    def __neg__(self):
        return Value(-self.data, "neg", (self,), (-1.0,))

    def __radd__(self, other):
        return Value(_number("+", other)) + self

    def __rsub__(self, other):
        return Value(_number("-", other)) - self

    def __rmul__(self, other):
        return Value(_number("*", other)) * self

    def __rtruediv__(self, other):
        return Value(_number("/", other)) / self

    def __rpow__(self, other):
        return Value(_number("**", other)) ** self

    def exp(self):
        r"""Return :math:`e^x`; its derivative is :math:`e^x` again."""
        e = _ieee(np.exp, self.data)
        return Value(e, "exp", (self,), (e,))

    def log(self):
        r"""Return :math:`\ln x`, with the derivative :math:`1/x`; −inf at 0 and NaN below, as PyTorch."""
        return Value(_ieee(np.log, self.data), "log", (self,), (_ieee(np.divide, 1.0, self.data),))

    def tanh(self):
        r"""Return :math:`\tanh x`, with the derivative :math:`1 - \tanh^2 x`."""
        t = math.tanh(self.data)
        return Value(t, "tanh", (self,), (1 - t * t,))

    def sigmoid(self):
        r"""Return :math:`\sigma(x) = 1 / (1 + e^{-x})`, with the derivative :math:`\sigma(x)(1 - \sigma(x))`."""
        e = math.exp(-abs(self.data))
        s = (e if self.data < 0 else 1) / (1 + e)
        return Value(s, "sigmoid", (self,), (s * (1 - s),))

    def relu(self):
        r"""Return :math:`\max(0, x)`, with the derivative 1 above 0, and 0 elsewhere (at 0 too, as PyTorch)."""
        off = self.data <= 0
        return Value(0.0 if off else self.data, "relu", (self,), (0.0 if off else 1.0,))

    def maximum(self, other):
        r"""Return :math:`\max(x, y)`; the derivative is 1 for the larger one, and ½ each for a tie, as PyTorch."""
        other = other if isinstance(other, Value) else Value(_number("maximum", other))
        x, y = self.data, other.data
        local = 0.5 if x == y else 0.0 if x < y else 1.0, 0.5 if x == y else 0.0 if y < x else 1.0
        return Value(y if x < y or y != y else x, "maximum", (self, other), local)

    def graph(self):
        """Return this node and all it was made from, every node after its parents.

        A node is always made after its parents, so the order in which they were made will do.

        Returns
        -------
        list of Value
            In the order in which they were made; the last is this node itself.

        Examples
        --------
        >>> x = Value(3, label="x")
        >>> y = x * x + x
        >>> y.backward()
        >>> for node in y.graph():
        ...     print(node.label or node.op, node.data, node.grad, node.local)
        x 3.0 7.0 ()
        * 9.0 1.0 (3.0, 3.0)
        + 12.0 1.0 (1.0, 1.0)
        """
        seen, stack = {self}, [self]
        while stack:
            for parent in stack.pop().parents:
                if parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
        return sorted(seen, key=attrgetter("_time"))

    def backward(self):
        """Add the derivative of this node with respect to every node of its graph to that node's ``grad``.

        Gradients add up over several calls, until ``zero_grad()``, as PyTorch's do: those of leaves, and those
        of other nodes as with ``retain_grad()``. What flows back is that of this call alone.

        Examples
        --------
        >>> x = Value(3)
        >>> y = x * x
        >>> y.backward()
        >>> y.backward()
        >>> x.grad
        12.0
        """
        nodes = self.graph()
        earlier = [(node, node.grad) for node in nodes if node.grad]
        for node, _ in earlier:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(nodes):
            for parent, local in zip(node.parents, node.local):
                parent.grad += node.grad * local
        for node, grad in earlier:
            node.grad += grad

    def zero_grad(self):
        """Make the gradients of this node, and of all it was made from, 0."""
        for node in self.graph():
            node.grad = 0.0

    def __repr__(self):
        names = "".join(f", {name}={getattr(self, name)!r}" for name in ("op", "label") if getattr(self, name))
        return f"Value(data={self.data}, grad={self.grad}{names})"


def _number(op, value):
    """Return `value` as a float; what isn't a number is refused in the name of `op`."""
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value.item()
    if not isinstance(value, Real):
        raise TypeError(f"{op}: expected a number or a Value, got {type(value).__name__}")
    return float(value)


def _ieee(function, *numbers):
    """Return what PyTorch has: infinity or NaN, where plain Python would raise an error."""
    with np.errstate(all="ignore"):
        return float(function(*numbers))
