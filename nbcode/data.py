"""Data: truth tables, and clouds of points."""

import numpy as np

from nbcode._common import as_count, as_finite

GATES = {
    "AND": (0, 0, 0, 1),
    "OR": (0, 1, 1, 1),
    "NAND": (1, 1, 1, 0),
    "NOR": (1, 0, 0, 0),
    "XOR": (0, 1, 1, 0),
    "XNOR": (1, 0, 0, 1),
}
"""What each gate answers to the rows of ``truth_table(2)``: (0, 0), (0, 1), (1, 0), (1, 1)."""


def truth_table(n):
    """All inputs of n zeros and ones, in the order of counting in binary.

    Row i holds the n binary digits of i: digit j is ⌊i / 2^(n−1−j)⌋ mod 2.

    Parameters
    ----------
    n : int
        How many inputs, from 1 to 20.

    Returns
    -------
    array, shape (2**n, n)
        Zeros and ones, float64.

    Raises
    ------
    ValueError
        If `n` is not a whole number from 1 to 20.

    References
    ----------
    E. L. Post (1921), "Introduction to a general theory of elementary propositions",
    *American Journal of Mathematics* 43, 163–185.

    Examples
    --------
    >>> truth_table(2)
    array([[0., 0.],
           [0., 1.],
           [1., 0.],
           [1., 1.]])
    """
    n = as_count("n", n, least=1, most=20)
    return (np.arange(2**n)[:, None] >> np.arange(n)[::-1] & 1).astype(float)


def blobs(n=20, rng=0, centers=((0.2, 0.2), (0.8, 0.8)), spread=0.13):
    r"""Two clouds of points, one around each center.

    .. math:: x_i = c_{y_i} + s\,\varepsilon_i, \qquad \varepsilon_i \sim \mathcal N(0, I)

    Parameters
    ----------
    n : int
        How many points in all; they belong to class 0 and class 1 in turn.
    rng : numpy.random.Generator or seed
        Where the random numbers come from. With the default values a line separates the two clouds.
    centers : array_like, shape (2, 2)
        The centers c₀ and c₁.
    spread : float
        The standard deviation s in each direction, in the unit of the coordinates.

    Returns
    -------
    X : array, shape (n, 2)
        The points, float64.
    y : array, shape (n,)
        Their classes, 0 or 1, integers.

    Raises
    ------
    ValueError
        If `n` is below 2, `centers` has another shape, or `spread` is negative.

    References
    ----------
    R. A. Fisher (1936), "The use of multiple measurements in taxonomic problems",
    *Annals of Eugenics* 7, 179–188.

    Examples
    --------
    >>> X, y = blobs(4)
    >>> X.shape, y
    ((4, 2), array([0, 1, 0, 1]))
    """
    n = as_count("n", n, least=2)
    centers = as_finite("centers", centers)
    spread = as_finite("spread", spread)
    if centers.shape != (2, 2):
        raise ValueError(f"centers: expected shape (2, 2), got {centers.shape}")
    if spread.ndim != 0 or spread < 0:
        raise ValueError(f"spread: expected one number that is not negative, got {spread}")
    y = np.arange(n) % 2
    X = centers[y] + spread * np.random.default_rng(rng).standard_normal((n, 2))
    return X, y
