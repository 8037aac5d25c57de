r"""Losses: one number that says how wrong the outputs are, and its gradient.

A loss is called with the outputs and the targets, and ``backward()`` then returns the gradient of the outputs:

.. math:: L = \sum_n s_n\,\ell_n, \qquad \frac{\partial L}{\partial x} = s_n\,\frac{\partial \ell_n}{\partial x}

Here ℓ is the loss of one entry (or one example), and the scale s is what ``reduction`` chooses: 1/N for "mean", 1 for
"sum". With "none" the losses ℓ stay apart, and s is the ``grad_output`` that ``backward`` is given.

The dtype is that of the input: float32 stays float32. Not here, though PyTorch has them: ``weight``,
``pos_weight``, ``ignore_index`` and ``log_target``.
"""

import numpy as np

from nbcode._common import as_array, as_distribution, as_dtype, as_float, as_gradient, as_number, as_one_of, with_axis
from nbcode.activations import log_softmax, sigmoid, softplus
from nbcode.module import Module


def entropy(p):
    r"""Return how uncertain a distribution is, in nats.

    .. math:: H(p) = -\sum_i p_i \log p_i, \qquad 0 \log 0 = 0

    Parameters
    ----------
    p : array_like, shape (..., C)
        Probabilities. They sum to 1 along the last axis.

    Returns
    -------
    array, shape (...)
        From 0 (one outcome is certain) to log C (all are equally likely).

    Raises
    ------
    ValueError
        If a probability is negative, or they do not sum to 1 (to within 1e-5).

    References
    ----------
    C. E. Shannon (1948), "A mathematical theory of communication", *Bell System Technical Journal* 27, 379–423.

    Examples
    --------
    A fair coin, and one with two heads:

    >>> entropy([[0.5, 0.5], [1.0, 0.0]])
    array([0.69314718, 0.        ])
    """
    return cross_entropy(p, p)


def cross_entropy(p, q):
    r"""Return how surprising q finds what comes from p, in nats.

    .. math:: H(p, q) = -\sum_i p_i \log q_i = H(p) + D_{\mathrm{KL}}(p \,\|\, q)

    It is smallest where q = p, and infinite where q rules out what p does not.

    Parameters
    ----------
    p, q : array_like, shape (..., C)
        Probabilities. They sum to 1 along the last axis.

    Returns
    -------
    array, shape (...)
        From H(p) up to infinity.

    Raises
    ------
    ValueError
        If the shapes differ, a probability is negative, or they do not sum to 1 (to within 1e-5).

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville (2016), *Deep Learning*, MIT Press, section 3.13.

    Examples
    --------
    >>> cross_entropy([[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [1.0, 0.0]])
    array([0.69314718,        inf])
    """
    p, q = _distributions(p, q)
    return _times(p, -_log(q)).sum(axis=-1)


def kl_divergence(p, q):
    r"""Return the surprise that q adds, because it is not p, in nats.

    .. math:: D_{\mathrm{KL}}(p \,\|\, q) = \sum_i p_i \log \frac{p_i}{q_i} = H(p, q) - H(p)

    It is 0 where q = p, else above 0. It is not symmetric, so no distance. Arguments and errors are those of
    `cross_entropy`.

    References
    ----------
    S. Kullback and R. A. Leibler (1951), "On information and sufficiency", *Annals of Mathematical Statistics* 22,
    79–86.

    Examples
    --------
    >>> kl_divergence([[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]])
    array([0.69314718, 0.        ])
    """
    p, q = _distributions(p, q)
    return (_times(p, _log(p)) - _times(p, _log(q))).sum(axis=-1)


class _Loss(Module):
    """What all losses share: the reduction, forward and backward.

    A subclass gives ``_each(input, target)``: the losses, and their slopes (derivatives with respect to the input).
    """

    reductions = ("none", "mean", "sum")

    def __init__(self, reduction="mean"):
        self.reduction = as_one_of("reduction", reduction, self.reductions)

    def forward(self, input, target):
        """Return the loss: one number, or with ``reduction="none"`` one for each entry."""
        input = as_float("input", input)
        target = as_dtype("target", target, input.dtype)
        if target.shape != input.shape:
            raise ValueError(f"target: expected shape {input.shape}, that of the input, got {target.shape}")
        return self._reduce(*self._each(input, target))

    def _reduce(self, losses, slopes):
        """Return the losses, their sum or their mean."""
        examples = len(losses) if losses.ndim else 1
        count = {"mean": losses.size, "batchmean": examples}.get(self.reduction, 1)
        self.cache = slopes, losses.shape, count
        return losses if self.reduction == "none" else losses.sum() / count

    def backward(self, grad_output=1.0):
        """Return the gradient of the input.

        Parameters
        ----------
        grad_output : array_like, shape () or, with ``reduction="none"``, the shape of the loss
            The gradient of the loss itself, 1 where nothing comes after it.
        """
        slopes, shape, count = self.cache
        each = self.reduction == "none" and np.ndim(grad_output) > 0
        scale = as_gradient(grad_output, shape if each else (), slopes.dtype) / count
        if 0 < scale.ndim < slopes.ndim:  # one loss for all classes of an example
            scale = np.expand_dims(scale, 1)
        return scale * slopes


class MSELoss(_Loss):
    r"""The mean squared error.

    .. math:: \ell = (x - y)^2, \qquad \frac{\partial \ell}{\partial x} = 2\,(x - y)

    The same as ``torch.nn.MSELoss``, but shapes that differ are refused, where PyTorch broadcasts and warns.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        What becomes of the losses of all entries.

    Raises
    ------
    ValueError
        If `reduction` is none of these; when called, if input and target differ in shape or do not hold numbers.

    References
    ----------
    C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, Springer, section 1.1.

    Examples
    --------
    >>> loss = MSELoss()
    >>> loss([1.0, 5.0], [1.0, 2.0])
    np.float64(4.5)
    >>> loss.backward()
    array([0., 3.])
    """

    def _each(self, input, target):
        error = input - target
        return error**2, 2 * error


class L1Loss(_Loss):
    r"""The mean absolute error. An outlier pulls no harder than any other entry.

    .. math:: \ell = |x - y|, \qquad \frac{\partial \ell}{\partial x} = \operatorname{sign}(x - y)

    The slope at x = y is 0. The same as ``torch.nn.L1Loss``; arguments and errors are those of `MSELoss`.

    References
    ----------
    T. Hastie, R. Tibshirani and J. Friedman (2009), *The Elements of Statistical Learning*, Springer, section 10.6.

    Examples
    --------
    >>> loss = L1Loss()
    >>> loss([1.0, 5.0], [1.0, 2.0])
    np.float64(1.5)
    >>> loss.backward()
    array([0. , 0.5])
    """

    def _each(self, input, target):
        error = input - target
        return np.abs(error), np.sign(error)


class HuberLoss(_Loss):
    r"""The squared error near 0, the absolute error farther out.

    .. math:: \ell = \begin{cases} \tfrac12 e^2 & |e| \le \delta \\ \delta\,(|e| - \tfrac12 \delta) & |e| > \delta
              \end{cases}, \qquad
              \frac{\partial \ell}{\partial x} = \min(\max(e, -\delta), \delta), \qquad e = x - y

    The same as ``torch.nn.HuberLoss``.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        As in `MSELoss`.
    delta : float
        Where the parabola becomes a line.

    Raises
    ------
    ValueError
        If `delta` is not above 0, or as in `MSELoss`.

    References
    ----------
    P. J. Huber (1964), "Robust estimation of a location parameter", *Annals of Mathematical Statistics* 35, 73–101.

    Examples
    --------
    >>> loss = HuberLoss()
    >>> loss([0.5, 5.0], [0.0, 0.0])
    np.float64(2.3125)
    >>> loss.backward()
    array([0.25, 0.5 ])
    """

    def __init__(self, reduction="mean", delta=1.0):
        super().__init__(reduction)
        self.delta = as_number("delta", delta, above=0)

    def _each(self, input, target):
        error, delta = input - target, self.delta
        losses = np.where(np.abs(error) <= delta, error**2 / 2, delta * (np.abs(error) - delta / 2))
        return losses, np.clip(error, -delta, delta)


class BCELoss(_Loss):
    r"""The cross-entropy of a yes-or-no answer, from its probability p.

    .. math:: \ell = -y \log p - (1 - y) \log(1 - p), \qquad
              \frac{\partial \ell}{\partial p} = \frac{p - y}{p\,(1 - p)}

    As in ``torch.nn.BCELoss``, no logarithm counts as less than −100 and no denominator as less than 1e-12, so that a
    sure and wrong answer costs 100 and not infinity. From scores, `BCEWithLogitsLoss` is exact.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        As in `MSELoss`.

    Raises
    ------
    ValueError
        If an input or a target is not from 0 to 1, or as in `MSELoss`.

    References
    ----------
    C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, Springer, section 4.3.2.

    Examples
    --------
    >>> loss = BCELoss(reduction="none")
    >>> loss([0.5, 0.0], [1.0, 1.0])
    array([  0.69314718, 100.        ])
    >>> loss.backward()
    array([-2.e+00, -1.e+12])
    """

    def _each(self, p, y):
        _check_unit("input", p)
        _check_unit("target", y)
        with np.errstate(divide="ignore"):  # log 0 = −∞
            log_yes, log_no = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
        return -y * log_yes - (1 - y) * log_no, (p - y) / np.maximum(p * (1 - p), 1e-12)


class BCEWithLogitsLoss(_Loss):
    r"""The cross-entropy of a yes-or-no answer, from its score z (a logit): `sigmoid` and `BCELoss` in one.

    .. math:: \ell = -y \log \sigma(z) - (1 - y) \log(1 - \sigma(z)), \qquad
              \frac{\partial \ell}{\partial z} = \sigma(z) - y

    With −log σ(z) = softplus(−z) and −log(1 − σ(z)) = softplus(z) it is exact for every score. The same as
    ``torch.nn.BCEWithLogitsLoss``, without ``weight`` and ``pos_weight``.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        As in `MSELoss`.

    Raises
    ------
    ValueError
        If a target is not from 0 to 1, or as in `MSELoss`.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville (2016), *Deep Learning*, MIT Press, section 6.2.2.2.

    Examples
    --------
    >>> loss = BCEWithLogitsLoss()
    >>> loss([0.0, -10000.0], [1.0, 1.0]).round(4)
    np.float64(5000.3466)
    >>> loss.backward()
    array([-0.25, -0.5 ])
    """

    def _each(self, z, y):
        _check_unit("target", y)
        return y * softplus(-z) + (1 - y) * softplus(z), sigmoid(z) - y


class KLDivLoss(_Loss):
    r"""The Kullback–Leibler divergence of target probabilities p from the input, log-probabilities log q.

    .. math:: \ell = p\,(\log p - \log q), \qquad \frac{\partial \ell}{\partial \log q} = -p, \qquad 0 \log 0 = 0

    Summed over the classes it is `kl_divergence`. The same as ``torch.nn.KLDivLoss``. As there, "mean"
    divides by the number of entries; only "batchmean", which divides by the number of examples, is the divergence.

    Parameters
    ----------
    reduction : {"mean", "batchmean", "sum", "none"}
        As in `MSELoss`; "batchmean" divides the sum by the length of the first axis.

    Raises
    ------
    ValueError
        If a target p is negative, or as in `MSELoss`. Sums are not checked, as the axis of the classes is not known.

    References
    ----------
    S. Kullback and R. A. Leibler (1951), "On information and sufficiency", *Annals of Mathematical Statistics* 22,
    79–86.

    Examples
    --------
    >>> loss = KLDivLoss(reduction="batchmean")
    >>> loss(np.log([[0.5, 0.5]]), [[1.0, 0.0]]).round(4)
    np.float64(0.6931)
    >>> loss.backward()
    array([[-1., -0.]])
    """

    reductions = ("none", "mean", "sum", "batchmean")

    def _each(self, log_q, p):
        if (p < 0).any():
            raise ValueError(f"target: expected probabilities, got {p.min()}")
        return _times(p, _log(p)) - _times(p, log_q), -p


class _ClassLoss(_Loss):
    """What `NLLLoss` and `CrossEntropyLoss` share: classes along axis 1, and one label for each example."""

    def forward(self, input, target):
        """Return the loss: one number, or with ``reduction="none"`` one for each example."""
        input, target = as_float("input", input), as_array("target", target)
        dim = min(1, input.ndim - 1)
        input = with_axis("input", input, dim)
        return self._reduce(*self._each(input, self._targets(target, input, dim), dim))

    def _targets(self, target, input, dim):
        return _one_hot(target, input, dim)


class NLLLoss(_ClassLoss):
    r"""The negative log-likelihood of the true class, from log-probabilities x.

    .. math:: \ell = -\sum_c y_c\,x_c = -x_t, \qquad \frac{\partial \ell}{\partial x_c} = -y_c

    Here t is the label, and y is 1 at t and 0 elsewhere (one-hot). The same as ``torch.nn.NLLLoss``.
    Usually it follows `nbcode.activations.LogSoftmax`; together they are `CrossEntropyLoss`.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        What becomes of the losses of all examples.

    Raises
    ------
    ValueError
        If `reduction` is none of these. When called with an input of shape (C,), (N, C) or (N, C, d1, ...): if the
        target does not hold whole numbers from 0 to C − 1 in the shape (), (N,) or (N, d1, ...).

    References
    ----------
    C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, Springer, section 4.3.4.

    Examples
    --------
    >>> loss = NLLLoss()
    >>> loss(np.log([[0.5, 0.5], [0.75, 0.25]]), [0, 1]).round(4)
    np.float64(1.0397)
    >>> loss.backward()
    array([[-0.5, -0. ],
           [-0. , -0.5]])
    """

    def _each(self, log_p, y, dim):
        return _times(y, -log_p).sum(axis=dim), -y


class CrossEntropyLoss(_ClassLoss):
    r"""The cross-entropy of the true classes y and the softmax p of the scores z.

    .. math:: \ell = -\sum_c y_c \log p_c, \qquad p = \operatorname{softmax}(z), \qquad
              \frac{\partial \ell}{\partial z} = p - y

    The same as ``torch.nn.CrossEntropyLoss``.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        As in `NLLLoss`.
    label_smoothing : float
        The share ε of each target that is spread evenly over all classes: y becomes (1 − ε) y + ε / C.

    Raises
    ------
    ValueError
        As in `NLLLoss`. A target in the shape of the input holds probabilities y: if one is negative, or they do not
        sum to 1 (to within 1e-5).

    References
    ----------
    J. S. Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs, with
    relationships to statistical pattern recognition", in *Neurocomputing: Algorithms, Architectures and
    Applications*, Springer, 227–236.

    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna (2016), "Rethinking the Inception architecture for
    computer vision", *IEEE Conference on Computer Vision and Pattern Recognition*, 2818–2826 (label smoothing).

    Examples
    --------
    >>> loss = CrossEntropyLoss()
    >>> loss([[0.0, 0.0], [10000.0, 0.0]], [0, 1]).round(4)
    np.float64(5000.3466)
    >>> loss.backward()
    array([[-0.25,  0.25],
           [ 0.5 , -0.5 ]])
    """

    def __init__(self, reduction="mean", label_smoothing=0.0):
        super().__init__(reduction)
        self.label_smoothing = as_number("label_smoothing", label_smoothing, least=0, most=1)

    def _targets(self, target, input, dim):
        if target.shape != input.shape:
            y = _one_hot(target, input, dim)
        else:
            y = as_distribution("target", as_dtype("target", target, input.dtype), dim)
        smoothing = self.label_smoothing
        return (1 - smoothing) * y + smoothing / input.shape[dim] if smoothing else y

    def _each(self, z, y, dim):
        log_p = log_softmax(z, dim)
        return _times(y, -log_p).sum(axis=dim), np.exp(log_p) - y  # p − y


def _log(p):
    """Return log p, with log 0 = −∞ and no warning."""
    with np.errstate(divide="ignore"):
        return np.log(p)


def _times(p, log_q):
    """Return p log q, with 0 log 0 = 0."""
    return np.multiply(p, log_q, out=np.zeros(p.shape, np.result_type(p, log_q)), where=p != 0)


def _one_hot(labels, input, dim):
    """Return y in the shape of the input: 1 at each example's label, 0 at its other classes."""
    before, classes, after = input.shape[:dim], input.shape[dim], input.shape[dim + 1 :]
    if labels.shape != before + after:
        raise ValueError(f"target: expected shape {before + after} for an input of {input.shape}, got {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"target: expected labels that are whole numbers, got dtype {labels.dtype}")
    hot = labels.reshape(before + (1,) + after) == np.arange(classes).reshape((-1,) + (1,) * len(after))
    if np.count_nonzero(hot) < labels.size:  # a label that is no class
        outside = labels[(labels < 0) | (labels >= classes)]
        raise ValueError(f"target: expected labels from 0 to {classes - 1}, got {outside[0]}")
    return hot.astype(input.dtype)


def _check_unit(name, value):
    """Refuse what is not from 0 to 1."""
    if not (inside := np.asarray((value >= 0) & (value <= 1))).all():
        raise ValueError(f"{name}: expected numbers from 0 to 1, got {value[~inside][0]}")


def _distributions(p, q):
    """Return `p` and `q` as arrays of floats, and refuse what are not distributions of one shape."""
    p, q = with_axis("p", p, -1), with_axis("q", q, -1)
    if p.shape != q.shape:
        raise ValueError(f"q: expected shape {p.shape}, that of p, got {q.shape}")
    return as_distribution("p", p, -1), as_distribution("q", q, -1)
