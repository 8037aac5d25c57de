"""Layers: many neurons side by side."""

from nbcode._common import as_float


def linear(input, weight, bias=None):
    r"""Weighted sums of one neuron, or of a whole layer of them.

    .. math:: z = x W^\top + b

    The same as ``torch.nn.functional.linear``. A weight of shape (in,) is one neuron.

    Parameters
    ----------
    input : array_like, shape (..., in)
        One example, or any number of them.
    weight : array_like, shape (in,) or (out, in)
        One row for each neuron.
    bias : array_like, shape () or (out,), optional
        One number for each neuron, not one for each connection. Left out, it is 0.

    Returns
    -------
    array, shape (...) or (..., out)
        The weighted sums z.

    Raises
    ------
    ValueError
        If an argument does not hold numbers, or the shapes do not fit.

    References
    ----------
    F. Rosenblatt (1958), "The perceptron: a probabilistic model for information storage and organization in
    the brain", *Psychological Review* 65, 386–408.

    Examples
    --------
    One neuron, with weights 6, 2, 2 and bias −5, looks at two inputs:

    >>> linear([[1, 0, 0], [0, 1, 1]], [6, 2, 2], -5)
    array([ 1., -1.])
    """
    input, weight, bias = _fitting(input, weight, bias)
    return input @ weight.T + bias


def _fitting(input, weight, bias):
    """Return what `linear` is given as arrays, and refuse shapes that do not fit."""
    input = as_float("input", input)
    weight = as_float("weight", weight, input.dtype)
    if weight.ndim not in (1, 2):
        raise ValueError(f"weight: expected shape (in,) or (out, in), got {weight.shape}")
    if input.ndim == 0 or input.shape[-1] != weight.shape[-1]:
        raise ValueError(f"input: expected shape (..., {weight.shape[-1]}), as the weight has shape "
                         f"{weight.shape}, got {input.shape}")
    if bias is None:
        return input, weight, weight.dtype.type(0)
    bias = as_float("bias", bias, weight.dtype)
    if bias.shape != weight.shape[:-1]:
        raise ValueError(f"bias: expected shape {weight.shape[:-1]}, one for each neuron, got {bias.shape}")
    return input, weight, bias
