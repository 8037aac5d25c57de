r"""Initialization: the numbers a network starts from.

Each function fills its argument in place and returns it. The names are those of ``torch.nn.init``. They speak of
standard deviations, papers often of variances, which are the squares. A uniform distribution on (−b, b) has the
standard deviation b/√3.
"""

import math

import numpy as np

from nbcode._common import as_number, as_one_of
from nbcode.module import Parameter


def fans(shape):
    r"""Count the inputs and the outputs that one weight array connects to a neuron.

    .. math:: \text{fan}_\text{in} = \frac{\text{in}}{\text{groups}} \cdot k_h k_w, \qquad
              \text{fan}_\text{out} = \text{out} \cdot k_h k_w

    For a linear layer, whose weight has the shape (out, in), both products of k are 1.

    Parameters
    ----------
    shape : tuple of int
        The shape of a weight: (out, in) or (out, in/groups, kh, kw).

    Returns
    -------
    tuple of two int
        fan_in and fan_out.

    Raises
    ------
    ValueError
        If `shape` has fewer than two entries.

    References
    ----------
    X. Glorot and Y. Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks",
    *AISTATS* 9, 249–256.

    Examples
    --------
    >>> fans((10, 784)), fans((16, 8, 3, 3))
    ((784, 10), (72, 144))
    """
    if len(shape) < 2:
        raise ValueError(f"shape: expected a weight's, at least (out, in), got {tuple(shape)}")
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def calculate_gain(nonlinearity, param=None):
    r"""Say by how much weights must grow to make up for what an activation function takes away.

    .. math:: g = 1 \text{ (linear, sigmoid)}, \quad \tfrac53 \text{ (tanh)}, \quad \sqrt2 \text{ (ReLU)}, \quad
              \sqrt{\tfrac{2}{1 + a^2}} \text{ (leaky ReLU)}, \quad \tfrac34 \text{ (SELU)}

    The gain multiplies a standard deviation, not a variance. For ReLU and leaky ReLU it follows from the
    variance they leave over; the numbers for tanh and SELU are experience.

    Parameters
    ----------
    nonlinearity : str
        ``"linear"``, ``"conv2d"``, ``"sigmoid"``, ``"tanh"``, ``"relu"``, ``"leaky_relu"`` or ``"selu"``.
    param : float, optional
        The slope a of leaky ReLU on the negative side; left out, 0.01.

    Returns
    -------
    float
        The gain g.

    Raises
    ------
    ValueError
        If `nonlinearity` is none of these, or `param` is not one finite number.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun (2015), "Delving deep into rectifiers", *ICCV*, 1026–1034.

    Examples
    --------
    >>> round(calculate_gain("relu"), 4), round(calculate_gain("leaky_relu", 1.0), 4)
    (1.4142, 1.0)
    """
    slope = as_number("param", 0.01 if param is None else param)
    gains = {"linear": 1.0, "conv2d": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "selu": 3 / 4}
    gains |= {"relu": math.sqrt(2), "leaky_relu": math.sqrt(2 / (1 + slope**2))}
    return gains[as_one_of("nonlinearity", nonlinearity, gains)]


def constant_(tensor, val):
    r"""Fill with one number.

    .. math:: w_i = c

    Parameters
    ----------
    tensor : Parameter or array of floats
        What to fill, any shape.
    val : float
        The number c.

    Returns
    -------
    Parameter or array
        `tensor`.

    Raises
    ------
    ValueError
        If `tensor` is neither a Parameter nor an array of floats, or `val` is not one finite number.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville (2016), *Deep Learning*, MIT Press, section 8.4: a constant suits
    biases; weights that are all equal learn all the same.

    Examples
    --------
    >>> constant_(np.empty(3), 0.5)
    array([0.5, 0.5, 0.5])
    """
    return _fill(tensor, lambda shape: as_number("val", val))


def zeros_(tensor):
    """Fill with 0; see `constant_`.

    Examples
    --------
    >>> zeros_(np.empty(3))
    array([0., 0., 0.])
    """
    return constant_(tensor, 0)


def ones_(tensor):
    """Fill with 1; see `constant_`.

    Examples
    --------
    >>> ones_(np.empty(3))
    array([1., 1., 1.])
    """
    return constant_(tensor, 1)


def uniform_(tensor, a=0.0, b=1.0, *, rng=None):
    r"""Draw every number evenly from an interval.

    .. math:: w_i \sim U(a, b), \qquad \text{standard deviation } \frac{b - a}{\sqrt{12}}

    Parameters
    ----------
    tensor : Parameter or array of floats
        What to fill, any shape.
    a, b : float
        The ends of the interval: neither variance nor standard deviation.
    rng : numpy.random.Generator or seed, optional
        Where the random numbers come from.

    Returns
    -------
    Parameter or array
        `tensor`.

    Raises
    ------
    ValueError
        If `tensor` is neither a Parameter nor an array of floats, or `a` and `b` are not finite with a ≤ b.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller (1998), "Efficient BackProp", *Neural Networks: Tricks of the
    Trade*, Springer, section 4.6.

    Examples
    --------
    >>> uniform_(np.empty(4), -1, 1, rng=0).round(2)
    array([ 0.27, -0.46, -0.92, -0.97])
    """
    a, b = as_number("a", a), as_number("b", b)
    if a > b:
        raise ValueError(f"a, b: expected a ≤ b, got {a} and {b}")
    return _fill(tensor, lambda shape: np.random.default_rng(rng).uniform(a, b, shape))


def normal_(tensor, mean=0.0, std=1.0, *, rng=None):
    r"""Draw every number from a bell curve.

    .. math:: w_i \sim \mathcal N(\mu, \sigma^2)

    Parameters
    ----------
    tensor : Parameter or array of floats
        What to fill, any shape.
    mean : float
        The mean μ.
    std : float
        The standard deviation σ, not the variance σ².
    rng : numpy.random.Generator or seed, optional
        Where the random numbers come from.

    Returns
    -------
    Parameter or array
        `tensor`.

    Raises
    ------
    ValueError
        If `tensor` is neither a Parameter nor an array of floats, or `mean` and `std` are not finite with
        std ≥ 0.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller (1998), "Efficient BackProp", *Neural Networks: Tricks of the
    Trade*, Springer, section 4.6.

    Examples
    --------
    >>> normal_(np.empty(4), std=0.01, rng=0).round(4)
    array([ 0.0013, -0.0013,  0.0064,  0.001 ])
    """
    mean, std = as_number("mean", mean), as_number("std", std, least=0)
    return _fill(tensor, lambda shape: np.random.default_rng(rng).normal(mean, std, shape))


def xavier_normal_(tensor, gain=1.0, *, rng=None):
    r"""Draw from a bell curve so narrow that signals keep their size, forward and backward (Glorot).

    .. math:: w_i \sim \mathcal N(0, \sigma^2), \qquad
              \sigma = g\,\sqrt{\frac{2}{\text{fan}_\text{in} + \text{fan}_\text{out}}}

    Parameters
    ----------
    tensor : Parameter or array of floats
        A weight, shape (out, in) or (out, in/groups, kh, kw); see `fans`.
    gain : float
        The gain g, which multiplies the standard deviation (the variance takes g²); see `calculate_gain`.
    rng : numpy.random.Generator or seed, optional
        Where the random numbers come from.

    Returns
    -------
    Parameter or array
        `tensor`.

    Raises
    ------
    ValueError
        If `tensor` is neither a Parameter nor an array of floats, has fewer than two dimensions, or `gain` is
        not one finite number, 0 or above.

    References
    ----------
    X. Glorot and Y. Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks",
    *AISTATS* 9, 249–256.

    Examples
    --------
    >>> print(xavier_normal_(np.empty((300, 500)), rng=0).std().round(3))
    0.05
    """
    return normal_(tensor, 0, _xavier_std(tensor, gain), rng=rng)


def xavier_uniform_(tensor, gain=1.0, *, rng=None):
    r"""Draw evenly from an interval with the standard deviation of `xavier_normal_`, which see.

    .. math:: w_i \sim U(-b, b), \qquad b = \sqrt3\,\sigma
              = g\,\sqrt{\frac{6}{\text{fan}_\text{in} + \text{fan}_\text{out}}}

    Examples
    --------
    >>> print(xavier_uniform_(np.empty((300, 500)), rng=0).std().round(3))
    0.05
    """
    bound = math.sqrt(3) * _xavier_std(tensor, gain)
    return uniform_(tensor, -bound, bound, rng=rng)


def kaiming_normal_(tensor, a=0.0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None):
    r"""Draw from a bell curve that makes up for what ReLU takes away (He).

    .. math:: w_i \sim \mathcal N(0, \sigma^2), \qquad \sigma = \frac{g}{\sqrt{\text{fan}}}

    Parameters
    ----------
    tensor : Parameter or array of floats
        A weight, shape (out, in) or (out, in/groups, kh, kw); see `fans`.
    a : float
        The slope of leaky ReLU on the negative side (0 is ReLU): neither variance nor standard deviation.
    mode : {"fan_in", "fan_out"}
        Whether signals keep their size on the way forward, or gradients on the way back.
    nonlinearity : str
        What the gain g comes from; see `calculate_gain`.
    rng : numpy.random.Generator or seed, optional
        Where the random numbers come from.

    Returns
    -------
    Parameter or array
        `tensor`.

    Raises
    ------
    ValueError
        If `tensor` is neither a Parameter nor an array of floats, has fewer than two dimensions, or an option
        is none of these.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun (2015), "Delving deep into rectifiers", *ICCV*, 1026–1034.

    Examples
    --------
    >>> print(kaiming_normal_(np.empty((300, 500)), rng=0).std().round(3), round(math.sqrt(2 / 500), 3))
    0.063 0.063
    """
    return normal_(tensor, 0, _kaiming_std(tensor, a, mode, nonlinearity), rng=rng)


def kaiming_uniform_(tensor, a=0.0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None):
    r"""Draw evenly from an interval with the standard deviation of `kaiming_normal_`, which see.

    .. math:: w_i \sim U(-b, b), \qquad b = \sqrt3\,\sigma = g\,\sqrt{\frac{3}{\text{fan}}}

    PyTorch's layers start from this with a = √5, which makes b = 1/√fan_in.

    Examples
    --------
    >>> print(kaiming_uniform_(np.empty((300, 100)), a=math.sqrt(5), rng=0).max().round(3))
    0.1
    """
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng=rng)


def orthogonal_(tensor, gain=1.0, *, rng=None):
    r"""Fill with a random matrix of orthogonal columns, or rows: with gain 1 a rotation, or a part of one.

    .. math:: A = Q R, \quad A_{ij} \sim \mathcal N(0, 1), \qquad
              W = g\,Q \operatorname{diag}(\operatorname{sgn} R_{ii})

    The signs make every rotation (or reflection) equally likely. A weight of more than two dimensions is taken
    as a matrix with a row for each output. If it has more rows than columns, its columns are orthogonal, else
    its rows.

    Parameters
    ----------
    tensor : Parameter or array of floats
        A weight of two or more dimensions.
    gain : float
        The length g of each row (or column): neither variance nor standard deviation.
    rng : numpy.random.Generator or seed, optional
        Where the random numbers come from.

    Returns
    -------
    Parameter or array
        `tensor`.

    Raises
    ------
    ValueError
        If `tensor` is neither a Parameter nor an array of floats, has fewer than two dimensions, or `gain` is
        not one finite number.

    References
    ----------
    A. M. Saxe, J. L. McClelland and S. Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks", *ICLR*.

    F. Mezzadri (2007), "How to generate random matrices from the classical compact groups", *Notices of the
    AMS* 54, 592–604.

    Examples
    --------
    >>> W = orthogonal_(np.empty((2, 3)), rng=0)
    >>> np.abs(W @ W.T).round(12)
    array([[1., 0.],
           [0., 1.]])
    """
    gain = as_number("gain", gain)

    def rotation(shape):
        rows, columns = shape[0], math.prod(shape[1:])
        A = np.random.default_rng(rng).standard_normal((max(rows, columns), min(rows, columns)))
        Q, R = np.linalg.qr(A)
        W = gain * Q * np.where(np.diag(R) < 0, -1, 1)
        return (W if rows >= columns else W.T).reshape(shape)

    fans(_array(tensor).shape)
    return _fill(tensor, rotation)


def _xavier_std(tensor, gain):
    """Return g √(2 / (fan_in + fan_out))."""
    fan_in, fan_out = fans(_array(tensor).shape)
    return as_number("gain", gain, least=0) * math.sqrt(2 / max(fan_in + fan_out, 1))


def _kaiming_std(tensor, a, mode, nonlinearity):
    """Return g / √fan."""
    fan_in, fan_out = fans(_array(tensor).shape)
    fan = {"fan_in": fan_in, "fan_out": fan_out}
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan[as_one_of("mode", mode, fan)], 1))


def _array(tensor):
    """Return the array of a Parameter, or an array as it is."""
    array = tensor.data if isinstance(tensor, Parameter) else tensor
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        kind = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
        raise ValueError(f"tensor: expected a Parameter or an array of floats, got {kind}")
    return array


def _fill(tensor, values):
    """Put ``values(shape)`` into `tensor` and return it."""
    array = _array(tensor)
    array[...] = values(array.shape)
    return tensor
