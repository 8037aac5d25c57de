"""Parameters, and the modules that hold them: what activations, losses, layers and networks have in common."""

import numpy as np

from nbcode._common import as_dtype, as_float, load_arrays, same_names


class Parameter:
    """An array that is learned, and its gradient.

    Parameters
    ----------
    data : array_like
        The numbers to start from; they are copied. Float arrays keep their dtype, all else becomes float64.

    Attributes
    ----------
    data : array
        The numbers themselves.
    grad : array, same shape and dtype
        The gradient of the loss with respect to `data`. ``backward`` adds to it; ``zero_grad`` makes it 0. Both may
        put a new array in the place of the old one.

    Raises
    ------
    ValueError
        If `data` or a gradient does not hold numbers, or a gradient has another shape.

    Examples
    --------
    >>> Parameter([[1.0, 2.0]])
    Parameter(shape=(1, 2), dtype=float64)
    """

    def __init__(self, data):
        self.data = np.array(as_float("data", data))
        self.zero_grad()

    @property
    def shape(self):
        """The shape of ``data``."""
        return self.data.shape

    @property
    def grad(self):
        """The gradient of the loss with respect to ``data``."""
        if self._grad is None:
            self._grad = np.zeros_like(self.data)
        return self._grad

    @grad.setter
    def grad(self, grad):
        grad = as_dtype("grad", grad, self.data.dtype)
        if grad.shape != self.shape:
            raise ValueError(f"grad: expected shape {self.shape}, that of the data, got {grad.shape}")
        self._grad = grad

    def accumulate(self, grad):
        """Add to the gradient. After ``zero_grad`` the array itself becomes the gradient, so it has to be a new one."""
        earlier, self.grad = self._grad, grad
        if earlier is not None:
            self.grad = earlier + self._grad

    def zero_grad(self):
        """Make the gradient 0."""
        self._grad = None  # zeros are made when somebody asks for them

    def __repr__(self):
        return f"Parameter(shape={self.data.shape}, dtype={self.data.dtype})"


class Module:
    """A function that can run backward, and that may have parameters.

    A subclass defines ``forward`` and ``backward``. What ``forward`` remembers for ``backward`` is kept in
    ``self.cache``, apart from what is learned (attributes that are a `Parameter`) and from what is counted along
    the way (arrays whose names stand in ``buffers``, such as running means). Modules in attributes, or in a list
    in an attribute, are its children. What it prints are its plain attributes: numbers, texts and tuples.

    The cache holds arrays that went in or came out, not copies of them: until ``backward`` is done, change none of
    them in place.

    Attributes
    ----------
    training : bool
        False between ``eval()`` and ``train()``; only some layers (dropout, batch norm) care.
    needs_input_grad : bool
        True. Set it to False on the first layer of a network to save work in training, where nobody asks for the
        gradient of the data: ``backward`` of `Linear` and `Conv2d` then returns None.
    cache
        What the last ``forward`` remembered. Reading it before that is a `RuntimeError`.

    Examples
    --------
    >>> class Double(Module):
    ...     def forward(self, input):
    ...         self.cache = input
    ...         return 2 * input
    ...
    ...     def backward(self, grad_output):
    ...         return 2 * grad_output
    >>> double = Double()
    >>> double(3.0), double.backward(1.0)
    (6.0, 2.0)
    """

    buffers = ()
    training = True
    needs_input_grad = True
    _cache = None

    @property
    def cache(self):
        """What the last ``forward`` remembered for ``backward``."""
        if self._cache is None:
            raise RuntimeError(f"{type(self).__name__}: backward needs a forward before it")
        return self._cache

    @cache.setter
    def cache(self, value):
        self._cache = value

    def forward(self, input):
        """Return the output for an input, and remember what ``backward`` needs."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __call__(self, *inputs):
        """Do the same as ``forward``."""
        return self.forward(*inputs)

    def backward(self, grad_output):
        """Return the gradient of the input, and add to the gradients of the parameters."""
        raise NotImplementedError(f"{type(self).__name__} has no backward")

    def children(self):
        """Yield the modules inside this one, each with its name."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value
            elif isinstance(value, list):
                yield from ((f"{name}.{i}", item) for i, item in enumerate(value) if isinstance(item, Module))

    def named_modules(self, prefix=""):
        """Yield this module and all modules inside it, each with its full name, such as ``0`` or ``encoder.1``."""
        yield prefix, self
        for name, child in self.children():
            yield from child.named_modules(f"{prefix}.{name}".lstrip("."))

    def modules(self):
        """Yield this module and all modules inside it."""
        yield from (module for _, module in self.named_modules())

    def named_parameters(self, prefix=""):
        """Yield every parameter with its full name, such as ``0.weight``."""
        for name, value in vars(self).items():
            if isinstance(value, Parameter):
                yield prefix + name, value
        for name, child in self.children():
            yield from child.named_parameters(f"{prefix}{name}.")

    def parameters(self):
        """Return all parameters in a list; one that stands in two places comes once."""
        return list({id(parameter): parameter for _, parameter in self.named_parameters()}.values())

    def zero_grad(self):
        """Make all gradients 0."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def train(self, mode=True):
        """Switch to training (or, with ``mode=False``, to evaluation); return the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Switch to evaluation; return the module."""
        return self.train(False)

    def state_dict(self):
        """Return a copy of all parameters and buffers by their full names, PyTorch's names."""
        return {name: array.copy() for name, array in self._state()}

    def load_state_dict(self, state):
        """Take over parameters and buffers; all of them or, if something does not fit, none.

        Parameters
        ----------
        state : mapping of str to array_like
            What ``state_dict`` of the same architecture returned, ours or PyTorch's.

        Raises
        ------
        ValueError
            If a name is missing or unknown, a shape differs, or a value does not hold numbers.
        """
        places = dict(self._state())
        same_names(state, places)
        load_arrays(places, state)

    def _state(self, prefix=""):
        """Yield the array of every parameter and buffer with its full name, in PyTorch's order."""
        for name, value in vars(self).items():
            if isinstance(value, Parameter):
                yield prefix + name, value.data
        for name in self.buffers:
            yield prefix + name, getattr(self, name)
        for name, child in self.children():
            yield from child._state(f"{prefix}{name}.")

    def __repr__(self):
        options = ", ".join(
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if isinstance(value, (bool, int, float, str, tuple, type(None))) and name not in vars(Module)
        )
        inside = "".join(f"\n({name}): {child!r}" for name, child in self.children()).replace("\n", "\n  ")
        return f"{type(self).__name__}({options}{inside}" + ("\n)" if inside else ")")
