"""Activation functions: what a neuron does with its weighted sum z."""

import numpy as np

from nbcode._common import as_float


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
