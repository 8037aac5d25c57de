r"""Activation functions: what a neuron does with its weighted sum z.

Each function f comes three times:

- ``f(z)``, such as `relu`, is the function;
- ``f_grad(z)``, such as `relu_grad`, is its derivative f'(z), number by number. At a kink it is PyTorch's;
- a class, such as `ReLU`, is the layer. Its ``backward(grad_output)`` returns the gradient of its input, by the chain
  rule ``grad_output * f_grad(z)``.

Softmax and log-softmax mix the numbers along an axis, so they have no f'(z). Instead ``softmax_backward(grad_output,
output, dim)`` multiplies the gradient by the whole Jacobian matrix.

`step` has neither. Its derivative is 0 everywhere but at z = 0, where it has none, so nothing is learned through it.

All functions take any array of numbers and return an array of the same shape. Arrays of floats keep their dtype, all
else becomes float64. Any f(NaN) is NaN, but for `step`. What does not hold numbers is refused with a `ValueError`, and
so is a bad option.
"""

import numpy as np
from scipy.special import erf

from nbcode._common import as_count, as_dtype, as_float, as_float_dtype, as_gradient, as_number, with_axis
from nbcode.module import Module, Parameter


def step(z):
    r"""Fire or stay silent: 1 where z ≥ 0, else 0.

    .. math:: \operatorname{step}(z) = \begin{cases} 1 & z \ge 0 \\ 0 & z < 0 \end{cases}

    The same as ``torch.heaviside(z, torch.tensor(1.0))``, so a tie (z = 0) fires, and NaN, which is not ≥ 0,
    gives 0.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.

    Returns
    -------
    array
        0 or 1, in the shape of `z` and in its float dtype (float64 for integers).

    Raises
    ------
    ValueError
        If `z` does not hold numbers.

    References
    ----------
    W. S. McCulloch and W. Pitts (1943), "A logical calculus of the ideas immanent in nervous activity",
    *Bulletin of Mathematical Biophysics* 5, 115–133.

    Examples
    --------
    >>> step([-0.5, 0.0, 2.0])
    array([0., 1., 1.])
    """
    z = as_float("z", z)
    return (z >= 0).astype(z.dtype)


def sigmoid(z):
    r"""Squash z smoothly into 0 … 1, with ½ at z = 0.

    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}} = \frac{e^{z}}{1 + e^{z}}

    The left form is used where z ≥ 0 and the right one where z < 0, so that no exponent is ever positive and
    nothing overflows. The same as ``torch.sigmoid``.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.

    Returns
    -------
    array
        Values from 0 to 1, in the shape of `z` and in its float dtype (float64 for integers). NaN stays NaN.

    Raises
    ------
    ValueError
        If `z` does not hold numbers.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton and R. J. Williams (1986), "Learning representations by back-propagating
    errors", *Nature* 323, 533–536.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = as_float("z", z)
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1) / (1 + e)


def sigmoid_grad(z):
    r"""Return the derivative of `sigmoid`, at most ¼.

    .. math:: \sigma'(z) = \sigma(z)\,(1 - \sigma(z))

    Examples
    --------
    >>> sigmoid_grad([-1000.0, 0.0])
    array([0.  , 0.25])
    """
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z):
    r"""Squash z smoothly into −1 … 1: a sigmoid, stretched and moved.

    .. math:: \tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = 2\,\sigma(2z) - 1

    The same as ``torch.tanh``.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.

    Returns
    -------
    array
        Values from −1 to 1, in the shape of `z` and in its float dtype.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller (1998), "Efficient BackProp", in *Neural Networks: Tricks of the
    Trade*, Springer, 9–50.

    Examples
    --------
    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    """
    return np.tanh(as_float("z", z))


def tanh_grad(z):
    r"""Return the derivative of `tanh`, at most 1.

    .. math:: \tanh'(z) = 1 - \tanh^2(z)

    Examples
    --------
    >>> tanh_grad([-1000.0, 0.0])
    array([0., 1.])
    """
    return 1 - tanh(z) ** 2


def relu(z):
    r"""Let what is positive through, and nothing else.

    .. math:: \operatorname{relu}(z) = \max(z, 0)

    The same as ``torch.relu``.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.

    Returns
    -------
    array
        Values from 0 up, in the shape of `z` and in its float dtype.

    References
    ----------
    V. Nair and G. E. Hinton (2010), "Rectified linear units improve restricted Boltzmann machines", *Proceedings of
    the 27th International Conference on Machine Learning*, 807–814.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(as_float("z", z), 0)


def relu_grad(z):
    r"""Return the derivative of `relu`. At the kink, z = 0, it is 0 by agreement.

    .. math:: \operatorname{relu}'(z) = \begin{cases} 0 & z \le 0 \\ 1 & z > 0 \end{cases}

    Examples
    --------
    >>> relu_grad([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    z = as_float("z", z)
    return (~(z <= 0)).astype(z.dtype)  # 1 for NaN, which is not ≤ 0, as PyTorch has it


def leaky_relu(z, negative_slope=0.01):
    r"""Let what is positive through, and a little of what is negative.

    .. math:: \operatorname{leaky}(z) = \begin{cases} z & z > 0 \\ a z & z \le 0 \end{cases}

    The same as ``torch.nn.functional.leaky_relu``.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.
    negative_slope : float
        The slope a.

    Returns
    -------
    array
        In the shape of `z` and in its float dtype.

    Raises
    ------
    ValueError
        If `z` does not hold numbers, or `negative_slope` is not one finite number.

    References
    ----------
    A. L. Maas, A. Y. Hannun and A. Y. Ng (2013), "Rectifier nonlinearities improve neural network acoustic models",
    *ICML Workshop on Deep Learning for Audio, Speech and Language Processing*.

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 3.0])
    array([-0.02,  0.  ,  3.  ])
    """
    z, a = as_float("z", z), as_number("negative_slope", negative_slope)
    return np.where(z > 0, z, a * z)


def leaky_relu_grad(z, negative_slope=0.01):
    r"""Return the derivative of `leaky_relu`. At the kink, z = 0, it is a by agreement.

    .. math:: \operatorname{leaky}'(z) = \begin{cases} 1 & z > 0 \\ a & z \le 0 \end{cases}

    Examples
    --------
    >>> leaky_relu_grad([-2.0, 0.0, 3.0])
    array([0.01, 0.01, 1.  ])
    """
    z, a = as_float("z", z), as_number("negative_slope", negative_slope)
    return np.where(z > 0, 1, a).astype(z.dtype)


def prelu(z, weight):
    r"""Do the same as `leaky_relu`, with slopes that are learned: one for all, or one for each channel.

    .. math:: \operatorname{prelu}(z) = \begin{cases} z & z > 0 \\ a z & z \le 0 \end{cases}

    The same as ``torch.nn.functional.prelu``.

    Parameters
    ----------
    z : array_like, shape (N, C, ...), or any shape for one slope
        Weighted sums. The channels are axis 1.
    weight : array_like, shape () or (1,) or (C,)
        The slopes a.

    Returns
    -------
    array
        In the shape of `z` and in its float dtype.

    Raises
    ------
    ValueError
        If an argument does not hold numbers, or there are neither 1 nor C slopes.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun (2015), "Delving deep into rectifiers: surpassing human-level performance on
    ImageNet classification", *IEEE International Conference on Computer Vision*, 1026–1034.

    Examples
    --------
    Two channels, with slopes ½ and ¼:

    >>> prelu([[-2.0, -2.0], [3.0, 3.0]], [0.5, 0.25])
    array([[-1. , -0.5],
           [ 3. ,  3. ]])
    """
    z = as_float("z", z)
    return np.where(z > 0, z, _slopes(z, weight) * z)


def prelu_grad(z, weight):
    r"""Return the derivative of `prelu` with respect to z. At the kink, z = 0, it is a by agreement.

    Examples
    --------
    >>> prelu_grad([-2.0, 3.0], 0.25)
    array([0.25, 1.  ])
    """
    z = as_float("z", z)
    return np.where(z > 0, 1, _slopes(z, weight))


def elu(z, alpha=1.0):
    r"""Let what is positive through, and bend what is negative smoothly towards −α.

    .. math:: \operatorname{elu}(z) = \begin{cases} \alpha\,(e^{z} - 1) & z \le 0 \\ z & z > 0 \end{cases}

    The same as ``torch.nn.functional.elu``.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.
    alpha : float
        How far down it goes. With α = 1 there is no kink at 0.

    Returns
    -------
    array
        In the shape of `z` and in its float dtype.

    Raises
    ------
    ValueError
        If `z` does not hold numbers, or `alpha` is not one finite number.

    References
    ----------
    D.-A. Clevert, T. Unterthiner and S. Hochreiter (2016), "Fast and accurate deep network learning by exponential
    linear units (ELUs)", *International Conference on Learning Representations*.

    Examples
    --------
    >>> elu([-1000.0, 0.0, 3.0])
    array([-1.,  0.,  3.])
    """
    z, alpha = as_float("z", z), as_number("alpha", alpha)
    return np.where(z <= 0, alpha * np.expm1(np.minimum(z, 0)), z)


def elu_grad(z, alpha=1.0):
    r"""Return the derivative of `elu`. At z = 0 it is α, PyTorch's choice where α is not 1.

    .. math:: \operatorname{elu}'(z) = \begin{cases} \alpha\,e^{z} & z \le 0 \\ 1 & z > 0 \end{cases}

    Examples
    --------
    >>> elu_grad([-1000.0, 0.0, 3.0])
    array([0., 1., 1.])
    """
    z, alpha = as_float("z", z), as_number("alpha", alpha)
    return np.where(z <= 0, alpha * np.exp(np.minimum(z, 0)), 1)


def softplus(z):
    r"""Round off the corner of `relu`.

    .. math:: \operatorname{softplus}(z) = \log(1 + e^z) = \max(z, 0) + \log(1 + e^{-|z|})

    In the second form no exponent is ever positive. ``torch.nn.functional.softplus`` returns z itself above its
    threshold of 20, which is too little by at most 2.1e-9, and also has a sharpness ``beta``.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.

    Returns
    -------
    array
        Values from 0 up, in the shape of `z` and in its float dtype.

    Raises
    ------
    ValueError
        If `z` does not hold numbers.

    References
    ----------
    C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau and R. Garcia (2001), "Incorporating second-order functional knowledge
    for better option pricing", *Advances in Neural Information Processing Systems* 13, 472–478.

    Examples
    --------
    At 0 it is log 2:

    >>> softplus([-1000.0, 0.0, 1000.0])
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """
    z = as_float("z", z)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def softplus_grad(z):
    r"""Return the derivative of `softplus`.

    .. math:: \operatorname{softplus}'(z) = \sigma(z)

    Examples
    --------
    >>> softplus_grad([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    return sigmoid(z)


def gelu(z, approximate="none"):
    r"""Weigh z by Φ(z), the chance that a standard normal number is below z.

    .. math:: \operatorname{gelu}(z) = z\,\Phi(z), \qquad
              \Phi(z) = \tfrac12 \left(1 + \operatorname{erf}\frac{z}{\sqrt2}\right)
              \approx \tfrac12 \left(1 + \tanh\left(\sqrt{\tfrac{2}{\pi}}\,(z + 0.044715\,z^3)\right)\right)

    The same as ``torch.nn.functional.gelu``.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.
    approximate : {"none", "tanh"}
        Which Φ: the exact one, or the approximation on the right.

    Returns
    -------
    array
        In the shape of `z` and in its float dtype.

    Raises
    ------
    ValueError
        If `z` does not hold numbers, or `approximate` is neither of the two.

    References
    ----------
    D. Hendrycks and K. Gimpel (2016), "Gaussian error linear units (GELUs)", arXiv:1606.08415.

    Examples
    --------
    >>> gelu([0.0, 1.0])
    array([0.        , 0.84134475])
    """
    z = as_float("z", z)
    cdf, _ = _normal(z, approximate)
    return z * cdf


def gelu_grad(z, approximate="none"):
    r"""Return the derivative of `gelu`, by the product rule.

    .. math:: \operatorname{gelu}'(z) = \Phi(z) + z\,\Phi'(z), \qquad
              \Phi'(z) = \frac{1}{\sqrt{2\pi}}\,e^{-z^2/2}

    With ``approximate="tanh"``, Φ' is the derivative of the approximate Φ.

    Examples
    --------
    >>> gelu_grad([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = as_float("z", z)
    cdf, density = _normal(z, approximate)
    return cdf + z * density


def silu(z):
    r"""Weigh z by its own sigmoid; also known as swish.

    .. math:: \operatorname{silu}(z) = z\,\sigma(z)

    The same as ``torch.nn.functional.silu``.

    Parameters
    ----------
    z : array_like
        Weighted sums, any shape.

    Returns
    -------
    array
        Values from −0.279 up, in the shape of `z` and in its float dtype.

    References
    ----------
    S. Elfwing, E. Uchibe and K. Doya (2018), "Sigmoid-weighted linear units for neural network function approximation
    in reinforcement learning", *Neural Networks* 107, 3–11.

    Examples
    --------
    >>> silu([0.0, 1.0])
    array([0.        , 0.73105858])
    """
    z = as_float("z", z)
    return z * sigmoid(z)


def silu_grad(z):
    r"""Return the derivative of `silu`, by the product rule.

    .. math:: \operatorname{silu}'(z) = \sigma(z) + z\,\sigma(z)\,(1 - \sigma(z))

    Examples
    --------
    >>> silu_grad([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = as_float("z", z)
    return sigmoid(z) + z * sigmoid_grad(z)


def logsumexp(z, dim=-1, keepdim=False):
    r"""Return a smooth maximum of the numbers along an axis.

    .. math:: \operatorname{logsumexp}(z) = \log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}, \qquad m = \max_j z_j

    The right form is used: its greatest exponent is 0, so nothing overflows. The same as ``torch.logsumexp``.

    Parameters
    ----------
    z : array_like
        Numbers, any shape with at least one axis.
    dim : int
        The axis to sum over.
    keepdim : bool
        Whether the axis stays, with length 1.

    Returns
    -------
    array
        In the float dtype of `z` and in its shape, without the axis.

    Raises
    ------
    ValueError
        If `z` does not hold numbers, or has no such axis, or nothing along it.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham (2021), "Accurately computing the log-sum-exp and softmax functions",
    *IMA Journal of Numerical Analysis* 41, 2311–2330.

    Examples
    --------
    >>> logsumexp([[0.0, 0.0], [1000.0, 0.0]])
    array([6.93147181e-01, 1.00000000e+03])
    """
    z = with_axis("z", z, dim)
    m = z.max(axis=dim, keepdims=True)
    m = np.where(np.isinf(m), 0, m)  # ∞ − ∞ would be NaN
    with np.errstate(divide="ignore"):  # log 0 = −∞ is right where every number is −∞
        result = m + np.log(np.exp(z - m).sum(axis=dim, keepdims=True))
    return result if keepdim else result.squeeze(axis=dim)


def softmax(z, dim=-1):
    r"""Turn scores into probabilities: positive, and 1 in all along an axis.

    .. math:: p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}

    The greatest score is first subtracted from all. That changes no p, and nothing overflows. The same as
    ``torch.softmax``, where `dim` has no default.

    Parameters
    ----------
    z : array_like
        Scores (logits), any shape with at least one axis.
    dim : int
        The axis along which the probabilities sum to 1.

    Returns
    -------
    array
        Values from 0 to 1, in the shape of `z` and in its float dtype.

    Raises
    ------
    ValueError
        If `z` does not hold numbers, or has no such axis, or nothing along it.

    References
    ----------
    J. S. Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs, with
    relationships to statistical pattern recognition", in *Neurocomputing: Algorithms, Architectures and
    Applications*, Springer, 227–236.

    Examples
    --------
    >>> softmax([[0.0, 0.0], [1000.0, 0.0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    z = with_axis("z", z, dim)
    e = np.exp(z - z.max(axis=dim, keepdims=True))
    return e / e.sum(axis=dim, keepdims=True)


def softmax_backward(grad_output, output, dim=-1):
    r"""Return the gradient of the input of `softmax`, given that of its output.

    .. math:: \frac{\partial p_i}{\partial z_j} = p_i\,(\delta_{ij} - p_j)
              \quad\Rightarrow\quad
              \frac{\partial L}{\partial z_j} = p_j \left(g_j - \sum_i g_i\,p_i\right), \qquad
              g_i = \frac{\partial L}{\partial p_i}

    Parameters
    ----------
    grad_output : array_like, shape of `output`
        The gradient g.
    output : array_like
        The probabilities p that `softmax` returned.
    dim : int
        The axis it was given.

    Returns
    -------
    array
        In the shape and float dtype of `output`.

    Raises
    ------
    ValueError
        If the shapes differ, or as in `softmax`.

    Examples
    --------
    >>> softmax_backward([1.0, 0.0], [0.25, 0.75])
    array([ 0.1875, -0.1875])
    """
    p = with_axis("output", output, dim)
    g = as_gradient(grad_output, p.shape, p.dtype)
    return p * (g - (g * p).sum(axis=dim, keepdims=True))


def log_softmax(z, dim=-1):
    r"""Return the logarithm of `softmax`, exact also where a probability is too small for a float.

    .. math:: \log p_i = z_i - \log \sum_j e^{z_j}

    The greatest score is first subtracted from all, as in `softmax`, which also tells arguments and errors. The same
    as ``torch.log_softmax``.

    Examples
    --------
    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    z = with_axis("z", z, dim)
    z = z - z.max(axis=dim, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=dim, keepdims=True))


def log_softmax_backward(grad_output, output, dim=-1):
    r"""Return the gradient of the input of `log_softmax`, given that of its output.

    .. math:: \frac{\partial L}{\partial z_j} = g_j - p_j \sum_i g_i, \qquad
              g_i = \frac{\partial L}{\partial \log p_i}

    The arguments are those of `softmax_backward`; `output` holds the logarithms that `log_softmax` returned.

    Examples
    --------
    >>> log_softmax_backward([1.0, 0.0], np.log([0.25, 0.75]))
    array([ 0.75, -0.75])
    """
    log_p = with_axis("output", output, dim)
    g = as_gradient(grad_output, log_p.shape, log_p.dtype)
    return g - np.exp(log_p) * g.sum(axis=dim, keepdims=True)


class _Elementwise(Module):
    """A layer that does the same to every number: f(z) forward, and f'(z) times the gradient backward."""

    def __init__(self, f, f_grad, **options):
        f(0.0, **options)  # refuses a bad option right here
        self.f, self.f_grad, self.names = f, f_grad, list(options)
        vars(self).update(options)

    @property
    def options(self):
        return {name: getattr(self, name) for name in self.names}

    def forward(self, input):
        self.cache = as_float("input", input)
        return self.f(self.cache, **self.options)

    def backward(self, grad_output):
        z = self.cache
        grad = as_gradient(grad_output, z.shape, z.dtype)
        return grad * self.f_grad(z, **self.options)


class Sigmoid(_Elementwise):
    """The layer of `sigmoid`.

    Examples
    --------
    >>> layer = Sigmoid()
    >>> layer([-1000.0, 0.0])
    array([0. , 0.5])
    >>> layer.backward([1.0, 1.0])
    array([0.  , 0.25])
    """

    def __init__(self):
        super().__init__(sigmoid, sigmoid_grad)


class Tanh(_Elementwise):
    """The layer of `tanh`.

    Examples
    --------
    >>> Tanh()([-1000.0, 0.0])
    array([-1.,  0.])
    """

    def __init__(self):
        super().__init__(tanh, tanh_grad)


class ReLU(_Elementwise):
    """The layer of `relu`.

    Examples
    --------
    >>> ReLU()([-2.0, 3.0])
    array([0., 3.])
    """

    def __init__(self):
        super().__init__(relu, relu_grad)


class LeakyReLU(_Elementwise):
    """The layer of `leaky_relu`.

    Examples
    --------
    >>> LeakyReLU(0.5)([-2.0, 3.0])
    array([-1.,  3.])
    """

    def __init__(self, negative_slope=0.01):
        super().__init__(leaky_relu, leaky_relu_grad, negative_slope=negative_slope)


class ELU(_Elementwise):
    """The layer of `elu`.

    Examples
    --------
    >>> ELU(alpha=2.0)([-1000.0, 3.0])
    array([-2.,  3.])
    """

    def __init__(self, alpha=1.0):
        super().__init__(elu, elu_grad, alpha=alpha)


class Softplus(_Elementwise):
    """The layer of `softplus`.

    Examples
    --------
    >>> Softplus()([-1000.0, 1000.0])
    array([   0., 1000.])
    """

    def __init__(self):
        super().__init__(softplus, softplus_grad)


class GELU(_Elementwise):
    """The layer of `gelu`.

    Examples
    --------
    >>> GELU(approximate="tanh")([0.0, 1000.0])
    array([   0., 1000.])
    """

    def __init__(self, approximate="none"):
        super().__init__(gelu, gelu_grad, approximate=approximate)


class SiLU(_Elementwise):
    """The layer of `silu`.

    Examples
    --------
    >>> SiLU()([0.0, 1000.0])
    array([   0., 1000.])
    """

    def __init__(self):
        super().__init__(silu, silu_grad)


class PReLU(Module):
    r"""The layer of `prelu`, which learns its slopes.

    .. math:: \frac{\partial L}{\partial a} = \sum_{z \le 0} \frac{\partial L}{\partial\operatorname{prelu}(z)}\,z

    The sum runs over all numbers that share the slope a.

    Parameters
    ----------
    num_parameters : int
        1 slope for all, or one for each of the C channels.
    init : float
        What the slopes start from.
    dtype : dtype
        The dtype of the slopes.

    Attributes
    ----------
    weight : Parameter, shape (num_parameters,)
        The slopes.

    Raises
    ------
    ValueError
        If `num_parameters` is below 1, `init` is not one finite number, or `dtype` is not one of floats; when called,
        if there are several slopes, but not one for each channel.

    Examples
    --------
    >>> layer = PReLU()
    >>> layer([-2.0, 3.0])
    array([-0.5,  3. ])
    >>> layer.backward([1.0, 1.0]), layer.weight.grad
    (array([0.25, 1.  ]), array([-2.]))
    """

    def __init__(self, num_parameters=1, init=0.25, *, dtype=np.float64):
        self.num_parameters = as_count("num_parameters", num_parameters)
        self.weight = Parameter(np.full(num_parameters, as_number("init", init), as_float_dtype(dtype)))

    def forward(self, input):
        """Return `prelu` of the input."""
        self.cache = as_float("input", input)
        return prelu(self.cache, self.weight.data)

    def backward(self, grad_output):
        """Return the gradient of the input, and add to that of the slopes."""
        z = self.cache
        grad_output = as_gradient(grad_output, z.shape, z.dtype)
        sharing = tuple(axis for axis in range(z.ndim) if axis != 1 or self.weight.data.size == 1)
        self.weight.accumulate((grad_output * np.minimum(z, 0)).sum(axis=sharing).reshape(self.weight.shape))
        return grad_output * prelu_grad(z, self.weight.data)


class _AlongAxis(Module):
    """A layer that mixes the numbers along an axis, and needs only its output to run backward."""

    def __init__(self, f, f_backward, dim):
        self.f, self.f_backward, self.dim = f, f_backward, dim

    def forward(self, input):
        self.cache = self.f(as_float("input", input), self.dim)
        return self.cache

    def backward(self, grad_output):
        return self.f_backward(grad_output, self.cache, self.dim)


class Softmax(_AlongAxis):
    """The layer of `softmax`.

    Examples
    --------
    >>> Softmax()([1000.0, 1000.0])
    array([0.5, 0.5])
    """

    def __init__(self, dim=-1):
        super().__init__(softmax, softmax_backward, dim)


class LogSoftmax(_AlongAxis):
    """The layer of `log_softmax`.

    Examples
    --------
    >>> LogSoftmax()([1000.0, 0.0])
    array([    0., -1000.])
    """

    def __init__(self, dim=-1):
        super().__init__(log_softmax, log_softmax_backward, dim)


def _normal(z, approximate):
    """Return Φ(z), the distribution function of the standard normal, and its derivative Φ'(z)."""
    if approximate == "none":
        return (1 + erf(z / 2**0.5)) / 2, np.exp(-(z**2) / 2) / (2 * np.pi) ** 0.5
    if approximate == "tanh":
        c = (2 / np.pi) ** 0.5
        t = np.tanh(c * (z + 0.044715 * z**3))
        return (1 + t) / 2, (1 - t**2) / 2 * c * (1 + 3 * 0.044715 * z**2)
    raise ValueError(f'approximate: expected "none" or "tanh", got {approximate!r}')


def _slopes(z, weight):
    """Return the slopes of `prelu` in a shape that fits z, and refuse a wrong number of them."""
    weight = as_dtype("weight", weight, z.dtype)
    channels = z.shape[1] if z.ndim > 1 else 1
    if weight.ndim > 1 or weight.size not in (1, channels):
        raise ValueError(f"weight: expected shape (1,) or ({channels},), got {weight.shape} for an input of {z.shape}")
    return weight.reshape(() if weight.size == 1 else (channels,) + (1,) * (z.ndim - 2))
